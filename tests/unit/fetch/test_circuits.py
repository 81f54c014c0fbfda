"""When a source is left alone and when it is asked again, and what a reply says of itself; over real sockets."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from support.services import Answer, Facts, Services, serve

from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.model.request import Outcome, Request

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)
LATER = NOW + timedelta(hours=5)
SECRET = "PLANTED-KEY-0123"


@pytest.fixture(scope="module")
def running():
    with serve(Services(Facts({}))) as made:
        yield made


@pytest.fixture
def services(running):
    running.faults.clear()
    running.asked.clear()
    return running


def access_to(services, name="openalex", **more):
    return Access(name=name, hosts=frozenset({f"127.0.0.1:{services.port}"}), min_interval_s=0, **more)


@pytest.fixture
def new_fetcher(services, tmp_path):
    def make(*accesses, clock=lambda: NOW, **patience):
        return Fetcher(
            accesses or [access_to(services)],
            state_dir=tmp_path,
            user_agent="enrich/test",
            patience=Patience(**{"attempts": 1, **patience}),
            clock=clock,
            sleep=lambda _: None,
        )

    return make


@pytest.fixture
def fetcher(new_fetcher):
    with new_fetcher() as made:
        yield made


def ask(services, path="x", source="openalex", **more):
    return Request(source=source, url=f"http://127.0.0.1:{services.port}/{source}/{path}", **more)


def answer(services, *given, source="openalex"):
    """Answer each request with the next answer, and the last one for ever."""
    left = list(given)
    services.faults[source] = lambda _: left.pop(0) if len(left) > 1 else left[0]


GOOD = Answer(body=b'{"a": 1}')
BAD = Answer(500, b"oops", content_type="text/plain")


def outcomes(fetcher, services, paths):
    return [fetcher.fetch(ask(services, path), not_before=EARLIER).outcome.value for path in paths]


def test_failures_that_answers_part_do_not_close_a_source(fetcher, services):
    answer(services, BAD, GOOD, BAD, Answer(404, b"{}"), BAD, GOOD)
    found = outcomes(fetcher, services, "abcdef")
    assert found == ["server_error", "ok", "server_error", "not_found", "server_error", "ok"]
    assert fetcher.closed_sources() == {}


def test_the_second_failure_in_a_row_closes_a_source_with_its_reply(fetcher, services):
    answer(services, BAD)
    outcomes(fetcher, services, "a")
    assert fetcher.closed_sources() == {}
    outcomes(fetcher, services, "b")
    (closed,) = fetcher.closed_sources().values()
    assert (closed.request.url[-1], closed.outcome, closed.message) == ("b", Outcome.SERVER_ERROR, "HTTP 500")
    skipped = fetcher.fetch(ask(services, "c"), not_before=EARLIER)
    assert (skipped.request.url[-1], skipped.outcome, skipped.message) == ("c", Outcome.SKIPPED, "HTTP 500")
    assert len(services.asked) == 2


def test_throttling_closes_a_source_at_once(fetcher, services):
    answer(services, Answer(429, b"{}"))
    assert outcomes(fetcher, services, "ab") == ["throttled", "skipped"]
    assert len(services.asked) == 1


def test_what_is_kept_is_answered_for_a_closed_source_too(fetcher, services):
    answer(services, GOOD, BAD)
    assert outcomes(fetcher, services, "abc") == ["ok", "server_error", "server_error"]
    assert outcomes(fetcher, services, "ad") == ["ok", "skipped"]


def test_a_source_that_was_closed_is_asked_again_once_it_is_reopened_and_starts_with_a_clean_slate(fetcher, services):
    answer(services, BAD, BAD, BAD, GOOD)
    outcomes(fetcher, services, "ab")
    assert fetcher.reopen("openalex") is True
    assert fetcher.closed_sources() == {}
    assert outcomes(fetcher, services, "cd") == ["server_error", "ok"], "one failure does not close it again"


def test_a_source_that_was_never_closed_can_be_reopened(fetcher, services):
    assert fetcher.reopen("openalex") is True


def test_a_source_that_named_a_time_is_not_reopened(fetcher, services):
    fetcher.open_circuit("openalex", "too many requests", LATER)
    assert fetcher.reopen("openalex") is False
    (closed,) = fetcher.closed_sources().values()
    assert (closed.outcome, closed.message, closed.retry_at) == (Outcome.THROTTLED, "too many requests", LATER)
    assert (closed.request.source, closed.status, closed.content, closed.retrieved_at) == ("openalex", None, b"", NOW)
    assert outcomes(fetcher, services, "a") == ["skipped"]
    assert services.asked == []


def test_an_abandoned_source_says_why_and_can_be_reopened(fetcher, services):
    fetcher.abandon("openalex", "the time is over")
    (closed,) = fetcher.closed_sources().values()
    assert (closed.outcome, closed.message, closed.retry_at) == (Outcome.TIMED_OUT, "the time is over", None)
    assert closed.request.source == "openalex"
    answer(services, GOOD)
    assert fetcher.reopen("openalex")
    assert outcomes(fetcher, services, "a") == ["ok"]


def test_one_closed_source_leaves_the_others_open(new_fetcher, services):
    answer(services, GOOD, source="crossref")
    with new_fetcher(access_to(services), access_to(services, "crossref")) as fetcher:
        fetcher.open_circuit("openalex", "too many requests", LATER)
        assert list(fetcher.closed_sources()) == ["openalex"]
        replies = fetcher.fetch_all([ask(services), ask(services, source="crossref")], not_before=EARLIER)
    assert [reply.outcome for reply in replies] == [Outcome.SKIPPED, Outcome.OK]


def test_replies_that_cannot_be_read_are_forgotten_and_the_second_closes_the_source(fetcher, services):
    answer(services, GOOD)
    first = fetcher.fetch(ask(services, "a"), not_before=EARLIER)
    fetcher.discard(first)
    assert fetcher.find_kept(ask(services, "a")) is None
    assert fetcher.closed_sources() == {}
    second = fetcher.fetch(ask(services, "b"), not_before=EARLIER)
    fetcher.discard(second)
    assert fetcher.closed_sources() == {"openalex": second}
    assert outcomes(fetcher, services, "a") == ["skipped"]


def test_discarding_one_reply_keeps_the_others(fetcher, services):
    answer(services, GOOD)
    replies = [fetcher.fetch(ask(services, path), not_before=EARLIER) for path in "ab"]
    fetcher.discard(replies[0])
    assert fetcher.find_kept(ask(services, "b")).content == replies[1].content
    body = ask(services, "c", method="POST", json_body='{"ids": [1]}')
    fetcher.discard(fetcher.fetch(body, not_before=EARLIER))
    assert fetcher.find_kept(body) is None


def test_leaving_a_source_is_logged_with_its_reason_and_time(fetcher, services, caplog):
    caplog.set_level(logging.INFO, "enrich.fetch.fetcher")
    fetcher.open_circuit("openalex", "too many requests", LATER)
    (record,) = [one for one in caplog.records if one.name == "enrich.fetch.fetcher"]
    assert record.getMessage() == "openalex is left alone until 2026-11-22 08:00 UTC: too many requests"
    assert record.facts == {"source": "openalex", "outcome": Outcome.THROTTLED, "until": LATER.isoformat()}
    assert fetcher.reopen("openalex") is False


def test_leaving_a_source_that_named_no_time_says_none(fetcher, services, caplog):
    caplog.set_level(logging.INFO, "enrich.fetch.fetcher")
    answer(services, BAD)
    outcomes(fetcher, services, "ab")
    (record,) = [one for one in caplog.records if "left alone" in one.getMessage()]
    assert record.getMessage() == "openalex is left alone: HTTP 500"
    assert record.facts["until"] is None


def test_a_reply_says_where_it_came_from_when_and_how(fetcher, services):
    answer(services, Answer(body=b'{"a": 1}', headers={"X-RateLimit-Remaining": "7", "X-Other": "no"}))
    request = ask(services, "a", params=(("q", "two words"),))
    reply = fetcher.fetch(request, not_before=EARLIER)
    assert reply.request is request
    assert (reply.outcome, reply.status, reply.content, reply.message) == (Outcome.OK, 200, b'{"a": 1}', "")
    assert (reply.retrieved_at, reply.retry_at, reply.is_cached) == (NOW, None, False)
    assert reply.url == f"{request.url}?q=two+words"
    assert reply.headers["x-ratelimit-remaining"] == "7"
    assert "x-other" not in reply.headers
    kept = fetcher.find_kept(request)
    assert (kept.outcome, kept.status, kept.content, kept.url) == (Outcome.OK, 200, b'{"a": 1}', reply.url)
    assert (kept.is_cached, kept.retrieved_at) == (True, NOW)
    assert kept.headers["x-ratelimit-remaining"] == "7"


def test_a_kept_reply_is_as_old_as_its_bytes(new_fetcher, services):
    moments = [NOW]
    answer(services, GOOD)
    with new_fetcher(clock=lambda: moments[-1]) as fetcher:
        fetcher.fetch(ask(services), not_before=EARLIER)
        moments.append(NOW + timedelta(hours=2))
        again = fetcher.fetch(ask(services), not_before=EARLIER)
        at_the_bound = fetcher.fetch(ask(services), not_before=NOW)
        beyond = fetcher.fetch(ask(services), not_before=NOW + timedelta(seconds=1))
    assert (again.retrieved_at, again.is_cached) == (NOW, True)
    assert (at_the_bound.is_cached, beyond.is_cached) == (True, False)
    assert beyond.retrieved_at == moments[-1]


@pytest.mark.parametrize(("ahead", "is_cached"), [(60, True), (61, False)])
def test_a_kept_reply_may_be_an_hour_ahead_of_the_clock(new_fetcher, services, ahead, is_cached):
    moments = [NOW + timedelta(minutes=ahead)]
    answer(services, GOOD)
    with new_fetcher(clock=lambda: moments[-1]) as fetcher:
        fetcher.fetch(ask(services), not_before=EARLIER)
        moments.append(NOW)
        assert fetcher.fetch(ask(services), not_before=EARLIER).is_cached is is_cached


def test_a_time_that_a_service_names_stands_in_the_reply(fetcher, services):
    answer(services, Answer(503, b"", {"Retry-After": "90"}))
    reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert (reply.outcome, reply.status, reply.message) == (Outcome.SERVER_ERROR, 503, "HTTP 503")
    assert reply.retry_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("value", [SECRET, f"Bearer {SECRET}"])
def test_a_key_that_a_service_repeats_is_in_no_reply_message_or_file(new_fetcher, services, tmp_path, value):
    body = f'{{"error": "no such key: {SECRET}!", "again": "{SECRET}"}}'.encode()
    answer(services, Answer(403, body, {"Link": f"</x?key={SECRET}>"}), Answer(body=body, headers={"ETag": SECRET}))
    with new_fetcher(access_to(services, secret_headers={"Authorization": value, "X-Empty": ""})) as fetcher:
        refused = fetcher.fetch(ask(services, "a"), not_before=EARLIER)
        taken = fetcher.fetch(ask(services, "b"), not_before=EARLIER)
        told = str(fetcher.ledger.to_rows())
    assert services.asked[0].headers["authorization"] == value
    assert refused.message == "HTTP 403: no such key: redacted!"
    assert refused.headers["link"] == "</x?key=redacted>"
    assert taken.content == b'{"error": "no such key: redacted!", "again": "redacted"}'
    assert taken.headers["etag"] == "redacted"
    assert SECRET not in told
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_words_too_short_for_a_key_stay_in_what_a_service_says(new_fetcher, services):
    answer(services, Answer(body=b'{"kind": "token1!", "key": "token12!"}'))
    headers = {"A": "token1!", "B": "token12!"}
    with new_fetcher(access_to(services, secret_headers=headers)) as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert reply.content == b'{"kind": "token1!", "key": "redacted"}'


def test_the_secrets_of_a_source_are_named_once_each_and_are_not_shown(services):
    access = access_to(services, secret_headers={"A": f"Bearer {SECRET}", "B": SECRET, "C": ""})
    assert access.secrets == (SECRET,)
    assert SECRET not in repr(access)


def test_what_is_asked_is_sent_as_it_was_given(fetcher, services):
    answer(services, GOOD)
    request = ask(
        services, "a", method="POST", json_body='{"ids": ["ä"]}', accept="application/json", headers=(("X-Own", "1"),)
    )
    fetcher.fetch(request, not_before=EARLIER)
    (asked,) = services.asked
    assert (asked.method, asked.body) == ("POST", '{"ids": ["ä"]}'.encode())
    assert (asked.headers["accept"], asked.headers["content-type"]) == ("application/json", "application/json")
    assert (asked.headers["x-own"], asked.headers["user-agent"]) == ("1", "enrich/test")
    assert asked.headers["accept-encoding"] == "gzip, deflate"
    assert "cache-control" not in asked.headers


def test_a_host_that_the_user_names_is_admitted_and_takes_the_place_of_the_one_before(fetcher, services):
    answer(services, GOOD, source="crossref")
    fetcher.admit(access_to(services, "crossref"))
    fetcher.abandon("crossref", "gone")
    fetcher.admit(access_to(services, "crossref"))
    assert "crossref" in fetcher.closed_sources(), "the same access keeps its state"
    fetcher.admit(access_to(services, "crossref", secret_headers={"X-Own": "1"}))
    assert fetcher.closed_sources() == {}
    assert fetcher.fetch(ask(services, source="crossref"), not_before=EARLIER).outcome is Outcome.OK
    assert services.asked[0].headers["x-own"] == "1"


def test_every_reply_is_told_of_and_an_error_in_the_telling_comes_out(new_fetcher, services):
    answer(services, GOOD)
    answer(services, GOOD, source="crossref")
    requests = [ask(services, "a"), ask(services, source="crossref"), ask(services, "b")]
    with new_fetcher(access_to(services), access_to(services, "crossref")) as fetcher:
        told = []
        replies = fetcher.fetch_all(requests, not_before=EARLIER, on_reply=told.append)
        assert [reply.request for reply in replies] == requests
        assert sorted(reply.request.url for reply in told) == sorted(one.url for one in requests)
        assert fetcher.fetch_all([], not_before=EARLIER) == []

        def fail(_):
            raise LookupError("no place for it")

        with pytest.raises(LookupError, match="no place for it"):
            fetcher.fetch_all(requests, not_before=EARLIER, on_reply=fail)


def test_the_ledger_has_a_line_for_what_was_asked_kept_and_impossible(fetcher, services):
    answer(services, GOOD)
    for request in (ask(services), ask(services), Request(source="openalex", url="http://[bad")):
        fetcher.fetch(request, not_before=EARLIER)
    asked, kept, impossible = fetcher.ledger.lines
    assert (asked.at, asked.source, asked.host) == (NOW, "openalex", f"127.0.0.1:{services.port}")
    assert (asked.key, asked.status, asked.outcome, asked.is_cached) == (ask(services).key, 200, Outcome.OK, False)
    assert (asked.attempt, asked.n_wire, asked.n_bytes, asked.message) == (1, 1, 8, "")
    assert (kept.key, kept.is_cached, kept.attempt, kept.n_wire, kept.n_bytes, kept.waited_s) == (
        asked.key, True, 1, 0, 0, 0,
    )  # fmt: skip
    assert (impossible.outcome, impossible.message) == (Outcome.BROKEN, "no address that can be asked")
    assert (impossible.status, impossible.n_wire, impossible.attempt) == (None, 0, 1)
