"""The nightly flow on a real Prefect server with a real worker: on schedule, retried, reported, killed and taken up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.prefect_server import PREFECT, kill, until
from support.services import Answer, environment
from support.shared import ROOT
from support.zotero import KEY, Library, serve_library

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default")]
FLOW = "enrich-nightly"


def variables_of(server, services, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    own = {"ENRICH_NIGHTLY__SOURCE_RETRIES_S": "[1, 1]", "ENRICH_MANNERS__ATTEMPTS": "1"}
    return {**clean, **server.variables, **environment(services.port), **own, **more}


@contextmanager
def worker(server, services, site, **more):
    command = [PREFECT, "worker", "start", "--pool", "enrich", "--type", "process", "--limit", "1"]
    with (site / "worker.log").open("a") as log:
        process = subprocess.Popen(
            command,
            cwd=site,
            env=variables_of(server, services, **more),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process, signal.SIGKILL)


def command(server, services, site, *words, **more):
    environment = variables_of(server, services, **more)
    return subprocess.run(words, cwd=site, env=environment, capture_output=True, text=True, timeout=120, check=False)


def zotero_variables(library, url):
    names = {"LIBRARY": library.name, "API_KEY": KEY, "BASE_URL": url, "MIN_INTERVAL_S": "0"}
    return {f"ENRICH_ZOTERO__{name}": value for name, value in names.items()}


def deploy(server, services, site, *options):
    if not server.ask("work_pools"):
        server.post("work_pools/", {"name": "enrich", "type": "process"})
    done = command(server, services, site, PREFECT, "--no-prompt", "deploy", "--name", "nightly", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return server.get(f"deployments/name/{FLOW}/nightly")["id"]


def test_the_deployment_runs_on_schedule_retries_a_source_and_reports(server, services, site):
    n_failures = [2]

    def fail_at_first(_):
        n_failures[0] -= 1
        return Answer(503) if n_failures[0] >= 0 else None

    services.faults["openalex"] = fail_at_first
    known = {one["id"] for one in server.begun()}
    deployment = deploy(server, services, site, "--interval", "20")
    library = Library()
    with serve_library(library) as url, worker(server, services, site, **zotero_variables(library, url)):
        run = until(
            lambda: next((one for one in server.begun() if one["id"] not in known and one["end_time"]), None),
            120,
            "an end",
        )
        assert run["auto_scheduled"] is True
        assert run["state_name"] == "Complete"
        services.facts.papers["1806.07366"]["title"] += ", revised"
        services.facts.papers["1806.07366"]["count"] += 5000
        (site / "enrich.toml").write_text(
            'lists = ["papers.md"]\nfreshness = {citation_count_days = 0, published_days = 0}\n', "utf-8"
        )
        # The runs that follow notice; the event of a change arrives after its run.
        events = until(
            lambda: server.ask("events", {"filter": {"event": {"name": ["enrich.title_revised"]}}}), 120, "an event"
        )
        server.post(f"deployments/{deployment}/pause_deployment", {})
        until(lambda: all(one["end_time"] for one in server.begun()), 120, "the last run ends")
    tasks = server.ask("task_runs", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    (openalex,) = [one for one in tasks if one["name"] == "fetch-openalex"]
    assert openalex["run_count"] == 3
    assert {"enrich", "source:openalex"} <= set(openalex["tags"])
    artifacts = server.ask("artifacts", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    assert {(one["key"], one["type"]) for one in artifacts} == {
        ("enrich-papers", "markdown"),
        ("enrich-papers-changes", "table"),
        ("enrich-papers-healed", "markdown"),
        ("enrich-zotero-users-475425-awesome-neural-ode", "markdown"),
    }
    assert any("84 created" in str(one["data"]) for one in artifacts)
    assert len(library.items) == 84
    assert any("| entries | 85 |" in str(one["data"]) for one in artifacts)
    assert events[0]["resource"]["prefect.resource.id"] == "enrich.list.papers"
    assert events[0]["payload"]["after"].endswith(", revised")


def test_a_killed_night_is_completed_by_the_next_worker_without_repeating_a_request(server, services, site):
    is_slow = [True]

    def slow(_):
        if is_slow[0]:
            time.sleep(15)

    services.faults["dblp"] = slow
    quick = ("arxiv", "semantic_scholar", "openalex", "crossref")
    deployment = deploy(server, services, site, "--cron", "0 3 1 1 *")
    known = {one["id"] for one in server.begun()}
    server.post(f"deployments/{deployment}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    with worker(server, services, site) as process:
        until(lambda: all(services.counts()[source] for source in quick), 90, "the run asks")
        time.sleep(1)
        kill(process, signal.SIGKILL)
    before = services.counts()
    is_slow[0] = False
    (run,) = [one for one in server.begun() if one["id"] not in known]
    assert run["state_type"] == "RUNNING"
    script = str(ROOT / "flows/nightly.py")
    recovered = command(server, services, site, sys.executable, script, "--recover", "--config", "enrich.toml")
    assert "1 interrupted runs taken up" in recovered.stderr
    with worker(server, services, site):
        run = until(
            lambda: next((one for one in server.begun() if one["id"] == run["id"] and one["end_time"]), None),
            120,
            "an end",
        )
    assert (run["state_name"], run["run_count"]) == ("Complete", 2)
    after = services.counts()
    for source in quick:
        assert after[source] == before[source] == 1
    assert (site / "data/out/papers/works.parquet").is_file()
    with_nobody_dead = command(server, services, site, sys.executable, script, "--recover", "--config", "enrich.toml")
    assert "0 interrupted runs taken up" in with_nobody_dead.stderr


def test_a_second_run_while_one_is_at_work_is_skipped(server, services, site):
    services.faults["arxiv"] = lambda _: time.sleep(12)
    script = str(ROOT / "flows/nightly.py")
    first = subprocess.Popen(
        [sys.executable, script, "--config", "enrich.toml"],
        cwd=site,
        env=variables_of(server, services),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until(lambda: services.counts()["arxiv"], 60, "the first run asks")
    second = command(server, services, site, sys.executable, script, "--config", "enrich.toml")
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("Skipped: ")
    out, _ = first.communicate(timeout=120)
    assert first.returncode == 0, out
    assert "Complete: run " in out
    assert services.counts()["arxiv"] == 1


def test_a_list_that_fails_does_not_stop_the_others_and_a_source_that_is_down_makes_it_incomplete(
    server, services, site
):
    services.faults["dblp"] = lambda _: Answer(500)
    script = str(ROOT / "flows/nightly.py")
    ended = command(server, services, site, sys.executable, script, "gone.md", "papers.md")
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout.startswith("Incomplete: ")
    assert "1 failed, 1 incomplete" in ended.stdout
    assert "without dblp" in ended.stdout
    assert (site / "data/out/papers/works.bib").is_file()


def test_no_lists_are_one_line(server, services, site):
    (site / "enrich.toml").write_text("", "utf-8")
    ended = command(server, services, site, sys.executable, str(ROOT / "flows/nightly.py"))
    assert ended.returncode == 2
    assert ended.stderr.startswith("enrich: no lists; write lists = ")
    assert ended.stderr.count("\n") == 1


def test_the_served_flow_of_the_package_runs_on_schedule(server, services, tmp_path):
    """From a folder without a checkout: ``enrich serve-nightly`` finds its flow in the package."""
    shutil.copy(ROOT / "data/raw/awesome-neural-ode.md", tmp_path / "papers.md")
    (tmp_path / "enrich.toml").write_text('lists = ["papers.md"]\n', "utf-8")
    known = {one["id"] for one in server.begun()}
    served = [str(Path(sys.executable).with_name("enrich")), "serve-nightly", "--cron", "* * * * *"]
    with (tmp_path / "serve.log").open("w") as log:
        process = subprocess.Popen(
            served, cwd=tmp_path, env=variables_of(server, services), stdout=log, stderr=log, start_new_session=True
        )
    try:
        run = until(
            lambda: next((one for one in server.begun() if one["id"] not in known and one["end_time"]), None),
            180,
            "an end",
        )
    finally:
        kill(process, signal.SIGKILL)
    assert run["state_name"] == "Complete", (tmp_path / "serve.log").read_text()[-3000:]
    assert (tmp_path / "data/out/papers/works.bib").is_file()


def test_a_schedule_without_a_server_is_one_line(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ENRICH_", "PREFECT_API"))}
    command = [str(Path(sys.executable).with_name("enrich")), "serve-nightly"]
    environment = {**clean, "PREFECT_HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("enrich: a schedule needs a Prefect server")
    assert line.endswith("set PREFECT_API_URL=http://127.0.0.1:4200/api")
