"""A question to a source as an HTTP request, and the reply; only ``fetch`` turns one into the other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LONGEST_WAIT = timedelta(days=1)
"""What is believed of a wait. A longer one is a mistake of somebody's clock more often than a wish; asking once a day
tells which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, without keys, tokens or addresses of people: ``fetch`` adds those on the wire."""

    source: str
    url: str
    """Absolute; ``params`` are appended."""
    method: str = "GET"
    params: tuple[tuple[str, str], ...] = ()
    json_body: str | None = None
    """Canonical JSON text of the body."""
    headers: tuple[tuple[str, str], ...] = ()
    accept: str = "application/json"
    marks: tuple[tuple[str, str], ...] = ()
    """Notes of the source to itself for reading the reply; not sent, no part of the key."""

    @property
    def key(self) -> str:
        """A name for the question that is equal for equal questions: 16 hexadecimal digits."""
        text = json.dumps(
            [self.source, self.method, self.url, self.params, self.json_body, self.headers], ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class Outcome(StrEnum):
    """How a request ended."""

    OK = "ok"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    REFUSED = "refused"
    CHALLENGED = "challenged"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"
    SERVER_ERROR = "server_error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back for a request."""

    request: Request
    outcome: Outcome
    status: int | None
    """HTTP status; None when no answer came."""
    content: bytes
    retrieved_at: datetime
    """Aware, UTC: when the bytes left the service, also when they come from the cache."""
    is_cached: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names."""
    url: str = ""
    """Final address after redirects, without secrets."""
    message: str = ""
    """One line for people when the outcome is not ``ok``."""
    retry_at: datetime | None = None
    """Until when the service asked to be left alone."""
