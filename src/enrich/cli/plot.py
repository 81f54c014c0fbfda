"""A plot in characters: several series of counts over days, for a terminal with or without Unicode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

Series = list[tuple["date", int]]
"""Day and count, oldest first."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a plot is drawn with."""

    marks: str
    """One for each series, from the first on again when they run out."""
    corner: str
    vertical: str
    horizontal: str


UNICODE = Signs("●◆■▲○◇□△", "└", "│", "─")
ASCII = Signs("*o+x#@%&", "+", "|", "-")
_LEAST_WIDTH = 20


def to_plot(series: Mapping[str, Series], *, width: int, height: int, signs: Signs) -> list[str]:
    r"""The lines of a plot with its scales, no higher than there are counts; a legend names the mark of each series.

    >>> from datetime import date
    >>> counts = [(date(2026, 11, 1), 10), (date(2026, 11, 8), 12), (date(2026, 11, 15), 16)]
    >>> print("\n".join(to_plot({"openalex": counts}, width=32, height=4, signs=ASCII)))
    16 |                         *
    14 |
    12 |            *
    10 |*
       +--------------------------
        2026-11-01      2026-11-15
        * openalex 16
    """
    points = [point for known in series.values() for point in known]
    days, counts = [day for day, _ in points], [count for _, count in points]
    low, high = min(counts), max(counts)
    if low == high:
        low, high = max(0, low - 1), high + 1
    height = min(height, high - low + 1)
    margin = len(f"{high:,}")
    columns = max(_LEAST_WIDTH, width - margin - 4)
    grid = [[" "] * columns for _ in range(height)]
    first, span = min(days), max((max(days) - min(days)).days, 1)
    for place, known in enumerate(series.values()):
        for day, count in known:
            row = round((high - count) / (high - low) * (height - 1))
            grid[row][round((day - first).days / span * (columns - 1))] = signs.marks[place % len(signs.marks)]
    scale = [round(high - row * (high - low) / (height - 1)) for row in range(height)]
    lines = [
        f"{f'{value:,}':>{margin}} {signs.vertical}{''.join(cells)}".rstrip()
        for value, cells in zip(scale, grid, strict=True)
    ]
    lines.append(f"{'':{margin}} {signs.corner}{signs.horizontal * columns}")
    lines.append(f"{'':{margin}}  {_ends(first, max(days), columns)}")
    legend = [
        f"{signs.marks[place % len(signs.marks)]} {name} {known[-1][1]:,}"
        for place, (name, known) in enumerate(series.items())
    ]
    return [*lines, *(f"{'':{margin}}  {line}" for line in _wrapped(legend, columns))]


def _ends(first: date, last: date, columns: int) -> str:
    return f"{first}" if first == last else f"{first}{last.isoformat():>{columns - 10}}"


def _wrapped(parts: Sequence[str], width: int) -> list[str]:
    """The parts in as few lines as there is room for."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 3 + len(part) <= width:
            lines[-1] += f"   {part}"
        else:
            lines.append(part)
    return lines
