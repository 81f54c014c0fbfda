"""Records and requests as JSON text and back: plain values only, so that a store from elsewhere cannot run code."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from enrich.model.identifiers import Identifier, Scheme
from enrich.model.persons import Author, Institution
from enrich.model.plain import EMPTY, PLAIN, many, optional, read_fields, reader_of, write_plain
from enrich.model.record import Notice, NoticeKind, Record, Relation, RelationKind, Repository
from enrich.model.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable


def to_json(record: Record) -> str:
    """The record as one line of JSON, unknown fields left out.

    >>> from datetime import UTC, datetime
    >>> record = Record(source="arxiv", identifiers=(), retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), title="A")
    >>> parse_record(to_json(record)) == record
    True
    """
    row = {field.name: write_plain(getattr(record, field.name), _WRITERS) for field in fields(record)}
    return json.dumps({name: value for name, value in row.items() if value not in EMPTY}, ensure_ascii=False)


def parse_record(text: str) -> Record:
    """The record of a line.

    Raises:
        ValueError: the line is no record.
    """
    try:
        return Record(**{"identifiers": (), **read_fields(Record, json.loads(text), _READERS)})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a record") from error


def request_to_json(request: Request) -> str:
    """The request as one line of JSON; it never holds a secret."""
    return json.dumps({field.name: getattr(request, field.name) for field in fields(request)}, ensure_ascii=False)


def parse_request(text: str) -> Request:
    """The request of a line.

    Raises:
        ValueError: the line is no request.
    """
    try:
        row = json.loads(text)
        pairs = {
            name: tuple((str(key), str(value)) for key, value in row[name]) for name in ("params", "headers", "marks")
        }
        return Request(**{**row, **pairs})
    except (KeyError, TypeError) as error:
        raise ValueError("not a request") from error


def _identifier_parts(one: Identifier) -> list[str]:
    return [one.scheme, one.value, *([one.qualifier] if one.qualifier else [])]


def _parts(value: Relation | Notice) -> list[Any]:
    return [write_plain(getattr(value, field.name), _WRITERS) for field in fields(value)]


_WRITERS: dict[type, Callable[[Any], Any]] = {Identifier: _identifier_parts, Relation: _parts, Notice: _parts}


def _identifier(row: list[str]) -> Identifier:
    return Identifier(Scheme(row[0]), *row[1:3])


def _notice(row: list[Any]) -> Notice:
    kind, identifier, date, said_by = row
    return Notice(NoticeKind(kind), optional(_identifier)(identifier), PLAIN["PartialDate | None"](date), said_by)


def _author(row: dict[str, Any]) -> Author:
    """The author of a row; until 0.2 there was one text of affiliations."""
    old = {"affiliations": [row["affiliation"]]} if row.get("affiliation") else {}
    return Author(**read_fields(Author, old | row, _READERS))


_READERS = PLAIN | {
    "tuple[Identifier, ...]": many(_identifier),
    "tuple[Relation, ...]": many(lambda row: Relation(RelationKind(row[0]), _identifier(row[1]))),
    "tuple[Notice, ...]": many(_notice),
    "tuple[Institution, ...]": many(reader_of(Institution, PLAIN)),
    "tuple[Author, ...]": many(_author),
    "Repository | None": optional(reader_of(Repository, PLAIN)),
}
