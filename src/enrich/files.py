"""Files that several rooms handle the same way."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from enrich.errors import OutputError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

_log = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024 * 1024
"""Of a file that is read as a whole."""
_LONGEST_OPENING_S = 120
_LONGEST_WRITING_S = 600
_LOCK = ".enrich-lock"
SETTINGS_FILE = Path("enrich.toml")
SETTINGS_PREFIX = "ENRICH_"
"""Of the variables that are settings."""
STATE_ADVICE = "set state_dir"
"""What helps against a state folder that cannot be used."""
PART_PREFIX, PART_SUFFIX = ".enrich-", ".part"
LEFT_OVER = f"{PART_PREFIX}*{PART_SUFFIX}"
"""Names of the files that a run leaves which is killed while it writes."""


def check_folder(path: Path, *, advice: str = "choose another folder with --out") -> None:
    """Return when files can be made in a folder, which need not exist yet.

    Raises:
        OutputError: it, or what stands in its place, cannot be written.
    """
    nearest = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not nearest.is_dir():
        raise OutputError("is no folder", path=nearest, advice=advice)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError("cannot be written", path=nearest, advice=advice)


def check_database(path: Path) -> None:
    """Return when a database of the state folder, which need not exist yet, can be read and written.

    One that may not be touched looks like a damaged one, and must not be moved aside.

    Raises:
        OutputError: it, or its folder, cannot.
    """
    check_folder(path.parent, advice=STATE_ADVICE)
    if path.is_file() and not os.access(path, os.R_OK | os.W_OK):
        raise OutputError("may not be read and written", path=path, advice=f"change its owner, or {STATE_ADVICE}")


def open_regular(path: Path) -> BinaryIO:
    """A regular file, opened for reading: a pipe would be waited for without an end, and a device has none.

    Raises:
        OSError: there is none, or it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder, not a file", str(path))
    raise OSError(errno.EINVAL, "a pipe or a device, not a file", str(path))


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """What a regular file holds.

    Raises:
        OSError: it cannot be read, or is larger than ``most`` bytes.
    """
    with open_regular(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"more than {most:,} bytes", str(path))
    return content


def has_settings() -> bool:
    """Whether anything is set: to import what settings may be takes longer than to read a list."""
    return SETTINGS_FILE.is_file() or any(name.upper().startswith(SETTINGS_PREFIX) for name in os.environ)


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """No other process makes, checks or moves aside the database while the body does.

    A file that another process is just making looks like a foreign one.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 (help and look-ups need no lock)

    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=_LONGEST_OPENING_S)
    try:
        lock.acquire()
    except (OSError, Timeout):  # the database itself then says why it cannot be opened
        yield
        return
    try:
        yield
    finally:
        lock.release()


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what happens inside, also when the process is killed."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the first failure is the one to tell
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


@contextmanager
def holding(folder: Path, *, say: Callable[[str], None] = _log.warning) -> Iterator[bool]:
    """No other run reads and replaces the results in a folder while the body does; whether that could be made sure of.

    The next one waits and says so in one line. A thread that holds a folder may hold it again. A file system without
    locks, or a folder that cannot be written, is left to what is written under a name of its own.

    Raises:
        OutputError: another run holds it for longer than any writes.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 (see ``opening``)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.resolve() / _LOCK, is_singleton=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(f"{folder}: another run is writing its results there; waiting until it is done")
            lock.acquire(timeout=_LONGEST_WRITING_S)
    except Timeout:
        what = f"another run has been writing into it for {_LONGEST_WRITING_S} s"
        raise OutputError(what, path=folder, advice="end that one, or choose another folder with --out") from None
    except (OSError, NotImplementedError):
        yield False
        return
    try:
        yield True
    finally:
        if lock.lock_counter == 1:
            with suppress(OSError):  # whoever waits for it looks whether the file that it locks is still there
                Path(lock.lock_file).unlink()
        lock.release()


def part_of(path: Path) -> Path:
    """A name beside a file, of this moment alone, under which it is written before it takes its place."""
    return path.with_name(f"{PART_PREFIX}{secrets.token_hex(4)}-{path.name}{PART_SUFFIX}")


def move_aside(path: Path, why: str = "damaged") -> Path:
    """Rename a database that is not to be used to the first free ``NAME.damaged-N`` and return that path.

    SQLite's companion files would be applied to the next database of the name, so they are removed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside


def write_text(path: Path, text: str) -> None:
    """Replace a file as a whole: a crash leaves the old one.

    Raises:
        OutputError: it cannot be written.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file as a whole, behind a link the file that it leads to, and keep its permissions.

    Raises:
        OutputError: it cannot be written.
    """
    target = path.resolve()
    part = part_of(target)
    try:
        part.write_bytes(content)
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"cannot be written: {error.strerror}", path=path) from error


def check_unchanged(path: Path, content: bytes) -> None:
    """Return when a file still holds what was read of it.

    Raises:
        OutputError: somebody has changed it meanwhile, which must not be lost.
    """
    try:
        is_same = read_file(path, len(content)) == content
    except OSError:  # gone, no file any more, or longer
        is_same = False
    if not is_same:
        raise OutputError("has changed since it was read", path=path, advice="run the same command again")


def back_up(path: Path) -> Path:
    """Copy a file to the first free ``NAME.bak``, ``NAME.bak.1``, … and return that path.

    Raises:
        OutputError: the copy cannot be written.
    """
    for number in count():
        copy = path.with_name(f"{path.name}.bak{f'.{number}' if number else ''}")
        try:
            with copy.open("xb") as file:
                file.write(path.read_bytes())
        except FileExistsError:
            continue
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", path=copy) from error
        return copy
    raise AssertionError  # the numbers do not end
