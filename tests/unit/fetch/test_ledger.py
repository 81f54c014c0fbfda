"""What the ledger tells of a run: totals by source, rows, and what is logged."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from enrich.fetch.ledger import Ledger, RequestLine
from enrich.model.request import Outcome

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def line(source="arxiv", outcome=Outcome.OK, **more):
    usual = {
        "at": AT, "host": "me@export.arxiv.org", "key": "k", "status": 200, "is_cached": False, "attempt": 1,
        "n_wire": 1, "n_bytes": 10, "waited_s": 0.0,
    }  # fmt: skip
    return RequestLine(source=source, outcome=outcome, **{**usual, **more})


def test_totals_count_each_source_for_itself():
    ledger = Ledger()
    for one in (
        line("dblp"),
        line(outcome=Outcome.THROTTLED, status=429, waited_s=0.25),
        line(attempt=2, n_wire=3, n_bytes=5, waited_s=1.0004),
        line(outcome=Outcome.NOT_FOUND, status=404, is_cached=True, n_wire=0, n_bytes=0),
        line(outcome=Outcome.NOT_FOUND, status=404),
        line(outcome=Outcome.UNREACHABLE, status=None, n_bytes=0),
    ):
        ledger.add(one)
    arxiv, dblp = ledger.totals()
    assert arxiv == {
        "source": "arxiv", "requests": 6, "answered": 2, "cached": 1, "retried": 1, "throttled": 1, "failed": 2,
        "unreachable": 1, "bytes": 25, "waited_s": 1.25,
    }  # fmt: skip
    assert (dblp["source"], dblp["requests"], dblp["answered"], dblp["failed"]) == ("dblp", 1, 1, 0)
    assert [one.source for one in ledger.lines] == ["dblp", *["arxiv"] * 5]


def test_rows_are_plain_values():
    ledger = Ledger()
    ledger.add(line(waited_s=0.12345, message="m"))
    (row,) = ledger.to_rows()
    assert (row["at"], row["waited_s"], row["source"], row["message"]) == (
        "2026-11-22T03:00:00+00:00",
        0.123,
        "arxiv",
        "m",
    )


def test_what_goes_smoothly_is_for_those_who_look_closely(caplog):
    ledger = Ledger()
    with caplog.at_level(logging.DEBUG, "enrich.fetch.ledger"):
        ledger.add(line())
        ledger.add(line(is_cached=True))
        ledger.add(line(attempt=2, waited_s=1.24))
        ledger.add(line(outcome=Outcome.THROTTLED, status=429, message="too many requests"))
    assert [(one.levelname, one.message) for one in caplog.records] == [
        ("DEBUG", "arxiv: ok, attempt 1, 10 bytes"),
        ("DEBUG", "arxiv: ok, from the cache"),
        ("WARNING", "arxiv: ok, attempt 2, 10 bytes, 1.2 s waited"),
        ("WARNING", "arxiv: throttled (too many requests), attempt 1, 10 bytes"),
    ]
    assert caplog.records[2].facts == {
        "source": "arxiv", "host": "export.arxiv.org", "request": "k", "status": 200, "outcome": "ok", "attempt": 2,
        "cached": False, "bytes": 10, "waited_s": 1.24,
    }  # fmt: skip
