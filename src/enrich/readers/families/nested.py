"""F4: bullets below a title item are fields of it (names, keys, links, notes), or entries of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.family import Family
from enrich.readers.fields.labels import label_role
from enrich.readers.fields.rest import is_fields_only, read_pieces
from enrich.readers.fields.titles import count_words, take_mark
from enrich.readers.fields.words import is_key, read_text
from enrich.readers.fields.written_names import is_han_name, is_name, is_names, parse_names
from enrich.readers.grammar import read_one
from enrich.readers.outline import CODE
from enrich.readers.pieces import Part, text_of
from enrich.text.venues import find_label
from enrich.text.written_dates import find_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.pieces import Piece

NESTED = Family(code="F4", shape="title item with its fields in nested bullets")
_KEYED_LINK = re.compile(r"^\W*([A-Za-z][A-Za-z /()-]{1,30}?)\s*[:：]\s*[\[(]*$")
_FOREIGN_KEY = re.compile(r"[\W_]*[^\W\d_a-zA-Z][^\W_a-zA-Z]{0,11}\s*[:：]\s*(.+)", re.DOTALL)
_MOST_NAME_WORDS = 2
_MOST_NOTE_WORDS = 14


def read_field(draft: Draft, pieces: Sequence[Piece]) -> bool:
    """Read a nested bullet into the entry above it; False when it is an entry of its own."""
    text = text_of(pieces).strip()
    if not text and not any(piece.part is Part.LINK for piece in pieces):
        return True
    links = [piece for piece in pieces if piece.part is Part.LINK and piece.url]
    if _is_keyed_link(pieces) or is_key(text):
        read_pieces(draft, pieces)
        return True
    if not links and all(piece.style & CODE or not piece.text.strip(" ,;/|") for piece in pieces):
        read_pieces(draft, pieces)
        return True
    if not links:
        return _read_foreign_key(draft, text) or _read_words(draft, pieces, text)
    if is_fields_only(pieces):
        read_pieces(draft, pieces)
        return True
    return False


def cited(draft: Draft, pieces: Sequence[Piece]) -> Draft | None:
    """Return the entry in a bullet that is a whole citation of what the item above only names, or None."""
    if draft.authors or is_names(text_of(pieces)):
        return None
    found = read_one(pieces)
    if found is None or not found.title or find_label(found.title) is not None:
        return None
    if found.has_work_link and draft.links:
        return None
    name, title = ((text or "").casefold() for text in (draft.title, found.title))
    return found if title in name or count_words(title) > max(count_words(name), _MOST_NAME_WORDS) else None


def take_citation(draft: Draft, found: Draft) -> None:
    """Take the citation below an item whose own words are only a short name of it: ``SomeNet`` above its paper."""
    name = draft.title or ""
    if found.title and name.casefold() not in found.title.casefold():
        if count_words(name) <= _MOST_NAME_WORDS:
            draft.acronym = draft.acronym or name
        else:
            draft.notes.insert(0, name)
    draft.title, draft.authors = found.title, found.authors
    if draft.label is None:
        draft.label, draft.venue = found.label, found.venue
    draft.year, draft.date = draft.year or found.year, draft.date or found.date
    draft.links += found.links
    draft.notes += found.notes
    draft.text += found.text


def _is_keyed_link(pieces: Sequence[Piece]) -> bool:
    """Whether a bullet is ``Code: [official](u)``."""
    first = next((index for index, piece in enumerate(pieces) if piece.part is Part.LINK), None)
    if not first:
        return False
    match = _KEYED_LINK.match(text_of(pieces[:first]))
    return bool(match and (label_role(match[1]) is not None or is_key(f"{match[1]}: x")))


def _read_foreign_key(draft: Draft, text: str) -> bool:
    """Whether a bullet is a field under a name in another script: what it holds says what it is."""
    match = _FOREIGN_KEY.fullmatch(text)
    if match is None:
        return False
    value = match[1].strip()
    if not draft.authors and (is_names(value) or is_name(value) or is_han_name(value)):
        draft.authors = parse_names(value)
    elif find_date(value) is not None or find_label(value) is not None:
        take_mark(value, draft)
    else:
        read_text(draft, value)
    return True


def _read_words(draft: Draft, pieces: Sequence[Piece], text: str) -> bool:
    if not draft.authors and is_names(text):
        draft.authors = parse_names(text)
        return True
    if draft.links or draft.authors or draft.label or count_words(text) > _MOST_NOTE_WORDS or text.endswith((".", ";")):
        read_pieces(draft, pieces)
        return True
    return is_fields_only(pieces) and _take(draft, pieces)


def _take(draft: Draft, pieces: Sequence[Piece]) -> bool:
    read_pieces(draft, pieces)
    return True
