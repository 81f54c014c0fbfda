"""How long ago something may be, as people write it on a command line."""

from __future__ import annotations

import re
from datetime import timedelta

from enrich.errors import InputError

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGE = re.compile(r"([0-9]{1,5})([mhdw])")


def parse_age(text: str, option: str) -> timedelta:
    """A time such as ``36h``, ``2d`` or ``1w``.

    Raises:
        InputError: it is none.

    >>> parse_age("36h", "--older-than")
    datetime.timedelta(days=1, seconds=43200)
    """
    found = _AGE.fullmatch(text.strip().lower())
    if not found:
        raise InputError(f"{option}: no age {text!r}", advice="write a number and m, h, d or w, such as 36h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
