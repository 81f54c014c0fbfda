"""Venue labels as lists write them, such as ``NeurIPS19``; the names and aliases of venues stand in ``venues.csv``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from enrich.knowledge import read_table, read_words
from enrich.text.written_dates import find_year, full_year


@dataclass(frozen=True, slots=True)
class VenueLabel:
    """What a label says."""

    venue: str | None
    """Name as in ``venues.csv`` where it is known, else as written."""
    year: int | None
    is_known: bool
    """Whether the name stands in ``venues.csv``."""
    is_workshop: bool = False
    remark: str | None = None
    """Such as ``oral`` when the label carries it."""


_REMARK = re.compile(
    r"\b(oral|spotlight|highlight|poster|notable[- ]top[- ]\d+%|best (?:student )?paper(?: award)?)\b", re.IGNORECASE
)
_WORKSHOP = re.compile(r"\b(?:workshops?|ws|w)\b|(?-i:(?<=[A-Z])W$)", re.IGNORECASE)
_PARTS = re.compile(
    r"\b(?:findings|main|demo|short|long|industry|datasets? (?:and|&) benchmarks?|d&b|track)\b", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"((?:19|20)\d{2})\s*[-:_ ,]?\s*(?=[A-Za-z])")
_YEAR_LAST = re.compile(r"(?<!\s)\s*[-:_,.]?\s*[('’‘`]*\s*(?<!\d)((?:19|20)\d{2}|\d{2})\)?(?P<rest>\s+\S.*|)$")
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b|\b(?:19|20)\d{2}\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:in\s+)?(?:(?:the\s+)?proc(?:eedings|\.)?\s+(?:of\s+)?)?(?:the\s+)?(?:annual\s+)?(?:ieee/cvf |ieee |acm )?",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"(?:in\s+)?(?:the\s+)?proc(?:eedings|\.)?\s+(?:of\s+)?(?:the\s+)?(?:\d+(?:st|nd|rd|th)|(?:19|20)\d{2})\s+"
    r"(?P<series>(?:annual\s+)?\w[^\d()]{7,})",
    re.IGNORECASE,
)
"""The title of a volume: what stands before its series tells which one it is."""
_VOLUME_THEN_YEAR = re.compile(
    r"(?P<name>[^\d]{2,160}?)[\s,]+\d{1,4}(?:[-.,:()\s]+\w{1,9}){0,4}\)?\s*[,(\s]\s*\(?(?P<year>(?:19|20)\d{2})\)?$"
)
"""``Nat Commun 16, 34 (2025)``: of the numbers behind a name only the last is a year."""
_ARXIV_ID = re.compile(
    r"ar[xk]iv(?: preprint)?(?: ar[xk]iv)?[\s:]*(?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?", re.IGNORECASE
)
_VOLUME_BEFORE = re.compile(r",\s*\d{1,4}(?:,\s*[A-Z])?$|\d,\s*[A-Z]$|\d{4}[-/.]\d{1,2}$")
"""``, 110`` before ``, 64``, ``635, A`` before ``72``, ``2018-04`` before ``-20``: a page or a day, and no year."""
_VOLUME_LAST = re.compile(r"[a-z]{2}\s+\d\d$")
"""``Science Robotics 11``: behind the name of a journal in words a short number is its volume, and no year."""
_DIGIT = re.compile(r"\d")
_PARENTHESES = re.compile(r"\(([^()]{1,60})\)")
_TRAILING_NUMBER = re.compile(r"(?<!\s)\s+\d{1,3}\s*$")
_LONGEST = 200
_MANY_SPACES = 5
_UNKNOWN = re.compile(r"[A-Za-z][\w&/.+ -]{0,60}")
_MOST_WORDS = 9


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9*]+", "", name.lower())


@cache
def _names() -> dict[str, str]:
    """Key of every name and alias → the name."""
    table: dict[str, str] = {}
    for name, row in _rows().items():
        for alias in (name, *row["aliases"].split(";"), row["full"]):
            if alias:
                table.setdefault(_key(alias), name)
    return table


@cache
def _rows() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in read_table("venues")}


def _full_name(known: str) -> str:
    return _rows()[known]["full"] or known


def full_venue(name: str) -> str:
    """Return the full name of a venue that is named by an acronym or a shorter name as a whole, else the name itself.

    >>> full_venue("JMLR"), full_venue("Neural Information Processing Systems")
    ('Journal of Machine Learning Research', 'Advances in Neural Information Processing Systems')
    >>> full_venue("Proceedings of the 35th International Conference on Machine Learning (ICML 2018)")
    'Proceedings of the 35th International Conference on Machine Learning (ICML 2018)'
    """
    known = _names().get(_key(name))
    return max(name, _full_name(known), key=len) if known else name


def split_volume(name: str) -> tuple[str, str | None]:
    """Return the series or journal that a name means, in full, and the name itself where it is one volume's title.

    >>> split_volume("Proceedings of the 35th International Conference on Machine Learning (ICML 2018)")[0]
    'International Conference on Machine Learning'
    >>> split_volume("JMLR"), split_volume("Nature Physics")
    (('Journal of Machine Learning Research', None), ('Nature Physics', None))
    >>> split_volume("Proceedings of the 3rd Conference on Wells")
    ('Conference on Wells', 'Proceedings of the 3rd Conference on Wells')
    """
    if _key(name) in _names() or _WORKSHOP.search(name) or len(name) > _LONGEST:
        return full_venue(name), None
    known = find_venue(name)
    if known:
        return (_full_name(known), name) if venue_type(known) == "conference" else (name, None)
    found = _EDITION.match(name)
    return (found["series"], name) if found else (name, None)


_WORDS = re.compile(r"[^\W_]+")
_SMALL = read_words("venues", "small")


def is_abbreviated(short: str, full: str) -> bool:
    """Whether one name is the other with its words cut short, as ISO 4 does.

    >>> is_abbreviated("J. Mach. Learn. Res.", "Journal of Machine Learning Research")
    True
    >>> is_abbreviated("Nature", "Nature Physics"), is_abbreviated("Neural Networks", "Neural Networks")
    (False, False)
    """
    mine, theirs = ([word for word in _WORDS.findall(text.casefold()) if word not in _SMALL] for text in (short, full))
    if len(mine) != len(theirs) or len(short) >= len(full):
        return False
    return all(longer.startswith(word) for word, longer in zip(mine, theirs, strict=True))


def venue_type(name: str) -> str | None:
    """Return ``conference``, ``journal``, ``preprint`` or ``proceedings`` of a name in ``venues.csv``, else None.

    >>> venue_type("NeurIPS"), venue_type("Journal of Nothing")
    ('conference', None)
    """
    return _rows()[name]["type"] if name in _rows() else None


def venue_names(name: str) -> tuple[str, ...]:
    """Return the name and the aliases of a venue in ``venues.csv``.

    >>> venue_names("AAAI")
    ('AAAI', 'AAAI Conference on Artificial Intelligence')
    """
    aliases = _rows()[name]["aliases"].split(";") if name in _rows() else ()
    return tuple(filter(None, (name, *aliases))) if aliases else ()


def is_workshop(name: str) -> bool:
    """Return whether a venue is a workshop.

    >>> is_workshop("ICML 2019 Workshop on Things"), is_workshop("WWW")
    (True, False)
    """
    return bool(_WORKSHOP.search(name)) and _key(name) not in _names()


@lru_cache(maxsize=8192)
def find_venue(name: str) -> str | None:
    """Return the name in ``venues.csv`` that a text means as a whole, or None.

    >>> find_venue("Proceedings of the 37th International Conference on Machine Learning"), find_venue("NIPS")
    ('ICML', 'NeurIPS')
    >>> find_venue("Advances in Neural Information Processing Systems 32 (NeurIPS 2019)")
    'NeurIPS'
    >>> find_venue("ECCV (4)")  # a volume is no part of a name
    'ECCV'
    """
    names = _names()
    found = names.get(_key(name))
    if found or len(name) > _LONGEST:
        return found
    parts = (*_PARENTHESES.findall(name), _PARENTHESES.sub(" ", name.partition(",")[0]))
    for text in dict.fromkeys((name, *parts)):
        bare = _TRAILING_NUMBER.sub("", _ORDINAL.sub(" ", text).strip())
        found = names.get(_key(bare)) or names.get(_key(_LEAD.sub("", bare)))
        if found:
            return found
    return None


@lru_cache(maxsize=8192)
def find_truncated_venue(beginning: str) -> str | None:
    """Return the name in ``venues.csv`` of which a text is the beginning, or None where it may be several.

    >>> find_truncated_venue("Proceedings of the 22nd International Conference on Very Large")
    'VLDB'
    """
    shortest = 12
    key = _key(_LEAD.sub("", " ".join(_ORDINAL.sub(" ", beginning).split())))
    found = {name for alias, name in _names().items() if alias.startswith(key)} if len(key) >= shortest else set()
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=8192)
def find_label(text: str) -> VenueLabel | None:
    """Return what a text says when it is surely a label: its venue is in ``venues.csv``.

    >>> find_label("(KDD 2020)").year, find_label("ICLR20 DeepDiffEq").venue, find_label("Deep Learning")
    (2020, 'ICLR', None)
    """
    found = _split(text)
    return found if found and found.is_known else None


@lru_cache(maxsize=8192)
def parse_label(text: str) -> VenueLabel:
    """Return what a label says, where something else told that it is one.

    Raises:
        ValueError: it cannot be a label.

    >>> parse_label("Scientific Reports18")
    VenueLabel(venue='Scientific Reports', year=2018, is_known=True, is_workshop=False, remark=None)
    >>> parse_label("IP17").venue, parse_label("IP17").year  # a journal that nobody abbreviates so
    ('IP', 2017)
    """
    found = _split(text)
    if not found or (not found.is_known and not found.year):
        raise ValueError(f"not a venue label: {text!r}")
    return found


def _split(text: str) -> VenueLabel | None:
    text = " ".join(text.split()).strip("()[]{}*_`.,;:|- ")
    text += ")" * (text.count("(") > text.count(")"))
    if not text or len(text) > _LONGEST or not any(character.isalpha() for character in text):
        return None
    if text.count(" ") >= _MANY_SPACES and not _DIGIT.search(text):
        known = find_venue(text)
        return VenueLabel(known, None, is_known=True) if known else None
    if match := _ARXIV_ID.match(text):
        return VenueLabel("arXiv", find_year(text[match.end() :]), is_known=True)
    remark = _REMARK.search(text)
    bare = _REMARK.sub(" ", text).strip(" ,;-()[]") if remark else text
    remark_text = remark[1].lower() if remark else None
    if not bare:
        return None
    name, year, rest = _year_apart(bare)
    for candidate, tail in ((name, rest), (_WORKSHOP.sub(" ", name), rest), (_PARTS.sub(" ", name), rest)):
        known = find_venue(candidate.strip(" ,-@/()"))
        if known:
            # A part behind the year names a workshop: "ICLR20 DeepDiffEq".
            is_workshop = bool(_WORKSHOP.search(name) or (tail and not _PARTS.search(tail)))
            if _VOLUME_LAST.search(bare) and venue_type(known) == "journal":
                year = None
            return VenueLabel(known, year, is_known=True, is_workshop=is_workshop, remark=remark_text)
    first, _, others = name.partition(" ")
    known = find_venue(first.strip(",-@/()")) if others and len(others.split()) <= 4 else None  # noqa: PLR2004
    is_part = " " not in others or _WORKSHOP.search(others) or _PARTS.search(others)
    if (
        known
        and venue_type(known) == "conference"
        and first[:1].isupper()
        and is_part
        and (year or _WORKSHOP.search(others))
    ):
        is_workshop = not _PARTS.search(others)
        return VenueLabel(known, year, is_known=True, is_workshop=is_workshop, remark=remark_text)
    if _UNKNOWN.fullmatch(name) and len(name.split()) <= _MOST_WORDS:
        return VenueLabel(name, year, is_known=False, remark=remark_text)
    return None


def _year_apart(text: str) -> tuple[str, int | None, str]:
    """Name, year and what stands behind the year."""
    match = _YEAR_FIRST.match(text)
    if match and not find_year(text[match.end() :]):
        return text[match.end() :].strip(), int(match[1]), ""
    match = _VOLUME_THEN_YEAR.match(text)
    if match:
        return match["name"].strip(), int(match["year"]), ""
    match = _YEAR_LAST.search(text)
    if match and match.start() > 0:
        number = int(match[1])
        if number < 100 and _VOLUME_BEFORE.search(text, 0, match.start()):  # noqa: PLR2004
            return text[: match.start()].strip(" ,-'’(:0123456789"), None, ""
        year = number if number > 99 else full_year(number)  # noqa: PLR2004
        rest = match["rest"].strip()
        if len(rest.split()) <= 3:  # noqa: PLR2004
            return text[: match.start()].strip(" ,-'’(:"), year, rest
    return text, None, ""
