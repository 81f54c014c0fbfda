"""F3, F5 and F14: entries that are paragraphs, of one line or of several."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from enrich.readers.families import citation, linked_title, piped, plain_title
from enrich.readers.fields.names import is_name
from enrich.readers.fields.rest import is_fields_only
from enrich.readers.fields.titles import count_words
from enrich.readers.outline import BOLD, Kind
from enrich.readers.pieces import Part, text_of, to_pieces, without_symbols
from enrich.text.hosts import is_paper_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block, Line
    from enrich.readers.pieces import Piece

_MOST_GROUP_WORDS = 10
_PROSE_BEHIND = re.compile(
    r"^[\s,;)]*(?:is|are|was|for|to|if|and|or|which|that|with|of|on|from|when|as|where|about|has|have|can|will|the|a|an)\b"
)
_STARTS_LIKE_TITLE = re.compile(r"^[\W_]*[A-Z0-9À-Ý]")
_NUMBERED = re.compile(r"\s*\[\d{1,4}\]\s*\S?")
_BRACKETED = re.compile(r"[\W_]*\[[^\[\]]{3,300}\]\s*$")
_FEWEST_LINES = 2
_MOST_FIELDS = 12
_MOST_LEAD_WORDS = 4
_TITLE_WORDS = 4


def read(lines: Sequence[Line], following: Block | None) -> list[Draft]:
    """Return the entries in a paragraph; none when it is prose."""
    units = _units(lines)
    drafts: list[Draft] = []
    for unit in units:
        draft = _read_one(to_pieces(unit), following if unit is units[-1] else None)
        if draft is not None:
            drafts.append(draft)
    return drafts


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
        return [lines]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _runs_on(above: Line, line: Line) -> bool:
    """Whether bold text goes on over a line end."""
    return not line.is_hard and bool(above.runs[-1].style & line.runs[0].style & BOLD)


def _starts_entry(line: Line) -> bool:
    pieces = to_pieces([line])
    if _NUMBERED.match("".join(piece.text for piece in pieces[:2])):
        return True
    index = linked_title.title_link(pieces)
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


def _read_one(pieces: Sequence[Piece], following: Block | None) -> Draft | None:
    draft = citation.read(pieces) or piped.read(pieces)
    if draft is not None:
        return draft if draft.links or draft.year else None
    index = linked_title.title_link(pieces)
    is_bold_first = index is not None and any(map(_is_bold_title, pieces[:index]))
    if index is not None and not is_bold_first and is_name(pieces[index].text) and not is_paper_url(pieces[index].url):
        return None
    if index is not None and _leads(pieces[:index]) and not _is_prose_behind(pieces[index + 1 :]):
        draft = linked_title.read(pieces)
        if draft is not None:
            draft.family = "F5"
            draft.evidence = "a paragraph begins with a linked title"
            return draft
    if index is not None and not any(piece.part is Part.TEXT and piece.style & BOLD for piece in pieces[:index]):
        return None
    return _read_plain(pieces, following)


def _is_bold_title(piece: Piece) -> bool:
    return piece.part is Part.TEXT and bool(piece.style & BOLD) and count_words(piece.text) >= _TITLE_WORDS


def _leads(pieces: Sequence[Piece]) -> bool:
    """Whether what stands before a link leaves it at the front: marks, a date, an acronym."""
    text = without_symbols(text_of([piece for piece in pieces if piece.part is Part.TEXT])).strip(' *_|"“[(')
    n_words = count_words(text)
    return n_words == 0 or (n_words <= _MOST_LEAD_WORDS and text.rstrip().endswith((":", "-", "–", "—", "]", ")")))


def _is_prose_behind(pieces: Sequence[Piece]) -> bool:
    following = next((piece for piece in pieces if piece.part is not Part.IMAGE), None)
    return following is not None and following.part is Part.TEXT and bool(_PROSE_BEHIND.match(following.text))


def _read_plain(pieces: Sequence[Piece], following: Block | None) -> Draft | None:
    draft = plain_title.read(pieces)
    if draft is None or not draft.title:
        return None
    if not _STARTS_LIKE_TITLE.match(draft.title) and not ("bold" in draft.evidence and _is_long(draft.title)):
        return None
    lead = text_of(list(takewhile(lambda piece: piece.part is not Part.LINK, pieces))).rstrip(" [(")
    is_bracketed = bool(_BRACKETED.match(lead))
    is_strong = is_bracketed or ("plain" not in draft.evidence and draft.acronym is None)
    has_below = following is not None and holds_fields(following)
    if not is_strong and (count_words(draft.title) < 3 or len(draft.title) > 250 or _is_prose_behind(pieces[1:])):  # noqa: PLR2004
        return None
    if not (draft.links or draft.authors or draft.label or has_below):
        return None
    n_breaks = sum(1 for piece in pieces if piece.part is Part.BREAK)
    is_split = "plain" in draft.evidence and has_below and not draft.links
    draft.family = "F14" if is_split or is_bracketed else "F3"
    draft.is_weak = not is_strong and not has_below and not n_breaks
    return draft


def _is_long(text: str) -> bool:
    """Whether a text is as long as a title, also in a script without capitals or spaces."""
    return count_words(text) >= _TITLE_WORDS or (not text[0].islower() and len(text) >= _TITLE_WORDS)


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
