"""Retention: an old history keeps one count per work, source and week, a very old one per month."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.export import datapackage, manifest
from enrich.export.arrow import to_arrow, write_parquet
from enrich.export.columns import CITATION_COUNTS
from enrich.export.history import partitions, read_partition
from enrich.export.staging import Staging
from enrich.files import holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from enrich.export.rows import Row

DAILY_DAYS = 92
"""A quarter: as long as a change of a single day may be asked about."""
WEEKLY_DAYS = 730


@dataclass(slots=True)
class Compaction:
    """What a compaction does to the history of citation counts."""

    n_days: int
    """Partitions before."""
    n_counts: int = 0
    """Rows before."""
    rewritten: dict[str, list[Row]] = field(default_factory=dict)
    """Name of each partition that loses rows to those that it keeps."""
    removed: list[str] = field(default_factory=list)
    """Names of the partitions of which another one has a later count of every work and source."""
    n_dropped: int = 0
    """Rows that go."""


def compact_history(
    folder: Path, *, daily_days: int = DAILY_DAYS, weekly_days: int = WEEKLY_DAYS, is_dry_run: bool = False
) -> Compaction:
    """Thin out the history of an output folder and return what was (or would be) done.

    Ages are counted from the newest observation, not from today: a list that rests loses nothing. Of each week or
    month the last count stays, in its own partition, so that a count is only ever removed where a later one stands. The
    new partitions appear before the old ones go; a compaction that was killed is completed by the next.

    Raises:
        InputError: there is no history, or the ages make no sense.
        OutputError: a partition cannot be read, or the folder not be written.
    """
    if not 0 <= daily_days <= weekly_days:
        raise InputError(
            f"{daily_days} daily and {weekly_days} weekly days", advice="counts stay daily first, then weekly"
        )
    if not partitions(folder, CITATION_COUNTS):
        raise InputError("has no history of citation counts", path=folder, advice="name the output folder of a run")
    with holding(folder):
        return _compact(folder, daily_days, weekly_days, is_dry_run=is_dry_run)


def _compact(folder: Path, daily_days: int, weekly_days: int, *, is_dry_run: bool) -> Compaction:
    paths = partitions(folder, CITATION_COUNTS)
    days = {_parse_day(day, path): path for day, path in paths.items()}
    compaction = Compaction(n_days=len(days))
    for bucket in _buckets(days, daily_days, weekly_days):
        _thin({days[day]: read_partition(days[day]) for day in bucket}, folder, compaction)
    if (compaction.rewritten or compaction.removed) and not is_dry_run:
        _publish(folder, compaction)
    return compaction


def _parse_day(text: str, path: Path) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("is no partition by day", path=path.parent, advice="move it away") from error


def _buckets(days: Iterable[date], daily_days: int, weekly_days: int) -> list[list[date]]:
    """The days that share their counts; a week or month only when all of it is old enough."""
    ordered = sorted(days)
    daily_since, weekly_since = (ordered[-1] - timedelta(days=age) for age in (daily_days, weekly_days))
    buckets: dict[tuple[str, int, int], list[date]] = {}
    for day in ordered:
        month_end = day.replace(day=monthrange(day.year, day.month)[1])
        week_end = day + timedelta(days=7 - day.isoweekday())
        if month_end < weekly_since:
            key = ("month", day.year, day.month)
        elif week_end < daily_since:
            key = ("week", *week_end.isocalendar()[:2])
        else:
            key = ("day", day.toordinal(), 0)
        buckets.setdefault(key, []).append(day)
    return list(buckets.values())


def _thin(rows: Mapping[Path, list[Row]], folder: Path, compaction: Compaction) -> None:
    """Keep the last count of each work and source; the partitions come oldest first."""
    last: dict[tuple[str, str], Path] = {row[:2]: path for path, found in rows.items() for row in found}
    for path, found in rows.items():
        name = path.relative_to(folder).as_posix()
        kept = [row for row in found if last[row[:2]] == path]
        compaction.n_counts += len(found)
        compaction.n_dropped += len(found) - len(kept)
        if not kept:
            compaction.removed.append(name)
        elif len(kept) < len(found):
            compaction.rewritten[name] = kept


def _publish(folder: Path, compaction: Compaction) -> None:
    gone = set(compaction.removed)
    with Staging(folder) as staging:
        n_rows: dict[str, int] = {}
        for name, rows in compaction.rewritten.items():
            write_parquet(to_arrow(CITATION_COUNTS, rows), staging.path(name))
            n_rows[name] = len(rows)
        package = _without(folder / datapackage.NAME, gone)
        if package is not None:
            staging.path(datapackage.NAME).write_text(package, encoding="utf-8")
        listed = manifest.read_manifest(folder)
        if listed:
            kept = manifest.refreshed(folder, {name: facts for name, facts in listed.items() if name not in gone})
            text = manifest.to_manifest(staging.parts, n_rows, kept)
            staging.path(manifest.NAME).write_text(text, encoding="utf-8")
    for name in compaction.removed:
        (folder / name).unlink()
        (folder / name).parent.rmdir()


def _without(path: Path, gone: set[str]) -> str | None:
    """The text of a data package that no longer names some files; None where there is none."""
    try:
        package: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    for resource in package.get("resources", ()):
        if isinstance(resource.get("path"), list):
            resource["path"] = [name for name in resource["path"] if name not in gone]
    return datapackage.to_text(package)
