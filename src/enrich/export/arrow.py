"""Arrow tables from rows, and Parquet files from tables: plain strings, UTC instants, zstd, equal bytes."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from enrich.errors import OutputError
from enrich.export.columns import SCHEMA_VERSION
from enrich.export.schema import Column, Dtype, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from enrich.export.rows import Row

_TYPES = {
    Dtype.STRING: pa.string(),
    Dtype.INT16: pa.int16(),
    Dtype.INT32: pa.int32(),
    Dtype.INT64: pa.int64(),
    Dtype.FLOAT64: pa.float64(),
    Dtype.BOOLEAN: pa.bool_(),
    Dtype.DATE: pa.date32(),
    Dtype.TIMESTAMP: pa.timestamp("us", tz="UTC"),
    Dtype.STRINGS: pa.list_(pa.field("element", pa.string(), nullable=False)),
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NUMBERS: dict[Dtype, Callable[[Any], float]] = {
    Dtype.INT16: int,
    Dtype.INT32: int,
    Dtype.INT64: int,
    Dtype.FLOAT64: float,
    Dtype.BOOLEAN: bool,
    Dtype.DATE: lambda day: day.toordinal() - _EPOCH.toordinal(),
    Dtype.TIMESTAMP: lambda moment: (moment - _EPOCH) // _MICROSECOND,
}
"""How Arrow writes a value down: days and microseconds since 1970."""
_CODES = {
    Dtype.INT16: "h",
    Dtype.INT32: "i",
    Dtype.INT64: "q",
    Dtype.FLOAT64: "d",
    Dtype.DATE: "i",
    Dtype.TIMESTAMP: "q",
}
"""Type codes of ``array``."""

_LEAST_FOR_THREADS = 1_000_000
"""Bytes: a partition of a day takes twice as long by threads."""
ROWS_AT_ONCE = 20_000
"""Rows that exist as Python values at one time."""


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column."""
    if column.kind is Dtype.STRUCTS:
        struct = pa.struct([pa.field(part.name, arrow_type(part), not part.is_required) for part in column.fields])
        return pa.list_(pa.field("element", struct, nullable=False))
    return _TYPES[column.kind]


def to_schema(table: Table, metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """The Arrow schema of a table, with meaning and unit as metadata of each field."""
    fields = [
        pa.field(
            column.name,
            arrow_type(column),
            nullable=not column.is_required,
            metadata={"description": column.description} | ({"unit": column.unit} if column.unit else {}),
        )
        for column in table.columns
    ]
    about = {"schema_version": str(SCHEMA_VERSION), "description": table.description, **(metadata or {})}
    return pa.schema(fields, metadata=about)


def to_arrow(table: Table, rows: Iterable[Row], metadata: Mapping[str, str] | None = None) -> pa.Table:
    """The Arrow table of rows that are sorted by the table's key."""
    schema = to_schema(table, metadata)
    remaining = iter(rows)
    batches: list[pa.RecordBatch] = []
    while chunk := list(islice(remaining, ROWS_AT_ONCE)):
        columns = zip(table.columns, zip(*chunk, strict=True), strict=True)
        arrays = [_array(column, values) for column, values in columns]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _array(column: Column, values: Sequence[Any]) -> pa.Array:
    """The array of a column; not by ``pa.array``, which imports pandas to ask whether it was given a series."""
    if column.kind in (Dtype.STRINGS, Dtype.STRUCTS):
        lengths = accumulate((len(value or ()) for value in values), initial=0)
        offsets = _fixed(pa.int32(), array("i", lengths))
        parts = list(chain.from_iterable(value or () for value in values))
        if column.kind is Dtype.STRINGS:
            return pa.ListArray.from_arrays(offsets, _strings(parts), type=arrow_type(column))
        fields = list(zip(*parts, strict=True)) or [()] * len(column.fields)
        children = [_array(field, part) for field, part in zip(column.fields, fields, strict=True)]
        struct = pa.StructArray.from_arrays(children, fields=list(arrow_type(column).value_type))
        mask = _bits([value is None for value in values]) if None in values else None
        return pa.ListArray.from_arrays(offsets, struct, type=arrow_type(column), mask=mask)
    if column.kind is Dtype.STRING:
        return _strings(values)
    numbers = [0 if value is None else _NUMBERS[column.kind](value) for value in values]
    if column.kind is Dtype.BOOLEAN:
        return _bits(numbers, values)
    return _fixed(_TYPES[column.kind], array(_CODES[column.kind], numbers), values)


def _fixed(kind: pa.DataType, numbers: array[Any], values: Sequence[Any] = ()) -> pa.Array:
    """The array of numbers as they lie in memory, null where a value is None."""
    return pa.Array.from_buffers(kind, len(numbers), [_known(values), pa.py_buffer(numbers)])


def _bits(flags: Sequence[Any], values: Sequence[Any] = ()) -> pa.Array:
    return pa.Array.from_buffers(pa.bool_(), len(flags), [_known(values), _packed(flags)])


def _known(values: Sequence[Any]) -> pa.Buffer | None:
    """A bit for each value, 0 where it is None; nothing when none is."""
    if None not in values:
        return None
    return _packed([value is not None for value in values])


def _packed(flags: Sequence[Any]) -> pa.Buffer:
    """A bit for each flag, eight in a byte, the first one the lowest."""
    digits = "".join("1" if flag else "0" for flag in reversed(flags))
    return pa.py_buffer(int(digits or "0", 2).to_bytes((len(flags) + 7) // 8, "little"))


def _strings(values: Sequence[str | None]) -> pa.Array:
    builder = pa.lib.StringBuilder()
    try:
        builder.append_values(values)
    except UnicodeEncodeError:  # half of a surrogate pair, as broken JSON escapes leave it
        builder = pa.lib.StringBuilder()
        builder.append_values([value and value.encode("utf-8", "replace").decode() for value in values])
    return builder.finish()


def to_scalar(text: str) -> pa.Scalar:
    """The text for a function of ``pyarrow.compute``: for a bare string it would import pandas."""
    return _strings([text])[0]


def to_values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; moments in UTC, for which ``to_pylist`` would import pandas."""
    if not pa.types.is_timestamp(column.type):
        return list(column.to_pylist())
    # A view where it can be one: casts import ``pyarrow.compute``.
    us = column if column.type.unit == "us" else column.cast(pa.timestamp("us", tz="UTC"))
    values = chain.from_iterable(chunk.view(pa.int64()).to_pylist() for chunk in us.chunks)
    return [None if value is None else _EPOCH + timedelta(microseconds=value) for value in values]


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write one Parquet file."""
    pq.write_table(table, path, compression="zstd", version="2.6", store_schema=True, write_page_index=False)


def read_parquet(path: Path, columns: Collection[str] | None = None) -> pa.Table:
    """Read one Parquet file written by this module; of the asked columns those that it has.

    Partitions in its path are not turned into columns. ``pq.read_table`` would import pandas and pyarrow's data sets,
    which takes longer than reading all tables of a list.
    """
    with pq.ParquetFile(path) as file:
        there = () if columns is None else file.schema_arrow.names
        known = None if columns is None else [name for name in columns if name in there]
        return file.read(columns=known, use_threads=path.stat().st_size > _LEAST_FOR_THREADS)


def count_rows(path: Path) -> int:
    """The number of rows of a Parquet file.

    Raises:
        OutputError: it is none.
    """
    try:
        with pq.ParquetFile(path) as file:
            return int(file.metadata.num_rows)
    except (OSError, pa.ArrowException) as error:
        raise foreign_table(path) from error


def foreign_table(path: Path) -> OutputError:
    """The error that a file of the history is none of ours, so that writing it again would lose what it holds."""
    advice = "move it away: a new run would replace it"
    return OutputError("not a table that enrich wrote", path=path, advice=advice)
