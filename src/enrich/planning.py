"""Which questions a round asks: pure, from what is known of each work to the largest batches that each source takes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from enrich.merge.precedence import CORRECTIONS, LIST
from enrich.model.entry import EntryKind
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Record, Stage, WorkType
from enrich.model.reference import NearRecord
from enrich.model.work import Refusal
from enrich.sources.base import Source, TitleQuestion
from enrich.text.abstracts import is_searchable
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from enrich.corrections import Pin, Rejection
    from enrich.model.entry import Entry
    from enrich.model.request import Request
    from enrich.model.traits import Traits
    from enrich.model.verdict import Verdict

_PAPER_FIELDS = frozenset(
    {
        "title",
        "authors",
        "date",
        "abstract",
        "venue",
        "edition",
        "citation_count",
        "references",
        "language",
        "link",
        "state",
    }
)
WANTED = {
    EntryKind.PAPER: _PAPER_FIELDS,
    EntryKind.BOOK: _PAPER_FIELDS - {"abstract", "references"},
    EntryKind.THESIS: _PAPER_FIELDS - {"venue", "references"},
    EntryKind.DATASET: frozenset({"title", "authors", "date", "license", "repository"}),
    EntryKind.SOFTWARE: frozenset({"authors", "date", "license", "repository"}),
    EntryKind.WEBSITE: frozenset[str](),
}
"""What a run looks for, by the kind of the entry.

Besides fields of ``Record``: ``edition`` is an index's word on where a paper appeared, ``link`` the word of the service
behind the entry's own link, ``repository`` the state of a repository, ``state`` whether a work was
retracted or corrected since.
"""

_COUNTS = frozenset({"citation_count", "references"})
OWN_LINK = frozenset({"link", "repository"})
"""Fields that only the service behind an entry's own link settles."""
_DRIFT = timedelta(hours=6)
_TURNS = 7
_MOST_NEAR = 8
# A paper's code repository and a bare address name other things than the paper.
_OTHER_THINGS = frozenset({Scheme.GITHUB})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A record that is the work's, and why it is believed."""

    record: Record
    verdict: Verdict
    method: str
    """``identifier``, ``title``, ``abstract``, ``catalogue`` or ``store``."""


@dataclass(slots=True)
class Draft:
    """A work in the making: the entries that name it and what was accepted so far."""

    entries: list[tuple[str, Entry]]
    identifiers: dict[Identifier, str] = field(default_factory=dict)
    """Identifier to who said so first; in the order in which they were learned."""
    accepted: list[Accepted] = field(default_factory=list)
    refused: dict[Identifier, Verdict] = field(default_factory=dict)
    """Identifiers whose record is another work's."""
    refusals: dict[tuple[str, Identifier], Refusal] = field(default_factory=dict)
    """By source and identifier of the entries."""
    near: list[NearRecord] = field(default_factory=list)
    """Records that were compared with it and are not taken for it, the latest first."""
    pins: tuple[Pin, ...] = ()
    """What a curator knows its entries to be."""
    rejections: tuple[Rejection, ...] = ()
    """What a curator knows it, or the work that it may turn out to be, not to be."""
    held: list[tuple[Record, str]] = field(default_factory=list)
    """(record, method) of links that are judged once a record of the pinned identifier is there."""

    @property
    def entry(self) -> Entry:
        """The entry that speaks for it: the first one with a title."""
        return next((entry for _, entry in self.entries if entry.title), self.entries[0][1])

    @property
    def place(self) -> tuple[str, int]:
        """(list name, entry order) of the first entry, which no other draft has."""
        return self.entries[0][0], self.entries[0][1].order

    @property
    def has_identity(self) -> bool:
        """Whether a curator, some source or the catalogue knows it by an identifier."""
        return bool(self.pins) or any(one.record.identifiers for one in self.accepted)

    @property
    def confirmed(self) -> frozenset[Identifier]:
        """The identifiers that an accepted record bears."""
        return frozenset(identifier for one in self.accepted for identifier in one.record.identifiers)

    @property
    def usable(self) -> list[Identifier]:
        """The identifiers to ask for: those that led to another work are left out unless a record confirms them."""
        confirmed = self.confirmed
        return [one for one in self.identifiers if one not in self.refused or one in confirmed]

    @property
    def pinned(self) -> tuple[Identifier, ...]:
        """The identifiers that its entries are pinned to."""
        return tuple(dict.fromkeys(one.identifier for one in self.pins))

    @property
    def unjudged(self) -> frozenset[Identifier]:
        """The identifiers of a pinned entry's links that no record has confirmed: they may be another work's."""
        if not self.pins:
            return frozenset()
        said = {one for one, said_by in self.identifiers.items() if said_by == LIST}
        return frozenset(said) - self.confirmed - set(self.pinned)

    @property
    def identity(self) -> list[Identifier]:
        """The identifiers that are the work's own."""
        unjudged = self.unjudged
        return [one for one in self.usable if one not in unjudged]

    @property
    def rejected(self) -> frozenset[Identifier]:
        """The identifiers that a curator knows not to be the work's."""
        mine = self.confirmed.union(one for one in self.identifiers if one not in self.refused)
        return frozenset(one.record for one in self.rejections if one.target.work is None or one.target.work in mine)

    def rejects(self, record: Record) -> bool:
        """Whether a record bears an identifier that a curator knows not to be the work's."""
        return bool(self.rejections) and not self.rejected.isdisjoint(record.identifiers)

    def drop_rejected(self) -> None:
        """Forget what was believed before the work was known to be the one that a rejection names."""
        rejected = self.rejected if self.rejections else frozenset()
        if not rejected:
            return
        wrong = [one.record for one in self.accepted if not rejected.isdisjoint(one.record.identifiers)]
        self.accepted = [one for one in self.accepted if one.record not in wrong]
        taught = {one for record in wrong for one in _taught(record)}
        known = {one for accepted in self.accepted for one in _taught(accepted.record)}
        written = {one for one, said_by in self.identifiers.items() if said_by in (LIST, CORRECTIONS)}
        gone = rejected | (taught - known - written)
        self.identifiers = {one: said_by for one, said_by in self.identifiers.items() if one not in gone}
        self.refusals = {name: one for name, one in self.refusals.items() if one.identifier not in rejected}

    def learn(self, identifiers: Iterable[Identifier], said_by: str) -> None:
        """Take identifiers in, with who said so first."""
        for one in identifiers:
            self.identifiers.setdefault(one, said_by)

    def refuse(self, record: Record, verdict: Verdict) -> None:
        """Note that a record which bears an identifier of the entry is another work's."""
        bad = [one for one in record.identifiers if one in self.identifiers]
        self.note_near(record, verdict, by_identifier=bool(bad))
        self.refused.update(dict.fromkeys(bad, verdict))
        for one in bad:
            self.refusals[record.source, one] = Refusal(
                identifier=one, title=record.title or "", source=record.source, reason=verdict.reason
            )

    def note_near(self, record: Record, verdict: Verdict, *, by_identifier: bool) -> None:
        """Keep a record that was not taken for the work, for whoever wants to know what came nearest."""
        names = (record.source, record.identifiers, record.title)
        others = [one for one in self.near if (one.record.source, one.record.identifiers, one.record.title) != names]
        self.near = [NearRecord(record=record, verdict=verdict, by_identifier=by_identifier), *others][:_MOST_NEAR]

    def absorb(self, other: Draft) -> None:
        """Take over everything of a draft that turned out to be the same work."""
        self.entries += other.entries
        for identifier, said_by in other.identifiers.items():
            self.identifiers.setdefault(identifier, said_by)
        known = {(one.record.source, one.record.identifiers, one.record.stage) for one in self.accepted}
        for one in other.accepted:
            if (one.record.source, one.record.identifiers, one.record.stage) not in known:
                self.accepted.append(one)
        self.refused.update(other.refused)
        self.refusals = other.refusals | self.refusals
        self.near = [*self.near, *other.near][:_MOST_NEAR]
        self.pins = tuple(dict.fromkeys((*self.pins, *other.pins)))
        self.rejections = tuple(dict.fromkeys((*self.rejections, *other.rejections)))
        self.held += other.held
        self.drop_rejected()


def _taught(record: Record) -> set[Identifier]:
    return {*record.identifiers, *(one.identifier for one in record.relations)}


@dataclass(frozen=True, slots=True)
class FreshnessRules:
    """For how long a value is not asked for again."""

    citation_count: timedelta = timedelta(days=1)
    preprint_venue: timedelta = timedelta(days=30)
    published: timedelta = timedelta(days=180)
    not_found: timedelta = timedelta(days=7)
    repository: timedelta = timedelta(days=30)
    retraction: timedelta = timedelta(days=7)

    def not_found_in_turn(self, turn: int) -> timedelta:
        """For how long a question is not asked again that had no answer: a period, and up to another one by its turn.

        Or everything that nobody knew would be asked for again in one night.
        """
        return self.not_found * (1 + turn % _TURNS / _TURNS)

    def newest_needed(self, now: datetime) -> datetime:
        """The moment before which no kept reply is good enough for any field."""
        return now - _with_slack(self.citation_count)

    def not_before(self, name: str, record: Record, *, is_published: bool, now: datetime) -> datetime:
        """The moment before which a record's word on a field is stale."""
        if name == "citation_count":
            return now - _with_slack(self.citation_count)
        if name == "state":
            return now - _with_slack(self.retraction)
        if name == "repository":
            turn = _turn_of(str(record.identifiers[0])) if record.identifiers else 0
            return now - _with_slack(self.repository * (1 - turn / _TURNS / 4))
        if name == "venue" and not (is_published and record.stage is Stage.PUBLISHED):
            return now - _with_slack(self.preprint_venue)
        return now - _with_slack(self.published)


def counts_only(traits: Traits) -> bool:
    """Whether a source knows nothing but who cites whom."""
    return not (traits.settles | traits.supplies) - _COUNTS


def _turn_of(question: str) -> int:
    """A number below that of the turns, the same in every run."""
    return crc32(question.encode()) % _TURNS


def _with_slack(period: timedelta) -> timedelta:
    """The period less what a schedule drifts: yesterday's run may have asked a little later in its night than today's.

    >>> _with_slack(timedelta(days=1)), _with_slack(timedelta(hours=1))
    (datetime.timedelta(seconds=64800), datetime.timedelta(seconds=2700))
    """
    return period - min(period / 4, _DRIFT)


def identity_identifiers(entry: Entry) -> tuple[Identifier, ...]:
    """The identifiers of an entry that name the work itself and not its code or a page about it."""
    if entry.kind in (EntryKind.SOFTWARE, EntryKind.WEBSITE, EntryKind.DATASET):
        return entry.identifiers
    return tuple(one for one in entry.identifiers if one.scheme not in _OTHER_THINGS)


def missing_fields(draft: Draft, traits: Iterable[Traits], *, rules: FreshnessRules, now: datetime) -> frozenset[str]:
    """The wanted fields that no source which settles them has answered freshly."""
    traits = tuple(traits)
    settles = {one.name: one.settles for one in traits}
    is_published = any(one.record.stage is Stage.PUBLISHED and one.record.venue for one in draft.accepted)
    known: set[str] = set()
    for one in draft.accepted:
        record = one.record
        for name in settles.get(record.source, frozenset()):
            since = rules.not_before(name, record, is_published=is_published, now=now)
            if record.retrieved_at >= since and _answers(record, name):
                known.add(name)
    wanted = WANTED[draft.entry.kind]
    return wanted - known if _has_unconfirmed_link(draft, traits) else wanted - known - {"link"}


def _has_unconfirmed_link(draft: Draft, traits: Sequence[Traits]) -> bool:
    """Whether the entry's own link is in a scheme of a service that has not spoken for it."""
    own = next(iter(draft.pinned or identity_identifiers(draft.entry)), None)
    keepers = {one.name for one in traits if "link" in one.settles and own is not None and own.scheme in one.schemes}
    spoken = {one.record.source for one in draft.accepted if own in one.record.identifiers}
    return bool(keepers) and not keepers & spoken


def _answers(record: Record, name: str) -> bool:
    """Whether a record settles a field: a preprint's silence about a venue is an answer, with a date."""
    if name == "venue":
        return record.venue is not None or record.type is WorkType.PREPRINT
    if name == "references":
        return bool(record.references) or record.citation_count is not None
    if name in ("repository", "license", "link"):
        return True
    if name in ("edition", "language", "state"):
        return record.title is not None
    return getattr(record, name) not in (None, "", ())


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


def asked_lately(
    questions: Mapping[tuple[str, str], datetime], sources: Mapping[str, Source], rules: FreshnessRules, now: datetime
) -> dict[tuple[str, str], datetime]:
    """Those of the answered questions that are not asked again yet.

    The sources take turns, each with all its questions, which fill its batches; where every question is a request of
    its own, the questions do.
    """
    places = {name: place for place, name in enumerate(sources)}
    singles = {name for name, one in sources.items() if one.asks_singly}

    def is_lately(source: str, question: str, asked_at: datetime) -> bool:
        turn = places.get(source, 0) + (_turn_of(question) if source in singles else 0)
        return asked_at >= now - rules.not_found_in_turn(turn)

    return {
        (source, one): asked_at for (source, one), asked_at in questions.items() if is_lately(source, one, asked_at)
    }


def title_question(title: str) -> str:
    """The question that a title search asks."""
    return f"title:{normalize_title(title)}"


def quote_question(quote: str) -> str:
    """The question that a search for a quoted abstract asks."""
    return f"abstract:{hashlib.sha256(normalize_title(quote).encode()).hexdigest()[:16]}"


def search_question(entry: Entry) -> str | None:
    """The question by which an entry without identifier is searched for: its title, or the abstract that it quotes."""
    if entry.title:
        return title_question(entry.title)
    return quote_question(entry.quote) if entry.quote and is_searchable(entry.quote) else None


def plan_identifiers(
    drafts: Sequence[Draft],
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
    promised: list[set[str]] = [set() for _ in drafts]
    missing = [missing_fields(draft, traits, rules=rules, now=now) for draft in drafts]
    plan: dict[str, list[Identifier]] = {}
    for one in traits:
        for position, draft in enumerate(drafts):
            useful = (missing[position] - promised[position]) & (one.settles | one.supplies)
            chosen = _questions(draft, one, memory, useful) if useful else []
            if chosen:
                plan.setdefault(one.name, []).extend(chosen)
                promised[position] |= useful & one.settles
    return plan


def _questions(draft: Draft, traits: Traits, memory: Memory, useful: Iterable[str]) -> list[Identifier]:
    """The identifiers to ask a source for on behalf of a work: one, or all of them where it takes them together.

    What it did not answer lately it is not asked again, unless an answer of its own has become stale.
    """
    usable = [one for scheme in traits.schemes for one in draft.usable if one.scheme is scheme]
    if traits.asks_once and any((traits.name, str(one)) in memory.asked for one in usable):
        return []
    new = [one for one in usable if (traits.name, str(one)) not in memory.asked]
    fresh = [one for one in new if (traits.name, str(one)) not in memory.missed]
    recent = [one for one in fresh if (traits.name, str(one)) in memory.recent]
    if recent and not _has_stale_answer(draft, traits, useful):
        fresh = [] if traits.asks_once else [one for one in fresh if one not in recent]
    unjudged = draft.unjudged
    own = [one for one in fresh if one not in unjudged]
    # A pinned entry's link is asked for only in a batch that is asked for anyway.
    links = [one for one in fresh if one in unjudged] if own and traits.batch_size > 1 else []
    return [*(own if traits.takes_all else own[:1]), *links]


def _has_stale_answer(draft: Draft, traits: Traits, names: Iterable[str]) -> bool:
    """Whether a source once settled one of these fields, all of which are missing now."""
    records = [one.record for one in draft.accepted if one.record.source == traits.name]
    return any(_answers(record, name) for name in set(names) & traits.settles for record in records)


def plan_titles(
    drafts: Sequence[Draft], sources: Sequence[Source], *, memory: Memory
) -> dict[str, list[TitleQuestion]]:
    """The titles to search for, in the first source that has not searched for them yet; only works without identity."""
    plan: dict[str, list[TitleQuestion]] = {}
    for draft in drafts:
        entry = draft.entry
        if draft.has_identity or not entry.title or entry.kind in (EntryKind.SOFTWARE, EntryKind.WEBSITE):
            continue
        for source in sources:
            question = (source.traits.name, title_question(entry.title))
            if source.traits.searches_titles and question not in memory.asked and question not in memory.recent:
                found = TitleQuestion(entry.title, entry.authors, entry.year)
                plan.setdefault(source.traits.name, []).append(found)
                break
    return plan


def plan_quotes(drafts: Sequence[Draft], sources: Sequence[Source], *, memory: Memory) -> dict[str, list[str]]:
    """The quoted abstracts to search for, for works whose title is lost, in the first source that has not done so."""
    plan: dict[str, list[str]] = {}
    for draft in drafts:
        question = search_question(draft.entry)
        if draft.has_identity or draft.entry.title or not draft.entry.quote or question is None:
            continue
        for source in sources:
            asked = (source.traits.name, question)
            if source.traits.searches_abstracts and asked not in memory.asked and asked not in memory.recent:
                plan.setdefault(source.traits.name, []).append(draft.entry.quote)
                break
    return plan
