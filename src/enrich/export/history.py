"""The history of citation counts: one narrow table in partitions by day, which only ever grows."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from enrich.export.arrow import read_parquet, to_arrow, write_parquet
from enrich.export.columns import CITATION_COUNTS
from enrich.export.rows import citation_counts

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.export.rows import Row
    from enrich.export.staging import Staging
    from enrich.model.work import Bibliography


def write_history(bibliography: Bibliography, staging: Staging) -> dict[str, int]:
    """Write the partition of each day on which a count was observed; return the rows of each by name.

    A partition that exists is replaced by one with its rows and the new ones; of two counts of the same source for the
    same work on one day the later stays. So works that left their list keep their history.
    """
    days: dict[str, list[Row]] = {}
    for row in citation_counts(bibliography.works):
        days.setdefault(row[2].astimezone(UTC).date().isoformat(), []).append(row)
    n_rows: dict[str, int] = {}
    for day, rows in sorted(days.items()):
        name = f"{CITATION_COUNTS.name}/observed_date={day}/part-0.parquet"
        merged = {row[:2]: row for row in sorted((*_read(staging.folder / name), *rows), key=lambda row: row[2])}
        table = to_arrow(CITATION_COUNTS, [merged[key] for key in sorted(merged)])
        write_parquet(table, staging.path(name))
        n_rows[name] = table.num_rows
    return n_rows


def _read(path: Path) -> list[Row]:
    if not path.is_file():
        return []
    table = read_parquet(path)
    return list(zip(*(table.column(column.name).to_pylist() for column in CITATION_COUNTS.columns), strict=True))
