"""Names of people and organizations: parsing, the two written forms, and comparison.

Rules for particles and commas follow BibTeX (<https://ctan.org/pkg/tamethebeast>, section 11).
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

from enrich.model.record import Author
from enrich.text.markup import normalize_markup
from enrich.text.titles import fold
from enrich.text.transliteration import normalize_sound, spellings

_SUFFIX = re.compile(r"(?:jr|sr|jnr|snr|ii|iii|iv|2nd|3rd|4th)\.?", re.IGNORECASE)
_DEGREE = re.compile(r"(?:ph\.?\s?d|m\.?\s?d|m\.?\s?sc|d\.?\s?phil|prof|dr|esq|eng)\.?", re.IGNORECASE)
_TITLE = re.compile(r"^(?:(?:prof|dr|professor)\.?\s+)+(?=\S+\s+\S)", re.IGNORECASE)
_DBLP_NUMBER = re.compile(r"\s+0\d{3}$")
_PARTICLES = frozenset(
    "van von der den de del della dello di da dos das do du la le lo el al af av zu zum zur ten ter 't te op y e bin "
    "ibn ben vom dal dalla d st".split()
)
_CAPITAL_PARTICLES = frozenset("van von vander der den de del della di da dos du la le el al ten ter".split())
_VIETNAMESE = frozenset(
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh trinh truong linh anh minh".split()
)
_ORGANIZATION = re.compile(
    r"\b(?:collaborations?|consortium|team|group|institut\w*|universit\w*|laborator\w*|committee|association|society|"
    r"council|foundation|corporation|company|project|ministry|department|organi[sz]ation|commission|academy|agency|"
    r"bureau|center|centre|network|initiative|community|contributors|developers|authors|inc|ltd|llc|gmbh|corp)\b\.?"
    r"|^(?:openai|deepmind|google|microsoft|meta ai|nvidia|facebook|anthropic|huggingface|deepseek-ai|nasa|cern|"
    r"unesco|who)$",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3々・·\s]+")
_COMPOUND_SURNAMES = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 남궁 황보 선우 제갈 독고".split()
)
_ET_AL = re.compile(
    r"[\s,;&.]*\b(?:et\.?\s*al\b\.?|and\s+others|others|u\.\s?a\.|и\s+др\.?|等)\s*\.?$|^others$|等$", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[A-Z]\.?[\s-]?){1,4}")
_ONE_LETTER_SURNAMES = frozenset("EO")
_JOINED_INITIALS = re.compile(r"[A-Z]{2,3}")
_LONGEST_NAME = 300


def is_et_al(text: str) -> bool:
    """Whether a name only says that there are more.

    >>> is_et_al("et al."), is_et_al("Alothers")
    (True, False)
    """
    return bool(text.strip()) and not _ET_AL.sub("", text.strip())


def parse_name(text: str) -> Author:
    """Return the author that a name denotes, as ``Given Family``, ``Family, Given`` or ``von Last, Jr, First``.

    Raises:
        ValueError: there is no letter in the text.

    >>> parse_name("Mihaela van der Schaar").family, parse_name("Smith, Jr., John").name
    ('van der Schaar', 'John Smith, Jr.')
    >>> parse_name("Yu Wang 0005").family, parse_name("{Barnes and Noble, Inc.}").is_organization
    ('Wang', True)
    """
    raw = unicodedata.normalize("NFC", text.strip()[:_LONGEST_NAME])
    plain = " ".join(normalize_markup(raw).replace("\u00a0", " ").split()).strip(" ,;*†‡§")
    plain = _DBLP_NUMBER.sub("", plain)
    if not any(letter.isalpha() for letter in plain):
        raise ValueError(f"not a name: {text!r}")
    is_braced = raw.startswith("{") and raw.endswith("}") and " " in raw and raw.index("}") == len(raw) - 1
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
    while start > 1 and words[start - 1] in _PARTICLES:
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
    if _is_family_initials(words):
        return _author(words[-1], " ".join(words[:-1]), suffix)
    start = _family_start(words)
    return _author(" ".join(words[:start]), " ".join(words[start:]), suffix)


def _is_family_initials(words: list[str]) -> bool:
    """``Kolter JZ`` and ``Kolter J.`` as medical databases write."""
    last, others = words[-1], words[:-1]
    if last in _ONE_LETTER_SURNAMES:
        return False
    bare = last.replace(".", "").replace("-", "")
    is_initials = bool(_INITIALS.fullmatch(last)) and (len(bare) == 1 or not set(bare) & set("AEIOUY") or "." in last)
    return is_initials and not any(_INITIALS.fullmatch(word) for word in others)


def _family_start(words: list[str]) -> int:
    last = len(words) - 1
    for place in range(1, last):
        if words[place] in _PARTICLES and (words[place] not in {"y", "e"} or place > 1):
            is_spanish_and = words[place] in {"y", "e"}
            return place - 1 if is_spanish_and else place
    start = last
    folded = [fold(word) for word in words]
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


def normalize_surname(name: str) -> str:
    """Return a surname folded, without particles, spaces, hyphens and apostrophes.

    >>> normalize_surname("van der Schaar"), normalize_surname("O’Connor-Őze")
    ('schaar', 'oconnoroze')
    """
    words = re.split(r"[\s-]+", fold(name))
    kept = [word for word in words if word.strip("'’") not in _PARTICLES] or words
    return re.sub(r"[\W\d_]+", "", "".join(kept))


class NameMatch(IntEnum):
    """How two names agree; the order is the order of strength."""

    DIFFERENT = 0
    SURNAME = 1
    """The surnames agree and at least one side has no given name."""
    COMPATIBLE = 2
    """The surnames agree, and initials, transliteration or order explain the rest."""
    SAME = 3


def compare_names(left: Author, right: Author) -> NameMatch:
    """Return how two names agree.

    >>> compare_names(parse_name("J. Z. Kolter"), parse_name("Kolter, Zico")).name
    'COMPATIBLE'
    >>> compare_names(parse_name("Wei Zhang"), parse_name("Zhang Wei")).name, compare_names(
    ...     parse_name("Wei Zhang"), parse_name("Li Zhang")
    ... ).name
    ('COMPATIBLE', 'DIFFERENT')
    """
    if left.is_organization or right.is_organization:
        return _compare_organizations(left, right)
    surnames = compare_surnames(left.family or left.name, right.family or right.name)
    if surnames is not NameMatch.DIFFERENT:
        given = _compare_given(left.given, right.given)
        if given is not NameMatch.DIFFERENT:
            return min(given, surnames)
    if _bag(left) == _bag(right) or _is_swapped(left, right):
        return NameMatch.COMPATIBLE
    return NameMatch.DIFFERENT


def _compare_organizations(left: Author, right: Author) -> NameMatch:
    sides = [set(re.findall(r"\w+", fold(side.name))) - {"the", "of", "and", "inc", "ltd"} for side in (left, right)]
    if sides[0] == sides[1]:
        return NameMatch.SAME
    is_within = bool(sides[0] & sides[1]) and (sides[0] <= sides[1] or sides[1] <= sides[0])
    return NameMatch.COMPATIBLE if is_within else NameMatch.DIFFERENT


def _bag(author: Author) -> list[str]:
    return sorted(re.findall(r"[^\W\d_]+", fold(author.name)))


def _is_swapped(left: Author, right: Author) -> bool:
    if not (left.given and right.given and left.family and right.family):
        return False
    return (
        _compare_given(left.given, right.family) is NameMatch.SAME
        and _compare_given(left.family, right.given) is NameMatch.SAME
    )


@lru_cache(maxsize=65_536)
def compare_surnames(left: str, right: str) -> NameMatch:
    """Return ``SAME`` for equal surnames, ``COMPATIBLE`` for a transliteration or one half of a double name.

    >>> compare_surnames("van der Schaar", "Schaar").name, compare_surnames("Smith", "Smyth").name
    ('SAME', 'COMPATIBLE')
    """
    if spellings(left) & spellings(right):
        return NameMatch.SAME
    sides = normalize_surname(left), normalize_surname(right)
    if sides[0] == sides[1]:
        return NameMatch.SAME
    shortest = 4
    if min(map(len, sides)) >= shortest and _sound(left) == _sound(right):
        return NameMatch.COMPATIBLE
    parts = [{part for part in re.split(r"[\s-]+", fold(side)) if part not in _PARTICLES} for side in (left, right)]
    is_half = bool(parts[0]) and bool(parts[1]) and (parts[0] < parts[1] or parts[1] < parts[0])
    return NameMatch.COMPATIBLE if is_half else NameMatch.DIFFERENT


def _sound(surname: str) -> str:
    words = re.split(r"[\s-]+", surname)
    return normalize_sound("".join([word for word in words if word.lower().strip("'’") not in _PARTICLES] or words))


@lru_cache(maxsize=65_536)
def _given_words(given: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in re.split(r"[\s.-]+", given.replace("’", "").replace("'", "")):
        if _JOINED_INITIALS.fullmatch(word) and not set(word) & set("AEIOUY"):
            words += word
        elif word:
            words.append(word)
    return tuple(fold(word) for word in words)


_SHORT_FORMS = (
    "alexander alex sasha aleksandr aleksander alexandre", "andrew andy andrei andrey", "anthony tony", "benjamin ben",
    "catherine katherine kate cathy kathy", "charles charlie chuck", "christopher chris", "daniel dan danny",
    "david dave", "edward ed eddie ted", "elizabeth liz beth betty", "frederick fred", "gregory greg",
    "james jim jimmy", "jeffrey jeff", "jennifer jen jenny", "john jack johnny", "jonathan jon", "joseph joe",
    "joshua josh",
    "kenneth ken", "lawrence larry", "matthew matt", "michael mike mikhail", "nicholas nick nikolai", "patrick pat",
    "peter pete", "philip phil", "ricardo ricky", "richard rick dick rich", "robert bob rob bobby", "ronald ron",
    "samuel sam", "stephen steve steven", "susan sue", "theodore ted theo", "thomas tom", "timothy tim",
    "victor vic", "vincent vince", "william bill will",
)  # fmt: skip
_SHORT_FORM_GROUPS: dict[str, set[int]] = {}
for _group, _names in enumerate(_SHORT_FORMS):
    for _name in _names.split():
        _SHORT_FORM_GROUPS.setdefault(_name, set()).add(_group)


def _compare_given(left: str | None, right: str | None) -> NameMatch:
    if not left or not right:
        return NameMatch.SURNAME
    words = _given_words(left), _given_words(right)
    if words[0] == words[1] or "".join(words[0]) == "".join(words[1]):
        return NameMatch.SAME
    shorter, longer = sorted(words, key=len)
    if not shorter:
        return NameMatch.SURNAME
    if all(_are_given_compatible(mine, other) for mine, other in zip(shorter, longer, strict=False)):
        return NameMatch.COMPATIBLE
    if len(shorter) == 1 and any(_are_given_compatible(shorter[0], other) for other in longer):
        return NameMatch.COMPATIBLE
    if len(shorter) == 1 and len(shorter[0]) > 1 and shorter[0] == "".join(longer):
        return NameMatch.COMPATIBLE
    joined = "".join(word[0] for word in longer), "".join(shorter)
    return NameMatch.COMPATIBLE if joined[0] == joined[1] and len(shorter) == 1 else NameMatch.DIFFERENT


def _are_given_compatible(left: str, right: str) -> bool:
    if left == right:
        return True
    if min(len(left), len(right)) == 1:
        return left[0] == right[0] or normalize_sound(left)[:1] == normalize_sound(right)[:1]
    if _SHORT_FORM_GROUPS.get(left, set()) & _SHORT_FORM_GROUPS.get(right, set()):
        return True
    shortest_prefix = 3
    if min(len(left), len(right)) >= shortest_prefix and (left.startswith(right) or right.startswith(left)):
        return True
    if spellings(left) & spellings(right):
        return True
    sounds = normalize_sound(left), normalize_sound(right)
    skeletons = [re.sub("[aeiou]", "", sound) for sound in sounds]
    least_consonants = 3
    is_one_skeleton = skeletons[0] == skeletons[1] and len(skeletons[0]) >= least_consonants
    return sounds[0] == sounds[1] or (is_one_skeleton and sounds[0][:1] == sounds[1][:1])
