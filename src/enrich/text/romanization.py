"""Names from Chinese, Korean, Japanese and Arabic in the Latin letters of different schemes.

Wade-Giles and pinyin, McCune-Reischauer and Revised Romanization, Hepburn and Kunrei, ALA-LC and what newspapers write:
<https://www.loc.gov/catdir/cpso/roman.html>.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from enrich.patterns import lazy_re
from enrich.text.title_forms import fold

_NOT_LETTER = lazy_re(r"[\W\d_]+")
_PINYIN = lazy_re(
    r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie"
    r"|iu"
    r"|ua|ui|uo|ue|er|a|o|e|i|u)(?![aeiou])"
)
_WADE_INITIALS = dict(pair.split("/") for pair in "zh/ch j/ch q/ch x/hs z/ts c/ts b/p d/t g/k r/j".split())
_WADE_FINALS = dict(pair.split("/") for pair in "ian/ien ie/ieh ue/ueh ong/ung iong/iung er/erh".split())
_WADE_SYLLABLES = dict(
    pair.split("/")
    for pair in "zi/tzu ci/tzu si/ssu zhi/chih chi/chih shi/shih ri/jih ge/ko ke/ko he/ho e/o duo/to tuo/to luo/lo "
    "nuo/no zuo/tso cuo/tso suo/so zhuo/cho chuo/cho ruo/jo gui/kuei kui/kuei yan/yen ye/yeh yi/i you/yu yong/yung "
    "yue/yueh".split()
)
_WADE_MARKS = lazy_re(r"[^\W\d_]['’ʻ‘`]|hs|tz|ts|ss|erh|[iu]eh|ih\b|ung|ien")
_LOWER_AFTER_HYPHEN = lazy_re(r"\w-[a-z]")
_KOREAN_SURNAMES = {
    spelling: spellings.split()[0]
    for spellings in (
        "yi lee rhee ri", "pak park bak", "kim gim", "choe choi", "no noh roh", "sin shin", "im lim rim", "kang gang",
        "cho jo", "chong jung jeong chung", "chon jeon jun chun", "yun yoon", "an ahn", "o oh", "u woo", "yu yoo ryu",
        "paek baek paik", "so suh seo", "kwon gwon", "hwang whang", "ko go koh", "mun moon", "pae bae", "ku koo gu goo",
    )
    for spelling in spellings.split()
}  # fmt: skip
_KOREAN_SOUNDS = tuple(
    (lazy_re(pattern), sound)
    for pattern, sound in (
        (r"yeo", "yo"), (r"eo", "o"), (r"eu|oo", "u"), (r"ee", "i"), (r"j", "ch"), (r"g", "k"), (r"d", "t"),
        (r"b", "p"), (r"l", "r"), (r"sh", "s"), (r"h(?![aeiouy])(?<!ch)", ""), (r"(.)\1", r"\1"),
    )
)  # fmt: skip
_JAPANESE = lazy_re(r"(?:(?:[kgnhbpmr]y|sh|sy|jy|ch|ty|ts|[kgsztdnhfbpmyrwj])?[aiueo]h?(?:n(?![aiueoy])|m(?=[bpm]))?)+")
_JAPANESE_SOUNDS = tuple(
    (lazy_re(pattern), sound)
    for pattern, sound in (
        (r"o[hu](?![aiueoy])|oo", "o"), (r"uu", "u"), (r"m(?=[bpm])", "n"), (r"sy|si(?!$)(?=[aou])", "sh"),
        (r"si", "shi"),
        (r"ty", "ch"), (r"ti", "chi"), (r"tu", "tsu"), (r"zi|di", "ji"), (r"hu", "fu"),
    )
)  # fmt: skip
_ARABIC_LETTERS = str.maketrans(
    dict(
        zip(
            "بتثجحخدذرزسشصضطظغفقكلمنهپچژگکی",
            "b t th j h kh d dh r z s sh s d t z gh f k k l m n h p ch zh j k ".split(" "),
            strict=True,
        )
    )
    | dict.fromkeys("اأإآعءئؤويىةـ", "")
)
_ARABIC_SCRIPT = lazy_re("[\u0600-\u06ff]")
_HANGUL = lazy_re("[\uac00-\ud7a3]")
_HANGUL_PARTS = (
    "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" "),
    "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(),
    " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" "),
)
_ARABIC_MARKS = lazy_re("[ḥṣḍṭẓāīūḤṢḌṬẒĀĪŪʿʾʻʼ]")
_ARABIC_SOUNDS = tuple(
    (lazy_re(pattern), sound)
    for pattern, sound in ((r"g(?!h)|dj", "j"), (r"q|c(?!h)", "k"), (r"[aeiouyw]", ""), (r"(.)\1", r"\1"))
)
_FEWEST_CONSONANTS = 3


def is_pinyin(word: str) -> bool:
    """Whether a word consists of Chinese syllables.

    >>> is_pinyin("Xiaoming"), is_pinyin("Smith")
    (True, False)
    """
    return to_wade_giles(word) is not None


def is_pinyin_given(word: str) -> bool:
    """Whether a word is a Chinese given name: of two syllables, where all but a dozen surnames are of one.

    >>> is_pinyin_given("Jianping"), is_pinyin_given("Zhang"), is_pinyin_given("Kim")
    (True, False, False)
    """
    return is_pinyin(word) and _PINYIN.fullmatch(_letters(word)) is None


@lru_cache(maxsize=65_536)
def to_wade_giles(name: str) -> str | None:
    """Return the spelling that libraries used before pinyin, without apostrophes; None for what is no pinyin.

    >>> to_wade_giles("Zedong"), to_wade_giles("Smith")
    ('tsetung', None)
    """
    letters, place, found = _letters(name), 0, []
    while place < len(letters):
        syllable = _PINYIN.match(letters, place)
        if not syllable:
            return None
        initial, final = syllable[1] or "", syllable[2]
        spelling = _WADE_INITIALS.get(initial, initial) + _WADE_FINALS.get(final, final)
        found.append(_WADE_SYLLABLES.get(syllable[0], spelling))
        place = syllable.end()
    return "".join(found) or None


@lru_cache(maxsize=65_536)
def normalize_korean(word: str) -> str:
    """Return a skeleton that the romanizations of one Korean word share.

    >>> normalize_korean("Park") == normalize_korean("Pak"), normalize_korean("Jeong") == normalize_korean("Chŏng")
    (True, True)
    """
    text = _letters(word)
    text = _KOREAN_SURNAMES.get(text, text)
    for pattern, sound in _KOREAN_SOUNDS:
        text = pattern.sub(sound, text)
    return text


@lru_cache(maxsize=65_536)
def normalize_japanese(word: str) -> str | None:
    """Return a Japanese word without the marks of long vowels; None for what cannot be one.

    >>> normalize_japanese("Ōno") == normalize_japanese("Ohno"), normalize_japanese("Smith")
    (True, None)
    """
    text = _letters(word)
    if not _JAPANESE.fullmatch(text):
        return None
    for pattern, sound in _JAPANESE_SOUNDS:
        text = pattern.sub(sound, text)
    return text


def consonants(text: str) -> str:
    """Return what the Arabic script writes of a text, in Latin letters.

    >>> consonants("نجيب محفوظ"), consonants("Najīb Maḥfūẓ")
    ('njbmhfz', 'njbmhfz')
    """
    # The h of "Jāhilīyah" is a mark of the ending, and the article is written with its noun.
    latin = re.sub(r"(?<=[aā])h\b", "", text) if not _ARABIC_SCRIPT.search(text) else text
    latin = _letters(latin.translate(_ARABIC_LETTERS))
    for pattern, sound in _ARABIC_SOUNDS:
        latin = pattern.sub(sound, latin)
    return latin


def is_arabic(text: str) -> bool:
    """Whether a text is in Arabic script."""
    return bool(_ARABIC_SCRIPT.search(text))


def to_romanized_korean(text: str) -> str:
    """Return Hangul in Latin letters, by the Revised Romanization without its assimilations.

    >>> to_romanized_korean("한글")
    'hangeul'
    """
    return _HANGUL.sub(_spell_syllable, text)


def _spell_syllable(found: re.Match[str]) -> str:
    number = ord(found[0]) - 0xAC00
    initial, rest = divmod(number, 588)
    vowel, final = divmod(rest, 28)
    return _HANGUL_PARTS[0][initial] + _HANGUL_PARTS[1][vowel] + _HANGUL_PARTS[2][final]


def are_romanizations(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether the words of two full names spell one name in two schemes, in whatever order.

    >>> are_romanizations(("Mao", "Tse-tung"), ("Zedong", "Mao")), are_romanizations(("Li", "Tang"), ("Li", "Dang"))
    (True, False)
    """
    mine, other = _read(left), _read(right)
    for new, old in ((mine, other), (other, mine)):
        if old.is_wade and not new.is_wade and _meet(new.wade_giles, old.letters):
            return True
    if mine.korean and other.korean and _meet(mine.korean, other.korean):
        return True
    if mine.japanese and other.japanese and _meet(mine.japanese, other.japanese):
        return True
    return (mine.is_arabic or other.is_arabic) and _are_arabic(mine.words, other.words)


@dataclass(frozen=True)
class _Spelt:
    """What the words of a name are in each scheme; nothing where the name cannot be of it."""

    words: tuple[str, ...]

    @cached_property
    def letters(self) -> tuple[str, ...]:
        return tuple(map(_letters, self.words))

    @cached_property
    def is_wade(self) -> bool:
        return _is_wade(" ".join(self.words))

    @cached_property
    def wade_giles(self) -> tuple[str, ...]:
        return tuple(to_wade_giles(word) or "?" for word in self.words)

    @cached_property
    def korean(self) -> tuple[str, ...]:
        return tuple(map(normalize_korean, self.words)) if _is_korean(self.words) else ()

    @cached_property
    def japanese(self) -> tuple[str, ...]:
        kana = tuple(map(normalize_japanese, self.words))
        return tuple(filter(None, kana)) if all(kana) else ()

    @cached_property
    def is_arabic(self) -> bool:
        whole = " ".join(self.words)
        return _ARABIC_MARKS.search(whole) is not None or is_arabic(whole)


@lru_cache(maxsize=16_384)
def _read(name: tuple[str, ...]) -> _Spelt:
    return _Spelt(tuple(map(to_romanized_korean, name)))


def _are_arabic(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    sides = [tuple(word for word in side if _letters(word) not in ("al", "el")) for side in (left, right)]
    words = [tuple(consonants(word) or _letters(word) for word in side) for side in sides]
    return len("".join(words[0])) > _FEWEST_CONSONANTS and _meet(words[0], words[1])


def _meet(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether one name is the other with the surname at the other end."""
    turned = {"".join((*right[place:], *right[:place])) for place in range(len(right))}
    return "".join(left) in turned


def _letters(word: str) -> str:
    return _NOT_LETTER.sub("", fold(word))


def _is_wade(name: str) -> bool:
    return bool(_WADE_MARKS.search(name.lower()) or _LOWER_AFTER_HYPHEN.search(name))


def _is_korean(words: tuple[str, ...]) -> bool:
    return any(_letters(word) in _KOREAN_SURNAMES for word in (words[0], words[-1]))
