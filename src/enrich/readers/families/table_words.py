"""What stands in the cells of tables: the words of headers, and the cells that hold nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.fields.titles import count_words
from enrich.readers.outline import plain_lines

if TYPE_CHECKING:
    from enrich.readers.outline import Cell

_HEADERS: dict[str, str] = {
    "title": "title papers titles article articles publication publications work works study survey thesis 标题 论文",
    "paper": "paper reference references ref citation source",
    "acronym": (
        "name model models method methods abbreviation abbr acronym algorithm algorithms short approach"
        " approaches alias detector system framework nickname dataset 名称"
    ),
    "venue": "venue venues conference conferences conf journal pub published proceedings where publisher 会议",
    "year": "year years 年份",
    "date": "date time month day released release submitted updated 日期",
    "authors": "author authors by 作者",
    "keywords": (
        "keyword keywords tag tags topic topics task tasks category categories type field area domain modality"
        " modalities institute institution affiliation organization company"
    ),
    "notes": "note notes comment comments description summary contribution contributions highlights highlight tldr",
    "links": (
        "code codes github repo repository implementation implementations project website webpage homepage"
        " page demo video videos slides slide"
        " poster data link links url pdf arxiv doi resource resources bibtex supplementary blog official"
        " materials material stars star model zoo download"
    ),
}
_COLUMN_OF = {word: column for column, words in _HEADERS.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")
EMPTY = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "–",
        "/",
        "n/a",
        "na",
        "nan",
        "null",
        "none",
        "x",
        "×",
        "✗",
        "❌",
        "link",
        "no",
        "tbd",
        "?",
        "...",
        "coming soon",
        "heavy_minus_sign",
    }
)


MOST_COLUMNS, MOSTLY = 64, 0.6
WORDS_OF_TITLE, MOST_TITLE_WORDS = 4, 45


def column_of(header: str) -> str | None:
    """Return what a column holds by its header, or None.

    >>> column_of("Paper Title"), column_of("Venue/Year"), column_of("Parameters")
    ('title', 'venue', None)
    """
    words = [word.lower() for word in _WORD.findall(header)]
    found = [_COLUMN_OF[word] for word in words if word in _COLUMN_OF]
    if not found or len(words) > 4:  # noqa: PLR2004
        return None
    if "title" in found:
        return "title"
    if "links" in found and found[0] != "venue":
        return "links"
    return found[-1] if found[0] == "paper" and len(found) > 1 else found[0]


def text_of_cell(cell: Cell) -> str:
    """Return the words of a cell."""
    return plain_lines(cell.lines)


def length_of(text: str) -> int:
    """Words of a text; two letters of a script without spaces count as one."""
    return count_words(text) if text.isascii() else max(count_words(text), sum(map(_is_wide, text)) // 2)


def _is_wide(letter: str) -> bool:
    return letter >= "\u3040" and letter.isalpha()
