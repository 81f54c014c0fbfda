"""Names of people and organizations: parsing, and the two written forms.

Rules for particles and commas follow BibTeX (<https://ctan.org/pkg/tamethebeast>, section 11).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from enrich.knowledge import read_words
from enrich.model.persons import Author
from enrich.patterns import lazy_re
from enrich.text.tex import decode_tex
from enrich.text.title_forms import fold

_SUFFIX = lazy_re(r"(?:jr|sr|jnr|snr|ii|iii|iv|2nd|3rd|4th)\.?", re.IGNORECASE)
_DEGREE = lazy_re(r"(?:ph\.?\s?d|(?-i:M\.?\s?D)|m\.?\s?sc|d\.?\s?phil|prof|dr|esq|eng)\.?", re.IGNORECASE)
_TITLE = lazy_re(
    r"^(?:(?:prof|dr|professor)\.?\s+)+(?=\S+\s+\S)|^(?:(?:mrs?|ms|sir|rev)\.?|lord|lady|dame)\s+(?=\S)", re.IGNORECASE
)
_DBLP_NUMBER = lazy_re(r"\s+0\d{3}$")
PARTICLES = read_words("names", "particles")
"""Words before a surname that belong to it: ``van``, ``de la``."""
_CAPITAL_PARTICLES = read_words("names", "capital_particles")
_FAMILY_BEGINNINGS = read_words("names", "family_beginnings")
_VIETNAMESE = read_words("names", "vietnamese")
_ORGANIZATION = lazy_re(
    r"\b(?:collaborations?|consortium|team|group|institut\w*|universit\w*|laborator\w*|committee|association|society|"
    r"council|foundation|corporation|company|project|ministry|department|organi[sz]ation|commission|academy|agency|"
    r"bureau|center|centre|network|initiative|community|contributors|developers|authors|inc|ltd|llc|gmbh|corp"
    r"|programme|program"
    r"|administration|division|directorate|secretariat|federal|panel|fund|union|federation|board|authority|observatory"
    r"|alliance|office|senate|congress|parliament|museum"
    r"|library"
    r"|government|executive|statistics|nations|gesellschaft|verein|soci[eé]t[eé]|bank of|world bank)\b\.?"
    r"|^(?:openai|deepmind|google|microsoft|meta ai|nvidia|facebook|anthropic|huggingface|deepseek-ai|nasa|cern|"
    r"unesco|who)$",
    re.IGNORECASE,
)
_HAN = lazy_re(r"[\u3400-\u9fff\uf900-\ufaff々]+")
_HANGUL = lazy_re(r"[\uac00-\ud7a3]+")
_CJK = lazy_re(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3々・·\s]+")
_COMPOUND_SURNAMES = read_words("names", "compound_surnames")
_ET_AL = lazy_re(
    r"[\s,;&.]*\b(?:et\.?\s*al\b\.?|and\s+others|others|u\.\s?a\.|и\s+др\.?|等)\s*\.?$|^others$|等$", re.IGNORECASE
)
_INITIALS = lazy_re(r"(?:[A-ZА-ЯЁІЇЄ]\.?[\s-]?){1,4}")
_ONE_LETTER_SURNAMES = frozenset("EO")
_SURNAMES_IN_CAPITALS = read_words("names", "short_surnames")
_LONGEST_NAME = 300
BRACED = lazy_re(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
"""A name in braces: nobody takes it apart."""


def is_et_al(text: str) -> bool:
    """Whether a name only says that there are more.

    >>> is_et_al("et al."), is_et_al("Alothers")
    (True, False)
    """
    found = _ET_AL.search(text.strip())
    return found is not None and not found.start()


def parse_name(text: str) -> Author:
    """Return the author that a name denotes, as ``Given Family``, ``Family, Given`` or ``von Last, Jr, First``.

    Raises:
        ValueError: there is no letter in the text.

    >>> parse_name("Mihaela van der Schaar").family, parse_name("Smith, Jr., John").name
    ('van der Schaar', 'John Smith, Jr.')
    >>> parse_name("Yu Wang 0005").family, parse_name("{Barnes and Noble, Inc.}").is_organization
    ('Wang', True)
    """
    return _parse(text.strip()[:_LONGEST_NAME])


@lru_cache(maxsize=8_192)
def _parse(text: str) -> Author:
    raw = unicodedata.normalize("NFC", text)
    plain = " ".join(decode_tex(raw).replace("\u00a0", " ").split()).strip(" ,;*†‡§")
    plain = _DBLP_NUMBER.sub("", plain)
    if not any(letter.isalpha() for letter in plain):
        raise ValueError(f"not a name: {text!r}")
    is_braced = " " in raw and BRACED.fullmatch(raw) is not None
    if is_braced or _ORGANIZATION.search(plain):
        return Author(plain, is_organization=True)
    if _CJK.fullmatch(plain):
        return _parse_cjk(plain)
    plain = _TITLE.sub("", plain)
    parts = [part.strip() for part in plain.split(",")]
    parts = [part for part in parts if part and not _DEGREE.fullmatch(part)]
    if not parts:
        return Author(plain, family=plain)
    if len(parts) == 1:
        return _parse_given_first(parts[0])
    return _parse_family_first(parts)


def _author(given: str, family: str, suffix: str | None = None) -> Author:
    name = " ".join(filter(None, (given, family)))
    return Author(f"{name}, {suffix}" if suffix else name, family or None, given or None, suffix)


def _parse_family_first(parts: list[str]) -> Author:
    suffixes = [part for part in parts[1:] if _SUFFIX.fullmatch(part)]
    rest = [part for part in parts[1:] if not _SUFFIX.fullmatch(part)]
    suffix = suffixes[0] if suffixes else None
    if not rest:
        author = _parse_given_first(parts[0])
        return _author(author.given or "", author.family or "", suffix or author.suffix)
    family, given = parts[0], " ".join(rest)
    words = given.split()
    start = len(words)
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    if start < len(words):  # "Schaar, Mihaela van der"
        family, given = " ".join([*words[start:], family]), " ".join(words[:start])
    tail = family.split()
    if len(tail) > 1 and suffix is None and _SUFFIX.fullmatch(tail[-1]):
        family, suffix = " ".join(tail[:-1]), tail[-1]
    return _author(given, family, suffix)


def _parse_given_first(text: str) -> Author:
    words = text.split()
    suffix = None
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):  # noqa: PLR2004 (given, family, suffix)
        suffix = words.pop()
    if len(words) == 1:
        return _author("", words[0], suffix)
    if n_initials := _count_trailing_initials(words):
        return _author(" ".join(words[-n_initials:]), " ".join(words[:-n_initials]), suffix)
    start = _family_start(words)
    return _author(" ".join(words[:start]), " ".join(words[start:]), suffix)


def _count_trailing_initials(words: list[str]) -> int:
    """2 for ``Kolter J Z``, 1 for ``Kolter JZ`` and ``Kolter J.``, as medical databases write."""
    last = words[-1]
    bare = last.replace(".", "").replace("-", "")
    is_initials = len(bare) == 1 or not set(bare) & set("AEIOUY") or "." in last or _are_joined_initials(last)
    if last in _ONE_LETTER_SURNAMES or not is_initials:
        return 0
    start = len(words)
    while start > 1 and _INITIALS.fullmatch(words[start - 1]):
        start -= 1
    first = words[0]
    is_surname = start == 1 and len(first) > 1 and "." not in first and all(len(word) == 1 for word in words[1:])
    is_tail = is_surname or not any(_INITIALS.fullmatch(word) for word in words[:start])
    return len(words) - start if is_tail else 0


def _are_joined_initials(word: str) -> bool:
    """Whether two capitals are initials: ``JA``; ``LI`` may be a surname in capitals."""
    return len(word) == 2 and word.isalpha() and word.isupper() and word not in _SURNAMES_IN_CAPITALS  # noqa: PLR2004


def _family_start(words: list[str]) -> int:
    last = len(words) - 1
    for place in range(1, last):
        if words[place] in PARTICLES and (words[place] not in {"y", "e"} or place > 1):
            is_spanish_and = words[place] in {"y", "e"}
            return place - 1 if is_spanish_and else place
    start = last
    folded = [fold(word) for word in words]
    if len(words) == 2 and folded[0] in _FAMILY_BEGINNINGS:  # noqa: PLR2004 ("Ibn Khaldun" has no given name)
        return 0
    while start > 1 and folded[start - 1] in _CAPITAL_PARTICLES and not words[start - 1].isupper():
        start -= 1
    if start < last and (folded[last] in _VIETNAMESE or folded[0] in _VIETNAMESE):
        return last
    return start


def _parse_cjk(text: str) -> Author:
    words = text.replace("·", " ").replace("・", " ").split()
    if len(words) > 1:
        if any(_HAN.fullmatch(word) or _HANGUL.fullmatch(word) for word in words):
            return Author(text, words[0], " ".join(words[1:]))
        return Author(text, words[-1], " ".join(words[:-1]))
    word = words[0]
    if not (_HAN.fullmatch(word) or _HANGUL.fullmatch(word)) or len(word) == 1:
        return Author(word, word)
    is_compound = word[:2] in _COMPOUND_SURNAMES and len(word) > 2  # noqa: PLR2004 (two letters of family, one given)
    is_japanese = bool(_HAN.fullmatch(word)) and len(word) >= 4  # noqa: PLR2004 (山田太郎)
    split = 2 if is_compound or is_japanese else 1
    return Author(word, word[:split], word[split:])


def to_family_first(author: Author) -> str:
    """Return ``Family, Given`` or ``Family, Suffix, Given``; an organization as it is.

    >>> to_family_first(parse_name("Mihaela van der Schaar")), to_family_first(parse_name("John Smith Jr."))
    ('van der Schaar, Mihaela', 'Smith, Jr., John')
    """
    if author.is_organization or not author.family:
        return author.name
    return ", ".join(filter(None, (author.family, author.suffix, author.given)))


def to_display(author: Author) -> str:
    """Return the name as people read it: ``Given Family``, family first in Chinese, Japanese and Korean script.

    >>> to_display(parse_name("LeCun, Yann")), to_display(parse_name("王小明"))
    ('Yann LeCun', '王小明')
    """
    return author.name
