"""Identifiers and values as curators write them, in the types of the fields."""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from enrich.model.addresses import identifiers_in_url
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.facts import FACT_TYPES, FACTS
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv, parse_doi, parse_identifier
from enrich.model.record import WorkType
from enrich.text.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.model.persons import Author


def parse_value(field: str, value: object) -> Any:  # noqa: ANN401 (one parser for all types of fields)
    """The value of a field from what TOML holds for it.

    Raises:
        TypeError: it is of another type.
        ValueError: it is out of range.

    >>> parse_value("year", 2018), str(parse_value("date", "2018-06"))
    (2018, '2018-06')
    """
    found = _PARSERS.get(field, _to_text)(value)
    if field in FACTS and FACTS[field].values and found not in FACTS[field].values:
        raise ValueError
    return found


def example_of(field: str) -> str:
    """A value of a field as TOML writes it."""
    return _EXAMPLES.get(field, '"a text"')


def parse_any_identifier(text: str) -> Identifier:
    """The identifier of ``scheme:value``, an address, a bare arXiv id or a bare DOI."""
    scheme, _, value = text.partition(":")
    if scheme.lower() in tuple(Scheme):
        found = parse_identifier(scheme.lower(), value)
    elif "://" in text:
        addresses = identifiers_in_url(text)
        found = addresses[0] if addresses else parse_identifier(Scheme.URL, text)
    else:
        found = parse_doi(text) if text.startswith("10.") else parse_arxiv(text)
    return found


def _to_paragraphs(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value.strip()


def _to_text(value: object) -> str:
    return " ".join(_to_paragraphs(value).split())


def _to_address(value: object) -> str:
    text = _to_text(value)
    parse_identifier(Scheme.URL, text)
    return text


def _to_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise TypeError
    return value


def _to_float(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise TypeError
    return float(value)


def _to_year(value: object) -> int:
    return PartialDate(_to_number(value)).year


def _to_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _to_texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError
    return tuple(_to_text(one) for one in value)


def _to_authors(value: object) -> tuple[Author, ...]:
    return tuple(parse_name(one) for one in _to_texts(value))


def _to_date(value: object) -> PartialDate:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise TypeError
    found = parse_partial_date(str(value))
    if str(found) != str(value).strip():
        raise ValueError
    return found


_LARGEST = 2**31 - 1
"""What the tables hold."""
_EXAMPLES_OF_TYPES = {
    "tuple[Author, ...]": '["Given Family", "Given Family"]',
    "tuple[str, ...]": '["one", "another"]',
    "PartialDate | None": '"2018-06-19"',
    "int | None": "120",
    "float | None": "1.5",
    "bool | None": "true",
}
_EXAMPLES = {name: _EXAMPLES_OF_TYPES[one] for name, one in FACT_TYPES.items() if one in _EXAMPLES_OF_TYPES} | {
    **{name: f"one of {', '.join(one.values)}, as a text" for name, one in FACTS.items() if one.values},
    "year": "2018",
    **dict.fromkeys(("url", "oa_url"), '"https://example.org/paper"'),
    "pdf_url": '"https://example.org/paper.pdf"',
    "type": f"one of {', '.join(one for one in WorkType if one is not WorkType.UNKNOWN)}, as a text",
}
_PARSERS_OF_TYPES: dict[str, Callable[[object], Any]] = {
    "tuple[Author, ...]": _to_authors,
    "tuple[str, ...]": _to_texts,
    "PartialDate | None": _to_date,
    "int | None": _to_number,
    "float | None": _to_float,
    "bool | None": _to_flag,
}
_PARSERS: dict[str, Callable[[object], Any]] = {
    **{name: _PARSERS_OF_TYPES[one] for name, one in FACT_TYPES.items() if one in _PARSERS_OF_TYPES},
    "abstract": _to_paragraphs,
    "year": _to_year,
    **dict.fromkeys(("url", "pdf_url", "oa_url"), _to_address),
    "type": lambda value: WorkType(_to_text(value)),
}
