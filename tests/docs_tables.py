"""The tables of the docs that are made from the code: ``--write`` (``make fix``) makes them again."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from enrich.export.dictionary import to_markdown
from enrich.export.formats import REFERENCE_FORMATS
from enrich.readers.families import known_families
from enrich.sources import SOURCES

DOCS = Path(__file__).resolve().parent.parent / "docs"
_SCHEMES = {"arxiv": "arXiv id", "doi": "DOI", "s2": "Semantic Scholar id", "pmid": "PubMed id", "pmcid": "PMC id"}


def _sources() -> Iterator[str]:
    yield "| source | asked for | with | at once | seconds between | settles |"
    yield "|---|---|---|---|---|---|"
    for make in SOURCES.values():
        one = make().traits
        asked = [_SCHEMES.get(scheme, scheme) for scheme in one.schemes]
        sizes = [one.batch_size]
        if one.searches_titles:
            asked.append("title")
            sizes.append(one.titles_per_request)
        at_once = "; ".join(map(str, sizes))
        fields = ", ".join(sorted(name.replace("_", " ") for name in one.settles))
        yield f"| `{one.name}` | {one.purpose} | {', '.join(asked)} | {at_once} | {one.min_interval_s:g} | {fields} |"


def _formats() -> Iterator[str]:
    yield "| file | format | for |"
    yield "|---|---|---|"
    formats = REFERENCE_FORMATS.values()
    for one in formats:
        yield f"| `works{one.suffix}` | `{one.name}` | {one.purpose} |"
    news = ", ".join(f"`works-new{one.suffix}`" for one in formats if one.tells_news)
    why = "Zotero neither updates nor deduplicates on import"
    yield f"| {news} | | only the works that no earlier run published; no file where there are none. {why} |"
    per_list = ", ".join(f"`lists/NAME{one.suffix}`" for one in formats)
    yield f"| {per_list} | | one set per list, when a run has several |"


def _families() -> Iterator[str]:
    yield "| family | shape |"
    yield "|---|---|"
    for one in known_families():
        yield f"| {one} | {one.shape} |"


PAGES: dict[str, Callable[[], str]] = {"tables.md": to_markdown}
"""Pages that are made as a whole."""
TABLES: dict[tuple[str, str], Callable[[], Iterator[str]]] = {
    ("sources.md", "sources"): _sources,
    ("exports.md", "formats"): _formats,
    ("reading.md", "families"): _families,
}


def outdated(*, write: bool = False) -> list[str]:
    """The pages whose tables are not what the code says."""
    made = {page: text() for page, text in PAGES.items()}
    for (page, name), rows in TABLES.items():
        text = made.get(page) or (DOCS / page).read_text("utf-8")
        between = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        made[page] = between.sub(lambda match, rows=rows: match[1] + "\n".join(rows()) + "\n" + match[2], text)
    found = [page for page, text in made.items() if text != (DOCS / page).read_text("utf-8")]
    for page in found if write else ():
        (DOCS / page).write_text(made[page], "utf-8")
    return found


if __name__ == "__main__":
    outdated(write="--write" in sys.argv)
