"""DBLP's SPARQL end point: <https://sparql.dblp.org>, schema <https://dblp.org/rdf/docu/>.

The search API stands behind a bot challenge since September 2026; the end point takes a batch of keys, DOIs and arXiv
addresses in one query and gives for each the publication with the same title that is not CoRR's.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.addresses import identifiers_in_url
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.record import Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, batches, collapse, parse_authors, parse_json
from enrich.text.publication import is_preprint_server, normalize_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_QUERY = """\
PREFIX dblp: <https://dblp.org/rdf/schema#>
SELECT ?asked ?pub ?title ?year ?venue ?doi ?page ?pages ?volume ?ordinal ?name WHERE {{
  VALUES ?asked {{ {asked} }}
  {{ ?pub dblp:doi ?asked }} UNION {{ ?first dblp:doi ?asked . ?first dblp:title ?title . ?pub dblp:title ?title }}
  UNION {{ BIND(?asked AS ?pub) }}
  ?pub dblp:title ?title ; dblp:hasSignature ?signature .
  ?signature dblp:signatureOrdinal ?ordinal ; dblp:signatureDblpName ?name .
  OPTIONAL {{ ?pub dblp:yearOfPublication ?year }} OPTIONAL {{ ?pub dblp:publishedIn ?venue }}
  OPTIONAL {{ ?pub dblp:doi ?doi }} OPTIONAL {{ ?pub dblp:primaryDocumentPage ?page }}
  OPTIONAL {{ ?pub dblp:pagination ?pages }} OPTIONAL {{ ?pub dblp:publishedInJournalVolume ?volume }}
}} ORDER BY ?asked ?pub ?ordinal"""
_UNSAFE = re.compile(r"[<>\"{}|^`\\\s]")
_KEY = re.compile(r"https?://dblp\.org/rec/(.+)")


class Dblp(BaseSource):
    """One query for fifty works: where and when a paper appeared, with names as DBLP spells them."""

    default_url = "https://sparql.dblp.org/sparql"
    traits = Traits(
        name="dblp",
        turn=50,
        role=Role.BIBLIOGRAPHY,
        purpose="venues and editions in computer science",
        terms=Terms(
            title="DBLP",
            licence="CC0-1.0",
            attribution="Records from the dblp computer science bibliography.",
            url="https://dblp.org/db/about/copyright.html",
        ),
        trust={WRITTEN: 34, PUBLISHED: 34},
        knows_venues=True,
        example="doi:10.1038/nature14539",
        hosts=("sparql.dblp.org",),
        schemes=(Scheme.DBLP, Scheme.ARXIV, Scheme.DOI),
        settles=frozenset({"edition", "venue"}),
        supplies=frozenset({"title", "authors"}),
        # A GET of fifty stays below the 8 KiB that front ends accept.
        batch_size=50,
        min_interval_s=2.0,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One GET per fifty identifiers; an identifier that could leave its place in the query is left out."""
        addresses = {one: _address(one) for one in identifiers}
        safe = [one for one, address in addresses.items() if not _UNSAFE.search(address)]
        for batch in batches(safe, self.traits.batch_size):
            query = _QUERY.format(asked=" ".join(f"<{addresses[one]}>" for one in batch))
            params = (("query", query),)
            accept = "application/sparql-results+json"
            yield Request(source=self.traits.name, url=self.base_url, params=params, accept=accept)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of a result set: one row per author, grouped by publication.

        Raises:
            ReplyError: it is no SPARQL result.
        """
        asked = list(_asked(reply.request))
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=tuple(asked))
        document = parse_json(reply)
        try:
            bindings = document["results"]["bindings"]
            rows = [{name: cell["value"] for name, cell in row.items()} for row in bindings]
        except (KeyError, TypeError, AttributeError) as error:
            raise ReplyError("no SPARQL result in the reply") from error
        groups: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            groups.setdefault(row.get("pub", ""), []).append(row)
        records = tuple(record for group in groups.values() if (record := _to_record(group, reply)))
        known = {identifier for record in records for identifier in record.identifiers}
        return Parsed(records=records, missing=tuple(one for one in asked if one not in known))


def _address(identifier: Identifier) -> str:
    if identifier.scheme is Scheme.DBLP:
        return f"https://dblp.org/rec/{identifier.value}"
    # DBLP keeps the spelling of the DOI; arXiv's is mixed case there.
    doi = f"10.48550/arXiv.{identifier.value}" if identifier.scheme is Scheme.ARXIV else identifier.value
    return f"https://doi.org/{doi}"


def _asked(request: Request) -> Iterator[Identifier]:
    values = dict(request.params).get("query", "").partition("VALUES ?asked {")[2].partition("}")[0]
    for address in re.findall(r"<([^>]+)>", values):
        yield from identifiers_in_url(address)[:1]


def _to_record(group: Sequence[dict[str, Any]], reply: Reply) -> Record | None:
    first = group[0]
    match = _KEY.match(first.get("pub", ""))
    title = collapse(first.get("title"))
    if not match or not title:
        return None
    try:
        key = parse_identifier(Scheme.DBLP, match[1])
    except IdentifierError:
        return None
    by_ordinal = {int(row["ordinal"]): row.get("name") for row in group if str(row.get("ordinal", "")).isdigit()}
    # CoRR has the volume "abs/1806.07366"; the asked arXiv DOI is the preprint of what was found by its title.
    is_preprint = is_preprint_server(str(first.get("venue") or "")) or match[1].startswith("journals/corr/")
    asked = [one for row in group for one in identifiers_in_url(row.get("asked", ""))]
    linked = [one for row in group for name in ("doi", "page") for one in identifiers_in_url(row.get(name, ""))]
    preprints = [one for one in asked if one.scheme is Scheme.ARXIV and not is_preprint]
    own = [one for one in (*asked, *linked) if one.scheme is not Scheme.ARXIV or is_preprint]
    year = str(first.get("year", ""))
    return Record(
        source="dblp",
        identifiers=tuple(dict.fromkeys((key, *own, *preprints))),
        retrieved_at=reply.retrieved_at,
        title=title.removesuffix("."),
        authors=parse_authors(by_ordinal[ordinal] for ordinal in sorted(by_ordinal)),
        type=WorkType.PREPRINT if is_preprint else _type(match[1]),
        stage=Stage.SUBMITTED if is_preprint else Stage.PUBLISHED,
        year=int(year) if year.isdigit() else None,
        venue=None if is_preprint else collapse(first.get("venue")),
        volume=None if is_preprint else collapse(first.get("volume")),
        pages=normalize_pages(first.get("pages") or "") or None,
        relations=tuple(Relation(RelationKind.HAS_PREPRINT, one) for one in dict.fromkeys(preprints)),
        request_key=reply.request.key,
        source_url=f"https://dblp.org/rec/{match[1]}.html",
    )


def _type(key: str) -> WorkType:
    kinds = {
        "conf": WorkType.CONFERENCE,
        "journals": WorkType.JOURNAL,
        "books": WorkType.BOOK,
        "phd": WorkType.THESIS,
        "series": WorkType.CHAPTER,
        "reference": WorkType.CHAPTER,
    }
    with suppress(KeyError):
        return kinds[key.partition("/")[0]]
    return WorkType.UNKNOWN
