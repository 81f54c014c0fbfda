"""Crossref's REST API: <https://api.crossref.org/swagger-ui/index.html>, limits <https://www.crossref.org/blog/>.

``https://api.crossref.org/works?filter=doi:10.1038/…,doi:10.1007/…&rows=40``: several DOIs are one list request.
Records 10.52202 (NeurIPS) list their authors by alphabet: their authors are not taken.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from enrich.errors import IdentifierError
from enrich.model.addresses import doi_url
from enrich.model.dates import PartialDate
from enrich.model.identifiers import Identifier, Scheme, parse_doi
from enrich.model.persons import Author
from enrich.model.record import Notice, NoticeKind, Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import (
    BaseSource,
    Parsed,
    ReplyError,
    batches,
    collapse,
    mappings,
    parse_json,
    to_person,
)
from enrich.sources.replies import read_rows
from enrich.text.publication import (
    choose_container,
    is_preprint_doi,
    is_preprint_server,
    normalize_pages,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_SELECT = (
    "DOI,title,subtitle,author,editor,issued,published,published-print,published-online,posted,container-title,"
    "short-container-title,publisher,publisher-location,volume,issue,page,article-number,type,abstract,"
    "is-referenced-by-count,relation,event,ISSN,ISBN,license,update-to,updated-by,reference,references-count,funder,link"
)
# An element that the service does not know (language and subtype are such) costs the whole request: 400.
_TYPES = {
    "journal-article": WorkType.JOURNAL,
    "proceedings-article": WorkType.CONFERENCE,
    "posted-content": WorkType.PREPRINT,
    "book": WorkType.BOOK,
    "monograph": WorkType.BOOK,
    "edited-book": WorkType.BOOK,
    "book-chapter": WorkType.CHAPTER,
    "dissertation": WorkType.THESIS,
    "report": WorkType.REPORT,
    "dataset": WorkType.DATASET,
}
_RELATIONS = {
    "is-preprint-of": RelationKind.IS_PREPRINT_OF,
    "has-preprint": RelationKind.HAS_PREPRINT,
    "is-version-of": RelationKind.IS_VERSION_OF,
    "is-review-of": RelationKind.REVIEWS,
    "is-supplement-to": RelationKind.SUPPLEMENTS,
}
_UPDATES = {
    **dict.fromkeys(("retraction", "partial_retraction"), NoticeKind.RETRACTED),
    **dict.fromkeys(("withdrawal", "removal"), NoticeKind.WITHDRAWN),
    "expression_of_concern": NoticeKind.CONCERN,
    **dict.fromkeys(("correction", "corrigendum", "erratum", "addendum", "clarification"), NoticeKind.CORRECTED),
}
"""<https://www.crossref.org/documentation/register-maintain-records/maintaining-your-metadata/registering-updates/>."""
_GRAVITY = tuple(NoticeKind)
_OTHER_AGENCIES = ("10.48550/arxiv.", "10.5281/", "10.6084/")
_ALPHABETICAL_AUTHORS = "10.52202/"
_MARKUP = re.compile(r"<[^<>]{1,200}>")


class Crossref(BaseSource):
    """One GET for forty DOIs: the edition of record. DOIs of other agencies are not asked for."""

    default_url = "https://api.crossref.org"
    traits = Traits(
        name="crossref",
        turn=40,
        role=Role.REGISTRY,
        purpose="publishers' records: DOIs, editions, retractions",
        terms=Terms(
            title="Crossref",
            licence="free to reuse (facts); abstracts belong to their publishers",
            attribution="Metadata from Crossref.",
            url="https://www.crossref.org/documentation/retrieve-metadata/rest-api/rest-api-metadata-license-information/",
            shares_abstracts=False,
        ),
        # It carries the publishers' notices and Retraction Watch; its links are for miners and may be paid for.
        trust={WRITTEN: 30, PUBLISHED: 30, "language": 5, "retraction_status": 5, "pdf_url": 96},
        registers=frozenset({Scheme.DOI}),
        knows_venues=True,
        example="doi:10.1038/nature14539",
        hosts=("api.crossref.org",),
        schemes=(Scheme.DOI,),
        settles=frozenset(
            {"title", "authors", "date", "venue", "edition", "link", "citation_count", "references", "state"}
        ),
        supplies=frozenset({"abstract"}),
        batch_size=40,
        # The polite pool allows three list requests a second, the public one a single one.
        min_interval_s=1.0,
        searches_titles=True,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One list request per forty DOIs; a DOI with a comma is asked for by itself."""
        dois = [one for one in identifiers if not one.value.startswith(_OTHER_AGENCIES)]
        for batch in batches([one for one in dois if "," not in one.value], self.traits.batch_size):
            values = ",".join(f"doi:{one.value}" for one in batch)
            params = (("filter", values), ("rows", str(len(batch))), ("select", _SELECT))
            yield Request(source=self.traits.name, url=f"{self.base_url}/works", params=params)
        for one in sorted(one for one in dois if "," in one.value):
            yield Request(source=self.traits.name, url=f"{self.base_url}/works/{quote(one.value, safe=',/')}")

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:
        """One request per title; the best of a bad lot comes first, so what comes back is only a candidate."""
        for question in questions:
            query = " ".join((question.title, *question.authors[:1]))
            params = (("query.bibliographic", query), ("rows", "3"), ("select", _SELECT))
            yield Request(source=self.traits.name, url=f"{self.base_url}/works", params=params)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of a list or of one work. "Resource not found." comes as text under a JSON label, with 404.

        Raises:
            ReplyError: it is neither.
        """
        asked = list(_asked(reply.request))
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=tuple(asked))
        document = parse_json(reply)
        message = document.get("message") if isinstance(document, dict) else None
        if not isinstance(message, dict):
            raise ReplyError("no works in the reply")
        rows = message["items"] if isinstance(message.get("items"), list) else [message]
        records, is_damaged = read_rows(rows, lambda row: _to_record(row, reply))
        known = {identifier for record in records for identifier in record.identifiers}
        missing = tuple(one for one in asked if one not in known)
        return Parsed(records=records, missing=missing, is_suspect=is_damaged)


def _asked(request: Request) -> Iterator[Identifier]:
    values = dict(request.params).get("filter", "").split(",")
    path = unquote(request.url.partition("/works/")[2])
    for text in [one.removeprefix("doi:") for one in values if one.startswith("doi:")] + ([path] if path else []):
        with suppress(IdentifierError):
            yield parse_doi(text)


def _to_record(row: dict[str, Any], reply: Reply) -> Record | None:
    try:
        doi = parse_doi(str(row.get("DOI") or ""))
    except IdentifierError:
        return None
    kind = _TYPES.get(str(row.get("type")), WorkType.UNKNOWN)
    names = [*(row.get("container-title") or ()), *(row.get("short-container-title") or ())]
    container, series = choose_container(names, is_part=kind in (WorkType.CHAPTER, WorkType.CONFERENCE))
    is_server = is_preprint_doi(doi.value) or bool(container and is_preprint_server(container))
    kind = WorkType.PREPRINT if is_server and kind in (WorkType.JOURNAL, WorkType.UNKNOWN) else kind
    is_preprint = kind is WorkType.PREPRINT
    date = _date(row)
    references = list(_references(row.get("reference") or ()))
    notices = tuple(_notices(row.get("updated-by") or ()))
    gravest = min(notices, key=lambda one: (_GRAVITY.index(one.kind), str(one.date or "9999")), default=None)
    return Record(
        source="crossref",
        identifiers=(doi,),
        retrieved_at=reply.retrieved_at,
        title=_title(row),
        authors=() if doi.value.startswith(_ALPHABETICAL_AUTHORS) else tuple(_authors(row.get("author") or ())),
        type=kind,
        stage=Stage.SUBMITTED if is_preprint else Stage.PUBLISHED,
        date=date,
        year=date.year if date else None,
        venue=collapse(container or (row.get("event") or {}).get("name")) if not is_preprint else None,
        series=series,
        editors=tuple(_authors(row.get("editor") or ())),
        place=collapse(row.get("publisher-location")),
        isbn=_first(row.get("ISBN")),
        issn=_first(row.get("ISSN")) if not is_preprint else None,
        publisher=collapse(row.get("publisher")),
        volume=collapse(row.get("volume")),
        issue=collapse(row.get("issue")),
        pages=normalize_pages(collapse(row.get("page")) or "") or collapse(row.get("article-number")),
        abstract=_abstract(row.get("abstract")),
        url=doi_url(doi.value),
        license=_licence(row.get("license") or ()),
        pdf_url=_pdf(mappings(row.get("link"))),
        funders=tuple(dict.fromkeys(filter(None, (collapse(one.get("name")) for one in mappings(row.get("funder")))))),
        retraction_status=str(gravest.kind) if gravest else None,
        retraction_date=gravest.date if gravest else None,
        citation_count=row.get("is-referenced-by-count"),
        reference_count=row.get("references-count") or row.get("reference-count") or None,
        references=tuple(one for one, _ in references),
        reference_titles=tuple(title for _, title in references) if any(title for _, title in references) else (),
        relations=(*_relations(row.get("relation") or {}), *_updates(row.get("update-to") or ())),
        remarks=tuple(sorted({str(one.kind) for one in notices})),
        notices=notices,
        request_key=reply.request.key,
        source_url=f"https://api.crossref.org/works/{quote(doi.value, safe='')}",
    )


def _first(value: object) -> str | None:
    """The first text of a list; null and blanks are nothing."""
    texts = value if isinstance(value, list) else ()
    return next((plain for one in texts if isinstance(one, str) and (plain := collapse(one))), None)


def _title(row: dict[str, Any]) -> str | None:
    title, subtitle = _first(row.get("title")), _first(row.get("subtitle"))
    is_apart = title and subtitle and subtitle.casefold() not in title.casefold()
    return f"{title}: {subtitle}" if is_apart else title


def _pdf(links: Iterable[dict[str, Any]]) -> str | None:
    """The full text as the publisher deposited its address, the version of record before others.

    Addresses for checks of plagiarism are for members of that service only.
    """
    found = [
        one
        for one in links
        if one.get("content-type") == "application/pdf" and one.get("intended-application") != "similarity-checking"
    ]
    found.sort(key=lambda one: one.get("content-version") != "vor")
    return next((str(one["URL"]) for one in found if one.get("URL")), None)


def _notices(updates: Iterable[Any]) -> Iterator[Notice]:
    """What happened to an article: the notices about it stand in ``updated-by``, Retraction Watch's among them."""
    for one in updates:
        kind = _kind_of(one)
        if kind:
            yield Notice(kind, _doi_of(one), _parts(one.get("updated")), collapse(str(one.get("source") or "")))


def _kind_of(update: object) -> NoticeKind | None:
    if not isinstance(update, dict):
        return None
    return _UPDATES.get(str(update.get("type")).lower().replace("-", "_").replace(" ", "_"))


def _doi_of(update: Mapping[str, Any]) -> Identifier | None:
    with suppress(IdentifierError):
        return parse_doi(str(update.get("DOI") or ""))
    return None


def _updates(updates: Iterable[Any]) -> Iterator[Relation]:
    """What a notice is about: ``update-to`` stands on the notice, never on the article."""
    for one in updates:
        kind, doi = _kind_of(one), _doi_of(one) if isinstance(one, dict) else None
        if kind and doi:
            is_end = kind in {NoticeKind.RETRACTED, NoticeKind.WITHDRAWN}
            yield Relation(RelationKind.RETRACTS if is_end else RelationKind.CORRECTS, doi)


def _licence(rows: Iterable[Any]) -> str | None:
    """The licence of the published text before that of the manuscript; that for text mining is another."""
    known = {str(one.get("content-version")): one.get("URL") for one in reversed(list(rows)) if isinstance(one, dict)}
    return next((known[version] for version in ("vor", "am", "unspecified", "None") if known.get(version)), None)


def _authors(rows: Iterable[dict[str, Any]]) -> Iterator[Author]:
    for row in rows:
        family, given, suffix = (collapse(row.get(key)) for key in ("family", "given", "suffix"))
        orcid = str(row.get("ORCID") or "").rpartition("/")[2] or None
        affiliations = [one.get("name") for one in mappings(row.get("affiliation"))]
        if family:
            person = to_person(family, given, suffix=suffix, orcid=orcid)
            yield replace(person, affiliations=tuple(filter(None, map(collapse, affiliations))))
        elif name := collapse(row.get("name")):
            yield Author(name=name, is_organization=True)


def _date(row: dict[str, Any]) -> PartialDate | None:
    """The date of the issue, else the earliest stated one; a conference does not publish before it begins.

    ``published`` is the earliest of print and online; an article is cited by the issue that it was printed in.
    """
    dates = [date for key in ("published-print", "published", "published-online", "issued", "posted")
             if (date := _parts(row.get(key)))]  # fmt: skip
    if not dates:
        return None
    # An online date in the year, or the month, that is all the issue says of itself is that date in full.
    date = next((one for one in dates if str(one).startswith(f"{dates[0]}-")), dates[0])
    begun = _parts((row.get("event") or {}).get("start"))
    if begun is None or str(begun).startswith(str(date)) or not 0 <= begun.year - date.year <= 1:
        return date
    return max(date, begun, key=PartialDate.to_date)


def _parts(value: object) -> PartialDate | None:
    """A date of Crossref; parts may be missing or null."""
    parts = (value.get("date-parts") or [[None]])[0] if isinstance(value, dict) else ()
    numbers = [one for one in parts or () if isinstance(one, int)][:3]
    with suppress(ValueError, TypeError):
        return PartialDate(*numbers)
    return None


def _relations(rows: dict[str, Any]) -> Iterator[Relation]:
    for name, kind in _RELATIONS.items():
        for one in rows.get(name) or ():
            if isinstance(one, dict) and one.get("id-type") == "doi":
                with suppress(IdentifierError):
                    yield Relation(kind, parse_doi(str(one.get("id"))))


def _references(rows: Iterable[Any]) -> Iterator[tuple[Identifier, str]]:
    """DOI and title of each reference that has a DOI; the title may be empty."""
    for row in rows:
        if isinstance(row, dict) and row.get("DOI"):
            with suppress(IdentifierError):
                yield parse_doi(str(row["DOI"])), collapse(row.get("article-title") or row.get("volume-title")) or ""


def _abstract(text: str | None) -> str | None:
    """The abstract without its JATS markup and the heading that publishers put into it."""
    plain = collapse(_MARKUP.sub(" ", text)) if text else None
    return re.sub(r"^abstract[.:]?\s+", "", plain, flags=re.IGNORECASE) if plain else None
