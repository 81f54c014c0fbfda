"""The manifest of a catalogue: which segments are complete; replaced in one step, so that no half is ever read."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.model.identifiers import Scheme
from enrich.model.reference import Completeness
from enrich.text.venues import find_venue

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "enrich-catalogue"
VERSION = 1
"""Of the files in a catalogue; one of another version must be built again."""
_SCOPES = frozenset({"all", *map(str, Scheme)})
_CLAIM_YEAR = re.compile(r":(?:19|20)\d{2}$")
FILE = "catalogue.json"
SEGMENTS = "segments"
RECORDS = "records.sqlite"
TITLES = "titles"


@dataclass(slots=True)
class SegmentEntry:
    """What the manifest says about one segment."""

    name: str
    """Folder below ``segments``."""
    n_records: int
    n_titles: int
    n_bytes: int
    """Size of the record file: a cheap check at opening."""
    snapshot: str
    """Name of the file it was built from."""
    snapshot_at: str
    """When that file was last changed, ISO, UTC."""
    n_broken: int = 0
    """Lines of the snapshot that were skipped."""


@dataclass(slots=True)
class Manifest:
    """The content of ``catalogue.json``."""

    segments: list[SegmentEntry] = field(default_factory=list)
    built_at: str = ""
    complete: list[Completeness] = field(default_factory=list)
    """What it is said to hold without a gap; nobody can see that from the records."""

    @property
    def n_records(self) -> int:
        """Records in all segments."""
        return sum(segment.n_records for segment in self.segments)


def parse_claim(text: str, year: int) -> Completeness:
    """Return the claim that is written as ``SCOPE`` or ``SCOPE:YEAR``; ``year`` holds where none is named.

    Raises:
        InputError: the scope is neither ``all`` nor a venue nor a scheme of identifiers.

    >>> parse_claim("NIPS:2024", 2026), parse_claim("arxiv", 2026)
    (Completeness(scope='NeurIPS', until=2024), Completeness(scope='arxiv', until=2026))
    """
    name, _, until = text.rpartition(":") if _CLAIM_YEAR.search(text) else (text, "", str(year))
    scope = name.lower() if name.lower() in _SCOPES else find_venue(name)
    if scope is None:
        advice = (
            "give all, a scheme such as arxiv or doi, or a venue of src/enrich/knowledge/venues.csv, each with :YEAR"
        )
        raise InputError(f"nothing is called {name!r} that a catalogue can be complete for", advice=advice)
    return Completeness(scope, int(until))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a catalogue.

    Raises:
        InputError: there is none, it is damaged, or of another version.
    """
    path = folder / FILE
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        what, advice = _why_missing(folder)
        raise InputError(what, path=folder, advice=advice) from None
    except (OSError, ValueError) as error:
        raise InputError("a damaged catalogue.json", path=path, line=1, advice="build the catalogue again") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError("not the manifest of a catalogue", path=path, line=1, advice="build the catalogue again")
    if found.get("version") != VERSION:
        what = f"a catalogue of version {found.get('version')}, and this program reads version {VERSION}"
        raise InputError(what, path=path, line=1, advice="build it again from its snapshots")
    try:
        complete = [Completeness(**each) for each in found.get("complete", ())]
        return Manifest([SegmentEntry(**each) for each in found["segments"]], found["built_at"], complete)
    except (TypeError, KeyError) as error:
        raise InputError("a damaged catalogue.json", path=path, line=1, advice="build the catalogue again") from error


def _why_missing(folder: Path) -> tuple[str, str]:
    if not folder.exists():
        return "no such folder", "make a catalogue with 'enrich catalogue build SNAPSHOT --out DIR'"
    if (folder / "build.json").exists() or (folder / SEGMENTS).is_dir():
        return "a build that did not end", "run the same 'enrich catalogue build' again: it resumes"
    return "no catalogue", "make one with 'enrich catalogue build SNAPSHOT --out DIR'"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step."""
    write_json(folder / FILE, {"format": FORMAT, "version": VERSION, **asdict(manifest)})


def write_json(path: Path, content: object) -> None:
    """Replace a JSON file in one step, flushed to the disk."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
