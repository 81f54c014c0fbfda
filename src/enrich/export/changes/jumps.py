"""Citation jumps: the counts that grew most since last week and last month, from the history of counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from enrich.model.work import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from enrich.model.work import Work

MOST_JUMPS = 5
"""In each of the four rankings: absolute and relative growth, since last week and since last month."""
LEAST_GROWTH = 5
"""Citations: from 1 to 3 is thrice as many and says nothing."""
LEAST_RELATIVE_GROWTH = 0.10
"""In the rankings by relative growth."""
PERIODS = {7: 0.02, 30: 0.05}
"""Days to the relative growth that the rankings by absolute growth ask for: what a work with thousands of citations
gains in any week is no jump."""

Observation = tuple[str, str, str, int]
"""Day in ISO form, work_id, source, count."""


@dataclass(frozen=True, slots=True)
class _Growth:
    work: Work
    day: date
    before: int
    after: int
    told: _Growth | None = None
    """The growth of which the last run knew already."""

    def is_jump(self, least_share: float) -> bool:
        """Whether it deserves the word."""
        return self.absolute >= LEAST_GROWTH and self.relative >= least_share

    def is_news(self, least_share: float) -> bool:
        """Whether it is a jump, and not the one of an earlier night to which little was added since."""
        if self.told is None or not self.told.is_jump(least_share):
            return self.is_jump(least_share)
        return _Growth(self.work, self.day, self.told.after, self.after).is_jump(least_share)

    @property
    def absolute(self) -> int:
        return self.after - self.before

    @property
    def relative(self) -> float:
        return self.absolute / self.before if self.before else float("inf")

    def __str__(self) -> str:
        share = f" (+{self.relative:.0%})" if self.before else ""
        return f"+{self.absolute:,}{share} since {self.day}"


def may_have_jumped(before: Mapping[str, dict[str, Any]], works: Iterable[Work]) -> list[Work]:
    """The works whose count the same source raised since the last run: a jump is reported when it enters, and once."""
    return [
        work
        for work in works
        if (old := before.get(work.work_id))
        and work.citation_count is not None
        and work.citation_count_at is not None
        and old.get("citation_count") is not None
        and old.get("citation_count_source") == work.citation_count_source
        and work.citation_count > old["citation_count"]
    ]


def jumps(raised: Iterable[Work], history: Iterable[Observation]) -> Iterator[tuple[Work, dict[str, Any]]]:
    """Each work that ranks among the largest growths, with what is to be said about it."""
    observed: dict[tuple[str, str], list[tuple[str, int]]] = {}
    works = {(work.work_id, work.citation_count_source or ""): work for work in raised}
    for day, work_id, source, count in history:
        if (work_id, source) in works:
            observed.setdefault((work_id, source), []).append((day, count))
    ranked: dict[str, list[_Growth]] = {}
    for days, least_share in PERIODS.items():
        grown = [one for key, work in works.items() if (one := _growth(work, observed.get(key, ()), days))]
        for growth in _top(grown, lambda one: one.absolute, least_share):
            ranked.setdefault(growth.work.work_id, []).append(growth)
        for growth in _top(grown, lambda one: one.relative, LEAST_RELATIVE_GROWTH):
            ranked.setdefault(growth.work.work_id, []).append(growth)
    for _, growths in sorted(ranked.items()):
        first = growths[0]
        yield (
            first.work,
            {
                "kind": ChangeKind.CITATION_JUMP,
                "field": "citation_count",
                "before": str(first.before),
                "after": str(first.after),
                "source": first.work.citation_count_source,
                "since": first.day,
                "detail": "; ".join(dict.fromkeys(str(one) for one in growths)),
            },
        )


def _growth(work: Work, observed: Sequence[tuple[str, int]], days: int) -> _Growth | None:
    """The growth since the newest observation that is at least so many days older than the count."""
    if work.citation_count is None or work.citation_count_at is None:
        return None
    day = work.citation_count_at.astimezone(UTC).date()
    growth = _growth_until(work, day, work.citation_count, observed, days)
    last = max(((one, count) for one, count in observed if one < day.isoformat()), default=None)
    if growth is None or last is None:
        return growth
    told = _growth_until(work, type(day).fromisoformat(last[0]), last[1], observed, days)
    return replace(growth, told=told)


def _growth_until(work: Work, day: date, count: int, observed: Iterable[tuple[str, int]], days: int) -> _Growth | None:
    last = (day - timedelta(days=days)).isoformat()
    earlier = max(((one, known) for one, known in observed if one <= last), default=None)
    return None if earlier is None else _Growth(work, type(day).fromisoformat(earlier[0]), earlier[1], count)


def _top(growths: Iterable[_Growth], size: Callable[[_Growth], float], least_share: float) -> list[_Growth]:
    worth_it = [one for one in growths if one.is_news(least_share)]
    return sorted(worth_it, key=lambda one: (-size(one), -one.absolute, one.work.work_id))[:MOST_JUMPS]
