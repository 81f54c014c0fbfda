"""What the blocks of a file may hold, before it is decided which of it are entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.model.entry import Omission
    from enrich.readers.draft import Draft
    from enrich.readers.grammar import Grammar


@dataclass(slots=True)
class EntryCandidate:
    """A draft with what its place says about it."""

    draft: Draft
    group: int
    """Number of the block that it comes from."""
    purpose: str | None
    """What the section is for when that is no paper section."""
    heading: str | None
    """The nearest heading above."""
    urls: tuple[str, ...] = ()


@dataclass(slots=True)
class FileReading:
    """What was read from one file."""

    candidates: list[EntryCandidate] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    grammars: dict[int, Grammar] = field(default_factory=dict)
    """The grammar of a run, by the number of its block."""
    title: str | None = None
