"""What a Prefect server shows of a night that lost something, and nights whose server goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pyarrow.parquet as pq
import pytest
from support.prefect_server import PREFECT, kill, until
from support.services import Answer, environment
from support.shared import ROOT

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default")]
FLOW = [sys.executable, str(ROOT / "flows/nightly.py")]


@pytest.fixture
def site(site):
    """The folder with a second list of the same works."""
    (site / "My_2nd list.md").write_text((site / "papers.md").read_text("utf-8"), "utf-8")
    (site / "enrich.toml").write_text('lists = ["papers.md", "My_2nd list.md"]\n', "utf-8")
    return site


def variables_of(server, services, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    own = {
        "ENRICH_NIGHTLY__SOURCE_RETRIES_S": "[1]",
        "ENRICH_MANNERS__ATTEMPTS": "1",
        "PREFECT_LOGGING_TO_API_ENABLED": "1",
        "PREFECT_CLIENT_MAX_RETRIES": "2",
    }
    return {**clean, **server.variables, **environment(services.port), **own, **more}


def run(server, services, site, *words, **more):
    return subprocess.run(
        words or FLOW, cwd=site, env=variables_of(server, services, **more),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def newest(server, known):
    (found,) = [one for one in server.begun() if one["id"] not in known]
    return found


def test_what_was_lost_is_red_and_everything_is_named_by_its_day(server, services, site):
    services.faults["dblp"] = lambda _: Answer(500)
    known = {one["id"] for one in server.begun()}
    ended = run(server, services, site)
    assert (ended.returncode, ended.stdout[:12]) == (0, "Incomplete: "), ended.stderr
    night = newest(server, known)
    assert (night["state_type"], night["state_name"]) == ("FAILED", "Incomplete")
    assert night["name"].startswith("night-20")
    tasks = until(
        lambda: [one for one in server.ask("task_runs", {"flow_runs": {"id": {"any_": [night["id"]]}}})
                 if one["name"].startswith("fetch-") and one["state_type"] in ("FAILED", "COMPLETED")], 30, "tasks",
    )  # fmt: skip
    states = {one["name"]: one["state_type"] for one in tasks}
    assert states["fetch-dblp"] == "FAILED"
    assert states["fetch-crossref"] == states["fetch-arxiv"] == "COMPLETED"
    assert next(one["state"]["message"] for one in tasks if one["name"] == "fetch-dblp").startswith("dblp: HTTP 500")
    artifacts = server.ask("artifacts", {"artifacts": {"flow_run_id": {"any_": [night["id"]]}}})
    assert {one["key"] for one in artifacts} >= {"enrich-papers-changes", "enrich-my-2nd-list-changes"}
    assert all(one["description"].startswith("20") for one in artifacts)
    assert "None" not in json.dumps([one["description"] for one in artifacts])
    assert night["name"] == f"night-{artifacts[0]['description'][:10]}"


@pytest.mark.exhaustive
def test_the_recovery_of_one_source_is_one_event_however_many_lists_notice_it(server, services, site):
    quick = {f"ENRICH_FRESHNESS__{name}_DAYS": "0" for name in ("CITATION_COUNT", "PUBLISHED", "NOT_FOUND")}
    services.faults["dblp"] = lambda _: Answer(500)
    assert run(server, services, site, **quick).returncode == 0
    services.faults.clear()
    for _ in range(2):  # the second is the same night over again
        assert run(server, services, site, **quick).returncode == 0
    for name in ("papers", "my-2nd-list"):
        told = pq.read_table(site / "data/out" / name / "history/changes").to_pylist()
        assert [one["kind"] for one in told if one["source"] == "dblp"] == ["source_back"]
    back = {"filter": {"event": {"name": ["enrich.source_back"]}}}
    events = until(lambda: server.ask("events", back), 60, "an event")
    time.sleep(5)
    events = server.ask("events", back)
    assert len({one["id"] for one in events}) == len(events)
    mine = [one for one in events if one["resource"]["prefect.resource.id"] == "enrich.source.dblp"]
    assert len(mine) == 1, mine


def test_a_server_that_goes_away_costs_reports_and_not_the_night(own_server, services, site):
    services.faults["arxiv"] = lambda _: time.sleep(10)
    with (site / "out.log").open("w") as log:
        process = subprocess.Popen(
            FLOW, cwd=site, env=variables_of(own_server, services), stdout=log, stderr=log, start_new_session=True
        )
    try:
        until(lambda: services.counts()["arxiv"], 90, "the night asks")
        own_server.stop()
        code = process.wait(300)
    finally:
        kill(process, signal.SIGKILL)
    said = (site / "out.log").read_text("utf-8")
    assert code == 0, said[-3000:]
    assert "\nComplete: run " in said
    assert "enrich: the Prefect server went away: it does not know how the night ended\n" in said
    for name in ("papers", "my-2nd-list"):
        assert (site / "data/out" / name / "works.bib").is_file()
    assert services.counts()["arxiv"] == 1
    # Without a server at all nothing is begun, in one line.
    gone = run(own_server, services, site)
    assert gone.returncode == 2
    assert gone.stderr.splitlines()[-1].startswith("enrich: the Prefect server at http://127.0.0.1:")


@pytest.mark.exhaustive
def test_a_server_that_comes_back_in_time_gets_all_reports(own_server, services, site):
    services.faults["arxiv"] = lambda _: time.sleep(8)
    services.faults["semantic_scholar"] = lambda _: time.sleep(8)
    process = subprocess.Popen(
        FLOW, cwd=site, env=variables_of(own_server, services),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: services.counts()["arxiv"], 90, "the night asks")
        own_server.stop()
        own_server.start()
        out, _ = process.communicate(timeout=300)
    finally:
        kill(process, signal.SIGKILL)
    assert process.returncode == 0, out[-3000:]
    (night,) = own_server.begun()
    assert night["state_name"] == "Complete"
    keys = {one["key"] for one in own_server.ask("artifacts", {})}
    assert keys >= {"enrich-papers", "enrich-my-2nd-list"}


@pytest.mark.exhaustive
def test_a_night_is_cancelled_also_after_its_server_was_away(own_server, services, site):
    services.faults["arxiv"] = lambda _: time.sleep(280)
    more = {"ENRICH_MANNERS__READ_TIMEOUT_S": "300", "ENRICH_MANNERS__EXCHANGE_DEADLINE_S": "300"}
    pool = ("--no-prompt", "work-pool", "create", "enrich", "--type", "process", "--overwrite")
    assert run(own_server, services, site, PREFECT, *pool).returncode == 0
    deployed = run(
        own_server, services, site, PREFECT, "--no-prompt", "deploy", "--name", "nightly", "--cron", "0 3 1 1 *"
    )
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert run(own_server, services, site, PREFECT, "deployment", "run", "enrich-nightly/nightly").returncode == 0
    command = [PREFECT, "worker", "start", "--pool", "enrich", "--type", "process", "--limit", "1"]
    with (site / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            command,
            cwd=site,
            env=variables_of(own_server, services, **more),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: services.counts()["arxiv"], 120, "the night asks")
        (night,) = own_server.begun()
        own_server.stop()
        time.sleep(60)  # Prefect's own watch gives up meanwhile
        own_server.start()
        body = json.dumps({"state": {"type": "CANCELLING", "name": "Cancelling"}}).encode()
        url = f"{own_server.url}/flow_runs/{night['id']}/set_state"
        urllib.request.urlopen(
            urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=30
        ).close()
        ended = until(
            lambda: next((one for one in own_server.begun() if one["state_type"] == "CANCELLED"), None), 90, "an end"
        )
        assert ended["id"] == night["id"]
        # The lock of the night is free again: the next one can begin.
        services.faults.clear()
        until(lambda: run(own_server, services, site).stdout.startswith("Complete"), 120, "the next night")
    finally:
        kill(worker, signal.SIGKILL)
