"""The edge to the network: secrets are added below the cache on the way out, hostile bodies bounded on the way in."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pyrate_limiter import Limiter, Rate, SQLiteBucket
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ContentDecodingError, ReadTimeout, RequestException
from requests.structures import CaseInsensitiveDict
from requests_ratelimiter import LimiterMixin
from requests_ratelimiter.buckets import HostBucketFactory, prepare_sqlite_kwargs
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

RECEIVED_AT = "x-enrich-received-at"
"""Response header that we add: when the bytes arrived, by the run's clock."""

_KEPT_HEADERS = frozenset(
    {"content-type", "etag", "last-modified", "retry-after", "location", "date", "link", RECEIVED_AT}
    | {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit-remaining"}
    | {"last-modified-version", "total-results", "backoff"}
    | {"x-ratelimit-credits-used", "x-api-pool", "x-rate-limit-limit", "x-rate-limit-interval"}
)
_EMAIL = re.compile(rb"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_CHUNK = 65_536
_TOTAL_TIMEOUTS = 4


class ReplyTooLargeError(RequestException):
    """A body beyond the limit."""


class ForeignRedirectError(RequestException):
    """A redirect to a host that the source does not own."""


class WireAdapter(HTTPAdapter):
    """Sends User-Agent and key that no cache or log sees; reads bounded bodies, without e-mail addresses in them."""

    def __init__(
        self,
        *,
        secret_headers: Mapping[str, str],
        max_bytes: int,
        clock: Callable[[], datetime],
        hosts: frozenset[str],
        scrub: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._secret_headers = dict(secret_headers)
        self._max_bytes = max_bytes
        self._clock = clock
        self._hosts = hosts
        self._scrub = scrub or scrub_emails
        self.tally = threading.local()
        super().__init__(pool_connections=1, pool_maxsize=1, pool_block=True, max_retries=0)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 (requests' signature)
        """One exchange; its response is detached from the connection and holds the whole body."""
        if host_of(request.url or "") not in self._hosts:
            raise ForeignRedirectError(f"{host_of(request.url or '')} is no host of this source")
        outgoing = request.copy()
        outgoing.headers.update(self._secret_headers)
        outgoing.headers.pop("Cache-Control", None)  # the cache's note to itself
        timeout = kwargs.get("timeout") or (None, 30)
        deadline = time.monotonic() + _TOTAL_TIMEOUTS * (timeout[1] or 30)
        self.tally.sent_at = time.monotonic()
        response = super().send(outgoing, *args, **{**kwargs, "stream": True})
        self.tally.n_wire = getattr(self.tally, "n_wire", 0) + 1
        try:
            body = self._read(response, deadline)
        finally:
            response.close()
        self.tally.n_bytes = getattr(self.tally, "n_bytes", 0) + len(body)
        return self._detach(response, request, self._scrub(body))

    def _read(self, response: Response, deadline: float) -> bytes:
        """The decoded body, cut off by an error at the size limit, whatever compression promises."""
        encoding = response.headers.get("content-encoding", "").lower().strip()
        decoder = zlib.decompressobj(wbits=47) if encoding in {"gzip", "x-gzip", "deflate"} else None
        body = bytearray()
        try:
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                body += decoder.decompress(chunk, self._max_bytes + 1 - len(body)) if decoder else chunk
                if len(body) > self._max_bytes or (decoder and decoder.unconsumed_tail):
                    raise ReplyTooLargeError(f"the reply is larger than {self._max_bytes >> 20} MiB")
                if time.monotonic() > deadline:
                    raise ReadTimeout("the reply takes too long")
        except ReadTimeoutError as error:
            raise ReadTimeout(str(error)) from error
        except HTTPError as error:
            raise RequestsConnectionError(str(error)) from error
        except zlib.error as error:
            raise ContentDecodingError(str(error)) from error
        if decoder and body and not decoder.eof:
            raise ContentDecodingError("the compressed reply is cut off")
        return bytes(body)

    def _detach(self, response: Response, request: PreparedRequest, body: bytes) -> Response:
        kept = {name.lower(): value for name, value in response.headers.items() if name.lower() in _KEPT_HEADERS}
        kept[RECEIVED_AT] = self._clock().isoformat()
        response.request = request
        response.headers = CaseInsensitiveDict(kept)
        response.cookies.clear()
        response._content = body  # noqa: SLF001 (requests has no public way to give a response its body)
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
        response.raw = HTTPResponse(
            body=BytesIO(body),
            headers=kept,
            status=response.status_code,
            preload_content=False,
            request_url=request.url,
        )
        return response


class _Turns(SQLiteBucket):
    """The turns of a host; forgetting old ones is not worth an error in a thread of its own."""

    def leak(self, current_timestamp: int | None = None) -> int:
        """The number of turns forgotten."""
        try:
            return int(super().leak(current_timestamp))
        except (sqlite3.Error, OSError):
            return 0


class _TurnsFactory(HostBucketFactory):
    def _create_bucket(self, name: str) -> SQLiteBucket:
        return _Turns.init_from_file(rates=self.rates, **prepare_sqlite_kwargs(self.bucket_init_kwargs, name))


class PoliteAdapter(LimiterMixin, WireAdapter):  # type: ignore[misc]  # the mixin hides its bases from type checkers
    """A wire adapter that waits for its host's turn; the turns stand in a file that all threads and processes share."""

    def __init__(self, *, name: str, min_interval_s: float, state_file: Path, **wire: Any) -> None:  # noqa: ANN401 (passed on)
        factory = _TurnsFactory(
            rates=[Rate(1, max(1, round(min_interval_s * 1000)))],
            bucket_init_kwargs={"path": state_file, "use_file_lock": True},
            bucket_name=name,
        )
        super().__init__(limiter=Limiter(factory, buffer_ms=5), per_host=True, bucket_name=name, **wire)

    def close(self) -> None:
        """Close connections and the limiter's state."""
        super().close()
        self.limiter.close()


class OwnedHostsMixin(Session):
    """A session whose redirects stay with its source, and which takes no credentials from ``.netrc``."""

    owned_hosts: frozenset[str] = frozenset()

    def get_redirect_target(self, resp: Response) -> str | None:
        """The next address, if it is on a host of the source.

        Raises:
            ForeignRedirectError: it is not.
        """
        target = super().get_redirect_target(resp)
        host = host_of(target) if target else ""
        if host and host not in self.owned_hosts:
            raise ForeignRedirectError(f"a redirect to {host}, which is no host of this source")
        return target


def host_of(url: str) -> str:
    """Host and port of an address as one text, without credentials; empty for a relative one.

    >>> host_of("http://user@127.0.0.1:9000/x"), host_of("/relative")
    ('127.0.0.1:9000', '')
    """
    with suppress(ValueError):
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    return ""


def scrub_emails(body: bytes) -> bytes:
    """The body without e-mail addresses: authors' addresses in replies are nobody's business and enter no cache.

    >>> scrub_emails(b'{"authorids": ["a.b@example.org", "~Ann_Author1"]}')
    b'{"authorids": ["redacted", "~Ann_Author1"]}'
    """
    return _EMAIL.sub(b"redacted", body) if b"@" in body else body


def received_at(response: Response) -> datetime:
    """When the bytes of a response arrived."""
    stamp = response.headers.get(RECEIVED_AT)
    return datetime.fromisoformat(stamp) if stamp else datetime.now(UTC)
