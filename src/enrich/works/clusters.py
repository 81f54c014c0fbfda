"""A work in the making: the entries that name it, the identifiers and records that were taken for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.merge.precedence import CORRECTIONS, LIST
from enrich.model.entry import EntryKind
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.reference import NearRecord
from enrich.model.work import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.corrections import Pin, Rejection
    from enrich.model.entry import Entry
    from enrich.model.record import Record
    from enrich.model.verdict import Verdict

_MOST_NEAR = 8
# A paper's code repository and a bare address name other things than the paper.
_OTHER_THINGS = frozenset({Scheme.GITHUB})


@dataclass(frozen=True, slots=True)
class Match:
    """A record that is the work's, and why it is believed."""

    record: Record
    verdict: Verdict
    method: str
    """``identifier``, ``title``, ``abstract``, ``catalogue`` or ``store``."""


@dataclass(slots=True)
class Cluster:
    """A work in the making: the entries that name it and what was accepted so far."""

    entries: list[tuple[str, Entry]]
    identifiers: dict[Identifier, str] = field(default_factory=dict)
    """Identifier to who said so first; in the order in which they were learned."""
    matches: list[Match] = field(default_factory=list)
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
        """(list name, entry order) of the first entry, which no other cluster has."""
        return self.entries[0][0], self.entries[0][1].order

    @property
    def has_identity(self) -> bool:
        """Whether a curator, some source or the catalogue knows it by an identifier."""
        return bool(self.pins) or any(one.record.identifiers for one in self.matches)

    @property
    def confirmed(self) -> frozenset[Identifier]:
        """The identifiers that an accepted record bears."""
        return frozenset(identifier for one in self.matches for identifier in one.record.identifiers)

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
        wrong = [one.record for one in self.matches if not rejected.isdisjoint(one.record.identifiers)]
        self.matches = [one for one in self.matches if one.record not in wrong]
        taught = {one for record in wrong for one in _taught(record)}
        known = {one for accepted in self.matches for one in _taught(accepted.record)}
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

    def absorb(self, other: Cluster) -> None:
        """Take over everything of a cluster that turned out to be the same work."""
        self.entries += other.entries
        for identifier, said_by in other.identifiers.items():
            self.identifiers.setdefault(identifier, said_by)
        known = {(one.record.source, one.record.identifiers, one.record.stage) for one in self.matches}
        for one in other.matches:
            if (one.record.source, one.record.identifiers, one.record.stage) not in known:
                self.matches.append(one)
        self.refused.update(other.refused)
        self.refusals = other.refusals | self.refusals
        self.near = [*self.near, *other.near][:_MOST_NEAR]
        self.pins = tuple(dict.fromkeys((*self.pins, *other.pins)))
        self.rejections = tuple(dict.fromkeys((*self.rejections, *other.rejections)))
        self.held += other.held
        self.drop_rejected()


def _taught(record: Record) -> set[Identifier]:
    return {*record.identifiers, *(one.identifier for one in record.relations)}


def identity_identifiers(entry: Entry) -> tuple[Identifier, ...]:
    """The identifiers of an entry that name the work itself and not its code or a page about it."""
    if entry.kind in (EntryKind.SOFTWARE, EntryKind.WEBSITE, EntryKind.DATASET):
        return entry.identifiers
    return tuple(one for one in entry.identifiers if one.scheme not in _OTHER_THINGS)
