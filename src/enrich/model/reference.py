"""What a check says of one reference: verified, open or contradicted, with every reason and the record it rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.model.finding import Severity
    from enrich.model.record import Record
    from enrich.model.verdict import Verdict


class ReferenceStatus(StrEnum):
    """How a reference stands to what the sources say; column ``verdict``."""

    VERIFIED = "verified"
    """A record agrees in all that the entry says."""
    OPEN = "open"
    """Nobody could be asked, nobody knows the work, or nobody knows all that the entry says."""
    CONTRADICTED = "contradicted"
    """A record found by identifier or title disagrees, or what must be there is not."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a catalogue claims to hold without a gap."""

    scope: str
    """``all``, a venue as ``venues.csv`` names it, or a scheme of identifiers."""
    until: int
    """The last year that it covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceReason:
    """One thing that speaks for or against a reference."""

    kind: str
    """A kind of finding, or ``UNCONFIRMED``."""
    severity: Severity
    """A defect of what identifies the work contradicts the reference."""
    field: str
    """What it is about: ``title``, ``authors``, ``year``, ``venue``, ``identifier``, ``pages``, ``state``, ``work``."""
    entry_says: str
    record_says: str
    source: str | None = None
    """Who says so; None where nobody does."""
    is_contradiction: bool = False


UNCONFIRMED = "unconfirmed"
"""The kind of a reason that is no finding: no record says anything of a value."""


UNCOMPARED = "uncompared"
"""The kind of a reason that is no finding: what the entry says and records say otherwise or not at all, and which
decides nothing."""


def to_status(reasons: Iterable[ReferenceReason], *, is_found: bool) -> ReferenceStatus:
    """Contradicted by one reason that says so; verified where a record was found and nothing is unconfirmed."""
    reasons = tuple(reasons)
    if any(one.is_contradiction for one in reasons):
        return ReferenceStatus.CONTRADICTED
    is_whole = is_found and not any(one.kind == UNCONFIRMED for one in reasons)
    return ReferenceStatus.VERIFIED if is_whole else ReferenceStatus.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRecord:
    """A record that was compared with an entry and is not taken for its work."""

    record: Record
    verdict: Verdict
    by_identifier: bool
    """Whether it bears an identifier of the entry; else a search for the title found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The verdict on one entry of a list."""

    list: str
    order: int
    line: int
    file: str | None = None
    key: str | None = None
    title: str | None = None
    status: ReferenceStatus
    reasons: tuple[ReferenceReason, ...] = ()
    """Contradictions first."""
    is_found: bool = False
    """Whether a record was taken for its work."""
    record: Record | None = None
    """The record of the work that says most, or the nearest one where none was accepted."""
    verdict: Verdict | None = None
    """Of the verifier, on that record."""
    asked: tuple[str, ...] = ()
    """Services that answered a question about the entry."""
    unanswered: tuple[str, ...] = ()
    """Services that could not answer."""

    def with_reasons(self, reasons: tuple[ReferenceReason, ...]) -> Reference:
        """The reference as it is judged for these reasons alone."""
        return replace(self, reasons=reasons, status=to_status(reasons, is_found=self.is_found))

    @property
    def summary(self) -> str:
        """One line for people.

        >>> Reference(list="x", order=1, line=1, status=ReferenceStatus.OPEN, asked=("dblp",)).summary
        'open: asked dblp'
        """
        told = "; ".join(_told(one) for one in self.reasons if self.status is not ReferenceStatus.VERIFIED)
        asked = f"asked {', '.join(self.asked)}" if self.asked else "nobody was asked"
        shown = told if self.status is ReferenceStatus.CONTRADICTED else "; ".join(filter(None, (told, asked)))
        return str(self.status) if self.status is ReferenceStatus.VERIFIED else f"{self.status}: {shown}"


def _told(reason: ReferenceReason) -> str:
    said_by = f" ({reason.source})" if reason.source else ""
    return f"{reason.kind}: {reason.entry_says} | {reason.record_says}{said_by}"
