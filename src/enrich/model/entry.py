"""One line of a list as its curator wrote it, and the list that it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record


class LinkRole(StrEnum):
    """What a link of an entry leads to."""

    PAPER = "paper"
    PDF = "pdf"
    CODE = "code"
    REPO = "repo"
    PROJECT = "project"
    DATA = "data"
    VIDEO = "video"
    SLIDES = "slides"
    DOCS = "docs"
    REVIEW = "review"
    LINK = "link"


class EntryKind(StrEnum):
    """What sort of work an entry names."""

    PAPER = "paper"
    SOFTWARE = "software"
    DATASET = "dataset"
    BOOK = "book"
    THESIS = "thesis"
    WEBSITE = "website"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of an entry."""

    url: str
    """As written, trimmed."""
    label: str
    """Link text, badge text or the word before the link; may be empty."""
    role: LinkRole


@dataclass(frozen=True, slots=True)
class StatedField:
    """One named field of a structured entry, as its file has it."""

    name: str
    """Lower case."""
    value: str
    """Plain text."""
    tex: str | None = None
    """What stands between the delimiters of a BibTeX value, ``@string`` replaced; None in other formats."""
    is_inherited: bool = False
    """Whether it stands in a parent of the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list as its curator wrote it; nothing in it was looked up."""

    order: int
    """1-based position among the entries of the list."""
    line: int
    """1-based line of the title in ``file``."""
    title: str | None
    """Markup removed; None when the list lost it (it is kept all the same)."""
    kind: EntryKind = EntryKind.PAPER
    section_path: tuple[str, ...] = ()
    """Headings from the outermost down."""
    label: str | None = None
    """Venue label verbatim, such as ``NeurIPS19``."""
    venue: str | None = None
    """The venue in the label, as ``text.venues`` names it."""
    year: int | None = None
    """The year that the entry itself writes."""
    authors: tuple[str, ...] = ()
    """Names as written."""
    authors_truncated: bool = False
    """Whether the list of names says that there are more."""
    remarks: tuple[str, ...] = ()
    """Such as ``oral``, ``best paper award``."""
    topic_labels: tuple[str, ...] = ()
    """Texts of topic badges."""
    links: tuple[Link, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    """Taken from links and text, the one of the primary link first; no duplicates."""
    quote: str | None = None
    """Quoted abstract."""
    acronym: str | None = None
    keywords: tuple[str, ...] = ()
    notes: str | None = None
    date: str | None = None
    """ISO, to the precision written."""
    file: str | None = None
    """Path of the file inside the list; None for a list of one file."""
    family: str | None = None
    """Format family that read it: a code of ``readers.family``."""
    key: str | None = None
    """Name of a structured entry in its own file, such as a citation key."""
    type: str | None = None
    """Type of a structured entry as written: ``inproceedings``, ``article-journal``."""
    fields: tuple[StatedField, ...] = ()
    """Everything that a structured entry says, in its order."""
    stated: Record | None = None
    """What the fields say, in the terms of a record; None for an entry of prose, and for one that was read back."""
    problems: tuple[str, ...] = ()
    """What is wrong with it where it stands, as ``kind of finding: what``."""

    @property
    def primary_link(self) -> Link | None:
        """The link that stands for the work: the first one for the paper, else the first."""
        papers = (link for link in self.links if link.role in (LinkRole.PAPER, LinkRole.PDF))
        return next(papers, self.links[0] if self.links else None)


_KEY = re.compile(r"[^\s,{}\"#%\\~;=]+")


def given_key(entry: Entry) -> str | None:
    """The citation key that a structured entry gives its work; None where it has none that LaTeX can cite.

    >>> given_key(Entry(order=1, line=1, title=None, key="DBLP:conf/nips/Chen18"))
    'DBLP:conf/nips/Chen18'
    """
    return entry.key if entry.key and is_citable(entry.key) else None


def is_citable(key: str) -> bool:
    """Whether LaTeX can cite a key and BibTeX read it."""
    return bool(_KEY.fullmatch(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A block of a list that is not an entry, with the reason."""

    line: int
    reason: str
    """Code such as ``contents``, ``tool``, ``comment``, ``legend``."""
    text: str
    """The beginning of the block, at most 200 characters."""
    detail: str = ""
    """What is wrong with an entry that cannot be read, with its line."""
    file: str | None = None
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """An entry of a bibliography that is no work but lends its fields: for ``crossref``, an ``@xdata``, a ``@set``."""

    key: str
    type: str
    fields: tuple[StatedField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockNote:
    """Which family read a block of a list, and by what evidence."""

    line: int
    family: str
    evidence: str
    n_entries: int
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList:
    """A list as read: entries in order, and what was left out."""

    name: str
    """Slug ``[a-z0-9-]+``: names the output folder and the column ``list``."""
    source: str
    """Path or URL as given by the user."""
    entries: tuple[Entry, ...]
    title: str | None = None
    omissions: tuple[Omission, ...] = ()
    blocks: tuple[BlockNote, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    """Topic label and what it stands for, by the list's own badges."""
    parents: tuple[Parent, ...] = ()
    preambles: tuple[str, ...] = ()
    """What the ``@preamble`` of a bibliography of the user's own defines, as TeX."""
    digest: str = ""
    """SHA-256 of the text that was read, hexadecimal."""
