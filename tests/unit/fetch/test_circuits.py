"""When a source is left alone and when it is asked again, and what a reply says of itself; over real sockets."""

from __future__ import annotations

import errno
import itertools
import logging
import sqlite3
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, ContentDecodingError, ReadTimeout, SSLError, TooManyRedirects
from support.services import Answer

from enrich.errors import OutputError
from enrich.fetch import fetcher as fetcher_module
from enrich.fetch.exchange import DeadlineError, ReplyTooLargeError
from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.fetch.wire import ForeignRedirectError
from enrich.model.request import Outcome, Request

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)
LATER = NOW + timedelta(hours=5)
SECRET = "PLANTED-KEY-0123"


@pytest.fixture
def services(running):
    running.faults.clear()
    running.asked.clear()
    return running


def access_to(services, name="openalex", **more):
    return Access(name=name, hosts=frozenset({f"127.0.0.1:{services.port}"}), min_interval_s=0, **more)


@pytest.fixture
def new_fetcher(services, tmp_path):
    def make(*accesses, clock=lambda: NOW, sleep=lambda _: None, **patience):
        return Fetcher(
            accesses or [access_to(services)],
            state_dir=tmp_path,
            user_agent="enrich/test",
            patience=Patience(**{"attempts": 1, **patience}),
            clock=clock,
            sleep=sleep,
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


def test_a_reply_is_of_the_moment_when_its_bytes_came(new_fetcher, services):
    moments = itertools.count()
    answer(services, GOOD)
    with new_fetcher(clock=lambda: NOW + timedelta(seconds=next(moments))) as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
    assert reply.retrieved_at == datetime.fromisoformat(reply.headers["x-enrich-received-at"])


def test_what_the_service_says_is_unchanged_is_of_the_moment_when_it_said_so(new_fetcher, services):
    moments = [NOW]
    answer(services, Answer(body=b"{}", headers={"ETag": "1"}), Answer(304, headers={"ETag": "1"}))
    with new_fetcher(clock=lambda: moments[-1]) as fetcher:
        fetcher.fetch(ask(services), not_before=EARLIER)
        moments.append(NOW + timedelta(days=2))
        reply = fetcher.fetch(ask(services), not_before=moments[-1])
        kept = fetcher.find_kept(ask(services))
    assert (reply.content, reply.retrieved_at, reply.is_cached) == (b"{}", moments[-1], False)
    assert (kept.content, kept.is_cached) == (b"{}", True)


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


@pytest.mark.parametrize("url", ["http://[bad", "nothing"])
def test_an_address_that_cannot_be_asked_is_logged_without_it(fetcher, caplog, url):
    caplog.set_level(logging.DEBUG, "enrich.fetch.fetcher")
    reply = fetcher.fetch(Request(source="openalex", url=url), not_before=EARLIER)
    assert (reply.outcome, reply.message) == (Outcome.BROKEN, "no address that can be asked")
    (record,) = [one for one in caplog.records if one.name == "enrich.fetch.fetcher"]
    assert record.getMessage() in {"no request: InvalidURL", "no request: MissingSchema"}


ERRORS = [
    (DeadlineError("x"), Outcome.TIMED_OUT, "no end of the answer within 1.5 s"),
    (ForeignRedirectError("a redirect to b"), Outcome.REFUSED, "a redirect to b"),
    (TooManyRedirects("x"), Outcome.REFUSED, "more than 5 redirects"),
    (ReplyTooLargeError("larger than"), Outcome.REFUSED, "larger than"),
    (SSLError("x"), Outcome.UNREACHABLE, "no secure connection to a.example:81"),
    (ConnectTimeout("x"), Outcome.UNREACHABLE, "a.example:81 cannot be reached"),
    (ReadTimeout("x"), Outcome.TIMED_OUT, "no answer in time"),
    (RequestsConnectionError("x"), Outcome.BROKEN, "the connection broke off"),
    (ContentDecodingError("x"), Outcome.BROKEN, "the reply cannot be read (ContentDecodingError)"),
    (RecursionError("x"), Outcome.BROKEN, "the reply cannot be read (RecursionError)"),
]


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: type(row[0]).__name__)
def test_an_error_of_an_exchange_is_an_outcome_and_one_line(new_fetcher, services, monkeypatch, row):
    error, outcome, message = row

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(HTTPAdapter, "send", fail)
    request = Request(source="openalex", url=f"http://127.0.0.1:{services.port}/openalex/x")
    with new_fetcher(exchange_deadline_s=1.5) as fetcher:
        reply = fetcher.fetch(request, not_before=EARLIER)
        (line,) = fetcher.ledger.lines
    assert (reply.outcome, reply.message) == (outcome, message.replace("a.example:81", f"127.0.0.1:{services.port}"))
    assert (reply.status, reply.content, reply.retrieved_at, reply.request) == (None, b"", NOW, request)
    assert (line.outcome, line.message, line.n_wire, line.n_bytes) == (outcome, reply.message, 0, 0)


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOSPC, "No space left on device")])
def test_what_this_machine_lacks_is_no_fault_of_the_service(fetcher, services, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(HTTPAdapter, "send", fail)
    with pytest.raises(type(error)):
        fetcher.fetch(ask(services), not_before=EARLIER)
    assert fetcher.closed_sources() == {}


def test_a_state_that_cannot_be_written_is_an_error_with_what_to_do(fetcher, services, monkeypatch, tmp_path):
    def fail(*_, **__):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(HTTPAdapter, "send", fail)
    with pytest.raises(OutputError) as refused:
        fetcher.fetch(ask(services), not_before=EARLIER)
    line = f"{tmp_path}: cannot be written: disk I/O error; make room there, or set state_dir"
    assert str(refused.value) == line


def use_proxy(monkeypatch, proxy):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy) if proxy else monkeypatch.delenv(name, raising=False)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_host_that_only_the_proxy_reaches_is_asked_through_it(new_fetcher, services, monkeypatch, scheme):
    use_proxy(monkeypatch, f"{scheme}127.0.0.1:{services.port}")
    access = Access(name="openalex", hosts=frozenset({"a.example"}), min_interval_s=0)
    with new_fetcher(access) as fetcher:
        reply = fetcher.fetch(Request(source="openalex", url="http://a.example/x"), not_before=EARLIER)
    assert [asked.path for asked in services.asked] == ["http://a.example/x"]
    assert reply.outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("url", "proxy", "tried"),
    [
        ("http://a.example/x", None, ("a.example", 80)),
        ("https://a.example/x", None, ("a.example", 443)),
        ("https://a.example:81/x", None, ("a.example", 81)),
        ("https://a.example/x", "http://p.example:82", ("p.example", 82)),
        ("https://a.example/x", "p.example", ("p.example", 80)),
        ("https://a.example/x", "http://p.example:port", None),
    ],
)
def test_a_host_is_tried_before_it_is_asked(new_fetcher, monkeypatch, url, proxy, tried):
    use_proxy(monkeypatch, proxy)
    seen = []

    def refuse(address, timeout):
        seen.append((address, timeout))
        raise OSError

    monkeypatch.setattr(fetcher_module.socket, "create_connection", refuse)
    host = url.split("/")[2]
    with new_fetcher(
        Access(name="openalex", hosts=frozenset({host}), min_interval_s=0), unreachable_after_s=1.5
    ) as fetcher:
        reply = fetcher.fetch(Request(source="openalex", url=url), not_before=EARLIER)
        (line,) = fetcher.ledger.lines
    assert seen == ([(tried, 1.5)] if tried else [])
    assert (reply.outcome, reply.message) == (Outcome.UNREACHABLE, f"{host} cannot be reached")
    assert (line.outcome, line.host, line.attempt, line.n_wire) == (Outcome.UNREACHABLE, host, 1, 0)
    assert fetcher.closed_sources() == {"openalex": reply}


def test_an_interrupt_leaves_every_source_and_closes_nothing_that_a_thread_uses(new_fetcher, services, monkeypatch):
    main, join = threading.current_thread(), threading.Thread.join
    are_asked, is_over = threading.Barrier(3), threading.Event()
    for name in ("openalex", "crossref"):
        services.faults[name] = lambda _: (are_asked.wait(10), is_over.wait(10)) and GOOD

    def interrupt(thread, timeout=None):
        if threading.current_thread() is not main:
            return join(thread, timeout)
        are_asked.wait(10)
        raise KeyboardInterrupt

    requests = [ask(services, path, source) for source in ("openalex", "crossref") for path in "ab"]
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt), new_fetcher(
        access_to(services), access_to(services, "crossref")
    ) as fetcher:  # fmt: skip
        patched.setattr(threading.Thread, "join", interrupt)
        fetcher.fetch_all(requests, not_before=EARLIER)
    said = {name: (closed.outcome, closed.message) for name, closed in fetcher.closed_sources().items()}
    assert said == dict.fromkeys(("openalex", "crossref"), (Outcome.TIMED_OUT, "interrupted"))
    threads = [one for one in threading.enumerate() if one.name in {"fetch openalex", "fetch crossref"}]
    assert len(threads) == 2
    assert all(one.daemon for one in threads), "none keeps the process alive"
    is_over.set()
    for one in threads:
        one.join(10)
    assert fetcher.find_kept(requests[0]).content == GOOD.body, "the cache is open as long as a thread needs it"
    assert {asked.path[-1] for asked in services.asked} == {"a"}
    with fetcher:
        pass


def waits_of(new_fetcher, services, **patience):
    """How long was waited between the attempts at one question, and its reply."""
    slept = []
    with new_fetcher(sleep=slept.append, **patience) as fetcher:
        reply = fetcher.fetch(ask(services), not_before=EARLIER)
        lines = fetcher.ledger.lines
    assert [one.attempt for one in lines] == list(range(1, len(lines) + 1))
    assert [round(one.waited_s) for one in lines] == [0, *map(round, slept)]
    return slept, reply


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_waits_between_attempts_grow_by_three(new_fetcher, services, attempts):
    answer(services, BAD)
    slept, reply = waits_of(new_fetcher, services, attempts=attempts, backoff_s=2)
    assert (slept, len(services.asked)) == ([2, 6, 18][: attempts - 1], attempts)
    assert (reply.outcome, reply.status) == (Outcome.SERVER_ERROR, 500)


@pytest.mark.parametrize(("after", "n_asked"), [("60", 2), ("61", 1)])
def test_a_wait_up_to_the_cap_is_waited(new_fetcher, services, after, n_asked):
    answer(services, Answer(503, b"", {"Retry-After": after}), GOOD)
    slept, reply = waits_of(new_fetcher, services, attempts=3, retry_after_cap_s=60)
    assert (slept, len(services.asked)) == ([60] * (n_asked - 1), n_asked)
    assert reply.outcome is (Outcome.OK if n_asked > 1 else Outcome.SERVER_ERROR)


def test_silence_is_tried_twice_and_a_refusal_once(new_fetcher, services, monkeypatch):
    def fail(*_, **__):
        raise ReadTimeout

    answer(services, Answer(400, b"{}"))
    assert waits_of(new_fetcher, services, attempts=5)[0] == []
    monkeypatch.setattr(HTTPAdapter, "send", fail)
    slept, reply = waits_of(new_fetcher, services, attempts=5, backoff_s=2)
    assert (slept, reply.outcome) == ([2], Outcome.TIMED_OUT)
    assert len(services.asked) == 1


def test_after_a_question_that_failed_the_next_one_has_a_single_attempt(new_fetcher, services):
    answer(services, BAD, BAD, BAD, GOOD)
    with new_fetcher(attempts=2) as fetcher:
        assert outcomes(fetcher, services, "ab") == ["server_error", "server_error"]
    assert [one.path[-1] for one in services.asked] == ["a", "a", "b"]


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
