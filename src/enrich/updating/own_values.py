"""What a user's entry says, compared with what sources say: equal in substance, different, or another version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from enrich.errors import IdentifierError
from enrich.matching.places import agree_in_number
from enrich.merge.precedence import LIST
from enrich.model.identifiers import Scheme, find_identifiers, parse_arxiv, parse_doi
from enrich.model.record import WorkType
from enrich.text.bibfields import CONTAINERS, WORK_TYPES
from enrich.text.publication import is_preprint_doi, is_preprint_server
from enrich.text.tex import decode_tex
from enrich.text.venue_matches import compare_venues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.model.entry import Entry
    from enrich.model.work import Work
    from enrich.text.bibtex_syntax import BibBlock, BibFile

_PREPRINT_TYPES = frozenset({"misc", "article", "unpublished", "online", "electronic", "techreport", "report"})
_WHOLE_TYPES = frozenset({WorkType.THESIS, WorkType.BOOK})
_REPORT_TYPES = frozenset({"techreport", "report"})
_PARTS = re.compile(r"\b(workshops?|findings|companion|adjunct|demonstrations?|tutorials?)\b", re.IGNORECASE)
"""What tells proceedings of one conference apart."""
_DASHES = re.compile(r"[\s\-‐‑‒–—−]+")
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


Place = tuple[int, str]
"""Line of the ``@`` and citation key of an entry."""
Known = Mapping[Place, tuple["Entry", "Work"]]
"""Entries with their works, by place."""


def to_known(pairs: Iterable[tuple[Entry, Work]]) -> Known:
    """The entries by place; two that stand in one line under one key cannot be told apart and are left out."""
    pairs = list(pairs)
    places = [(entry.line, entry.key or "") for entry, _ in pairs]
    counts = Counter(places)
    return {place: pair for place, pair in zip(places, pairs, strict=True) if counts[place] == 1}


def place_of(block: BibBlock) -> Place:
    """The place of an entry in its file."""
    return block.line, block.key


def to_aliases(ids: str) -> list[str]:
    """The keys in biblatex's field ``ids``.

    >>> to_aliases("n2, old1,")
    ['n2', 'old1']
    """
    return [key for key in map(str.strip, ids.split(",")) if key]


class Macros:
    """The ``@string`` of a file by the venue that each stands for."""

    def __init__(self, book: BibFile) -> None:
        values = ((name, decode_tex(tex)) for name, tex in book.macros.items())
        # A macro with a number is one edition.
        self._values = [(name, value) for name, value in values if value and not re.search(r"\d", value)]
        self._found: dict[str, str | None] = {}

    def find(self, venue: str) -> str | None:
        """The macro that stands for a venue under any of its names; None where there is none."""
        if venue not in self._found:
            self._found[venue] = next((name for name, value in self._values if same_place(value, venue)), None)
        return self._found[venue]


@dataclass(frozen=True)
class OwnEntry:
    """An entry of a file with its place and its values."""

    book: BibFile
    block: BibBlock
    entry: Entry
    macros: Macros

    @cached_property
    def values(self) -> dict[str, str]:
        """Every field as plain text, also those of its parents; empty ones are as good as absent."""
        stated = {one.name: one.value.strip() for one in reversed(self.entry.fields)}
        return {name: value for name, value in stated.items() if value}

    @cached_property
    def inherited(self) -> frozenset[str]:
        """Fields that stand in a parent, out of reach."""
        return frozenset({one.name for one in self.entry.fields if one.is_inherited} - self.names)

    @cached_property
    def names(self) -> frozenset[str]:
        """The fields that stand in the entry itself."""
        return frozenset(one.name for one in self.block.fields)

    def written(self, name: str) -> str | None:
        """A value as written, without its delimiters."""
        found = self.block.field(name)
        return self.book.value(found) if found else None

    @property
    def container_field(self) -> str | None:
        """The field that names what the work appeared in."""
        return next((name for name in CONTAINERS if name in self.values), None)

    @property
    def container(self) -> str | None:
        """What the work appeared in, a preprint server excepted."""
        field = self.container_field
        name = self.values[field] if field else None
        return None if name is None or names_preprint(name) else name

    @property
    def doi(self) -> str | None:
        """The DOI in normal form; None for that of a preprint."""
        text = self.values.get("doi", "")
        try:
            return None if names_preprint_doi(text) else parse_doi(text).value
        except IdentifierError:
            return None

    @property
    def year(self) -> int | None:
        """The year that it states."""
        found = _YEAR.search(self.values.get("year") or self.values.get("date", ""))
        return int(found[1]) if found else None

    def is_of(self, work: Work) -> bool:
        """Whether it can be this work: it bears its identifier, or states no other type and no other place.

        A thesis, a book and a chapter under the title of a paper, and its article in another journal, are works of
        their own, whatever else agrees; what no source has seen published can have appeared anywhere.
        """
        records = [one for one in work.records if one.source != LIST]
        if any(one in record.identifiers for record in records for one in self.entry.identifiers):
            return True
        versions = [one for one in work.versions if {*one.sources} - {LIST}]
        venues = [one.venue for one in records] + [one.venue for one in versions]
        places = [one for one in venues if one and not names_preprint(one)]
        type_, container = WORK_TYPES.get(self.block.type), self.container
        is_chapter = type_ is WorkType.CHAPTER and not (container and any(same_place(container, one) for one in places))
        if type_ in _WHOLE_TYPES or is_chapter:
            return not {one.type for one in records} - {WorkType.UNKNOWN} or type_ in {one.type for one in records}
        return not container or not places or any(same_place(container, one) is not False for one in places)

    @property
    def is_preprint(self) -> bool:
        """Whether it cites a preprint, or says of no place where the work appeared."""
        if self.block.type not in _PREPRINT_TYPES or self.container or {"crossref", "xdata"} & self.values.keys():
            return False
        placed = [self.values[name] for name in ("volume", "number", "pages") if name in self.values]
        if self.container_field is None and any(arxiv_id_in(value) is None for value in placed):
            return False  # it appeared somewhere: only the name is missing
        home = self.values.get("institution") or self.values.get("publisher")
        return self.block.type not in _REPORT_TYPES or home is None or names_preprint(home)


def same_place(mine: str, theirs: str) -> bool | None:
    """Whether two containers are one; None where an abbreviation leaves it open.

    What identifies a work may be lenient, what is written into a file may not: the workshops of a conference, and other
    parts of it with proceedings of their own, are not the conference.

    >>> same_place("NeurIPS", "Advances in Neural Information Processing Systems"), same_place("ICML Workshop", "ICML")
    (True, False)
    """
    parts = [{part.lower().rstrip("s") for part in _PARTS.findall(name)} for name in (mine, theirs)]
    return compare_venues(mine, theirs) if parts[0] == parts[1] else False


def names_preprint(container: str) -> bool:
    """Whether a container is a server of preprints, or the number of a preprint.

    >>> names_preprint("CoRR"), names_preprint("abs/1806.07366"), names_preprint("Nature")
    (True, True, False)
    """
    return is_preprint_server(container) or any(one.scheme is Scheme.ARXIV for one in find_identifiers(container))


def names_preprint_doi(text: str) -> bool:
    """Whether a DOI is one that a server gave to a preprint."""
    try:
        found = parse_doi(text)
    except IdentifierError:
        return False
    return found.scheme is not Scheme.DOI or is_preprint_doi(found.value)


def arxiv_id_in(text: str) -> str | None:
    """The arXiv identifier that a field holds and nothing else, such as ``abs/1806.07366``."""
    try:
        return parse_arxiv(text).value
    except IdentifierError:
        found = [one.value for one in find_identifiers(text) if one.scheme is Scheme.ARXIV]
        return found[0] if found else None


def says_same(field: str, mine: str, theirs: str) -> bool:
    """Whether two values of a field mean the same, in whatever form they are written.

    >>> says_same("pages", "12-19", "12--19"), says_same("doi", "https://doi.org/10.1000/A", "10.1000/a")
    (True, True)
    >>> says_same("pages", "1571-83", "1571--1583"), says_same("year", "2018", "2019")
    (True, False)
    """
    mine, theirs = decode_tex(mine).strip(), theirs.strip()
    if mine.casefold() == theirs.casefold():
        return True
    if field == "doi":
        return _doi(mine) == _doi(theirs)
    if field in CONTAINERS:
        return same_place(mine, theirs) is not False
    if field in ("volume", "number"):
        return agree_in_number(mine, theirs) is not False
    if field == "pages":
        return _same_pages(_DASHES.sub("-", mine), _DASHES.sub("-", theirs))
    if field in ("year", "date"):
        return theirs in _DIGITS.findall(mine)
    return False


def _doi(text: str) -> str:
    try:
        return parse_doi(text).value
    except IdentifierError:
        return text.lower()


def _same_pages(mine: str, theirs: str) -> bool:
    """Equal ranges, a last page cut short, or the first page alone."""
    (first, _, last), (other_first, _, other_last) = mine.partition("-"), theirs.partition("-")
    if first.lower() != other_first.lower():
        return False
    return not last or not other_last or other_last.endswith(last) or last.endswith(other_last)
