"""What the store's journal notes of a run: that it began, how each list and source fared, that it ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enrich.store.journal import ListLine, RunLine, RunState, to_source_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from enrich.model.work import Bibliography
    from enrich.store.store import Store


class RunJournal:
    """The lines of one run, which begin with the first that is noted; without ``is_kept`` none is."""

    def __init__(self, store: Store, run: str, clock: Callable[[], datetime], *, is_kept: bool = True) -> None:
        self._store, self._clock, self._is_kept = store, clock, is_kept
        self._line = RunLine(run=run, started_at=clock())
        self._is_begun = False
        self._has_failures = False

    def begin(self) -> None:
        """Note that the run is at work, once."""
        if self._is_kept and not self._is_begun:
            self._is_begun = True
            with self._store.transaction():
                self._store.journal.begin(self._line)

    def is_news(self, bibliography: Bibliography, folder: Path, content: str) -> bool:
        """Whether what is known, by its digest, differs from what the last run wrote into a folder."""
        lines = [self._store.journal.last_of(one.name) for one in bibliography.lists]
        return any(line is None or (line.folder, line.content) != (str(folder), content) for line in lines)

    def names(self) -> dict[str, str]:
        """The name under which each argument was last noted."""
        lines = sorted(self._store.journal.lists(), key=lambda line: line.finished_at)
        return {line.argument: line.list for line in lines}

    def note_lists(self, bibliography: Bibliography, folder: Path, content: str, *, n_changes: int) -> None:
        """Note the lists that were written into a folder."""
        state = RunState.INCOMPLETE if bibliography.source_failures else RunState.COMPLETE
        for one in bibliography.lists:
            self._note(
                ListLine(
                    run=self._line.run,
                    list=one.name,
                    argument=one.source,
                    folder=str(folder),
                    finished_at=self._clock(),
                    state=state,
                    content=content,
                    n_entries=len(one.entries),
                    n_works=len({work for (name, _), work in bibliography.entry_works.items() if name == one.name}),
                    n_changes=n_changes,
                )
            )

    def note_failure(self, name: str, argument: str, message: str) -> None:
        """Note that a list could not be read or written."""
        self._has_failures = True
        self._note(
            ListLine(
                run=self._line.run,
                list=name,
                argument=argument,
                folder="",
                finished_at=self._clock(),
                state=RunState.FAILED,
                message=message,
            )
        )

    def finish(self, totals: Iterable[Mapping[str, Any]], failed: Mapping[str, str], *, is_broken: bool) -> None:
        """Note that the run has ended, and what the ledger tells of each source."""
        if not self._is_begun:
            return
        is_complete = not failed and not self._has_failures
        state = RunState.FAILED if is_broken else RunState.COMPLETE if is_complete else RunState.INCOMPLETE
        sources = to_source_lines(self._line.run, totals, failed)
        with self._store.transaction():
            self._store.journal.finish(replace(self._line, finished_at=self._clock(), state=state), sources)

    def _note(self, line: ListLine) -> None:
        self.begin()
        if self._is_kept:
            with self._store.transaction():
                self._store.journal.note_list(line)
