"""Proceedings of Machine Learning Research: <https://proceedings.mlr.press>. No DOIs.

``https://proceedings.mlr.press/v139/pal21a.html`` is one paper; two or more papers of a volume are one request for
``https://proceedings.mlr.press/v139/assets/bib/bibliography.bib``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, parse_authors, parse_bib
from enrich.sources.volumes import asked_of_volume, parse_volume, to_volume_requests
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_meta_date
from enrich.text.publication import normalize_pages
from enrich.text.written_dates import parse_bib_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply, Request
    from enrich.sources.base import TitleQuestion


class Pmlr(BaseSource):
    """The citation tags of a paper's page, or the BibTeX file of a volume."""

    default_url = "https://proceedings.mlr.press"
    traits = Traits(
        name="pmlr",
        turn=71,
        role=Role.PROCEEDINGS,
        purpose="the proceedings of ICML, AISTATS and others",
        terms=Terms(
            title="Proceedings of Machine Learning Research",
            licence="no licence stated for metadata (bibliographic facts only)",
            attribution="Records of PMLR.",
            url="https://proceedings.mlr.press",
            shares_abstracts=False,
        ),
        trust={WRITTEN: 21, PUBLISHED: 21},
        example="pmlr:v37/ioffe15",
        hosts=("proceedings.mlr.press",),
        schemes=(Scheme.PMLR,),
        settles=frozenset({"title", "authors", "date", "venue", "edition", "link"}),
        batch_size=1,
        min_interval_s=1.0,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One page per paper, or one file per volume where several of its papers are asked for."""
        return to_volume_requests(
            self.traits.name,
            identifiers,
            volume_of=lambda one: one.value.partition("/")[0],
            volume_url=lambda volume: f"{self.base_url}/{volume}/assets/bib/bibliography.bib",
            paper_url=lambda one: f"{self.base_url}/{one.value}.html",
        )

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page, or those of a volume that were asked for.

        Raises:
            ReplyError: the page has no citation tags, the file no entry.
        """
        if reply.request.url.endswith(".bib"):
            return _parse_volume(reply)
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


def _parse_volume(reply: Reply) -> Parsed:
    asked = asked_of_volume(reply, Scheme.PMLR)
    volume = asked[0].value.partition("/")[0]

    def entries() -> dict[str, dict[str, str]]:
        return {key.removeprefix(f"pmlr-{volume}-").lower(): fields for key, fields in parse_bib(reply)}

    return parse_volume(reply, asked, entries, lambda one: one.value.partition("/")[2], _from_entry)


def _from_entry(identifier: Identifier, fields: dict[str, str], reply: Reply) -> Record:
    year = fields.get("year", "")
    return Record(
        source="pmlr",
        identifiers=(identifier,),
        retrieved_at=reply.retrieved_at,
        title=fields.get("title") or None,
        authors=parse_authors(fields.get("author", "").split(" and ")),
        type=WorkType.CONFERENCE,
        stage=Stage.PUBLISHED,
        date=parse_bib_date(year, fields.get("month", "")),
        year=int(year) if year.isdigit() else None,
        venue=fields.get("booktitle") or None,
        publisher="PMLR",
        volume=identifier.value.partition("/")[0].removeprefix("v"),
        pages=normalize_pages(fields.get("pages", "")) or None,
        abstract=fields.get("abstract") or None,
        url=f"https://proceedings.mlr.press/{identifier.value}.html",
        pdf_url=fields.get("pdf") or None,
        is_open_access=True,
        request_key=reply.request.key,
        source_url=f"https://proceedings.mlr.press/{identifier.value}.html",
    )
