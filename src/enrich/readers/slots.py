"""An item as slots: pieces of one kind, cut at separators, and the runs of slots that may be its title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from enrich.readers.fields.labels import is_generic, is_names_and_year
from enrich.readers.fields.titles import count_words
from enrich.readers.fields.written_names import is_name
from enrich.readers.outline import BOLD, CODE, ITALIC
from enrich.readers.pieces import Part
from enrich.readers.zone import Lead, Zone, cut_lead
from enrich.text.hosts import is_anchor, is_paper_url

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from enrich.readers.pieces import Piece

_SEPARATOR = re.compile(
    # What a separator begins with: most signs are none, and need not be tried ten times.
    r"(?=[|｜“”\"„‟«»「」『』《》`'()\[\]（）【】\-–—·•»›→~/.?!。！？:：;；,，、BbIi])(?:"
    r"(?P<pipe>[|｜])|(?P<quote>[“”\"„‟«»「」『』《》]|``|'')|(?P<bracket>[()\[\]（）【】])"
    r"|(?P<dash>(?:(?<=\s)|^)[-–—·•»›→~]+(?=\s|$)|(?<=\s)[–—]|[–—](?=\s)|->|//(?=\s)|(?<=\s)//)"
    r"|(?P<stop>(?<![A-ZÀ-ÞА-ЯЁ])[.?!]+(?=\s|$)|(?<=\s)[.](?=\s)|[。！？]"
    r"|(?<=[A-ZÀ-ÞА-ЯЁ])[.](?=\s[A-ZÀ-ÞА-ЯЁ](?:[^\W\d_A-Z]|[-‐][^\W\d_])* (?!(?:and|und|et|y|e|и) )[^\W\d_A-Z]))"
    r"|(?P<colon>:(?=\s|$)|：)|(?P<semicolon>[;；])|(?P<comma>,(?=\s|$)|[，、])|(?P<by>(?<=\s)(?=(?:[Bb]y|[Ii]n):?\s)))"
)
_END = re.compile(r"[)\]}）】]?[?!？！]*")
"""What belongs to a title behind its last slot."""
_MOST_TEXT = 1500
"""Characters of a region in which slots are looked for."""
_LEADS = frozenset(Lead)
_MAY_LEAD = re.compile(r".{0,24}[\d\[(（【:：|]|.{0,24}\s[-–—]\s|\s*[A-Z]{2}")
_MOST_LEAD = 60
_MOST_SLOTS = 12
_MOST_JOINED, _MOST_IN_TITLE = 8, 7
_MOST_WORDS, _LONGEST_TITLE = 45, 400
_QUOTES = '"“”„«»「」『』《》'
_BRACKET = re.compile(r"[()\[\]{}（）【】]")
_OPENERS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】"}


class Slot(NamedTuple):
    """A range of a region between two separators."""

    start: int
    end: int
    before: str
    """Name of the separator in front: ``pipe``, ``comma`` …, ``style`` or ``edge``."""
    after: str
    style: int


class Region(NamedTuple):
    """Text up to a link, an image or a line end that readers see; or one link."""

    text: str
    slots: Sequence[Slot]
    first: int
    """Index of its first piece."""
    last: int
    """Index behind its last piece."""
    spans: Sequence[tuple[int, int, int]]
    """Styles by range."""
    url: str = ""
    is_link: bool = False


class Span(NamedTuple):
    """Slots of one region that together may be a title."""

    region: int
    first: int
    last: int
    start: int
    end: int
    text: str


def regions_of(pieces: Sequence[Piece]) -> list[Region]:
    """Return the regions of a unit, in order."""
    found: list[Region] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.part is Part.LINK and piece.image is None and piece.text.strip():
            spans = [(0, len(piece.text), piece.style)]
            slots = _slots(piece.text[:_MOST_TEXT], spans)
            found.append(Region(piece.text, slots, index, index + 1, spans, piece.url, is_link=True))
            index += 1
        elif piece.part is Part.TEXT:
            first, spans, texts, position = index, [], [], 0
            while index < len(pieces) and pieces[index].part is Part.TEXT:
                text = pieces[index].text
                spans.append((position, position + len(text), pieces[index].style))
                texts.append(text)
                position += len(text)
                index += 1
            whole = "".join(texts)
            if any(map(str.isalnum, whole)):
                spans = _without_nested(spans)
                found.append(Region(whole, _slots(whole[:_MOST_TEXT], spans), first, index, spans))
        else:
            index += 1
    return found


def _without_nested(spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The styles without emphasis inside emphasis, which sets no field apart: ``**A *great* title**``."""
    inner = zip((0, *(style for _, _, style in spans)), spans, (*(style for _, _, style in spans[1:]), 0), strict=False)
    return [
        (start, end, before if before and before == behind == before & style else style)
        for before, (start, end, style), behind in inner
    ]


def _slots(text: str, spans: Sequence[tuple[int, int, int]]) -> list[Slot]:
    cuts: list[tuple[int, int, str]] = [
        (match.start(), match.end(), match.lastgroup or "") for match in _SEPARATOR.finditer(text)
    ]
    styles = [(start, style & (BOLD | ITALIC | CODE)) for start, end, style in spans if text[start:end].strip()]
    cuts += [
        (start, start, "style")
        for (start, style), before in zip(styles[1:], styles, strict=False)
        if before[1] != style
    ]
    lead = cut_lead(None, Zone(text[:_MOST_LEAD], [], 0, ()), _LEADS) if _MAY_LEAD.match(text) else 0
    cuts = sorted([*cuts, (lead, lead, "lead")] if lead else cuts)
    found: list[Slot] = []
    position, before = 0, "edge"
    for start, end, name in [*cuts, (len(text), len(text), "edge")]:
        first, last = _trim(text, position, start)
        if last > first:
            found.append(Slot(first, last, before, name, _style_at(spans, first)))
            before = name
        elif name != "style" or before == "edge":
            before = name if not (before in {"quote", "bracket"} and name == "style") else before
        position = max(position, end)
    return _joined(text, found)


def _trim(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and not text[first].isalnum() and text[first] not in "$\\#":
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


def _style_at(spans: Sequence[tuple[int, int, int]], position: int) -> int:
    return next((style & (BOLD | ITALIC | CODE) for start, end, style in spans if start <= position < end), 0)


def _joined(text: str, slots: list[Slot]) -> list[Slot]:
    """The slots with long lists of names as one, all but the last names, which may be a short title."""
    if len(slots) <= _MOST_JOINED:
        return slots
    found: list[Slot] = []
    index = 0
    while index < len(slots):
        end = index
        while (
            end < len(slots)
            and slots[end].after in {"comma", "semicolon"}
            and is_name(text[slots[end].start : slots[end].end].removeprefix("and "), allow_surname=True)
        ):
            end += 1
        if end - index > 3:  # noqa: PLR2004
            found.append(slots[index]._replace(end=slots[end - 2].end, after=slots[end - 2].after))
            index = end - 1
        else:
            found.append(slots[index])
            index += 1
    return found


def spans_of(regions: Sequence[Region], others: Collection[int] = ()) -> Iterator[Span]:
    """Yield every run of slots that may be a title, none in the regions of these numbers."""
    for number, region in enumerate(regions):
        slots = region.slots[:_MOST_SLOTS] if number not in others else ()
        n_quotes = _count_quotes(region.text)
        is_quoting = n_quotes > 0 and n_quotes % 2 == 0  # with an odd one they mean nothing
        may_tear = is_quoting or _BRACKET.search(region.text) is not None
        for first, slot in enumerate(slots):
            for last in range(first, min(len(slots), first + _MOST_IN_TITLE)):
                end = end_of(region, slot.start, slots[last].end)
                text = region.text[slot.start : end]
                if len(text) > _LONGEST_TITLE or (len(text) > _MOST_WORDS and count_words(text) > _MOST_WORDS):
                    break
                is_whole = not may_tear or _is_balanced(text, is_quoting=is_quoting)
                if is_whole and any(map(str.isalpha, text)):
                    yield Span(number, first, last, slot.start, end, text)


def end_of(region: Region, start: int, last: int) -> int:
    """Return where a title ends by the end of its last slot: behind a bracket that it opened, ``?`` or ``!``."""
    end = _END.match(region.text, last).end()  # type: ignore[union-attr]
    return end if end == last or _is_balanced(region.text[start:end], is_quoting=False) else last


def _is_balanced(text: str, *, is_quoting: bool) -> bool:
    if is_quoting and _count_quotes(text) % 2:
        return False
    found = _BRACKET.findall(text)
    return not found or all(found.count(opener) == found.count(closer) for opener, closer in _OPENERS.items())


def _count_quotes(text: str) -> int:
    return sum(map(text.count, _QUOTES))


def title_link(pieces: Sequence[Piece]) -> int | None:
    """Return the index of the first link that can be a title."""
    for index, piece in enumerate(pieces):
        if piece.part is not Part.LINK or piece.image is not None or not piece.text or is_anchor(piece.url):
            continue
        if piece.text == piece.url or is_generic(piece.text) or is_names_and_year(piece.text):
            continue
        if index and not is_paper_url(piece.url) and is_name(piece.text):
            continue
        return index
    return None
