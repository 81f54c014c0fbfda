"""The history of citation counts: one narrow table in partitions by day, which only ever grows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING

import pyarrow as pa

from enrich.errors import OutputError
from enrich.export.arrow import read_parquet, to_arrow, write_parquet
from enrich.export.columns import CITATION_COUNTS, RUNS
from enrich.export.rows import citation_counts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from enrich.export.rows import Row
    from enrich.export.schema import Table
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


def read_history(staging: Staging) -> list[tuple[str, str, int]]:
    """Day, work and count of every partition in the folder; of several sources, the one that counted most works."""
    name = CITATION_COUNTS.name
    stand = staging.folder / name
    paths = {path.parent.name: path for path in sorted(stand.glob("observed_date=*/part-0.parquet"))}
    paths |= {part.parent.name: part for known, part in staging.parts.items() if known.startswith(f"{name}/")}
    rows = [(day.removeprefix("observed_date="), row) for day, path in sorted(paths.items()) for row in _read(path)]
    sources = Counter(row[1] for _, row in rows)
    best = max(sources, key=lambda source: (sources[source], source), default=None)
    return [(day, row[0], row[3]) for day, row in rows if row[1] == best]


def with_earlier_runs(rows: Iterable[Row], folder: Path) -> list[Row]:
    """The row of this run and those of earlier runs into the folder; a repetition takes the place of its original."""
    runs = {row[0]: row for row in (*_read(folder / f"{RUNS.name}.parquet", RUNS), *rows)}
    return sorted(runs.values(), key=lambda row: (row[1], row[0]))


def _read(path: Path, table: Table = CITATION_COUNTS) -> list[Row]:
    """The rows of a file that an earlier run left; none when there is none.

    Raises:
        OutputError: it cannot be read, so that writing it again would lose its rows.
    """
    if not path.is_file():
        return []
    try:
        found = read_parquet(path)
        return list(zip(*(found.column(column.name).to_pylist() for column in table.columns), strict=True))
    except (OSError, KeyError, pa.ArrowException) as error:
        advice = "move it away: a new run would replace it"
        raise OutputError("not a table that enrich wrote", path=path, advice=advice) from error
