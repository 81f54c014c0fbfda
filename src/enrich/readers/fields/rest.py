"""What stands around the title of an entry: authors, venue, date, remarks, keywords, links, notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.fields.labels import bare_label, is_paper_url, label_role
from enrich.readers.fields.names import is_name, is_names, parse_names
from enrich.readers.fields.titles import REMARK, count_words, set_date, set_label, take_mark
from enrich.readers.outline import BOLD, CODE, ITALIC
from enrich.readers.pieces import Part, Piece, without_symbols
from enrich.text.dates import find_date, find_year
from enrich.text.venues import find_label, parse_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.readers.draft import Draft
    from enrich.text.venues import VenueLabel

_GROUP = re.compile(r"\(([^()]{1,90})\)|\[([^\[\]]{1,90})\]")
_KEY = re.compile(r"^\W*([A-Za-z][A-Za-z /()&-]{1,30}?)\s*[:：]\s*(.*)$", re.DOTALL)
_BY = re.compile(r"(?:^|[\s,])by\s+(.+)$", re.IGNORECASE | re.DOTALL)
_ACRONYM = re.compile(r"(?=[^\s]*[A-Z][^\s]*[A-Z])[\w+.-]{2,20}")
_EDGES = " \t\n*_|:,;.·•–—-/\\&[](){}<>\"'“”`+"
_WORD_BEFORE_LINK = re.compile(r"(?:^|[\s,;|(\[.–—-])([A-Za-z][A-Za-z ]{1,24}?)\s*[:：]\s*[\[(]*$")
_LEADING_IN = re.compile(
    r"^(?:in|at|published in|accepted (?:by|to|at)|to appear (?:in|at)|appeared in)\s+", re.IGNORECASE
)
_BADGE = re.compile(r"/badge/([^?#]+?)(?:\.(?:svg|png))?(?:[?#].*)?$")
_BADGE_PARTS = re.compile(r"(?<!-)-(?!-)")
_NOISE_BADGE = re.compile(
    r"shields\.io/github|stars|forks|license|awesome\.re|badge/(?:PRs|pull|awesome|contributions|maintained|license)|visitor|hits|codecov|/ci\b",
    re.IGNORECASE,
)
_KEYWORD_KEYS = frozenset(
    {"keyword", "keywords", "key words", "tag", "tags", "topic", "topics", "categories", "category", "task", "tasks"}
)
_AUTHOR_KEYS = frozenset({"author", "authors", "by"})
_VENUE_KEYS = frozenset(
    {"venue", "conference", "journal", "published", "publication", "published in", "publisher", "source", "where"}
)
_DATE_KEYS = frozenset({"date", "year", "published on", "submitted", "time", "published date", "publish date", "when"})
_QUOTE_KEYS = frozenset({"abstract", "tl;dr", "tldr"})
_ALL_KEYS = _KEYWORD_KEYS | _AUTHOR_KEYS | _VENUE_KEYS | _DATE_KEYS | _QUOTE_KEYS
_MOST_LABEL_WORDS = 12


def read_pieces(draft: Draft, pieces: Iterable[Piece]) -> None:
    """Read pieces that hold no title into a draft."""
    chunk: list[Piece] = []
    for piece in pieces:
        if piece.part is Part.TEXT:
            chunk.append(piece)
        elif piece.part is Part.LINK:
            word = _word_before(chunk)
            if word:
                chunk = _without_word(chunk)
            _flush(draft, chunk)
            chunk = []
            _read_link(draft, piece, word)
        elif piece.part is Part.IMAGE:
            read_badge(draft, piece)
        else:
            _flush(draft, chunk)
            chunk = []
    _flush(draft, chunk)


def _word_before(chunk: list[Piece]) -> str:
    if not chunk:
        return ""
    text = "".join(piece.text for piece in chunk[-2:])
    match = _WORD_BEFORE_LINK.search(text)
    return match[1].strip() if match and label_role(match[1]) is not None else ""


def _without_word(chunk: list[Piece]) -> list[Piece]:
    text = "".join(piece.text for piece in chunk[-2:])
    match = _WORD_BEFORE_LINK.search(text)
    return [*chunk[:-2], chunk[-1]._replace(text=text[: match.start(1)])] if match else chunk


def _read_link(draft: Draft, piece: Piece, word: str) -> None:
    text = bare_label(piece.text)
    if piece.image is not None and not piece.url.startswith("#"):
        text = badge_text(piece) or text
        piece = piece._replace(text=text)
    label = find_label(text) if text and text != piece.url else None
    if label is not None and (label.year or label_role(text) is None):
        set_label(draft, text, label)
    elif piece.role and text:
        _keyed(draft, piece.role, text)
    draft.add_link(piece, word=word)


def badge_text(piece: Piece) -> str:
    """The words of a badge: its alternative text, else what its address says."""
    match = _BADGE.search(piece.image or "")
    if match:
        from urllib.parse import unquote  # noqa: PLC0415 (badges only)

        parts = [part.replace("--", "-").replace("_", " ").strip() for part in _BADGE_PARTS.split(unquote(match[1]))]
        shown = [part for part in parts[:-1] if part] or parts
        return " ".join(shown)
    return bare_label(piece.text)


def read_badge(draft: Draft, piece: Piece) -> None:
    """A badge that is no link is a topic label, a venue label or a date; counters of stars are nothing."""
    source = piece.image or ""
    if _NOISE_BADGE.search(source) or not ("badge" in source or "shields.io" in source):
        return
    text = bare_label(piece.text)
    shown = badge_text(piece)
    for candidate in (shown, *shown.split(" ", 1)[1:], text):
        if candidate and (find_label(candidate) is not None or find_date(candidate) is not None):
            take_mark(candidate, draft)
            return
    text = text.removesuffix(" Badge").removesuffix(" badge") or shown
    if text:
        draft.topic_labels.append(text)


def _flush(draft: Draft, chunk: list[Piece]) -> None:
    if not chunk:
        return
    rest: list[str] = []
    for piece in chunk:
        text = piece.text
        if piece.role:
            _keyed(draft, piece.role, text)
        elif piece.style & CODE and text.strip():
            _read_tag(draft, text)
            rest.append(" ")
        elif piece.style & ITALIC and not draft.authors and is_names(text, allow_surnames=len(text.split()) > 1):
            draft.authors = parse_names(text)
            rest.append(" \x00 ")
        else:
            rest.append(text)
    text = "".join(rest)
    for part in text.split("\x00") if "\x00" in text else (text,):
        read_text(draft, part)


def _read_tag(draft: Draft, text: str) -> None:
    tag = bare_label(text)
    if tag and not take_mark(tag, draft) and label_role(tag) is None:
        draft.topic_labels.append(tag)


def read_text(draft: Draft, text: str) -> None:
    """Read a piece of plain text: fields where it has their shape, else a note."""
    text = " ".join(without_symbols(text).replace("\\", " ").split())
    bare = text.strip(_EDGES)
    if not bare or (len(bare) == 1 and not bare.isalnum()):
        return
    if _read_key(draft, text):
        return
    if "(" in text or "[" in text:
        text = _GROUP.sub(lambda match: " " if _take_group(draft, match[1] or match[2]) else match[0], text)
        bare = text.strip(_EDGES)
        if not bare:
            return
    match = _BY.search(text)
    if match and not draft.authors:
        names, rest = _names_first(match[1])
        if names:
            draft.authors = parse_names(names)
            read_text(draft, text[: match.start()])
            read_text(draft, rest)
            return
    if REMARK.fullmatch(text.strip(" ,;|–—.")):
        draft.remarks.append(text.strip(" ,;|–—."))
    elif not _read_whole(draft, bare) and not _read_split(draft, text):
        draft.notes.append(" ".join(text.split()).strip(" ,;|-–—"))


def is_key(text: str) -> bool:
    """Whether a text begins with the name of a field and a colon."""
    match = _KEY.match(text)
    return bool(match) and " ".join(match[1].lower().split()) in _ALL_KEYS  # type: ignore[index]


def _take_group(draft: Draft, text: str) -> bool:
    """Whether the text in brackets behind a title is a label, a date, a remark or an acronym."""
    if take_mark(text, draft):
        return True
    if draft.acronym is None and _ACRONYM.fullmatch(text.strip()):
        draft.acronym = text.strip()
        return True
    return False


def _is_keyed(text: str) -> bool:
    match = _KEY.match(text)
    return is_key(text) or bool(match and label_role(match[1]) is not None and count_words(match[2]) <= 2)  # noqa: PLR2004


def _read_key(draft: Draft, text: str) -> bool:
    match = _KEY.match(text)
    if not match:
        return False
    return _keyed(draft, match[1], match[2])


def _keyed(draft: Draft, key: str, value: str) -> bool:
    """Whether a field with a key was read."""
    key, value = " ".join(key.lower().split()), value.strip(" \t*_")
    if key in _KEYWORD_KEYS:
        draft.keywords += [word for part in re.split(r"[,;，、]", value) if (word := part.strip(" .*_`"))]
    elif key in _AUTHOR_KEYS:
        draft.authors = draft.authors or parse_names(value)
    elif key in _VENUE_KEYS:
        label = label_of(value.strip(" ."))
        if label is None:
            return False
        draft.label = None
        set_label(draft, value.strip(" ."), label)
    elif key in _DATE_KEYS:
        date = find_date(value)
        year = find_year(value)
        if date is not None:
            set_date(draft, str(date))
        elif year is not None:
            draft.year = draft.year or year
    elif key in _QUOTE_KEYS:
        draft.quote = draft.quote or value or None
    else:
        return False
    return True


def label_of(text: str) -> VenueLabel | None:
    """What a text says that stands where a label is expected, or None."""
    try:
        return parse_label(text)
    except ValueError:
        return None


def _read_whole(draft: Draft, text: str) -> bool:
    """Whether a text is one field as a whole."""
    text = _LEADING_IN.sub("", text)
    if take_mark(text, draft):
        return True
    if not draft.authors and is_names(text):
        draft.authors = parse_names(text)
        return True
    if len(text.split()) <= _MOST_LABEL_WORDS and find_year(text) and draft.label is None and text[:1].isupper():
        label = label_of(text)
        if label is not None and label.venue and not is_names(label.venue):
            set_label(draft, text, label)
            return True
    return False


def _names_first(text: str) -> tuple[str, str]:
    """The names at the beginning of a text, and the rest."""
    for cut in re.finditer(r"\.\s+(?=[A-Z(\d])|\s+[-–—|]\s+|\s*\(|$", text):
        names = text[: cut.start()]
        if len(names) > 600:  # noqa: PLR2004
            break
        if is_names(names, allow_surnames=True) or is_name(names.strip(" ,.")):
            return names, text[cut.end() :] if text[cut.start() : cut.start() + 1] != "(" else text[cut.start() :]
    return "", text


def _read_split(draft: Draft, text: str) -> bool:
    """Whether a text is several fields with commas or full stops between them."""
    for separator in (" | ", " - ", " – ", ". ", ", ", " "):
        parts = text.split(separator)
        if len(parts) == 1 or len(parts) > 60:  # noqa: PLR2004
            continue
        for n_last in (1, 2, 3):
            if n_last >= len(parts) and separator == " ":
                break
            head, tail = separator.join(parts[:-n_last]), separator.join(parts[-n_last:])
            if _split_fits(draft, head, tail, separator):
                return True
    return False


def _split_fits(draft: Draft, head: str, tail: str, separator: str) -> bool:
    tail = _LEADING_IN.sub("", tail.strip(_EDGES))
    head = head.strip(" ,;|-–—")
    label = find_label(tail)
    if label is None and separator != " " and find_year(tail) and tail[:1].isupper():
        label = label_of(tail)
    if not head or (label is None and find_date(tail) is None):
        return False
    if not draft.authors and is_names(head.strip(" ."), allow_surnames=separator != " "):
        draft.authors = parse_names(head)
    elif separator == " " or (count_words(head) > 4 and draft.authors == () and separator == ", "):  # noqa: PLR2004
        return False
    elif not _read_whole(draft, head.strip(_EDGES)):
        draft.notes.append(head)
    if label is not None:
        set_label(draft, tail, label)
    else:
        take_mark(tail, draft)
    return True


def _is_label_link(piece: Piece) -> bool:
    """Whether a link text is the venue of a paper, and not the name of a conference that has a page."""
    label = find_label(bare_label(piece.text))
    return label is not None and (label.year is not None or is_paper_url(piece.url))


def is_fields_only(pieces: Iterable[Piece]) -> bool:
    """Whether pieces hold only links with generic texts, names, keys or marks: no title of their own."""
    has_any = False
    for piece in pieces:
        if piece.part is Part.LINK:
            if (
                label_role(piece.text) is None
                and not _is_label_link(piece)
                and piece.text != piece.url
            ):
                return False
            has_any = True
        elif piece.part is Part.TEXT and piece.text.strip(_EDGES):
            text = piece.text.strip(_EDGES)
            if piece.style & BOLD and count_words(text) >= 3:  # noqa: PLR2004
                return False
            if not (
                piece.style & (BOLD | CODE) == CODE
                or label_role(text) is not None
                or is_names(text)
                or find_label(text)
                or _is_keyed(text)
            ):
                return False
            has_any = True
    return has_any
