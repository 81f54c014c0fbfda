"""F13: ``<details>`` whose summary is the title and whose body is BibTeX; also BibTeX under any other entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.families import linked_title, plain_title, records
from enrich.readers.fields.titles import count_words
from enrich.readers.outline import Kind, walk
from enrich.readers.pieces import to_pieces

if TYPE_CHECKING:
    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block

FAMILY = "F13"
_BIBTEX = re.compile(r"^\s*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_NOT_TITLES = re.compile(
    r"\W*(?:bib ?tex|abstract|citation|cite|click|show|expand|more|details?|summary|toc|contents?|table of contents)\b",
    re.IGNORECASE,
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def is_bibtex(text: str) -> bool:
    """Whether a code block holds BibTeX."""
    return bool(_BIBTEX.search(text))


def bibtex_of(block: Block) -> str | None:
    """The BibTeX in a block or below it, or None."""
    return next((inner.text for inner in walk([block]) if inner.kind is Kind.CODE and is_bibtex(inner.text)), None)


def read(block: Block) -> Draft | None:
    """Return the entry of a ``<details>`` element with BibTeX, or None."""
    text = bibtex_of(block)
    if text is None:
        return None
    pieces = [piece for piece in to_pieces(block.lines) if piece.url != "#"]
    draft = None
    if not _NOT_TITLES.match("".join(piece.text for piece in pieces)):
        draft = linked_title.read(pieces) or plain_title.read(pieces)
    if draft is None:
        draft = _from_bibtex(text, block.line)
    if draft is None:
        return None
    draft.family, draft.evidence, draft.line = FAMILY, "the summary of a details element is the title", block.line
    add_bibtex(draft, text)
    return draft


def _from_bibtex(text: str, line: int) -> Draft | None:
    from enrich.readers.bibtex import fields_of, parse_library  # noqa: PLC0415 (only for BibTeX)

    entries = parse_library(text).entries
    return records.read(fields_of(entries[0]), line) if entries else None


def add_bibtex(draft: Draft, text: str) -> None:
    """Add what BibTeX says about an entry: it wins for authors, venue, year and identifiers."""
    found = _from_bibtex(text, draft.line)
    if found is None or (draft.title and found.title and not _is_same(draft.title, found.title)):
        return
    draft.title = draft.title or found.title
    draft.authors = found.authors or draft.authors
    draft.label = draft.label or found.label
    draft.venue = found.venue or draft.venue
    draft.year = found.year or draft.year
    draft.extra_identifiers += found.extra_identifiers
    known = {link.url for link in draft.links}
    draft.links += [link for link in found.links if link.url not in known]


def _is_same(first: str, second: str) -> bool:
    one, other = (_NOT_LETTERS.sub("", text.lower()) for text in (first, second))
    return one[:30] == other[:30] or (count_words(first) > 2 and (one in other or other in one))  # noqa: PLR2004
