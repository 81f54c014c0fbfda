"""OpenCitations Index v2: <https://opencitations.net/index/api/v2>. One DOI a request, when nobody else counts.

``https://api.opencitations.net/index/v2/citation-count/doi:10.1038/…`` and ``…/references/doi:10.1038/…``; a bare DOI
gives an empty list.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from enrich.errors import IdentifierError
from enrich.model.identifiers import Identifier, Scheme, parse_doi
from enrich.model.record import Record
from enrich.model.request import Outcome, Request
from enrich.model.traits import WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion


class OpenCitations(BaseSource):
    """Open citations: the last resort for a count and for references."""

    default_url = "https://api.opencitations.net/index/v2"
    traits = Traits(
        name="opencitations",
        turn=99,
        role=Role.INDEX,
        purpose="citation counts when nobody else has them",
        terms=Terms(
            title="OpenCitations",
            licence="CC0-1.0",
            attribution="Citation data from OpenCitations.",
            url="https://opencitations.net/policy",
        ),
        # It counts preprint and published version apart, and knows nothing else.
        trust={WRITTEN: 54, "citation_count": 25},
        example="doi:10.1038/nature14539",
        hosts=("api.opencitations.net", "opencitations.net"),
        schemes=(Scheme.DOI,),
        settles=frozenset({"citation_count", "references"}),
        batch_size=1,
        min_interval_s=0.4,
        key_header="authorization",
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """Two requests per DOI."""
        for one in sorted(set(identifiers)):
            for what in ("citation-count", "references"):
                yield Request(source=self.traits.name, url=f"{self.base_url}/{what}/doi:{one.value}")

    def parse_reply(self, reply: Reply) -> Parsed:
        """A record with nothing but a count or references; 0 and an empty list can mean unknown: missing.

        Raises:
            ReplyError: it is no list of counts.
        """
        identifier = parse_doi(reply.request.url.partition("/doi:")[2])
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=(identifier,))
        rows = parse_json(reply)
        if not isinstance(rows, list):
            raise ReplyError("no list of counts in the reply")
        if "/references/" in reply.request.url:
            return _parse_references(identifier, rows, reply)
        counts = [str(row.get("count", "")) for row in rows if isinstance(row, dict)]
        if not counts or not counts[0].isdigit() or counts[0] == "0":
            return Parsed(missing=(identifier,))
        record = Record(
            source="opencitations",
            identifiers=(identifier,),
            retrieved_at=reply.retrieved_at,
            citation_count=int(counts[0]),
            request_key=reply.request.key,
            source_url=f"https://opencitations.net/index/api/v2/citation-count/doi:{identifier.value}",
        )
        return Parsed(records=(record,))


def _parse_references(identifier: Identifier, rows: Sequence[object], reply: Reply) -> Parsed:
    """The cited DOIs; version 2 names them ``omid:… doi:…``, version 1 bare."""
    cited: list[Identifier] = []
    for row in rows:
        for text in str(row.get("cited", "")).split() if isinstance(row, dict) else ():
            if text.startswith(("doi:", "10.")):
                with suppress(IdentifierError):
                    cited.append(parse_doi(text))
    record = Record(
        source="opencitations",
        identifiers=(identifier,),
        retrieved_at=reply.retrieved_at,
        references=tuple(dict.fromkeys(cited)),
        request_key=reply.request.key,
        source_url=f"https://opencitations.net/index/api/v2/references/doi:{identifier.value}",
    )
    return Parsed(records=(record,) if cited else ())
