"""One run over one or more lists: five verbs, with plain values between them. The only place where the parts meet."""

from __future__ import annotations

import logging
import secrets
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, Any, Self, cast

from enrich import DISTRIBUTION
from enrich.catalogue import Catalogue, open_bundled
from enrich.check import find_findings, in_order, judge_references, without_ignored
from enrich.config import load_settings
from enrich.corrections import load_corrections
from enrich.errors import ExitCode, OutputError, to_failure
from enrich.export import with_changes, with_news, write, write_quiet
from enrich.files import MOST_BYTES, check_folder, holding
from enrich.merge.absent_works import find_absent_works
from enrich.merge.assembly import keys_to_freeze, numbered, to_works
from enrich.merge.digests import content_digest, digest, run_digest
from enrich.model.credentials import to_public
from enrich.model.work import Bibliography, WorkStatus
from enrich.rounds.freshness import asked_lately
from enrich.rounds.learning import Learner
from enrich.rounds.planning import Memory
from enrich.rounds.rounds import drive, rounds
from enrich.rounds.source_health import SourceHealth, failures, missing_because, to_ledger, to_warnings
from enrich.rounds.wanted import counts_only
from enrich.session.inputs import mistakes_in, read_list, text_of
from enrich.session.inquiry import to_inquiry
from enrich.session.published_names import recall_names
from enrich.session.run_journal import RunJournal
from enrich.session.stages import Event, LostList, Resolution, Written
from enrich.session.wiring import export_options, freshness_rules, new_fetcher, new_sources
from enrich.store.store import open_store
from enrich.text.printable import counted, printable, to_printable
from enrich.works.known import consult_catalogue, consult_store
from enrich.works.linkage import link_clusters, to_clusters
from enrich.works.provenance import data_time, to_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from enrich.config import Settings
    from enrich.corrections import Correction
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.reference import Reference
    from enrich.model.request import Reply, Request
    from enrich.model.work import Refusal, Work
    from enrich.rounds.rounds import Ask, Rounds
    from enrich.store.store import Store
    from enrich.works.clusters import Cluster

_log = logging.getLogger(__name__)


class Session:
    """One run: a context manager that holds settings, store and sources, and whose verbs are the stages of the run.

    ``read`` gives lists, ``resolve`` takes them and gives a resolution, ``merge`` the bibliography, ``check`` adds
    findings and verdicts to it, ``export`` writes it; ``enrich`` and ``run`` do several of them. The store's journal
    notes that the run began when it first resolves, how its lists and sources fared, and that it ended.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        offline: bool = False,
        counts: bool = True,
        is_noted: bool = True,
        on_event: Callable[[Event], None] = lambda _: None,
        on_progress: Callable[[str, int, int], None] = lambda *_: None,
        run_id: str | None = None,
    ) -> None:
        """Read the settings; the store is opened when it is first needed.

        Without ``settings`` those of ``enrich.toml`` and the environment count. Without ``counts`` nobody is asked for
        the sake of citation counts and references alone; without ``is_noted`` the journal knows nothing of the run.
        ``on_progress`` is told what is at work, how much of it is done, and how much there is.
        """
        self.settings = settings or load_settings()
        self.offline = offline
        self.id = run_id or secrets.token_hex(6)
        self.warnings: list[str] = []
        self.lost: list[LostList] = []
        """What could not be read or resolved beside other lists that could."""
        self.n_ignored = 0
        """Findings that corrections ignore."""
        self.started_at = datetime.now(UTC)
        self._stdin = b""
        self._on_event = _logged(on_event)
        self._on_progress = on_progress
        asked = () if offline else new_sources(self.settings)
        self._sources = {one.traits.name: one for one in asked if counts or not counts_only(one.traits)}
        self._health = {name: SourceHealth() for name in self._sources}
        self._rules = freshness_rules(self.settings)
        if not counts:
            self._rules = replace(self._rules, citation_count=self._rules.published)
        self._stack = ExitStack()
        self._fetcher: Fetcher | None = None
        self.corrections = load_corrections(self.settings.corrections)
        self._matched: frozenset[Correction] = frozenset()
        self._names: set[str] = set()
        self._is_noted = is_noted
        self._journal: RunJournal | None = None

    @cached_property
    def _store(self) -> Store:
        """What earlier runs learned, opened when it is first needed."""
        opened, warning = open_store(self.settings.state_dir / "store.sqlite")
        store = self._stack.enter_context(opened)
        self.warnings += [warning] if warning else []
        now = self.now()
        if store.is_ahead(now):
            with store.transaction():
                store.mend_moments(now, now - self._rules.published)
            self.warnings.append(
                f"{store.path}: a clock was ahead of {now:%Y-%m-%d %H:%M} UTC; what it dated is asked for again"
            )
        return store

    @property
    def journal(self) -> RunJournal:
        """What the store's journal is told of this run."""
        if self._journal is None:
            self._journal = RunJournal(self._store, self.id, self.now, is_kept=self._is_noted)
        return self._journal

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if self._journal is not None:
                self._journal.finish(self.totals, dict(self.source_failures), is_broken=kind is not None)

    @property
    def fetcher(self) -> Fetcher:
        """The way to the network, made when it is first needed."""
        if self._fetcher is None:
            self._fetcher = self._stack.enter_context(
                new_fetcher(self.settings, list(self._sources.values()), self.now)
            )
            for name, (retry_at, message) in self._store.circuits(self.now()).items():
                if name in self._sources:
                    self._fetcher.open_circuit(name, message, retry_at)
        return self._fetcher

    def now(self) -> datetime:
        """This instant by the run's clock, which a rehearsal may move."""
        real = datetime.now(UTC)
        return self.settings.now + (real - self.started_at) if self.settings.now else real

    def read(
        self, arguments: Sequence[str], *, reader: str | None = None, is_lenient: bool = False
    ) -> tuple[ReadingList, ...]:
        """The lists in files, folders or at addresses, each under a name of its own.

        A lenient reader leaves out what cannot be read.

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
                self._lose(argument, error)
                continue
            taken = {one.name for one in lists}
            name = next(name for name in numbered(reading_list.name) if name not in taken)
            lists.append(replace(reading_list, name=name))
            self._on_event(
                Event("read", f"{argument}: {counted(len(reading_list.entries), 'entry', 'entries')}", ("list", name))
            )
        return tuple(lists)

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

    def _is_known(self, title: str) -> bool:
        return any(catalogue.find_title(title) for catalogue in self._catalogues)

    def _lose(self, argument: str, error: Exception) -> None:
        """Go on without a list, because of an error that is told at the end."""
        message, code = to_failure(error)
        if code == ExitCode.BUG:
            _log.error("%s failed", argument, exc_info=error)
        self.lost.append(LostList(argument, message, code))

    @cached_property
    def _catalogues(self) -> tuple[Catalogue, ...]:
        return (self._stack.enter_context(open_bundled()), *self._own_catalogues)

    @cached_property
    def _own_catalogues(self) -> tuple[Catalogue, ...]:
        built = self.settings.catalogue
        return (self._stack.enter_context(Catalogue.open(built)),) if built is not None else ()

    def resolve(self, lists: Sequence[ReadingList], *, ask: Ask | None = None) -> Resolution:
        """The works that lists name, after asking whom the run may ask.

        ``ask`` turns the requests of a round, by source, into the replies; without it all sources are asked side by
        side in this process.
        """
        numbers = count(1)

        def ask_and_tell(requests: Mapping[str, Sequence[Request]]) -> Sequence[Reply]:
            for name, some in requests.items():
                _log.debug("ask: %s: %d requests", name, len(some), extra={"facts": {"stage": "ask", "source": name}})
            sizes = counted(sum(map(len, requests.values())), "request"), counted(len(requests), "source")
            self._on_event(Event("ask", f"round {next(numbers)}: {sizes[0]} to {sizes[1]}"))
            return ask(requests) if ask else self.fetch([one for some in requests.values() for one in some])

        return drive(self.rounds(lists), ask_and_tell)

    def rounds(self, lists: Sequence[ReadingList]) -> Rounds[Resolution]:
        """Yield the requests of each round by source, take the replies to them, and return the resolution."""
        self.journal.begin()
        for one in self.lost:
            self.journal.note_failure(one.argument, one.argument, one.message)
        # Records, and the requests that they made necessary, of one moment of another run over the same store.
        with self._store.snapshot():
            clusters = self._to_known_clusters(lists)
            memory = self._to_memory(self._store.follow_ups())
        known = sum(cluster.has_identity for cluster in clusters)
        self._on_event(Event("catalogue", f"{known} of {len(clusters)} works are known"))
        clusters = yield from rounds(
            clusters,
            self._sources,
            memory,
            learner=Learner(self._sources, self._health, self._store, discard=self._discard, clock=self.now),
            store=self._store,
            rules=self._rules,
            clock=self.now,
            closed=self.fetcher.closed_sources if clusters and self._sources else dict,
        )
        for name, reply in self._failures().items():
            if reply.retry_at:
                self._store.put_circuit(name, reply.retry_at, reply.message)
        self._names |= {one.name for one in lists}
        self._note_matched(clusters)
        return Resolution(tuple(lists), clusters, memory)

    def _to_known_clusters(self, lists: Sequence[ReadingList]) -> list[Cluster]:
        clusters = to_clusters(lists, self.corrections)
        for catalogue in self._catalogues:
            consult_catalogue(clusters, catalogue, is_last=not self._sources)
        consult_store(clusters, self._store)
        return link_clusters(clusters)

    def _to_memory(self, follow_ups: list[Request]) -> Memory:
        """What is not asked for again now, and the requests that are still to be made."""
        now = self.now()
        earliest = now - 2 * self._rules.not_found
        recent = asked_lately(self._store.questions_since(earliest), self._sources, self._rules, now)
        return Memory(recent, follow_ups, self._store.missed().keys() & recent.keys())

    def _discard(self, reply: Reply) -> None:
        self.fetcher.discard(reply)

    def fetch(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies to the requests, sources side by side."""
        done = count(1)
        return self.fetcher.fetch_all(
            requests,
            not_before=self._rules.newest_needed(self.now()),
            on_reply=lambda _: self._on_progress("ask", next(done), len(requests)),
        )

    def part(self, resolution: Resolution, lists: Sequence[ReadingList]) -> Resolution:
        """What is known of some of the lists of a resolution, as a run over them alone would know it."""
        lists = tuple(lists)
        clusters = resolution.clusters if lists == resolution.lists else self._to_known_clusters(lists)
        return Resolution(lists, clusters, resolution.memory, is_part=True)

    def merge(self, resolution: Resolution, folder: Path | None = None) -> Bibliography:
        """The works with a claim for each value, and the citations among them; their ids and keys are frozen.

        Names that an earlier run left in the files of ``folder`` stay, also where the store has not seen it.
        """
        if folder is not None:
            recall_names(self._store, folder, self.now())
        lists, clusters = resolution.lists, resolution.clusters
        read_at = data_time(clusters, self.now())
        config = self.settings.model_dump(mode="json", include={"freshness", "exports"})
        if facts := self.corrections.to_facts([one.name for one in lists]):
            config["corrections"] = facts
        evidence = to_evidence(
            clusters,
            lists,
            work_ids=self._store.work_ids(str(one) for cluster in clusters for one in cluster.usable),
            missed=self._store.missed(),
            read_at=read_at,
            corrections=self.corrections,
        )
        works = to_works(evidence, lists, self._store.citation_keys())
        with self._store.transaction():
            keys = keys_to_freeze(works, lists, self._unheard(clusters))
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
            warnings=tuple(dict.fromkeys([*_refusals(clusters), *self._common_warnings()])),
            source_failures=self.source_failures,
            sources_used=tuple(sorted({record.source for work in works for record in work.records})),
        )
        missing = missing_because(self.failed_sources, self._sources, clusters, bibliography)
        ledger = to_ledger(self.totals, self._health, missing)
        return replace(bibliography, absent_works=find_absent_works(bibliography), ledger=ledger)

    def _unheard(self, clusters: Sequence[Cluster]) -> dict[tuple[str, int], list[str]]:
        """The sources that could not answer and may know a work, by each of its entries."""
        failed = {name: self._sources[name].traits.schemes for name in self.failed_sources}
        return {
            (name, entry.order): [one for one, schemes in failed.items() if schemes_of & set(schemes)]
            for cluster in (clusters if failed else ())
            for schemes_of in [{one.scheme for one in cluster.usable}]
            for name, entry in cluster.entries
        }

    def check(self, bibliography: Bibliography, resolution: Resolution) -> Bibliography:
        """The bibliography with the findings about its lists, those ignored left out, and the verdict on each entry.

        Of works that nobody knows it says then whether anybody was asked.
        """
        self._note_matched(resolution.clusters)
        findings, references = self._judge(bibliography, resolution)
        names = {one.name for one in resolution.lists}
        unmatched = self.corrections.unmatched(self._matched, names, only_named=resolution.is_part)
        checked = replace(
            bibliography,
            works=tuple(_with_silence(bibliography, references)),
            findings=findings,
            references=references,
            warnings=tuple(dict.fromkeys([*bibliography.warnings, *self.warnings, *unmatched])),
        )
        return cast("Bibliography", to_printable(checked))

    def _judge(
        self, bibliography: Bibliography, resolution: Resolution
    ) -> tuple[tuple[Finding, ...], tuple[Reference, ...]]:
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
                one.name,
                resolution.clusters,
                resolution.memory,
                self._store.missed(),
                self._own_catalogues,
                self.failed_sources,
                today,
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

    def _note_matched(self, clusters: Sequence[Cluster]) -> None:
        """Note the corrections that match a work."""
        self._matched |= self.corrections.matched([(one.entries, frozenset(one.usable)) for one in clusters])

    def export(self, bibliography: Bibliography, out: Path, *, only_news: bool = False) -> Written:
        """Write all files, or only what tells of the run where it brought no news; the journal notes it.

        Raises:
            OutputError: the folder cannot be written.
        """
        with holding(out, say=lambda text: self._on_event(Event("wait", text))):
            return self._export(bibliography, out, only_news=only_news)

    def _export(self, bibliography: Bibliography, out: Path, *, only_news: bool) -> Written:
        options = export_options(self.settings)
        bibliography = replace(bibliography, finished_at=self.now())
        place = str(out.resolve())
        bibliography = with_news(bibliography, out, self._store.published(place), self._store.published())
        content = content_digest(bibliography)
        stays = only_news and not self.journal.is_news(bibliography, out, content)
        if stays and (quiet := write_quiet(bibliography, out, options=options)) is not None:
            written = Written((), quiet, (), quiet.changes_since, is_quiet=True)
        else:
            bibliography = with_changes(bibliography, out)
            self._on_event(Event("export", f"{counted(len(bibliography.works), 'work')} into {out}"))
            paths = write(
                bibliography, out, options=options, on_step=lambda done, total: self._on_progress("export", done, total)
            )
            written = Written(paths, bibliography, bibliography.changes or (), bibliography.changes_since)
        with self._store.transaction():
            ids = [one.work_id for one in bibliography.works]
            self._store.put_published(place, ids, bibliography.started_at)
        self.journal.note_lists(bibliography, out, content, n_changes=len(written.changes))
        return written

    def enrich(
        self, lists: Sequence[ReadingList], folder: Path | None = None, *, is_lenient: bool = False
    ) -> Bibliography:
        """The works of the lists, resolved, merged and checked; see ``merge`` for the folder.

        Where that fails a lenient run goes on with the lists that can be resolved alone; the others are in ``lost``.
        """
        try:
            resolution = self.resolve(lists)
            return self.check(self.merge(resolution, folder), resolution)
        except Exception as error:
            if not is_lenient or isinstance(error, OutputError) or len(lists) == 1:
                raise
        good: list[ReadingList] = []
        failed: list[Exception] = []
        for one in lists:
            try:
                self.enrich([one])
                good.append(one)
            except Exception as error:  # noqa: BLE001 (a list costs only itself)
                failed.append(error)
                self._lose(one.source, error)
        if not good:
            raise failed[0]
        return self.enrich(good, folder)

    def run(
        self, arguments: Sequence[str], out: Path | None = None, *, reader: str | None = None
    ) -> tuple[Bibliography, Path]:
        """All stages; the bibliography as it was written, and the folder of its files.

        Of several lists a bad one costs only itself: it is in ``lost`` then.

        Raises:
            InputError: no list can be read.
        """
        lists = self.read(arguments, reader=reader, is_lenient=True)
        folder = out or self.folder_of(lists)
        check_folder(folder)
        return self.export(self.enrich(lists, folder, is_lenient=True), folder).bibliography, folder

    def folder_of(self, lists: Sequence[ReadingList]) -> Path:
        """Where results go when nobody says where: a folder named after the first list."""
        return self.settings.out_dir / lists[0].name

    @property
    def run_warnings(self) -> tuple[str, ...]:
        """What people should know of the run as a whole, each once."""
        unmatched = self.corrections.unmatched(self._matched, self._names) if self._names else ()
        return tuple(dict.fromkeys(map(printable, [*self._common_warnings(), *unmatched])))

    def _common_warnings(self) -> list[str]:
        fetched = self._fetcher.warnings if self._fetcher else []
        return [*self.warnings, *fetched, *to_warnings(self._failures())]

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
        failed = self._failures().items()
        return tuple((name, printable(reply.message or str(reply.outcome))) for name, reply in failed)

    def _failures(self) -> dict[str, Reply]:
        return failures(self._health, self._fetcher.closed_sources() if self._fetcher else {})


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


def _refusals(clusters: Iterable[Cluster]) -> Iterator[str]:
    """A warning for each record that was refused; one may be refused by several of its identifiers."""
    for cluster in clusters:
        for one in {(one.source, one.title): one for one in reversed(cluster.refusals.values())}.values():
            yield _refusal_text(cluster, one)


def _refusal_text(cluster: Cluster, refusal: Refusal) -> str:
    entry = cluster.entry
    where = f"{cluster.entries[0][0]}:{entry.line}: {refusal.identifier}"
    said = f"is “{refusal.title}” by {refusal.source}, not “{entry.title}” ({refusal.reason})"
    return f"{where} {said}: refused"
