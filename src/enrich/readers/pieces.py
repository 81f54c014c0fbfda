"""The inline text of one unit (an item, a paragraph, a cell) as a flat row of pieces."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.readers.outline import Line


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
        if pieces:
            if line.is_hard:
                pieces.append(Piece(Part.BREAK, "", line.number))
            else:
                pieces.append(Piece(Part.TEXT, " ", line.number))
        for run in line.runs:
            if run.url is not None:
                pieces.append(Piece(Part.LINK, run.text, line.number, run.url, run.image, run.style, run.role))
            elif run.image is not None:
                pieces.append(Piece(Part.IMAGE, run.text, line.number, "", run.image, run.style))
            else:
                pieces.append(Piece(Part.TEXT, run.text, line.number, "", None, run.style, run.role))
    return pieces


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
