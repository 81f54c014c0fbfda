"""What sources and lists state beside the fields of a work: its bibliography, its citations by year, its links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.addresses import identifiers_in_url
from enrich.model.entry import LinkRole
from enrich.model.identifiers import Scheme
from enrich.model.work import StatedLink, StatedReference, YearCount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.model.entry import Entry
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record

_ROLES = {
    **dict.fromkeys((LinkRole.CODE, LinkRole.REPO), "code"),
    LinkRole.DATA: "data",
    LinkRole.VIDEO: "video",
    LinkRole.SLIDES: "slides",
    LinkRole.PROJECT: "project",
}


def to_references(records: Sequence[Record]) -> tuple[StatedReference, ...]:
    """Every reference of every record, each once per source, sorted by source and identifier."""
    found: dict[tuple[str, Identifier], StatedReference] = {}
    for record in records:
        titles = (*record.reference_titles, *[""] * (len(record.references) - len(record.reference_titles)))
        for one, title in zip(record.references, titles, strict=True):
            known = found.get((record.source, one))
            if known is None or not known.title:
                found[record.source, one] = StatedReference(record.source, one, title or None)
    ordered = sorted(found.values(), key=lambda one: (one.source, one.identifier.scheme, one.identifier.value))
    return tuple(ordered)


def to_citations_by_year(records: Sequence[Record]) -> tuple[YearCount, ...]:
    """The citing works of each year by source; of several records of a source that with the most citations speaks."""
    best: dict[str, Record] = {}
    for record in records:
        known = best.get(record.source)
        if record.counts_by_year and (known is None or (record.citation_count or 0) > (known.citation_count or 0)):
            best[record.source] = record
    return tuple(
        YearCount(year, count, source, best[source].retrieved_at)
        for source in sorted(best)
        for year, count in sorted(dict(best[source].counts_by_year).items())
    )


def to_links(entries: Iterable[Entry], records: Sequence[Record], own: Iterable[Identifier]) -> tuple[StatedLink, ...]:
    """The links of entries and records to what belongs to a work and is not it, each address once, the list's first."""
    stated = [(_ROLES[one.role], one.url, "list") for entry in entries for one in entry.links if one.role in _ROLES]
    stated += [(one.role, one.url, record.source) for record in records for one in record.links]
    known = set(own)
    found: dict[object, StatedLink] = {}
    for role, url, source in stated:
        if not url.lower().startswith(("https://", "http://")):
            continue
        identifier = next((one for one in identifiers_in_url(url) if one.scheme is not Scheme.URL), None)
        if identifier is None or identifier not in known:
            found.setdefault(identifier or url, StatedLink(role, url, source, identifier))
    return tuple(found.values())
