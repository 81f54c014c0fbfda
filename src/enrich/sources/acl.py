"""ACL Anthology: <https://aclanthology.org/info/development/>. One page per paper; DOIs follow from the id.

``https://aclanthology.org/P17-2044/``.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from enrich.errors import IdentifierError
from enrich.model.identifiers import Identifier, Scheme, parse_doi
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.sources.base import Parsed, ReplyError, Traits, parse_authors
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_meta_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

# Computational Linguistics and TACL are the journals of the Anthology; all else are proceedings.
_JOURNALS = ("J", "Q")
_JOURNAL_NAMES = (".cl-", ".tacl-")


class AclAnthology:
    """The citation tags of a paper's page."""

    traits = Traits(
        name="acl",
        hosts=("aclanthology.org",),
        schemes=(Scheme.ACL,),
        settles=frozenset({"title", "authors", "date", "venue", "edition", "link"}),
        batch_size=1,
        min_interval_s=1.0,
        licence="CC BY 4.0 (2016 and later) or CC BY-NC-SA 3.0 (earlier)",
        attribution="Metadata from the ACL Anthology (aclanthology.org).",
    )

    def __init__(self, base_url: str | None = None, *, has_key: bool = False) -> None:
        self.base_url = base_url or "https://aclanthology.org"
        self.has_key = has_key

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        titles: Mapping[Identifier, str],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One page per paper."""
        for one in sorted(set(identifiers)):
            yield Request(source=self.traits.name, url=f"{self.base_url}/{one.value}/", accept="text/html")

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:  # noqa: ARG002 (protocol)
        """None: the site searches in the browser."""
        return iter(())

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page.

        Raises:
            ReplyError: the page has no citation tags.
        """
        identifier = Identifier(Scheme.ACL, reply.request.url.rstrip("/").rpartition("/")[2])
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=(identifier,))
        tags = parse_citation_meta(reply.content)
        title = next(iter(tags.get("title", ())), None)
        if title is None:
            raise ReplyError("the page has no citation_title")
        date = parse_meta_date(tags)
        is_journal = identifier.value.startswith(_JOURNALS) or any(one in identifier.value for one in _JOURNAL_NAMES)
        dois = []
        with suppress(IdentifierError):
            dois = [parse_doi(text) for text in tags.get("doi", ())]
        record = Record(
            source="acl",
            identifiers=(identifier, *dois),
            retrieved_at=reply.retrieved_at,
            title=title,
            authors=parse_authors(tags.get("author", ())),
            type=WorkType.JOURNAL if is_journal else WorkType.CONFERENCE,
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
