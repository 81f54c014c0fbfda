"""F1, F2 and F10: the title is a run of slots that the model of slots has chosen; the other slots are its fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.readers.draft import Draft, note_text
from enrich.readers.families.citation import CITATION, names_and_year, read_venue
from enrich.readers.family import Family
from enrich.readers.fields.labels import bare_label, find_label_at_end, is_names_and_year, label_role
from enrich.readers.fields.rest import read_badge, read_pieces
from enrich.readers.fields.titles import clean_title, count_words, set_label, take_mark
from enrich.readers.fields.words import are_all_names, label_of, names_first
from enrich.readers.fields.written_names import is_han_name, is_name, is_names, parse_names
from enrich.readers.outline import BOLD
from enrich.readers.pieces import Part, Piece, text_of
from enrich.readers.zone import Zone, cut_lead, lead_link
from enrich.text.hosts import is_anchor, is_paper_url, url_role
from enrich.text.venues import VenueLabel, find_label, find_venue
from enrich.text.written_dates import find_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.slots import Region, Span

LINKED = Family(code="F1", shape="item, the title is the text of a link")
PLAIN = Family(code="F2", shape="item, plain, bold or quoted title, then links with short labels")
PIPED = Family(code="F10", shape=r"fields with ` \| ` between them")
_VENUE_SIGN = re.compile(r"学报|會議|会议|期刊|論文誌|학회|[A-ZÀ-ÞА-ЯЁ]")
"""What a venue has in scripts without capitals, or a capital."""
_NUMBER = re.compile(r"\s*(?!\W?(?:19|20)\d\d\b)(?:\[\d{1,4}\]|\(?\d{1,4}[.)])\s*")
"""Of an item; a year is none."""
_EDGES = " \t\n,:.;，：。；\"“”„«»《》「」'‘’()[]*_|/–—-"
_AROUND = _EDGES.replace(".", "")
"""Without the stop of an initial."""
_STOPS = '.,;:”"»」'
"""What ends a title and belongs to no field."""
_LABEL_AT_END = re.compile(r"\s*[(\[]([^()\[\]]{2,40})[)\]][\s,.:;“\"„«]*$")
_PARTS = re.compile(r"[:：|\]]\s*|\s[-–—]\s")
_OPENING_QUOTES = '"“„«'
_SUBTITLE = re.compile(r"[\"”“»]:\s+")
_DOCUMENT_TYPE = re.compile(r"\s*\[(?:[JCDMRNSPAZG]|DB|CP|EB)(?:/[A-Z]{2})?\]")
"""``[J]``, ``[C]//`` … of GB/T 7714-2015."""
_PAIR = re.compile(r"^[^\W\d_a-z][\w'’-]* (?:&|and|und|et|y|и) [^\W\d_a-z][\w'’-]*$")
"""Two surnames."""
_MOST_ACRONYM_WORDS, _MOST_VENUE_WORDS, _MOST_DATE_WORDS = 3, 6, 3


def read(pieces: Sequence[Piece], regions: Sequence[Region], span: Span) -> Draft | None:
    """Return the entry of a unit whose title is known, or None where nothing is left of it."""
    region = regions[span.region]
    span = _with_subtitle(region, span)
    first = pieces[region.first]
    draft = Draft(first.line, None, LINKED if region.is_link else PLAIN, "the likeliest run of slots is the title")
    before = [*pieces[: region.first], *_cut(pieces, region, 0, span.start)]
    stop = span.end + len(region.text[span.end :]) - len(region.text[span.end :].lstrip(_STOPS))
    behind = [*_cut(pieces, region, stop, len(region.text)), *pieces[region.last :]]
    is_cited = _read_before(draft, before)
    draft.title = clean_title(_DOCUMENT_TYPE.sub("", span.text), draft)
    if not any(map(str.isalpha, draft.title)):
        return None
    if region.is_link:
        draft.is_title_linked = not is_anchor(first.url)
        draft.add_link(first._replace(text=draft.title), role=url_role(first.url) or LinkRole.PAPER)
    is_styled = region.is_link or any(style for first, _, style in region.spans if span.start <= first < span.end)
    _read_behind(draft, behind, is_styled=is_styled)
    if is_cited:
        draft.family = CITATION
        draft.text.append(text_of(pieces))
    if not region.is_link and sum(piece.text.count("|") for piece in pieces if piece.part is Part.TEXT) > 1:
        draft.family = PIPED
    note_text(draft, pieces)
    return draft


def _with_subtitle(region: Region, span: Span) -> Span:
    """The title with the words behind a quotation that it begins with: ``"Why Should I Trust You?": Explaining …``."""
    more = _SUBTITLE.match(region.text, span.end)
    slot = next((one for one in region.slots if more and one.start == more.end()), None)
    if slot is None or not span.start or region.text[span.start - 1] not in _OPENING_QUOTES:
        return span
    text = region.text[slot.start : slot.end]
    if count_words(text) <= _MOST_ACRONYM_WORDS or names_and_year(text)[0] or find_label(text):
        return span
    start = span.start - 1
    return span._replace(start=start, last=span.last + 1, end=slot.end, text=region.text[start : slot.end])


def _cut(pieces: Sequence[Piece], region: Region, start: int, end: int) -> list[Piece]:
    """The pieces of a part of a region."""
    return [
        pieces[region.first]._replace(
            part=Part.TEXT, text=region.text[max(first, start) : min(last, end)], url="", style=style
        )
        for first, last, style in region.spans
        if max(first, start) < min(last, end)
    ]


def _read_before(draft: Draft, pieces: Sequence[Piece]) -> bool:
    """Read what stands in front of a title: names, a date, a label, a number, tags; return whether names do."""
    text = _words_before(draft, pieces)
    number = _NUMBER.match(text)
    text = text[number.end() :] if number else text
    text = text[cut_lead(draft, Zone(f"{text} \0", [], 0, ())) :].rstrip("\0 ")
    label = _LABEL_AT_END.search(text)
    if label and not label[1].isdigit() and take_mark(label[1], draft):
        # A label with its year is as good as a year behind names.
        text = f"{text[: label.start()]} {draft.year or ''}"
    text = _without_names(draft, text)
    bare = text.strip(_EDGES)
    if draft.authors and any(word in bare for word in re.findall(r"\w{3,}", draft.authors[0])):
        return True  # a key of the citation: ``Hill2012``
    if not bare or take_mark(bare, draft):
        return bool(draft.authors)
    bold = "".join(piece.text for piece in pieces if piece.style & BOLD).strip(_EDGES)
    if bare.isupper() and bold and text.lstrip().startswith("["):
        draft.topic_labels.append(bare)
    elif count_words(bare) <= _MOST_ACRONYM_WORDS or bold == bare:
        draft.acronym = bare + ")" * (bare.count("(") - bare.count(")"))
    else:
        read_pieces(draft, [Piece(Part.TEXT, bare, draft.line)])
    return bool(draft.authors)


def _words_before(draft: Draft, pieces: Sequence[Piece]) -> str:
    """The words in front of a title, those of links to people and of names with a year too; other links are read."""
    texts: list[str] = []
    for piece in pieces:
        if piece.part is Part.IMAGE:
            read_badge(draft, piece)
        elif piece.part is not Part.LINK:
            texts.append(piece.text if piece.part is Part.TEXT else " ")
        elif names_and_year(piece.text)[1] or is_names_and_year(piece.text):
            texts.append(piece.text)
            draft.add_link(piece, role=url_role(piece.url) or LinkRole.PAPER)
        elif is_name(bare_label(piece.text)) and url_role(piece.url) is not LinkRole.PAPER:
            texts.append(piece.text)
        else:
            lead_link(draft, piece)
    return "".join(texts)


def _without_names(draft: Draft, text: str) -> str:
    """The text without the names at its end, which go to the draft with the year behind them."""
    for cut in (None, *_PARTS.finditer(text)):
        names, year = names_and_year(text[cut.end() if cut else 0 :].strip(_AROUND))
        if names:
            draft.authors, draft.year = parse_names(names), year or draft.year
            return text[: cut.start() if cut else 0]
    return text


def _read_behind(draft: Draft, pieces: Sequence[Piece], *, is_styled: bool) -> None:
    """Read what follows a title: names, then where it appeared; or any fields."""
    head = next((index for index, piece in enumerate(pieces) if piece.part is not Part.TEXT), len(pieces))
    text = _DOCUMENT_TYPE.sub("", text_of(pieces[:head])).lstrip(_EDGES)
    links = list(pieces[head:])
    _read_words(draft, text, pieces[:head], is_styled=is_styled)
    is_cell = text_of(pieces[:head]).endswith("|")
    if links and draft.label is None and _is_venue(links[0], is_cell=is_cell):
        label = bare_label(links[0].text)
        set_label(
            draft,
            label,
            find_label_at_end(label) or label_of(label) or VenueLabel(find_venue(label) or label, None, is_known=False),
        )
        draft.add_link(links.pop(0), role=LinkRole.PAPER)
    read_pieces(draft, links)


def _read_words(draft: Draft, text: str, pieces: Sequence[Piece], *, is_styled: bool) -> None:
    """Read the words between a title and what is no text: a venue where names are known, else names first."""
    if draft.authors:
        read_venue(draft, text)
        return
    bare = text.removeprefix("by ").strip(_EDGES)
    if count_words(bare) <= _MOST_DATE_WORDS and find_date(bare) and take_mark(bare, draft):
        return
    whole, year = names_and_year(text.removeprefix("by ").strip(_AROUND))
    names, rest = names_first(text.removeprefix("by "))
    if year and are_all_names(whole):
        draft.authors, draft.year = parse_names(whole), draft.year or year
    elif (
        (is_styled and is_name(bare))
        or is_han_name(bare)
        or (_PAIR.search(bare) and is_names(bare, allow_surnames=True))
    ):
        draft.authors = parse_names(bare)
    elif is_names(names) and rest.strip(_EDGES) and find_label(names) is None:
        draft.authors = parse_names(names)
        read_venue(draft, rest.lstrip(_EDGES).rstrip(" |"))
        draft.text.append(text)
    else:
        read_pieces(draft, pieces)


def _is_venue(piece: Piece, *, is_cell: bool) -> bool:
    """Whether the first link behind a title is its venue: it leads to a paper, and its text names no role."""
    label = bare_label(piece.text)
    is_role = label_role(label) is not None and not (is_cell and find_venue(label))
    is_known = label.isascii() or find_label(label) is not None or _VENUE_SIGN.search(label) is not None
    is_named = label[:1].isalpha() and is_known and not is_role and not is_names(label) and find_date(label) is None
    is_short = count_words(label) <= _MOST_VENUE_WORDS and piece.text != piece.url
    is_led = not piece.url or is_paper_url(piece.url)  # the target of a label may be lost
    return piece.part is Part.LINK and piece.image is None and is_led and is_named and is_short
