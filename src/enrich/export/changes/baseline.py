"""What the last run left in a folder, as far as the change report compares with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enrich.export.arrow import read_parquet, to_values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

Rows = list[dict[str, Any]]

_WORK_COLUMNS = (
    "work_id title status type year venue doi version remarks authors abstract citation_count citation_count_source"
).split()
_ENTRY_COLUMNS = ("list", "order", "line", "file", "title", "section_path", "links", "work_id")
_LINK_COLUMNS = ("work_id", "identifier", "url", "source")
_MOST_RUNS = 100
"""A source that no run asked for so long counts as one that answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The tables of the last run; a column that an older version of enrich did not write is no key of its rows."""

    works: dict[str, dict[str, Any]]
    """By work_id."""
    entries: dict[str, Rows]
    """By name of the list."""
    dead_links: dict[tuple[str, str], dict[str, Any]] | None
    """By address and identifier; None = the last run did not say."""
    failing: dict[str, str] | None
    """Source to message, of the sources that failed when they were last asked; None = no run said."""
    ran_at: datetime | None
    """When the last run began."""

    @property
    def day(self) -> date | None:
        """The day of the last run, UTC."""
        return self.ran_at.astimezone(UTC).date() if self.ran_at else None


def read_baseline(folder: Path) -> Baseline | None:
    """The tables of the last run, or None where no run left works and entries that can be read."""
    works, entries = _read(folder, "works", _WORK_COLUMNS), _read(folder, "entries", _ENTRY_COLUMNS)
    if works is None or entries is None:
        return None
    by_list: dict[str, Rows] = {}
    for row in entries:
        by_list.setdefault(row["list"], []).append(row)
    dead_links = _read(folder, "dead_links", _LINK_COLUMNS)
    runs = _read(folder, "runs", ("started_at", "sources"), last=_MOST_RUNS) or []
    last = runs[-1] if runs else {}
    return Baseline(
        works={row["work_id"]: row for row in works},
        entries=by_list,
        dead_links=None if dead_links is None else {(row["url"], row["identifier"]): row for row in dead_links},
        failing=_failing(runs),
        ran_at=last.get("started_at"),
    )


def _read(folder: Path, name: str, columns: Sequence[str], *, last: int | None = None) -> Rows | None:
    try:
        table = read_parquet(folder / f"{name}.parquet", columns)
    except (OSError, pa.ArrowException):
        return None
    recent = table.slice(max(0, table.num_rows - last) if last else 0)
    values = [to_values(column) for column in recent.columns]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*values, strict=True)]


def _failing(runs: Rows) -> dict[str, str] | None:
    """The state of each source is that of the last run which asked it: one that needs nothing of it says nothing."""
    reported = [row["sources"] for row in runs if row.get("sources") is not None]
    if not reported:
        return None
    latest: dict[str, str | None] = {
        row["source"]: row["message"] for sources in reported for row in sources if row["requests"] or row["message"]
    }
    return {name: message for name, message in latest.items() if message is not None}
