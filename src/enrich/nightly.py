"""The unattended run: every list of the settings, asked for together, written one by one.

Lists are taken in groups, so that a request holds works of many lists and memory holds only one group. A list that
fails costs only itself.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from enrich import readers
from enrich.assembly import numbered
from enrich.errors import EnrichError, ExitCode, InputError, OutputError
from enrich.files import check_folder
from enrich.pipeline import Run
from enrich.store.journal import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from enrich.config import Settings
    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.request import Reply, Request
    from enrich.model.work import Change
    from enrich.pipeline import Event

    Ask = Callable[[Run, Mapping[str, Sequence[Request]]], Sequence[Reply]]

_log = logging.getLogger(__name__)
GROUP_ENTRIES = 4_000
"""Entries in a group: eight full batches of the largest kind, so that the unfilled last ones weigh little."""
LOCK = "nightly.lock"


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
    changes: tuple[Change, ...] = ()
    since: date | None = None
    """Day of the run that ``changes`` compares with; None for the first one."""
    findings: tuple[Finding, ...] = ()
    is_quiet: bool = False
    """Nothing that is known of the list differs from the last run."""


@dataclass(slots=True, kw_only=True)
class NightOutcome:
    """How a night went."""

    run: str
    lists: list[ListOutcome] = field(default_factory=list)
    source_failures: tuple[tuple[str, str], ...] = ()
    """(source, message)."""
    warnings: tuple[str, ...] = ()

    @property
    def state(self) -> RunState:
        """Failed when no list could be written, incomplete when one could not or a source failed."""
        if all(one.state is RunState.FAILED for one in self.lists):
            return RunState.FAILED
        is_complete = all(one.state is RunState.COMPLETE for one in self.lists)
        return RunState.COMPLETE if is_complete else RunState.INCOMPLETE

    @property
    def exit_code(self) -> int:
        """Of the first list that failed."""
        return next((one.exit_code for one in self.lists if one.exit_code), ExitCode.DONE)


def run_night(
    settings: Settings,
    arguments: Sequence[str] = (),
    *,
    ask: Ask | None = None,
    on_list: Callable[[ListOutcome], None] = lambda _: None,
    on_event: Callable[[Event], None] = lambda _: None,
) -> NightOutcome:
    """How the night went over these lists, or those of the settings.

    ``ask`` gets the requests of a round by source; ``on_list`` is called when a list is done.

    Raises:
        NightIsActiveError: another one over the same store is at work.
        InputError: there are no lists.
    """
    named = lists_of(settings, arguments)
    check_folder(settings.state_dir)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.state_dir / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NightIsActiveError(f"{lock.lock_file}: another nightly run is at work; this one is skipped") from None
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise OutputError(what, path=lock.lock_file, advice="set state_dir") from error
    with lock, Run(settings, on_event=on_event) as run:
        return _Night(run, ask or _ask_side_by_side, on_list).run_all(named)


def lists_of(settings: Settings, arguments: Sequence[str]) -> tuple[str, ...]:
    """The lists that are named, or those of the settings.

    Raises:
        InputError: there are none.
    """
    named = tuple(arguments) or settings.lists
    if not named:
        raise InputError("no lists", advice='write lists = ["my-list.md"] into enrich.toml, or name them')
    return named


def _ask_side_by_side(run: Run, requests: Mapping[str, Sequence[Request]]) -> Sequence[Reply]:
    return run.ask([one for some in requests.values() for one in some])


@dataclass(slots=True)
class _Night:
    run: Run
    ask: Ask
    on_list: Callable[[ListOutcome], None]
    arguments: dict[str, str] = field(default_factory=dict)
    """By list name."""
    outcome: NightOutcome = field(init=False)

    def __post_init__(self) -> None:
        self.outcome = NightOutcome(run=self.run.id)

    def run_all(self, arguments: Sequence[str]) -> NightOutcome:
        """Read, ask and write all lists, a group at a time."""
        self.run.diary.begin()
        for group in self._groups(arguments):
            self._refresh(group)
        self.outcome.source_failures = self.run.source_failures
        self.outcome.warnings = self.run.run_warnings
        return self.outcome

    def _groups(self, arguments: Sequence[str]) -> Iterator[list[ReadingList]]:
        group: list[ReadingList] = []
        for name, argument in _named(arguments).items():
            self.arguments[name] = argument
            try:
                group.append(self.run.read_list(argument, name=name))
            except Exception as error:  # noqa: BLE001 (a list costs only itself)
                self._fail(name, error)
            if sum(len(one.entries) for one in group) >= GROUP_ENTRIES:
                yield group
                group = []
        if group:
            yield group

    def _refresh(self, group: Sequence[ReadingList]) -> None:
        """Ask what is stale and write each list; where that fails, again list by list to find the one that fails."""
        try:
            self.run.take_up(group)
            while requests := self.run.plan():
                self.run.learn(self.ask(self.run, requests))
        except Exception as error:  # noqa: BLE001
            if isinstance(error, OutputError) or len(group) == 1:
                for one in group:
                    self._fail(one.name, error)
            else:
                for one in group:
                    self._refresh([one])
            return
        for one in group:
            try:
                self._write(one)
            except Exception as error:  # noqa: BLE001
                self._fail(one.name, error)

    def _write(self, reading_list: ReadingList) -> None:
        run, folder = self.run, self.run.settings.out_dir / reading_list.name
        check_folder(folder)
        bibliography = run.merge([reading_list])
        written = run.export(bibliography, folder, only_news=True)
        self._note(
            ListOutcome(
                argument=self.arguments[reading_list.name],
                name=reading_list.name,
                state=RunState.INCOMPLETE if run.failed_sources else RunState.COMPLETE,
                folder=folder,
                n_entries=len(reading_list.entries),
                n_works=len(bibliography.works),
                changes=written.changes,
                since=written.since,
                findings=bibliography.findings,
                is_quiet=written.is_quiet,
            )
        )

    def _fail(self, name: str, error: Exception) -> None:
        is_ours = not isinstance(error, EnrichError)
        if is_ours:
            _log.error("%s failed", name, exc_info=error)
        message = f"{type(error).__name__}: {error}" if is_ours else str(error)
        code = ExitCode.BUG if is_ours else error.exit_code  # type: ignore[attr-defined]
        argument = self.arguments[name]
        outcome = ListOutcome(argument=argument, name=name, state=RunState.FAILED, message=message, exit_code=code)
        self.run.diary.note_failure(name, argument, message)
        self._note(outcome)

    def _note(self, outcome: ListOutcome) -> None:
        self.outcome.lists.append(outcome)
        self.on_list(outcome)


def _named(arguments: Sequence[str]) -> dict[str, str]:
    """The arguments by the names of their lists: known before any is read, so that a failure renames no other."""
    named: dict[str, str] = {}
    for argument in dict.fromkeys(arguments):
        named[next(name for name in numbered(readers.list_name(argument)) if name not in named)] = argument
    return named
