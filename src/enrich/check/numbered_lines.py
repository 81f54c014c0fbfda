"""The lines of a list as its readers number them; ``str.splitlines`` would also break at form feeds and the like."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    r"""The lines with their ends.

    >>> split_lines("a\x0cb\r\nc\rd")
    ['a\x0cb\r\n', 'c\r', 'd']
    """
    return _LINE.findall(text)
