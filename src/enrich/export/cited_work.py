"""What a bibliography cites of a work: the one model behind BibTeX, Zotero RDF and CSL-JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from enrich.model.addresses import plain_url, to_url
from enrich.model.entry import given_key, is_citable
from enrich.model.record import WorkType
from enrich.model.reference import ReferenceStatus
from enrich.model.work import publication_year
from enrich.text.names import parse_name
from enrich.text.printable import to_printable
from enrich.text.publication import is_preprint_doi
from enrich.text.tex import normalize_text
from enrich.text.venues import find_venue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from enrich.export.options import ExportOptions
    from enrich.model.dates import PartialDate
    from enrich.model.entry import Entry, ReadingList, StatedField
    from enrich.model.persons import Author
    from enrich.model.work import Bibliography, Version, Work

_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.", re.IGNORECASE)
_NOT_IN_KEYS = re.compile(r"[\s,{}\"#%\\~;=]+")
_ACRONYM_AND_YEAR = re.compile(r"\(([A-Z][A-Za-z&-]{1,11})[ '’]{0,2}\d{2,4}\)")
_VOLUME_AND_ISSUE = re.compile(r"(\d+)\s*\((\d[\w/–-]*)\)")
_AT_A_VENUE = frozenset({WorkType.CONFERENCE, WorkType.JOURNAL, WorkType.BOOK, WorkType.CHAPTER})
_IN_A_CONTAINER = frozenset({WorkType.CONFERENCE, WorkType.JOURNAL, WorkType.CHAPTER, WorkType.WEBSITE})
_BLOG = re.compile(r"\bblogs?\b", re.IGNORECASE)
_WEB = ("https://", "http://")
_ATTACHED = {"code": "Code", "data": "Data"}
_WITH_PAGES = ("doi", "arxiv", "openreview", "acl", "github", "url")
"""Schemes whose identifier leads to a page about the work."""


@dataclass(frozen=True, slots=True)
class UserEntry:
    """A BibTeX entry of the user's that names the work."""

    key: str
    """Empty where LaTeX cannot cite it, or where it is another work's: then the work's own key stands for it."""
    type: str
    fields: tuple[StatedField, ...]
    doubts: tuple[str, ...] = ()
    """What speaks against it or for nothing, where it is not verified."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """An address that stands beside a work in a reference manager."""

    title: str
    """``Full text``, ``Code`` …"""
    url: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedWork:
    """A work as a bibliography cites it: plain Unicode text, bare identifiers."""

    key: str
    work_id: str
    type: WorkType
    title: str
    authors: tuple[Author, ...] = ()
    """Every author that is no organization has a family name, and a given name if there is one."""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    container: str | None = None
    """Journal, proceedings or book."""
    event: str | None = None
    """Acronym and year of a conference."""
    publisher: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    """With an en dash between first and last."""
    authors_truncated: bool = False
    editors: tuple[Author, ...] = ()
    series: str | None = None
    edition: str | None = None
    place: str | None = None
    isbn: str | None = None
    issn: str | None = None
    arxiv_id: str | None = None
    arxiv_category: str | None = None
    doi: str | None = None
    url: str | None = None
    attachments: tuple[Attachment, ...] = ()
    accessed: date | None = None
    version: str | None = None
    language: str | None = None
    license: str | None = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Written by the curators: labels and remarks."""
    abstract: str | None = None
    is_blog: bool = False
    own_entries: tuple[UserEntry, ...] = ()
    """One for each citation key that the user gives it; the first one is ``key``."""
    doubts: tuple[str, ...] = ()
    """A line for each entry of another form that names it and is not verified."""
    stated: frozenset[str] = frozenset()
    """The fields for which the list's own word was selected."""

    @property
    def iso_date(self) -> str | None:
        """``2017``, ``2017-06`` or ``2017-06-12``."""
        if self.year is None:
            return None
        return "-".join([f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)])


def tidy(bibliography: Bibliography) -> Bibliography:
    """The bibliography with every text printable and what is shown as plain Unicode, and one address for each work."""
    bibliography = to_printable(bibliography)
    absent = tuple(
        replace(one, title=normalize_text(one.title)) if one.title else one for one in bibliography.absent_works
    )
    return replace(bibliography, works=tuple(_tidy_work(work) for work in bibliography.works), absent_works=absent)


def _tidy_work(work: Work) -> Work:
    changed: dict[str, Any] = {
        name: plain
        for name in ("title", "venue", "venue_short", "publisher", "abstract", "tldr")
        if (text := getattr(work, name)) and (plain := normalize_text(text)) != text
    }
    keywords = tuple(normalize_text(keyword) for keyword in work.keywords)
    if (url := _url(work)) != work.url:
        changed["url"] = url
    if keywords != work.keywords:
        changed["keywords"] = keywords
    return replace(work, **changed) if changed else work


def topics(entry: Entry, reading_list: ReadingList) -> list[str]:
    """The topic labels of an entry, spelled out where the list's own legend does."""
    legend = dict(reading_list.legend)
    return [legend.get(label, label) for label in entry.topic_labels]


def own_entries(bibliography: Bibliography) -> dict[str, tuple[UserEntry, ...]]:
    """The BibTeX entries of the lists by the work that they name, one for each key; a key names one work only."""
    doubts = doubts_of(bibliography)
    taken: set[str] = set()
    found: dict[str, list[UserEntry]] = {}
    for reading_list in bibliography.lists:
        for entry in reading_list.entries:
            own = own_entry(entry)
            if own is None:
                continue
            own = replace(own, doubts=doubts.get((reading_list.name, entry.order), ()))
            some = found.setdefault(bibliography.entry_works[reading_list.name, entry.order], [])
            same = next((place for place, other in enumerate(some) if other.key.lower() == own.key.lower()), None)
            if same is not None:
                some[same] = _united(some[same], own)
            else:
                some.append(replace(own, key="") if own.key.lower() in taken else own)
                taken.add(own.key.lower())
    return {work_id: tuple(some) for work_id, some in found.items()}


def _united(first: UserEntry, second: UserEntry) -> UserEntry:
    """Two entries of one work under one key: the fields of the first, then those that only the second has."""
    known = {one.name for one in first.fields}
    fields = (*first.fields, *(one for one in second.fields if one.name not in known))
    return replace(first, fields=fields, doubts=(*first.doubts, *second.doubts))


def doubts_of(bibliography: Bibliography) -> dict[tuple[str, int], tuple[str, ...]]:
    """By list and order of an entry that is not verified: why."""
    return {
        (one.list, one.order): (one.summary,)
        for one in bibliography.references
        if one.status is not ReferenceStatus.VERIFIED
    }


def own_entry(entry: Entry) -> UserEntry | None:
    """The BibTeX entry that an entry of a list is; None for entries of other forms."""
    is_bibtex = any(one.tex is not None for one in entry.fields)
    return UserEntry(given_key(entry) or "", entry.type or "misc", entry.fields) if is_bibtex else None


def to_cited_works(bibliography: Bibliography, options: ExportOptions) -> list[CitedWork]:
    """What to cite of each work of a bibliography whose texts are tidy, in their order."""
    tags: dict[str, dict[str, None]] = {}
    for reading_list in bibliography.lists:
        for entry in reading_list.entries:
            work_id = bibliography.entry_works[reading_list.name, entry.order]
            tags.setdefault(work_id, {}).update(dict.fromkeys((*topics(entry, reading_list), *entry.remarks)))
    own = own_entries(bibliography)
    own_orders = {(one.name, entry.order) for one in bibliography.lists for entry in one.entries if own_entry(entry)}
    doubts: dict[str, list[str]] = {}
    for place, lines in doubts_of(bibliography).items():
        if place not in own_orders:
            doubts.setdefault(bibliography.entry_works[place], []).extend(lines)
    return [
        replace(
            to_cited_work(work, options, tuple(tags.get(work.work_id, ())), own.get(work.work_id, ())),
            doubts=tuple(doubts.get(work.work_id, ())),
        )
        for work in bibliography.works
    ]


def to_cited_work(
    work: Work, options: ExportOptions, tags: tuple[str, ...] = (), own: tuple[UserEntry, ...] = ()
) -> CitedWork:
    """What to cite of a work whose texts are tidy."""
    stated = frozenset(claim.field for claim in work.claims if claim.is_selected and claim.source == "list")
    kind = _type(work)
    is_paper = kind not in (WorkType.SOFTWARE, WorkType.WEBSITE)
    arxiv_id = work.identifier("arxiv") if is_paper else None
    date = work.date if "date" in stated else _date(work, kind)
    volume, issue = _volume_and_issue(work)
    container = None if kind is WorkType.PREPRINT else work.volume_title or work.venue or work.venue_short
    publisher = "arXiv" if kind is WorkType.PREPRINT and arxiv_id else work.publisher
    if kind not in _IN_A_CONTAINER and container:
        # No format has a place for it, so that each would find another one.
        names = (container, publisher) if kind is WorkType.UNKNOWN else (publisher or container,)
        container, publisher = None, ", ".join(dict.fromkeys(filter(None, names)))
    return CitedWork(
        key=work.citation_key if is_citable(work.citation_key) else _NOT_IN_KEYS.sub("", work.citation_key) or "work",
        work_id=work.work_id,
        type=kind,
        title=work.title or work.url or work.work_id,
        authors=tuple(_named(author) for author in work.authors if author.name.strip()),
        authors_truncated=work.authors_truncated,
        year=publication_year(work),
        month=date.month if date else None,
        day=date.day if date else None,
        container=container,
        event=_event(work) if kind is WorkType.CONFERENCE else None,
        publisher=publisher,
        volume=volume,
        issue=issue,
        pages=work.pages.replace("--", "–") if work.pages else None,
        editors=tuple(_named(editor) for editor in work.editors if editor.name.strip()),
        series=work.series,
        edition=work.edition,
        place=work.place,
        isbn=work.isbn,
        issn=work.issn,
        arxiv_id=arxiv_id,
        arxiv_category=work.arxiv_category if arxiv_id else None,
        doi=_doi(work, kind),
        url=work.url,
        attachments=tuple(_attachments(work)),
        accessed=work.updated_at.date() if work.updated_at else None,
        version=work.version if kind is WorkType.SOFTWARE else None,
        language=work.language,
        license=work.license,
        keywords=work.keywords[: options.most_keywords],
        tags=tags,
        abstract=work.abstract,
        is_blog=kind is WorkType.WEBSITE and bool(_BLOG.search(f"{work.title} {work.url}")),
        own_entries=own,
        stated=stated,
    )


def cited_version(work: Work, kind: WorkType) -> Version | None:
    """The version of a work that a bibliography cites: of that type, at the place and in the year of the work."""
    found = (one for one in work.versions if one.type is kind)
    return min(found, key=lambda one: (one.venue != work.venue, one.year != work.year), default=None)


def _date(work: Work, kind: WorkType) -> PartialDate | None:
    """The date of the version to cite, if its year is the one to cite; a preprint's date is not that of the paper."""
    version = cited_version(work, kind)
    dates = [version.date if version else None, None if kind in _AT_A_VENUE else work.date]
    return next((date for date in dates if date and work.year in (None, date.year)), None)


def _volume_and_issue(work: Work) -> tuple[str | None, str | None]:
    """Volume and issue apart, also where a source wrote ``34(1)`` as the volume."""
    match = _VOLUME_AND_ISSUE.fullmatch(work.volume or "")
    return (match[1], work.issue or match[2]) if match else (work.volume, work.issue)


def _type(work: Work) -> WorkType:
    """The type to cite as; a paper whose type or venue nobody knows is cited as what is known of it."""
    needs_venue = work.type in (WorkType.CONFERENCE, WorkType.JOURNAL, WorkType.CHAPTER)
    if work.type is WorkType.UNKNOWN or (needs_venue and not (work.venue or work.venue_short)):
        return WorkType.PREPRINT if work.identifier("arxiv") else WorkType.UNKNOWN
    return work.type


def _named(author: Author) -> Author:
    """The author with family and given name apart."""
    if author.is_organization or author.family:
        return author
    try:
        return replace(parse_name(author.name), orcid=author.orcid)
    except ValueError:
        return replace(author, is_organization=True)


def short_venue(work: Work) -> str | None:
    """The usual short form of a work's venue, without its year; None when there is none.

    Sources name editions: ``Advances in Neural Information Processing Systems 32 (NeurIPS 2019)``.
    """
    if work.venue_short or not work.venue:
        return work.venue_short
    acronym = _ACRONYM_AND_YEAR.search(work.venue)
    return find_venue(work.venue) or (find_venue(acronym[1]) or acronym[1] if acronym else None)


def _event(work: Work) -> str | None:
    short = short_venue(work)
    return f"{short} {work.year}" if short and work.year and str(work.year) not in short else short


def _doi(work: Work, kind: WorkType) -> str | None:
    """The DOI of the version to cite; arXiv's rule gives it for every arXiv id.

    A DOI that another version bears is not its own, nor is that of a preprint.
    """
    arxiv_id = work.identifier("arxiv")
    if arxiv_id and kind is WorkType.PREPRINT:
        return f"10.48550/arXiv.{arxiv_id}"
    cited = cited_version(work, kind)
    own = frozenset(cited.identifiers) if cited else frozenset()
    others = frozenset(one for version in work.versions if version.stage for one in version.identifiers) - own
    dois = [one for one in work.identifiers if one.scheme == "doi" and not _ARXIV_DOI.match(one.value)]
    if cited is not None:
        is_article = kind in _AT_A_VENUE
        dois = [one for one in dois if one not in others and not (is_article and is_preprint_doi(one.value))]
    return next((one.value for one in sorted(dois, key=lambda one: one not in own)), None)


def _attachments(work: Work) -> Iterator[Attachment]:
    """The full text, then the code and the data."""
    if work.pdf_url and work.pdf_url.lower().startswith(_WEB):
        yield Attachment("Full text", work.pdf_url, "application/pdf")
    for link in work.links:
        if link.role in _ATTACHED and link.url.lower().startswith(_WEB):
            yield Attachment(_ATTACHED[link.role], link.url, "text/html")


def _url(work: Work) -> str | None:
    """The one address of a work that all files give: as sources have it, or the page of its first identifier."""
    page = next((to_url(one) for one in work.identifiers if one.scheme.value in _WITH_PAGES), None)
    return plain_url(work.url) if work.url else page
