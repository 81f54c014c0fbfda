"""F16: entries of a bibliography (BibTeX, CSL-JSON, RIS …) in BibTeX's vocabulary → what their fields state."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.entry import EntryKind, Link, LinkRole
from enrich.model.identifier_fields import eprint_identifiers, identifiers_in_field, malformed_identifier
from enrich.model.identifiers import Scheme
from enrich.model.persons import Author
from enrich.model.record import Record, Stage, WorkType
from enrich.readers.draft import Draft
from enrich.readers.family import Family
from enrich.readers.fields.labels import role_of
from enrich.readers.outline import Kind
from enrich.text.author_lists import AuthorList, parse_authors
from enrich.text.bibfields import CONTAINERS, WORK_TYPES
from enrich.text.names import to_family_first
from enrich.text.publication import is_preprint_server, normalize_pages
from enrich.text.venues import find_venue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.entry import StatedField
    from enrich.model.identifiers import Identifier
    from enrich.readers.outline import Block

_KINDS = {
    WorkType.BOOK: EntryKind.BOOK,
    WorkType.THESIS: EntryKind.THESIS,
    WorkType.SOFTWARE: EntryKind.SOFTWARE,
    WorkType.DATASET: EntryKind.DATASET,
    WorkType.WEBSITE: EntryKind.WEBSITE,
}
_REMARKS = frozenset({"note", "notes", "annote", "annotation", "addendum", "extra", "comment"})
"""Fields whose words may speak of other works: they identify only by what stands in front or alone."""
_AT_FRONT = re.compile(
    r"\W*+(?:(?:available|online|at|as|url|e-?print)\b\W*+)*+"
    r"(?P<labels>(?:(?:arxiv|doi|pmid|pmcid|isbn|hal|jstor|preprint)\b\W*+)*+)(?P<value>[^\s{}]*\d[^\s{}]*)(?:\s*\[[\w.-]+\])?\W*",
    re.IGNORECASE,
)
_OF_A_WORK = frozenset({"author", "editor", *CONTAINERS})
_OWN_TYPES = frozenset(WorkType)
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?![\dXu])")
_ORIGINAL = re.compile(r"\[[12]\d{3}\]")
_DAY = re.compile(r"(?<!\d)([0-3]?\d)(?!\d)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SEASON = re.compile(r"(\d{4})-(?:2[1-9]|3\d|4[01])(?!\d)")
_ROLES = {
    "url": LinkRole.PAPER,
    "howpublished": LinkRole.PAPER,
    "pdf": LinkRole.PDF,
    "code": LinkRole.CODE,
    "github": LinkRole.CODE,
    "repo": LinkRole.REPO,
    "project": LinkRole.PROJECT,
    "website": LinkRole.PROJECT,
    "video": LinkRole.VIDEO,
    "data": LinkRole.DATA,
    "slides": LinkRole.SLIDES,
}
_URL = re.compile(r"https?://(?:[^\s,;{}<>\"|\\]|<\d[^\s<>]*>|[,;](?=[\w%]))+")
_WITHOUT_LINKS = frozenset(
    {"author", "editor", "title", "abstract", "keywords", "annote", "annotation", "review", "doi", "eprint"}
)


def read(type_: str, key: str | None, fields: Sequence[StatedField], line: int) -> Draft | None:
    """Return the entry in named fields; None when they name no work: neither title nor identifier, people or place."""
    said = _said(fields)
    identifiers = tuple(_identifiers(said))
    title = _title(said)
    if title is None and not identifiers and said.keys().isdisjoint(_OF_A_WORK):
        return None
    draft = Draft(line, title, BIBLIOGRAPHY, "an entry of a bibliography")
    if title is None and not identifiers:
        draft.problems.append("broken_entry: neither a title nor an identifier: nobody can look it up")
    draft.key, draft.type, draft.fields = key or None, type_, tuple(fields)
    draft.extra_identifiers = list(identifiers)
    malformed = (malformed_identifier(one.name, one.tex or one.value) for one in fields)
    draft.problems += [f"malformed_identifier: {what}" for what in malformed if what]
    draft.stated = _to_record(type_, said, identifiers, title, is_bibtex=True)
    draft.authors = tuple(_written(one) for one in draft.stated.authors)
    draft.authors_truncated = draft.stated.authors_truncated
    _describe(draft, draft.stated, said)
    return draft


def _read_block(block: Block) -> Sequence[Draft]:
    draft = read(block.text, block.key, block.fields, block.line) if block.fields else None
    return [draft] if draft else []


BIBLIOGRAPHY = Family(
    code="F16",
    shape="entries of a bibliography: BibTeX, CSL-JSON, RIS, Zotero RDF",
    read_block=_read_block,
    kinds=frozenset({Kind.DATA}),
)


def _written(author: Author) -> str:
    """A name that reads back as the same author: an organization whose name would be taken apart is in braces."""
    is_apart = author.is_organization and ("," in author.name or " and " in author.name)
    return f"{{{author.name}}}" if is_apart else to_family_first(author)


def to_record(type_: str, fields: Sequence[StatedField]) -> Record:
    """What named fields of a table or a record state of a work; its authors are written as in prose."""
    said = _said(fields)
    return _to_record(type_, said, tuple(_identifiers(said)), _title(said), is_bibtex=False)


def _said(fields: Sequence[StatedField]) -> dict[str, StatedField]:
    """The first field of each name that says something."""
    said: dict[str, StatedField] = {}
    for one in fields:
        if one.value and one.name not in said:
            said[one.name] = one
    return said


def _text(said: Mapping[str, StatedField], *names: str) -> str | None:
    return next((said[name].value for name in names if name in said), None)


def _title(said: Mapping[str, StatedField]) -> str | None:
    title, subtitle = _text(said, "title"), _text(said, "subtitle")
    if title and subtitle:
        return f"{title}{'' if title.endswith((':', '?', '!')) else ':'} {subtitle}"
    return title or _text(said, "booktitle", "maintitle")


def _identifiers(said: Mapping[str, StatedField]) -> Iterator[Identifier]:
    """The identifiers that the fields state, those of fields made for one first."""
    names = sorted(
        said, key=lambda name: ("eprint", "arxiv", "arxivid", "doi", "url").index(name) if name in _FIRST else 9
    )
    seen = set()
    for name in names:
        for one in _in_field(name, said):
            if one not in seen and one.scheme not in {Scheme.URL, Scheme.GITHUB}:
                seen.add(one)
                yield one


_FIRST = frozenset({"eprint", "arxiv", "arxivid", "doi", "url"})


def _in_field(name: str, said: Mapping[str, StatedField]) -> tuple[Identifier, ...]:
    text = said[name].tex or said[name].value
    if name == "isbn" and any(container in said for container in CONTAINERS):
        return ()  # of the book that the work stands in
    if name in _REMARKS:
        parts = (match for part in re.split(r"[\n;]", text) if (match := _AT_FRONT.match(part)))
        said_first = [one["labels"] + one["value"] for one in parts if one["labels"] or one.end() == len(one.string)]
        return tuple(one for part in said_first for one in identifiers_in_field(name, part))
    if name != "eprint":
        return identifiers_in_field(name, text)
    archive = _text(said, "archiveprefix", "eprinttype", "archive") or ""
    return eprint_identifiers(text, archive, _text(said, "primaryclass", "eprintclass") or "")


def _to_record(
    type_: str,
    said: Mapping[str, StatedField],
    identifiers: tuple[Identifier, ...],
    title: str | None,
    *,
    is_bibtex: bool,
) -> Record:
    """What the fields state."""
    authors = _people(said, "author", is_bibtex=is_bibtex)
    container = _text(said, *CONTAINERS, "eventtitle")
    is_arxiv = any(one.scheme is Scheme.ARXIV for one in identifiers)
    is_preprint = bool(container and is_preprint_server(container)) or (is_arxiv and container is None)
    work_type = WORK_TYPES.get(type_) or (WorkType(type_) if type_ in _OWN_TYPES else WorkType.UNKNOWN)
    if is_preprint and work_type in {WorkType.JOURNAL, WorkType.UNKNOWN, WorkType.WEBSITE}:
        work_type, container = WorkType.PREPRINT, None
    elif work_type is WorkType.UNKNOWN and container:
        work_type = WorkType.CONFERENCE if "booktitle" in said else WorkType.JOURNAL
    date, year = _date(said)
    return Record(
        source="list",
        identifiers=identifiers,
        retrieved_at=_UNDATED,
        title=title,
        authors=(*authors.authors, *_collaboration(said)),
        authors_truncated=authors.is_truncated,
        editors=_people(said, "editor", is_bibtex=is_bibtex).authors,
        type=work_type,
        stage=Stage.SUBMITTED if work_type is WorkType.PREPRINT else Stage.PUBLISHED if container else None,
        date=date,
        year=year,
        venue=container if container != title else None,
        venue_short=find_venue(container) if container else None,
        publisher=_publisher(said, work_type),
        volume=_text(said, "volume") if container or work_type is not WorkType.PREPRINT else None,
        issue=_text(said, "number", "issue") if work_type is not WorkType.PREPRINT else None,
        pages=normalize_pages(_text(said, "pages") or "") or _text(said, "eid", "articleno"),
        series=_text(said, "series"),
        edition=_text(said, "edition"),
        place=_text(said, "address", "location"),
        isbn=_text(said, "isbn"),
        issn=_text(said, "issn"),
        abstract=_text(said, "abstract"),
        url=_text(said, "url"),
        language=_language(said),
        keywords=tuple(_parts(_text(said, "keywords", "keyword") or "")),
        version=_text(said, "version") if work_type is WorkType.SOFTWARE else None,
    )


def _publisher(said: Mapping[str, StatedField], work_type: WorkType) -> str | None:
    names = (
        ("institution", "school", "publisher", "organization")
        if work_type in {WorkType.REPORT, WorkType.THESIS}
        else ("publisher", "organization", "institution", "school")
    )
    return _text(said, *names)


def _language(said: Mapping[str, StatedField]) -> str | None:
    code = (_text(said, "language", "langid") or "").lower()
    return code if re.fullmatch("[a-z]{2}", code) else None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


def _people(said: Mapping[str, StatedField], name: str, *, is_bibtex: bool) -> AuthorList:
    return parse_authors(said[name].tex or said[name].value, is_bibtex=is_bibtex) if name in said else AuthorList(())


def _collaboration(said: Mapping[str, StatedField]) -> tuple[Author, ...]:
    """The group of REVTeX's field, which stands behind the authors."""
    name = _text(said, "collaboration")
    if not name:
        return ()
    is_named = any(word in name.lower() for word in ("collab", "consortium", "group", "team"))
    return (Author(name if is_named else f"{name} Collaboration", is_organization=True),)


def _date(said: Mapping[str, StatedField]) -> tuple[PartialDate | None, int | None]:
    """The date and the year of publication; biblatex's ``date`` counts before BibTeX's ``year`` and ``month``."""
    written = _text(said, "date") or ""
    start = _SEASON.sub(r"\1", re.split(r"[/~?]|\.\.", written.strip())[0])
    try:
        date = parse_partial_date(start)
    except ValueError:
        date = None
    year = date.year if date else _year(written) or _year(_text(said, "year") or _text(said, "month") or "")
    if date is None and year is not None:
        date = _with_month(year, _text(said, "month") or "", _text(said, "day") or "")
    return date, year


def _year(text: str) -> int | None:
    """The year that a field means; of ``[1789] 1998`` the one that is not the original's.

    >>> _year("c1998"), _year("[1789] 1998"), _year("2021年"), _year("in press"), _year("199X")
    (1998, 1998, 2021, None, None)
    """
    text = unicodedata.normalize("NFKC", text)
    found = _YEAR.search(_ORIGINAL.sub("", text)) or _YEAR.search(text)
    return int(found[1]) if found else None


def _with_month(year: int, month: str, day: str) -> PartialDate | None:
    """The date of a year with BibTeX's month, which may hold a day; None where there is no month.

    >>> str(_with_month(1955, "may 3", "")), _with_month(1955, "", "")
    ('1955-05-03', None)
    """
    word = re.search(r"[a-z]{3}", month.lower())
    number = _MONTHS.index(word[0]) + 1 if word and word[0] in _MONTHS else None
    days = [int(found) for found in _DAY.findall(month)]
    if number is None and days and 1 <= days[0] <= 12:  # noqa: PLR2004 (months)
        number, days = days[0], days[1:]
    if number is None:
        return None
    days += [int(found) for found in _DAY.findall(day)]
    try:
        return PartialDate(year, number, days[0] if days else None)
    except ValueError:
        return PartialDate(year, number)


def _describe(draft: Draft, stated: Record, said: Mapping[str, StatedField]) -> None:
    """What an entry of prose would say too: names, label, year, links, notes."""
    is_paper = any(one.scheme in {Scheme.ARXIV, Scheme.DOI} for one in stated.identifiers)
    draft.kind = (
        EntryKind.PAPER if stated.type is WorkType.WEBSITE and is_paper else _KINDS.get(stated.type, EntryKind.PAPER)
    )
    draft.label = stated.venue
    draft.venue = stated.venue_short or stated.venue
    draft.year = stated.year
    draft.date = str(stated.date) if stated.date and stated.date.month else None
    draft.quote = stated.abstract
    draft.keywords += stated.keywords
    draft.notes += [said[name].value for name in ("note", "annote", "annotation") if name in said]
    for name, one in said.items():
        for url in _URL.findall(one.value) if name not in _WITHOUT_LINKS else ():
            role = _ROLES.get(name) or role_of(name, url)
            draft.links.append(Link(url.rstrip(".)]'"), name, role))
