"""F15: records of a data file, whose fields carry their names."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from enrich.model.entry import EntryKind, Link, LinkRole, StatedField
from enrich.model.identifier_fields import eprint_identifiers, identifiers_in_field, malformed_identifier
from enrich.readers.draft import Draft
from enrich.readers.families import bibliography
from enrich.readers.family import Family
from enrich.readers.fields.labels import role_of
from enrich.readers.fields.titles import clean_title, set_date, take_mark
from enrich.readers.fields.words import label_of
from enrich.readers.fields.written_names import is_name, is_names, parse_names
from enrich.readers.outline import Kind
from enrich.text.bibfields import WORK_FIELDS
from enrich.text.venues import find_venue
from enrich.text.written_dates import find_date, find_year

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.readers.outline import Block

_BIB_KINDS = {
    "book": EntryKind.BOOK,
    "inbook": EntryKind.BOOK,
    "phdthesis": EntryKind.THESIS,
    "mastersthesis": EntryKind.THESIS,
    "thesis": EntryKind.THESIS,
    "software": EntryKind.SOFTWARE,
    "dataset": EntryKind.DATASET,
    "online": EntryKind.WEBSITE,
}
_TITLES = ("title", "paper title", "paper_title", "papertitle", "paper name", "paper_name", "paper", "name")
_AUTHORS = ("author", "authors", "author(s)")
_VENUES = (
    "booktitle",
    "journal",
    "journaltitle",
    "venue",
    "conference",
    "publication",
    "published",
    "publisher_venue",
    "conf",
)
_DATES = ("date", "published_date", "publication date", "publish date", "release_date", "submitted")
_YEARS = ("year", "pub_year")
_KEYWORDS = ("keywords", "tags", "topics", "keyword", "tag", "topic", "categories", "category", "task", "tasks")
_QUOTES = ("abstract",)
_NOTES = ("note", "notes", "summary", "tldr", "description", "comment", "comments", "annote")
_ACRONYMS = ("acronym", "abbr", "abbreviation", "short", "model", "method", "short_name", "shortname", "alias")
_LABELS = {
    "url": LinkRole.PAPER,
    "paper": LinkRole.PAPER,
    "link": LinkRole.PAPER,
    "paper_url": LinkRole.PAPER,
    "arxiv": LinkRole.PAPER,
    "pdf": LinkRole.PDF,
    "code": LinkRole.CODE,
    "github": LinkRole.CODE,
    "repo": LinkRole.REPO,
    "project": LinkRole.PROJECT,
    "website": LinkRole.PROJECT,
    "project_page": LinkRole.PROJECT,
    "homepage": LinkRole.PROJECT,
    "video": LinkRole.VIDEO,
    "data": LinkRole.DATA,
    "dataset": LinkRole.DATA,
    "slides": LinkRole.SLIDES,
    "docs": LinkRole.DOCS,
    "review": LinkRole.REVIEW,
}
_STATED = {
    **dict.fromkeys(("authors", "author(s)"), "author"),
    **dict.fromkeys(("editors", "editor(s)"), "editor"),
    **dict.fromkeys(("publication title", "container-title", "journal title"), "journal"),
    **dict.fromkeys(("proceedings", "book title", "book_title"), "booktitle"),
    **dict.fromkeys(("publisher-place", "place"), "address"),
    **dict.fromkeys(("arxiv", "arxiv_id", "arxivid"), "eprint"),
    "page": "pages",
    "abstract note": "abstract",
}
"""Name of a column or key to the field of BibTeX that it means."""
_IDENTIFIERS = frozenset(
    {"doi", "arxiv", "arxiv_id", "arxivid", "pmid", "pmcid", "hal", "jstor", "openreview", "bibcode"}
)
_URL = re.compile(r"https?://\S+")
_WORDS = re.compile(r"[\s_-]+")
_TAG = re.compile(r"</?(?:i|b|em|strong|u|span|sub|sup|small|a|br|p|code)\b[^<>]{0,200}>", re.IGNORECASE)
_MARK = re.compile(r"<sup>(?:<[^<>]{1,40}>|[^\w<]){0,12}</sup>", re.IGNORECASE)
_INSTITUTE = re.compile(r"(?<!\s)\s*\([^()]{3,120}\)")
_NARROW = str.maketrans("；，、", ";,,")
_RELATIVE = re.compile(r"(?!https?:)[^\s:]{0,300}(?:/[^\s:]{1,300}|\.(?:pdf|html?|md))", re.IGNORECASE)
_EMPTY = frozenset({"", "-", "na", "n/a", "nan", "none", "null", "tbd", "x"})


def read(fields: dict[str, str], line: int) -> Draft | None:
    """Return the entry in a record, or None when no field names a title."""
    known = {
        name.strip().lower(): _plain(value.strip())
        for name, value in fields.items()
        if value and value.strip().lower() not in _EMPTY
    }
    draft = Draft(line, None, RECORD, "a record with named fields")
    title = _first(known, _TITLES, lambda value: not _URL.match(value))
    if title is None:
        return None
    draft.title = clean_title(title)
    if not draft.title:
        return None
    kind = _BIB_KINDS.get(known.get("entrytype", "").lower())
    if kind is not None:
        draft.kind = kind
    authors = _ending(known, _AUTHORS, _are_people)
    if authors:
        draft.authors = parse_names(_INSTITUTE.sub("", authors.translate(_NARROW)))
    _read_venue(draft, known)
    for name in _KEYWORDS:
        draft.keywords += [part.strip() for part in re.split(r"[,;|]", known.get(name, "")) if part.strip()]
    draft.quote = _first(known, _QUOTES)
    draft.notes += [known[name] for name in _NOTES if name in known]
    draft.acronym = _first(known, _ACRONYMS)
    _read_links(draft, known)
    _state(draft, known)
    return draft


def _read_block(block: Block) -> Sequence[Draft]:
    draft = read(block.record, block.line)
    return [draft] if draft else []


RECORD = Family(
    code="F15",
    shape="records of a data file, a page that marks its works up, Org headings with drawers",
    read_block=_read_block,
    kinds=frozenset({Kind.DATA}),
)


def _plain(value: str) -> str:
    """A value without inline HTML; what stands raised behind a name is a mark, elsewhere text."""
    if "<" not in value and "&" not in value:
        return value
    return html.unescape(_TAG.sub("", _MARK.sub("", value)))


def _state(draft: Draft, known: dict[str, str]) -> None:
    """Keep every field, and what the fields state in BibTeX's vocabulary; a venue's label is no name of a venue."""
    draft.fields = tuple(StatedField(name, value) for name, value in known.items())
    named = {_STATED.get(name, name): value for name, value in known.items()}
    named = {name: value for name, value in named.items() if name in WORK_FIELDS and name != "url"}
    named |= {"title": draft.title or "", "year": str(draft.year or ""), "date": draft.date or ""}
    said = [StatedField(name, value) for name, value in named.items() if value]
    draft.key = _first(known, ("citation_key", "citation key", "citekey", "bibkey"))
    type_ = _first(known, ("entrytype", "entry type", "item type", "type")) or ""
    draft.type = type_ or None
    draft.stated = bibliography.to_record(type_.lower(), said)


def _first(known: dict[str, str], names: tuple[str, ...], accepts: Callable[[str], bool] = bool) -> str | None:
    return next((known[name] for name in names if name in known and accepts(known[name])), None)


def _ending(known: dict[str, str], names: tuple[str, ...], accepts: Callable[[str], bool]) -> str | None:
    """The value of a field by its name, or by the last word of it where the value fits: ``Lead Authors``."""
    ends = (value for name, value in known.items() if _WORDS.split(name)[-1] in names and accepts(value))
    return _first(known, names) or next(ends, None)


def _are_people(text: str) -> bool:
    return is_names(text) or is_name(text)


def _is_year(text: str) -> bool:
    return find_year(text) is not None


def _read_venue(draft: Draft, known: dict[str, str]) -> None:
    venue = _first(known, _VENUES)
    if venue:
        draft.label = venue
        label = label_of(venue)
        draft.venue = (
            label.venue if label and (label.is_known or "entrytype" not in known) else find_venue(venue) or venue
        )
        draft.year = (label.year if label else None) or find_year(venue)
    year = find_year(_ending(known, _YEARS, _is_year) or "")
    draft.year = year or draft.year
    for name in _DATES:
        date = find_date(known.get(name, ""))
        if date is not None:
            set_date(draft, str(date))
            break
        if known.get(name):
            take_mark(known[name], draft)


def _read_links(draft: Draft, known: dict[str, str]) -> None:
    archive = known.get("archiveprefix") or known.get("eprinttype") or ""
    draft.extra_identifiers += eprint_identifiers(known.get("eprint", ""), archive, known.get("primaryclass", ""))
    for name, value in known.items():
        if name in _IDENTIFIERS or (name == "isbn" and draft.kind is EntryKind.BOOK):
            draft.extra_identifiers += identifiers_in_field(name, value)
        if what := malformed_identifier(name, value):
            draft.problems.append(f"malformed_identifier: {what}")
    for name, value in known.items():
        for found in _URL.findall(value) if name not in {*_QUOTES, *_NOTES, *_AUTHORS} else ():
            url = found.rstrip(".,;)>]}\"'")
            role = _LABELS.get(name.replace(" ", "_")) or role_of(name, url)
            draft.links.append(Link(url, name, role))
        label = name.replace(" ", "_")
        if label in _LABELS and _RELATIVE.fullmatch(value):
            draft.links.append(Link(value, name, _LABELS[label]))
    draft.text += [known[name] for name in ("journal", "note", "howpublished") if name in known]
