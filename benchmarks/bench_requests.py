"""Requests of whole runs against services on loopback, beside what the batch sizes make the minimum."""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.harness import Row

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
LIST = ROOT / "data" / "raw" / "awesome-neural-ode.md"
NIGHTS = ("2026-11-22T03:00:00Z", "2026-11-22T03:10:00Z", "2026-11-23T04:00:00Z")
BATCHES = {"arxiv": 100, "semantic_scholar": 500, "dblp": 50, "openalex": 100}


def run() -> Iterator[Row]:
    yield from _founding_list()
    yield from _without_the_first_choice()
    yield from _thousand_works()
    yield from _polite_time()
    yield from _polite_time("dblp", "openreview")


def _founding_list() -> Iterator[Row]:
    from support.services import Facts, Services, serve

    with serve(Services(Facts.from_catalogue())) as services, tempfile.TemporaryDirectory() as folder:
        names = ("cold", "again at once", "a day later")
        for name, now, bound in zip(names, NIGHTS, (17, 0, 4), strict=True):
            services.asked.clear()
            _enrich(LIST, services.port, folder, now)
            counts = services.counts()
            others = sum(counts.values()) - counts["github"]
            note = ", ".join(f"{source} {count}" for source, count in sorted(counts.items()))
            yield Row(
                name=f"founding list, {name}, without GitHub", value=others, unit="requests", bound=bound, note=note
            )
        services.asked.clear()
        with_token = {"ENRICH_SOURCES__GITHUB__API_KEY": "token"}
        _enrich(LIST, services.port, f"{folder}/token", NIGHTS[0], with_token)
        github = services.counts()["github"]
        yield Row(name="founding list, cold, GitHub with a token", value=github, unit="requests", bound=1)
        services.asked.clear()
        longer = Path(folder) / "awesome-neural-ode.md"
        paper = {"arxiv": "2006.10000", "title": "A Paper That the List Did Not Have"}
        services.facts.papers["2006.10000"] = {**services.facts.papers["1806.07366"], **paper}
        entry = f"* {paper['title']}: [arXiv20](https://arxiv.org/abs/2006.10000)\n\n"
        longer.write_text(LIST.read_text("utf-8").replace("### Applications", f"{entry}### Applications", 1), "utf-8")
        _enrich(longer, services.port, folder, NIGHTS[1])
        yield Row(name="founding list and one new entry", value=len(services.asked), unit="requests", bound=6)


def _without_the_first_choice() -> Iterator[Row]:
    """The founding list while those are down who answer for many papers at once."""
    from support.services import Answer, Facts, Services, serve

    for down in (("dblp", "openreview"), ("semantic_scholar",), ("dblp", "openreview", "semantic_scholar")):
        with serve(Services(Facts.from_catalogue())) as services, tempfile.TemporaryDirectory() as folder:
            services.faults = dict.fromkeys(down, lambda _: Answer(503))
            _enrich(LIST, services.port, folder, NIGHTS[0])
            counts = services.counts()
            others = sum(counts.values()) - counts["github"]
            note = ", ".join(f"{source} {count}" for source, count in sorted(counts.items()))
            name = f"founding list, cold, without GitHub, {' and '.join(down)} down"
            yield Row(name=name, value=others, unit="requests", bound=30 if len(down) > 2 else 28, note=note)


def _thousand_works() -> Iterator[Row]:
    from support.services import Facts, Services, serve

    facts = Facts.generated(1000)
    with serve(Services(facts)) as services, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thousand.md"
        lines = [f"* {one['title']}: [paper](https://arxiv.org/abs/{one['arxiv']})" for one in facts.papers.values()]
        path.write_text("# Papers\n\n" + "\n".join(lines) + "\n", "utf-8")
        _enrich(path, services.port, folder, NIGHTS[0])
        minimum = sum(math.ceil(1000 / size) for size in BATCHES.values())
        note = f"minimum by batch sizes {minimum}: {dict(sorted(services.counts().items()))}"
        yield Row(name="1,000 works, cold", value=len(services.asked), unit="requests", bound=60, note=note)


def _polite_time(*down: str) -> Iterator[Row]:
    """Wall time with the intervals of the real services, hosts side by side, against the slowest host alone."""
    from support.services import Answer, Facts, Services, serve

    from enrich.sources import SOURCES

    with serve(Services(Facts.from_catalogue())) as services, tempfile.TemporaryDirectory() as folder:
        services.faults = dict.fromkeys(down, lambda _: Answer(503))
        intervals = {
            f"ENRICH_SOURCES__{name.upper()}__MIN_INTERVAL_S": str(make().traits.min_interval_s)
            for name, make in SOURCES.items()
        }
        started = time.monotonic()
        _enrich(LIST, services.port, folder, NIGHTS[0], intervals)
        wall = time.monotonic() - started
        alone = {name: (count - 1) * SOURCES[name]().traits.min_interval_s for name, count in services.counts().items()}
        slowest = max(alone, key=lambda name: alone[name])
        bound = 1.3 * alone[slowest] + 3
        note = f"slowest host alone: {slowest}, {alone[slowest]:.1f} s; the bound is 1.3 times that and 3 s"
        name = "polite wall time of the founding list, cold" + (f", {' and '.join(down)} down" if down else "")
        yield Row(name=name, value=wall, unit="s", bound=bound, note=note)


def _enrich(path: Path, port: int, folder: str, now: str, more: Mapping[str, str] | None = None) -> None:
    """One run in this process: the start of an interpreter is not what is counted here."""
    from support.services import environment

    from enrich.config import load_settings
    from enrich.session.session import Session

    variables = {**environment(port), "ENRICH_STATE_DIR": f"{folder}/state", "ENRICH_NOW": now, **(more or {})}
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        settings = load_settings()
    finally:
        os.environ.clear()
        os.environ.update(before)
    with Session(settings) as current:
        current.run([str(path)], Path(folder) / "out")
