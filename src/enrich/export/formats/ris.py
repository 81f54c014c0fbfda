"""RIS for EndNote, Mendeley, Citavi and Zotero: <https://refdb.sourceforge.net/manual-0.9.6/sect1-ris-format.html>."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.export.reference_format import ReferenceFormat
from enrich.model.record import WorkType
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.export.cited_work import CitedWork
    from enrich.model.persons import Author

_TYPES = {
    WorkType.PREPRINT: "UNPB",
    WorkType.CONFERENCE: "CPAPER",
    WorkType.JOURNAL: "JOUR",
    WorkType.SOFTWARE: "COMP",
    WorkType.DATASET: "DATA",
    WorkType.WEBSITE: "ELEC",
    WorkType.REPORT: "RPRT",
    WorkType.BOOK: "BOOK",
    WorkType.CHAPTER: "CHAP",
    WorkType.THESIS: "THES",
    WorkType.UNKNOWN: "GEN",
}


def to_ris(cited_works: Iterable[CitedWork]) -> Iterator[str]:
    """The text of a RIS file piece by piece: a record per work, sorted by key."""
    for cited in sorted(cited_works, key=lambda known: known.key):
        lines = [("TY", _TYPES[cited.type]), *_fields(cited), ("ER", "")]
        yield "".join(f"{tag}  - {_line(value)}\n" for tag, value in lines if value or tag == "ER") + "\n"


def _fields(cited: CitedWork) -> Iterator[tuple[str, str | None]]:
    yield "ID", cited.key
    yield "TI", cited.title
    yield from (("AU", _name(author)) for author in cited.authors)
    yield from (("ED", _name(editor)) for editor in cited.editors)
    yield "PY", str(cited.year) if cited.year else None
    yield "DA", cited.iso_date.replace("-", "/") if cited.iso_date and cited.month else None
    yield "JO" if cited.type is WorkType.JOURNAL else "T2", cited.container
    yield "C3", cited.event
    first, _, last = (cited.pages or "").partition("–")
    plain = {
        "T3": cited.series,
        "PB": cited.publisher,
        "CY": cited.place,
        "VL": cited.volume,
        "IS": cited.issue,
        "SP": first,
        "EP": last,
        "ET": cited.edition or cited.version,
        "SN": cited.isbn or cited.issn,
        "DO": cited.doi,
        "UR": cited.url,
        "AN": f"arXiv:{cited.arxiv_id}" if cited.arxiv_id else None,
        "LA": cited.language,
        "AB": cited.abstract,
    }
    yield from plain.items()
    yield from (("KW", keyword) for keyword in dict.fromkeys((*cited.tags, *cited.keywords)))


def _name(author: Author) -> str:
    """``Family, Given, Suffix``; an organization as it is, with a comma behind it so that no reader takes it apart."""
    if author.is_organization or not author.family:
        return f"{author.name.replace(',', '')},"
    return ", ".join(filter(None, (author.family, author.given, author.suffix)))


def _line(text: str | None) -> str:
    return one_line(text or "")


FORMAT = ReferenceFormat(
    name="ris",
    suffix=".ris",
    purpose="EndNote, Mendeley, Citavi, RefWorks",
    place=4,
    write=lambda one, _: to_ris(one.works),
)
