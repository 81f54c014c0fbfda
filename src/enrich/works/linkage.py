"""From entries to drafts: which entries name one work, and which drafts turned out to be one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from enrich.corrections import Corrections
from enrich.matching.description import describe_entry
from enrich.matching.verify import verify
from enrich.merge.precedence import CORRECTIONS, LIST
from enrich.model.identifiers import Identifier, Scheme
from enrich.works.drafts import Draft, identity_identifiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.model.entry import Entry, ReadingList


def to_drafts(lists: Sequence[ReadingList], corrections: Corrections | None = None) -> list[Draft]:
    """One draft per work: entries are one work when they share an identifier and their titles agree.

    Two titles under one link are two works until a record says otherwise: curators paste the wrong link. A pin counts
    instead of the links.

    Raises:
        ConfigError: two corrections contradict each other.
    """
    corrections = corrections or Corrections()
    drafts: list[Draft] = []
    by_identifier: dict[Identifier, list[Draft]] = {}
    by_title: dict[str, list[Draft]] = {}
    for reading_list in lists:
        for entry in reading_list.entries:
            pin = corrections.pin_of(reading_list.name, entry)
            identifiers = (pin.identifier,) if pin else identity_identifiers(entry)
            same = [draft for one in identifiers for draft in by_identifier.get(one, ())]
            if not identifiers and entry.title:
                same = by_title.get(entry.title.casefold(), [])
            words = replace(entry, identifiers=identifiers) if pin else entry
            draft = next((one for one in same if is_same_entry(one.entry, words)), None)
            if draft is None:
                draft = Draft(entries=[])
                drafts.append(draft)
            draft.entries.append((reading_list.name, entry))
            if pin:
                draft.pins = (*draft.pins, pin)
                draft.learn(identifiers, CORRECTIONS)
            draft.learn(identity_identifiers(entry), LIST)
            for one in identifiers:
                by_identifier.setdefault(one, []).append(draft)
            if entry.title:
                by_title.setdefault(entry.title.casefold(), []).append(draft)
    if corrections.rejections:
        _reject(drafts, corrections)
    return drafts


def _reject(drafts: Iterable[Draft], corrections: Corrections) -> None:
    """Let each draft know what it is not."""
    for draft in drafts:
        draft.rejections = corrections.rejections_for(draft.entries)
        draft.drop_rejected()
        for pin, rejection in product(draft.pins, draft.rejections):
            if rejection.record == pin.identifier and rejection.record in draft.rejected:
                raise pin.refuted_by(rejection, f"rejects {rejection.record}, to which the entry is pinned")


def is_same_entry(left: Entry, right: Entry) -> bool:
    """Whether two entries name one work by their own words and identifiers."""
    return left.kind == right.kind and verify(describe_entry(left), describe_entry(right)).is_accepted


def _are_kept_apart(left: Draft, right: Draft) -> bool:
    """Whether a curator knows that two drafts are not one work."""
    return not (left.rejected.isdisjoint(right.confirmed) and right.rejected.isdisjoint(left.confirmed))


def unite(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with those united that turned out to be one work: records accepted for both bear one identifier."""
    united: list[Draft] = []
    by_identifier: dict[Identifier, Draft] = {}
    for draft in drafts:
        identity = {one for one in draft.confirmed if one.scheme is not Scheme.URL}.union(draft.pinned)
        other = next((by_identifier[one] for one in sorted(identity) if one in by_identifier), None)
        if other is None or other.entry.kind != draft.entry.kind or _are_kept_apart(other, draft):
            united.append(draft)
            by_identifier.update(dict.fromkeys(identity, draft))
        else:
            other.absorb(draft)
            by_identifier.update(dict.fromkeys(other.confirmed, other))
    return united
