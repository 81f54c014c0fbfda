"""How far a long command has come: a bar on a terminal once it takes longer than two seconds, nothing elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Self

from enrich.cli.logs import is_logging
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    from enrich.config import Settings
    from enrich.session.session import Session
    from enrich.session.stages import Event

AFTER_S = 2.0
"""What is done sooner needs no bar."""
_ROOM_FOR_A_BAR = 70
_LONGEST = 200
_NAMES = {"ask": "requests", "export": "parts", "resolve": "queries", "catalogue": "records"}


def can_move() -> bool:
    """Whether standard error is a terminal on which a line can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class Progress:
    """A context manager that is told of stages (``note``) and of how much of one is done (call it).

    ``has_lines`` tells to print a line for each stage where no bar can be drawn.
    """

    def __init__(self, *, is_quiet: bool = False, has_lines: bool = False) -> None:
        self._has_lines = has_lines and not is_quiet
        self._has_bar = can_move() and not is_quiet
        self._lock = Lock()
        self._bar: Bar | None = None
        self._stage, self._text = "starting", ""
        self._done, self._total = 0, 0
        self._timer = Timer(AFTER_S, self._start)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._has_bar:
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._has_bar = False
            if self._bar is not None:
                self._bar.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Without the bar while the body prints."""
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
            yield
            if self._bar is not None:
                self._bar.start()

    def note(self, event: Event) -> None:
        """Tell that a stage began: the text of the bar, or a line where there is none."""
        if self._has_bar:
            self(event.stage, 0, 0, event.text)
        elif self._has_lines:
            print(one_line(f"{event.stage}: {event.text}", 1_000), file=sys.stderr, flush=True)

    def __call__(self, stage: str, done: int, total: int, text: str | None = None) -> None:
        """Tell how much of a stage is done; 0 of 0 where nobody knows how much there is."""
        if not self._has_bar:
            return
        with self._lock:
            is_next = stage != self._stage or done < self._done
            self._text = text if text is not None else "" if stage != self._stage else self._text
            self._stage, self._done, self._total = stage, done, total
            if self._bar is not None:
                self._show(is_next=is_next)

    def _start(self) -> None:
        """Show the bar: called by the timer, in its own thread."""
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.table import Column

        from enrich.cli.terminal import new_console

        with self._lock:
            if not self._has_bar:
                return
            console = new_console(is_error=True)
            said = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1))
            columns: list[str | ProgressColumn] = [SpinnerColumn(), said]
            if console.width >= _ROOM_FOR_A_BAR:
                columns.append(BarColumn(bar_width=12))
            # What is printed meanwhile goes where it always goes, see ``aside``.
            columns += [_rate_column(), TimeRemainingColumn(compact=True)]
            self._bar = Progress(
                *columns, console=console, transient=True, expand=True, redirect_stdout=False, redirect_stderr=False
            )
            self._bar.start()
            self._show(is_next=True)

    def _show(self, *, is_next: bool) -> None:
        if self._bar is None:
            return
        description = one_line(f"{self._stage}: {self._text}" if self._text else self._stage, _LONGEST)
        if is_next or not self._bar.task_ids:
            for known in self._bar.task_ids:
                self._bar.remove_task(known)
            self._bar.add_task(description, total=self._total or None, name=_NAMES.get(self._stage, ""))
        self._bar.update(
            self._bar.task_ids[-1], description=description, completed=self._done, total=self._total or None
        )


def _rate_column() -> ProgressColumn:
    """``12 of 40 requests, 3.1 a second``."""
    from rich.progress import ProgressColumn
    from rich.table import Column
    from rich.text import Text

    class RateColumn(ProgressColumn):
        """How much is done, and how fast."""

        def render(self, task: Task) -> Text:
            name = task.fields.get("name", "")
            if not task.completed or not name:
                return Text("")
            of = f" of {task.total:,.0f}" if task.total else ""
            rate = f", {task.speed:,.1f} a second" if task.speed and name != _NAMES["export"] else ""
            return Text(f"{task.completed:,.0f}{of} {name}{rate}")

    return RateColumn(table_column=Column(no_wrap=True))


@contextmanager
def watched_session(
    settings: Settings,
    *,
    is_quiet: bool = False,
    has_lines: bool = False,
    **options: Any,  # noqa: ANN401 (those of ``Session``, of several types)
) -> Iterator[Session]:
    """A session whose progress shows on a terminal."""
    from enrich.session.session import Session

    with (
        Progress(is_quiet=is_quiet or is_logging(), has_lines=has_lines) as progress,
        Session(settings, on_event=progress.note, on_progress=progress, **options) as session,
    ):
        yield session
