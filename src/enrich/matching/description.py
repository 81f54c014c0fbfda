"""What the verifier compares: the bibliographic facts of an entry, a record or a query, in one shape."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.identifiers import parse_arxiv, parse_doi
from enrich.text.names import is_et_al, parse_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from enrich.model.entry import Entry
    from enrich.model.identifiers import Identifier
    from enrich.model.persons import Author
    from enrich.model.record import Record

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_SPACED_ENTITY = re.compile(r" ?&\s?(#?\w{2,8}) ?; ?")
_MOJIBAKE = re.compile(r"(?<=[^\W\d_])?â ?[?€‚-›¢¦®\x80-\x9f]{1,2}(?: ?[\x80-\x9f™œ¦])?", re.IGNORECASE)
"""A dash, a quotation mark or an ellipsis whose UTF-8 was read as Latin-1, as far as tokenizers leave it."""
_CUT = re.compile(r"\s*(?:…|\.\.\.|¦)\s*$")
_SEVERAL_NAMES = re.compile(r"\s*(?:;|\band\b|&)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The facts by which a librarian would tell two works apart; unknown is None or empty."""

    title: str | None = None
    other_titles: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    has_more_authors: bool = False
    """Whether the names end in ``et al.``"""
    year: int | None = None
    type: str | None = None
    """As the source names it: ``WorkType``, Crossref, DataCite and CSL terms are understood."""
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    language: str | None = None
    identifiers: frozenset[Identifier] = field(default_factory=frozenset)


def parse_authors(names: Iterable[str]) -> tuple[tuple[Author, ...], bool]:
    """Return the authors that the names denote, and whether more are meant.

    >>> authors, has_more = parse_authors(["Ada Lovelace; Charles Babbage", "et al."])
    >>> [author.family for author in authors], has_more
    (['Lovelace', 'Babbage'], True)
    """
    authors: list[Author] = []
    has_more = False
    for written in map(_mend, names):
        for name in _SEVERAL_NAMES.split(written) if ";" in written or " and " in written else (written,):
            if is_et_al(name):
                has_more = True
                continue
            trimmed = re.sub(r"[\s,]*\bet\.?\s*al\.?\s*$", "", name, flags=re.IGNORECASE)
            has_more = has_more or trimmed != name
            if any(letter.isalpha() for letter in trimmed):
                authors.append(parse_name(trimmed))
    return tuple(authors), has_more


def describe_entry(entry: Entry) -> Description:
    """Return what an entry says about its work."""
    authors, has_more = parse_authors(entry.authors)
    return Description(
        title=entry.title,
        authors=authors,
        has_more_authors=has_more or entry.authors_truncated,
        year=entry.year,
        venue=entry.venue,
        identifiers=frozenset(entry.identifiers),
    )


def describe_record(record: Record) -> Description:
    """Return what a record says about its version of a work."""
    years = (record.year, record.date.year if record.date else None)
    return Description(
        title=record.title,
        other_titles=record.other_titles,
        authors=record.authors,
        year=next((year for year in years if year), None),
        type=str(record.type),
        venue=record.venue or record.venue_short,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        publisher=record.publisher,
        language=record.language,
        identifiers=frozenset(record.identifiers),
    )


def describe_fields(fields: Mapping[str, Any]) -> Description:
    """Return the description in a JSON object of a query or a pair; unreadable years and identifiers are unknown.

    Raises:
        TypeError: a value is of a wrong kind, such as a title that is no text.

    >>> described = describe_fields({"title": "T", "authors": ["Ada Lovelace"], "year": "c1843.", "doi": "unknown"})
    >>> described.year, described.identifiers
    (1843, frozenset())
    """
    names = fields.get("authors") or ()
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise TypeError("authors are no list of names")
    texts = {
        name: _text(fields, name)
        for name in ("title", "type", "venue", "volume", "issue", "pages", "publisher", "language")
    }
    authors, has_more = parse_authors(names)
    return Description(
        authors=authors,
        has_more_authors=has_more,
        year=find_year(fields.get("year")),
        identifiers=frozenset(_parse_identifiers(fields)),
        **texts,  # type: ignore[arg-type]
    )


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and name != "title":
        return str(value)
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return _MOJIBAKE.sub(" ", value).strip() or None


def _mend(name: str) -> str:
    """A name with the entities resolved that a tokenizer has set apart, and ``et al`` for what is cut off."""
    if "&" in name:
        name = _SPACED_ENTITY.sub(lambda found: html.unescape(f"&{found[1]};"), name)
    return _CUT.sub(" et al", _MOJIBAKE.sub("…", name))


def _parse_identifiers(fields: Mapping[str, Any]) -> Iterator[Identifier]:
    for name, parse in (("doi", parse_doi), ("arxiv_id", parse_arxiv)):
        if fields.get(name):
            try:
                yield parse(str(fields[name]))
            except IdentifierError:
                continue


def find_year(value: object) -> int | None:
    """Return the year in a value, or None.

    >>> find_year("c1998."), find_year("in press")
    (1998, None)
    """
    found = _YEAR.search(str(value))
    return int(found[1]) if found else None
