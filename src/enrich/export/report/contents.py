"""What the report shows, as plain values for its script: a short row per work, and details that are packed."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from enrich.export.bibtex import to_entry
from enrich.export.cited_work import own_entry, publication_year, short_venue, to_cited_work, topics
from enrich.export.options import ExportOptions
from enrich.export.rows import SECTION_SEPARATOR, scheme_and_value
from enrich.model.addresses import doi_url, to_url
from enrich.model.reference import ReferenceStatus
from enrich.model.work import WorkStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from enrich.model.entry import Entry
    from enrich.model.work import AbsentWork, Bibliography, Claim, Work

MOST_WORKS = 10_000
"""More rows than a page can hold; the most cited ones are shown then."""
_MOST_AUTHORS_SHOWN = 6
_GENERAL_ROLES = frozenset({"page", "paper", "link"})
_SITES = {
    "arxiv.org": "arXiv",
    "doi.org": "DOI",
    "openreview.net": "OpenReview",
    "nips.cc": "NeurIPS",
    "neurips.cc": "NeurIPS",
    "mlr.press": "PMLR",
    "aclanthology.org": "ACL",
    "thecvf.com": "CVF",
    "github.com": "GitHub",
}
_LONGEST_CLAIM = 2_000
_MOST_ABSENT = 25
_MOST_CITING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One headline number."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentRow:
    """A work that a list's works cite and the list does not name."""

    title: str
    url: str
    n_citing: int
    n_with_references: int
    source: str
    citing: list[tuple[str, str]]
    """Citation key and title of the first works that cite it."""


class _Pool:
    """Numbers for texts that occur often."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))


def shown_works(bibliography: Bibliography) -> tuple[Work, ...]:
    """The works on the page, in the order in which the lists name them."""
    works = bibliography.works
    if len(works) > MOST_WORKS:
        works = tuple(sorted(works, key=lambda work: (-(work.citation_count or 0), work.work_id))[:MOST_WORKS])
    places = {known.name: place for place, known in enumerate(bibliography.lists)}
    first = {
        work.work_id: min(((places.get(name, 0), order) for name, order in work.entry_orders), default=(len(places), 0))
        for work in works
    }
    return tuple(sorted(works, key=lambda work: (first[work.work_id], work.work_id)))


def entries_by_work(bibliography: Bibliography) -> dict[str, list[tuple[str, Entry]]]:
    """The entries that name each work, their topics spelled out, with the names of their lists."""
    named: dict[str, list[tuple[str, Entry]]] = {}
    for reading_list in bibliography.lists:
        for entry in reading_list.entries:
            work_id = bibliography.entry_works[reading_list.name, entry.order]
            spelled = replace(entry, topic_labels=tuple(topics(entry, reading_list))) if reading_list.legend else entry
            named.setdefault(work_id, []).append((reading_list.name, spelled))
    return named


def to_rows(works: Iterable[Work], named: dict[str, list[tuple[str, Entry]]], new: frozenset[str]) -> dict[str, Any]:
    """The table: shared texts and one short row per work."""
    sections, labels = _Pool(), _Pool()
    rows = [_row(work, named.get(work.work_id, []), sections, labels, is_new=work.work_id in new) for work in works]
    return {"sections": list(sections.texts), "labels": list(labels.texts), "rows": rows}


def _row(
    work: Work, entries: list[tuple[str, Entry]], sections: _Pool, labels: _Pool, *, is_new: bool
) -> dict[str, Any]:
    names = [author.name for author in work.authors]
    paths = dict.fromkeys(SECTION_SEPARATOR.join(entry.section_path) for _, entry in entries if entry.section_path)
    tags = dict.fromkeys(tag for _, entry in entries for tag in (*entry.topic_labels, *entry.remarks))
    short = short_venue(work)
    values = {
        "k": work.citation_key,
        "t": work.title or "(untitled)",
        "a": names[:_MOST_AUTHORS_SHOWN],
        "m": "; ".join(names[_MOST_AUTHORS_SHOWN:]),
        "y": publication_year(work),
        "v": short or work.venue,
        "f": work.venue if short else None,
        "c": work.citation_count,
        "p": work.type.value,
        "s": [sections(path) for path in paths],
        "l": [labels(tag) for tag in tags],
        "b": [labels(label) for label in dict.fromkeys(entry.label for _, entry in entries) if label],
        "u": _links(work, entries),
        "x": " ".join(identifier.value for identifier in work.identifiers if identifier.scheme in ("arxiv", "doi")),
        "g": list(dict.fromkeys(name for name, _ in entries)),
        "n": is_new or None,
        "w": work.status.value if work.status is not WorkStatus.OK else None,
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _links(work: Work, entries: list[tuple[str, Entry]]) -> list[list[str]]:
    """Label and address of what can be opened, the page of the work first."""
    found: dict[str, str] = {}
    doi = work.identifier("doi")
    for role, url in (
        ("page", work.url),
        ("page", doi_url(doi) if doi else None),
        ("pdf", work.pdf_url),
        *((link.role.value, link.url) for _, entry in entries for link in entry.links),
    ):
        if url and url.lower().startswith(("https://", "http://")):
            found.setdefault(url, _link_label(role, url))
    return [[label, url] for url, label in found.items()]


def _link_label(role: str, url: str) -> str:
    """What a link leads to: the site if it is a well-known one, else the role."""
    if url.lower().endswith(".pdf") or "/pdf/" in url.lower():
        return "PDF"
    if role not in _GENERAL_ROLES:
        return role
    host = url.split("/")[2].lower().removeprefix("www.") if url.count("/") > 1 else ""
    return next((name for site, name in _SITES.items() if host == site or host.endswith(f".{site}")), "page")


def to_packed_details(works: Iterable[Work], named: dict[str, list[tuple[str, Entry]]]) -> str:
    """The details of each work (claims, versions, BibTeX), compressed and in base64: read when they are asked for."""
    pool = _Pool()
    options = ExportOptions(bib_abstract=False)
    details = [_details(work, named.get(work.work_id, []), pool, options) for work in works]
    text = json.dumps({"texts": list(pool.texts), "details": details}, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "replace"), compresslevel=9, mtime=0)
    return base64.b64encode(packed).decode("ascii")


def _details(work: Work, entries: list[tuple[str, Entry]], pool: _Pool, options: ExportOptions) -> dict[str, Any]:
    own = tuple(filter(None, (own_entry(entry) for _, entry in entries)))
    claims: dict[str, list[list[Any]]] = {}
    for claim in sorted(work.claims, key=lambda known: (known.field, not known.is_selected)):
        claims.setdefault(claim.field, []).append(_claim(claim, pool))
    return {
        "bib": to_entry(to_cited_work(work, options, own=own), options),
        "abstract": work.abstract,
        "identifiers": [scheme_and_value(identifier) for identifier in work.identifiers],
        "entries": [
            [name, entry.order, entry.line, SECTION_SEPARATOR.join(entry.section_path)] for name, entry in entries
        ],
        "verdict": [work.verdict.status.value, work.verdict.reason] if work.verdict else None,
        "versions": [
            [
                version.type.value,
                version.stage.value if version.stage else "",
                str(version.date or version.year or ""),
                version.venue or "",
                [scheme_and_value(identifier) for identifier in version.identifiers],
                ", ".join(version.sources),
            ]
            for version in work.versions
        ],
        "claims": sorted(claims.items()),
    }


def _claim(claim: Claim, pool: _Pool) -> list[Any]:
    value = claim.value if len(claim.value) <= _LONGEST_CLAIM else f"{claim.value[:_LONGEST_CLAIM]}…"
    shared = (claim.source, _day(claim.retrieved_at), claim.reason, claim.method, claim.source_url or "")
    return [value, int(claim.is_selected), *(pool(text) for text in shared)]


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def headline(bibliography: Bibliography) -> list[Figure]:
    """The numbers at the top."""
    works = bibliography.works
    n_entries = sum(len(known.entries) for known in bibliography.lists)
    published = sum(work.type.value in {"conference", "journal", "book", "chapter"} for work in works)
    counted = [work.citation_count for work in works if work.citation_count is not None]
    years = [year for work in works if (year := publication_year(work))]
    complete = sum(work.status is WorkStatus.OK for work in works)
    figures = [
        Figure(value=f"{len(works):,}", label="works", note=f"from {n_entries:,} entries"),
        Figure(value=f"{published:,}", label="published", note="at a venue or in a journal"),
        Figure(value=f"{complete:,}", label="complete", note="nothing that matters is missing"),
    ]
    if counted:
        note = f"counted for {len(counted):,} works"
        figures.append(Figure(value=f"{sum(counted):,}", label="citations", note=note))
    if years:
        figures.append(Figure(value=f"{min(years)}–{max(years)}", label="years"))
    if bibliography.references:
        verified = sum(one.status is ReferenceStatus.VERIFIED for one in bibliography.references)
        figures.append(Figure(value=f"{verified:,}", label="verified", note=f"of {n_entries:,} entries"))
    if bibliography.findings:
        figures.append(Figure(value=f"{len(bibliography.findings):,}", label="findings", note="about the list"))
    return figures


def most_cited_absent(bibliography: Bibliography) -> Iterator[tuple[str, list[AbsentRow]]]:
    """List and its rows, of what its works cite most and it does not name."""
    titles = {known.name: known.title or known.name for known in bibliography.lists}
    works = {work.work_id: work for work in bibliography.works}
    for name, title in titles.items():
        some = [one for one in bibliography.absent_works if one.list == name][:_MOST_ABSENT]
        rows = [
            AbsentRow(
                title=one.title or str(one.identifier),
                url=to_url(one.identifier),
                n_citing=len(one.citing_work_ids),
                n_with_references=one.n_with_references,
                source=one.source.replace("_", " "),
                citing=[(work.citation_key, work.title) for work in _some(works, one)],
            )
            for one in some
        ]
        if rows:
            yield title, rows


def _some(works: dict[str, Work], one: AbsentWork) -> list[Work]:
    """The first works that cite it."""
    return [works[work_id] for work_id in one.citing_work_ids if work_id in works][:_MOST_CITING]


def newest_day(bibliography: Bibliography) -> str | None:
    """The newest day on which a value on the page was received."""
    moments = [work.updated_at for work in bibliography.works if work.updated_at]
    return _day(max(moments)) if moments else None


def facet(values: Iterable[str | int | None]) -> list[tuple[str, int]]:
    """The values of a filter with how often each occurs, in their natural order."""
    counts = Counter(str(value) for value in values if value not in (None, ""))
    return sorted(counts.items(), key=lambda pair: pair[0].casefold())
