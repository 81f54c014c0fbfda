"""Proceedings sites: a page per paper with citation tags, and for some a BibTeX file per volume."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.identifiers import Identifier, parse_arxiv, parse_doi
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.sources.base import Parsed, parse_authors
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_meta_date
from enrich.text.publication import normalize_pages
from enrich.text.written_dates import parse_bib_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from enrich.model.identifiers import Scheme
    from enrich.model.request import Reply

_VOLUME_WORTH = 2


def to_volume_requests(
    source: str,
    identifiers: Sequence[Identifier],
    volume_of: Callable[[Identifier], str],
    volume_url: Callable[[str], str],
    paper_url: Callable[[Identifier], str],
) -> Iterator[Request]:
    """One page per paper, or one file per volume where two or more of its papers are asked for."""
    volumes: dict[str, list[Identifier]] = {}
    for one in sorted(set(identifiers)):
        volumes.setdefault(volume_of(one), []).append(one)
    for volume, some in volumes.items():
        if len(some) >= _VOLUME_WORTH:
            marks = ((source, ",".join(one.value for one in some)),)
            yield Request(source=source, url=volume_url(volume), accept="text/plain", marks=marks)
        else:
            for one in some:
                yield Request(source=source, url=paper_url(one), accept="text/html")


def asked_of_volume(reply: Reply, scheme: Scheme) -> list[Identifier]:
    """The papers that the request for a volume's file was made for."""
    return [Identifier(scheme, one) for one in dict(reply.request.marks)[reply.request.source].split(",")]


def parse_volume(
    reply: Reply,
    asked: Sequence[Identifier],
    entries: Callable[[], Mapping[str, dict[str, str]]],
    key_of: Callable[[Identifier], str],
    to_record: Callable[[Identifier, dict[str, str], Reply], Record],
) -> Parsed:
    """The records of the papers asked for, and the papers that the file, if any, does not hold."""
    found = {} if reply.outcome is Outcome.NOT_FOUND else entries()
    return Parsed(
        records=tuple(to_record(one, found[key_of(one)], reply) for one in asked if key_of(one) in found),
        missing=tuple(one for one in asked if key_of(one) not in found),
    )


def record_of_tags(source: str, asked: Identifier, reply: Reply, *, url: str, **known: Any) -> Record | None:  # noqa: ANN401 (fields)
    """The record in the citation tags of a page, with what is known of all papers there; None without a title."""
    tags = parse_citation_meta(reply.content)

    def first(*names: str) -> str | None:
        return next((tags[name][0] for name in names if name in tags), None)

    date, conference, journal = parse_meta_date(tags), first(*_CONFERENCES), first("journal_title")
    kind = WorkType.CONFERENCE if conference else WorkType.JOURNAL if journal else WorkType.UNKNOWN
    found: dict[str, Any] = {
        "title": first("title"),
        "authors": parse_authors(tags.get("author", ())),
        "type": kind,
        "date": date,
        "year": date.year if date else None,
        "venue": conference or journal,
        "pages": pages_of(tags),
        **{name: first(name) for name in ("publisher", "volume", "issue", "pdf_url", "language")},
    }
    if found["title"] is None:
        return None
    identifiers = (asked, *_identifiers((name, text) for name in _PARSERS for text in tags.get(name, ())))
    return _record(source, identifiers, reply, url, found | known)


def record_of_entry(
    source: str,
    asked: Identifier,
    fields: Mapping[str, str],
    reply: Reply,
    *,
    url: str,
    **known: Any,  # noqa: ANN401 (fields)
) -> Record:
    """The record in an entry of a volume's BibTeX file, with what is known of all papers there."""
    year = fields.get("year", "")
    found: dict[str, Any] = {
        "title": fields.get("title", "").replace("{", "").replace("}", ""),
        "authors": parse_authors(fields.get("author", "").split(" and ")),
        "type": WorkType.CONFERENCE,
        "date": parse_bib_date(year, fields.get("month", "")),
        "year": int(year) if year.isdigit() else None,
        "venue": fields.get("booktitle") or fields.get("journal"),
        "pages": normalize_pages(fields.get("pages", "")),
        "issue": fields.get("number"),
        "pdf_url": fields.get("pdf"),
        **{name: fields.get(name) for name in ("publisher", "volume", "abstract")},
    }
    identifiers = (asked, *_identifiers([("doi", fields.get("doi", ""))]))
    return _record(source, identifiers, reply, url, {name: value or None for name, value in found.items()} | known)


_CONFERENCES = ("conference_title", "conference", "inbook_title")
_PARSERS = {"doi": parse_doi, "arxiv_id": parse_arxiv}


def _identifiers(texts: Iterable[tuple[str, str]]) -> Iterator[Identifier]:
    for name, text in texts:
        with suppress(IdentifierError):
            yield _PARSERS[name](text)


def _record(source: str, identifiers: tuple[Identifier, ...], reply: Reply, url: str, values: dict[str, Any]) -> Record:
    return Record(
        source=source,
        identifiers=identifiers,
        retrieved_at=reply.retrieved_at,
        stage=Stage.PUBLISHED,
        url=url,
        request_key=reply.request.key,
        source_url=url,
        **values,
    )
