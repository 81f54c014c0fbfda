"""Writing 100,000 works: against bibtexparser's writer and bare pandas in the same call, memory and growth."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY = 100_000
_FEW = 10_000
_MIB = 1024 * 1024


def run() -> Iterator[Row]:
    many = _measured(_MANY, "all")
    few = _measured(_FEW, "all")
    yield Row(name="export 100,000 works: peak memory", value=many["peak_mib"], unit="MiB", bound=1536)
    yield Row(name="export 100,000 works / 10,000 works: time", value=many["all"] / few["all"], unit="x", bound=11)
    yield Row(name="export 100,000 works: all files", value=_MANY / many["all"], unit="rows/s")
    bib = _measured(_MANY, "bib")
    yield Row(name="works.bib / bibtexparser's writer", value=bib["bib"] / bib["bibtexparser"], unit="x", bound=5)
    yield Row(name="works.bib", value=_MANY / bib["bib"], unit="rows/s")
    tables = _measured(_MANY, "tables")
    yield Row(name="tables / bare to_parquet and to_csv", value=tables["tables"] / tables["pandas"], unit="x", bound=6)
    yield Row(name="tables", value=_MANY / tables["tables"], unit="rows/s")
    for name in ("rdf", "csl", "html"):
        once = _measured(_FEW, name)
        yield Row(name=f"export {name}, 10,000 works", value=_FEW / once[name], unit="rows/s")


def _measured(n_works: int, what: str) -> dict[str, float]:
    """Seconds by part, measured in a process of its own, so that peaks of memory do not mix."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_exports", str(n_works), what],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _measure(n_works: int, what: str) -> dict[str, float]:
    sys.path.insert(0, "tests")
    from support.bibliographies import enriched, generated

    from enrich.export import ExportOptions, write

    bibliography = enriched(generated(n_works))
    kinds = {"all": None, "bib": {"bib"}, "tables": {"parquet", "csv"}}
    formats = kinds.get(what, {what} - {"all"})
    options = ExportOptions(formats=None if formats is None else frozenset(formats))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        start = time.perf_counter()
        write(bibliography, out, options=options)
        seconds = {what: time.perf_counter() - start}
        seconds["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MIB
        if what == "bib":
            seconds["bibtexparser"] = _bibtexparser_seconds(out / "works.bib")
        if what == "tables":
            seconds["pandas"] = _pandas_seconds(out)
    return seconds


def _bibtexparser_seconds(path: Path) -> float:
    """What bibtexparser's own writer needs for the same entries."""
    import bibtexparser

    library = bibtexparser.parse_file(str(path))
    start = time.perf_counter()
    path.with_suffix(".again").write_text(bibtexparser.write_string(library), encoding="utf-8")
    return time.perf_counter() - start


def _pandas_seconds(out: Path) -> float:
    """What bare ``to_parquet`` and ``to_csv`` need for the same frames."""
    import pandas as pd

    frames = {path: pd.read_parquet(path) for path in sorted(out.glob("*.parquet"))}
    csv_names = {path.stem for path in out.glob("*.csv")}
    start = time.perf_counter()
    for path, frame in frames.items():
        frame.to_parquet(path.with_suffix(".bare"))
        if path.stem in csv_names:
            frame.to_csv(path.with_suffix(".bare.csv"), index=False)
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]), sys.argv[2])))
