"""What a word tells: its rarity in bits, its stem, and whether another word is only another spelling of it.

``word_bits.txt`` holds the document frequencies of the words that stand in five and more of the 527,053 titles of the
arXiv metadata up to 2020 (CC0), as bits: ``log2(titles / titles with the word)``, rounded to halves, by
``python -m benchmarks.identity words``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA, Prefix
from Stemmer import Stemmer

from enrich.text.greek import GREEK
from enrich.text.title_forms import NUMBER_WORDS, parse_roman

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEMMER = Stemmer("english")
FUNCTION_WORDS = frozenset(
    "a an the of for on in to and with by from via using towards toward at as is are its their or be into over under "
    "through der die das und von zur zum für im le la les des du de et en un une el los las y del e il lo gli "
    "di".split()
)
"""Words that carry no meaning of their own."""
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
"""A letter of a script that is written without spaces between words."""
RAREST = 17.0
"""Bits of a word that the table does not hold."""
_UNSPACED_BITS = 6.0
_FUNCTION_BITS = 0.0
_LONG_ROOT = 6
_MOST_LOST = 3
_ENDINGS = frozenset(
    "s es e ed d ing al ally ly ic ical ics y ity ies er ers or ors ion ions ation ations ational ive ance ence ant "
    "ent ure ures ural ative ar ist ism ment ments ful ness ize ized izing ization".split()
) | {""}
_SHORT_WORD, _LONG_WORD, _LONGER_WORD, _RARER = 4, 8, 14, 4
_GREEK_NAMES = {letter: name for name, letter in GREEK.items()}
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_UMLAUT = re.compile("(?<=[aou])e")
LIGATURE = re.compile("ffi|ffl|ff|fi|fl")
"""Letters that programs lose where a font sets them as one."""
_BRITISH = re.compile("our(?=$|s$|ed$|ing$|al$|able$|less$)")


class _Table(dict[str, float]):
    """Bits of the words of titles; others have those of the rarest."""

    def __missing__(self, word: str) -> float:
        return _UNSPACED_BITS if len(word) == 1 and UNSPACED.match(word) else RAREST


@cache
def _table() -> _Table:
    text = files("enrich.matching").joinpath("word_bits.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    known = {word: float(bits) for bits, *words in rows for word in words}
    return _Table(known | dict.fromkeys(FUNCTION_WORDS, _FUNCTION_BITS))


def bits_of(word: str) -> float:
    """Return what a word tells, in bits.

    >>> bits_of("the") < bits_of("networks") < bits_of("universality") < bits_of("strontium")
    True
    """
    return _table()[word]


def weigh(words: Iterable[str]) -> float:
    """Return what words tell together, in bits.

    >>> weigh(["of", "the"])
    0.0
    """
    return sum(map(_table().__getitem__, words))


def is_known(word: str) -> bool:
    """Whether a word is a common word of titles, and so no slip.

    >>> is_known("networks"), is_known("netwrks")
    (True, False)
    """
    return word in _table()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return what the spellings and inflections of a word share: Snowball's stem, in American spelling.

    >>> stem("colours") == stem("color"), stem("second") == stem("2") != stem("iii"), stem("theories") == stem("theory")
    (True, True, True)
    """
    roman = parse_roman(word) if len(word) > 1 else None
    word = NUMBER_WORDS.get(word) or _GREEK_NAMES.get(word) or (str(roman) if roman else word)
    if not word.isascii() or not word.isalpha():
        return _ORDINAL.sub(r"\1", word)
    return str(_STEMMER.stemWord(_BRITISH.sub("or", word)))


def is_slip(left: str, right: str) -> bool:
    """Whether a word is another one misspelt: near in letters, and not two words that titles know.

    >>> is_slip("ethnol", "ethanol"), is_slip("methanol", "ethanol"), is_slip("cofe2o4", "nife2o4")
    (True, False, False)
    >>> is_slip("aggragates", "aggregation")
    True
    """
    if _are_derived(left, right):
        return True
    if abs(len(left) - len(right)) > _MOST_LOST:
        return False
    if _UMLAUT.sub("", left) == _UMLAUT.sub("", right):
        return True
    known = is_known(left), is_known(right)
    is_rarer = abs(bits_of(left) - bits_of(right)) >= _RARER
    if (is_rarer or not all(known)) and len(bare := LIGATURE.sub("", left)) > 1 and bare == LIGATURE.sub("", right):
        return True
    roots = stem(left), stem(right)
    if not all(known) and min(map(len, roots)) > _SHORT_WORD and OSA.distance(*roots, score_cutoff=1) <= 1:
        return True
    shortest, longest = sorted((len(left), len(right)))
    allowed = 0 if shortest < _SHORT_WORD else 1 + (longest >= _LONG_WORD) + (longest >= _LONGER_WORD)
    if not allowed or not (left + right).isalpha() or OSA.distance(left, right, score_cutoff=allowed) > allowed:
        return False
    if all(known):  # a slip that many made stands in titles, too, but is rare beside the word
        return shortest >= _LONG_WORD and is_rarer
    return any(known) or left[0] == right[0] or len(left) != len(right)


def _are_derived(left: str, right: str) -> bool:
    """``qualitative`` and ``quality``: one root with two endings."""
    root = Prefix.similarity(left, right)
    return root >= _LONG_ROOT and left[root:] in _ENDINGS and right[root:] in _ENDINGS
