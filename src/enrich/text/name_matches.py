"""Whether two names can be one person's: initials, order, particles, short forms, transliteration."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.text.names import PARTICLES
from enrich.text.titles import fold
from enrich.text.transliteration import normalize_sound, spellings

if TYPE_CHECKING:
    from enrich.model.record import Author

_JOINED_INITIALS = re.compile(r"[A-Z]{2,3}")


def normalize_surname(name: str) -> str:
    """Return a surname folded, without particles, spaces, hyphens and apostrophes.

    >>> normalize_surname("van der Schaar"), normalize_surname("O’Connor-Őze")
    ('schaar', 'oconnoroze')
    """
    words = re.split(r"[\s-]+", fold(name))
    kept = [word for word in words if word.strip("'’") not in PARTICLES] or words
    return re.sub(r"[\W\d_]+", "", "".join(kept))


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
    if left.is_organization or right.is_organization:
        return _compare_organizations(left, right)
    surnames = compare_surnames(left.family or left.name, right.family or right.name)
    if surnames is not NameMatch.DIFFERENT:
        given = _compare_given(left.given, right.given)
        if given is not NameMatch.DIFFERENT:
            return min(given, surnames)
    if _bag(left) == _bag(right) or _is_family_elsewhere(left, right) or _is_family_elsewhere(right, left):
        return NameMatch.COMPATIBLE
    return NameMatch.DIFFERENT


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


def _bag(author: Author) -> list[str]:
    return sorted(re.findall(r"[^\W\d_]+", fold(author.name)))


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
    if spellings(left) & spellings(right):
        return NameMatch.SAME
    sides = normalize_surname(left), normalize_surname(right)
    if sides[0] == sides[1]:
        return NameMatch.SAME
    shortest = 4
    if min(map(len, sides)) >= shortest and _sound(left) == _sound(right):
        return NameMatch.COMPATIBLE
    parts = [{part for part in re.split(r"[\s-]+", fold(side)) if part not in PARTICLES} for side in (left, right)]
    is_half = bool(parts[0]) and bool(parts[1]) and (parts[0] < parts[1] or parts[1] < parts[0])
    return NameMatch.COMPATIBLE if is_half else NameMatch.DIFFERENT


def _sound(surname: str) -> str:
    words = re.split(r"[\s-]+", surname)
    return normalize_sound("".join([word for word in words if word.lower().strip("'’") not in PARTICLES] or words))


@lru_cache(maxsize=65_536)
def _given_words(given: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in re.split(r"[\s.-]+", given.replace("’", "").replace("'", "")):
        if _JOINED_INITIALS.fullmatch(word) and not set(word) & set("AEIOUY"):
            words += word
        elif word:
            words.append(word)
    return tuple(fold(word) for word in words)


_SHORT_FORMS = (
    "alexander alex sasha aleksandr aleksander alexandre", "andrew andy andrei andrey", "anthony tony", "benjamin ben",
    "catherine katherine kate cathy kathy", "charles charlie chuck", "christopher chris", "daniel dan danny",
    "david dave", "edward ed eddie ted", "elizabeth liz beth betty", "frederick fred", "gregory greg",
    "james jim jimmy", "jeffrey jeff", "jennifer jen jenny", "john jack johnny", "jonathan jon", "joseph joe",
    "joshua josh",
    "kenneth ken", "lawrence larry", "matthew matt", "michael mike mikhail", "nicholas nick nikolai", "patrick pat",
    "peter pete", "philip phil", "ricardo ricky", "richard rick dick rich", "robert bob rob bobby", "ronald ron",
    "samuel sam", "stephen steve steven", "susan sue", "theodore ted theo", "thomas tom", "timothy tim",
    "victor vic", "vincent vince", "william bill will",
)  # fmt: skip
_SHORT_FORM_GROUPS: dict[str, set[int]] = {}
for _group, _names in enumerate(_SHORT_FORMS):
    for _name in _names.split():
        _SHORT_FORM_GROUPS.setdefault(_name, set()).add(_group)


def _compare_given(left: str | None, right: str | None) -> NameMatch:
    if not left or not right:
        return NameMatch.SURNAME
    words = _given_words(left), _given_words(right)
    if words[0] == words[1] or "".join(words[0]) == "".join(words[1]):
        return NameMatch.SAME
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


def _are_given_compatible(left: str, right: str) -> bool:
    if left == right:
        return True
    if min(len(left), len(right)) == 1:
        return left[0] == right[0] or normalize_sound(left)[:1] == normalize_sound(right)[:1]
    if _SHORT_FORM_GROUPS.get(left, set()) & _SHORT_FORM_GROUPS.get(right, set()):
        return True
    shortest_prefix = 3
    if min(len(left), len(right)) >= shortest_prefix and (left.startswith(right) or right.startswith(left)):
        return True
    if spellings(left) & spellings(right):
        return True
    sounds = normalize_sound(left), normalize_sound(right)
    skeletons = [re.sub("[aeiou]", "", sound) for sound in sounds]
    least_consonants = 3
    is_one_skeleton = skeletons[0] == skeletons[1] and len(skeletons[0]) >= least_consonants
    return sounds[0] == sounds[1] or (is_one_skeleton and sounds[0][:1] == sounds[1][:1])
