"""CSL-JSON for pandoc, Quarto and citeproc: <https://docs.citationstyles.org/en/stable/specification.html>."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from enrich.export.formats.bibtex import split_case
from enrich.export.reference_format import ReferenceFormat
from enrich.model.record import WorkType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.export.cited_work import CitedWork
    from enrich.model.persons import Author

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

_NOCASE = '<span class="nocase">{}</span>'
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def to_csl_json(cited_works: Iterable[CitedWork]) -> Iterator[str]:
    """The text of a CSL-JSON file piece by piece: one item per line, sorted by key."""
    before = "[\n"
    for cited in sorted(cited_works, key=lambda known: known.key):
        yield before
        yield _HALF_PAIR.sub("\ufffd", json.dumps(_item(cited), ensure_ascii=False))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _item(cited: CitedWork) -> dict[str, Any]:
    is_preprint = cited.type is WorkType.PREPRINT
    is_software = cited.type is WorkType.SOFTWARE
    fields = {
        "id": cited.key,
        "citation-key": cited.key,
        "type": "post-weblog" if cited.is_blog else CSL_TYPES[cited.type],
        "genre": "preprint" if is_preprint else None,
        "title": _title(cited.title),
        "author": [_name(author) for author in cited.authors],
        "issued": _issued(cited),
        "container-title": cited.container,
        "event-title": cited.event,
        "publisher": cited.publisher,
        "publisher-place": cited.place,
        "editor": [_name(editor) for editor in cited.editors],
        "collection-title": cited.series,
        "edition": cited.edition,
        "ISBN": cited.isbn,
        "ISSN": cited.issn,
        "volume": cited.volume,
        "issue": cited.issue if cited.type is WorkType.JOURNAL else None,
        "number": f"arXiv:{cited.arxiv_id}" if is_preprint and cited.arxiv_id else _number(cited),
        "page": cited.pages,
        "version": cited.version if is_software else None,
        "DOI": cited.doi,
        "URL": cited.url,
        "language": cited.language,
        "abstract": cited.abstract,
        "note": _note(cited),
    }
    return {name: value for name, value in fields.items() if value}


def _title(title: str) -> str:
    """The title with those words marked whose case means something, as in BibTeX; styles lower the others.

    Markup: <https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html>.
    """
    parts = (_NOCASE.format(text) if is_kept else text for text, is_kept in split_case(title))
    return "".join(parts)


def _note(cited: CitedWork) -> str | None:
    """What Zotero reads from its field Extra: arXiv id of a published paper, type of software without a version."""
    if cited.type is WorkType.SOFTWARE:
        return None if cited.version else "Type: software"
    return f"arXiv: {cited.arxiv_id}" if cited.arxiv_id and cited.type is not WorkType.PREPRINT else None


def _number(cited: CitedWork) -> str | None:
    return cited.issue if cited.type is WorkType.REPORT else None


def _name(author: Author) -> dict[str, str]:
    if author.is_organization or not author.family:
        return {"literal": author.name}
    given = ", ".join(filter(None, (author.given, author.suffix)))
    return {"family": author.family, "given": given} if given else {"family": author.family}


def _issued(cited: CitedWork) -> dict[str, list[list[int]]] | None:
    parts = [part for part in (cited.year, cited.month, cited.day) if part]
    return {"date-parts": [parts]} if cited.year else None


FORMAT = ReferenceFormat(
    name="csl",
    suffix=".csl.json",
    purpose="pandoc, Quarto, citeproc",
    place=3,
    write=lambda one, _: to_csl_json(one.works),
    aliases=("csl.json", "csl-json", "json"),
    tells_news=False,
)
