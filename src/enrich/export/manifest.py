"""``manifest.json``: path, SHA-256, size and rows of every file of an output folder."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from enrich.export.arrow import count_rows
from enrich.export.columns import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "manifest.json"
HISTORY = "history/"
"""Files below it are never removed."""
_WITH_CLOCK = frozenset({"run.json", "runs.parquet", "bibliography.sqlite"})
"""Listed without size and digest: they hold the clock of the machine, and the manifest must not."""


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The files that the last run listed, by path; empty when there is no readable manifest."""
    try:
        files = json.loads((folder / NAME).read_bytes())["files"]
        return {str(file["path"]): file for file in files}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def is_whole(folder: Path) -> bool:
    """Whether there is a manifest and every file that it lists, as it was written; the history may be compacted."""
    listed = read_manifest(folder)
    return bool(listed) and all(is_as_listed(folder, facts) for facts in listed.values())


def is_torn(folder: Path, name: str) -> bool:
    """Whether a file is not the one that the manifest lists: the run that wrote it was killed before it came so far."""
    listed = read_manifest(folder).get(name)
    return listed is not None and not is_as_listed(folder, listed)


def to_manifest(parts: Mapping[str, Path], rows: Mapping[str, int], kept: Mapping[str, dict[str, Any]]) -> str:
    """The text of the manifest for new files (name to place) and files of earlier runs that stay."""
    files = dict(kept)
    for name, path in parts.items():
        files[name] = _describe(name, path, rows.get(name))
    listed = [files[name] for name in sorted(files)]
    return json.dumps({"schema_version": SCHEMA_VERSION, "files": listed}, ensure_ascii=False, indent=1) + "\n"


def refreshed(folder: Path, listed: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is listed of files that stay, described anew where a compaction that was killed left another file."""
    fresh: dict[str, dict[str, Any]] = {}
    for name, facts in listed.items():
        path = folder / name
        is_stale = name.startswith(HISTORY) and path.is_file() and path.stat().st_size != facts.get("bytes")
        fresh[name] = _describe(name, path, count_rows(path)) if is_stale else facts
    return fresh


def is_as_listed(folder: Path, facts: Mapping[str, Any]) -> bool:
    """Whether a file is the one of which the manifest says this."""
    path: Path = folder / facts["path"]
    if str(facts["path"]).startswith(HISTORY) or "sha256" not in facts:
        return path.is_file()
    try:
        return bool(_digest(path) == facts["sha256"])
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _describe(name: str, path: Path, rows: int | None) -> dict[str, Any]:
    about: dict[str, Any] = {"path": name, "schema_version": SCHEMA_VERSION}
    if name in _WITH_CLOCK:
        return about
    about |= {"sha256": _digest(path), "bytes": path.stat().st_size}
    return about | ({} if rows is None else {"rows": rows})
