"""Whether two names can be one person's: initials, order, particles, short forms, transliteration."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache, lru_cache

from enrich.knowledge import read_table
from enrich.model.persons import Author
from enrich.text.han import simplify_han
from enrich.text.names import PARTICLES
from enrich.text.romanization import are_romanizations, is_pinyin, normalize_japanese, normalize_korean
from enrich.text.title_forms import fold
from enrich.text.transliteration import normalize_sound, spellings, to_latin

_MAC = re.compile(r"^mac(?=[a-z]{3})")
_DIGRAPHS = frozenset("th ch ph sh zh kh st fr gy sz cs dz wm chr jos geo".split())
"""``Th. W. Adorno``: initials of two letters."""
_GREEK_INITIALS = ({"β", "b"}, {"γ", "y"}, {"χ", "h"}, {"η", "e"}, {"δ", "d"})
"""Initials that Greek authors write otherwise than their names are transliterated."""
_SPACE = re.compile(r"[\s-]+")
_NOT_LETTER = re.compile(r"[\W\d_]+")
_BETWEEN_GIVEN = re.compile(r"[\s.-]+")
_JOINED_INITIALS = re.compile(r"[A-Z]{2,3}")


@lru_cache(maxsize=65_536)
def normalize_surname(name: str) -> str:
    """Return a surname folded, without particles, spaces, hyphens and apostrophes.

    >>> normalize_surname("van der Schaar"), normalize_surname("O’Connor-Őze")
    ('schaar', 'oconnoroze')
    """
    words = _SPACE.split(fold(name))
    kept = [word for word in words if word.strip("'’") not in PARTICLES] or words
    return _NOT_LETTER.sub("", "".join(kept))


class NameMatch(IntEnum):
    """How two names agree; the order is the order of strength."""

    DIFFERENT = 0
    SURNAME = 1
    """The surnames agree and at least one side has no given name."""
    COMPATIBLE = 2
    """The surnames agree, and initials, transliteration or order explain the rest."""
    SAME = 3


def compare_names(left: Author, right: Author) -> NameMatch:
    """Return how two names agree.

    >>> from enrich.text.names import parse_name
    >>> compare_names(parse_name("J. Z. Kolter"), parse_name("Kolter, Zico")).name
    'COMPATIBLE'
    >>> compare_names(parse_name("Wei Zhang"), parse_name("Zhang Wei")).name, compare_names(
    ...     parse_name("Wei Zhang"), parse_name("Li Zhang")
    ... ).name
    ('COMPATIBLE', 'DIFFERENT')
    """
    if left.given and (left.name, left.family, left.given) == (right.name, right.family, right.given):
        return NameMatch.SAME
    if left.is_organization or right.is_organization:
        return _compare_organizations(left, right)
    if not left.name.isascii() and not right.name.isascii():
        left, right = _simplify(left), _simplify(right)
    surnames = compare_surnames(left.family or left.name, right.family or right.name)
    if surnames is not NameMatch.DIFFERENT:
        given = _compare_given(left.given, right.given)
        if given is not NameMatch.DIFFERENT:
            return min(given, surnames)
    if _is_romanization(left, right) or _shares_longer_family(left, right) or _shares_longer_family(right, left):
        return NameMatch.COMPATIBLE
    if _bag(left.name) == _bag(right.name) or _is_family_elsewhere(left, right) or _is_family_elsewhere(right, left):
        return NameMatch.COMPATIBLE
    return NameMatch.DIFFERENT


def _simplify(author: Author) -> Author:
    family, given = (simplify_han(part) if part else None for part in (author.family, author.given))
    return Author(simplify_han(author.name), family, given, author.suffix)


def _compare_organizations(left: Author, right: Author) -> NameMatch:
    sides = [set(re.findall(r"\w+", fold(side.name))) - {"the", "of", "and", "inc", "ltd"} for side in (left, right)]
    if sides[0] == sides[1]:
        return NameMatch.SAME
    if _is_acronym(left.name, right.name) or _is_acronym(right.name, left.name):
        return NameMatch.COMPATIBLE
    is_within = bool(sides[0] & sides[1]) and (sides[0] <= sides[1] or sides[1] <= sides[0])
    return NameMatch.COMPATIBLE if is_within else NameMatch.DIFFERENT


def _is_acronym(short: str, long: str) -> bool:
    """``WHO`` for ``World Health Organization``."""
    initials = "".join(word[0] for word in re.findall(r"\w+", long) if word not in {"the", "of", "and", "for", "on"})
    shortest = 3
    return len(short) >= shortest and short.isupper() and short == initials.upper()


@lru_cache(maxsize=16_384)
def _bag(name: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"[^\W\d_]+", fold(name))))


def _is_romanization(left: Author, right: Author) -> bool:
    """``Mao Tse-tung`` for ``Mao Zedong``, ``T. Ono`` for ``Taiichi Ohno``."""
    if are_romanizations(_words(left), _words(right)):
        return True
    if not (left.family and right.family and left.given and right.given):
        return False
    if not any(_is_initial(side.split()[0]) for side in (left.given, right.given)):
        return False
    if not _is_near_surname(left.family, right.family):
        return False
    for normalize in (normalize_korean, normalize_japanese):
        surnames = normalize(left.family), normalize(right.family)
        if surnames[0] and surnames[0] == surnames[1]:
            return _compare_given(left.given, right.given) is not NameMatch.DIFFERENT
    return False


def _words(author: Author) -> tuple[str, ...]:
    return (*(author.given or "").split(), author.family or author.name)


def _is_near_surname(left: str, right: str) -> bool:
    """Whether two romanizations of a surname begin alike, so that initials beside them tell enough."""
    return fold(left)[:1] == fold(right)[:1] and not (is_pinyin(left) and is_pinyin(right))


def _shares_longer_family(left: Author, right: Author) -> bool:
    """``Liddell Hart, B. H.`` for ``Basil Liddell Hart``, whose surname a reader takes for ``Hart``."""
    family, words = fold(left.family or "").split(), right.name.split()
    if len(family) < 2 or len(words) <= len(family) or [fold(word) for word in words[-len(family) :]] != family:  # noqa: PLR2004
        return False
    return _compare_given(left.given, " ".join(words[: -len(family)])) is not NameMatch.DIFFERENT


def _is_family_elsewhere(left: Author, right: Author) -> bool:
    """``Ngo Bao Chau`` for ``B.-C. Ngo``, family first; ``Maria Garcia Lopez`` for ``M. Garcia``, with two surnames."""
    if not (left.given and left.family and right.given and right.family):
        return False
    first, *others = left.given.split()
    wanted = spellings(right.family)
    shortest = 2
    if len(first) >= shortest and spellings(first) & wanted and not _is_initial(first):
        return _compare_given(" ".join([*others, left.family]), right.given) is not NameMatch.DIFFERENT
    if others and spellings(others[-1]) & wanted and not _is_initial(others[-1]):
        return _compare_given(" ".join([first, *others[:-1]]), right.given) is not NameMatch.DIFFERENT
    return False


def _is_initial(word: str) -> bool:
    return len(word.strip(".")) == 1


@lru_cache(maxsize=65_536)
def compare_surnames(left: str, right: str) -> NameMatch:
    """Return ``SAME`` for equal surnames, ``COMPATIBLE`` for a transliteration or one half of a double name.

    >>> compare_surnames("van der Schaar", "Schaar").name, compare_surnames("Smith", "Smyth").name
    ('SAME', 'COMPATIBLE')
    """
    if left == right or spellings(left) & spellings(right):
        return NameMatch.SAME
    sides = _MAC.sub("mc", normalize_surname(left)), _MAC.sub("mc", normalize_surname(right))
    if sides[0] == sides[1]:
        return NameMatch.SAME
    shortest = 4
    if min(map(len, sides)) >= shortest and _sound(left) == _sound(right):
        return NameMatch.COMPATIBLE
    mine, other = _parts(left), _parts(right)
    is_half = bool(mine) and bool(other) and (mine < other or other < mine)
    return NameMatch.COMPATIBLE if is_half else NameMatch.DIFFERENT


@lru_cache(maxsize=16_384)
def _parts(surname: str) -> frozenset[str]:
    return frozenset(_SPACE.split(fold(surname))) - PARTICLES


@lru_cache(maxsize=16_384)
def _sound(surname: str) -> str:
    words = _SPACE.split(surname)
    return normalize_sound("".join([word for word in words if word.lower().strip("'’") not in PARTICLES] or words))


@lru_cache(maxsize=65_536)
def _given_words(given: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _BETWEEN_GIVEN.split(given.replace("’", "").replace("'", "")):
        if _JOINED_INITIALS.fullmatch(word) and not set(word) & set("AEIOUY"):
            words += word
        elif word:
            words.append(word)
    return tuple(fold(word) for word in words)


@cache
def _groups_of_forms() -> dict[str, set[int]]:
    """Given name to the groups of forms of one name that hold it."""
    groups: dict[str, set[int]] = {}
    for group, row in enumerate(read_table("given_names")):
        for name in row["forms"].split():
            groups.setdefault(name, set()).add(group)
    return groups


def _compare_given(left: str | None, right: str | None) -> NameMatch:
    if not left or not right:
        return NameMatch.SURNAME
    words = _given_words(left), _given_words(right)
    if words[0] == words[1] or "".join(words[0]) == "".join(words[1]):
        return NameMatch.SAME
    split = [_split_initials(side, read) for side, read in zip((left, right), words, strict=True)]
    if split[0] != words[0] or split[1] != words[1]:
        shorter, longer = sorted(split, key=len)
        if all(_are_given_compatible(mine, other) for mine, other in zip(shorter, longer, strict=False)):
            return NameMatch.COMPATIBLE
    shorter, longer = sorted(words, key=len)
    if not shorter:
        return NameMatch.SURNAME
    if all(_are_given_compatible(mine, other) for mine, other in zip(shorter, longer, strict=False)):
        return NameMatch.COMPATIBLE
    if len(shorter) == 1 and any(_are_given_compatible(shorter[0], other) for other in longer):
        return NameMatch.COMPATIBLE
    if len(shorter) == 1 and len(shorter[0]) > 1 and shorter[0] == "".join(longer):
        return NameMatch.COMPATIBLE
    joined = "".join(word[0] for word in longer), "".join(shorter)
    return NameMatch.COMPATIBLE if joined[0] == joined[1] and len(shorter) == 1 else NameMatch.DIFFERENT


def _is_cut(short: str, long: str) -> bool:
    """``Tom`` and ``Th.`` for longer names; ``Min`` for ``Ming`` would be another name."""
    shortest = 3
    is_pair = len(short) >= shortest and not (is_pinyin(short) and is_pinyin(long))
    return long.startswith(short) and (is_pair or short in _DIGRAPHS)


def _split_initials(given: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """``LA`` as initials where it is not read as a name."""
    return tuple(fold(given)) if len(given) == 2 and given.isupper() else words  # noqa: PLR2004


def _are_given_compatible(left: str, right: str) -> bool:
    if left == right:
        return True
    if min(len(left), len(right)) == 1:
        if {left[0], right[0]} in _GREEK_INITIALS:
            return True
        is_first = left[0] == right[0] or to_latin(left)[:1] == to_latin(right)[:1]
        return is_first or normalize_sound(left)[:1] == normalize_sound(right)[:1]
    groups = [_groups_of_forms().get(to_latin(side), set()) for side in (left, right)]
    if groups[0] & groups[1]:
        return True
    if _is_cut(left, right) or _is_cut(right, left):
        return True
    if spellings(left) & spellings(right):
        return True
    sounds = normalize_sound(left), normalize_sound(right)
    skeletons = [re.sub("[aeiou]", "", sound) for sound in sounds]
    least_consonants = 3
    is_one_skeleton = skeletons[0] == skeletons[1] and len(skeletons[0]) >= least_consonants
    if is_pinyin(left) and is_pinyin(right):  # "Ming" and "Meng" are two names
        is_one_skeleton = False
    return sounds[0] == sounds[1] or (is_one_skeleton and sounds[0][:1] == sounds[1][:1])
