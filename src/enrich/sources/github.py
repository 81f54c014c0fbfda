"""GitHub's REST and GraphQL APIs: <https://docs.github.com/en/rest/repos/repos>, <https://docs.github.com/en/graphql>.

``https://api.github.com/repos/rtqichen/torchdiffeq`` and its ``CITATION.cff``
(<https://citation-file-format.github.io>) are two requests; with a token one GraphQL query answers for fifty.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from enrich.errors import IdentifierError
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.identifiers import Identifier, Scheme, parse_doi, parse_identifier
from enrich.model.persons import Author
from enrich.model.record import Record, Relation, RelationKind, Repository, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import (
    BaseSource,
    Parsed,
    ReplyError,
    batches,
    collapse,
    mapping,
    mappings,
    parse_json,
    to_person,
)
from enrich.sources.replies import to_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_FIELDS = (
    "nameWithOwner name url description isArchived pushedAt licenseInfo{spdxId} stargazerCount "
    "primaryLanguage{name} repositoryTopics(first:20){nodes{topic{name}}} "
    'latestRelease{tagName} cff:object(expression:"HEAD:CITATION.cff"){...on Blob{text}}'
)
_HEADERS = (("X-GitHub-Api-Version", "2022-11-28"),)
_RAW = "application/vnd.github.raw"
_LARGEST_CFF = 1 << 20


class GitHub(BaseSource):
    """The repositories of software entries: licence, dates, archived or renamed, and authors from CITATION.cff."""

    default_url = "https://api.github.com"
    traits = Traits(
        name="github",
        turn=90,
        role=Role.REPOSITORY_HOST,
        purpose="repositories: licences, whether they moved; lists that are READMEs",
        terms=Terms(
            title="GitHub",
            licence="GitHub terms of service; citation files under the licence of their repository",
            attribution="Repository facts from GitHub.",
            url="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
        ),
        trust={WRITTEN: 80, PUBLISHED: 80, "url": 40, "license": 5, "version": 5},
        example="github:rtqichen/torchdiffeq",
        hosts=("api.github.com", "raw.githubusercontent.com"),
        schemes=(Scheme.GITHUB,),
        settles=frozenset({"repository", "license", "date", "authors"}),
        batch_size=50,
        answers_for_all=True,
        min_interval_s=0.1,
        asks_once=True,
        key_header="Authorization",
        key_prefix="Bearer ",
    )

    @property
    def asks_singly(self) -> bool:
        """Whether every identifier is a request of its own."""
        return not self.has_key

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],  # noqa: ARG002 (protocol)
    ) -> Iterator[Request]:
        """One query per fifty repositories with a token, else one request each (and one for its CITATION.cff)."""
        if self.has_key:
            for batch in batches(identifiers, self.traits.batch_size):
                yield self._query(batch)
            return
        for one in sorted(set(identifiers)):
            marks = (("github", one.value),)
            url = f"{self.base_url}/repos/{one.value}"
            accept = "application/vnd.github+json"
            yield Request(source=self.traits.name, url=url, headers=_HEADERS, accept=accept, marks=marks)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The records of repositories or of a CITATION.cff.

        Raises:
            ReplyError: it is none of these.
        """
        marks = dict(reply.request.marks)
        asked = [parse_identifier(Scheme.GITHUB, one) for one in marks["github"].split(",")]
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=() if "cff" in marks else tuple(asked))
        if "cff" in marks:
            record = _from_cff(asked[0], reply.content.decode("utf-8", "replace"), reply)
            return Parsed(records=(record,) if record else ())
        document = parse_json(reply)
        if not isinstance(document, dict):
            raise ReplyError("no repository in the reply")
        if "data" in document:
            return self._parse_query(document, asked, reply)
        record = _from_repository(document, asked[0], reply)
        url = f"{self.base_url}/repos/{record.identifiers[0].value}/contents/CITATION.cff"
        mark = (("github", record.identifiers[0].value), ("cff", "1"))
        cff = Request(source=self.traits.name, url=url, headers=_HEADERS, accept=_RAW, marks=mark)
        return Parsed(records=(record,), follow_ups=(cff,))

    def _query(self, batch: Sequence[Identifier]) -> Request:
        parts = []
        for number, one in enumerate(batch):
            owner, _, name = one.value.partition("/")
            parts.append(f"r{number}:repository(owner:{json.dumps(owner)},name:{json.dumps(name)}){{{_FIELDS}}}")
        body = json.dumps({"query": f"{{{' '.join(parts)}}}"})
        marks = (("github", ",".join(one.value for one in batch)),)
        return Request(
            source=self.traits.name, method="POST", url=f"{self.base_url}/graphql", json_body=body, marks=marks
        )

    def _parse_query(self, document: dict[str, Any], asked: Sequence[Identifier], reply: Reply) -> Parsed:
        rows = document.get("data") or {}
        records: list[Record] = []
        missing: list[Identifier] = []
        for number, one in enumerate(asked):
            row = rows.get(f"r{number}") if isinstance(rows, dict) else None
            if not isinstance(row, dict):
                missing.append(one)
                continue
            release = row.get("latestRelease") or {}
            rest = {
                "full_name": row.get("nameWithOwner"),
                "name": row.get("name"),
                "archived": row.get("isArchived"),
                "license": {"spdx_id": (row.get("licenseInfo") or {}).get("spdxId")},
                "version": release.get("tagName"),
                "stargazers_count": row.get("stargazerCount"),
                "language": mapping(row.get("primaryLanguage")).get("name"),
                "topics": [
                    mapping(one.get("topic")).get("name")
                    for one in mappings(mapping(row.get("repositoryTopics")).get("nodes"))
                ],
                "pushed_at": row.get("pushedAt"),
            }
            record = _from_repository(rest, one, reply)
            cff = _from_cff(record.identifiers[0], str((row.get("cff") or {}).get("text") or ""), reply)
            records += [record, cff] if cff else [record]
        return Parsed(records=tuple(records), missing=tuple(missing))


def _from_repository(row: dict[str, Any], asked: Identifier, reply: Reply) -> Record:
    """What GitHub says of a repository; the day on which it was made, or last released from, is no date of the work."""
    try:
        now = parse_identifier(Scheme.GITHUB, str(row.get("full_name") or ""))
    except IdentifierError as error:
        raise ReplyError("no repository in the reply") from error
    licence = str((row.get("license") or {}).get("spdx_id") or "")
    remarks = [*(["archived"] if row.get("archived") else []), *(["renamed"] if now != asked else [])]
    return Record(
        source="github",
        identifiers=tuple(dict.fromkeys((now, asked))),
        retrieved_at=reply.retrieved_at,
        title=collapse(row.get("name")),
        type=WorkType.SOFTWARE,
        stage=Stage.PUBLISHED,
        url=f"https://github.com/{row['full_name']}",
        license=licence if licence not in ("", "NOASSERTION") else None,
        version=collapse(row.get("version")),
        remarks=tuple(remarks),
        repository=_to_repository(row),
        request_key=reply.request.key,
        source_url=f"https://github.com/{row['full_name']}",
    )


def _to_repository(row: dict[str, Any]) -> Repository | None:
    pushed_at = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(str(row.get("pushed_at") or ""))
        pushed_at = moment if moment.tzinfo else None
    topics = row.get("topics")
    found = Repository(
        stars=to_count(row.get("stargazers_count")),
        language=collapse(row.get("language")),
        topics=tuple(filter(None, map(collapse, topics if isinstance(topics, list) else ()))),
        pushed_at=pushed_at,
    )
    return found if found != Repository() else None


def _from_cff(identifier: Identifier, text: str, reply: Reply) -> Record | None:
    """What a CITATION.cff says; invalid dates keep their valid part, and an unreadable file is no record."""
    import yaml  # noqa: PLC0415 (only software entries need it)

    if not text.strip() or len(text) > _LARGEST_CFF:
        return None
    try:
        document = yaml.load(text, Loader=_no_alias_loader())  # noqa: S506 (a safe loader without aliases)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not (document.get("authors") or document.get("title")):
        return None
    preferred = document.get("preferred-citation")
    return Record(
        source="github",
        identifiers=(identifier, *_dois(document.get("doi"))),
        retrieved_at=reply.retrieved_at,
        title=collapse(str(document.get("title") or "")),
        authors=tuple(_authors(document.get("authors"))),
        type=WorkType.SOFTWARE,
        stage=Stage.PUBLISHED,
        date=_date(document.get("date-released")),
        license=str(document["license"]) if isinstance(document.get("license"), str) else None,
        version=collapse(str(document.get("version") or "")),
        relations=tuple(_described_by(preferred)),
        request_key=reply.request.key,
        source_url=f"https://github.com/{identifier.value}/blob/HEAD/CITATION.cff",
    )


def _no_alias_loader() -> Any:  # noqa: ANN401 (a class made here)
    """A YAML loader that leaves dates as text and refuses aliases, which can nest into gigabytes."""
    import yaml  # noqa: PLC0415

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not read")
            return super().compose_node(parent, index)

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def _authors(rows: object) -> Iterator[Author]:
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        family, given, suffix = (
            collapse(str(row.get(key) or "")) for key in ("family-names", "given-names", "name-suffix")
        )
        particle = collapse(str(row.get("name-particle") or ""))
        orcid = str(row.get("orcid") or "").rpartition("/")[2] or None
        if family:
            surname = f"{particle} {family}" if particle else family
            yield to_person(surname, given, suffix=suffix, orcid=orcid)
        elif name := collapse(str(row.get("name") or "")):
            yield Author(name=name, is_organization=True)


def _dois(text: object) -> Iterable[Identifier]:
    with suppress(IdentifierError):
        return (parse_doi(str(text)),) if text else ()
    return ()


def _described_by(preferred: object) -> Iterator[Relation]:
    """The paper that the authors ask to cite is another work: a relation, never an identifier of the software."""
    for doi in _dois(preferred.get("doi")) if isinstance(preferred, dict) else ():
        yield Relation(RelationKind.SUPPLEMENTS, doi)


def _date(text: object) -> PartialDate | None:
    with suppress(ValueError):
        return parse_partial_date(str(text)) if text else None
    return None
