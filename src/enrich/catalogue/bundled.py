"""The catalogue that comes with the package: facts on the works of the founding list."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from enrich.catalogue.catalogue import Catalogue
from enrich.catalogue.segment import Segment, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

_IN_PACKAGE = Path(__file__).with_name("bundled")
_IN_REPOSITORY = Path(__file__).parents[3] / "data" / "raw" / "catalogue"
_NUMBERS = count()


def _bundled_texts() -> list[str]:
    folder = _IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_REPOSITORY
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.jsonl"))]


def open_bundled() -> Catalogue:
    """Return the bundled catalogue, indexed in memory; it needs no folder and no network."""
    return open_lines(line for text in _bundled_texts() for line in text.splitlines() if line.strip())


def open_lines(lines: Iterable[str]) -> Catalogue:
    """Return a catalogue in memory from lines of JSON."""
    address = f"file:enrich-catalogue-{next(_NUMBERS)}?mode=memory&cache=shared"
    writer = SegmentWriter(address, is_uri=True)
    writer.add([json.loads(line) for line in lines])
    writer.finish()
    # Memory that is shared lives as long as its last connection: the segment opens one before the writer's closes.
    segment = Segment(address)
    segment.count()
    writer.close()
    return Catalogue([segment])
