"""Proceedings of Machine Learning Research: <https://proceedings.mlr.press>. No DOIs.

``https://proceedings.mlr.press/v139/pal21a.html`` is one paper; two or more papers of a volume are one request for
``https://proceedings.mlr.press/v139/assets/bib/bibliography.bib``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Record, WorkType
from enrich.model.request import Outcome
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, parse_bib
from enrich.sources.volumes import asked_of_volume, parse_volume, record_of_entry, record_of_tags, to_volume_requests

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
        record = record_of_tags("pmlr", identifier, reply, url=_url(identifier), **_known(identifier))
        if record is None:
            raise ReplyError("the page has no citation_title")
        return Parsed(records=(record,))


def _parse_volume(reply: Reply) -> Parsed:
    asked = asked_of_volume(reply, Scheme.PMLR)
    volume = asked[0].value.partition("/")[0]

    def entries() -> dict[str, dict[str, str]]:
        return {key.removeprefix(f"pmlr-{volume}-").lower(): fields for key, fields in parse_bib(reply)}

    return parse_volume(reply, asked, entries, lambda one: one.value.partition("/")[2], _from_entry)


def _from_entry(identifier: Identifier, fields: dict[str, str], reply: Reply) -> Record:
    return record_of_entry("pmlr", identifier, fields, reply, url=_url(identifier), **_known(identifier))


def _url(identifier: Identifier) -> str:
    return f"https://proceedings.mlr.press/{identifier.value}.html"


def _known(identifier: Identifier) -> dict[str, Any]:
    """What holds for every paper of a volume."""
    volume = identifier.value.partition("/")[0].removeprefix("v")
    return {"type": WorkType.CONFERENCE, "publisher": "PMLR", "volume": volume, "is_open_access": True}
