"""OpenReview's API 1 and 2: <https://docs.openreview.net/reference/api-v2>.

With a token ``POST /notes/search`` takes a batch of ids on both hosts. Without one, ``GET /notes`` answers with a bot
challenge since July 2026, while ``GET /notes/search?term=TITLE`` is open: the note is then found by its forum id.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.dates import PartialDate
from enrich.model.identifiers import Identifier, Scheme, parse_doi
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, batches, collapse, parse_authors, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_V1, _V2 = "https://api.openreview.net", "https://api2.openreview.net"
_NOT_ACCEPTED = re.compile(r"reject|withdrawn|desk|^submitted to|blind submission$", re.IGNORECASE)
_IMPORTS = ("dblp.org", "openreview.net", "arxiv.org")
_EDITION = re.compile(
    r"^(?P<org>[\w.-]+)/(?P<year>\d{4})/(?P<part>Conference|Workshop|Track|[\w-]+)(?:/(?P<name>[\w-]+))?"
)
_ORGANIZATIONS = {"TMLR": "Transactions on Machine Learning Research"}


class OpenReview(BaseSource):
    """By a batch of ids with a token, by title without: venue ids decide whether a submission was accepted."""

    traits = Traits(
        name="openreview",
        turn=73,
        role=Role.PROCEEDINGS,
        purpose="submissions and decisions of ICLR, TMLR and others",
        terms=Terms(
            title="OpenReview",
            licence="terms of use of OpenReview; papers under the licence that each states",
            attribution="Submission records from OpenReview.",
            url="https://openreview.net/legal/terms",
        ),
        trust={WRITTEN: 32, PUBLISHED: 32},
        example="openreview:ryxKmE3EKB",
        hosts=("api.openreview.net", "api2.openreview.net"),
        schemes=(Scheme.OPENREVIEW,),
        settles=frozenset({"title", "authors", "date", "abstract", "venue", "link"}),
        batch_size=1000,
        min_interval_s=1.0,
        key_header="Authorization",
        key_prefix="Bearer ",
    )

    def __init__(self, base_url: str | None = None, *, has_key: bool = False) -> None:
        super().__init__(base_url, has_key=has_key)
        self.hosts = (base_url, base_url) if base_url else (_V1, _V2)

    def to_requests(
        self, identifiers: Sequence[Identifier], hints: Mapping[Identifier, TitleQuestion]
    ) -> Iterator[Request]:
        """One POST for all ids with a token; without one a search per title that the list gives."""
        if self.has_key:
            for batch in batches(identifiers, self.traits.batch_size):
                yield self._by_ids(self.hosts[0], [one.value for one in batch])
            return
        for one in sorted(set(identifiers)):
            if hint := hints.get(one):
                yield self._by_title(self.hosts[1], hint.title, ("forum", one.value))

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of the notes that were asked for; a search's other notes are left out.

        Raises:
            ReplyError: there are no notes in it.
        """
        document = parse_json(reply)
        notes = document.get("notes") if isinstance(document, dict) else None
        if notes is None and isinstance(document, dict) and document.get("searchUnavailable"):
            notes = []
        if not isinstance(notes, list):
            raise ReplyError("no notes in the reply")
        asked = _asked(reply.request)
        records = []
        for note in notes:
            record = _to_record(note, reply) if isinstance(note, dict) else None
            if record and record.identifiers[0] in asked:
                records.append(record)
        known = {one for record in records for one in record.identifiers}
        missing = tuple(one for one in asked if one not in known)
        return Parsed(
            records=tuple(records), missing=missing, follow_ups=tuple(self._elsewhere(reply.request, missing))
        )

    def _elsewhere(self, request: Request, missing: Sequence[Identifier]) -> Iterator[Request]:
        """The same question to the other API, once: venues before 2023 live on the first, later ones on the second."""
        first, second = self.hosts
        if missing and first != second:
            if request.method == "POST" and request.url.startswith(first):
                yield self._by_ids(second, [one.value for one in missing])
            elif request.method == "GET" and request.url.startswith(second):
                yield self._by_title(first, dict(request.params)["term"], ("forum", missing[0].value))

    def _by_ids(self, host: str, ids: Sequence[str]) -> Request:
        body = json.dumps({"ids": list(ids)})
        return Request(source=self.traits.name, method="POST", url=f"{host}/notes/search", json_body=body)

    def _by_title(self, host: str, title: str, mark: tuple[str, str]) -> Request:
        query = " ".join(title.split())
        params = (("term", query), ("type", "terms"), ("content", "title"), ("source", "forum"), ("limit", "25"))
        return Request(source=self.traits.name, url=f"{host}/notes/search", params=params, marks=(mark,))


def _asked(request: Request) -> list[Identifier]:
    ids = json.loads(request.json_body)["ids"] if request.json_body else [value for _, value in request.marks]
    return [Identifier(Scheme.OPENREVIEW, one) for one in ids]


def _value(content: dict[str, Any], name: str) -> Any:  # noqa: ANN401 (JSON has any shape)
    """A field of a note: API 2 wraps every value."""
    value = content.get(name)
    return value.get("value") if isinstance(value, dict) and "value" in value else value


def _to_record(note: dict[str, Any], reply: Reply) -> Record | None:
    content = note.get("content")
    forum = str(note.get("forum") or note.get("id") or "")
    title = collapse(str(_value(content, "title") or "")) if isinstance(content, dict) else None
    if not isinstance(content, dict) or not title:
        return None
    try:
        identifier = Identifier(Scheme.OPENREVIEW, forum)
    except IdentifierError:
        return None
    venue, year, is_accepted = _venue(note, content)
    is_article = is_accepted and venue in _ORGANIZATIONS.values()
    # A conference's papers keep the day of their submission; a journal's are published on that of the decision.
    created = note.get("pdate") or note.get("cdate") or note.get("tcdate")
    return Record(
        source="openreview",
        identifiers=(identifier, *_external(note)),
        retrieved_at=reply.retrieved_at,
        title=title,
        authors=parse_authors(_names(_value(content, "authors"))),
        type=WorkType.JOURNAL if is_article else WorkType.CONFERENCE if is_accepted else WorkType.PREPRINT,
        stage=Stage.PUBLISHED if is_article else Stage.ACCEPTED if is_accepted else Stage.SUBMITTED,
        date=_date(created),
        year=year,
        venue=venue if is_accepted else None,
        abstract=collapse(_value(content, "abstract")),
        url=f"https://openreview.net/forum?id={identifier.value}",
        pdf_url=f"https://openreview.net/pdf?id={identifier.value}" if _value(content, "pdf") else None,
        license=note.get("license") or None,
        remarks=_remarks(str(_value(content, "venue") or "")),
        request_key=reply.request.key,
        source_url=f"https://openreview.net/forum?id={identifier.value}",
    )


def _names(authors: object) -> Iterator[str]:
    """Display names: strings, or objects with a full name in imports since 2026. E-mail addresses are never read."""
    for one in authors if isinstance(authors, list) else ():
        yield str(one.get("fullname") or "") if isinstance(one, dict) else str(one)


def _venue(note: dict[str, Any], content: dict[str, Any]) -> tuple[str | None, int | None, bool]:
    """Venue, year and whether the note was accepted there: the venue id decides, its text only names the edition."""
    venue_id = str(_value(content, "venueid") or note.get("domain") or "")
    text = collapse(str(_value(content, "venue") or "")) or ""
    match = _EDITION.match(venue_id) or _EDITION.match(str(note.get("invitation") or ""))
    is_import = venue_id.lower().startswith(_IMPORTS)
    if "TMLR" in venue_id:
        return _ORGANIZATIONS["TMLR"], _year(note), not _NOT_ACCEPTED.search(text)
    if match is None or is_import:
        return None, None, False
    refused = bool(_NOT_ACCEPTED.search(text) or "Rejected" in venue_id or "Withdrawn" in venue_id)
    # API 1 gives a decision in the venue's text and none in an invitation of submissions.
    is_accepted = bool(text) and not refused
    organization = match["org"].partition(".")[0]
    name = f"{organization} Workshop {match['name']}" if match["part"] == "Workshop" and match["name"] else organization
    return name, int(match["year"]), is_accepted


def _year(note: dict[str, Any]) -> int | None:
    date = _date(note.get("pdate") or note.get("cdate"))
    return date.year if date else None


def _date(milliseconds: object) -> PartialDate | None:
    if not isinstance(milliseconds, int):
        return None
    with suppress(ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
        return PartialDate(moment.year, moment.month, moment.day)
    return None


def _external(note: dict[str, Any]) -> Iterator[Identifier]:
    for text in note.get("externalIds") or ():
        if str(text).startswith("doi:"):
            with suppress(IdentifierError):
                yield parse_doi(str(text))


def _remarks(venue: str) -> tuple[str, ...]:
    found = re.search(r"\b(oral|spotlight|notable top \d+%|withdrawn)\b", venue, re.IGNORECASE)
    return (found[1].lower(),) if found else ()
