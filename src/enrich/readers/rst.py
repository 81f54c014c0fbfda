"""reStructuredText → outline <https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html>.

Lists use a small part of the language: sections, paragraphs, bullets, links, roles, notes and tables. Blocks and
inlines are read here, and docutils takes the tables: a reader through its tree was built and measured, and took 0.3 to
1.2 ms an entry (0.1 here) and 87 s for a megabyte of alternating bullets, most of it to set up a state machine per
indented block.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from textwrap import dedent
from typing import TYPE_CHECKING

from enrich.readers.inline import LineBuilder, split_text
from enrich.readers.outline import BOLD, CODE, ITALIC, Block, Cell, Kind, Line, Outline, Row, Run, all_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_BULLET = re.compile(
    r"(?P<indent>\s*)(?:[-*+•]|(?P<number>(?P<capital>[A-Z])\.|(?:\d{1,4}|#|[a-zA-Z])[.)]|\(\d{1,4}\)))"
    r"(?:\s+(?=\S)|(?<=[-*+])\s*$)"
)
_INITIAL = re.compile(r"[A-Z]\.\s")
_EXPLICIT = re.compile(r"\.\.(?:\s+|$)|__ +\S+$")
_ANONYMOUS = re.compile(r"(?:\.\. __:|__) +(?P<url>\S+)$")
_TARGET = re.compile(r"_(?:`(?P<quoted>[^`]+)`|(?P<name>[^:]+(?::[^\s:][^:]*)*)):\s*(?P<url>.*)$")
_CITED = re.compile(r"\[[^\[\]\s]+\]_(?!_)")
_NOTE = re.compile(r"\[(?P<name>#?[\w.-]*|\*)\]\s+(?P<text>.*)$", re.DOTALL)
_DIRECTIVE = re.compile(r"(?P<name>[\w-]+)::\s*(?P<argument>.*)$")
_SIMPLE_BORDER = re.compile(r"=+(?:\s+=+)+\s*$")
_GRID_BORDER = re.compile(r"\+[-=+]+\+\s*$")
_INLINE = re.compile(
    r"\\.|``(?P<code>[^`\n]+)``|(?P<role>:[\w-]+:)?`(?P<text>(?:[^`\\]|\\.)+)`(?P<ref>__?|:[\w-]+:)?"
    r"|\*\*(?P<bold>(?!\s)(?:[^*\\\n]|\\.|\*(?!\*))++)(?<!\s)\*\*"
    r"|(?<![\w*])\*(?P<italic>(?![\s*])(?:[^*\\]|\\.)++)(?<!\s)\*(?![\w*])"
    r"|\[(?P<note>#?[\w.-]+)\]_|(?<![\w`.-])(?P<word>[A-Za-z][\w.-]*[A-Za-z0-9])__?(?![\w`])|\|(?P<sub>[^|\s][^|\n]*)\|_?"
)
_EMBEDDED = re.compile(r"^(?P<text>.*?)\s*<(?P<url>[^<>]+)>$", re.DOTALL)
_SKIPPED = frozenset("contents image figure raw toctree meta sectnum include role default-role header footer".split())
_MOST_DEPTH = 40
_MOST_LINES = 200
"""Of an item below which the next one is looked for."""


def read_rst(text: str) -> Outline:
    """Return the outline of a reStructuredText; what its syntax forbids is plain text."""
    reader = _Reader(re.split(r"\r\n?|\n", text.expandtabs(8)))
    return Outline(reader.blocks(), "rst", reader.comments)


def looks_like_rst(text: str) -> bool:
    """Whether a text has marks that only reStructuredText has."""
    return bool(re.search(r"`[^`\n]+\n?[^`]*<[^<>\n]+>`_|^\.\. [\w-]+::|^\.\. _[^:]+:|:[\w-]+:`", text, re.MULTILINE))


@dataclass(slots=True)
class _Names:
    """What a reference can stand for."""

    urls: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    anonymous: deque[str] = field(default_factory=deque)

    def url(self, name: str, *, is_anonymous: bool = False) -> str | None:
        if is_anonymous and self.anonymous:
            name = self.anonymous.popleft()
            if not name.endswith("_") or "/" in name:
                return name
        key = _key(name.rstrip("_").strip("`") if is_anonymous else name)
        for _ in range(5):
            if key in self.urls:
                return self.urls[key]
            if key not in self.aliases:
                return None
            key = self.aliases[key]
        return None


def _key(name: str) -> str:
    return " ".join(name.lower().split())


class _Reader:
    """Goes through the lines once for names and once for blocks."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._names = _Names()
        self._levels: list[tuple[str, bool]] = []
        self.comments: list[Block] = []
        self._cited = frozenset(match.lower() for line in lines for match in _CITED.findall(line))
        self._collect()

    def _collect(self) -> None:
        for number, line in enumerate(self._lines):
            stripped = line.strip()
            if match := _ANONYMOUS.match(stripped):
                self._names.anonymous.append(match["url"])
            if not stripped.startswith(".. ") or stripped[3:4] not in "_[":
                continue
            body = self._explicit_text(number)
            if match := _TARGET.match(body):
                name, url = _key(match["quoted"] or match["name"]), match["url"].strip()
                if url.endswith("_") and "/" not in url:
                    self._names.aliases[name] = _key(url.rstrip("_").strip("`"))
                elif url:
                    self._names.urls[name] = re.sub(r"\s+", "", url)
            elif match := _NOTE.match(body):
                self._names.notes[match["name"].lower()] = " ".join(match["text"].split())

    def _explicit_text(self, start: int) -> str:
        """The text of an explicit block with its indented lines."""
        first = self._lines[start]
        indent = len(first) - len(first.lstrip())
        parts = [first.strip()[2:].strip()]
        for line in self._lines[start + 1 :]:
            if not line.strip() or len(line) - len(line.lstrip()) <= indent:
                break
            parts.append(line.strip())
        return "\n".join(parts)

    def blocks(self) -> list[Block]:
        return list(self._read(0, len(self._lines), 0, 0))

    def _read(self, start: int, end: int, indent: int, depth: int) -> Iterator[Block]:
        """The blocks of the lines of a range, all indented by at least ``indent``."""
        index = start
        while index < end:
            line = self._lines[index]
            text = line[indent:] if line[:indent].isspace() or not indent else line.lstrip()
            stripped = text.strip()
            if not stripped:
                index += 1
                continue
            heading = self._heading(index, end) if depth == 0 else None
            if heading is not None:
                block, index = heading
                yield block
            elif _EXPLICIT.match(stripped):
                blocks, index = self._explicit(index, end, depth)
                yield from blocks
            elif _SIMPLE_BORDER.match(stripped) or _GRID_BORDER.match(stripped):
                blocks, index = self._table(index, end)
                yield from blocks
            elif depth < _MOST_DEPTH and self._is_item(index, end):
                block, index = self._list(index, end, depth)
                yield block
            elif _ADORNMENT.match(stripped) and len(stripped) > 3:  # noqa: PLR2004
                yield Block(Kind.RULE, index + 1)
                index += 1
            else:
                block, below = self._paragraph(index, end)
                code, index = self._literal(below, end, self._indent(index))
                yield from (block, *code)

    def _indent(self, index: int) -> int:
        return len(self._lines[index]) - len(self._lines[index].lstrip())

    def _below(self, index: int, end: int, indent: int) -> int:
        """The first line from one on that is indented no deeper than some columns."""
        while index < end and (not self._lines[index].strip() or self._indent(index) > indent):
            index += 1
        return index

    def _literal(self, index: int, end: int, indent: int) -> tuple[list[Block], int]:
        """The indented lines below a paragraph that ends with two colons."""
        if not self._lines[index - 1].rstrip().endswith("::"):
            return [], index
        stop = self._below(index, end, indent)
        while index < stop and not self._lines[index].strip():
            index += 1
        text = dedent("\n".join(self._lines[index:stop]))
        return [Block(Kind.CODE, index + 1, text=text)] if text else [], stop

    def _is_item(self, index: int, end: int, before: str = "") -> bool:
        """Whether an item begins; a capital that neither begins nor continues a sequence is an initial."""
        match = _BULLET.match(self._lines[index])
        if not match or not match["capital"] or ord(match["capital"]) - 1 == ord(before or "?"):
            return match is not None
        below = self._below(index + 1, min(index + _MOST_LINES, end), len(match["indent"]))
        following = _BULLET.match(self._lines[below]) if below < end else None
        if following and following["capital"] and following["indent"] == match["indent"]:
            return ord(following["capital"]) - 1 == ord(match["capital"])
        return match["capital"] in "AI"

    def _heading(self, index: int, end: int) -> tuple[Block, int] | None:
        line = self._lines[index]
        following = self._lines[index + 1] if index + 1 < end else ""
        if _ADORNMENT.match(line) and index + 2 < end and following.strip():
            below = self._lines[index + 2]
            if _ADORNMENT.match(below) and below.strip()[0] == line.strip()[0]:
                return self._heading_block(index + 1, line.strip()[0], is_overlined=True), index + 3
        if line[:1].isspace() or _ADORNMENT.match(line) or not _ADORNMENT.match(following):
            return None
        if len(following.strip()) < min(len(line.strip()), 4) or _SIMPLE_BORDER.match(following):
            return None
        return self._heading_block(index, following.strip()[0], is_overlined=False), index + 2

    def _heading_block(self, index: int, mark: str, *, is_overlined: bool) -> Block:
        style = (mark, is_overlined)
        if style not in self._levels:
            self._levels.append(style)
        return Block(
            Kind.HEADING,
            index + 1,
            self.inline([(index + 1, self._lines[index].strip(), True)]),
            level=self._levels.index(style) + 1,
        )

    def _explicit(self, index: int, end: int, depth: int) -> tuple[list[Block], int]:
        line, indent = self._lines[index], self._indent(index)
        stop = self._below(index + 1, end, indent)
        body = line.strip()[2:].strip()
        if line.lstrip().startswith("__"):
            return [], stop
        if _NOTE.match(body) and not self._is_cited(body):
            return self._notes(index, end)
        if _TARGET.match(body) or _NOTE.match(body) or body.startswith("|"):
            return [], stop
        directive = _DIRECTIVE.match(body)
        text = "\n".join(self._lines[index:stop])
        if directive is None:
            self.comments.append(Block(Kind.COMMENT, index + 1, text=text))
            return [], stop
        if directive["name"] in _SKIPPED:
            self.comments.append(Block(Kind.COMMENT, index + 1, text=text))
            return [], stop
        if directive["name"] in {"code-block", "code", "parsed-literal", "math"}:
            return [Block(Kind.CODE, index + 1, text=text)], stop
        if directive["name"] == "list-table":
            return self._list_table(index, stop, depth), stop
        return list(self._read(index + 1, stop, indent, depth + 1)), stop

    def _is_cited(self, body: str) -> bool:
        """Whether a footnote or a citation is referred to, so that its text belongs to where it is."""
        match = _NOTE.match(body)
        return match is not None and f"[{match['name'].lower()}]_" in self._cited

    def _notes(self, index: int, end: int) -> tuple[list[Block], int]:
        """The notes from a line on that nothing refers to: a list of references."""
        block = Block(Kind.LIST, index + 1)
        while index < end:
            text = self._lines[index].strip()
            match = _NOTE.match(self._explicit_text(index)) if text.startswith(".. [") else None
            if match is None and text:
                break
            if match is not None:
                lines = self._explicit_text(index).split("\n")
                lines[0] = lines[0][match.start("text") :]
                found = self.inline([(index + 1 + offset, line, not offset) for offset, line in enumerate(lines)])
                block.children.append(Block(Kind.ITEM, index + 1, children=[Block(Kind.PARAGRAPH, index + 1, found)]))
                index += len(lines) - 1
            index += 1
        return [block], index

    def _list_table(self, index: int, stop: int, depth: int) -> list[Block]:
        block = Block(Kind.TABLE, index + 1)
        n_header = 0
        for inner in self._lines[index + 1 : stop]:
            if match := re.match(r"\s*:header-rows:\s*(\d)", inner):
                n_header = int(match[1])
        for rows in self._read(index + 1, stop, 0, depth + 1):
            for row in rows.children:
                cells = [cell for inner in row.children if inner.kind is Kind.LIST for cell in inner.children]
                texts = [Cell(list(all_lines(cell)), len(block.rows) < n_header) for cell in cells]
                if texts:
                    block.rows.append(Row(row.line, texts))
        return [block] if block.rows else []

    def _list(self, index: int, end: int, depth: int) -> tuple[Block, int]:
        indent, before = self._indent(index), ""
        block = Block(Kind.LIST, index + 1)
        while index < end and self._is_item(index, end, before):
            match = _BULLET.match(self._lines[index])
            if not match or len(match["indent"]) != indent:
                break
            following = "" if depth or not block.children or index + 1 >= end else self._lines[index + 1]
            if match["number"] and _ADORNMENT.match(following):
                break  # a heading with a number
            before = match["capital"] or before
            stop = self._below(index + 1, end, indent)
            block.children.append(self._item(index, stop, match.end(), depth))
            index = stop
        return block, index

    def _item(self, index: int, stop: int, inner: int, depth: int) -> Block:
        original = self._lines[index]
        self._lines[index] = " " * inner + original[inner:]
        children = list(self._read(index, stop, min(inner, _MOST_DEPTH * 4), depth + 1))
        self._lines[index] = original
        return Block(Kind.ITEM, index + 1, children=children)

    def _paragraph(self, index: int, end: int) -> tuple[Block, int]:
        """Lines up to a blank one, and indented lines below them, which are line blocks or definitions."""
        first = index
        collected: list[tuple[int, str, bool]] = []
        while index < end and self._lines[index].strip() and (index == first or not self._ends(first, index, end)):
            stripped = self._lines[index].strip()
            is_line_block = stripped.startswith("| ") or stripped == "|"
            collected.append(
                (index + 1, stripped[1:].strip() if is_line_block else stripped, is_line_block or index == first)
            )
            index += 1
        number, text, is_hard = collected[-1]
        if text.endswith("::"):
            collected[-1] = (number, text[:-2].rstrip() if text[-3:-2].strip() == "" else text[:-1], is_hard)
        return Block(Kind.PARAGRAPH, first + 1, self.inline(collected)), max(index, first + 1)

    def _ends(self, first: int, index: int, end: int) -> bool:
        """Whether a line below the first one of a paragraph is none of it."""
        line, indent, depth = self._lines[index], self._indent(first), self._indent(index)
        stripped = line.strip()
        if depth > indent:
            return self._is_item(index, end)
        if _EXPLICIT.match(stripped) or _SIMPLE_BORDER.match(stripped) or _GRID_BORDER.match(stripped):
            return True
        if index + 1 < end and _ADORNMENT.match(self._lines[index + 1]) and not line[:1].isspace():
            return True
        is_cited = _INITIAL.match(stripped) and _INITIAL.match(self._lines[first].strip())
        return bool(is_cited) and not self._lines[index - 1].rstrip().endswith((",", "&", " and"))

    def _table(self, index: int, end: int) -> tuple[list[Block], int]:
        from enrich.readers.rst_tables import read_table  # noqa: PLC0415 (docutils only for tables)

        is_grid = self._lines[index].lstrip().startswith("+")
        stop = index + 1
        while stop < end and (self._lines[stop].strip() or (not is_grid and self._simple_goes_on(stop, end))):
            stop += 1
        block = read_table(self._lines[index:stop], index + 1, self.inline, is_grid=is_grid)
        return ([block] if block else []), stop

    def _simple_goes_on(self, index: int, end: int) -> bool:
        """Whether a simple table has a border further down, before two blank lines."""
        while index < end and not self._lines[index].strip():
            index += 1
        following = self._lines[index : min(index + 400, end)]
        for line in following:
            if _SIMPLE_BORDER.match(line.strip()):
                return True
            if not line.strip():
                return False
        return False

    def inline(self, lines: list[tuple[int, str, bool]]) -> list[Line]:
        """Return the inline text of numbered lines; a flag says whether the line begins behind a visible break."""
        if not lines:
            return []
        out = LineBuilder(lines[0][0])
        pending: list[tuple[int, str]] = []
        for number, text, is_hard in lines:
            if is_hard and pending:
                self._feed(out, pending)
                out.line_break(is_hard=True, newlines=number - pending[-1][0])
                pending = []
            pending.append((number, text))
        self._feed(out, pending)
        return out.lines()

    def _feed(self, out: LineBuilder, lines: list[tuple[int, str]]) -> None:
        """Markup may run over a line end, so lines of one paragraph are read together."""
        text = "\n".join(text for _, text in lines)
        end = 0
        for match in _INLINE.finditer(text):
            self._plain(out, text[end : match.start()])
            if match[0].startswith("\\"):
                self._plain(out, match[0])
            for run in self._runs(match):
                out.run(run)
            out.skip(match[0].count("\n"))
            end = match.end()
        self._plain(out, text[end:])

    @staticmethod
    def _plain(out: LineBuilder, text: str) -> None:
        for position, part in enumerate(text.split("\n")):
            if position:
                out.line_break(is_hard=False, newlines=1)
            if part:
                out.text(_unescape(part), 0)

    def _runs(self, match: re.Match[str]) -> list[Run]:
        if match["code"]:
            return [Run(match["code"], None, None, CODE)]
        if match["bold"]:
            return self._styled(match["bold"], BOLD)
        if match["italic"]:
            return self._styled(match["italic"], ITALIC)
        if match["note"]:
            note = self._names.notes.get(match["note"].lower())
            return [Run(note, None, None, 0, "citation")] if note else []
        if match["word"]:
            url = self._names.url(match["word"], is_anonymous=match[0].endswith("__"))
            return [Run(match["word"], url)] if url else [Run(match[0])]
        if match["sub"] or not match["text"]:
            return []
        text = " ".join(match["text"].split())
        role = (match["role"] or (match["ref"] if (match["ref"] or "").startswith(":") else "") or "").strip(":")
        if role:
            return [Run(text, None, None, CODE) if role in {"code", "literal"} else Run(_unescape(text), role=role)]
        return [self._reference(text, match["ref"] or "")]

    def _reference(self, text: str, mark: str) -> Run:
        embedded = _EMBEDDED.match(text)
        if embedded:
            url = embedded["url"].replace(" ", "")
            if url.endswith("_") and "/" not in url:
                url = self._names.url(url.rstrip("_")) or ""
            return Run(_unescape(embedded["text"]) or url, _unescape(url))
        if not mark:
            return Run(text, None, None, CODE)
        return Run(_unescape(text), self._names.url(text, is_anonymous=mark == "__") or "")

    @staticmethod
    def _styled(text: str, style: int) -> list[Run]:
        return split_text(" ".join(_unescape(text).split()), style)


def _unescape(text: str) -> str:
    return re.sub(r"\\(?: |(.))", r"\1", text)
