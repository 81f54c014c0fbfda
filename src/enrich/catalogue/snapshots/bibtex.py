"""BibTeX files as snapshots: small ones, read whole."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

from enrich.catalogue.snapshots.base import CountingFile, Piece
from enrich.errors import InputError
from enrich.text.markup import normalize_markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from enrich.catalogue.lines import Line

LARGEST_FILE = 256_000_000
"""Bytes."""
_TYPES = {
    "article": "journal",
    "inproceedings": "conference",
    "conference": "conference",
    "book": "book",
    "incollection": "chapter",
    "inbook": "chapter",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "techreport": "report",
    "report": "report",
    "software": "software",
    "dataset": "dataset",
    "online": "website",
}
_AND = re.compile(r"\s+and\s+")
_ARXIV = re.compile(r"(?:arxiv\s*:?\s*|abs/)?(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+")
_YEAR = re.compile(r"\d{4}")


def read_bibtex(file: CountingFile, stream: IO[bytes], *, start: int = 0) -> Iterator[Piece]:
    """Pieces of a BibTeX file.

    Raises:
        InputError: the file is not UTF-8, or too large to be read whole.
    """
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 (needed for this shape only)

    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise InputError("more than 256 MB of BibTeX", path=file.path, advice="split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", path=file.path, line=number, advice="convert it to UTF-8") from error
    library = parse_string(text)
    pieces = [Piece((block.start_line or 0) + 1, None, "no BibTeX entry") for block in library.failed_blocks]
    for entry in library.entries:
        fields = {name.lower(): str(field.value) for name, field in entry.fields_dict.items()}
        line = from_bibtex(fields, kind=entry.entry_type.lower())
        pieces.append(Piece((entry.start_line or 0) + 1, line, None if line else "an entry without title"))
    yield from (piece for piece in sorted(pieces, key=lambda piece: piece.number) if piece.number > start)


def from_bibtex(fields: Mapping[str, str], *, kind: str) -> Line | None:
    """Return the line of a BibTeX entry, or None without a title."""
    plain = {name: normalize_markup(value) for name, value in fields.items() if name not in {"author", "editor", "url"}}
    title = plain.get("title")
    if not title:
        return None
    identifiers = list(_identifiers(fields))
    year = _YEAR.search(plain.get("year") or plain.get("date") or "")
    line: dict[str, Any] = {
        "identifiers": identifiers,
        "title": title,
        "authors": [name.strip() for name in _AND.split(fields.get("author") or fields.get("editor") or "") if name],
        "type": "preprint"
        if kind == "misc" and identifiers and identifiers[0].startswith("arxiv")
        else _TYPES.get(kind),
        "year": int(year[0]) if year else None,
        "venue": plain.get("journal") or plain.get("journaltitle") or plain.get("booktitle"),
        "volume": plain.get("volume"),
        "issue": plain.get("number") or plain.get("issue"),
        "pages": plain.get("pages"),
        "publisher": plain.get("publisher"),
    }
    return {name: value for name, value in line.items() if value is not None}


def _identifiers(fields: Mapping[str, str]) -> Iterator[str]:
    is_arxiv = "arxiv" in (fields.get("eprinttype", "") + fields.get("archiveprefix", "")).lower()
    if "eprint" in fields and (match := _ARXIV.fullmatch(fields["eprint"].strip())) and (is_arxiv or "." in match[1]):
        yield f"arxiv:{match[1].lower()}"
    elif match := re.search(r"arxiv\.org/abs/(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", fields.get("url", "")):
        yield f"arxiv:{match[1]}"
    if match := _DOI.search(fields.get("doi", "").replace("\\_", "_")):
        yield f"doi:{match[0].lower()}"
