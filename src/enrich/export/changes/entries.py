"""Which entry of a list is which entry of its last version, whatever moved or was corrected in between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from enrich.model.entry import Entry


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An entry as both versions of a list know it."""

    order: int
    line: int | None
    file: str | None
    title: str | None
    section: tuple[str, ...]
    work_id: str
    urls: tuple[str, ...]

    @cached_property
    def name(self) -> str:
        """The title as far as a corrected capital or comma leaves it alone."""
        return normalize_title(self.title or "")

    @property
    def first_url(self) -> str | None:
        """The first link."""
        return self.urls[0] if self.urls else None


def listed_row(row: dict[str, Any]) -> Listed:
    """The entry in a row of the table ``entries``."""
    return Listed(
        order=row["order"],
        line=row.get("line"),
        file=row.get("file"),
        title=row.get("title"),
        section=tuple(row.get("section_path") or ()),
        work_id=row["work_id"],
        urls=tuple(link["url"] for link in row.get("links") or ()),
    )


def listed_entry(entry: Entry, work_id: str) -> Listed:
    """The entry that a run has just read."""
    return Listed(
        order=entry.order,
        line=entry.line,
        file=entry.file,
        title=entry.title,
        section=entry.section_path,
        work_id=work_id,
        urls=tuple(link.url for link in entry.links),
    )


_KEYS: tuple[Callable[[Listed], Hashable | None], ...] = (
    lambda one: (one.work_id, one.title, one.section),
    lambda one: (one.work_id, one.name, one.section),
    lambda one: (one.work_id, one.name),
    lambda one: (one.work_id, one.section),
    lambda one: one.work_id,
    lambda one: (one.name, one.section) if one.name else None,
    lambda one: one.name or None,
    lambda one: one.first_url,
)
"""What two versions of an entry have in common, from most to least; None = this entry has no such thing."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The entries of two versions of a list, side by side."""

    pairs: list[tuple[Listed, Listed]]
    """(before, now), in the order of the list today."""
    gone: list[Listed]
    new: list[Listed]


def match_entries(before: Iterable[Listed], now: Iterable[Listed]) -> Matching:
    """Each entry of today with the one that it was, the surest pairs first.

    Entries that a key does not tell apart (a work listed twice) are paired in the order of the list.
    """
    old, new = list(before), list(now)
    pairs: list[tuple[Listed, Listed]] = []
    for key in _KEYS:
        if not old or not new:
            break
        waiting: dict[Hashable, list[Listed]] = {}
        for one in reversed(old):
            if (value := key(one)) is not None:
                waiting.setdefault(value, []).append(one)
        rest: list[Listed] = []
        taken: set[int] = set()
        for one in new:
            value = key(one)
            if value is not None and (same := waiting.get(value)):
                taken.add(id(same[-1]))
                pairs.append((same.pop(), one))
            else:
                rest.append(one)
        old, new = [one for one in old if id(one) not in taken], rest
    pairs.sort(key=lambda pair: pair[1].order)
    return Matching(pairs, old, new)
