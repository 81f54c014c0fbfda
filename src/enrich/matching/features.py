"""A pair of descriptions as named features, each with the bin into which it falls."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorComparison, AuthorRelation, compare_authors
from enrich.matching.generic import is_generic
from enrich.matching.identifiers import IdentifierRelation, compare_identifiers
from enrich.matching.kinds import Kind, kind_of
from enrich.matching.places import agree_in_number, agree_in_pages, compare_venues
from enrich.matching.titles import TitleComparison, TitleRelation, compare_titles
from enrich.text.titles import fold, normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.matching.description import Description


@dataclass(frozen=True)
class Pair:
    """Two descriptions and their comparisons, each made once, when somebody asks for it."""

    left: Description
    right: Description

    @cached_property
    def titles(self) -> TitleComparison:
        """The closest of the titles that the two sides bear."""
        sides = [[title for title in (side.title, *side.other_titles) if title] for side in (self.left, self.right)]
        found = [compare_titles(*self._without_names(one, another)) for one in sides[0] for another in sides[1]]
        return max(found, key=lambda each: (each.relation is TitleRelation.EQUAL, each.share, each.similarity))

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words of the names on both sides."""
        return frozenset(
            word for side in (self.left, self.right) for one in side.authors for word in fold(one.name).split()
        )

    def _without_names(self, *titles: str) -> Iterator[str]:
        """The titles without names of the authors at their ends, as ISBD and damaged references put them there."""
        for title in titles:
            words = normalize_title(title).split()
            start, end = 0, len(words)
            while end > 1 and self._is_name(words[end - 1]):
                end -= 1
            while start < end - 1 and self._is_name(words[start]):
                start += 1
            has_name = any(len(word) > 1 for word in (*words[:start], *words[end:]))
            yield " ".join(words[start:end]) if has_name else title

    def _is_name(self, word: str) -> bool:
        """Whether a word is an initial or part of an author's name."""
        return word in self._names or (len(word) == 1 and bool(self._names) and word.isalpha())

    @cached_property
    def authors(self) -> AuthorComparison:
        """The comparison of the authors."""
        return compare_authors(self.left, self.right)

    @cached_property
    def identifiers(self) -> IdentifierRelation:
        """The comparison of the identifiers."""
        return compare_identifiers(self.left.identifiers, self.right.identifiers)

    @cached_property
    def kinds(self) -> tuple[Kind | None, Kind | None]:
        """The kind of each side."""
        return kind_of(self.left), kind_of(self.right)

    @cached_property
    def are_venues_equal(self) -> bool | None:
        """Whether the venues agree; None where one is unknown or an abbreviation leaves it open."""
        if not self.left.venue or not self.right.venue:
            return None
        return compare_venues(self.left.venue, self.right.venue)

    @property
    def years_apart(self) -> int | None:
        """Right year minus left year."""
        if self.left.year is None or self.right.year is None:
            return None
        return self.right.year - self.left.year

    @cached_property
    def has_preprint(self) -> bool:
        """Whether exactly one side is a preprint."""
        return (self.kinds[0] is Kind.PREPRINT) is not (self.kinds[1] is Kind.PREPRINT)


def featurize(pair: Pair) -> dict[str, str]:
    """Return the bin of each feature; a feature that nothing is known of is left out."""
    title = _title_class(pair.titles)
    people = _author_class(pair)
    features = {
        **_title_features(pair.titles),
        **_author_features(pair),
        **_place_features(pair),
        "identifiers": pair.identifiers.value,
        "kinds": _kind_class(pair),
        "year": _year_class(pair),
        "title and authors": f"{title}, {people}",
        **_combined(pair, title, people),
    }
    return {name: value for name, value in features.items() if value != "unknown"}


def _detail_class(pair: Pair) -> str:
    """How much the side that says less says."""
    return min((_detail(side) for side in (pair.left, pair.right)), key=_DETAILS.index)


_DETAILS = ("title", "people", "year or venue", "year and venue", "type or pages")


def _detail(side: Description) -> str:
    if side.type or side.pages or side.volume:
        return _DETAILS[4]
    n_known = (side.year is not None) + (side.venue is not None)
    if not n_known:
        return _DETAILS[1 if side.authors else 0]
    return _DETAILS[1 + n_known]


def _combined(pair: Pair, title: str, people: str) -> dict[str, str]:
    """What only tells together."""
    venue = _VENUES[pair.are_venues_equal] if pair.left.venue and pair.right.venue else "unknown"
    years = pair.years_apart
    when = "year unknown" if years is None else "same year" if not years else "next year" if abs(years) == 1 else "years apart"
    if pair.has_preprint:
        when = "preprint"
    detail = _detail_class(pair)
    generic = "generic title" if is_generic(pair.left.title or "") or is_generic(pair.right.title or "") else "unknown"
    known = {"generic": generic, "poorest side": detail, "title and detail": f"{title}, {detail}", "people and detail": f"{people}, {detail}"}
    if title == "equal":
        return known | {
            "equal title": f"{people}, {when}, venue {venue}",
            "equal title of": f"{_bin(pair.titles.shared, (10, 20, 30, 45))} bits, {people}",
        }
    if title == "cut":
        return known | {"cut title": f"{people}, {when}", "cut title of": f"{_bin(pair.titles.shared, (10, 20, 30, 45))} bits, {people}"}
    return known | {"other title": f"{_bin(pair.titles.share, (.5, .7, .8, .9))}, {people}, {when}"}


def _bin(value: float, edges: Sequence[float]) -> str:
    """``< 4``, ``4 to 8`` … ``>= 24``."""
    place = bisect_right(edges, value)
    if not place:
        return f"< {edges[0]:g}"
    return f">= {edges[-1]:g}" if place == len(edges) else f"{edges[place - 1]:g} to {edges[place]:g}"


def _title_features(titles: TitleComparison) -> dict[str, str]:
    return {
        "title": titles.relation.value,
        "words swapped": _bin(titles.swapped, (0.1, 4, 8, 12, 18, 30)),
        "words dropped": _bin(titles.dropped, (0.1, 4, 8, 14, 24, 40)),
        "words shared": _bin(titles.shared, (8, 16, 24, 36, 52, 80)),
        "title share": _bin(titles.share, (0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999)),
        "letters": _bin(titles.similarity, (40, 50, 60, 70, 80, 90, 95)),
        "slips": _bin(titles.n_slips, (1, 2)),
        "numbers": titles.numbers.value,
    }


def _title_class(titles: TitleComparison) -> str:
    if titles.relation in (TitleRelation.EQUAL, TitleRelation.SPELLING, TitleRelation.REORDERED):
        return "equal"
    if titles.relation in (TitleRelation.SWAPPED, TitleRelation.OTHER):
        return "swapped" if titles.relation is TitleRelation.SWAPPED else "other"
    return "cut"


def _author_class(pair: Pair) -> str:
    authors = pair.authors
    if authors.relation is AuthorRelation.UNKNOWN:
        return "authors unknown"
    n = authors.n_shared + authors.n_near
    if n >= min(authors.n_left, authors.n_right):
        return "same authors" if n > 1 else "one author"
    return "some authors" if n else "no author"


def _author_features(pair: Pair) -> dict[str, str]:
    authors = pair.authors
    if authors.relation is AuthorRelation.UNKNOWN:
        n_named = bool(authors.n_left) + bool(authors.n_right)
        return {"authors": ("nobody named", "named on one side", "not to be compared")[n_named]}
    n = authors.n_shared + authors.n_near
    shorter, longer = sorted((authors.n_left, authors.n_right))
    has_more = pair.left.has_more_authors or pair.right.has_more_authors
    length = "alike" if n >= longer else "truncated" if has_more or shorter < longer else "as long"
    return {
        "authors": f"{authors.relation.name.lower()}",
        "authors shared": str(min(authors.n_shared, 4)),
        "authors alike": str(min(authors.n_near, 2)),
        "author lists": length,
        "share of authors": _bin(n / shorter, (0.01, 0.34, 0.5, 0.67, 1)),
        "first author": "shared" if authors.is_first_shared else "not shared",
        "given names": "in full" if authors.n_full else "initials" if authors.n_shared else "unknown",
    }


def _year_class(pair: Pair) -> str:
    years = pair.years_apart
    if years is None:
        return "unknown"
    if pair.has_preprint:
        later = years if pair.kinds[0] is Kind.PREPRINT else -years
        return f"preprint {_bin(later, (-2, 0, 1, 2, 4, 7))} before"
    known = "" if None in pair.kinds else "stated kinds, "
    return known + ("same" if not years else f"{_bin(abs(years), (1, 2, 3, 6))} apart")


def _kind_class(pair: Pair) -> str:
    mine, other = pair.kinds
    if mine is None or other is None:
        return "unknown"
    if mine is other or (pair.are_venues_equal and {mine, other} == {Kind.ARTICLE, Kind.PAPER}):
        return "both " + ("book" if mine is Kind.BOOK else "alike")
    return " and ".join(sorted((mine.value, other.value)))


_VENUES = {True: "same", False: "other", None: "alike"}
_WORDS = {True: "same", False: "other", None: "unknown"}


def _place_features(pair: Pair) -> dict[str, str]:
    left, right = pair.left, pair.right
    venues = _VENUES[pair.are_venues_equal] if left.venue and right.venue else "unknown"
    volume = agree_in_number(left.volume, right.volume)
    pages = agree_in_pages(left.pages, right.pages)
    year = "" if pair.years_apart is None else ", same year" if not pair.years_apart else ", other year"
    return {
        "venue": venues,
        "venue and year": f"{venues}{year}" if year and not pair.has_preprint else "unknown",
        "volume": _WORDS[volume] + (", same venue" if pair.are_venues_equal else "") if volume is not None else "unknown",
        "issue": _WORDS[agree_in_number(left.issue, right.issue)],
        "pages": _WORDS[pages] + (", same venue" if pair.are_venues_equal else "") if pages is not None else "unknown",
        "language": _WORDS[None],
    }
