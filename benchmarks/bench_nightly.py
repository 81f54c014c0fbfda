"""Unattended nights: a hundred lists at once, and a night on which nothing happened."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.harness import Row, seconds
from benchmarks.nights import (
    ROOT,
    SHARED_LISTS,
    Entry,
    asked_since,
    own_lists,
    services_apart,
    shared_lists,
    variables_of,
    watched_night,
)

LISTS, ENTRIES = 100, 20_000
START = datetime(2026, 12, 1, 3, tzinfo=UTC)
REPEAT = 8
STILL = {f"ENRICH_FRESHNESS__{name}_DAYS": "365" for name in ("PREPRINT_VENUE", "PUBLISHED", "NOT_FOUND", "REPOSITORY")}
WITH_TOKEN = {"ENRICH_SOURCES__GITHUB__API_KEY": "token"}
ENRICH = str(Path(sys.executable).with_name("enrich"))
EMPTY_FLOW = """\
from prefect import flow


@flow
def empty() -> None:
    pass


if __name__ == "__main__":
    empty()
"""


def run() -> Iterator[Row]:
    yield from _quiet_night()
    if SHARED_LISTS.is_dir():
        yield from _many_lists("public lists and parts of them", shared_lists)
    yield from _many_lists("works of their own", own_lists)


def _many_lists(what: str, write_lists) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lists").mkdir()
        known: list[Entry] = write_lists(folder / "lists", LISTS, ENTRIES)
        with services_apart(known) as (port, services):
            night = watched_night(variables_of(port, folder, START.isoformat(), WITH_TOKEN), folder)
            asked = asked_since(services)
    if set(night["states"]) != {"complete"} or len(night["states"]) != LISTS:
        raise RuntimeError(f"{night['failed']}, {sorted(set(night['messages']))}")
    said = f"{LISTS} lists, {night['n_entries']:,} entries"
    yield Row(name=f"{LISTS} lists of {what}, peak memory", value=night["rss_mib"], unit="MiB", bound=1024, note=said)
    for form, some in (("requests", asked), ("requests that hold several", [one for one in asked if one.size > 1])):
        n_requests, minimum = sum(one.requests for one in some), sum(one.minimum for one in some)
        parts = ", ".join(f"{one.service} {one.requests}/{one.minimum}" for one in some)
        note = f"{n_requests:,}/{minimum:,} (minimum: different questions by size of a request); {parts}"
        yield Row(name=f"{LISTS} lists of {what}, {form}", value=n_requests / minimum, unit="x", bound=1.2, note=note)
    yield Row(name=f"{LISTS} lists of {what}, wall time", value=night["wall_s"], unit="s")


def _quiet_night() -> Iterator[Row]:
    """Nights of the founding list, 19 hours apart, on which no question but that for counts comes due."""
    with tempfile.TemporaryDirectory() as name, services_apart(None) as (port, services):
        folder = Path(name)
        (folder / "lists").mkdir()
        shutil.copy(ROOT / "data" / "raw" / "awesome-neural-ode.md", folder / "lists")
        nights = (START + number * timedelta(hours=19) for number in count())

        def variables(more: Mapping[str, str] | None = None) -> dict[str, str]:
            return variables_of(port, folder, next(nights).isoformat(), {**WITH_TOKEN, **STILL, **(more or {})})

        def live(*command: str, more: Mapping[str, str] | None = None) -> None:
            subprocess.run(command, env=variables(more), cwd=folder, check=True, stdout=subprocess.DEVNULL)

        for _ in range(2):
            live(ENRICH, "nightly")
        asked_since(services)
        live(ENRICH, "nightly")
        asked = asked_since(services)
        note = ", ".join(f"{one.service} {one.requests}" for one in asked)
        n_requests = sum(one.requests for one in asked)
        yield Row(name="quiet night of the founding list", value=n_requests, unit="requests", bound=4, note=note)
        environment = variables_of(port, folder, START.isoformat())
        command = [ENRICH, "--help"]
        bare = quiet = float("inf")
        for _ in range(REPEAT):
            for _ in range(2):
                bare = min(bare, seconds(lambda: _run(command, environment), repeat=1))
            quiet = min(quiet, seconds(lambda: live(ENRICH, "nightly"), repeat=1))
        note = f"{quiet:.2f} s and {bare:.2f} s"
        yield Row(name="quiet night against enrich --help", value=quiet / bare, unit="x", bound=40, note=note)
        yield from _as_a_flow(folder, environment, live)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def _as_a_flow(folder: Path, environment: Mapping[str, str], live) -> Iterator[Row]:
    from support.prefect_server import start_server

    (folder / "empty_flow.py").write_text(EMPTY_FLOW, "utf-8")
    home = folder / "prefect"
    home.mkdir()
    with start_server(home) as server:
        command = [sys.executable, str(folder / "empty_flow.py")]
        flow = str(ROOT / "flows" / "nightly.py")
        both = {**environment, **server.variables}
        empty = night = float("inf")
        for _ in range(3):
            empty = min(empty, seconds(lambda: _run(command, both), repeat=1))
            night = min(night, seconds(lambda: live(sys.executable, flow, more=server.variables), repeat=1))
    note = f"{night:.2f} s and {empty:.2f} s, both on one server"
    yield Row(name="quiet night as a flow against an empty flow", value=night / empty, unit="x", bound=2, note=note)
