"""The healed list: the smallest edits of the original text that mend findings; every other byte stays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.check.labels import to_label
from enrich.check.lines import split_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from enrich.model.entry import Entry
    from enrich.model.finding import Finding

UPGRADES = frozenset({"preprint_label_though_published"})
"""Kinds that change what the curator chose to cite: mended only on request."""

_TITLES = frozenset({"title_typo", "title_typo_and_truncated", "title_abridged", "title_superseded", "stale_name"})
_LABELS = frozenset({"label_year_wrong", "label_venue_and_year_wrong"})
_LINKS = frozenset({"legacy_link", "stale_repository_address", "dead_link"})
HEALABLE = _TITLES | _LABELS | _LINKS | UPGRADES | {"missing_link", "markdown_missing_colon"}
"""Kinds that have one right edit; a link to another work or a duplicate is the curator's to decide."""

_CONTEXT = 1
"""Lines shown around an edit."""
_COLON = re.compile(r"(?<=[^\s:])(?=\s+\[[^\]]+\]\([^)]+\))")


@dataclass(frozen=True, slots=True)
class Healed:
    """A mended text and the findings that were mended in it."""

    text: str
    mended: tuple[Finding, ...]


def heal(text: str, findings: Iterable[Finding], entries: Mapping[int, Entry], kinds: Collection[str]) -> Healed:
    """The text with the findings of these kinds mended where what they quote stands on their line, once."""
    lines = split_lines(text)
    mended: list[Finding] = []
    for finding in _in_order(findings):
        entry = entries.get(finding.order or 0)
        if finding.kind not in kinds or finding.kind not in HEALABLE or not finding.fix or entry is None:
            continue
        if not 0 < finding.line <= len(lines):
            continue
        before = lines[finding.line - 1]
        after = _edit(before, finding, entry)
        if after != before:
            lines[finding.line - 1] = after
            mended.append(finding)
    return Healed("".join(lines), tuple(mended))


def to_diff(before: str, after: str, name: str) -> str:
    """A unified diff of a list and its healed text, line by line; empty when nothing was mended.

    Healing keeps the number of lines; ``difflib`` would search for a shorter script and name lines that are untouched.
    """
    # A diff knows no other end of a line.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    changed = [number for number, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
    hunks: list[list[int]] = []
    for number in changed:
        if hunks and number - hunks[-1][-1] <= _CONTEXT * 2:
            hunks[-1].append(number)
        else:
            hunks.append([number])
    return "".join([f"--- {name}\n+++ {name} (healed)\n" if hunks else "", *(_to_hunk(one, old, new) for one in hunks)])


def _to_hunk(numbers: list[int], old: list[str], new: list[str]) -> str:
    first, last = max(0, numbers[0] - _CONTEXT), min(len(old), numbers[-1] + _CONTEXT + 1)
    place = f"{first + 1},{last - first}"
    parts = [f"@@ -{place} +{place} @@\n"]
    for number in range(first, last):
        lines = (f"-{old[number]}", f"+{new[number]}") if number in numbers else (f" {old[number]}",)
        parts += (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return "".join(parts)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """An upgrade replaces the label, so it comes before the label's year, which is then no longer found."""
    return sorted(findings, key=lambda one: (one.line, one.kind not in UPGRADES, one.kind))


def _edit(line: str, finding: Finding, entry: Entry) -> str:
    fix = finding.fix or ""
    if finding.kind in _TITLES:
        return _replace_once(line, finding.list_says, fix)
    if finding.kind in _LABELS | UPGRADES:
        return _replace_once(line, f"[{finding.list_says}](", f"[{fix}](")
    if finding.kind in _LINKS:
        return _replace_once(line, finding.list_says, fix)
    if finding.kind == "markdown_missing_colon":
        return _COLON.sub(":", line, count=1)
    return _add_link(line, fix, entry)


def _replace_once(line: str, old: str, new: str) -> str:
    """The line with a text replaced if it stands there exactly once; the replacement is written as Markdown text."""
    return line.replace(old, new) if old and line.count(old) == 1 else line


def _add_link(line: str, address: str, entry: Entry) -> str:
    """The line with a link behind the title."""
    title = entry.title or ""
    if line.count(title) != 1 or "](" in line or not title:
        return line
    label = to_label("x20", entry.venue, entry.year) if entry.venue else "paper"
    return line.replace(title, f"{title}: [{label}]({address})")
