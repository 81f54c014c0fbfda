"""Europe PMC's Articles API: <https://europepmc.org/RestfulWebService>. PubMed, PMC and preprints of the life sciences.

``https://www.ebi.ac.uk/europepmc/webservices/rest/search?query=(EXT_ID:18611262 AND SRC:MED) OR DOI:"10.1038/…"`` with
``resultType=core``; identifiers of any kind share one query, and unknown ones are left out of the answer.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
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
    mapping,
    mappings,
    parse_json,
    to_person,
)
from enrich.sources.replies import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_QUERIES = {Scheme.PMID: "(EXT_ID:{} AND SRC:MED)", Scheme.PMCID: "PMCID:{}", Scheme.DOI: 'DOI:"{}"'}
_ASKED = re.compile(r'EXT_ID:(?P<pmid>\d+)|PMCID:(?P<pmcid>PMC\d+)|DOI:"(?P<doi>[^"]+)"')
_TYPES = {
    "preprint": WorkType.PREPRINT,
    "book": WorkType.BOOK,
    "chapter": WorkType.CHAPTER,
    "book chapter": WorkType.CHAPTER,
    "dataset": WorkType.DATASET,
    "thesis": WorkType.THESIS,
    "technical report": WorkType.REPORT,
}
# MEDLINE's words for what happened to an article, which stand on it, and for what a notice is about.
_NOTICES = {
    "retraction in": NoticeKind.RETRACTED,
    "expression of concern in": NoticeKind.CONCERN,
    "erratum in": NoticeKind.CORRECTED,
    "corrected and republished in": NoticeKind.CORRECTED,
}
_ABOUT = {
    "retraction of": RelationKind.RETRACTS,
    "erratum for": RelationKind.CORRECTS,
    "expression of concern for": RelationKind.CORRECTS,
    "preprint of": RelationKind.IS_PREPRINT_OF,
    "preprint in": RelationKind.HAS_PREPRINT,
}
_GRAVITY = (NoticeKind.RETRACTED, NoticeKind.CONCERN, NoticeKind.CORRECTED)
_MARKUP = re.compile(r"</?[a-z][a-z0-9]{0,9}(?: [^<>]{0,200})?/?>", re.IGNORECASE)


class EuropePmc(BaseSource):
    """One GET for eighty PubMed ids, PMC ids and DOIs together; answers come in any order."""

    default_url = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    traits = Traits(
        name="europe_pmc",
        turn=65,
        role=Role.INDEX,
        purpose="biology and medicine: PubMed and PMC ids, abstracts, retractions",
        terms=Terms(
            title="Europe PMC",
            licence="terms of use of EMBL-EBI; abstracts belong to their publishers",
            attribution="Records from Europe PMC, which holds those of PubMed.",
            url="https://europepmc.org/Copyright",
            shares_abstracts=False,
        ),
        # It holds what publishers sent to PubMed and keeps preprints apart; it counts within the life sciences.
        trust={WRITTEN: 48, PUBLISHED: 48, "citation_count": 28, "retraction_status": 6},
        example="pmid:18611262",
        hosts=("www.ebi.ac.uk",),
        schemes=(Scheme.PMID, Scheme.PMCID, Scheme.DOI),
        settles=frozenset({"title", "authors", "date", "abstract", "venue", "edition", "language", "state"}),
        supplies=frozenset({"citation_count"}),
        # The address stays below the 8 KiB that front ends accept: eighty DOIs make up to 6,500 characters.
        batch_size=80,
        min_interval_s=0.5,
        takes_all=True,
        asks_once=True,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One request per eighty identifiers; a DOI that would end the quotation around it is left out."""
        usable = [one for one in identifiers if one.scheme in _QUERIES and not set('"\\') & set(one.value)]
        for batch in batches(usable, self.traits.batch_size):
            query = " OR ".join(_QUERIES[one.scheme].format(one.value) for one in batch)
            params = (("query", query), ("format", "json"), ("resultType", "core"), ("pageSize", "1000"))
            yield Request(source=self.traits.name, url=f"{self.base_url}/search", params=params)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of a search.

        Raises:
            ReplyError: there is no list of results.
        """
        asked = tuple(_asked(reply.request))
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=asked)
        rows = mapping(mapping(parse_json(reply)).get("resultList")).get("result")
        if not isinstance(rows, list):
            raise ReplyError("no list of results in the reply")
        records, is_damaged = read_rows(rows, lambda row: _to_record(row, reply))
        known = {identifier for record in records for identifier in record.identifiers}
        missing = tuple(one for one in asked if one not in known)
        return Parsed(records=records, missing=missing, is_suspect=is_damaged)


def _asked(request: Request) -> Iterator[Identifier]:
    for match in _ASKED.finditer(dict(request.params).get("query", "")):
        if (one := _identifier(str(match.lastgroup), match[match.lastgroup or 0])) is not None:
            yield one


def _identifier(scheme: str, value: object) -> Identifier | None:
    with suppress(IdentifierError):
        return parse_identifier(scheme, str(value)) if value else None
    return None


def _to_record(row: dict[str, Any], reply: Reply) -> Record | None:
    named = (_identifier(scheme, row.get(scheme)) for scheme in ("pmid", "pmcid", "doi"))
    identifiers = tuple(one for one in named if one is not None)
    if not identifiers:
        return None
    kinds = [str(one).lower() for one in _list(mapping(row.get("pubTypeList")).get("pubType"))]
    in_journal = mapping(row.get("journalInfo"))
    journal = mapping(in_journal.get("journal"))
    kind = next((_TYPES[one] for one in kinds if one in _TYPES), WorkType.JOURNAL if journal else WorkType.UNKNOWN)
    kind = WorkType.PREPRINT if row.get("source") == "PPR" else kind
    is_preprint = kind is WorkType.PREPRINT
    date = _date(row, in_journal, is_preprint=is_preprint)
    links = mappings(mapping(row.get("commentCorrectionList")).get("commentCorrection"))
    notices = tuple(_notices(links))
    gravest = min(notices, key=lambda one: _GRAVITY.index(one.kind), default=None)
    details = mapping(row.get("bookOrReportDetails"))
    address = f"{row.get('source') or 'MED'}/{row.get('id') or identifiers[0].value}"
    return Record(
        source="europe_pmc",
        identifiers=identifiers,
        retrieved_at=reply.retrieved_at,
        title=_title(row),
        authors=tuple(_authors(mappings(mapping(row.get("authorList")).get("author")))),
        type=kind,
        stage=Stage.SUBMITTED if is_preprint else Stage.PUBLISHED,
        date=date,
        year=_number(row.get("pubYear")),
        venue=None if is_preprint else collapse(journal.get("title")),
        issn=None if is_preprint else collapse(journal.get("issn")) or collapse(journal.get("essn")),
        isbn=collapse(details.get("isbn13")) or collapse(details.get("isbn10")),
        publisher=collapse(details.get("publisher")),
        volume=collapse(in_journal.get("volume")),
        issue=collapse(in_journal.get("issue")),
        pages=collapse(row.get("pageInfo")),
        abstract=_plain(row.get("abstractText")),
        language=_language(collapse(row.get("language"))),
        url=f"https://europepmc.org/article/{address}",
        license=_licence(row.get("license")),
        is_open_access={"Y": True, "N": False}.get(str(row.get("isOpenAccess"))),
        keywords=tuple(filter(None, map(collapse, _list(mapping(row.get("keywordList")).get("keyword"))))),
        funders=tuple(dict.fromkeys(_agencies(row))),
        citation_count=row.get("citedByCount"),
        retraction_status=str(gravest.kind) if gravest else None,
        relations=tuple(_relations(links)),
        remarks=tuple(sorted({str(one.kind) for one in notices})),
        notices=notices,
        request_key=reply.request.key,
        source_url=f"https://europepmc.org/article/{address}",
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() else None


def _plain(text: object) -> str | None:
    """The text without the tags that PubMed leaves in titles and abstracts."""
    return collapse(_MARKUP.sub(" ", text)) if isinstance(text, str) else None


def _title(row: dict[str, Any]) -> str | None:
    """The title without the full stop of MEDLINE, and without the brackets around one that it translated."""
    title = _MARKUP.sub("", row["title"]) if isinstance(row.get("title"), str) else ""
    title = (collapse(title) or "").removesuffix(".")
    if title.startswith("[") and title.endswith("]"):
        title = title[1:-1].removesuffix(".")
    return title or None


def _authors(rows: Iterable[dict[str, Any]]) -> Iterator[Author]:
    for row in rows:
        family, given = collapse(row.get("lastName")), collapse(row.get("firstName")) or collapse(row.get("initials"))
        own = mapping(row.get("authorId"))
        orcid = collapse(own.get("value")) if own.get("type") == "ORCID" else None
        stated = mappings(mapping(row.get("authorAffiliationDetailsList")).get("authorAffiliation"))
        if family:
            affiliations = tuple(filter(None, (collapse(one.get("affiliation")) for one in stated)))
            person = to_person(family, given, suffix=collapse(row.get("suffix")), orcid=orcid)
            yield replace(person, affiliations=affiliations)
        elif name := collapse(row.get("collectiveName")):
            yield Author(name=name, is_organization=True)


def _date(row: dict[str, Any], in_journal: dict[str, Any], *, is_preprint: bool) -> PartialDate | None:
    """The first public date of a preprint; of an article that of its issue, in full where the first one lies in it."""
    first = None
    with suppress(ValueError, TypeError):
        first = parse_partial_date(str(row.get("firstPublicationDate") or ""))
    year, month = _number(in_journal.get("yearOfPublication")), _number(in_journal.get("monthOfPublication"))
    issue = None
    with suppress(ValueError, TypeError):
        issue = PartialDate(year, month or None) if year else None
    return first if is_preprint or issue is None or str(first).startswith(str(issue)) else issue


def _notices(rows: Iterable[dict[str, Any]]) -> Iterator[Notice]:
    for row in rows:
        if kind := _NOTICES.get(str(row.get("type")).lower()):
            yield Notice(kind, _identifier("pmid", row.get("id")) if row.get("source") == "MED" else None)


def _relations(rows: Iterable[dict[str, Any]]) -> Iterator[Relation]:
    for row in rows:
        kind, other = _ABOUT.get(str(row.get("type")).lower()), _identifier("pmid", row.get("id"))
        if kind and other and row.get("source") == "MED":
            yield Relation(kind, other)


def _agencies(row: dict[str, Any]) -> Iterator[str]:
    for one in mappings(mapping(row.get("grantsList")).get("grant")):
        if name := collapse(one.get("agency")):
            yield name


def _language(code: str | None) -> str | None:
    """The two letters of ISO 639-1 for the three of MEDLINE, which has the bibliographic codes of ISO 639-2."""
    from iso639 import Lang  # noqa: PLC0415 (its table costs 10 ms, and few lists need it)
    from iso639.exceptions import InvalidLanguageValue  # noqa: PLC0415

    try:
        return Lang(code).pt1 or None if code else None
    except InvalidLanguageValue:
        return None


def _licence(value: object) -> str | None:
    """``cc by-nc`` as ``CC-BY-NC``: which version it is Europe PMC does not say."""
    text = collapse(value)
    return text.upper().replace(" ", "-") if text and text.lower().startswith("cc") else text
