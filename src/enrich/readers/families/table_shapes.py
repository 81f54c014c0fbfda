"""The shape of a table of entries: its header, a row an entry where it stands on its side or cells hold lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.readers.families.table_words import (
    EMPTY,
    MOST_COLUMNS,
    MOST_TITLE_WORDS,
    MOSTLY,
    WORDS_OF_TITLE,
    column_of,
    length_of,
    text_of_cell,
)
from enrich.readers.fields.labels import is_generic
from enrich.readers.fields.written_names import is_names
from enrich.readers.outline import Cell, Row, plain_lines
from enrich.text.venues import find_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.outline import Block, Line

_FEWEST_FIELDS = 3
"""Names of fields in the first column that show that the rows are fields."""


def unfolded(header: list[str], rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Return the table with a row a title where cells hold lists of them, as the schedule of a course does."""
    titled = [index for index in range(min(len(header), MOST_COLUMNS)) if _holds_titles(rows, index)]
    if not any(_holds_lists(rows, index) for index in titled):
        return header, rows
    lists = [index for index in titled if _holds_lists(rows, index) or _is_linked(rows, index)]
    around = [index for index in range(len(header)) if index not in lists]
    unfolded = [
        Row(part[0].number, [*(row.cells[other] for other in around if other < len(row.cells)), Cell(part)])
        for row in rows
        for index in lists
        if index < len(row.cells) and not row.cells[index].is_continued
        for part in filter(_is_like_title, _parts(row.cells[index]))
    ]
    return [*(header[other] for other in around), "title"], unfolded


def _parts(cell: Cell) -> list[list[Line]]:
    """What stands between breaks that readers see."""
    parts: list[list[Line]] = []
    for line in cell.lines:
        if line.is_hard or not parts:
            parts.append([])
        parts[-1].append(line)
    return [part for part in parts if plain_lines(part).strip(" *_`|").lower() not in EMPTY]


def _cells_of(rows: Sequence[Row], index: int) -> list[list[list[Line]]]:
    cells = (row.cells[index] for row in rows if index < len(row.cells) and not row.cells[index].is_continued)
    return list(filter(None, map(_parts, cells)))


def _holds_titles(rows: Sequence[Row], index: int) -> bool:
    parts = [part for parts in _cells_of(rows, index) for part in parts]
    return sum(map(_is_like_title, parts)) > MOSTLY * len(parts)


def _holds_lists(rows: Sequence[Row], index: int) -> bool:
    """Whether the cells of a column of titles hold now more, now fewer; fields below a title are as many everywhere."""
    lengths = set(map(len, _cells_of(rows, index)))
    return len(lengths) > 1 and max(lengths) > 1


def _is_linked(rows: Sequence[Row], index: int) -> bool:
    parts = [part for parts in _cells_of(rows, index) for part in parts]
    return sum(any(run.url for line in part for run in line.runs) for part in parts) > MOSTLY * len(parts)


def _is_like_title(part: Sequence[Line]) -> bool:
    text = plain_lines(part).strip(" *_`|")
    is_linked = any(run.url and not run.image and not is_generic(run.text) for line in part for run in line.runs)
    n_words = length_of(text)
    return (
        (WORDS_OF_TITLE - 2 * is_linked <= n_words <= MOST_TITLE_WORDS)
        and not is_names(text)
        and find_label(text) is None
    )


def upright(block: Block) -> Block:
    """Return the table with a column a field where it has a row a field: its first column holds the names of fields."""
    names = [column_of(text_of_cell(row.cells[0])) for row in block.rows if row.cells]
    across = [column_of(text_of_cell(cell)) for cell in block.rows[0].cells]
    is_across = 2 * sum(name is not None for name in across) > len(across)
    if is_across or len(set(filter(None, names))) < _FEWEST_FIELDS or sum(map(bool, names)) <= MOSTLY * len(names):
        return block
    width = max(len(row.cells) for row in block.rows)
    columns = [
        [row.cells[index] if index < len(row.cells) else Cell(()) for row in block.rows] for index in range(width)
    ]
    rows = [
        Row(block.line, [cell._replace(is_header=not index) for cell in column]) for index, column in enumerate(columns)
    ]
    return replace(block, rows=rows)


def header_and_rows(block: Block) -> tuple[list[str], list[Row]]:
    """Return the texts of the header, empty where there is none, and the rows below it."""
    rows = list(block.rows)
    first = rows[0]
    is_header = all(cell.is_header for cell in first.cells) or (
        block.is_html and any(column_of(text_of_cell(cell)) for cell in first.cells) and not has_links(first)
    )
    if not is_header:
        return [""] * len(first.cells), rows
    if has_links(first):  # a list that starts without a header row: its first entry got into its place
        return [text_of_cell(cell) if column_of(text_of_cell(cell)) else "" for cell in first.cells], rows
    return [text_of_cell(cell) for cell in first.cells], rows[1:]


def has_links(row: Row) -> bool:
    """Return whether a cell of a row links to something."""
    return any(run.url for cell in row.cells for line in cell.lines for run in line.runs)
