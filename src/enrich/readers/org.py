"""Org mode → outline, through orgparse <https://orgparse.readthedocs.io/>: stars are headings, ``[[…]]`` links."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from enrich.readers.inline import LineBuilder
from enrich.readers.outline import BOLD, CODE, ITALIC, STRUCK, Block, Kind, Line, Outline, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

_BULLET = re.compile(r"^(?P<indent>\s*)(?:[-+]|\d{1,4}[.)]|(?<=\s)\*)\s+(?:\[[ X-]\]\s+)?(?=\S)")
_INLINE = re.compile(
    r"\[\[(?P<url>[^\]\[\n]+)\](?:\[(?P<text>[^\]\[\n]*)\])?\]"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?!\w)|(?<![\w/:])/(?P<italic>[^\s/](?:[^/\n]*[^\s/])?)/(?!\w)"
    r"|(?<!\w)[=~](?P<code>[^\s=~](?:[^=~\n]*[^\s=~])?)[=~](?!\w)|(?<!\w)\+(?P<struck>[^\s+](?:[^+\n]*[^\s+])?)\+(?!\w)"
)
_STYLES = {"bold": BOLD, "italic": ITALIC, "code": CODE, "struck": STRUCK}
_BEGIN = re.compile(r"^\s*#\+BEGIN_(\w+)", re.IGNORECASE)
_END = re.compile(r"^\s*#\+END_(\w+)", re.IGNORECASE)
_MOST_DEPTH = 20
_LONG_LINE = re.compile(r"^(\*+[ \t]+)?([^\n]{500,})", re.MULTILINE)
_KEPT_LINE = re.compile("\ue000(\\d+)\ue001")
_NO_MARKS = {0xE000: None, 0xE001: None}
_TAGS = re.compile(r"(?<!\s)\s+:[\w@:]+:\s*$")
_KEYWORD = re.compile(r"^\s*#(?:\+\w|\s)")
_TABLE = re.compile(r"^\s*\|")


def read_org(text: str) -> Outline:
    """Return the outline of an Org file."""
    import orgparse  # noqa: PLC0415 (only for Org)

    text, long_lines = _without_long_lines(text if text.endswith("\n") else text + "\n")
    root = orgparse.loads(text)
    source = text.split("\n")
    blocks: list[Block] = []
    comments: list[Block] = []
    for node in root:
        if node.level:
            heading = _KEPT_LINE.sub(lambda match: long_lines[int(match[1])], _raw_heading(node))
            runs = _lines([(node.linenumber, _TAGS.sub("", heading))])
            blocks.append(Block(Kind.HEADING, node.linenumber, runs, level=node.level))
        body = node.get_body(format="raw")
        first = _body_line(source, node)
        lines = [_KEPT_LINE.sub(lambda match: long_lines[int(match[1])], line) for line in body.split("\n")]
        blocks += _read(lines, first, comments)
    return Outline(blocks, "org", comments)


def _without_long_lines(text: str) -> tuple[str, list[str]]:
    """The text with a mark in the place of the words of each long line, and the words: orgparse takes far too long."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[2])
        return f"{match[1] or ''}\ue000{len(kept) - 1}\ue001"

    return _LONG_LINE.sub(keep, text.translate(_NO_MARKS)), kept


def _raw_heading(node: object) -> str:
    return str(node.get_heading(format="raw"))  # type: ignore[attr-defined]


def _body_line(lines: list[str], node: object) -> int:
    """The line of the first body line of a node: orgparse counts headings only, and drops property lines."""
    number: int = node.linenumber  # type: ignore[attr-defined]
    if not node.level:  # type: ignore[attr-defined]
        return 1
    body = node.get_body(format="raw").split("\n")[0]  # type: ignore[attr-defined]
    for offset in range(number, min(number + 40, len(lines))):
        if lines[offset] == body:
            return offset + 1
    return number + 1


def _read(lines: list[str], first: int, comments: list[Block]) -> Iterator[Block]:
    index = 0
    ends = _block_ends(lines)
    while index < len(lines):
        line = lines[index]
        number = first + index
        begin = _BEGIN.match(line)
        if not line.strip():
            index += 1
        elif begin:
            closers = ends.get(begin[1].lower(), [])
            place = bisect_right(closers, index)
            stop = (closers[place] if place < len(closers) else index) + 1
            text = "\n".join(lines[index:stop])
            if begin[1].lower() in {"src", "example"}:
                yield Block(Kind.CODE, number, text=text)
            elif begin[1].lower() == "quote":
                inner = _lines([(number + 1 + offset, part) for offset, part in enumerate(lines[index + 1 : stop - 1])])
                yield Block(Kind.QUOTE, number, children=[Block(Kind.PARAGRAPH, number + 1, inner)])
            else:
                comments.append(Block(Kind.COMMENT, number, text=text))
            index = stop
        elif _KEYWORD.match(line):
            comments.append(Block(Kind.COMMENT, number, text=line))
            index += 1
        elif _BULLET.match(line):
            block, index = _list(lines, index, first)
            yield block
        elif _TABLE.match(line):
            block, index = _table(lines, index, first)
            yield block
        else:
            start = index
            while (
                index < len(lines)
                and lines[index].strip()
                and not _BULLET.match(lines[index])
                and not _BEGIN.match(lines[index])
            ):
                index += 1
            yield Block(
                Kind.PARAGRAPH,
                number,
                _lines([(first + start + offset, part) for offset, part in enumerate(lines[start:index])]),
            )


def _block_ends(lines: list[str]) -> dict[str, list[int]]:
    """The lines that end blocks, by the name of the block in lower case."""
    ends: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if match := _END.match(line):
            ends.setdefault(match[1].lower(), []).append(index)
    return ends


def _list(lines: list[str], index: int, first: int, depth: int = 0) -> tuple[Block, int]:
    block = Block(Kind.LIST, first + index)
    opener = _BULLET.match(lines[index])
    indent = len(opener["indent"]) if opener else 0
    while index < len(lines):
        match = _BULLET.match(lines[index])
        if not match or (len(match["indent"]) != indent and depth < _MOST_DEPTH):
            break
        item = Block(Kind.ITEM, first + index)
        own = [(first + index, lines[index][match.end() :])]
        index += 1
        while index < len(lines) and lines[index].strip():
            line = lines[index]
            depth = len(line) - len(line.lstrip())
            if depth <= indent or _BULLET.match(line):
                break
            own.append((first + index, line.strip()))
            index += 1
        item.children.append(Block(Kind.PARAGRAPH, own[0][0], _lines(own)))
        nested = _BULLET.match(lines[index]) if index < len(lines) else None
        if nested and len(nested["indent"]) > indent and depth < _MOST_DEPTH:
            inner, index = _list(lines, index, first, depth + 1)
            item.children.append(inner)
        block.children.append(item)
        while index + 1 < len(lines) and not lines[index].strip() and _BULLET.match(lines[index + 1]):
            index += 1
    return block, max(index, first and index)


def _table(lines: list[str], index: int, first: int) -> tuple[Block, int]:
    from enrich.readers.outline import Cell, Row  # noqa: PLC0415

    block = Block(Kind.TABLE, first + index)
    has_rule = False
    while index < len(lines) and _TABLE.match(lines[index]):
        line = lines[index].strip()
        if line.startswith("|-"):
            if not has_rule:
                block.rows = [
                    Row(row.line, [cell._replace(is_header=True) for cell in row.cells]) for row in block.rows
                ]
            has_rule = True
        else:
            cells = [Cell(_lines([(first + index, text.strip())])) for text in line.strip("|").split("|")]
            block.rows.append(Row(first + index, cells))
        index += 1
    return block, index


def _lines(numbered: list[tuple[int, str]]) -> list[Line]:
    if not numbered:
        return []
    out = LineBuilder(numbered[0][0])
    for position, (_, text) in enumerate(numbered):
        if position:
            out.line_break(is_hard=numbered[position - 1][1].rstrip().endswith("\\\\"), newlines=1)
        end = 0
        for match in _INLINE.finditer(text):
            if match.start() > end:
                out.text(text[end : match.start()], 0)
            if match["url"]:
                out.run(Run(match["text"] or match["url"], match["url"].strip()))
            else:
                name = next(name for name in _STYLES if match[name])
                out.text(match[name], _STYLES[name])
            end = match.end()
        if end < len(text):
            out.text(text[end:].removesuffix("\\\\"), 0)
    return out.lines()
