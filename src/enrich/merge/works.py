"""One work from the entries that name it and the records that were accepted for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from enrich.merge.claimed_values import is_published
from enrich.merge.claims import Value, entry_values, newest, record_values, select, to_claims
from enrich.merge.joined_authors import join_authors
from enrich.merge.precedence import CORRECTIONS, LIST, rank
from enrich.merge.stated import to_citations_by_year, to_links, to_references
from enrich.merge.versions import Versions, to_versions
from enrich.model.entry import EntryKind
from enrich.model.facts import FACTS
from enrich.model.identifiers import Scheme
from enrich.model.record import WorkType
from enrich.model.work import Work, WorkStatus
from enrich.text.publication import kind_of_venue
from enrich.text.title_forms import normalize_title
from enrich.text.venues import find_venue, split_volume, venue_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from enrich.model.entry import Entry
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record
    from enrich.model.reference import NearRecord
    from enrich.model.verdict import Verdict
    from enrich.model.work import DeadLink, Refusal, Version

_KIND_TYPES = {
    EntryKind.SOFTWARE: WorkType.SOFTWARE,
    EntryKind.WEBSITE: WorkType.WEBSITE,
    EntryKind.DATASET: WorkType.DATASET,
    EntryKind.BOOK: WorkType.BOOK,
    EntryKind.THESIS: WorkType.THESIS,
}
_RELEASED = (WorkType.SOFTWARE, WorkType.DATASET)
_VENUE_TYPES = {"conference": WorkType.CONFERENCE, "journal": WorkType.JOURNAL}
_SCHEME_ORDER = {scheme: position for position, scheme in enumerate(Scheme)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """All that is believed of one work."""

    entries: Sequence[tuple[str, Entry]]
    """(list name, entry)."""
    sources: Sequence[str]
    """Path or address of each entry's list, in step."""
    records: Sequence[tuple[Record, str]]
    """(accepted record, method)."""
    identifiers: Sequence[Identifier]
    verdict: Verdict | None
    refusals: Sequence[Refusal] = ()
    near: Sequence[NearRecord] = ()
    corrected: Sequence[Value] = ()
    """What a curator knows better."""
    published_as: str | None = None
    """The id that the work must have: as earlier runs have published it."""
    dead_links: Sequence[DeadLink] = ()
    read_at: datetime


def work_id_of(evidence: Beliefs) -> str:
    """The id of a work: its preferred identifier, or a digest of its title where it has none.

    A software's repository comes first: a paper about it is another work.
    """
    usable = sorted(set(evidence.identifiers), key=lambda one: (_SCHEME_ORDER[one.scheme], one.value))
    kind = evidence.entries[0][1].kind
    if kind is EntryKind.SOFTWARE:
        usable.sort(key=lambda one: one.scheme is not Scheme.GITHUB)
    elif kind is EntryKind.PAPER:
        usable = [one for one in usable if one.scheme not in (Scheme.GITHUB, Scheme.URL)]
    if usable:
        return str(usable[0])
    entry = evidence.entries[0][1]
    text = normalize_title(entry.title or "") or entry.quote or " ".join(link.url for link in entry.links)
    text = text or " ".join(f"{one.name} {one.value}" for one in entry.fields)
    return f"title:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def to_work(work_id: str, evidence: Beliefs) -> Work:
    """The work with its selected values and all claims; the citation key is still empty."""
    entry = evidence.entries[0][1]
    evidence = replace(evidence, records=sorted(evidence.records, key=lambda pair: _order_of(pair[0])))
    records = tuple(record for record, _ in evidence.records)
    versions = _versions(evidence, records)
    other = _of_other_versions(versions, records)
    values = [
        value
        for record, method in evidence.records
        for value in record_values(record, method, is_cited=id(record) not in other)
    ]
    for (_, entry), source in zip(evidence.entries, evidence.sources, strict=True):
        values += entry_values(entry, source, evidence.read_at)
    values += evidence.corrected
    identifiers = _order(evidence.identifiers, versions.cited)
    selected = select(values) | _primary(values, identifiers)

    def chosen(name: str) -> Any:  # noqa: ANN401 (one selector for all types of fields)
        return selected[name][0].value if name in selected else None

    is_cut = "authors" in selected and selected["authors"][0].is_truncated
    counted = selected.get("citation_count")
    corrected = {name: value.value for name, (value, _) in selected.items() if value.source == CORRECTIONS}
    work_type = _corrected_type(corrected)
    work_type = work_type or _type(entry, chosen("type"), chosen("venue"), otherwise=_preprint_type(identifiers))
    is_on_arxiv = work_type is WorkType.PREPRINT and any(one.scheme is Scheme.ARXIV for one in identifiers)
    venue = chosen("venue") or ("arXiv" if is_on_arxiv else None)
    facts = {name: value for name in FACTS if (value := chosen(name)) is not None} | {
        "title": chosen("title") or "",
        "authors": join_authors(chosen("authors") or (), records),
        "year": chosen("year") or (chosen("date").year if chosen("date") else None),
        "venue": venue,
        "venue_short": chosen("venue_short") or (find_venue(venue) if venue else None),
        "volume_title": _of_series(chosen("volume_title"), venue),
        "version": chosen("version") if work_type in _RELEASED else None,
    }
    return Work(
        **facts,
        work_id=work_id,
        citation_key="",
        title_source=chosen("title") or "",
        type=work_type,
        entry_orders=tuple((name, one.order) for name, one in evidence.entries),
        identifiers=identifiers,
        authors_truncated=is_cut,
        citation_count_source=counted[0].source if counted else None,
        citation_count_at=counted[0].retrieved_at if counted else None,
        citations_by_year=to_citations_by_year(records),
        remarks=tuple(sorted({remark for record in records for remark in record.remarks})),
        sections=tuple((name, one.section_path) for name, one in evidence.entries),
        versions=versions.all,
        stated_references=to_references(records),
        links=to_links([one for _, one in evidence.entries], records, evidence.identifiers),
        records=records,
        refusals=tuple(evidence.refusals),
        near=tuple(evidence.near),
        dead_links=tuple(evidence.dead_links),
        claims=to_claims(work_id, values, selected),
        verdict=evidence.verdict,
        status=_status(records, chosen, is_cut=is_cut),
        updated_at=newest([value for value, _ in selected.values()]),
    )


def _order_of(record: Record) -> tuple[int, str, list[str], str, str, str]:
    """Sort key of the records of a work, the most trusted first: never when they were heard."""
    names = [str(one) for one in record.identifiers]
    told = (record.source_url or "", str(record.stage), record.title or "")
    return (rank("title", record.source), record.source, names, *told)


def _venue_key(name: str) -> str:
    return find_venue(name) or normalize_title(name)


def _versions(evidence: Beliefs, records: Sequence[Record]) -> Versions:
    """The versions of a publication; those of a software are its releases."""
    entries = [entry for _, entry in evidence.entries]
    if not _is_publication(entries[0]):
        return Versions(())
    named = {str(one) for entry in entries for one in entry.identifiers}
    named |= {_venue_key(entry.venue) for entry in entries if entry.venue}
    return to_versions(records, _venue_key, identifiers=evidence.identifiers, named=named)


def _of_other_versions(versions: Versions, records: Sequence[Record]) -> frozenset[int]:
    """The records, by ``id``, that tell of another published version than the one to cite."""
    if versions.cited is None or not is_published(versions.cited):
        return frozenset()
    cited = {id(record) for record in versions.cited_records}
    return frozenset(id(record) for record in records if id(record) not in cited)


def _order(identifiers: Sequence[Identifier], cited: Version | None) -> tuple[Identifier, ...]:
    """The identifiers by scheme, those of the version to cite first."""
    own = frozenset(cited.identifiers) if cited is not None else frozenset()
    return tuple(sorted(set(identifiers), key=lambda one: (_SCHEME_ORDER[one.scheme], one not in own, one.value)))


def _primary(values: Sequence[Value], identifiers: Sequence[Identifier]) -> dict[str, tuple[Value, str]]:
    """The DOI of the version to cite, by the first who names it."""
    first = next((one for one in identifiers if one.scheme is Scheme.DOI), None)
    said = sorted((one for one in values if one.field == "doi" and one.value == first), key=lambda one: one.order)
    return {"doi": (said[0], "of the version to cite")} if said else {}


def _is_publication(entry: Entry) -> bool:
    return entry.kind not in (EntryKind.SOFTWARE, EntryKind.WEBSITE)


def _type(entry: Entry, claimed: WorkType | None, venue: str | None, *, otherwise: WorkType) -> WorkType:
    if entry.kind in _KIND_TYPES and entry.stated is None:
        return _KIND_TYPES[entry.kind]
    if claimed is not None:
        return claimed
    known = find_venue(venue) if venue else None
    if known is None and venue and (kind := kind_of_venue(venue)):
        return _VENUE_TYPES[kind]
    return _VENUE_TYPES.get(venue_type(known) or "" if known else "", otherwise)


def _preprint_type(identifiers: Sequence[Identifier]) -> WorkType:
    """The type of a work that nobody types: a preprint where an arXiv identifier is known, be it by a link alone."""
    is_preprint = any(one.scheme is Scheme.ARXIV for one in identifiers)
    return WorkType.PREPRINT if is_preprint else WorkType.UNKNOWN


def _of_series(title: str | None, venue: str | None) -> str | None:
    """The title of a volume, where it is one of the series that is the venue."""
    return title if title and split_volume(title)[0] in (venue, title) else None


def _corrected_type(corrected: Mapping[str, Any]) -> WorkType | None:
    """The type that a curator gives, be it only by naming the conference or journal where the work appeared."""
    known = find_venue(corrected.get("venue", ""))
    found: WorkType | None = corrected.get("type", _VENUE_TYPES.get(venue_type(known) or "") if known else None)
    return found


def _status(records: Sequence[Record], chosen: Callable[[str], Any], *, is_cut: bool) -> WorkStatus:
    if not [record for record in records if record.source != LIST]:
        return WorkStatus.NOT_FOUND
    return WorkStatus.OK if chosen("title") and chosen("authors") and not is_cut else WorkStatus.PARTIAL
