"""The ``citation_*`` meta tags of a page: <https://scholar.google.com/intl/en/scholar/inclusion.html#indexing>."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from enrich.model.dates import PartialDate, parse_partial_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def parse_citation_meta(page: bytes) -> dict[str, list[str]]:
    """Return the contents of the citation tags by name without ``citation_``, in page order; empty for none.

    >>> parse_citation_meta(b'<html><head><meta name="citation_title" content="A &amp; B"></head></html>')
    {'title': ['A & B']}
    """
    root = _parse_page(page)
    tags: dict[str, list[str]] = {}
    for tag in root.iter("meta") if root is not None else ():
        name = (tag.get("name") or tag.get("property") or "").lower()
        content = " ".join((tag.get("content") or "").split())
        if name.startswith("citation_") and content:
            tags.setdefault(name.removeprefix("citation_"), []).append(content)
    return tags


def _parse_page(page: bytes) -> HtmlElement | None:
    from lxml import etree, html  # noqa: PLC0415 (only pages need it)

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        return html.document_fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def parse_links(page: bytes) -> list[tuple[str, str, str]]:
    """Return target and text of every link of a page, and the text of the element behind it, in order.

    >>> parse_links(b'<a href="/x">A <b>title</b></a> <i>Ada Lovelace</i>')
    [('/x', 'A title', 'Ada Lovelace')]
    """
    root = _parse_page(page)
    if root is None:
        return []
    return [(link.get("href"), _text_of(link), _text_of(link.getnext())) for link in root.iter("a") if link.get("href")]


def _text_of(element: HtmlElement | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def parse_meta_date(tags: dict[str, list[str]]) -> PartialDate | None:
    """Return the publication date of the tags, which write it with dashes, slashes or as a year.

    >>> str(parse_meta_date({"publication_date": ["2025/10/06"]}))
    '2025-10-06'
    """
    for name in ("publication_date", "date", "online_date", "year"):
        for text in tags.get(name, ()):
            with suppress(ValueError):
                return parse_partial_date(text.replace("/", "-"))
    return None


def pages_of(tags: dict[str, list[str]]) -> str | None:
    """Return ``first--last`` of the tags, or the first page alone.

    >>> pages_of({"firstpage": ["1"], "lastpage": ["9"]})
    '1--9'
    """
    first, last = (next(iter(tags.get(name, ())), None) for name in ("firstpage", "lastpage"))
    return f"{first}--{last}" if first and last and first != last else first
