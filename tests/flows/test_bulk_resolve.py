"""Bulk resolving: the same rows from one process, from threads, from shards, and from a cluster that loses a worker."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
from pyarrow import parquet
from support.shared import ROOT

from enrich.catalogue import Catalogue
from enrich.catalogue.build import build_catalogue
from enrich.catalogue.resolve import resolve, to_row
from enrich.catalogue.written_queries import read_queries

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("catalogue")]
BUNDLED = ROOT / "data/raw/catalogue/awesome-neural-ode.jsonl"


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bulk")
    lines = BUNDLED.read_text("utf-8").splitlines(keepends=True)
    parts = [folder / f"part-{number}.jsonl" for number in range(2)]
    for number, part in enumerate(parts):
        part.write_text("".join(lines[number::2]), encoding="utf-8")
    build_catalogue(parts, folder / "catalogue")
    titles = [json.loads(line)["title"] for line in lines]
    queries = folder / "queries.txt"
    queries.write_text(
        "\n".join([*titles, *(title[:-1] for title in titles), "A title of no work at all"]), encoding="utf-8"
    )
    with Catalogue.open(folder / "catalogue") as catalogue:
        rows = [to_row(query.title, resolve(catalogue, query.readings)) for query in read_queries(queries)]
    return folder / "catalogue", queries, rows


def run(material, server, out, *options):
    """Start the flow, on a server that runs already: one of its own for each would take longer than the flow."""
    catalogue, queries, _ = material
    command = [
        sys.executable,
        ROOT / "flows/bulk_resolve.py",
        queries,
        "--catalogue",
        catalogue,
        "--out",
        out,
        *options,
    ]
    out.mkdir(exist_ok=True)
    with (out / "log.txt").open("w") as log:
        variables = {**os.environ, **server.variables}
        return subprocess.Popen(command, env=variables, stdout=log, stderr=subprocess.STDOUT, text=True)


def rows_of(out):
    return [row for path in sorted((out / "results").glob("*.parquet")) for row in parquet.read_table(path).to_pylist()]


def finished(process, out):
    assert process.wait(timeout=180) == 0, (out / "log.txt").read_text()


def test_threads_give_the_rows_of_one_process_and_keep_what_is_done(material, server, tmp_path):
    finished(run(material, server, tmp_path, "--size", "40"), tmp_path)
    assert rows_of(tmp_path) == material[2]
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "found").iterdir()}
    finished(run(material, server, tmp_path, "--size", "40"), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "found").iterdir()} == times
    assert rows_of(tmp_path) == material[2]


def test_shards_give_the_rows_of_the_whole_catalogue(material, server, tmp_path):
    finished(run(material, server, tmp_path, "--size", "100", "--shards", "2"), tmp_path)
    rows = rows_of(tmp_path)
    assert [row["title"] for row in rows] == [row["title"] for row in material[2]]
    assert sum(row != expected for row, expected in zip(rows, material[2], strict=True)) == 0


@pytest.mark.exhaustive
def test_a_cluster_survives_the_kill_of_a_worker(material, server, tmp_path):
    pytest.importorskip("prefect_dask")
    process = run(material, server, tmp_path, "--size", "12", "--cluster", "local")
    killed = threading.Event()

    def kill_a_worker():
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None and not killed.is_set():
            if (tmp_path / "found").exists() and len(list((tmp_path / "found").iterdir())) >= 3:
                with suppress(psutil.Error):  # a process that has just ended
                    workers = [
                        child
                        for child in psutil.Process(process.pid).children(recursive=True)
                        if re.search("spawn_main|dask worker", " ".join(child.cmdline()))
                    ]
                    if workers:
                        os.kill(workers[0].pid, signal.SIGKILL)
                        killed.set()
            time.sleep(0.02)

    killer = threading.Thread(target=kill_a_worker)
    killer.start()
    finished(process, tmp_path)
    killer.join()
    assert killed.is_set()
    assert rows_of(tmp_path) == material[2]


def test_a_missing_catalogue_is_one_line(tmp_path):
    queries = tmp_path / "queries.txt"
    queries.write_text("A title", encoding="utf-8")
    command = [
        sys.executable,
        ROOT / "flows/bulk_resolve.py",
        queries,
        "--catalogue",
        tmp_path / "none",
        "--out",
        tmp_path,
    ]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "no such folder" in ended.stderr
