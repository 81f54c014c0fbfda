"""Dates as people write them in lists: ``Oct, 2025``, ``2023/09``, ``4 Apr 2023``, ``'19``."""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.knowledge import read_table
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.patterns import lazy_re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""As BibTeX's macros."""
_LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBERS = {
    **{name[:length]: number for number, name in enumerate(_LONG_MONTHS, 1) for length in (3, len(name))},
    "sept": 9,
    **{name: int(row["number"]) for row in read_table("months") for name in row["names"].split()},
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = tuple(
    lazy_re(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:[-/.](?P<number>[01]?\d)(?:[-/.]{_DAY})?)?",
        rf"{_YEAR}(?P<number>[01]\d)(?P<day>[0-3]\d)",
        rf"(?P<number>[01]?\d)[/.-]{_YEAR}",
        rf"{_MONTH}(?:\s+del?\s+|[\s,-]*){_YEAR}",
        rf"{_MONTH}\s*{_DAY}\s*,?\s*{_YEAR}",
        rf"{_DAY}\.?(?:\s+de\s+|[\s-]*){_MONTH}(?:\s+del?\s+|[\s,-]*){_YEAR}",
        rf"{_YEAR}[\s,-]*{_MONTH}(?:\s*{_DAY})?",
    )
)
_LONGEST = 24
_TWO_DIGIT_PIVOT = 50
_YEAR_IN_TEXT = lazy_re(r"(?<![\d./-])(?:19|20)\d{2}(?!\d|/|-\d{3}|\.\d)")


@lru_cache(maxsize=4096)
def _parse(text: str) -> PartialDate | None:
    if not text or len(text) > _LONGEST or not any(character.isdigit() for character in text):
        return None
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            parts = match.groupdict()
            month = int(parts.get("number") or 0) or _month_number(parts.get("month"))
            iso = "-".join(str(part) for part in (parts["year"], month, parts.get("day")) if part)
            return parse_partial_date(iso)
    return None


def _month_number(name: str | None) -> int | None:
    return _NUMBERS[name.lower()] if name else None


_FIRST_DAY = lazy_re(rf"(?P<number>\d{{1,2}})(?!\d)|{_MONTH}", re.IGNORECASE)


def parse_bib_date(year: str, month: str, day: str = "") -> PartialDate | None:
    """Return the date in the BibTeX fields of a volume, where a month may be the days of a conference; None for none.

    >>> [str(parse_bib_date("2020", text)) for text in ("13--18 Jul", "jul", "7", "30 Apr--03 May", "soon")]
    ['2020-07-13', '2020-07', '2020-07', '2020-04-30', '2020']
    """
    if not re.fullmatch(r"[12]\d{3}", year.strip()):
        return None
    parts = [(match["month"], match["number"]) for match in _FIRST_DAY.finditer(month)]
    name = next((_month_number(text) for text, _ in parts if text), None)
    first = next((number for _, number in parts if number), None)
    if name is None:
        name, first = (int(first), None) if first else (None, None)
    return parse_partial_date("-".join(map(str, filter(None, (year.strip(), name, first or day.strip())))))


def find_date(text: str) -> PartialDate | None:
    """Return the date that a whole text means; None for a text that is no date or says more than one.

    >>> str(find_date("4 Apr 2023")), str(find_date("[2023/09]")), find_date("NeurIPS")
    ('2023-04-04', '2023-09', None)
    >>> str(find_date("Sept. 31st, 2019")), str(find_date("3 de marzo de 1996"))  # a day that does not exist
    ('2019-09', '1996-03-03')
    """
    return _parse(text.strip(" \t()[]{}.,;:*_`|"))


def find_year(text: str) -> int | None:
    """Return the last four-digit year in a text, which is where citations put it; None without one.

    >>> find_year("JMLR 18 (2017): 1-29"), find_year("pages 1998-2004")
    (2017, None)
    """
    years = _YEAR_IN_TEXT.findall(text)
    return int(years[-1]) if years else None


def full_year(two_digits: int) -> int:
    """Return the year that two digits mean: 50 to 99 are of the last century.

    >>> full_year(19), full_year(96)
    (2019, 1996)
    """
    return two_digits + (1900 if two_digits >= _TWO_DIGIT_PIVOT else 2000)
