"""CSL-JSON for pandoc, Quarto and citeproc: <https://docs.citationstyles.org/en/stable/specification.html>."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from enrich.model.record import WorkType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.export.citation import Citation
    from enrich.model.record import Author

CSL_TYPES = {
    WorkType.PREPRINT: "article",
    WorkType.CONFERENCE: "paper-conference",
    WorkType.JOURNAL: "article-journal",
    WorkType.SOFTWARE: "book",
    WorkType.DATASET: "dataset",
    WorkType.WEBSITE: "webpage",
    WorkType.REPORT: "report",
    WorkType.BOOK: "book",
    WorkType.CHAPTER: "chapter",
    WorkType.THESIS: "thesis",
    WorkType.UNKNOWN: "document",
}
"""A ``book`` with a version is software to Zotero and pandoc; Zotero refuses a file that has the type ``software``."""

_HALF_PAIR = re.compile("[\ud800-\udfff]")


def to_csl_json(citations: Iterable[Citation]) -> Iterator[str]:
    """The text of a CSL-JSON file piece by piece: one item per line, sorted by key."""
    before = "[\n"
    for citation in sorted(citations, key=lambda known: known.key):
        yield before
        yield _HALF_PAIR.sub("\ufffd", json.dumps(_item(citation), ensure_ascii=False))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _item(citation: Citation) -> dict[str, Any]:
    is_preprint = citation.type is WorkType.PREPRINT
    is_software = citation.type is WorkType.SOFTWARE
    fields = {
        "id": citation.key,
        "citation-key": citation.key,
        "type": "post-weblog" if citation.is_blog else CSL_TYPES[citation.type],
        "genre": "preprint" if is_preprint else None,
        "title": citation.title,
        "author": [_name(author) for author in citation.authors],
        "issued": _issued(citation),
        "container-title": citation.container,
        "event-title": citation.event,
        "publisher": citation.publisher,
        "volume": citation.volume,
        "issue": citation.issue if citation.type is WorkType.JOURNAL else None,
        "number": f"arXiv:{citation.arxiv_id}" if is_preprint and citation.arxiv_id else _number(citation),
        "page": citation.pages,
        "version": (citation.version or "") if is_software else None,
        "DOI": citation.doi,
        "URL": citation.url,
        "language": citation.language,
        "abstract": citation.abstract,
        "note": f"arXiv: {citation.arxiv_id}" if citation.arxiv_id and not is_preprint else None,
    }
    return {name: value for name, value in fields.items() if value}


def _number(citation: Citation) -> str | None:
    return citation.issue if citation.type is WorkType.REPORT else None


def _name(author: Author) -> dict[str, str]:
    if author.is_organization or not author.family:
        return {"literal": author.name}
    given = ", ".join(filter(None, (author.given, author.suffix)))
    return {"family": author.family, "given": given} if given else {"family": author.family}


def _issued(citation: Citation) -> dict[str, list[list[int]]] | None:
    parts = [part for part in (citation.year, citation.month, citation.day) if part]
    return {"date-parts": [parts]} if citation.year else None
