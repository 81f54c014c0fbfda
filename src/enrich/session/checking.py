"""What is wrong with the lists of a run, and the verdict on each of their entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from enrich.check import find_findings, in_order, judge_references, without_ignored
from enrich.model.work import WorkStatus
from enrich.session.inputs import text_of
from enrich.session.inquiry import to_inquiry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.model.finding import Finding
    from enrich.model.reference import Reference
    from enrich.model.work import Bibliography, Work
    from enrich.session.resources import Resources
    from enrich.session.stages import Resolution


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check found."""

    findings: tuple[Finding, ...]
    """Without those that corrections ignore."""
    references: tuple[Reference, ...]
    n_ignored: int
    warnings: tuple[str, ...]
    """Corrections of lines in which nothing stands."""


def judge(bibliography: Bibliography, resolution: Resolution, held: Resources, stdin: bytes) -> Judged:
    """The findings about the lists, and the verdict on each entry; ``stdin`` is the text of the list named ``-``."""
    works: dict[str, dict[int, Work]] = {one.name: {} for one in bibliography.lists}
    for work in bibliography.works:
        for name, order in work.entry_orders:
            works[name][order] = work
    kept: list[Finding] = []
    judged: list[Reference] = []
    warnings: list[str] = []
    n_found = 0
    for one in bibliography.lists:
        found = find_findings(one, works[one.name], text_of(one, stdin), bibliography.absent_works)
        inquiry = to_inquiry(
            one.name,
            resolution.clusters,
            resolution.memory,
            held.store.missed(),
            held.own_catalogues,
            held.failed_sources,
            held.now().date(),
        )
        references, more = judge_references(one, works[one.name], found, inquiry)
        found = in_order((*found, *more))
        warnings += held.corrections.unmatched_lines(one, found)
        mine = held.corrections.sift(one, works[one.name], found)
        kept += mine
        judged += without_ignored(references, found, mine)
        n_found += len(found)
    return Judged(tuple(kept), tuple(judged), n_found - len(kept), tuple(warnings))


def with_silence(bibliography: Bibliography, judged: Judged) -> Iterator[Work]:
    """The works; of those that nobody knows it is said whether anybody answered a question about them."""
    asked = {bibliography.entry_works[one.list, one.order] for one in judged.references if one.asked}
    for work in bibliography.works:
        is_silent = work.status is WorkStatus.NOT_FOUND and work.work_id not in asked
        yield replace(work, status=WorkStatus.NOT_ASKED) if is_silent else work
