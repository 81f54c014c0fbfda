"""MediaWiki → outline, through mwparserfromhell <https://mwparserfromhell.readthedocs.io/>.

Lists, tables and external links are those of Help:Formatting <https://www.mediawiki.org/wiki/Help:Formatting>; a
``{{cite …}}`` is a record of its own, also inside ``<ref>``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import mwparserfromhell
from mwparserfromhell.nodes import Argument, Comment, ExternalLink, Heading, HTMLEntity, Tag, Template, Text, Wikilink

from enrich.readers.inline import LineBuilder
from enrich.readers.outline import BOLD, CODE, ITALIC, SMALL, Block, Cell, Kind, Line, Outline, Row, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STYLES = {"b": BOLD, "i": ITALIC, "code": CODE, "tt": CODE, "small": SMALL, "sub": SMALL, "sup": SMALL}
_MARKS = frozenset({"li", "dt", "dd"})
_CITATION = re.compile(r"(?:cite[ _]|citation$|harvard citation)", re.IGNORECASE)
_HEADING = re.compile(r"^={1,6}[^=\n].*?={1,6}[ \t]*$", re.MULTILINE)
_OTHERS = re.compile(r"\[https?://\S+ [^\]\n]+\]|'''|\{\{\s*cite |^\{\|", re.MULTILINE | re.IGNORECASE)
_FIELDS = {
    "journal": "journal",
    "work": "journal",
    "magazine": "journal",
    "newspaper": "journal",
    "website": "journal",
    "conference": "conference",
    "book-title": "booktitle",
    "year": "year",
    "date": "date",
    "doi": "doi",
    "eprint": "arxiv",
    "arxiv": "arxiv",
    "pmid": "pmid",
    "pmc": "pmcid",
    "isbn": "isbn",
    "url": "url",
    "volume": "volume",
    "issue": "number",
    "pages": "pages",
    "publisher": "publisher",
}
"""Parameter of a citation template (Help:Citation Style 1) to the name that records have for it."""
_MOST_AUTHORS = 200


def looks_like_wikitext(text: str) -> bool:
    """Whether a text has headings between equals signs, and links, bold text, citations or tables of MediaWiki."""
    return _HEADING.search(text) is not None and _OTHERS.search(text) is not None


def read_wikitext(text: str) -> Outline:
    """Return the outline of a text of MediaWiki; every text has one."""
    reader = _Reader()
    reader.read(mwparserfromhell.parse(text).nodes)
    return Outline(reader.finish(), "wikitext")


class _Reader:
    """Turns nodes into blocks; a line of its own begins at each newline of a text."""

    def __init__(self, number: int = 1) -> None:
        self.blocks: list[Block] = []
        self._number = number
        self._line = LineBuilder(number)
        self._marks = ""
        self._style = 0
        self._is_empty = True
        self._paragraph: Block | None = None
        self._items: list[tuple[str, Block]] = []
        self._records: list[Block] = []

    def read(self, nodes: Iterable[Any]) -> None:
        for node in nodes:
            self._node(node)

    def finish(self) -> list[Block]:
        self._end_line()
        return self.blocks

    def _node(self, node: Any) -> None:  # noqa: ANN401, C901, PLR0912 (one branch a kind of node)
        number = self._number
        if isinstance(node, Text | HTMLEntity):
            self._text(str(node.normalize() if isinstance(node, HTMLEntity) else node))
            return
        if isinstance(node, Heading):
            self._end_line()
            self._paragraph = None
            lines = _lines(node.title.nodes, number)
            self._add(Block(Kind.HEADING, number, lines, level=node.level))
        elif isinstance(node, Tag) and str(node.tag) in _MARKS and node.wiki_markup:
            self._marks += str(node.wiki_markup)
        elif isinstance(node, Tag) and str(node.tag) == "table":
            self._end_line()
            self._paragraph = None
            self._add(_table(node, number))
        elif isinstance(node, Tag) and str(node.tag) in _STYLES:
            style, self._style = self._style, self._style | _STYLES[str(node.tag)]
            self.read(node.contents.nodes)
            self._style = style
            return
        elif isinstance(node, Tag) and str(node.tag) == "br":
            self._line.line_break(is_hard=True, newlines=0)
        elif isinstance(node, Tag) and str(node.tag) == "ref":
            self._records += _citations(node.contents.nodes if node.contents else (), number)
        elif isinstance(node, Tag) and node.contents and str(node.tag) not in {"nowiki", "pre", "math"}:
            self.read(node.contents.nodes)
            return
        elif isinstance(node, Template):
            self._records += _citations([node], number)
        elif isinstance(node, ExternalLink):
            text = _plain(node.title) if node.title else str(node.url)
            self._run(Run(text, str(node.url).strip(), None, self._style))
        elif isinstance(node, Wikilink):
            name = str(node.title)
            if not name.startswith(("File:", "Image:", "Category:")):
                self._text(_plain(node.text) if node.text else name)
                self._number = number
        elif not isinstance(node, Comment | Argument):
            self._text(_plain(node))
            self._number = number
        self._number = number + str(node).count("\n")

    def _text(self, text: str) -> None:
        first, *others = text.split("\n")
        self._write(first)
        for line in others:
            self._end_line()
            self._number += 1
            self._line = LineBuilder(self._number)
            self._write(line)

    def _write(self, text: str) -> None:
        if text:
            self._line.text(text, self._style)
            self._is_empty = self._is_empty and not text.strip()

    def _run(self, run: Run) -> None:
        self._line.run(run)
        self._is_empty = False

    def _end_line(self) -> None:
        """Put the line that ends into the list, or the paragraph, that it belongs to; its records follow it."""
        lines = [] if self._is_empty else self._line.lines()
        if self._marks:
            self._paragraph = None
            self._item(lines)
        elif not lines and not self._records:
            self._paragraph = None
            self._items = []
        elif lines:
            self._items = []
            if self._paragraph is None:
                self._paragraph = Block(Kind.PARAGRAPH, lines[0].number)
                self._add(self._paragraph)
            self._paragraph.lines += [*(line._replace(is_hard=False) for line in lines[:1]), *lines[1:]]
        for record in self._records:
            self.blocks.append(record)
        self._line, self._marks, self._is_empty, self._records = LineBuilder(self._number), "", True, []

    def _item(self, lines: list[Line]) -> None:
        """Put an item below the last one with fewer marks."""
        if not lines:
            return
        while self._items and len(self._items[-1][0]) >= len(self._marks):
            self._items.pop()
        item = Block(Kind.ITEM, lines[0].number, children=[Block(Kind.PARAGRAPH, lines[0].number, lines)])
        siblings = self._items[-1][1].children if self._items else self.blocks
        if siblings and siblings[-1].kind is Kind.LIST:
            siblings[-1].children.append(item)
        else:
            siblings.append(Block(Kind.LIST, item.line, children=[item]))
        self._items.append((self._marks, item))

    def _add(self, block: Block) -> None:
        self._items = []
        self.blocks.append(block)


def _plain(code: Any) -> str:  # noqa: ANN401 (the library has no types)
    return " ".join(str(code.strip_code() if hasattr(code, "strip_code") else code).split())


def _lines(nodes: Iterable[Any], number: int) -> list[Line]:
    """The inline lines of nodes."""
    reader = _Reader(number)
    reader.read(nodes)
    return [line for block in reader.finish() for line in _own(block)]


def _own(block: Block) -> Iterator[Line]:
    yield from block.lines
    for child in block.children:
        yield from _own(child)


def _table(table: Tag, number: int) -> Block:
    block = Block(Kind.TABLE, number)
    cells: list[Cell] = []
    for node in table.contents.nodes:
        if isinstance(node, Tag) and str(node.tag) == "tr":
            row = [cell for cell in node.contents.nodes if isinstance(cell, Tag)]
            block.rows.append(Row(number, [_cell(cell, number) for cell in row if str(cell.tag) in {"td", "th"}]))
        elif isinstance(node, Tag) and str(node.tag) in {"td", "th"}:
            cells.append(_cell(node, number))
        number += str(node).count("\n")
    if cells:
        block.rows.insert(0, Row(block.line, cells))
    return block


def _cell(cell: Tag, number: int) -> Cell:
    return Cell(_lines(cell.contents.nodes, number), str(cell.tag) == "th")


def _citations(nodes: Iterable[Any], number: int) -> Iterator[Block]:
    """A record for each citation template."""
    for node in nodes:
        if not isinstance(node, Template) or not _CITATION.match(str(node.name).strip()):
            continue
        said = {str(one.name).strip().lower(): _plain(one.value) for one in node.params}
        record = {name: said[key] for key, name in _FIELDS.items() if said.get(key)}
        record |= {"title": said.get("title", ""), "authors": "; ".join(_authors(said))}
        if str(node.name).strip().lower() == "cite book":
            record["entrytype"] = "book"
        yield Block(Kind.DATA, number, text="record", record=record)


def _authors(said: dict[str, str]) -> Iterator[str]:
    if said.get("vauthors") or said.get("authors"):
        yield said.get("vauthors") or said["authors"]
    for index in ("", *map(str, range(1, _MOST_AUTHORS))):
        family = said.get(f"last{index}") or said.get(f"author{index}-last") or said.get(f"surname{index}")
        given = said.get(f"first{index}") or said.get(f"author{index}-first") or said.get(f"given{index}")
        if family:
            yield f"{family}, {given}" if given else family
        elif said.get(f"author{index}"):
            yield said[f"author{index}"]
        elif index and index != "1":
            return
