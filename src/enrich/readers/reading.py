"""From the outline of one file to entries: every block goes to the family that its evidence names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.model.entry import Omission
from enrich.readers.draft import Draft
from enrich.readers.families import linked_title, plain_title, records
from enrich.readers.fields.labels import is_paper_url
from enrich.readers.fields.rest import is_fields_only, read_pieces
from enrich.readers.fields.titles import count_words
from enrich.readers.judging import judge
from enrich.readers.outline import BOLD, Block, Kind, Line, Outline, all_lines, links_of, plain_lines
from enrich.readers.pieces import Part, Piece, text_of, to_pieces
from enrich.readers.sections import Place, heading_text, purpose_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.model.entry import BlockNote


@dataclass(slots=True)
class Candidate:
    """A draft with what its place says about it."""

    draft: Draft
    group: int
    """Number of the block that it comes from."""
    purpose: str | None
    """What the section is for when that is no paper section."""
    urls: tuple[str, ...] = ()


@dataclass(slots=True)
class FileReading:
    """What was read from one file."""

    candidates: list[Candidate] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    title: str | None = None


def read_outline(outline: Outline, file: str | None = None) -> tuple[list[Draft], list[Omission], list[BlockNote], str | None]:
    """Return the entries of an outline, what was left out, the notes on its blocks, and the list's title."""
    reader = _Walker(outline, file)
    reader.read()
    drafts, notes = judge(reader.result, file)
    return drafts, sorted(reader.result.omissions, key=lambda omission: omission.line), notes, reader.result.title


class _Walker:
    """Goes through the blocks of one file in order."""

    def __init__(self, outline: Outline, file: str | None) -> None:
        self._outline = outline
        self._file = file
        self._place = Place()
        self.result = FileReading()
        self._current: Draft | None = None
        self._group = 0
        self._is_behind_prose = False
        self._is_page = outline.markup == "page"

    def read(self) -> None:
        for comment in self._outline.comments:
            self._omit_text(comment.line, "comment", comment.text)
        self._blocks(self._outline.blocks)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._group += 1
            if block.kind is Kind.HEADING:
                self._heading(block)
            elif block.kind is Kind.LIST:
                self._list(block.children)
            elif block.kind is Kind.ITEM:
                self._list([block])
            elif block.kind is Kind.PARAGRAPH:
                self._paragraph(block)
            elif block.kind is Kind.QUOTE:
                self._quote(block)
            elif block.kind is Kind.DETAILS:
                self._details(block)
            elif block.kind is Kind.DATA:
                self._record(block)

    def _heading(self, block: Block) -> None:
        text = heading_text(block)
        if block.is_html and block.level == 1:
            self.result.title = self.result.title or text
            return
        if self.result.title is None and text and purpose_of(text) is None:
            self.result.title = text
        self._place.open_heading(block.level, text)
        self._current = None
        self._is_behind_prose = False

    def _details(self, block: Block) -> None:
        if block.level < 0:
            self._place.close_details()
        elif block.level > 0:
            self._place.open_details("")
        else:
            self._place.open_details(plain_lines(block.lines))
            self._blocks(block.children)
            self._place.close_details()

    def _record(self, block: Block) -> None:
        draft = records.read(block.record, block.line)
        if draft is None:
            self._omit_text(block.line, "no title", " ".join(block.record.values()))
        else:
            self._add(draft, [])

    def _list(self, items: Sequence[Block]) -> None:
        for item in items:
            self._item(item)

    def _item(self, item: Block) -> None:
        own = [line for block in item.children if block.kind is Kind.PARAGRAPH for line in block.lines]
        nested = [block for block in item.children if block.kind is not Kind.PARAGRAPH]
        pieces = to_pieces(own)
        draft = read_unit(pieces)
        if draft is None:
            if pieces and self._current is not None and is_fields_only(pieces):
                read_pieces(self._current, pieces)
            else:
                self._omit_lines(item.line, "no title", own)
        else:
            self._add(draft, own)
        self._blocks(nested)

    def _paragraph(self, block: Block) -> None:
        pieces = to_pieces(block.lines)
        if all(piece.part is Part.IMAGE or (piece.part is Part.TEXT and not piece.text.strip()) for piece in pieces):
            self._badges(block, pieces)
            return
        self._omit_lines(block.line, "prose", block.lines)

    def _badges(self, block: Block, pieces: Sequence[Piece]) -> None:
        if self._is_page and (self._current is None or self._current.topic_labels or self._current.quote):
            if self._is_behind_prose:
                return
            self._add(Draft(block.line, None, "F2", "badges of an entry whose title is lost"), [])
        if self._current is not None:
            read_pieces(self._current, pieces)

    def _quote(self, block: Block) -> None:
        if any(inner.kind is not Kind.PARAGRAPH for inner in block.children):
            self._blocks(block.children)
            return
        lines = [line for inner in block.children for line in inner.lines]
        if self._is_page and (self._current is None or self._current.quote) and self.result.candidates:
            self._add(Draft(block.line, None, "F2", "quote of an entry whose title is lost"), [])
        if self._current is not None and self._current.quote is None:
            self._current.quote = plain_lines(lines)
        else:
            self._is_behind_prose = True
            self._omit_lines(block.line, "prose", lines)

    def _add(self, draft: Draft, lines: Iterable[Line]) -> None:
        draft.section_path = self._place.path()
        urls = tuple(run.url for run in links_of(lines) if run.url)
        self.result.candidates.append(Candidate(draft, self._group, self._place.purpose(), urls))
        self._current = draft
        self._is_behind_prose = False

    def _omit_lines(self, line: int, reason: str, lines: Iterable[Line]) -> None:
        kept = list(lines)
        urls = tuple(run.url for run in links_of(kept) if run.url and not run.url.startswith("#"))
        self.result.omissions.append(Omission(line=line, reason=reason, text=plain_lines(kept)[:200], file=self._file, urls=urls))

    def _omit_text(self, line: int, reason: str, text: str) -> None:
        from enrich.readers.inline import split_text  # noqa: PLC0415

        urls = tuple(run.url for run in split_text(text) if run.url)
        self.result.omissions.append(Omission(line=line, reason=reason, text=" ".join(text.split())[:200], file=self._file, urls=urls))


def read_unit(pieces: Sequence[Piece]) -> Draft | None:
    """Return the entry in the pieces of one unit, or None; families are asked from the most special down."""
    for family in (linked_title, plain_title):
        draft = family.read(pieces)
        if draft is not None:
            return draft
    return None


__all__ = ["BOLD", "all_lines", "count_words", "is_paper_url", "read_outline", "text_of"]
