"""F13: ``<details>`` whose summary is the title, above BibTeX or with a link to the paper; BibTeX of other entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.families import bibliography
from enrich.readers.family import Family
from enrich.readers.fields.titles import count_words
from enrich.readers.grammar import read_one
from enrich.readers.outline import Kind, plain_lines, walk
from enrich.readers.pieces import to_pieces
from enrich.text.hosts import is_paper_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block
    from enrich.readers.pieces import Piece

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
    """Return the entry of a ``<details>`` element, or None when its summary names none."""
    if block.level:
        return None  # where one begins or ends
    text = bibtex_of(block)
    pieces = [piece for piece in to_pieces(block.lines) if piece.url != "#"]
    if text is None:
        return _from_summary(block, pieces)
    draft = None
    if not _NOT_TITLES.match("".join(piece.text for piece in pieces)):
        draft = read_one(pieces, is_titled=True)
    if draft is None:
        draft = _from_bibtex(text, block.line)
    if draft is None:
        return None
    draft.family, draft.evidence, draft.line = (
        DETAILS,
        "the summary of a details element is the title",
        block.line,
    )
    add_bibtex(draft, text)
    return draft


def _read_block(block: Block) -> Sequence[Draft]:
    draft = read(block)
    return [draft] if draft else []


DETAILS = Family(
    code="F13",
    shape="`<details>` whose summary is the title: above BibTeX, or with a link to the paper",
    read_block=_read_block,
    kinds=frozenset({Kind.DETAILS}),
)


def _from_summary(block: Block, pieces: Sequence[Piece]) -> Draft | None:
    """The entry of a summary that links to a paper; what is folded away below it is its abstract."""
    if not any(is_paper_url(piece.url) for piece in pieces):
        return None
    if any(inner.kind in {Kind.LIST, Kind.TABLE, Kind.HEADING} for inner in walk(block.children)):
        return None
    draft = read_one(pieces, is_titled=True)
    if draft is not None:
        draft.family, draft.evidence, draft.line = (
            DETAILS,
            "the summary of a details element links to a paper",
            block.line,
        )
        texts = [plain_lines(inner.lines) for inner in block.children if inner.kind is Kind.PARAGRAPH]
        draft.quote = draft.quote or " ".join(filter(None, texts)) or None
    return draft


def _from_bibtex(text: str, line: int) -> Draft | None:
    from enrich.readers.bibtex_entries import read_bibtex  # noqa: PLC0415 (only for BibTeX)

    blocks = read_bibtex(text, "").blocks
    return bibliography.read(blocks[0].text, None, blocks[0].fields, line) if blocks else None


def entries_of(text: str) -> Sequence[Block]:
    """Return the entries of BibTeX."""
    from enrich.readers.bibtex_entries import read_bibtex  # noqa: PLC0415 (only for BibTeX)

    return [block for block in read_bibtex(text, "").blocks if block.kind is Kind.DATA]


def add_bibtex(draft: Draft, text: str) -> bool:
    """Add what BibTeX says about an entry, where it wins for all but the title; False where it is about another."""
    found = _from_bibtex(text, draft.line)
    if found is None:
        return True
    if draft.title and found.title and not _is_same(draft.title, found.title):
        return False
    draft.title = draft.title or found.title
    draft.authors = found.authors or draft.authors
    draft.label = draft.label or found.label
    draft.venue = found.venue or draft.venue
    draft.year = found.year or draft.year
    draft.extra_identifiers += found.extra_identifiers
    known = {link.url for link in draft.links}
    draft.links += [link for link in found.links if link.url not in known]
    return True


def _is_same(first: str, second: str) -> bool:
    one, other = (_NOT_LETTERS.sub("", text.lower()) for text in (first, second))
    return one[:30] == other[:30] or (count_words(first) > 2 and (one in other or other in one))  # noqa: PLR2004
