"""What a benchmark yields, and the clock that all of them share."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured value."""

    name: str
    value: float
    unit: str
    """``x`` for a ratio, otherwise what is counted: requests, bytes, MiB, rows/s."""
    bound: float | None = None
    """The promise: the value must not be above it (below it with ``at_least``)."""
    at_least: bool = False
    note: str = ""

    @property
    def is_kept(self) -> bool:
        return self.bound is None or (self.value >= self.bound if self.at_least else self.value <= self.bound)


def seconds(action: Callable[[], object], *, repeat: int = 5) -> float:
    """The best wall time of several calls, which is the least disturbed one."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def command_seconds(command: Sequence[str], *, repeat: int = 10) -> float:
    """The best wall time of a whole process."""
    return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), repeat=repeat)


def bare_python_seconds() -> float:
    return command_seconds([sys.executable, "-c", "pass"], repeat=20)
