"""Publishers' pages that carry ``citation_*`` meta tags, for links that no API covers; only hosts on the list below.

``http://openaccess.thecvf.com/content_CVPR_2019/html/…_paper.html``, ``https://distill.pub/2019/memorization-in-rnns``.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enrich.errors import IdentifierError
from enrich.model.addresses import is_host, to_url
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv, parse_doi, parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, parse_authors
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_meta_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

HOSTS = (
    "openaccess.thecvf.com",
    "jmlr.org",
    "www.jmlr.org",
    "www.ijcai.org",
    "ojs.aaai.org",
    "aaai.org",
    "www.aaai.org",
    "distill.pub",
    "link.springer.com",
    "ieeexplore.ieee.org",
    "www.nature.com",
    "www.mdpi.com",
    "www.frontiersin.org",
    "academic.oup.com",
    "www.usenix.org",
    "www.ecva.net",
    "www.biorxiv.org",
    "www.medrxiv.org",
    "www.isca-archive.org",
    "www.isca-speech.org",
    "hal.science",
    "www.roboticsproceedings.org",
)
"""Hosts known to put citation tags into their pages; a page of any other host is never asked for."""

_NO_PAGE = (".pdf", ".ps", ".gz", ".zip", ".mp4", ".pptx")


class Webpage(BaseSource):
    """One page per work."""

    traits = Traits(
        name="webpage",
        turn=80,
        role=Role.PROCEEDINGS,
        purpose="publishers' pages that a list links to",
        terms=Terms(
            title="Publishers' pages",
            licence="no licence stated (bibliographic facts only)",
            attribution="Citation tags of publishers' pages, the address of each in its claims.",
            url="",
            shares_abstracts=False,
        ),
        trust={WRITTEN: 36, PUBLISHED: 36},
        hosts=HOSTS,
        schemes=(Scheme.CVF, Scheme.URL),
        settles=frozenset({"title", "authors", "date", "venue", "link"}),
        batch_size=1,
        min_interval_s=1.0,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One page per address on the list; with another base address, the host becomes the first part of the path."""
        for one in sorted(set(identifiers)):
            url = to_url(one)
            parts = urlsplit(url)
            if not is_host(parts.hostname or "", *HOSTS) or parts.path.lower().endswith(_NO_PAGE):
                continue
            if self.base_url:
                url = f"{self.base_url}/{parts.hostname}{parts.path}"
            yield Request(source=self.traits.name, url=url, accept="text/html", marks=(("webpage", str(one)),))

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page; a page without citation tags is missing, for it may be drawn by scripts."""
        scheme, _, value = dict(reply.request.marks)["webpage"].partition(":")
        asked = parse_identifier(scheme, value)
        tags = parse_citation_meta(reply.content) if reply.outcome is Outcome.OK else {}
        title = next(iter(tags.get("title", ())), None)
        if title is None:
            return Parsed(missing=(asked,))
        date = parse_meta_date(tags)
        journal = next(iter(tags.get("journal_title", ())), None)
        conference = next(
            (tags[name][0] for name in ("conference_title", "conference", "inbook_title") if name in tags), None
        )
        is_journal = journal is not None and conference is None
        record = Record(
            source="webpage",
            identifiers=(asked, *_identifiers(tags)),
            retrieved_at=reply.retrieved_at,
            title=title,
            authors=parse_authors(tags.get("author", ())),
            type=WorkType.JOURNAL if is_journal else WorkType.CONFERENCE if conference else WorkType.UNKNOWN,
            stage=Stage.PUBLISHED,
            date=date,
            year=date.year if date else None,
            venue=conference or journal,
            publisher=next(iter(tags.get("publisher", ())), None),
            volume=next(iter(tags.get("volume", ())), None),
            issue=next(iter(tags.get("issue", ())), None),
            pages=pages_of(tags),
            url=to_url(asked),
            pdf_url=next(iter(tags.get("pdf_url", ())), None),
            language=next(iter(tags.get("language", ())), None),
            request_key=reply.request.key,
            source_url=to_url(asked),
        )
        return Parsed(records=(record,))


def _identifiers(tags: dict[str, list[str]]) -> Iterator[Identifier]:
    for name, parse in (("doi", parse_doi), ("arxiv_id", parse_arxiv)):
        for text in tags.get(name, ()):
            with suppress(IdentifierError):
                yield parse(text)
