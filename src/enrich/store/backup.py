"""Backups of the store: one file that is whole, made while runs write, and put back with the present store kept.

The copy is made by SQLite's backup API: <https://www.sqlite.org/backup.html>.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.errors import InputError, OutputError
from enrich.files import move_aside, part_of
from enrich.store.store import find_damage, require_store

if TYPE_CHECKING:
    from pathlib import Path

_BUSY_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup or a restored store holds."""

    path: Path
    format: int
    n_records: int
    n_works: int
    n_bytes: int
    replaced: Path | None = None
    """Where the store that was there before is now."""


def back_up(store: Path, target: Path) -> Copied:
    """Write a copy of the store into a file as it is at one moment; a file that is there is replaced as a whole.

    Raises:
        InputError: there is no store, or it is damaged.
        OutputError: the file cannot be written.
    """
    require_store(store)
    _check(store, advice="it is moved aside by the next run; restore a backup")
    if target.is_dir():
        raise OutputError("is a folder", path=target, advice="name a file")
    if target.exists() and target.samefile(store):
        raise OutputError("is the store itself", path=target, advice="name another file")
    return _copy(store, target)


def restore(backup: Path, store: Path) -> Copied:
    """Make a backup the store; the store that is there is kept under another name.

    Raises:
        InputError: the file is no backup, or of a newer version, or damaged.
        OutputError: the folder cannot be written, or another run is using the store.
    """
    if not backup.is_file():
        raise InputError("no such file", path=backup)
    if backup.stat().st_size == 0:
        raise InputError("is empty", path=backup, advice="restore another backup")
    _check(backup, advice="restore another backup")
    if store.exists() and backup.samefile(store):
        raise InputError("is the store itself", path=backup, advice="name a backup")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot be made: {error.strerror}", path=store.parent, advice="set state_dir") from error
    fresh = store.with_name(f"{store.name}.restored")
    copied = _copy(backup, fresh)
    try:
        replaced = _set_aside(store) if store.exists() else None
        fresh.replace(store)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", path=store, advice="set state_dir") from error
    finally:
        fresh.unlink(missing_ok=True)
    return Copied(
        path=store,
        format=copied.format,
        n_records=copied.n_records,
        n_works=copied.n_works,
        n_bytes=copied.n_bytes,
        replaced=replaced,
    )


def _check(path: Path, *, advice: str) -> None:
    """Return when a file is a store that this version can read.

    Raises:
        InputError: it is not.
    """
    try:
        problem = find_damage(path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    if problem is not None:
        raise InputError(problem, path=path, advice=advice)


def _set_aside(store: Path) -> Path:
    """The new path of the store that is there.

    Raises:
        OutputError: another run is using it.
    """
    try:
        with closing(sqlite3.connect(store, timeout=0, isolation_level=None)) as database:
            # Leaving WAL mode takes the file for this connection alone, and the log's pages into it.
            database.execute("PRAGMA journal_mode = DELETE")
            return move_aside(store, "replaced")
    except sqlite3.OperationalError as error:
        if "lock" in str(error) or "busy" in str(error):
            what = "is in use by another run"
            raise OutputError(what, path=store, advice="wait until it has ended, then restore again") from error
        return move_aside(store, "replaced")
    except sqlite3.DatabaseError:
        return move_aside(store, "replaced")


def _copy(source: Path, target: Path) -> Copied:
    part = part_of(target)
    try:
        with (
            closing(sqlite3.connect(source, timeout=_BUSY_TIMEOUT_S)) as database,
            closing(sqlite3.connect(part, isolation_level=None)) as copy,
        ):
            database.backup(copy)
            # A file in WAL mode is not whole without its companions.
            copy.execute("PRAGMA journal_mode = DELETE")
            if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise InputError("is damaged", path=source, advice="restore another backup")
            found = Copied(
                path=target,
                format=copy.execute("PRAGMA user_version").fetchone()[0],
                n_records=copy.execute("SELECT count(*) FROM records").fetchone()[0],
                n_works=copy.execute("SELECT count(*) FROM works").fetchone()[0],
                n_bytes=copy.execute(
                    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                ).fetchone()[0],
            )
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise OutputError(f"cannot be written: {reason}", path=target, advice="name another file") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return found
