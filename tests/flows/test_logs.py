"""The log inside a flow: its lines on standard error, and Prefect's own on the server as ever."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import pytest

from enrich.cli.logs import LogFormat, LogLevel, start_logging

pytestmark = [pytest.mark.flows, pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("harness")]


@pytest.fixture(autouse=True)
def _quiet_again():
    logger = logging.getLogger("enrich")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = before


def test_both_logs_go_where_they_belong(prefect_server, capfd):
    from prefect import flow, get_run_logger
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

    @flow(name="logs")
    def logs():
        start_logging(LogLevel.DEBUG, LogFormat.JSON, run_id="0123456789ab")
        logging.getLogger("enrich.fetch").debug("said by enrich")
        get_run_logger().info("said by prefect")

    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        assert logs(return_state=True).is_completed()

    async def look():
        async with get_client() as client:
            return [one.message for one in await client.read_logs()]

    deadline = time.monotonic() + 20
    while "said by prefect" not in (found := asyncio.run(look())) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert "said by prefect" in found
    assert "said by enrich" not in found
    said = [line for line in capfd.readouterr().err.splitlines() if "said by enrich" in line]
    assert [json.loads(line)["run"] for line in said] == ["0123456789ab"]
