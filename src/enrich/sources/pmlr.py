"""Proceedings of Machine Learning Research: <https://proceedings.mlr.press>. One page per paper, no DOIs.

``https://proceedings.mlr.press/v139/pal21a.html``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.sources.base import Parsed, ReplyError, Traits, parse_authors
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_meta_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion


class Pmlr:
    """The citation tags of a paper's page."""

    traits = Traits(
        name="pmlr",
        hosts=("proceedings.mlr.press",),
        schemes=(Scheme.PMLR,),
        settles=frozenset({"title", "authors", "date", "venue", "edition", "link"}),
        batch_size=1,
        min_interval_s=1.0,
        licence="Bibliographic facts from the PMLR site",
        attribution="Metadata from the Proceedings of Machine Learning Research (proceedings.mlr.press).",
    )

    def __init__(self, base_url: str | None = None, *, has_key: bool = False) -> None:
        self.base_url = base_url or "https://proceedings.mlr.press"
        self.has_key = has_key

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        titles: Mapping[Identifier, str],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One page per paper."""
        for one in sorted(set(identifiers)):
            yield Request(source=self.traits.name, url=f"{self.base_url}/{one.value}.html", accept="text/html")

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:  # noqa: ARG002 (protocol)
        """None: the site has no search."""
        return iter(())

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page.

        Raises:
            ReplyError: the page has no citation tags.
        """
        volume, key = reply.request.url.removesuffix(".html").rsplit("/", 2)[-2:]
        identifier = Identifier(Scheme.PMLR, f"{volume}/{key}")
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=(identifier,))
        tags = parse_citation_meta(reply.content)
        title = next(iter(tags.get("title", ())), None)
        if title is None:
            raise ReplyError("the page has no citation_title")
        date = parse_meta_date(tags)
        record = Record(
            source="pmlr",
            identifiers=(identifier,),
            retrieved_at=reply.retrieved_at,
            title=title,
            authors=parse_authors(tags.get("author", ())),
            type=WorkType.CONFERENCE,
            stage=Stage.PUBLISHED,
            date=date,
            year=date.year if date else None,
            venue=next(iter(tags.get("conference_title", ())), None),
            publisher="PMLR",
            volume=volume.removeprefix("v"),
            pages=pages_of(tags),
            url=f"https://proceedings.mlr.press/{identifier.value}.html",
            pdf_url=next(iter(tags.get("pdf_url", ())), None),
            is_open_access=True,
            request_key=reply.request.key,
            source_url=f"https://proceedings.mlr.press/{identifier.value}.html",
        )
        return Parsed(records=(record,))
