"""What people write when they mean a work: a bare title, one with venue and year behind it, or a whole reference."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from enrich.matching.description import Description, parse_authors
from enrich.model.identifiers import find_identifiers
from enrich.text.tex import decode_tex
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 2_000
_QUOTED = re.compile(r"[\"“”„«‟]([^\"“”„«»‟]{8,400}?)[.,]?[\"“”»‟]|``([^`']{8,400}?)[.,]?''")
_YEAR = re.compile(r"(?<![\d.:/-])((?:19|20)\d\d)(?![\d.:/-]?\d)")
_LEADING = re.compile(r"^\s*(?:[-*+•]\s+|\[[^\]]{1,40}\]\s*:?\s*|\(\d{1,4}\)\s*|\d{1,3}[.)]\s+)")
_VENUE = r"(?:[A-Z][A-Za-z]*[A-Z]+[A-Za-z]*|NeurIPS|Interspeech|Nature|Science)"
_TRAILING = re.compile(
    r"\s*(?:[\[({][^\])}]{0,80}[\])}]"
    rf"|(?:[,.;:]\s*(?:in\s+)?|\s[-–—|@]\s|\bin\s+)(?:proc(?:eedings|\.)?\s+(?:of\s+)?(?:the\s+)?)?{_VENUE}\b"
    r"(?:\s*[-'’/ ]?\s*(?:19|20)?\d\d)?"
    rf"|\s{_VENUE}\s*[-'’/ ]?\s*(?:19|20)\d\d"
    r"|[,.;:]?\s*\b(?:ar[xX]iv|bio[rR]xiv|CoRR)(?:\s+preprint)?(?:[\s:]+(?:ar[xX]iv:?\s*)?[\w./-]+)?"
    r"(?:[,\s(]+(?:19|20)\d\d\)?)?"
    r"|[,.;:]\s*(?:19|20)\d\d[a-z]?)\s*\.?\s*$"
)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2})[.?!]\s+(?=[\w\"“])|(?<=\))[.,]\s+|\.\s*[\"“]|[\"”]\s+")
_NAMES = re.compile(r"(?:,|\band\b|&|\bet al\b)", re.IGNORECASE)
_INITIAL_FIRST = re.compile(r"(?:[A-Z]\.?[ -]?){1,3}")
_FEWEST_WORDS = 3


def read_query(text: str) -> Iterator[Description]:
    """The descriptions that a text may mean, the likeliest first.

    >>> [each.title for each in read_query("Deep Sets of Points (NeurIPS 2017)")]
    ['Deep Sets of Points (NeurIPS 2017)', 'Deep Sets of Points']
    >>> (last,) = read_query('Athey, Susan, and Stefan Wager. "Efficient policy learning." arXiv:1702.02896 (2017)')
    >>> last.title, [author.family for author in last.authors], last.year
    ('Efficient policy learning', ['Athey', 'Wager'], 2017)
    """
    text = decode_tex(text[:_LONGEST])
    identifiers = frozenset(find_identifiers(text))
    quoted = _QUOTED.search(text)
    if quoted and (quoted.end() < len(text) - 1 or quoted.start() > 1) and _is_reference(text, quoted):
        title = (quoted[1] or quoted[2]).strip()
        yield _describe(title, text[: quoted.start()], text[quoted.end() :], identifiers)
        return
    seen = set()
    for title, before, after in _readings(text):
        normalized = normalize_title(title)
        if normalized and normalized not in seen:
            seen.add(normalized)
            yield _describe(title, before, after, identifiers)


def _is_reference(text: str, quoted: re.Match[str]) -> bool:
    """Whether the quoted part is the title, and not a quotation within it."""
    before, after = text[: quoted.start()], text[quoted.end() :]
    has_year = bool(_YEAR.search(after) or _YEAR.search(before))
    return has_year or not before.strip() or before.rstrip().endswith((".", ",", ":"))


def _describe(title: str, before: str, after: str, identifiers: frozenset[object]) -> Description:
    years = _YEAR.findall(after) or _YEAR.findall(before)
    authors, has_more = parse_authors(split_names(before))
    return Description(
        title=title,
        authors=authors,
        has_more_authors=has_more,
        year=int(years[-1]) if years else None,
        identifiers=identifiers,  # type: ignore[arg-type]
    )


def _readings(text: str) -> Iterator[tuple[str, str, str]]:
    """Title, what stands before it, and what behind, by every way of reading the text."""
    yield text, "", ""
    start = _LEADING.match(text)
    lead, rest = (text[: start.end()], text[start.end() :]) if start else ("", text)
    if lead:
        yield rest, lead, ""
    title = rest
    for _ in range(3):
        end = _TRAILING.search(title)
        if not end or len(title[: end.start()].split()) < _FEWEST_WORDS - 1:
            break
        title = title[: end.start()]
        yield title, lead, rest[len(title) :]
    ends = [(match.start(), match.end()) for match in _SENTENCE.finditer(rest)]
    places = [(0, 0), *ends, (len(rest), len(rest))]
    if ends:
        for (_, begin), (end_at, _) in pairwise(places):
            part = rest[begin:end_at].strip(' .,"“”')
            if len(part.split()) >= _FEWEST_WORDS:
                yield part, rest[:begin], rest[end_at:]


def split_names(text: str) -> list[str]:
    """Return the names before the title of a reference, in the styles of MLA, APA and IEEE.

    >>> split_names("Bica, Ioana, Ahmed M. Alaa, and Mihaela van der Schaar.")
    ['Bica, Ioana', 'Ahmed M. Alaa', 'Mihaela van der Schaar']
    >>> split_names("He, K., Zhang, X., & Sun, J. (2016).")
    ['He, K.', 'Zhang, X.', 'Sun, J']
    """
    text = re.sub(r"\(?(?:19|20)\d\d[a-z]?\)?[.:,]?\s*$", "", text.strip()).strip(' .,:;"“')
    if not text or not _NAMES.search(f"{text},") or len(text.split()) > 200 or any(letter.isdigit() for letter in text):  # noqa: PLR2004
        return []
    parts = [part.strip(" .") if len(part.strip()) > 3 else part.strip() for part in re.split(r",|\band\b|&|;", text)]  # noqa: PLR2004
    parts = [part for part in parts if part]
    names: list[str] = []
    for place, part in enumerate(parts):
        follows_surname = bool(names) and "," not in names[-1] and " " not in names[-1]
        is_initials = bool(_INITIAL_FIRST.fullmatch(part)) and bool(names) and "," not in names[-1]
        if is_initials or (place == 1 and follows_surname):
            names[-1] = f"{names[-1]}, {part}"
        else:
            names.append(part)
    longest_name = 6
    if any(len(name.split()) > longest_name for name in names):
        return []
    return names
