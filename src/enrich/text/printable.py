"""Text that a terminal or a page shows and does not obey: without control characters and escape sequences.

Terminals: ECMA-48, <https://ecma-international.org/publications-and-standards/standards/ecma-48/>; signs that change
the order of what stands around them: <https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings>.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from operator import is_
from typing import Any

_BREAKS = "\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequence
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # string with its end
    r"|\x1b[ -/]*[0-~]"
)
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_PLAIN = frozenset({type(None), bool, int, float, datetime, date})
_CONTAINERS = frozenset({tuple, list, frozenset, set})


def printable(text: str) -> str:
    r"""The text without what steers a terminal; of all breaks only the line feed stays, of all controls the tab.

    >>> printable("\x1b[31mRed\x1b[0m \x07bell\x9b2J"), printable("\x1b]0;name\x07a\r\nb\rc\u202e")
    ('Red bell', 'a\nb\nc')
    """
    if not _UNSAFE.search(text):
        return text
    text = _BREAK.sub("\n", _SEQUENCE.sub("", text))
    return _UNSAFE.sub("", _HALF_PAIR.sub("\ufffd", text))


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "entry", "entries"), counted(1200, "work")
    ('1 entry', '1,200 works')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def one_line(text: str, longest: int | None = None) -> str:
    r"""The printable text on one line, cut where it is longer than so many characters.

    >>> one_line("a\x1b[1m\n b"), one_line("abcdef", 4)
    ('a b', 'abc…')
    """
    flat = " ".join(printable(text).split())
    return flat if longest is None or len(flat) <= longest else f"{flat[: longest - 1].rstrip()}…"


def to_printable(value: Any) -> Any:  # noqa: ANN401 (whatever it is, it stays)
    """The value with every text in it printable, down through dataclasses and containers; the same one if all are."""
    kind = type(value)
    if kind is str:
        return printable(value)
    if kind in _PLAIN:
        return value
    if kind in _CONTAINERS:
        parts = [to_printable(part) for part in value]
        return value if all(map(is_, parts, value)) else kind(parts)
    if kind is dict:
        pairs = [(to_printable(key), to_printable(part)) for key, part in value.items()]
        is_same = all(key is old and part is value[old] for (key, part), old in zip(pairs, value, strict=True))
        return value if is_same else dict(pairs)
    changed: dict[str, Any] = {}
    for name in _field_names(kind):  # type: ignore[arg-type]
        part = getattr(value, name)
        # Most parts of most values are short texts and nothing: a call for each would be half of the time.
        if part and type(part) not in _PLAIN and (type(part) is not str or _UNSAFE.search(part)):
            new = to_printable(part)
            if new is not part:
                changed[name] = new
    return replace(value, **changed) if changed else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.init) if is_dataclass(kind) else ()
