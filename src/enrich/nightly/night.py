"""A whole night: groups of lists that share their batches, each list written into its own folder."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from enrich import readers
from enrich.errors import ExitCode, OutputError, to_failure
from enrich.files import check_folder
from enrich.merge.assembly import numbered
from enrich.model.work import UNRESOLVED
from enrich.nightly.night_outcomes import ListOutcome, NightOutcome
from enrich.session.inputs import healed_diff
from enrich.store.journal import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.model.entry import ReadingList
    from enrich.model.request import Reply, Request
    from enrich.session.session import Session
    from enrich.session.stages import Resolution

    AskFor = Callable[[Session, Mapping[str, Sequence[Request]]], Sequence[Reply]]

_log = logging.getLogger(__name__)
GROUP_ENTRIES = 4_000
"""Entries in a group: eight full batches of the largest kind, so that the unfilled last ones weigh little."""


@dataclass(slots=True)
class Night:
    """A whole run over all lists, a group at a time."""

    session: Session
    ask: AskFor | None
    on_list: Callable[[ListOutcome], None]
    arguments: dict[str, str] = field(default_factory=dict)
    """By list name."""
    outcome: NightOutcome = field(init=False)

    def __post_init__(self) -> None:
        self.outcome = NightOutcome(run=self.session.id)

    def run_all(self, arguments: Sequence[str]) -> NightOutcome:
        """Read, ask and write all lists, a group at a time."""
        for group in self._groups(arguments):
            self._refresh(group)
        self.outcome.source_failures = self.session.source_failures
        self.outcome.warnings = self.session.run_warnings
        self.outcome.ledger = self.session.totals
        return self.outcome

    def _groups(self, arguments: Sequence[str]) -> Iterator[list[ReadingList]]:
        group: list[ReadingList] = []
        for name, argument in _named(arguments, self.session.journal.names()).items():
            self.arguments[name] = argument
            try:
                group.append(self.session.read_list(argument, name=name))
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
            resolution = self.session.resolve(group, ask=partial(self.ask, self.session) if self.ask else None)
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
                self._write(one, resolution)
            except Exception as error:  # noqa: BLE001
                self._fail(one.name, error)

    def _write(self, reading_list: ReadingList, resolution: Resolution) -> None:
        session, folder = self.session, self.session.settings.out_dir / reading_list.name
        check_folder(folder, advice="set out_dir")
        part = session.part(resolution, [reading_list])
        bibliography = session.check(session.merge(part, folder), part)
        written = session.export(bibliography, folder, only_news=True)
        self._note(
            ListOutcome(
                argument=self.arguments[reading_list.name],
                name=reading_list.name,
                state=RunState.INCOMPLETE if session.failed_sources else RunState.COMPLETE,
                folder=folder,
                n_entries=len(reading_list.entries),
                n_works=len(bibliography.works),
                n_known=sum(work.status not in UNRESOLVED for work in bibliography.works),
                n_new=len(written.bibliography.new_work_ids),
                changes=written.changes,
                since=written.since,
                findings=bibliography.findings,
                diff="" if written.is_quiet else healed_diff(reading_list, bibliography.findings),
                failed_sources=session.failed_sources,
                is_quiet=written.is_quiet,
            )
        )

    def _fail(self, name: str, error: Exception) -> None:
        message, code = to_failure(error)
        if code == ExitCode.BUG:
            _log.error("%s failed", name, exc_info=error)
        argument = self.arguments[name]
        outcome = ListOutcome(argument=argument, name=name, state=RunState.FAILED, message=message, exit_code=code)
        self.session.journal.note_failure(name, argument, message)
        self._note(outcome)

    def _note(self, outcome: ListOutcome) -> None:
        self.outcome.lists.append(outcome)
        self.on_list(outcome)


def _named(arguments: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The arguments by the names of their lists: known before any is read, so that a failure renames no other.

    An argument keeps the name that it had (``known``), or another order of the lists would exchange their folders.
    """
    kept = {one: known[one] for one in arguments if known.get(one, "").startswith(readers.list_name(one))}
    named: dict[str, str] = {}
    for argument in dict.fromkeys(arguments):
        free = (name for name in numbered(readers.list_name(argument)) if name not in {*named, *kept.values()})
        named[kept.get(argument) or next(free)] = argument
    return named
