"""One night at a time over one store, and what others are told of it."""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import nullcontext
from datetime import UTC
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from enrich.errors import EnrichError, InputError, OutputError, to_failure
from enrich.fetch.list_download import expand_lists
from enrich.files import check_folder, write_text
from enrich.model.credentials import to_public
from enrich.nightly.night_outcomes import ListOutcome, NightIsActiveError, NightOutcome
from enrich.session.wiring import new_clock
from enrich.store.journal import RunState
from enrich.store.store import Store, find_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.config import Settings
    from enrich.nightly.night import AskFor
    from enrich.session.stages import Event
    from enrich.zotero.syncing import SyncReport

LOCK = "nightly.lock"


def run_night(
    settings: Settings,
    arguments: Sequence[str] = (),
    *,
    ask: AskFor | None = None,
    on_list: Callable[[ListOutcome], None] = lambda _: None,
    on_event: Callable[[Event], None] = lambda _: None,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
    on_sync: Callable[[SyncReport], None] = lambda _: None,
    run_id: str | None = None,
) -> NightOutcome:
    """How the night went over these lists, or those of the settings.

    ``ask`` gets the requests of a round by source; ``on_list`` is called when a list is done, ``on_sync`` when a Zotero
    library is in step with it.

    Raises:
        NightIsActiveError: another one over the same store is at work.
        InputError: there are no lists.
    """
    named, warnings = lists_and_warnings(settings, arguments)
    check_folder(settings.state_dir, advice="set state_dir")
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.state_dir / LOCK)
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        raise NightIsActiveError(f"{lock.lock_file}: another nightly run is at work; this one is skipped") from None
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise OutputError(what, path=lock.lock_file, advice="set state_dir") from error
    run_id = run_id or secrets.token_hex(6)
    with held:
        after = _Aftermath(settings, run_id)
        try:
            from enrich.nightly.night import Night  # noqa: PLC0415 (heavy: the parts of a whole run)
            from enrich.session.session import Session  # noqa: PLC0415 (same)

            with Session(settings, on_event=on_event, on_progress=on_progress, run_id=run_id) as session:
                outcome = Night(session, ask, after.watch(on_list)).run_all(named)
            if settings.zotero.library:
                from enrich.nightly.library import sync_lists  # noqa: PLC0415 (a night without one needs none of it)

                outcome.syncs = tuple(sync_lists(settings, settings.zotero.library, outcome.lists, on_sync))
        except Exception as error:
            after.close(None, to_failure(error)[0])
            raise
        outcome.day = after.day
        outcome.warnings += (*warnings, *after.close(outcome))
    return outcome


class _Aftermath:
    """What others are told of a night: alerts, and figures for monitors. Nothing of it costs the night."""

    def __init__(self, settings: Settings, run: str) -> None:
        self._settings, self._run = settings, run
        self._began, clock = time.monotonic(), new_clock(settings)
        self.began_at = clock()
        self.day = self.began_at.astimezone(UTC).date()
        self._alerts = None
        if settings.notify.command or settings.notify.url:
            from enrich.nightly.alerts import Alerts  # noqa: PLC0415 (most nights need none of it)

            self._alerts = Alerts(settings, self.day)

    def watch(self, on_list: Callable[[ListOutcome], None]) -> Callable[[ListOutcome], None]:
        """The callback, called when what is to be told of a list is safe."""

        def on_each(outcome: ListOutcome) -> None:
            if self._alerts and outcome.state is not RunState.FAILED:
                self._alerts.add_list(outcome)
            on_list(outcome)

        return on_each

    def close(self, outcome: NightOutcome | None, why: str = "") -> tuple[str, ...]:
        """Tell everybody how the night went, or why it came to nothing; warnings of what could not be told."""
        duration_s = time.monotonic() - self._began
        if outcome is not None:
            outcome.duration_s = duration_s
        if self._alerts is None and self._settings.metrics_file is None:
            return ()
        try:
            return tuple(self._tell(outcome, why, duration_s))
        except (EnrichError, sqlite3.Error, OSError) as error:
            return (f"the night could not be told of: {error}",)

    def _tell(self, outcome: NightOutcome | None, why: str, duration_s: float) -> Iterator[str]:
        path = self._settings.store_path
        with Store(path) if path.is_file() and find_damage(path) is None else nullcontext() as store:
            streaks = store.journal.streaks() if store else {}
            if self._alerts is not None:
                names = [one.name for one in outcome.lists] if outcome else []
                lost = {name: since for name in names if store and (since := store.journal.lost_since(name))}
                if outcome is not None:
                    self._alerts.add_failures(outcome, streaks, lost)
                else:
                    self._alerts.add_failed_night(why)
                yield from self._alerts.tell(outcome, self._run, streaks)
            if self._settings.metrics_file is not None:
                from enrich.nightly.metrics import to_metrics  # noqa: PLC0415 (most nights need none of it)

                figures = to_metrics(store, outcome, began_at=self.began_at, duration_s=duration_s)
                try:
                    write_text(self._settings.metrics_file, figures)
                except OutputError as error:
                    yield f"metrics_file: {error}"


def lists_of(settings: Settings, arguments: Sequence[str]) -> tuple[str, ...]:
    """The lists that are named, or those of the settings, with those that patterns stand for.

    Raises:
        InputError: there are none.
    """
    return lists_and_warnings(settings, arguments)[0]


def lists_and_warnings(settings: Settings, arguments: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lists, and a warning for each pattern that stands for none.

    Raises:
        InputError: nothing is named.
    """
    named = tuple(map(to_public, arguments)) or settings.lists
    if not named:
        raise InputError("no lists", advice='write lists = ["my-list.md"] into enrich.toml, or name them')
    found, empty = expand_lists(named)
    return found, tuple(f"{one}: no file or folder has such a name; mend lists in the settings" for one in empty)
