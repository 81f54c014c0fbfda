"""Labels that disagree with the record: another year, another venue, or still "arXiv" although it was published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.check.evidence import evidence_of, is_certain, on_entry, published_version
from enrich.model.finding import Severity
from enrich.text.venues import find_venue, venue_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from enrich.model.entry import Entry, ReadingList
    from enrich.model.finding import Finding
    from enrich.model.work import Version, Work

_ARXIV_YEAR = re.compile(r"(\d{2})\d{2}\.\d{4,5}")
_CENTURY = 2000


def find_label_differences(reading_list: ReadingList, works: Mapping[int, Work]) -> Iterator[Finding]:
    """Entries of prose whose venue label says something else than the record."""
    newest = max((entry.year for entry in reading_list.entries if entry.year), default=None)
    for entry in reading_list.entries:
        work = works.get(entry.order)
        if entry.fields or entry.label is None or entry.venue is None or work is None or not is_certain(work):
            continue
        published = published_version(work)
        if entry.venue == "arXiv":
            yield from _check_preprint_label(reading_list.name, entry, work, published, newest)
        elif published is not None:
            yield from _check_published_label(reading_list.name, entry, work, published)


def _check_preprint_label(
    name: str, entry: Entry, work: Work, published: Version | None, newest: int | None
) -> Iterator[Finding]:
    if published is not None:
        year = published.year or work.year
        is_news = bool(year and newest and year > newest)
        says = f"{short_venue(published.venue)} {year or ''}".strip()
        severity = Severity.STALE if is_news else Severity.DEFECT
        kind = "preprint_label_though_published"
        fix = to_label(entry.label or "", published.venue, year)
        yield on_entry(name, entry, kind, severity, entry.label or "", says, evidence=_evidence(work), fix=fix)
    submitted = _submitted_year(work)
    if entry.year and submitted and entry.year != submitted:
        says = f"{work.work_id}, submitted {submitted}"
        fix = to_label(entry.label or "", "arXiv", submitted)
        kind = "label_year_wrong"
        evidence = evidence_of(work, "date")
        yield on_entry(name, entry, kind, Severity.DEFECT, entry.label or "", says, evidence=evidence, fix=fix)


def _check_published_label(name: str, entry: Entry, work: Work, published: Version) -> Iterator[Finding]:
    """A conference's year is the edition's; a journal's can be the issue's or that of the first publication on line."""
    known = find_venue(published.venue or "")
    claimed = find_venue(entry.venue or "") or entry.venue
    year = published.year or work.year
    if known is None or year is None:
        return
    is_same_venue = claimed == known
    fix = to_label(entry.label or "", published.venue, year)
    says = f"{short_venue(published.venue)} {year}"
    if is_same_venue and entry.year and entry.year != year:
        is_ambiguous = venue_type(known) == "journal" and abs(entry.year - year) == 1
        kind = "label_year_ambiguous" if is_ambiguous else "label_year_wrong"
        severity = Severity.NOTE if is_ambiguous else Severity.DEFECT
        yield on_entry(name, entry, kind, severity, entry.label or "", says, evidence=_evidence(work), fix=fix)
    elif not is_same_venue and claimed is not None and entry.year and abs(entry.year - year) > 1:
        kind = "label_venue_and_year_wrong"
        yield on_entry(name, entry, kind, Severity.DEFECT, entry.label or "", says, evidence=_evidence(work), fix=fix)


def _evidence(work: Work) -> tuple[str, ...]:
    return (*evidence_of(work, "venue"), *evidence_of(work, "year"))


def _submitted_year(work: Work) -> int | None:
    """The year of the first arXiv version, which stands in the identifier too."""
    match = _ARXIV_YEAR.fullmatch(work.identifier("arxiv") or "")
    return _CENTURY + int(match[1]) if match else None


def short_venue(name: str | None) -> str:
    """The name by which people call a venue."""
    return find_venue(name or "") or name or ""


def to_label(like: str, venue: str | None, year: int | None) -> str:
    """A label for a venue and year in the fashion of another one.

    >>> to_label("arXiv19", "International Conference on Machine Learning", 2020), to_label("arXiv 2019", "ICML", 2020)
    ('ICML20', 'ICML 2020')
    """
    name = short_venue(venue)
    if year is None:
        return name
    match = re.search(r"(?P<gap>[\s'’]*)(?P<year>(?:19|20)?\d{2})$", like)
    gap = match["gap"] if match else " "
    digits = len(match["year"]) if match else 4
    return f"{name}{gap}{str(year)[-digits:]}"
