"""Where two descriptions say that the work appeared: venue, volume, issue, pages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.text.han import simplify_han
from enrich.text.title_forms import normalize_title, parse_roman
from enrich.text.transliteration import to_latin
from enrich.text.venues import find_label, find_truncated_venue, find_venue, venue_type

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL_WORDS = frozenset(
    "of the and in for on its de la le les des du der die das dem den von zu und fur et di del van "
    "section sect sec series ser part".split()
)
"""What abbreviations leave out."""
_NOISE = _SMALL_WORDS | frozenset(
    "a an annual proceedings proc conference conf international intl int symposium symp ieee acm cvf transactions "
    "journal advances workshop meeting volume vol".split()
)
"""What names of venues share."""
_SECTIONS = frozenset("abcdefgh")
_QUALIFIER = re.compile(
    r"\s*\((?![^()]*\d{4})[^()]*\)\s*$|\s*:\s*(?:an? |the )*(?:official|international) .*$", re.IGNORECASE
)
"""``Science (New York, N.Y.)``, ``Ecology : official journal of …``: what catalogues add to tell journals apart."""
_CUT = " ,.…"
_ENOUGH_WORDS = 4
_PAGE = re.compile(r"\d+")
_RANGE = re.compile(r"\d\s*[-–—]+\s*\w*\d")
_BEFORE_VOLUME = re.compile(r"(?:vol|no|bd|nr|t|jahrg)[a-z]*\W+|s\d+-")
_YEAR = re.compile(r"19[5-9]\d|20[0-3]\d")


@lru_cache(maxsize=8_192)
def compare_venues(left: str, right: str) -> bool | None:
    """Return whether two venues agree, or None where an abbreviation, or a series of many proceedings, leaves it open.

    >>> compare_venues("Phys. Rev. Lett.", "Physical Review Letters"), compare_venues("Nature", "Science")
    (True, False)
    >>> compare_venues("NeurIPS", "Advances in Neural Information Processing Systems 32 (NeurIPS 2019)")
    True
    >>> compare_venues("Proceedings of Machine Learning Research", "ICML")
    """
    known = _find_known(left), _find_known(right)
    if known[0] and known[0] == known[1]:
        return True
    if any(name and venue_type(name) == "proceedings" for name in known):
        return None
    if all(known):
        return False
    names = [simplify_han(_QUALIFIER.sub("", side)) for side in (left, right)]
    words = [normalize_title(to_latin(name)).split() for name in names]
    if words[0] == words[1]:
        return True
    sections = [_SECTIONS.intersection(side[1:]) for side in words]  # "Physical Review A" and "Phys. Rev. B"
    if all(sections) and not sections[0] & sections[1]:
        return False
    shortened = [[word for word in side if word not in _SMALL_WORDS] for side in words]
    telling = [[word for word in side if word not in _NOISE] for side in words]
    orders = ((names, shortened, telling), (names[::-1], shortened[::-1], telling[::-1]))
    if any(_is_acronym(*each[0]) or _abbreviates(*each[1]) or _abbreviates(*each[2]) for each in orders):
        return True
    shared, fewest = set(telling[0]) & set(telling[1]), min(map(len, telling))
    is_open = not fewest or len(shared) * 2 >= fewest or _is_start(*shortened) or _is_start(*shortened[::-1])
    return None if is_open or not "".join(words[0] + words[1]).isascii() else False


def _find_known(text: str) -> str | None:
    """The name in ``venues.csv``, also for a label such as ``KDD '16``, or for a beginning."""
    text = text.strip(_CUT)
    label = find_label(text)
    return (
        find_venue(text)
        or find_venue(re.split(r":| --? ", text)[0])
        or find_truncated_venue(text)
        or (label.venue if label and not label.is_workshop else None)
    )


def _abbreviates(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether each word of one is cut or contracted in the other; what follows four may differ."""
    place, n_found = 0, 0
    for word in short:
        if place < len(long) and _is_abbreviation(word, long[place]):
            place += 1
        elif len(word) > 1 and word == "".join(each[0] for each in long[place : place + len(word)]):
            place += len(word)  # "Transactions of the AMS"
        else:
            break
        n_found += 1
    is_whole = 0 < n_found == len(short) and (place == len(long) or (n_found > 1 and short[-1] in _SECTIONS))
    return is_whole or n_found >= _ENOUGH_WORDS


def _is_start(short: Sequence[str], long: Sequence[str]) -> bool:
    """``J. Phys. Chem.`` may be written for ``Journal of Physical Chemistry B``."""
    return len(short) > 1 and _abbreviates(short, long[: len(short)])


def _is_abbreviation(part: str, full: str) -> bool:
    """``engrg`` for ``engineering``, as ISO 4 contracts words."""
    if full.startswith(part):
        return True
    letters, fewest = iter(full), 3
    is_contracted = fewest <= len(part) < len(full) and part[0] == full[0] and part[-1] not in "aeiou"
    return is_contracted and all(letter in letters for letter in part)


def _is_acronym(short: str, long: str) -> bool:
    """``CACM`` for ``Communications of the ACM``, ``PNAS`` for ``Proceedings of the National Academy of …``."""
    words = [word for word in re.findall(r"[^\W\d_]+", long) if word.lower() not in _SMALL_WORDS]
    initials = "".join(word if word.isupper() else word[0] for word in words).lower()
    is_start = short.isupper() and len(short) >= _ENOUGH_WORDS and initials.startswith(short.lower())
    return len(words) > 1 and short.isalpha() and (is_start or short.lower() == initials)


def agree_in_number(left: str | None, right: str | None) -> bool | None:
    """Return whether two volumes or issues have one number; None where one is unknown, or a year in place of a number.

    >>> agree_in_number("A64", "64"), agree_in_number("A64", "B64"), agree_in_number("XII", "12")
    (True, False, True)
    """
    if not left or not right:
        return None
    mine, other = _read_volume(left), _read_volume(right)
    if mine[1] != other[1]:
        return None if bool(_YEAR.fullmatch(mine[1])) is not bool(_YEAR.fullmatch(other[1])) else False
    return not mine[0] or not other[0] or mine[0] == other[0]


def _read_volume(text: str) -> tuple[str, str]:
    """Letters and number of a volume: ``IT-22`` is volume 22 of a section IT, ``144(5)`` issue 5 of volume 144."""
    plain = _BEFORE_VOLUME.sub("", text.strip().lower())
    if roman := parse_roman(plain):
        return "", str(roman)
    found = re.search(r"\d+", plain)
    if not found:
        return "", normalize_title(plain)
    return re.sub(r"[^a-z]", "", plain[: found.start()]), found[0].lstrip("0") or "0"


def agree_in_pages(left: str | None, right: str | None) -> bool | None:
    """Return whether the first pages agree; None where one is an article number or a count of pages."""
    first = _PAGE.search(left or ""), _PAGE.search(right or "")
    if not left or not right or not first[0] or not first[1]:
        return None
    if first[0][0].lstrip("0") == first[1][0].lstrip("0"):
        return True
    are_ranges = bool(_RANGE.search(left)), bool(_RANGE.search(right))
    are_numbers = not re.search(r"[-–—]", left + right)
    return False if all(are_ranges) or are_numbers else None
