"""A service of a few lines, and a store, for tests of rooms that take any source."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from enrich.model.entry import Entry
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.record import Record, WorkType
from enrich.model.request import Outcome, Reply, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, batches
from enrich.works.clusters import Cluster

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TITLE = "Neural Ordinary Differential Equations"
NODE, DOI = parse_identifier("arxiv", "1806.07366"), parse_identifier("doi", "10.1000/x")
TRAITS = Traits(
    name="small", turn=1, role=Role.INDEX, purpose="tests", trust={WRITTEN: 1, PUBLISHED: 1},
    terms=Terms(title="Small", licence="CC0-1.0", attribution="From Small.", url="https://small.example"),
    hosts=("small.example",), schemes=(Scheme.ARXIV, Scheme.DOI), batch_size=2,
    settles=frozenset({"title", "authors", "date", "abstract", "venue", "link", "language", "state"}),
    min_interval_s=0, searches_titles=True, titles_per_request=2,
)  # fmt: skip


class SmallSource(BaseSource):
    """Bytes are JSON: {"known": {identifier: [title, other identifiers]}, "silent": [identifier], "more": [url]}."""

    def __init__(self, **traits):
        self.traits = replace(TRAITS, **traits)

    def to_requests(self, identifiers, hints):
        for some in batches(identifiers, self.traits.batch_size):
            yield Request(source=self.traits.name, url=f"https://small.example/{'+'.join(map(str, some))}")

    def to_title_requests(self, questions):
        yield Request(source=self.traits.name, url="https://small.example/?" + "+".join(one.title for one in questions))

    def to_quote_requests(self, quotes):
        yield from (Request(source=self.traits.name, url=f"https://small.example/~{one[:9]}") for one in quotes)

    def parse_reply(self, reply):
        try:
            told = json.loads(reply.content or b"{}")
        except ValueError as error:
            raise ReplyError("no JSON") from error
        return Parsed(
            records=tuple(
                Record(
                    source=self.traits.name,
                    identifiers=tuple(parse_identifier(*one.split(":", 1)) for one in (name, *others)),
                    retrieved_at=reply.retrieved_at,
                    title=title,
                    type=WorkType.PREPRINT,
                )
                for name, (title, *others) in told.get("known", {}).items()
            ),
            missing=tuple(parse_identifier(*one.split(":", 1)) for one in told.get("silent", ())),
            follow_ups=tuple(Request(source=self.traits.name, url=one) for one in told.get("more", ())),
        )


def answer(request: Request, outcome: Outcome = Outcome.OK, **told) -> Reply:
    """A reply that tells this."""
    content = told.pop("content", None) or json.dumps(told).encode()
    return Reply(request=request, outcome=outcome, status=200, content=content, retrieved_at=NOW)


def cluster_of(*identifiers: Identifier, title: str | None = TITLE, order: int = 1) -> Cluster:
    """A work that one entry names."""
    entry = Entry(order=order, line=order, title=title, identifiers=identifiers)
    made = Cluster(entries=[("list", entry)])
    made.learn(identifiers, "list")
    return made


@dataclass
class Asked:
    """Answers rounds by a table, and notes what it was asked."""

    known: dict[str, list[str]]
    rounds: list[list[str]] = field(default_factory=list)

    def __call__(self, requests):
        flat = [one for some in requests.values() for one in some]
        self.rounds.append([one.url.rpartition("/")[2] for one in flat])
        return [answer(one, known={name: told for name, told in self.known.items() if name in one.url}) for one in flat]
