"""What state and results hold beyond its time, and its removal; a dry run does the same to copies.

What goes: the journal's lines of old runs, waits that are over, old replies, databases that were set aside, what killed
runs left, and counts of citations where a later one stands. What stays: every record, claim, name and question.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from enrich.errors import OutputError
from enrich.export.compaction import WEEKLY_DAYS, compact_history
from enrich.fetch.cache import CACHE_TABLES, find_damage, prune_cache
from enrich.files import LEFT_OVER
from enrich.nightly import LOCK
from enrich.store.store import Store
from enrich.store.store import find_damage as find_store_damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from enrich.config import Settings

_SET_ASIDE = re.compile(r".+\.(?:damaged|replaced)-\d+")
_HISTORY = "history/citation_counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What went of one thing, or would go."""

    about: str
    """A file, or a folder."""
    what: str
    n_bytes: int
    """Given back to the disk."""


def prune(settings: Settings, now: datetime, age: timedelta, *, is_dry_run: bool = False) -> Iterator[Pruned]:
    """Remove what is older than an age, and yield what went thing by thing; nothing for what holds nothing old.

    Raises:
        OutputError: a night is at work, or something cannot be written.
    """
    before = now - age
    with ExitStack() as stack:
        if not is_dry_run and settings.state_dir.is_dir():
            stack.enter_context(_no_night(settings.state_dir / LOCK))
        copies = Path(stack.enter_context(tempfile.TemporaryDirectory())) if is_dry_run else None
        store = settings.store_path
        folders: list[Path] = []
        if store.is_file() and find_store_damage(store) is None:
            path = _copy(store, copies)
            with Store(path) as opened:
                folders = sorted({Path(one.folder) for one in opened.journal.lists() if one.folder})
            yield from _prune_store(path, store, now, before)
        replies = settings.state_dir / "replies.sqlite"
        if replies.is_file() and find_damage(replies, CACHE_TABLES) is None:
            yield from _prune_replies(_copy(replies, copies), replies, age)
        yield from _remove_files(settings.state_dir, folders, before, is_dry_run=is_dry_run)
        for folder in folders:
            yield from _prune_history(folder, age, copies)


def _no_night(path: Path) -> FileLock:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError("a night is at work", path=path, advice="prune when it has ended") from None
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", path=path, advice="set state_dir") from error
    return lock


def _copy(path: Path, copies: Path | None) -> Path:
    """The database itself, or for a dry run a copy of it as it is at one moment."""
    if copies is None:
        return path
    target = copies / path.name
    with closing(sqlite3.connect(path, timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _size(path: Path) -> int:
    """Bytes of a database with what SQLite keeps beside it, or of a folder with all in it."""
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(one.stat().st_size for one in files if one.is_file())


def _prune_store(path: Path, shown: Path, now: datetime, before: datetime) -> Iterator[Pruned]:
    size = _size(path)
    with Store(path) as store:
        with store.transaction():
            n_lines = store.journal.prune(before)
            n_waits = store.forget_past_circuits(now)
        if n_lines or n_waits:
            store.vacuum()
    if n_lines or n_waits:
        what = f"{n_lines:,} lines of runs before {before:%Y-%m-%d}, {n_waits:,} waits that are over"
        yield Pruned(about=str(shown), what=what, n_bytes=max(0, size - _size(path)))


def _prune_replies(path: Path, shown: Path, age: timedelta) -> Iterator[Pruned]:
    size = _size(path)
    if n_replies := prune_cache(path, age):
        yield Pruned(about=str(shown), what=f"{n_replies:,} replies", n_bytes=max(0, size - _size(path)))


def _remove_files(state: Path, folders: list[Path], before: datetime, *, is_dry_run: bool) -> Iterator[Pruned]:
    """Databases that were set aside, and what runs left that were killed while they wrote."""
    found = [one for one in state.glob("*") if _SET_ASIDE.fullmatch(one.name)]
    places = (state, *(folder / part for folder in folders for part in ("", "lists")))
    found += [one for place in places for one in place.glob(LEFT_OVER)]
    for path in sorted(found):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            size = path.stat().st_size
            if not is_dry_run:
                path.unlink()
            what = "a run that was killed left it" if path.match(LEFT_OVER) else "a database that was set aside"
            yield Pruned(about=str(path), what=what, n_bytes=size)


def _prune_history(folder: Path, age: timedelta, copies: Path | None) -> Iterator[Pruned]:
    """Counts of which a later one stands in the same week, or after two years in the same month."""
    if not (folder / "manifest.json").is_file() or not (folder / _HISTORY).is_dir():
        return
    place = folder
    if copies is not None:
        place = Path(tempfile.mkdtemp(dir=copies))
        shutil.copytree(folder / _HISTORY, place / _HISTORY)
    size = _size(place / _HISTORY)
    daily = max(age.days, 0)
    done = compact_history(place, daily_days=daily, weekly_days=max(WEEKLY_DAYS, daily))
    if done.n_dropped:
        what = f"{done.n_dropped:,} of {done.n_counts:,} counts, each with a later one in its week or month"
        yield Pruned(about=str(folder / _HISTORY), what=what, n_bytes=max(0, size - _size(place / _HISTORY)))
