"""Works that a page marks up as such: elements whose classes or properties name their fields, time and again.

Names are those of microformats (h-cite), of schema.org's ``itemprop`` and what generators of publication pages write:
``<li><span class="paper-title">…</span><span class="authors">…</span></li>``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_FIELDS = {
    **dict.fromkeys(("title", "headline"), "title"),
    **dict.fromkeys(("author", "authors", "creator", "creators"), "authors"),
    **dict.fromkeys(("venue", "journal", "conference", "booktitle", "proceedings"), "venue"),
    **dict.fromkeys(("year", "yr", "date", "published"), "date"),
    **dict.fromkeys(("abstract", "doi"), None),
}
_WORDS = re.compile(r"[a-z]+")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_FEWEST = 3
"""As many siblings make a layout."""
_MOST_CLIMBED = 12


def find_records(root: etree._Element) -> dict[etree._Element, dict[str, str]]:
    """Return the fields of each element that holds one work, named as records of data files name them.

    A work is what surrounds one title as far as no other title is inside; it has authors as well, or a venue.
    """
    named = [(element, name) for element in root.iter() if (name := field_of(element))]
    titles = [element for element, name in named if name == "title" and _text(element)]
    if not titles:  # the title is then the nearest heading above the authors
        found_above = (_heading_above(one) for one, name in named if name == "authors")
        titles = list(dict.fromkeys(one for one in found_above if one is not None))
        named += [(element, "title") for element in titles]
    if len(titles) < _FEWEST:
        return {}
    n_below: dict[etree._Element, int] = {}
    for title in titles:
        for above in title.iterancestors():
            n_below[above] = n_below.get(above, 0) + 1
    holders = {holder: title for title in titles if (holder := _holder(title, n_below)) is not None}
    found: dict[etree._Element, dict[str, list[etree._Element]]] = {holder: {} for holder in holders}
    for element, name in named:
        holder = next((above for above in (element, *element.iterancestors()) if above in found), None)
        if holder is not None:
            found[holder].setdefault(name, []).append(element)
    whole = {holder: parts for holder, parts in found.items() if {"authors", "venue"} & parts.keys()}
    if len(whole) < _FEWEST or 2 * len(whole) < len(titles):
        return {}
    return {holder: dict(_record(holder, holders[holder], parts)) for holder, parts in whole.items()}


def field_of(element: etree._Element) -> str | None:
    """Return the field that the classes or the property of an element name, or None.

    >>> from lxml import html
    >>> [field_of(html.fromstring(f'<b class="{name}">x</b>')) for name in ("h paperTitle", "pub-authors", "titles")]
    ['title', 'authors', None]
    """
    tag: object = element.tag
    if not isinstance(tag, str):  # a comment
        return None
    for name in (*(element.get("itemprop") or "").split(), *(element.get("class") or "").split()):
        words = _WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower())
        if words and words[-1] in _FIELDS:
            return _FIELDS[words[-1]] or words[-1]
    return None


def _heading_above(element: etree._Element) -> etree._Element | None:
    return next((one for one in element.itersiblings(preceding=True) if one.tag in _HEADINGS), None)


def _holder(title: etree._Element, n_below: dict[etree._Element, int]) -> etree._Element | None:
    """The outermost element around a title that holds no other one."""
    holder = None
    for _, above in zip(range(_MOST_CLIMBED), title.iterancestors(), strict=False):
        if n_below[above] > 1:
            break
        holder = above
    return holder


def _record(
    holder: etree._Element, title: etree._Element, parts: dict[str, list[etree._Element]]
) -> Iterator[tuple[str, str]]:
    yield "title", _text(title)
    for name, elements in parts.items():
        if name != "title":
            first = elements[0]
            same = [one for one in elements if (one.tag, one.get("class")) == (first.tag, first.get("class"))]
            yield name, "; ".join(filter(None, map(_text, same))) if name == "authors" else _text(first)
    yield from _links((*title.iter("a"), *title.iterancestors("a"), *holder.iter("a")))


def _links(links: tuple[etree._Element, ...]) -> Iterator[tuple[str, str]]:
    """The address of the work by the first link, of what belongs to it by the words of theirs; quotations have none."""
    seen: set[str] = set()
    for place, link in enumerate(links):
        url = (link.get("href") or "").strip()
        if url and url not in seen and not url.startswith("#") and next(link.iterancestors("blockquote"), None) is None:
            seen.add(url)
            yield (_text(link).lower() or f"link {place}") if len(seen) > 1 else "url", url


def _text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
