"""Publishers' pages that carry ``citation_*`` meta tags, for links that no API covers; only hosts on the list below.

``http://openaccess.thecvf.com/content_CVPR_2019/html/…_paper.html``, ``https://distill.pub/2019/memorization-in-rnns``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enrich.model.addresses import is_host, to_url
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed
from enrich.sources.volumes import record_of_tags

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
        record = record_of_tags("webpage", asked, reply, url=to_url(asked)) if reply.outcome is Outcome.OK else None
        return Parsed(missing=(asked,)) if record is None else Parsed(records=(record,))
