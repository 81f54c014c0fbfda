"""The flow on a real Prefect server: its tasks, its artifact, the same files as without Prefect."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from flows.conftest import template_of
from support.prefect_server import copy_database
from support.services import Facts, Services, environment, serve
from support.shared import ROOT
from support.terminal import NOWHERE

LIST = ROOT / "data" / "raw" / "awesome-neural-ode.md"

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("harness")]


@pytest.fixture
def services(monkeypatch, tmp_path):
    with serve(Services(Facts.from_catalogue())) as running:
        for name, value in environment(running.port, ENRICH_STATE_DIR=str(tmp_path / "state")).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("ENRICH_NOW", "2026-11-22T03:00:00Z")
        yield running


@pytest.fixture
def flow_module():
    spec = importlib.util.spec_from_file_location("enrich_list", ROOT / "flows" / "enrich_list.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_flow_runs_its_tasks_and_leaves_an_artifact(prefect_server, services, flow_module, tmp_path):
    from prefect.client.orchestration import get_client

    state = flow_module.enrich_list([str(LIST)], tmp_path / "flow", return_state=True)
    assert state.is_completed()
    services.asked.clear()

    async def look():
        async with get_client() as client:
            tasks = await client.read_task_runs()
            artifacts = await client.read_artifacts()
            return {run.name.partition("-")[0] for run in tasks}, {run.name for run in tasks}, artifacts

    kinds, names, artifacts = asyncio.run(look())
    assert {"read", "fetch", "merge", "export"} <= kinds
    assert {"fetch-arxiv", "fetch-semantic_scholar"} <= names
    (artifact,) = [one for one in artifacts if one.key == "enrich-list"]
    assert "| works | 84 of 85 entries" in artifact.data

    command = [sys.executable, "-m", "enrich", "run", str(LIST), "--out", str(tmp_path / "plain")]
    subprocess.run(command, check=True, env=os.environ, capture_output=True)
    assert services.asked == []
    for name in ("works.bib", "entries.parquet", "claims.parquet"):
        assert (tmp_path / "flow" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    flow, plain = (pd.read_parquet(tmp_path / name / "works.parquet") for name in ("flow", "plain"))
    assert flow["is_new"].all()
    assert not plain["is_new"].any()  # the flow has published them
    pd.testing.assert_frame_equal(flow.drop(columns="is_new"), plain.drop(columns="is_new"))


@pytest.mark.parametrize("level", [None, "INFO"])
def test_the_first_screen_without_a_network_is_short_and_prefect_talks_when_it_is_asked_to(
    tmp_path, tmp_path_factory, level
):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ENRICH_", "PREFECT_"))}
    own = {**environment(NOWHERE), "COLUMNS": "80", "PREFECT_HOME": str(tmp_path / "prefect")}
    own |= {"PREFECT_LOGGING_LEVEL": level} if level else {}
    template = template_of(tmp_path_factory)
    if level and template.exists():  # a server makes its tables in the run that is a user's first
        (tmp_path / "prefect").mkdir()
        copy_database(template, tmp_path / "prefect" / "prefect.db")
    command = [sys.executable, str(ROOT / "flows" / "enrich_list.py"), "data/raw/awesome-neural-ode.md"]
    command += ["gone.md"] if level else []
    (tmp_path / "data" / "raw").mkdir(parents=True)
    shutil.copyfile(LIST, tmp_path / "data" / "raw" / LIST.name)
    result = subprocess.run(command, cwd=tmp_path, env=kept | own, capture_output=True, text=True, check=False)
    assert result.returncode == (2 if level else 0), result.stderr
    assert ("enrich: gone.md: no such file\n" in result.stderr) == (level is not None)
    lines = (result.stderr + result.stdout).splitlines()
    assert ("Task run" in result.stderr) == (level is not None)
    assert any(line.startswith("no network: no service was asked") for line in lines)
    assert level is not None or len(lines) <= 25, lines
    status = subprocess.run(
        [sys.executable, "-m", "enrich", "status"],
        cwd=tmp_path,
        env=kept | own,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "  awesome-neural-ode: incomplete " in status.stdout
    assert ("  gone.md: failed " in status.stdout) == (level is not None)
    assert re.search(r"^runs\n  [0-9a-f]{12}: .* incomplete$", status.stdout, re.MULTILINE), status.stdout


def test_a_users_mistake_is_one_line_before_any_server_starts():
    command = [sys.executable, str(ROOT / "flows" / "enrich_list.py"), "nowhere.md"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert result.stderr == "enrich: nowhere.md: no such file\n"
