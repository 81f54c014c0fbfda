"""An entry whose title is a run of slots that the model of slots has chosen; the other slots are its fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.families.citation import names_and_year, read_venue
from enrich.readers.fields.labels import bare_label, is_names_and_year
from enrich.readers.fields.names import is_name, is_names, parse_names
from enrich.readers.fields.rest import read_badge, read_pieces
from enrich.readers.fields.titles import clean_title, count_words, take_mark
from enrich.readers.fields.words import names_first
from enrich.readers.outline import BOLD
from enrich.readers.pieces import Part, Piece, text_of
from enrich.readers.zone import Zone, cut_lead, lead_link
from enrich.text.dates import find_year
from enrich.text.hosts import url_role
from enrich.text.venues import find_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.slots import Region, Span

CITED = "F9"
"""The family of entries whose names come first."""
_NUMBER = re.compile(r"\s*(?:\[\d{1,4}\]|\(?\d{1,4}[.)])\s*")
_EDGES = " \t\n,:.;\"“”„«»'‘’()[]*_|–—-"
_MOST_ACRONYM_WORDS = 3
_FEWEST_WORDS = 3


def read(pieces: Sequence[Piece], regions: Sequence[Region], span: Span) -> Draft | None:
    """Return the entry of a unit whose title is known, or None where nothing is left of it."""
    region = regions[span.region]
    first = pieces[region.first]
    draft = Draft(first.line, None, "F1" if region.is_link else "F2", "the likeliest run of slots is the title")
    before = [*pieces[: region.first], *_cut(pieces, region, 0, span.start)]
    behind = [*_cut(pieces, region, span.end, len(region.text)), *pieces[region.last :]]
    _read_before(draft, before)
    draft.title = clean_title(span.text, draft)
    if not any(map(str.isalpha, draft.title)):
        return None
    if region.is_link:
        draft.is_title_linked = True
        draft.add_link(first._replace(text=draft.title), role=url_role(first.url) or LinkRole.PAPER)
    _read_behind(draft, behind)
    if draft.authors and before and text_of(before).strip(_EDGES):
        draft.family = CITED
    note_text(draft, pieces)
    return draft


def _cut(pieces: Sequence[Piece], region: Region, start: int, end: int) -> list[Piece]:
    """The pieces of a part of a region."""
    return [
        pieces[region.first]._replace(
            part=Part.TEXT, text=region.text[max(first, start) : min(last, end)], url="", style=style
        )
        for first, last, style in region.spans
        if max(first, start) < min(last, end)
    ]


def _read_before(draft: Draft, pieces: Sequence[Piece]) -> None:
    """Read what stands in front of a title: names, a date, a label, a number, tags."""
    texts: list[str] = []
    for piece in pieces:
        if piece.part is Part.IMAGE:
            read_badge(draft, piece)
        elif piece.part is Part.LINK and is_names_and_year(piece.text):
            texts.append(piece.text)
            draft.add_link(piece, role=url_role(piece.url) or LinkRole.PAPER)
        elif piece.part is Part.LINK and is_name(bare_label(piece.text)) and url_role(piece.url) is not LinkRole.PAPER:
            texts.append(piece.text)
        elif piece.part is Part.LINK:
            lead_link(draft, piece)
        else:
            texts.append(piece.text if piece.part is Part.TEXT else " ")
    text = "".join(texts)
    number = _NUMBER.match(text)
    text = text[number.end() :] if number else text
    text = text[cut_lead(draft, Zone(f"{text} \0", [], 0, ())) :].rstrip("\0 ")
    names, year = names_and_year(text.strip(_EDGES))
    if year:
        draft.year = year
    if names:
        draft.authors = parse_names(names)
        return
    bare = text.strip(_EDGES)
    if not bare or take_mark(bare, draft):
        return
    if count_words(bare) <= _MOST_ACRONYM_WORDS:
        if any(piece.style & BOLD for piece in pieces) and bare.isupper() and text.lstrip().startswith("["):
            draft.topic_labels.append(bare)
        else:
            draft.acronym = bare
    else:
        read_pieces(draft, [piece for piece in pieces if piece.part is Part.TEXT])


def _read_behind(draft: Draft, pieces: Sequence[Piece]) -> None:
    """Read what follows a title: names, then where it appeared; or any fields."""
    head = next((index for index, piece in enumerate(pieces) if piece.part is not Part.TEXT), len(pieces))
    text = text_of(pieces[:head]).lstrip(" ,.:;\"”»'’-–—|")
    if draft.authors:
        if text:
            read_venue(draft, text)
            draft.text.append(text)
        read_pieces(draft, pieces[head:])
        return
    names, rest = names_first(text.removeprefix("by ").removeprefix("(").rstrip())
    if (
        names
        and rest.strip(_EDGES)
        and (is_names(names) or (names.count(" ") and find_year(rest)))
        and find_label(names) is None
    ):
        draft.authors = parse_names(names)
        read_venue(draft, rest.lstrip(" ,.:;-–—|("))
        draft.text.append(text)
        read_pieces(draft, pieces[head:])
        return
    read_pieces(draft, pieces)
