"""How two lists of authors agree."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from enrich.text.name_matches import NameMatch, compare_names, normalize_surname
from enrich.text.names import to_display
from enrich.text.title_forms import fold
from enrich.text.transliteration import normalize_sound, to_latin

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class AuthorComparison(NamedTuple):
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
    if not mine or not other:
        return AuthorComparison(AuthorRelation.UNKNOWN, n_left=len(mine), n_right=len(other))
    pairs = _pair(mine, other)
    if not pairs and any(kinds[0] is not kinds[1] for kinds in _kinds_of_names(mine, other)):
        return AuthorComparison(AuthorRelation.UNKNOWN, n_left=len(mine), n_right=len(other))
    matched = {place for place, _, _ in pairs}, {place for _, place, _ in pairs}
    rest = [
        [author for place, author in enumerate(side) if place not in taken]
        for side, taken in zip((mine, other), matched, strict=True)
    ]
    unmatched = tuple(map(to_display, rest[0])), tuple(map(to_display, rest[1]))
    n_full = sum(match is NameMatch.SAME for _, _, match in pairs)
    relation = _relation(len(pairs), len(mine), len(other))
    n_near = _count_near(*([author.name for author in side if not author.is_organization] for side in rest))
    is_first_shared = 0 in matched[0] and 0 in matched[1]
    return AuthorComparison(relation, len(pairs), n_full, len(mine), len(other), n_near, is_first_shared, unmatched)


def _kinds_of_names(*sides: Sequence[Author]) -> tuple[list[bool], list[bool]]:
    """Whether each side names only people, and whether all its names are in letters that Latin can stand for."""
    people = [all(not author.is_organization for author in side) for side in sides]
    return people, [all(to_latin(author.name).isascii() for author in side) for side in sides]


def _count_near(left: Sequence[str], right: Sequence[str]) -> int:
    """Names on the left that are alike one on the right in half of their letters, each taken once."""
    alike, free, n_near = 60, [fold(name).replace(" ", "") for name in right], 0
    for name in (fold(name).replace(" ", "") for name in left):
        best = max(free, key=lambda other: fuzz.ratio(name, other), default=None)
        if best is not None and fuzz.ratio(name, best) >= alike:
            free.remove(best)
            n_near += 1
    return n_near


def _relation(n_shared: int, n_left: int, n_right: int) -> AuthorRelation:
    shorter, longer = sorted((n_left, n_right))
    if n_shared == longer:
        return AuthorRelation.SAME
    if n_shared == shorter:
        return AuthorRelation.INCLUDED
    if n_shared * 2 >= shorter:
        return AuthorRelation.OVERLAPPING
    return AuthorRelation.FEW if n_shared else AuthorRelation.NONE


def _pair(left: Sequence[Author], right: Sequence[Author]) -> list[tuple[int, int, NameMatch]]:
    """Pairs of places, the best match of each left name first come: one written alike, or else the nearest."""
    free = list(range(len(right)))
    pairs: list[tuple[int, int, NameMatch]] = []
    for place, author in enumerate(left):
        order = sorted(free, key=lambda other: (right[other].name != author.name, abs(other - place)))
        best, found = NameMatch.DIFFERENT, -1
        for other in order:
            if best is NameMatch.COMPATIBLE and _surname(author) != _surname(right[other]):
                continue  # only the same name would be nearer
            match = _compare(author, right[other])
            if match > best:
                best, found = match, other
            if match is NameMatch.SAME:
                break
        if found >= 0:
            pairs.append((place, found, best))
            free.remove(found)
    return pairs


def _surname(author: Author) -> str:
    return normalize_surname(author.family or author.name)


def _compare(left: Author, right: Author) -> NameMatch:
    match = compare_names(left, right)
    if match is NameMatch.DIFFERENT and left.family and right.family and left.given and right.given:
        shortest = 6
        mine, other = normalize_surname(left.family), normalize_surname(right.family)
        if min(len(mine), len(other)) < shortest:
            return match
        sounds = normalize_sound(mine), normalize_sound(other)
        is_slip = min(map(len, sounds)) >= shortest and 1 in (
            DamerauLevenshtein.distance(mine, other, score_cutoff=1),
            DamerauLevenshtein.distance(*sounds, score_cutoff=1),
        )
        if is_slip:
            same_surname = type(left)(left.name, right.family, left.given)
            return min(compare_names(same_surname, right), NameMatch.COMPATIBLE)
    return match
