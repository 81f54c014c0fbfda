"""Titles: what may be one, and what is cut from its ends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.model.entry import EntryKind
from enrich.readers.pieces import without_symbols
from enrich.text.venues import find_label, parse_label
from enrich.text.written_dates import find_date

if TYPE_CHECKING:
    from enrich.readers.draft import Draft
    from enrich.text.venues import VenueLabel

REMARK = re.compile(
    r"(?:\w+ )?(?:oral|spotlight|highlight|poster)s?(?: (?:paper|presentation|talk))?"
    r"|(?:notable|accept)[\w\s()%-]{0,30}|(?:[\w-]+ ){0,3}(?:best|outstanding|distinguished)(?:"
    r" [\w-]+){0,4}(?: award| paper| nominee| finalist| runner-up)*"
    r"|(?:[\w-]+ ){0,4}(?:award|honou?rable mention|nomination|finalist|runner-up|test of time)(?: [\w-]+){0,3}"
    r"|(?:extended|journal|conference|short|long|earlier|previous|updated) version\b.{0,200}",
    re.IGNORECASE,
)
_GROUP_AT_END = re.compile(
    r"(?<!\s)\s*[(\[（【]\s*([^()\[\]]{1,80}(?:\([^()]{0,40}\)[^()\[\]]{0,40})?)\s*[)\]）】]\s*[.:,;*]*$"
)
_EDGES = " \t\n*_|:,;·•–—"
_LEADING = " \t\n*_|:,;.·•–—-)]"
_IN_AT_END = re.compile(r"(?<![,.\s])[,.\s]+(?:in|at|on|by|from|proc)\.?\s*:?$", re.IGNORECASE)
_QUOTES = {"“": "”", '"': '"', "‘": "’", "«": "»", "'": "'", "`": "`", "《": "》", "「": "」"}
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_CHECKBOX = re.compile(r"^\[[ xX]?\]\s+")
_STARS = re.compile(r"(?<![★☆⭐✨*])[★☆⭐✨*]{2,}\s*$")
_MOST_REMARK = 5


@lru_cache(maxsize=16384)
def count_words(text: str) -> int:
    """The number of words."""
    return len(_WORD.findall(text))


def clean_title(text: str, draft: Draft | None = None) -> str:
    """Return a title without marks at its ends; a venue, date or remark at its end goes to the draft.

    >>> clean_title("**A Title of a Paper (KDD 2020)**.")
    'A Title of a Paper'
    >>> clean_title("E(n) Equivariant Flows")  # parentheses that belong to the title stay
    'E(n) Equivariant Flows'
    """
    text = _CHECKBOX.sub("", " ".join(without_symbols(text).split()))
    for _ in range(4):
        before = text
        text = _STARS.sub("", text).rstrip(_EDGES).lstrip(_LEADING if not text.startswith(("[", "(")) else _EDGES)
        text = _balance(_unquote(text))
        if text.startswith("[") and text.endswith("]") and text.count("[") == 1:
            text = text[1:-1]
        text = _take_group(text, draft)
        text = _take_segment(text, draft)
        text = _IN_AT_END.sub("", text) if _IN_AT_END.search(text) and count_words(text) > 3 else text  # noqa: PLR2004
        if text.endswith(".") and not text.endswith(("...", "et al.")):
            text = text[:-1]
        text = text.rstrip(_EDGES + "-")
        if text == before:
            break
    return text


def _unquote(text: str) -> str:
    closer = _QUOTES.get(text[:1])
    if closer and len(text) > 2:  # noqa: PLR2004
        end = text.rstrip(" .,;")
        if end.endswith((closer, text[0])) and text.count(text[0]) <= 2:  # noqa: PLR2004
            return end[1:-1].rstrip(",")
    return text


def _balance(text: str) -> str:
    """Without a bracket at an end that has no partner."""
    for opener, closer in ("[]", "()", "{}"):
        if text.endswith(opener) or (text.endswith(closer) and text.count(closer) > text.count(opener)):
            text = text[:-1].rstrip(_EDGES)
        if text.startswith(closer) or (text.startswith(opener) and text.count(opener) > text.count(closer)):
            text = text[1:].lstrip(_EDGES)
    return text


def _take_group(text: str, draft: Draft | None) -> str:
    match = _GROUP_AT_END.search(text)
    if not match or not match.start():
        return text
    group = match[1]
    if take_marks(group, draft) or take_mark(group, draft):
        return text[: match.start()]
    return text


def take_marks(text: str, draft: Draft | None) -> bool:
    """Whether a group is marks between commas with a count behind them: ``(ICDE 2020, 20+ citations)``."""
    first, *others = text.split(", ")
    parts = [first, *others]
    is_mark = [find_label(part) is not None or find_date(part) is not None for part in parts]
    if (
        not others
        or not any(is_mark)
        or all(is_mark)
        or not parts[-1][:1].isdigit()
        or any(count_words(part) > _MOST_REMARK for part in parts)
    ):
        return False
    if draft is not None:
        for part, is_one in zip(parts, is_mark, strict=True):
            if not is_one or not take_mark(part, draft):
                draft.remarks.append(part)
    return True


def take_mark(text: str, draft: Draft | None) -> bool:
    """Whether a text is a venue label, a date or a remark; it goes to the draft."""
    text = " ".join(without_symbols(text).split()).strip(_EDGES + ".[]")
    if not text or _take_thesis(text, draft):
        return True
    if text.lower().startswith("in "):
        text = text[3:]
    label = find_label(text)
    if label is None and find_date(text) is None and (_SHORT_LABEL.fullmatch(text) or _YEAR_THEN_NAME.fullmatch(text)):
        label = parse_label(text)
    if label is not None:
        if draft is not None:
            set_label(draft, text, label)
        return True
    date = find_date(text)
    if date is not None:
        if draft is not None:
            set_date(draft, str(date))
        return True
    if REMARK.fullmatch(text):
        if draft is not None:
            draft.remarks.append(text)
        return True
    return False


def _take_thesis(text: str, draft: Draft | None) -> bool:
    """Whether a text says that a work is a thesis, and of which school."""
    thesis = _THESIS.match(text)
    if thesis and draft is not None:
        draft.kind, draft.type = EntryKind.THESIS, draft.type or thesis[0].strip(" ,")
        draft.venue = draft.venue or text[thesis.end() :].strip(" ,") or None
    return thesis is not None


_SHORT_LABEL = re.compile(r"[A-Z][A-Za-z&/-]{1,12}(?: [A-Z][A-Za-z&/-]{1,12}){0,2}[\s,'’-]{0,2}(?:19|20)?\d{2}")


_YEAR_THEN_NAME = re.compile(r"(?:19|20)\d{2}(?: (?:[A-Z&][\w&.-]{0,20}|of|and|on|in)){1,6}")
_THESIS = re.compile(
    r"(?:(?:ph\.?\s?d\.?|doctoral|doctorate|d\.?\s?phil\.?|master(?:['’]?s)?|m\.?\s?sc\.?|m\.?s\.?|bachelor(?:['’]?s)?|b\.?\s?sc\.?"
    r"|diploma|licentiate|habilitation|undergraduate)[\s-]+(?:thesis|dissertation)|thesis|dissertation)\s*(?:,\s*|$)",
    re.IGNORECASE,
)


def _take_segment(text: str, draft: Draft | None) -> str:
    """Without a last ``. 2020-04`` or ``. ICLR 2021`` or ``, CVPR 2019`` or ``— M.Sc. thesis``."""
    head, mark, tail = text.rpartition(" — ")
    if mark and count_words(head) >= 2 and _THESIS.fullmatch(tail) and take_mark(tail, draft):  # noqa: PLR2004
        return head
    for separator in (". ", ", "):
        head, mark, tail = text.rpartition(separator)
        is_whole = head.count("(") <= head.count(")")
        if mark and is_whole and count_words(head) >= 2 and len(tail) < 60:  # noqa: PLR2004
            is_date = find_date(tail) is not None
            inner, inner_mark, venue = head.rpartition(separator)
            if inner_mark and is_date and count_words(inner) >= 2 and find_label(venue) is not None:  # noqa: PLR2004
                take_mark(f"{venue}{separator}{tail}", draft)
                return inner
            label = find_label(tail)
            is_sure = label is not None and (label.year or separator == ". " or any(map(str.isdigit, tail)))
            if is_sure or is_date:
                take_mark(tail, draft)
                return head
    return text


def set_label(draft: Draft, text: str, label: VenueLabel) -> None:
    """Set the venue label of a draft that has none, or only a preprint's."""
    if label.remark:
        draft.remarks.append(label.remark)
    if draft.label is None:
        draft.label = text
        draft.venue = label.venue
        is_sure = draft.year is None or str(label.year) in text  # two digits may be a volume
        draft.year = label.year if label.year and is_sure else draft.year
    elif draft.venue is None:
        draft.venue, draft.year = label.venue, label.year or draft.year
    else:
        draft.year = draft.year or label.year


def set_date(draft: Draft, iso: str) -> None:
    """Set the date of a draft that has none; its year too."""
    if draft.date is None or len(iso) > len(draft.date):
        draft.date = iso
    if draft.year is None:
        draft.year = int(iso[:4])
