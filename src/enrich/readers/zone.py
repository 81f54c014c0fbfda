"""The stretch of text in which a title stands, with its styles, and what may be cut from its front."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.fields.labels import bare_label, is_generic
from enrich.readers.fields.rest import badge_text
from enrich.readers.fields.titles import set_label, take_mark
from enrich.text.venues import find_label
from enrich.text.written_dates import find_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.pieces import Piece

_GROUP = re.compile(r"[\s\W]*?[(\[（【]\s*([^()\[\]]{1,60}?)\s*[)\]）】][\s:.,|–—-]*")
_NUMBER = re.compile(
    r"\s*(?:\[(?!(?:19|20)\d\d\])\d{1,4}\]|\((?!(?:19|20)\d\d\))\d{1,4}\)|#?\d{1,4}[.)])\s+(?=\S)|\s*\[[ xX]?\]\s+"
)
_DASHED = re.compile(r"\s*([^\s|:–—]{2,24}(?: [^\s|:–—]{1,16}){0,2}?)\s*(?:\s[-–—|»›]\s|:\s|\s*[-–—]\s+|\|)\s*")
_YEAR_VENUE = re.compile(
    r"\s*((?:19|20)\d{2}[-_][A-Za-z][\w/&-]{1,20}|[A-Z][\w/&]{1,14}[-_' ](?:19|20)\d{2})\s*[-–—:|]+\s*"
)
_DATE_DIGITS = re.compile(r"\s*((?:19|20)\d{2}[01]\d[0-3]\d)(?!\w)[\s:.,|–—-]*")
_FIRST_WORD = re.compile(r"\s*([A-Za-z&]{2,16}\s{0,8}['’-]{0,2}\d{0,4})['’]?\s+(?=\w)")


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


def lead_link(draft: Draft, piece: Piece) -> None:
    """Read a link in front of a title: a label of the paper, or what its text says."""
    if piece.image is not None:
        piece = piece._replace(text=badge_text(piece) or piece.text)
    text = bare_label(piece.text)
    label = find_label(text)
    if label is not None:
        set_label(draft, text, label)
    elif draft.label is None and not is_generic(text):
        draft.label = draft.venue = text
        draft.add_link(piece, role=LinkRole.PAPER)
        return
    draft.add_link(piece)


class Lead(StrEnum):
    """A field in front of a title, by what sets it apart."""

    GROUP = "[field]"
    DATE = "YYYYMMDD"
    DASHED = "field –"
    COLON = "field:"
    WORD = "field"
    LINK = "[link]"


def _next_lead(text: str, position: int) -> tuple[Lead, str, int] | None:
    """The kind, the text and the end of what may be a field at a position."""
    match = _DATE_DIGITS.match(text, position)
    if match:
        return Lead.DATE, match[1], match.end()
    match = _GROUP.match(text, position)
    if match and match.end() < len(text):
        return Lead.GROUP, match[1], match.end()
    match = _YEAR_VENUE.match(text, position) or _DASHED.match(text, position)
    if match and match.end() < len(text):
        is_colon = match[0].rstrip().endswith(":")
        return Lead.COLON if is_colon else Lead.DASHED, match[1].strip("*_ "), match.end()
    match = _FIRST_WORD.match(text, position)
    # "Maps of Cities" is no paper of MAPS.
    if match and match.end() < len(text) and not match[1].istitle() and find_label(match[1]) is not None:
        return Lead.WORD, match[1], match.end()
    return None


def cut_lead(
    draft: Draft | None,
    zone: Zone,
    leads: frozenset[Lead] = frozenset(),
    seen: list[tuple[Lead, bool]] | None = None,
) -> int:
    """Read numbers, dates, labels in brackets and ``2019-CVPR -`` at the front; return where the title starts.

    A field that is not surely one is only cut where ``leads`` says that the siblings have it.
    """
    position = 0
    for _ in range(6):
        match = _NUMBER.match(zone.text, position)
        if match and match.end() < len(zone.text):
            position = match.end()
            continue
        found = _next_lead(zone.text, position)
        if found is None:
            break
        lead, text, end = found
        if not (lead in leads or _is_sure(lead, text)) or not take_mark(text, draft):
            break
        if seen is not None:
            seen.append((lead, _is_sure(lead, text)))
        position = end
    while position < len(zone.text) and zone.text[position] in " \t\n:|–—-.,;»›→":
        position += 1
    return position


def _is_sure(lead: Lead, text: str) -> bool:
    """Whether a text is a field without siblings that show it."""
    if lead in {Lead.GROUP, Lead.DATE}:
        return True
    label = find_label(text)
    is_dated = label is not None and label.year is not None and (text[-1:].isdigit() or text[:1].isdigit())
    return lead is not Lead.WORD and (is_dated or find_date(text) is not None)
