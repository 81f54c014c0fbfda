"""The columns of ``works`` that are fields of ``model.facts``: made, written and read by the type of the field."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from enrich.export.schema import Column, Dtype, required, structs, text
from enrich.model.dates import PartialDate
from enrich.model.facts import FACT_TYPES, FACTS, Keyword
from enrich.text.names import parse_name, to_family_first

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from enrich.model.facts import Meaning
    from enrich.model.persons import Author
    from enrich.model.work import Work

_KINDS = {
    "str | None": Dtype.STRING,
    "int | None": Dtype.INT32,
    "float | None": Dtype.FLOAT64,
    "bool | None": Dtype.BOOLEAN,
    "tuple[str, ...]": Dtype.STRINGS,
    "tuple[Author, ...]": Dtype.STRINGS,
}
_NARROW = {"year": Dtype.INT16, "s2_corpus_id": Dtype.INT64}
_DATES = {"date": "published", "retraction_date": "retraction"}
"""Field to the first part of its two columns."""
PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a field that is not one plain value stands in columns."""

    write: Callable[[Any], tuple[Any, ...]]
    read: Callable[..., Any]


def date_columns(name: str, meaning: Meaning) -> tuple[Column, Column]:
    """The day that a date may be first, and how much of it is known."""
    column = f"{_DATES[name]}_date"
    return (
        Column(
            name=column,
            kind=Dtype.DATE,
            description=f"{meaning.text}; its first possible day when only month or year is known",
            example=meaning.example,
        ),
        text(f"{_DATES[name]}_precision", f"How much of {column} is known", "day", *PRECISIONS),
    )


def to_date_cells(known: PartialDate | None) -> tuple[date | None, str | None]:
    """The cells of the columns of a date."""
    return (known.to_date(), known.precision) if known else (None, None)


def read_date(value: date | None, precision: str | None) -> PartialDate | None:
    """The date of the cells of its columns."""
    if value is None:
        return None
    month = value.month if precision in ("month", "day") else None
    return PartialDate(value.year, month, value.day if precision == "day" else None)


def _names(authors: tuple[Author, ...]) -> tuple[tuple[str, ...]]:
    return (tuple(to_family_first(author) for author in authors),)


_FORMS = {
    "PartialDate | None": _Form(to_date_cells, read_date),
    "tuple[Author, ...]": _Form(_names, lambda names: tuple(map(parse_name, names or ()))),
    "tuple[Keyword, ...]": _Form(
        lambda keywords: ([(one.keyword, one.score) for one in keywords],),
        lambda rows: tuple(Keyword(**row) for row in rows or ()),
    ),
}


def _columns(name: str) -> tuple[Column, ...]:
    meaning, annotation = FACTS[name], FACT_TYPES[name]
    if annotation == "PartialDate | None":
        return date_columns(name, meaning)
    if annotation == "tuple[Keyword, ...]":
        score = Column(name="score", kind=Dtype.FLOAT64, description="How sure it is", unit="0 to 1", example="0.71")
        parts = (required(text("keyword", "Keyword", "Ode")), score)
        return (structs(name, meaning.text, meaning.example or "", *parts),)
    column = Column(
        name=name,
        kind=_NARROW.get(name, _KINDS[annotation]),
        description=meaning.text,
        example=meaning.example,
        unit=meaning.unit,
        values=meaning.values,
    )
    return (required(column) if annotation.startswith("tuple") or name == "title" else column,)


FACT_COLUMNS = {name: _columns(name) for name in FACTS if name != "authors"}
"""Field to its columns; the authors have tables of their own."""
_PLAIN = tuple(name for name in FACT_COLUMNS if FACT_TYPES[name] not in _FORMS)
_FORMED = tuple((name, _FORMS[FACT_TYPES[name]]) for name in FACT_COLUMNS if FACT_TYPES[name] in _FORMS)
_get_plain = attrgetter(*_PLAIN)

FACT_CELLS = (*_PLAIN, *(column.name for name, _ in _FORMED for column in FACT_COLUMNS[name]))
"""The columns in the order of ``to_fact_cells``."""


def to_fact_cells(work: Work) -> tuple[Any, ...]:
    """The cells of all fields of a work, in the order of ``FACT_CELLS``."""
    plain: tuple[Any, ...] = _get_plain(work)
    return plain + tuple(chain.from_iterable(form.write(getattr(work, name)) for name, form in _FORMED))


def read_facts(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a work from a row of ``works``."""
    facts = {name: tuple(row[name] or ()) if FACT_TYPES[name].startswith("tuple") else row[name] for name in _PLAIN}
    for name, form in _FORMED:
        facts[name] = form.read(*(row[column.name] for column in FACT_COLUMNS[name]))
    return facts
