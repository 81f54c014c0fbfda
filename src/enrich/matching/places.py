"""Where two descriptions say that the work appeared: venue, volume, issue, pages."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from enrich.matching.description import Description


class PlaceRelation(IntEnum):
    """How two places agree."""

    SAME = 0
    """Volume and first page agree."""
    COMPATIBLE = 1
    """Venues agree, or too little is known."""
    OTHER_VENUE = 2
    OTHER_VOLUME = 3
    OTHER_PAGES = 4


_NOISE = re.compile(
    r"\b(?:the|of|and|for|on|in|a|an|annual|proceedings|proc|conference|conf|international|intl|int|symposium|symp|ieee|acm"
    r"|cvf|transactions|journal|advances|workshop|meeting|th|st|nd|rd|\d+(?:st|nd|rd|th)?)\b"
)
_ACRONYM = re.compile(r"[A-Z][A-Za-z]?[A-Z&/]+[A-Za-z]*")
_PAGE = re.compile(r"\d+")


def compare_venues(left: str, right: str) -> bool | None:
    """Return whether two venues agree, or None where an abbreviation leaves it open.

    >>> compare_venues("Phys. Rev. Lett.", "Physical Review Letters"), compare_venues("Nature", "Science")
    (True, False)
    >>> compare_venues("NeurIPS", "Advances in Neural Information Processing Systems 32 (NeurIPS 2019)")
    True
    """
    mine, other = normalize_title(left), normalize_title(right)
    if mine == other or mine in other.split() or other in mine.split():
        return True
    words = mine.split(), other.split()
    if _abbreviates(*words) or _abbreviates(*reversed(words)):
        return True
    if _is_acronym_of(left, words[1]) or _is_acronym_of(right, words[0]):
        return True
    cores = [_NOISE.sub(" ", side).split() for side in (mine, other)]
    if cores[0] and cores[1] and (_abbreviates(*cores) or _abbreviates(*reversed(cores))):
        return True
    shared = set(cores[0]) & set(cores[1])
    if not cores[0] or not cores[1] or (shared and len(shared) * 2 >= min(len(set(core)) for core in cores)):
        return None
    return None if any(_ACRONYM.fullmatch(side.strip()) for side in (left, right)) else False


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Whether each word of one begins the word of the other, small words aside."""
    small = {"of", "the", "and", "in", "for", "on", "de", "la", "fur"}
    mine = [word for word in short if word not in small]
    other = [word for word in long if word not in small]
    return (
        bool(mine)
        and len(mine) == len(other)
        and all(full.startswith(part) for part, full in zip(mine, other, strict=True))
    )


def _is_acronym_of(short: str, words: list[str]) -> bool:
    letters = re.sub(r"[^A-Za-z]", "", short)
    initials = "".join(
        word[0] for word in words if word not in {"of", "the", "and", "in", "for", "on"} and not word.isdigit()
    )
    return len(letters) > 1 and letters.lower() in {initials, initials.removeprefix("p"), initials.removeprefix("a")}


def compare_places(left: Description, right: Description) -> PlaceRelation:
    """Return how the places of two descriptions agree."""
    venues = compare_venues(left.venue, right.venue) if left.venue and right.venue else None
    volumes = agree_in_number(left.volume, right.volume)
    issues = agree_in_number(left.issue, right.issue)
    pages = _agree_in_pages(left.pages, right.pages)
    if venues is False:
        return PlaceRelation.OTHER_VENUE
    if volumes and pages and (venues or issues is not False):
        return PlaceRelation.SAME
    if pages is False:
        return PlaceRelation.OTHER_PAGES
    if volumes is False or (issues is False and not pages):
        return PlaceRelation.OTHER_VOLUME
    return PlaceRelation.COMPATIBLE


def agree_in_number(left: str | None, right: str | None) -> bool | None:
    """Whether two volumes or issues have one number; None where one is unknown."""
    if not left or not right:
        return None
    mine, other = (re.sub(r"^(?:vol|no|bd|nr|t)\w*\W*|^0+(?=\d)", "", normalize_title(side)) for side in (left, right))
    return mine == other


def _agree_in_pages(left: str | None, right: str | None) -> bool | None:
    """Whether the first pages agree; None where one is an article number or a count of pages."""
    if not left or not right:
        return None
    first = [_PAGE.search(side) for side in (left, right)]
    if not first[0] or not first[1]:
        return None
    if first[0][0].lstrip("0") == first[1][0].lstrip("0"):
        return True
    are_ranges = all(re.search(r"\d\s*[-–—]+\s*\w*\d", side) for side in (left, right))
    are_numbers = not any(re.search(r"[-–—]", side) for side in (left, right))
    return False if are_ranges or are_numbers else None
