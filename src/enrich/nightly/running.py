"""One night at a time over one store: the last one over again where nothing is new, else a whole run."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from enrich.errors import InputError, OutputError
from enrich.files import check_folder
from enrich.memo import digest_of_making, repeat_night
from enrich.model.credentials import to_public
from enrich.nightly.outcomes import ListOutcome, NightIsActiveError, NightOutcome
from enrich.store.journal import RunState
from enrich.store.store import Store, find_damage
from enrich.wiring import new_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.config import Settings
    from enrich.fetch.fetcher import Fetcher
    from enrich.nightly.groups import Ask
    from enrich.pipeline import Event
    from enrich.zotero.syncing import SyncReport

LOCK = "nightly.lock"


def run_night(
    settings: Settings,
    arguments: Sequence[str] = (),
    *,
    ask: Ask | None = None,
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
    named = lists_of(settings, arguments)
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
        outcome, fetcher = _repeat(settings, named, run_id) if ask is None else (None, None)
        if outcome is None:
            # The parts of a whole run take longer to import than a repetition takes.
            from enrich.nightly.groups import Night  # noqa: PLC0415
            from enrich.pipeline import Run  # noqa: PLC0415

            made_by = digest_of_making(settings)
            with Run(settings, on_event=on_event, on_progress=on_progress, run_id=run_id) as run:
                if fetcher is not None:
                    run.adopt(fetcher)
                outcome = Night(run, made_by, ask, on_list).run_all(named)
        else:
            for one in outcome.lists:
                on_list(one)
        if settings.zotero.library:
            from enrich.nightly.library import sync_lists  # noqa: PLC0415 (a night without a library needs none of it)

            outcome.syncs = tuple(sync_lists(settings, settings.zotero.library, outcome.lists, on_sync))
    return outcome


def _repeat(settings: Settings, arguments: Sequence[str], run: str) -> tuple[NightOutcome | None, Fetcher | None]:
    """The outcome where the night is the last one over again; else the fetcher that tried it, if it did."""
    path = settings.state_dir / "store.sqlite"
    if not path.is_file() or find_damage(path) is not None:
        return None, None
    with Store(path) as store:
        since, fetcher = repeat_night(settings, arguments, store=store, run=run, clock=new_clock(settings))
    if since is None or fetcher is None:
        return None, fetcher
    with fetcher:
        lists = [
            ListOutcome(
                argument=one.argument,
                name=one.name,
                state=RunState.COMPLETE,
                folder=Path(one.folder),
                n_entries=one.n_entries,
                n_works=one.n_works,
                since=day,
                is_quiet=True,
            )
            for one, day in since.items()
        ]
        return NightOutcome(
            run=run, lists=lists, warnings=tuple(fetcher.warnings), ledger=fetcher.ledger.totals()
        ), None


def lists_of(settings: Settings, arguments: Sequence[str]) -> tuple[str, ...]:
    """The lists that are named, or those of the settings.

    Raises:
        InputError: there are none.
    """
    named = tuple(map(to_public, arguments)) or settings.lists
    if not named:
        raise InputError("no lists", advice='write lists = ["my-list.md"] into enrich.toml, or name them')
    return named
