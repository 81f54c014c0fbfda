"""The rounds of a run as a generator: it yields what to ask, is sent the replies, and ends when nobody can say more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from enrich.rounds.asking import to_requests
from enrich.works.known import consult_store_again
from enrich.works.linkage import link_clusters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence
    from datetime import datetime

    from enrich.model.request import Reply, Request
    from enrich.rounds.freshness import FreshnessRules
    from enrich.rounds.learning import Learner
    from enrich.rounds.planning import Memory
    from enrich.sources.base import Source
    from enrich.store.store import Store
    from enrich.works.clusters import Cluster


_MOST_ROUNDS = 12
_Result = TypeVar("_Result")
Rounds: TypeAlias = "Generator[Mapping[str, Sequence[Request]], Sequence[Reply], _Result]"
"""It yields requests by source, is sent the replies to them, and returns a result."""
Ask: TypeAlias = "Callable[[Mapping[str, Sequence[Request]]], Sequence[Reply]]"
"""From the requests of a round by source to the replies."""


def rounds(
    clusters: list[Cluster],
    sources: Mapping[str, Source],
    memory: Memory,
    *,
    learner: Learner,
    store: Store,
    rules: FreshnessRules,
    clock: Callable[[], datetime],
    closed: Callable[[], Collection[str]],
) -> Rounds[list[Cluster]]:
    """Yield the requests of each round by source, take the replies to them, and return the clusters with what they say.

    What a round learns is in the store before the next one, all of it or nothing. ``closed`` names the sources that are
    left alone from now on.
    """
    is_recalled = False
    for _ in range(_MOST_ROUNDS if sources else 0):
        shut = closed()
        open_sources = {name: source for name, source in sources.items() if name not in shut}
        asked = to_requests(clusters, open_sources, memory, rules=rules, now=clock())
        if requests := {name: some for name, some in asked.items() if some}:
            replies = yield requests
            with store.transaction():
                clusters = learner.learn(replies, clusters, memory)
        elif not asked and is_recalled:
            break
        elif not asked:
            # What one work's identifiers brought, another one that learned them later has not heard.
            is_recalled = True
            consult_store_again(clusters, store)
            clusters = link_clusters(clusters)
    return clusters


def drive(generator: Rounds[_Result], ask: Ask) -> _Result:
    """What a generator of rounds returns when ``ask`` answers what it yields."""
    try:
        requests = next(generator)
        while True:
            requests = generator.send(ask(requests))
    except StopIteration as end:
        result: _Result = end.value
        return result
