"""Where a work appeared: the facts of one published version, each with who said it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.merge.claimed_values import is_published
from enrich.merge.precedence import CORRECTIONS, LIST, rank
from enrich.model.addresses import to_url
from enrich.model.identifiers import Scheme
from enrich.model.record import WorkType
from enrich.text.publication import is_preprint_server, normalize_pages
from enrich.text.tex import normalize_text
from enrich.updating.changes import Said
from enrich.updating.own_values import same_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.model.record import Record
    from enrich.model.work import Version, Work

TYPES = {
    WorkType.CONFERENCE: "inproceedings",
    WorkType.JOURNAL: "article",
    WorkType.CHAPTER: "incollection",
    WorkType.BOOK: "book",
}
"""Types of published versions to types of entries."""
_FIELDS = {"year": "year", "volume": "volume", "number": "issue", "pages": "pages", "publisher": "publisher"}
_PAGES = (Scheme.NEURIPS, Scheme.PMLR, Scheme.ACL, Scheme.CVF, Scheme.OPENREVIEW)
"""Schemes of proceedings whose pages show the paper; a record of an index shows itself."""


def published_versions(work: Work) -> list[Version]:
    """The versions that appeared somewhere."""
    return [one for one in work.versions if one.type in TYPES and one.venue and not is_preprint_server(one.venue)]


def version_of(work: Work, container: str | None, doi: str | None, type_: WorkType | None = None) -> Version | None:
    """The published version that an entry means by its DOI, its container or its type; else the work's own choice."""
    versions = published_versions(work)
    if doi:
        named = [one for one in versions if any(known.value == doi for known in one.identifiers)]
        if named:
            return named[0]
    if container:
        return next((one for one in versions if same_place(container, one.venue or "")), None)
    versions = [one for one in versions if one.type is type_] or versions
    chosen = (one for one in versions if same_place(work.venue or "", one.venue or ""))
    return next(chosen, versions[0] if versions else None)


def facts_of(work: Work, version: Version) -> dict[str, Said]:
    """Field of BibTeX to what the sources say of a version; ``venue`` is its container, values are plain text."""
    records = list(_records(work, version))
    facts: dict[str, Said] = {}
    for field, name in {"venue": "venue", **_FIELDS}.items():
        if said := _corrected(work, name) or _first(records, name):
            facts[field] = said
    if said := facts.get("pages"):
        facts["pages"] = replace(said, value=normalize_pages(said.value))
    dois = ((one, known) for one in _ranked(records, "doi") for known in one.identifiers if known.scheme is Scheme.DOI)
    if found := next(dois, None):
        facts["doi"] = _said(found[0], found[1].value)
    pages = ((one, known) for one in _ranked(records, "url") for known in one.identifiers if known.scheme in _PAGES)
    if page := next(pages, None):
        facts["url"] = _said(page[0], to_url(page[1]))
    months = (one for one in _ranked(records, "date") if one.date and one.date.month and one.date.year == one.year)
    if dated := next(months, None):
        facts["month"] = _said(dated, str(dated.date.month if dated.date else ""))
    return facts


def preprint_facts(work: Work) -> dict[str, Said]:
    """The arXiv identifier and the year of the preprint, by the word of the record that bears it."""
    for record in sorted(work.records, key=lambda one: rank("title", one.source)):
        if record.source == LIST:
            continue
        found = next((one.value for one in record.identifiers if one.scheme is Scheme.ARXIV), None)
        if found is None:
            continue
        facts = {"eprint": _said(record, found), "archiveprefix": _said(record, "arXiv")}
        if record.date and not is_published(record):
            facts["year"] = _said(record, str(record.date.year))
        return facts
    return {}


def _records(work: Work, version: Version) -> Iterator[Record]:
    """The records that describe a version."""
    dois = {one.value for one in version.identifiers if one.scheme is Scheme.DOI}
    for record in work.records:
        own = {one.value for one in record.identifiers if one.scheme is Scheme.DOI}
        if (
            record.source == LIST
            or not is_published(record)
            or record.source not in version.sources
            or (own and dois and not own & dois)
        ):
            continue
        if not record.venue or same_place(record.venue, version.venue or "") is not False:
            yield record


def _ranked(records: Sequence[Record], field: str) -> list[Record]:
    return sorted(records, key=lambda one: rank(field, one.source))


def _first(records: Sequence[Record], name: str) -> Said | None:
    for record in _ranked(records, name):
        if value := getattr(record, name):
            return _said(record, normalize_text(str(value)))
    return None


def _said(record: Record, value: str) -> Said:
    return Said(value, record.source, record.retrieved_at, record.source_url)


def _corrected(work: Work, name: str) -> Said | None:
    """What a curator knows better."""
    for one in work.claims:
        if one.field == name and one.source == CORRECTIONS and one.is_selected:
            return Said(one.value, one.source, one.retrieved_at, one.source_url)
    return None
