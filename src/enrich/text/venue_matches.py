"""Whether two names of venues mean the same one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.text.han import simplify_han
from enrich.text.title_forms import normalize_title
from enrich.text.transliteration import to_latin
from enrich.text.venues import find_label, find_truncated_venue, find_venue, venue_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_NOISE = re.compile(
    r"\b(?:the|of|and|for|on|in|a|an|annual|proceedings|proc|conference|conf|international|intl|int|symposium|symp"
    r"|ieee|acm"
    r"|cvf|transactions|journal|advances|workshop|meeting|th|st|nd|rd|\d+(?:st|nd|rd|th)?"
    r"|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|vol(?:ume)?)\b"
)
_TRUNCATED = re.compile(r"[\s,;.]*(?:& ?hellip ?;|…|\.\.\.)[\s,]*$")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]?[A-Z&/]+[A-Za-z]*")
_SMALL_WORDS = frozenset(
    "of the and in for on its de la le les des du der die das dem den des von zu und fur et di del van".split()
)
_SECTION_WORDS = frozenset("section sect sec series ser part".split())
_SECTION_LETTERS = frozenset("abcdefgh")
_SEATS = frozenset("usa us uk london lond paris berlin sssr ussr".split())
"""Where an academy or a society sits."""
_QUALIFIER = re.compile(
    r"\s*\((?![^()]*\d{4})[^()]*\)\s*$|\s*:\s*(?:an? )?(?:the )?(?:official|international) .*$", re.IGNORECASE
)
"""``Science (New York, N.Y.)``, ``Ecology : official journal of …``: what catalogues add to tell journals apart."""
_LEAST_PREFIX = 4


@lru_cache(maxsize=8_192)
def compare_venues(left: str, right: str) -> bool | None:
    """Return whether two venues agree, or None where an abbreviation, or a series of many proceedings, leaves it open.

    >>> compare_venues("Phys. Rev. Lett.", "Physical Review Letters"), compare_venues("Nature", "Science")
    (True, False)
    >>> compare_venues("NeurIPS", "Advances in Neural Information Processing Systems 32 (NeurIPS 2019)")
    True
    >>> compare_venues("Proceedings of Machine Learning Research", "ICML")
    """
    left, right = _TRUNCATED.sub("…", left).strip(" ,"), _TRUNCATED.sub("…", right).strip(" ,")
    known = _known_venue(left), _known_venue(right)
    if known[0] and known[0] == known[1]:
        return True
    if any(name and venue_type(name) == "proceedings" for name in known):
        return None
    if all(known):
        return False
    left, right = (_QUALIFIER.sub("", simplify_han(side)) for side in (left, right))
    mine, other = normalize_title(left), normalize_title(right)
    if mine.isascii() is not other.isascii():
        mine, other = normalize_title(to_latin(mine)), normalize_title(to_latin(other))
        if not mine.isascii() or not other.isascii():
            return None
    words = mine.split(), other.split()
    if mine == other:
        return True
    if _have_other_sections(*words):
        return False
    if _is_acronym_of(left, right) or _is_acronym_of(right, left) or _is_either_way(_abbreviates, *words):
        return True
    return _compare_cores(left, right, words)


def _known_venue(text: str) -> str | None:
    """The name in ``venues.csv``, also for a label such as ``KDD '16``."""
    label = find_label(text)
    return (
        find_venue(text)
        or find_venue(re.split(r":| --? ", text)[0])
        or find_truncated_venue(text.rstrip(" ,.…"))
        or (label.venue if label and not label.is_workshop else None)
    )


def _compare_cores(left: str, right: str, words: tuple[list[str], list[str]]) -> bool | None:
    """Compare what remains of two names without ``proceedings of the annual conference on``."""
    cores = [_NOISE.sub(" ", " ".join(side)).split() for side in words]
    if cores[0] and cores[1] and _is_either_way(_abbreviates, *cores):
        return True
    shared = set(cores[0]) & set(cores[1])
    if not cores[0] or not cores[1] or (shared and len(shared) * 2 >= min(len(set(core)) for core in cores)):
        return None
    if any(_ACRONYM.fullmatch(side.strip()) for side in (left, right)):
        return None
    shorter, longer = sorted(map(_venue_words, words), key=len)
    # "J. Phys. Chem." may be written for "Journal of Physical Chemistry B".
    return None if len(shorter) > 1 and _is_either_way(_abbreviates, shorter, longer[: len(shorter)]) else False


def _is_either_way(test: Callable[[list[str], list[str]], bool], left: list[str], right: list[str]) -> bool:
    return test(left, right) or test(right, left)


def _have_other_sections(left: Sequence[str], right: Sequence[str]) -> bool:
    """``Physical Review A`` and ``Phys. Rev. B``."""
    mine, other = set(left[1:]) & _SECTION_LETTERS, set(right[1:]) & _SECTION_LETTERS
    return bool(mine) and bool(other) and not mine & other


def _abbreviates(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether each word of one is cut or contracted in the other; small words and what follows four may be missing."""
    mine, other = _venue_words(short), _venue_words(long)
    if not mine:
        return False
    place = 0
    for word in mine:
        if place < len(other) and _is_abbreviation(word, other[place]):
            place += 1
        elif len(word) > 1 and word == "".join(each[0] for each in other[place : place + len(word)]):
            place += len(word)  # "Transactions of the AMS"
        else:
            return False
    is_prefix = len(mine) >= _LEAST_PREFIX or (len(mine) == _LEAST_PREFIX - 1 and mine[-1] in _SECTION_LETTERS)
    return place == len(other) or is_prefix


def _venue_words(words: Sequence[str]) -> list[str]:
    kept = [word for word in words if word not in _SMALL_WORDS and word not in _SECTION_WORDS]
    unseated = [word for word in kept if word not in _SEATS]
    return unseated if len(unseated) >= _LEAST_PREFIX - 1 else kept


def _is_abbreviation(part: str, full: str) -> bool:
    """``engrg`` for ``engineering``, as ISO 4 contracts words."""
    if full.startswith(part):
        return True
    shortest = 3
    if len(part) < shortest or part[0] != full[0] or len(part) >= len(full):
        return False
    letters = iter(full)
    return all(letter in letters for letter in part) and part[-1] not in "aeiou"


def _is_acronym_of(short: str, long: str) -> bool:
    """``CACM`` for ``Communications of the ACM``, ``PNAS`` for ``Proceedings of the National Academy of …``."""
    letters = re.sub(r"[^A-Za-z]", "", short)
    least, least_start = 2, 4
    words = [word for word in re.findall(r"[^\W\d_]+", long) if word.lower() not in _SMALL_WORDS]
    if len(letters) < least or len(words) < least or " " in short.strip():
        return False
    if short.strip() in words and _ACRONYM.fullmatch(short.strip()):
        return True  # "Advances in Neural Information Processing Systems (NeurIPS 2019)"
    initials = "".join(word[0] for word in words).lower()
    whole = "".join(word if word.isupper() else word[0] for word in words).lower()
    wanted = letters.lower()
    if wanted in {initials, whole, initials.removeprefix("p"), initials.removeprefix("a")}:
        return True
    return len(wanted) >= least_start and short.strip().isupper() and initials.startswith(wanted)
