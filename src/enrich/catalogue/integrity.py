"""Whether a catalogue holds what its manifest says."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from enrich.catalogue.completeness import FILE, RECORDS, SEGMENTS, TITLES, SegmentEntry, read_manifest
from enrich.catalogue.fuzzy import TitleIndex
from enrich.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_ADVICE = "build the catalogue again"


def check_catalogue(folder: Path) -> int:
    """Return the number of records, after reading every page of every segment.

    Raises:
        InputError: a segment is damaged or incomplete.
    """
    manifest = read_manifest(folder)
    for entry in manifest.segments:
        _check_records(folder / SEGMENTS / entry.name / RECORDS, entry)
        _check_titles(folder / SEGMENTS / entry.name / TITLES, entry)
    if not manifest.n_records:
        raise InputError("a catalogue without records", path=folder / FILE, line=1, advice=_ADVICE)
    return manifest.n_records


def _check_records(path: Path, entry: SegmentEntry) -> None:
    if not path.exists():
        raise InputError("a segment is missing", path=path, advice=_ADVICE)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)
        try:
            state = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            found = connection.execute("SELECT COUNT(*) FROM record").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise InputError(f"damaged: {error}", path=path, advice=_ADVICE) from error
    if state != "ok" or found != entry.n_records:
        what = f"damaged: {state}" if state != "ok" else f"{found:,} records where {entry.n_records:,} were built"
        raise InputError(what, path=path, advice=_ADVICE)


def _check_titles(folder: Path, entry: SegmentEntry) -> None:
    try:
        found = TitleIndex(folder).count()
    except ValueError as error:
        raise InputError("a damaged index of titles", path=folder, advice=_ADVICE) from error
    if found != entry.n_titles:
        what = f"{found:,} titles where {entry.n_titles:,} were indexed"
        raise InputError(what, path=folder, advice=_ADVICE)
