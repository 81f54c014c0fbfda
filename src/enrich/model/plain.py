"""Values of the model as plain ones and back, by the types that their fields are declared with.

A form (JSON of the store, lines of a catalogue, rows of Parquet) says once how each type is read; a field that is added
is read and written without another line.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.facts import Keyword
from enrich.model.identifiers import Identifier, Scheme, format_identifier, parse_identifier
from enrich.model.record import NoticeKind, RelationKind, Stage, WorkLink, WorkType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reader = Callable[[Any], Any]

EMPTY: tuple[object, ...] = (None, "", [], {})
"""What stands for unknown, and is left out of JSON."""


DAMAGE = (ValueError, TypeError, KeyError, AttributeError, IndexError)
"""What reading raises at values of another kind."""


def read_fields(kind: type, row: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the fields of a dataclass that a row has, each read by its declared type; other keys say nothing.

    Raises:
        DAMAGE: a value is not of its kind.

    >>> read_fields(Keyword, {"keyword": "Ode", "score": 0.5, "more": 1}, PLAIN)
    {'keyword': 'Ode', 'score': 0.5}
    """
    return {name: readers[declared](row[name]) for name, declared in _declared(kind) if name in row}


def read_sound_fields(kind: type, row: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the same without the fields whose values are not of their kind: a damaged value costs only itself.

    >>> read_sound_fields(Keyword, {"keyword": "Ode", "score": "much"}, PLAIN)
    {'keyword': 'Ode'}
    """
    found = {}
    for name, declared in _declared(kind):
        if name in row:
            with suppress(*DAMAGE):
                found[name] = readers[declared](row[name])
    return found


@cache
def _declared(kind: type) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, str(one.type)) for one in fields(kind))


def write_plain(value: Any, writers: Mapping[type, Reader]) -> Any:  # noqa: ANN401 (one writer for all types of fields)
    """Return a value as JSON has it: each type as its writer says, of a dataclass what is not its default.

    >>> write_plain((Keyword("Ode"), PartialDate(2020, 1)), {})
    [{'keyword': 'Ode'}, '2020-01']
    """
    for kind, write in writers.items():
        if isinstance(value, kind):
            return write(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, tuple):
        return [write_plain(part, writers) for part in value]
    if is_dataclass(value):
        parts = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: write_plain(part, writers) for one, part in parts if part != one.default}
    return value


def many(read: Reader) -> Reader:
    """Return a reader of lists of what ``read`` reads; none is an empty tuple."""
    return lambda values: tuple(map(read, values or ()))


def optional(read: Reader) -> Reader:
    """Return a reader of what ``read`` reads, or of None."""
    return lambda value: None if value is None or value == "" else read(value)


def reader_of(kind: type, readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of a dataclass from the fields of a row."""
    return lambda row: kind(**read_fields(kind, row, readers))


def _one_of(*kinds: type) -> Reader:
    def read(value: Any) -> Any:  # noqa: ANN401 (whatever JSON holds)
        if value is not None and not isinstance(value, kinds):
            raise ValueError(f"{value!r} where {' or '.join(kind.__name__ for kind in kinds)} is due")
        return value

    return read


def _text(value: Any) -> str | None:  # noqa: ANN401 (whatever JSON holds)
    """A text; a volume or a page may have been written as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else _one_of(str)(value)


def write_identifier(identifier: Identifier) -> str:
    """Return the identifier with its qualifier as ``scheme:value``, which ``read_identifier`` reads back."""
    return f"{identifier.scheme}:{format_identifier(identifier)}"


def read_identifier(text: str) -> Identifier:
    """Return the identifier written as ``scheme:value``, in whatever form its scheme allows.

    >>> str(read_identifier("doi:10.1000/A")), read_identifier("url:https://a.org/b:c").value
    ('doi:10.1000/a', 'https://a.org/b:c')
    """
    scheme, _, value = text.partition(":")
    return parse_identifier(scheme, value)


def read_normal_identifier(text: str) -> Identifier:
    """Return the identifier of a text that ``write_identifier`` wrote; two schemes alone have qualifiers."""
    scheme, _, value = text.partition(":")
    if scheme in (Scheme.ARXIV, Scheme.NEURIPS):
        return parse_identifier(scheme, value)
    return Identifier(Scheme(scheme), value)


PLAIN: dict[str, Reader] = {
    **dict.fromkeys(("str", "str | None"), _text),
    **dict.fromkeys(("int", "int | None"), _one_of(int)),
    **dict.fromkeys(("float", "float | None"), _one_of(float, int)),
    **dict.fromkeys(("bool", "bool | None"), _one_of(bool)),
    "dict[str, str]": dict,
    "tuple[str, ...]": many(_text),
    "tuple[tuple[int, int], ...]": lambda pairs: tuple((int(year), int(count)) for year, count in pairs),
    "datetime": datetime.fromisoformat,
    "datetime | None": optional(datetime.fromisoformat),
    "PartialDate | None": optional(lambda value: parse_partial_date(str(value))),
    "WorkType": lambda value: WorkType(value or WorkType.UNKNOWN),
    "Stage | None": optional(Stage),
    "NoticeKind": NoticeKind,
    "RelationKind": RelationKind,
    "Identifier": read_identifier,
    "Identifier | None": optional(read_identifier),
    "tuple[Identifier, ...]": many(read_identifier),
}
"""Readers of JSON by declared type."""
PLAIN |= {
    "tuple[Keyword, ...]": many(reader_of(Keyword, PLAIN)),
    "tuple[WorkLink, ...]": many(reader_of(WorkLink, PLAIN)),
}
