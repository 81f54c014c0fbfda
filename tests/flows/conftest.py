"""One temporary Prefect server for all flow tests: starting it costs more than everything that they do."""

from __future__ import annotations

import os

import pytest

os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"


@pytest.fixture(scope="session")
def prefect_server():
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that is a process of its own, for what workers and other processes do."""
    from support.prefect_server import start_server

    with start_server(tmp_path_factory.mktemp("prefect")) as running:
        yield running
