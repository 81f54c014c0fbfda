"""What a status and a body mean: which replies are answers, which are worth another attempt, which may be kept."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from enrich.model.request import LONGEST_WAIT, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRYABLE = frozenset({Outcome.THROTTLED, Outcome.SERVER_ERROR, Outcome.TIMED_OUT, Outcome.BROKEN})
"""Outcomes that another attempt may mend; a refusal, a challenge and an unreachable host are final for the run."""

# Anubis, Cloudflare and OpenReview's Turnstile say one of these in the first kilobytes.
_CHALLENGE = re.compile(
    rb"making sure you(?:'|&#39;|&apos;|\xe2\x80\x99)re not a bot|anubis_challenge|within\.website|cf-turnstile|"
    rb"cf_chl_|just a moment\.\.\.|challengerequirederror|attention required! \| cloudflare|verify you are human",
    re.IGNORECASE,
)
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL)
_HEAD_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class ExchangeResult:
    """What became of an exchange."""

    outcome: Outcome
    message: str = ""
    retry_at: datetime | None = None


def classify(status: int, headers: Mapping[str, str], body: bytes, *, accept: str, now: datetime) -> ExchangeResult:
    """Return what an HTTP reply means for the run.

    >>> classify(429, {}, b"Rate exceeded.", accept="application/atom+xml", now=datetime.now(UTC)).outcome.value
    'throttled'
    >>> page = b"<!doctype html><title>Making sure you're not a bot!"
    >>> classify(200, {}, page, accept="application/json", now=datetime.now(UTC)).outcome.value
    'challenged'
    """
    head = body[:_HEAD_BYTES]
    if _CHALLENGE.search(head) and (status != 200 or "html" not in accept or len(body) < _HEAD_BYTES):  # noqa: PLR2004
        return ExchangeResult(Outcome.CHALLENGED, "asks for proof that a person is there")
    if status in (200, 203):
        if "html" not in accept and _HTML.match(head):
            return ExchangeResult(Outcome.BROKEN, "answered with a web page instead of data")
        return ExchangeResult(Outcome.OK)
    if status in (404, 410):
        return ExchangeResult(Outcome.NOT_FOUND, "not found")
    retry_at = parse_retry_at(headers, body, now=now)
    is_spent = headers.get("x-ratelimit-remaining") == "0" or headers.get("ratelimit-remaining") == "0"
    if status == 429 or (status in (403, 409) and is_spent):  # noqa: PLR2004
        return ExchangeResult(Outcome.THROTTLED, _throttle_message(headers, is_spent=is_spent), retry_at)
    if status >= 500:  # noqa: PLR2004
        return ExchangeResult(Outcome.SERVER_ERROR, f"HTTP {status}", retry_at)
    return ExchangeResult(Outcome.REFUSED, f"HTTP {status}{_error_text(body)}")


def is_keepable(status: int, body: bytes, *, accept: str) -> bool:
    """Whether the cache may keep a reply: no challenge, no page in place of data, no empty or cut-off feed."""
    if status not in (200, 404) or _CHALLENGE.search(body[:_HEAD_BYTES]):
        return False
    if "html" not in accept and _HTML.match(body[:_HEAD_BYTES]):
        return status == 404  # noqa: PLR2004 (OpenAlex answers 404 with a page)
    if "atom" in accept:
        return body.rstrip().endswith(b"</feed>") and b"<entry" in body and b"/api/errors#" not in body
    if "json" in accept and status == 200:  # noqa: PLR2004
        return _is_json(body)
    return bool(body.strip())


def parse_retry_at(headers: Mapping[str, str], body: bytes, *, now: datetime) -> datetime | None:
    """Return until when a service asks to be left alone, in UTC and at most a day; None when it does not say.

    Read in order: ``Retry-After`` (seconds or date), ``x-ratelimit-reset`` (epoch or seconds), OpenReview's
    ``details.resetTime``.
    """
    named = _named_instant(headers, body, now)
    return min(named, now + LONGEST_WAIT) if named is not None and named > now else None


def _named_instant(headers: Mapping[str, str], body: bytes, now: datetime) -> datetime | None:
    if after := headers.get("retry-after"):
        if re.fullmatch(r"\d{1,40}(?:\.\d+)?", after.strip()):
            return now + timedelta(seconds=min(float(after), LONGEST_WAIT.total_seconds()))
        with suppress(ValueError, OverflowError):
            return _to_utc(parsedate_to_datetime(after), now)
    reset = headers.get("x-ratelimit-reset", "").strip()
    if headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"\d{1,10}", reset):
        seconds = int(reset)
        is_epoch = seconds > 10**9
        return datetime.fromtimestamp(seconds, UTC) if is_epoch else now + timedelta(seconds=seconds)
    details = _json_object(body).get("details")
    if isinstance(details, dict) and isinstance(details.get("resetTime"), str):
        with suppress(ValueError):
            return _to_utc(datetime.fromisoformat(details["resetTime"]), now)
    return None


def _to_utc(moment: datetime, now: datetime) -> datetime:
    """The instant in UTC, which a moment without an offset is in already; the ceiling where no calendar holds it."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return now + LONGEST_WAIT if moment.year > 1 else now


def _throttle_message(headers: Mapping[str, str], *, is_spent: bool) -> str:
    if is_spent and "x-ratelimit-credits-used" in headers:
        return "the budget of the day is spent"
    return "too many requests"


def _error_text(body: bytes) -> str:
    document = _json_object(body)
    text = document.get("error") or document.get("message")
    return f": {' '.join(text.split())[:120]}" if isinstance(text, str) else ""


def _json_object(body: bytes) -> dict[str, Any]:
    if len(body) > _HEAD_BYTES or not body.lstrip().startswith(b"{"):
        return {}
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
