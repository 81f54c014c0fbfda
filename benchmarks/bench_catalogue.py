"""The catalogue at real scale: build time and memory, opening, throughput against rapidfuzz, growth to two million.

Needs the snapshot of 527,053 arXiv records beside the checkout; yields nothing without it.
"""

from __future__ import annotations

import json
import lzma
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Row, command_seconds, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

SNAPSHOT = Path(__file__).parents[2] / "shared/snapshot/arxiv-metadata-2020-01-01.jsonl.xz"
_BUILD = """
import resource, sys, time
from pathlib import Path
from enrich.catalogue.build import build_catalogue
start = time.perf_counter()
built = build_catalogue([Path(path) for path in sys.argv[2:]], Path(sys.argv[1]))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(built.n_records, time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
"""


def run() -> Iterator[Row]:
    if not SNAPSHOT.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _build(Path(folder))
        yield from _throughput(Path(folder) / "catalogue")
    with tempfile.TemporaryDirectory() as folder:
        yield from _scale(Path(folder))


def _decode() -> float:
    start = time.perf_counter()
    with lzma.open(SNAPSHOT) as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - start


def _measure_build(target: Path, *snapshots: Path) -> tuple[int, float, float, float]:
    """Records, wall and CPU seconds, MiB."""
    command = [sys.executable, "-c", _BUILD, target, *snapshots]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    n_records, wall, cpu, memory = map(float, found)
    return int(n_records), wall, cpu, memory


def _build(folder: Path) -> Iterator[Row]:
    before = _decode()
    n_records, spent, _, memory = _measure_build(folder / "catalogue", SNAPSHOT)
    decoding = (before + _decode()) / 2
    yield Row(
        name="catalogue: build / decoding the snapshot",
        value=spent / decoding,
        unit="x",
        bound=15,
        note=f"{n_records:,} records, {n_records / spent:,.0f} a second",
    )
    yield Row(name="catalogue: memory while building", value=memory, unit="MiB", bound=1536)
    help_s = command_seconds([str(Path(sys.executable).with_name("enrich")), "--help"])
    yield Row(
        name="catalogue: opening / enrich --help", value=_opening(folder / "catalogue") / help_s, unit="x", bound=0.2
    )


def _opening(folder: Path) -> float:
    from enrich.catalogue.catalogue import Catalogue

    def open_and_find() -> None:
        with Catalogue.open(folder) as catalogue:
            catalogue.find_title("The Evolved Transformer")

    return seconds(open_and_find)


def _titles() -> list[str]:
    with lzma.open(SNAPSHOT, "rt", encoding="utf-8") as file:
        return [" ".join(json.loads(line)["title"].split()) for line in file]


def _mistype(title: str, rng: random.Random) -> str:
    place = rng.randrange(len(title))
    return title[:place] + rng.choice("abcdefghijklmnopqrstuvwxyz") + title[place + 1 :]


def _throughput(folder: Path) -> Iterator[Row]:
    from rapidfuzz import process

    from enrich.catalogue.catalogue import Catalogue
    from enrich.catalogue.resolve import resolve
    from enrich.catalogue.written_queries import parse_query

    rng = random.Random(1)
    titles = _titles()
    sample = rng.sample(titles, 400)
    mistyped = [_mistype(title, rng) for title in sample]
    mixed = [title if place % 10 else mistyped[place] for place, title in enumerate(sample)]

    def ask(catalogue: Catalogue, queries: list[str]) -> float:
        start = time.perf_counter()
        for query in queries:
            resolve(catalogue, parse_query({"text": query}).readings)
        return len(queries) / (time.perf_counter() - start)

    start = time.perf_counter()
    for query in mistyped[:6]:
        process.extractOne(query, titles, score_cutoff=85)
    scanned = 6 / (time.perf_counter() - start)
    with Catalogue.open(folder) as catalogue:
        ask(catalogue, mixed[:50])
        for name, queries, bound in (("fuzzy", mistyped, 15), ("90% exact", mixed, 150)):
            rate = ask(catalogue, queries)
            yield Row(
                name=f"catalogue: {name} queries / rapidfuzz extractOne",
                value=rate / scanned,
                unit="x",
                bound=bound,
                at_least=True,
                note=f"{rate:,.0f} a second",
            )


def _scale(folder: Path) -> Iterator[Row]:
    """Synthetic titles: the halves of two real ones."""
    from enrich.catalogue.catalogue import Catalogue

    rng = random.Random(2)
    titles = _titles()
    times, queries = {}, {}
    for n_records in (500_000, 1_000_000, 2_000_000):
        snapshot, target = folder / "synthetic.jsonl", folder / "catalogue"
        shutil.rmtree(target, ignore_errors=True)
        asked = _write_synthetic(snapshot, titles, n_records, rng)
        _, _, times[n_records], memory = _measure_build(target, snapshot)
        with Catalogue.open(target) as catalogue:
            catalogue.candidates(asked[0])
            start = time.perf_counter()
            for title in asked:
                catalogue.candidates(_mistype(title, rng))
            queries[n_records] = (time.perf_counter() - start) / len(asked)
    for n_records in (1_000_000, 2_000_000):
        growth = times[n_records] / times[500_000] / (n_records / 500_000)
        yield Row(
            name=f"catalogue: build time a record at {n_records:,} / at 500,000",
            value=growth,
            unit="x",
            bound=1.2,
            note=f"{times[n_records]:.0f} s of CPU",
        )
    yield Row(name="catalogue: memory while building 2,000,000", value=memory, unit="MiB", bound=1536)
    yield Row(
        name="catalogue: query time at 2,000,000 / at 500,000",
        value=queries[2_000_000] / queries[500_000],
        unit="x",
        bound=2,
        note=f"{queries[2_000_000] * 1000:.1f} ms",
    )


def _write_synthetic(path: Path, titles: list[str], n_records: int, rng: random.Random) -> list[str]:
    asked = []
    with path.open("w", encoding="utf-8") as file:
        for number in range(n_records):
            left, right = rng.choice(titles).split(), rng.choice(titles).split()
            title = " ".join(left[: len(left) // 2 + 1] + right[len(right) // 2 :])
            line = {
                "identifiers": [f"openalex:W{number}"],
                "title": title,
                "authors": ["Ada Bee"],
                "year": 2000 + number % 20,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if number % (n_records // 200) == 0:
                asked.append(title)
    return asked
