"""Tables of reStructuredText through docutils' table parsers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unicodedata import combining

from docutils.parsers.rst.tableparser import GridTableParser, SimpleTableParser, TableMarkupError
from docutils.statemachine import StringList

from enrich.readers.outline import Block, Cell, Kind, Row

_BORDER = re.compile(r"[=\s-]+")
_GAP = re.compile(r"\s{2,}|(?<=_)\s+(?=`)")
_BEFORE_BODY = 2
_WIDEST_GRID = 8_000
"""Characters of a line: docutils sorts all corners of a grid for each cell."""

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.readers.outline import Line

    Inline = Callable[[list[tuple[int, str, bool]]], list[Line]]
    """From numbered lines, each with whether it begins behind a visible break, to inline text."""


def read_table(lines: list[str], line: int, inline: Inline, *, is_grid: bool) -> Block | None:
    """Return the table in some lines, or None when its borders do not fit together."""
    indent = min(len(text) - len(text.lstrip()) for text in lines if text.strip())
    source = _Lines([text[indent:].rstrip() for text in lines], source="")
    if is_grid and len(lines[0]) > _WIDEST_GRID:
        return _as_paragraph(lines, line, inline)
    parser = GridTableParser() if is_grid else SimpleTableParser()
    try:
        _, header, body = parser.parse(source)
    except (TableMarkupError, IndexError, ValueError, AssertionError):
        return _split_at_gaps(lines, line, inline) if not is_grid else _as_paragraph(lines, line, inline)
    block = Block(Kind.TABLE, line)
    for rows, is_header in ((header, True), (body, False)):
        for row in rows:
            cells, offset = _cells(row, line, inline, is_header=is_header)
            if cells:
                block.rows.append(Row(line + offset, cells))
    return block if block.rows else None


class _Lines(StringList):
    """Lines of which a block is cut out without counting the columns of whole lines for each cell again."""

    def get_2D_block(  # noqa: N802 (docutils' name)
        self,
        top: int,
        left: int,
        bottom: int,
        right: int,
        strip_indent: bool = True,  # noqa: FBT001, FBT002 (same)
    ) -> StringList:
        """The lines of a cell, as docutils cuts them: combining characters take no column."""
        if any(map(_has_marks, self.data[top:bottom])):
            return super().get_2D_block(top, left, bottom, right, strip_indent)
        block = self[top:bottom]
        block.data = [text[left:right].rstrip() for text in block.data]
        indent = min((len(text) - len(text.lstrip()) for text in block.data if text), default=0)
        if strip_indent and indent:
            block.data = [text[indent:] for text in block.data]
        return block


@lru_cache(maxsize=64)
def _has_marks(line: str) -> bool:
    return not line.isascii() and any(map(combining, line))


def _cells(row: list[Any], line: int, inline: Inline, *, is_header: bool) -> tuple[list[Cell], int]:
    cells: list[Cell] = []
    first: int | None = None
    is_grid = None in row  # with the cells that others cover
    for cell in row:
        if cell is None:
            cells.append(Cell((), is_header, is_continued=True))
            continue
        _, n_columns, offset, content = cell
        numbered = [
            (line + offset + position, text.strip(), position == 0)
            for position, text in enumerate(content)
            if text.strip()
        ]
        first = offset if first is None else min(first, offset)
        cells.append(Cell(inline(numbered), is_header))
        if not is_grid:
            cells += [Cell((), is_header, is_continued=True)] * n_columns
    return cells, first or 0


def _split_at_gaps(lines: list[str], line: int, inline: Inline) -> Block | None:
    """A simple table whose text runs over its column borders, cut where two spaces stand."""
    block = Block(Kind.TABLE, line)
    borders = 0
    for position, text in enumerate(lines):
        if not text.strip():
            continue
        if _BORDER.fullmatch(text.strip()):
            borders += 1
            continue
        number = line + position
        cells = [Cell(inline([(number, cell, True)]), borders < _BEFORE_BODY) for cell in _GAP.split(text.strip())]
        block.rows.append(Row(number, cells))
    return block if block.rows else None


def _as_paragraph(lines: list[str], line: int, inline: Inline) -> Block:
    numbered = [(line + position, text.strip(), True) for position, text in enumerate(lines) if text.strip()]
    return Block(Kind.PARAGRAPH, line, inline(numbered))
