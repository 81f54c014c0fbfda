"""Names of people in a list entry: whether a text is a list of them, and the names in it."""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.text.author_lists import split_authors

ET_AL = "et al."
"""The last name of a list that says that there are more."""
_PARTICLES = frozenset(
    "van von der den de del della di da dos du la le el al bin ibn ten ter zu af y e st st. jr jr. sr iii ii".split()
)
_NOT_NAMES = frozenset(
    "a the of in on for with from to by via using towards toward and or is are be as at into without under"
    " over beyond through how what"
    " why when learning deep neural network networks model models modeling data analysis survey review"
    " method methods approach"
    " paper code graph graphs language image images video visual vision detection recognition generation"
    " optimization theory machine"
    " information systems system processing research university institute google microsoft facebook"
    " deepmind openai conference journal"
    " workshop proceedings transactions letters advances introduction benchmark dataset datasets"
    " representation reinforcement training"
    " attention transformer transformers algorithm algorithms framework estimation prediction"
    " classification segmentation search"
    " architecture causal inference time series spatio-temporal"
    " multi-modal multimodal robust robustness toolbox library project blog post".split()
)
_MARKS = re.compile(r"[*†‡§¶∗#^⋆✉📧♢♠♣♡¹²³⁴⁵⁶⁷⁸⁹⁰]+|\\\*|\$[^$]{0,12}\$|(?<=[^\W\d_])\d(?:,\d)*(?=\s*(?:,|$|;|and\b))")
_MARK = re.compile(r"[*†‡§¶∗#^⋆✉📧♢♠♣♡¹²³⁴⁵⁶⁷⁸⁹⁰$\d]")
_INSTITUTE = re.compile(r"(?<!\s)\s*\([^()]{0,80}\)")
_SEPARATOR = re.compile(
    r"(?<!\s)\s*(?:;|,\s*and\s+|,\s*&\s*|,\s*(?:y|e|und|et|и)\s+(?=[A-ZÀ-ÞА-Я])|,|\s+(?:and|und|et(?!\s+al\b)|и)\s+|(?<=\b[A-ZÀ-Þ]\.)\s+[ye]\s+|\s+&\s+|·|•|\s+\|\s+|、|，)\s*"
)
_PARTED = re.compile(r"[,;&·•|、，]|\b(?:and|und|et|и|y|e) ")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3々ヶ]{2,5}")
"""A name in Chinese, Japanese or Korean, which no space divides."""
_AND_BEFORE = re.compile(r"(?:&|and\b)\s*")
_PAIR_WORD = re.compile(r"[^\W\d_]{4,}")
_PAIRS = re.compile(
    r"(?:(?:(?i:van|von|de|der|den|da|di|la|le|el|al) ){0,2}[A-ZÀ-Þ][\w'’-]+,"
    r" [A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){0,2}"
    r"(?:,?\s+(?:&|and|y|e|und|et|и)\s+|$)){2,20}"
)
VENUE_PART = re.compile(r"\b(?:[Jj]ournal|[Cc]onference|[Pp]roceedings|[Tt]ransactions) (?:of|on)\b")
_ET_AL = re.compile(
    r"(?<![\s,])[\s,]*(?:\bet[\s.]*al\b\.?|\betc\b\.?|\band others\b|\.\.\.|…|等)\s*\.?$", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’`´\u2010\u2011-])*\.?")
_ABBREVIATION = re.compile(r"\b[A-Z]{4}|^[A-Z]{3,}\b")
"""``IEEE``, ``ACM`` before other words: of institutions and series, not of people."""
_INITIALS = re.compile(r"(?:[A-Z]\.?[\s-]?){1,4}")
_NEVER_IN_NAMES = re.compile(r"\d{4}|[\"“”?!]|: ")
_LONGEST_ET_AL = 20
_LONGEST_NAME = 45
_LONGEST_INITIAL = 3
_MOST_WORDS = 6
LONGEST_NAMES = 4000
"""Characters of a list of names."""
_GOOD_SHARE = 0.75
_FEWEST_PAIRED = 4


def _tidy(text: str) -> str:
    text = text.replace("\\*", "").replace("&nbsp;", " ")
    text = _MARKS.sub("", text) if _MARK.search(text) else text
    text = _INSTITUTE.sub("", text) if "(" in text else text
    return " ".join(text.split()).strip(" \t.,;:()[]{}*_|–—-")


def _et_al(text: str) -> re.Match[str] | None:
    """What stands for more names at the end of a text."""
    return _ET_AL.search(text, max(0, len(text) - _LONGEST_ET_AL))


@lru_cache(maxsize=16384)
def is_name(text: str, *, allow_surname: bool = False) -> bool:
    """Whether a text can be one person's name.

    >>> is_name("Ziad Al-Halah"), is_name("R Devon Hjelm"), is_name("Deep Learning")
    (True, True, False)
    """
    words = text.split()
    if not words or len(words) > _MOST_WORDS or len(text) > _LONGEST_NAME:
        return False
    if len(words) == 1 and not allow_surname:
        return False
    if _ABBREVIATION.search(text) and not text.isupper():
        return False
    n_capital = 0
    for word in words:
        lower = word.lower().strip(".")
        if lower in _NOT_NAMES and not (len(word.rstrip(".")) == 1 and word[0].isupper()):
            return False
        if not _WORD.fullmatch(word) or (
            word.endswith(".") and len(lower) > _LONGEST_INITIAL and "." not in lower and lower not in _PARTICLES
        ):
            return False
        if word[0].isupper() or not word[0].islower():
            n_capital += 1
        elif lower not in _PARTICLES and "-" not in word and "'" not in word:
            return False
    return n_capital >= 1 and not (len(words) == 1 and text.isupper() and len(text) > 3)  # noqa: PLR2004


@lru_cache(maxsize=16384)
def is_names(text: str, *, allow_surnames: bool = False) -> bool:
    """Whether a text is a list of names (at least two, or one with ``et al.``, or ``Last, F.``).

    >>> is_names("Qining Zhang, Lei Ying"), is_names("Rosenbaum, Paul R., and Donald B. Rubin"), is_names("ICML, 2020")
    (True, True, False)
    """
    if not text or len(text) > LONGEST_NAMES or _NEVER_IN_NAMES.search(text):
        return False
    tidy = _tidy(text)
    more = _et_al(tidy)
    bare = tidy[: more.start()] if more else tidy
    has_et_al = more is not None or _et_al(text.strip()) is not None
    is_parted = has_et_al or allow_surnames or _PARTED.search(bare)
    if not is_parted or ((" of " in bare or " on " in bare) and VENUE_PART.search(bare)):
        return False
    if _PAIRS.fullmatch(bare) and not any(word.lower() in _NOT_NAMES for word in _PAIR_WORD.findall(bare)):
        return True
    if ";" in bare:
        names = (_AND_BEFORE.sub("", part.strip()).replace(",", " ").strip(" .") for part in bare.split(";"))
        parts = [name for name in names if name]
        good = sum(map(is_name, parts))
        return good == len(parts) or (good >= _GOOD_SHARE * len(parts) and is_name(parts[0], allow_surname=True))
    parts = [part for part in _SEPARATOR.split(bare.strip(" ,;")) if part]
    if not parts:
        return False
    if not bare.isascii() and len(parts) > 1 and all(map(is_han_name, parts)):
        return True
    if len(parts) == 1:
        return is_name(parts[0], allow_surname=has_et_al or allow_surnames) and (has_et_al or allow_surnames)
    surnames_too = (
        allow_surnames or has_et_al or any(_INITIALS.fullmatch(part) for part in parts) or _is_last_first(parts)
    )
    if not is_name(parts[0], allow_surname=surnames_too):
        return False
    good = sum(1 for part in parts if _INITIALS.fullmatch(part) or is_name(part, allow_surname=surnames_too))
    if good == len(parts) and _are_pairs(parts) and " and " in bare:
        return True
    n_full = sum(1 for part in parts if " " in part or _INITIALS.fullmatch(part))
    return good / len(parts) >= _GOOD_SHARE and (n_full >= 1 or allow_surnames or has_et_al)


def is_han_name(text: str) -> bool:
    """Whether a text can be a name in Chinese, Japanese or Korean.

    >>> is_han_name("山田太郎"), is_han_name("김철수"), is_han_name("日本語コーパスの構築")
    (True, True, False)
    """
    return _HAN_NAME.fullmatch(text.strip(" .")) is not None


def _is_last_first(parts: list[str]) -> bool:
    """Whether a list starts as ``Last, First M., and First Last`` does."""
    return len(parts) >= 2 and " " not in parts[0] and parts[0][:1].isupper()  # noqa: PLR2004


def _are_pairs(parts: list[str]) -> bool:
    """Whether a list goes ``Last, First, Last, First``."""
    return len(parts) >= _FEWEST_PAIRED and len(parts) % 2 == 0 and all(len(_bare_words(part)) == 1 for part in parts)


def _bare_words(part: str) -> list[str]:
    return [word for word in part.split() if word not in _PARTICLES]


def parse_names(text: str) -> tuple[str, ...]:
    """Return the names in a list of names, each as written, and ``ET_AL`` where it says that there are more.

    >>> parse_names("Chih-Yao Ma*, Jiasen Lu, and Zsolt Kira")
    ('Chih-Yao Ma*', 'Jiasen Lu', 'Zsolt Kira')
    >>> parse_names("Rosenbaum, Paul R., and Donald B. Rubin"), parse_names("Ahn, Kim et al.")
    (('Rosenbaum, Paul R.', 'Donald B. Rubin'), ('Ahn', 'Kim', 'et al.'))
    """
    written = split_authors(text.replace("\\", ""))
    return (*written.names, ET_AL) if written.is_truncated else written.names
