"""CommonMark with tables → outline, through markdown-it-py <https://markdown-it-py.readthedocs.io/>.

Inline text is parsed block by block and dropped at once, so that memory grows with the outline and not with the tokens.
"""

from __future__ import annotations

import re
from functools import cache
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from enrich.readers.inline import LineBuilder, split_lines
from enrich.readers.masking import Masked, closed_fences, mask
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
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.token import Token

_ALL_STYLES = BOLD | ITALIC | CODE | STRUCK | SMALL
_STYLES = {"strong": BOLD, "em": ITALIC, "s": STRUCK}
_HTML_STYLES = {
    "b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "code": CODE, "kbd": CODE, "s": STRUCK, "del": STRUCK,
    "strike": STRUCK, "sub": SMALL, "sup": SMALL, "small": SMALL,
}  # fmt: skip
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LOOKS_LIKE_LIST = re.compile(r"\]\(|https?://")
# Emphasis in one line of megabytes takes the parser minutes; nobody writes such a line by hand.
_MOST_LINE = 20_000
_MOST_AT_ONCE = 262_144
_HEADING_LINE = re.compile(r"^#{1,6} ", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$", re.MULTILINE)
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:", re.MULTILINE)
_TERM = re.compile(r"^[^\s:|].*\n(?:[ \t]*\n)?[ ]{0,3}[:~][ \t]+\S", re.MULTILINE)
_TAGS = r"(?:\s*</?(?:div|center|p|br)\b[^<>]*>)*\s*"
_FRAME = re.compile(rf"{_TAGS}(?:<h1\b[^<>]*>(?P<title>[^<>&]+)</h1>)?{_TAGS}", re.IGNORECASE)
_OLD_HEADING = re.compile(r"(#{1,6})(?=[^#\s\d]|\d{1,2}(?:\.\d{1,2})* [A-Z])")
_PIPE = re.compile(r"\\.|`[^`]*`|[\[\]|]")


@cache
def _markdown(*, has_footnotes: bool, has_definitions: bool) -> MarkdownIt:
    """A parser that leaves addresses as they are written; rules for what a text has not would only cost time."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    if has_footnotes:
        from mdit_py_plugins.footnote import footnote_plugin  # noqa: PLC0415

        parser.use(footnote_plugin)
    if has_definitions:
        from mdit_py_plugins.deflist import deflist_plugin  # noqa: PLC0415

        parser.use(deflist_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 (markdown-it's signature)
    return parser


def read_markdown(text: str) -> Outline:
    """Return the outline of a Markdown text; every text has one."""
    masked = mask(text)
    comments = [Block(Kind.COMMENT, region.line, text=region.text) for region in masked.comments]
    return Outline(_Reader(masked).blocks(), "markdown", comments)


def read_inline(text: str, number: int) -> list[Line]:
    """Return the lines of a text that is one paragraph, even if it begins as an item does (``1. Author, A.``)."""
    return _read_inline(_markdown(has_footnotes=False, has_definitions=False), {}, text, number)


class _Reader:
    """Turns the block tokens of one text into blocks."""

    def __init__(self, masked: Masked) -> None:
        self._masked = masked
        self._source = masked.lines
        self._numbers = masked.numbers
        self._env: dict[str, Any] = {}
        self._parser = _markdown(
            has_footnotes=_FOOTNOTE.search(masked.text) is not None,
            has_definitions=_TERM.search(masked.text) is not None,
        )

    def _number(self, index: int) -> int:
        return self._numbers[min(index, len(self._numbers) - 1)] if self._numbers else index + 1

    def blocks(self) -> list[Block]:
        text = self._masked.text
        if len(text) <= _MOST_AT_ONCE:
            return self._build(self._parser.parse(text, self._env), 0)
        self._parser.parse("\n\n".join(_DEFINITION.findall(text)), self._env)
        found: list[Block] = []
        line = 0
        for piece in _pieces(text):
            found += self._build(self._parser.parse(piece, self._env), line)
            line += piece.count("\n")
        return found

    def _build(self, tokens: Sequence[Token], first: int) -> list[Block]:
        """The blocks of tokens; ``first`` is the line that their line 0 is in the whole text."""
        _shift(tokens, first)
        top: list[Block] = []
        stack: list[list[Block]] = [top]
        index = 0
        while index < len(tokens):
            token = tokens[index]
            kind = token.type
            line = self._number(token.map[0]) if token.map else 0
            if kind in {"heading_open", "paragraph_open"}:
                stack[-1].append(self._text_block(token, tokens[index + 1]))
                index += 2
            elif kind in _CONTAINERS or kind in _NOTE_OPENERS:
                stack.append(self._opened(token, line, stack[-1]))
            elif kind in _CLOSERS:
                children = stack.pop()
                children[:] = _CLOSERS[kind](children)
            elif kind == "table_open":
                index = self._table(tokens, index, stack[-1])
            else:
                stack[-1] += self._leaf(token, tokens[index + 1 : index + 2], line)
            index += 1
        return top

    def _opened(self, token: Token, line: int, siblings: list[Block]) -> list[Block]:
        """The children of the block that a token opens; footnotes in a row are one list."""
        if token.type == "dd_open" and siblings:
            return siblings[-1].children
        if token.type in _CONTAINERS:
            level = self._indent(token) if token.type == "list_item_open" else 0
            siblings.append(Block(_CONTAINERS[token.type], line, level=level))
            return siblings[-1].children
        if not siblings or siblings[-1].key != _NOTES:
            siblings.append(Block(Kind.LIST, line, key=_NOTES))
        siblings[-1].children.append(Block(Kind.ITEM, line))
        return siblings[-1].children[-1].children

    def _leaf(self, token: Token, behind: Sequence[Token], line: int) -> list[Block]:
        """The blocks of a token that opens nothing."""
        match token.type:
            case "dt_open":
                lines = self._inline(behind[0].content, (token.map or [0])[0])
                return [Block(Kind.ITEM, line, children=[Block(Kind.PARAGRAPH, line, lines)])]
            case "html_block":
                return self._html(token, line)
            case "fence":
                return [Block(Kind.CODE, line, text=token.content)]
            case "code_block":
                return self._indented(token, line)
            case "hr":
                return [Block(Kind.RULE, line)]
        return []

    def _indent(self, token: Token) -> int:
        source = self._source[token.map[0]] if token.map and token.map[0] < len(self._source) else ""
        return len(source) - len(source.lstrip(" "))

    def _text_block(self, opener: Token, inline: Token) -> Block:
        start = inline.map[0] if inline.map else 0
        lines = self._inline(inline.content, start)
        if opener.type == "heading_open":
            return Block(Kind.HEADING, self._number(start), lines, level=int(opener.tag[1]))
        if (
            inline.content.startswith("#")
            and "\n" not in inline.content
            and (old := _OLD_HEADING.match(inline.content))
        ):
            lines = self._inline(inline.content[old.end() :], start)
            return Block(Kind.HEADING, self._number(start), lines, level=len(old[1]))
        return Block(Kind.PARAGRAPH, self._number(start), lines)

    def _html(self, token: Token, line: int) -> list[Block]:
        frame = _FRAME.fullmatch(token.content)
        if frame:
            lines = [Line(line, [Run(" ".join(frame["title"].split()))])] if frame["title"] else []
            return [Block(Kind.HEADING, line, lines, level=1, is_html=True)] if lines else []
        from enrich.readers.html import read_fragment  # noqa: PLC0415 (lxml only for texts with HTML)

        region = self._masked.region(token.content)
        if region is not None:
            return read_fragment(region.text, region.line)
        return read_fragment(token.content, line)

    def _indented(self, token: Token, line: int) -> list[Block]:
        """A list indented by four spaces under a heading is code for CommonMark and a list for its curator."""
        if not _LOOKS_LIKE_LIST.search(token.content):
            return [Block(Kind.CODE, line, text=token.content)]
        text = dedent(token.content)
        inner = _Reader(mask(text if text != token.content else text.replace("\n    ", "\n")))
        inner._env = {"references": dict(self._env.get("references", {}))}
        inner._numbers = [
            self._number((token.map or [0])[0] + number - 1)
            for number in inner._numbers or range(1, len(inner._source) + 2)
        ]
        return inner.blocks()

    def _table(self, tokens: Sequence[Token], index: int, into: list[Block]) -> int:
        """Append the table that starts at a token; return the index of its last token."""
        start = (tokens[index].map or [0])[0]
        block = Block(Kind.TABLE, self._number(start))
        into.append(block)
        cells: list[Cell] = []
        row_start, width = start, 0
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open":
                cells, row_start = [], (token.map or [start])[0]
            elif token.type in {"th_open", "td_open"}:
                content = tokens[index + 1].content
                cells.append(Cell(self._inline(content, row_start) if content else (), token.type == "th_open"))
                index += 2
            elif token.type == "tr_close":
                width = width or len(cells)
                block.rows.append(Row(self._number(row_start), self._whole_cells(cells, row_start, width)))
            index += 1
        return index

    def _whole_cells(self, cells: list[Cell], index: int, width: int) -> list[Cell]:
        """The cells of a row; those of a row with too many pipes are cut again with brackets kept together."""
        source = self._source[index].strip()
        if source.count("|") <= width + 1:
            return cells
        texts = _split_row(source)
        if len(texts) <= width and source.count("|") - source.count("\\|") <= width + 1:
            return cells
        return [Cell(self._inline(text, index), cells[0].is_header) for text in texts]

    def _inline(self, content: str, start: int) -> list[Line]:
        return _read_inline(self._parser, self._env, content, self._number(start))


def _read_inline(parser: MarkdownIt, env: dict[str, Any], text: str, number: int) -> list[Line]:
    if len(text) > _MOST_LINE and max(map(len, text.split("\n"))) > _MOST_LINE:
        return split_lines(text, number)
    tokens: list[Token] = []
    parser.inline.parse(text, parser, env, tokens)
    return _InlineReader(number).read(tokens)


_NOTES = "footnotes"
_CONTAINERS = {
    "dl_open": Kind.LIST,
    "bullet_list_open": Kind.LIST,
    "ordered_list_open": Kind.LIST,
    "list_item_open": Kind.ITEM,
    "blockquote_open": Kind.QUOTE,
}
_FEWEST_DEEPER = 2


def _nested(items: list[Block]) -> list[Block]:
    """The items of a list, those that stand deeper than the first below the one above them.

    One space more is no nesting for CommonMark, and is nesting for curators who do it throughout.
    """
    deeper = sum(item.level > items[0].level for item in items)
    if deeper < max(_FEWEST_DEEPER, len(items) // 4):
        return items
    found: list[Block] = []
    for item in items:
        if item.level <= items[0].level:
            found.append(item)
        elif found[-1].children and found[-1].children[-1].kind is Kind.LIST:
            found[-1].children[-1].children.append(item)
        else:
            found[-1].children.append(Block(Kind.LIST, item.line, children=[item]))
    return found


_NOTE_OPENERS = frozenset({"dd_open", "footnote_reference_open"})
_CLOSERS: dict[str, Callable[[list[Block]], list[Block]]] = {
    "bullet_list_close": _nested,
    "ordered_list_close": _nested,
    "dd_close": join_paragraphs,
    "footnote_reference_close": join_paragraphs,
    "dl_close": list,
    "list_item_close": list,
    "blockquote_close": list,
}


def _shift(tokens: Sequence[Token], first: int) -> None:
    for token in tokens if first else ():
        if token.map:
            token.map = [token.map[0] + first, token.map[1] + first]


def _pieces(text: str) -> Iterator[str]:
    """A long text cut before headings that stand outside fences, so that its tokens never are in memory together."""
    fences = closed_fences(text)
    start = fence = 0
    for match in _HEADING_LINE.finditer(text):
        if match.start() - start < _MOST_AT_ONCE:
            continue
        while fence < len(fences) and fences[fence][1] <= match.start():
            fence += 1
        if fence < len(fences) and fences[fence][0] <= match.start():
            continue
        yield text[start : match.start()]
        start = match.start()
    yield text[start:]


def _split_row(row: str) -> list[str]:
    """The cells of a table row, where a pipe inside ``[…]`` or backticks belongs to the text.

    >>> _split_row("| [A | B](u) | x |")
    ['[A | B](u)', 'x']
    """
    row = row.strip().removeprefix("|")
    cells, depth, start = [], 0, 0
    for match in _PIPE.finditer(row):
        mark = match[0]
        if mark == "[":
            depth += 1
        elif mark == "]":
            depth = max(0, depth - 1)
        elif mark == "|" and not depth:
            cells.append(row[start : match.start()].strip())
            start = match.end()
    last = row[start:].strip()
    return [cell.replace("\\|", "|") for cell in (*cells, *([last] if last else []))]


class _InlineReader:
    """Turns the inline tokens of one block into lines."""

    def __init__(self, number: int) -> None:
        self._out = LineBuilder(number)
        self._style = 0
        self._url: str | None = None
        self._link_style = 0
        self._link_text: list[str] = []
        self._link_inner = _ALL_STYLES
        self._image: str | None = None
        self._image_text = ""

    def read(self, tokens: Sequence[Token]) -> list[Line]:
        for token in tokens:
            kind = token.type
            if kind in {"text", "text_special", "code_inline"}:
                if token.content:
                    self._text(token.content, CODE if kind == "code_inline" else 0)
            elif kind in {"softbreak", "hardbreak"}:
                self._break(is_hard=kind == "hardbreak", newlines=1)
            elif kind == "html_inline":
                self._html(token.content)
            elif kind.startswith(("link", "image")):
                self._link(token)
            elif kind.endswith("_open"):
                self._style |= _STYLES.get(kind[:-5], 0)
            elif kind.endswith("_close"):
                self._style &= ~_STYLES.get(kind[:-6], 0)
        if self._url is not None:
            self._close_link()
        return self._out.lines()

    def _link(self, token: Token) -> None:
        if token.type == "link_open":
            self._open_link(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            self._close_link()
        else:
            self._add_image(str(token.attrs.get("src", "")), token.content)

    def _text(self, text: str, extra: int = 0) -> None:
        if self._url is None:
            self._out.text(text, self._style | extra)
        else:
            self._link_text.append(text)
            if text.strip():
                self._link_inner &= self._style | extra

    def _break(self, *, is_hard: bool, newlines: int) -> None:
        if self._url is None:
            self._out.line_break(is_hard=is_hard, newlines=newlines)
        else:
            self._link_text.append(" ")
            self._out.skip(newlines)

    def _open_link(self, url: str) -> None:
        if self._url is not None:
            self._close_link()
        self._url, self._link_text, self._link_inner = url.strip(), [], _ALL_STYLES
        self._image, self._image_text = None, ""

    def _close_link(self) -> None:
        text = " ".join("".join(self._link_text).split())
        style = self._link_inner if text and self._link_inner != _ALL_STYLES else self._style
        self._out.run(Run(text or self._image_text, self._url or "", self._image if not text else None, style))
        self._url = None

    def _add_image(self, source: str, text: str) -> None:
        if self._url is None:
            self._out.run(Run(text, None, source, self._style))
        elif self._image is None:
            self._image, self._image_text = source, text

    def _html(self, tag: str) -> None:
        match = _TAG.match(tag)
        if not match:
            return
        name = match["name"].lower()
        if name == "br":
            self._break(is_hard=True, newlines=0)
        elif name == "a":
            if match["close"]:
                if self._url is not None:
                    self._close_link()
            else:
                attributes = _attributes(tag)
                if "href" in attributes:
                    self._open_link(attributes["href"])
        elif name == "img":
            attributes = _attributes(tag)
            self._add_image(attributes.get("src", ""), attributes.get("alt", ""))
        elif name in _HTML_STYLES:
            if match["close"]:
                self._style &= ~_HTML_STYLES[name]
            else:
                self._style |= _HTML_STYLES[name]


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
