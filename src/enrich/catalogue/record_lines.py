"""A catalogue's lines: one JSON object per record, documented in docs/identity.md."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from enrich.model.identifiers import Identifier
from enrich.model.persons import Author
from enrich.model.plain import EMPTY, PLAIN, many, optional, read_sound_fields, reader_of, write_plain
from enrich.model.record import Notice, Record, Relation, Repository
from enrich.text.names import is_et_al, parse_name, to_family_first
from enrich.text.publication import split_title_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Line = dict[str, Any]
"""A record as JSON: only known fields, authors as ``Family, Given``."""

_AUTHOR_FIELDS = ("family", "given", "suffix", "orcid", "openalex_author_id", "s2_author_id")
_NOT_IN_LINES = frozenset({"source", "request_key"})
"""What is said of a record by whom reads the line."""


def parse_line(line: Mapping[str, Any], *, source: str = "catalogue", retrieved_at: datetime | None = None) -> Record:
    """Return the record of a line; a value that is not of its kind is left out.

    Raises:
        KeyError: there are no identifiers, or no date of the facts.

    >>> parse_line({"identifiers": ["arxiv:1806.07366"], "title": "T", "retrieved_at": "2026-01-02"}).retrieved_at.year
    2026
    """
    given = {name: value for name, value in line.items() if value is not None and name not in _NOT_IN_LINES}
    values = read_sound_fields(Record, given, _READERS)
    if retrieved_at is not None:
        values.setdefault("retrieved_at", retrieved_at)
    if "authors" in values and any(map(_is_more, given["authors"])):
        values["authors_truncated"] = True
    if missing := {"identifiers", "retrieved_at"} - values.keys():
        raise KeyError(min(missing))
    return Record(source=source, **values)


def to_line(record: Record) -> Line:
    """Return the line of a record, without unknown fields.

    >>> line = {"identifiers": ["arxiv:1806.07366"], "title": "T", "authors": ["van Dyk, A."], "type": "preprint"}
    >>> to_line(parse_line(line, retrieved_at=datetime(2026, 1, 2, tzinfo=UTC)))["authors"]
    ['van Dyk, A.']
    """
    said = {one.name: (getattr(record, one.name), one.default) for one in fields(record)}
    line = {name: write_plain(value, _WRITERS) for name, (value, default) in said.items() if value != default}
    return {name: value for name, value in line.items() if value not in EMPTY and name not in _NOT_IN_LINES}


def without_mark(line: Line) -> Line:
    """Return the line with the publisher's mark of a retracted article as a remark, and not in the title.

    >>> without_mark({"title": "RETRACTED: Wells of Hof"})
    {'title': 'Wells of Hof', 'remarks': ['retracted']}
    """
    title, mark = split_title_mark(line.get("title") or "")
    return line | {"title": title, "remarks": sorted({*line.get("remarks", ()), mark})} if mark else line


def _is_more(author: object) -> bool:
    return isinstance(author, str) and is_et_al(author)


def _parse_instant(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _parse_authors(authors: Iterable[str | Mapping[str, Any]]) -> tuple[Author, ...]:
    found: list[Author] = []
    for author in authors:
        if not isinstance(author, str):
            name = author["name"]
            parts = {part: author[part] for part in _AUTHOR_FIELDS if part in author}
            affiliations = tuple(author.get("affiliations", ()))
            is_group = bool(author.get("is_organization"))
            found.append(Author(name, affiliations=affiliations, is_organization=is_group, **parts))
        elif not is_et_al(author) and any(letter.isalpha() for letter in author):
            found.append(parse_name(author))
    return tuple(found)


def _author_to_json(author: Author) -> str | Line:
    parts = {part: getattr(author, part) for part in _AUTHOR_FIELDS if getattr(author, part)}
    text = to_family_first(author)
    if not set(parts) - {"family", "given", "suffix"} and not author.is_organization and parse_name(text) == author:
        return text
    parts |= {"affiliations": list(author.affiliations)} if author.affiliations else {}
    return {"name": author.name, **parts, **({"is_organization": True} if author.is_organization else {})}


_WRITERS: dict[type, Callable[[Any], Any]] = {Identifier: str, Author: _author_to_json}
_READERS = PLAIN | {
    "datetime": _parse_instant,
    "datetime | None": optional(_parse_instant),
    "tuple[Author, ...]": _parse_authors,
    "tuple[Relation, ...]": many(reader_of(Relation, PLAIN)),
    "tuple[Notice, ...]": many(reader_of(Notice, PLAIN)),
    "Repository | None": optional(reader_of(Repository, PLAIN | {"datetime | None": optional(_parse_instant)})),
}
