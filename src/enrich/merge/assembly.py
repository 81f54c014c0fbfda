"""From the evidence of each work to the bibliography: work ids and keys that stay, citation links inside the list."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from enrich.merge.citation_keys import KEY_FIELDS, assign_citation_keys
from enrich.merge.precedence import rank
from enrich.merge.works import to_work, work_id_of
from enrich.model.entry import given_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from enrich.merge.works import Beliefs
    from enrich.model.entry import ReadingList
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Repository
    from enrich.model.work import Work


def to_works(
    evidence: Iterable[Beliefs], lists: Sequence[ReadingList], frozen_keys: Mapping[str, str]
) -> tuple[Work, ...]:
    """The works sorted by work id, with keys and the citation links among them.

    ``frozen_keys`` are the citation keys that earlier runs have published, by work.
    """
    works: dict[str, Work] = {}
    for one in evidence:
        # Two titles under one link are two works with one identifier: the later one gets a number behind it.
        work_id = next(name for name in numbered(one.published_as or work_id_of(one)) if name not in works)
        works[work_id] = to_work(work_id, one)
    given, reserved = _given_keys(works.values(), lists)
    assigned = assign_citation_keys(works.values(), frozen_keys, given, reserved)
    by_identifier = {str(one): work.work_id for work in works.values() for one in work.identifiers}
    repositories = {
        identifier: record.repository
        for work in works.values()
        for record in work.records
        if record.repository is not None
        for identifier in record.identifiers
    }
    return tuple(
        replace(_with_repositories(_link(work, by_identifier), repositories), citation_key=assigned[work.work_id])
        for work in sorted(works.values(), key=lambda one: one.work_id)
    )


def _given_keys(works: Iterable[Work], lists: Sequence[ReadingList]) -> tuple[dict[str, str], set[str]]:
    """The first citation key that a list gives each work, and all keys that no other work may be given."""
    entries = {(one.name, entry.order): entry for one in lists for entry in one.entries}
    owners: dict[str, str] = {}
    given: dict[str, str] = {}
    for place, work_id in sorted((place, work.work_id) for work in works for place in work.entry_orders):
        key = given_key(entries[place])
        if key is not None and owners.setdefault(key.lower(), work_id) == work_id:
            given.setdefault(work_id, key)
    return given, {*owners, *(parent.key for one in lists for parent in one.parents)}


def keys_to_freeze(
    works: Iterable[Work], lists: Sequence[ReadingList], unheard: Mapping[tuple[str, int], Collection[str]]
) -> dict[str, str]:
    """The keys of our making that may be frozen, by work: those of works whose identity and first author are known.

    ``unheard`` are the sources that could not answer, by entry: what a key is made of must not wait for their word.
    """
    works = tuple(works)
    given, _ = _given_keys(works, lists)
    return {
        work.work_id: work.citation_key
        for work in works
        if work.work_id not in given and work.authors and work.verdict is not None and work.verdict.is_accepted
        if not _may_change({name for order in work.entry_orders for name in unheard.get(order, ())}, work)
    }


def _may_change(unheard: Collection[str], work: Work) -> bool:
    """Whether a source that was not heard would be believed in what a citation key is made of."""
    if not unheard:
        return False
    said = {claim.field: claim.source for claim in work.claims if claim.is_selected}
    said.setdefault("year", said.get("date", ""))
    return any(not said.get(name) or rank(name, one) < rank(name, said[name]) for one in unheard for name in KEY_FIELDS)


def numbered(name: str) -> Iterator[str]:
    """The name, then the name with 2, 3, … behind it."""
    yield name
    for number in count(2):
        yield f"{name}-{number}"


def _link(work: Work, by_identifier: Mapping[str, str]) -> Work:
    cited: dict[str, str] = {}
    for record in work.records:
        for one in record.references:
            target = by_identifier.get(str(one))
            if target is not None and target != work.work_id:
                cited.setdefault(target, record.source)
    names = sorted(cited)
    stated = tuple(
        replace(one, work_id=target) if (target := by_identifier.get(str(one.identifier))) else one
        for one in work.stated_references
    )
    sources = tuple(cited[name] for name in names)
    return replace(work, references=tuple(names), reference_sources=sources, stated_references=stated)


def _with_repositories(work: Work, repositories: Mapping[Identifier, Repository]) -> Work:
    """The work, with the state of those linked repositories that some source of the run knows."""
    links = tuple(
        replace(link, repository=repositories.get(link.identifier)) if link.identifier else link for link in work.links
    )
    return replace(work, links=links) if links != work.links else work
