"""The common outline of every markup: blocks, lines and runs of text, each with its line number."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from enrich.model.entry import Omission, Parent, StatedField

BOLD, ITALIC, CODE, STRUCK, SMALL = 1, 2, 4, 8, 16
"""Bits of ``Run.style``."""


class Run(NamedTuple):
    """A stretch of text of one style, or one link, or one image."""

    text: str
    """For a link its text (or the alternative text of its image), for an image its alternative text."""
    url: str | None = None
    """Target of a link; empty for a link that leads nowhere."""
    image: str | None = None
    """Address of an image, also of one inside a link."""
    style: int = 0
    role: str = ""
    """Interpreted role of reStructuredText, such as ``authors``."""


class Line(NamedTuple):
    """Runs between two line breaks."""

    number: int
    """1-based line in the file."""
    runs: Sequence[Run]
    is_hard: bool = True
    """Whether a break that readers see stands before it (a paragraph or ``<br>``), not just a newline."""


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    ITEM = "item"
    TABLE = "table"
    QUOTE = "quote"
    CODE = "code"
    DETAILS = "details"
    RULE = "rule"
    COMMENT = "comment"
    DATA = "data"


class Cell(NamedTuple):
    """One cell of a table."""

    lines: Sequence[Line]
    is_header: bool = False
    is_continued: bool = False
    """Whether it only repeats a cell that spans several rows or columns."""


class Row(NamedTuple):
    """One row of a table."""

    line: int
    cells: Sequence[Cell]


@dataclass(slots=True)
class Block:
    """One block of the outline; which fields are filled depends on ``kind``."""

    kind: Kind
    line: int
    lines: list[Line] = field(default_factory=list)
    """Own inline text: of a heading, a paragraph, an item, the summary of details."""
    children: list[Block] = field(default_factory=list)
    level: int = 0
    """Of a heading: 1 is the outermost. Of an item: the spaces before its bullet, where they are known."""
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    """Raw text of code, a comment or a data record."""
    is_html: bool = False
    """Whether it came from an HTML block inside another markup."""
    record: dict[str, str] = field(default_factory=dict)
    """Fields of a data record."""
    fields: tuple[StatedField, ...] = ()
    """Fields of an entry of a bibliography, in BibTeX's vocabulary; its type is ``text``."""
    key: str = ""
    section_path: tuple[str, ...] = ()
    """Groups of an entry of a bibliography, from the outermost down."""
    topic_labels: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A whole file."""

    blocks: list[Block]
    markup: str
    """``markdown``, ``html``, ``rst``, ``org``, ``page``, ``bibtex``, ``yaml``, ``csv`` …"""
    comments: list[Block] = field(default_factory=list)
    """What stands in comments: never read, but its addresses are accounted for."""
    parents: list[Parent] = field(default_factory=list)
    """Entries that are no works but lend their fields."""
    preambles: list[str] = field(default_factory=list)
    """TeX that the values need."""
    omissions: list[Omission] = field(default_factory=list)
    """What the reader itself could not read."""


def plain(runs: Iterable[Run]) -> str:
    """The text of runs, images left out, with single spaces."""
    text = "".join(run.text for run in runs if run.image is None or run.url)
    return " ".join(text.split())


def plain_lines(lines: Iterable[Line]) -> str:
    """The text of lines joined with single spaces."""
    return " ".join(filter(None, (plain(line.runs) for line in lines)))


def links_of(lines: Iterable[Line]) -> Iterator[Run]:
    """The links in lines, in order, also those that lead nowhere."""
    return (run for line in lines for run in line.runs if run.url is not None)


def join_paragraphs(blocks: list[Block]) -> list[Block]:
    """The blocks with all paragraphs as one: a term and its definitions are one entry."""
    first = next((block for block in blocks if block.kind is Kind.PARAGRAPH), None)
    if first is not None:
        first.lines = [line for block in blocks if block.kind is Kind.PARAGRAPH for line in block.lines]
    return [block for block in blocks if block is first or block.kind is not Kind.PARAGRAPH]


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks in the order of the text, parents first."""
    pending = list(blocks)[::-1]
    while pending:
        block = pending.pop()
        yield block
        pending.extend(reversed(block.children))


def all_lines(block: Block) -> Iterator[Line]:
    """Every line in a block and below it, in the order of the text."""
    for inner in walk([block]):
        yield from inner.lines
        for row in inner.rows:
            for cell in row.cells:
                if not cell.is_continued:
                    yield from cell.lines
