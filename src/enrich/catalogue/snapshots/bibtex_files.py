"""BibTeX files as snapshots: small ones, read whole, as lists are."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from enrich.catalogue.record_lines import to_line
from enrich.catalogue.snapshots.snapshot import CountingFile, SnapshotItem
from enrich.errors import InputError
from enrich.readers.bibtex_entries import read_bibtex as read_outline
from enrich.readers.families import bibliography

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.catalogue.record_lines import Line
    from enrich.readers.outline import Block

LARGEST_FILE = 256_000_000
"""Bytes."""


def read_bibtex(file: CountingFile, stream: IO[bytes], *, start: int = 0) -> Iterator[SnapshotItem]:
    """Pieces of a BibTeX file; what cannot be read is a piece without a line.

    Raises:
        InputError: the file is not UTF-8, or too large to be read whole.
    """
    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise InputError("more than 256 MB of BibTeX", path=file.path, advice="split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", path=file.path, line=number, advice="convert it to UTF-8") from error
    outline = read_outline(text, str(file.path))
    pieces = [SnapshotItem(one.line, None, one.detail) for one in outline.omissions]
    pieces += [SnapshotItem(block.line, *_line_of(block)) for block in outline.blocks]
    yield from (piece for piece in sorted(pieces, key=lambda piece: piece.number) if piece.number > start)


def _line_of(block: Block) -> tuple[Line | None, str | None]:
    """The line of an entry, or why there is none."""
    draft = bibliography.read(block.text, block.key, block.fields, block.line)
    if draft is None or draft.stated is None or not draft.title:
        return None, "an entry without title"
    line: Line = {"identifiers": []} | to_line(draft.stated)
    del line["retrieved_at"]  # a bibliography does not say when
    return line, None
