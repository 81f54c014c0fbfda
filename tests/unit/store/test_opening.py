"""First starts at the same time: nobody calls foreign what another is just making."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from enrich.fetch.cache import open_cache
from enrich.store.store import open_store

pytestmark = pytest.mark.thorough

N_STARTS = 8


def _open(folder: str, barrier, warnings) -> None:
    barrier.wait()
    cache, warning = open_cache(Path(folder) / "replies.sqlite")
    cache.close()
    store, other = open_store(Path(folder) / "store.sqlite")
    with store:
        pass
    warnings.put([one for one in (warning, other) if one])


@pytest.mark.parametrize("turn", range(3))
def test_starts_at_one_moment_move_nothing_aside(tmp_path, turn):
    spawn = multiprocessing.get_context("fork")
    barrier, warnings = spawn.Barrier(N_STARTS), spawn.Queue()
    starts = [spawn.Process(target=_open, args=(str(tmp_path), barrier, warnings)) for _ in range(N_STARTS)]
    for start in starts:
        start.start()
    assert [warnings.get(timeout=60) for _ in starts] == [[]] * N_STARTS
    for start in starts:
        start.join()
        assert start.exitcode == 0
    assert not list(tmp_path.glob("*.damaged-*"))
