"""What a session holds: settings, sources, the way to the network, store, catalogues, journal, clock."""

from __future__ import annotations

import logging
import secrets
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from enrich.catalogue import Catalogue, open_bundled
from enrich.config import load_settings
from enrich.corrections import load_corrections
from enrich.rounds.source_health import SourceHealth, failures, to_warnings
from enrich.rounds.wanted import counts_only
from enrich.session.run_journal import RunJournal
from enrich.session.wiring import freshness_rules, new_fetcher, new_sources
from enrich.store.store import open_store
from enrich.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from enrich.config import Settings
    from enrich.corrections import Correction
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.request import Reply, Request
    from enrich.session.stages import Event, LostList
    from enrich.store.store import Store

_log = logging.getLogger(__name__)


class Resources:
    """What a session holds, and what it has noted; a context manager. What is heavy is opened when it is needed."""

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
        self._stdin = b""
        self._matched: frozenset[Correction] = frozenset()
        self._names: set[str] = set()
        self.started_at = datetime.now(UTC)
        self.tell = _logged(on_event)
        """Tell of an event whoever watches, and the log."""
        self.on_progress = on_progress
        asked = () if offline else new_sources(self.settings)
        self.sources = {one.traits.name: one for one in asked if counts or not counts_only(one.traits)}
        self.health = {name: SourceHealth() for name in self.sources}
        self.rules = freshness_rules(self.settings)
        if not counts:
            self.rules = replace(self.rules, citation_count=self.rules.published)
        self._stack = ExitStack()
        self._fetcher: Fetcher | None = None
        self.corrections = load_corrections(self.settings.corrections)
        self._is_noted = is_noted
        self._journal: RunJournal | None = None

    @cached_property
    def store(self) -> Store:
        """What earlier runs learned, opened when it is first needed."""
        opened, warning = open_store(self.settings.store_path)
        store = self._stack.enter_context(opened)
        self.warnings += [warning] if warning else []
        now = self.now()
        if store.is_ahead(now):
            with store.transaction():
                store.mend_moments(now, now - self.rules.published)
            self.warnings.append(
                f"{store.path}: a clock was ahead of {now:%Y-%m-%d %H:%M} UTC; what it dated is asked for again"
            )
        return store

    @property
    def journal(self) -> RunJournal:
        """What the store's journal is told of this run."""
        if self._journal is None:
            self._journal = RunJournal(self.store, self.id, self.now, is_kept=self._is_noted)
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
            self._fetcher = self._stack.enter_context(new_fetcher(self.settings, list(self.sources.values()), self.now))
            for name, (retry_at, message) in self.store.circuits(self.now()).items():
                if name in self.sources:
                    self._fetcher.open_circuit(name, message, retry_at)
        return self._fetcher

    def fetch(self, requests: Sequence[Request]) -> list[Reply]:
        """The replies to the requests, sources side by side."""
        done = count(1)
        return self.fetcher.fetch_all(
            requests,
            not_before=self.rules.newest_needed(self.now()),
            on_reply=lambda _: self.on_progress("ask", next(done), len(requests)),
        )

    def now(self) -> datetime:
        """This instant by the run's clock, which a rehearsal may move."""
        real = datetime.now(UTC)
        return self.settings.now + (real - self.started_at) if self.settings.now else real

    @cached_property
    def catalogues(self) -> tuple[Catalogue, ...]:
        """The bundled one and the user's own."""
        return (self._stack.enter_context(open_bundled()), *self.own_catalogues)

    @cached_property
    def own_catalogues(self) -> tuple[Catalogue, ...]:
        """The user's own, if the settings name one."""
        built = self.settings.catalogue
        return (self._stack.enter_context(Catalogue.open(built)),) if built is not None else ()

    @property
    def totals(self) -> tuple[dict[str, Any], ...]:
        """What the ledger tells of each source."""
        return self._fetcher.ledger.totals() if self._fetcher else ()

    @property
    def failed_sources(self) -> tuple[str, ...]:
        """The sources that could not answer something in this run."""
        return tuple(self.failures())

    @property
    def source_failures(self) -> tuple[tuple[str, str], ...]:
        """The sources that could not answer something in this run, each with the reason."""
        failed = self.failures().items()
        return tuple((name, printable(reply.message or str(reply.outcome))) for name, reply in failed)

    @property
    def common_warnings(self) -> list[str]:
        """What people should know, whatever the lists are."""
        fetched = self._fetcher.warnings if self._fetcher else []
        return [*self.warnings, *fetched, *to_warnings(self.failures())]

    def failures(self) -> dict[str, Reply]:
        """The sources that could not answer something, each with the reply that tells why."""
        return failures(self.health, self._fetcher.closed_sources() if self._fetcher else {})


def _logged(on_event: Callable[[Event], None]) -> Callable[[Event], None]:
    """The callback, which is called after the event was logged."""

    def report(event: Event) -> None:
        about = dict([event.about] if event.about else [])
        _log.info("%s: %s", event.stage, event.text, extra={"facts": {"stage": event.stage, **about}})
        on_event(event)

    return report
