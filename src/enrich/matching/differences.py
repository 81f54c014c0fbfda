"""What kind of difference there is between the words that two titles do not share."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from enrich.matching.classes import are_of_one_class
from enrich.matching.words import FUNCTION_WORDS, is_known, meaningful
from enrich.text.markup import GREEK
from enrich.text.titles import NUMBER_WORDS, PART_WORDS, number_tokens, parse_roman


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


_OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in (
        "men/women man/woman male/female males/females boys/girls mother/father mothers/fathers rats/mice rat/mouse "
        "dogs/cats dog/cat children/adults child/adult left/right north/south east/west northern/southern "
        "eastern/western increase/decrease increased/decreased increasing/decreasing upper/lower high/low higher/lower "
        "maximum/minimum maximal/minimal max/min positive/negative odd/even early/late early/later earlier/later "
        "before/after pre/post old/new "
        "micro/macro intra/inter hyper/hypo internal/external discrete/continuous deductive/inductive convex/concave "
        "linear/nonlinear acute/chronic first/second first/third second/third primary/secondary urban/rural "
        "import/export with/without elliptic/hyperbolic parabolic/hyperbolic elliptic/parabolic finite/infinite "
        "light/dark hot/cold local/global static/dynamic summer/winter spring/autumn encoder/decoder black/white "
        "self/semi semi/fully self/fully weakly/fully weakly/semi weakly/self necessary/sufficient primal/dual "
        "classical/quantum proactive/reactive theoretical/experimental "
        "active/passive centralized/distributed centralized/decentralized serial/parallel additive/multiplicative "
        "synchronous/asynchronous symmetric/asymmetric homogeneous/heterogeneous deterministic/stochastic "
        "real/complex sparse/dense comment/reply question/answer red/blue red/green blue/green direct/indirect "
        "strong/weak forward/backward"
    ).split()
)
_HOMOPHONES = frozenset(map(frozenset, (("principal", "principle"), ("principals", "principles"))))
"""Words that are written for each other, and never tell two titles apart."""
_TURNS = frozenset("not no never revisited reconsidered redux reexamined".split())
"""Words that turn a title into another one's denial or sequel."""
_AUXILIARIES = frozenset("do does did is are was were can could will would may has have".split())
_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan/february feb/march mar/april apr/may/june jun/july jul/august aug/september sept sep/october oct/"
        "november nov/december dec/spring/summer/autumn fall/winter".split("/")
    )
    for name in names.split()
}
"""Months and seasons: issues of one serial differ in them."""
_COMPARED = frozenset(
    frozenset((word, word.removesuffix("e") + ending))
    for word in "fast deep wide small high low large strong simple great long short tight sharp".split()
    for ending in ("er", "est")
)
"""``Faster R-CNN`` is another work than ``Fast R-CNN``."""
_ORDINALS = {
    word: str(number)
    for number, words in enumerate(
        (
            "premier premiere erste erster erstes primo prima primero primera pervyi",
            "deuxieme seconde zweite zweiter zweites secondo seconda segundo segunda vtoroi",
            "troisieme dritte dritter drittes terzo terza tercero tercera tretii",
            "quatrieme vierte vierter viertes quarto quarta cuarto cuarta", "cinquieme funfte funfter quinto quinta",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_FIRST_PARTS = frozenset("i/1/part i/part 1/part one/paper i/paper 1/first part".split("/"))
_GREEK_LETTERS = {letter: name for name, letter in GREEK.items()}
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
_SUFFIXES = frozenset(
    "s es e ed d ing al ally ly ic ical ics ically ity y ies ied er ers or ors ion ions ation ations ational ional ive "
    "ance ence ant ent ure ures ural ative ar ist ists ism ment ments less ful ness ize ized izing ization ise ised "
    "ising isation".split()
) | {""}
_BRITISH = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        (r"our(?=$|s$|ed$|ing$|al$|able$|less$)", "or"), (r"is(?=(?:e[ds]?|ing|ations?)$)", "iz"),
        (r"ys(?=(?:e[ds]?|ing)$)", "yz"),
        (r"ae|oe", "e"), (r"ogue(?=s?$)", "og"), (r"tre(?=s?$)", "ter"), (r"ll(?=(?:ed|ing)$)", "l"), (r"grey", "gray"),
        (r"ence(?=s?$)", "ense"), (r"ph", "f"), (r"(.)\1", r"\1"),
    )
)  # fmt: skip
_NEGATIONS = tuple("un non in im ir an anti dis de sub super semi bi tri mono di multi".split())
_COUNTING = re.compile(
    r"(mono|uni|bi|di|tri|tetra|quad|quadri|penta|quint|hexa|hepta|octa|octo|nona|deca|multi)(\w{4,})"
)
_COMPOUND = re.compile(r"(\w{3,}?)(ane|ene|yne|ine|anol|one|ate|ite|ide|ic|ous)s?")
_DIMENSIONS = re.compile(r"\b(\d) ?d\b")
_SIGNS = frozenset(("plus", "sharp", "star"))
"""What ``text.titles`` makes of the signs in C++, C# and A*."""
_LETTERS_WITHOUT_MEANING = frozenset("as")
_SHORT_WORD, _LONG_WORDS = 4, 14
PART = re.compile(
    r"\b(?:part|vol(?:ume)?|band|teil|tome|book|no|number|edition|ed|chapter|section)\b\.?\s*\w+|^[ivx]+\b",
    re.IGNORECASE,
)


def compare_words(left: str, right: str) -> TitleRelation:
    """Return the relation that the words in which two titles differ leave possible.

    >>> compare_words("odes", "ordinary differential equations").name, compare_words("men", "women").name
    ('SPELLING', 'OPPOSITE')
    """
    if meaningful(_spell_out(left)) == meaningful(_spell_out(right)):
        return TitleRelation.SPELLING
    if _name_one_part(left, right) or frozenset((left, right)) in _HOMOPHONES:
        return TitleRelation.SPELLING
    if _is_opposite(left, right):
        return TitleRelation.OPPOSITE
    if UNSPACED.search(left + right):
        return TitleRelation.REWORDED
    if _is_counted_otherwise(left, right) or _is_other_compound(left, right):
        return TitleRelation.NUMBERS
    if _is_garbled_word(left, right) or _is_garbled_function_word(left, right):
        return TitleRelation.SPELLING
    if _is_number_conflict(left, right):
        return TitleRelation.NUMBERS
    if _is_typo(left, right) or _is_inflection(left, right) or _is_acronym(left, right) or _is_acronym(right, left):
        return TitleRelation.SPELLING
    return TitleRelation.REWORDED


def is_first_part(difference: tuple[str, str]) -> bool:
    """Whether all that differs is that one title names a first part.

    >>> is_first_part(("", "i")), is_first_part(("part 1", "")), is_first_part(("", "ii"))
    (True, True, False)
    """
    return "" in difference and "".join(difference) in _FIRST_PARTS


def are_compared(left: str, right: str) -> bool:
    """Whether one word is the other compared: ``fast`` and ``faster``.

    >>> are_compared("fast", "faster"), are_compared("train", "trainer")
    (True, False)
    """
    return frozenset((left, right)) in _COMPARED


def _name_one_part(left: str, right: str) -> bool:
    """``volume 3`` and ``vol iii``, ``3`` and ``iii``."""
    words = left.split(), right.split()
    if all(word.isdecimal() or parse_roman(word) for word in (left, right)):
        return number_tokens(f"part {left}") == number_tokens(f"part {right}")
    are_parts = all(len(side) == len(words[0]) and side[:-1] and set(side[:-1]) <= PART_WORDS for side in words)
    return are_parts and bool(number_tokens(left)) and number_tokens(left) == number_tokens(right)


def _spell_out(text: str) -> str:
    """Greek letters and small numbers in words, ``3-D`` for three-dimensional."""
    spelt = " ".join(_GREEK_LETTERS.get(word, NUMBER_WORDS.get(word, word)) for word in text.split())
    return _DIMENSIONS.sub(r"\1 dimensional", spelt)


def _is_garbled_word(left: str, right: str) -> bool:
    """Whether a number in letters is only misspelt, as in ``btwo`` for ``two``."""
    words = (*left.split(), *right.split())
    is_plain = all(len(word) >= _SHORT_WORD - 1 and word.isalpha() and parse_roman(word) is None for word in words)
    return is_plain and bool(left) and bool(right) and _is_typo(left, right)


def _is_garbled_function_word(left: str, right: str) -> bool:
    """``df`` for ``of``: no author means another word there."""
    if (left in FUNCTION_WORDS) is (right in FUNCTION_WORDS) or {left, right} & NUMBER_WORDS.keys():
        return False
    least = 2
    return min(len(left), len(right)) >= least and OSA.distance(left, right, score_cutoff=1) <= 1


def _is_number_conflict(left: str, right: str) -> bool:
    months = [{_MONTHS[word] for word in text.split() if word in _MONTHS} for text in (left, right)]
    romans = [{parse_roman(word) for word in text.split()} - {None} for text in (left, right)]
    if any(all(found) and found[0] != found[1] for found in (months, romans)):
        return True
    numbers = [[word for word in text.split() if _carries_number(word)] for text in (left, right)]
    if len(left) == len(right) == 1 and left.isalpha() and right.isalpha():
        return True
    if left in _ORDINALS and right in _ORDINALS:
        return _ORDINALS[left] != _ORDINALS[right]
    if left in NUMBER_WORDS and right in NUMBER_WORDS:
        return NUMBER_WORDS[left] != NUMBER_WORDS[right]
    if _begins_a_part(left, right) or set(f"{left} {right}".split()) <= _SIGNS:
        return True
    letters = _single_letters(left), _single_letters(right)
    if all(numbers):
        return number_tokens(" ".join(numbers[0])) != number_tokens(" ".join(numbers[1]))
    if all(letters):
        return letters[0] != letters[1]
    # A number on one side only tells works apart when it stands for a part or an edition, not within a phrase.
    lone = left if numbers[0] or letters[0] else right
    return bool(numbers[0] or numbers[1] or PART.search(lone)) and all(
        _carries_number(word) or word in PART_WORDS or len(word) == 1 for word in meaningful(lone)
    )


def _is_counted_otherwise(left: str, right: str) -> bool:
    """``pentagrid`` and ``heptagrid``."""
    mine, other = _COUNTING.match(left), _COUNTING.match(right)
    return mine is not None and other is not None and mine[1] != other[1] and mine[2] == other[2]


def _is_other_compound(left: str, right: str) -> bool:
    """``ethane`` and ``ethene``, ``sulfate`` and ``sulfite``; where one of them is no word, it is a slip."""
    found = [_COMPOUND.fullmatch(text) for text in (left, right)]
    if not found[0] or not found[1] or is_known(left) is not is_known(right):
        return False
    return found[0][1] == found[1][1] and found[0][2] != found[1][2]


def _begins_a_part(left: str, right: str) -> bool:
    """``ii higher levels``, ``2 simulations`` or ``part ii simulations`` behind an equal title."""
    most = 12
    if left and right:
        return False
    first, *rest = (left or right).split()
    if first in PART_WORDS and rest and number_tokens(f"{first} {rest[0]}"):
        return True
    number = int(first) if first.isdecimal() else parse_roman(first) or 0
    return bool(rest) and 1 < number <= most


@lru_cache(maxsize=65_536)
def _carries_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or (len(word) > 1 and bool(number_tokens(f"part {word}")))


def _single_letters(text: str) -> set[str]:
    return {word for word in text.split() if len(word) == 1 and word.isalpha()} - _LETTERS_WITHOUT_MEANING


def _is_opposite(left: str, right: str) -> bool:
    mine, other = meaningful(left) or left.split(), meaningful(right) or right.split()
    if len(mine) == len(other) and any(map(_are_opposite, mine, other)):
        return True
    if {left, right} == {"with", "without"} or ("" in (left, right) and is_turn(left + right)):
        return True
    joined = "".join(mine), "".join(other)
    longer, shorter = joined if len(joined[0]) > len(joined[1]) else joined[::-1]
    return len(shorter) >= _SHORT_WORD and any(longer == prefix + shorter for prefix in _NEGATIONS)


def is_turn(added: str) -> bool:
    """Whether words turn a title into another one's denial or sequel.

    >>> is_turn("do not"), is_turn("revisited"), is_turn("note")
    (True, True, False)
    """
    words = added.split()
    return any(word in _TURNS for word in words) and all(word in _TURNS or word in _AUXILIARIES for word in words)


def _are_opposite(left: str, right: str) -> bool:
    return frozenset((left, right)) in _OPPOSITES or are_of_one_class(left, right)


def are_formulas(left: str, right: str) -> bool:
    """Whether two words of letters and digits differ in their letters.

    >>> are_formulas("cofe2o4", "nife2o4"), are_formulas("word2vec", "word2vec")
    (True, False)
    """
    is_mixed = all(word[:1].isalpha() and any(letter.isdigit() for letter in word) for word in (left, right))
    return is_mixed and _letters_of(left) != _letters_of(right)


def _letters_of(word: str) -> str:
    return "".join(letter for letter in word if letter.isalpha())


def _is_typo(left: str, right: str) -> bool:
    mine, other = left.replace(" ", ""), right.replace(" ", "")
    if not mine or not other:
        return False
    longest = max(len(mine), len(other))
    if [c for c in mine if c.isdigit()] != [c for c in other if c.isdigit()]:
        return False
    if len(left.split()) == len(right.split()) and all(is_known(word) for word in (*left.split(), *right.split())):
        return False
    if are_formulas(mine, other) or (mine[0] != other[0] and not is_known(mine) and not is_known(other)):
        return False  # "GCR" and "CCR", "incircles" and "excircles": slips spare the first letter of a rare word
    allowed = 1 if longest <= _SHORT_WORD else 2 if longest < _LONG_WORDS else 3
    return OSA.distance(mine, other, score_cutoff=allowed) <= allowed


def _is_inflection(left: str, right: str) -> bool:
    mine, other = meaningful(left), meaningful(right)
    return bool(mine) and len(mine) == len(other) and all(map(_have_one_stem, mine, other))


def _have_one_stem(left: str, right: str) -> bool:
    """Whether two words are forms of one: inflected, derived, or spelt as in another country."""
    if left == right or _american(left) == _american(right):
        return True
    shared = 0
    for mine, other in zip(left, right, strict=False):
        if mine != other:
            break
        shared += 1
    return any(left[place:] in _SUFFIXES and right[place:] in _SUFFIXES for place in range(shared, _SHORT_WORD - 1, -1))


def _american(word: str) -> str:
    for spelling, american in _BRITISH:
        word = spelling.sub(american, word)
    return word


def _is_acronym(short: str, long: str) -> bool:
    """``odes`` for ``ordinary differential equations``."""
    words = meaningful(long)
    name = short.replace(" ", "")
    return len(words) > 1 and bool(
        {name, name.removesuffix("s")}
        & {
            "".join(word[0] for word in words),
            "".join(word[0] for word in long.split()),
        }
    )
