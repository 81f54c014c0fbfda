"""How two titles stand to each other: which words agree, which are only spelt otherwise, and which are lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

from enrich.matching.word_bits import FUNCTION_WORDS, LIGATURE, UNSPACED, is_slip, stem, weigh
from enrich.text.han import simplify_han
from enrich.text.romanization import consonants, is_arabic, to_romanized_korean
from enrich.text.title_forms import PART_WORDS, normalize_title, number_tokens, parse_roman
from enrich.text.transliteration import normalize_sound, to_latin

if TYPE_CHECKING:
    from collections.abc import Sequence


class TitleRelation(StrEnum):
    """How two titles stand to each other."""

    EQUAL = "equal"
    """Equal in normal form, but for spaces."""
    SPELLING = "spelling"
    """Slips, inflections, abbreviations by initials, function words, transliteration."""
    REORDERED = "reordered"
    """The same words in another order."""
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
    """Or both name none."""
    ONE_SIDE = "one side"
    PART = "part"
    """Only one says which part it is, and it is not the first."""
    OTHER = "other"


class TitleComparison(NamedTuple):
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
    only: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Words of either title without a counterpart, spelling and order aside."""

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


@dataclass(frozen=True)
class _Title:
    written: str
    text: str
    """The normal form."""
    words: tuple[str, ...]

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return tuple(map(_stem_in_place, self.words, ("", *self.words)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(number_tokens(self.text))

    @property
    def breaks(self) -> frozenset[int]:
        """Numbers of words before which a colon, a dash or a parenthesis stands."""
        breaks, n_words = set(), 0
        for piece in _BREAK.split(self.written):
            breaks.add(n_words)
            n_words += len(_split(_normalize(piece)))
        return frozenset(breaks) if n_words == len(self.words) else frozenset()


_BREAK = re.compile(r"\s*(?:[:;?!/]\s+|\s[-–—=/]{1,3}\s|[—―–]|[([)\]]|,\s|(?<=\w{3})\.\s+)\s*")
_RETRACTED = re.compile(r"^\W*retracted(?: article| paper)?\W+", re.IGNORECASE)
_ADDED = re.compile(
    r"[/[](?:(?<=\s/)\s*(?:with|translated|transl?|ed(?:ited|itors?|s)?|compiled|written|hrsg|herausgegeben|par|von|by)\b.*$"
    r"|(?<=\[)(?:electronic resource|microform|microfilm|text|internet|online|elektronische ressource)\]"
    r"|(?<=\[) ?[a-z]{1,2}(?:/ol)? ?\][\s.]*$)",
    re.IGNORECASE | re.DOTALL,
)
"""What cataloguers add to titles: who is responsible, the medium, also by letter (GB/T 7714)."""
_PLACE = re.compile(
    r"[.,;(\[](?:(?:(?<=[.,;])|(?<=\s.))\s*(?:in\s*:?\s+)?(?:the )?proc(?:\.|eedings?)(?:\s|$).*$"
    r"|(?<=[.,;])\s*(?:[^.,;]{0,60}?[,\s]*\d+\s*\(\s*\d+\s*\)\s*(?:[:,]\s*\d.*)?|\w+\s*['’]\s*\d\d\W*)$"
    r"|\s*(?:19|20)\d\d\W*$)",
    re.IGNORECASE | re.DOTALL,
)
"""The rest of a reference behind its title: proceedings, volume (issue): pages, a venue and its year."""
_ONES = "first second third fourth fifth sixth seventh eighth ninth".split()
_TEENS = "thir four fif six seven eigh nine".split()
_ORDINALS = {
    **{f"{teen}teenth": f"{number}th" for number, teen in enumerate(_TEENS, 13)},
    "twentieth": "20th",
    **{f"twenty {one}": f"2{number}th" for number, one in enumerate(_ONES, 1)},
}
_ABBREVIATED = {"ed": "edition", "edn": "edition", "vol": "volume", "pt": "part", "bd": "band"}
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b")
_LONGEST = 2_000
_ENOUGH = 0.5
_LONG_NUMBER = 3
_LATIN = re.compile("[a-z]")
_OTHER_SCRIPT = re.compile("[\u0370-\u06ff\uac00-\ud7a3]{2}")


@lru_cache(maxsize=8_192)
def _read(title: str) -> _Title:
    written = simplify_han(_ADDED.sub("", _PLACE.sub("", _RETRACTED.sub("", title[:_LONGEST]))))
    text = _normalize(written)
    return _Title(written, text, tuple(_split(text)))


def _normalize(written: str) -> str:
    text = normalize_title(written)
    return _ORDINAL.sub(lambda found: _ORDINALS[found[0]], text) if "teenth" in text or "twent" in text else text


def _stem_in_place(word: str, before: str) -> str:
    """The stem; behind ``part`` a letter may be a number."""
    roman = parse_roman(word) if before in PART_WORDS else None
    return str(roman) if roman else stem(_ABBREVIATED.get(word, word))


def _split(normalized: str) -> Sequence[str]:
    """Words; scripts without spaces by letters."""
    if normalized.isascii() or not UNSPACED.search(normalized):
        return normalized.split()
    return re.sub(f"({UNSPACED.pattern})", r" \1 ", normalized).split()


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
        return back._replace(
            lost=back.lost[::-1], only=back.only[::-1], differences=tuple(pair[::-1] for pair in back.differences)
        )
    mine, other = _read(left), _read(right)
    if not mine.words or not other.words:
        return TitleComparison(TitleRelation.OTHER, 0.0)
    numbers = NumberRelation.SAME if mine.text == other.text else _compare_numbers(mine, other)
    if mine.text.replace(" ", "") == other.text.replace(" ", ""):
        return TitleComparison(TitleRelation.EQUAL, 100.0, weigh(mine.words), numbers=numbers)
    if _are_scripts_mixed(mine.text, other.text) and _is_transliteration(mine.text, other.text):
        return TitleComparison(TitleRelation.SPELLING, 100.0, weigh(mine.words), differences=((mine.text, other.text),))
    return _compare_words(mine, other, numbers)


def _compare_words(mine: _Title, other: _Title, numbers: NumberRelation) -> TitleComparison:
    blocks = _blocks(mine.stems, other.stems)
    only: tuple[list[int], list[int]] = ([], [])
    n_slips = 0
    for (start, end), (begin, stop) in blocks:
        places, n = _match_block(mine, other, range(start, end), range(begin, stop))
        n_slips += n
        only[0].extend(places[0])
        only[1].extend(places[1])
    n_moved = _match_moved(mine, other, only)
    lost = weigh(mine.words[place] for place in only[0]), weigh(other.words[place] for place in only[1])
    replaced = sum(
        min(
            weigh(mine.words[place] for place in only[0] if start <= place < end),
            weigh(other.words[place] for place in only[1] if begin <= place < stop),
        )
        for (start, end), (begin, stop) in (blocks if all(only) else ())
    )
    shared = (weigh(mine.words) - lost[0] + weigh(other.words) - lost[1]) / 2
    found = TitleComparison(
        TitleRelation.OTHER,
        fuzz.ratio(mine.text, other.text),
        shared,
        lost,
        replaced,
        n_slips,
        numbers,
        tuple(
            (" ".join(mine.words[slice(*one)]), " ".join(other.words[slice(*another)]))
            for one, another in _blocks(mine.words, other.words)
        ),
        (tuple(mine.words[place] for place in only[0]), tuple(other.words[place] for place in only[1])),
    )
    return found._replace(relation=_relation(found, mine, other, only, n_moved))


def _relation(
    found: TitleComparison, mine: _Title, other: _Title, only: tuple[list[int], list[int]], n_moved: int
) -> TitleRelation:
    telling = [[place for place in side if title.words[place] not in FUNCTION_WORDS]
               for side, title in zip(only, (mine, other), strict=True)]  # fmt: skip
    if not any(telling):
        return TitleRelation.REORDERED if n_moved else TitleRelation.SPELLING
    if found.share < _ENOUGH and (all(telling) or found.shared < _ENOUGH):
        return TitleRelation.OTHER
    if all(telling):
        return TitleRelation.SWAPPED
    places, title = (only[0], mine) if telling[0] else (only[1], other)
    if places != list(range(places[0], places[-1] + 1)) or n_moved:
        return TitleRelation.INSERTED
    is_head, is_tail = places[0] == 0, places[-1] == len(title.words) - 1
    edges = {places[0]} if is_tail else {places[-1] + 1} if is_head else {places[0], places[-1] + 1}
    if edges <= title.breaks:
        return TitleRelation.SUBTITLE
    return TitleRelation.EXTENDED if is_head or is_tail else TitleRelation.INSERTED


def _blocks(left: Sequence[str], right: Sequence[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Places in which two sequences differ, as (start, end) on each side."""
    found, start = [], (0, 0)
    for operation in Levenshtein.opcodes(left, right):
        if operation.tag == "equal":
            if start != (operation.src_start, operation.dest_start):
                found.append(((start[0], operation.src_start), (start[1], operation.dest_start)))
            start = operation.src_end, operation.dest_end
    if start != (len(left), len(right)):
        found.append(((start[0], len(left)), (start[1], len(right))))
    return found


def _match_block(mine: _Title, other: _Title, left: range, right: range) -> tuple[tuple[list[int], list[int]], int]:
    """Places without a counterpart in a block where titles differ, and the number of slips that explain the others."""
    words = [mine.words[place] for place in left], [other.words[place] for place in right]
    joined = "".join(words[0]), "".join(words[1])
    if joined[0] == joined[1] or any(is_short(*order) for is_short in _SHORTENED for order in (words, words[::-1])):
        return ([], []), 0
    if len(left) != len(right) and _is_split(*joined):
        return ([], []), 1
    rest, free = list(left), list(right)
    n_slips = _strike_cut(mine.words, other.words, rest, free) + _strike_cut(other.words, mine.words, free, rest)
    for place in list(rest):
        twin = next((one for one in free if is_slip(mine.words[place], other.words[one])), None)
        if twin is not None:
            rest.remove(place)
            free.remove(twin)
            n_slips += 1
    return (rest, free), n_slips


def _strike_cut(words: Sequence[str], whole: Sequence[str], places: list[int], wholes: list[int]) -> int:
    """Strike out neighbours that are one word on the other side, whole or damaged, and return how many there are."""
    n_cut = 0
    for n_words in range(len(places), 1, -1):
        for first in list(places):
            run = range(first, first + n_words)
            if not all(place in places for place in run):
                continue
            joined = "".join(words[place] for place in run)
            twin = next((one for one in wholes if joined == whole[one] or _is_split(joined, whole[one])), None)
            if twin is not None:
                places[:] = [place for place in places if place not in run]
                wholes.remove(twin)
                n_cut += joined != whole[twin]
    return n_cut


def _is_split(left: str, right: str) -> bool:
    """Whether damage has cut a word in two: ``e ciency`` for ``efficiency``."""
    shortest, most, longest_ligature = 6, 2, 3
    if abs(len(left) - len(right)) > longest_ligature:
        return False
    if min(len(left), len(right)) >= shortest - 1 and LIGATURE.sub("", left) == LIGATURE.sub("", right):
        return True
    return (
        min(len(left), len(right)) >= shortest
        and (left + right).isalpha()
        and OSA.distance(left, right, score_cutoff=most) <= most
    )


def _match_moved(mine: _Title, other: _Title, only: tuple[list[int], list[int]]) -> int:
    """Strike out the places of words that stand elsewhere in the other title, and return how many there are."""
    n_moved = 0
    for place in list(only[0]):
        twin = next((one for one in only[1] if mine.stems[place] == other.stems[one]), None)
        if twin is not None:
            only[0].remove(place)
            only[1].remove(twin)
            n_moved += mine.words[place] not in FUNCTION_WORDS
    return n_moved


def _is_acronym(short: Sequence[str], long: Sequence[str]) -> bool:
    """``odes`` for ``ordinary differential equations``."""
    name = "".join(short)
    words = [word for word in long if word not in FUNCTION_WORDS]
    initials = {"".join(word[0] for word in side) for side in (words, long)}
    return len(words) > 1 and bool({name, name.removesuffix("s")} & initials)


def _is_skeleton(short: Sequence[str], long: Sequence[str]) -> bool:
    """``dbms`` for ``database systems``, ``p2p`` for ``peer to peer``: letters in order, no vowels."""
    name, letters = "".join(short).replace("2", "t"), iter("".join(long))
    most = 5
    is_bare = 1 < len(name) <= most and name.isalpha() and not set(name[1:]) & set("aeiouy")
    if not is_bare or not long or (len(long) == 1 and name[0] in "aeiouy"):
        return False
    return name[0] == long[0][0] and all(letter in letters for letter in name.removesuffix("s"))


_SHORTENED = (_is_acronym, _is_skeleton)


def _compare_numbers(mine: _Title, other: _Title) -> NumberRelation:
    if mine.numbers == other.numbers:
        return NumberRelation.SAME
    lost = mine.numbers - other.numbers, other.numbers - mine.numbers
    if all(lost):
        return NumberRelation.OTHER
    lone, title = (lost[0], mine) if lost[0] else (lost[1], other)
    return NumberRelation.PART if any(_is_part(number, title) for number in lone) else NumberRelation.ONE_SIDE


def _is_part(number: str, title: _Title) -> bool:
    """Whether a number stands where that of a part does: behind such a word or at an end; a first is often left out."""
    if number in ("1", "a"):
        return False
    for place, word in enumerate(title.words):
        is_number = word == number or str(parse_roman(word)) == number or stem(word) == number
        is_last = place == len(title.words) - 1 or place + 1 in title.breaks
        is_behind = bool(place) and title.words[place - 1] in PART_WORDS
        if is_number and place and (is_behind or (is_last and len(number) < _LONG_NUMBER)):
            return True
    return False


def _are_scripts_mixed(left: str, right: str) -> bool:
    """Whether one title is in Latin letters and the other in others."""
    are_others = [bool(_OTHER_SCRIPT.search(side)) for side in (left, right)]
    return are_others[0] is not are_others[1] and any(map(_LATIN.search, (left, right)))


def _is_transliteration(left: str, right: str) -> bool:
    almost_equal, fewest_letters = 88, 5
    if is_arabic(left) or is_arabic(right):
        skeletons = [consonants(side) for side in (left, right)]
        return min(map(len, skeletons)) >= fewest_letters and fuzz.ratio(*skeletons) >= almost_equal
    left, right = to_romanized_korean(left), to_romanized_korean(right)
    sounds = [" ".join(normalize_sound(word) for word in to_latin(side).split()) for side in (left, right)]
    return fuzz.ratio(*sounds) >= almost_equal
