"""The step of a night that brings a Zotero library in step with its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.errors import EnrichError
from enrich.export import load
from enrich.session.wiring import export_options, new_clock, new_zotero
from enrich.store.journal import RunState
from enrich.zotero.state import SyncState
from enrich.zotero.syncing import SyncReport, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.config import Settings
    from enrich.nightly.night_outcomes import ListOutcome


def sync_lists(
    settings: Settings, library: str, lists: Sequence[ListOutcome], on_sync: Callable[[SyncReport], None]
) -> Iterator[SyncReport]:
    """Yield how the library was brought in step with each list that was written; a failure costs only its list.

    A list without news whose last sync was complete is left alone: not even the library is asked.
    """
    clock = new_clock(settings)
    written = [(one, one.folder) for one in lists if one.state is not RunState.FAILED and one.folder is not None]
    try:
        with new_zotero(settings, library, clock) as api, SyncState(settings.state_dir / "zotero.sqlite") as state:
            for one, folder in written:
                if one.is_quiet and state.roots(library).get(one.name, ((), False))[1]:
                    continue
                try:
                    report = sync(
                        load(folder), api, state, collection=settings.zotero.collection,
                        is_one_of_many=len(written) > 1, options=export_options(settings), clock=clock,
                    )  # fmt: skip
                except EnrichError as error:
                    report = SyncReport(library=library, collection=one.name, message=str(error))
                on_sync(report)
                yield report
    except EnrichError as error:
        report = SyncReport(library=library, collection="", message=str(error))
        on_sync(report)
        yield report
