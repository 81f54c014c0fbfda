"""The markups that can be read, and how a text shows which one it is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.readers.outline import Outline

_HTML_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
_BIBTEX = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]\s*[^\s,{}]+\s*,", re.MULTILINE)
_MARKDOWN = re.compile(r"\]\(|^#{1,6}\s|^\s*\|.*\|", re.MULTILINE)


def _markdown(text: str, where: str) -> Outline:
    if text.startswith(("---", "\ufeff---")):
        from enrich.readers.records import read_front_matter  # noqa: PLC0415

        page = read_front_matter(text, where)
        if page is not None:
            return page
    from enrich.readers.markdown import read_markdown  # noqa: PLC0415 (each parser only when it is needed)

    return read_markdown(_outdented(text) if where.lower().endswith(".txt") else text)


_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:\d{1,3}[.)]|[-*+•])[ \t]+(?=\S)")


def _outdented(text: str) -> str:
    """A plain text whose indented items are bullets at the margin: in Markdown they would be code or go on above."""
    lines = text.split("\n")
    margin: int | None = None
    for number, line in enumerate(lines):
        item = _ITEM.match(line)
        if item is None:
            margin = None if line.strip() and not line[0].isspace() else margin
            continue
        indent = len(item["indent"].expandtabs())
        margin = indent if margin is None else min(margin, indent)
        if item["indent"] and indent == margin:
            lines[number] = f"- {line[item.end() :]}"
    return "\n".join(lines)


def _wikitext(text: str, _where: str) -> Outline:
    from enrich.readers.wikitext import read_wikitext  # noqa: PLC0415

    return read_wikitext(text)


def _html(text: str, _where: str) -> Outline:
    from enrich.readers.html import read_html  # noqa: PLC0415

    return read_html(text)


def _page(text: str, _where: str) -> Outline:
    from enrich.readers.page_text import read_page_text  # noqa: PLC0415

    return read_page_text(text)


def _bibtex(text: str, where: str) -> Outline:
    from enrich.readers.bibtex_entries import read_bibtex  # noqa: PLC0415

    return read_bibtex(text, where)


def _rst(text: str, _where: str) -> Outline:
    from enrich.readers.rst import read_rst  # noqa: PLC0415

    return read_rst(text)


def _org(text: str, _where: str) -> Outline:
    from enrich.readers.org import read_org  # noqa: PLC0415

    return read_org(text)


def _yaml(text: str, where: str) -> Outline:
    from enrich.readers.records import read_yaml  # noqa: PLC0415

    return read_yaml(text, where)


def _keyed(text: str, _where: str) -> Outline:
    from enrich.readers.records import read_keyed_text  # noqa: PLC0415

    return read_keyed_text(text)


def _json(text: str, where: str) -> Outline:
    from enrich.readers.records import read_json  # noqa: PLC0415

    return read_json(text, where)


def _notebook(text: str, where: str) -> Outline:
    from enrich.readers.records import read_notebook  # noqa: PLC0415

    return read_notebook(text, where)


def _tex(text: str, _where: str) -> Outline:
    from enrich.readers.latex import read_latex  # noqa: PLC0415

    return read_latex(text)


def _asciidoc(text: str, _where: str) -> Outline:
    from enrich.readers.asciidoc import read_asciidoc  # noqa: PLC0415

    return read_asciidoc(text)


def _programme(text: str, _where: str) -> Outline:
    from enrich.readers.programme import read_programme  # noqa: PLC0415

    return read_programme(text)


def _csl(text: str, where: str) -> Outline:
    from enrich.readers.csl_and_ris import read_csl  # noqa: PLC0415

    return read_csl(text, where)


def _ris(text: str, where: str) -> Outline:
    from enrich.readers.csl_and_ris import read_ris  # noqa: PLC0415

    return read_ris(text, where)


def _rdf(text: str, where: str) -> Outline:
    from enrich.readers.zotero_rdf import read_zotero_rdf  # noqa: PLC0415

    return read_zotero_rdf(text, where)


def _identifiers(text: str, where: str) -> Outline:
    from enrich.readers.families.bare import read_identifiers  # noqa: PLC0415

    return read_identifiers(text, where)


def _csv(text: str, where: str) -> Outline:
    from enrich.readers.records import read_csv  # noqa: PLC0415

    return read_csv(text, where)


MARKUPS: dict[str, Callable[[str, str], Outline]] = {
    "markdown": _markdown,
    "html": _html,
    "page": _page,
    "rst": _rst,
    "org": _org,
    "bibtex": _bibtex,
    "yaml": _yaml,
    "json": _json,
    "keyed": _keyed,
    "csv": _csv,
    "notebook": _notebook,
    "latex": _tex,
    "asciidoc": _asciidoc,
    "wikitext": _wikitext,
    "programme": _programme,
    "csl": _csl,
    "ris": _ris,
    "rdf": _rdf,
    "identifiers": _identifiers,
}
"""Name of each reader, as ``--reader`` takes it."""
_BY_SUFFIX = {
    ".bib": "bibtex",
    ".html": "html",
    ".htm": "html",
    ".rst": "rst",
    ".rest": "rst",
    ".org": "org",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".ris": "ris",
    ".rdf": "rdf",
    ".ipynb": "notebook",
    ".tex": "latex",
    ".bbl": "latex",
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
    ".wiki": "wikitext",
    ".wikitext": "wikitext",
    ".mediawiki": "wikitext",
}
_ORG = re.compile(r"^\*+ .*\[\[https?://|^\s*[-+] \[\[https?://|^#\+(?:TITLE|BEGIN)", re.MULTILINE | re.IGNORECASE)


_WIKI_HEADING = re.compile(r"^={2,6}[^=\n].*={2,6}[ \t]*$", re.MULTILINE)
_RDF = re.compile(r"<rdf:RDF\b")
_HEAD = 4096


def _is_wikitext(text: str) -> bool:
    from enrich.readers.wikitext import looks_like_wikitext  # noqa: PLC0415

    return looks_like_wikitext(text)


def _is_csl(text: str) -> bool:
    from enrich.readers.csl_and_ris import is_csl  # noqa: PLC0415

    return is_csl(text)


_LINE_LIMITED = frozenset({"org", "rst"})
_MOST_LINE = 20_000


def markup_of(text: str, path: str) -> str:
    """Return the name of the reader that a text needs, by its content and then by its suffix.

    >>> markup_of("<!DOCTYPE html><html></html>", "list.md")
    'html'
    """
    if _HTML_PAGE.match(text):
        return "html"
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _BY_SUFFIX:
        return "csl" if suffix == ".json" and _is_csl(text) else _BY_SUFFIX[suffix]
    if not _MARKDOWN.search(text) and _BIBTEX.search(text):
        return "bibtex"
    if not _MARKDOWN.search(text):
        from enrich.readers.rst import looks_like_rst  # noqa: PLC0415

        if _ORG.search(text):
            return "org"
        if _WIKI_HEADING.search(text) and _is_wikitext(text):
            return "wikitext"
        if looks_like_rst(text):
            return "rst"
    if suffix in {".txt", ""} and (found := _plain_markup(text)):
        return found
    return "markdown"


def _plain_markup(text: str) -> str | None:
    """The reader of a text whose name says nothing, by how it begins."""
    from enrich.readers.csl_and_ris import is_ris  # noqa: PLC0415
    from enrich.readers.families.bare import are_identifiers  # noqa: PLC0415
    from enrich.readers.page_text import is_page_text  # noqa: PLC0415
    from enrich.readers.programme import is_programme  # noqa: PLC0415
    from enrich.readers.records import is_keyed_text  # noqa: PLC0415

    tests: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("identifiers", are_identifiers),
        ("ris", is_ris),
        ("csl", _is_csl),
        ("rdf", lambda text: _RDF.search(text, 0, _HEAD)),
        ("keyed", is_keyed_text),
        ("page", is_page_text),
        ("programme", lambda text: not _MARKDOWN.search(text) and is_programme(text)),
    )
    return next((name for name, is_such in tests if is_such(text)), None)


def read_text(text: str, *, path: str, where: str, reader: str | None = None) -> Outline:
    """Return the outline of a text."""
    markup = reader or markup_of(text, path)
    if markup in _LINE_LIMITED and max(map(len, text.split("\n")), default=0) > _MOST_LINE:
        return _lines_only(text, markup)
    return MARKUPS[markup](text, where)


def _lines_only(text: str, markup: str) -> Outline:
    """Every line as a paragraph: nobody writes a line of megabytes by hand, and parsers need minutes for it."""
    from enrich.readers.inline import split_lines  # noqa: PLC0415
    from enrich.readers.outline import Block, Kind, Outline  # noqa: PLC0415

    return Outline([Block(Kind.PARAGRAPH, line.number, [line]) for line in split_lines(text, 1)], markup)
