"""ACL Anthology: <https://aclanthology.org/info/development/>.

``https://aclanthology.org/P17-2044/`` is one paper; two or more of a volume are one request for its BibTeX file,
``https://aclanthology.org/volumes/P17-2.bib``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from enrich.errors import IdentifierError
from enrich.model.identifiers import Identifier, Scheme, parse_doi
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, parse_authors, parse_bib
from enrich.sources.volumes import asked_of_volume, parse_volume, to_volume_requests
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_meta_date
from enrich.text.written_dates import parse_bib_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply, Request
    from enrich.sources.base import TitleQuestion

# Computational Linguistics and TACL are the journals of the Anthology; all else are proceedings.
_JOURNALS = ("J", "Q")
_JOURNAL_NAMES = (".cl-", ".tacl-")
_OLD_ID = re.compile(r"(?P<venue>[A-Z])(?P<year>\d{2})-(?P<number>\d+)")
# Workshops of the old ids number their volumes with two digits, all other venues with one.
_WORKSHOPS = "W"


class AclAnthology(BaseSource):
    """The citation tags of a paper's page, or the BibTeX file of a volume."""

    default_url = "https://aclanthology.org"
    traits = Traits(
        name="acl",
        turn=72,
        role=Role.PROCEEDINGS,
        purpose="the ACL Anthology: computational linguistics",
        terms=Terms(
            title="ACL Anthology",
            licence="CC BY 4.0 (2016 and later) or CC BY-NC-SA 3.0 (earlier)",
            attribution="Records of the ACL Anthology.",
            url="https://aclanthology.org/faq/copyright/",
        ),
        trust={WRITTEN: 22, PUBLISHED: 22},
        example="acl:N19-1423",
        hosts=("aclanthology.org",),
        schemes=(Scheme.ACL,),
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
            volume_of,
            volume_url=lambda volume: f"{self.base_url}/volumes/{volume}.bib",
            paper_url=lambda one: f"{self.base_url}/{one.value}/",
        )

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page, or those of a volume that were asked for.

        Raises:
            ReplyError: the page has no citation tags, the file no entry.
        """
        if reply.request.url.endswith(".bib"):
            return _parse_volume(reply)
        identifier = Identifier(Scheme.ACL, reply.request.url.rstrip("/").rpartition("/")[2])
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=(identifier,))
        tags = parse_citation_meta(reply.content)
        title = next(iter(tags.get("title", ())), None)
        if title is None:
            raise ReplyError("the page has no citation_title")
        date = parse_meta_date(tags)
        dois = []
        with suppress(IdentifierError):
            dois = [parse_doi(text) for text in tags.get("doi", ())]
        record = Record(
            source="acl",
            identifiers=(identifier, *dois),
            retrieved_at=reply.retrieved_at,
            title=title,
            authors=parse_authors(tags.get("author", ())),
            type=_type(identifier),
            stage=Stage.PUBLISHED,
            date=date,
            year=date.year if date else None,
            venue=next((tags[name][0] for name in ("conference_title", "journal_title") if name in tags), None),
            publisher="Association for Computational Linguistics",
            volume=next(iter(tags.get("volume", ())), None),
            issue=next(iter(tags.get("issue", ())), None),
            pages=pages_of(tags),
            url=f"https://aclanthology.org/{identifier.value}/",
            pdf_url=next(iter(tags.get("pdf_url", ())), None),
            is_open_access=True,
            request_key=reply.request.key,
            source_url=f"https://aclanthology.org/{identifier.value}/",
        )
        return Parsed(records=(record,))


def volume_of(identifier: Identifier) -> str:
    """The volume that a paper stands in.

    >>> [volume_of(Identifier(Scheme.ACL, one)) for one in ("P17-2044", "W18-5401", "2022.acl-long.10")]
    ['P17-2', 'W18-54', '2022.acl-long']
    """
    match = _OLD_ID.fullmatch(identifier.value)
    if match is None:
        return identifier.value.rpartition(".")[0]
    digits = 2 if match["venue"] == _WORKSHOPS else 1
    return f"{match['venue']}{match['year']}-{match['number'][:digits]}"


def _type(identifier: Identifier) -> WorkType:
    is_journal = identifier.value.startswith(_JOURNALS) or any(one in identifier.value for one in _JOURNAL_NAMES)
    return WorkType.JOURNAL if is_journal else WorkType.CONFERENCE


def _parse_volume(reply: Reply) -> Parsed:
    def entries() -> dict[str, dict[str, str]]:
        return {fields.get("url", "").rstrip("/").rpartition("/")[2]: fields for _, fields in parse_bib(reply)}

    return parse_volume(reply, asked_of_volume(reply, Scheme.ACL), entries, lambda one: one.value, _from_entry)


def _from_entry(identifier: Identifier, fields: dict[str, str], reply: Reply) -> Record:
    year = fields.get("year", "")
    dois = []
    with suppress(IdentifierError):
        dois = [parse_doi(fields["doi"])] if fields.get("doi") else []
    return Record(
        source="acl",
        identifiers=(identifier, *dois),
        retrieved_at=reply.retrieved_at,
        title=fields.get("title", "").replace("{", "").replace("}", "") or None,
        authors=parse_authors(fields.get("author", "").split(" and ")),
        type=_type(identifier),
        stage=Stage.PUBLISHED,
        date=parse_bib_date(year, fields.get("month", "")),
        year=int(year) if year.isdigit() else None,
        venue=fields.get("booktitle") or fields.get("journal") or None,
        publisher=fields.get("publisher") or None,
        volume=fields.get("volume") or None,
        issue=fields.get("number") or None,
        pages=fields.get("pages") or None,
        abstract=fields.get("abstract") or None,
        url=f"https://aclanthology.org/{identifier.value}/",
        is_open_access=True,
        request_key=reply.request.key,
        source_url=f"https://aclanthology.org/{identifier.value}/",
    )
