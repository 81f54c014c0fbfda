"""From a request to a reply: cache, circuit, turn, attempts, ledger. Hosts run side by side, one connection each."""

from __future__ import annotations

import logging
import socket
import sqlite3
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests import Request as HttpRequest
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, ReadTimeout, SSLError, Timeout, TooManyRedirects
from requests.utils import get_environ_proxies, select_proxy
from tenacity import RetryCallState, Retrying, retry_if_result

from enrich.errors import EnrichError, OutputError, lack_of
from enrich.fetch.cache import (
    CachingSession,
    find_cached,
    forget,
    forget_old,
    move_aside_if_damaged,
    new_session,
    open_cache,
    refresh_options,
)
from enrich.fetch.exchange import DeadlineError, ReplyTooLargeError
from enrich.fetch.leases import Leases
from enrich.fetch.ledger import Ledger, RequestLine
from enrich.fetch.outcomes import RETRYABLE, classify
from enrich.fetch.wire import ForeignRedirectError, WireAdapter, host_of, new_adapter, received_at
from enrich.files import check_database, opening
from enrich.model.credentials import Credentials
from enrich.model.request import Outcome, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

_log = logging.getLogger(__name__)
_FAILURES_TO_OPEN = 2
_ATTEMPTS_IN_SILENCE = 2
_FINAL = frozenset({Outcome.UNREACHABLE, Outcome.THROTTLED})
_CLOCK_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Waits and limits of all requests, in seconds unless the name says otherwise."""

    connect_timeout_s: float = 5
    read_timeout_s: float = 30
    exchange_deadline_s: float = 120
    """For all exchanges of a question together, whatever comes meanwhile; waits for turns and attempts not counted."""
    unreachable_after_s: float = 2.5
    retry_after_cap_s: float = 60
    attempts: int = 3
    backoff_s: float = 2
    max_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one source is reached."""

    name: str
    hosts: frozenset[str]
    """Host or host:port of every address that it owns."""
    min_interval_s: float
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials: Credentials = field(default_factory=Credentials)
    """What its address held besides."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that only the wire may see."""
        keys = [value.rpartition(" ")[2] for value in self.secret_headers.values()]
        return tuple(dict.fromkeys([*filter(None, keys), *self.credentials.texts]))


@dataclass(slots=True)
class _Lane:
    """The state of one source during a run; only its own thread touches it, but for the circuit."""

    access: Access
    session: CachingSession
    adapter: WireAdapter
    reachable: set[str] = field(default_factory=set)
    failures: int = 0
    unread: int = 0
    """Replies of this run that could not be read."""
    closed_by: Reply | None = None
    """The reply after which the source is left for this run."""

    def close(self) -> None:
        """Close its connections."""
        self.session.close()  # type: ignore[no-untyped-call]
        self.adapter.close()


@dataclass(frozen=True, slots=True)
class _Question:
    """A request as it goes to its source."""

    lane: _Lane
    request: Request
    prepared: PreparedRequest
    options: dict[str, Any]


class Fetcher:
    """Turns requests into replies; a context manager that owns sessions, cache and ledger."""

    def __init__(
        self,
        accesses: Iterable[Access],
        *,
        state_dir: Path,
        user_agent: str,
        patience: Patience | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or Patience()
        self.ledger = Ledger()
        self.warnings: list[str] = []
        self._clock, self._sleep = clock, sleep
        self._cache, warning = open_cache(state_dir / "replies.sqlite")
        self.warnings += [warning] if warning else []
        self._leases = Leases(state_dir, longest_s=self.patience.exchange_deadline_s)
        self._limits = state_dir / "limits.sqlite"
        self._user_agent = user_agent
        check_database(self._limits)
        with opening(self._limits):
            self.warnings += move_aside_if_damaged(self._limits)
            self._lanes = {access.name: self._new_lane(access) for access in accesses}
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if any(thread.is_alive() for thread in self._threads):
            return  # interrupted: closing a database that a thread is using ends the process with a crash
        if kind is None:
            forget_old(self._cache)
        for lane in self._lanes.values():
            lane.close()
        self._cache.close()  # type: ignore[no-untyped-call]

    def fetch_all(
        self,
        requests: Sequence[Request],
        *,
        not_before: datetime,
        on_reply: Callable[[Reply], None] = lambda _: None,
    ) -> list[Reply]:
        """The replies in the order of the requests; one thread per source, each source's requests in order.

        A kept reply older than ``not_before`` is revalidated instead of used. ``on_reply`` is called in the threads.
        """
        positions: dict[str, list[int]] = {}
        for position, request in enumerate(requests):
            positions.setdefault(request.source, []).append(position)
        replies: dict[int, Reply] = {}

        def work(source: str) -> None:
            for position in positions[source]:
                replies[position] = self.fetch(requests[position], not_before=not_before)
                on_reply(replies[position])

        if len(positions) <= 1:
            for source in positions:
                work(source)
        else:
            self._side_by_side(work, list(positions))
        return [replies[position] for position in range(len(requests))]

    def _side_by_side(self, work: Callable[[str], None], sources: Sequence[str]) -> None:
        """Do the work for each source in a thread of its own, which does not keep an interrupted process alive."""
        errors: list[BaseException] = []

        def guarded(source: str) -> None:
            try:
                work(source)
            except BaseException as error:  # noqa: BLE001 (raised again below)
                errors.append(error)

        self._threads = [
            threading.Thread(target=guarded, args=(one,), name=f"fetch {one}", daemon=True) for one in sources
        ]
        try:
            for thread in self._threads:
                thread.start()
            for thread in self._threads:
                thread.join()
        except BaseException:
            for one in sources:
                self.abandon(one, "interrupted")
            raise
        if errors:
            raise errors[0]

    def find_kept(self, request: Request) -> Reply | None:
        """The kept reply to a request, however old; None when there is none."""
        try:
            question = self._to_question(request)
        except Exception:  # noqa: BLE001 (what cannot be asked has no reply)
            return None
        cached = self._find_cached(question)
        return None if cached is None else self._to_reply(request, cached, is_cached=True)

    def fetch(self, request: Request, *, not_before: datetime) -> Reply:
        """The reply to one request; a failure is an outcome, never an exception."""
        try:
            question = self._to_question(request)
        except Exception as error:  # noqa: BLE001 (an address that a service gave, and which is none)
            _log.debug("no request: %s", type(error).__name__)
            reply = self._failure(request, Outcome.BROKEN, "no address that can be asked")
            self._note(request, reply, attempt=1)
            return reply
        known = self._find_fresh(question, not_before) or self._skipped(question)
        if known is not None:
            return known
        with self._leases.hold(request.key):
            # Another run may have asked meanwhile.
            return self._find_fresh(question, not_before) or self._skipped(question) or self._ask(question)

    def _ask(self, question: _Question) -> Reply:
        options = {**question.options, **refresh_options(self._find_cached(question))}
        reply = self._attempt_all(question.lane, question.request, question.prepared, options)
        self._update_circuit(question.lane, reply)
        return reply

    def _find_fresh(self, question: _Question, not_before: datetime) -> Reply | None:
        """The kept reply if it is new enough, and not from a time that has not come."""
        cached = self._find_cached(question)
        if cached is None or not not_before <= received_at(cached) <= self._clock() + _CLOCK_SLACK:
            return None
        reply = self._to_reply(question.request, cached, is_cached=True)
        self._note(question.request, reply, attempt=1)
        return reply

    def _find_cached(self, question: _Question) -> Response | None:
        return find_cached(question.lane.session, question.prepared, **question.options)

    @staticmethod
    def _skipped(question: _Question) -> Reply | None:
        """The reply of a source that is left for this run."""
        closed_by = question.lane.closed_by
        return None if closed_by is None else replace(closed_by, request=question.request, outcome=Outcome.SKIPPED)

    def _to_question(self, request: Request) -> _Question:
        lane = self._lanes[request.source]
        prepared = _prepare(lane.session, request)
        options = lane.session.merge_environment_settings(prepared.url or "", {}, None, None, None)
        return _Question(lane, request, prepared, dict(options))

    def closed_sources(self) -> dict[str, Reply]:
        """The sources that were left for this run, with the reply that made us leave."""
        return {name: lane.closed_by for name, lane in self._lanes.items() if lane.closed_by is not None}

    def open_circuit(self, name: str, message: str, retry_at: datetime) -> None:
        """Leave a source alone in this run because an earlier one was asked to."""
        request = Request(source=name, url="")
        reply = self._failure(request, Outcome.THROTTLED, message)
        self._lanes[name].closed_by = replace(reply, retry_at=retry_at)
        _log_leave(self._lanes[name].closed_by)

    def abandon(self, name: str, message: str) -> None:
        """Ask a source no more in this run, also in requests that wait for their turn."""
        self._lanes[name].closed_by = self._failure(Request(source=name, url=""), Outcome.TIMED_OUT, message)

    def discard(self, reply: Reply) -> None:
        """Forget a reply that could not be read, and count it against its source."""
        question = self._to_question(reply.request)
        lane = question.lane
        forget(lane.session, question.prepared, **question.options)
        lane.unread += 1
        if lane.unread >= _FAILURES_TO_OPEN:
            lane.closed_by = reply
            _log_leave(reply)

    def admit(self, access: Access) -> None:
        """Let a host be asked that no source owns: one that the user named."""
        known = self._lanes.get(access.name)
        if known is None or known.access != access:
            self._lanes[access.name] = self._new_lane(access)
            if known is not None:
                known.close()

    def reopen(self, name: str) -> bool:
        """Ask a source again that was left in this run; False where it named a time until which to leave it alone."""
        lane = self._lanes[name]
        if lane.closed_by is not None and lane.closed_by.retry_at is not None:
            return False
        lane.closed_by, lane.failures = None, 0
        return True

    def _new_lane(self, access: Access) -> _Lane:
        wire: dict[str, Any] = {
            "secret_headers": {"User-Agent": self._user_agent, **access.secret_headers},
            "credentials": access.credentials,
            "secrets": access.secrets,
            "max_bytes": self.patience.max_bytes,
            "clock": self._clock,
            "hosts": access.hosts,
        }
        interval = access.min_interval_s
        adapter = new_adapter(name=access.name, min_interval_s=interval, state_file=self._limits, **wire)
        session = new_session(self._cache, access.hosts)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return _Lane(access=access, session=session, adapter=adapter)

    def _attempt_all(
        self, lane: _Lane, request: Request, prepared: PreparedRequest, options: Mapping[str, Any]
    ) -> Reply:
        waits: list[float] = [0.0]

        def wait(state: RetryCallState) -> float:
            reply: Reply = state.outcome.result()  # type: ignore[union-attr]
            asked = (reply.retry_at - self._clock()).total_seconds() if reply.retry_at else 0.0
            waits.append(max(asked, 0.0) or self.patience.backoff_s * 3 ** (state.attempt_number - 1))
            return waits[-1]

        def is_hopeless(state: RetryCallState) -> bool:
            reply: Reply = state.outcome.result()  # type: ignore[union-attr]
            limit = self._clock() + timedelta(seconds=self.patience.retry_after_cap_s)
            return reply.retry_at is not None and reply.retry_at > limit

        def is_enough(state: RetryCallState) -> bool:
            reply: Reply = state.outcome.result()  # type: ignore[union-attr]
            most = min(self.patience.attempts, _ATTEMPTS_IN_SILENCE if reply.outcome is Outcome.TIMED_OUT else 99)
            # Another question just failed in all its attempts: one more tells whether it is the service that does.
            return state.attempt_number >= (1 if lane.failures else most) or lane.adapter.tally.left_s <= 0

        retrying = Retrying(
            stop=lambda state: is_enough(state) or is_hopeless(state),
            wait=wait,
            sleep=self._sleep,
            retry=retry_if_result(lambda reply: reply.outcome in RETRYABLE),
            retry_error_callback=lambda state: state.outcome.result(),  # type: ignore[union-attr]
        )

        lane.adapter.tally.left_s = self.patience.exchange_deadline_s

        def attempt() -> Reply:
            number: int = retrying.statistics["attempt_number"]
            sent = partial(lane.session.send, prepared.copy(), **options)
            return self._attempt(lane, request, sent, number, waits[-1] if number > 1 else 0.0)

        result: Reply = retrying(attempt)
        return result

    def _attempt(
        self, lane: _Lane, request: Request, send: Callable[..., Response], number: int, waited_s: float
    ) -> Reply:
        host = host_of(request.url)
        if host not in lane.reachable:
            if not _is_reachable(request.url, self.patience.unreachable_after_s):
                message = f"{host} cannot be reached"
                reply = self._failure(request, Outcome.UNREACHABLE, message)
                self._note(request, reply, attempt=number)
                return reply
            lane.reachable.add(host)
        tally = lane.adapter.tally
        tally.n_wire, tally.n_bytes = 0, 0
        started = tally.sent_at = time.monotonic()
        try:
            response = send(timeout=(self.patience.connect_timeout_s, self.patience.read_timeout_s))
            reply = self._to_reply(request, response, is_cached=False)
        except sqlite3.Error as error:
            raise OutputError(
                f"cannot be written: {error}", path=self._limits.parent, advice="make room there, or set state_dir"
            ) from error
        except EnrichError:
            raise
        except Exception as error:  # whatever a service sends, it costs this reply alone
            if lack_of(error):
                raise
            reply = self._failure(request, *_describe(error, host, self.patience.exchange_deadline_s))
        waited_s += max(0.0, tally.sent_at - started)
        self._note(request, reply, attempt=number, n_wire=tally.n_wire, n_bytes=tally.n_bytes, waited_s=waited_s)
        return reply

    def _to_reply(self, request: Request, response: Response, *, is_cached: bool) -> Reply:
        now = self._clock()
        headers = {name.lower(): value for name, value in response.headers.items()}
        is_revalidated = bool(getattr(response, "revalidated", False))
        content = response.content or b""
        finding = classify(response.status_code, headers, content, accept=request.accept, now=now)
        return Reply(
            request=request,
            outcome=finding.outcome,
            status=response.status_code,
            content=content,
            retrieved_at=now if is_revalidated and not is_cached else received_at(response),
            is_cached=is_cached,
            headers=headers,
            url=response.url,
            message=self._without_secrets(finding.message, request.source),
            retry_at=finding.retry_at,
        )

    def _without_secrets(self, message: str, source: str) -> str:
        """A service's own words, which may repeat the key that it was asked with."""
        for secret in self._lanes[source].access.secrets:
            message = message.replace(secret, "redacted")
        return message

    def _failure(self, request: Request, outcome: Outcome, message: str) -> Reply:
        return Reply(
            request=request, outcome=outcome, status=None, content=b"", retrieved_at=self._clock(), message=message
        )

    def _update_circuit(self, lane: _Lane, reply: Reply) -> None:
        if reply.outcome in (Outcome.OK, Outcome.NOT_FOUND):
            lane.failures = 0
            return
        lane.failures += 1
        if reply.outcome in _FINAL or lane.failures >= _FAILURES_TO_OPEN:
            lane.closed_by = reply
            _log_leave(reply)

    def _note(
        self, request: Request, reply: Reply, *, attempt: int, n_wire: int = 0, n_bytes: int = 0, waited_s: float = 0.0
    ) -> None:
        self.ledger.add(
            RequestLine(
                at=self._clock(),
                source=request.source,
                host=host_of(request.url),
                key=request.key,
                status=reply.status,
                outcome=reply.outcome,
                is_cached=reply.is_cached,
                attempt=attempt,
                n_wire=n_wire,
                n_bytes=n_bytes,
                waited_s=waited_s,
                message=reply.message,
            )
        )


def _log_leave(reply: Reply | None) -> None:
    """Log that a source is asked no more in this run, and why."""
    if reply is not None:
        name, until = reply.request.source, f" until {reply.retry_at:%Y-%m-%d %H:%M} UTC" if reply.retry_at else ""
        facts = {"source": name, "outcome": reply.outcome, "until": reply.retry_at and reply.retry_at.isoformat()}
        _log.info("%s is left alone%s: %s", name, until, reply.message or reply.outcome, extra={"facts": facts})


def _prepare(session: CachingSession, request: Request) -> PreparedRequest:
    headers = {"Accept": request.accept, **dict(request.headers)}
    if request.json_body is not None:
        headers["Content-Type"] = "application/json"
    data = request.json_body.encode() if request.json_body is not None else None
    http = HttpRequest(request.method, request.url, params=list(request.params), data=data, headers=headers)
    return session.prepare_request(http)


def _is_reachable(url: str, timeout_s: float) -> bool:
    """Whether a connection to the host (or to the proxy for it) stands in time, the look-up of its name included."""
    try:
        proxy = select_proxy(url, get_environ_proxies(url))
        parts = urlsplit(proxy if proxy and "://" in proxy else f"http://{proxy}" if proxy else url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return False
    is_connected = threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((parts.hostname or "", port), timeout=timeout_s).close()
        except (OSError, ValueError):  # such as a name that IDNA does not have
            return
        is_connected.set()

    thread = threading.Thread(target=connect, daemon=True, name="reach")
    thread.start()
    thread.join(timeout_s)
    return is_connected.is_set()


def _describe(error: Exception, host: str, deadline_s: float) -> tuple[Outcome, str]:
    """The outcome of a failed exchange, and one line without addresses or secrets."""
    if isinstance(error, DeadlineError):
        return Outcome.TIMED_OUT, f"no end of the answer within {deadline_s:g} s"
    if isinstance(error, ForeignRedirectError):
        return Outcome.REFUSED, str(error)
    if isinstance(error, TooManyRedirects):
        return Outcome.REFUSED, "more than 5 redirects"
    if isinstance(error, ReplyTooLargeError):
        return Outcome.REFUSED, str(error)
    if isinstance(error, SSLError):
        return Outcome.UNREACHABLE, f"no secure connection to {host}"
    if isinstance(error, ConnectTimeout):
        return Outcome.UNREACHABLE, f"{host} cannot be reached"
    if isinstance(error, (ReadTimeout, Timeout)):
        return Outcome.TIMED_OUT, "no answer in time"
    if isinstance(error, RequestsConnectionError):
        return Outcome.BROKEN, "the connection broke off"
    return Outcome.BROKEN, f"the reply cannot be read ({type(error).__name__})"
