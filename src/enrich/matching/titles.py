"""How two titles stand to each other, with the words in which they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

from enrich.matching.words import is_known, meaningful
from enrich.text.markup import GREEK
from enrich.text.titles import NUMBER_WORDS, PART_WORDS, normalize_title, number_tokens, parse_roman, split_subtitle
from enrich.text.transliteration import normalize_sound, to_latin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class TitleRelation(IntEnum):
    """How two titles stand to each other, from the closest down."""

    EQUAL = 0
    """Equal in normal form, but for spaces."""
    SPELLING = 1
    """Typos, inflections, abbreviations by initials, function words, transliteration."""
    REORDERED = 2
    """The same words in another order."""
    SUBTITLE = 3
    """One is the other without its subtitle, or without the name before the colon."""
    EXTENDED = 4
    """One goes on where the other ends."""
    REWORDED = 5
    """One or two words are other words; the rest of a long title agrees."""
    RELATED = 6
    """Half of the words agree."""
    NUMBERS = 7
    """Numbers, parts, editions or single letters differ."""
    OPPOSITE = 8
    """A word stands against its opposite."""
    OTHER = 9


@dataclass(frozen=True, slots=True)
class TitleComparison:
    """A relation and what it rests on."""

    relation: TitleRelation
    similarity: float
    """rapidfuzz ratio of the normal forms, 0 to 100."""
    differences: tuple[tuple[str, str], ...] = ()
    """Words of the left and the right title that do not agree, in order."""
    n_words: int = 0
    """Words of the shorter title."""


_OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in (
        "men/women man/woman male/female males/females boys/girls mother/father mothers/fathers rats/mice rat/mouse "
        "dogs/cats dog/cat children/adults child/adult left/right north/south east/west northern/southern "
        "eastern/western increase/decrease increased/decreased increasing/decreasing upper/lower high/low higher/lower "
        "maximum/minimum maximal/minimal max/min positive/negative odd/even early/late before/after pre/post old/new "
        "micro/macro intra/inter hyper/hypo internal/external discrete/continuous deductive/inductive convex/concave "
        "linear/nonlinear acute/chronic first/second first/third second/third primary/secondary urban/rural "
        "import/export with/without elliptic/hyperbolic parabolic/hyperbolic elliptic/parabolic finite/infinite "
        "light/dark hot/cold local/global static/dynamic summer/winter spring/autumn encoder/decoder black/white "
        "red/blue red/green blue/green direct/indirect strong/weak forward/backward"
    ).split()
)
GREEK_LETTERS = {letter: name for name, letter in GREEK.items()}
_RETRACTED = re.compile(r"^\W*retracted(?: article| paper)?\W+", re.IGNORECASE)
_NEGATIONS = tuple("un non in im ir an anti dis de sub super semi bi tri mono di multi".split())
_LETTERS_WITHOUT_MEANING = frozenset("as")
_SHORT_WORD, _LONG_WORDS = 4, 14
_ALIKE = 80


def compare_titles(left: str, right: str) -> TitleComparison:
    """Return how two titles stand to each other.

    >>> compare_titles("Latent ODEs for Data", "Latent ordinary differential equations for data").relation.name
    'SPELLING'
    >>> compare_titles("Supervised learning of graphs", "Unsupervised learning of graphs").relation.name
    'OPPOSITE'
    """
    left, right = _RETRACTED.sub("", left), _RETRACTED.sub("", right)
    normal = normalize_title(left), normalize_title(right)
    words = normal[0].split(), normal[1].split()
    n_words = min(map(len, words))
    if not n_words:
        return TitleComparison(TitleRelation.OTHER, 0.0)
    if normal[0].replace(" ", "") == normal[1].replace(" ", ""):
        return TitleComparison(TitleRelation.EQUAL, 100.0, (), n_words)
    if normal[0].isascii() is not normal[1].isascii() and _is_transliteration(*normal):
        return TitleComparison(TitleRelation.SPELLING, 100.0, (normal,), n_words)
    similarity = fuzz.ratio(*normal)
    differences = tuple(_differences(*words))
    relation = _relation(left, right, words, differences, similarity)
    return TitleComparison(relation, similarity, differences, n_words)


def _is_transliteration(left: str, right: str) -> bool:
    almost_equal = 88
    sounds = [" ".join(normalize_sound(word) for word in to_latin(side).split()) for side in (left, right)]
    return fuzz.ratio(*sounds) >= almost_equal


def _differences(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str]]:
    start = (0, 0)
    for operation in (*Levenshtein.opcodes(left, right), None):
        if operation is None or operation.tag == "equal":
            if start != (ends := (operation.src_start, operation.dest_start) if operation else (len(left), len(right))):
                yield " ".join(left[start[0] : ends[0]]), " ".join(right[start[1] : ends[1]])
            if operation:
                start = (operation.src_end, operation.dest_end)


def _relation(
    left: str,
    right: str,
    words: tuple[list[str], list[str]],
    differences: tuple[tuple[str, str], ...],
    similarity: float,
) -> TitleRelation:
    kinds = [_difference_kind(*pair) for pair in differences]
    if _is_garbled(words, differences, kinds):
        return TitleRelation.SPELLING
    if max(kinds) <= TitleRelation.SPELLING and (similarity >= _ALIKE or _is_mostly_equal(words, differences)):
        return TitleRelation.SPELLING
    if sorted(words[0]) == sorted(words[1]):
        return TitleRelation.REORDERED
    if (part := _compare_parts(left, right)) is not None:
        return part
    if TitleRelation.OPPOSITE in kinds and _is_mostly_equal(words, differences):
        return TitleRelation.OPPOSITE
    if TitleRelation.NUMBERS in kinds or _have_other_numbers(left, right):
        if _overlap(*words) >= 0.5:  # noqa: PLR2004 (half)
            return TitleRelation.NUMBERS
        return TitleRelation.OTHER
    if len(differences) == 1 and _is_extension(words, differences[0]):
        return TitleRelation.EXTENDED
    if _is_reworded(words, differences, kinds):
        return TitleRelation.REWORDED
    return TitleRelation.RELATED if _overlap(*words) >= 0.5 else TitleRelation.OTHER  # noqa: PLR2004 (half)


def _is_garbled(
    words: tuple[list[str], list[str]], differences: Sequence[tuple[str, str]], kinds: Sequence[TitleRelation]
) -> bool:
    """Whether two slips of the finger in a long title explain all that differs."""
    most_slips, shortest_title = 2, 20
    normal = " ".join(words[0]), " ".join(words[1])
    if min(map(len, normal)) < shortest_title or max(kinds) > TitleRelation.REWORDED:
        return False
    if OSA.distance(*normal, score_cutoff=most_slips) > most_slips:
        return False
    return all(
        kind <= TitleRelation.SPELLING or not all(is_known(word) for word in f"{mine} {other}".split())
        for (mine, other), kind in zip(differences, kinds, strict=True)
    )


def _is_mostly_equal(words: tuple[list[str], list[str]], differences: Sequence[tuple[str, str]]) -> bool:
    """Whether the differing words are the smaller part of the letters."""
    differing = sum(min(len(mine), len(other)) or max(len(mine), len(other)) for mine, other in differences)
    total = max(len(" ".join(side)) for side in words)
    return differing * 2 <= total or (len(differences) == 1 and min(map(len, words)) == 1)


def _difference_kind(left: str, right: str) -> TitleRelation:
    if meaningful(_spell_out(left)) == meaningful(_spell_out(right)):
        return TitleRelation.SPELLING
    if _is_garbled_word(left, right):
        return TitleRelation.SPELLING
    if _is_number_conflict(left, right):
        return TitleRelation.NUMBERS
    if _is_opposite(left, right):
        return TitleRelation.OPPOSITE
    if _is_typo(left, right) or _is_inflection(left, right) or _is_acronym(left, right) or _is_acronym(right, left):
        return TitleRelation.SPELLING
    return TitleRelation.REWORDED


def _spell_out(text: str) -> str:
    """Greek letters and small numbers in words."""
    return " ".join(GREEK_LETTERS.get(word, NUMBER_WORDS.get(word, word)) for word in text.split())


def _is_garbled_word(left: str, right: str) -> bool:
    """Whether a number in letters is only misspelt, as in ``btwo`` for ``two``."""
    words = (*left.split(), *right.split())
    is_plain = all(len(word) >= _SHORT_WORD - 1 and word.isalpha() and parse_roman(word) is None for word in words)
    return is_plain and bool(left) and bool(right) and _is_typo(left, right)


def _is_number_conflict(left: str, right: str) -> bool:
    numbers = [[word for word in text.split() if _carries_number(word)] for text in (left, right)]
    letters = _single_letters(left), _single_letters(right)
    if all(numbers):
        return number_tokens(" ".join(numbers[0])) != number_tokens(" ".join(numbers[1]))
    if all(letters):
        return letters[0] != letters[1]
    # A number on one side only tells works apart when it stands for a part or an edition, not within a phrase.
    lone = left if numbers[0] or letters[0] else right
    return bool(numbers[0] or numbers[1] or _PART.search(lone)) and all(
        _carries_number(word) or word in PART_WORDS or len(word) == 1 for word in meaningful(lone)
    )


@lru_cache(maxsize=65_536)
def _carries_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or (len(word) > 1 and bool(number_tokens(f"part {word}")))


def _single_letters(text: str) -> set[str]:
    return {word for word in text.split() if len(word) == 1 and word.isalpha()} - _LETTERS_WITHOUT_MEANING


def _is_opposite(left: str, right: str) -> bool:
    mine, other = meaningful(left) or left.split(), meaningful(right) or right.split()
    if len(mine) == len(other) and any(frozenset(pair) in _OPPOSITES for pair in zip(mine, other, strict=True)):
        return True
    if {left, right} == {"with", "without"}:
        return True
    joined = "".join(mine), "".join(other)
    longer, shorter = joined if len(joined[0]) > len(joined[1]) else joined[::-1]
    return len(shorter) >= _SHORT_WORD and any(longer == prefix + shorter for prefix in _NEGATIONS)


def _is_typo(left: str, right: str) -> bool:
    mine, other = left.replace(" ", ""), right.replace(" ", "")
    if not mine or not other:
        return False
    longest = max(len(mine), len(other))
    if [c for c in mine if c.isdigit()] != [c for c in other if c.isdigit()]:
        return False
    if len(left.split()) == len(right.split()) and all(is_known(word) for word in (*left.split(), *right.split())):
        return False
    allowed = 1 if longest <= _SHORT_WORD else 2 if longest < _LONG_WORDS else 3
    return OSA.distance(mine, other, score_cutoff=allowed) <= allowed


def _is_inflection(left: str, right: str) -> bool:
    mine, other = meaningful(left), meaningful(right)
    return bool(mine) and len(mine) == len(other) and all(map(_have_one_stem, mine, other))


def _have_one_stem(left: str, right: str) -> bool:
    if left == right:
        return True
    shared = 0
    for mine, other in zip(left, right, strict=False):
        if mine != other:
            break
        shared += 1
    shortest, longest = sorted((len(left), len(right)))
    return shared >= max(_SHORT_WORD, shortest - 3) and longest - shared <= _SHORT_WORD + 1


def _is_acronym(short: str, long: str) -> bool:
    """``odes`` for ``ordinary differential equations``."""
    words = meaningful(long)
    name = short.replace(" ", "")
    return len(words) > 1 and name.removesuffix("s") in {
        "".join(word[0] for word in words),
        "".join(word[0] for word in long.split()),
    }


def _overlap(left: Sequence[str], right: Sequence[str]) -> float:
    mine, other = set(meaningful(" ".join(left))) or set(left), set(meaningful(" ".join(right))) or set(right)
    return len(mine & other) / min(len(mine), len(other))


def _have_other_numbers(left: str, right: str) -> bool:
    mine, other = number_tokens(left), number_tokens(right)
    return bool(mine) and bool(other) and sorted(mine) != sorted(other)


def _compare_parts(left: str, right: str) -> TitleRelation | None:
    """Compare with one subtitle dropped, or with the short name before a colon dropped."""
    for whole, other in ((left, right), (right, left)):
        main, subtitle = split_subtitle(whole)
        if not subtitle or _have_part_number(subtitle) != _have_part_number(other):
            continue
        wanted = normalize_title(other)
        if _is_near(normalize_title(main), wanted):
            return TitleRelation.SUBTITLE
        if len(main.split()) <= 2 and _is_near(normalize_title(subtitle), wanted):  # noqa: PLR2004 (a name)
            return TitleRelation.SUBTITLE
    return None


_PART = re.compile(
    r"\b(?:part|vol(?:ume)?|band|teil|tome|book|no|number|edition|ed|chapter|section)\b\.?\s*\w+|^[ivx]+\b",
    re.IGNORECASE,
)


def _have_part_number(text: str) -> bool:
    return bool(_PART.search(text))


def _is_near(left: str, right: str) -> bool:
    if not left or not right:
        return False
    if left.replace(" ", "") == right.replace(" ", ""):
        return True
    kinds = [_difference_kind(*pair) for pair in _differences(left.split(), right.split())]
    return max(kinds) <= TitleRelation.SPELLING and fuzz.ratio(left, right) >= _ALIKE


def _is_extension(words: tuple[list[str], list[str]], difference: tuple[str, str]) -> bool:
    shorter, longer = sorted(words, key=len)
    return "" in difference and longer[: len(shorter)] == shorter


def _is_reworded(
    words: tuple[list[str], list[str]], differences: Sequence[tuple[str, str]], kinds: Sequence[TitleRelation]
) -> bool:
    most_words, least_equal = 2, 3
    changed = [pair for pair, kind in zip(differences, kinds, strict=True) if kind is TitleRelation.REWORDED]
    n_changed = sum(max(len(meaningful(mine)), len(meaningful(other))) for mine, other in changed)
    n_equal = min(len(meaningful(" ".join(side))) for side in words) - n_changed
    return n_changed <= most_words and (n_equal >= least_equal or n_equal >= 2 * n_changed)
