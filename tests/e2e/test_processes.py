"""Runs that are killed at any moment, and runs that begin together: nothing is lost, asked twice or moved aside."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter

import pyarrow.parquet as pq
import pytest
from support.nursery import nursery
from support.services import Facts, Services, environment, serve

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
def services():
    with serve(Services(Facts.from_catalogue())) as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "first.md").write_text(FIRST, "utf-8")
    (tmp_path / "second.md").write_text(SECOND, "utf-8")
    return tmp_path


def variables_for(services, state):
    # The charts of the report take longer than everything else.
    formats = '["bib", "rdf", "csl", "ris", "csv", "parquet"]'
    return environment(services.port, ENRICH_STATE_DIR=str(state), ENRICH_EXPORTS__FORMATS=formats)


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


def key_of(asked):
    return asked.service, asked.method, asked.path, asked.body


@pytest.mark.parametrize("command", ["run", "nightly"])
def test_thirty_kills_on_two_lists_leave_no_trace(services, folder, command):
    with nursery() as runs:
        arguments = [command, "first.md", "second.md"]

        def start(name):
            variables = variables_for(services, folder / name / "state") | {"ENRICH_OUT_DIR": str(folder / name)}
            (folder / name).mkdir(exist_ok=True)
            return runs.start(arguments, variables, folder, folder / name / "said.txt")

        started = time.monotonic()
        assert runs.wait(start("calm")) == 0
        length = time.monotonic() - started
        results = [path.name for path in (folder / "calm").iterdir() if (path / "works.bib").exists()]
        first = {name: content_of(folder / "calm" / name) for name in results}
        assert runs.wait(start("calm")) == 0
        second = {name: content_of(folder / "calm" / name) for name in results}
        chance = random.Random(command)
        n_killed, n_open = 0, 0
        for number in range(30):
            name = f"victim-{number}"
            services.asked.clear()
            services.answered.clear()
            victim = start(name)
            time.sleep(chance.uniform(0, length))
            killed_at = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            n_killed += runs.wait(victim) == -signal.SIGKILL
            # What the victim has published already is not new to the next run.
            published = {one for one in results if (folder / name / one / "works.bib").exists()}
            before = [key_of(one) for one in services.asked]
            answered = {key_of(one) for one, at in services.answered if at < killed_at - 0.1}
            services.asked.clear()
            assert runs.wait(start(name)) == 0, (folder / name / "said.txt").read_text()
            again = Counter(key_of(one) for one in services.asked)
            assert not answered & again.keys()
            n_open += len(set(before) & again.keys())
            assert max(again.values(), default=1) == 1
            for one in results:
                expected = second if one in published else first
                differing = differences(expected[one], content_of(folder / name / one))
                assert not differing, (number, one, differing)
            said = (folder / name / "said.txt").read_text()
            assert "Traceback" not in said
            assert not [path for path in (folder / name / "state").iterdir() if "damaged" in path.name]
        print(f"{n_killed} killed, {n_open} requests that were under way asked again")
    assert n_killed >= 20


def test_twenty_first_runs_at_the_same_moment_all_end_well(services, folder):
    with nursery() as runs:
        variables = variables_for(services, folder / "state")
        names = [f"run-{number}" for number in range(20)]
        begun = [
            runs.start(["run", "second.md", "--out", name], variables, folder, folder / f"{name}.txt") for name in names
        ]
        assert [runs.wait(pid) for pid in begun] == [0] * 20, (folder / "run-0.txt").read_text()
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
    with nursery() as runs:
        variables = variables_for(services, folder / "state")
        lists = ["first.md", "first.md", "second.md", "second.md"]
        begun = [
            runs.start(["run", one, "--out", f"run-{n}"], variables, folder, folder / f"run-{n}.txt")
            for n, one in enumerate(lists)
        ]
        assert [runs.wait(pid) for pid in begun] == [0] * 4
    asked = Counter(map(key_of, services.asked))
    assert [key for key, count in asked.items() if count > 1] == []
    assert content_of(folder / "run-0") == content_of(folder / "run-1")
    assert not list((folder / "state" / "leases").iterdir())
