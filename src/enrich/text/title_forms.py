"""Titles: one normal form for equality, and the parts that tell near-equal titles apart."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from enrich.knowledge import read_words
from enrich.patterns import lazy_re
from enrich.text.tex import decode_tex

_MARKED = lazy_re(r"[\\${}<&_^~+#*∞√]")
_SCRIPT = lazy_re(r"(?<=[A-Za-z0-9)])[_^](?=[\d({+-])|\^")
_ONLY_WORDS = {code: letter if (letter := chr(code).lower()).isalnum() else " " for code in range(128)}
"""ASCII in lower case, and a space for whatever is no letter and no digit."""
_APOSTROPHE = lazy_re(r"['’‘ʼ`´ʹ′]")
_ACCENT_MARKS = lazy_re(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200f\u2060\ufeff]"
)
_FOLDS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ȷ": "j",
        "ħ": "h",
        "ŋ": "n",
        "ς": "σ",
    }
)
_RAISED = {
    letter: unicodedata.normalize("NFKC", chr(letter)).replace("\u2212", "-")
    for letter in (0xB2, 0xB3, 0xB9, 0x2070, 0x2071, *range(0x2074, 0x2080), *range(0x2080, 0x208F))
}
"""Super- and subscript digits and signs to those on the line."""
_SIGNS = (
    (lazy_re(r"(?<=\w)\+(?=\+|\s|$|[^\w\s])|(?<=[^\W\d_])\+(?=[^\W\d_])|(?<=\+)\+"), " plus "),
    (lazy_re(r"\b([cfjCFJ])#"), r"\1 sharp "),
    (lazy_re(r"\b([A-Za-z])\*(?=[\s,:;)?-])"), r"\1 star "),
    (lazy_re("∞"), " infty "),
    (lazy_re("√"), " sqrt "),
    (lazy_re("&"), " and "),
)


@lru_cache(maxsize=1_024)
def normalize_title(text: str) -> str:
    r"""Return the title in lower case without accents, punctuation and markup; letters of every script and digits stay.

    >>> normalize_title(r"{\L}ojasiewicz: $\alpha$-Trees &amp; C++ in H$_2$O — Part 2")
    'lojasiewicz α trees and c plus plus in h2o part 2'
    >>> normalize_title("神经常微分方程，がぎ ①")  # voiced kana are letters of their own, circled digits are digits
    '神经常微分方程 がぎ 1'
    """
    if _MARKED.search(text):
        text = _SCRIPT.sub("", decode_tex(text)).translate(_RAISED)
        for sign, word in _SIGNS:
            text = sign.sub(word, text)
    if "'" in text or not text.isascii():
        text = _APOSTROPHE.sub("", text)
    if text.isascii() or (text := fold(text)).isascii():
        return " ".join(text.translate(_ONLY_WORDS).split())
    return " ".join("".join(letter if _is_letter(letter) else " " for letter in text).split())


def fold(text: str) -> str:
    """Return the text in one case, without accents and with compatibility forms resolved.

    >>> fold("Straße ﬁnden, Łódź"), fold("ΣΊΣΥΦΟΣ")
    ('strasse finden, lodz', 'σισυφοσ')
    """
    if text.isascii():
        return text.lower()
    for _ in range(2):
        text = _ACCENT_MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_FOLDS)
    return unicodedata.normalize("NFC", text)


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"


_DIVIDERS = frozenset(":;?.–—―-")
_SUBTITLE = lazy_re(r"\s*(?::\s+|\s[-–—]{1,3}\s|[—―]|\?\s+(?=\S)|\s*;\s+|(?<=[^\W\d_]{4})\.\s+(?=[A-Z]))\s*")


def split_subtitle(title: str) -> tuple[str, str]:
    """Return the main title and the subtitle, which is empty when there is none.

    >>> split_subtitle("FFJORD: Free-form Continuous Dynamics")
    ('FFJORD', 'Free-form Continuous Dynamics')
    >>> split_subtitle("Image-to-Image Translation")  # a hyphen inside a word divides nothing
    ('Image-to-Image Translation', '')
    """
    match = None if _DIVIDERS.isdisjoint(title) else _SUBTITLE.search(title)
    if not match or not match.start() or match.end() == len(title):
        return title.strip(), ""
    return title[: match.start()].strip(), title[match.end() :].strip()


NUMBER_WORDS = {
    word: str(value)
    for value, words in enumerate(
        (
            "zero", "one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh",
            "eight eighth", "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth",
        )
    )
    for word in words.split()
}  # fmt: skip
"""Number words, cardinal and ordinal, to digits."""
_ROMAN = lazy_re(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_LARGE_ROMAN = lazy_re(r"(?=[mdclxvi])m*(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ORDINAL = lazy_re(r"(\d+)(?:st|nd|rd|th)")
_DIGITS = lazy_re(r"\d+")
PART_WORDS = read_words("titles", "parts")
"""Words before the number or letter of a part."""


def parse_roman(token: str, *, is_large: bool = False) -> int | None:
    """Return the value of a small roman numeral in lower case, or of any (``is_large``), or None.

    >>> parse_roman("xiv"), parse_roman("mix"), parse_roman("mix", is_large=True)
    (14, None, 1009)
    """
    if not token or not (_LARGE_ROMAN if is_large else _ROMAN).fullmatch(token):
        return None
    values = [_ROMAN_VALUES[letter] for letter in token]
    return sum(-value if value < later else value for value, later in zip(values, [*values[1:], 0], strict=True))


def number_tokens(title: str) -> tuple[str, ...]:
    """Return the numbers that a title names, in order: digits, roman numerals, parts by letter, ordinals in words.

    >>> number_tokens("Theory of Games, Part II: 1944 and the 3rd edition")
    ('2', '1944', '3')
    >>> number_tokens("I, Robot and the vitamin C in Part C")  # a lone letter counts only behind "part" and the like
    ('c',)
    """
    tokens = normalize_title(title).split()
    found: list[str] = []
    for place, token in enumerate(tokens):
        if token.isalpha() and len(token) > 1 and token[0] not in "ivx" and token not in NUMBER_WORDS:
            continue
        before = tokens[place - 1] if place else ""
        found += _number_of(token, before, is_last=place == len(tokens) - 1)
    return tuple(found)


def _number_of(word: str, before: str, *, is_last: bool) -> tuple[str, ...]:
    if not word.isalpha():
        if word.isascii() and (ordinal := _ORDINAL.fullmatch(word)):
            return (str(int(ordinal[1])),)
        if numbers := _DIGITS.findall(word):
            return tuple(str(int(digits)) for digits in numbers)
    if word in NUMBER_WORDS and (before in PART_WORDS or word.endswith(("th", "rst", "cond", "ird"))):
        return (NUMBER_WORDS[word],)
    if before in PART_WORDS and len(word) == 1 and word not in "ivx":
        return (word,)
    roman = parse_roman(word)
    if roman is not None and (len(word) > 1 or before in PART_WORDS or (is_last and before)):
        return (str(roman),)
    return ()
