"""From what a run asked, heard and holds to what the judgement of references has to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.check import Comparisons, Inquiry
from enrich.matching.places import agree_in_number, agree_in_pages
from enrich.text.venue_matches import compare_venues
from enrich.works.questions import search_question, title_question

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from enrich.catalogue import Catalogue
    from enrich.model.identifiers import Identifier
    from enrich.rounds.planning import Memory
    from enrich.works.clusters import Cluster

COMPARISONS = Comparisons(venues=compare_venues, numbers=agree_in_number, pages=agree_in_pages)


def to_inquiry(  # noqa: PLR0917 (what a run knows)
    name: str,
    clusters: Sequence[Cluster],
    memory: Memory,
    missed: Collection[tuple[str, str]],
    catalogues: Sequence[Catalogue],
    unanswered: tuple[str, ...],
    today: date,
) -> Inquiry:
    """What is known of the asking about the entries of the list of a name; ``catalogues`` are the user's own."""
    heard = memory.answered | memory.recent.keys() | set(missed)
    by_question: dict[str, set[str]] = {}
    for source, question in heard:
        by_question.setdefault(question, set()).add(source)
    local = ("catalogue",) if catalogues else ()
    answered, searched = {}, {}
    nowhere: dict[Identifier, frozenset[str]] = {}
    for cluster in clusters:
        sources = {one: by_question.get(str(one), set()) for one in cluster.identifiers}
        for one, asked in sources.items():
            nowhere[one] = frozenset(asked - set(_knowing(cluster, one)))
        titles = by_question.get(title_question(cluster.entry.title or ""), set())
        searches = by_question.get(search_question(cluster.entry) or "", set())
        every = (*local, *sorted(titles.union(searches, *sources.values())))
        for owner, entry in cluster.entries:
            if owner == name:
                answered[entry.order], searched[entry.order] = every, tuple(sorted(titles))
    return Inquiry(
        today=today,
        comparisons=COMPARISONS,
        answered=answered,
        searched=searched,
        unanswered=unanswered,
        nowhere={one: some for one, some in nowhere.items() if some},
        complete=tuple(claim for one in catalogues for claim in one.complete),
    )


def _knowing(cluster: Cluster, identifier: Identifier) -> Iterator[str]:
    """The services that have a record under an identifier, whether it is the work's or not."""
    for one in (*(one.record for one in cluster.matches), *(one.record for one in cluster.near)):
        if identifier in one.identifiers:
            yield one.source
