"""Replies on disk, for crash recovery and conditional requests.

SQLite with a JSON serializer: a cache file from elsewhere cannot run code. Whether a reply is still good enough is the
planner's decision, by its own clock.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from enrich.errors import OutputError
from enrich.fetch.lean import CacheMixin, SQLiteCache
from enrich.fetch.outcomes import is_keepable
from enrich.fetch.wire import OwnedHostsMixin
from enrich.files import check_database, move_aside, opening

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from requests import PreparedRequest, Response

_KEEP_DAYS = 30
CACHE_TABLES = frozenset({"responses", "redirects"})
# Secrets are added below the cache. What is named here it would neither store nor tell two addresses apart by.
# It minds the case of what it stores.
_SECRET_NAMES = [
    as_written
    for name in ("Authorization", "User-Agent", "X-API-Key")
    for as_written in (name, name.lower(), name.title())
]


class PickyCache(SQLiteCache):
    """Keeps nothing that is no answer; what it holds already is not lost for a failure of today."""

    def save_response(self, response: Response, cache_key: str | None = None, expires: datetime | None = None) -> None:
        """Keep a reply if it is worth it."""
        accept = str(response.request.headers.get("Accept") or "")
        if is_keepable(response.status_code, response.content or b"", accept=accept):
            try:
                super().save_response(response, cache_key, expires)
            except SystemError as error:  # what CPython's sqlite3 makes of some commits on a full disk
                raise sqlite3.OperationalError("database or disk is full") from error


class CachingSession(CacheMixin, OwnedHostsMixin):
    """A session of one source over the shared cache."""


def open_cache(path: Path) -> tuple[SQLiteCache, str | None]:
    """Return the cache and, where the file could not be used, a warning: it was moved aside and a new one made.

    Raises:
        OutputError: the folder cannot be written.
    """
    check_database(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot be made: {error.strerror}", path=path.parent, advice="set state_dir") from error
    with opening(path):
        warnings = move_aside_if_damaged(path, tables=CACHE_TABLES)
        try:
            return PickyCache(path, serializer="json", wal=True, busy_timeout=60_000), next(iter(warnings), None)
        except sqlite3.Error as error:
            raise OutputError(f"cannot be written: {error}", path=path, advice="set state_dir") from error


def move_aside_if_damaged(path: Path, tables: frozenset[str] = frozenset()) -> list[str]:
    """Move a database aside that is damaged or lacks the tables that ours has; the warning, or nothing."""
    problem = find_damage(path, tables)
    if problem is None:
        return []
    aside = move_aside(path)
    return [f"{path} {problem}; moved to {aside.name}, a new one is used"]


def find_damage(path: Path, expected: frozenset[str] = frozenset()) -> str | None:
    """What keeps a file from being used as a database with these tables; None for one that can be, or is not there."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return "is damaged"
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and not expected <= tables:
                return "is not a cache of enrich"
    except sqlite3.OperationalError as error:
        return None if "lock" in str(error) or "busy" in str(error) else "cannot be read"
    except sqlite3.DatabaseError:
        return "is damaged"
    return None


def new_session(cache: SQLiteCache, owned_hosts: frozenset[str]) -> CachingSession:
    """Return a session that keeps what is worth keeping and leaves every decision on age to the caller."""
    session = CachingSession(
        backend=cache,
        expire_after=-1,
        allowable_methods=("GET", "POST"),
        allowable_codes=(200, 404),
        ignored_parameters=_SECRET_NAMES,
        match_headers=False,
    )
    session.owned_hosts = owned_hosts
    session.max_redirects = 5
    return session


def find_cached(session: CachingSession, request: PreparedRequest, **send_options: Any) -> Response | None:  # noqa: ANN401
    """The kept reply to a request that would be sent with these options; a damaged row counts as none."""
    try:
        return session.cache.get_response(session.cache.create_key(request, **send_options))
    except (ValueError, TypeError, KeyError, sqlite3.DatabaseError):
        return None


def forget(session: CachingSession, request: PreparedRequest, **send_options: Any) -> None:  # noqa: ANN401
    """Remove the kept reply to a request that would be sent with these options."""
    with suppress(sqlite3.OperationalError):  # on a full disk
        session.cache.delete(session.cache.create_key(request, **send_options))


def refresh_options(cached: Response | None) -> dict[str, bool]:
    """How to send a request whose kept reply is too old: conditionally where the service gave a validator."""
    has_validator = cached is not None and ("etag" in cached.headers or "last-modified" in cached.headers)
    return {"refresh": True} if has_validator else {"force_refresh": True}


def forget_old(cache: SQLiteCache) -> None:
    """Remove the replies that no run can use any more."""
    with suppress(sqlite3.OperationalError):  # on a full disk
        cache.delete(older_than=timedelta(days=_KEEP_DAYS), vacuum=False)


def prune_cache(path: Path, age: timedelta) -> int:
    """Remove the replies that are older, and give their room back to the disk; how many went."""
    cache, _ = open_cache(path)
    try:
        count = len(cache.responses)
        cache.delete(older_than=min(age, timedelta(days=_KEEP_DAYS)), vacuum=False)
        gone = count - len(cache.responses)
    finally:
        cache.close()  # type: ignore[no-untyped-call]
    if gone:
        try:
            with closing(sqlite3.connect(path, timeout=60)) as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise OutputError(f"cannot be written: {error}", path=path, advice="make room, or set state_dir") from error
    return gone
