"""The only place where the parts meet: read, consult, ask in rounds, merge, export. Prefect and the CLI drive it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from enrich import readers
from enrich.catalogue import open_bundled
from enrich.config import PROJECT_URL, Settings
from enrich.drafting import consult_catalogue, offer, offer_candidates, to_drafts, unite
from enrich.errors import InputError
from enrich.export import keys, write
from enrich.export.options import BibMath, ExportOptions
from enrich.fetch.fetcher import Access, Fetcher, Patience, host_of
from enrich.fetch.lists import fetch_list, is_address
from enrich.merge.works import Evidence, to_work, work_id_of
from enrich.model.request import Outcome, Reply, Request
from enrich.model.work import Bibliography, Work
from enrich.planning import FreshnessRules, missing_fields, plan_identifiers, plan_titles
from enrich.sources import SOURCES
from enrich.sources.base import ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from enrich.model.entry import ReadingList
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record
    from enrich.planning import Draft
    from enrich.sources.base import Parsed, Source

GITHUB_API = "https://api.github.com"
_MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person who watches wants to know."""

    stage: str
    """``read``, ``catalogue``, ``ask``, ``reply``, ``merge``, ``export``."""
    text: str


@dataclass(slots=True)
class _Standing:
    """How one source fared in this run."""

    records: int = 0
    works: set[int] = field(default_factory=set)
    problem: Reply | None = None


class Run:
    """One run over one or more lists: a context manager whose methods are the stages, in order.

    A driver calls ``read``, then ``plan``, ``ask``, ``learn`` until ``plan`` is empty, then ``merge`` and ``export``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        offline: bool = False,
        on_event: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.offline = offline
        self.warnings: list[str] = []
        self.lists: tuple[ReadingList, ...] = ()
        self.drafts: list[Draft] = []
        self.started_at = datetime.now(UTC)
        self._on_event = on_event
        self._sources = [] if offline else _new_sources(settings)
        self._standing = {source.traits.name: _Standing() for source in self._sources}
        self._rules = _freshness(settings)
        self._fetcher: Fetcher | None = None
        self._asked: set[tuple[str, Identifier]] = set()
        self._searched: set[tuple[str, str]] = set()
        self._rounds = 0
        self._follow_ups: list[Request] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fetcher is not None:
            self._fetcher.__exit__(kind, error, trace)

    @property
    def fetcher(self) -> Fetcher:
        """The way to the network, made when it is first needed."""
        if self._fetcher is None:
            self._fetcher = _new_fetcher(self.settings, self._sources, self.now)
            self.warnings += self._fetcher.warnings
        return self._fetcher

    def now(self) -> datetime:
        """This instant by the run's clock, which a rehearsal may move."""
        real = datetime.now(UTC)
        return self.settings.now + (real - self.started_at) if self.settings.now else real

    def read(self, arguments: Sequence[str], *, reader: str | None = None) -> tuple[ReadingList, ...]:
        """Read the lists and start a draft for each work that they name.

        Raises:
            InputError: one of them cannot be read.
        """
        lists: list[ReadingList] = []
        for argument in arguments:
            reading_list = self._read_one(argument, reader)
            names = {one.name for one in lists}
            name = next(name for name in _names(reading_list.name) if name not in names)
            lists.append(replace(reading_list, name=name))
            self._on_event(Event("read", f"{argument}: {len(reading_list.entries)} entries"))
        self.lists = tuple(lists)
        self.drafts = to_drafts(self.lists)
        with open_bundled() as catalogue:
            consult_catalogue(self.drafts, catalogue)
        self.drafts = unite(self.drafts)
        known = sum(draft.has_identity for draft in self.drafts)
        self._on_event(Event("catalogue", f"{known} of {len(self.drafts)} works are in the catalogue"))
        return self.lists

    def _read_one(self, argument: str, reader: str | None) -> ReadingList:
        if not is_address(argument):
            return readers.read_path(Path(argument), reader=reader)
        if self.offline:
            raise InputError("an address cannot be read offline", path=argument, advice="give a local copy")
        files = fetch_list(
            self.fetcher,
            argument,
            api_url=self.settings.sources.github.base_url or GITHUB_API,
            linked_files=lambda text, path: readers.linked_files(text, path=path),
            not_before=self.now(),
        )
        return readers.read_files(files, name=argument.rstrip("/").split("/")[4], source=argument, reader=reader)

    def plan(self) -> dict[str, list[Request]]:
        """The requests of the next round by source; empty when nobody can supply anything that is missing."""
        self._rounds += 1
        if self._rounds > _MOST_ROUNDS:
            return {}
        closed = self._fetcher.closed_sources() if self._fetcher else {}
        sources = [source for source in self._sources if source.traits.name not in closed]
        by_name = {source.traits.name: source for source in sources}
        asks = plan_identifiers(self.drafts, sources, asked=self._asked, rules=self._rules, now=self.now())
        requests: dict[str, list[Request]] = {}
        for name, identifiers in asks.items():
            self._asked.update((name, one) for one in identifiers)
            requests[name] = list(by_name[name].to_requests(identifiers, self._titles(identifiers)))
        for request in self._take_follow_ups(set(by_name)):
            requests.setdefault(request.source, []).append(request)
        if not any(requests.values()):
            searches = plan_titles(self.drafts, sources, searched=self._searched)
            for name, questions in searches.items():
                self._searched.update((name, question.title) for question in questions)
                requests[name] = list(by_name[name].to_title_requests(questions))
        planned = {name: some for name, some in requests.items() if some}
        for name, some in planned.items():
            self._on_event(Event("ask", f"{name}: {len(some)} request{'s' if len(some) > 1 else ''}"))
        return planned if planned or not requests else self.plan()

    def _titles(self, identifiers: Sequence[Identifier]) -> dict[Identifier, str]:
        wanted = set(identifiers)
        return {
            one: draft.entry.title
            for draft in self.drafts
            if draft.entry.title
            for one in draft.identifiers
            if one in wanted
        }

    def _take_follow_ups(self, open_sources: set[str]) -> list[Request]:
        taken, self._follow_ups = [one for one in self._follow_ups if one.source in open_sources], []
        return taken

    def ask(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies to the requests, sources side by side."""
        return self.fetcher.fetch_all(requests, not_before=self.now() - self._rules.citation_count)

    def learn(self, replies: Sequence[Reply]) -> None:
        """Take in what the replies say; in the order of the sources, whatever the order in which they came."""
        order = {source.traits.name: position for position, source in enumerate(self._sources)}
        by_name = {source.traits.name: source for source in self._sources}
        for reply in sorted(replies, key=lambda one: order[one.request.source]):
            name = reply.request.source
            if reply.outcome not in (Outcome.OK, Outcome.NOT_FOUND):
                standing = self._standing[name]
                standing.problem = standing.problem if reply.outcome is Outcome.SKIPPED else reply
                continue
            try:
                parsed = by_name[name].parse_reply(reply)
            except ReplyError as error:
                self._standing[name].problem = replace(reply, outcome=Outcome.BROKEN, message=str(error))
                continue
            self._take(parsed, reply)
        self.drafts = unite(self.drafts)

    def _take(self, parsed: Parsed, reply: Reply) -> None:
        name = reply.request.source
        standing = self._standing[name]
        standing.records += len(parsed.records)
        self._follow_ups += parsed.follow_ups
        by_identifier: dict[Identifier, list[int]] = {}
        for position, draft in enumerate(self.drafts):
            for identifier in draft.usable:
                by_identifier.setdefault(identifier, []).append(position)
        unclaimed: list[Record] = []
        for record in parsed.records:
            positions = sorted({at for one in record.identifiers for at in by_identifier.get(one, ())})
            if not positions:
                unclaimed.append(record)
            for position in positions:
                draft = self.drafts[position]
                verdict = offer(draft, record, "identifier")
                if verdict.is_accepted:
                    standing.works.add(id(draft))
                else:
                    self._warn_refused(draft, record, verdict.reason)
        if unclaimed:
            for draft in self.drafts:
                if not draft.has_identity and draft.entry.title and (name, draft.entry.title) in self._searched:
                    offer_candidates(draft, unclaimed, "title")

    def _warn_refused(self, draft: Draft, record: Record, reason: str) -> None:
        entry = draft.entry
        where = f"{draft.entries[0][0]}:{entry.line}"
        identifier = next((one for one in record.identifiers if one in draft.identifiers), record.identifiers[0])
        self.warnings.append(
            f"{where}: {identifier} is “{record.title}” by {record.source}, not “{entry.title}” ({reason}): refused"
        )

    def merge(self) -> Bibliography:
        """All works with their claims, as one value for the exports."""
        read_at = self._data_time()
        evidence = [self._evidence(draft, read_at) for draft in self.drafts]
        works = {work_id_of(one): to_work(work_id_of(one), one) for one in evidence}
        if len(works) < len(evidence):
            works = self._tell_apart(evidence)
        assigned = keys.assign_citation_keys(works.values())
        ids_by_s2 = {str(one): work.work_id for work in works.values() for one in work.identifiers}
        finished = [_finish(work, assigned[work.work_id], ids_by_s2) for work in works.values()]
        entry_works = {order: work.work_id for work in finished for order in work.entry_orders}
        self._warn_failures()
        ledger = self._ledger()
        return Bibliography(
            lists=self.lists,
            works=tuple(sorted(finished, key=lambda one: one.work_id)),
            entry_works=entry_works,
            run_id=self._run_id(finished),
            started_at=self.started_at,
            code_version=version("enrich"),
            config_digest=_digest(self._config_for_digest()),
            new_work_ids=frozenset(work.work_id for work in finished),
            warnings=tuple(self.warnings),
            ledger=ledger,
            sources_used=tuple(sorted({record.source for work in finished for record in work.records})),
        )

    def export(self, bibliography: Bibliography, out: Path) -> tuple[Path, ...]:
        """Write all files and return their paths."""
        exports = self.settings.exports
        options = ExportOptions(
            bib_math=BibMath(exports.bib_math), bib_abstract=exports.bib_abstract, bib_keywords=exports.bib_keywords
        )
        return write(bibliography, out, options=options)

    def missing_because(self) -> dict[str, dict[str, int]]:
        """For each source that failed, the number of works by field that only it or nobody else could settle."""
        traits = [source.traits for source in self._sources]
        counts: dict[str, Counter[str]] = {name: Counter() for name in self.failed_sources}
        for draft in self.drafts:
            missing = missing_fields(draft, traits, rules=self._rules, now=self.now())
            for one in traits:
                if one.name in counts and any(known.scheme in one.schemes for known in draft.usable):
                    counts[one.name].update(missing & one.settles)
        return {name: dict(sorted(some.items())) for name, some in counts.items()}

    def _evidence(self, draft: Draft, read_at: datetime) -> Evidence:
        sources = {one.name: one.source for one in self.lists}
        return Evidence(
            entries=draft.entries,
            sources=[sources[name] for name, _ in draft.entries],
            records=[(one.record, one.method) for one in draft.accepted],
            identifiers=draft.usable,
            verdict=draft.accepted[0].verdict if draft.accepted else None,
            read_at=read_at,
        )

    def _tell_apart(self, evidence: Sequence[Evidence]) -> dict[str, Work]:
        """Works whose ids collide although they were not united (two titles under one link) get a number behind it."""
        works: dict[str, Work] = {}
        for one in evidence:
            wanted = work_id_of(one)
            work_id = next(name for name in _names(wanted) if name not in works)
            works[work_id] = to_work(work_id, one)
        return works

    def _data_time(self) -> datetime:
        """The newest moment at which anything in this run was retrieved: equal replies make equal outputs."""
        times = [one.record.retrieved_at for draft in self.drafts for one in draft.accepted]
        return max(times, default=self.now().replace(microsecond=0))

    def _run_id(self, works: Sequence[Work]) -> str:
        said = sorted(
            f"{claim.work_id} {claim.field} {claim.source} {claim.value} {claim.retrieved_at.isoformat()}"
            for work in works
            for claim in work.claims
        )
        return _digest([[one.digest for one in self.lists], self._config_for_digest(), said])

    def _config_for_digest(self) -> Any:  # noqa: ANN401 (JSON)
        """The settings that decide on contents; where files lie and who asks does not."""
        return self.settings.model_dump(mode="json", include={"freshness", "exports"})

    def _warn_failures(self) -> None:
        closed = self._fetcher.closed_sources() if self._fetcher else {}
        for name, standing in self._standing.items():
            reply = closed.get(name) or standing.problem
            if reply is not None:
                until = (
                    f"; it asks to be left alone until {reply.retry_at:%Y-%m-%d %H:%M} UTC" if reply.retry_at else ""
                )
                self.warnings.append(f"{name}: {reply.message or reply.outcome}{until}; what only it knows is missing")

    @property
    def failed_sources(self) -> tuple[str, ...]:
        """The sources that could not answer something in this run."""
        closed = self._fetcher.closed_sources() if self._fetcher else {}
        return tuple(name for name, one in self._standing.items() if one.problem is not None or name in closed)

    def _ledger(self) -> tuple[dict[str, Any], ...]:
        totals = {row["source"]: row for row in (self._fetcher.ledger.totals() if self._fetcher else ())}
        served = {name: {"records": one.records, "works": len(one.works)} for name, one in self._standing.items()}
        return tuple({**row, **served.get(name, {"records": 0, "works": 0})} for name, row in sorted(totals.items()))


def run_lists(
    run: Run, arguments: Sequence[str], out: Path | None, *, reader: str | None = None
) -> tuple[Bibliography, Path]:
    """Drive all stages of a run in this process; the bibliography and the folder of its files."""
    run.read(arguments, reader=reader)
    folder = out or default_folder(run)
    while requests := run.plan():
        run.learn(run.ask([one for some in requests.values() for one in some]))
    bibliography = run.merge()
    run.export(bibliography, folder)
    return bibliography, folder


def default_folder(run: Run) -> Path:
    """Where results go without ``--out``: a folder named after the first list."""
    return run.settings.out_dir / run.lists[0].name


def _finish(work: Work, key: str, ids: dict[str, str]) -> Work:
    cited = {
        target: record.source
        for record in work.records
        for one in record.references
        if (target := ids.get(str(one))) and target != work.work_id
    }
    return replace(
        work,
        citation_key=key,
        references=tuple(sorted(cited)),
        reference_sources=tuple(cited[one] for one in sorted(cited)),
    )


def _names(name: str) -> Any:  # noqa: ANN401 (an endless generator)
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _new_sources(settings: Settings) -> list[Source]:
    sources = []
    for name, make in SOURCES.items():
        one = getattr(settings.sources, name)
        source = make(one.base_url, has_key=one.api_key is not None)
        if one.enabled and not (source.traits.needs_key and one.api_key is None):
            sources.append(source)
    return sources


def _freshness(settings: Settings) -> FreshnessRules:
    days = settings.freshness
    return FreshnessRules(
        citation_count=timedelta(days=days.citation_count_days),
        preprint_venue=timedelta(days=days.preprint_venue_days),
        published=timedelta(days=days.published_days),
        not_found=timedelta(days=days.not_found_days),
    )


def _new_fetcher(settings: Settings, sources: Sequence[Source], clock: Callable[[], datetime]) -> Fetcher:
    manners = settings.manners
    patience = Patience(
        connect_timeout_s=manners.connect_timeout_s,
        read_timeout_s=manners.read_timeout_s,
        unreachable_after_s=manners.unreachable_after_s,
        retry_after_cap_s=manners.retry_after_cap_s,
        attempts=manners.attempts,
        backoff_s=manners.backoff_s,
        max_bytes=manners.max_reply_mib << 20,
    )
    accesses = [_access(source, settings) for source in sources]
    if not any(access.name == "github" for access in accesses):
        accesses.append(_github_access(settings))
    contact = f"; mailto:{settings.contact}" if settings.contact else ""
    user_agent = f"enrich/{version('enrich')} (+{PROJECT_URL}{contact})"
    return Fetcher(accesses, state_dir=settings.state_dir, user_agent=user_agent, patience=patience, clock=clock)


def _access(source: Source, settings: Settings) -> Access:
    traits = source.traits
    one = getattr(settings.sources, traits.name)
    secret = {}
    if one.api_key is not None and traits.key_header:
        secret[traits.key_header] = f"{traits.key_prefix}{one.api_key.get_secret_value()}"
    interval = traits.min_interval_s if one.min_interval_s is None else one.min_interval_s
    hosts = frozenset({host_of(one.base_url)} if one.base_url else traits.hosts)
    return Access(name=traits.name, hosts=hosts, min_interval_s=interval, secret_headers=secret)


def _github_access(settings: Settings) -> Access:
    """Lists are read from GitHub's API whether or not it is asked about repositories."""
    one = settings.sources.github
    token = {"Authorization": f"Bearer {one.api_key.get_secret_value()}"} if one.api_key else {}
    hosts = frozenset({host_of(one.base_url or GITHUB_API)})
    return Access(name="github", hosts=hosts, min_interval_s=one.min_interval_s or 0.0, secret_headers=token)
