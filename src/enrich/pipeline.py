"""The only place where the parts meet: read, consult, ask in rounds, merge, export. Prefect and the CLI drive it."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from enrich import readers
from enrich.assembly import Frozen, data_time, digest, numbered, run_digest, to_works
from enrich.catalogue import Catalogue, open_bundled
from enrich.check import find_findings
from enrich.drafting import consult_catalogue, consult_store, offer, offer_candidates, to_drafts, unite
from enrich.errors import InputError
from enrich.export import write
from enrich.fetch.lists import fetch_list, is_address
from enrich.files import check_folder
from enrich.model.request import Outcome, Reply, Request
from enrich.model.work import Bibliography
from enrich.planning import WANTED, Memory, plan_identifiers, plan_titles, title_question
from enrich.sources.base import ReplyError, TitleQuestion
from enrich.store.store import open_store
from enrich.wiring import GITHUB_API, export_options, freshness_rules, new_fetcher, new_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from enrich.config import Settings
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record
    from enrich.model.work import Refusal
    from enrich.planning import Draft
    from enrich.sources.base import Parsed

_MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person who watches wants to know."""

    stage: str
    """``read``, ``catalogue``, ``ask``."""
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
        self, settings: Settings, *, offline: bool = False, on_event: Callable[[Event], None] = lambda _: None
    ) -> None:
        self.settings = settings
        self.offline = offline
        self.warnings: list[str] = []
        self.lists: tuple[ReadingList, ...] = ()
        self.drafts: list[Draft] = []
        self.started_at = datetime.now(UTC)
        self._on_event = on_event
        self._sources = {} if offline else {one.traits.name: one for one in new_sources(settings)}
        self._standing = {name: _Standing() for name in self._sources}
        self._rules = freshness_rules(settings)
        self._stack = ExitStack()
        self._fetcher: Fetcher | None = None
        self._memory = Memory()
        self._rounds = 0
        store, warning = open_store(settings.state_dir / "store.sqlite")
        self._store = self._stack.enter_context(store)
        self.warnings += [warning] if warning else []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def fetcher(self) -> Fetcher:
        """The way to the network, made when it is first needed."""
        if self._fetcher is None:
            self._fetcher = self._stack.enter_context(
                new_fetcher(self.settings, list(self._sources.values()), self.now)
            )
            for name, (retry_at, message) in self._store.circuits(self.now()).items():
                if name in self._sources:
                    self._fetcher.leave(name, message, retry_at)
        return self._fetcher

    def now(self) -> datetime:
        """This instant by the run's clock, which a rehearsal may move."""
        real = datetime.now(UTC)
        return self.settings.now + (real - self.started_at) if self.settings.now else real

    def read(self, arguments: Sequence[str], *, reader: str | None = None) -> tuple[ReadingList, ...]:
        """Read the lists and start a draft for each work that they name, with what is known of it already.

        Raises:
            InputError: one of them cannot be read.
        """
        lists: list[ReadingList] = []
        for argument in arguments:
            reading_list = self.read_list(argument, reader=reader)
            taken = {one.name for one in lists}
            name = next(name for name in numbered(reading_list.name) if name not in taken)
            lists.append(replace(reading_list, name=name))
            self._on_event(Event("read", f"{argument}: {len(reading_list.entries)} entries"))
        self.lists = tuple(lists)
        drafts = to_drafts(self.lists)
        with open_bundled() as catalogue:
            consult_catalogue(drafts, catalogue)
        if self.settings.catalogue is not None:
            with Catalogue.open(self.settings.catalogue) as catalogue:
                consult_catalogue(drafts, catalogue)
        known = sum(draft.has_identity for draft in drafts)
        self._on_event(Event("catalogue", f"{known} of {len(drafts)} works are in the catalogue"))
        consult_store(drafts, self._store)
        self.drafts = unite(drafts)
        since = self.now() - self._rules.not_found
        self._memory = Memory(self._store.questions_since(since), self._store.follow_ups())
        return self.lists

    def read_list(self, argument: str, *, reader: str | None = None) -> ReadingList:
        """The list in a file, a folder or a GitHub repository.

        Raises:
            InputError: it cannot be read.
        """
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
        return readers.read_files(files, name=readers.list_name(argument), source=argument, reader=reader)

    def plan(self) -> dict[str, list[Request]]:
        """The requests of the next round by source; empty when nobody can supply anything that is missing."""
        self._rounds += 1
        if self._rounds > _MOST_ROUNDS or not self._sources:
            return {}
        closed = self.fetcher.closed_sources() if self._needs_network() else {}
        sources = {name: source for name, source in self._sources.items() if name not in closed}
        requests: dict[str, list[Request]] = {}
        asks = plan_identifiers(
            self.drafts, list(sources.values()), memory=self._memory, rules=self._rules, now=self.now()
        )
        for name, identifiers in asks.items():
            self._memory.asked.update((name, str(one)) for one in identifiers)
            requests[name] = list(sources[name].to_requests(identifiers, self._hints(identifiers)))
        for request in self._memory.take_follow_ups():
            if request.source in sources:
                requests.setdefault(request.source, []).append(request)
        if not any(requests.values()):
            for name, questions in plan_titles(self.drafts, list(sources.values()), memory=self._memory).items():
                self._memory.asked.update((name, title_question(one.title)) for one in questions)
                requests[name] = list(sources[name].to_title_requests(questions))
        planned = {name: some for name, some in requests.items() if some}
        for name, some in planned.items():
            self._on_event(Event("ask", f"{name}: {len(some)} request{'s' if len(some) > 1 else ''}"))
        return planned if planned or not requests else self.plan()

    def _needs_network(self) -> bool:
        return self._fetcher is not None or bool(self.drafts)

    def _hints(self, identifiers: Sequence[Identifier]) -> dict[Identifier, TitleQuestion]:
        wanted = set(identifiers)
        said = [(draft, draft.entry) for draft in self.drafts if draft.entry.title]
        return {
            one: TitleQuestion(entry.title or "", entry.authors, entry.year)
            for draft, entry in said
            for one in draft.identifiers
            if one in wanted
        }

    def ask(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies to the requests, sources side by side."""
        return self.fetcher.fetch_all(requests, not_before=self.now() - self._rules.citation_count)

    def learn(self, replies: Sequence[Reply]) -> None:
        """Take in what the replies say, all or nothing of a round; in the order of the sources, however they came."""
        order = {name: position for position, name in enumerate(self._sources)}
        with self._store.transaction():
            for reply in sorted(replies, key=lambda one: order[one.request.source]):
                self._learn_one(reply)
            self._store.set_follow_ups(self._memory.follow_ups)
        self.drafts = unite(self.drafts)

    def _learn_one(self, reply: Reply) -> None:
        name = reply.request.source
        standing = self._standing[name]
        if reply.outcome not in (Outcome.OK, Outcome.NOT_FOUND):
            standing.problem = standing.problem if reply.outcome is Outcome.SKIPPED else reply
            return
        try:
            parsed = self._sources[name].parse_reply(reply)
        except ReplyError as error:
            standing.problem = replace(reply, outcome=Outcome.BROKEN, message=str(error))
            return
        standing.records += len(parsed.records)
        self._memory.follow_ups += parsed.follow_ups
        accepted = self._attach(parsed, reply)
        self._store.put_records(accepted)
        silent = () if parsed.is_suspect else parsed.missing
        answered = {str(one) for record in parsed.records for one in record.identifiers} | {str(one) for one in silent}
        asked = {question for source, question in self._memory.asked if source == name}
        self._store.put_questions([(name, one) for one in sorted(answered & asked)], reply.retrieved_at)

    def _attach(self, parsed: Parsed, reply: Reply) -> list[Record]:
        """Offer each record to the works that bear one of its identifiers, and the rest to the titles searched for."""
        name = reply.request.source
        by_identifier: dict[Identifier, list[int]] = {}
        for position, draft in enumerate(self.drafts):
            for identifier in draft.usable:
                by_identifier.setdefault(identifier, []).append(position)
        accepted: list[Record] = []
        unclaimed: list[Record] = []
        for record in parsed.records:
            positions = sorted({at for one in record.identifiers for at in by_identifier.get(one, ())})
            if not positions:
                unclaimed.append(record)
            for draft in (self.drafts[position] for position in positions):
                verdict = offer(draft, record, "identifier")
                if verdict.is_accepted:
                    self._standing[name].works.add(id(draft))
                    accepted.append(record)
        accepted += self._attach_by_title(name, unclaimed)
        return accepted

    def _attach_by_title(self, name: str, candidates: Sequence[Record]) -> list[Record]:
        accepted: list[Record] = []
        for draft in self.drafts:
            question = title_question(draft.entry.title or "")
            if draft.has_identity or (name, question) not in self._memory.asked:
                continue
            chosen = offer_candidates(draft, candidates, "title")
            accepted += chosen
            self._store.put_questions([(name, question)], self.now())
            for record in chosen:
                self._standing[name].works.add(id(draft))
                self._store.put_title_answer(question, record.identifiers)
        return accepted

    def merge(self) -> Bibliography:
        """All works with their claims, as one value for the exports; their ids and keys are frozen."""
        read_at = data_time(self.drafts, self.now())
        config = self.settings.model_dump(mode="json", include={"freshness", "exports"})
        frozen = Frozen(
            work_ids=self._store.work_ids(str(one) for draft in self.drafts for one in draft.usable),
            citation_keys=self._store.citation_keys(),
            first_seen=self._store.first_seen(),
        )
        works = to_works(self.drafts, self.lists, frozen, read_at)
        with self._store.transaction():
            published = {one.work_id: (one.citation_key, [str(i) for i in one.identifiers]) for one in works}
            self._store.freeze(published, read_at)
        refusals = [_refusal_text(draft, one) for draft in self.drafts for one in draft.refusals.values()]
        self._warn_failures()
        bibliography = Bibliography(
            lists=self.lists,
            works=works,
            entry_works={order: work.work_id for work in works for order in work.entry_orders},
            run_id=run_digest(works, self.lists, config),
            started_at=self.started_at,
            code_version=version("enrich"),
            config_digest=digest(config),
            new_work_ids=frozenset(one.work_id for one in works if one.first_seen_at == read_at),
            warnings=tuple(dict.fromkeys([*refusals, *self.warnings, *self._fetcher_warnings()])),
            sources_used=tuple(sorted({record.source for work in works for record in work.records})),
        )
        findings = tuple(one for some in self.find_findings(bibliography).values() for one in some)
        ledger = self._ledger(self.missing_because(bibliography))
        return replace(bibliography, ledger=ledger, findings=findings)

    def find_findings(self, bibliography: Bibliography) -> dict[str, tuple[Finding, ...]]:
        """The findings about each list by its name."""
        works = {order: work for work in bibliography.works for order in work.entry_orders}
        return {
            one.name: find_findings(
                one, {order: work for (name, order), work in works.items() if name == one.name}, _text_of(one)
            )
            for one in self.lists
        }

    def export(self, bibliography: Bibliography, out: Path) -> tuple[Path, ...]:
        """Write all files and return their paths."""
        return write(bibliography, out, options=export_options(self.settings))

    def missing_because(self, bibliography: Bibliography) -> dict[str, dict[str, int]]:
        """For each source that failed, the number of works without a value by field that it settles."""
        works = {order: work for work in bibliography.works for order in work.entry_orders}
        counts: dict[str, Counter[str]] = {name: Counter() for name in self.failed_sources}
        for draft in self.drafts:
            work = works[draft.entries[0][0], draft.entries[0][1].order]
            empty = {name for name in WANTED[draft.entry.kind] if getattr(work, name, "") in (None, ())}
            for name, some in counts.items():
                traits = self._sources[name].traits
                if any(known.scheme in traits.schemes for known in draft.usable):
                    some.update(empty & traits.settles)
        return {name: dict(sorted(some.items())) for name, some in counts.items() if some}

    def _fetcher_warnings(self) -> list[str]:
        return self._fetcher.warnings if self._fetcher else []

    @property
    def failed_sources(self) -> tuple[str, ...]:
        """The sources that could not answer something in this run."""
        closed = self._fetcher.closed_sources() if self._fetcher else {}
        return tuple(name for name, one in self._standing.items() if one.problem is not None or name in closed)

    def _warn_failures(self) -> None:
        closed = self._fetcher.closed_sources() if self._fetcher else {}
        for name in self.failed_sources:
            reply = closed.get(name) or self._standing[name].problem
            if reply is None:
                continue
            until = ""
            if reply.retry_at:
                until = f"; it asks to be left alone until {reply.retry_at:%Y-%m-%d %H:%M} UTC"
                self._store.put_circuit(name, reply.retry_at, reply.message)
            self.warnings.append(f"{name}: {reply.message or reply.outcome}{until}; what only it knows is missing")

    def _ledger(self, missing: dict[str, dict[str, int]]) -> tuple[dict[str, Any], ...]:
        """Totals per source, with the works that it served and what nobody could say because it failed."""
        rows = self._fetcher.ledger.totals() if self._fetcher else ()
        served = {name: {"records": one.records, "works": len(one.works)} for name, one in self._standing.items()}
        nothing = {"records": 0, "works": 0}
        return tuple(
            {**row, **served.get(row["source"], nothing), "missing": missing.get(row["source"], {})} for row in rows
        )


def _text_of(reading_list: ReadingList) -> str | None:
    """The text of a list of one local file, as written; None for folders and addresses."""
    path = Path(reading_list.source)
    if is_address(reading_list.source) or not path.is_file():
        return None
    return path.read_bytes().decode("utf-8", "replace")


def _refusal_text(draft: Draft, refusal: Refusal) -> str:
    entry = draft.entry
    where = f"{draft.entries[0][0]}:{entry.line}: {refusal.identifier}"
    said = f"is “{refusal.title}” by {refusal.source}, not “{entry.title}” ({refusal.reason})"
    return f"{where} {said}: refused"


def run_lists(
    run: Run, arguments: Sequence[str], out: Path | None, *, reader: str | None = None
) -> tuple[Bibliography, Path]:
    """Drive all stages of a run in this process; the bibliography and the folder of its files."""
    run.read(arguments, reader=reader)
    folder = out or default_folder(run)
    check_folder(folder)
    while requests := run.plan():
        run.learn(run.ask([one for some in requests.values() for one in some]))
    bibliography = run.merge()
    run.export(bibliography, folder)
    return bibliography, folder


def find_list_findings(run: Run, argument: str) -> tuple[Finding, ...]:
    """The findings about one list, after asking whom the run may ask."""
    run.read([argument])
    while requests := run.plan():
        run.learn(run.ask([one for some in requests.values() for one in some]))
    return run.find_findings(run.merge())[run.lists[0].name]


def default_folder(run: Run) -> Path:
    """Where results go without ``--out``: a folder named after the first list."""
    return run.settings.out_dir / run.lists[0].name
