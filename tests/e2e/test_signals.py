"""Ctrl-C and SIGTERM end every wait within a second, with one line."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.services import Answer, environment

SHORT = "# Papers\n\n* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"


@contextmanager
def running(services, folder, *arguments, **variables):
    """The command at work in a folder."""
    (folder / "list.md").write_text(SHORT, "utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    clean |= environment(services.port, ENRICH_STATE_DIR=str(folder / "state"), **variables)
    command = [str(Path(sys.executable).with_name("enrich")), *arguments]
    process = subprocess.Popen(
        command, env=clean, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process, number):
    """Exit code and standard error of a command that is sent a signal, which has a second."""
    sent_at = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - sent_at < 1
    assert "Traceback" not in said
    return process.returncode, said.splitlines()


def wait_until(is_so):
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("number", "hanging", "word"),
    [
        (signal.SIGINT, ["arxiv"], "interrupted"),
        pytest.param(signal.SIGTERM, ["arxiv", "semantic_scholar"], "terminated", marks=pytest.mark.slow),
    ],
)
def test_a_service_that_hangs_keeps_nobody(services, tmp_path, number, hanging, word):
    services.faults = {name: lambda _: Answer(write=lambda _: time.sleep(5)) for name in hanging}
    with running(services, tmp_path, "run", "list.md", "--log-format", "json") as process:
        wait_until(lambda: {one.service for one in services.asked} >= set(hanging))
        code, lines = end(process, number)
    assert code == 128 + number
    messages = [json.loads(line)["message"] for line in lines]
    assert messages.count(f"{word}; run the same command again to resume") == 1


@pytest.mark.slow
def test_a_lock_of_the_store_keeps_nobody(services, tmp_path):
    (tmp_path / "state").mkdir()
    with closing(sqlite3.connect(tmp_path / "state" / "store.sqlite")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("BEGIN IMMEDIATE")
        with running(services, tmp_path, "run", "list.md", "--offline") as process:
            wait_until((tmp_path / "state" / ".store.sqlite.lock").exists)
            time.sleep(0.3)
            code, lines = end(process, signal.SIGTERM)
            assert (code, lines[-1]) == (143, "enrich: terminated; run the same command again to resume")


@pytest.mark.slow
def test_a_turn_that_is_far_off_keeps_nobody(services, tmp_path):
    with running(services, tmp_path, "run", "list.md", ENRICH_SOURCES__ARXIV__MIN_INTERVAL_S="3600") as process:
        wait_until(lambda: services.counts()["arxiv"])
        process.kill()
    services.asked.clear()
    (tmp_path / "state" / "replies.sqlite").unlink()
    with running(services, tmp_path, "run", "list.md", ENRICH_SOURCES__ARXIV__MIN_INTERVAL_S="3600") as process:
        wait_until(lambda: services.counts()["semantic_scholar"])
        code, lines = end(process, signal.SIGINT)
    assert (code, lines[-1]) == (130, "enrich: interrupted; run the same command again to resume")


@pytest.mark.slow
def test_a_signal_that_the_caller_ignores_is_ignored(services, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [
            sys.executable,
            "-c",
            "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); import enrich.cli as c; c.main()",
        ]
        clean = environment(
            services.port, ENRICH_STATE_DIR=str(tmp_path / "state"), ENRICH_SOURCES__ARXIV__BASE_URL=base
        )
        (tmp_path / "list.md").write_text(SHORT, "utf-8")
        process = subprocess.Popen(
            [*command, "run", "list.md"], env={**os.environ, **clean}, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        try:
            silent.settimeout(20)
            silent.accept()[0].close()
            wire, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            assert process.poll() is None
            assert end(process, signal.SIGTERM)[0] == 143
            wire.close()
        finally:
            process.kill()
            process.communicate()
