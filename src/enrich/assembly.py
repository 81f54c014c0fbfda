"""From drafts to the bibliography: work ids and keys that stay, citation links inside the list, the run's digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from enrich.corrections import Corrections
from enrich.export import keys
from enrich.merge.claims import Value
from enrich.merge.precedence import CORRECTIONS, rank
from enrich.merge.values import identifier_field
from enrich.merge.works import Evidence, to_work, work_id_of
from enrich.model.addresses import identifiers_in_url
from enrich.model.entry import given_key
from enrich.model.verdict import Status
from enrich.model.work import DeadLink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from enrich.corrections import Correction
    from enrich.model.entry import ReadingList
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Repository
    from enrich.model.work import Bibliography, Work
    from enrich.planning import Accepted, Draft


_LINKED = "linked_versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What earlier runs have published and must not change."""

    work_ids: Mapping[str, str]
    """Identifier to work id."""
    citation_keys: Mapping[str, str]
    missed: Mapping[tuple[str, str], datetime]
    """(source, identifier) to the moment since which the source says that nothing is there."""


def data_time(drafts: Sequence[Draft], otherwise: datetime) -> datetime:
    """The newest moment at which anything was retrieved: equal replies make equal outputs, whatever the clock says."""
    times = [one.record.retrieved_at for draft in drafts for one in draft.accepted]
    return max(times, default=otherwise.replace(microsecond=0))


def to_works(
    drafts: Sequence[Draft],
    lists: Sequence[ReadingList],
    frozen: Frozen,
    read_at: datetime,
    corrections: Corrections | None = None,
) -> tuple[Work, ...]:
    """The works sorted by work id, with keys and the citation links among them.

    Raises:
        ConfigError: two corrections of one work contradict each other.
    """
    sources = {one.name: one.source for one in lists}
    works: dict[str, Work] = {}
    missed = {identifier: (source, moment) for (source, identifier), moment in frozen.missed.items()}
    for draft in drafts:
        corrected = _corrected(draft, corrections or Corrections(), read_at)
        evidence = replace(_evidence(draft, sources, read_at), corrected=tuple(corrected))
        # Two titles under one link are two works with one identifier: the later one gets a number behind it.
        names = numbered(_frozen_id(draft, frozen) or work_id_of(evidence))
        work_id = next(name for name in names if name not in works)
        works[work_id] = replace(to_work(work_id, evidence), dead_links=tuple(_dead_links(draft, missed)))
    given, reserved = _given_keys(works.values(), lists)
    assigned = keys.assign_citation_keys(works.values(), frozen.citation_keys, given, reserved)
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
    return any(
        not said.get(name) or rank(name, one) < rank(name, said[name]) for one in unheard for name in keys.FIELDS
    )


def numbered(name: str) -> Iterator[str]:
    """The name, then the name with 2, 3, … behind it."""
    yield name
    for number in count(2):
        yield f"{name}-{number}"


def digest(value: object) -> str:
    """Sixteen hexadecimal digits that are equal for equal values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def run_digest(works: Sequence[Work], lists: Sequence[ReadingList], config: Any) -> str:  # noqa: ANN401 (JSON)
    """The id of a run: a digest of what went in and of every claim that came out."""
    said = sorted(
        f"{claim.work_id} {claim.field} {claim.source} {claim.value} {claim.retrieved_at.isoformat()}"
        for work in works
        for claim in work.claims
    )
    return digest([[one.digest for one in lists], config, said])


def content_digest(bibliography: Bibliography) -> str:
    """A digest of what is known of lists and works, whenever it was said: equal when a run brought no news."""
    said = sorted(
        f"{claim.work_id} {claim.field} {claim.source} {claim.is_selected} {claim.value}"
        for work in bibliography.works
        for claim in work.claims
    )
    works = [
        [
            *(one.work_id, one.citation_key, one.status, [str(link.identifier) for link in one.dead_links]),
            *(one.references, repr(one.authors), repr(one.stated_references), repr(one.links)),
            [(known.source, known.year, known.count) for known in one.citations_by_year],
        ]
        for one in bibliography.works
    ]
    # The evidence of a finding says when it was told.
    findings = [
        [one.list, one.order, one.line, one.kind, one.severity, one.list_says, one.record_says, one.fix]
        for one in bibliography.findings
    ]
    judged = [
        [one.list, one.order, one.status, [reason.kind for reason in one.reasons]] for one in bibliography.references
    ]
    lists = [[one.name, one.digest] for one in bibliography.lists]
    failed = [name for name, _ in bibliography.source_failures]
    made_by = [bibliography.config_digest, bibliography.code_version]
    return digest([lists, works, said, findings, judged, failed, sorted(bibliography.new_work_ids), *made_by])


def _frozen_id(draft: Draft, frozen: Frozen) -> str | None:
    """The id that a work must have: as published, unless a correction says that it was published as another work."""
    known = [frozen.work_ids[str(one)] for one in draft.identity if str(one) in frozen.work_ids]
    rejected = {str(one) for one in draft.rejected}
    if not draft.pins:
        return next((one for one in known if one not in rejected), None)
    pinned = [frozen.work_ids[str(one)] for one in draft.pinned if str(one) in frozen.work_ids]
    own = {str(one) for one in draft.identity}
    return next((one for one in (*pinned, *known) if one in own), str(draft.pinned[0]))


def _corrected(draft: Draft, corrections: Corrections, read_at: datetime) -> Iterator[Value]:
    """The values that a curator gives: identifiers of pins, and overrides."""
    overrides = corrections.overrides_for(draft.entries, frozenset(draft.identity))
    said: list[tuple[str, Any, Correction]] = [(one.field, one.value, one) for one in overrides]
    said += [(identifier_field(one.identifier), one.identifier, one) for one in draft.pins]
    for name, value, one in said:
        yield Value(
            field=name,
            value=value,
            source=CORRECTIONS,
            retrieved_at=read_at,
            source_url=one.source_url,
            request_key="",
            method="correction",
            is_published=True,
            note=one.reason,
        )


def _dead_links(draft: Draft, missed: Mapping[str, tuple[str, datetime]]) -> Iterator[DeadLink]:
    """The links of the entries that lead nowhere, by the word of the services behind them."""
    links = {link.url for _, entry in draft.entries for link in entry.links} if missed else set()
    for url in sorted(links):
        for identifier in identifiers_in_url(url):
            if str(identifier) in missed:
                source, moment = missed[str(identifier)]
                yield DeadLink(identifier=identifier, url=url, source=source, missed_at=moment)


def _evidence(draft: Draft, sources: Mapping[str, str], read_at: datetime) -> Evidence:
    return Evidence(
        entries=draft.entries,
        sources=[sources[name] for name, _ in draft.entries],
        records=[(one.record, one.method) for one in draft.accepted],
        identifiers=draft.identity,
        verdict=min(draft.accepted, key=_sureness).verdict if draft.accepted else None,
        refusals=list(draft.refusals.values()),
        near=draft.near,
        read_at=read_at,
    )


def _sureness(one: Accepted) -> tuple[int, bool, int, str]:
    """Sort key: the surest verdict, one that rests on no other record, that on the most trusted record."""
    status = list(Status).index(one.verdict.status)
    is_linked = one.verdict.reason == _LINKED
    return status, is_linked, rank("title", one.record.source), " ".join(map(str, one.record.identifiers))


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
