"""Statements of edition in titles: ``(3rd ed.)``, ``. Third edition``, ``: Fourteenth Edition, Revised``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.matching.description import Description

_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
_STATEMENT = re.compile(
    rf"(?:[.,:;]\s*|\s+[–—-]\s+|\s*[(\[]\s*)(?:the\s+)?(?P<number>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
    r"\s+ed(?:ition|n)?\b\.?(?:[,;]?\s*(?:fully|thoroughly|completely|and|&|rev(?:ised)?|enl(?:arged)?|updated"
    r"|expanded|corr(?:ected)?|augmented)\b\.?){0,6}\s*[)\]]?\.?\s*$",
    re.IGNORECASE,
)


def split_edition(title: str) -> tuple[str, int | None]:
    """Return a title without the statement of edition at its end, and the number that it states.

    >>> split_edition("Introduction to Algorithms (3rd ed.)"), split_edition("The Second Edition of Everything")
    (('Introduction to Algorithms', 3), ('The Second Edition of Everything', None))
    >>> split_edition("Statistical Methods: Fourteenth Edition, Revised and Enlarged")
    ('Statistical Methods', 14)
    """
    match = _STATEMENT.search(title)
    if match is None or not match.start():
        return title, None
    word = match["number"].casefold()
    return title[: match.start()].rstrip(), _ORDINALS.get(word) or int(re.sub(r"\D", "", word))


def without_equal_editions(left: Description, right: Description) -> tuple[Description, Description]:
    """Return both without their statements where these state the same edition; else as they are."""
    if not left.title or not right.title:
        return left, right
    (mine, number), (theirs, other) = split_edition(left.title), split_edition(right.title)
    if number is None or number != other:
        return left, right
    return replace(left, title=mine), replace(right, title=theirs)
