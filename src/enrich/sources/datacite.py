"""DataCite's REST API: <https://support.datacite.org/docs/api>. All arXiv DOIs in one request, whatever arXiv's load.

``https://api.datacite.org/dois?ids=10.48550/arxiv.1806.07366,10.48550/arxiv.2002.08071&page[size]=1000``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.addresses import doi_url
from enrich.model.dates import parse_partial_date
from enrich.model.identifiers import Identifier, Scheme, normalize_category, parse_arxiv, parse_doi
from enrich.model.persons import Author
from enrich.model.record import Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import (
    BaseSource,
    Parsed,
    ReplyError,
    batches,
    collapse,
    links_in,
    mappings,
    parse_authors,
    parse_json,
    to_person,
)
from enrich.sources.replies import read_rows
from enrich.text.publication import is_preprint_doi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.dates import PartialDate
    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

ARXIV_PREFIX = "10.48550/arxiv."
# Prefixes of the registrants whose DOIs stand in reading lists; DOIs of others are Crossref's and unknown here.
DATACITE_PREFIXES = (ARXIV_PREFIX, "10.5281/zenodo.", "10.6084/m9.figshare.", "10.17605/osf.io/", "10.26434/")

_TYPES = {
    "Preprint": WorkType.PREPRINT,
    "Software": WorkType.SOFTWARE,
    "Dataset": WorkType.DATASET,
    "JournalArticle": WorkType.JOURNAL,
    "ConferencePaper": WorkType.CONFERENCE,
    "Dissertation": WorkType.THESIS,
    "Report": WorkType.REPORT,
    "Book": WorkType.BOOK,
    "BookChapter": WorkType.CHAPTER,
}
_RELATIONS = {
    "IsVersionOf": RelationKind.IS_PREPRINT_OF,
    "IsPreprintOf": RelationKind.IS_PREPRINT_OF,
    "IsPreviousVersionOf": RelationKind.IS_PREPRINT_OF,
}


_BELONGS = frozenset({"IsSupplementedBy", "IsDocumentedBy", "HasPart"})
"""Relations to what may be the code or the data of a work, where the address says so."""


class DataCite(BaseSource):
    """One GET for hundreds of DOIs; answers come in any order and unknown ones are left out."""

    default_url = "https://api.datacite.org"
    traits = Traits(
        name="datacite",
        turn=20,
        role=Role.PREPRINT_SERVER,
        purpose="DOIs of preprints, data and software; stands in when arXiv throttles",
        terms=Terms(
            title="DataCite",
            licence="CC0-1.0 (metadata)",
            attribution="DOI metadata from DataCite.",
            url="https://datacite.org/legal/",
        ),
        # It holds arXiv's own export.
        trust={WRITTEN: 12, PUBLISHED: 51, "citation_count": 60, "funders": 60},
        registers=frozenset({Scheme.DOI, Scheme.ARXIV}),
        example="arxiv:1806.07366",
        hosts=("api.datacite.org",),
        schemes=(Scheme.ARXIV, Scheme.DOI),
        settles=frozenset({"title", "authors", "date", "abstract", "arxiv_category"}),
        # The address stays below the 8 KiB that front ends accept: 200 arXiv DOIs make about 5,300 characters.
        batch_size=200,
        min_interval_s=0.6,
        asks_once=True,
        takes_all=True,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One request per 200 arXiv identifiers and DataCite DOIs; DOIs of other agencies are not asked for."""
        usable = [one for one in identifiers if one.arxiv_doi or one.value.startswith(DATACITE_PREFIXES)]
        for batch in batches(usable, self.traits.batch_size):
            dois = ",".join(one.arxiv_doi or one.value for one in batch)
            params = (("ids", dois), ("page[size]", str(max(25, len(batch)))))
            yield Request(source=self.traits.name, url=f"{self.base_url}/dois", params=params)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of a JSON:API list.

        Raises:
            ReplyError: there is no list.
        """
        document = parse_json(reply)
        rows = document.get("data") if isinstance(document, dict) else None
        if not isinstance(rows, list):
            raise ReplyError("no list of DOIs in the reply")
        records, is_damaged = read_rows(rows, lambda row: next(_to_records(row, reply), None))
        asked = [_identifier(doi) for doi in dict(reply.request.params).get("ids", "").split(",") if doi]
        known = {identifier for record in records for identifier in record.identifiers}
        missing = tuple(one for one in asked if one and one not in known)
        return Parsed(records=records, missing=missing, is_suspect=is_damaged)


def _identifier(doi: str) -> Identifier | None:
    try:
        return parse_arxiv(doi) if doi.lower().startswith(ARXIV_PREFIX) else parse_doi(doi)
    except IdentifierError:
        return None


def _to_records(row: dict[str, Any], reply: Reply) -> Iterator[Record]:
    attributes = row.get("attributes") or {}
    identifier = _identifier(str(attributes.get("doi") or row.get("id") or ""))
    titles = [collapse(title.get("title")) for title in attributes.get("titles") or () if isinstance(title, dict)]
    if identifier is None:
        return
    types = attributes.get("types") or {}
    is_arxiv = identifier.scheme is Scheme.ARXIV
    kind = WorkType.PREPRINT if is_arxiv else _TYPES.get(str(types.get("resourceTypeGeneral")), WorkType.UNKNOWN)
    is_text = kind in (WorkType.JOURNAL, WorkType.CONFERENCE) or types.get("resourceTypeGeneral") == "Text"
    kind = WorkType.PREPRINT if is_text and is_preprint_doi(identifier.value) else kind
    title = next((title for title in titles if title), None)
    funding = mappings(attributes.get("fundingReferences"))
    related = [one for one in mappings(attributes.get("relatedIdentifiers")) if one.get("relationType") in _BELONGS]
    yield Record(
        source="datacite",
        identifiers=(identifier,),
        retrieved_at=reply.retrieved_at,
        title=title,
        authors=tuple(_authors(attributes.get("creators") or ())),
        type=kind,
        stage=Stage.SUBMITTED if kind is WorkType.PREPRINT else Stage.PUBLISHED,
        date=_first_date(attributes.get("dates") or ()),
        year=attributes.get("publicationYear") or None,
        venue="arXiv" if is_arxiv else None,
        publisher=None if is_arxiv else collapse(_name(attributes.get("publisher"))),
        abstract=_abstract(attributes.get("descriptions") or ()),
        url=f"https://arxiv.org/abs/{identifier.value}" if is_arxiv else doi_url(identifier.value),
        license=next(
            (right.get("rightsIdentifier") for right in attributes.get("rightsList") or () if isinstance(right, dict)),
            None,
        ),
        is_open_access=True if is_arxiv else None,
        arxiv_category=_category(attributes.get("subjects") or ()) if is_arxiv else None,
        funders=tuple(dict.fromkeys(filter(None, (collapse(one.get("funderName")) for one in funding)))),
        relations=tuple(_relations(attributes.get("relatedIdentifiers") or ())),
        links=links_in(*(collapse(one.get("relatedIdentifier")) for one in related)),
        version=str(attributes["version"]) if attributes.get("version") and not is_arxiv else None,
        request_key=reply.request.key,
        source_url=f"https://api.datacite.org/dois/{identifier.arxiv_doi or identifier.value}",
    )


def _authors(creators: Sequence[dict[str, Any]]) -> Iterator[Author]:
    for creator in creators:
        family, given, name = (collapse(creator.get(key)) for key in ("familyName", "givenName", "name"))
        orcid = next((_orcid(one) for one in creator.get("nameIdentifiers") or () if _orcid(one)), None)
        if creator.get("nameType") == "Organizational" and name:
            yield Author(name=name, is_organization=True)
        elif family:
            yield replace(to_person(family, given, orcid=orcid), affiliations=tuple(_affiliations(creator)))
        elif name:
            read = parse_authors([name])
            yield from (replace(one, affiliations=tuple(_affiliations(creator))) for one in read[:1])
            yield from read[1:]


def _affiliations(creator: dict[str, Any]) -> Iterator[str]:
    """The affiliations of a creator: texts, or objects with a name."""
    rows = creator.get("affiliation")
    for one in rows if isinstance(rows, list) else ():
        if text := collapse(one.get("name") if isinstance(one, dict) else one):
            yield text


def _orcid(name_identifier: dict[str, Any]) -> str | None:
    match = re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", str(name_identifier.get("nameIdentifier", "")))
    return match[0] if match else None


def _first_date(dates: Sequence[dict[str, Any]]) -> PartialDate | None:
    """The date of the first version: ``Submitted`` is v1's time stamp; ``Available`` and ``Issued`` are coarser."""
    by_type: dict[str, str] = {}
    for date in dates:
        by_type.setdefault(str(date.get("dateType")), str(date.get("date") or ""))
    for kind in ("Submitted", "Available", "Issued"):
        try:
            return parse_partial_date(by_type[kind])
        except (KeyError, ValueError):
            continue
    return None


def _category(subjects: Sequence[dict[str, Any]]) -> str | None:
    """The first arXiv subject is the primary category: ``Machine Learning (cs.LG)``."""
    for subject in subjects:
        _, _, code = str(subject.get("subject", "")).removesuffix(")").rpartition("(")
        category = normalize_category(code)
        if subject.get("subjectScheme") == "arXiv" and category:
            return category
    return None


def _abstract(descriptions: Sequence[dict[str, Any]]) -> str | None:
    return next(
        (collapse(one.get("description")) for one in descriptions if one.get("descriptionType") == "Abstract"), None
    )


def _relations(related: Sequence[dict[str, Any]]) -> Iterator[Relation]:
    for one in related:
        kind = _RELATIONS.get(str(one.get("relationType")))
        target = (
            _identifier(str(one.get("relatedIdentifier") or "")) if one.get("relatedIdentifierType") == "DOI" else None
        )
        if kind and target and target.scheme is Scheme.DOI:
            yield Relation(kind, target)


def _name(publisher: object) -> str | None:
    return publisher.get("name") if isinstance(publisher, dict) else publisher if isinstance(publisher, str) else None
