"""F1 and F5: the title is the text of a link; before it an acronym, a date or a tag, behind it authors and venue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.fields.hosts import is_anchor, is_paper_url, url_role
from enrich.readers.fields.labels import is_generic, is_names_and_year
from enrich.readers.fields.names import is_names, parse_names
from enrich.readers.fields.rest import read_pieces
from enrich.readers.fields.titles import clean_title, count_words
from enrich.readers.outline import BOLD
from enrich.readers.pieces import Part, Piece, text_of
from enrich.readers.zone import read_before

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "F1"
_MOST_WORDS_BEFORE = 5
_MOST_ACRONYM = 60
_BOLD_TITLE = 4
_MOST_NAME_WORDS = 2
_SHORT_WORD = 3
_MOSTLY = 0.7
_SUBTITLE = re.compile(r"\s*:\s+([^\s.,;|(\[][^.,;|(\[]{8,200}?)[\s.,;|(\[]*")


def title_link(pieces: Sequence[Piece]) -> int | None:
    """The index of the first link that can be a title."""
    for index, piece in enumerate(pieces):
        if piece.part is Part.LINK and piece.image is None and piece.text and not is_anchor(piece.url):
            if piece.text == piece.url or is_generic(piece.text) or is_names_and_year(piece.text):
                continue
            return index
    return None


def read(pieces: Sequence[Piece]) -> Draft | None:
    """Return the entry whose title is a link, or None."""
    index = title_link(pieces)
    if index is None:
        return None
    link = pieces[index]
    before = pieces[:index]
    if not _can_precede(before, link):
        return None
    draft = Draft(link.line, None, FAMILY, "the text of a link is the title", is_title_linked=True)
    draft.title = clean_title(link.text, draft)
    if not draft.title:
        return None
    behind = list(pieces[index + 1 :])
    if count_words(draft.title) <= _MOST_NAME_WORDS and is_paper_url(link.url):
        subtitle = _subtitle(behind)
        if subtitle:
            draft.title = clean_title(f"{draft.title}: {subtitle}", draft)
            behind = behind[1:]
    left = read_before(draft, before)
    draft.add_link(link, role=url_role(link.url) or LinkRole.PAPER)
    if left:
        if is_names(left):
            draft.authors = parse_names(left)
            draft.family, draft.evidence = "F9", "names stand before the linked title"
        elif len(left) <= _MOST_ACRONYM:
            draft.acronym = left
        else:
            draft.notes.append(left)
    read_pieces(draft, behind)
    note_text(draft, pieces)
    return draft


def _subtitle(behind: Sequence[Piece]) -> str:
    """What follows a linked name and a colon in the style of a title: ``[XLNet](u): Generalized Pretraining``."""
    if not behind or behind[0].part is not Part.TEXT or behind[0].style:
        return ""
    match = _SUBTITLE.fullmatch(behind[0].text)
    words = [word for word in match[1].split() if len(word) > _SHORT_WORD] if match else []
    is_title = len(words) > 1 and sum(word[0].isupper() for word in words) >= _MOSTLY * len(words)
    return match[1] if match and is_title else ""


def _can_precede(before: Sequence[Piece], link: Piece) -> bool:
    """Whether the text before a link leaves the title to the link."""
    text = text_of([piece for piece in before if piece.part is not Part.LINK])
    n_before, n_link = count_words(text), count_words(link.text)
    if n_before <= _MOST_WORDS_BEFORE:
        is_bold_title = any(
            piece.part is Part.TEXT and piece.style & BOLD and count_words(piece.text) >= _BOLD_TITLE
            for piece in before
        )
        return not is_bold_title or n_link > n_before
    if is_names(text.strip(" :,.-")):
        return True
    if any(piece.part is Part.TEXT and piece.style & BOLD and count_words(piece.text) >= 3 for piece in before):  # noqa: PLR2004
        return False
    return n_link >= 5 and is_paper_url(link.url) and n_before < n_link  # noqa: PLR2004
