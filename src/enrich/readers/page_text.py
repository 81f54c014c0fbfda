"""The text of a page that shows a list, markup gone: bullets ``•``, headings as short lines → outline.

A line of badge codes or a quoted abstract whose bullet got lost still stands for an entry.
"""

from __future__ import annotations

import re
from collections import deque

from enrich.readers.fields.labels import label_role
from enrich.readers.outline import Block, Kind, Line, Outline, Run
from enrich.text.venues import find_label, parse_label

_BULLET = re.compile(r"^\s*[•◦▪‣·]\s+(?P<text>\S.*)$")
_STARTS = ("Repository files navigation", "README", "Readme")
_ENDS = frozenset({"About", "Releases", "Packages", "Contributors", "Footer", "Languages"})
_CHROME = frozenset(
    {"Resources", "License", "Stars", "Watchers", "Forks", "Releases", "Packages", "Activity", "Readme"}
)
_CODES = re.compile(r"(?:[A-Z][A-Z0-9]{0,4})(?:\s+[A-Z][A-Z0-9]{0,4}){0,7}")
_CUT = re.compile(r"[:.]\s+")
_MOST_HEADING_WORDS = 12
_FEWEST_BULLETS = 2
_LONGEST_LABEL = 200
_NEAR = 4
"""Lines behind the end of a document in which a code host's own words stand."""


def is_page_text(text: str) -> bool:
    """Whether a text is a page's text with bullets and without markup."""
    n_bullets = sum(1 for line in text.splitlines() if _BULLET.match(line))
    return n_bullets >= _FEWEST_BULLETS and "](" not in text


def read_page_text(text: str) -> Outline:
    """Return the outline of a page's text; headings directly above another heading are its parents."""
    lines = _body(text.splitlines())
    paragraphs = _paragraphs(lines)
    blocks: list[Block] = []
    for index, (number, paragraph) in enumerate(paragraphs):
        following = paragraphs[index + 1][1] if index + 1 < len(paragraphs) else ""
        bullet = _BULLET.match(paragraph)
        if bullet:
            line = Line(number, _runs(bullet["text"].strip()))
            blocks.append(Block(Kind.ITEM, number, children=[Block(Kind.PARAGRAPH, number, [line])]))
        elif _CODES.fullmatch(paragraph):
            runs = [Run(code, None, f"badge/{code}") for code in paragraph.split()]
            blocks.append(Block(Kind.PARAGRAPH, number, [Line(number, runs)]))
        elif _is_heading(paragraph, following):
            is_parent = _is_heading(following, paragraphs[index + 2][1] if index + 2 < len(paragraphs) else "")
            blocks.append(Block(Kind.HEADING, number, [Line(number, [Run(paragraph)])], level=1 if is_parent else 2))
        else:
            inner = Block(Kind.PARAGRAPH, number, [Line(number, [Run(paragraph)])])
            blocks.append(Block(Kind.QUOTE, number, children=[inner]))
    return Outline(blocks, "page")


def _runs(text: str) -> list[Run]:
    """The runs of a bullet: labels behind the title were links once and get an empty target.

    >>> [run.text for run in _runs("A Title: With Subtitle: arXiv18, code") if run.url is not None]
    ['arXiv18', 'code']
    """
    for cut in reversed(list(_CUT.finditer(text))):
        first = text[cut.end() : cut.end() + _LONGEST_LABEL + 1].partition(", ")[0]
        if len(first) <= _LONGEST_LABEL and _is_label(first):
            labels = text[cut.end() :].split(", ")
            runs = [Run(text[: cut.start()] + ":")]
            for position, label in enumerate(labels):
                if position and not _is_label(label):
                    return [*runs, Run(", " + ", ".join(labels[position:]))]
                runs += [Run(" " if position == 0 else ", "), Run(label.strip(), "")]
            return runs
    head, _, last = text.rpartition(" ")
    found = find_label(last)
    if head and found is not None and found.year is not None:
        return [Run(head + " "), Run(last, "")]
    return [Run(text)]


def _is_label(text: str) -> bool:
    if label_role(text) is not None or find_label(text) is not None:
        return True
    try:
        return parse_label(text).year is not None
    except ValueError:
        return False


def _body(lines: list[str]) -> list[tuple[int, str]]:
    """The lines between the frame that a code host puts around a document, with their numbers."""
    first, last = 0, len(lines)
    for index, line in enumerate(lines):
        if line.strip() in _STARTS:
            first = index + 1
            break
    following: deque[str] = deque(maxlen=_NEAR)
    for index in range(len(lines) - 1, first, -1):
        line = lines[index].strip()
        if line in _ENDS and not _CHROME.isdisjoint(following):
            last = index
        if line:
            following.appendleft(line)
    return [(index + 1, lines[index]) for index in range(first, last)]


def _paragraphs(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Lines put together up to blank lines; each bullet by itself."""
    found: list[tuple[int, list[str]]] = []
    is_open = False
    for number, line in lines:
        text = line.replace("\xa0", " ")
        if not text.strip():
            is_open = False
        elif is_open and not _BULLET.match(text):
            found[-1][1].append(text.strip())
        else:
            found.append((number, [text if _BULLET.match(text) else text.strip()]))
            is_open = True
    return [(number, " ".join(parts)) for number, parts in found]


def _is_heading(paragraph: str, following: str) -> bool:
    """Whether a paragraph is a short line without a full stop above something else."""
    if not paragraph or not following or _BULLET.match(paragraph) or _CODES.fullmatch(paragraph):
        return False
    return len(paragraph.split()) <= _MOST_HEADING_WORDS and not paragraph.endswith((".", "!", ";", ","))
