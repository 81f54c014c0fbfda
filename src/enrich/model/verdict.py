"""Whether two descriptions name the same work, and why: a status and a reason, never a bare score."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How sure the verdict is; the first two accept, the last rejects."""

    EXACT = "exact"
    STRONG = "strong"
    WEAK = "weak"
    AMBIGUOUS = "ambiguous"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one feature of a comparison says."""

    feature: str
    value: float | None
    """None where it is unknown, which may tell something as well."""
    bits: float
    """Above 0 for one work, below 0 for two."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one comparison."""

    status: Status
    reason: str
    """A value of ``matching.reasons.Reason``."""
    detail: dict[str, object] = field(default_factory=dict, compare=False)
    """Compared values by feature, for people and reports."""
    probability: float | None = field(default=None, compare=False)
    """That both name one work, 0 to 1; None where no comparison was needed."""
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)
    """What spoke for and against, the strongest first."""

    @property
    def is_accepted(self) -> bool:
        """Whether the record may be attached to the entry."""
        return self.status in (Status.EXACT, Status.STRONG)
