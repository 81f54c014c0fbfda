"""The programme of a conference as text: a title on a line, its authors on the next, sessions on lines of their own."""

from __future__ import annotations

import re

from enrich.readers.fields.written_names import is_name, is_names
from enrich.readers.inline import split_text
from enrich.readers.outline import BOLD, ITALIC, Block, Kind, Line, Outline, Run

_BREAK = re.compile(r"\n[ \t]*\n\s*")
_INSTITUTE = re.compile(r"(?<!\s)\s*\([^()\n]{0,200}\)")
_FEWEST = 3
_MOSTLY = 0.6
_PAIR = 2


def is_programme(text: str) -> bool:
    """Whether most paragraphs of two lines or more have names, with or without institutes, on their second line."""
    paragraphs = [lines for _, lines in _paragraphs(text[:65536]) if len(lines) >= _PAIR]
    return len(paragraphs) >= _FEWEST and sum(map(_has_names, paragraphs)) > _MOSTLY * len(paragraphs)


def read_programme(text: str) -> Outline:
    """Return the outline of a programme: sessions are headings, what has names below it is an item."""
    blocks: list[Block] = []
    for number, lines in _paragraphs(text):
        if len(lines) >= _PAIR and _has_names(lines):
            title = Line(number, [Run(lines[0], style=BOLD)])
            names = Line(number + 1, [Run(_INSTITUTE.sub("", lines[1]).strip(), style=ITALIC)])
            rest = [Line(number + place, split_text(line)) for place, line in enumerate(lines[2:], 2)]
            item = Block(Kind.ITEM, number, children=[Block(Kind.PARAGRAPH, number, [title, names, *rest])])
            if blocks and blocks[-1].kind is Kind.LIST:
                blocks[-1].children.append(item)
            else:
                blocks.append(Block(Kind.LIST, number, children=[item]))
        elif len(lines) == 1:
            blocks.append(Block(Kind.HEADING, number, [Line(number, [Run(lines[0])])], level=2 if blocks else 1))
        else:
            said = [Line(number + place, split_text(line)) for place, line in enumerate(lines)]
            blocks.append(Block(Kind.PARAGRAPH, number, said))
    return Outline(blocks, "programme")


def _paragraphs(text: str) -> list[tuple[int, list[str]]]:
    """Every paragraph with the number of its first line."""
    found: list[tuple[int, list[str]]] = []
    number, position = 1, 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        lines = [line.strip() for line in text[position:end].split("\n") if line.strip()]
        if lines:
            found.append((number, lines))
        position_next = match.end() if match else len(text)
        number += text.count("\n", position, position_next)
        position = position_next
    return found


def _has_names(lines: list[str]) -> bool:
    names = _INSTITUTE.sub("", lines[1]).strip(" .;")
    return (is_names(names) or is_name(names)) and not is_names(lines[0])
