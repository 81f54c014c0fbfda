"""F10: fields of one line with `` | `` between them, told apart by what they hold since any may be missing."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.families.linked_title import title_link
from enrich.readers.fields.labels import bare_label, label_role
from enrich.readers.fields.names import VENUE_PART, is_names, parse_names
from enrich.readers.fields.rest import read_pieces
from enrich.readers.fields.titles import clean_title, count_words, set_label, take_mark
from enrich.readers.fields.words import label_of
from enrich.readers.outline import BOLD, ITALIC
from enrich.readers.pieces import Part, Piece, text_of
from enrich.text.dates import find_date
from enrich.text.hosts import is_paper_url, url_role
from enrich.text.venues import find_label, find_venue

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "F10"
_FEWEST_CELLS = 3


def split_cells(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces between the pipes that stand outside links."""
    cells: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.part is Part.TEXT and "|" in piece.text:
            first, *others = piece.text.split("|")
            cells[-1].append(piece._replace(text=first))
            cells += [[piece._replace(text=other)] for other in others]
        else:
            cells[-1].append(piece)
    return [cell for cell in cells if any(piece.part is not Part.TEXT or piece.text.strip() for piece in cell)]


def vote(units: Sequence[Sequence[Piece]]) -> int | None:
    """Return which cell is the title in most items of a run, or None where most have none."""
    votes = Counter(_title_cell(cells) for unit in units if len(cells := split_cells(unit)) >= _FEWEST_CELLS)
    if not votes:
        return None
    cell, n_votes = votes.most_common(1)[0]
    return cell if n_votes * 2 > sum(votes.values()) else None


def read(pieces: Sequence[Piece], voted: int | None = None) -> Draft | None:
    """Return the entry in a line of at least three cells, or None; ``voted`` is the cell of its siblings' titles."""
    n_pipes = sum(piece.text.count("|") for piece in pieces if piece.part is Part.TEXT)
    if n_pipes < _FEWEST_CELLS - 1:
        return None
    if _starts_with_title(pieces) or _has_title_line(pieces):
        return None
    cells = split_cells(pieces)
    if len(cells) < _FEWEST_CELLS:
        return None
    title_cell = voted if voted is not None and _may_be_title(cells, voted) else _title_cell(cells)
    if title_cell is None:
        return None
    cell = cells[title_cell]
    draft = Draft(cell[0].line, None, FAMILY, "fields with pipes between them")
    _read_title(draft, cell)
    if not draft.title:
        return None
    for index, other in enumerate(cells):
        if index != title_cell:
            _read_cell(draft, other, is_before=index < title_cell)
    note_text(draft, pieces)
    return draft


def _may_be_title(cells: Sequence[Sequence[Piece]], index: int) -> bool:
    text = text_of(cells[index]).strip() if index < len(cells) else ""
    return count_words(text) > 1 and not _is_field(text, cells[index])


def _starts_with_title(pieces: Sequence[Piece]) -> bool:
    """Whether a linked title leads: then the pipes only stand between its links."""
    index = title_link(pieces)
    return index is not None and not text_of(pieces[:index]).strip(" *_[(:")


def _has_title_line(pieces: Sequence[Piece]) -> bool:
    """Whether a bold title stands on a line of its own above the pipes."""
    line = list(takewhile(lambda piece: piece.part is not Part.BREAK, pieces))
    if len(line) == len(pieces) or any(piece.part is not Part.TEXT or "|" in piece.text for piece in line):
        return False
    return any(piece.style & BOLD and count_words(piece.text) >= _FEWEST_CELLS for piece in line)


def _read_title(draft: Draft, cell: Sequence[Piece]) -> None:
    index = title_link(cell)
    if index is not None:
        draft.title = clean_title(cell[index].text, draft)
        draft.is_title_linked = True
        draft.add_link(cell[index], role=url_role(cell[index].url) or LinkRole.PAPER)
        read_pieces(draft, cell[index + 1 :])
        return
    bold = text_of([piece for piece in cell if piece.part is Part.TEXT and piece.style & BOLD])
    text = text_of([piece for piece in cell if piece.part is Part.TEXT])
    bare = bold.strip(" []:")
    if bold and text.startswith(bold) and bare != text and count_words(text[len(bold) :]) > 1:
        draft.acronym, text = bare, text[len(bold) :]
    draft.title = clean_title(text, draft)
    read_pieces(draft, [piece for piece in cell if piece.part is not Part.TEXT])


def _title_cell(cells: Sequence[Sequence[Piece]]) -> int | None:
    """The index of the cell with the title: a linked one, else the longest that is no other field."""
    best, best_words = None, 0
    for index, cell in enumerate(cells):
        text = text_of([piece for piece in cell if piece.part is Part.TEXT])
        n_words = count_words(text)
        link = title_link(cell)
        if link is not None and n_words <= 4 and not VENUE_PART.search(cell[link].text):  # noqa: PLR2004
            n_words += count_words(cell[link].text) + 1
        elif link is not None or not text.strip() or _is_field(text, cell):
            continue
        if n_words > best_words:
            best, best_words = index, n_words
    return best


def _is_field(text: str, cell: Sequence[Piece]) -> bool:
    bare = text.strip(" *_.,;:")
    if find_date(bare) is not None or find_label(bare) is not None or is_names(bare) or VENUE_PART.search(bare):
        return True
    return any(piece.part is Part.TEXT and piece.style & ITALIC and "," in piece.text for piece in cell)


def _is_venue_link(cell: Sequence[Piece]) -> bool:
    """Whether a cell is one link to the paper, whose text names no role: then it names the venue."""
    links = [piece for piece in cell if piece.part is Part.LINK]
    is_alone = len(links) == 1 and bare_label(text_of(cell)) == bare_label(links[0].text)
    label = bare_label(links[0].text) if links else ""
    is_role = label_role(label) is not None and find_venue(label) is None
    is_name = any(map(str.isalpha, label)) and not is_role and find_date(label) is None
    return is_alone and is_name and is_paper_url(links[0].url)


def _read_cell(draft: Draft, cell: Sequence[Piece], *, is_before: bool) -> None:
    if any(piece.part is not Part.TEXT for piece in cell):
        if draft.label is None and not is_before and _is_venue_link(cell):
            draft.label = bare_label(text_of(cell))
            draft.venue = find_venue(draft.label) or draft.label
            draft.add_link(next(piece for piece in cell if piece.part is Part.LINK), role=LinkRole.PAPER)
            return
        read_pieces(draft, cell)
        return
    text = text_of(cell).strip(" *_")
    if not text or take_mark(text, draft):
        return
    is_italic = any(piece.style & ITALIC for piece in cell)
    if not draft.authors and (
        is_names(text, allow_surnames=is_italic) or (not is_before and is_names(text, allow_surnames=True))
    ):
        draft.authors = parse_names(text)
        return
    label = label_of(text)
    if draft.label is None and label is not None and label.year:
        set_label(draft, text, label)
    elif is_before and draft.acronym is None:
        draft.acronym = text
    elif draft.label is None and not is_before and count_words(text) <= 6:  # noqa: PLR2004
        draft.label, draft.venue = text, text
    else:
        read_pieces(draft, cell)
