"""Records and requests as JSON text and back: plain values only, so that a store from elsewhere cannot run code."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.facts import facts_of_type
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import (
    Author,
    Institution,
    Keyword,
    Notice,
    NoticeKind,
    Record,
    Relation,
    RelationKind,
    Repository,
    Stage,
    WorkLink,
    WorkType,
)
from enrich.model.request import Request

_TEXT_TUPLES = (*facts_of_type("tuple[str, ...]"), "other_titles", "remarks", "reference_titles")


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
    if isinstance(value, Relation):
        return [value.kind, _plain(value.identifier)]
    if isinstance(value, Notice):
        return [value.kind, _plain(value.identifier), _plain(value.date), value.said_by]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        parts = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(part) for field, part in parts if part != field.default}
    return value


def _author(row: dict[str, Any]) -> Author:
    """The author of a row; until 0.2 there was one text of affiliations."""
    values = {name: value for name, value in row.items() if name != "affiliation"}
    affiliations = row.get("affiliations", [row["affiliation"]] if row.get("affiliation") else [])
    institutions = tuple(Institution(**one) for one in row.get("institutions", ()))
    sources = tuple(row.get("sources", ()))
    return Author(**values | {"affiliations": tuple(affiliations), "institutions": institutions, "sources": sources})


def _repository(row: dict[str, Any]) -> Repository:
    pushed_at = datetime.fromisoformat(row["pushed_at"]) if row.get("pushed_at") else None
    return Repository(**row | {"topics": tuple(row.get("topics", ())), "pushed_at": pushed_at})


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
    **dict.fromkeys(facts_of_type("tuple[Author, ...]"), lambda rows: tuple(_author(row) for row in rows)),
    **dict.fromkeys(facts_of_type("PartialDate | None"), parse_partial_date),
    "keyword_scores": lambda rows: tuple(Keyword(**row) for row in rows),
    "counts_by_year": lambda rows: tuple((int(year), int(n)) for year, n in rows),
    "links": lambda rows: tuple(WorkLink(**row) for row in rows),
    "repository": _repository,
    "notices": lambda rows: tuple(_notice(row) for row in rows),
    "revised": parse_partial_date,
    "retrieved_at": datetime.fromisoformat,
    "citation_count_at": datetime.fromisoformat,
    "type": WorkType,
    "stage": Stage,
    **dict.fromkeys(_TEXT_TUPLES, tuple),
}
