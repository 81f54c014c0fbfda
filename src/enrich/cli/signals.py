"""SIGINT and SIGTERM end a command within a second, whatever it waits for, with one line on how to take it up again.

The error is raised where the command is at work, so that it leaves in order. Where that takes too long (a lock of
SQLite, a name that no server resolves) a thread ends the process; every file that a run writes bears that.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

_PATIENCE_S = 0.6
_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class StoppedError(BaseException):
    """Somebody wants the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Once:
    """What happens for the first of several signals only."""

    is_raised = False
    lock = threading.Lock()


def watch_signals() -> None:
    """Raise ``StoppedError`` in the main thread on each of the signals that is not ignored."""
    watched = [number for number in _WORDS if signal.getsignal(number) is not signal.SIG_IGN]
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in watched:
        signal.signal(number, _raise)
    os.register_at_fork(after_in_child=lambda: _let_be(watched))
    with suppress(RuntimeError):  # too few threads
        threading.Thread(target=_end_late, args=(reader,), name="signals", daemon=True).start()


def stop(number: int) -> NoReturn:
    """Say that the command was ended by a signal, and end it with the exit code for that."""
    with _Once.lock:
        text = f"{_WORDS[signal.Signals(number)]}; run the same command again to resume"
        logs = sys.modules.get("enrich.cli.logs")
        with suppress(Exception):
            sys.stdout.flush()
        with suppress(Exception):
            os.write(2, f"{logs.to_line(text) if logs else f'enrich: {text}'}\n".encode())
        _kill_children()
        os._exit(128 + number)


def _raise(number: int, _: FrameType | None) -> None:
    if not _Once.is_raised:
        _Once.is_raised = True
        raise StoppedError(number)


def _end_late(reader: int) -> None:
    while (number := os.read(reader, 1)[0]) not in _WORDS:
        pass
    time.sleep(_PATIENCE_S)
    stop(number)


def _let_be(watched: list[signal.Signals]) -> None:
    """Let the system end a child process."""
    signal.set_wakeup_fd(-1)
    for number in watched:
        signal.signal(number, signal.SIG_DFL)


def _kill_children() -> None:
    if processes := sys.modules.get("multiprocessing"):
        for child in processes.active_children():
            child.kill()
