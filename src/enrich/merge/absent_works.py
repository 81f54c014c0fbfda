"""What the works of a list cite most and the list does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.work import AbsentWork
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.model.identifiers import Identifier
    from enrich.model.work import Bibliography, Work

_FEWEST = 2
"""Works that must cite one: a single reference says nothing of the list."""
_MOST = 1_000
_LEAST_SHARE = 0.5
"""Of the works whose references the best source knows: a source that names titles speaks before it with as many."""


def find_absent_works(bibliography: Bibliography) -> tuple[AbsentWork, ...]:
    """The works that at least two works of a list cite and that are not on it, by list, most cited first.

    They are counted in the references of one source: the same work has other identifiers elsewhere, and would be
    counted apart.
    """
    works = {work.work_id: work for work in bibliography.works}
    listed: dict[str, dict[str, Work]] = {}
    for (name, _), work_id in sorted(bibliography.entry_works.items()):
        listed.setdefault(name, {})[work_id] = works[work_id]
    return tuple(one for name, some in listed.items() for one in _of_list(name, tuple(some.values())))


def _of_list(name: str, works: Sequence[Work]) -> tuple[AbsentWork, ...]:
    source = _choose_source(works)
    if source is None:
        return ()
    ids = {work.work_id for work in works}
    own = {one for work in works for one in work.identifiers}
    titles = {normalize_title(work.title) for work in works}
    citing: dict[Identifier, set[str]] = {}
    named: dict[Identifier, str] = {}
    with_references = set()
    for work in works:
        for one in work.stated_references:
            if one.source != source:
                continue
            with_references.add(work.work_id)
            is_listed = one.work_id in ids or one.identifier in own
            if not is_listed and not (one.title and normalize_title(one.title) in titles):
                citing.setdefault(one.identifier, set()).add(work.work_id)
                if one.title:
                    named.setdefault(one.identifier, one.title)
    often = [one for one, by in citing.items() if len(by) >= _FEWEST]
    often.sort(key=lambda one: (-len(citing[one]), named.get(one, ""), one.scheme, one.value))
    return tuple(
        AbsentWork(
            list=name,
            source=source,
            identifier=one,
            title=named.get(one),
            citing_work_ids=tuple(sorted(citing[one])),
            n_with_references=len(with_references),
        )
        for one in often[:_MOST]
    )


def _choose_source(works: Sequence[Work]) -> str | None:
    """The source whose references are counted: one that knows those of the most works, preferably with titles."""
    known: dict[str, set[str]] = {}
    titled: dict[str, set[str]] = {}
    for work in works:
        for one in work.stated_references:
            known.setdefault(one.source, set()).add(work.work_id)
            if one.title:
                titled.setdefault(one.source, set()).add(work.work_id)
    if not known:
        return None
    most = max(map(len, known.values()))
    enough = [name for name, some in known.items() if len(some) >= most * _LEAST_SHARE]
    return max(sorted(enough), key=lambda name: (len(titled.get(name, ())), len(known[name])))
