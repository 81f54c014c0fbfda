"""How each source fared in a run: what it served, what went wrong, and what is missing for want of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.model.request import Outcome
from enrich.rounds.wanted import WANTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.model.work import Bibliography
    from enrich.sources.base import Source
    from enrich.works.clusters import Cluster


@dataclass(slots=True)
class SourceHealth:
    """How one source fared."""

    records: int = 0
    works: set[tuple[str, int]] = field(default_factory=set)
    """Places of the clusters that it served."""
    problem: Reply | None = None
    """The last reply that was no answer."""

    def note_problem(self, reply: Reply) -> None:
        """Keep a failure; a question that was skipped after it tells nothing new."""
        if reply.outcome is not Outcome.SKIPPED:
            self.problem = reply


def failures(health: Mapping[str, SourceHealth], closed: Mapping[str, Reply]) -> dict[str, Reply]:
    """The sources that could not answer something, each with the reply that tells why."""
    found = {name: closed.get(name) or one.problem for name, one in health.items()}
    return {name: reply for name, reply in found.items() if reply is not None}


def to_warnings(failed: Mapping[str, Reply]) -> Iterator[str]:
    """One line for each source that failed: how, and until when it asks to be left alone."""
    for name, reply in failed.items():
        until = f"; it asks to be left alone until {reply.retry_at:%Y-%m-%d %H:%M} UTC" if reply.retry_at else ""
        yield f"{name}: {reply.message or reply.outcome}{until}; what only it knows is missing"


def missing_because(
    failed: Iterable[str], sources: Mapping[str, Source], clusters: Sequence[Cluster], bibliography: Bibliography
) -> dict[str, dict[str, int]]:
    """For each source that failed, the number of works without a value by field that it settles."""
    works = {order: work for work in bibliography.works for order in work.entry_orders}
    counts: dict[str, Counter[str]] = {name: Counter() for name in failed}
    for cluster in clusters if counts else ():
        work = works[cluster.entries[0][0], cluster.entries[0][1].order]
        empty = {name for name in WANTED[cluster.entry.kind] if getattr(work, name, "") in (None, ())}
        for name, some in counts.items():
            traits = sources[name].traits
            if any(known.scheme in traits.schemes for known in cluster.usable):
                some.update(empty & traits.settles)
    return {name: dict(sorted(some.items())) for name, some in counts.items() if some}


def to_ledger(
    totals: Iterable[dict[str, Any]], health: Mapping[str, SourceHealth], missing: Mapping[str, dict[str, int]]
) -> tuple[dict[str, Any], ...]:
    """Totals per source with the works that it served and what nobody could say because it failed."""
    served = {name: {"records": one.records, "works": len(one.works)} for name, one in health.items()}
    nothing = {"records": 0, "works": 0}
    return tuple(
        {**row, **served.get(row["source"], nothing), "missing": missing.get(row["source"], {})} for row in totals
    )
