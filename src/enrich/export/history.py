"""The history: citation counts and changes, in partitions by day, kept when an entry leaves its list."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enrich.export.arrow import foreign_table, read_parquet, to_arrow, to_values, write_parquet
from enrich.export.columns import CHANGES_HISTORY, CITATION_COUNTS, RUNS
from enrich.export.rows import change_values, citation_counts
from enrich.export.schema import Dtype

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from enrich.export.rows import Row
    from enrich.export.schema import Column, Table
    from enrich.export.staging import Staging
    from enrich.model.work import Bibliography

_BEFORE_ANY = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTED = ("work_id", "source", "citation_count")


def write_history(bibliography: Bibliography, staging: Staging) -> dict[str, int]:
    """Write the partition of each day on which a count was observed; return the rows of each by name.

    A partition that exists is replaced by one with its rows and the new ones; of two counts of the same source for the
    same work on one day the later stays. So works that left their list keep their history.
    """
    return write_counts(citation_counts(bibliography.works), staging)


def write_counts(counts: Iterable[Row], staging: Staging) -> dict[str, int]:
    """Write counts into the partitions of their days; return the rows of each by name."""
    names: dict[str, list[Row]] = {}
    for row in counts:
        names.setdefault(partition(CITATION_COUNTS, row[2]), []).append(row)
    n_rows: dict[str, int] = {}
    for name, rows in sorted(names.items()):
        merged = {
            row[:2]: row for row in sorted((*read_partition(staging.folder / name), *rows), key=lambda row: row[2])
        }
        table = to_arrow(CITATION_COUNTS, [merged[key] for key in sorted(merged)])
        write_parquet(table, staging.path(name))
        n_rows[name] = table.num_rows
    return n_rows


def write_changes(bibliography: Bibliography, staging: Staging) -> dict[str, int]:
    """Add the changes of a run to the partition of its day; return the rows of that by name.

    While there are none, a partition without rows stands for a day before all others, so that the table can be read
    before anything changed. A change that stands there already is not added: a run that was repeated, or killed and run
    again, doubles nothing.
    """
    if not bibliography.changes and partitions(staging.folder, CHANGES_HISTORY):
        return {}
    name = partition(CHANGES_HISTORY, bibliography.started_at if bibliography.changes else _BEFORE_ANY)
    known = read_partition(staging.folder / name, CHANGES_HISTORY)
    told = {row[2:] for row in known}
    new = [values for change in bibliography.changes or () if (values := change_values(change)) not in told]
    rows = [*known, *((len(known) + n, bibliography.run_id, *values) for n, values in enumerate(new, start=1))]
    write_parquet(to_arrow(CHANGES_HISTORY, rows), staging.path(name))
    return {name: len(rows)}


def partition(table: Table, moment: datetime) -> str:
    """The path of the partition of a table for the UTC day of a moment."""
    return f"{table.name}/observed_date={moment.astimezone(UTC).date().isoformat()}/part-0.parquet"


def partitions(folder: Path, table: Table) -> dict[str, Path]:
    """Day in ISO form to file, of every partition of a table in a folder, oldest first."""
    found = sorted((folder / table.name).glob("observed_date=*/part-0.parquet"))
    return {path.parent.name.removeprefix("observed_date="): path for path in found}


def staged_partitions(staging: Staging, folder: Path, table: Table) -> dict[str, Path]:
    """Day to file of every partition of a table in a folder, with those that are about to take their place there."""
    parts = {
        part.parent.name.removeprefix("observed_date="): part
        for known, part in staging.parts.items()
        if known.startswith(f"{table.name}/")
    }
    return dict(sorted((partitions(folder, table) | parts).items()))


def read_counts(folder: Path) -> Iterator[tuple[str, str, str, int]]:
    """Day, work, source and count of every observation in a folder, oldest first.

    Raises:
        OutputError: a partition cannot be read.
    """
    for day, path in partitions(folder, CITATION_COUNTS).items():
        yield from ((day, *row) for row in read_partition(path, names=_COUNTED))


def read_history(staging: Staging) -> list[tuple[str, str, int]]:
    """Day, work and count of every partition in the folder; of several sources, the one that counted most works."""
    paths = staged_partitions(staging, staging.folder, CITATION_COUNTS)
    rows = [(day, *row) for day, path in paths.items() for row in read_partition(path, names=_COUNTED)]
    sources = Counter(source for _, _, source, _ in rows)
    best = max(sources, key=lambda source: (sources[source], source), default=None)
    return [(day, work_id, count) for day, work_id, source, count in rows if source == best]


def with_earlier_runs(rows: Iterable[Row], folder: Path) -> list[Row]:
    """The row of this run and those of earlier runs into the folder.

    A repetition on the same day takes the place of its original.
    """
    earlier = read_partition(folder / f"{RUNS.name}.parquet", RUNS)
    runs = {(row[0], row[1].astimezone(UTC).date()): row for row in (*earlier, *rows)}
    return sorted(runs.values(), key=lambda row: (row[1], row[0]))


def read_partition(path: Path, table: Table = CITATION_COUNTS, *, names: Collection[str] | None = None) -> list[Row]:
    """The rows of a file that an earlier run left, of all columns or the named ones; none when there is no file.

    Raises:
        OutputError: it cannot be read, so that writing it again would lose its rows.
    """
    if not path.is_file():
        return []
    try:
        found = read_parquet(path, names)
        asked = [column for column in table.columns if names is None or column.name in names]
        return list(zip(*(_values(found, column) for column in asked), strict=True))
    except (OSError, KeyError, pa.ArrowException) as error:
        raise foreign_table(path) from error


def _values(table: pa.Table, column: Column) -> list[Any]:
    """The values of a column as rows have them; an older version of enrich may not have written it."""
    if column.name not in table.column_names and not column.is_required:
        return [None] * table.num_rows
    values = to_values(table.column(column.name))
    if column.kind is Dtype.STRUCTS:
        return [value and [tuple(part[field.name] for field in column.fields) for part in value] for value in values]
    return values
