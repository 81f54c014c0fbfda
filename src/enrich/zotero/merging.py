"""Three-way merge of an item: what stood there after the last sync, what stands there now, what the run says.

A value that somebody changed in the library is theirs: it stays, and where the run has news for it, that is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.zotero.items import OWN_ID, Properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from enrich.zotero.items import Item


@dataclass(slots=True)
class Base:
    """What the last sync left of one item."""

    written: Properties = field(default_factory=dict)
    """The properties that are ours, as the library had them then."""
    wanted: Properties = field(default_factory=dict)
    """What the run said then."""
    tags: list[str] = field(default_factory=list)
    """Those that we added."""
    wanted_tags: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    """Keys of those into which we put it."""
    wanted_collections: list[str] = field(default_factory=list)

    @property
    def is_first(self) -> bool:
        """Whether no sync has seen the item yet."""
        return not self.wanted


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that was changed in the library and that a run knows otherwise now; the library's stands."""

    work_id: str
    title: str
    field: str
    theirs: str
    ours: str


@dataclass(slots=True)
class Merged:
    """What to change in an item, and what the next merge compares with."""

    changes: Properties
    base: Base
    conflicts: list[Conflict]


def merge_properties(item: Item, theirs: Properties, base: Base) -> Merged:
    """Return the changes of fields, and the conflicts.

    An item of another type than the run's, which a person chose, gets nothing but its identity: a field of the
    published paper on a preprint would describe neither.
    """
    wanted = item.properties
    changes: Properties = {}
    conflicts: list[Conflict] = []
    written: Properties = {}
    is_retyped = theirs.get("itemType") != wanted["itemType"]
    is_ours = theirs.get("itemType") == base.written.get("itemType")
    if is_retyped and not is_ours:
        if not base.is_first and wanted["itemType"] != base.wanted.get("itemType"):
            conflicts.append(_conflict(item, "itemType", theirs.get("itemType"), wanted["itemType"]))
        names: Iterable[str] = [f"extra:{OWN_ID}"]
    else:
        names = dict.fromkeys((*wanted, *base.written))
    for name in names:
        ours, now, before = wanted.get(name), theirs.get(name), base.written.get(name)
        if _equal(ours, now):
            if ours:
                written[name] = now
        elif _equal(now, before):
            if ours:
                changes[name] = written[name] = ours
            elif is_retyped:
                changes[name] = ""  # it described the version before
            else:
                written[name] = now  # what nobody knows any more is not lost
        elif ours and not base.is_first and not _equal(ours, base.wanted.get(name)):
            conflicts.append(_conflict(item, name, now, ours))
    return Merged(changes, Base(written=written, wanted=dict(wanted)), conflicts)


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401 (texts or lists of creators)
    return (one or None) == (other or None)


def _conflict(item: Item, name: str, theirs: Any, ours: Any) -> Conflict:  # noqa: ANN401 (texts or lists of creators)
    return Conflict(item.work_id, item.title, name.removeprefix("extra:"), _to_text(theirs), _to_text(ours))


def _to_text(value: Any) -> str:  # noqa: ANN401 (texts or lists of creators)
    if isinstance(value, list):
        return "; ".join(one.get("name") or f"{one.get('lastName')}, {one.get('firstName')}" for one in value)
    return str(value or "")


@dataclass(frozen=True, slots=True)
class MergedSet:
    """A set after a merge, in the library's order, and those of its members that are ours."""

    members: list[str]
    ours: list[str]


def merge_sets(
    wanted: Iterable[str], theirs: Iterable[str], ours: Iterable[str], wanted_before: Iterable[str]
) -> MergedSet:
    """Return the union without what only we had put there and want no more; what a person took out stays out.

    >>> merge_sets(["a", "b"], ["x", "a", "c"], ours=["c"], wanted_before=["a", "c"]).members
    ['x', 'a', 'b']
    """
    goal, before = dict.fromkeys(wanted), set(wanted_before)
    mine = set(ours)
    present = dict.fromkeys(theirs)
    kept = [one for one in present if one in goal or one not in mine]
    added = [one for one in goal if one not in present and one not in before]
    return MergedSet([*kept, *added], [one for one in (*kept, *added) if one in mine or one in added])


def merge_tags(item: Item, theirs: Iterable[Mapping[str, Any]], base: Base) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the tags of an item as its JSON has them, and those of them that are ours: tags are only ever added."""
    now = {str(one.get("tag")): dict(one) for one in theirs}
    wanted = (*base.tags, *item.tags, *item.automatic_tags)
    merged = merge_sets(wanted, now, base.tags, base.wanted_tags)
    automatic = set(item.automatic_tags)
    return [
        now.get(tag) or ({"tag": tag, "type": 1} if tag in automatic else {"tag": tag}) for tag in merged.members
    ], merged.ours
