"""Whether volumes, issues and pages of two descriptions agree."""

from __future__ import annotations

import re

from enrich.text.title_forms import normalize_title, parse_roman

_PAGE = re.compile(r"\d+")
_VOLUME_AS_YEAR = re.compile(r"19[5-9]\d|20[0-3]\d")


def agree_in_number(left: str | None, right: str | None) -> bool | None:
    """Return whether two volumes or issues have one number; None where one is unknown, or a year in place of a number.

    >>> agree_in_number("A64", "64"), agree_in_number("A64", "B64"), agree_in_number("XII", "12")
    (True, False, True)
    """
    if not left or not right:
        return None
    mine, other = (_read_volume(side) for side in (left, right))
    if mine[1] != other[1]:
        are_years = [bool(_VOLUME_AS_YEAR.fullmatch(side[1])) for side in (mine, other)]
        return None if are_years[0] is not are_years[1] else False
    return not mine[0] or not other[0] or mine[0] == other[0]


def _read_volume(text: str) -> tuple[str, str]:
    """Letters and number of a volume: ``IT-22`` is volume 22 of a section IT, ``144(5)`` issue 5 of volume 144."""
    plain = text.strip().lower()
    if plain.isascii() and plain.isdecimal():
        return "", plain.lstrip("0") or "0"
    if not plain.isalpha():
        plain = re.sub(r"^(?:\(\d\)|s(?:er)?\.?\s*\d+|\d(?:st|nd|rd|th) ser\w*\.?)\s*[-,:]?\s*(?=\d)", "", plain)
        plain = re.sub(r"^(?:vol|no|bd|nr|t|jahrg)\w*\W*(?=\w)", "", plain)
    if (roman := parse_roman(plain, is_large=True)) is not None:
        return "", str(roman)
    found = re.search(r"\d+", plain)
    if not found:
        return "", normalize_title(plain)
    letters = "".join(re.findall(r"[a-z]+", plain.partition("(")[0]))
    return letters, found[0].lstrip("0") or "0"


def agree_in_pages(left: str | None, right: str | None) -> bool | None:
    """Whether the first pages agree; None where one is an article number or a count of pages."""
    if not left or not right:
        return None
    first = [_PAGE.search(side) for side in (left, right)]
    if not first[0] or not first[1]:
        return None
    if first[0][0].lstrip("0") == first[1][0].lstrip("0"):
        return True
    are_ranges = all(re.search(r"\d\s*[-–—]+\s*\w*\d", side) for side in (left, right))
    are_numbers = not any(re.search(r"[-–—]", side) for side in (left, right))
    return False if are_ranges or are_numbers else None
