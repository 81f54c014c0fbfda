"""How two lists of authors agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from enrich.text.name_matches import NameMatch, compare_names
from enrich.text.names import to_display
from enrich.text.title_forms import fold
from enrich.text.transliteration import to_latin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.matching.description import Description
    from enrich.model.persons import Author


class AuthorRelation(IntEnum):
    """How two lists of authors agree, from the closest down."""

    SAME = 0
    """Each has its counterpart."""
    INCLUDED = 1
    """Everybody on the shorter list is on the longer one."""
    OVERLAPPING = 2
    """At least half of the shorter list."""
    UNKNOWN = 3
    """A side names nobody, or an organization where the other names people, or in a script that cannot be compared."""
    FEW = 4
    """Somebody, but less than half."""
    NONE = 5


@dataclass(frozen=True, slots=True)
class AuthorComparison:
    """A relation and what it rests on."""

    relation: AuthorRelation
    n_shared: int = 0
    n_full: int = 0
    """Shared ones whose given names agree in full."""
    n_left: int = 0
    n_right: int = 0
    n_near: int = 0
    """Further ones whose names are alike, as damage to letters leaves them."""
    is_first_shared: bool = False
    """Whether the first author of either side is on the other."""
    unmatched: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Names without a counterpart, left and right."""


def compare_authors(left: Description, right: Description) -> AuthorComparison:
    """Return how the authors of two descriptions agree."""
    mine, other = left.authors, right.authors
    pairs = list(_pair(mine, other))
    rest = [
        [author for place, author in enumerate(side) if place not in taken]
        for side, taken in ((mine, {pair[0] for pair in pairs}), (other, {pair[1] for pair in pairs}))
    ]
    return AuthorComparison(
        relation=_relation(mine, other, len(pairs)),
        n_shared=len(pairs),
        n_full=sum(match is NameMatch.SAME for _, _, match in pairs),
        n_left=len(mine),
        n_right=len(other),
        n_near=_count_near(*([fold(one.name) for one in side if not one.is_organization] for side in rest)),
        is_first_shared=0 in {pair[0] for pair in pairs} and 0 in {pair[1] for pair in pairs},
        unmatched=(tuple(map(to_display, rest[0])), tuple(map(to_display, rest[1]))),
    )


def _pair(left: Sequence[Author], right: Sequence[Author]) -> Iterator[tuple[int, int, NameMatch]]:
    """Places of each left name and its best match among those that are free, the nearest first."""
    free = list(range(len(right)))
    for place, author in enumerate(left):
        best, found = NameMatch.DIFFERENT, -1
        for other in sorted(free, key=lambda other: (abs(other - place), -other)):
            match = compare_names(author, right[other])
            if match > best:
                best, found = match, other
            if match is NameMatch.SAME:
                break
        if best is not NameMatch.DIFFERENT:
            free.remove(found)
            yield place, found, best


def _relation(left: Sequence[Author], right: Sequence[Author], n_shared: int) -> AuthorRelation:
    shorter, longer = sorted((len(left), len(right)))
    kinds = [
        (any(one.is_organization for one in side), all(to_latin(one.name).isascii() for one in side))
        for side in (left, right)
    ]
    if not shorter or (not n_shared and kinds[0] != kinds[1]):
        return AuthorRelation.UNKNOWN
    if n_shared == shorter:
        return AuthorRelation.SAME if n_shared == longer else AuthorRelation.INCLUDED
    if n_shared * 2 >= shorter:
        return AuthorRelation.OVERLAPPING
    return AuthorRelation.FEW if n_shared else AuthorRelation.NONE


def _count_near(left: Sequence[str], right: Sequence[str]) -> int:
    """Names on the left that are alike one on the right in half of their letters, each taken once."""
    alike, free, n_near = 60, list(right), 0
    for name in left:
        found = process.extractOne(name, free, scorer=fuzz.ratio, score_cutoff=alike)
        if found:
            free.remove(found[0])
            n_near += 1
    return n_near
