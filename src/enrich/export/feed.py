"""``changes.atom``: what changed lately, for feed readers (RFC 4287)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from enrich.export.change_report import HEADINGS, describe, subject
from enrich.export.changes import change_id, stable_id
from enrich.export.columns import CHANGES_HISTORY
from enrich.export.history import read_partition, staged_partitions
from enrich.model.work import Change, ChangeKind
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.export.staging import Staging
    from enrich.model.work import Bibliography

NAME = "changes.atom"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_BEFORE_ANY = date(1970, 1, 1)
_MOST_ENTRIES = 200
_LONGEST_TITLE = 500
_LONGEST_ADDRESS = 2_000
_IN_ADDRESS = ":/?#@!$&*+,;=%~-._'()"


def to_feed(bibliography: Bibliography, staging: Staging) -> str:
    """The text of the feed: the newest changes of the history, those of this run among them."""
    today = bibliography.started_at.astimezone(UTC).date()
    found = list(_newest(staging)) or [(today, one) for one in bibliography.changes or ()][:_MOST_ENTRIES]
    names = [one.name for one in bibliography.lists]
    feed = Element("feed", {"xmlns": _NAMESPACE})
    own_id = stable_id("feed", *((one.name, one.source) for one in bibliography.lists))
    _text(feed, "id", f"urn:uuid:{own_id}")
    titles = "; ".join(one.title or one.name for one in bibliography.lists)
    _text(feed, "title", f"Changes: {one_line(titles, _LONGEST_TITLE)}")
    told = [one.updated_at.astimezone(UTC).date() for one in bibliography.works if one.updated_at]
    latest = max((day for day, _ in found), default=max(told, default=_BEFORE_ANY))
    _text(feed, "updated", _moment(latest))
    _text(SubElement(feed, "author"), "name", "enrich")
    _text(feed, "generator", "enrich").set("version", bibliography.code_version)
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": NAME})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": "report.html"})
    seen: set[str] = set()
    for day, change in found:
        id_ = f"urn:uuid:{change_id(change, change.list or names[0], day)}"
        if id_ not in seen:
            seen.add(id_)
            _add_entry(feed, change, id_, day)
    indent(feed, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(feed, encoding="unicode")}\n'


def _newest(staging: Staging) -> Iterator[tuple[date, Change]]:
    """The last changes of the history with their days, the newest day first."""
    names = [column.name for column in CHANGES_HISTORY.columns][2:]
    n_found = 0
    for day, path in sorted(staged_partitions(staging, staging.folder, CHANGES_HISTORY).items(), reverse=True):
        for _, _, *values in read_partition(path, CHANGES_HISTORY)[: _MOST_ENTRIES - n_found]:
            n_found += 1
            facts = dict(zip(names, values, strict=True))
            with suppress(ValueError):  # a kind, or a day, that this version does not know
                yield date.fromisoformat(day), Change(**facts | {"kind": ChangeKind(facts["kind"])})
        if n_found >= _MOST_ENTRIES:
            return


def _add_entry(feed: Element, change: Change, id_: str, day: date) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", id_)
    _text(entry, "title", one_line(f"{HEADINGS[change.kind]}: {subject(change)}", _LONGEST_TITLE))
    _text(entry, "updated", _moment(day))
    SubElement(entry, "category", {"term": change.kind.value})
    where = f"{change.list}: " if change.list else ""
    _text(entry, "content", one_line(f"{where}{describe(change) or subject(change)}", _LONGEST_TITLE)).set(
        "type", "text"
    )
    url = quote(one_line(change.url or ""), safe=_IN_ADDRESS)
    if url.lower().startswith(("https://", "http://")) and len(url) <= _LONGEST_ADDRESS:
        SubElement(entry, "link", {"rel": "alternate", "href": url})


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = one_line(text)
    return element


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
