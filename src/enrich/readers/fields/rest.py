"""What stands around the title of an entry: authors, venue, date, remarks, keywords, links, notes."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import unquote

from enrich.readers.fields.labels import bare_label, label_role
from enrich.readers.fields.titles import count_words, set_label, take_mark
from enrich.readers.fields.words import EDGES, KEY, is_key, read_keyed, read_text
from enrich.readers.fields.written_names import is_name, is_names, parse_names
from enrich.readers.outline import BOLD, CODE, ITALIC
from enrich.readers.pieces import Part, Piece
from enrich.text.hosts import is_paper_url
from enrich.text.venues import find_label
from enrich.text.written_dates import find_date, find_year

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Run

_WORD_BEFORE_LINK = re.compile(r"(?:^|[\s,;|(\[.–—-])([A-Za-z][A-Za-z ]{1,24}?)\s*[:：]\s*[\[(]*$")
_MANY_SPACES = 6
_TAG = re.compile(r"(?<!\S)#([^\W\d_][\w/-]{1,40})(?!\S)")
"""``#topic`` of Obsidian."""
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,5}")
_BADGE = re.compile(r"/badge/([^?#]+?)(?:\.(?:svg|png))?(?:[?#].*)?$")
_BADGE_PARTS = re.compile(r"(?<!-)-(?!-)")
_NOISE_BADGE = re.compile(
    r"shields\.io/github|stars|forks|license|awesome\.re|badge/(?:PRs|pull|awesome|contributions|maintained|license)|visitor|hits"
    r"|codecov|/ci\b",
    re.IGNORECASE,
)


def read_pieces(draft: Draft, pieces: Iterable[Piece]) -> None:
    """Read pieces that hold no title into a draft."""
    chunk: list[Piece] = []
    is_new_line = False
    for piece in _with_linked_names(pieces):
        if piece.part is Part.TEXT:
            chunk.append(piece)
        elif piece.part is Part.LINK:
            word = _word_before(chunk)
            if word:
                chunk = _without_word(chunk)
            if not (is_new_line and _read_single_name(draft, chunk)):
                _flush(draft, chunk)
            chunk = []
            is_new_line = False
            _read_link(draft, piece, word)
        elif piece.part is Part.IMAGE:
            read_badge(draft, piece)
        else:
            if not (is_new_line and _read_single_name(draft, chunk)):
                _flush(draft, chunk)
            chunk = []
            is_new_line = True
    _flush(draft, chunk)


def _with_linked_names(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with names that lead to people's pages as italic text: ``*[Ann Author](u), [Bob Author](u)*``."""
    found: list[Piece] = []
    for is_run, group in groupby(pieces, lambda piece: piece.part is Part.TEXT or _is_person(piece)):
        run = list(group)
        n_linked = sum(map(_is_person, run)) if is_run else 0
        text = "".join(piece.text for piece in run) if n_linked else ""
        is_author = n_linked == 1 and is_name(text.strip(EDGES)) and any(piece.style & ITALIC for piece in run)
        if n_linked and (is_author or is_names(text.strip(EDGES))):
            found.append(run[0]._replace(part=Part.TEXT, text=text, url="", style=ITALIC))
        else:
            found += run
    return found


def _is_person(piece: Piece) -> bool:
    return piece.part is Part.LINK and piece.image is None and is_name(piece.text) and not is_paper_url(piece.url)


def _read_single_name(draft: Draft, chunk: list[Piece]) -> bool:
    """Whether a line, or what stands on it before its link, is the one author."""
    text = "".join(piece.text for piece in chunk).strip(" *_,.;|")
    if draft.authors or not is_name(text):
        return False
    draft.authors = parse_names(text)
    return True


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
        read_keyed(draft, piece.role, text)
    draft.add_link(piece, word=word)


def legend_of(images: Iterable[Run]) -> dict[str, str]:
    """What the codes on badges stand for, by the words that the badges show; a code that shows two stands for none."""
    found: dict[str, set[str]] = {}
    for image in images:
        code, shown = bare_label(image.text), badge_text(image) if _BADGE.search(image.image or "") else ""
        if _CODE.fullmatch(code) and shown and shown != code:
            found.setdefault(code, set()).add(shown)
    return {code: shown.pop() for code, shown in found.items() if len(shown) == 1}


def badge_text(piece: Piece | Run) -> str:
    """The words of a badge: its alternative text, else what its address says."""
    match = _BADGE.search(piece.image or "")
    if match:
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
            read_keyed(draft, piece.role, text)
        elif piece.style & CODE and text.strip():
            _read_tag(draft, text)
            rest.append(" ")
        elif (
            piece.style & (ITALIC | BOLD) and not draft.authors and is_names(text, allow_surnames=len(text.split()) > 1)
        ):
            draft.authors = parse_names(text)
            rest.append(" \x00 ")
        elif piece.style & ITALIC and rest and not draft.authors and find_year(text) and find_label(text) is None:
            rest.append(f" \x00 {text} \x00 ")  # a line of its own, such as *Ann Author et al. — ICML 2025*
        elif piece.style & BOLD and rest and rest[-1].rstrip().endswith("."):
            rest.append(f" \x00 {text}")  # a remark of its own, such as **Algorithm: DQN.**
        else:
            rest.append(text)
    text = "".join(rest)
    if "#" in text:
        draft.topic_labels += _TAG.findall(text)
        text = _TAG.sub("", text)
    for part in text.split("\x00") if "\x00" in text else (text,):
        read_text(draft, part)


def _read_tag(draft: Draft, text: str) -> None:
    tag = bare_label(text)
    if tag and not take_mark(tag, draft) and label_role(tag) is None:
        draft.topic_labels.append(tag)


def _is_short_field(text: str) -> bool:
    """Whether a text is a field with its name: ``Code: official``."""
    match = KEY.match(text)
    return is_key(text) or bool(match and label_role(match[1]) is not None and count_words(match[2]) <= 2)  # noqa: PLR2004


def _is_label_link(piece: Piece) -> bool:
    """Whether a link text is the venue of a paper, and not the name of a conference that has a page."""
    label = find_label(bare_label(piece.text))
    return label is not None and (label.year is not None or is_paper_url(piece.url))


def _is_plain_field_link(piece: Piece) -> bool:
    """Whether a link text is a role, a label or the address itself."""
    return label_role(piece.text) is not None or _is_label_link(piece) or piece.text == piece.url


def is_fields_only(pieces: Iterable[Piece]) -> bool:
    """Whether pieces hold only links with generic texts, names, keys or marks: no title of their own."""
    has_any = False
    for piece in pieces:
        if piece.part is Part.LINK:
            if piece.image is None and not _is_plain_field_link(piece):
                return False
            has_any = True
        elif piece.part is Part.TEXT and piece.text.strip(EDGES):
            text = piece.text.strip(EDGES)
            if piece.style & BOLD and count_words(text) >= 3:  # noqa: PLR2004
                return False
            if text.count(" ") > _MANY_SPACES and not any(mark in text for mark in ",:;"):
                return False
            if not (
                piece.style & (BOLD | CODE) == CODE
                or label_role(text) is not None
                or is_names(text)
                or find_label(text)
                or _is_short_field(text)
            ):
                return False
            has_any = True
    return has_any
