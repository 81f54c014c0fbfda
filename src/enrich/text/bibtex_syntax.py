"""The concrete syntax of BibTeX: where each block, field and value of a file stands, down to the character.

Written after "Designing BibTeX Styles" <https://www.ctan.org/pkg/bibtex> and what biber and JabRef add to it.
The spans of the blocks cover the text without a gap, so that an editor can change a value and leave the rest as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class BibKind(StrEnum):
    """What sort of block it is."""

    ENTRY = "entry"
    STRING = "string"
    PREAMBLE = "preamble"
    COMMENT = "comment"
    """``@comment{…}``, also JabRef's."""
    TEXT = "text"
    """What stands between the blocks."""
    BROKEN = "broken"
    """Begins like an entry and cannot be read as one."""


class PartStyle(StrEnum):
    """How a piece of a value is written."""

    BRACES = "braces"
    QUOTES = "quotes"
    NAME = "name"
    """Name of a ``@string``, or a number."""
    BARE = "bare"
    """Words without braces or quotes: a mistake that can be read."""


@dataclass(frozen=True, slots=True)
class BibPart:
    """One piece of a value; several are joined by ``#``."""

    style: PartStyle
    start: int
    """First character between the delimiters."""
    end: int
    """Behind the last character between the delimiters."""


@dataclass(frozen=True, slots=True)
class BibField:
    """``name = value`` of an entry."""

    name: str
    """Lower case."""
    start: int
    """First character of the name."""
    value_start: int
    """First character of the value, its delimiter included."""
    end: int
    """Behind the value."""
    parts: tuple[BibPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BibBlock:
    """One block of a file; ``text[start:end]`` is the whole of it."""

    kind: BibKind
    start: int
    end: int
    line: int
    """1-based line of ``start``."""
    type: str = ""
    """Word behind the ``@``, lower case."""
    key: str = ""
    """Citation key as written; may be empty."""
    key_end: int = 0
    """Behind the key; of a preamble, behind its opening delimiter."""
    fields: tuple[BibField, ...] = ()
    close: int = 0
    """Position of the delimiter that ends the entry."""
    problems: tuple[tuple[int, str], ...] = ()
    """(line, what is wrong) of what was read in spite of a mistake, or why it is broken."""

    def field(self, name: str) -> BibField | None:
        """Return the first field of that name, in lower case; BibTeX ignores the others."""
        return next((found for found in self.fields if found.name == name), None)


_HEAD = re.compile(
    r"""@[ \t]*(?:
        (?P<keyless>(?i:string|preamble|comment))\s*+[{(]
        | (?P<type>[A-Za-z][\w-]*)\s*+[{(](?=[^,{}="#]{0,300}+[,=})])
    )""",
    re.VERBOSE,
)
_LINE_HEAD = re.compile(rf"^[ \t]*+(?={_HEAD.pattern})", re.MULTILINE | re.VERBOSE)
_KEY = re.compile(r"""\s*+(?P<key>[^\s,{}="#]*+(?:[ \t]++[^\s,{}="#]++(?=[ \t]*+,))*+)\s*+""")
_NAME = re.compile(r"""\s*+(?P<name>[^\s,{}()="#%@\\]++)\s*+=\s*+""")
_SKIP = re.compile(r"(?:\s++|%[^\n]*+)*+")
_BRACES = re.compile(r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}")
_BRACE = re.compile(r"[{}]")
_QUOTES = re.compile(r'"(?:[^{}"]++|\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\})*+"')
_QUOTE = re.compile(r'[{}"]')
_WORD = re.compile(r"""[^\s,{}()="#%]++""")
_BARE = re.compile(r"""[^,{}="#\n]*+""")
_JOIN = re.compile(r"\s*+#\s*+")
_GOES_ON = re.compile(r"""\s*+,\s*+[A-Za-z][\w-]*+\s*+=\s*+[{"\w]""")
_MOST_MACRO = 1 << 16
_MONTHS = {
    month[:3].lower(): month
    for month in "January February March April May June July August September October November December".split()
}
"""What every style defines as a macro."""


class _UnreadableError(Exception):
    """A block cannot be read as an entry."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at


@dataclass(frozen=True)
class BibFile:
    """A text with its blocks; their spans join without a gap."""

    text: str
    blocks: tuple[BibBlock, ...]

    @property
    def entries(self) -> Iterator[BibBlock]:
        """The entries, in the order of the file."""
        return (block for block in self.blocks if block.kind is BibKind.ENTRY)

    @cached_property
    def macros(self) -> dict[str, str]:
        """What each ``@string`` stands for, names in lower case."""
        macros: dict[str, str] = {}
        for block in self.blocks:
            if block.kind is BibKind.STRING:
                for definition in block.fields:
                    macros[definition.name] = self._joined(definition, macros)[:_MOST_MACRO]
        return macros

    def value(self, found: BibField) -> str:
        """Return the value of a field as TeX: macros replaced, parts joined, delimiters gone; unknown names stay.

        >>> book = parse_bibliography('@string{acm = {ACM}} @misc{a, publisher = acm # " Press", month = jan}')
        >>> [book.value(found) for entry in book.entries for found in entry.fields]
        ['ACM Press', 'jan']
        """
        return self._joined(found, self.macros)

    def _joined(self, found: BibField, macros: dict[str, str]) -> str:
        parts = []
        for part in found.parts:
            text = self.text[part.start : part.end]
            if part.style is PartStyle.NAME:
                text = macros.get(text.lower(), text if len(found.parts) == 1 else _MONTHS.get(text.lower(), text))
            parts.append(text)
        return "".join(parts)

    def line_of(self, position: int) -> int:
        """Return the 1-based line of a position."""
        return bisect_right(self._line_starts, position)

    @cached_property
    def _line_starts(self) -> list[int]:
        return _line_starts(self.text)


def parse_bibliography(text: str) -> BibFile:
    r"""Return the blocks of a BibTeX text; total: what cannot be read is a block too.

    A line that begins like an entry ends whatever stands open above it, so that one mistake costs one entry.

    >>> found = parse_bibliography("@misc{a, title={x\n@misc{b, title={y}\n@misc{c, title={z}}").blocks
    >>> [(block.kind.value, block.key, *(what for _, what in block.problems)) for block in found if block.key]
    [('broken', 'a', 'a brace is not closed'), ('entry', 'b', "a '}' is missing at the end"), ('entry', 'c')]
    """
    return BibFile(text, tuple(_Scanner(text).blocks()))


@dataclass
class _Scanner:
    text: str
    comments_close: bool = True
    line_starts: list[int] = field(default_factory=list)

    def blocks(self) -> Iterator[BibBlock]:
        self.line_starts = _line_starts(self.text)
        heads = [match.end() for match in _LINE_HEAD.finditer(self.text)]
        done = 0
        for head, limit in pairwise([*heads, len(self.text)]):
            position: int | None = head if done <= head else None  # a comment may hold what looks like entries
            while position is not None:
                if position > done:
                    yield self._text_block(done, position)
                block = self._block(position, limit)
                yield block
                done = block.end
                position = self._next_on_line(done, limit)
        if done < len(self.text):
            yield self._text_block(done, len(self.text))

    def _next_on_line(self, start: int, limit: int) -> int | None:
        """The next head that does not begin a line and is not behind a ``%``."""
        match = _HEAD.search(self.text, start, limit) if start < limit else None
        return None if match is None or "%" in self.text[start : match.start()] else match.start()

    def _text_block(self, start: int, end: int) -> BibBlock:
        return BibBlock(kind=BibKind.TEXT, start=start, end=end, line=self._line(start))

    def _line(self, position: int) -> int:
        return bisect_right(self.line_starts, position)

    def _block(self, start: int, limit: int) -> BibBlock:
        head = _HEAD.match(self.text, start)
        assert head is not None  # noqa: S101 (heads are found by the same pattern)
        kind = (head["keyless"] or head["type"]).lower()
        if kind == "comment":
            return self._comment(start, head.end(), limit)
        try:
            return self._preamble(start, head, limit) if kind == "preamble" else self._entry(start, head, limit)
        except _UnreadableError as error:
            key = _KEY.match(self.text, head.end(), limit)
            return BibBlock(
                kind=BibKind.BROKEN,
                start=start,
                end=limit,
                line=self._line(start),
                type=kind,
                key=key["key"] if key and head["type"] else "",
                problems=((self._line(error.at), str(error)),),
            )

    def _comment(self, start: int, open_: int, limit: int) -> BibBlock:
        """A comment ends with its brace, also behind lines that begin like entries, else with its line."""
        end = _closing(self.text, open_ - 1, len(self.text) if self.comments_close else limit)
        if end is None:
            self.comments_close = False
            end = min(limit, _line_end(self.text, open_))
        return BibBlock(kind=BibKind.COMMENT, start=start, end=end, line=self._line(start), type="comment")

    def _preamble(self, start: int, head: re.Match[str], limit: int) -> BibBlock:
        _, position = self._value(self._skip(head.end(), limit), limit, [])
        close = self._skip(position, limit)
        if close >= limit or self.text[close] not in "})":
            raise _UnreadableError(start, "the preamble is not closed")
        line = self._line(start)
        return BibBlock(
            kind=BibKind.PREAMBLE,
            start=start,
            end=close + 1,
            line=line,
            type="preamble",
            key_end=head.end(),
            close=close,
        )

    def _entry(self, start: int, head: re.Match[str], limit: int) -> BibBlock:
        text, position, problems = self.text, head.end(), list[tuple[int, str]]()
        closer = "}" if head[0].endswith("{") else ")"
        key, key_end = "", position
        if head["type"]:
            match = _KEY.match(text, position, limit)
            assert match is not None  # noqa: S101 (it matches the empty text)
            if not text.startswith("=", match.end()):  # else there is no key: the word is a field's name
                key, key_end, position = match["key"], match.end("key"), match.end()
                if not text.startswith((",", closer), position):
                    problems.append((self._line(position), "a comma is missing behind the citation key"))
        fields: list[BibField] = []
        close = self._fields(position, limit, closer, fields, problems)
        return BibBlock(
            kind=BibKind.ENTRY if head["type"] else BibKind.STRING,
            start=start,
            end=close + 1 if text.startswith(closer, close) and close < limit else close,
            line=self._line(start),
            type=(head["type"] or head["keyless"]).lower(),
            key=key,
            key_end=key_end,
            fields=tuple(fields),
            close=close,
            problems=tuple(problems),
        )

    def _skip(self, position: int, limit: int) -> int:
        match = _SKIP.match(self.text, position, limit)
        return match.end() if match else position

    def _fields(
        self, position: int, limit: int, closer: str, fields: list[BibField], problems: list[tuple[int, str]]
    ) -> int:
        """Append the fields; return the position of the delimiter that ends the entry."""
        text = self.text
        needs_comma = False
        while True:
            position = self._skip(position, limit)
            if position >= limit:
                end = fields[-1].end if fields else position
                if fields and _GOES_ON.search(text, fields[-1].value_start, end):
                    raise _UnreadableError(fields[-1].value_start, "a brace is not closed")
                problems.append((self._line(end), f"a '{closer}' is missing at the end"))
                return end
            if text[position] == ",":
                position, needs_comma = position + 1, False
            elif text[position] in "})":
                if text[position] == closer and not _GOES_ON.match(text, position + 1, limit):
                    return position
                problems.append((self._line(position), f"a '{text[position]}' too many"))
                position += 1
            else:
                match = _NAME.match(text, position, limit)
                if match is None:
                    behind = f" behind the field {fields[-1].name}" if fields else ""
                    raise _UnreadableError(position, f"no field{behind}: {text[position : position + 20]!r}")
                if needs_comma:
                    line = self._line(fields[-1].end)
                    problems.append((line, f"a comma is missing behind the field {fields[-1].name}"))
                parts, end = self._value(match.end(), limit, problems)
                fields.append(BibField(match["name"].lower(), match.start("name"), match.end(), end, parts))
                position, needs_comma = end, True

    def _value(self, position: int, limit: int, problems: list[tuple[int, str]]) -> tuple[tuple[BibPart, ...], int]:
        parts = []
        while True:
            part, position = self._part(position, limit, problems)
            parts.append(part)
            join = _JOIN.match(self.text, position, limit)
            if join is None:
                return tuple(parts), position
            position = join.end()

    def _part(self, position: int, limit: int, problems: list[tuple[int, str]]) -> tuple[BibPart, int]:
        text = self.text
        if position < limit and text[position] in '{"':
            is_braced = text[position] == "{"
            match = (_BRACES if is_braced else _QUOTES).match(text, position, limit)
            end = match.end() if match else _closing(text, position, limit)
            if end is None:
                raise _UnreadableError(position, f"a {'brace' if is_braced else 'quote'} is not closed")
            return BibPart(PartStyle.BRACES if is_braced else PartStyle.QUOTES, position + 1, end - 1), end
        word = _WORD.match(text, position, limit)
        bare = _BARE.match(text, position, limit)
        if word is None or bare is None:
            return BibPart(PartStyle.BARE, position, position), position
        rest = text[word.end() : bare.end()].strip()
        if not rest or rest.startswith(("%", ")")) or _NAME.match(text, word.end(), limit):
            return BibPart(PartStyle.NAME, position, word.end()), word.end()
        problems.append((self._line(position), "a value stands without braces or quotes"))
        end = bare.start() + len(bare[0].rstrip())
        return BibPart(PartStyle.BARE, position, end), end


def _closing(text: str, start: int, limit: int) -> int | None:
    """The position behind the delimiter that closes the one at ``start``; a backslash protects no brace (BibTeX)."""
    if text[start] == "(":
        end = text.find(")", start, limit)
        return None if end < 0 else end + 1
    is_quoted = text[start] == '"'
    depth = 0 if is_quoted else 1
    for match in (_QUOTE if is_quoted else _BRACE).finditer(text, start + 1, limit):
        if match[0] == '"':
            if not depth:
                return match.end()
            continue
        depth += 1 if match[0] == "{" else -1
        if depth < 0:
            return None
        if not depth and not is_quoted:
            return match.end()
    return None


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]
