"""Something wrong with the list, with a proposed fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    DEFECT = "defect"
    STALE = "stale"
    STYLE = "style"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with the list, with a proposed fix."""

    list: str
    order: int | None
    """Entry order, or None for the list as a whole."""
    line: int
    kind: str
    severity: Severity
    list_says: str
    record_says: str
    evidence: tuple[str, ...] = ()
    fix: str | None = None
    file: str | None = None
