"""reStructuredText → outline <https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html>.

Lists use a small part of the language: sections, paragraphs, bullets, links, roles, notes and tables. docutils needs
fourteen times the time of markdown-it-py for the same text, most of it to set up a state machine per indented block;
so blocks and inlines are read here, and docutils takes the tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.readers.inline import LineBuilder, split_text
from enrich.readers.outline import BOLD, CODE, ITALIC, Block, Kind, Line, Outline, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_BULLET = re.compile(r"(?P<indent>\s*)(?P<marker>[-*+•]|(?:\d{1,4}|#|[a-zA-Z])[.)]|\(\d{1,4}\))(?P<gap>\s+)(?=\S)")
_EXPLICIT = re.compile(r"\.\.(?:\s+|$)")
_TARGET = re.compile(r"_(?:`(?P<quoted>[^`]+)`|(?P<name>[^:]+(?::[^\s:][^:]*)*)):\s*(?P<url>.*)$")
_CITED = re.compile(r"\[[^\[\]\s]+\]_(?!_)")
_NOTE = re.compile(r"\[(?P<name>#?[\w.-]*|\*)\]\s+(?P<text>.*)$", re.DOTALL)
_DIRECTIVE = re.compile(r"(?P<name>[\w-]+)::\s*(?P<argument>.*)$")
_SIMPLE_BORDER = re.compile(r"=+(?:\s+=+)+\s*$")
_GRID_BORDER = re.compile(r"\+[-=+]+\+\s*$")
_INLINE = re.compile(
    r"``(?P<code>[^`\n]+)``|(?P<role>:[\w-]+:)?`(?P<text>(?:[^`\\]|\\.)+)`(?P<ref>__?|:[\w-]+:)?"
    r"|\*\*(?P<bold>\S(?:[^*\n]*\S)?)\*\*|(?<![\w*])\*(?P<italic>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|\[(?P<note>#?[\w.-]+)\]_|(?<![\w`.-])(?P<word>[A-Za-z][\w.-]*[A-Za-z0-9])__?(?![\w`])|\|(?P<sub>[^|\s][^|\n]*)\|_?"
)
_EMBEDDED = re.compile(r"^(?P<text>.*?)\s*<(?P<url>[^<>]+)>$", re.DOTALL)
_SKIPPED = frozenset(
    {
        "contents",
        "image",
        "figure",
        "raw",
        "toctree",
        "meta",
        "sectnum",
        "include",
        "role",
        "default-role",
        "header",
        "footer",
    }
)
_MOST_DEPTH = 40


def read_rst(text: str) -> Outline:
    """Return the outline of a reStructuredText; what its syntax forbids is plain text."""
    reader = _Reader(text.expandtabs(8).splitlines())
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

    def url(self, name: str) -> str | None:
        key = _key(name)
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
            stripped = line.lstrip()
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
            elif _BULLET.match(line) and depth < _MOST_DEPTH:
                block, index = self._list(index, end, depth)
                yield block
            elif _ADORNMENT.match(stripped) and len(stripped) > 3:  # noqa: PLR2004
                yield Block(Kind.RULE, index + 1)
                index += 1
            else:
                block, index = self._paragraph(index, end)
                yield block

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
        line = self._lines[index]
        indent = len(line) - len(line.lstrip())
        stop = index + 1
        while stop < end and (
            not self._lines[stop].strip() or len(self._lines[stop]) - len(self._lines[stop].lstrip()) > indent
        ):
            stop += 1
        body = line.strip()[2:].strip()
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
        from enrich.readers.outline import Cell, Row  # noqa: PLC0415

        block = Block(Kind.TABLE, index + 1)
        n_header = 0
        for inner in self._lines[index + 1 : stop]:
            if match := re.match(r"\s*:header-rows:\s*(\d)", inner):
                n_header = int(match[1])
        for rows in self._read(index + 1, stop, 0, depth + 1):
            for row in rows.children:
                cells = [cell for inner in row.children if inner.kind is Kind.LIST for cell in inner.children]
                texts = [
                    Cell([line for part in cell.children for line in part.lines], len(block.rows) < n_header)
                    for cell in cells
                ]
                if texts:
                    block.rows.append(Row(row.line, texts))
        return [block] if block.rows else []

    def _list(self, index: int, end: int, depth: int) -> tuple[Block, int]:
        match = _BULLET.match(self._lines[index])
        indent = len(match["indent"]) if match else 0
        block = Block(Kind.LIST, index + 1)
        while index < end:
            match = _BULLET.match(self._lines[index])
            if not match or len(match["indent"]) != indent:
                break
            inner = match.end()
            stop = index + 1
            while stop < end:
                line = self._lines[stop]
                if line.strip() and len(line) - len(line.lstrip()) <= indent:
                    break
                stop += 1
            block.children.append(self._item(index, stop, inner, depth))
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
        indent = len(self._lines[index]) - len(self._lines[index].lstrip())
        while index < end and self._lines[index].strip():
            line = self._lines[index]
            depth = len(line) - len(line.lstrip())
            stripped = line.strip()
            if (
                index > first
                and depth <= indent
                and (
                    _EXPLICIT.match(stripped)
                    or (index + 1 < end and _ADORNMENT.match(self._lines[index + 1]) and not line[:1].isspace())
                )
            ):
                break
            is_border = _SIMPLE_BORDER.match(stripped) or _GRID_BORDER.match(stripped)
            if index > first and ((_BULLET.match(line) and depth > indent) or (is_border and depth <= indent)):
                break
            is_line_block = stripped.startswith("| ") or stripped == "|"
            collected.append(
                (index + 1, stripped[1:].strip() if is_line_block else stripped, is_line_block or index == first)
            )
            index += 1
        return Block(Kind.PARAGRAPH, first + 1, self.inline(collected)), max(index, first + 1)

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
            for run in self._runs(match):
                out.run(run)
            out.skip(match[0].count("\n"))
            end = match.end()
        self._plain(out, text[end:])

    @staticmethod
    def _plain(out: LineBuilder, text: str) -> None:
        for position, part in enumerate(text.replace("\\ ", "").split("\n")):
            if position:
                out.line_break(is_hard=False, newlines=1)
            if part:
                out.text(re.sub(r"\\(.)", r"\1", part), 0)

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
            url = self._names.url(match["word"])
            return [Run(match["word"], url)] if url else [Run(match[0])]
        if match["sub"]:
            return []
        text = " ".join(match["text"].split())
        role = (match["role"] or (match["ref"] if (match["ref"] or "").startswith(":") else "") or "").strip(":")
        if role:
            return [Run(text, None, None, CODE) if role in {"code", "literal"} else Run(text, None, None, 0, role)]
        return [self._reference(match["text"], text, is_reference=(match["ref"] or "").startswith("_"))]

    def _reference(self, raw: str, text: str, *, is_reference: bool) -> Run:
        embedded = _EMBEDDED.match(raw.strip())
        if embedded:
            url = re.sub(r"\s+", "", embedded["url"])
            if url.endswith("_") and "/" not in url:
                url = self._names.url(url.rstrip("_")) or ""
            return Run(" ".join(embedded["text"].split()) or url, url.replace("\\_", "_"))
        if not is_reference:
            return Run(text, None, None, CODE)
        return Run(text, self._names.url(text) or "")

    @staticmethod
    def _styled(text: str, style: int) -> list[Run]:
        return split_text(" ".join(text.split()), style)
