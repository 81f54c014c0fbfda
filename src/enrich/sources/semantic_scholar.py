"""Semantic Scholar's Graph API: <https://api.semanticscholar.org/api-docs/graph>.

``POST https://api.semanticscholar.org/graph/v1/paper/batch?fields=…`` with ``{"ids": ["ARXIV:1806.07366", …]}``, up to
500; ``GET …/paper/search/match?query=TITLE`` for one title, where 404 means no match.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.dates import parse_partial_date
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import (
    BaseSource,
    Parsed,
    ReplyError,
    batches,
    collapse,
    mapping,
    mappings,
    parse_authors,
    parse_json,
)
from enrich.sources.replies import read_rows
from enrich.text.publication import (
    choose_container,
    is_preprint_doi,
    is_preprint_server,
    normalize_pages,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.dates import PartialDate
    from enrich.model.persons import Author
    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_FIELDS = (
    "paperId,corpusId,externalIds,title,abstract,venue,publicationVenue,year,publicationDate,journal,citationCount,"
    "influentialCitationCount,referenceCount,isOpenAccess,openAccessPdf,publicationTypes,authors,tldr"
)
# A reply has at most 10 MB. References by S2's own id only: with external ids a full batch would pass that, and with
# titles (150 bytes a reference) one whose works cite more than a hundred each.
_BATCH_FIELDS = f"{_FIELDS},references.paperId"
_MOST_WITH_TITLES = 300
_PREFIXES = {Scheme.ARXIV: "ARXIV:", Scheme.DOI: "DOI:", Scheme.ACL: "ACL:", Scheme.S2: ""}
_EXTERNAL = (("ArXiv", Scheme.ARXIV), ("DOI", Scheme.DOI), ("ACL", Scheme.ACL), ("DBLP", Scheme.DBLP))
_TYPES = {
    "Conference": WorkType.CONFERENCE,
    "JournalArticle": WorkType.JOURNAL,
    "Book": WorkType.BOOK,
    "BookSection": WorkType.CHAPTER,
}


class SemanticScholar(BaseSource):
    """One POST for up to 500 identifiers of any kind: counts, external identifiers, references."""

    default_url = "https://api.semanticscholar.org/graph/v1"
    traits = Traits(
        name="semantic_scholar",
        turn=30,
        role=Role.INDEX,
        purpose="citation counts, references, venues",
        terms=Terms(
            title="Semantic Scholar",
            licence="Semantic Scholar API License: research and non-commercial use, with attribution, no repackaging",
            attribution="Data from the Semantic Scholar Academic Graph (Allen Institute for AI).",
            url="https://www.semanticscholar.org/product/api/license",
            shares_abstracts=False,
        ),
        # It merges preprint and published version before it counts.
        trust={WRITTEN: 52, PUBLISHED: 52, "year": 45, "citation_count": 10, "reference_count": 40},
        knows_venues=True,
        example="arxiv:1806.07366",
        hosts=("api.semanticscholar.org",),
        schemes=(Scheme.ARXIV, Scheme.DOI, Scheme.ACL, Scheme.S2),
        settles=frozenset({"venue", "citation_count", "references"}),
        supplies=frozenset({"title", "authors", "date", "abstract"}),
        batch_size=500,
        min_interval_s=1.0,
        searches_titles=True,
        key_header="x-api-key",
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One POST per 500 identifiers."""
        for batch in batches([one for one in identifiers if one.scheme in _PREFIXES], self.traits.batch_size):
            titles = ",references.title" if len(batch) <= _MOST_WITH_TITLES else ""
            yield Request(
                source=self.traits.name,
                method="POST",
                url=f"{self.base_url}/paper/batch",
                params=(("fields", f"{_BATCH_FIELDS}{titles}"),),
                json_body=json.dumps({"ids": [f"{_PREFIXES[one.scheme]}{one.value}" for one in batch]}),
            )

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:
        """One GET per title. Hyphens break the service's match and become spaces."""
        for question in questions:
            query = " ".join(re.sub(r"[-‐-―]", " ", question.title).split())
            params = (("query", query), ("fields", _FIELDS))
            yield Request(source=self.traits.name, url=f"{self.base_url}/paper/search/match", params=params)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of a batch or of a match; they are joined by identifier because order and number can be off.

        Raises:
            ReplyError: it is neither.
        """
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=tuple(_asked(reply.request)))
        document = parse_json(reply)
        rows = document
        if (
            reply.request.json_body is None
            and isinstance(document, dict)
            and ("data" in document or "total" in document)
        ):
            rows = document.get("data", [])
        if not isinstance(rows, list):
            raise ReplyError(f"neither a batch nor a match: {str(document)[:80]}")
        records, is_damaged = read_rows(rows, lambda row: _to_record(row, reply))
        known = {identifier for record in records for identifier in record.identifiers}
        missing = tuple(one for one in _asked(reply.request) if one not in known)
        return Parsed(records=records, missing=missing, is_suspect=is_damaged)


def _asked(request: Request) -> Iterator[Identifier]:
    body = json.loads(request.json_body) if request.json_body else {}
    for text in body.get("ids", ()):
        scheme = next(scheme for scheme, prefix in _PREFIXES.items() if text.startswith(prefix))
        yield parse_identifier(scheme, text.removeprefix(_PREFIXES[scheme]))


def _to_record(row: dict[str, Any], reply: Reply) -> Record | None:
    identifiers = tuple(_identifiers(row))
    if not identifiers:
        return None
    names = [(row.get("publicationVenue") or {}).get("name"), row.get("venue"), (row.get("journal") or {}).get("name")]
    venue, _ = choose_container([name for name in names[:2] if name] or names, is_part=False)
    dois = [one.value for one in identifiers if one.scheme is Scheme.DOI]
    is_server = bool(dois) and all(map(is_preprint_doi, dois))
    is_published = venue is not None and not is_preprint_server(venue) and not is_server
    pdf = row.get("openAccessPdf") or {}
    references = list(_references(row.get("references") or ()))
    return Record(
        source="semantic_scholar",
        identifiers=identifiers,
        retrieved_at=reply.retrieved_at,
        title=collapse(row.get("title")),
        authors=tuple(_authors(mappings(row.get("authors")))),
        type=_type(row, is_published=is_published),
        stage=Stage.PUBLISHED if is_published else Stage.SUBMITTED,
        date=_date(row.get("publicationDate")),
        year=row.get("year"),
        venue=venue if is_published else None,
        volume=collapse((row.get("journal") or {}).get("volume")) if is_published else None,
        pages=_pages(row) if is_published else None,
        issn=collapse(mapping(row.get("publicationVenue")).get("issn")) if is_published else None,
        s2_corpus_id=row.get("corpusId") or mapping(row.get("externalIds")).get("CorpusId"),
        abstract=collapse(row.get("abstract")),
        tldr=collapse(mapping(row.get("tldr")).get("text")),
        pdf_url=pdf.get("url") or None,
        oa_url=pdf.get("url") or None,
        oa_status=str(pdf.get("status") or "").lower() or None,
        license=pdf.get("license") or None,
        is_open_access=row.get("isOpenAccess"),
        citation_count=row.get("citationCount"),
        influential_citation_count=row.get("influentialCitationCount"),
        reference_count=row.get("referenceCount") or None,
        references=tuple(one for one, _ in references),
        reference_titles=tuple(title for _, title in references) if any(title for _, title in references) else (),
        request_key=reply.request.key,
        source_url=f"https://www.semanticscholar.org/paper/{row['paperId']}" if row.get("paperId") else None,
    )


def _pages(row: dict[str, Any]) -> str | None:
    return normalize_pages(collapse((row.get("journal") or {}).get("pages")) or "") or None


def _identifiers(row: dict[str, Any]) -> Iterator[Identifier]:
    with suppress(IdentifierError):
        if row.get("paperId"):
            yield parse_identifier(Scheme.S2, str(row["paperId"]))
    external = row.get("externalIds") or {}
    for key, scheme in _EXTERNAL:
        value = str(external.get(key) or "")
        # The arXiv DOI stands in "DOI" of preprints; it is the arXiv identifier once more.
        if value and not (scheme is Scheme.DOI and value.lower().startswith("10.48550/arxiv.")):
            try:
                yield parse_identifier(scheme, value)
            except IdentifierError:
                continue


def _type(row: dict[str, Any], *, is_published: bool) -> WorkType:
    if not is_published:
        return WorkType.PREPRINT
    venue_type = str((row.get("publicationVenue") or {}).get("type") or "")
    if venue_type in {"conference", "journal"}:
        return WorkType(venue_type)
    kinds = row.get("publicationTypes") or ()
    return next(
        (_TYPES[kind] for kind in ("Conference", "JournalArticle", "Book", "BookSection") if kind in kinds),
        WorkType.UNKNOWN,
    )


def _date(text: str | None) -> PartialDate | None:
    try:
        return parse_partial_date(text) if text else None
    except ValueError:
        return None


def _references(rows: Sequence[Any]) -> Iterator[tuple[Identifier, str]]:
    """Identifier and title of each reference; the title may be empty."""
    for row in rows:
        with suppress(IdentifierError):
            if isinstance(row, dict) and row.get("paperId"):
                yield parse_identifier(Scheme.S2, str(row["paperId"])), collapse(row.get("title")) or ""


def _authors(rows: Sequence[dict[str, Any]]) -> Iterator[Author]:
    for row in rows:
        people = parse_authors([row.get("name")])
        own_id = collapse(row.get("authorId")) if len(people) == 1 else None
        yield from (replace(one, s2_author_id=own_id) for one in people)
