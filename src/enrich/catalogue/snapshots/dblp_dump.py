"""The DBLP dump: one XML file of publication records (<https://dblp.org/xml/>)."""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import IO, TYPE_CHECKING, Any

from lxml import etree

from enrich.catalogue.snapshots.snapshot import CountingFile, SnapshotItem, read_lines
from enrich.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.catalogue.record_lines import Line

_TYPES = {
    "article": "journal",
    "inproceedings": "conference",
    "proceedings": "book",
    "book": "book",
    "incollection": "chapter",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "data": "dataset",
}
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,20});")
_XML_ENTITIES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>")
_DOI = re.compile(r"doi\.org/(10\.\d{4,9}/\S+)")
_CORR = re.compile(r"journals/corr/abs-(\d{4})-(\d{4,5})$")
_PIECE_LINES = 2_000


def read_dblp(file: CountingFile, stream: IO[bytes], *, start: int = 0) -> Iterator[SnapshotItem]:
    """Pieces of a DBLP file; the records of the first ``start`` lines are parsed and passed over.

    Raises:
        InputError: the XML is broken or truncated.
    """
    parser = etree.XMLPullParser(
        ("end",), tag=tuple(_TYPES), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    number = 0
    try:
        for number, raw in read_lines(file, stream):
            parser.feed(_ENTITY.sub(_spell_out, _DOCTYPE.sub(b"", raw) if number <= 3 else raw))  # noqa: PLR2004 (the head)
            for _, element in parser.read_events():
                if number > start:
                    yield _piece(number, element)
                _forget(element)
        parser.close()
    except etree.XMLSyntaxError as error:
        what = str(error.msg or error).splitlines()[0]
        raise InputError(f"broken XML: {what}", path=file.path, line=number, advice="download it again") from error


def _spell_out(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name in _XML_ENTITIES:
        return match[0]
    point = name2codepoint.get(name.decode())
    return f"&#{point};".encode() if point else b""


def _forget(element: Any) -> None:  # noqa: ANN401 (lxml's class is private)
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _piece(number: int, element: Any) -> SnapshotItem:  # noqa: ANN401
    texts: dict[str, list[str]] = {}
    for child in element:
        if isinstance(child.tag, str):
            texts.setdefault(child.tag, []).append(" ".join("".join(child.itertext()).split()))
    key, title = element.get("key"), (texts.get("title") or [""])[0]
    if not key or not title:
        return SnapshotItem(number, None, "a record without key or title")
    first = {name: values[0] for name, values in texts.items()}
    links = texts.get("ee", [])
    dois = [f"doi:{match[1].lower()}" for link in links if (match := _DOI.search(link))]
    arxiv = [f"arxiv:{match[1]}.{match[2]}"] if (match := _CORR.search(key)) else []
    line: Line = {
        "identifiers": [f"dblp:{key}", *arxiv, *(doi for doi in dois if not doi.startswith("doi:10.48550/arxiv."))],
        "title": title.removesuffix("."),
        "authors": texts.get("author") or texts.get("editor") or [],
        "type": "preprint" if arxiv or first.get("journal") == "CoRR" else _TYPES[element.tag],
        "year": int(first["year"]) if first.get("year", "").isdigit() else None,
        "venue": first.get("journal") or first.get("booktitle"),
        "volume": first.get("volume"),
        "issue": first.get("number"),
        "pages": first.get("pages"),
        "publisher": first.get("publisher"),
    }
    return SnapshotItem(number, {name: value for name, value in line.items() if value not in (None, [])})
