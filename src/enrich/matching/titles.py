"""How two titles stand to each other, with the words in which they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

from enrich.matching.differences import (
    PART,
    UNSPACED,
    TitleRelation,
    are_compared,
    are_formulas,
    compare_words,
    is_turn,
)
from enrich.matching.title_notes import strip_notes
from enrich.matching.words import is_known, meaningful
from enrich.text.romanization import consonants, is_arabic, to_romanized_korean
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


_LATIN = re.compile("[a-z]")
_OTHER_SCRIPT = re.compile("[\u0370-\u06ff\uac00-\ud7a3]{2}")
_LEADING_PHRASE = re.compile(
    r"(?:(?:the |an? )?(?:effects?|study|studies|investigations?|observations|case|role) (?:of|on)|some) "
)
"""What an author puts before a title or takes away, and means the same work."""
_SECTION = re.compile(
    r"(?:\w+ )?(?:abstract|editorial|comment|comments|commentary|introduction|preface|foreword|discussion|reply"
    r"|response|perspective|viewpoint|opinion|review|feature|highlight|letter|correspondence|obituary|news|interview"
    r"|debate"
    r"|spotlight|podcast|symposium|afterword|appendix)"
    r"(?: article| essay| paper)?"
)
"""``Invited commentary: …``: the name of a section, or of a piece about the work that bears the rest of the title."""
_DERIVED = re.compile(
    r" (?:an? |the )?(?:summary(?: for (?:policymakers|policy makers|decision makers))?|(?:executive"
    r"|technical) summary|synopsis"
    r"|(?:study |student|instructor|teacher|solution)s? (?:guide|manual|book|workbook|companion|edition|solutions)"
    r"|(?:complete |selected )?solutions(?: manual)?|solutions to .*|workbook|answer key|exercises"
    r"|abridged(?: edition)?|abridgement"
    r"|(?:design and )?rationale(?: .*)?|supplement\w*(?: .*)?|appendix|appendices|companion"
    r"|continued|ten years later|further results|a sequel|addenda|an update|update"
    r"|code|data|dataset|slides|poster|extended abstract)"
)
"""Behind a title: what a summary, a workbook, a protocol or a sequel of the work is called."""
_MOST_SUBTITLES = 4
_CUT = re.compile(r",\s(?=(?:\S+\s+){2}\S)|\s\((?=[^()\d]{8,}\)\s*$)")
"""A comma before three words or more, or a parenthesis without a number at the end."""
_MADE_UP = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[\w]{3,12}\b")
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
    if left > right:  # the smallest edits may differ by the side from which they are counted
        mirrored = compare_titles(right, left)
        return replace(mirrored, differences=tuple((mine, other) for other, mine in mirrored.differences))
    left, right = strip_notes(left), strip_notes(right)
    normal = normalize_title(left), normalize_title(right)
    words = normal[0].split(), normal[1].split()
    n_words = min(map(_count_words, normal))
    if not n_words:
        return TitleComparison(TitleRelation.OTHER, 0.0)
    if normal[0].replace(" ", "") == normal[1].replace(" ", ""):
        return TitleComparison(TitleRelation.EQUAL, 100.0, (), n_words)
    if _are_scripts_mixed(*normal) and _is_transliteration(*normal):
        return TitleComparison(TitleRelation.SPELLING, 100.0, (normal,), n_words)
    similarity = fuzz.ratio(*normal)
    if similarity < _UNLIKE and fuzz.token_set_ratio(*normal) < _UNLIKE:
        return TitleComparison(TitleRelation.OTHER, similarity, (normal,), n_words)
    differences = tuple(_differences(*words))
    relation = _relation(left, right, words, differences, similarity)
    return TitleComparison(relation, similarity, differences, n_words)


def _count_words(normalized: str) -> int:
    """Count the words; where script has no spaces, two letters are about one."""
    words = normalized.split()
    return sum((len(word) + 1) // 2 if UNSPACED.search(word) else 1 for word in words)


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
    kinds = _kinds(differences, min(map(len, words)))
    half = 0.5
    if _have_other_names(left, right, differences):
        return TitleRelation.NUMBERS if _overlap(*words) >= half else TitleRelation.OTHER
    if _is_garbled(words, differences, kinds):
        return TitleRelation.SPELLING
    if max(kinds) <= TitleRelation.SPELLING and (similarity >= _ALIKE or _is_mostly_equal(words, differences)):
        return TitleRelation.SPELLING
    if _are_reordered(*words):
        return TitleRelation.REORDERED
    if (part := _compare_parts(left, right)) is not None:
        return part
    if TitleRelation.OPPOSITE in kinds and _is_mostly_equal(words, differences):
        return TitleRelation.OPPOSITE
    if TitleRelation.NUMBERS in kinds or _have_other_numbers(left, right):
        return TitleRelation.NUMBERS if _overlap(*words) >= half else TitleRelation.OTHER
    if is_cut(left, right) or (len(differences) == 1 and (_is_extension(words, differences[0]) or _is_led(words))):
        return TitleRelation.EXTENDED
    loose = TitleRelation.RELATED if _overlap(*words) >= half else TitleRelation.OTHER
    return TitleRelation.REWORDED if _is_reworded(words, differences, kinds) else loose


def _kinds(differences: Sequence[tuple[str, str]], n_words: int) -> list[TitleRelation]:
    """What each difference leaves possible; in a short title a comparative is a name of its own."""
    most = 5
    return [
        TitleRelation.OPPOSITE if n_words <= most and are_compared(*pair) else compare_words(*pair)
        for pair in differences
    ]


def _have_other_names(left: str, right: str, differences: Sequence[tuple[str, str]]) -> bool:
    """``BERT …`` and ``RoBERTa …``: two made-up names in the same place, if titles are not all in capitals."""
    if left.isupper() or right.isupper():
        return False
    names = [{normalize_title(name) for name in _MADE_UP.findall(side)} for side in (left, right)]
    most_slips = 2
    return any(
        mine in names[0] and other in names[1] and OSA.distance(mine, other) > most_slips for mine, other in differences
    )


def _are_reordered(left: Sequence[str], right: Sequence[str]) -> bool:
    """``Dynamics of shedding in patients`` and ``Shedding dynamics in patients``."""
    least_words = 4
    mine, other = (sorted(meaningful(" ".join(side))) for side in (left, right))
    return sorted(left) == sorted(right) or (mine == other and len(mine) >= least_words)


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
        kind <= TitleRelation.SPELLING
        or not (all(is_known(word) for word in f"{mine} {other}".split()) or are_formulas(mine, other))
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
        wanted = normalize_title(other)
        if _is_derived(whole, wanted):
            return TitleRelation.RELATED
        if (
            not subtitle
            or _have_part_number(subtitle) != _have_part_number(other)
            or is_turn(normalize_title(subtitle))
        ):
            continue
        if _SECTION.fullmatch(normalize_title(main)) and _is_near(normalize_title(subtitle), wanted):
            return TitleRelation.RELATED
        if _is_near(normalize_title(main), wanted):
            return TitleRelation.SUBTITLE
        if len(main.split()) <= 2 and _is_near(normalize_title(subtitle), wanted):  # noqa: PLR2004 (a name)
            return TitleRelation.SUBTITLE
        if any(_is_near(normalize_title(longer), wanted) for longer in _longer_mains(main, subtitle)):
            return TitleRelation.SUBTITLE
    return None


def _longer_mains(main: str, subtitle: str) -> Iterator[str]:
    """The main title with the first subtitle, with the first two … where several follow each other."""
    for _ in range(_MOST_SUBTITLES):
        first, rest = split_subtitle(subtitle)
        if not rest:
            return
        main, subtitle = f"{main}: {first}", rest
        if not _have_part_number(subtitle):
            yield main


def _is_derived(whole: str, wanted: str) -> bool:
    """Whether one title is the other with words behind it that name a work made from that one."""
    normal = normalize_title(whole)
    return normal.startswith(f"{wanted} ") and bool(_DERIVED.fullmatch(normal[len(wanted) :]))


def have_other_subtitles(left: str, right: str) -> bool:
    """Whether two titles are one name with two subtitles, as the volumes of a set have.

    >>> have_other_subtitles("Climate change 2007: Impacts and adaptation", "Climate change 2007: Mitigation")
    True
    """
    unlike = 60
    mine, other = split_subtitle(left), split_subtitle(right)
    subtitles = normalize_title(mine[1]), normalize_title(other[1])
    is_one_name = normalize_title(mine[0]) == normalize_title(other[0])
    return is_one_name and all(subtitles) and fuzz.token_set_ratio(*subtitles) < unlike


def is_cut(left: str, right: str) -> bool:
    """Whether one title ends where the other has a comma or a parenthesis.

    >>> is_cut("Prolegomena zu einer Metaphysik, die als Wissenschaft gilt", "Prolegomena zu einer Metaphysik")
    True
    """
    least_words = 4
    for whole, other in ((left, normalize_title(right)), (right, normalize_title(left))):
        ends = [found.start() for found in islice(_CUT.finditer(whole), _MOST_SUBTITLES)]
        mains = (normalize_title(whole[:end]) for end in ends)
        if len(other.split()) >= least_words and any(_is_near(main, other) for main in mains):
            return True
    return False


def is_headed(left: str, right: str) -> bool:
    """Whether one title is the other behind the heading of a section.

    >>> is_headed("Main Trends in Recent Philosophy: Two Dogmas of Empiricism", "Two Dogmas of Empiricism")
    True
    """
    normal = normalize_title(left), normalize_title(right)
    for whole, other in ((left, normal[1]), (right, normal[0])):
        rest = whole
        for _ in range(_MOST_SUBTITLES):
            rest = split_subtitle(rest)[1]
            if rest and normalize_title(rest) == other:
                return True
    return False


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
    words = left.split(), right.split()
    kinds = _kinds(tuple(_differences(*words)), min(map(len, words)))
    return max(kinds) <= TitleRelation.SPELLING and fuzz.ratio(left, right) >= _ALIKE


def _is_extension(words: tuple[list[str], list[str]], difference: tuple[str, str]) -> bool:
    shorter, longer = sorted(words, key=len)
    return "" in difference and longer[: len(shorter)] == shorter


def _is_led(words: tuple[list[str], list[str]]) -> bool:
    """Whether one title is the other behind ``Effect of``."""
    mine, other = (" ".join(side) for side in words)
    return _LEADING_PHRASE.sub("", mine, count=1) == other or _LEADING_PHRASE.sub("", other, count=1) == mine


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
