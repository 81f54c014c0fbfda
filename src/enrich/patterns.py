"""Patterns that are compiled when they are first used.

A short command uses a fifth of all patterns; to compile all is a third of its time.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """What becomes a pattern."""

    def __init__(self, text: str, flags: int) -> None:
        self._given = (text, flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (what the pattern has of that name)
        if not hasattr(re.Pattern, name):
            raise AttributeError(name)
        found = re.compile(*self._given)
        self.__dict__ |= {one: getattr(found, one) for one in dir(found) if not one.startswith("_")}
        return getattr(found, name)


def lazy_re(text: str, flags: int = 0) -> re.Pattern[str]:
    r"""Return the pattern of a text as ``re.compile`` does; its methods are all that there is of it.

    >>> lazy_re(r"\d+").findall("1 and 22")
    ['1', '22']
    """
    return cast("re.Pattern[str]", _Lazy(text, flags))
