"""From replies to what is known: records are matched with works and kept, with what was asked for and missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.model.request import Outcome, Reply
from enrich.rounds.wanted import OWN_LINK
from enrich.sources.base import ReplyError
from enrich.sources.replies import read_reply
from enrich.works.linkage import link_clusters
from enrich.works.matches import match_candidates, match_quoted, match_record
from enrich.works.questions import near_question, search_question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record
    from enrich.rounds.planning import Memory
    from enrich.rounds.source_health import SourceHealth
    from enrich.sources.base import Parsed, Source
    from enrich.store.store import Store
    from enrich.works.clusters import Cluster


class Learner:
    """Takes replies in; its caller holds the transaction of the store."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        health: Mapping[str, SourceHealth],
        store: Store,
        *,
        discard: Callable[[Reply], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._sources, self._health, self._store = sources, health, store
        self._discard, self._clock = discard, clock

    def learn(self, replies: Sequence[Reply], clusters: list[Cluster], memory: Memory) -> list[Cluster]:
        """The clusters with what the replies say, in the order of the sources, however the replies came."""
        order = {name: position for position, name in enumerate(self._sources)}
        index: dict[Identifier, list[Cluster]] = {}
        for cluster in clusters:
            for identifier in cluster.usable:
                index.setdefault(identifier, []).append(cluster)
        searching: dict[str, list[Cluster]] = {}
        for cluster in clusters if memory.searches else ():
            if not cluster.has_identity and (question := search_question(cluster.entry)):
                searching.setdefault(question, []).append(cluster)
        for reply in sorted(replies, key=lambda one: (order[one.request.source], one.request.key)):
            parsed = self._read(reply)
            if parsed is not None:
                self._take_in(reply, parsed, searching, memory, index)
        self._store.set_follow_ups(memory.follow_ups)
        return link_clusters(clusters)

    def _read(self, reply: Reply) -> Parsed | None:
        """What a reply says; None where it is no answer, which counts against its source."""
        health = self._health[reply.request.source]
        if reply.outcome not in (Outcome.OK, Outcome.NOT_FOUND):
            health.note_problem(reply)
            return None
        try:
            return read_reply(self._sources[reply.request.source], reply)
        except ReplyError as error:
            broken = replace(reply, outcome=Outcome.BROKEN, message=str(error))
            health.note_problem(broken)
            self._discard(broken)
            return None

    def _take_in(
        self,
        reply: Reply,
        parsed: Parsed,
        searching: Mapping[str, Sequence[Cluster]],
        memory: Memory,
        index: Mapping[Identifier, Sequence[Cluster]],
    ) -> None:
        name = reply.request.source
        self._health[name].records += len(parsed.records)
        memory.follow_ups += parsed.follow_ups
        kept, unclaimed = self._match_by_identifier(parsed, name, index)
        found = self._match_by_search(unclaimed, parsed.records, reply, searching, memory)
        self._store.put_records([*kept, *found])
        self._note_missed(reply, parsed)
        silent = () if parsed.is_suspect else parsed.missing
        answered = {str(one) for record in parsed.records for one in record.identifiers} | {str(one) for one in silent}
        asked = [(name, one) for one in sorted(answered) if (name, one) in memory.asked]
        memory.answered.update(asked)
        self._store.put_questions(asked, reply.retrieved_at)

    def _note_missed(self, reply: Reply, parsed: Parsed) -> None:
        """Keep what the service behind a link says is not there; a page without data is there all the same."""
        name = reply.request.source
        traits = self._sources[name].traits
        self._store.put_found(name, (one for record in parsed.records for one in record.identifiers))
        is_absent = reply.outcome is Outcome.NOT_FOUND and traits.settles & OWN_LINK
        if (is_absent or traits.answers_for_all) and not parsed.is_suspect:
            self._store.put_missed(name, parsed.missing, reply.retrieved_at)

    def _match_by_identifier(
        self, parsed: Parsed, name: str, index: Mapping[Identifier, Sequence[Cluster]]
    ) -> tuple[list[Record], list[Record]]:
        """The records that bear an identifier of a work, each matched with it, and those that bear none.

        A refused record is kept too, or its refusal would be forgotten.
        """
        kept: list[Record] = []
        unclaimed: list[Record] = []
        for record in parsed.records:
            clusters = {id(cluster): cluster for one in record.identifiers for cluster in index.get(one, ())}
            (kept if clusters else unclaimed).append(record)
            for cluster in clusters.values():
                if match_record(cluster, record, "identifier").is_accepted:
                    self._health[name].works.add(cluster.place)
        return kept, unclaimed

    def _match_by_search(
        self,
        unclaimed: Sequence[Record],
        records: Sequence[Record],
        reply: Reply,
        searching: Mapping[str, Sequence[Cluster]],
        memory: Memory,
    ) -> list[Record]:
        """The records that are works whose titles or abstracts this reply was to find.

        A quoted abstract may well be that of a work which another entry names by its title.
        """
        accepted: list[Record] = []
        name = reply.request.source
        questions = dict.fromkeys(memory.searches.get(reply.request.key, ()))
        memory.answered.update((name, one) for one in questions)
        self._store.put_questions([(name, one) for one in questions], self._clock())
        for question in questions:
            for cluster in searching.get(question, ()):
                if cluster.has_identity:
                    continue
                is_titled = cluster.entry.title is not None
                chosen = match_candidates(cluster, unclaimed, "title") if is_titled else match_quoted(cluster, records)
                if is_titled and not cluster.has_identity:
                    near = [one.record for one in cluster.near if one.record in unclaimed]
                    accepted += near
                    self._store.put_title_answer(near_question(question), (one.identifiers[0] for one in near))
                accepted += chosen
                for record in chosen:
                    self._health[name].works.add(cluster.place)
                    self._store.put_title_answer(question, record.identifiers)
        return accepted
