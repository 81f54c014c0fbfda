"""Clocks that are wrong: instants are compared as instants, and one that has not come is believed for a day at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from support.command import run_enrich

from enrich.fetch.outcomes import parse_retry_at
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Record
from enrich.store.journal import RunLine
from enrich.store.store import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DAY = timedelta(days=1)
EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


@pytest.mark.parametrize(
    ("headers", "body", "until"),
    [
        ({"retry-after": "7"}, b"", NOW + timedelta(seconds=7)),
        ({"retry-after": "9" * 40}, b"", NOW + DAY),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -1200"}, b"", NOW + DAY),
        ({"retry-after": "Sun, 22 Nov 2026 04:00:00 -0000"}, b"", NOW + timedelta(hours=1)),
        ({"retry-after": "Sun, 22 Nov 2026 09:30:00 +0530"}, b"", NOW + timedelta(hours=1)),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"", None),
        ({"retry-after": "0"}, b"", None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}, b"", NOW + DAY),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}, b"", NOW + timedelta(seconds=60)),
        ({}, b'{"details": {"resetTime": "2026-11-22T09:30:00+05:30"}}', NOW + timedelta(hours=1)),
        ({}, b'{"details": {"resetTime": "9999-12-31T23:59:59-12:00"}}', NOW + DAY),
        ({}, b'{"details": {"resetTime": "0001-01-01T00:00:00+14:00"}}', None),
    ],
)
def test_a_wait_is_an_instant_in_utc_and_a_day_at_most(headers, body, until):
    found = parse_retry_at(headers, body, now=NOW)
    assert found == until
    assert found is None or found.tzinfo is UTC


def test_circuits_are_compared_as_instants_and_believed_for_a_day(store):
    with store.transaction():
        store.put_circuit("arxiv", (NOW + timedelta(hours=1)).astimezone(EAST), "east")
        store.put_circuit("crossref", (NOW - timedelta(hours=1)).astimezone(EAST), "over")
        store.put_circuit("dblp", NOW + 400 * DAY, "a clock that was wrong")
    assert store.circuits(NOW) == {"arxiv": (NOW + timedelta(hours=1), "east")}
    assert store.forget_circuits(["arxiv", "openalex"]) == ["arxiv"]
    assert store.forget_circuits() == ["crossref", "dblp"]
    assert store.circuits(NOW) == {}


def test_what_a_clock_that_was_ahead_has_dated_is_stale(store):
    ahead = NOW + 700 * DAY
    one, other = (Identifier(Scheme.ARXIV, f"2001.0000{number}") for number in (1, 2))
    with store.transaction():
        store.put_records([Record(source="arxiv", identifiers=(one,), retrieved_at=ahead, title="A")])
        store.put_records([Record(source="arxiv", identifiers=(other,), retrieved_at=NOW - DAY, title="B")])
        store.put_questions([("arxiv", str(one))], ahead)
        store.put_missed("arxiv", [one], ahead)
        store.put_published("out", ["arxiv:2001.00001"], ahead)
        store.journal.begin(RunLine(run="r", started_at=ahead))
    assert store.is_ahead(NOW)
    with store.transaction():
        store.mend_moments(NOW, NOW - 180 * DAY)
    assert not store.is_ahead(NOW)
    found = store.find_records([one, other])
    assert [found[str(name)][0].retrieved_at for name in (one, other)] == [NOW - 180 * DAY, NOW - DAY]
    assert store.questions_since(NOW - 999 * DAY) == {}
    assert (store.missed(), store.published()) == (
        {("arxiv", str(one)): NOW},
        {"arxiv:2001.00001": NOW},
    )
    with store.transaction():
        store.put_records([Record(source="arxiv", identifiers=(one,), retrieved_at=NOW, title="C")])
    assert store.find_records([one])[str(one)][0].title == "C"


@pytest.mark.thorough
def test_status_shows_who_is_left_alone_and_a_command_forgets_it(tmp_path):
    (tmp_path / "state").mkdir()
    with Store(tmp_path / "state" / "store.sqlite") as opened, opened.transaction():
        opened.put_circuit("openalex", NOW + timedelta(hours=2), "too many requests")
        opened.put_circuit("arxiv", NOW + timedelta(hours=3), "too many requests")
    variables = {"ENRICH_STATE_DIR": str(tmp_path / "state"), "ENRICH_NOW": NOW.isoformat()}

    def enrich(*words):
        return run_enrich(words, variables, tmp_path)

    assert "  openalex: until 2026-11-22 05:00 UTC, too many requests\n" in enrich("status").stdout
    assert enrich("store", "forget-circuits", "openalx").stderr == (
        "enrich: no source 'openalx'; did you mean openalex?\n"
    )
    assert enrich("store", "forget-circuits").stdout == "forgotten: arxiv, openalex\n"
