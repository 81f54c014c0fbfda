"""F3, F5 and F14: entries that are paragraphs, of one line or of several."""

from __future__ import annotations

import re
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from enrich.readers.families.slotted import LINKED, PLAIN
from enrich.readers.family import Family
from enrich.readers.fields.rest import is_fields_only
from enrich.readers.fields.titles import count_words
from enrich.readers.grammar import read_one, read_run
from enrich.readers.outline import BOLD, ITALIC, SMALL, Kind, plain_lines
from enrich.readers.pieces import Part, text_of, to_pieces
from enrich.readers.roles import FEWEST
from enrich.readers.slots import title_link
from enrich.text.hosts import is_paper_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block, Line
    from enrich.readers.pieces import Piece
    from enrich.readers.roles import IsKnown

LINES = Family(code="F3", shape="title, authors, venue and links on lines of their own")
PARAGRAPH = Family(code="F5", shape="paragraph that begins with a linked title")
BRACKETED = Family(code="F14", shape="title in brackets, links on the next line, reference-style links")
_MOST_GROUP_WORDS = 10
_NUMBERED = re.compile(r"\s*\[\d{1,4}\]\s*\S?")
_BRACKETED = re.compile(r"[\W_]*\[[^\[\]]{3,300}\]\s*$")
_FEWEST_LINES = 2
_MOST_FIELDS = 12
_TITLE_WORDS = 4


class ParagraphRun:
    """Paragraphs that follow each other, which are siblings; they are read when the first of them is asked for."""

    def __init__(self, blocks: Sequence[Block], heading: str, following: Block | None) -> None:
        self._blocks, self._heading, self._following = blocks, heading, following
        self._drafts: dict[int, list[Draft]] | None = None

    def read(self, block: Block, is_known: IsKnown | None = None) -> list[Draft]:
        """Return the entries in a paragraph of the run; none when it is prose."""
        if self._drafts is None:
            self._drafts = {}
            units = [(number, to_pieces(unit)) for number, one in enumerate(self._blocks) for unit in _units(one.lines)]
            _, drafts = read_run([unit for _, unit in units], (), is_known, self._heading)
            following = [*self._blocks[1:], self._following]
            for (number, unit), likely in zip(units, drafts, strict=True):
                draft = likely
                if draft is None and _BRACKETED.match(text_of(unit)) and _holds(following[number]):
                    draft = read_one(unit, is_titled=True)  # brackets whose links stand below
                if draft is not None and _is_entry(draft, unit, following[number]):
                    self._drafts.setdefault(self._blocks[number].line, []).append(draft)
        return self._drafts.get(block.line, [])


def runs(blocks: Sequence[Block]) -> dict[int, ParagraphRun]:
    """Return the run of each paragraph among blocks, by line."""
    found: dict[int, ParagraphRun] = {}
    heading = ""
    position = 0
    for is_run, group in groupby(blocks, lambda block: block.kind is Kind.PARAGRAPH):
        members = list(group)
        position += len(members)
        if is_run:
            following = blocks[position] if position < len(blocks) else None
            found |= dict.fromkeys((block.line for block in members), ParagraphRun(members, heading, following))
        elif last := next((block for block in reversed(members) if block.kind is Kind.HEADING), None):
            heading = plain_lines(last.lines)
    return found


def read_lines(lines: Sequence[Line]) -> list[Draft]:
    """Return the entries in the lines of one paragraph."""
    _, drafts = read_run([to_pieces(unit) for unit in _units(lines)])
    return [draft for draft in drafts if draft is not None]


def _is_entry(draft: Draft, pieces: Sequence[Piece], following: Block | None) -> bool:
    """Whether a paragraph with a title is an entry: it has a field, or fields below it; its family is set."""
    has_below = _holds(following)
    if all(piece.style & SMALL for piece in pieces if piece.text.strip()):
        return False  # the caption of a figure
    if draft.is_title_linked:
        draft.family = PARAGRAPH if draft.family is LINKED else draft.family
        return True
    is_styled = any(piece.style & (BOLD | ITALIC) for piece in pieces) or "“" in pieces[0].text or '"' in pieces[0].text
    is_bracketed = _BRACKETED.match(
        text_of(list(takewhile(lambda one: one.part is not Part.LINK, pieces))).rstrip(" [(")
    )
    is_broken = any(piece.part is Part.BREAK for piece in pieces)
    if draft.family is PLAIN:
        draft.family = BRACKETED if is_bracketed or (has_below and not draft.links) else LINES
        draft.is_weak = not (is_styled or is_bracketed or has_below or is_broken)
    return True


def _units(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """The lines of each entry: every line by itself where every line begins with a title of its own."""
    if len(lines) < _FEWEST_LINES:
        return [lines]
    starts = [
        index
        for index, line in enumerate(lines)
        if _starts_entry(line) and not (index and _runs_on(lines[index - 1], line))
    ]
    if len(starts) < _FEWEST_LINES or starts[0] != 0:
        return [[line] for line in lines] if _are_entries(lines) else [lines]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _are_entries(lines: Sequence[Line]) -> bool:
    """Whether the lines of a paragraph are a citation each: most have a title, and authors, a year or a link.

    Lines of which only one is linked, and that is a title with neither names nor a year, are the parts of one entry.
    """
    if len(lines) < FEWEST or not any(line.is_hard for line in lines):
        return False
    _, drafts = read_run([to_pieces([line]) for line in lines])
    whole = [draft for draft in drafts if draft is not None and (draft.authors or draft.year or draft.links)]
    linked = [draft for draft in whole if draft.is_title_linked]
    is_one = len(linked) == 1 and not (linked[0].authors or linked[0].year)
    return 2 * len(whole) > len(lines) and not is_one


def _runs_on(above: Line, line: Line) -> bool:
    """Whether bold text goes on over a line end."""
    return not line.is_hard and bool(above.runs[-1].style & line.runs[0].style & BOLD)


def _starts_entry(line: Line) -> bool:
    pieces = to_pieces([line])
    if _NUMBERED.match("".join(piece.text for piece in pieces[:2])):
        return True
    index = title_link(pieces)
    if index is not None:
        is_title = is_paper_url(pieces[index].url) or count_words(pieces[index].text) >= _TITLE_WORDS
        return is_title and count_words(text_of(pieces[:index])) < _TITLE_WORDS
    first = next(
        (piece for piece in pieces if piece.part is not Part.IMAGE and (piece.text.strip() or piece.url)), None
    )
    return (
        first is not None
        and first.part is Part.TEXT
        and bool(first.style & BOLD)
        and count_words(first.text) >= _TITLE_WORDS
        and any(piece.url for piece in pieces)
    )


def _holds(following: Block | None) -> bool:
    return following is not None and holds_fields(following)


def holds_fields(block: Block) -> bool:
    """Whether a block holds only links with generic texts, or names: fields of the title above it."""
    if block.kind is Kind.PARAGRAPH:
        return is_fields_only(to_pieces(block.lines))
    return (
        block.kind is Kind.LIST and 0 < len(block.children) <= _MOST_FIELDS and all(map(_is_field_item, block.children))
    )


def _is_field_item(item: Block) -> bool:
    lines = [line for inner in item.children if inner.kind is Kind.PARAGRAPH for line in inner.lines]
    return bool(lines) and is_fields_only(to_pieces(lines))


def is_group_label(pieces: Sequence[Piece], following: Block | None) -> bool:
    """Whether a paragraph is a pseudo-heading: bold, or with a colon above a list, short, without links."""
    if following is None or any(piece.part is Part.LINK and not piece.url.startswith("#") for piece in pieces):
        return False
    texts = [piece for piece in pieces if piece.part is Part.TEXT and piece.text.strip(" :*_")]
    if not texts or any(piece.part is Part.BREAK for piece in pieces):
        return False
    text = text_of(texts)
    if count_words(text) > _MOST_GROUP_WORDS or holds_fields(following):
        return False
    is_bold = all(piece.style & BOLD for piece in texts)
    return is_bold or (
        text.rstrip().endswith(":")
        and following.kind in {Kind.LIST, Kind.TABLE}
        and count_words(text) < _MOST_GROUP_WORDS // 2
    )
