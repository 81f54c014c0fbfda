"""From replies to what is known: records are offered to drafts and kept, with what was asked for and missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.model.request import Outcome, Reply
from enrich.rounds.wanted import OWN_LINK
from enrich.sources.base import ReplyError
from enrich.sources.reading import read_reply
from enrich.works.acceptance import offer, offer_candidates, offer_quoted
from enrich.works.linkage import unite
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
    from enrich.works.drafts import Draft


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

    def learn(self, replies: Sequence[Reply], drafts: list[Draft], memory: Memory) -> list[Draft]:
        """The drafts with what the replies say, in the order of the sources, however the replies came."""
        order = {name: position for position, name in enumerate(self._sources)}
        index: dict[Identifier, list[Draft]] = {}
        for draft in drafts:
            for identifier in draft.usable:
                index.setdefault(identifier, []).append(draft)
        searching: dict[str, list[Draft]] = {}
        for draft in drafts if memory.searches else ():
            if not draft.has_identity and (question := search_question(draft.entry)):
                searching.setdefault(question, []).append(draft)
        for reply in sorted(replies, key=lambda one: (order[one.request.source], one.request.key)):
            parsed = self._read(reply)
            if parsed is not None:
                self._take_in(reply, parsed, searching, memory, index)
        self._store.set_follow_ups(memory.follow_ups)
        return unite(drafts)

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
        searching: Mapping[str, Sequence[Draft]],
        memory: Memory,
        index: Mapping[Identifier, Sequence[Draft]],
    ) -> None:
        name = reply.request.source
        self._health[name].records += len(parsed.records)
        memory.follow_ups += parsed.follow_ups
        kept, unclaimed = self._offer(parsed, name, index)
        found = self._offer_by_search(unclaimed, parsed.records, reply, searching, memory)
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

    def _offer(
        self, parsed: Parsed, name: str, index: Mapping[Identifier, Sequence[Draft]]
    ) -> tuple[list[Record], list[Record]]:
        """The records that bear an identifier of a work, each offered to it, and those that bear none.

        A refused record is kept too, or its refusal would be forgotten.
        """
        kept: list[Record] = []
        unclaimed: list[Record] = []
        for record in parsed.records:
            drafts = {id(draft): draft for one in record.identifiers for draft in index.get(one, ())}
            (kept if drafts else unclaimed).append(record)
            for draft in drafts.values():
                if offer(draft, record, "identifier").is_accepted:
                    self._health[name].works.add(draft.place)
        return kept, unclaimed

    def _offer_by_search(
        self,
        unclaimed: Sequence[Record],
        records: Sequence[Record],
        reply: Reply,
        searching: Mapping[str, Sequence[Draft]],
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
            for draft in searching.get(question, ()):
                if draft.has_identity:
                    continue
                is_titled = draft.entry.title is not None
                chosen = offer_candidates(draft, unclaimed, "title") if is_titled else offer_quoted(draft, records)
                if is_titled and not draft.has_identity:
                    near = [one.record for one in draft.near if one.record in unclaimed]
                    accepted += near
                    self._store.put_title_answer(near_question(question), (one.identifiers[0] for one in near))
                accepted += chosen
                for record in chosen:
                    self._health[name].works.add(draft.place)
                    self._store.put_title_answer(question, record.identifiers)
        return accepted
