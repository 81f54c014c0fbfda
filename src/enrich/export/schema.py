"""What a table and a column are, and short ways to write them down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Dtype(StrEnum):
    """Type of a column, as the data dictionary names it."""

    STRING = "string"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT64 = "float64"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp (UTC)"
    STRINGS = "list of string"
    STRUCTS = "list of struct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    kind: Dtype
    description: str
    is_required: bool = False
    """Never null."""
    unit: str | None = None
    example: str | None = None
    """As it stands in CSV."""
    values: tuple[str, ...] = ()
    """All values it can have; empty = open."""
    fields: tuple[Column, ...] = ()
    """Parts of a struct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns of a table that name a row of another one."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a Parquet file, and a CSV file where people open it in a spreadsheet."""

    name: str
    description: str
    key: tuple[str, ...]
    """Columns that name a row; the rows are sorted by them."""
    columns: tuple[Column, ...]
    references: tuple[ForeignKey, ...] = ()
    has_csv: bool = False
    not_in_csv: frozenset[str] = field(default_factory=frozenset)
    since: int = 1
    """The schema version that brought it: folders of older versions lack it."""

    @property
    def csv_columns(self) -> tuple[Column, ...]:
        """The columns that the CSV file has."""
        return tuple(column for column in self.columns if column.name not in self.not_in_csv)


def text(name: str, description: str, example: str | None = None, *values: str) -> Column:
    """A column of texts, of which all possible ones may be given."""
    return Column(name=name, kind=Dtype.STRING, description=description, example=example, values=values)


def required(column: Column) -> Column:
    """The column, never null."""
    return replace(column, is_required=True)


def number(name: str, description: str, example: str, *, kind: Dtype = Dtype.INT32, unit: str | None = None) -> Column:
    """A column of whole numbers."""
    return Column(name=name, kind=kind, description=description, example=example, unit=unit)


def flag(name: str, description: str) -> Column:
    """A column of booleans."""
    return Column(name=name, kind=Dtype.BOOLEAN, description=description, example="true")


def instant(name: str, description: str) -> Column:
    """A column of moments, in UTC."""
    return Column(name=name, kind=Dtype.TIMESTAMP, description=description, example="2026-11-20T08:15:00Z")


def texts(name: str, description: str, example: str) -> Column:
    """A column of lists of texts, never null."""
    return Column(name=name, kind=Dtype.STRINGS, description=description, example=example, is_required=True)


def structs(name: str, description: str, example: str, *fields: Column) -> Column:
    """A column of lists of structs, never null."""
    return Column(
        name=name, kind=Dtype.STRUCTS, description=description, example=example, fields=fields, is_required=True
    )
