"""Which questions a round asks: pure, from what is known of each work to the largest batches that each source takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.model.entry import EntryKind
from enrich.rounds.wanted import answers, missing_fields
from enrich.sources.base import Source, TitleQuestion
from enrich.works.questions import search_question, title_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from enrich.model.identifiers import Identifier
    from enrich.model.request import Request
    from enrich.model.traits import Traits
    from enrich.rounds.freshness import FreshnessRules
    from enrich.works.clusters import Cluster


@dataclass(slots=True)
class Memory:
    """Which questions were asked, in this run and lately, and which requests are still to be made."""

    recent: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """(source, question) of earlier runs that were answered within the time for "not found"."""
    follow_ups: list[Request] = field(default_factory=list)
    missed: set[tuple[str, str]] = field(default_factory=set)
    """(source, identifier) that a service said lately it does not have."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """(source, question) of this run; a question is an identifier or ``title:…``."""

    answered: set[tuple[str, str]] = field(default_factory=set)
    """(source, question) that a service has answered in this run, be it that it knows nothing."""
    searches: dict[str, list[str]] = field(default_factory=dict)
    """The title questions that a request of this run is to answer, by its key."""

    def take_follow_ups(self) -> list[Request]:
        """The requests that replies made necessary, once."""
        taken, self.follow_ups = self.follow_ups, []
        return taken


def plan_identifiers(
    clusters: Sequence[Cluster],
    sources: Sequence[Source],
    *,
    memory: Memory,
    rules: FreshnessRules,
    now: datetime,
) -> dict[str, list[Identifier]]:
    """The identifiers to ask each source for in this round; empty when nobody can supply anything that is missing.

    A source is asked for a work only if it settles or fills a missing field that no earlier source of this round will.
    """
    traits = [source.traits for source in sources]
    promised: list[set[str]] = [set() for _ in clusters]
    missing = [missing_fields(cluster, traits, rules=rules, now=now) for cluster in clusters]
    plan: dict[str, list[Identifier]] = {}
    for one in traits:
        for position, cluster in enumerate(clusters):
            useful = (missing[position] - promised[position]) & (one.settles | one.supplies)
            chosen = _questions(cluster, one, memory, useful) if useful else []
            if chosen:
                plan.setdefault(one.name, []).extend(chosen)
                promised[position] |= useful & one.settles
    return plan


def _questions(cluster: Cluster, traits: Traits, memory: Memory, useful: Iterable[str]) -> list[Identifier]:
    """The identifiers to ask a source for on behalf of a work: one, or all of them where it takes them together.

    What it did not answer lately it is not asked again, unless an answer of its own has become stale.
    """
    usable = [one for scheme in traits.schemes for one in cluster.usable if one.scheme is scheme]
    if traits.asks_once and any((traits.name, str(one)) in memory.asked for one in usable):
        return []
    new = [one for one in usable if (traits.name, str(one)) not in memory.asked]
    fresh = [one for one in new if (traits.name, str(one)) not in memory.missed]
    recent = [one for one in fresh if (traits.name, str(one)) in memory.recent]
    if recent and not _has_stale_answer(cluster, traits, useful):
        fresh = [] if traits.asks_once else [one for one in fresh if one not in recent]
    unjudged = cluster.unjudged
    own = [one for one in fresh if one not in unjudged]
    # A pinned entry's link is asked for only in a batch that is asked for anyway.
    links = [one for one in fresh if one in unjudged] if own and traits.batch_size > 1 else []
    return [*(own if traits.takes_all else own[:1]), *links]


def _has_stale_answer(cluster: Cluster, traits: Traits, names: Iterable[str]) -> bool:
    """Whether a source once settled one of these fields, all of which are missing now."""
    records = [one.record for one in cluster.matches if one.record.source == traits.name]
    return any(answers(record, name) for name in set(names) & traits.settles for record in records)


def plan_titles(
    clusters: Sequence[Cluster], sources: Sequence[Source], *, memory: Memory
) -> dict[str, list[TitleQuestion]]:
    """The titles to search for, in the first source that has not searched for them yet; only works without identity."""
    plan: dict[str, list[TitleQuestion]] = {}
    for cluster in clusters:
        entry = cluster.entry
        if cluster.has_identity or not entry.title or entry.kind in (EntryKind.SOFTWARE, EntryKind.WEBSITE):
            continue
        for source in sources:
            question = (source.traits.name, title_question(entry.title))
            if source.traits.searches_titles and question not in memory.asked and question not in memory.recent:
                found = TitleQuestion(entry.title, entry.authors, entry.year)
                plan.setdefault(source.traits.name, []).append(found)
                break
    return plan


def plan_quotes(clusters: Sequence[Cluster], sources: Sequence[Source], *, memory: Memory) -> dict[str, list[str]]:
    """The quoted abstracts to search for, for works whose title is lost, in the first source that has not done so."""
    plan: dict[str, list[str]] = {}
    for cluster in clusters:
        question = search_question(cluster.entry)
        if cluster.has_identity or cluster.entry.title or not cluster.entry.quote or question is None:
            continue
        for source in sources:
            asked = (source.traits.name, question)
            if source.traits.searches_abstracts and asked not in memory.asked and asked not in memory.recent:
                plan.setdefault(source.traits.name, []).append(cluster.entry.quote)
                break
    return plan
