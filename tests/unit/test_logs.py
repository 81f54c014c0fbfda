"""The log: what a line holds, what it never holds, and that other loggers stay as they are."""

from __future__ import annotations

import json
import logging
import re

import pytest

from enrich.cli.logs import LogFormat, LogLevel, is_logging, print_error, print_note, print_warning, start_logging
from enrich.config import load_settings


@pytest.fixture(autouse=True)
def _quiet_again(monkeypatch):
    import os

    for name in [name for name in os.environ if name.startswith("ENRICH_")]:
        monkeypatch.delenv(name)
    logger = logging.getLogger("enrich")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = before


def test_a_line_of_json_tells_when_what_and_of_which_run(capsys):
    run = start_logging(LogLevel.DEBUG, LogFormat.JSON)
    logging.getLogger("enrich.fetch").debug("asked %s", "arxiv", extra={"facts": {"source": "arxiv", "bytes": 3}})
    line = json.loads(capsys.readouterr().err)
    at = line.pop("at")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", at)
    assert re.fullmatch(r"[0-9a-f]{12}", run)
    assert line == {"level": "debug", "message": "asked arxiv", "run": run, "source": "arxiv", "bytes": 3}


def test_a_line_of_text_is_one_line_from_its_level_on(capsys):
    start_logging(LogLevel.WARNING, None)
    logging.getLogger("enrich.fetch").info("nothing")
    logging.getLogger("enrich.fetch").warning("two\nlines")
    assert re.fullmatch(r"\S+Z warning two lines\n", capsys.readouterr().err)


def test_an_exception_is_named_in_the_line(capsys):
    start_logging(LogLevel.ERROR, LogFormat.JSON)
    try:
        int("somebody@example.org")
    except ValueError:
        logging.getLogger("enrich").exception("failed")
    said = json.loads(capsys.readouterr().err)["message"]
    assert said == "failed: ValueError: invalid literal for int() with base 10: 'redacted'"


def test_keys_and_addresses_never_stand_in_a_line(capsys, monkeypatch):
    monkeypatch.setenv("ENRICH_CONTACT", "planted@example.net")
    monkeypatch.setenv("ENRICH_SOURCES__OPENALEX__API_KEY", "PLANTED-KEY")
    for format_ in LogFormat:
        start_logging(LogLevel.DEBUG, format_, settings=load_settings())
        facts = {"message": "x", "why": "key PLANTED-KEY of planted@example.net"}
        logging.getLogger("enrich").info("PLANTED-KEY, planted@example.net, other@example.org", extra={"facts": facts})
    said = capsys.readouterr().err
    assert said.count("redacted, redacted, redacted") == 1
    assert "PLANTED" not in said
    assert "@" not in said


def test_without_options_nothing_is_logged_and_people_are_told_as_ever(capsys):
    start_logging(None, None)
    logging.getLogger("enrich.fetch").error("nothing")
    assert capsys.readouterr().err == ""
    assert not is_logging()
    print_warning("careful")
    print_note("done")
    print_error("broken")
    assert capsys.readouterr().err == "warning: careful\ndone\nenrich: broken\n"
    start_logging(LogLevel.INFO, LogFormat.JSON)
    print_warning("careful")
    print_note("done")
    print_error("broken")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["level"], one["message"]) for one in lines] == [
        ("warning", "careful"),
        ("info", "done"),
        ("error", "broken"),
    ]


def test_other_loggers_stay_as_they_are(capsys):
    other, root = logging.getLogger("prefect.flow_runs"), logging.getLogger()
    before = root.handlers[:], root.level, other.handlers[:], other.level, other.propagate, logging.root.manager.disable
    foreign = logging.NullHandler()
    logging.getLogger("enrich.x").addHandler(foreign)
    start_logging(LogLevel.DEBUG, LogFormat.JSON)
    start_logging(LogLevel.DEBUG, LogFormat.JSON)
    assert before == (
        root.handlers,
        root.level,
        other.handlers,
        other.level,
        other.propagate,
        logging.root.manager.disable,
    )
    assert logging.getLogger("enrich.x").handlers == [foreign]
    logging.getLogger("enrich.x").info("once")
    assert len(capsys.readouterr().err.splitlines()) == 1
