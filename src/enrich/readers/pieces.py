"""The inline text of one unit (an item, a paragraph, a cell) as a flat row of pieces."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from enrich.readers.fields.written_names import is_name, is_names
from enrich.readers.outline import BOLD, CODE, ITALIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.readers.outline import Line, Run

_LONGEST_NAME = 45
_ROOM = 60
_NEXT_NAME = re.compile(
    r"[\s*†‡§¹²³⁴⁵\d]*(,?\s*(?:and|&)\s+|,\s*)?([^,;.&(]+?(?:\s[A-Z]\.)*[^,;.&(]*)(?=,|;|\.|&|\sand\s|$)"
)
_DATED = re.compile(r"(.{2,300}?)[\s,]*\((?:19|20)\d{2}[a-z]?\)[.:,]?")
_LAST_NAME = re.compile(r"(?:^|[,;]\s*|\sand\s)([^,;]+?)[*†‡\s]*(?:,\s*(?:and\s|&\s)?|\sand\s|\s&\s)\s*$")


class Part(Enum):
    """What a piece is."""

    TEXT = "text"
    LINK = "link"
    IMAGE = "image"
    BREAK = "break"


class Piece(NamedTuple):
    """One run with the line it starts on, or a break that readers see."""

    part: Part
    text: str
    line: int
    url: str = ""
    image: str | None = None
    style: int = 0
    role: str = ""


_SYMBOLS = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\u200b-\u200d\u2060\ufeff]+"
)


def to_pieces(lines: Iterable[Line]) -> list[Piece]:
    """Return the pieces of lines; a line end that readers do not see is a space."""
    pieces: list[Piece] = []
    for line in lines:
        runs = line.runs
        if pieces and line.is_hard:
            pieces.append(Piece(Part.BREAK, "", line.number))
        elif pieces and _goes_on(pieces[-1], runs[0]):
            pieces[-1] = pieces[-1]._replace(text=f"{pieces[-1].text} {runs[0].text}")
            runs = runs[1:]
        elif pieces:
            pieces.append(Piece(Part.TEXT, " ", line.number))
        for run in runs:
            if run.url is not None:
                pieces.append(Piece(Part.LINK, run.text, line.number, run.url, run.image, run.style, run.role))
            elif run.image is not None:
                pieces.append(Piece(Part.IMAGE, run.text, line.number, "", run.image, run.style))
            else:
                pieces.append(Piece(Part.TEXT, run.text, line.number, "", None, run.style, run.role))
    return _without_emphasis_on_names(pieces) if any(piece.style & (BOLD | ITALIC) for piece in pieces) else pieces


def _goes_on(piece: Piece, run: Run) -> bool:
    """Whether emphasis goes on over a line end that readers do not see."""
    is_plain = piece.part is Part.TEXT and run.url is None and run.image is None
    return is_plain and bool(piece.style) and piece.style == run.style and piece.role == run.role


def _without_emphasis_on_names(pieces: list[Piece]) -> list[Piece]:
    """The pieces with names that are set off among others as plain text: ``**Ann Author**, Bob Author`` is a list."""
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        before = found[-1] if found and found[-1].part is Part.TEXT else None
        behind = pieces[index + 1] if index + 1 < len(pieces) and pieces[index + 1].part is Part.TEXT else None
        is_set_off = piece.part is Part.TEXT and piece.style & (BOLD | ITALIC) and not piece.style & CODE
        bare = piece
        if is_set_off and (_is_among_names(before, piece, behind) or (not found and _is_dated_names(piece.text))):
            bare = piece._replace(style=0)
        if before and before.style == bare.style == 0 and bare.part is Part.TEXT and before.line == bare.line:
            found[-1] = before._replace(text=before.text + bare.text)
        else:
            found.append(bare)
    return found


def _is_dated_names(text: str) -> bool:
    """Whether a text is names with their year, as in ``**Author, A., & Other, B. (2014).**``."""
    dated = _DATED.fullmatch(text.strip())
    return dated is not None and (is_names(dated[1], allow_surnames=True) or is_name(dated[1], allow_surname=True))


def _is_among_names(before: Piece | None, piece: Piece, behind: Piece | None) -> bool:
    """Whether a piece is a name with a comma or ``and`` on a side where another name stands.

    Behind one name and in front of nothing, what is in italics is a title: ``Ann Author, *Born Losers*``.
    """
    name = piece.text.strip(" *†‡,")
    if not name or len(name) > _LONGEST_NAME or not is_name(name):
        return False
    next_name = _NEXT_NAME.match(behind.text) if behind and not behind.style else None
    last_name = _LAST_NAME.search(before.text[-_ROOM:]) if before and not before.style else None
    if piece.style & ITALIC and last_name and behind is None and not last_name.start():
        return False
    ends = piece.text.rstrip().endswith(",")
    is_followed = next_name and (next_name[1] or ends) and is_name(next_name[2].strip())
    return bool(is_followed or (last_name and is_name(last_name[1].strip())))


def text_of(pieces: Sequence[Piece]) -> str:
    """The text of pieces, images left out, with single spaces."""
    return " ".join(
        "".join(
            " " if piece.part is Part.BREAK else piece.text for piece in pieces if piece.part is not Part.IMAGE
        ).split()
    )


def without_symbols(text: str) -> str:
    """The text without emoji and other pictures.

    >>> without_symbols("🔥 A Title ⭐").strip()
    'A Title'
    """
    return text if text.isascii() else _SYMBOLS.sub(" ", text)
