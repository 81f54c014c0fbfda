"""Identifiers and values as curators write them, in the types of the fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from enrich.model.addresses import identifiers_in_url
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv, parse_doi, parse_identifier
from enrich.model.record import Author, WorkType
from enrich.text.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Callable


def parse_value(field: str, value: object) -> Any:  # noqa: ANN401 (one parser for all types of fields)
    """The value of a field from what TOML holds for it.

    Raises:
        TypeError: it is of another type.
        ValueError: it is out of range.

    >>> parse_value("year", 2018), str(parse_value("date", "2018-06"))
    (2018, '2018-06')
    """
    return _PARSERS.get(field, _to_text)(value)


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
_EXAMPLES = {
    "authors": '["Given Family", "Given Family"]',
    "keywords": '["one", "another"]',
    "date": '"2018-06-19"',
    "year": "2018",
    "citation_count": "120",
    "influential_citation_count": "12",
    "is_open_access": "true",
    "url": '"https://example.org/paper"',
    "pdf_url": '"https://example.org/paper.pdf"',
    "type": f"one of {', '.join(one for one in WorkType if one is not WorkType.UNKNOWN)}, as a text",
}
_PARSERS: dict[str, Callable[[object], Any]] = {
    "abstract": _to_paragraphs,
    "authors": _to_authors,
    "keywords": _to_texts,
    "date": _to_date,
    "year": _to_year,
    "citation_count": _to_number,
    "influential_citation_count": _to_number,
    "is_open_access": _to_flag,
    "url": _to_address,
    "pdf_url": _to_address,
    "type": lambda value: WorkType(_to_text(value)),
}
