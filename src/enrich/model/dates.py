"""Dates as sources give them: to the year, the month or the day (ISO 8601 reduced precision)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?=$|[T ])")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A calendar date known to the year, the month or the day.

    >>> str(PartialDate(2018, 6)), PartialDate(2018, 6).precision
    ('2018-06', 'month')
    """

    year: int
    """Gregorian year, 1000 to 9999."""
    month: int | None = None
    """1 to 12, or unknown."""
    day: int | None = None
    """1 to 31; known only when the month is."""

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError(f"a day without a month: {self.year}-?-{self.day}")
        if not 1000 <= self.year <= 9999:  # noqa: PLR2004
            raise ValueError(f"year out of range: {self.year}")
        date(self.year, self.month or 1, self.day or 1)

    @property
    def precision(self) -> str:
        """``day``, ``month`` or ``year``."""
        return "day" if self.day else "month" if self.month else "year"

    def to_date(self) -> date:
        """The first day that the date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


def parse_partial_date(text: str) -> PartialDate:
    """Return the date of an ISO text, keeping only its valid leading parts.

    Raises:
        ValueError: there is no four-digit year in front.

    >>> str(parse_partial_date("2021-07"))
    '2021-07'
    >>> str(parse_partial_date("2021-13-45"))  # CITATION.cff files hold such dates
    '2021'
    """
    match = _ISO.match(text.strip())
    if not match:
        raise ValueError(f"not an ISO date: {text!r}")
    year, *rest = (int(part) if part else None for part in match.groups())
    for month, day in ((rest[0], rest[1]), (rest[0], None), (None, None)):
        try:
            return PartialDate(year or 0, month, day if month else None)
        except ValueError:
            continue
    raise ValueError(f"not an ISO date: {text!r}")
