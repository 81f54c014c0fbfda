"""Politeness, caching and hostile replies, over real sockets."""

from __future__ import annotations

import gzip
import json
import sqlite3
import threading
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
from support.services import Answer, Facts, Services, serve

from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.model.request import Outcome, Request

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)
FEED = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>x</id></entry></feed>'


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = NOW
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def new_fetcher(services, clock, tmp_path):
    def make(*, secrets=None, interval=0.0, user_agent="enrich/test", **patience):
        host = f"127.0.0.1:{services.port}"
        access = Access(name="openalex", hosts=frozenset({host}), min_interval_s=interval, secret_headers=secrets or {})
        kind = Patience(**{"backoff_s": 1.0, **patience})
        return Fetcher(
            [access], state_dir=tmp_path, user_agent=user_agent, patience=kind, clock=clock, sleep=clock.sleep
        )

    return make


def ask(services, path="/openalex/works", **more):
    return Request(source="openalex", url=f"http://127.0.0.1:{services.port}{path}", **more)


def answers(services, *given):
    """Answer each request with the next answer, and the last one for ever."""
    left = list(given)
    services.faults["openalex"] = lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_reply_is_kept_and_used_until_it_is_too_old(services, new_fetcher, clock):
    answers(services, Answer(body=b'{"a": 1}'))
    with new_fetcher() as fetcher:
        first = fetcher.fetch(ask(services), not_before=EARLIER)
        again = fetcher.fetch(ask(services), not_before=EARLIER)
        assert (first.is_cached, again.is_cached) == (False, True)
        assert again.retrieved_at == first.retrieved_at == NOW
        clock.now += timedelta(days=2)
        later = fetcher.fetch(ask(services), not_before=clock.now - timedelta(days=1))
        assert not later.is_cached
    assert len(services.asked) == 2


def test_a_kept_reply_with_a_validator_is_asked_for_conditionally(services, new_fetcher, clock):
    def fault(asked):
        if asked.headers.get("if-none-match") == '"v1"':
            return Answer(304, headers={"ETag": '"v1"'})
        return Answer(body=b'{"a": 1}', headers={"ETag": '"v1"'})

    services.faults["openalex"] = fault
    with new_fetcher() as fetcher:
        fetcher.fetch(ask(services), not_before=EARLIER)
        clock.now += timedelta(days=2)
        reply = fetcher.fetch(ask(services), not_before=clock.now)
    assert (reply.outcome, reply.content, reply.retrieved_at) == (Outcome.OK, b'{"a": 1}', clock.now)
    assert services.asked[1].headers["if-none-match"] == '"v1"'


@pytest.mark.parametrize(
    ("body", "accept", "content_type"),
    [
        (b"<!doctype html><html>hello</html>", "application/json", "application/json"),
        (b"<html><title>Making sure you're not a bot!</title></html>", "text/html", "text/html"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "application/atom+xml", "application/atom+xml"),
        (FEED[:-10], "application/atom+xml", "application/atom+xml"),
        (b'{"cut": ', "application/json", "application/json"),
        (b"", "text/plain", "text/plain"),
    ],
)
def test_what_is_no_answer_is_never_kept(services, new_fetcher, body, accept, content_type):
    answers(services, Answer(body=body, content_type=content_type))
    with new_fetcher(attempts=1) as fetcher:
        fetcher.fetch(ask(services, accept=accept), not_before=EARLIER)
        reply = fetcher.fetch(ask(services, accept=accept), not_before=EARLIER)
    assert not reply.is_cached
    assert len(services.asked) == 2


def test_retry_after_is_honoured_to_the_second(services, new_fetcher, clock):
    answers(services, Answer(429, b"Rate exceeded.", {"Retry-After": "7"}), Answer(body=b"{}"))
    with new_fetcher() as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
        (totals,) = fetcher.ledger.totals()
    assert reply.outcome is Outcome.OK
    assert clock.slept == [7]
    assert (totals["requests"], totals["retried"], totals["throttled"], round(totals["waited_s"])) == (2, 1, 1, 7)


def test_a_wait_of_hours_is_not_waited_and_the_source_is_left(services, new_fetcher, clock):
    answers(services, Answer(429, b'{"error": "Rate limit exceeded"}', {"Retry-After": "53578"}))
    with new_fetcher() as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
        next_reply = fetcher.fetch(ask(services, "/openalex/other"), not_before=EARLIER)
        assert fetcher.closed_sources()["openalex"].retry_at == NOW + timedelta(seconds=53578)
    assert (reply.outcome, next_reply.outcome, clock.slept) == (Outcome.THROTTLED, Outcome.SKIPPED, [])
    assert len(services.asked) == 1


def test_plain_429_without_retry_after_is_tried_again_a_few_times(services, new_fetcher, clock):
    answers(services, Answer(429, b"Rate exceeded.", content_type="text/plain"))
    with new_fetcher() as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert (reply.outcome, clock.slept, len(services.asked)) == (Outcome.THROTTLED, [1, 3], 3)


@pytest.mark.parametrize("after", ["Fri, 31 Dec 9999 23:59:59 -1200", "99999999999", "9" * 40])
def test_a_wait_beyond_all_calendars_leaves_the_source(services, new_fetcher, clock, after):
    answers(services, Answer(429, b"", {"Retry-After": after}), Answer(429, b"", {"Retry-After": "99999"}))
    with new_fetcher() as fetcher:
        assert fetcher.fetch(ask(services), not_before=EARLIER).outcome is Outcome.THROTTLED
    assert sum(clock.slept) <= 60


def test_reset_time_of_openreview_counts_as_retry_after(services, new_fetcher):
    body = {"name": "RateLimitError", "status": 429, "details": {"resetTime": "2026-11-22T03:00:30.000Z"}}
    answers(services, Answer(429, json.dumps(body).encode()), Answer(body=b"{}"))
    with new_fetcher() as fetcher:
        assert fetcher.fetch(ask(services), not_before=EARLIER).outcome is Outcome.OK


def test_a_challenge_is_an_outcome_and_not_tried_again(services, new_fetcher, clock):
    answers(services, Answer(403, b'{"name":"ChallengeRequiredError","status":403,"details":{}}'))
    with new_fetcher() as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert (reply.outcome, clock.slept) == (Outcome.CHALLENGED, [])


def test_nothing_but_500s_closes_the_source_after_two_questions(services, new_fetcher):
    answers(services, Answer(500, b"oops", content_type="text/plain"))
    with new_fetcher(attempts=2) as fetcher:
        outcomes = [fetcher.fetch(ask(services, f"/openalex/{n}"), not_before=EARLIER).outcome for n in range(4)]
    assert outcomes == [Outcome.SERVER_ERROR, Outcome.SERVER_ERROR, Outcome.SKIPPED, Outcome.SKIPPED]
    assert len(services.asked) == 3, "two attempts at the first question, one at the second"


def test_an_unreachable_host_is_dropped_within_three_seconds(clock, tmp_path):
    access = Access(name="openalex", hosts=frozenset({"127.0.0.1:9"}), min_interval_s=0)
    started = time.monotonic()
    with Fetcher([access], state_dir=tmp_path, user_agent="x", clock=clock, sleep=clock.sleep) as fetcher:
        request = Request(source="openalex", url="http://127.0.0.1:9/")
        outcomes = [fetcher.fetch(request, not_before=EARLIER).outcome for _ in range(3)]
    assert outcomes == [Outcome.UNREACHABLE, Outcome.SKIPPED, Outcome.SKIPPED]
    assert time.monotonic() - started < 3


def test_an_address_that_no_source_owns_is_never_asked(services, new_fetcher):
    with new_fetcher() as fetcher, serve(Services(Facts({}))) as stranger:
        request = Request(source="openalex", url=f"http://127.0.0.1:{stranger.port}/openalex")
        assert fetcher.fetch(request, not_before=EARLIER).outcome is Outcome.REFUSED
        assert stranger.asked == []


def test_a_redirect_to_a_host_of_others_is_refused(services, new_fetcher):
    with serve(Services(Facts({}))) as stranger:
        answers(services, Answer(302, headers={"Location": f"http://127.0.0.1:{stranger.port}/x"}))
        with new_fetcher() as fetcher:
            reply = fetcher.fetch(ask(services), not_before=EARLIER)
        assert stranger.asked == []
    assert reply.outcome is Outcome.REFUSED
    assert "no host of this source" in reply.message


def test_a_redirect_loop_ends_after_five_hops(services, new_fetcher):
    answers(services, Answer(302, headers={"Location": "/openalex/again"}))
    with new_fetcher() as fetcher:
        assert fetcher.fetch(ask(services), not_before=EARLIER).outcome is Outcome.REFUSED
    assert len(services.asked) == 6


def test_an_endless_body_is_cut_off_at_the_limit(services, new_fetcher):
    def endless(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        try:
            while True:
                handler.wfile.write(b" " * 65536)
        except OSError:
            pass

    answers(services, Answer(write=endless))
    with new_fetcher(max_bytes=1 << 20) as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert (reply.outcome, reply.message) == (Outcome.REFUSED, "the reply is larger than 1 MiB")


def test_a_compressed_bomb_is_cut_off_at_the_limit(services, new_fetcher):
    bomb = gzip.compress(b" " * (8 << 20))
    answers(services, Answer(body=bomb, headers={"Content-Encoding": "gzip"}))
    with new_fetcher(max_bytes=1 << 20) as fetcher:
        assert fetcher.fetch(ask(services), not_before=EARLIER).message == "the reply is larger than 1 MiB"


@pytest.mark.parametrize("fault", ["truncated gzip", "wrong length", "reset"])
def test_a_broken_transfer_is_tried_again(services, new_fetcher, fault):
    packed = gzip.compress(b'{"a": 1}')

    def write(handler):
        if fault == "wrong length":
            handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a"')
        else:
            handler.connection.close()

    broken = {
        "truncated gzip": Answer(body=packed[:-6], headers={"Content-Encoding": "gzip"}),
        "wrong length": Answer(write=write),
        "reset": Answer(write=write),
    }[fault]
    answers(services, broken, Answer(body=packed, headers={"Content-Encoding": "gzip"}))
    with new_fetcher() as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert (reply.outcome, reply.content) == (Outcome.OK, b'{"a": 1}')


def test_a_silent_service_times_out(services, new_fetcher):
    answers(services, Answer(write=lambda _: time.sleep(0.5)))
    with new_fetcher(read_timeout_s=0.1, attempts=1) as fetcher:
        assert fetcher.fetch(ask(services), not_before=EARLIER).outcome is Outcome.TIMED_OUT


def test_secrets_go_over_the_wire_and_nowhere_else(services, new_fetcher, tmp_path):
    answers(
        services,
        Answer(body=b'{"authorids": ["some.body@example.org", "~Some_Body1"]}', headers={"Set-Cookie": "sid=CRUMB"}),
    )
    with new_fetcher(secrets={"x-api-key": "PLANTED-KEY"}, user_agent="enrich (mailto:me@example.net)") as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
        lines = str(fetcher.ledger.to_rows())
    assert services.asked[0].headers["x-api-key"] == "PLANTED-KEY"
    assert services.asked[0].headers["user-agent"] == "enrich (mailto:me@example.net)"
    assert b"example.org" not in reply.content
    everything = lines.encode() + b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    cached = sqlite3.connect(tmp_path / "replies.sqlite").execute("SELECT value FROM responses").fetchall()
    assert len(cached) == 1
    for secret in (b"PLANTED-KEY", b"me@example.net", b"some.body@example.org", b"CRUMB"):
        assert secret not in everything


def test_starts_of_requests_keep_their_distance_across_fetchers(services, new_fetcher):
    answers(services, Answer(body=b"{}"))
    for number in range(2):
        with new_fetcher(interval=0.2) as fetcher:
            for part in range(2):
                fetcher.fetch(ask(services, f"/openalex/{number}{part}"), not_before=EARLIER)
    times = [one.at for one in services.asked]
    assert times[-1] - times[0] >= 0.5  # three intervals; the first arrival is late by a connection's set-up


def test_a_damaged_cache_is_moved_aside_with_one_line(services, new_fetcher, tmp_path):
    (tmp_path / "replies.sqlite").write_bytes(b"this is no database" * 100)
    answers(services, Answer(body=b"{}"))
    with new_fetcher() as fetcher:
        assert fetcher.fetch(ask(services), not_before=EARLIER).outcome is Outcome.OK
        (warning,) = fetcher.warnings
    assert "is damaged; moved to replies.sqlite.damaged-1" in warning
    assert (tmp_path / "replies.sqlite.damaged-1").is_file()


def test_a_foreign_database_is_no_cache(tmp_path, services, new_fetcher):
    with sqlite3.connect(tmp_path / "replies.sqlite") as database:
        database.execute("CREATE TABLE shopping (item)")
    database.close()
    with new_fetcher() as fetcher:
        assert "is not a cache of enrich" in fetcher.warnings[0]


def test_sources_are_asked_side_by_side_and_replies_keep_their_order(services, tmp_path):
    services.faults["openalex"] = services.faults["crossref"] = lambda _: (time.sleep(0.2), Answer(body=b"{}"))[1]
    hosts = frozenset({f"127.0.0.1:{services.port}"})
    accesses = [Access(name=name, hosts=hosts, min_interval_s=0) for name in ("openalex", "crossref")]
    base = f"http://127.0.0.1:{services.port}"
    requests = [Request(source=name, url=f"{base}/{name}") for name in ("crossref", "openalex")]
    with Fetcher(accesses, state_dir=tmp_path, user_agent="x") as fetcher:
        replies = fetcher.fetch_all(requests, not_before=EARLIER)
    assert [reply.request.source for reply in replies] == ["crossref", "openalex"]
    assert abs(services.asked[0].at - services.asked[1].at) < 0.15


def test_a_reply_from_a_time_that_has_not_come_is_asked_for_again(services, new_fetcher, clock):
    answers(services, Answer(body=b'{"a": 1}'))
    clock.now += timedelta(days=400)
    with new_fetcher() as fetcher:
        fetcher.fetch(ask(services), not_before=EARLIER)
    clock.now = NOW
    with new_fetcher() as fetcher:
        assert not fetcher.fetch(ask(services), not_before=EARLIER).is_cached
        assert fetcher.fetch(ask(services), not_before=EARLIER).is_cached


def test_turns_of_a_clock_that_was_ahead_are_forgotten(services, new_fetcher, tmp_path):
    answers(services, Answer(body=b"{}"))
    with new_fetcher(interval=0.1) as fetcher:
        fetcher.fetch(ask(services), not_before=EARLIER)
    with closing(sqlite3.connect(tmp_path / "limits.sqlite")) as database:
        (table,) = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchone()
        ahead = round((time.time() + 3600) * 1000)
        database.execute(f"INSERT INTO '{table}' VALUES ('x', ?)", (ahead,))
        database.commit()
    started = time.monotonic()
    with new_fetcher(interval=0.1) as fetcher:
        fetcher.fetch(ask(services, "/openalex/more"), not_before=EARLIER)
    assert time.monotonic() - started < 5


def test_an_address_that_a_service_gave_and_that_is_none_is_an_outcome(new_fetcher):
    with new_fetcher() as fetcher:
        for url in ("http://[bad", "http://127.0.0.1:99999/x", "http://a\u2100b/", "nothing", "http://"):
            reply = fetcher.fetch(Request(source="openalex", url=url), not_before=EARLIER)
            assert reply.outcome in (Outcome.BROKEN, Outcome.UNREACHABLE, Outcome.REFUSED, Outcome.SKIPPED)
            assert fetcher.find_kept(Request(source="openalex", url=url)) is None


def test_the_deadline_holds_for_all_attempts_together(services, new_fetcher, clock):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            while True:
                handler.wfile.write(b" ")
                time.sleep(0.02)

    answers(services, Answer(write=drip))
    started = time.monotonic()
    with new_fetcher(exchange_deadline_s=0.3, attempts=3) as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert (reply.outcome, reply.message) == (Outcome.TIMED_OUT, "no end of the answer within 0.3 s")
    assert time.monotonic() - started < 2
    assert len(services.asked) == 1


def test_two_fetchers_that_ask_the_same_at_once_ask_once(services, new_fetcher):
    services.faults["openalex"] = lambda _: (time.sleep(0.3), Answer(body=b"{}"))[1]
    replies = []

    def fetch():
        with new_fetcher() as fetcher:
            replies.append(fetcher.fetch(ask(services), not_before=EARLIER))

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.outcome for reply in replies] == [Outcome.OK] * 4
    assert len(services.asked) == 1


def test_interrupted_threads_ask_no_more(services, new_fetcher):
    with new_fetcher() as fetcher:
        fetcher.abandon("openalex", "interrupted")
        assert fetcher.fetch(ask(services), not_before=EARLIER).outcome is Outcome.SKIPPED
    assert services.asked == []
