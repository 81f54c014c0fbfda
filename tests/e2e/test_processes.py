"""Runs that are killed at any moment, and runs that begin together: nothing is lost, asked twice or moved aside."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow.parquet as pq
import pytest
from support.command import start_enrich
from support.services import environment

N_KILLS = int(os.environ.get("TEST_KILLS", "10"))
"""Of each of the two commands; thirty take three minutes."""
pytestmark = pytest.mark.slow

FIRST = """\
# First

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)
* Deep Equilibrium Models: [arXiv19](https://arxiv.org/abs/1909.01377)
* Hamiltonian Descent Methods: [arXiv18](https://arxiv.org/abs/1809.05042)
* **torchdiffeq**: solvers: [repo](https://github.com/rtqichen/torchdiffeq)
* Continuous Depth in Forests of Shallow Rivers
"""
SECOND = """\
# Second

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)
* Stable Neural Flows: [arXiv20](https://arxiv.org/abs/2003.08063)
* Universal Differential Equations for Scientific Machine Learning: [arXiv20](https://arxiv.org/abs/2001.04385)
* **torchsde**: SDE solvers in PyTorch: [repo](https://github.com/google-research/torchsde)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "first.md").write_text(FIRST, "utf-8")
    (tmp_path / "second.md").write_text(SECOND, "utf-8")
    return tmp_path


def ended(process):
    """The exit code of a process; below zero the number of the signal that ended it."""
    process.join(120)
    return process.exitcode


def variables_for(services, state):
    # The charts of the report take longer than everything else.
    formats = '["bib", "rdf", "csl", "ris", "csv", "parquet"]'
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    return clean | environment(services.port, ENRICH_STATE_DIR=str(state), ENRICH_EXPORTS__FORMATS=formats)


def content_of(folder):
    """Everything that the files hold but instants and the digests of those."""
    held = {name: (folder / name).read_bytes() for name in ("works.bib", "works.csl.json", "works.rdf", "works.ris")}
    for path in sorted(folder.glob("*.parquet")):
        table = pq.read_table(path)
        named = [name for name in table.column_names if not name.endswith(("_at", "run_id")) and name != "sources"]
        held[path.name] = table.select(named).to_pylist()
    return held


def differences(expected, actual):
    """The first values that differ, by file."""
    found = {}
    for name in expected.keys() | actual.keys():
        one, other = expected.get(name), actual.get(name)
        if one != other and isinstance(one, bytes) and isinstance(other, bytes):
            one, other = one.decode().splitlines(), other.decode().splitlines()
        if isinstance(one, list) and isinstance(other, list) and one != other:
            pairs = [pair for pair in itertools.zip_longest(one, other) if pair[0] != pair[1]][:2]
            found[name] = [_parting(*pair) for pair in pairs]
        elif one != other:
            found[name] = [(one, other)]
    return found


def _parting(one, other):
    """What differs of two rows, or both lines."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: (value, other.get(name)) for name, value in one.items() if value != other.get(name)}
    return one, other


def kept_in(path):
    """Method, path and body of each request whose reply a run has taken in."""
    if not path.exists() or not path.stat().st_size:
        return set()
    with closing(sqlite3.connect(path)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'responses'").fetchone():
            return set()  # killed before the first reply
        rows = [json.loads(value)["request"] for (value,) in database.execute("SELECT value FROM responses")]
    return {asked_as(row["method"], row["url"], base64.b64decode(row.get("body") or "")) for row in rows}


def asked_as(method, url, body):
    """What tells two requests apart, however their addresses are written."""
    parts = urlsplit(url)
    return method, unquote(parts.path), tuple(sorted(parse_qsl(parts.query, keep_blank_values=True))), body


def key_of(asked):
    return asked.service, asked.method, asked.path, asked.body


@pytest.mark.parametrize("command", ["run", pytest.param("nightly", marks=pytest.mark.exhaustive)])
def test_kills_on_two_lists_leave_no_trace(services, folder, command):
    arguments = [command, "first.md", "second.md"]

    def start(name):
        variables = variables_for(services, folder / name / "state") | {"ENRICH_OUT_DIR": str(folder / name)}
        (folder / name).mkdir(exist_ok=True)
        return start_enrich(arguments, variables, folder, folder / name / "said.txt")

    assert ended(start("calm")) == 0
    n_requests = len(services.asked)
    results = [path.name for path in (folder / "calm").iterdir() if (path / "works.bib").exists()]
    first = {name: content_of(folder / "calm" / name) for name in results}
    assert ended(start("calm")) == 0
    second = {name: content_of(folder / "calm" / name) for name in results}
    chance = random.Random(command)
    n_killed, n_open, n_answered = 0, 0, 0
    for number in range(N_KILLS):
        name = f"victim-{number}"
        services.asked.clear()
        victim = start(name)
        n_before = chance.randint(0, n_requests)
        while len(services.asked) < n_before and victim.exitcode is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.5 if n_before in (0, n_requests) else 0.05))
        victim.kill()
        n_killed += ended(victim) == -signal.SIGKILL
        # What the victim has published already is not new to the next run.
        published = {one for one in results if (folder / name / one / "works.bib").exists()}
        under_way = {key_of(one) for one in services.asked}
        answered = kept_in(folder / name / "state" / "replies.sqlite")
        services.asked.clear()
        assert ended(start(name)) == 0, (folder / name / "said.txt").read_text()
        again = Counter(key_of(one) for one in services.asked)
        assert not answered & {asked_as(*key[1:]) for key in again}
        n_answered += len(answered)
        n_open += len(under_way & again.keys())
        assert max(again.values(), default=1) == 1
        for one in results:
            differing = differences((second if one in published else first)[one], content_of(folder / name / one))
            assert not differing, (number, one, differing)
        assert "Traceback" not in (folder / name / "said.txt").read_text()
        assert not [path for path in (folder / name / "state").iterdir() if "damaged" in path.name]
    print(f"{n_killed} killed, {n_answered} answers kept, {n_open} of {N_KILLS * n_requests} requests asked again")
    assert n_killed >= N_KILLS * 2 // 3
    assert n_answered >= N_KILLS


def test_twenty_first_runs_at_the_same_moment_all_end_well(services, folder):
    variables = variables_for(services, folder / "state")
    names = [f"run-{number}" for number in range(20)]
    begun = [
        start_enrich(["run", "second.md", "--out", name], variables, folder, folder / f"{name}.txt") for name in names
    ]
    assert [ended(pid) for pid in begun] == [0] * 20, (folder / "run-0.txt").read_text()
    said = "".join((folder / f"{name}.txt").read_text() for name in names)
    assert "Traceback" not in said
    assert "moved to" not in said
    assert not [path.name for path in (folder / "state").iterdir() if "damaged" in path.name]
    assert len({(folder / name / "works.bib").read_bytes() for name in names}) == 1


def test_what_one_run_is_asking_the_others_wait_for(services, folder):
    """Four runs over lists that overlap, while every service takes its time.

    What is never kept (a feed without entries, a failure) each of them asks for.
    """
    (folder / "first.md").write_text(FIRST.replace("* Continuous Depth in Forests of Shallow Rivers\n", ""), "utf-8")

    def be_slow(_):
        time.sleep(0.3)

    services.faults = dict.fromkeys(("arxiv", "semantic_scholar", "openalex", "github", "crossref", "dblp"), be_slow)
    variables = variables_for(services, folder / "state")
    lists = ["first.md", "first.md", "second.md", "second.md"]
    begun = [
        start_enrich(["run", one, "--out", f"run-{n}"], variables, folder, folder / f"run-{n}.txt")
        for n, one in enumerate(lists)
    ]
    assert [ended(pid) for pid in begun] == [0] * 4
    asked = Counter(map(key_of, services.asked))
    assert [key for key, count in asked.items() if count > 1] == []
    first, second = content_of(folder / "run-0"), content_of(folder / "run-1")
    for row in first["works.parquet"] + second["works.parquet"]:
        row.pop("is_new")  # which of the four published a work first is chance
    assert not differences(first, second)
    assert not list((folder / "state").glob(".*.lease"))
