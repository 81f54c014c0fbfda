"""What pairs that are judged together tell of each other: titles that come again, and titles that answer better."""

from __future__ import annotations

from collections import defaultdict
from heapq import nlargest
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.matching.description import Description

NO_RIVAL = -20.0
"""The lead of a title that is far behind, and where nothing else is known."""
_RAREST_WORDS, _MOST_TITLES = 3, 200


class Peers:
    """The titles that each side of a set of pairs bears.

    Works compete: a title on one side that is nearer to the other side's than its partner speaks against the pair
    (collective resolution). What is rare among the data at hand tells more where it agrees (Winkler 1989,
    frequency-based matching): a title that one side holds in several years is a column.

    >>> from enrich.matching.description import describe_fields
    >>> sides = [describe_fields({"title": "Ten Questions", "year": year}) for year in (1998, 1999, 2000, 2000)]
    >>> Peers((side, side) for side in sides).count_years("Ten questions")
    3
    """

    def __init__(self, pairs: Iterable[tuple[Description, Description]] = ()) -> None:
        self._sides = _Side(), _Side()
        for pair in pairs:
            for side, described in zip(self._sides, pair, strict=True):
                side.add(normalize_title(described.title or ""), described.year)

    def count_years(self, title: str) -> int:
        """Return in how many years a title is known, the most on any one side; at least one."""
        return max(1, *(len(side.years.get(normalize_title(title), ())) for side in self._sides))

    def find_leads(self, left: Description, right: Description) -> tuple[float, float]:
        """Return by how much another title of either side is nearer to the other side's title, the least first.

        The amounts are in points of rapidfuzz's ratio, at least ``NO_RIVAL``.
        """
        titles = [normalize_title(side.title or "") for side in (left, right)]
        leads = sorted(
            side.find_lead(mine, other) for side, mine, other in zip(self._sides, titles, titles[::-1], strict=True)
        )
        return leads[0], leads[1]


class _Side:
    """Titles in normal form with their years, found by their words."""

    def __init__(self) -> None:
        self.years: dict[str, set[int]] = {}
        self._titles_with: dict[str, list[str]] = defaultdict(list)
        self._nearest: dict[str, list[tuple[float, str]]] = {}

    def add(self, title: str, year: int | None) -> None:
        if title not in self.years:
            self.years[title] = set()
            for word in set(title.split()):
                self._titles_with[word].append(title)
        if year:
            self.years[title].add(year)

    def find_lead(self, mine: str, other: str) -> float:
        if other not in self._nearest:
            known = [word for word in set(other.split()) if word in self._titles_with]
            rare = sorted(known, key=lambda word: (len(self._titles_with[word]), word))[:_RAREST_WORDS]
            found = map(self._titles_with.__getitem__, rare)
            near = {title for titles in found if len(titles) <= _MOST_TITLES for title in titles}
            self._nearest[other] = nlargest(2, ((fuzz.ratio(title, other), title) for title in near))
        rival = max((ratio for ratio, title in self._nearest[other] if title != mine), default=0.0)
        return max(NO_RIVAL, rival - fuzz.ratio(mine, other)) if rival else NO_RIVAL
