"""What a list leaves out although its own works cite it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from enrich.model.addresses import to_url
from enrich.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.entry import ReadingList
    from enrich.model.work import AbsentWork, Work

_SHARE = 0.9
_FEWEST = 3
_MOST = 20


def find_absent_works(
    reading_list: ReadingList, works: Mapping[int, Work], absent: Sequence[AbsentWork]
) -> Iterator[Finding]:
    """The works that the list's works cite more often than nine in ten of the works that are on it, twenty at most."""
    listed = {work.work_id: work for work in works.values()}
    counts = Counter(cited for work in listed.values() for cited in work.references if cited in listed)
    ordered = sorted(counts[work_id] for work_id in listed)
    needed = max([_FEWEST, *ordered[int(len(ordered) * _SHARE) :][:1]])
    often = [one for one in absent if one.list == reading_list.name and len(one.citing_work_ids) >= needed]
    for one in often[:_MOST]:
        said = f"{len(one.citing_work_ids)} of {one.n_with_references} works cite it"
        yield Finding(
            list=reading_list.name,
            order=None,
            line=1,
            kind="absent_work",
            severity=Severity.NOTE,
            list_says="not on the list",
            record_says=f"{one.title or one.identifier}: {said}",
            evidence=(f"{one.source}: {to_url(one.identifier)}",),
        )
