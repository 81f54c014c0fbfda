"""The change report in words: lines for terminals and logs, Markdown for artifacts and pull requests."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from enrich.model.work import ChangeKind
from enrich.text.printable import counted, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from enrich.model.work import Change

HEADINGS = {
    ChangeKind.ENTRY_ADDED: "Entries added",
    ChangeKind.ENTRY_REMOVED: "Entries removed",
    ChangeKind.ENTRY_MOVED: "Entries moved to another section",
    ChangeKind.WORK_RESOLVED: "Works found for entries that nobody knew",
    ChangeKind.PUBLISHED: "Preprints published",
    ChangeKind.RETRACTED: "Retracted",
    ChangeKind.WITHDRAWN: "Withdrawn",
    ChangeKind.CONCERN: "Expressions of concern",
    ChangeKind.CORRECTED: "Corrected",
    ChangeKind.TITLE_REVISED: "Titles revised",
    ChangeKind.AUTHORS_REVISED: "Authors revised",
    ChangeKind.ABSTRACT_REVISED: "Abstracts revised",
    ChangeKind.VALUE_CHANGED: "Other values that differ",
    ChangeKind.CITATION_JUMP: "Citation jumps",
    ChangeKind.LINK_DIED: "Links that died",
    ChangeKind.LINK_REVIVED: "Links that came back",
    ChangeKind.SOURCE_DOWN: "Sources that went down",
    ChangeKind.SOURCE_BACK: "Sources that are back",
}
"""What each kind of change is called where people read, in the order of the report."""

_LONGEST = 160
_UNREACHED = "cannot be reached"
LONGEST_TEXT = 400
"""Characters of a text by which people know what is meant; the files have it in full."""
_UNSAFE_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:])")


def to_lines(changes: Sequence[Change], since: date | None) -> list[str]:
    """The report for a terminal or a log; a night without changes is one line."""
    if not changes:
        return [quiet_line(since)]
    lines = [f"{counted(len(changes), 'change')}{_since(since)}:"]
    for kind, listed in groups(changes):
        if kind is ChangeKind.SOURCE_DOWN and all((one.detail or "").endswith(_UNREACHED) for one in listed):
            names = ", ".join(one.source or "" for one in listed)
            lines.append(f"{HEADINGS[kind]}: {names} cannot be reached")
            continue
        lines.append(f"{HEADINGS[kind]} ({len(listed)})")
        lines += (f"  {_line(change)}" for change in listed)
    return lines


def to_markdown(changes: Sequence[Change], list_name: str, since: date | None) -> str:
    """The report as Markdown in which no title can become markup; a night without changes is one line."""
    name = to_markdown_text(list_name)
    if not changes:
        quiet = quiet_line(since)
        return f"{name}: {quiet[0].lower()}{quiet[1:]}\n"
    blocks = [f"## {name}: {counted(len(changes), 'change')}{_since(since)}"]
    for kind, listed in groups(changes):
        items = "\n".join(f"- {_item(change)}" for change in listed)
        blocks.append(f"### {HEADINGS[kind]} ({len(listed)})\n\n{items}")
    return "\n\n".join(blocks) + "\n"


def groups(changes: Sequence[Change]) -> list[tuple[ChangeKind, list[Change]]]:
    """The changes by kind, in the order of the report."""
    order = {kind: place for place, kind in enumerate(ChangeKind)}
    ordered = sorted(changes, key=lambda change: order[change.kind])
    return [(kind, list(listed)) for kind, listed in groupby(ordered, key=lambda change: change.kind)]


def subject(change: Change) -> str:
    """What the change is about: a title, or the name of a source."""
    return one_line(change.title or change.work_id or change.source or "", LONGEST_TEXT)


def describe(change: Change) -> str:
    """What happened, to be read after the subject; may be empty."""
    return _WORDS.get(change.kind, _say_values)(change)


def _say_values(change: Change) -> str:
    field = "" if change.kind is ChangeKind.TITLE_REVISED else f"{(change.field or '').replace('_', ' ')}: "
    return f"{field}{_value(change.before)} → {_value(change.after)}{_by(change)}"


def _say_source(change: Change) -> str:
    return f"according to {change.source}" if change.source else ""


_WORDS: dict[ChangeKind, Callable[[Change], str]] = {
    ChangeKind.ENTRY_ADDED: lambda one: f"in {_section(one.after)}{_place(one)}",
    ChangeKind.ENTRY_REMOVED: lambda one: f"from {_section(one.before)}",
    ChangeKind.ENTRY_MOVED: lambda one: f"from {_section(one.before)} to {_section(one.after)}{_place(one)}",
    ChangeKind.WORK_RESOLVED: lambda one: f"is {_value(one.after)}{_by(one)}",
    ChangeKind.PUBLISHED: lambda one: f"{_value(one.after)}{_by(one)}",
    ChangeKind.RETRACTED: _say_source,
    ChangeKind.WITHDRAWN: _say_source,
    ChangeKind.CONCERN: _say_source,
    ChangeKind.CORRECTED: _say_source,
    ChangeKind.ABSTRACT_REVISED: _say_source,
    ChangeKind.CITATION_JUMP: lambda one: f"{one.before} → {one.after} citations, {one.detail}{_by(one)}",
    ChangeKind.LINK_DIED: lambda one: f"nothing is at {_value(one.url or one.detail)}{_by(one)}",
    ChangeKind.LINK_REVIVED: lambda one: f"{_value(one.url or one.detail)} leads somewhere again{_by(one)}",
    ChangeKind.SOURCE_DOWN: lambda one: _short(one.detail or "it did not answer"),
    ChangeKind.SOURCE_BACK: lambda _: "it answers again",
}
"""What to say of a change; of the other kinds the value before and after."""


def _by(change: Change) -> str:
    return f" ({change.source})" if change.source else ""


def _value(text: str | None) -> str:
    return _short(text) if text else "–"


def _section(path: str | None) -> str:
    return _short(path) if path else "(no section)"


def quiet_line(since: date | None) -> str:
    """What a report without changes says; without a day, that of a first run."""
    return f"Nothing changed since {since}." if since else "This is the first run: there is nothing to compare with."


def _since(since: date | None) -> str:
    return f" since {since}" if since else ""


def _place(change: Change) -> str:
    where = ":".join(str(part) for part in (change.file, change.line) if part is not None)
    return f", line {where}" if change.line is not None and change.file is None else f", {where}" if where else ""


def _line(change: Change) -> str:
    return ": ".join(filter(None, (subject(change), describe(change))))


def _item(change: Change) -> str:
    text = ": ".join(filter(None, (f"**{to_markdown_text(subject(change))}**", to_markdown_text(describe(change)))))
    url = change.url or ""
    if not url.lower().startswith(("https://", "http://")):
        return text
    # Titles stay out of the link: Prefect's pages show the text of a link as it is written.
    return f"{text} ([page]({quote(one_line(url), safe=':/?#@!$&*+,;=%~-._')}))"


def _short(text: str) -> str:
    return one_line(text, _LONGEST)


def to_markdown_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text on one line for Markdown, which would take signs for markup, addresses for links and tags for HTML."""
    escaped = _UNSAFE_MARKDOWN.sub(r"\\\1", one_line(text, longest))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
