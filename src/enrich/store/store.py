"""The store: one SQLite file in WAL mode, shared by all runs on one machine."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote

from enrich.errors import InputError, OutputError
from enrich.files import check_database, move_aside, opening, transaction
from enrich.model.request import LONGEST_WAIT
from enrich.store.codec import parse_record, parse_request, request_to_json, to_json
from enrich.store.journal import Journal
from enrich.text.abstracts import telling_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record
    from enrich.model.request import Request

_Key = TypeVar("_Key")
_APPLICATION_ID = 0x656E7263
_BUSY_TIMEOUT_S = 60
_QUOTED_WORDS = 24
_CLOCK_SLACK = timedelta(hours=1)
_HAPPENED = (
    ("missed", "missed_at"),
    ("works", "first_seen_at"),
    ("published", "published_at"),
    ("runs", "started_at"),
    ("runs", "finished_at"),
    ("list_runs", "finished_at"),
)
"""Tables and columns that say when something happened."""
_FIRST_FORMAT = """
CREATE TABLE records (
    source TEXT NOT NULL, name TEXT NOT NULL, retrieved_at TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (source, name)
) WITHOUT ROWID;
CREATE TABLE record_identifiers (
    identifier TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (identifier, source, name)
) WITHOUT ROWID;
CREATE TABLE questions (
    source TEXT NOT NULL, question TEXT NOT NULL, asked_at TEXT NOT NULL, PRIMARY KEY (source, question)
) WITHOUT ROWID;
CREATE TABLE title_answers (
    title TEXT NOT NULL, identifier TEXT NOT NULL, PRIMARY KEY (title, identifier)
) WITHOUT ROWID;
CREATE TABLE follow_ups (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE works (
    work_id TEXT PRIMARY KEY, citation_key TEXT NOT NULL COLLATE NOCASE UNIQUE, first_seen_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE work_identifiers (identifier TEXT PRIMARY KEY, work_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE circuits (source TEXT PRIMARY KEY, retry_at TEXT NOT NULL, message TEXT NOT NULL) WITHOUT ROWID;
"""
_WITH_JOURNAL = """
CREATE TABLE missed (
    source TEXT NOT NULL, identifier TEXT NOT NULL, missed_at TEXT NOT NULL, PRIMARY KEY (source, identifier)
) WITHOUT ROWID;
CREATE TABLE runs (
    run TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, state TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE list_runs (
    run TEXT NOT NULL, list TEXT NOT NULL, argument TEXT NOT NULL, folder TEXT NOT NULL, finished_at TEXT NOT NULL,
    state TEXT NOT NULL, message TEXT NOT NULL, content TEXT NOT NULL, n_entries INTEGER NOT NULL,
    n_works INTEGER NOT NULL, n_changes INTEGER NOT NULL, PRIMARY KEY (run, list)
) WITHOUT ROWID;
CREATE TABLE source_runs (
    run TEXT NOT NULL, source TEXT NOT NULL, requests INTEGER NOT NULL, cached INTEGER NOT NULL,
    failed INTEGER NOT NULL, throttled INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (run, source)
) WITHOUT ROWID;
CREATE TABLE memo (number INTEGER PRIMARY KEY CHECK (number = 1), json TEXT NOT NULL);
"""
_WITH_OPEN_KEYS = """
ALTER TABLE works RENAME TO works_before;
CREATE TABLE works (
    work_id TEXT PRIMARY KEY, citation_key TEXT COLLATE NOCASE UNIQUE, first_seen_at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO works SELECT * FROM works_before;
DROP TABLE works_before;
"""
_WITH_PUBLICATIONS = """
CREATE TABLE published (
    folder TEXT NOT NULL, work_id TEXT NOT NULL, published_at TEXT NOT NULL, PRIMARY KEY (folder, work_id)
) WITHOUT ROWID;
INSERT INTO published SELECT '', work_id, first_seen_at FROM works;
"""
_WITHOUT_MEMO = "DROP TABLE memo"
FORMATS = (_FIRST_FORMAT, _WITH_JOURNAL, _WITH_OPEN_KEYS, _WITH_PUBLICATIONS, _WITHOUT_MEMO)
"""What each format changes in the one before it; an older store is brought up to date when it is opened."""
SCHEMA_VERSION = len(FORMATS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a store holds of one source."""

    source: str
    n_records: int
    oldest_at: datetime
    newest_at: datetime
    n_stale: int
    """Records that the next run asks for again."""


class Store:
    """What earlier runs learned; a context manager. Every method is one transaction or part of ``transaction``."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            OutputError: it cannot be written.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            with self.transaction():
                for added in FORMATS[self._db.execute("PRAGMA user_version").fetchone()[0] :]:
                    for statement in added.split(";"):
                        self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise _to_output_error(error, path) from error
        self.journal = Journal(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what happens inside, also when the process is killed."""
        try:
            with transaction(self._db):
                yield
        except sqlite3.OperationalError as error:
            raise _to_output_error(error, self.path) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside is of one moment, whatever other runs write meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def find_records(self, identifiers: Iterable[Identifier]) -> dict[str, list[Record]]:
        """The last known records by each identifier that they bear; lines that cannot be read are passed over."""
        found: dict[str, list[Record]] = {}
        rows = self._db.execute(
            "SELECT i.identifier, r.json FROM record_identifiers i JOIN records r USING (source, name) "
            "WHERE i.identifier IN (SELECT value FROM json_each(?)) ORDER BY i.identifier, r.source, r.name",
            (_to_array(identifiers),),
        )
        for identifier, text in rows:
            with suppress(ValueError):
                found.setdefault(identifier, []).append(parse_record(text))
        return found

    def find_quoted(self, quotes: Sequence[str], *, limit: int = 10) -> list[list[Record]]:
        """For each quotation the records whose abstracts share the most words with it, the nearest first.

        The index over all abstracts is made when there is something to look for, and for this once.
        """
        if not quotes:
            return []
        self._db.execute("CREATE VIRTUAL TABLE temp.abstracts USING fts5(text, source UNINDEXED, name UNINDEXED)")
        try:
            self._db.execute(
                "INSERT INTO temp.abstracts SELECT json_extract(json, '$.abstract'), source, name FROM records "
                "WHERE json_extract(json, '$.abstract') IS NOT NULL"
            )
            return [list(self._search_abstracts(quote, limit)) for quote in quotes]
        finally:
            self._db.execute("DROP TABLE temp.abstracts")

    def _search_abstracts(self, quote: str, limit: int) -> Iterator[Record]:
        words = telling_words(quote, most=_QUOTED_WORDS)
        if not words:
            return
        rows = self._db.execute(
            "SELECT r.json FROM temp.abstracts a JOIN records r ON r.source = a.source AND r.name = a.name "
            "WHERE a.text MATCH ? ORDER BY a.rank LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), limit),
        ).fetchall()
        for (text,) in rows:
            with suppress(ValueError):
                yield parse_record(text)

    def put_records(self, records: Iterable[Record]) -> None:
        """Take records in; of one source and version only the newest stays."""
        for record in records:
            name = record_name(record)
            row = (record.source, name, record.retrieved_at.isoformat(), to_json(record))
            changed = self._db.execute(
                "INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "retrieved_at = excluded.retrieved_at, json = excluded.json "
                "WHERE excluded.retrieved_at >= records.retrieved_at",
                row,
            ).rowcount
            if changed:
                names = [(str(one), record.source, name) for one in record.identifiers]
                self._db.executemany("INSERT OR IGNORE INTO record_identifiers VALUES (?, ?, ?)", names)

    def questions_since(self, moment: datetime) -> dict[tuple[str, str], datetime]:
        """When each (source, question) was last asked and answered; a question is an identifier or ``title:…``."""
        rows = self._db.execute(
            "SELECT source, question, asked_at FROM questions WHERE asked_at >= ?", (moment.isoformat(),)
        )
        return dict(_dated(((source, question), asked_at) for source, question, asked_at in rows))

    def put_questions(self, questions: Iterable[tuple[str, str]], asked_at: datetime) -> None:
        """Remember that these (source, question) were answered, be it with nothing."""
        stamp = asked_at.isoformat()
        self._db.executemany(
            "INSERT INTO questions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET asked_at = excluded.asked_at",
            [(source, question, stamp) for source, question in questions],
        )

    def title_answers(self, titles: Iterable[str]) -> dict[str, list[str]]:
        """The identifiers that a search once found for a normalized title."""
        found: dict[str, list[str]] = {}
        query = (
            "SELECT title, identifier FROM title_answers WHERE title IN (SELECT value FROM json_each(?)) ORDER BY 1, 2"
        )
        for title, identifier in self._db.execute(query, (_to_array(titles),)):
            found.setdefault(title, []).append(identifier)
        return found

    def put_title_answer(self, title: str, identifiers: Iterable[Identifier]) -> None:
        """Remember which work a search found for a normalized title."""
        rows = [(title, str(one)) for one in identifiers]
        self._db.executemany("INSERT OR IGNORE INTO title_answers VALUES (?, ?)", rows)

    def follow_ups(self) -> list[Request]:
        """Requests that an interrupted run had still to make."""
        requests = []
        for (text,) in self._db.execute("SELECT json FROM follow_ups ORDER BY key"):
            with suppress(ValueError):
                requests.append(parse_request(text))
        return requests

    def set_follow_ups(self, requests: Iterable[Request]) -> None:
        """Replace the requests that are still to be made."""
        self._db.execute("DELETE FROM follow_ups")
        rows = [(one.key, request_to_json(one)) for one in requests]
        self._db.executemany("INSERT OR IGNORE INTO follow_ups VALUES (?, ?)", rows)

    def is_ahead(self, now: datetime) -> bool:
        """Whether a clock that was ahead has written into the store."""
        latest = (now + _CLOCK_SLACK).isoformat()
        queries = ("SELECT max(asked_at) FROM questions", "SELECT max(started_at) FROM runs")
        return any((self._db.execute(one).fetchone()[0] or "") > latest for one in queries)

    def mend_moments(self, now: datetime, stale_at: datetime) -> None:
        """Move what a clock that was ahead has dated after now back into the past, or it would be fresh until then.

        When it was told nobody knows: records count as told at ``stale_at``, what happened as happened now.
        """
        latest, past, present = (now + _CLOCK_SLACK).isoformat(), stale_at.isoformat(), now.isoformat()
        self._db.execute(
            "UPDATE records SET retrieved_at = ?, json = json_set(json, '$.retrieved_at', ?) WHERE retrieved_at > ?",
            (past, past, latest),
        )
        self._db.execute("DELETE FROM questions WHERE asked_at > ?", (latest,))
        for table, column in _HAPPENED:
            change = f"UPDATE {table} SET {column} = ? WHERE {column} > ?"  # noqa: S608 (our names)
            self._db.execute(change, (present, latest))

    def work_ids(self, identifiers: Iterable[str]) -> dict[str, str]:
        """The frozen work id by each identifier of a work."""
        query = "SELECT identifier, work_id FROM work_identifiers WHERE identifier IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(query, (_to_array(identifiers),)))

    def count_works(self) -> int:
        """The number of works, whether or not their key is frozen yet."""
        return int(self._db.execute("SELECT count(*) FROM works").fetchone()[0])

    def citation_keys(self) -> dict[str, str]:
        """The frozen keys by work."""
        return dict(self._db.execute("SELECT work_id, citation_key FROM works WHERE citation_key IS NOT NULL"))

    def published(self, folder: str | None = None) -> dict[str, datetime]:
        """When a run first wrote each work, into a folder or into any; what an older store knew counts for all."""
        query = "SELECT work_id, min(published_at) FROM published WHERE folder IN (?, '') OR ? IS NULL GROUP BY work_id"
        return dict(_dated(self._db.execute(query, (folder, folder))))

    def folders(self) -> list[str]:
        """Every folder into which works were written, as absolute paths."""
        return [folder for (folder,) in self._db.execute("SELECT DISTINCT folder FROM published WHERE folder != ''")]

    def put_published(self, folder: str, work_ids: Iterable[str], published_at: datetime) -> None:
        """Remember that a run wrote these works into a folder; the first moment stays."""
        rows = [(folder, one, published_at.isoformat()) for one in work_ids]
        self._db.executemany("INSERT OR IGNORE INTO published VALUES (?, ?, ?)", rows)

    def freeze(self, works: Mapping[str, tuple[str | None, Iterable[str]]], frozen_at: datetime) -> None:
        """Freeze work ids and keys: from work id to (key, or None while it is open, identifiers).

        What is frozen stays as it is, whether or not it is ever published.
        """
        for work_id, (key, identifiers) in works.items():
            self._db.execute("INSERT OR IGNORE INTO works VALUES (?, NULL, ?)", (work_id, frozen_at.isoformat()))
            change = "UPDATE OR IGNORE works SET citation_key = ? WHERE work_id = ? AND citation_key IS NULL"
            self._db.execute(change, (key, work_id))
            rows = [(one, work_id) for one in identifiers]
            self._db.executemany("INSERT OR IGNORE INTO work_identifiers VALUES (?, ?)", rows)

    def missed(self) -> dict[tuple[str, str], datetime]:
        """Since when each (source, identifier) is missed: the service says that nothing is there."""
        rows = self._db.execute("SELECT source, identifier, missed_at FROM missed")
        return dict(_dated(((source, identifier), missed_at) for source, identifier, missed_at in rows))

    def put_missed(self, source: str, identifiers: Iterable[Identifier], missed_at: datetime) -> None:
        """Remember that a service has nothing under these identifiers; the first moment stays."""
        rows = [(source, str(one), missed_at.isoformat()) for one in identifiers]
        self._db.executemany("INSERT OR IGNORE INTO missed VALUES (?, ?, ?)", rows)

    def put_found(self, source: str, identifiers: Iterable[Identifier]) -> None:
        """Remember that a service has something under these identifiers."""
        rows = [(source, str(one)) for one in identifiers]
        self._db.executemany("DELETE FROM missed WHERE source = ? AND identifier = ?", rows)

    def holdings(self, not_before: Callable[[str], datetime]) -> list[Holding]:
        """What the store holds of each source, by name; ``not_before`` maps a source to when its word becomes stale."""
        rows = self._db.execute(
            "SELECT source, count(*), min(retrieved_at), max(retrieved_at) FROM records GROUP BY source ORDER BY source"
        )
        held = [(name, n, datetime.fromisoformat(first), datetime.fromisoformat(last)) for name, n, first, last in rows]
        query = "SELECT count(*) FROM records WHERE source = ? AND retrieved_at < ?"
        stale = {name: self._db.execute(query, (name, not_before(name).isoformat())).fetchone()[0] for name, *_ in held}
        return [
            Holding(source=name, n_records=n, oldest_at=first, newest_at=last, n_stale=stale[name])
            for name, n, first, last in held
        ]

    def circuits(self, now: datetime) -> dict[str, tuple[datetime, str]]:
        """The sources that asked to be left alone beyond now: until when, and why.

        An instant further off than a wait is believed for was written by a clock that was wrong.
        """
        return _circuits(self._db, now)

    def put_circuit(self, source: str, retry_at: datetime, message: str) -> None:
        """Remember that a source asked to be left alone."""
        row = (source, retry_at.astimezone(UTC).isoformat(), message)
        self._db.execute("INSERT OR REPLACE INTO circuits VALUES (?, ?, ?)", row)

    def forget_circuits(self, sources: Iterable[str] | None = None) -> list[str]:
        """Ask sources again that asked to be left alone, all or these; the names of those that did."""
        known = [source for (source,) in self._db.execute("SELECT source FROM circuits ORDER BY source")]
        wanted = known if sources is None else [one for one in known if one in set(sources)]
        self._db.executemany("DELETE FROM circuits WHERE source = ?", [(one,) for one in wanted])
        return wanted

    def forget_past_circuits(self, now: datetime) -> int:
        """Forget the waits that are over; how many there were."""
        return self._db.execute("DELETE FROM circuits WHERE retry_at <= ?", (now.astimezone(UTC).isoformat(),)).rowcount

    def forget_list(self, name: str) -> tuple[int, int, list[str]]:
        """Forget a list: how many lines of runs and of works written go, and the folders, whose files stay.

        A folder that another list shares keeps its works. What is known of the works themselves stays.
        """
        n_lines, folders = self.journal.forget_list(name)
        shared = {one.folder for one in self.journal.lists()}
        own = [str(Path(one).resolve()) for one in folders - shared]
        gone = [self._db.execute("DELETE FROM published WHERE folder = ?", (one,)).rowcount for one in own]
        return n_lines, sum(gone), sorted(folders)

    def vacuum(self) -> None:
        """Give the room of what went back to the disk.

        Raises:
            OutputError: another run is writing, or the disk is full.
        """
        try:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise _to_output_error(error, self.path) from error


def open_store(path: Path) -> tuple[Store, str | None]:
    """Return the store and, where the file could not be used, a warning: it was moved aside and a new one made.

    Raises:
        OutputError: the folder cannot be written.
        InputError: a newer enrich made it.
    """
    check_database(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _to_output_error(error, path) from error
    with opening(path):
        problem = find_damage(path)
        if problem is None:
            return Store(path), None
        aside = move_aside(path)
        return Store(path), f"{path} {problem}; moved to {aside.name}, a new one is used"


def require_store(path: Path) -> None:
    """Go on only where there is a store.

    Raises:
        InputError: there is none.
    """
    if not path.is_file():
        raise InputError("there is no store", path=path, advice="set state_dir, or run enrich run first")


def find_damage(path: Path) -> str | None:
    """What keeps a file from being used as a store; None for one that can be used, or that is not there yet.

    Raises:
        InputError: a newer enrich made it.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)) as database:
            if database.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
                # A run that is just making the file has not marked it yet.
                return (
                    "is not a store of enrich" if database.execute("SELECT 1 FROM sqlite_master").fetchone() else None
                )
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                advice = "update enrich, or set state_dir"
                raise InputError(f"has the format {version} of a newer enrich", path=path, advice=advice)
            if _shape(database) != _shape_of_format(version):
                return "has other tables than a store of enrich"
            if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return "is damaged"
    except sqlite3.OperationalError as error:
        return None if "lock" in str(error) else "cannot be read"
    except sqlite3.DatabaseError:
        return "is damaged"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a look at a store tells that neither makes nor changes it."""

    format: int
    n_works: int
    circuits: Mapping[str, tuple[datetime, str]]
    """The sources that asked to be left alone: until when, and why."""


def glance_at(path: Path, now: datetime) -> Glance:
    """What is in a store that ``find_damage`` finds nothing wrong with.

    Raises:
        OutputError: it cannot be read, or is in use.
    """
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_BUSY_TIMEOUT_S)
        ) as database:
            return Glance(
                format=database.execute("PRAGMA user_version").fetchone()[0],
                n_works=database.execute("SELECT count(*) FROM works").fetchone()[0],
                circuits=_circuits(database, now),
            )
    except sqlite3.Error as error:
        raise _to_output_error(error, path) from error


def _circuits(database: sqlite3.Connection, now: datetime) -> dict[str, tuple[datetime, str]]:
    rows = database.execute("SELECT source, retry_at, message FROM circuits ORDER BY source")
    messages = {source: (retry_at, message) for source, retry_at, message in rows}
    moments = _dated((source, retry_at) for source, (retry_at, _) in messages.items())
    return {source: (moment, messages[source][1]) for source, moment in moments if now < moment <= now + LONGEST_WAIT}


def _dated(rows: Iterable[tuple[_Key, str]]) -> Iterator[tuple[_Key, datetime]]:
    """The rows with their moments; a row whose moment cannot be read counts as none."""
    for key, stamp in rows:
        with suppress(ValueError):
            moment = datetime.fromisoformat(stamp)
            yield key, moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shape(database: sqlite3.Connection) -> set[tuple[str, str]]:
    """Table and column names."""
    query = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    return set(database.execute(query))


def _shape_of_format(version: int) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("".join(FORMATS[:version]))
        return _shape(database)


def _to_output_error(error: sqlite3.Error | OSError, path: Path) -> OutputError:
    if isinstance(error, sqlite3.OperationalError) and ("locked" in str(error) or "busy" in str(error)):
        return OutputError("is in use by another run", path=path, advice="wait for it to end, or set state_dir")
    reason = "there is no space left" if "full" in str(error) else str(error)
    return OutputError(f"cannot be written: {reason}", path=path, advice="set state_dir")


def record_name(record: Record) -> str:
    """What tells the records of one source apart: its own identifier for the version, and the stage."""
    own = str(record.identifiers[0]) if record.identifiers else (record.title or "")
    return f"{own} {record.stage or ''} {record.source_url or ''}".strip()


def _to_array(values: Iterable[object]) -> str:
    return json.dumps(sorted({str(value) for value in values}))
