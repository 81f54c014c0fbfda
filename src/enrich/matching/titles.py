"""How two titles stand to each other, with the words in which they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

from enrich.matching.differences import PART, UNSPACED, TitleRelation, compare_words
from enrich.matching.kinds import THESIS_NOTE
from enrich.matching.words import is_known, meaningful
from enrich.text.titles import normalize_title, number_tokens, split_subtitle
from enrich.text.transliteration import normalize_sound, to_latin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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


_RETRACTED = re.compile(r"^\W*retracted(?: article| paper)?\W+", re.IGNORECASE)
_RESPONSIBILITY = re.compile(
    r"\s/\s*(?:ed(?:ited|itors?|s)?|compiled|translated|written|hrsg|herausgegeben|sous la direction|par|von|by)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_MEDIUM = re.compile(
    r"\[(?:electronic resource|microform|microfilm|text|internet|online|elektronische ressource"
    r"|ressource électronique)\]",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:\w+ )?(?:abstract|editorial|comment|comments|commentary|introduction|preface|foreword|discussion|reply"
    r"|response|perspective|viewpoint|opinion|review|feature|highlight|letter|correspondence|obituary|news|interview|debate"
    r"|spotlight|podcast|symposium|afterword|appendix)"
    r"(?: article| essay| paper)?"
)
"""``Invited commentary: …``: the name of a section, or of a piece about the work that bears the rest of the title."""
_TEENS = "thir four fif six seven eigh nine".split()
_ONES = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINALS = {
    **{f"{teen}teenth": f"{number}th" for number, teen in enumerate(_TEENS, 13)},
    "twentieth": "20th",
    **{f"twenty {one}": f"2{number}{('st', 'nd', 'rd')[number - 1] if number < 4 else 'th'}"  # noqa: PLR2004
       for number, one in enumerate(_ONES, 1)},
}  # fmt: skip
_ORDINAL = re.compile(r"\b(?:" + "|".join(_ORDINALS).replace(" ", "[ -]") + r")\b", re.IGNORECASE)
_ALIKE = 80
_UNLIKE = 60


@lru_cache(maxsize=4_096)
def compare_titles(left: str, right: str) -> TitleComparison:
    """Return how two titles stand to each other.

    >>> compare_titles("Latent ODEs for Data", "Latent ordinary differential equations for data").relation.name
    'SPELLING'
    >>> compare_titles("Supervised learning of graphs", "Unsupervised learning of graphs").relation.name
    'OPPOSITE'
    """
    left, right = _prepare(left), _prepare(right)
    normal = normalize_title(left), normalize_title(right)
    words = normal[0].split(), normal[1].split()
    n_words = min(map(_count_words, normal))
    if not n_words:
        return TitleComparison(TitleRelation.OTHER, 0.0)
    if normal[0].replace(" ", "") == normal[1].replace(" ", ""):
        return TitleComparison(TitleRelation.EQUAL, 100.0, (), n_words)
    if normal[0].isascii() is not normal[1].isascii() and _is_transliteration(*normal):
        return TitleComparison(TitleRelation.SPELLING, 100.0, (normal,), n_words)
    similarity = fuzz.ratio(*normal)
    if similarity < _UNLIKE and fuzz.token_set_ratio(*normal) < _UNLIKE:
        return TitleComparison(TitleRelation.OTHER, similarity, (normal,), n_words)
    differences = tuple(_differences(*words))
    relation = _relation(left, right, words, differences, similarity)
    return TitleComparison(relation, similarity, differences, n_words)


def _prepare(title: str) -> str:
    """Drop what a catalogue adds to a title (a retraction, who is responsible, the medium, the degree); 21st in digits.

    >>> _prepare("Capital in the Twenty-First Century / by Thomas Piketty")
    'Capital in the 21st Century'
    """
    for note in (_RETRACTED, _RESPONSIBILITY, _MEDIUM, THESIS_NOTE):
        title = note.sub("", title)
    return _ORDINAL.sub(lambda found: _ORDINALS[re.sub(r"\W", " ", found[0].lower())], title)


def _count_words(normalized: str) -> int:
    """Count the words; where script has no spaces, two letters are about one."""
    words = normalized.split()
    return sum((len(word) + 1) // 2 if UNSPACED.search(word) else 1 for word in words)


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
    kinds = [compare_words(*pair) for pair in differences]
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


def _overlap(left: Sequence[str], right: Sequence[str]) -> float:
    mine, other = set(meaningful(" ".join(left))) or set(left), set(meaningful(" ".join(right))) or set(right)
    return len(mine & other) / min(len(mine), len(other))


def _have_other_numbers(left: str, right: str) -> bool:
    mine, other = number_tokens(left), number_tokens(right)
    return bool(mine) and bool(other) and sorted(mine) != sorted(other)


def _compare_parts(left: str, right: str) -> TitleRelation | None:
    """Compare with one subtitle dropped, or with the short name before a colon dropped."""
    for whole, other in ((left, right), (right, left)):
        if any(_is_near(normalize_title(title), normalize_title(other)) for title in _split_parallel(whole)):
            return TitleRelation.SUBTITLE
        main, subtitle = split_subtitle(whole)
        if not subtitle or _have_part_number(subtitle) != _have_part_number(other):
            continue
        wanted = normalize_title(other)
        if _SECTION.fullmatch(normalize_title(main)) and _is_near(normalize_title(subtitle), wanted):
            return TitleRelation.RELATED
        if _is_near(normalize_title(main), wanted):
            return TitleRelation.SUBTITLE
        if len(main.split()) <= 2 and _is_near(normalize_title(subtitle), wanted):  # noqa: PLR2004 (a name)
            return TitleRelation.SUBTITLE
    return None


def _split_parallel(title: str) -> list[str]:
    """Titles in several languages, as librarians write them: ``Languages of Québec = Langues du Québec``."""
    titles = title.split(" = ")
    return titles if len(titles) > 1 and all(len(one.split()) > 1 for one in titles) else []


def _have_part_number(text: str) -> bool:
    return bool(PART.search(text))


def _is_near(left: str, right: str) -> bool:
    if not left or not right:
        return False
    if left.replace(" ", "") == right.replace(" ", ""):
        return True
    kinds = [compare_words(*pair) for pair in _differences(left.split(), right.split())]
    return max(kinds) <= TitleRelation.SPELLING and fuzz.ratio(left, right) >= _ALIKE


def _is_extension(words: tuple[list[str], list[str]], difference: tuple[str, str]) -> bool:
    shorter, longer = sorted(words, key=len)
    return "" in difference and longer[: len(shorter)] == shorter


def _share_an_end(left: str, right: str) -> bool:
    """``self supervised`` for ``unsupervised``."""
    least = 6
    return left[-least:] == right[-least:]


def _is_reworded(
    words: tuple[list[str], list[str]], differences: Sequence[tuple[str, str]], kinds: Sequence[TitleRelation]
) -> bool:
    """Whether one word or two stand in the place of others; a word more or less makes another title."""
    most_words, least_equal = 2, 3
    changed = [pair for pair, kind in zip(differences, kinds, strict=True) if kind is TitleRelation.REWORDED]
    sizes = [(len(meaningful(mine)), len(meaningful(other))) for mine, other in changed]
    n_changed = sum(map(max, sizes))
    n_equal = min(len(meaningful(" ".join(side))) for side in words) - n_changed
    is_replaced = len(changed) == 1 and all(map(all, sizes)) and (n_changed == 1 or _share_an_end(*changed[0]))
    return is_replaced and n_changed <= most_words and (n_equal >= least_equal or n_equal >= 2 * n_changed)
