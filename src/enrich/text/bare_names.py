"""Names without what services and title pages put beside them: marks, numbers, degrees, memberships, capitals."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.patterns import lazy_re
from enrich.text.names import BRACED
from enrich.text.tex import decode_tex

if TYPE_CHECKING:
    from enrich.model.persons import Author

INITIALS = lazy_re(r"(?:[^\W\d_a-z]\.?[\s-]?){1,4}|[A-Z][a-z]?\.(?:\s?-?[A-Z][a-z]?\.){0,3}")
"""One to four initials, or all of a given name in short forms."""
_NOBODY = lazy_re(
    r"\W*(?:(?:the\s+)?(?:anonymous|anon|unknown|unnamed|various|no)(?:\s+(?:authors?(?:\(s\))?|writers?|contributors?))?|by|and|n/?\.?a|none|null|nan|nil|tba|tbd|"
    r"(?:author|name)s?(?:\(s\))?(?:\s+(?:unknown|not\s+(?:available|listed|given)|names?|list))?|not\s+(?:available|listed|given)|others|et\.?\s?al|佚名|匿名|无名氏)\W*",
    re.IGNORECASE,
)


def is_somebody(name: str) -> bool:
    """Whether letters are left of a name when it is decoded, and they name somebody."""
    return any(letter.isalpha() for letter in decode_tex(name)) and not _NOBODY.fullmatch(name)


_MEMBER = lazy_re(
    r"(?<![\s,(])[\s,(]*\b(?:(?:student|graduate|senior|life|associate|founding)\s+)*(?:member|fellow)\b,?\s*(?:of\s+)?(?:the\s+)?(?-i:[A-Z]{3,6}\b)\)?|,\s*(?:IEEE|ACM)\s*$",
    re.IGNORECASE,
)
_DEGREES = lazy_re(
    r"(?:(?<=\w\w)|(?<=\.)|(?<=[^\s,],))[,\s]+(?:Ph\.?\s?D|PHD|Dr\.\s?(?:med|rer|phil)|MPH|MBA|M\.?Sc|B\.?Sc|MEng|M\.Eng|D\.?Phil|Sc\.D|D\.?Sc"
    r"|FRCPC?|FRS|FACS|Esq|Pharm\.?D|R\.N|(?<=,\s)(?:MD|M\.D)|MD(?=,?\s+(?:Ph|M)))\b\.?(?=[\s,.]|$)"
)
"""As written with capitals: ``Meng`` and ``Mba`` are surnames."""
_BEGINNING = lazy_re(r"^(?:by|authors?|written by|edited by)\s*:?\s+(?=\S)", re.IGNORECASE)
_NUMBERS = lazy_re(r"(?<=[^\W\d_])[.,]?\s*\d+(?:\s*,\s*\d+)*(?=\s|,|$)|^\d+[.)]?\s+")
_FOOTNOTES = lazy_re(r"[*†‡§¶∗#^⋆✉📧♢♠♣♡¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜ]+")
_TEX_NOTES = lazy_re(
    r"\\(?:dag(?:ger)?|ddag|textsuperscript|thanks|footnote|inst|orcid\w*)\b\s*(?:\{[^{}]*\})?|\$\s*\^?[^$]{0,14}\$"
)
_LETTERS_BEHIND = lazy_re(r"(?<=[^\W\d_]{2})\s+[a-d](?:\s*,\s*[a-d])+$")
_BRACKETS = lazy_re(
    r"(?<!\s)\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$"
    r"|(?<!\s)\s*\((?=[^()]*(?:\d|member|fellow|univers|instit|equal|corresp|orcid|@))[^()]*\)",
    re.IGNORECASE,
)


def bare_name(name: str) -> str:
    """A name without what services put beside it: marks, numbers, affiliations, degrees, memberships."""
    text = name
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    text = _TEX_NOTES.sub("", text)
    if "<" in text:
        text = re.sub(r"<su[pb]>[^<>]{0,20}</su[pb]>", "", text)
    is_braced = BRACED.fullmatch(text.strip()) is not None
    if any(sign in text for sign in "\\<{~"):  # an accent is no mark
        text = decode_tex(text)
    text = _FOOTNOTES.sub("", text)
    if is_braced:
        return f"{{{text}}}"
    text = _MEMBER.sub("", text)
    text = _NUMBERS.sub("", _LETTERS_BEHIND.sub("", _BRACKETS.sub("", text)))
    text = _BEGINNING.sub("", text.strip())
    if not text.isupper() or "," in text or "." in text:  # in a name all in capitals it may be a surname
        text = _DEGREES.sub("", text)
    return text.strip(' ,;:*|_-–—·•"“”')


_MOST_INITIALS = 2
_SHORTEST_IN_CAPITALS = 4
_LOWER_WORDS = lazy_re(
    r"^(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|zu|zur|ter|ten|bin|ibn|al|el)$", re.IGNORECASE
)


def with_case(author: Author) -> Author:
    """A person's name in capitals as people write it: ``DUPONT`` is a name, ``J. K.`` are initials."""
    family, given = author.family, author.given
    if author.is_organization or not family or not given or not family.isupper():
        return author
    is_all = given.isupper() and any(len(word) >= _SHORTEST_IN_CAPITALS for word in re.findall(r"\w+", author.name))
    if is_all or len(family) >= _SHORTEST_IN_CAPITALS or (len(family) > 1 and not given.isupper()):
        family = " ".join(_cased(word, is_family=True) for word in family.split())
    if is_all:
        given = " ".join(word if _is_initials(word) else _cased(word) for word in given.split())
    if (family, given) == (author.family, author.given):
        return author
    name = (
        author.name.replace(author.family or "", family, 1) if not is_all else " ".join(filter(None, (given, family)))
    )
    if is_all and author.suffix:
        name = f"{name}, {author.suffix}"
    return replace(author, name=name, family=family, given=given)


def _is_initials(word: str) -> bool:
    return bool(INITIALS.fullmatch(word)) and len(word.replace(".", "").replace("-", "")) <= _MOST_INITIALS


def _cased(word: str, *, is_family: bool = False) -> str:
    if is_family and _LOWER_WORDS.fullmatch(word):
        return word.lower()
    cased = re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
    return re.sub(r"\b(Mc|O['’]|D['’])([a-z])", lambda match: match[1] + match[2].upper(), cased)
