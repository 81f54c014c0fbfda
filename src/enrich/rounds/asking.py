"""From questions to the requests of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.rounds.planning import plan_identifiers, plan_quotes, plan_titles
from enrich.sources.base import TitleQuestion
from enrich.works.questions import quote_question, title_question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from enrich.model.identifiers import Identifier
    from enrich.model.request import Request
    from enrich.rounds.freshness import FreshnessRules
    from enrich.rounds.planning import Memory
    from enrich.sources.base import Source
    from enrich.works.clusters import Cluster


def to_requests(
    clusters: Sequence[Cluster], sources: Mapping[str, Source], memory: Memory, *, rules: FreshnessRules, now: datetime
) -> dict[str, list[Request]]:
    """The requests of a round by source, noted in the memory; a source whose questions need none has an empty list.

    Titles and quoted abstracts are searched for only in a round that has nothing else to ask.
    """
    requests: dict[str, list[Request]] = {}
    asks = plan_identifiers(clusters, list(sources.values()), memory=memory, rules=rules, now=now)
    for name, identifiers in asks.items():
        memory.asked.update((name, str(one)) for one in identifiers)
        requests[name] = list(sources[name].to_requests(identifiers, _hints(clusters, identifiers)))
    for request in memory.take_follow_ups():
        if request.source in sources:
            requests.setdefault(request.source, []).append(request)
    if not any(requests.values()):
        for name, questions in plan_titles(clusters, list(sources.values()), memory=memory).items():
            memory.asked.update((name, title_question(one.title)) for one in questions)
            requests[name] = [
                request
                for some in _shares(questions, sources[name])
                for request in _search(some, sources[name], memory)
            ]
        for name, quotes in plan_quotes(clusters, list(sources.values()), memory=memory).items():
            memory.asked.update((name, quote_question(one)) for one in quotes)
            for quote in quotes:
                for request in sources[name].to_quote_requests([quote]):
                    memory.searches.setdefault(request.key, []).append(quote_question(quote))
                    requests.setdefault(name, []).append(request)
    return requests


def _shares(questions: Sequence[TitleQuestion], source: Source) -> Iterator[Sequence[TitleQuestion]]:
    """The questions that one request holds."""
    size = source.traits.titles_per_request
    yield from (questions[start : start + size] for start in range(0, len(questions), size))


def _search(questions: Sequence[TitleQuestion], source: Source, memory: Memory) -> Iterator[Request]:
    """The requests that search for these titles, noted in the memory with what they search for."""
    for request in source.to_title_requests(questions):
        memory.searches.setdefault(request.key, []).extend(title_question(one.title) for one in questions)
        yield request


def _hints(clusters: Sequence[Cluster], identifiers: Sequence[Identifier]) -> dict[Identifier, TitleQuestion]:
    """What the list says of each work, for services that only a search opens."""
    wanted = set(identifiers)
    return {
        one: TitleQuestion(title, cluster.entry.authors, cluster.entry.year)
        for cluster in clusters
        if (title := cluster.entry.title)
        for one in cluster.identifiers
        if one in wanted
    }
