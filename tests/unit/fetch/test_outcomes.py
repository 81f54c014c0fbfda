"""What a status and a body mean: an answer, another attempt, a pause, or nothing to keep."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from enrich.fetch.outcomes import RETRYABLE, ExchangeResult, classify, is_keepable, parse_retry_at
from enrich.model.request import LONGEST_WAIT, Outcome

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
JSON, HTML, ATOM = "application/json", "text/html, */*;q=0.1", "application/atom+xml"
PAGE = b"<!DOCTYPE html><title>Down</title>"
CHALLENGE = b"<html><title>Just a moment...</title>"
SPENT = {"x-ratelimit-remaining": "0"}
USED = {"x-ratelimit-credits-used": "9"}
FEED = b"<feed><entry/></feed>\n"


def found(status, body=b"{}", headers=None, accept=JSON):
    return classify(status, headers or {}, body, accept=accept, now=NOW)


@pytest.mark.parametrize(
    ("status", "body", "headers", "accept", "outcome", "message"),
    [
        (200, b"{}", {}, JSON, Outcome.OK, ""),
        (203, b"{}", {}, JSON, Outcome.OK, ""),
        (200, PAGE, {}, HTML, Outcome.OK, ""),
        (200, PAGE, {}, JSON, Outcome.BROKEN, "answered with a web page instead of data"),
        (200, b" <!-- a\nb --> <body>", {}, ATOM, Outcome.BROKEN, "answered with a web page instead of data"),
        (404, b"{}", {}, JSON, Outcome.NOT_FOUND, "not found"),
        (410, b"{}", {}, JSON, Outcome.NOT_FOUND, "not found"),
        (429, b"{}", {}, JSON, Outcome.THROTTLED, "too many requests"),
        (403, b"{}", SPENT, JSON, Outcome.THROTTLED, "too many requests"),
        (409, b"{}", {"ratelimit-remaining": "0"}, JSON, Outcome.THROTTLED, "too many requests"),
        (429, b"{}", SPENT | USED, JSON, Outcome.THROTTLED, "the budget of the day is spent"),
        (429, b"{}", USED, JSON, Outcome.THROTTLED, "too many requests"),
        (401, b"{}", SPENT, JSON, Outcome.REFUSED, "HTTP 401"),
        (403, b"{}", {"x-ratelimit-remaining": "1"}, JSON, Outcome.REFUSED, "HTTP 403"),
        (400, b'{"error": "no  such\\nfield"}', {}, JSON, Outcome.REFUSED, "HTTP 400: no such field"),
        (400, b' {"message": "bad"}', {}, JSON, Outcome.REFUSED, "HTTP 400: bad"),
        (400, b'{"error": {"code": 1}}', {}, JSON, Outcome.REFUSED, "HTTP 400"),
        (400, b'["error"]', {}, JSON, Outcome.REFUSED, "HTTP 400"),
        (400, b"{broken", {}, JSON, Outcome.REFUSED, "HTTP 400"),
        (500, b"", {}, JSON, Outcome.SERVER_ERROR, "HTTP 500"),
        (503, PAGE, {}, JSON, Outcome.SERVER_ERROR, "HTTP 503"),
        (499, b"", {}, JSON, Outcome.REFUSED, "HTTP 499"),
    ],
)  # fmt: skip
def test_a_reply_means_one_thing(  # noqa: PLR0917 (a row of the table)
    status, body, headers, accept, outcome, message
):
    assert found(status, body, headers, accept) == ExchangeResult(outcome, message)


def test_the_words_of_a_refusal_are_cut():
    said = json.dumps({"error": "x" * 200}).encode()
    assert found(400, said).message == f"HTTP 400: {'x' * 120}"
    assert found(400, json.dumps({"error": "x" * 20_000}).encode()).message == "HTTP 400"


def test_a_challenge_is_known_in_place_of_data_and_in_small_pages_alone():
    for status, accept in ((200, JSON), (200, HTML), (403, HTML), (503, JSON)):
        assert found(status, CHALLENGE, accept=accept).outcome is Outcome.CHALLENGED
    long = CHALLENGE + b" " * 20_000
    assert found(200, long, accept=HTML).outcome is Outcome.OK
    assert found(403, long, accept=HTML).outcome is Outcome.CHALLENGED
    assert found(200, b" " * 20_000 + CHALLENGE).outcome is Outcome.OK
    assert found(200, b"<html>Making sure you&#39;re not a bot").message == "asks for proof that a person is there"


def test_only_what_may_pass_is_tried_again():
    assert {Outcome.THROTTLED, Outcome.SERVER_ERROR, Outcome.TIMED_OUT, Outcome.BROKEN} == RETRYABLE


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, b"", None),
        ({"retry-after": "30"}, b"", 30),
        ({"retry-after": " 1.5 "}, b"", 1.5),
        ({"retry-after": "0"}, b"", None),
        ({"retry-after": "9" * 30}, b"", LONGEST_WAIT.total_seconds()),
        ({"retry-after": "Sun, 22 Nov 2026 03:01:00 GMT"}, b"", 60),
        ({"retry-after": "Sun, 22 Nov 2026 05:01:00 +0200"}, b"", 60),
        ({"retry-after": "Sun, 22 Nov 2026 02:59:00 GMT"}, b"", None),
        ({"retry-after": "Sun, 22 Nov 2099 02:59:00 GMT"}, b"", LONGEST_WAIT.total_seconds()),
        ({"retry-after": "soon"}, b"", None),
        ({"retry-after": "soon", **SPENT, "x-ratelimit-reset": "7"}, b"", 7),
        ({**SPENT, "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, b"", 90),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "7"}, b"", None),
        ({"x-ratelimit-reset": "7"}, b"", None),
        ({**SPENT, "x-ratelimit-reset": "later"}, b"", None),
        ({}, b'{"details": {"resetTime": "2026-11-22T03:00:20.000+00:00"}}', 20),
        ({}, b'{"details": {"resetTime": "2026-11-22T03:00:20"}}', 20),
        ({}, b'{"details": {"resetTime": "when it is over"}}', None),
        ({}, b'{"details": {"resetTime": 20}}', None),
        ({}, b'{"details": "20"}', None),
        ({}, b'{"details": {"resetTime": "9999-12-31T23:59:59-05:00"}}', LONGEST_WAIT.total_seconds()),
        ({}, b'{"details": {"resetTime": "0001-01-01T00:00:00+05:00"}}', None),
    ],
)
def test_a_service_says_until_when_it_wants_to_be_left_alone(headers, body, seconds):
    wanted = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert parse_retry_at(headers, body, now=NOW) == wanted
    assert found(429, body, headers).retry_at == wanted
    assert found(503, body, headers).retry_at == wanted


@pytest.mark.parametrize(
    ("status", "body", "accept", "is_kept"),
    [
        (200, b"{}", JSON, True),
        (200, b"{", JSON, False),
        (200, b"", JSON, False),
        (200, b"[" * 100_000, JSON, False),
        (404, b"not json", JSON, True),
        (404, b" \n", JSON, False),
        (404, PAGE, JSON, True),
        (200, PAGE, JSON, False),
        (200, PAGE, HTML, True),
        (200, b" ", HTML, False),
        (200, CHALLENGE, HTML, False),
        (404, CHALLENGE, JSON, False),
        (203, b"{}", JSON, False),
        (500, b"{}", JSON, False),
        (410, b"{}", JSON, False),
        (200, FEED, ATOM, True),
        (200, FEED[:-5], ATOM, False),
        (200, b"<feed></feed>", ATOM, False),
        (200, b"<feed><entry><id>http://arxiv.org/api/errors#x</id></entry></feed>", ATOM, False),
    ],
)
def test_only_whole_answers_are_kept(status, body, accept, is_kept):
    assert is_keepable(status, body, accept=accept) is is_kept
