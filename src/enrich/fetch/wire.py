"""The edge to the network: secrets are added below the cache on the way out, hostile bodies bounded on the way in."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pyrate_limiter import Limiter, Rate, RateItem, SQLiteBucket
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ContentDecodingError, ReadTimeout, RequestException
from requests.structures import CaseInsensitiveDict
from requests_ratelimiter import LimiterMixin
from requests_ratelimiter.buckets import HostBucketFactory, prepare_sqlite_kwargs
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from enrich.fetch.exchange import POOLS, Exchange, ReplyTooLargeError, limited
from enrich.model.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
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
_SHORTEST_SECRET = 8
_NO_DEADLINE_S = 3600.0
_CLOCK_SLACK_MS = 5_000
_BUFFER_MS = 5
_ENCODINGS = {"Accept-Encoding": "gzip, deflate"}
"""What bodies can be read in."""


class ForeignRedirectError(RequestException):
    """A redirect to a host that the source does not own."""


class WireAdapter(HTTPAdapter):
    """Sends User-Agent and key that no cache or log sees; reads bounded bodies, without e-mail addresses in them."""

    def __init__(
        self,
        *,
        secret_headers: Mapping[str, str],
        credentials: Credentials | None = None,
        secrets: Iterable[str] = (),
        max_bytes: int,
        clock: Callable[[], datetime],
        hosts: frozenset[str],
        scrub: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._secret_headers = {**_ENCODINGS, **secret_headers}
        self._credentials = credentials or Credentials()
        self._secrets = tuple(one.encode() for one in secrets if len(one) >= _SHORTEST_SECRET)
        self._max_bytes = max_bytes
        self._clock = clock
        self._hosts = hosts
        self._scrub_people = scrub or scrub_emails
        self.tally = threading.local()
        super().__init__(pool_connections=1, pool_maxsize=1, pool_block=True, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (requests' signature)
        """Make the connections, whose replies keep the limits of an exchange."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (requests' signature)
        """The connections through a proxy, whose replies keep the limits too."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 (requests' signature)
        """One exchange; its response is detached from the connection and holds the whole body."""
        if host_of(request.url or "") not in self._hosts:
            raise ForeignRedirectError(f"{host_of(request.url or '')} is no host of this source")
        outgoing = request.copy()
        outgoing.headers.update(self._secret_headers)
        outgoing.headers.pop("Cache-Control", None)  # the cache's note to itself
        outgoing.url = self._credentials.restore(outgoing.url or "")
        left_s = getattr(self.tally, "left_s", _NO_DEADLINE_S)
        self.tally.sent_at = time.monotonic()
        try:
            with limited(Exchange(left_s, self._max_bytes)):
                response = super().send(outgoing, *args, **{**kwargs, "stream": True})
                self.tally.n_wire = getattr(self.tally, "n_wire", 0) + 1
                try:
                    body = self._read(response)
                finally:
                    response.close()
        finally:
            # Waits for the host's turn are no time of the exchange, and each hop of a redirect is a part of it.
            self.tally.left_s = left_s - (time.monotonic() - self.tally.sent_at)
        self.tally.n_bytes = getattr(self.tally, "n_bytes", 0) + len(body)
        return self._detach(response, request, self._scrub(body))

    def _scrub(self, content: bytes) -> bytes:
        """What came, without e-mail addresses, and without secrets that the service repeats."""
        for secret in self._secrets:
            content = content.replace(secret, b"redacted")
        return self._scrub_people(content)

    def _read(self, response: Response) -> bytes:
        """The decoded body, cut off by an error at the size limit, whatever compression promises."""
        encoding = response.headers.get("content-encoding", "").lower().strip()
        decoder = zlib.decompressobj(wbits=47) if encoding in {"gzip", "x-gzip", "deflate"} else None
        body = bytearray()
        try:
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                body += decoder.decompress(chunk, self._max_bytes + 1 - len(body)) if decoder else chunk
                if len(body) > self._max_bytes or (decoder and decoder.unconsumed_tail):
                    raise ReplyTooLargeError(f"the reply is larger than {self._max_bytes >> 20} MiB")
        except ReadTimeoutError as error:
            raise ReadTimeout from error
        except HTTPError as error:
            raise RequestsConnectionError from error
        except zlib.error as error:
            raise ContentDecodingError from error
        if decoder and body and not decoder.eof:  # the compressed reply is cut off
            raise ContentDecodingError
        return bytes(body)

    def _detach(self, response: Response, request: PreparedRequest, body: bytes) -> Response:
        kept = {
            name.lower(): self._scrub(value.encode("latin-1", "replace")).decode("latin-1")
            for name, value in response.headers.items()
            if name.lower() in _KEPT_HEADERS
        }
        kept[RECEIVED_AT] = self._clock().isoformat()
        response.request = request
        response.url = request.url or ""
        response.reason = responses.get(response.status_code, "")
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

    def put(self, item: RateItem) -> bool:
        """Whether it is the turn. Turns of a clock that was ahead are forgotten, or there would be none until then."""
        now: int = self.now()  # type: ignore[no-untyped-call]
        latest = now + max(rate.interval for rate in self.rates) + _CLOCK_SLACK_MS
        with self.lock:
            if self.conn.execute(f"SELECT 1 FROM '{self.table}' WHERE item_timestamp > ?", (latest,)).fetchone():  # noqa: S608 (our name)
                self.conn.execute(f"DELETE FROM '{self.table}' WHERE item_timestamp > ?", (latest,))  # noqa: S608
            return bool(super().put(item))

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
        )
        super().__init__(limiter=Limiter(factory, buffer_ms=_BUFFER_MS), bucket_name=name, **wire)

    def close(self) -> None:
        """Close connections and the limiter's state."""
        super().close()
        self.limiter.close()


def new_adapter(*, name: str, min_interval_s: float, state_file: Path, **wire: Any) -> WireAdapter:  # noqa: ANN401 (passed on)
    """An adapter that waits for its host's turn where there is an interval between turns."""
    if min_interval_s > 0:
        return PoliteAdapter(name=name, min_interval_s=min_interval_s, state_file=state_file, **wire)
    return WireAdapter(**wire)


def as_addressed(request: PreparedRequest) -> PreparedRequest:
    """Stands, as the credentials of a session, where requests would otherwise look into ``.netrc``."""
    return request


class OwnedHostsMixin(Session):
    """A session whose redirects stay with its source, and which takes no credentials from ``.netrc``."""

    owned_hosts: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (passed on)
        super().__init__(*args, **kwargs)
        self.auth = as_addressed

    def rebuild_auth(self, prepared_request: PreparedRequest, response: Response) -> None:
        """Nothing: what a host may see besides the request is added on the wire, and redirects look into ``.netrc``."""

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
    """When the bytes of a response arrived; long ago where its stamp cannot be read."""
    stamp = response.headers.get(RECEIVED_AT)
    if not stamp:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
