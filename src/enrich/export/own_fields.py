"""What a user's BibTeX entry keeps in ``works.bib``: key, type and every field whose value nobody knows better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.record import WorkType
from enrich.text.author_lists import parse_authors
from enrich.text.bibfields import CONTAINERS, WORK_FIELDS, WORK_TYPES
from enrich.text.printable import printable
from enrich.text.title_forms import normalize_title
from enrich.text.venues import find_venue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.export.cited_work import CitedWork, UserEntry
    from enrich.model.entry import StatedField

Field = tuple[str, str]
"""Name and value, the value with its delimiters."""

_KEPT = frozenset({"url", "abstract", "keywords", "language", "version", "event", "file"})
"""What a user's own value of is as good as any other."""
_ALSO_SAYS = {"date": ("year",), "doi": ("url",), "arxiv_id": ("url",)}
"""What a field makes needless besides itself."""
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d{1,4}", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_WORDS = re.compile(r"\w+")


def own_type(cited: CitedWork, own: UserEntry, usual: str) -> str:
    """The entry type: the user's, unless a source knows the work as something else."""
    means = WORK_TYPES.get(own.type, WorkType.UNKNOWN)
    is_vague = means is WorkType.UNKNOWN and cited.type in (WorkType.PREPRINT, WorkType.UNKNOWN)
    return own.type if "type" in cited.stated or is_vague or means is cited.type else usual


def with_own_fields(cited: CitedWork, own: UserEntry, ours: Sequence[Field]) -> Iterator[Field]:
    """The fields of the user's entry in their order, then those that the sources add."""
    known = dict(ours)
    by_meaning: dict[str, list[str]] = {}
    for name in known:
        by_meaning.setdefault(WORK_FIELDS.get(name, name), []).append(name)
    settled: set[str] = set()
    for one in own.fields:
        meaning = WORK_FIELDS.get(one.name, one.name)
        rivals = by_meaning.get(meaning, [])
        is_kept = not rivals or meaning in _KEPT or meaning in cited.stated or _agrees(meaning, one, cited)
        if is_kept:
            settled |= {meaning, one.name, *_ALSO_SAYS.get(meaning, ())}
            if not one.is_inherited:
                yield one.name, to_value(one.tex or one.value)
        elif one.is_inherited or (one.name in CONTAINERS and one.name not in known):
            continue
        elif meaning not in settled:
            settled |= {meaning, one.name}
            yield one.name, known[one.name if one.name in known else rivals[0]]
    for name, value in ours:
        if WORK_FIELDS.get(name, name) not in settled and name not in settled:
            yield name, value


def to_value(tex: str) -> str:
    """A value as written, in braces unless it is a number or a month's macro; braces without a pair are dropped."""
    if _MONTH.fullmatch(tex):
        return tex
    tex = printable(tex)
    return f"{{{tex if is_balanced(tex) else tex.replace('{', '').replace('}', '')}}}"


def is_balanced(text: str) -> bool:
    """Whether every brace has its pair, as BibTeX counts: a backslash protects none."""
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _agrees(meaning: str, own: StatedField, cited: CitedWork) -> bool:
    """Whether the user's value says the same as the selected one."""
    check = _CHECKS.get(meaning)
    return check is not None and check(own, cited)


def _same_title(own: StatedField, cited: CitedWork) -> bool:
    mine, theirs = normalize_title(own.value), normalize_title(cited.title)
    return mine == theirs or theirs.startswith(f"{mine} ")


def _same_people(own: StatedField, cited: CitedWork) -> bool:
    found = parse_authors(own.tex or own.value, is_bibtex=True)
    mine, theirs = (
        [(one.family or one.name).casefold() for one in people] for people in (found.authors, cited.authors)
    )
    return not found.is_truncated and mine == theirs


def _same_container(own: StatedField, cited: CitedWork) -> bool:
    if not cited.container:
        return True
    names = (own.value, cited.container)
    mine, theirs = (find_venue(name) or " ".join(_WORDS.findall(name.casefold())) for name in names)
    return mine == theirs


def _same_year(own: StatedField, cited: CitedWork) -> bool:
    return str(cited.year) in _DIGITS.findall(own.value)


def _same_text(attribute: str) -> Callable[[StatedField, CitedWork], bool]:
    def is_same(own: StatedField, cited: CitedWork) -> bool:
        mine, theirs = (_WORDS.findall(str(text or "").casefold()) for text in (own.value, getattr(cited, attribute)))
        return mine == theirs

    return is_same


def _same_identifier(attribute: str) -> Callable[[StatedField, CitedWork], bool]:
    def is_same(own: StatedField, cited: CitedWork) -> bool:
        return str(getattr(cited, attribute) or "").lower() in own.value.lower()

    return is_same


_CHECKS: Mapping[str, Callable[[StatedField, CitedWork], bool]] = {
    "title": _same_title,
    "authors": _same_people,
    "venue": _same_container,
    "year": _same_year,
    "date": _same_year,
    "pages": _same_text("pages"),
    "volume": _same_text("volume"),
    "issue": _same_text("issue"),
    "publisher": _same_text("publisher"),
    "series": _same_text("series"),
    "edition": _same_text("edition"),
    "place": _same_text("place"),
    "isbn": _same_text("isbn"),
    "issn": _same_text("issn"),
    "doi": _same_identifier("doi"),
    "arxiv_id": _same_identifier("arxiv_id"),
}
