"""The lines of tables and keys in a TOML text, which ``tomllib`` does not tell."""

from __future__ import annotations

import re

Lines = dict[str, list[dict[str, int]]]
"""For each table name its tables in order, each as key to line; the empty key is the table itself."""

_HEADER = re.compile(r"\s*\[\[?\s*[\"']?(\w+)")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*[=.]")
_STRING = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")
_LONG_QUOTES = ('"""', "'''")


def find_lines(text: str) -> Lines:
    """The lines of a text.

    >>> find_lines(chr(10).join(["# why", "[[pin]]", "line = 3", "", "[[pin]]"]))
    {'pin': [{'': 2, 'line': 3}, {'': 5}]}
    """
    lines: Lines = {}
    table: dict[str, int] = {}
    quote: str | None = None
    is_top = True
    for number, line in enumerate(text.split("\n"), 1):
        if quote is None and (header := _HEADER.match(line)) and "=" not in _STRING.sub("", line):
            table, is_top = {"": number}, False
            lines.setdefault(header[1], []).append(table)
        elif quote is None and (key := _KEY.match(line)):
            table.setdefault(key[1], number)
            if is_top:
                lines.setdefault(key[1], []).append({"": number})
        quote = _open_quote(line, quote)
    return lines


def _open_quote(line: str, quote: str | None) -> str | None:
    """The long quote that is open at the end of a line, given the one that was open at its beginning."""
    at = 0
    while True:
        if quote is not None:
            end = line.find(quote, at)
            if end < 0:
                return quote
            at, quote = end + len(quote), None
        match = _STRING.search(line, at)
        if match is None:
            return None
        at, quote = match.end(), match[0] if match[0] in _LONG_QUOTES else None
