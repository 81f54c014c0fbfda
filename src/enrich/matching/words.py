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

import snowballstemmer
from rapidfuzz.distance import OSA

from enrich.text.greek import GREEK
from enrich.text.title_forms import NUMBER_WORDS, PART_WORDS, parse_roman

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STEMMER = snowballstemmer.stemmer("english")
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
_MOST_LOST = 3
_SHORT_WORD, _LONG_WORD, _LONGER_WORD, _RARER, _LONGEST_SHORT, _LIGATURE_LETTERS = 4, 8, 14, 4, 5, 2
_TEENS = "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
_NUMBERS = {**NUMBER_WORDS, **{word: str(number) for number, word in enumerate(_TEENS, 13)}}
_GREEK_NAMES = {letter: name for name, letter in GREEK.items()}
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_UMLAUT = re.compile("(?<=[aou])e")
LIGATURE = re.compile("ffi|ffl|ff|fi|fl")
"""Letters that programs lose where a font sets them as one."""
_BRITISH = re.compile("our(?=$|s$|ed$|ing$|al$|able$|less$)")


@cache
def _table() -> dict[str, float]:
    text = files("enrich.matching").joinpath("word_bits.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {word: float(bits) for bits, *words in rows for word in words}


def bits_of(word: str) -> float:
    """Return what a word tells, in bits.

    >>> bits_of("the") < bits_of("networks") < bits_of("universality") < bits_of("strontium")
    True
    """
    if word in FUNCTION_WORDS:
        return _FUNCTION_BITS
    return _UNSPACED_BITS if len(word) == 1 and UNSPACED.match(word) else _table().get(word, RAREST)


def weigh(words: Iterable[str]) -> float:
    """Return what words tell together, in bits.

    >>> weigh(["of", "the"])
    0.0
    """
    return sum(map(bits_of, words))


def is_known(word: str) -> bool:
    """Whether a word is a common word of titles, and so no slip.

    >>> is_known("networks"), is_known("netwrks")
    (True, False)
    """
    return word in _table() or word in FUNCTION_WORDS


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return what the spellings and inflections of a word share: Snowball's stem, in American spelling.

    >>> stem("colours") == stem("color"), stem("second") == stem("2") != stem("iii"), stem("theories") == stem("theory")
    (True, True, True)
    """
    roman = parse_roman(word) if len(word) > 1 else None
    word = _NUMBERS.get(word) or _GREEK_NAMES.get(word) or (str(roman) if roman else word)
    if not word.isascii() or not word.isalpha():
        return _ORDINAL.sub(r"\1", word)
    return str(_STEMMER.stemWord(_BRITISH.sub("or", word)))


@lru_cache(maxsize=65_536)
def is_slip(left: str, right: str) -> bool:
    """Whether a word is another one misspelt: near in letters, and not two words that titles know.

    >>> is_slip("ethnol", "ethanol"), is_slip("methanol", "ethanol"), is_slip("cofe2o4", "nife2o4")
    (True, False, False)
    >>> is_slip("aggragates", "aggregation"), is_slip("eciency", "efficiency")
    (True, True)
    """
    roots, known = (stem(left), stem(right)), (is_known(left), is_known(right))
    if roots[0] == roots[1] or _UMLAUT.sub("", left) == _UMLAUT.sub("", right):
        return True
    if {left, right} <= PART_WORDS and (left.startswith(right) or right.startswith(left)):
        return True  # "vol" and "volume"
    if abs(len(left) - len(right)) > _MOST_LOST:
        return False
    bare = LIGATURE.sub("", left), LIGATURE.sub("", right)
    if not all(known) and ((bare[0] == bare[1] and len(bare[0]) > _LIGATURE_LETTERS) or _is_near(*roots, 1)):
        return True
    longest = max(len(left), len(right))
    if not _is_near(left, right, 1 + (longest >= _LONG_WORD) + (longest >= _LONGER_WORD)):
        return False
    if all(known):  # a slip that many made stands in titles, too, but is rare beside the word
        return longest >= _LONG_WORD and abs(bits_of(left) - bits_of(right)) >= _RARER
    return any(known) or left[0] == right[0] or len(left) != len(right)


def _is_near(left: str, right: str, most: int) -> bool:
    is_long = min(len(left), len(right)) >= _SHORT_WORD and (left + right).isalpha()
    return is_long and OSA.distance(left, right, score_cutoff=most) <= most


def is_shortened(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether words are the initials of others, or their letters without vowels.

    >>> is_shortened(["odes"], ["ordinary", "differential", "equations"])
    True
    >>> is_shortened(["dbms"], ["database", "systems"])
    True
    """
    name, letters = "".join(short).replace("2", "t"), iter("".join(long))
    words = [word for word in long if word not in FUNCTION_WORDS]
    initials = {"".join(word[0] for word in side) for side in (words, long)}
    if len(words) > 1 and {name, name.removesuffix("s")} & initials:
        return True
    is_bare = 1 < len(name) <= _LONGEST_SHORT and name.isalpha() and not set(name) & set("aeiouy")
    return is_bare and bool(long) and name[0] == long[0][0] and all(letter in letters for letter in name)
