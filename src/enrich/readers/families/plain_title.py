"""F2: the title is plain, bold or quoted text; links with short labels follow (or a venue link leads)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.fields.labels import bare_label, find_label_at_end, is_names_and_year, label_role
from enrich.readers.fields.names import LONGEST_NAMES, is_name, is_names, parse_names
from enrich.readers.fields.rest import read_pieces
from enrich.readers.fields.titles import clean_title, count_words, iter_words, set_label, take_mark
from enrich.readers.fields.words import label_of
from enrich.readers.outline import BOLD, ITALIC
from enrich.readers.pieces import Part, Piece
from enrich.readers.zone import Lead, Zone, bold_text, cut_lead, italic_start, split_lead, zone_at
from enrich.text.dates import find_date, find_year
from enrich.text.hosts import is_paper_url
from enrich.text.venues import VenueLabel, find_label

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "F2"
_OPENING_QUOTE = re.compile(r"[“\"«]")
_QUOTED = re.compile(r"[“\"«]\s*([^“”\"«»]{4,400})\s*[”\"»]")
_BY_BEHIND = re.compile(r"[\s,]*by\s", re.IGNORECASE)
_SUBTITLE_BEHIND = re.compile(r":\s+[A-Z]")
_AFTER_NAME = re.compile(r"\s*(?::|\s[-–—]\s)\s*")
_SENTENCE = re.compile(r"[.?!]\s+(?=[^\W\d_])")
_FULL_STOP = re.compile(r"(?<!\b[A-Z])\.\s")
_STOP = re.compile(r"\. ")
_BY_OR_IN = re.compile(r"(?:by|in)\s", re.IGNORECASE)
_PLACE = re.compile(r"(?:,|\.)\s*(?:in)?\s*$|\bin\s*$")
_YEAR_BEHIND = re.compile(r"[\s,]*\(?(?:19|20)\d{2}\b")
_LONGEST_PLACE = 8
_MOST_STARTS = 40
_MOST_NAME_WORDS = 3
_SHORT_WORD = 3
_MOST_FIRST_NAME = 60
_FEWEST_NAMES = 3
_MOST_PARTS = 40
_BY = re.compile(r",\s+(?=by\s+)")
_NAME_END = re.compile(r",|;|\band\b|&|\(|(?<=[a-z]{2})[.]")
_AND = re.compile(r"^and ")
_AROUND_NAME = " \t*_;:,.[]xX-–"


def read(pieces: Sequence[Piece], leads: frozenset[Lead] = frozenset()) -> Draft | None:
    """Return the entry whose title is no link, or None; ``leads`` are the fields that its siblings have in front."""
    draft = Draft(0, None, FAMILY)
    start = split_lead(draft, pieces, leads)
    zone = zone_at(pieces, start)
    if not zone.text.strip():
        return None
    draft.line = zone.line
    begin = cut_lead(draft, zone, leads)
    title, end = _title(draft, zone, begin)
    if title is None:
        return None
    draft.title = clean_title(title, draft)
    if not draft.title or not any(character.isalpha() for character in draft.title):
        return None
    draft.evidence = draft.evidence or "the title is plain text before the links"
    rest = _left(zone, end)
    read_pieces(draft, [*rest, *_label_link(draft, rest, zone.rest)])
    note_text(draft, pieces)
    return draft


def read_italic(pieces: Sequence[Piece], _leads: frozenset[Lead] = frozenset()) -> Draft | None:
    """Return the entry whose title is italic, a short name in bold before it or not, or None."""
    index = next((index for index, piece in enumerate(pieces) if piece.style & ITALIC and _is_titled(piece)), None)
    if index is None or any(piece.part is not Part.TEXT for piece in pieces[:index]):
        return None
    before = "".join(piece.text for piece in pieces[:index]).strip(_AROUND_NAME)
    if count_words(before) > _MOST_NAME_WORDS:
        return None
    draft = Draft(pieces[index].line, None, FAMILY, "the title is italic")
    draft.title = clean_title(pieces[index].text, draft)
    draft.acronym = None if not before or take_mark(before, draft) else before
    read_pieces(draft, pieces[index + 1 :])
    note_text(draft, pieces)
    return draft if draft.title else None


def _is_titled(piece: Piece) -> bool:
    return (
        piece.part is Part.TEXT and count_words(piece.text) > 1 and not is_names(piece.text) and not piece.style & BOLD
    )


def _left(zone: Zone, end: int) -> list[Piece]:
    """The pieces of a zone behind a position."""
    return [
        Piece(Part.TEXT, zone.text[max(first, end) : last], zone.line, "", None, style)
        for first, last, style in zone.spans
        if last > end
    ]


def _label_link(draft: Draft, between: Sequence[Piece], pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Read ``: [Scientific Reports18](u)``: the first link behind a title may be a label that nobody knows."""
    if not pieces or pieces[0].part is not Part.LINK or draft.label is not None:
        return pieces
    link = pieces[0]
    if find_label(bare_label(link.text)) is None and is_names_and_year(link.text):
        names, _, _ = bare_label(link.text).partition("(")
        draft.authors, draft.year = parse_names(names.rstrip(" ,0123456789")), find_year(link.text)
        draft.add_link(link, role=LinkRole.PAPER)
        return pieces[1:]
    text = bare_label(link.text)
    label = find_label_at_end(text) or (label_of(text) if len(between) <= 1 and text[:1].isalpha() else None)
    if label is None and _is_journal(link, text):
        label = VenueLabel(text, None, is_known=False)
    if label is None or not (label.year or label.venue == text):
        return pieces
    set_label(draft, text, label)
    draft.add_link(link, role=LinkRole.PAPER)
    return pieces[1:]


def _is_journal(link: Piece, text: str) -> bool:
    """Whether a link in brackets is a venue that nobody knows: several words, nearly all with a capital."""
    words = [word for word in text.split() if len(word) > _SHORT_WORD]
    return (
        link.text.startswith("[")
        and len(words) > 1
        and label_role(text) is None
        and is_paper_url(link.url)
        and all(word[0].isupper() for word in words)
    )


def _title(draft: Draft, zone: Zone, begin: int) -> tuple[str | None, int]:
    """The title in a zone and where it ends."""
    bold, end = bold_text(zone, begin)
    if bold.strip():
        return _bold_title(draft, zone, bold, end)
    name = re.match(r"([^\s:“\"]{2,24}(?: [^\s:“\"]{1,20}){0,2})\s*:\s*(?=[“\"«])", zone.text[begin:])
    quoted = _QUOTED.match(zone.text, begin + (name.end() if name else 0))
    if quoted and count_words(quoted[1]) > 1 and (name or not _SUBTITLE_BEHIND.match(zone.text, quoted.end())):
        draft.evidence = "the title is in quotation marks"
        draft.acronym = name[1] if name else None
        return quoted[1], quoted.end()
    end = _plain_end(zone, begin)
    return zone.text[begin:end], end


def _bold_title(draft: Draft, zone: Zone, bold: str, end: int) -> tuple[str | None, int]:
    draft.evidence = "the title is bold"
    whole = _QUOTED.match(bold.strip())
    if whole and _BY_BEHIND.match(bold.strip(), whole.end()):
        return whole[1], zone.text.rfind(whole[0], 0, end) + len(whole[0])
    behind = zone.text[end:]
    separator = _AFTER_NAME.match(behind)
    is_short = count_words(bold) <= _MOST_NAME_WORDS
    after = end + (separator.end() if separator else 0)
    quoted = _QUOTED.match(zone.text, after if separator else end + len(behind) - len(behind.lstrip()))
    if quoted and (is_short or separator) and count_words(quoted[1]) >= count_words(bold):
        draft.acronym = clean_title(bold)
        return quoted[1], quoted.end()
    if is_short and (separator or bold.rstrip().endswith(":")):
        leads_to_work = any(piece.part is Part.LINK and is_work_label(piece) for piece in zone.rest)
        stop = _plain_end(zone, after)
        if leads_to_work and count_words(zone.text[after:stop]) >= 3:  # noqa: PLR2004
            draft.acronym = clean_title(bold)
            return zone.text[after:stop], stop
    return bold, end


def is_work_label(piece: Piece) -> bool:
    """Whether a link leads to a paper by its text or address."""
    from enrich.readers.fields.labels import role_of  # noqa: PLC0415

    return role_of(bare_label(piece.text), piece.url) in {LinkRole.PAPER, LinkRole.PDF}


def _plain_end(zone: Zone, begin: int) -> int:
    """Where a plain title ends: before italic names or a venue, before a sentence that is a field, else at the end."""
    for first, last in italic_start(zone, begin):
        text = zone.text[first:last].strip()
        if (
            is_names(text)
            or find_label(text) is not None
            or find_date(text) is not None
            or _is_venue_place(zone, first, last)
        ):
            return first
    by = _BY.search(zone.text, begin)
    if by and count_words(zone.text[begin : by.start()]) > 1 and _begins_with_name(zone.text[by.end() + 2 :]):
        return by.start()
    names = _names_behind_comma(zone.text[begin:])
    if names:
        return begin + names
    return _field_sentence(zone.text, begin) or len(zone.text)


def _begins_with_name(text: str) -> bool:
    return is_name(_NAME_END.split(text, maxsplit=1)[0].strip())


def _field_sentence(text: str, begin: int) -> int:
    """Where the first sentence that is a field begins, behind two words at least; 0 where there is none.

    A sentence ends at a full stop that is no initial's, or at any; each end is looked for once.
    """
    two_words = next(islice(iter_words(text, begin), 1, None), None)
    if two_words is None:
        return 0
    ends = [_Ends(text, _FULL_STOP), _Ends(text, _STOP)]
    for cut in _SENTENCE.finditer(text, two_words.start()):
        start = cut.end()
        sentences = {text[start:end] for one in ends if (end := one.behind(start)) - start <= LONGEST_NAMES}
        if any(map(_is_field, {*sentences, _first_of_et_al(text, start)})) or _BY_OR_IN.match(text, start):
            return cut.start() + 1
    return 0


class _Ends:
    """The ends of the sentences of a text, for starts that grow; a sentence is read from its first starts alone."""

    def __init__(self, text: str, mark: re.Pattern[str]) -> None:
        self._text, self._mark = text, mark
        self._end = self._tries = 0

    def behind(self, start: int) -> int:
        """The end of the sentence that begins there, or a place too far off."""
        if start > self._end or not self._tries:
            match = self._mark.search(self._text, start)
            self._end, self._tries = match.start() if match else len(self._text), 0
        self._tries += 1
        return self._end if self._tries <= _MOST_STARTS else start + LONGEST_NAMES + 1


def _names_behind_comma(text: str) -> int:
    """Where names begin behind a title and a comma: two with an initial, a label or a year, or three; else 0."""
    parts = text.split(", ")
    if not _FEWEST_NAMES <= len(parts) <= _MOST_PARTS:
        return 0
    for start in range(1, len(parts) - 1):
        end = start
        while end < len(parts) and is_name(_AND.sub("", parts[end]).strip(" .")):
            end += 1
        rest = ", ".join(parts[end:]).strip(" .,:")
        is_sure = bool(rest) or any("." in part.strip(" .") for part in parts[start:end])
        is_closed = not rest or find_label(rest) is not None or find_date(rest) is not None or bool(find_year(rest))
        if end - start >= (_FEWEST_NAMES - 1 if is_sure else _FEWEST_NAMES) and is_closed:
            head = ", ".join(parts[:start])
            if is_name(head.rpartition(". ")[2]):
                return 0  # the first name ends what looks like the title
            is_whole = count_words(head) >= _FEWEST_NAMES and head.count("(") <= head.count(")")
            return len(head) if is_whole else 0
    return 0


def _first_of_et_al(text: str, start: int) -> str:
    """The names up to ``et al.`` that begin at a place, else nothing."""
    names, mark, _ = text[start : start + _MOST_FIRST_NAME + len("et al")].partition("et al")
    return f"{names.rstrip(' .')} et al" if mark else ""


def _is_field(sentence: str) -> bool:
    return is_names(sentence) or is_name(sentence.strip(" .,")) or find_label(sentence) is not None


def _is_venue_place(zone: Zone, first: int, last: int) -> bool:
    """Whether an italic range stands behind ``, in``, or between a dash and a year."""
    before = zone.text[max(0, first - _LONGEST_PLACE) : first]
    is_dated = _YEAR_BEHIND.match(zone.text, last) is not None
    return bool(_PLACE.search(before)) or (is_dated and before.rstrip().endswith(("-", "–", "—")))
