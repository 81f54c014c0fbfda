"""The limits of one exchange, kept below HTTP: whatever a service sends, byte by byte or without end, it ends in time.

Every byte of a reply comes through one reader: status line, headers, ``100 Continue``, chunk sizes, body, trailers, and
what a proxy answers. A limit that only looks at the body, or that starts anew with each byte, is none.
"""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests.exceptions import RequestException, Timeout
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

_HEADROOM = 1 << 20


class ReplyTooLargeError(RequestException):
    """A body beyond the limit."""


class DeadlineError(Timeout):
    """An exchange that did not end in time."""


class Exchange:
    """The time and the bytes that an exchange may still take."""

    def __init__(self, left_s: float, max_bytes: int) -> None:
        self._ends_at = time.monotonic() + left_s
        self._max_bytes = max_bytes
        self._left_bytes = max_bytes + _HEADROOM
        self.problem: RequestException | None = None
        """The limit that was reached, whatever error the layers above make of it."""

    @property
    def left_s(self) -> float:
        """Seconds to the deadline.

        Raises:
            DeadlineError: it is over.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            self.problem = DeadlineError("no end of the answer in time")
            raise self.problem
        return left

    def take(self, n_bytes: int) -> None:
        """Count bytes that came.

        Raises:
            ReplyTooLargeError: they are too many.
        """
        self._left_bytes -= n_bytes
        if self._left_bytes < 0:
            self.problem = ReplyTooLargeError(f"the reply is larger than {self._max_bytes >> 20} MiB")
            raise self.problem


_CURRENT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def limited(exchange: Exchange) -> Iterator[None]:
    """Replies that begin inside keep these limits.

    Raises:
        RequestException: a limit was reached.
    """
    token = _CURRENT.set(exchange)
    try:
        yield
    except Exception as error:
        if exchange.problem is not None and exchange.problem is not error:
            raise exchange.problem from error
        raise
    finally:
        _CURRENT.reset(token)


class _LimitedReader(io.RawIOBase):
    """The bytes of a socket, each read no longer than the exchange may still take."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, exchange: Exchange) -> None:
        self._raw, self._sock, self._exchange = raw, sock, exchange
        self._timeout_s = sock.gettimeout()

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 (any writable buffer)
        """The number of bytes read; 0 at the end."""
        left_s = self._exchange.left_s
        self._sock.settimeout(left_s if self._timeout_s is None else min(self._timeout_s, left_s))
        try:
            n_bytes = self._raw.readinto(buffer)
        except TimeoutError:
            _ = self._exchange.left_s
            raise
        self._exchange.take(n_bytes or 0)
        return n_bytes

    def close(self) -> None:
        """Close the socket's file too."""
        self._raw.close()
        super().close()


class _LimitedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (http.client's signature)
        super().__init__(sock, *args, **kwargs)
        exchange = _CURRENT.get()
        if exchange is not None:
            self.fp = io.BufferedReader(_LimitedReader(self.fp.detach(), sock, exchange))


class _Connection(HTTPConnection):
    response_class = _LimitedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _LimitedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}
"""By scheme, for a pool manager: connections whose replies keep the limits of ``limited``."""
