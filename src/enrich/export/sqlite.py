"""All tables in one SQLite file, with keys, references, indexes and comments: for datasette, DuckDB and notebooks.

Comments stand in the statements that made the tables, which SQLite keeps (<https://sqlite.org/schematab.html>), and
once more in the table ``data_dictionary``. Lists are JSON (<https://sqlite.org/json1.html>).
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from enrich.errors import OutputError
from enrich.export.columns import CHANGES_HISTORY, CITATION_COUNTS, HISTORY_TABLES, RUNS, SCHEMA_VERSION, TABLES
from enrich.export.history import read_partition, staged_partitions, with_earlier_runs
from enrich.export.rows import ROWS
from enrich.export.schema import Column, Dtype, Table, required, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from enrich.export.rows import Row
    from enrich.export.staging import Staging
    from enrich.model.work import Bibliography

NAME = "bibliography.sqlite"
_TYPES = {
    Dtype.INT16: "INTEGER",
    Dtype.INT32: "INTEGER",
    Dtype.INT64: "INTEGER",
    Dtype.FLOAT64: "REAL",
    Dtype.BOOLEAN: "INTEGER",
}
_HISTORY_NAMES = {CITATION_COUNTS.name: "citation_counts", CHANGES_HISTORY.name: "changes_history"}
_DAY = required(text("observed_date", "Day of the observation, UTC", "2026-11-20"))
_DICTIONARY = Table(
    name="data_dictionary",
    description="One row per column of every table",
    key=("table_name", "column_name"),
    columns=(
        required(text("table_name", "Name of the table", "works")),
        required(text("column_name", "Name of the column", "title")),
        required(text("type", "Type of the values; lists are JSON", "string")),
        required(text("description", "What it means", "Title as plain Unicode")),
        text("unit", "Unit", "works"),
        text("example", "One value", "Neural Ordinary Differential Equations"),
    ),
)


def write_sqlite(bibliography: Bibliography, staging: Staging, folder: Path, path: Path) -> int:
    """Write the tables of a bibliography, and the runs and the history of an output folder; return the number of rows.

    Equal tables give equal bytes with one version of SQLite.

    Raises:
        OutputError: the file cannot be written, or the history not be read.
    """
    path.unlink(missing_ok=True)
    tables = dict(_tables(bibliography, staging, folder))
    tables[_DICTIONARY] = _dictionary(tables)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            database.execute("BEGIN")
            for table, rows in tables.items():
                _write_table(database, table, rows)
            database.execute("COMMIT")
            return database.total_changes
    except sqlite3.Error as error:
        raise OutputError(
            f"cannot be written: {error}", path=path, advice="choose another folder with --out"
        ) from error


def _tables(bibliography: Bibliography, staging: Staging, folder: Path) -> Iterator[tuple[Table, Iterable[Row]]]:
    for table in TABLES:
        rows: Iterable[Row] = ROWS[table.name](bibliography)
        yield table, with_earlier_runs(rows, folder) if table is RUNS else rows
    for table in HISTORY_TABLES:
        dated = replace(
            table,
            name=_HISTORY_NAMES[table.name],
            key=(_DAY.name, *table.key),
            columns=(_DAY, *table.columns),
        )
        yield dated, _history(table, staged_partitions(staging, folder, table))


def _history(table: Table, found: Mapping[str, Path]) -> Iterator[Row]:
    for day, path in found.items():
        yield from ((day, *row) for row in read_partition(path, table))


def _dictionary(tables: Iterable[Table]) -> list[Row]:
    return [
        (table.name, column.name, column.kind, column.description, column.unit, column.example)
        for table in sorted(tables, key=lambda known: known.name)
        for column in sorted(table.columns, key=lambda known: known.name)
    ]


def _write_table(database: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> None:
    database.execute(to_statement(table))
    marks = ", ".join("?" for _ in table.columns)
    write = [_writer(column) for column in table.columns]
    cells = (tuple(value if value is None else to(value) for to, value in zip(write, row, strict=True)) for row in rows)
    database.executemany(f"INSERT INTO {_quoted(table.name)} VALUES ({marks})", cells)  # noqa: S608 (our own names)
    for reference in table.references:
        if reference.columns != table.key[: len(reference.columns)]:
            name = _quoted("_".join((table.name, *reference.columns)))
            columns = ", ".join(map(_quoted, reference.columns))
            database.execute(f"CREATE INDEX {name} ON {_quoted(table.name)} ({columns})")


def to_statement(table: Table) -> str:
    """The statement that makes a table, with what the table and each column mean as comments."""
    lines = [f"CREATE TABLE {_quoted(table.name)} ( -- {table.description}"]
    for column in table.columns:
        kind = _TYPES.get(column.kind, "TEXT")
        unit = f" ({column.unit})" if column.unit else ""
        null = " NOT NULL" if column.is_required else ""
        lines.append(f"  {_quoted(column.name)} {kind}{null}, -- {column.description}{unit}")
    constraints = [f"PRIMARY KEY ({', '.join(map(_quoted, table.key))})"]
    for reference in table.references:
        own, target = (", ".join(map(_quoted, names)) for names in (reference.columns, reference.target))
        constraints.append(f"FOREIGN KEY ({own}) REFERENCES {_quoted(reference.table)} ({target})")
    return "\n".join([*lines, ",\n".join(f"  {one}" for one in constraints), ")"])


def _quoted(name: str) -> str:
    return f'"{name}"'


def _writer(column: Column) -> Callable[[Any], Any]:
    match column.kind:
        case Dtype.STRING:
            return _plain
        case Dtype.STRINGS:
            return lambda values: _plain(json.dumps(list(values), ensure_ascii=False))
        case Dtype.STRUCTS:
            names = [part.name for part in column.fields]
            return lambda rows: _plain(
                json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)
            )
        case Dtype.TIMESTAMP:
            return _to_iso
        case Dtype.DATE:
            return lambda day: day.isoformat()
        case Dtype.BOOLEAN:
            return int
        case _:
            return lambda value: value


def _plain(value: str) -> str:
    """The text without halves of surrogate pairs, which no database takes."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _to_iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
