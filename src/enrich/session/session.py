"""The only place where the parts meet: read, consult, ask in rounds, merge, export. Prefect and the CLI drive it."""

from __future__ import annotations

import logging
import secrets
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, Any, Self, cast

from enrich import DISTRIBUTION
from enrich.catalogue import Catalogue, open_bundled
from enrich.check import find_findings, in_order, judge_references, without_ignored
from enrich.corrections import load_corrections
from enrich.errors import ExitCode, OutputError, to_failure
from enrich.export import with_changes, with_news, write, write_quiet
from enrich.files import MOST_BYTES, check_folder, holding
from enrich.merge.absent import find_absent_works
from enrich.merge.assembly import keys_to_freeze, numbered, to_works
from enrich.merge.digests import content_digest, digest, run_digest
from enrich.model.credentials import to_public
from enrich.model.request import Outcome, Reply, Request
from enrich.model.work import Bibliography, WorkStatus
from enrich.rounds.asking import to_requests
from enrich.rounds.freshness import asked_lately
from enrich.rounds.learning import Learner
from enrich.rounds.planning import Memory
from enrich.rounds.source_health import Standing, failures, missing_because, to_ledger, to_warnings
from enrich.rounds.wanted import counts_only
from enrich.session.cited_parts import Cited, only_cited
from enrich.session.inputs import mistakes_in, read_list, text_of
from enrich.session.inquiry import to_inquiry
from enrich.session.published_names import recall_names
from enrich.session.run_journal import Diary
from enrich.session.wiring import export_options, freshness_rules, new_fetcher, new_sources
from enrich.store.store import open_store
from enrich.text.printable import counted, printable, to_printable
from enrich.works.known import consult_catalogue, consult_store, consult_store_again
from enrich.works.linkage import to_drafts, unite
from enrich.works.provenance import data_time, to_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from enrich.config import Settings
    from enrich.corrections import Correction
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.reference import Reference
    from enrich.model.work import Change, Refusal, Work
    from enrich.works.drafts import Draft

_log = logging.getLogger(__name__)
_MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person who watches wants to know."""

    stage: str
    """``read``, ``catalogue``, ``ask``, ``wait``."""
    text: str
    about: tuple[str, str] | None = None
    """``list`` or ``source``, and its name."""


@dataclass(frozen=True, slots=True)
class LostList:
    """A list that was left out of a run."""

    argument: str
    message: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Written:
    """What an export left."""

    paths: tuple[Path, ...]
    bibliography: Bibliography
    """What was written: with its news and changes."""
    changes: tuple[Change, ...] = ()
    since: date | None = None
    """Day of the run that ``changes`` compares with; None for the first one."""
    content: str = ""
    """See ``merge.digests.content_digest``."""
    is_quiet: bool = False
    """Nothing that is known differs from the last run: only what tells of the run itself was written."""


class Run:
    """One run over one or more lists: a context manager whose methods are the stages, in order.

    Without ``counts`` nobody is asked for the sake of citation counts and references alone. ``on_progress`` is told
    what is at work, how much of it is done, and how much there is.
    A driver calls ``read``, then ``plan``, ``ask``, ``learn`` until ``plan`` is empty, then ``merge`` and ``export``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        offline: bool = False,
        counts: bool = True,
        on_event: Callable[[Event], None] = lambda _: None,
        on_progress: Callable[[str, int, int], None] = lambda *_: None,
        run_id: str | None = None,
    ) -> None:
        self.settings = settings
        self.offline = offline
        self.id = run_id or secrets.token_hex(6)
        self.warnings: list[str] = []
        self.lists: tuple[ReadingList, ...] = ()
        self.lost: list[LostList] = []
        """What could not be read or resolved beside other lists that could."""
        self._stdin = b""
        self.drafts: list[Draft] = []
        self.started_at = datetime.now(UTC)
        self._on_event = _logged(on_event)
        self._on_progress = on_progress
        asked = () if offline else new_sources(settings)
        self._sources = {one.traits.name: one for one in asked if counts or not counts_only(one.traits)}
        self._standings = {name: Standing() for name in self._sources}
        self._rules = freshness_rules(settings)
        if not counts:
            self._rules = replace(self._rules, citation_count=self._rules.published)
        self._stack = ExitStack()
        self._fetcher: Fetcher | None = None
        self._memory = Memory()
        self._rounds = 0
        self._is_recalled = False
        self.corrections = load_corrections(settings.corrections)
        self.n_ignored = 0
        self._noted: Sequence[Draft] | None = None
        self._matched: frozenset[Correction] = frozenset()
        self._names: set[str] = set()
        store, warning = open_store(settings.state_dir / "store.sqlite")
        self._store = self._stack.enter_context(store)
        self.diary = Diary(self._store, self.id, self.now)
        self._learner = Learner(
            self._sources, self._standings, self._store, disbelieve=self._disbelieve, clock=self.now
        )
        self.warnings += [warning] if warning else []
        self._mend_moments()

    def _mend_moments(self) -> None:
        now = self.now()
        if self._store.is_ahead(now):
            with self._store.transaction():
                self._store.mend_moments(now, now - self._rules.published)
            self.warnings.append(
                f"{self._store.path}: a clock was ahead of {now:%Y-%m-%d %H:%M} UTC; what it dated is asked for again"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            self.diary.finish(self.totals, dict(self.source_failures), is_broken=kind is not None)

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
        """Read the lists and take them up.

        Raises:
            InputError: one of them cannot be read.
        """
        return self.take_up(self.read_all(arguments, reader=reader))

    def read_all(
        self, arguments: Sequence[str], *, reader: str | None = None, is_lenient: bool = False
    ) -> list[ReadingList]:
        """Read the lists, each under a name of its own; a lenient reader leaves out what cannot be read.

        Raises:
            InputError: one of them cannot be read, or, where that is lenient, none can.
        """
        lists: list[ReadingList] = []
        for place, argument in enumerate(map(to_public, arguments), start=1):
            try:
                reading_list = self.read_list(argument, reader=reader)
            except Exception as error:
                is_last_hope = place == len(arguments) and not lists
                if not is_lenient or isinstance(error, OutputError) or is_last_hope:
                    raise
                self.lose(argument, error)
                continue
            taken = {one.name for one in lists}
            name = next(name for name in numbered(reading_list.name) if name not in taken)
            lists.append(replace(reading_list, name=name))
            self._on_event(
                Event("read", f"{argument}: {counted(len(reading_list.entries), 'entry', 'entries')}", ("list", name))
            )
        return lists

    def lose(self, argument: str, error: Exception) -> None:
        """Go on without a list, because of an error that is told at the end."""
        message, code = to_failure(error)
        if code == ExitCode.BUG:
            _log.error("%s failed", argument, exc_info=error)
        self.lost.append(LostList(argument, message, code))

    def take_up(self, lists: Sequence[ReadingList]) -> tuple[ReadingList, ...]:
        """Start a draft for each work that the lists name, with what is known of it already."""
        self.lists = tuple(lists)
        # Records, and the requests that they made necessary, of one moment of another run over the same store.
        with self._store.snapshot():
            self.drafts = self._to_known_drafts(self.lists)
            follow_ups = self._store.follow_ups()
            self._memory = self._to_memory(self.now(), follow_ups)
        known = sum(draft.has_identity for draft in self.drafts)
        self._on_event(Event("catalogue", f"{known} of {len(self.drafts)} works are known"))
        self._rounds = 0
        self._is_recalled = False
        return self.lists

    def _to_known_drafts(self, lists: Sequence[ReadingList]) -> list[Draft]:
        drafts = to_drafts(lists, self.corrections)
        for catalogue in self._catalogues:
            consult_catalogue(drafts, catalogue, is_last=not self._sources)
        consult_store(drafts, self._store)
        return unite(drafts)

    @cached_property
    def _catalogues(self) -> tuple[Catalogue, ...]:
        return (self._stack.enter_context(open_bundled()), *self._own_catalogues)

    def _is_known(self, title: str) -> bool:
        return any(catalogue.find_title(title) for catalogue in self._catalogues)

    @cached_property
    def _own_catalogues(self) -> tuple[Catalogue, ...]:
        built = self.settings.catalogue
        return (self._stack.enter_context(Catalogue.open(built)),) if built is not None else ()

    def _to_memory(self, moment: datetime, follow_ups: list[Request]) -> Memory:
        """What is not asked for again at a moment, and the requests that are still to be made."""
        earliest = moment - 2 * self._rules.not_found
        recent = asked_lately(self._store.questions_since(earliest), self._sources, self._rules, moment)
        return Memory(recent, follow_ups, self._store.missed().keys() & recent.keys())

    def read_list(self, argument: str, *, reader: str | None = None, name: str | None = None) -> ReadingList:
        """The list in a file, a folder, at an address or in a GitHub repository; under another name if one is given.

        Raises:
            InputError: it cannot be read.
        """
        found = read_list(
            argument,
            reader=reader,
            settings=self.settings,
            fetcher=None if self.offline else lambda: self.fetcher,
            now=self.now(),
            stdin=self._read_stdin,
            is_known=self._is_known,
        )
        self.warnings += mistakes_in(found)
        return replace(found, name=name) if name else found

    def _read_stdin(self) -> bytes:
        self._stdin = self._stdin or sys.stdin.buffer.read(MOST_BYTES + 1)
        return self._stdin

    def plan(self) -> dict[str, list[Request]]:
        """The requests of the next round by source; empty when nobody can supply anything that is missing."""
        self._rounds += 1
        if self._rounds > _MOST_ROUNDS or not self._sources:
            return {}
        closed = self.fetcher.closed_sources() if self._needs_network() else {}
        sources = {name: source for name, source in self._sources.items() if name not in closed}
        requests = to_requests(self.drafts, sources, self._memory, rules=self._rules, now=self.now())
        planned = {name: some for name, some in requests.items() if some}
        for name, some in planned.items():
            _log.debug("ask: %s: %d requests", name, len(some), extra={"facts": {"stage": "ask", "source": name}})
        if planned:
            sizes = sum(map(len, planned.values())), len(planned)
            self._on_event(
                Event("ask", f"round {self._rounds}: {counted(sizes[0], 'request')} to {counted(sizes[1], 'source')}")
            )
        if not planned and not requests and not self._is_recalled:
            # What one work's identifiers brought, another one that learned them later has not heard.
            self._is_recalled = True
            consult_store_again(self.drafts, self._store)
            self.drafts = unite(self.drafts)
            return self.plan()
        return planned if planned or not requests else self.plan()

    def _needs_network(self) -> bool:
        return self._fetcher is not None or bool(self.drafts)

    def ask(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies to the requests, sources side by side."""
        done = count(1)
        return self.fetcher.fetch_all(
            requests,
            not_before=self._rules.newest_needed(self.now()),
            on_reply=lambda _: self._on_progress("ask", next(done), len(requests)),
        )

    def learn(self, replies: Sequence[Reply]) -> None:
        """Take in what the replies say, all or nothing of a round."""
        with self._store.transaction():
            self.drafts = self._learner.learn(replies, self.drafts, self._memory)

    def _disbelieve(self, reply: Reply) -> None:
        self.fetcher.disbelieve(reply)

    def recall(self, out: Path) -> None:
        """Take over the names in the files of an earlier run into a folder that the store has not seen."""
        recall_names(self._store, out, self.now())

    def merge(self, lists: Sequence[ReadingList] | None = None) -> Bibliography:
        """All works with their claims, as one value for the exports; their ids and keys are frozen.

        Of some of the lists, when these are given: as a run over them alone would know their works.
        """
        is_part = lists is not None
        lists = self.lists if lists is None else tuple(lists)
        drafts = self.drafts if lists == self.lists else self._to_known_drafts(lists)
        read_at = data_time(drafts, self.now())
        config = self.settings.model_dump(mode="json", include={"freshness", "exports"})
        if facts := self.corrections.to_facts([one.name for one in lists]):
            config["corrections"] = facts
        self._note_matched()
        work_ids = self._store.work_ids(str(one) for draft in drafts for one in draft.usable)
        evidence = to_evidence(
            drafts,
            lists,
            work_ids=work_ids,
            missed=self._store.missed(),
            read_at=read_at,
            corrections=self.corrections,
        )
        works = to_works(evidence, lists, self._store.citation_keys())
        with self._store.transaction():
            keys = keys_to_freeze(works, lists, self._unheard(drafts))
            named = {one.work_id: (keys.get(one.work_id), [str(i) for i in one.identifiers]) for one in works}
            self._store.freeze(named, read_at)
        bibliography = Bibliography(
            lists=lists,
            works=works,
            entry_works={order: work.work_id for work in works for order in work.entry_orders},
            run_id=run_digest(works, lists, config),
            started_at=self.settings.now or self.started_at,
            code_version=version(DISTRIBUTION),
            config_digest=digest(config),
            warnings=self._all_warnings(drafts),
            source_failures=self.source_failures,
            sources_used=tuple(sorted({record.source for work in works for record in work.records})),
        )
        bibliography = replace(bibliography, absent_works=find_absent_works(bibliography))
        missing = missing_because(self.failed_sources, self._sources, drafts, bibliography)
        ledger = to_ledger(self.totals, self._standings, missing)
        findings, references = self._check(bibliography, drafts)
        unmatched = self.corrections.unmatched(self._matched, {one.name for one in lists}, only_named=is_part)
        warnings = tuple(dict.fromkeys([*bibliography.warnings, *self.warnings, *unmatched]))
        works = tuple(_with_silence(bibliography, references))
        bibliography = replace(bibliography, works=works, ledger=ledger, findings=findings, references=references)
        bibliography = replace(bibliography, warnings=warnings)
        return cast("Bibliography", to_printable(bibliography))

    def _unheard(self, drafts: Sequence[Draft]) -> dict[tuple[str, int], list[str]]:
        """The sources that could not answer and may know a work, by each of its entries."""
        failed = {name: self._sources[name].traits.schemes for name in self.failed_sources}
        return {
            (name, entry.order): [one for one, schemes in failed.items() if schemes_of & set(schemes)]
            for draft in (drafts if failed else ())
            for schemes_of in [{one.scheme for one in draft.usable}]
            for name, entry in draft.entries
        }

    def _note_matched(self) -> None:
        """Note the corrections that match a work, once for what is known by now."""
        if self._noted is not self.drafts:
            self._noted = self.drafts
            self._names |= {one.name for one in self.lists}
            self._matched |= self.corrections.matched([(one.entries, frozenset(one.usable)) for one in self.drafts])

    @property
    def run_warnings(self) -> tuple[str, ...]:
        """What people should know of the run as a whole, each once."""
        unmatched = self.corrections.unmatched(self._matched, self._names) if self._names else ()
        return tuple(dict.fromkeys(map(printable, [*self._common_warnings(), *unmatched])))

    def _common_warnings(self) -> list[str]:
        fetched = self._fetcher.warnings if self._fetcher else []
        return [*self.warnings, *fetched, *to_warnings(self._failures())]

    def _all_warnings(self, drafts: Sequence[Draft]) -> tuple[str, ...]:
        """What people should know, each once; sources that asked to be left alone are remembered for later runs."""
        refused = [
            _refusal_text(draft, one)
            for draft in drafts
            # One record may be refused by several of its identifiers.
            for one in {(one.source, one.title): one for one in reversed(draft.refusals.values())}.values()
        ]
        for name, reply in self._failures().items():
            if reply.retry_at:
                self._store.put_circuit(name, reply.retry_at, reply.message)
        return tuple(dict.fromkeys([*refused, *self._common_warnings()]))

    def _check(
        self, bibliography: Bibliography, drafts: Sequence[Draft]
    ) -> tuple[tuple[Finding, ...], tuple[Reference, ...]]:
        """The findings about the lists without the ignored ones, and the verdict on each entry."""
        works: dict[str, dict[int, Work]] = {one.name: {} for one in bibliography.lists}
        for work in bibliography.works:
            for name, order in work.entry_orders:
                works[name][order] = work
        kept: list[Finding] = []
        judged: list[Reference] = []
        today = self.now().date()
        n_found = 0
        for one in bibliography.lists:
            found = find_findings(one, works[one.name], text_of(one, self._stdin), bibliography.absent_works)
            inquiry = to_inquiry(
                one.name, drafts, self._memory, self._store.missed(), self._own_catalogues, self.failed_sources, today
            )
            references, more = judge_references(one, works[one.name], found, inquiry)
            found = in_order((*found, *more))
            self.warnings += self.corrections.unmatched_lines(one, found)
            mine = self.corrections.sift(one, works[one.name], found)
            kept += mine
            judged += without_ignored(references, found, mine)
            n_found += len(found)
        self.n_ignored = n_found - len(kept)
        return tuple(kept), tuple(judged)

    def export(self, bibliography: Bibliography, out: Path, *, only_news: bool = False) -> Written:
        """Write all files, or only what tells of the run where it brought no news; the journal notes it."""
        with holding(out, say=lambda text: self._on_event(Event("wait", text))):
            return self._export(bibliography, out, only_news=only_news)

    def _export(self, bibliography: Bibliography, out: Path, *, only_news: bool) -> Written:
        options = export_options(self.settings)
        bibliography = replace(bibliography, finished_at=self.now())
        place = str(out.resolve())
        bibliography = with_news(bibliography, out, self._store.published(place), self._store.published())
        content = content_digest(bibliography)
        stays = only_news and not self.diary.is_news(bibliography, out, content)
        if stays and (quiet := write_quiet(bibliography, out, options=options)) is not None:
            written = Written((), quiet, (), quiet.changes_since, content, is_quiet=True)
        else:
            bibliography = with_changes(bibliography, out)
            self._on_event(Event("export", f"{counted(len(bibliography.works), 'work')} into {out}"))
            paths = write(
                bibliography, out, options=options, on_step=lambda done, total: self._on_progress("export", done, total)
            )
            written = Written(paths, bibliography, bibliography.changes or (), bibliography.changes_since, content)
        with self._store.transaction():
            ids = [one.work_id for one in bibliography.works]
            self._store.put_published(place, ids, bibliography.started_at)
        self.diary.note_lists(bibliography, out, content, n_changes=len(written.changes))
        return written

    def give_up(self, requests: Sequence[Request], message: str) -> list[Reply]:
        """The replies to requests that nobody waits for any longer."""
        now, late = self.now(), Outcome.TIMED_OUT
        return [
            Reply(request=one, outcome=late, status=None, content=b"", retrieved_at=now, message=message)
            for one in requests
        ]

    @property
    def totals(self) -> tuple[dict[str, Any], ...]:
        """What the ledger tells of each source."""
        return self._fetcher.ledger.totals() if self._fetcher else ()

    @property
    def failed_sources(self) -> tuple[str, ...]:
        """The sources that could not answer something in this run."""
        return tuple(self._failures())

    @property
    def source_failures(self) -> tuple[tuple[str, str], ...]:
        """The sources that could not answer something in this run, each with the reason."""
        failures = self._failures().items()
        return tuple((name, printable(reply.message or str(reply.outcome))) for name, reply in failures)

    def _failures(self) -> dict[str, Reply]:
        return failures(self._standings, self._fetcher.closed_sources() if self._fetcher else {})


def _logged(on_event: Callable[[Event], None]) -> Callable[[Event], None]:
    """The callback, which is called after the event was logged."""

    def report(event: Event) -> None:
        about = dict([event.about] if event.about else [])
        _log.info("%s: %s", event.stage, event.text, extra={"facts": {"stage": event.stage, **about}})
        on_event(event)

    return report


def _with_silence(bibliography: Bibliography, references: Iterable[Reference]) -> Iterator[Work]:
    """The works; of those that nobody knows it is said whether anybody answered a question about them."""
    asked = {bibliography.entry_works[one.list, one.order] for one in references if one.asked}
    for work in bibliography.works:
        is_silent = work.status is WorkStatus.NOT_FOUND and work.work_id not in asked
        yield replace(work, status=WorkStatus.NOT_ASKED) if is_silent else work


def _refusal_text(draft: Draft, refusal: Refusal) -> str:
    entry = draft.entry
    where = f"{draft.entries[0][0]}:{entry.line}: {refusal.identifier}"
    said = f"is “{refusal.title}” by {refusal.source}, not “{entry.title}” ({refusal.reason})"
    return f"{where} {said}: refused"


def run_lists(
    run: Run, arguments: Sequence[str], out: Path | None, *, reader: str | None = None
) -> tuple[Bibliography, Path]:
    """Drive all stages of a run in this process; the bibliography as it was written, and the folder of its files.

    Of several lists a bad one costs only itself: it is in ``run.lost`` then.

    Raises:
        InputError: no list can be read.
    """
    lists = run.read_all(arguments, reader=reader, is_lenient=True)
    folder = out or run.settings.out_dir / lists[0].name
    check_folder(folder)
    run.diary.begin()
    for one in run.lost:
        run.diary.note_failure(one.argument, one.argument, one.message)
    run.recall(folder)
    written = run.export(_resolve_leniently(run, lists), folder)
    return written.bibliography, folder


def _resolve_leniently(run: Run, lists: Sequence[ReadingList]) -> Bibliography:
    """The works of the lists; where that fails, of those that can be resolved alone."""
    try:
        run.take_up(lists)
        return resolve(run)
    except Exception as error:
        if isinstance(error, OutputError) or len(lists) == 1:
            raise
    good: list[ReadingList] = []
    failures: list[Exception] = []
    for one in lists:
        try:
            run.take_up([one])
            resolve(run)
            good.append(one)
        except Exception as error:  # noqa: BLE001 (a list costs only itself)
            failures.append(error)
            run.lose(one.source, error)
    if not good:
        raise failures[0]
    run.take_up(good)
    return resolve(run)


def find_list_findings(run: Run, argument: str) -> tuple[Finding, ...]:
    """The findings about one list, after asking whom the run may ask."""
    run.read([argument])
    return resolve(run).findings


def check_lists(run: Run, arguments: Sequence[str], papers: Sequence[Path] = ()) -> tuple[Bibliography, Cited]:
    """The works of what papers cite of lists, after asking whom the run may ask, with findings and references.

    Raises:
        InputError: a list or a paper cannot be read.
    """
    cited = only_cited(run.read_all(arguments), papers)
    run.take_up(cited.lists)
    return resolve(run), cited


def resolve(run: Run) -> Bibliography:
    """The works of the lists that the run has read, after asking whom it may ask."""
    while requests := run.plan():
        run.learn(run.ask([one for some in requests.values() for one in some]))
    return run.merge()


def default_folder(run: Run) -> Path:
    """Where results go without ``--out``: a folder named after the first list."""
    return run.settings.out_dir / run.lists[0].name
