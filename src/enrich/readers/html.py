"""HTML → outline, through lxml: fragments inside Markdown, and whole pages.

Entities are never expanded from a document type and nothing is fetched: lxml's HTML parser knows neither.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from enrich.readers.html_records import find_records
from enrich.readers.inline import LineBuilder
from enrich.readers.outline import (
    BOLD,
    CODE,
    ITALIC,
    SMALL,
    STRUCK,
    Block,
    Cell,
    Kind,
    Line,
    Outline,
    Row,
    Run,
    join_paragraphs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLES = {
    "b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "cite": ITALIC, "code": CODE, "kbd": CODE, "tt": CODE,
    "s": STRUCK, "del": STRUCK, "strike": STRUCK, "sub": SMALL, "sup": SMALL, "small": SMALL,
}  # fmt: skip
_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "nav", "footer", "form", "button", "select"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "p div ul ol li dl dt dd table details summary pre blockquote hr section article main header aside center figure"
    " body html tbody thead tr td th h1 h2 h3 h4 h5 h6".split()
)
_TEXT_OR_LINK = re.compile(r"<(?:a|img|h[1-6]|table|li|details|summary)\b|>[^<]*[^\s<]|^[^<]*[^\s<]", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_MOST_DEPTH = 60
_MOST_TABLES_DEEP = 8
_MOST_SPAN = 1000


def read_fragment(text: str, line: int) -> list[Block]:
    """Return the blocks of a piece of HTML inside another markup; ``line`` is its first line."""
    if not _TEXT_OR_LINK.search(text):
        return _details_marks(text, line)
    root = _parse(text)
    if root is None:
        return []
    blocks = _Reader(line - 1).children(root)
    for block in blocks:
        block.is_html = True
    return _details_marks(text, line) + blocks


def read_html(text: str) -> Outline:
    """Return the outline of a whole page; of a page of a code host only the document that it shows."""
    root = _parse(text)
    if root is None:
        return Outline([], "html")
    found = root.xpath("//article[contains(@class, 'markdown-body')] | //div[@id='readme']//article | //main")
    content = found[0] if isinstance(found, list) and found else root
    page = content if isinstance(content, etree._Element) else root  # noqa: SLF001 (lxml's type)
    blocks = _Reader(0, find_records(page)).children(page)
    return Outline(blocks, "html")


def _details_marks(text: str, line: int) -> list[Block]:
    """One empty block for ``<details>`` that other blocks close, and for each such ``</details>``."""
    lower = text.lower()
    surplus = lower.count("<details") - lower.count("</details")
    return [Block(Kind.DETAILS, line, level=1 if surplus > 0 else -1)] * abs(surplus)


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    try:
        return etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


class _Reader:
    """Turns elements into blocks; ``offset`` is what lxml's line numbers lack, ``records`` works that are marked up."""

    def __init__(self, offset: int, records: dict[etree._Element, dict[str, str]] | None = None) -> None:
        self._offset = offset
        self._records = records or {}
        self._around = {above for holder in self._records for above in holder.iterancestors()}

    def _line(self, element: etree._Element) -> int:
        line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs leave it open
        return self._offset + (line or 1)

    def children(self, element: etree._Element, depth: int = 0) -> list[Block]:
        """The blocks in an element; text between them becomes paragraphs."""
        blocks: list[Block] = []
        if depth > _MOST_DEPTH:
            return blocks
        loose = _Loose(self, element)
        loose.text(element.text)
        for child in element:
            name = _name(child)
            if child in self._records:
                loose.flush(blocks)
                blocks.append(Block(Kind.DATA, self._line(child), text="record", record=self._records[child]))
            elif child in self._around:
                loose.flush(blocks)
                blocks += self.children(child, depth + 1)
            elif name in _BLOCKS or (name and name not in _DROPPED and _holds_blocks(child)):
                loose.flush(blocks)
                blocks += self._block(child, name, depth + 1)
            elif name and name not in _DROPPED:
                loose.inline(child)
            loose.text(child.tail)
        loose.flush(blocks)
        return blocks

    def _block(self, element: etree._Element, name: str, depth: int) -> list[Block]:
        line = self._line(element)
        if name in _HEADINGS:
            return [Block(Kind.HEADING, line, self.inline_lines(element), level=_HEADINGS[name])]
        if name == "dl":
            return [Block(Kind.LIST, line, children=self._definitions(element, depth))]
        if name in {"ul", "ol"}:
            items = [self._item(child, depth) for child in element if _name(child) == "li"]
            return [Block(Kind.LIST, line, children=items)] if items else self.children(element, depth)
        if name == "li":
            return [Block(Kind.LIST, line, children=[self._item(element, depth)])]
        if name == "table":
            return self._table(element, depth)
        if name == "details":
            return [self._details(element, depth)]
        if name == "pre":
            return [Block(Kind.CODE, line, text="".join(map(str, element.itertext())))]
        if name == "blockquote":
            return [Block(Kind.QUOTE, line, children=self.children(element, depth))]
        if name == "hr":
            return [Block(Kind.RULE, line)]
        return self.children(element, depth)

    def _item(self, element: etree._Element, depth: int) -> Block:
        return Block(Kind.ITEM, self._line(element), children=self.children(element, depth + 1))

    def _definitions(self, element: etree._Element, depth: int) -> list[Block]:
        """An item for each term with the definitions behind it."""
        items: list[Block] = []
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl"), None) is not element:
                continue
            if _name(child) == "dt" or not items:
                items.append(self._item(child, depth))
            else:
                items[-1].children = join_paragraphs(items[-1].children + self.children(child, depth + 1))
        return items

    def _details(self, element: etree._Element, depth: int) -> Block:
        block = Block(Kind.DETAILS, self._line(element))
        summary = next((child for child in element if _name(child) == "summary"), None)
        if summary is not None:
            block.lines = self.inline_lines(summary)
            tail = summary.tail
            element.remove(summary)
            if tail:
                element.text = (element.text or "") + tail
        block.children = self.children(element, depth)
        return block

    def _table(self, element: etree._Element, depth: int) -> list[Block]:
        block = Block(Kind.TABLE, self._line(element), is_html=True)
        nested: list[Block] = []
        spanning: dict[int, tuple[int, Cell]] = {}
        for row in element.iter("tr"):
            if next(row.iterancestors("table"), None) is not element:
                continue
            cells = self._row(row, spanning)
            if cells:
                block.rows.append(Row(self._line(row), cells))
            if depth < _MOST_TABLES_DEEP:
                for inner in row.iter("table"):
                    if next(inner.iterancestors("table"), None) is element:
                        nested += self._table(inner, depth + 1)
        return [block, *nested] if block.rows else []

    def _row(self, row: etree._Element, spanning: dict[int, tuple[int, Cell]]) -> list[Cell]:
        cells: list[Cell] = []
        for cell in row:
            if _name(cell) not in {"td", "th"}:
                continue
            self._fill(cells, spanning)
            written = Cell(self.inline_lines(cell), _name(cell) == "th")
            copy = written._replace(is_continued=True)
            n_rows, n_columns = _span(cell.get("rowspan")), _span(cell.get("colspan"))
            for offset in range(n_columns):
                if n_rows > 1:
                    spanning[len(cells)] = (n_rows - 1, copy)
                cells.append(copy if offset else written)
        self._fill(cells, spanning)
        return cells

    @staticmethod
    def _fill(cells: list[Cell], spanning: dict[int, tuple[int, Cell]]) -> None:
        """Append the cells that reach down from the rows above."""
        while len(cells) in spanning:
            left, cell = spanning.pop(len(cells))
            if left > 1:
                spanning[len(cells)] = (left - 1, cell)
            cells.append(cell)

    def inline_lines(self, element: etree._Element) -> list[Line]:
        """The inline text of an element, blocks inside it on lines of their own."""
        out = LineBuilder(self._line(element))
        _Inline(self, out).content(element, 0)
        return out.lines()


class _Loose:
    """Text and inline elements between blocks, collected into one paragraph."""

    def __init__(self, reader: _Reader, parent: etree._Element) -> None:
        self._reader = reader
        self._line = reader._line(parent)  # noqa: SLF001 (same module)
        self._out: LineBuilder | None = None

    def text(self, text: str | None) -> None:
        if not text:
            return
        if self._out is None:
            if not text.strip():
                return
            self._out = LineBuilder(self._line)
        _Inline(self._reader, self._out).text(text, 0)

    def inline(self, element: etree._Element) -> None:
        if self._out is None:
            self._out = LineBuilder(self._reader._line(element))  # noqa: SLF001 (same module)
        _Inline(self._reader, self._out).element(element, 0)

    def flush(self, into: list[Block]) -> None:
        lines = self._out.lines() if self._out else []
        if lines:
            into.append(Block(Kind.PARAGRAPH, lines[0].number, lines))
        self._out = None


class _Inline:
    """Feeds the inline content of elements into a line builder."""

    def __init__(self, reader: _Reader, out: LineBuilder) -> None:
        self._reader, self._out = reader, out

    def text(self, text: str | None, style: int) -> None:
        if text:
            first, *rest = text.split("\n")
            if first:
                self._out.text(_SPACES.sub(" ", first), style)
            for part in rest:
                self._out.line_break(is_hard=False, newlines=1)
                if part.strip():
                    self._out.text(_SPACES.sub(" ", part).lstrip(), style)

    def content(self, element: etree._Element, style: int, depth: int = 0) -> None:
        self.text(element.text, style)
        for child in element:
            self.element(child, style, depth)
            self.text(child.tail, style)

    def element(self, element: etree._Element, style: int, depth: int = 0) -> None:
        name = _name(element)
        if not name or name in _DROPPED or depth > _MOST_DEPTH:
            return
        if name == "br":
            self._out.line_break(is_hard=True, newlines=0)
        elif name == "img":
            self._out.run(Run(element.get("alt", ""), None, element.get("src", ""), style))
        elif name == "a" and element.get("href") is not None:
            self._out.run(_link(element, style))
        else:
            is_block = name in _BLOCKS
            if is_block:
                self._out.line_break(is_hard=True, newlines=0)
            self.content(element, style | _STYLES.get(name, 0), depth + 1)
            if is_block:
                self._out.line_break(is_hard=True, newlines=0)


def _link(element: etree._Element, style: int) -> Run:
    text = " ".join("".join(map(str, element.itertext())).split())
    image = next(element.iter("img"), None)
    for inner in element.iter("b", "strong"):
        if " ".join("".join(map(str, inner.itertext())).split()) == text:
            style |= BOLD
    alt = image.get("alt", "") if image is not None else ""
    source = image.get("src", "") if image is not None and not text else None
    return Run(text or alt, (element.get("href") or "").strip(), source, style)


def _name(element: etree._Element) -> str:
    tag: object = element.tag
    return tag if isinstance(tag, str) else ""


def _holds_blocks(element: etree._Element) -> bool:
    return any(_name(inner) in _BLOCKS for inner in _inside(element))


def _inside(element: etree._Element) -> Iterator[etree._Element]:
    iterator = element.iterdescendants()
    return (inner for _, inner in zip(range(50), iterator, strict=False))


def _span(text: str | None) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), 1), _MOST_SPAN) if digits.isdecimal() and len(digits) < 6 else 1  # noqa: PLR2004
