"""What is taken out of a Markdown text before it is parsed: comments, front matter and whole HTML tables.

A commented row would end a table and a blank line an HTML table; the curator means neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w-]+:.*\n|[ \t]+.*\n|- .*\n|[ \t]*\n)*(?:---|\.\.\.)[ \t]*\n")
_FENCE = re.compile(r"^[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})", re.MULTILINE)
_TABLE_TAG = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)
_SPACED_LINK = re.compile(r"\] \((?=https?://[^\s()<>]+\))")
"""``[Paper] (https://…)``: a link to its curator, though not to CommonMark."""
_WIKI_LINK = re.compile(
    r"(?<![!\[(])\[\[(?!https?:)(?=[^\]\n]*[^\W\d_]{2})([^\[\]|\n]{2,300})(?:\|([^\[\]\n]{1,300}))?\]\](?![\[(:])"
)
_CALLOUT = re.compile(r"^([ \t]*>[ \t]*)\[![A-Za-z-]+\][+-]?[ \t]*", re.MULTILINE)
"""``> [!note] Title`` of Obsidian and GitHub."""
_PLACEHOLDER = re.compile(r"<!--table (\d+)-->")


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A piece of the text that was taken out."""

    line: int
    text: str


@dataclass(slots=True)
class Masked:
    """A text without its regions."""

    text: str
    numbers: list[int] | None
    """Line in the file of each line of ``text``; None where they are equal."""
    comments: list[MaskedText] = field(default_factory=list)
    tables: list[MaskedText] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    def region(self, html: str) -> MaskedText | None:
        """The HTML table that a placeholder stands for."""
        match = _PLACEHOLDER.search(html)
        return self.tables[int(match[1])] if match else None


def _note_title(match: re.Match[str]) -> str:
    """What a link of Obsidian between notes shows: its own text or the name of the note, whichever is longer."""
    name = match[1].split("#", 1)[0].rpartition("/")[2].removesuffix(".md")
    return max(name, match[2] or "", key=len)


def mask(text: str) -> Masked:
    r"""Return the text without comments, front matter and HTML tables, and where its lines come from.

    >>> masked = mask("a\n<!-- b\nc -->\nd")
    >>> masked.text, masked.numbers, masked.comments[0].line
    ('a\nd', [1, 4], 2)
    """
    text = _SPACED_LINK.sub("](", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "[[" in text:
        text = _WIKI_LINK.sub(_note_title, text)
    if "> [!" in text:
        text = _CALLOUT.sub(r"\1", text)
    if "<!--" not in text and "<table" not in text.lower() and not text.startswith("---"):
        return Masked(text, None)
    spans = _spans(text)
    if not spans:
        return Masked(text, None)
    return _cut(text, spans)


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Start, end and kind of everything to take out, in order."""
    spans: list[tuple[int, int, str]] = []
    position = 0
    if match := _FRONT_MATTER.match(text):
        spans.append((0, match.end(), "front matter"))
        position = match.end()
    fences = closed_fences(text)
    fence = 0
    tables = _tables(text)
    table = 0
    comment = text.find("<!--", position)
    last_end = text.rfind("-->")
    while True:
        if 0 <= comment < position:
            comment = text.find("<!--", position)
        while table < len(tables) and tables[table][0] < position:
            table += 1
        opener = tables[table][0] if table < len(tables) else -1
        starts = [start for start in (comment, opener) if start >= 0]
        if not starts:
            return spans
        start = min(starts)
        while fence < len(fences) and fences[fence][1] <= start:
            fence += 1
        if fence < len(fences) and fences[fence][0] <= start:
            position = fences[fence][1]
            continue
        if start == comment:
            if start > last_end:
                comment = -1
            else:
                position = text.find("-->", start) + 3
                spans.append((start, position, "comment"))
            continue
        position = tables[table][1]
        spans.append((start, position, "table"))


def closed_fences(text: str) -> list[tuple[int, int]]:
    """Start and end of every fenced block that is closed."""
    found: list[tuple[int, int]] = []
    opener: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opener is None:
            opener = match
        elif match[1][0] == opener[1][0] and len(match[1]) >= len(opener[1]):
            found.append((opener.start(), match.end()))
            opener = None
    return found


def _tables(text: str) -> list[tuple[int, int]]:
    """Start and end of every HTML table that is closed, the outer one of nested tables first."""
    found: list[tuple[int, int]] = []
    openers: list[int] = []
    for tag in _TABLE_TAG.finditer(text):
        if not tag[1]:
            openers.append(tag.start())
        elif openers:
            found.append((openers.pop(), tag.end()))
    return sorted(found)


def _cut(text: str, spans: list[tuple[int, int, str]]) -> Masked:
    cutter = _Cutter()
    position = 0
    for start, end, kind in spans:
        cutter.keep(text[position:start])
        cutter.take(text[start:end], kind)
        position = end
    cutter.keep(text[position:])
    return cutter.finish()


class _Cutter:
    """Builds the masked text and remembers where each of its lines comes from."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._numbers: list[int] = []
        self._comments: list[MaskedText] = []
        self._tables: list[MaskedText] = []
        self._line = 1
        self._current, self._current_line = "", 1
        self._is_touched = False

    def keep(self, piece: str) -> None:
        first, *rest = piece.split("\n")
        if not self._current.strip():
            self._current_line = self._line
        self._current += first
        for part in rest:
            # A line that held nothing but a comment is left out: blank, it would end the table around it.
            if not self._is_touched or self._current.strip():
                self._end_line()
            self._line += 1
            self._current, self._current_line, self._is_touched = part, self._line, False

    def take(self, piece: str, kind: str) -> None:
        if kind == "comment":
            self._comments.append(MaskedText(self._line, piece[4:-3]))
        elif kind == "table":
            indent = " " * (len(self._current) - len(self._current.lstrip()))
            if self._current.strip():
                self._end_line()
            self._current, self._current_line = f"{indent}<!--table {len(self._tables)}-->", self._line
            self._end_line()
            self._tables.append(MaskedText(self._line, piece))
            self._current = ""
        self._line += piece.count("\n")
        self._is_touched = True

    def _end_line(self) -> None:
        self._lines.append(self._current)
        self._numbers.append(self._current_line)

    def finish(self) -> Masked:
        self._end_line()
        return Masked("\n".join(self._lines), self._numbers, self._comments, self._tables)
