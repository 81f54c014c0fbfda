"""A Prefect server and workers of their own processes, and what the server's API tells."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

PREFECT = str(Path(sys.executable).with_name("prefect"))


class Server:
    """A Prefect server of its own process, and what its API tells."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.home = url, home
        self.process: subprocess.Popen[bytes] | None = None
        self.variables = {
            "PREFECT_API_URL": url,
            "PREFECT_HOME": str(home),
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
            "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "1",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_WORKER_PREFETCH_SECONDS": "5",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }

    def ask(self, path: str, body: dict | None = None) -> list[dict]:
        found = self.post(f"{path}/filter", body or {})
        return found["events"] if isinstance(found, dict) else found

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=30) as reply:
            return json.load(reply)

    def post(self, path: str, body: dict) -> Any:
        """What the API answers: a command of Prefect's does the same, and takes seconds to begin."""
        sent = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/{path}", sent, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read() or b"null")

    def start(self) -> None:
        """Start it, or start it again over the same database."""
        command = [
            PREFECT,
            "server",
            "start",
            "--host",
            "127.0.0.1",
            "--port",
            self.url.rpartition(":")[2].split("/")[0],
        ]
        variables = {**os.environ, **self.variables}
        del variables["PREFECT_API_URL"]
        with (self.home / "server.log").open("a") as log:
            self.process = subprocess.Popen(command, env=variables, stdout=log, stderr=log, start_new_session=True)
        until(lambda: is_up(self.url), 90, "the server is up")

    def stop(self) -> None:
        """Kill it."""
        if self.process is not None:
            kill(self.process, signal.SIGKILL)

    def begun(self) -> list[dict]:
        """The flow runs that have left the schedule, the oldest first."""
        runs = [one for one in self.ask("flow_runs") if one["state_type"] != "SCHEDULED" or one["run_count"]]
        return sorted(runs, key=lambda one: one["start_time"] or one["created"])


def copy_database(before: Path, after: Path) -> None:
    """Copy a database that may be in use; nobody sees half of the copy."""
    part = after.with_name(f".{after.name}.{os.getpid()}")
    with closing(sqlite3.connect(before)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
    part.replace(after)


@contextmanager
def start_server(home: Path, template: Path | None = None) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1 until the block ends.

    The first one leaves its empty database as the template of the others: to make the tables takes most of a start.
    """
    database = home / "prefect.db"
    if template is not None and template.exists():
        copy_database(template, database)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Server(f"http://127.0.0.1:{port}/api", home)
    try:
        made.start()
        if template is not None and not template.exists():
            copy_database(database, template)
        yield made
    finally:
        made.stop()


def is_up(url):
    try:
        return urllib.request.urlopen(f"{url}/health", timeout=2).status == 200
    except OSError:
        return False


def until(condition, limit_s, what):
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        # A busy server may be late with an answer.
        with suppress(TimeoutError):
            if found := condition():
                return found
        time.sleep(0.3)
    pytest.fail(f"not within {limit_s} s: {what}")


def kill(process, number):
    """The process and all that it started, those in sessions of their own too."""
    try:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    except psutil.NoSuchProcess:
        return
    for one in family:
        try:
            one.send_signal(number)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=20)
    process.wait(timeout=20)
