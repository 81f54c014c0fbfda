"""What syncs know of a library: a copy of its items, which of them are ours, and a journal of what was written.

One SQLite file. The copy is brought up to date with one question for what changed since its version; the journal is
written before each request, so that a sync that was killed finds out what became of it, and ``undo`` takes it back.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from enrich.errors import OutputError
from enrich.files import move_aside, opening, transaction
from enrich.zotero.merging import Base

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

_TABLES = """
CREATE TABLE libraries (library TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE objects (
    library TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (library, kind, key)
) WITHOUT ROWID;
CREATE TABLE links (
    library TEXT NOT NULL, work_id TEXT NOT NULL, key TEXT NOT NULL, base TEXT NOT NULL, PRIMARY KEY (library, work_id)
) WITHOUT ROWID;
CREATE TABLE shelves (
    library TEXT NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (library, path)
) WITHOUT ROWID;
CREATE TABLE roots (
    library TEXT NOT NULL, list TEXT NOT NULL, path TEXT NOT NULL, is_whole INTEGER NOT NULL,
    PRIMARY KEY (library, list)
) WITHOUT ROWID;
CREATE TABLE writes (
    number INTEGER PRIMARY KEY, library TEXT NOT NULL, sync TEXT NOT NULL, started_at TEXT NOT NULL, kind TEXT NOT NULL,
    key TEXT NOT NULL, json TEXT NOT NULL, version INTEGER
);
"""
_FORMAT = 1
_BUSY_TIMEOUT_S = 60


@dataclass(slots=True, kw_only=True)
class Write:
    """One object that a sync wrote or is about to write."""

    kind: str
    """``items`` or ``collections``."""
    key: str
    after: dict[str, Any]
    """The JSON that was sent."""
    before: dict[str, Any] | None = None
    """The values that it replaced; None for a new object."""
    name: str = ""
    """Work id of an item, path of a collection."""
    base: dict[str, Any] | None = None
    """Of an item: what the next merge compares with."""
    base_before: dict[str, Any] | None = None
    version: int | None = None
    """Of the object after it was written; None until then."""
    number: int | None = None

    def is_done_in(self, data: Mapping[str, Any] | None) -> bool:
        """Whether an object of the library has all that was sent."""
        return data is not None and all(
            (data.get(name) or None) == (value or None) for name, value in self.after.items()
        )


class SyncState:
    """The file; a context manager. Every method is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; a damaged one is moved aside.

        Raises:
            OutputError: it cannot be written.
        """
        self.path = path
        self.moved: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with opening(path):
                try:
                    self._db = self._open()
                except sqlite3.DatabaseError as error:
                    if isinstance(error, sqlite3.OperationalError):
                        raise
                    self.moved = move_aside(path)
                    self._db = self._open()
        except (sqlite3.Error, OSError) as error:
            raise OutputError(f"cannot be opened: {error}", path=path, advice="set state_dir") from error

    def _open(self) -> sqlite3.Connection:
        found = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        found.execute("PRAGMA journal_mode = WAL")
        with transaction(found):
            if found.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _TABLES.split(";"):
                    found.execute(statement)
                found.execute(f"PRAGMA user_version = {_FORMAT}")
        self.path.chmod(0o600)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with transaction(self._db):
                yield
        except sqlite3.Error as error:
            raise OutputError(f"cannot be written: {error}", path=self.path, advice="make room there") from error

    def version(self, library: str) -> int:
        """The version of the library that the copy is of; 0 when there is none."""
        row = self._db.execute("SELECT version FROM libraries WHERE library = ?", (library,)).fetchone()
        return int(row[0]) if row else 0

    def objects(self, library: str, kind: str) -> dict[str, dict[str, Any]]:
        """The copies of items or collections by key, in the order of their keys."""
        rows = self._db.execute(
            "SELECT key, json FROM objects WHERE library = ? AND kind = ? ORDER BY key", (library, kind)
        )
        return {key: json.loads(text) for key, text in rows}

    def keep(
        self,
        library: str,
        version: int,
        objects: Mapping[str, Iterable[Mapping[str, Any]]],
        gone: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """Bring the copy to a version: new and changed objects by kind, and the keys of those that are gone."""
        with self._transaction():
            self._keep(library, version, objects, gone or {})

    def _keep(
        self,
        library: str,
        version: int,
        objects: Mapping[str, Iterable[Mapping[str, Any]]],
        gone: Mapping[str, Iterable[str]],
    ) -> None:
        for kind, some in objects.items():
            self._db.executemany(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)",
                ((library, kind, one["key"], json.dumps(one, ensure_ascii=False)) for one in some),
            )
        for kind, keys in gone.items():
            self._db.executemany(
                "DELETE FROM objects WHERE library = ? AND kind = ? AND key = ?", ((library, kind, key) for key in keys)
            )
        self._db.execute("INSERT OR REPLACE INTO libraries VALUES (?, ?)", (library, version))

    def links(self, library: str) -> dict[str, tuple[str, Base]]:
        """The item and the base of each work that was synced."""
        rows = self._db.execute("SELECT work_id, key, base FROM links WHERE library = ?", (library,))
        return {work_id: (key, Base(**json.loads(text))) for work_id, key, text in rows}

    def shelves(self, library: str) -> dict[tuple[str, ...], tuple[str, str]]:
        """Key and name, as we wrote it, of our collections by their path."""
        rows = self._db.execute("SELECT path, key, name FROM shelves WHERE library = ?", (library,))
        return {tuple(json.loads(path)): (key, name) for path, key, name in rows}

    def link(self, library: str, work_id: str, key: str, base: Base) -> None:
        """Keep the base of an item to which nothing has to be written."""
        with self._transaction():
            self._link(library, work_id, key, asdict(base))

    def _link(self, library: str, work_id: str, key: str, base: Mapping[str, Any]) -> None:
        text = json.dumps(base, ensure_ascii=False)
        self._db.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?)", (library, work_id, key, text))

    def begin(self, library: str, sync: str, started_at: datetime, writes: Iterable[Write]) -> None:
        """Note what is about to be written."""
        with self._transaction():
            for one in writes:
                text = json.dumps({**asdict(one), "version": None, "number": None}, ensure_ascii=False)
                found = self._db.execute(
                    "INSERT INTO writes (library, sync, started_at, kind, key, json) VALUES (?, ?, ?, ?, ?, ?)",
                    (library, sync, started_at.isoformat(), one.kind, one.key, text),
                )
                one.number = found.lastrowid

    def end(
        self, library: str, version: int, done: Iterable[tuple[Write, Mapping[str, Any]]], failed: Iterable[Write] = ()
    ) -> None:
        """Note what was written, with the objects as the library has them now, and forget what was not."""
        with self._transaction():
            done = list(done)
            for kind in ("collections", "items"):
                self._keep(library, version, {kind: [data for one, data in done if one.kind == kind]}, {})
            for one, data in done:
                self._complete(library, one, int(data.get("version") or version))
            self._db.executemany("DELETE FROM writes WHERE number = ?", ((one.number,) for one in failed))

    def _complete(self, library: str, one: Write, version: int) -> None:
        self._db.execute("UPDATE writes SET version = ? WHERE number = ?", (version, one.number))
        if one.kind == "items" and one.base is not None:
            self._link(library, one.name, one.key, one.base)
        elif one.kind == "collections":
            row = (library, one.name, one.key, one.after["name"])
            self._db.execute("INSERT OR REPLACE INTO shelves VALUES (?, ?, ?, ?)", row)

    def settle(self, library: str) -> int:
        """The number of writes of a sync that was killed that reached the library; those that did not are forgotten."""
        n_done = 0
        with self._transaction():
            for one in self._writes("library = ? AND version IS NULL", library):
                row = self._db.execute(
                    "SELECT json FROM objects WHERE library = ? AND kind = ? AND key = ?", (library, one.kind, one.key)
                ).fetchone()
                data = json.loads(row[0]) if row else None
                if data is not None and one.is_done_in(data):
                    self._complete(library, one, int(data.get("version") or 0))
                    n_done += 1
                else:
                    self._db.execute("DELETE FROM writes WHERE number = ?", (one.number,))
        return n_done

    def _writes(self, where: str, *values: object) -> list[Write]:
        rows = self._db.execute(f"SELECT number, json, version FROM writes WHERE {where} ORDER BY number", values)  # noqa: S608 (our own words)
        return [Write(**{**json.loads(text), "number": number, "version": version}) for number, text, version in rows]

    def last_sync(self, library: str) -> tuple[str, list[Write]] | None:
        """Name and writes of the last sync of a library that wrote something and was not taken back."""
        row = self._db.execute(
            "SELECT sync FROM writes WHERE library = ? AND version IS NOT NULL ORDER BY number DESC LIMIT 1", (library,)
        ).fetchone()
        if row is None:
            return None
        return row[0], self._writes("library = ? AND sync = ? AND version IS NOT NULL", library, row[0])

    def take_back(
        self, library: str, version: int, writes: Iterable[Write], objects: Mapping[str, Iterable[Mapping[str, Any]]]
    ) -> None:
        """Forget writes that were taken back, and what they had taught."""
        with self._transaction():
            gone: dict[str, list[str]] = {"items": [], "collections": []}
            for one in writes:
                if one.before is None:
                    gone[one.kind].append(one.key)
                if one.kind == "items" and one.base_before is None:
                    self._db.execute("DELETE FROM links WHERE library = ? AND work_id = ?", (library, one.name))
                elif one.kind == "items" and one.base_before is not None:
                    self._link(library, one.name, one.key, one.base_before)
                elif one.before is None:
                    self._db.execute("DELETE FROM shelves WHERE library = ? AND key = ?", (library, one.key))
                self._db.execute("DELETE FROM writes WHERE number = ?", (one.number,))
            self._keep(library, version, objects, gone)

    def give_up(self, library: str, sync: str) -> None:
        """Forget the rest of a sync's journal: what was changed since is not taken back."""
        with self._transaction():
            self._db.execute("DELETE FROM writes WHERE library = ? AND sync = ?", (library, sync))

    def roots(self, library: str) -> dict[str, tuple[tuple[str, ...], bool]]:
        """The collection of each list, and whether its last sync was complete."""
        rows = self._db.execute("SELECT list, path, is_whole FROM roots WHERE library = ?", (library,))
        return {name: (tuple(json.loads(path)), bool(is_whole)) for name, path, is_whole in rows}

    def note_root(self, library: str, name: str, path: tuple[str, ...], *, is_whole: bool) -> None:
        """Keep the collection of a list, and whether its sync was complete."""
        with self._transaction():
            row = (library, name, to_path(path), is_whole)
            self._db.execute("INSERT OR REPLACE INTO roots VALUES (?, ?, ?, ?)", row)

    def rename_shelf(self, library: str, path: tuple[str, ...], new: tuple[str, ...]) -> None:
        """Keep a collection under the new path of its section."""
        with self._transaction():
            self._db.execute(
                "UPDATE OR REPLACE shelves SET path = ? WHERE library = ? AND path = ?",
                (to_path(new), library, to_path(path)),
            )


def to_path(names: Iterable[str]) -> str:
    """Return the path of a section as one text."""
    return json.dumps(list(names), ensure_ascii=False)
