"""A catalogue's lines: one JSON object per record, documented in docs/identity.md."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.identifiers import Identifier, parse_identifier
from enrich.model.record import Author, Notice, NoticeKind, Record, Relation, RelationKind, Stage, WorkType
from enrich.text.names import is_et_al, parse_name, to_family_first
from enrich.text.publication import split_title_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Line = dict[str, Any]
"""A record as JSON: only known fields, authors as ``Family, Given``."""

_TEXTS = (
    "title", "venue", "venue_short", "publisher", "volume", "issue", "pages", "abstract", "url", "pdf_url", "license",
    "language", "arxiv_category", "citation_count_source", "version", "source_url",
)  # fmt: skip
_LISTS = ("other_titles", "keywords", "remarks")
_PLAIN = ("year", "citation_count", "influential_citation_count", "is_open_access")
_AUTHOR_FIELDS = ("family", "given", "suffix", "orcid", "openalex_author_id", "s2_author_id")


def parse_identifier_text(text: str) -> Identifier:
    """Return the identifier written as ``scheme:value``.

    >>> str(parse_identifier_text("doi:10.1000/A")), parse_identifier_text("url:https://a.org/b:c").value
    ('doi:10.1000/a', 'https://a.org/b:c')
    """
    scheme, _, value = text.partition(":")
    return parse_identifier(scheme, value)


def parse_line(line: Mapping[str, Any], *, source: str = "catalogue", retrieved_at: datetime | None = None) -> Record:
    """Return the record of a line.

    Raises:
        ValueError: a value is not of its kind.
        KeyError: there are no identifiers, or no date of the facts.

    >>> parse_line({"identifiers": ["arxiv:1806.07366"], "title": "T", "retrieved_at": "2026-01-02"}).retrieved_at.year
    2026
    """
    counted_at = line.get("citation_count_at")
    same: dict[str, Any] = {name: line.get(name) for name in (*_TEXTS, *_PLAIN)}
    lists: dict[str, Any] = {name: tuple(line.get(name, ())) for name in _LISTS}
    when = line.get("retrieved_at")
    return Record(
        source=source,
        identifiers=tuple(parse_identifier_text(text) for text in line["identifiers"]),
        retrieved_at=_parse_instant(when) if when or retrieved_at is None else retrieved_at,
        authors=_parse_authors(line.get("authors", ())),
        authors_truncated=bool(line.get("authors_truncated")) or any(map(_is_more, line.get("authors", ()))),
        type=WorkType(line.get("type", WorkType.UNKNOWN)),
        stage=Stage(line["stage"]) if line.get("stage") else None,
        date=_parse_date(line.get("date")),
        revised=_parse_date(line.get("revised")),
        citation_count_at=_parse_instant(counted_at) if counted_at else None,
        references=tuple(parse_identifier_text(text) for text in line.get("references", ())),
        relations=tuple(
            Relation(RelationKind(each["kind"]), parse_identifier_text(each["identifier"]))
            for each in line.get("relations", ())
        ),
        notices=tuple(_parse_notice(each) for each in line.get("notices", ())),
        fact_sources=dict(line.get("fact_sources", {})),
        **same,
        **lists,
    )


def to_line(record: Record) -> Line:
    """Return the line of a record, without unknown fields.

    >>> line = {"identifiers": ["arxiv:1806.07366"], "title": "T", "authors": ["van Dyk, A."], "type": "preprint"}
    >>> to_line(parse_line(line, retrieved_at=datetime(2026, 1, 2, tzinfo=UTC)))["authors"]
    ['van Dyk, A.']
    """
    line: Line = {
        "identifiers": [str(known) for known in record.identifiers],
        "authors": [_author_to_json(author) for author in record.authors],
        "authors_truncated": record.authors_truncated or None,
        "type": str(record.type),
        "stage": str(record.stage) if record.stage else None,
        "date": str(record.date) if record.date else None,
        "revised": str(record.revised) if record.revised else None,
        "citation_count_at": record.citation_count_at.isoformat() if record.citation_count_at else None,
        "references": [str(known) for known in record.references],
        "relations": [{"kind": str(each.kind), "identifier": str(each.identifier)} for each in record.relations],
        "notices": [_notice_to_json(each) for each in record.notices],
        "fact_sources": record.fact_sources,
        "retrieved_at": record.retrieved_at.isoformat(),
        **{name: getattr(record, name) for name in (*_TEXTS, *_PLAIN)},
        **{name: list(getattr(record, name)) for name in _LISTS},
    }
    return {name: value for name, value in line.items() if value not in (None, [], {}, "")}


def without_mark(line: Line) -> Line:
    """Return the line with the publisher's mark of a retracted article as a remark, and not in the title.

    >>> without_mark({"title": "RETRACTED: Wells of Hof"})
    {'title': 'Wells of Hof', 'remarks': ['retracted']}
    """
    title, mark = split_title_mark(line.get("title") or "")
    return line | {"title": title, "remarks": sorted({*line.get("remarks", ()), mark})} if mark else line


def _is_more(author: object) -> bool:
    return isinstance(author, str) and is_et_al(author)


def _parse_notice(found: Mapping[str, str]) -> Notice:
    identifier = found.get("identifier")
    return Notice(
        NoticeKind(found["kind"]),
        parse_identifier_text(identifier) if identifier else None,
        _parse_date(found.get("date")),
        found.get("said_by"),
    )


def _notice_to_json(notice: Notice) -> Line:
    texts = {"identifier": notice.identifier, "date": notice.date, "said_by": notice.said_by}
    return {"kind": str(notice.kind), **{name: str(value) for name, value in texts.items() if value is not None}}


def _parse_instant(text: str | None) -> datetime:
    if text is None:
        raise KeyError("retrieved_at")
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _parse_date(value: str | date | None) -> PartialDate | None:
    return parse_partial_date(str(value)) if value else None


def _parse_authors(authors: Iterable[str | Mapping[str, Any]]) -> tuple[Author, ...]:
    found: list[Author] = []
    for author in authors:
        if not isinstance(author, str):
            name = author["name"]
            parts = {part: author[part] for part in _AUTHOR_FIELDS if part in author}
            affiliations = tuple(author.get("affiliations", ()))
            is_group = bool(author.get("is_organization"))
            found.append(Author(name, affiliations=affiliations, is_organization=is_group, **parts))
        elif not is_et_al(author) and any(letter.isalpha() for letter in author):
            found.append(parse_name(author))
    return tuple(found)


def _author_to_json(author: Author) -> str | Line:
    parts = {part: getattr(author, part) for part in _AUTHOR_FIELDS if getattr(author, part)}
    text = to_family_first(author)
    if not set(parts) - {"family", "given", "suffix"} and not author.is_organization and parse_name(text) == author:
        return text
    parts |= {"affiliations": list(author.affiliations)} if author.affiliations else {}
    return {"name": author.name, **parts, **({"is_organization": True} if author.is_organization else {})}
