"""Building a catalogue from snapshots: streaming, in bounded memory, resumed where it stopped."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from enrich.catalogue.completeness import (
    FILE,
    RECORDS,
    SEGMENTS,
    TITLES,
    Manifest,
    SegmentEntry,
    parse_claim,
    read_manifest,
    write_json,
    write_manifest,
)
from enrich.catalogue.fuzzy import TitleIndexWriter
from enrich.catalogue.record_lines import without_mark
from enrich.catalogue.segment import SegmentWriter
from enrich.catalogue.snapshots.detect import open_snapshot
from enrich.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from enrich.catalogue.record_lines import Line
    from enrich.catalogue.snapshots.detect import Reading
    from enrich.catalogue.snapshots.snapshot import SnapshotItem
    from enrich.model.reference import Completeness

PROGRESS = "build.json"
SEGMENT_RECORDS = 5_000_000
"""Records in one segment: about 3 GB on the disk, and what is lost when a build is interrupted."""
_BATCH = 2_000
_NO_SPACE = "no space left on the disk"


@dataclass(slots=True)
class BuildProgress:
    """How far a build is."""

    snapshot: str
    n_records: int
    n_broken: int
    read_bytes: int
    total_bytes: int
    started_at_s: float
    """Of the monotonic clock."""

    @property
    def records_per_s(self) -> float:
        """Records a second since the start."""
        return self.n_records / max(time.monotonic() - self.started_at_s, 1e-9)

    @property
    def left_s(self) -> float:
        """Estimated seconds to the end, by the bytes that are left."""
        spent = time.monotonic() - self.started_at_s
        return spent * (self.total_bytes - self.read_bytes) / max(self.read_bytes, 1)


@dataclass(slots=True)
class Built:
    """What a build did."""

    n_records: int = 0
    n_broken: int = 0
    n_resumed: int = 0
    """Records that an interrupted build had already stored."""
    problems: list[str] = field(default_factory=list)
    """The first broken records, each as ``file:line: what``."""


@dataclass(slots=True)
class _State:
    """What an interrupted build leaves behind for the next one."""

    snapshots: list[dict[str, Any]]
    base: list[str]
    """Names of the segments of the catalogue that is added to."""
    done: list[SegmentEntry] = field(default_factory=list)
    snapshot: int = 0
    """Place of the snapshot that comes next."""
    position: int = 0
    """Lines of it that are stored."""


def build_catalogue(
    snapshots: Sequence[Path],
    folder: Path,
    *,
    is_addition: bool = False,
    complete: Sequence[str] = (),
    segment_records: int = SEGMENT_RECORDS,
    report: Callable[[BuildProgress], None] = lambda _: None,
) -> Built:
    """Build a catalogue, or add to one; the old one answers until the new one is complete.

    ``complete`` are claims of what it then holds without a gap (``parse_claim``); those of the old one stay.

    Raises:
        InputError: a snapshot cannot be read; the catalogue stays as it was.
        OutputError: the folder cannot be written; what is complete is kept for the next run.
    """
    old = read_manifest(folder) if is_addition else Manifest()
    base = [entry.name for entry in old.segments]
    newest = max(
        (datetime.fromtimestamp(path.stat().st_mtime, UTC).year for path in snapshots if path.exists()), default=0
    )
    claims = {one.scope: one for one in (*old.complete, *(parse_claim(text, newest) for text in complete))}
    described = [_describe(path) for path in snapshots]
    try:
        (folder / SEGMENTS).mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            build = _Build(folder, snapshots, _State(described, base), list(claims.values()), report=report)
            return build.run(segment_records)
    except OSError as error:
        what = _NO_SPACE if error.errno == 28 else error.strerror or str(error)  # noqa: PLR2004 (ENOSPC)
        raise OutputError(what, path=folder, advice=_RESUME) from error


_RESUME = "mend that and run the same command again: it resumes at the last complete segment"


def _describe(path: Path) -> dict[str, Any]:
    try:
        found = path.stat()
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path) from error
    return {"path": str(path.resolve()), "size": found.st_size, "changed_ns": found.st_mtime_ns}


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError("another build is at work here", path=folder, advice="wait for its end") from None
        yield


def _flush(path: Path) -> None:
    """Wait until a file is on the disk: the manifest must not be there before it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _Build:
    def __init__(
        self,
        folder: Path,
        snapshots: Sequence[Path],
        fresh: _State,
        complete: list[Completeness],
        *,
        report: Callable[[BuildProgress], None],
    ) -> None:
        self._folder, self._snapshots, self._report, self._complete = folder, snapshots, report, complete
        self._current = read_manifest(folder).segments if (folder / FILE).exists() else []
        self._state = self._resume(fresh)
        done = self._state.done
        self._built = Built(n_resumed=sum(entry.n_records for entry in done))
        self._built.n_records = self._built.n_resumed
        self._built.n_broken = sum(entry.n_broken for entry in done)
        self._total_bytes = sum(each["size"] for each in fresh.snapshots)
        self._bytes_before = sum(each["size"] for each in fresh.snapshots[: self._state.snapshot])
        self._started_at_s = time.monotonic()
        self._n_taken = 0
        """Pieces in the segment that is being written."""

    def _resume(self, fresh: _State) -> _State:
        """The state of an interrupted build of the same snapshots, or a fresh one; leftovers are removed."""
        state = fresh
        try:
            found = json.loads((self._folder / PROGRESS).read_text(encoding="utf-8"))
            if found["snapshots"] == fresh.snapshots and found["base"] == fresh.base:
                state = _State(**{**found, "done": [SegmentEntry(**each) for each in found["done"]]})
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            pass
        self._remove_all_but({entry.name for entry in (*state.done, *self._current)})
        return state

    def _remove_all_but(self, names: set[str]) -> None:
        for path in (self._folder / SEGMENTS).iterdir():
            if path.name not in names:
                shutil.rmtree(path)

    def run(self, segment_records: int) -> Built:
        while self._state.snapshot < len(self._snapshots):
            path = self._snapshots[self._state.snapshot]
            with open_snapshot(path, start=self._state.position) as reading:
                pieces = iter(reading.pieces)
                while self._write_segment(path, reading, pieces, segment_records):
                    pass
            self._bytes_before += reading.size
            self._state.snapshot, self._state.position = self._state.snapshot + 1, 0
            self._save()
        if not self._built.n_records:
            raise InputError("no record could be read", path=self._snapshots[0], line=1)
        entries = [entry for entry in self._current if entry.name in self._state.base] + self._state.done
        built_at = datetime.now(UTC).isoformat(timespec="seconds")
        write_manifest(self._folder, Manifest(entries, built_at, self._complete))
        (self._folder / PROGRESS).unlink(missing_ok=True)
        self._remove_all_but({entry.name for entry in entries})
        return self._built

    def _save(self) -> None:
        write_json(self._folder / PROGRESS, asdict(self._state))

    def _write_segment(self, path: Path, reading: Reading, pieces: Iterator[SnapshotItem], most: int) -> bool:
        """Write the next segment; return whether the snapshot may hold more."""
        name = f"{time.time_ns():x}"
        place = self._folder / SEGMENTS / name
        place.mkdir()
        try:
            entry = self._fill(place, path, reading, islice(pieces, most))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        if not entry.n_records:
            shutil.rmtree(place)
        else:
            self._state.done.append(entry)
        self._save()
        return self._n_taken >= most

    def _fill(self, place: Path, path: Path, reading: Reading, pieces: Iterator[SnapshotItem]) -> SegmentEntry:
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
        entry = SegmentEntry(place.name, 0, 0, 0, path.name, changed_at)
        self._n_taken = 0
        try:
            records, titles = SegmentWriter(place / RECORDS), TitleIndexWriter(place / TITLES)
            while batch := list(islice(pieces, _BATCH)):
                lines = self._keep(path, batch, entry)
                for number, borne in enumerate(records.add(lines), entry.n_records):
                    titles.add(number, borne)
                    entry.n_titles += len(borne)
                entry.n_records += len(lines)
                self._built.n_records += len(lines)
                self._state.position = batch[-1].number
                self._n_taken += len(batch)
                self._report(self._progress(path, reading))
            records.finish()
            titles.finish()
            records.close()
        except (sqlite3.Error, ValueError) as error:
            # tantivy says ValueError for everything, also for a full disk.
            is_full = "full" in str(error) or "No space" in str(error) or shutil.disk_usage(place).free < _BATCH * 1_000
            what = f"{_NO_SPACE if is_full else error}, at {path.name}:{self._state.position}"
            raise OutputError(what, path=self._folder, advice=_RESUME) from error
        _flush(place / RECORDS)
        entry.n_bytes = (place / RECORDS).stat().st_size
        return entry

    def _progress(self, path: Path, reading: Reading) -> BuildProgress:
        built, read_bytes = self._built, self._bytes_before + reading.tell()
        return BuildProgress(
            path.name, built.n_records, built.n_broken, read_bytes, self._total_bytes, self._started_at_s
        )

    def _keep(self, path: Path, batch: list[SnapshotItem], entry: SegmentEntry) -> list[Line]:
        shown = 20
        for piece in batch:
            if piece.problem:
                entry.n_broken += 1
                self._built.n_broken += 1
                if len(self._built.problems) < shown:
                    self._built.problems.append(f"{path}:{piece.number}: {piece.problem}")
        return [without_mark(piece.line) for piece in batch if piece.line is not None]
