"""How a night went, as a whole and list by list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from enrich.errors import EnrichError, ExitCode
from enrich.store.journal import RunState

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.model.finding import Finding
    from enrich.model.work import Change
    from enrich.zotero.syncing import SyncReport


class NightIsActiveError(EnrichError):
    """Another unattended run over the same store is at work: this one is skipped."""

    exit_code = ExitCode.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOutcome:
    """How one list fared in a night."""

    argument: str
    name: str
    state: RunState
    folder: Path | None = None
    message: str = ""
    """Why it failed."""
    exit_code: int = ExitCode.DONE
    n_entries: int = 0
    n_works: int = 0
    n_known: int = 0
    """Works for which some record was taken."""
    n_new: int = 0
    """Works that no earlier run published."""
    changes: tuple[Change, ...] = ()
    since: date | None = None
    """Day of the run that ``changes`` compares with; None for the first one."""
    findings: tuple[Finding, ...] = ()
    diff: str = ""
    """What ``enrich fix`` would change in a list of one file; not worked out for a quiet night."""
    failed_sources: tuple[str, ...] = ()
    """Those that could not answer something until the list was written."""
    is_quiet: bool = False
    """Nothing that is known of the list differs from the last run."""

    @property
    def kinds(self) -> dict[str, int]:
        """How many changes of each kind there are."""
        return dict(Counter(str(one.kind) for one in self.changes))


@dataclass(slots=True, kw_only=True)
class NightOutcome:
    """How a night went."""

    run: str
    day: date = field(default_factory=lambda: datetime.now(UTC).date())
    """On which it began, UTC."""
    duration_s: float = 0.0
    lists: list[ListOutcome] = field(default_factory=list)
    source_failures: tuple[tuple[str, str], ...] = ()
    """(source, message)."""
    warnings: tuple[str, ...] = ()
    ledger: tuple[dict[str, Any], ...] = ()
    """Totals per source."""
    syncs: tuple[SyncReport, ...] = ()
    """How the Zotero library was brought in step, list by list."""

    @property
    def state(self) -> RunState:
        """Failed when no list could be written, incomplete when one could not or a source failed."""
        if self.lists and all(one.state is RunState.FAILED for one in self.lists):
            return RunState.FAILED
        is_complete = all(one.state is RunState.COMPLETE for one in self.lists)
        is_complete = is_complete and not any(one.message for one in self.syncs)
        return RunState.COMPLETE if is_complete else RunState.INCOMPLETE

    @property
    def exit_code(self) -> int:
        """Of the first list that failed."""
        return next((one.exit_code for one in self.lists if one.exit_code), ExitCode.DONE)
