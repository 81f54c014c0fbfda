"""A work as a Zotero item, and an item as plain properties that can be compared, whatever its type.

Item JSON: <https://www.zotero.org/support/dev/web_api/v3/write_requests>. Zotero's citation processor and Better BibTeX
read lines ``Name: value`` of ``Extra`` as fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.export.formats.rdf import item_type_of
from enrich.matching.description import Description, describe_fields
from enrich.zotero.item_types import ItemType, item_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from enrich.export.cited_work import CitedWork
    from enrich.model.persons import Author
    from enrich.model.work import Work

OWN_ID = "enrich"
"""The line of ``Extra`` that says which work an item is."""
_LINES = (OWN_ID, "Citation Key", "arXiv", "DOI", "Citations")
"""The lines of ``Extra`` that we write, in their order."""
_LINE = re.compile(r"\s*([\w. -]{1,40}?)\s*:\s*(.*?)\s*")
_NOT_TEXT = re.compile("[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXTRA = "extra:"
_LONGEST_TAG = 255
_NO_ITEM = frozenset({"attachment", "note", "annotation"})
_ARXIV = re.compile(
    r"(?:arxiv[:. /]+(?:abs/|pdf/)?|arxiv\.org/(?:abs|pdf)/)(\d{4}\.\d{4,5}|[a-z-]+(?:\.\w\w)?/\d{7})", re.IGNORECASE
)
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")

Properties = dict[str, Any]
"""``itemType``, ``creators``, base fields, and ``extra:NAME`` for a line of ``Extra``."""


@dataclass(frozen=True, slots=True)
class Item:
    """What we would have of a work in a library."""

    work_id: str
    title: str
    properties: Properties
    tags: tuple[str, ...] = ()
    """Of the curators."""
    automatic_tags: tuple[str, ...] = ()
    """Keywords and categories of sources."""
    description: Description = field(default_factory=Description, compare=False)


def to_item(cited: CitedWork, work: Work) -> Item:
    """Return the item of a work, with fields that its type has and nothing empty."""
    kind = item_types()[item_type_of(cited)]
    is_preprint = kind.name == "preprint"
    arxiv = cited.arxiv_id and f"{cited.arxiv_id}{f' [{cited.arxiv_category}]' if cited.arxiv_category else ''}"
    is_page = kind.name in {"webpage", "blogPost"}
    plain = {
        "title": cited.title,
        "abstractNote": cited.abstract,
        "publicationTitle": cited.container,
        "conferenceName": cited.event,
        "volume": cited.volume,
        "issue": cited.issue,
        "pages": cited.pages,
        "date": cited.iso_date,
        "series": cited.series,
        "edition": cited.edition,
        "place": cited.place,
        "publisher": cited.publisher,
        "number": f"arXiv:{cited.arxiv_id}" if is_preprint and cited.arxiv_id else cited.issue,
        "versionNumber": cited.version,
        "DOI": cited.doi,
        "ISBN": cited.isbn,
        "ISSN": cited.issn,
        "url": cited.url,
        "accessDate": cited.accessed.isoformat() if cited.accessed and is_page else None,
        "language": cited.language,
        "rights": cited.license,
        "libraryCatalog": "arXiv.org" if is_preprint and cited.arxiv_id else "DOI.org" if cited.doi else None,
    }
    if "issue" in kind.fields and not is_preprint:
        plain["number"] = None
    properties: Properties = {"itemType": kind.name}
    properties |= {name: text for name, value in plain.items() if name in kind.fields and (text := _clean(value))}
    properties["creators"] = [
        *(_creator(one, kind.creators[0]) for one in cited.authors),
        *(_creator(one, "editor" if "editor" in kind.creators else "contributor") for one in cited.editors),
    ]
    count = work.citation_count
    lines = {
        OWN_ID: cited.work_id,
        "Citation Key": cited.key,
        "arXiv": None if is_preprint else arxiv,
        "DOI": None if "DOI" in kind.fields else cited.doi,
        "Citations": f"{count} ({work.citation_count_source})" if count is not None else None,
    }
    properties |= {f"{_EXTRA}{name}": text for name, value in lines.items() if (text := _clean(value))}
    keywords = dict.fromkeys(filter(None, (cited.arxiv_category, *cited.keywords)))
    return Item(
        work_id=cited.work_id,
        title=cited.title,
        properties=properties,
        tags=_tags(cited.tags),
        automatic_tags=tuple(tag for tag in _tags(keywords) if tag not in cited.tags),
        description=_describe(cited, work),
    )


def _describe(cited: CitedWork, work: Work) -> Description:
    """What a work is recognized by."""
    return Description(
        title=cited.title,
        other_titles=tuple(dict.fromkeys(one.title for one in work.versions if one.title and one.title != cited.title)),
        authors=cited.authors,
        has_more_authors=cited.authors_truncated,
        year=cited.year,
        type=str(cited.type),
        venue=cited.container,
        volume=cited.volume,
        issue=cited.issue,
        pages=cited.pages,
        publisher=cited.publisher,
        identifiers=frozenset(work.identifiers),
    )


def _clean(value: str | None) -> str:
    """The text as Zotero keeps it: without control characters and spaces around it."""
    return _NOT_TEXT.sub("", value or "").strip()


def _tags(words: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(" ".join(_clean(word).split()) for word in words)
    return tuple(tag for tag in found if 0 < len(tag) <= _LONGEST_TAG)


def _creator(author: Author, kind: str) -> dict[str, str]:
    """A creator in two fields, an organization in one; a suffix stands behind the given name, as Zotero has it."""
    if author.is_organization or not author.family:
        return {"creatorType": kind, "name": _clean(author.name)}
    given = ", ".join(filter(None, (author.given, author.suffix)))
    return {"creatorType": kind, "firstName": _clean(given), "lastName": _clean(author.family)}


def is_bibliographic(data: Mapping[str, Any]) -> bool:
    """Whether an item is a work, and not in the trash."""
    return data.get("itemType") not in _NO_ITEM and not data.get("deleted")


def to_properties(data: Mapping[str, Any]) -> Properties:
    """Return an item of a library by base fields, with its lines of ``Extra`` that are ours by name."""
    kind = item_types().get(data.get("itemType", ""))
    found: Properties = {"itemType": data.get("itemType", ""), "creators": list(map(dict, data.get("creators") or ()))}
    for name, value in data.items():
        if kind is not None and name in kind.fields.values() and name != "extra" and value:
            found[kind.base_of(name)] = value
    for line, text, _ in _lines(data.get("extra") or ""):
        if line and text:
            found.setdefault(f"{_EXTRA}{line}", text)
    return found


def _lines(extra: str) -> Iterable[tuple[str | None, str, str]]:
    """Name (if it is one of ours), value, and text of each line."""
    ours = {name.lower(): name for name in _LINES}
    for line in extra.split("\n"):
        match = _LINE.fullmatch(line)
        name = ours.get(match[1].lower()) if match else None
        yield (name, match[2] if match else "", line)


def to_extra(before: str, changed: Mapping[str, str], added: Sequence[str] = ()) -> str:
    """Return ``Extra`` with some of our lines changed; all other lines stay where they are.

    >>> to_extra("my note", {"Citation Key": "a2020b"}).splitlines()
    ['my note', 'Citation Key: a2020b']
    """
    left = dict(changed)
    lines = []
    for name, _, line in _lines(before) if before else ():
        lines.append(f"{name}: {left.pop(name)}" if name in left else line)
    lines += [f"{name}: {left[name]}" for name in _LINES if name in left]
    return "\n".join([*lines, *added])


def to_changes(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON to write for changed properties; under another type, every field of the item moves with it.

    What a person wrote into a field that the new type lacks moves to ``Extra``, where Zotero reads it too.
    """
    name = changes.get("itemType", data.get("itemType", ""))
    kind = item_types().get(name) or ItemType(name, {}, ())
    values, moved = dict(changes), list[str]()
    if data.get("itemType") not in (None, kind.name):
        values, moved = _under(kind, data, changes)
    written: dict[str, Any] = {}
    lines = {}
    for name, value in values.items():
        if name.startswith(_EXTRA):
            lines[name.removeprefix(_EXTRA)] = value
        elif name in ("itemType", "creators"):
            written[name] = value
        elif name in kind.fields:
            written[kind.fields[name]] = value
    if lines or moved:
        written["extra"] = to_extra(data.get("extra") or "", lines, moved)
    return written


def _under(kind: ItemType, data: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """All properties of an item under another type, and lines for what it has no field for."""
    values, moved = dict(changes), list[str]()
    before = to_properties(data)
    old = item_types().get(data["itemType"])
    for name, value in before.items():
        if name in changes or name in ("itemType", "creators") or name.startswith(_EXTRA):
            continue
        if name in kind.fields:
            values[name] = value
        else:
            moved.append(f"{old.fields[name] if old else name}: {' '.join(value.split())}")
    values.setdefault("creators", [_retyped(one, kind.creators) for one in before["creators"]])
    return values, moved


def _retyped(creator: Mapping[str, str], allowed: Sequence[str]) -> dict[str, str]:
    """A creator in a role that the type knows."""
    kind = creator.get("creatorType", "")
    return {**creator, "creatorType": kind if kind in allowed else allowed[0]}


def describe_item(data: Mapping[str, Any]) -> Description:
    """Return what an item of a library is recognized by."""
    known = to_properties(data)
    names = [
        one.get("name") or ", ".join(filter(None, (one.get("lastName"), one.get("firstName"))))
        for one in known["creators"]
        if one.get("creatorType") not in ("editor", "translator", "seriesEditor", "reviewedAuthor")
    ]
    texts = {
        "title": known.get("title"),
        "type": _KINDS.get(known["itemType"]),
        "venue": known.get("publicationTitle") or known.get("conferenceName"),
        "year": known.get("date"),
        **{name: known.get(name) for name in ("volume", "issue", "pages")},
        "doi": known.get("DOI") or known.get(f"{_EXTRA}DOI") or _doi_in(known.get("url")),
        "arxiv_id": _arxiv_in(known.get("number"), data.get("extra"), known.get("url")),
    }
    return describe_fields({"authors": [name for name in names if name], **{k: v for k, v in texts.items() if v}})


def own_id(data: Mapping[str, Any]) -> str | None:
    """Return the work that an item says it is."""
    value = to_properties(data).get(f"{_EXTRA}{OWN_ID}")
    return str(value) if value else None


_KINDS = {
    "preprint": "preprint", "conferencePaper": "conference", "journalArticle": "journal", "computerProgram": "software",
    "dataset": "dataset", "webpage": "website", "blogPost": "website", "report": "report", "book": "book",
    "bookSection": "chapter", "thesis": "thesis",
}  # fmt: skip


def _arxiv_in(*texts: str | None) -> str | None:
    return next((found[1] for text in texts if text and (found := _ARXIV.search(text))), None)


def _doi_in(text: str | None) -> str | None:
    found = _DOI.search(text or "")
    return found[0] if found else None
