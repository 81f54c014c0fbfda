"""How two titles stand to each other: which words agree, which are only spelt otherwise, and which are lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from enrich.matching.words import UNSPACED, is_shortened, is_slip, stem, weigh
from enrich.text.han import simplify_han
from enrich.text.publication import without_title_mark
from enrich.text.romanization import consonants, is_arabic, to_romanized_korean
from enrich.text.title_forms import NUMBER_WORDS, PART_WORDS, normalize_title, number_tokens, parse_roman
from enrich.text.transliteration import normalize_sound, to_latin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Places = Sequence[int]


class TitleRelation(StrEnum):
    """How two titles stand to each other."""

    EQUAL = "equal"
    """Equal in normal form, but for spaces."""
    SPELLING = "spelling"
    """Slips, inflections, abbreviations by initials, function words, order, transliteration."""
    SUBTITLE = "subtitle"
    """One ends, or begins, where the other has a colon, a dash or a parenthesis."""
    EXTENDED = "extended"
    """One goes on where the other ends, or begins earlier."""
    INSERTED = "inserted"
    """One has words more in its midst."""
    SWAPPED = "swapped"
    """Words of one stand in the place of others; most words agree."""
    OTHER = "other"


class NumberRelation(StrEnum):
    """How the numbers that two titles name stand to each other."""

    SAME = "same"
    ONE_SIDE = "one side"
    PART = "part"
    """Only one says which part it is, and it is not the first."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TitleComparison:
    """A relation and what it rests on; amounts of words are bits (``words.bits_of``)."""

    relation: TitleRelation
    similarity: float
    """rapidfuzz ratio of the normal forms, 0 to 100."""
    shared: float = 0.0
    lost: tuple[float, float] = (0.0, 0.0)
    """What only the left, and only the right title says."""
    replaced: float = 0.0
    """What of it stands in the place of the other side's, the smaller of both in each place."""
    n_slips: int = 0
    numbers: NumberRelation = NumberRelation.SAME
    differences: tuple[tuple[str, str], ...] = ()
    """Words of the left and the right title that do not agree, in order."""

    @property
    def swapped(self) -> float:
        """Bits that stand against each other: what the side that lost less has lost."""
        return min(self.lost)

    @property
    def dropped(self) -> float:
        """Bits that only one title has beside those that stand against each other."""
        return max(self.lost) - min(self.lost)

    @property
    def share(self) -> float:
        """What both say, as a part of what they say together, 0 to 1."""
        total = 2 * self.shared + sum(self.lost)
        return 2 * self.shared / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    breaks: frozenset[int]
    """Numbers of words before which a colon, a dash or a parenthesis stands."""


_BREAK = re.compile(r"\s*(?:[:;?!/]\s+|\s[-–—=/]{1,3}\s|[—―–]|[([)\]]|,\s|(?<=\w{3})\.\s+)\s*")
_PLACE = re.compile(
    r"(?:[.,;]\s*|\s+[\[(]\s*)(?:in\s*:?\s+)?(?:the )?proc(?:\.|eedings?)(?:\s|$).*$"
    r"|[.,;]\s*[^.,;]{0,60}?[,\s]*\d+\s*\(\s*\d+\s*\)\s*(?:[:,]\s*\d.*)?$"
    r"|[.,;]\s*\w+\s*['’]\s*\d\d\W*$|[.,;(\[]\s*(?:19|20)\d\d\W*$",
    re.IGNORECASE | re.DOTALL,
)
"""The rest of a reference behind its title: proceedings, volume (issue): pages, a venue and its year."""
_RESPONSIBLE = re.compile(r"\s/\s[^/]*$")
"""Who is responsible, as cataloguers add it."""
_TWENTY = re.compile(r"\btwenty (first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b")
_LONGEST = 2_000
_HALF = 0.5
_OTHER_SCRIPT = re.compile("[\u0370-\u06ff\uac00-\ud7a3]{2}")


@lru_cache(maxsize=8_192)
def _read(title: str) -> _Title:
    title = simplify_han(_RESPONSIBLE.sub("", _PLACE.sub("", without_title_mark(title[:_LONGEST]))))
    text = _TWENTY.sub(lambda found: f"2{NUMBER_WORDS[found[1]]}th", normalize_title(title))
    words = tuple(_split(text))
    breaks, n_words = set(), 0
    for piece in _BREAK.split(title):
        breaks.add(n_words)
        n_words += len(_split(normalize_title(piece)))
    return _Title(text, words, tuple(map(stem, words)), frozenset(breaks) if n_words == len(words) else frozenset())


def _split(normalized: str) -> Sequence[str]:
    """Words; scripts without spaces by letters."""
    return normalized.split() if normalized.isascii() else UNSPACED.sub(r" \g<0> ", normalized).split()


@lru_cache(maxsize=4_096)
def compare_titles(left: str, right: str) -> TitleComparison:
    """Return how two titles stand to each other.

    >>> compare_titles("Latent ODEs for Data", "Latent ordinary differential equations for data").relation.name
    'SPELLING'
    >>> compared = compare_titles("Supervised learning of graphs", "Unsupervised learning of graphs")
    >>> compared.relation.name, compared.differences
    ('SWAPPED', (('supervised', 'unsupervised'),))
    """
    if left > right:  # the smallest edits may differ by the side from which they are counted
        back = compare_titles(right, left)
        return replace(back, lost=back.lost[::-1], differences=tuple(pair[::-1] for pair in back.differences))
    mine, other = _read(left), _read(right)
    if not mine.words or not other.words:
        return TitleComparison(TitleRelation.OTHER, 0.0)
    numbers = _compare_numbers(mine, other)
    if mine.text.replace(" ", "") == other.text.replace(" ", ""):
        return TitleComparison(TitleRelation.EQUAL, 100.0, weigh(mine.words), numbers=numbers)
    if _is_transliteration(mine.text, other.text):
        return TitleComparison(TitleRelation.SPELLING, 100.0, weigh(mine.words), differences=((mine.text, other.text),))
    return _compare_words(mine, other, numbers)


def _compare_words(mine: _Title, other: _Title, numbers: NumberRelation) -> TitleComparison:
    blocks = list(_find_blocks(mine.stems, other.stems))
    only: tuple[list[int], list[int]] = ([], [])
    n_slips = sum(_match_block(mine.words, other.words, block, only) for block in blocks)
    for place in list(only[0]):  # words that stand elsewhere in the other title
        if (twin := next((one for one in only[1] if mine.stems[place] == other.stems[one]), None)) is not None:
            only[0].remove(place)
            only[1].remove(twin)
    bits = [
        {place: weigh([title.words[place]]) for place in side} for side, title in zip(only, (mine, other), strict=True)
    ]
    lost = sum(bits[0].values()), sum(bits[1].values())
    replaced = sum(
        min(sum(known.get(place, 0.0) for place in part) for known, part in zip(bits, block, strict=True))
        for block in blocks
    )
    shared = (weigh(mine.words) - lost[0] + weigh(other.words) - lost[1]) / 2
    differences = tuple(
        (" ".join(mine.words[place] for place in one), " ".join(other.words[place] for place in another))
        for one, another in _find_blocks(mine.words, other.words)
    )
    found = TitleComparison(
        TitleRelation.OTHER, fuzz.ratio(mine.text, other.text), shared, lost, replaced, n_slips, numbers, differences
    )  # fmt: skip
    return replace(found, relation=_relation(found, (mine, other), only))


def _relation(found: TitleComparison, titles: tuple[_Title, _Title], only: tuple[Places, Places]) -> TitleRelation:
    if not any(found.lost):
        return TitleRelation.SPELLING
    if found.share < _HALF and (all(found.lost) or not found.shared):
        return TitleRelation.OTHER
    if all(found.lost):
        return TitleRelation.SWAPPED
    places, title = (only[0], titles[0]) if found.lost[0] else (only[1], titles[1])
    is_one_piece = places[-1] - places[0] == len(places) - 1
    edges = {places[0], places[-1] + 1} - {0, len(title.words)}
    if is_one_piece and edges <= title.breaks:
        return TitleRelation.SUBTITLE
    return TitleRelation.EXTENDED if is_one_piece and len(edges) <= 1 else TitleRelation.INSERTED


def _find_blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[range, range]]:
    """The places in which two sequences differ, with what stands there on each side."""
    start = (0, 0)
    for block in Levenshtein.opcodes(left, right).as_matching_blocks():
        if start != (block.a, block.b):
            yield range(start[0], block.a), range(start[1], block.b)
        start = block.a + block.size, block.b + block.size


def _match_block(
    mine: Sequence[str], other: Sequence[str], block: tuple[range, range], only: tuple[list[int], list[int]]
) -> int:
    """Add the places of a block that have no counterpart to ``only``, and return how many slips explain the others."""
    words = [mine[place] for place in block[0]], [other[place] for place in block[1]]
    if "".join(words[0]) == "".join(words[1]) or is_shortened(*words) or is_shortened(*words[::-1]):
        return 0
    left, right, n_slips = set(block[0]), set(block[1]), 0
    for n_left, n_right in ((len(left), len(right)), (1, 1), (2, 1), (1, 2)):  # spaces may be lost or too many
        for one, another in product(_find_runs(block[0], n_left), _find_runs(block[1], n_right)):
            is_free = left.issuperset(one) and right.issuperset(another)
            if is_free and is_slip("".join(mine[place] for place in one), "".join(other[place] for place in another)):
                left.difference_update(one)
                right.difference_update(another)
                n_slips += 1
    only[0].extend(sorted(left))
    only[1].extend(sorted(right))
    return n_slips


def _find_runs(block: range, n: int) -> list[range]:
    return [block[start : start + n] for start in range(len(block) - n + 1)]


def _compare_numbers(mine: _Title, other: _Title) -> NumberRelation:
    numbers = set(number_tokens(mine.text)), set(number_tokens(other.text))
    lost = numbers[0] - numbers[1], numbers[1] - numbers[0]
    if all(lost):
        return NumberRelation.OTHER
    if not any(lost):
        return NumberRelation.SAME
    lone, title = (lost[0], mine) if lost[0] else (lost[1], other)
    return NumberRelation.PART if any(_is_part(number, title) for number in lone) else NumberRelation.ONE_SIDE


def _is_part(number: str, title: _Title) -> bool:
    """Whether a number stands where that of a part does: behind such a word or at an end; a first is often left out."""
    longest, last = 2, len(title.words) - 1
    places = [
        place
        for place, word in enumerate(title.words)
        if place and number in (word, stem(word), str(parse_roman(word)))
    ]
    return number not in ("1", "a") and any(
        title.words[place - 1] in PART_WORDS
        or (len(number) <= longest and (place == last or place + 1 in title.breaks))
        for place in places
    )


def _is_transliteration(left: str, right: str) -> bool:
    """Whether one title is in Latin letters and the other the same in others."""
    almost_equal, fewest_letters = 88, 5
    if bool(_OTHER_SCRIPT.search(left)) is bool(_OTHER_SCRIPT.search(right)):
        return False
    if is_arabic(left) or is_arabic(right):
        skeletons = [consonants(side) for side in (left, right)]
        return min(map(len, skeletons)) >= fewest_letters and fuzz.ratio(*skeletons) >= almost_equal
    latin = (to_latin(to_romanized_korean(side)).split() for side in (left, right))
    return fuzz.ratio(*(" ".join(map(normalize_sound, words)) for words in latin)) >= almost_equal
