"""ACL Anthology: <https://aclanthology.org/info/development/>.

``https://aclanthology.org/P17-2044/`` is one paper; two or more of a volume are one request for its BibTeX file,
``https://aclanthology.org/volumes/P17-2.bib``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
        known = {"type": _type(identifier), "publisher": "Association for Computational Linguistics"}
        record = record_of_tags("acl", identifier, reply, url=_url(identifier), is_open_access=True, **known)
        if record is None:
            raise ReplyError("the page has no citation_title")
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
    known = {"type": _type(identifier), "is_open_access": True}
    return record_of_entry("acl", identifier, fields, reply, url=_url(identifier), **known)


def _url(identifier: Identifier) -> str:
    return f"https://aclanthology.org/{identifier.value}/"
