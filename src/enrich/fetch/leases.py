"""Questions in flight: what one run is asking, another one waits for instead of asking it too.

A lease is a lock of the operating system, which a process that dies gives back.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_S = 0.05


class Leases:
    """The questions that runs on one state folder have in flight."""

    def __init__(self, folder: Path, *, longest_s: float) -> None:
        self._folder, self._longest_s = folder, longest_s

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """No other run asks this question while the body does, unless one that holds it takes too long."""
        path = self._folder / f".{key}.lease"
        lock = FileLock(path, timeout=self._longest_s)
        try:
            lock.acquire(poll_interval=_POLL_S)
        except (OSError, Timeout):  # a question asked twice is better than one that is not asked
            yield
            return
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
            lock.release()
