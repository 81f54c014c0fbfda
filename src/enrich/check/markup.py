"""What is wrong with the text itself: open quotes and brackets, separators left out, contents that lead nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.check.evidence import on_entry
from enrich.check.numbered_lines import split_lines
from enrich.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.model.entry import Entry, ReadingList

_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"))
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
_ANCHOR_LINK = re.compile(r"\[([^\]]+)\]\(#([^)\s]+)\)")
_HTML_ANCHOR = re.compile(r"<a\s[^>]*(?:name|id)\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_CONTENTS = re.compile(r"(?:table of )?contents|toc|index", re.IGNORECASE)
_MISSING_COLON = re.compile(r"^\s*[*+-]\s+[^\[\]]*[^\s:.,;!?\-–—|(\[]\s+\[[^\]]+\]\([^)]+\)")
_WITH_COLON = re.compile(r":\s+\[[^\]]+\]\(")
_USUAL = 0.8
_LEAST_ENTRIES = 5


def find_markup_defects(reading_list: ReadingList, text: str | None) -> Iterator[Finding]:
    """Findings that need no record."""
    for entry in reading_list.entries:
        yield from _check_pairs(reading_list.name, entry)
    if text is not None:
        lines = [line.rstrip("\r\n") for line in split_lines(text)]
        yield from _check_colons(reading_list, lines)
        yield from _check_contents(reading_list.name, lines)


def _check_pairs(name: str, entry: Entry) -> Iterator[Finding]:
    title = entry.title or ""
    is_odd = title.count('"') % 2 == 1
    broken = [opener for opener, closer in _PAIRS if title.count(opener) != title.count(closer)]
    if is_odd or broken:
        kind = "markup_unbalanced_quote" if is_odd or "“" in broken else "markup_unbalanced_bracket"
        says = f"{'a quotation mark' if kind.endswith('quote') else 'a bracket'} without its pair"
        yield on_entry(name, entry, kind, Severity.DEFECT, title, says)


def _check_colons(reading_list: ReadingList, lines: list[str]) -> Iterator[Finding]:
    """Entries without the colon that nearly all others of the list put between title and link."""
    items = [entry for entry in reading_list.entries if 0 < entry.line <= len(lines) and entry.links]
    with_colon = {entry.order for entry in items if _WITH_COLON.search(lines[entry.line - 1])}
    if len(items) < _LEAST_ENTRIES or len(with_colon) < _USUAL * len(items):
        return
    for entry in items:
        line = lines[entry.line - 1]
        if entry.order not in with_colon and _MISSING_COLON.match(line):
            says = "no colon between the title and the link"
            known = f"{len(with_colon)} of {len(items)} entries have one"
            yield on_entry(reading_list.name, entry, "markdown_missing_colon", Severity.STYLE, says, known, fix=":")


def _check_contents(name: str, lines: list[str]) -> Iterator[Finding]:
    """Contents whose anchors have no heading, and headings that the contents leave out."""
    headings, links, anchors = _structure(lines)
    slugs = _slugs([text for _, _, text in headings])
    known = set(slugs) | anchors
    if not links:
        return
    for line, text, anchor in links:
        if anchor.lower() not in known:
            yield _on_line(name, line, "toc_anchor_missing", Severity.DEFECT, f"[{text}](#{anchor})")
    linked = {anchor.lower() for _, _, anchor in links}
    named = " ".join(text for _, text, _ in links).casefold()
    last = max(line for line, _, _ in links)
    for (line, level, text), slug in zip(headings, slugs, strict=True):
        is_named = slug in linked or text.casefold() in named
        if line > last and level > 1 and not is_named and not _CONTENTS.fullmatch(text):
            says = f"{'#' * level} {text}"
            yield _on_line(name, line, "toc_missing_entry", Severity.STYLE, says)


def _structure(lines: list[str]) -> tuple[list[tuple[int, int, str]], list[tuple[int, str, str]], set[str]]:
    """Headings (line, level, text), anchor links (line, text, anchor), anchors set by hand; fenced code is left out."""
    headings: list[tuple[int, int, str]] = []
    links: list[tuple[int, str, str]] = []
    anchors: set[str] = set()
    is_code = False
    for number, line in enumerate(lines, 1):
        if _FENCE.match(line):
            is_code = not is_code
        if is_code:
            continue
        anchors.update(anchor.lower() for anchor in _HTML_ANCHOR.findall(line))
        if heading := _HEADING.match(line):
            headings.append((number, len(heading[1]), _plain(heading[2])))
        links += [(number, text, anchor) for text, anchor in _ANCHOR_LINK.findall(line)]
    return headings, links, anchors


def _slugs(texts: list[str]) -> list[str]:
    """Anchors as GitHub makes them: lower case, no punctuation, dashes for spaces, numbers behind repeated ones."""
    seen: dict[str, int] = {}
    slugs = []
    for text in texts:
        slug = re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        slugs.append(f"{slug}-{count}" if count else slug)
    return slugs


def _plain(text: str) -> str:
    text = _MARKDOWN_LINK.sub(r"\1", re.sub(r"<[^>]*>", "", text))
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text).strip()


_CONTENTS_SAYS = {"toc_anchor_missing": "no such heading", "toc_missing_entry": "not in the contents"}


def _on_line(name: str, line: int, kind: str, severity: Severity, says: str) -> Finding:
    return Finding(
        list=name,
        order=None,
        line=line,
        kind=kind,
        severity=severity,
        list_says=says,
        record_says=_CONTENTS_SAYS[kind],
    )
