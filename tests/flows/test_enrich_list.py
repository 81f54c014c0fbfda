"""The flow on a real Prefect server: its tasks, its artifact, the same files as without Prefect."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys

import pandas as pd
import pytest
from support.services import Facts, Services, environment, serve
from support.shared import ROOT

LIST = ROOT / "data" / "raw" / "awesome-neural-ode.md"

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default")]


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

    command = [sys.executable, "-m", "enrich.cli", "run", str(LIST), "--out", str(tmp_path / "plain")]
    subprocess.run(command, check=True, env=os.environ, capture_output=True)
    assert services.asked == []
    for name in ("works.bib", "entries.parquet", "claims.parquet"):
        assert (tmp_path / "flow" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    flow, plain = (pd.read_parquet(tmp_path / name / "works.parquet") for name in ("flow", "plain"))
    assert flow["is_new"].all()
    assert not plain["is_new"].any()  # the flow has published them
    pd.testing.assert_frame_equal(flow.drop(columns="is_new"), plain.drop(columns="is_new"))


def test_a_users_mistake_is_one_line_before_any_server_starts():
    command = [sys.executable, str(ROOT / "flows" / "enrich_list.py"), "nowhere.md"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert result.stderr == "enrich: nowhere.md: no such file\n"
