"""Edits of a text by place, and the diff that they make."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CONTEXT = 1
"""Lines shown around an edit."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_Hunk = tuple[int, int, list[str]]
"""First line, the line behind the last one, and what stands in their place."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """New text in place of ``text[start:end]``; an insertion where both are equal."""

    start: int
    end: int
    new: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; insertions at one place stay in their order.

    Raises:
        ValueError: two edits overlap.

    >>> apply_edits("a titel of 2018", [Edit(11, 15, "2019"), Edit(2, 7, "title")])
    'a title of 2019'
    """
    parts: list[str] = []
    done = 0
    for edit in in_order(edits):
        if edit.start < done:
            raise ValueError(f"edits overlap at {edit.start}")
        parts += (text[done : edit.start], edit.new)
        done = edit.end
    return "".join((*parts, text[done:]))


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by place, insertions before what is replaced there."""
    return sorted(edits, key=lambda one: (one.start, one.end))


def to_diff(text: str, edits: Iterable[Edit], name: str, new_name: str) -> str:
    r"""A unified diff of a text and its edited form; empty when nothing changes.

    Only lines that an edit touches are compared: ``difflib`` over a whole file would search for a shorter script and
    name lines that are untouched.

    >>> print(to_diff("a\nb\nc\n", [Edit(2, 3, "B")], "x", "y"))
    --- x
    +++ y
    @@ -1,3 +1,3 @@
     a
    -b
    +B
     c
    <BLANKLINE>
    """
    lines = _LINE.findall(text)
    changed = list(_changed_lines(text, lines, in_order(edits)))
    parts = [f"--- {name}\n+++ {new_name}\n"] if changed else []
    shift = 0
    for group in _grouped(changed):
        hunk, grown = _to_hunk(group, lines, shift)
        parts.append(hunk)
        shift += grown
    return "".join(parts)


def _changed_lines(text: str, lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[_Hunk]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        first = min(bisect_right(starts, edit.start) - 1, max(len(lines) - 1, 0))
        last = first + 1 if edit.end == edit.start else max(bisect_right(starts, edit.end - 1), first + 1)
        if groups and first < groups[-1][1]:
            begin, end, some = groups[-1]
            groups[-1] = (begin, max(end, last), [*some, edit])
        else:
            groups.append((first, last, [edit]))
    pending: _Hunk | None = None
    for first, last, some in groups:
        start, end = starts[first], starts[min(last, len(lines))]
        moved = (Edit(one.start - start, one.end - start, one.new) for one in some)
        new = _LINE.findall(apply_edits(text[start:end], moved))
        matcher = SequenceMatcher(None, lines[first:last], new, autojunk=False)
        for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
            one = (first + old_start, first + old_end, new[new_start:new_end])
            if kind == "equal":
                continue
            if pending and pending[1] == one[0]:
                pending = (pending[0], one[1], [*pending[2], *one[2]])
                continue
            if pending:
                yield pending
            pending = one
    if pending:
        yield pending


def _grouped(changed: Iterable[_Hunk]) -> list[list[_Hunk]]:
    groups: list[list[_Hunk]] = []
    for one in changed:
        if groups and one[0] - groups[-1][-1][1] <= _CONTEXT * 2:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _to_hunk(group: Sequence[_Hunk], lines: Sequence[str], shift: int) -> tuple[str, int]:
    """The text of a hunk, and by how many lines it grows the file."""
    first, last = max(0, group[0][0] - _CONTEXT), min(len(lines), group[-1][1] + _CONTEXT)
    body: list[str] = []
    grown, done = 0, first
    for start, end, new in group:
        body += (f" {line}" for line in lines[done:start])
        body += (f"-{line}" for line in lines[start:end])
        body += (f"+{line}" for line in new)
        grown += len(new) - (end - start)
        done = end
    body += (f" {line}" for line in lines[done:last])
    size = last - first
    old, new_place = (_place(first, size), _place(first + shift, size + grown))
    ended = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in body)
    return f"@@ -{old} +{new_place} @@\n{''.join(ended)}", grown


def _place(first: int, size: int) -> str:
    return f"{first + 1 if size else first},{size}"
