"""OpenAlex: <https://help.openalex.org/hc/en-us/sections/27714516419607-API>.

``https://api.openalex.org/works?filter=doi:10.48550/arxiv.1806.07366|10.1038/…&per_page=100&select=…`` costs one credit
of the day's thousand without a key; a search for a
title or for words of an abstract (``filter=abstract.search:…``) costs ten.
"""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.facts import Keyword
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv, parse_doi, parse_identifier
from enrich.model.persons import Author, Institution
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, batches, collapse, mapping, mappings, parse_json
from enrich.sources.replies import read_rows
from enrich.text.abstracts import telling_words
from enrich.text.names import parse_name
from enrich.text.publication import is_preprint_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_SELECT = (
    "id,doi,title,publication_date,publication_year,type,ids,authorships,is_authors_truncated,primary_location,biblio,"
    "cited_by_count,referenced_works,abstract_inverted_index,open_access,language,is_retracted,locations,"
    "best_oa_location,counts_by_year,fwci,citation_normalized_percentile,primary_topic,keywords,funders,"
    "referenced_works_count"
)
_TYPES = {
    "preprint": WorkType.PREPRINT,
    "article": WorkType.JOURNAL,
    "review": WorkType.JOURNAL,
    "book": WorkType.BOOK,
    "book-chapter": WorkType.CHAPTER,
    "dissertation": WorkType.THESIS,
    "dataset": WorkType.DATASET,
    "report": WorkType.REPORT,
    "software": WorkType.SOFTWARE,
}
# Commas, pipes and a leading exclamation mark are filter syntax.
_FILTER_SYNTAX = re.compile(r"[,|!:]+")
_LONGEST_ABSTRACT = 20_000


class OpenAlex(BaseSource):
    """One GET for up to a hundred DOIs: counts, open access, language, references; rows come in any order."""

    default_url = "https://api.openalex.org"
    traits = Traits(
        name="openalex",
        turn=60,
        role=Role.INDEX,
        purpose="citation counts, open access, languages, affiliations",
        terms=Terms(
            title="OpenAlex",
            licence="CC0-1.0",
            attribution="Data from OpenAlex.",
            url="https://openalex.org",
        ),
        # It counts preprint and published version apart.
        trust={WRITTEN: 50, PUBLISHED: 50, "language": 8, "citation_count": 20},
        knows_venues=True,
        example="doi:10.1038/nature14539",
        hosts=("api.openalex.org",),
        schemes=(Scheme.DOI, Scheme.ARXIV, Scheme.OPENALEX),
        settles=frozenset({"language", "is_open_access", "citation_count", "references", "venue", "state"}),
        supplies=frozenset({"title", "authors", "date", "abstract"}),
        batch_size=100,
        min_interval_s=0.1,
        asks_once=True,
        takes_all=True,
        searches_titles=True,
        searches_abstracts=True,
        key_header="Authorization",
        key_prefix="Bearer ",
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One request per hundred DOIs or OpenAlex ids; DOIs with a comma, which ends a filter, are left out."""
        dois = [one for one in identifiers if one.scheme is not Scheme.OPENALEX and not set(",|") & set(one.value)]
        own = [one for one in identifiers if one.scheme is Scheme.OPENALEX]
        for name, some in (("doi", dois), ("openalex", own)):
            for batch in batches(some, self.traits.batch_size):
                values = "|".join(one.arxiv_doi or one.value for one in batch)
                params = (("filter", f"{name}:{values}"), ("per_page", "100"), ("select", _SELECT))
                yield Request(source=self.traits.name, url=f"{self.base_url}/works", params=params)

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:
        """One request per title."""
        for question in questions:
            query = " ".join(_FILTER_SYNTAX.sub(" ", question.title).split())
            params = (("filter", f"title.search:{query}"), ("per_page", "5"), ("select", _SELECT))
            yield Request(source=self.traits.name, url=f"{self.base_url}/works", params=params)

    def to_quote_requests(self, quotes: Sequence[str]) -> Iterator[Request]:
        """One request per quotation, by its rarest words: all of them must stand in the abstract."""
        for quote in quotes:
            params = (
                ("filter", f"abstract.search:{' '.join(telling_words(quote))}"),
                ("per_page", "5"),
                ("select", _SELECT),
            )
            yield Request(source=self.traits.name, url=f"{self.base_url}/works", params=params)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of a list.

        Raises:
            ReplyError: there is no list.
        """
        asked = list(_asked(reply.request))
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=tuple(asked))
        document = parse_json(reply)
        rows = document.get("results") if isinstance(document, dict) else None
        if rows is None and isinstance(document, dict) and document.get("id"):
            rows = [document]
        if not isinstance(rows, list):
            raise ReplyError("no list of works in the reply")
        records, is_damaged = read_rows(rows, lambda row: _to_record(row, reply))
        known = {identifier for record in records for identifier in record.identifiers}
        missing = tuple(one for one in asked if one not in known)
        return Parsed(records=records, missing=missing, is_suspect=is_damaged)


def _asked(request: Request) -> Iterator[Identifier]:
    name, _, values = dict(request.params).get("filter", "").partition(":")
    if name in ("doi", "openalex"):
        for value in values.split("|"):
            with suppress(IdentifierError):
                yield _doi_or_arxiv(value) if name == "doi" else Identifier(Scheme.OPENALEX, value)


def _doi_or_arxiv(text: str) -> Identifier:
    bare = text.lower().removeprefix("https://doi.org/")
    return parse_arxiv(bare) if bare.startswith("10.48550/arxiv.") else parse_doi(bare)


def _to_record(row: dict[str, Any], reply: Reply) -> Record | None:
    identifiers = tuple(dict.fromkeys(_identifiers(row)))
    if not identifiers:
        return None
    location = row.get("primary_location") or {}
    source = location.get("source") or {}
    is_server = source.get("type") == "repository" or is_preprint_server(str(source.get("display_name") or ""))
    is_preprint = row.get("type") == "preprint" or is_server or not source
    biblio = row.get("biblio") or {}
    first, last = biblio.get("first_page"), biblio.get("last_page")
    access = row.get("open_access") or {}
    years = mappings(row.get("counts_by_year"))
    best, topic = mapping(row.get("best_oa_location")), mapping(row.get("primary_topic"))
    return Record(
        source="openalex",
        identifiers=identifiers,
        retrieved_at=reply.retrieved_at,
        title=collapse(row.get("title") or row.get("display_name")),
        authors=tuple(_authors(row.get("authorships") or ())),
        type=WorkType.PREPRINT if is_preprint else _type(row, source),
        stage=Stage.SUBMITTED if is_preprint else Stage.PUBLISHED,
        date=_date(row.get("publication_date")),
        year=row.get("publication_year"),
        venue=None if is_preprint else collapse(source.get("display_name")),
        publisher=None if is_preprint else collapse(source.get("host_organization_name")),
        volume=None if is_preprint else collapse(biblio.get("volume")),
        issue=None if is_preprint else collapse(biblio.get("issue")),
        pages=None if is_preprint else (f"{first}--{last}" if first and last and first != last else first),
        abstract=_abstract(row.get("abstract_inverted_index")),
        venue_id=None if is_preprint else _short_id(source.get("id")),
        issn=None if is_preprint else collapse(source.get("issn_l")),
        pdf_url=location.get("pdf_url") or best.get("pdf_url") or None,
        oa_url=access.get("oa_url") or None,
        oa_status=access.get("oa_status"),
        license=location.get("license") or best.get("license") or None,
        is_open_access=access.get("is_oa"),
        language=row.get("language"),
        keyword_scores=tuple(_keywords(mappings(row.get("keywords")))),
        primary_topic=_name(topic),
        topic_subfield=_name(topic.get("subfield")),
        topic_field=_name(topic.get("field")),
        topic_domain=_name(topic.get("domain")),
        funders=tuple(dict.fromkeys(filter(None, map(_name, mappings(row.get("funders")))))),
        citation_count=row.get("cited_by_count"),
        counts_by_year=tuple((one.get("year", 0), one.get("cited_by_count", 0)) for one in years),
        fwci=row.get("fwci"),
        citation_percentile=mapping(row.get("citation_normalized_percentile")).get("value"),
        reference_count=row.get("referenced_works_count") or None,
        references=tuple(_references(row.get("referenced_works") or ())),
        remarks=("retracted",) if row.get("is_retracted") else (),
        request_key=reply.request.key,
        source_url=row.get("id"),
    )


def _identifiers(row: dict[str, Any]) -> Iterator[Identifier]:
    with suppress(IdentifierError):
        yield parse_identifier(Scheme.OPENALEX, str(row.get("id") or "").rpartition("/")[2])
    locations = [str(one.get("landing_page_url") or "") for one in row.get("locations") or () if isinstance(one, dict)]
    for text in (
        str(row.get("doi") or ""),
        *(one for one in locations if "arxiv.org/abs/" in one or "10.48550" in one),
    ):
        if text:
            with suppress(IdentifierError):
                yield parse_arxiv(text) if "arxiv.org/abs/" in text else _doi_or_arxiv(text)


def _authors(rows: Iterable[dict[str, Any]]) -> Iterator[Author]:
    """The authors as printed; OpenAlex's own display names merge people and spellings."""
    for row in rows:
        person = row.get("author") or {}
        with suppress(ValueError):
            name = parse_name(str(row.get("raw_author_name") or person.get("display_name") or ""))
            orcid = str(person.get("orcid") or "").rpartition("/")[2] or None
            yield Author(
                name=name.name,
                family=name.family,
                given=name.given,
                suffix=name.suffix,
                orcid=orcid,
                affiliations=tuple(_texts(row.get("raw_affiliation_strings") or ())),
                openalex_author_id=_short_id(person.get("id")),
                is_organization=name.is_organization,
                is_corresponding=row.get("is_corresponding"),
                institutions=tuple(_institutions(mappings(row.get("institutions")))),
            )


def _institutions(rows: Iterable[dict[str, Any]]) -> Iterator[Institution]:
    for row in rows:
        if name := _name(row):
            yield Institution(name, _short_id(row.get("ror")), row.get("country_code"), row.get("type"))


def _keywords(rows: Iterable[dict[str, Any]]) -> Iterator[Keyword]:
    for row in rows:
        if name := _name(row):
            yield Keyword(name, row.get("score"))


def _name(row: object) -> str | None:
    return collapse(row.get("display_name")) if isinstance(row, dict) else None


def _short_id(address: object) -> str | None:
    """What stands behind the last slash of an address, which is how OpenAlex and ROR write identifiers."""
    return str(address or "").rpartition("/")[2] or None


def _texts(texts: Iterable[object]) -> Iterator[str]:
    """Plain texts: affiliations arrive with the entities of the pages that they were read from."""
    for one in texts:
        if text := collapse(unescape(str(one or ""))):
            yield text


def _type(row: dict[str, Any], source: dict[str, Any]) -> WorkType:
    if source.get("type") == "conference" or row.get("type_crossref") == "proceedings-article":
        return WorkType.CONFERENCE
    return _TYPES.get(str(row.get("type")), WorkType.UNKNOWN)


def _date(text: str | None) -> PartialDate | None:
    """OpenAlex writes 1 January where only the year is known."""
    with suppress(ValueError):
        date = parse_partial_date(text or "")
        return PartialDate(date.year) if (date.month, date.day) == (1, 1) else date
    return None


def _references(addresses: Iterable[object]) -> Iterator[Identifier]:
    for address in addresses:
        with suppress(IdentifierError):
            yield Identifier(Scheme.OPENALEX, str(address).rpartition("/")[2])


def _abstract(index: Any) -> str | None:  # noqa: ANN401 (JSON has any shape)
    """The abstract from its inverted index: word to positions."""
    if not isinstance(index, dict):
        return None
    words = [
        (position, word) for word, positions in index.items() for position in positions if isinstance(position, int)
    ]
    if len(words) > _LONGEST_ABSTRACT:
        return None
    return collapse(" ".join(word for _, word in sorted(words)))
