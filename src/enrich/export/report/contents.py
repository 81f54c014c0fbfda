"""What the report shows, as plain values for its script: a short row per work, and more that is read when asked for."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from enrich.export.cited_work import short_venue, topics
from enrich.export.licences import shares_abstracts
from enrich.export.rows import SECTION_SEPARATOR
from enrich.model.addresses import doi_url, identifiers_in_url, plain_url, to_url
from enrich.model.plain import write_identifier
from enrich.model.reference import ReferenceStatus
from enrich.model.work import WorkStatus, publication_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from enrich.model.entry import Entry
    from enrich.model.finding import Finding
    from enrich.model.reference import Reference
    from enrich.model.work import AbsentWork, Bibliography, Claim, Work

MOST_WORKS = 10_000
"""More rows than a page can hold; the most cited ones are shown then."""
_GENERAL_ROLES = frozenset({"page", "paper", "link"})
_ROLES = {"pdf": "PDF", "code": "Code", "repo": "Code", "github": "Code"}
_REPOSITORY = re.compile(
    r"https?://(?:www\.)?github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?"
    r"(?:/(?:blob|raw|tree|edit)/(?P<revision>[^/?#]+)(?:/(?P<path>[^?#]+?))?)?/?(?:[?#].*)?"
)
_RAW = re.compile(
    r"https?://raw\.githubusercontent\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)/"
    r"(?P<revision>(?:refs/heads/)?[^/?#]+)/(?P<path>[^?#]+)(?:[?#].*)?"
)
_SITES = {
    "arxiv.org": "arXiv",
    "doi.org": "DOI",
    "openreview.net": "OpenReview",
    "nips.cc": "NeurIPS",
    "neurips.cc": "NeurIPS",
    "mlr.press": "PMLR",
    "aclanthology.org": "ACL",
    "thecvf.com": "CVF",
    "github.com": "Code",
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


def shown_title(work: Work) -> str:
    """The title; of a work of which only a link is known its identifier, else its address."""
    return work.title or next(map(str, work.identifiers), None) or work.url or "(untitled)"


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


def to_rows(
    works: Sequence[Work],
    named: dict[str, list[tuple[str, Entry]]],
    new: frozenset[str],
    titles: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The table: shared texts and one short row per work; ``titles`` are those of the lists by their names."""
    pools = _Pools()
    places = {work.work_id: place for place, work in enumerate(works)}
    rows = [_row(work, named.get(work.work_id, []), pools, places, is_new=work.work_id in new) for work in works]
    shared = {name: list(getattr(pools, name).texts) for name in _Pools.__slots__}
    return {**shared, "titles": [titles.get(name, name) for name in shared["lists"]], "rows": rows}


class _Pools:
    """The texts that rows share."""

    __slots__ = ("authors", "labels", "lists", "sections")

    def __init__(self) -> None:
        self.authors, self.labels, self.lists, self.sections = _Pool(), _Pool(), _Pool(), _Pool()


def _row(
    work: Work, entries: list[tuple[str, Entry]], pools: _Pools, places: Mapping[str, int], *, is_new: bool
) -> dict[str, Any]:
    paths = dict.fromkeys(SECTION_SEPARATOR.join(entry.section_path) for _, entry in entries if entry.section_path)
    tags = dict.fromkeys(tag for _, entry in entries for tag in (*entry.topic_labels, *entry.remarks))
    short, year = short_venue(work), publication_year(work)
    values = {
        "k": work.citation_key,
        "t": shown_title(work),
        "a": [pools.authors(name) for name in dict.fromkeys(author.name for author in work.authors)],
        "j": work.authors_truncated or None,
        "y": year,
        "d": str(work.date) if work.date and work.date.month and work.date.year == year else None,
        "v": short or work.venue,
        "f": work.venue if short else None,
        "o": _issue(work),
        "c": work.citation_count,
        "p": work.type.value,
        "s": [pools.sections(path) for path in paths],
        "l": [pools.labels(tag) for tag in tags],
        "b": [pools.labels(label) for label in dict.fromkeys(entry.label for _, entry in entries) if label],
        "u": _links(work, entries),
        "x": " ".join(identifier.value for identifier in work.identifiers if identifier.scheme in ("arxiv", "doi")),
        "g": [pools.lists(name) for name in dict.fromkeys(name for name, _ in entries)],
        "n": is_new or None,
        "w": work.status.value,
        "z": work.oa_status or ("open" if work.is_open_access else None),
        "q": work.retraction_status,
        "e": bool(_abstract(work)) or None,
        "r": sorted({places[cited] for cited in work.references if cited in places}),
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _issue(work: Work) -> str:
    """Volume, issue and pages as a reference prints them: ``12(3), 1–20``."""
    volume = f"{work.volume or ''}{f'({work.issue})' if work.issue else ''}"
    return ", ".join(filter(None, (volume, (work.pages or "").replace("--", "–"))))


def _links(work: Work, entries: list[tuple[str, Entry]]) -> list[list[str]]:
    """Label and address of what can be opened, the page of the work first; one address for each target."""
    found: dict[tuple[str, bool], list[str]] = {}
    doi, arxiv_id = work.identifier("doi"), work.identifier("arxiv")
    for role, url in (
        ("page", work.url),
        ("page", doi_url(doi) if doi else None),
        ("pdf", work.pdf_url or (f"https://arxiv.org/pdf/{arxiv_id}" if arxiv_id else None)),
        ("free text", work.oa_url),
        *((link.role, link.url) for link in work.links),
        *((link.role.value, link.url) for _, entry in entries for link in entry.links),
    ):
        if url and url.lower().startswith(("https://", "http://")):
            label = _link_label(role, url)
            target = next(map(str, identifiers_in_url(url)), url.partition("://")[2].rstrip("/").lower())
            found.setdefault((target, label == "PDF"), [label, url])
    return list(found.values())


def _link_label(role: str, url: str) -> str:
    """What a link leads to: the site if it is a well-known one, else the role."""
    if url.lower().endswith(".pdf") or "/pdf/" in url.lower() or "/pdf?" in url.lower():
        return "PDF"
    if role not in _GENERAL_ROLES:
        return _ROLES.get(role, role.capitalize())
    host = url.split("/")[2].lower().removeprefix("www.") if url.count("/") > 1 else ""
    return next((name for site, name in _SITES.items() if host == site or host.endswith(f".{site}")), "Page")


def pack(value: object) -> str:
    """A value as JSON, compressed and in base64: read when it is asked for."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "replace"), compresslevel=9, mtime=0)
    return base64.b64encode(packed).decode("ascii")


def to_abstracts(works: Iterable[Work]) -> list[str]:
    """The abstract of each work as far as the terms of a source that sent it let it be passed on, else nothing."""
    return [_abstract(work) for work in works]


def _abstract(work: Work) -> str:
    claims = sorted((one for one in work.claims if one.field == "abstract"), key=lambda one: not one.is_selected)
    if not claims or any(one.is_selected and shares_abstracts(one.source) for one in claims):
        return work.abstract or ""
    return next((one.value for one in claims if shares_abstracts(one.source)), "")


def to_details(works: Iterable[Work], named: dict[str, list[tuple[str, Entry]]], places: Places) -> dict[str, Any]:
    """What each work rests on: claims, versions, identifiers and the lines of the lists."""
    pool = _Pool()
    details = [_details(work, named.get(work.work_id, []), pool, places) for work in works]
    return {"texts": list(pool.texts), "details": details}


def _details(work: Work, entries: list[tuple[str, Entry]], pool: _Pool, places: Places) -> dict[str, Any]:
    return {
        "identifiers": [write_identifier(identifier) for identifier in work.identifiers],
        "entries": [
            [*places(name, entry.file, entry.line), SECTION_SEPARATOR.join(entry.section_path)]
            for name, entry in entries
        ],
        "verdict": [work.verdict.status.value, work.verdict.reason] if work.verdict else None,
        "versions": [
            [
                version.type.value,
                version.stage.value if version.stage else "",
                str(version.date or version.year or ""),
                version.venue or "",
                [write_identifier(identifier) for identifier in version.identifiers],
                ", ".join(version.sources),
            ]
            for version in work.versions
        ],
        "claims": _claims(work, pool),
    }


def _claims(work: Work, pool: _Pool) -> list[list[Any]]:
    """Each field with its values, the selected one first; sources that agree share a line."""
    fields: dict[str, dict[str, list[Claim]]] = {}
    for claim in sorted(work.claims, key=lambda known: (known.field, not known.is_selected)):
        fields.setdefault(claim.field, {}).setdefault(_shown_value(claim), []).append(claim)
    return [
        [field, [[value, int(agreeing[0].is_selected), pool(agreeing[0].reason), _said_by(agreeing, pool)]
                 for value, agreeing in values.items()]]
        for field, values in fields.items()
    ]  # fmt: skip


def _said_by(claims: Iterable[Claim], pool: _Pool) -> list[list[int]]:
    """Each source once, with day, method and address of its first claim."""
    first: dict[str, Claim] = {}
    for claim in claims:
        first.setdefault(claim.source, claim)
    said = ((name, _day(one.retrieved_at), one.method, one.source_url or "") for name, one in first.items())
    return [[pool(text) for text in one] for one in said]


def _shown_value(claim: Claim) -> str:
    if claim.field == "abstract" and not shares_abstracts(claim.source):
        return f"({len(claim.value.split()):,} words, which its terms let nobody pass on)"
    return claim.value if len(claim.value) <= _LONGEST_CLAIM else f"{claim.value[:_LONGEST_CLAIM]}…"


class Places:
    """Where a line of a list stands: how people name it, and its address where a site shows lines."""

    def __init__(self, bibliography: Bibliography) -> None:
        self._sources = {known.name: known.source for known in bibliography.lists}

    def __call__(self, name: str, file: str | None, line: int) -> tuple[str, str]:
        """The place for people and its address, which is empty for a file of this computer.

        A repository without a file is its README. Addresses of lines:
        <https://docs.github.com/repositories/working-with-files/using-files/getting-permanent-links-to-files>.
        """
        source = self._sources.get(name, name)
        found = _REPOSITORY.fullmatch(source) or _RAW.fullmatch(source)
        if not found:
            is_web = source.lower().startswith(("https://", "http://"))
            where = file or source.rstrip("/").rpartition("/")[2] or source
            return f"{where}:{line}", source if is_web else ""
        owner, repository, revision, path = (found[part] for part in ("owner", "name", "revision", "path"))
        path = path or file or "README.md"
        address = f"https://github.com/{owner}/{repository}/blob/{revision or 'HEAD'}/{path}?plain=1#L{line}"
        return f"{path}:{line}", plain_url(address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Something said of an entry, with the line that it is about and the work that it names."""

    about: Any
    place: str
    url: str
    key: str
    """Citation key of the work; empty for what is about the list as a whole."""
    title: str
    """What the page calls the work."""


def located(bibliography: Bibliography, said: Iterable[Finding | Reference], places: Places) -> list[Located]:
    """Findings or references with their lines and works."""
    names = {work.work_id: (work.citation_key, shown_title(work)) for work in bibliography.works}
    return [
        Located(about=one, place=place, url=url, key=key, title=title)
        for one in said
        for place, url in [places(one.list, one.file, one.line)]
        for key, title in [names.get(bibliography.entry_works.get((one.list, one.order or 0), ""), ("", ""))]
    ]


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
        Figure(
            value=f"{len(works):,}", label="work" if len(works) == 1 else "works", note=f"from {n_entries:,} entries"
        ),
        Figure(value=f"{published:,}", label="published", note="at a venue or in a journal"),
        Figure(value=f"{complete:,}", label="complete", note="nothing that matters is missing"),
    ]
    if counted:
        note = f"counted for {len(counted):,} works"
        figures.append(Figure(value=f"{sum(counted):,}", label="citations", note=note))
    if years:
        first, last = min(years), max(years)
        figures.append(
            Figure(value=str(first), label="year") if first == last else Figure(value=f"{first}–{last}", label="years")
        )
    if bibliography.references:
        verified = sum(one.status is ReferenceStatus.VERIFIED for one in bibliography.references)
        figures.append(Figure(value=f"{verified:,}", label="verified", note=f"of {n_entries:,} entries"))
    if bibliography.findings:
        n = len(bibliography.findings)
        figures.append(Figure(value=f"{n:,}", label="finding" if n == 1 else "findings", note="about the list"))
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
