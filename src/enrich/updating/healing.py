"""A list mended by its findings: which of them have one right edit, and that edit in the list's own markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from enrich.check.numbered_lines import split_lines
from enrich.check.venue_labels import to_label
from enrich.editing.bibtex_edits import FieldEdit, entry_edits, is_faithful
from enrich.editing.edits import Edit, apply_edits
from enrich.editing.line_edits import EDITORS, LineEditor
from enrich.errors import InputError
from enrich.export.formats.bibtex import escape_text, protect_title
from enrich.readers import read_files
from enrich.text.bibtex_syntax import BibBlock, BibFile, parse_bibliography
from enrich.text.title_forms import normalize_title
from enrich.updating.mistyped_titles import can_set_title, mended_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from enrich.model.entry import Entry
    from enrich.model.finding import Finding

UPGRADES = frozenset({"preprint_label_though_published"})
"""Kinds that change what the curator chose to cite: mended only on request."""

_TITLES = frozenset({"title_typo", "title_typo_and_truncated", "title_abridged", "title_superseded", "stale_name"})
_LABELS = frozenset({"label_year_wrong", "label_venue_and_year_wrong"}) | UPGRADES
_LINKS = frozenset({"legacy_link", "stale_repository_address", "dead_link"})
HEALABLE = _TITLES | _LABELS | _LINKS | {"missing_link", "markdown_missing_colon"}
"""Kinds that have one right edit; a link to another work or a duplicate is the curator's to decide."""
_FIELD = re.compile(r"(\w+) = \{([^{}\\]+)\}")
_PLAIN_TEX = re.compile(r"(\{*)[^{}\\$]*(\}*)")


@dataclass(frozen=True, slots=True)
class Healed:
    """The edits of a text and the findings that they mend."""

    text: str
    """Mended."""
    mended: tuple[Finding, ...]
    edits: tuple[Edit, ...] = ()
    """Of the text before."""


@dataclass(frozen=True, slots=True)
class Document:
    """A list of one file as written."""

    text: str
    markup: str
    entries: Mapping[int, Entry]
    """By order."""


_Editor = Callable[[Document, Sequence["Finding"]], Healed]


def check_markup(markup: str, path: object) -> None:
    """Return when lists in a markup can be mended.

    Raises:
        InputError: nobody writes it by hand, or its lines are not those of its entries.
    """
    if markup != "bibtex" and markup not in EDITORS:
        known = ", ".join(sorted({*EDITORS, "bibtex"}))
        advice = f"mend it where it is made; edited are {known}"
        raise InputError(f"{markup} files are checked, not edited", path=path, advice=advice)


def heal(document: Document, findings: Iterable[Finding], kinds: Collection[str]) -> Healed:
    """The text with the findings of these kinds mended where what they quote stands once.

    The mended text is read again: a finding whose edit would change anything but the value that it is about stays.
    """
    wanted = [
        one
        for one in _in_order(findings)
        if one.kind in kinds and one.kind in HEALABLE and one.fix and one.order in document.entries
    ]
    edit = _edit_bibtex if document.markup == "bibtex" else _edit_lines
    return _keep_sound(document, edit, [], wanted)


def _keep_sound(document: Document, edit: _Editor, sound: Sequence[Finding], more: Sequence[Finding]) -> Healed:
    """The edits of the sound findings and of as many more as read as they were meant, found by halving."""
    healed = edit(document, [*sound, *more])
    if _reads_as_meant(document, healed):
        return healed
    if len(more) == 1:
        return edit(document, sound)
    middle = len(more) // 2
    first = _keep_sound(document, edit, sound, more[:middle])
    return _keep_sound(document, edit, first.mended, more[middle:])


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """An upgrade replaces the label, so it comes before the label's year, which is then no longer found."""
    return sorted(findings, key=lambda one: (one.line, one.kind not in UPGRADES, one.kind))


def _edit_lines(document: Document, findings: Sequence[Finding]) -> Healed:
    editor = EDITORS.get(document.markup)
    lines = split_lines(document.text)
    edited: dict[int, str] = {}
    mended = []
    for finding in findings if editor else ():
        place = finding.line - 1
        if editor is None or not 0 <= place < len(lines):
            continue
        before = edited.get(place, lines[place])
        after = _edited_line(editor, before, finding, document.entries[finding.order or 0])
        if after != before:
            edited[place] = after
            mended.append(finding)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    edits = tuple(Edit(starts[place], starts[place + 1], line) for place, line in sorted(edited.items()))
    return Healed(apply_edits(document.text, edits), tuple(mended), edits)


def _edited_line(editor: LineEditor, line: str, finding: Finding, entry: Entry) -> str:
    fix = finding.fix or ""
    if finding.kind in _TITLES:
        return editor.replace_text(line, finding.list_says, fix)
    if finding.kind in _LABELS:
        return editor.replace_label(line, finding.list_says, fix)
    if finding.kind in _LINKS:
        return editor.replace_address(line, finding.list_says, fix)
    if finding.kind == "markdown_missing_colon":
        return editor.add_colon(line)
    label = to_label("x20", entry.venue, entry.year) if entry.venue else "paper"
    return editor.add_link(line, entry.title or "", label, fix)


def _edit_bibtex(document: Document, findings: Sequence[Finding]) -> Healed:
    book = parse_bibliography(document.text)
    counts = Counter((block.line, block.key) for block in book.entries)
    blocks = {(block.line, block.key): block for block in book.entries if counts[block.line, block.key] == 1}
    edits: list[Edit] = []
    mended: list[Finding] = []
    touched: set[tuple[int, str]] = set()
    for finding in findings:
        entry = document.entries[finding.order or 0]
        block = blocks.get((entry.line, entry.key or ""))
        fields = _bibtex_fields(book, block, finding) if block else []
        places = {(finding.order or 0, one.name) for one in fields}
        if not block or not fields or touched & places:
            continue
        found = entry_edits(book, block, fields)
        if found and is_faithful(book, block, found, fields):
            touched |= places
            edits += found
            mended.append(finding)
    return Healed(apply_edits(document.text, edits), tuple(mended), tuple(edits))


def _bibtex_fields(book: BibFile, block: BibBlock, finding: Finding) -> list[FieldEdit]:
    fix = finding.fix or ""
    if finding.kind in _TITLES:
        title = block.field("title")
        value = _new_title(book.value(title), fix) if title else None
        return [FieldEdit("title", value)] if title and value and can_set_title(book, title, value) else []
    if finding.kind in _LINKS:
        found = (one for one in block.fields if book.value(one).replace("\\", "").strip() == finding.list_says)
        return [FieldEdit(one.name, fix.replace("\\", "")) for one in found][:1]
    if finding.kind == "missing_link":
        return [FieldEdit(name, value) for name, value in _FIELD.findall(fix)]
    return []


def _new_title(written: str, fix: str) -> str | None:
    """The title with what its writer protected; None where that cannot be told in the new one."""
    mended = mended_title(written, fix)
    if mended is not None:
        return mended
    plain = _PLAIN_TEX.fullmatch(written)
    if plain is None or len(plain[1]) != len(plain[2]):
        return None
    return f"{plain[1]}{escape_text(fix)}{plain[2]}" if plain[1] else protect_title(fix)


def _reads_as_meant(document: Document, healed: Healed) -> bool:
    """Whether the mended text reads as the same entries but for what the findings are about."""
    if not healed.mended:
        return True
    titles = {entry.title for entry in document.entries.values()}
    content = healed.text.encode("utf-8", "surrogatepass")
    try:
        found = read_files(
            {"x": content}, name="x", source="x", reader=document.markup, is_known=lambda title: title in titles
        )
    except InputError:
        return False
    if len(found.entries) != len(document.entries):
        return False
    by_order: dict[int, list[Finding]] = {}
    for one in healed.mended:
        by_order.setdefault(one.order or 0, []).append(one)
    return all(_is_same_but(document.entries[one.order], one, by_order.get(one.order, [])) for one in found.entries)


def _is_same_but(before: Entry, after: Entry, mended: Sequence[Finding]) -> bool:
    kinds = {one.kind for one in mended}
    titles = [one.fix or "" for one in mended if one.kind in _TITLES]
    if titles and normalize_title(after.title or "") != normalize_title(titles[-1]):
        return False
    addresses = [[link.url for link in entry.links] for entry in (before, after)]
    if not kinds & (_LINKS | {"missing_link"}) and addresses[0] != addresses[1]:
        return False
    free = {"line", "family", "file", "order", "fields", "stated"}
    free |= {"title", "acronym", "quote", "links"} if titles else set()
    free |= {"label", "venue", "year", "links", "date"} if kinds & _LABELS else set()
    free |= {"links", "identifiers", "label", "venue", "year"} if kinds & (_LINKS | {"missing_link"}) else set()
    free |= {"title", "label", "links", "venue", "year"} if "markdown_missing_colon" in kinds else set()
    values = [{one.name: one.tex or one.value for one in entry.fields} for entry in (before, after)]
    n_changed = len({name for name, _ in values[0].items() ^ values[1].items()})
    most = sum(2 if one.kind == "missing_link" else 1 for one in mended)
    return n_changed <= most and replace(before, **{name: getattr(after, name) for name in free}) == after
