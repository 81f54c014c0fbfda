"""F1 and F5: the title is the text of a link; before it an acronym, a date or a tag, behind it authors and venue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.fields.labels import bare_label, find_label_at_end, is_generic, is_names_and_year
from enrich.readers.fields.names import is_name, is_names, parse_names
from enrich.readers.fields.rest import read_pieces
from enrich.readers.fields.titles import clean_title, count_words
from enrich.readers.fields.words import label_of
from enrich.readers.outline import BOLD
from enrich.readers.pieces import Part, Piece, text_of
from enrich.readers.zone import Lead, Zone, cut_lead, read_before
from enrich.text.hosts import is_anchor, is_paper_url, url_role

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "F1"
_MOST_WORDS_BEFORE = 5
_FEWEST_BEFORE = 3
_MOST_ACRONYM = 60
_YEAR_BEHIND_NAMES = re.compile(r"(?<![\s,(])[\s,(]+((?:19|20)\d{2})[)\s.,:]*$")
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
            if index and not is_paper_url(piece.url) and is_name(piece.text) and _has_link(pieces[:index]):
                continue
            return index
    return None


def _has_link(pieces: Sequence[Piece]) -> bool:
    return any(piece.part is Part.LINK for piece in pieces)


def _is_label_behind(text: str, n_before: int, link: Piece) -> bool:
    """Whether a link behind a plain title is its venue: in brackets of its own, or with a known venue or a year."""
    if text.rstrip(" [(").endswith((":", "-", "–", "—")):
        return False
    is_bracketed = link.text.startswith("[") or text.endswith("[")
    label = find_label_at_end(link.text)
    if label is None and is_bracketed:
        label = label_of(bare_label(link.text))
    is_dated = label is not None and label.year is not None
    return n_before >= (_FEWEST_BEFORE - 1 if is_dated else _FEWEST_BEFORE) and (is_bracketed or is_dated)


def read(pieces: Sequence[Piece], leads: frozenset[Lead] = frozenset()) -> Draft | None:
    """Return the entry whose title is a link, or None; ``leads`` are the fields that its siblings have in front."""
    index = title_link(pieces)
    if index is None:
        return None
    index = _behind_name(pieces, index)
    link = pieces[index]
    before = pieces[:index]
    if not _can_precede(before, link):
        return None
    draft = Draft(link.line, None, FAMILY, "the text of a link is the title", is_title_linked=True)
    # A link's own text is cut only where the siblings' texts are.
    start = cut_lead(draft, Zone(link.text, [], 0, ()), leads) if leads else 0
    draft.title = clean_title(link.text[start:], draft)
    if not draft.title:
        return None
    behind = list(pieces[index + 1 :])
    if count_words(draft.title) <= _MOST_NAME_WORDS and is_paper_url(link.url):
        subtitle = _subtitle(behind)
        if subtitle:
            draft.title = clean_title(f"{draft.title}: {subtitle}", draft)
            behind = behind[1:]
    left = read_before(draft, before, leads)
    draft.add_link(link, role=url_role(link.url) or LinkRole.PAPER)
    year = _YEAR_BEHIND_NAMES.search(left)
    if year and is_names(left[: year.start()]):
        left = left[: year.start()]
        draft.year = draft.year or int(year[1])
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


def _behind_name(pieces: Sequence[Piece], index: int) -> int:
    """The index of the linked paper in ``[Name](code): [A Title of a Paper](paper)``, else the same index."""
    name = pieces[index]
    if is_paper_url(name.url) or count_words(name.text) > _MOST_NAME_WORDS or len(pieces) <= index + 2:
        return index
    between, paper = pieces[index + 1 : index + 3]
    is_title = paper.part is Part.LINK and is_paper_url(paper.url) and count_words(paper.text) >= _BOLD_TITLE
    return index + 2 if is_title and between.part is Part.TEXT and between.text.strip() == ":" else index


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
    if n_before >= _FEWEST_BEFORE - 1 and _is_label_behind(text, n_before, link):
        return False
    if n_before <= _MOST_WORDS_BEFORE:
        is_bold_title = any(
            piece.part is Part.TEXT and piece.style & BOLD and count_words(piece.text) >= _BOLD_TITLE
            for piece in before
        )
        return not is_bold_title or n_link > n_before
    if is_names(_YEAR_BEHIND_NAMES.sub("", text).strip(" :,.-")):
        return True
    if any(piece.part is Part.TEXT and piece.style & BOLD and count_words(piece.text) >= 3 for piece in before):  # noqa: PLR2004
        return False
    return n_link >= 5 and is_paper_url(link.url) and n_before < n_link  # noqa: PLR2004
