"""Org mode → outline, through orgparse <https://orgparse.readthedocs.io/>: stars are headings, ``[[…]]`` links."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING

from enrich.readers.inline import LineBuilder
from enrich.readers.outline import BOLD, CODE, ITALIC, STRUCK, Block, Kind, Line, Outline, Run, plain_lines
from enrich.text.bibfields import CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orgparse.node import OrgNode

_BULLET = re.compile(r"^(?P<indent>\s*)(?:[-+]|\d{1,4}[.)]|(?<=\s)\*)\s+(?:\[[ X-]\]\s+)?(?=\S)")
_INLINE = re.compile(
    r"\[\[(?P<url>[^\]\[\n]+)\](?:\[(?P<text>[^\]\[]*)\])?\]"
    + "".join(
        rf"|(?<![\w{before}]){mark}(?P<{name}>[^\s{sign}](?:[^{sign}\n]*+(?:\n[^{sign}\n]+)?(?<=[^\s]))?){mark}(?!\w)"
        for name, mark, sign, before in (
            ("bold", r"\*", "*", "*"),
            ("italic", "/", "/", "/:"),
            ("code", "[=~]", "=~", ""),
            ("struck", r"\+", "+", ""),
        )
    )
)
"""Emphasis may go over one line end (``org-emphasis-regexp-components``)."""
_STYLES = {"bold": BOLD, "italic": ITALIC, "code": CODE, "struck": STRUCK}
_BEGIN = re.compile(r"^\s*#\+BEGIN_(\w+)", re.IGNORECASE)
_END = re.compile(r"^\s*#\+END_(\w+)", re.IGNORECASE)
_MOST_DEPTH = 20
_LONG_LINE = re.compile(r"^(\*+[ \t]+)?([^\n]{500,})", re.MULTILINE)
_KEPT_LINE = re.compile("\ue000(\\d+)\ue001")
_NO_MARKS = {0xE000: None, 0xE001: None}
_TAGS = re.compile(r"(?<!\s)\s+:[\w@:]+:\s*$")
_KEYWORD = re.compile(r"^\s*#(?:\+\w|\s)")
_STATE = re.compile(r"([A-Z]{3,})\s+(?=\S)")
"""What a heading may begin with: the state of a task; one that was closed shows which words are states."""
_OF_WORKS = frozenset({*CONTAINERS, "author", "authors", "doi", "isbn", "eprint", "arxiv", "year", "url", "btype"})
_CITED = re.compile(
    r"\s*(?:\[\[(?:auto|paren|text|foot)?cite[a-z]*:&?(?P<key>[^\]\[\s,;]+)\](?:\[(?P<said>[^\]\[]*)\])?\]"
    r"|\[cite(?:/\w+)?:@(?P<org>[^\]\s;]+)\])[ \t]*(?=\n|$)"
)
"""A line that is a citation of org-ref or org-cite and nothing else: the heading above names the work."""
_TABLE = re.compile(r"^\s*\|")


def read_org(text: str) -> Outline:
    """Return the outline of an Org file."""
    import orgparse  # noqa: PLC0415 (only for Org)

    text, long_lines = _without_long_lines(text if text.endswith("\n") else text + "\n")
    root = orgparse.loads(text)
    source = text.split("\n")
    blocks: list[Block] = []
    comments: list[Block] = []
    keywords = {words[1] for node in root if node.level and node.closed and (words := _STATE.match(_raw_heading(node)))}
    for node in root:
        if node.level:
            heading = _KEPT_LINE.sub(lambda match: long_lines[int(match[1])], _raw_heading(node))
            state = _STATE.match(heading)
            if state and state[1] in keywords:
                heading = heading[state.end() :]
            runs = _lines([(node.linenumber, _TAGS.sub("", heading))])
            blocks.append(_record(node, runs) or Block(Kind.HEADING, node.linenumber, runs, level=node.level))
        body = _CITED.sub(lambda match: "\n" * match[0].count("\n"), node.get_body(format="raw"), count=1)
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


def _record(node: OrgNode, title: list[Line]) -> Block | None:
    """The heading as a record, where its drawer has fields of a work, as of ol-bibtex, or a citation is below."""
    properties = {name.lower(): str(value) for name, value in node.properties.items()}
    cited = _CITED.match(node.get_body(format="raw"))
    if properties.keys().isdisjoint(_OF_WORKS) and cited is None:
        return None
    url = next((run.url for line in title for run in line.runs if run.url), "")
    record = {"title": plain_lines(title), "url": url, **properties}
    if cited:
        record |= {"citation_key": cited["key"] or cited["org"], "note": cited["said"] or ""}
    return Block(Kind.DATA, node.linenumber, text="record", record=record)


def _raw_heading(node: OrgNode) -> str:
    return str(node.get_heading(format="raw"))


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

    def add(text: str, style: int) -> None:
        for place, part in enumerate(text.split("\n")):
            if place:
                out.line_break(is_hard=is_hard.popleft(), newlines=1)
            out.text(part.removesuffix("\\\\"), style)

    is_hard = deque(text.rstrip().endswith("\\\\") for _, text in numbered)
    joined = "\n".join(text.rstrip() for _, text in numbered)
    end = 0
    for match in _INLINE.finditer(joined):
        add(joined[end : match.start()], 0)
        if match["url"]:
            out.run(Run(" ".join((match["text"] or match["url"]).split()), match["url"].strip()))
            for _ in range(match[0].count("\n")):
                is_hard.popleft()
                out.skip(1)
        else:
            name = next(name for name in _STYLES if match[name])
            add(match[name], _STYLES[name])
        end = match.end()
    add(joined[end:], 0)
    return out.lines()
