"""One temporary Prefect server for all flow tests: starting it costs more than everything that they do."""

from __future__ import annotations

import os
import shutil

import pytest
from support.services import Facts, Services, serve
from support.shared import ROOT

os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that is a process of its own, for what workers and other processes do."""
    from support.prefect_server import start_server

    with start_server(tmp_path_factory.mktemp("prefect"), template_of(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="session")
def prefect_server(server):
    """The same one for flows in the process of the tests."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: server.url}):
        yield


@pytest.fixture
def own_server(tmp_path_factory):
    """A server for one test, which may kill it."""
    from support.prefect_server import start_server

    with start_server(tmp_path_factory.mktemp("own"), template_of(tmp_path_factory)) as running:
        yield running


def template_of(tmp_path_factory):
    """Where the processes of a test run share an empty database of Prefect."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prefect-template.db"


@pytest.fixture
def services():
    with serve(Services(Facts.from_catalogue())) as running:
        yield running


@pytest.fixture
def site(tmp_path):
    """A folder as a user has it: settings, a list, and the project's deployments."""
    shutil.copy(ROOT / "data/raw/awesome-neural-ode.md", tmp_path / "papers.md")
    shutil.copy(ROOT / "prefect.yaml", tmp_path)
    (tmp_path / "flows").symlink_to(ROOT / "flows")
    (tmp_path / "enrich.toml").write_text('lists = ["papers.md"]\n', "utf-8")
    return tmp_path
