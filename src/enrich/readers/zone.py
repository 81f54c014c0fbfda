"""The stretch of text in which a title stands, with its styles, and what may be cut from its front."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.readers.fields.labels import bare_label, is_generic, label_role
from enrich.readers.fields.rest import badge_text, read_badge
from enrich.readers.fields.titles import count_words, set_label, take_mark
from enrich.readers.outline import BOLD, CODE, ITALIC
from enrich.readers.pieces import Part, Piece, without_symbols
from enrich.text.venues import find_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft

_GROUP = re.compile(r"[\s\W]*?[(\[（【]\s*([^()\[\]]{1,60}?)\s*[)\]）】][\s:.,|–—-]*")
_NUMBER = re.compile(r"\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|#?\d{1,4}[.)])\s+(?=\S)|\s*\[[ xX]?\]\s+")
_DASHED = re.compile(r"\s*([^\s|:–—]{2,24}(?: [^\s|:–—]{1,16}){0,2}?)\s*(?:\s[-–—|]\s|:\s|\s*[-–—]\s+|\|)\s*")
_YEAR_VENUE = re.compile(
    r"\s*((?:19|20)\d{2}[-_][A-Za-z][\w/&-]{1,20}|[A-Z][\w/&]{1,14}[-_' ](?:19|20)\d{2})\s*[-–—:|]+\s*"
)
_MARKS_ONLY = re.compile(r"[\W_]*$")


@dataclass(slots=True)
class Zone:
    """Text up to the first link or visible break behind it; styles by character range."""

    text: str
    spans: list[tuple[int, int, int]]
    line: int
    rest: Sequence[Piece]
    """What follows."""

    def style_at(self, start: int) -> tuple[int, int, int] | None:
        """The styled range that begins at a position, or None."""
        return next((span for span in self.spans if span[0] <= start < span[1] and span[2]), None)


def split_lead(draft: Draft, pieces: Sequence[Piece]) -> int:
    """Read badges, generic links and marks in front of a title; return the index of the first piece that is none."""
    for index, piece in enumerate(pieces):
        if piece.part is Part.IMAGE:
            read_badge(draft, piece)
        elif piece.part is Part.LINK:
            if piece.image is None and not is_generic(piece.text) and piece.text != piece.url:
                return index
            if not any(later.part is Part.TEXT and count_words(later.text) for later in pieces[index + 1 :]):
                return index
            _lead_link(draft, piece)
        elif piece.part is Part.TEXT:
            text = piece.text.strip()
            if piece.style & CODE and text:
                if not take_mark(bare_label(text), draft) and label_role(text) is None:
                    draft.topic_labels.append(bare_label(text))
            elif not _MARKS_ONLY.match(text) or (
                text.endswith(("(", "[", "“", '"')) and index + 1 < len(pieces) and pieces[index + 1].part is Part.TEXT
            ):
                return index
    return len(pieces)


def _lead_link(draft: Draft, piece: Piece) -> None:
    if piece.image is not None:
        piece = piece._replace(text=badge_text(piece) or piece.text)
    text = bare_label(piece.text)
    label = find_label(text)
    if label is not None:
        set_label(draft, text, label)
    draft.add_link(piece)


def zone_at(pieces: Sequence[Piece], start: int) -> Zone:
    """Return the zone that begins at a piece."""
    texts: list[str] = []
    spans: list[tuple[int, int, int]] = []
    position, index = 0, start
    line = pieces[start].line if start < len(pieces) else 0
    while index < len(pieces) and pieces[index].part is Part.TEXT:
        piece = pieces[index]
        if piece.style & CODE and label_role(piece.text) is not None:
            break
        texts.append(piece.text)
        spans.append((position, position + len(piece.text), piece.style))
        position += len(piece.text)
        index += 1
    return Zone("".join(texts), spans, line, pieces[index:])


def cut_lead(draft: Draft, zone: Zone) -> int:
    """Read numbers, dates, labels in brackets and ``2019-CVPR -`` at the front; return where the title starts."""
    position = 0
    for _ in range(4):
        match = _NUMBER.match(zone.text, position)
        if match and match.end() < len(zone.text):
            position = match.end()
            continue
        match = _GROUP.match(zone.text, position)
        if match and match.end() < len(zone.text) and take_mark(match[1], draft):
            position = match.end()
            continue
        match = _YEAR_VENUE.match(zone.text, position) or _DASHED.match(zone.text, position)
        if match and match.end() < len(zone.text) and take_mark(match[1].strip("*_ "), draft):
            position = match.end()
            continue
        break
    while position < len(zone.text) and zone.text[position] in " \t\n:|–—-.,;":
        position += 1
    return position


def read_before(draft: Draft, pieces: Sequence[Piece]) -> str:
    """Read what stands before a linked title: a date, a label, tags; return what else it says."""
    left: list[str] = []
    for piece in pieces:
        if piece.part is Part.IMAGE:
            read_badge(draft, piece)
        elif piece.part is Part.LINK:
            _lead_link(draft, piece)
        elif piece.style & CODE and piece.text.strip():
            if not take_mark(bare_label(piece.text), draft):
                draft.topic_labels.append(bare_label(piece.text))
        else:
            left.append(piece.text if piece.part is Part.TEXT else " ")
    zone = Zone("".join(left), [], 0, ())
    text = zone.text
    for _ in range(3):
        match = _NUMBER.match(text + " ") or None
        if match:
            text = text[match.end() :]
        match = _GROUP.match(text)
        if match and take_mark(match[1], draft):
            text = text[match.end() :]
    text = " ".join(without_symbols(text).split()).strip(" \t*_|:,;.-–—•·\"“'[(")
    if text and take_mark(text, draft):
        return ""
    return text


def bold_text(zone: Zone, start: int) -> tuple[str, int]:
    """The bold text that begins at a position, and its end; empty when there is none."""
    end, text = start, ""
    for first, last, style in zone.spans:
        if last <= start:
            continue
        if not style & BOLD and (zone.text[first:last].strip() or not text):
            break
        text += zone.text[max(first, start) : last]
        end = last
    return text, end


def italic_start(zone: Zone, start: int) -> list[tuple[int, int]]:
    """The italic ranges behind a position."""
    return [(first, last) for first, last, style in zone.spans if style & ITALIC and not style & BOLD and first > start]
