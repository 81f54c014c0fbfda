"""arXiv's query API: <https://info.arxiv.org/help/api/user-manual.html>.

``https://export.arxiv.org/api/query?id_list=1806.07366,2002.08071&start=0&max_results=2`` answers a batch;
``…?search_query=ti:"neural ode" OR ti:"augmented neural odes"`` searches for several titles at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.errors import IdentifierError
from enrich.model.dates import PartialDate
from enrich.model.identifiers import Identifier, Scheme, normalize_category, parse_arxiv, parse_doi
from enrich.model.record import Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Request
from enrich.model.traits import LAST, PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, batches, collapse, links_in, parse_authors
from enrich.text.publication import is_withdrawn, parse_journal_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import arxiv

    from enrich.model.persons import Author
    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion
    from enrich.text.publication import JournalReference

_QUERY_SYNTAX = re.compile(r"[^\w\s']+")
_MIN_TITLE_WORDS = 2


class Arxiv(BaseSource):
    """One GET for up to a hundred identifiers; joins by identifier, never by position."""

    default_url = "https://export.arxiv.org/api/query"
    traits = Traits(
        name="arxiv",
        turn=10,
        role=Role.PREPRINT_SERVER,
        purpose="preprints: authors, dates, abstracts, categories",
        terms=Terms(
            title="arXiv",
            licence="CC0-1.0 (metadata)",
            attribution="Thank you to arXiv for use of its open access interoperability.",
            url="https://info.arxiv.org/help/api/tou.html",
        ),
        # An author types title and names into arXiv, and the year of the journal; its own version is no release.
        trust={WRITTEN: 10, PUBLISHED: 60, "year": 40, "version": LAST},
        registers=frozenset({Scheme.ARXIV}),
        example="arxiv:1806.07366",
        hosts=("export.arxiv.org", "arxiv.org"),
        schemes=(Scheme.ARXIV,),
        settles=frozenset({"title", "authors", "date", "abstract", "arxiv_category"}),
        batch_size=100,
        answers_for_all=True,
        min_interval_s=3.0,
        searches_titles=True,
        titles_per_request=10,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One request per hundred identifiers; a malformed one would poison its batch, but cannot exist here."""
        for batch in batches(identifiers, self.traits.batch_size):
            yield self._by_ids(batch)

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:
        """One request per ten titles, joined by OR; punctuation is query syntax and is dropped."""
        phrases = [" ".join(_QUERY_SYNTAX.sub(" ", question.title).split()) for question in questions]
        usable = [phrase for phrase in phrases if len(phrase.split()) >= _MIN_TITLE_WORDS]
        for start in range(0, len(usable), self.traits.titles_per_request):
            part = usable[start : start + self.traits.titles_per_request]
            query = " OR ".join(f'ti:"{phrase}"' for phrase in part)
            yield self._request(("search_query", query), 5 * len(part))

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of an Atom feed; identifiers that the feed passes over in silence are missing.

        Raises:
            ReplyError: the feed is cut off, is no feed, or holds arXiv's error entry.
        """
        from arxiv import _feed  # noqa: PLC0415 (0.2 s that only a run needs; the package's only parser is private)

        content = reply.content
        if b"/api/errors#" in content:
            raise ReplyError("arXiv answered with an error entry")
        if b"<!DOCTYPE" in content[:4096]:
            raise ReplyError("the feed declares entities")
        if not content.rstrip().endswith(b"</feed>"):
            raise ReplyError("the Atom feed is cut off or is no feed")
        feed = _feed.parse(content)
        if feed.malformed:
            raise ReplyError("the Atom feed cannot be parsed")
        records = tuple(record for result in feed.results for record in _to_records(result, reply))
        asked = _asked(reply.request)
        known = {identifier for record in records for identifier in record.identifiers}
        missing = tuple(one for one in asked if one not in known)
        is_second = "again" in dict(reply.request.marks)
        again = [self._by_ids(missing, is_second=True)] if missing and not is_second else []
        return Parsed(records=records, missing=missing, follow_ups=tuple(again), is_suspect=bool(again))

    def _by_ids(self, batch: Sequence[Identifier], *, is_second: bool = False) -> Request:
        """A batch by identifier; under load arXiv passes over papers that it has: the missing are asked for twice."""
        marks = (("again", "1"),) if is_second else ()
        return self._request(("id_list", ",".join(one.value for one in batch)), len(batch), marks)

    def _request(self, query: tuple[str, str], max_results: int, marks: tuple[tuple[str, str], ...] = ()) -> Request:
        params = (query, ("start", "0"), ("max_results", str(max_results)))
        accept = "application/atom+xml"
        return Request(source=self.traits.name, url=self.base_url, params=params, accept=accept, marks=marks)


def _asked(request: Request) -> list[Identifier]:
    return [parse_arxiv(text) for text in dict(request.params).get("id_list", "").split(",") if text]


def _to_records(result: arxiv.Result, reply: Reply) -> Iterator[Record]:
    try:
        identifier = parse_arxiv(result.entry_id)
    except IdentifierError:
        return
    doi = _doi(result.doi)
    yield Record(
        source="arxiv",
        identifiers=(identifier,),
        retrieved_at=reply.retrieved_at,
        title=collapse(result.title),
        authors=tuple(_authors(result.authors)),
        type=WorkType.PREPRINT,
        stage=Stage.SUBMITTED,
        date=PartialDate(result.published.year, result.published.month, result.published.day),
        revised=PartialDate(result.updated.year, result.updated.month, result.updated.day),
        year=result.published.year,
        venue="arXiv",
        abstract=collapse(result.summary),
        url=f"https://arxiv.org/abs/{identifier.value}",
        pdf_url=f"https://arxiv.org/pdf/{identifier.value}",
        is_open_access=True,
        arxiv_category=normalize_category(result.primary_category or ""),
        keywords=tuple(result.categories),
        relations=(Relation(RelationKind.IS_PREPRINT_OF, doi),) if doi else (),
        version=identifier.qualifier,
        links=links_in(result.comment, result.summary),
        remarks=("withdrawn",) if is_withdrawn(result.comment or "") else (),
        request_key=reply.request.key,
        source_url=f"https://arxiv.org/abs/{identifier.value}",
    )
    published = parse_journal_reference(result.journal_ref or "")
    if published is not None:
        yield _published_record(identifier, doi, result, published, reply)


def _published_record(
    preprint: Identifier, doi: Identifier | None, result: arxiv.Result, published: JournalReference, reply: Reply
) -> Record:
    """The published version as the author typed it into the journal reference."""
    return Record(
        source="arxiv",
        identifiers=(doi, preprint) if doi else (preprint,),
        retrieved_at=reply.retrieved_at,
        title=collapse(result.title),
        type=WorkType.UNKNOWN,
        stage=Stage.PUBLISHED,
        year=published.year,
        venue=published.venue,
        volume=published.volume,
        issue=published.issue,
        pages=published.pages,
        relations=(Relation(RelationKind.HAS_PREPRINT, preprint),),
        request_key=reply.request.key,
        source_url=f"https://arxiv.org/abs/{preprint.value}",
    )


def _authors(people: Iterable[arxiv.Result.Author]) -> Iterator[Author]:
    for one in people:
        read = parse_authors([one.name])
        affiliations = tuple(filter(None, map(collapse, one.affiliation))) if len(read) == 1 else ()
        yield from (replace(author, affiliations=affiliations) for author in read)


def _doi(text: str | None) -> Identifier | None:
    """The published DOI that an author typed; several may stand in one field, the first counts."""
    try:
        return parse_doi(text.split()[0]) if text and text.strip() else None
    except IdentifierError:
        return None
