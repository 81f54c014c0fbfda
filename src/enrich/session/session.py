"""One run over one or more lists: five verbs, with plain values between them. The only place where the parts meet."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, cast

from enrich import DISTRIBUTION
from enrich.errors import ExitCode, OutputError, to_failure
from enrich.files import MOST_BYTES, check_folder, holding
from enrich.merge.absent_works import find_absent_works
from enrich.merge.assembly import keys_to_freeze, numbered, to_works
from enrich.merge.digests import digest, run_digest
from enrich.model.credentials import to_public
from enrich.model.work import Bibliography
from enrich.rounds.freshness import asked_lately
from enrich.rounds.learning import Learner
from enrich.rounds.planning import Memory
from enrich.rounds.rounds import drive, rounds
from enrich.rounds.source_health import missing_because, to_ledger
from enrich.session.checking import judge, with_silence
from enrich.session.inputs import mistakes_in, read_list
from enrich.session.published_names import recall_names
from enrich.session.publishing import publish
from enrich.session.resources import Resources
from enrich.session.stages import Event, LostList, Resolution, Written
from enrich.text.printable import counted, printable, to_printable
from enrich.works.known import consult_catalogue, consult_store
from enrich.works.linkage import link_clusters, to_clusters
from enrich.works.provenance import data_time, to_evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from enrich.model.entry import ReadingList
    from enrich.model.request import Reply, Request
    from enrich.model.work import Refusal
    from enrich.rounds.rounds import Ask, Rounds
    from enrich.works.clusters import Cluster

_log = logging.getLogger(__name__)


class Session(Resources):
    """One run: a context manager that holds settings, store and sources, and whose verbs are the stages of the run.

    ``read`` gives lists, ``resolve`` takes them and gives a resolution, ``merge`` the bibliography, ``check`` adds
    findings and verdicts to it, ``export`` writes it; ``enrich`` and ``run`` do several of them. The store's journal
    notes that the run began when it first resolves, how its lists and sources fared, and that it ended.
    """

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
            self.tell(
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
        return any(catalogue.find_title(title) for catalogue in self.catalogues)

    def _lose(self, argument: str, error: Exception) -> None:
        """Go on without a list, because of an error that is told at the end."""
        message, code = to_failure(error)
        if code == ExitCode.BUG:
            _log.error("%s failed", argument, exc_info=error)
        self.lost.append(LostList(argument, message, code))

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
            self.tell(Event("ask", f"round {next(numbers)}: {sizes[0]} to {sizes[1]}"))
            return ask(requests) if ask else self.fetch([one for some in requests.values() for one in some])

        return drive(self.rounds(lists), ask_and_tell)

    def rounds(self, lists: Sequence[ReadingList]) -> Rounds[Resolution]:
        """Yield the requests of each round by source, take the replies to them, and return the resolution."""
        self.journal.begin()
        for one in self.lost:
            self.journal.note_failure(one.argument, one.argument, one.message)
        # Records, and the requests that they made necessary, of one moment of another run over the same store.
        with self.store.snapshot():
            clusters = self._to_known_clusters(lists)
            memory = self._to_memory(self.store.follow_ups())
        known = sum(cluster.has_identity for cluster in clusters)
        self.tell(Event("catalogue", f"{known} of {len(clusters)} works are known"))
        clusters = yield from rounds(
            clusters,
            self.sources,
            memory,
            learner=Learner(self.sources, self.health, self.store, discard=self._discard, clock=self.now),
            store=self.store,
            rules=self.rules,
            clock=self.now,
            closed=self.fetcher.closed_sources if clusters and self.sources else dict,
        )
        for name, reply in self.failures().items():
            if reply.retry_at:
                self.store.put_circuit(name, reply.retry_at, reply.message)
        self._names |= {one.name for one in lists}
        self._note_matched(clusters)
        return Resolution(tuple(lists), clusters, memory)

    def _to_known_clusters(self, lists: Sequence[ReadingList]) -> list[Cluster]:
        clusters = to_clusters(lists, self.corrections)
        for catalogue in self.catalogues:
            consult_catalogue(clusters, catalogue, is_last=not self.sources)
        consult_store(clusters, self.store)
        return link_clusters(clusters)

    def _to_memory(self, follow_ups: list[Request]) -> Memory:
        """What is not asked for again now, and the requests that are still to be made."""
        now = self.now()
        earliest = now - 2 * self.rules.not_found
        recent = asked_lately(self.store.questions_since(earliest), self.sources, self.rules, now)
        return Memory(recent, follow_ups, self.store.missed().keys() & recent.keys())

    def _discard(self, reply: Reply) -> None:
        self.fetcher.discard(reply)

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
            recall_names(self.store, folder, self.now())
        lists, clusters = resolution.lists, resolution.clusters
        read_at = data_time(clusters, self.now())
        config = self.settings.model_dump(mode="json", include={"freshness", "exports"})
        if facts := self.corrections.to_facts([one.name for one in lists]):
            config["corrections"] = facts
        evidence = to_evidence(
            clusters,
            lists,
            work_ids=self.store.work_ids(str(one) for cluster in clusters for one in cluster.usable),
            missed=self.store.missed(),
            read_at=read_at,
            corrections=self.corrections,
        )
        works = to_works(evidence, lists, self.store.citation_keys())
        with self.store.transaction():
            keys = keys_to_freeze(works, lists, self._unheard(clusters))
            named = {one.work_id: (keys.get(one.work_id), [str(i) for i in one.identifiers]) for one in works}
            self.store.freeze(named, read_at)
        bibliography = Bibliography(
            lists=lists,
            works=works,
            entry_works={order: work.work_id for work in works for order in work.entry_orders},
            run_id=run_digest(works, lists, config),
            started_at=self.settings.now or self.started_at,
            code_version=version(DISTRIBUTION),
            config_digest=digest(config),
            warnings=tuple(dict.fromkeys([*_refusals(clusters), *self.common_warnings])),
            source_failures=self.source_failures,
            sources_used=tuple(sorted({record.source for work in works for record in work.records})),
        )
        missing = missing_because(self.failed_sources, self.sources, clusters, bibliography)
        ledger = to_ledger(self.totals, self.health, missing)
        return replace(bibliography, absent_works=find_absent_works(bibliography), ledger=ledger)

    def _unheard(self, clusters: Sequence[Cluster]) -> dict[tuple[str, int], list[str]]:
        """The sources that could not answer and may know a work, by each of its entries."""
        failed = {name: self.sources[name].traits.schemes for name in self.failed_sources}
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
        judged = judge(bibliography, resolution, self, self._stdin)
        self.warnings += judged.warnings
        self.n_ignored = judged.n_ignored
        names = {one.name for one in resolution.lists}
        unmatched = self.corrections.unmatched(self._matched, names, only_named=resolution.is_part)
        checked = replace(
            bibliography,
            works=tuple(with_silence(bibliography, judged)),
            findings=judged.findings,
            references=judged.references,
            warnings=tuple(dict.fromkeys([*bibliography.warnings, *self.warnings, *unmatched])),
        )
        return cast("Bibliography", to_printable(checked))

    def _note_matched(self, clusters: Sequence[Cluster]) -> None:
        """Note the corrections that match a work."""
        self._matched |= self.corrections.matched([(one.entries, frozenset(one.usable)) for one in clusters])

    def export(self, bibliography: Bibliography, out: Path, *, only_news: bool = False) -> Written:
        """Write all files, or only what tells of the run where it brought no news; the journal notes it.

        Raises:
            OutputError: the folder cannot be written.
        """
        with holding(out, say=lambda text: self.tell(Event("wait", text))):
            return publish(bibliography, out, self, only_news=only_news)

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
        return tuple(dict.fromkeys(map(printable, [*self.common_warnings, *unmatched])))


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
