"""A line for every request that a run made or answered from the cache, and the totals per source."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from enrich.model.request import Outcome

if TYPE_CHECKING:
    from datetime import datetime


_ANSWERS = (Outcome.OK, Outcome.NOT_FOUND)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request on the wire, or one reply out of the cache."""

    at: datetime
    source: str
    host: str
    key: str
    """``Request.key``: retries of one question share it."""
    status: int | None
    outcome: Outcome
    is_cached: bool
    attempt: int
    """1-based; redirects belong to the attempt that met them."""
    n_wire: int
    """HTTP exchanges: 0 for a cached reply, more than 1 with redirects."""
    n_bytes: int
    waited_s: float
    """Seconds spent waiting for the rate limit and between attempts."""
    message: str = ""


class Ledger:
    """The lines of a run, from all threads."""

    def __init__(self) -> None:
        self._lines: list[RequestLine] = []
        self._lock = threading.Lock()

    def add(self, line: RequestLine) -> None:
        """Take a line in, and log it: what goes smoothly for those who look closely, retries and throttling for all."""
        with self._lock:
            self._lines.append(line)
        level = logging.DEBUG if line.attempt == 1 and line.outcome is not Outcome.THROTTLED else logging.WARNING
        _log.log(level, _to_text(line), extra={"facts": _to_facts(line)})

    @property
    def lines(self) -> tuple[RequestLine, ...]:
        """All lines in the order of arrival."""
        with self._lock:
            return tuple(self._lines)

    def totals(self) -> tuple[dict[str, Any], ...]:
        """One mapping per source, sorted by name; counts, bytes, seconds."""
        by_source: dict[str, list[RequestLine]] = {}
        for line in self.lines:
            by_source.setdefault(line.source, []).append(line)
        return tuple({"source": name, **_total(by_source[name])} for name in sorted(by_source))

    def to_rows(self) -> list[dict[str, Any]]:
        """The lines as plain values for ``run.json``."""
        return [{**asdict(line), "at": line.at.isoformat(), "waited_s": round(line.waited_s, 3)} for line in self.lines]


def _to_text(line: RequestLine) -> str:
    how = "from the cache" if line.is_cached else f"attempt {line.attempt}, {line.n_bytes} bytes"
    waited = f", {line.waited_s:.1f} s waited" if line.waited_s else ""
    why = f" ({line.message})" if line.message else ""
    return f"{line.source}: {line.outcome}{why}, {how}{waited}"


def _to_facts(line: RequestLine) -> dict[str, Any]:
    return {
        "source": line.source,
        "host": line.host.rpartition("@")[2],
        "request": line.key,
        "status": line.status,
        "outcome": line.outcome,
        "attempt": line.attempt,
        "cached": line.is_cached,
        "bytes": line.n_bytes,
        "waited_s": round(line.waited_s, 3),
    }


def _total(lines: list[RequestLine]) -> dict[str, Any]:
    outcomes = Counter(line.outcome for line in lines)
    return {
        "requests": sum(line.n_wire for line in lines),
        "answered": sum(line.outcome in _ANSWERS and not line.is_cached for line in lines),
        "cached": sum(line.is_cached for line in lines),
        "retried": sum(line.attempt > 1 for line in lines),
        "throttled": outcomes[Outcome.THROTTLED],
        "failed": sum(count for outcome, count in outcomes.items() if outcome not in _ANSWERS),
        "unreachable": outcomes[Outcome.UNREACHABLE],
        "bytes": sum(line.n_bytes for line in lines),
        "waited_s": round(sum(line.waited_s for line in lines), 3),
    }
