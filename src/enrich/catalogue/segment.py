"""One complete part of a catalogue: records in a SQLite file, found by identifier and by normalized title."""

from __future__ import annotations

import json
import sqlite3
import threading
from hashlib import blake2b
from typing import TYPE_CHECKING

from enrich.text.title_forms import normalize_title, split_subtitle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from enrich.catalogue.fuzzy import TitleIndex
    from enrich.catalogue.record_lines import Line

_TABLES = """
CREATE TABLE record (id INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE identifier (name TEXT NOT NULL, record INTEGER NOT NULL);
CREATE TABLE title (digest INTEGER NOT NULL, record INTEGER NOT NULL, is_main INTEGER NOT NULL);
"""
_ABSTRACTS = "CREATE VIRTUAL TABLE abstract USING fts5(text, content = '', detail = none)"
"""An index alone, made when a record has an abstract: <https://www.sqlite.org/fts5.html#contentless_tables>."""
_INDEXES = """
CREATE INDEX identifier_name ON identifier (name, record);
CREATE INDEX title_digest ON title (digest, is_main, record);
"""
_BATCH = 500


def digest_title(normalized: str) -> int:
    """Return 64 bits that stand for a normalized title."""
    return int.from_bytes(blake2b(normalized.encode(), digest_size=8).digest(), "big", signed=True)


def titles_of(line: Line) -> Iterator[tuple[str, bool]]:
    """Every normalized title that a record bears, and whether it is only the main title before a subtitle."""
    for title in (line.get("title"), *line.get("other_titles", ())):
        normalized = normalize_title(title) if title else ""
        if not normalized:
            continue
        yield normalized, False
        main, subtitle = split_subtitle(title)
        if subtitle and (short := normalize_title(main)) and short != normalized:
            yield short, True


class SegmentWriter:
    """Fills a new SQLite file; nothing can be looked up before ``finish``."""

    def __init__(self, path: Path | str, *, is_uri: bool = False) -> None:
        self._connection = sqlite3.connect(path, uri=is_uri, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
        )
        self._connection.executescript(_TABLES)
        self.n_records = 0
        self._has_abstracts = False

    def add(self, lines: Sequence[Line]) -> list[list[str]]:
        """Store a batch of lines; return the normalized titles of each, for the fuzzy index."""
        first = self.n_records
        titles = [list(titles_of(line)) for line in lines]
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO record VALUES (?, ?)",
            ((first + place, json.dumps(line, ensure_ascii=False)) for place, line in enumerate(lines)),
        )
        self._connection.executemany(
            "INSERT INTO identifier VALUES (?, ?)",
            ((name, first + place) for place, line in enumerate(lines) for name in dict.fromkeys(line["identifiers"])),
        )
        self._connection.executemany(
            "INSERT INTO title VALUES (?, ?, ?)",
            (
                (digest_title(title), first + place, is_main)
                for place, borne in enumerate(titles)
                for title, is_main in dict(reversed(borne)).items()
            ),
        )
        abstracts = [(first + place, line["abstract"]) for place, line in enumerate(lines) if line.get("abstract")]
        if abstracts:
            if not self._has_abstracts:
                self._connection.execute(_ABSTRACTS)
                self._has_abstracts = True
            self._connection.executemany("INSERT INTO abstract (rowid, text) VALUES (?, ?)", abstracts)
        self._connection.execute("COMMIT")
        self.n_records += len(lines)
        return [[title for title, is_main in borne if not is_main] for borne in titles]

    def finish(self) -> None:
        """Make the indexes; from here on the file is only read."""
        self._connection.executescript(_INDEXES)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Segment:
    """Reads one SQLite file of a catalogue; each thread has its own connection."""

    def __init__(self, address: str, *, titles: Path | None = None, retrieved_at: datetime | None = None) -> None:
        self._address = address
        self._titles_folder = titles
        self._titles: TitleIndex | None = None
        self._all_titles: dict[int, str] = {}
        self._lock = threading.Lock()
        self.retrieved_at = retrieved_at
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()

    def count(self) -> int:
        """Number of records."""
        return int(self._connection.execute("SELECT COUNT(*) FROM record").fetchone()[0])

    def find(self, names: Sequence[str]) -> Iterator[tuple[str, Line]]:
        """Pairs of an identifier's text and a line that bears it."""
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            rows = self._connection.execute(
                "SELECT name, line FROM identifier JOIN record ON record.id = identifier.record "  # noqa: S608 (marks only)
                f"WHERE name IN ({marks}) ORDER BY record.id",
                batch,
            )
            for name, line in rows:
                yield name, json.loads(line)

    def find_title(self, normalized: str, *, is_main: bool = False) -> Iterator[Line]:
        """Lines that bear a title, or whose title before the subtitle it is."""
        rows = self._connection.execute(
            "SELECT line FROM title JOIN record ON record.id = title.record WHERE digest = ? AND is_main = ? "
            "ORDER BY record.id",
            (digest_title(normalized), is_main),
        )
        for (text,) in rows:
            line = json.loads(text)
            if (normalized, is_main) in set(titles_of(line)):
                yield line

    def read(self, places: Iterable[int]) -> Iterator[Line]:
        """Lines by their number in the segment."""
        for place in places:
            row = self._connection.execute("SELECT line FROM record WHERE id = ?", (place,)).fetchone()
            if row:
                yield json.loads(row[0])

    def search(self, normalized: str, *, limit: int) -> Iterator[Line]:
        """Lines with the most similar titles, nearest first."""
        if self._titles_folder is None:
            return self.read(self._scan(normalized, limit))
        with self._lock:
            if self._titles is None:
                from enrich.catalogue.fuzzy import TitleIndex  # noqa: PLC0415 (exact look-up needs no tantivy)

                self._titles = TitleIndex(self._titles_folder)
        return self.read(self._titles.search(normalized, limit=limit))

    def search_abstracts(self, words: Sequence[str], *, limit: int) -> Iterator[Line]:
        """Lines whose abstracts hold the most of the words, the rarest counting most; none without abstracts."""
        known = "SELECT 1 FROM sqlite_master WHERE name = 'abstract'"
        if not words or self._connection.execute(known).fetchone() is None:
            return iter(())
        query = "SELECT rowid FROM abstract WHERE abstract MATCH ? ORDER BY rank LIMIT ?"
        found = self._connection.execute(query, (" OR ".join(f'"{word}"' for word in words), limit)).fetchall()
        return self.read(place for (place,) in found)

    def _scan(self, normalized: str, limit: int) -> list[int]:
        """Places of similar titles, by comparing all: for the few records of a catalogue in memory."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        with self._lock:
            if not self._all_titles:
                self._all_titles = {place: normalize_title(line.get("title") or "") for place, line in self.all_lines()}
        best = process.extract(normalized, self._all_titles, scorer=fuzz.token_set_ratio, limit=limit)
        return [place for _, _, place in best]

    def all_lines(self) -> Iterator[tuple[int, Line]]:
        """Every line with its number, in order."""
        for place, text in self._connection.execute("SELECT id, line FROM record ORDER BY id"):
            yield place, json.loads(text)
