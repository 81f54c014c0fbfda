"""The journal of runs: when each ran, how each list and source fared, and what is still unfinished."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping


class RunState(StrEnum):
    """How a run, or one list in it, ended."""

    RUNNING = "running"
    """Still at work, or killed."""
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """A source failed: what only it knows is as old as its last answer."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run over one or more lists."""

    run: str
    """Twelve hexadecimal digits, which its log lines bear too."""
    started_at: datetime
    finished_at: datetime | None = None
    state: RunState = RunState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One list in a run."""

    run: str
    list: str
    argument: str
    """File, folder or address as given."""
    folder: str
    """Where its files are; empty for a list that could not be read."""
    finished_at: datetime
    state: RunState
    message: str = ""
    content: str = ""
    """Digest of everything about the list but the moments at which it was said."""
    n_entries: int = 0
    n_works: int = 0
    n_changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source in a run."""

    run: str
    source: str
    requests: int
    cached: int
    failed: int
    throttled: int
    message: str = ""
    """Why it failed; empty when it answered everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """Since when a source fails or answers, by the runs that ended and needed something of it."""

    source: str
    answered_at: datetime | None
    """When the last run began in which it answered everything; None when there was none."""
    failing_since: datetime | None = None
    """When the first of the runs in a row began in which it failed; None for one that answers."""
    n_nights: int = 0
    """Days of those runs."""
    message: str = ""
    """Why it failed last."""


def to_source_lines(
    run: str, totals: Iterable[Mapping[str, Any]], failed: Mapping[str, str] | None = None
) -> list[SourceLine]:
    """The lines of a run from a ledger's totals, with why a source failed."""
    return [
        SourceLine(
            run=run,
            source=row["source"],
            message=(failed or {}).get(row["source"], ""),
            **{name: row[name] for name in ("requests", "cached", "failed", "throttled")},
        )
        for row in totals
    ]


class Journal:
    """What runs did; part of the store, whose transactions hold for it too."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database

    def begin(self, line: RunLine) -> None:
        """Note that a run has begun."""
        self._put("runs", [line])

    def note_list(self, line: ListLine) -> None:
        """Note how a list fared."""
        self._put("list_runs", [line])

    def finish(self, line: RunLine, sources: Iterable[SourceLine]) -> None:
        """Note that a run has ended, and how the sources fared."""
        self._put("runs", [line])
        self._put("source_runs", sources)

    def runs(self, limit: int = 10) -> list[RunLine]:
        """The last runs, the newest first."""
        rows = self._db.execute(f"{_select('runs', RunLine)} ORDER BY started_at DESC, run LIMIT ?", (limit,))
        return [
            RunLine(
                run=run,
                started_at=datetime.fromisoformat(started_at),
                finished_at=datetime.fromisoformat(finished_at) if finished_at else None,
                state=RunState(state),
            )
            for run, started_at, finished_at, state in rows
        ]

    def lists(self) -> list[ListLine]:
        """The last line of each list, by name."""
        rows = self._db.execute(f"{_select('list_runs', ListLine)} ORDER BY list, finished_at")
        return list({line.list: line for line in map(_to_list_line, rows)}.values())

    def last_of(self, name: str) -> ListLine | None:
        """The last line of a list that was written; None for one that never was."""
        rows = self._db.execute(
            f"{_select('list_runs', ListLine)} WHERE list = ? AND state != ? ORDER BY finished_at DESC LIMIT 1",
            (name, RunState.FAILED.value),
        )
        return next(map(_to_list_line, rows), None)

    def sources_of(self, run: str) -> list[SourceLine]:
        """How the sources fared in a run, by name."""
        names = [field.name for field in fields(SourceLine)]
        rows = self._db.execute(f"{_select('source_runs', SourceLine)} WHERE run = ? ORDER BY source", (run,))
        return [SourceLine(**dict(zip(names, row, strict=True))) for row in rows]

    def streaks(self) -> dict[str, Streak]:
        """How each source has fared lately that some run needed something of, by name."""
        found: dict[str, Streak] = {}
        for source, lines in self._lately():
            failures = [(moment, message) for _, moment, message in lines if message]
            found[source] = Streak(
                source=source,
                answered_at=lines[-1][1] if not lines[-1][2] else None,
                failing_since=failures[-1][0] if failures else None,
                n_nights=len({moment.date() for moment, _ in failures}),
                message=failures[0][1] if failures else "",
            )
        return found

    def _lately(self) -> Iterator[tuple[str, list[tuple[str, datetime, str]]]]:
        """Each source with run, moment and message of the runs since it last answered everything, that one included.

        The newest comes first.
        """
        rows = self._db.execute(
            "SELECT s.source, s.run, r.started_at, s.message FROM source_runs s JOIN runs r USING (run) "
            "WHERE r.finished_at IS NOT NULL AND (s.message != '' OR s.requests + s.cached > 0) "
            "ORDER BY s.source, r.started_at DESC"
        )
        for source, lines in groupby(rows, key=lambda row: str(row[0])):
            lately: list[tuple[str, datetime, str]] = []
            for _, run, started_at, message in lines:
                lately.append((run, datetime.fromisoformat(started_at), message))
                if not message:
                    break
            yield source, lately

    def lost_since(self, name: str) -> datetime | None:
        """When a list was first lost of the times in a row; None for one that was written the last time."""
        row = self._db.execute(
            "SELECT min(finished_at) FROM list_runs WHERE list = ?1 AND finished_at > "
            "coalesce((SELECT max(finished_at) FROM list_runs WHERE list = ?1 AND state != 'failed'), '')",
            (name,),
        ).fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def forget_list(self, name: str) -> tuple[int, set[str]]:
        """Forget how a list fared; the number of lines that went, and the folders that it was written into."""
        rows = self._db.execute("SELECT DISTINCT folder FROM list_runs WHERE list = ? AND folder != ''", (name,))
        folders = {str(folder) for (folder,) in rows}
        return self._db.execute("DELETE FROM list_runs WHERE list = ?", (name,)).rowcount, folders

    def prune(self, before: datetime) -> int:
        """Forget runs that ended before a moment; how many lines went.

        Of every list the last line stays and the last one that was written, of every source the last run in which it
        answered and all since.
        """
        kept = {line.run for one in self.lists() for line in (one, self.last_of(one.list)) if line is not None}
        kept |= {run for _, lines in self._lately() for run, _, _ in lines}
        old = "SELECT run FROM runs WHERE finished_at < ? AND run NOT IN (SELECT value FROM json_each(?))"
        values = (before.isoformat(), json.dumps(sorted(kept)))
        return sum(
            self._db.execute(f"DELETE FROM {table} WHERE run IN ({old})", values).rowcount  # noqa: S608 (our names)
            for table in ("source_runs", "list_runs", "runs")
        )

    def _put(self, table: str, lines: Iterable[RunLine | ListLine | SourceLine]) -> None:
        rows = [[_plain(value) for value in astuple(line)] for line in lines]
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608 (our names)


def _select(table: str, kind: type[RunLine | ListLine | SourceLine]) -> str:
    return f"SELECT {', '.join(field.name for field in fields(kind))} FROM {table}"  # noqa: S608 (our names)


def _to_list_line(row: tuple[object, ...]) -> ListLine:
    values = dict(zip((field.name for field in fields(ListLine)), row, strict=True))
    moment = datetime.fromisoformat(str(values["finished_at"]))
    return ListLine(**{**values, "finished_at": moment, "state": RunState(str(values["state"]))})  # type: ignore[arg-type]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, StrEnum) else value
