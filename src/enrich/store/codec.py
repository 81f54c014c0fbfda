"""Records and requests as JSON text and back: plain values only, so that a store from elsewhere cannot run code."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Author, Notice, NoticeKind, Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Request

_TEXT_TUPLES = ("keywords", "remarks")


def to_json(record: Record) -> str:
    """The record as one line of JSON, unknown fields left out.

    >>> from datetime import UTC
    >>> record = Record(source="arxiv", identifiers=(), retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), title="A")
    >>> parse_record(to_json(record)) == record
    True
    """
    row = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return json.dumps(
        {name: value for name, value in row.items() if value not in (None, [], {}, "")}, ensure_ascii=False
    )


def parse_record(text: str) -> Record:
    """The record of a line.

    Raises:
        ValueError: the line is no record.
    """
    try:
        row = json.loads(text)
        values = {name: value for name, value in row.items() if name not in _PARSERS}
        values |= {name: parse(row[name]) for name, parse in _PARSERS.items() if name in row}
        values.setdefault("identifiers", ())
        return Record(**values)
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


def _plain(value: Any) -> Any:  # noqa: ANN401 (one converter for all types of fields)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, Identifier):
        return [value.scheme, value.value, *([value.qualifier] if value.qualifier else [])]
    if isinstance(value, Author):
        row = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: part for name, part in row.items() if part not in (None, False)}
    if isinstance(value, Relation):
        return [value.kind, _plain(value.identifier)]
    if isinstance(value, Notice):
        return [value.kind, _plain(value.identifier), _plain(value.date), value.said_by]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _identifier(row: list[str]) -> Identifier:
    return Identifier(Scheme(row[0]), *row[1:3])


def _relation(row: list[Any]) -> Relation:
    return Relation(RelationKind(row[0]), _identifier(row[1]))


def _notice(row: list[Any]) -> Notice:
    kind, identifier, date, said_by = row
    return Notice(
        NoticeKind(kind),
        _identifier(identifier) if identifier else None,
        parse_partial_date(date) if date else None,
        said_by,
    )


_PARSERS: dict[str, Any] = {
    "identifiers": lambda rows: tuple(_identifier(row) for row in rows),
    "references": lambda rows: tuple(_identifier(row) for row in rows),
    "relations": lambda rows: tuple(_relation(row) for row in rows),
    "notices": lambda rows: tuple(_notice(row) for row in rows),
    **dict.fromkeys(("authors", "editors"), lambda rows: tuple(Author(**row) for row in rows)),
    "retrieved_at": datetime.fromisoformat,
    "citation_count_at": datetime.fromisoformat,
    "date": parse_partial_date,
    "type": WorkType,
    "stage": Stage,
    **dict.fromkeys(_TEXT_TUPLES, tuple),
}
