"""What an update did to a file, and what it left for its owner to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from enrich.editing.edits import Edit


class Policy(StrEnum):
    """How far an update may go."""

    FILL = "fill"
    """Only fields that are missing."""
    UPGRADE = "upgrade"
    """And the published version of preprints."""
    CORRECT = "correct"
    """And defects that are sure: mistyped titles, another work's DOI, years that no source knows."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and who said it."""

    value: str
    source: str
    retrieved_at: datetime
    source_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one entry that changes, or that differs and stays."""

    key: str
    line: int
    """Of the entry, before the update."""
    field: str
    """Name of the field; ``type`` for the type of the entry."""
    old: str | None
    """As written; None where the entry does not have it."""
    new: str | None
    """As it is written, or in a conflict what the source says; None for a field that goes."""
    said: Said

    def to_row(self) -> dict[str, Any]:
        """The change as an object of the report."""
        row = {name: getattr(self, name) for name in ("key", "line", "field", "old", "new")}
        when = self.said.retrieved_at.isoformat()
        return {**row, "source": self.said.source, "retrieved_at": when, "source_url": self.said.source_url}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What the owner of the file should know of an entry."""

    kind: str
    """``broken``, ``retracted``, ``withdrawn``, ``expression of concern``, ``not_written``, ``merged``."""
    key: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Update:
    """The edits of a file with what they mean."""

    text: str
    """Before."""
    edits: tuple[Edit, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldChange, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class Proposal:
    """What is to be done with one entry."""

    type: str | None = None
    changes: list[tuple[FieldChange, str | None, bool]] = field(default_factory=list)
    """A change, the new name of its field if it gets one, and whether its value is the name of a ``@string``."""
    conflicts: list[FieldChange] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
