"""CSV for spreadsheets and quick reading: RFC 4180, UTF-8 with BOM, and no cell that a spreadsheet would run or mend.

Formula guard: CWE-1236, <https://owasp.org/www-community/attacks/CSV_Injection>. Parquet is the lossless copy.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from enrich.export.arrow import ROWS_AT_ONCE, to_scalar
from enrich.export.schema import Column, Dtype, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SEPARATORS = {"section_path": " / "}
_LIST_SEPARATOR = "; "
_LONGEST = 32_766
"""UTF-16 units of a cell that Excel and LibreOffice read whole:
<https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>."""


def write_csv(definition: Table, table: pa.Table, path: Path) -> None:
    """Write the CSV file of a table."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(_rows(definition, table))


def to_csv_lines(definition: Table, table: pa.Table) -> Iterator[str]:
    """The lines of the CSV file of a table, each with its end: the heads of the columns, then one per row.

    No cell holds a line break.
    """
    writer = csv.writer(_Line(), lineterminator="\r\n")
    return map(writer.writerow, _rows(definition, table))


class _Line:
    """A file that hands back what is written into it."""

    def write(self, line: str) -> str:
        return line


def _rows(definition: Table, table: pa.Table) -> Iterator[Sequence[str]]:
    yield [column.name for column in definition.csv_columns]
    for start in range(0, table.num_rows, ROWS_AT_ONCE):
        part = table.slice(start, ROWS_AT_ONCE)
        columns = [_texts(column, part.column(column.name)) for column in definition.csv_columns]
        yield from zip(*columns, strict=True)


def _texts(column: Column, values: pa.ChunkedArray) -> list[str]:
    match column.kind:
        case Dtype.STRING:
            texts = _guarded(_special(column.name, values))
        case Dtype.STRINGS:
            texts = _guarded(_joined(values, _SEPARATORS.get(column.name, _LIST_SEPARATOR)))
        case Dtype.STRUCTS:
            texts = _guarded(_joined(_named(column.name, values), _LIST_SEPARATOR))
        case Dtype.TIMESTAMP:
            texts = pc.strftime(values.cast(pa.timestamp("s", tz="UTC"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
        case _:
            texts = values.cast(pa.string())
    return [_fitting(text) if text and len(text) > _LONGEST // 2 else text or "" for text in texts.to_pylist()]


def _fitting(text: str) -> str:
    """The text, cut at the end of a word where a spreadsheet would cut or spread it; Parquet has it in full."""
    if len(text.encode("utf-16-le")) // 2 <= _LONGEST:
        return text
    kept = text.encode("utf-16-le")[: 2 * (_LONGEST - 2)].decode("utf-16-le", "ignore")
    return f"{kept.rpartition(' ')[0] or kept} …"


def _special(name: str, values: pa.ChunkedArray) -> Any:  # noqa: ANN401 (a chunked array, which pyarrow does not type)
    """Cells that a spreadsheet would read as a number or a date."""
    if name == "arxiv_id":
        return pc.binary_join_element_wise(to_scalar("arXiv:"), values, to_scalar(""))
    if name == "pages":
        return pc.replace_substring_regex(values, pattern=r"(\w)\s*[-‐‑–—]+\s*(\w)", replacement=r"\1–\2")
    return values


def _guarded(texts: Any) -> Any:  # noqa: ANN401 (a chunked array, which pyarrow does not type)
    """Texts on one line that no spreadsheet takes for a formula."""
    flat = pc.replace_substring_regex(texts, pattern=r"[\r\n\x00\x0b\x0c\x{85}\x{2028}\x{2029}]+", replacement=" ")
    return pc.replace_substring_regex(flat, pattern=r"\A([=+\-@\t＝＋－＠])", replacement=r"'\1")


def _joined(values: pa.ChunkedArray, separator: str) -> Any:  # noqa: ANN401 (an array, which pyarrow does not type)
    lists = values.combine_chunks()
    parts = lists.flatten()
    if separator == _LIST_SEPARATOR:
        parts = pc.replace_substring(parts, pattern=";", replacement=",")
    return pc.binary_join(pa.ListArray.from_arrays(_offsets(lists), parts), to_scalar(separator))


def _named(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The lists of structs as lists of what stands for each: ``Last, First`` of an author, the first part of others."""
    lists = values.combine_chunks()
    structs = lists.flatten()
    if name == "authors":
        # pyarrow drops rows that are null throughout, so that the first part must never be
        first = pc.coalesce(structs.field("family"), structs.field("name"))
        texts = pc.binary_join_element_wise(
            first, structs.field("suffix"), structs.field("given"), to_scalar(", "), null_handling="skip"
        )
    else:
        texts = structs.field(0)
    return pa.chunked_array([pa.ListArray.from_arrays(_offsets(lists), texts)])


def _offsets(lists: Any) -> Any:  # noqa: ANN401 (an array, which pyarrow does not type)
    return pc.subtract(lists.offsets, lists.offsets[0])
