"""What services may send instead of an answer, down to the bytes, and what becomes of each.

``python tests/support/wire_faults.py`` prints the table that ``docs/operations.md`` holds.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

DEADLINE_S = 0.6
MAX_BYTES = 1 << 18
_PAUSE_S = 0.03
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CLOSE = b"Connection: close\r\n\r\n"
_ANSWER = b'{"results": []}'

Script = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Fault:
    family: str
    name: str
    outcome: str
    script: Script | None
    """None = nobody listens."""


def sent(content: bytes) -> Script:
    return lambda wire: wire.sendall(content)


def dripped(start: bytes, unit: bytes, pause_s: float = _PAUSE_S) -> Script:
    """A byte (or so) at a time, for ever."""

    def script(wire: socket.socket) -> None:
        wire.sendall(start)
        while True:
            wire.sendall(unit)
            time.sleep(pause_s)

    return script


def crept(start: bytes, content: bytes) -> Script:
    """The whole answer, byte by byte, slower than the deadline."""

    def script(wire: socket.socket) -> None:
        wire.sendall(start)
        for place in range(len(content)):
            wire.sendall(content[place : place + 1])
            time.sleep(max(_PAUSE_S, 4 * DEADLINE_S / len(content)))

    return script


def flooded(start: bytes, unit: bytes) -> Script:
    def script(wire: socket.socket) -> None:
        wire.sendall(start)
        while True:
            wire.sendall(unit * (1 + 65_536 // len(unit)))

    return script


def held(start: bytes) -> Script:
    """Something, and then nothing, with the connection open."""

    def script(wire: socket.socket) -> None:
        wire.sendall(start)
        time.sleep(4 * DEADLINE_S)

    return script


def cut(start: bytes) -> Script:
    """Something, and then a reset."""

    def script(wire: socket.socket) -> None:
        wire.sendall(start)
        time.sleep(_PAUSE_S)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return script


def whole(body: bytes = _ANSWER, head: bytes = b"", status: bytes = b"200 OK") -> Script:
    first = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n"
    return sent(first + head + b"Content-Length: %d\r\n" % len(body) + _CLOSE + body)


def chunked(rest: bytes) -> Script:
    return sent(_OK + b"Transfer-Encoding: chunked\r\n" + _CLOSE + rest)


def packed(body: bytes, encoding: bytes) -> Script:
    return whole(body, b"Content-Encoding: " + encoding + b"\r\n")


def _one_chunk(size: bytes) -> bytes:
    return size + b"\r\n" + _ANSWER + b"\r\n0\r\n\r\n"


def _connections() -> Iterator[tuple[str, str, Script | None]]:
    yield "nobody listens", "unreachable", None
    yield "closed at once", "broken", sent(b"")
    yield "reset at once", "broken", cut(b"")
    yield "silence", "timed_out", held(b"")
    yield "reset in the status line", "broken", cut(b"HTTP/1.1 20")
    yield "reset in the headers", "broken", cut(_OK)
    yield "reset in the body", "broken", cut(_OK + b"Content-Length: 99\r\n\r\n{")
    yield "reset in a chunk", "broken", cut(_OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{")
    yield "closed in the status line", "broken", sent(b"HTTP/1.1 20")
    yield "closed in the body", "broken", sent(_OK + b"Content-Length: 99\r\n\r\n{")
    yield "silence in the status line", "timed_out", held(b"HTTP/1.1 20")
    yield "silence in the headers", "timed_out", held(_OK)
    yield "silence in the body", "timed_out", held(_OK + b"Content-Length: 99\r\n\r\n{")
    yield "silence in a chunk size", "timed_out", held(_OK + b"Transfer-Encoding: chunked\r\n\r\nf")
    yield "silence in a body without length", "timed_out", held(_OK + b"\r\n{")
    yield "a second reply after the first", "ok", sent((_OK + b"Content-Length: 15\r\n\r\n" + _ANSWER) * 2)
    yield "garbage after the reply", "ok", sent(_OK + b"Content-Length: 15\r\n\r\n" + _ANSWER + b"\xff" * 99)


def _status_lines() -> Iterator[tuple[str, str, Script]]:
    rest = b"\r\nContent-Length: 15\r\n" + _CLOSE + _ANSWER
    for text, outcome in (
        (b"HTTP/1.1", "broken"),
        (b"HTTP/1.1 ", "broken"),
        (b"HTTP/1.1 abc OK", "broken"),
        (b"HTTP/1.1 -200 OK", "broken"),
        (b"HTTP/1.1 99 Low", "broken"),
        (b"HTTP/1.1 1000 High", "broken"),
        (b"HTTP/1.1 20 OK", "broken"),
        (b"HTTP/1.1 2 00", "broken"),
        (b"HTTP/1.1 200.0 OK", "broken"),
        (b"HTTP/1.1 0x200 OK", "broken"),
        (b"HTTP/0.9 200 OK", "ok"),
        (b"HTTP/1.0 200 OK", "ok"),
        (b"HTTP/9.9 200 OK", "broken"),
        (b"HTTP/2 200", "broken"),
        (b"http/1.1 200 OK", "broken"),
        (b"ICY 200 OK", "broken"),
        (b"SSH-2.0-OpenSSH_9.9", "broken"),
        (b"220 mail.example.org ESMTP", "broken"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "broken"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "broken"),
        (b"<html>Sorry</html>", "broken"),
        (b'{"results": []}', "broken"),
        (b"\xef\xbb\xbfHTTP/1.1 200 OK", "broken"),
        (b"HTTP/1.1 200", "ok"),
        (b"HTTP/1.1 200 \xe9t\xe9", "ok"),
        (b"HTTP/1.1 200 \x1b[31mred\x07", "ok"),
        (b"HTTP/1.1 200 ask somebody@example.org", "ok"),
        (b"HTTP/1.1\t200\tOK", "ok"),
        (b"HTTP/1.1 200 OK\x00", "ok"),
    ):
        shown = text.decode("latin-1").encode("unicode_escape").decode()
        yield f"`{shown}`", outcome, sent(text + rest)
    yield "70,000 characters", "broken", sent(b"HTTP/1.1 200 " + b"O" * 70_000 + rest)
    yield "an empty line first", "broken", sent(b"\r\nHTTP/1.1 200 OK" + rest)
    yield "lines that end in LF alone", "ok", sent(b"HTTP/1.1 200 OK\nContent-Length: 15\n\n" + _ANSWER)
    yield "no headers at all", "ok", sent(b"HTTP/1.1 200 OK\r\n\r\n" + _ANSWER)


def _statuses() -> Iterator[tuple[str, str, Script]]:
    refused = (201, 202, 204, 205, 206, 207, 208, 226, 300, 305, 306, 400, 401, 402, 403, 405, 406, 407, 408, 409, 411)
    refused += (412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 431, 451, 499)
    for status in refused:
        yield str(status), "refused", whole(b"", status=b"%d" % status)
    for status in (404, 410):
        yield str(status), "not_found", whole(b"{}", status=b"%d" % status)
    for status in (301, 302, 303, 307, 308):
        yield f"{status} without an address", "refused", whole(b"", status=b"%d" % status)
    yield "304 that nobody asked for", "refused", sent(b"HTTP/1.1 304 Not Modified\r\n" + _CLOSE)
    yield "101", "refused", sent(b"HTTP/1.1 101 Switching\r\n" + _CLOSE)
    yield "100, then closed", "broken", sent(b"HTTP/1.1 100 Continue\r\n\r\n")
    yield "100, then an answer", "ok", sent(b"HTTP/1.1 100 Continue\r\n\r\n" + _OK + _CLOSE + _ANSWER)
    for status in (500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 522, 524, 529, 530, 599, 600, 999):
        yield str(status), "server_error", whole(b"", status=b"%d" % status)


def _redirects() -> Iterator[tuple[str, str, Script]]:
    for address, outcome in (
        (b"", "refused"),
        (b"/caf\xe9", "broken"),
        (b"/caf\xc3\xa9", "refused"),
        (b"http://[bad", "broken"),
        (b"http://[::1", "broken"),
        (b"http://[fe80::1%25eth0]/", "refused"),
        ("http://a\u2100b.example/".encode(), "broken"),
        (b"http://\xff\xfe/", "broken"),
        (b"http://", "refused"),
        (b"http:///path", "refused"),
        (b"http://:80/", "refused"),
        (b"http://127.0.0.1:99999/", "refused"),
        (b"http://127.0.0.1:abc/", "refused"),
        (b"http://127.0.0.1:-1/", "refused"),
        (b"//elsewhere.example/", "refused"),
        (b"https://elsewhere.example/", "refused"),
        (b"http://user:word@elsewhere.example/", "refused"),
        (b"http://169.254.169.254/latest/meta-data", "refused"),
        (b"http://localhost:22/", "refused"),
        (b"ftp://elsewhere.example/", "refused"),
        (b"file:///etc/passwd", "broken"),
        (b"javascript:alert(1)", "broken"),
        (b"data:application/json,{}", "broken"),
        (b"mailto:somebody@example.org", "broken"),
        (b"gopher://elsewhere.example/", "refused"),
        (b"\\\\elsewhere.example\\share", "refused"),
        (b"/a b\tc", "refused"),
        (b"/%zz%", "refused"),
        (b"/\x00", "refused"),
        (b"?again", "refused"),
        (b"#part", "refused"),
        (b".", "refused"),
        (b"/" + b"a" * 60_000, "refused"),
        (b"/" + b"a" * 70_000, "broken"),
    ):
        text = address.decode("utf-8", "backslashreplace").encode("unicode_escape").decode()
        shown = (
            f"{text[:9]}… of {len(address):,} characters" if len(address) > 99 else f"`{text}`" if text else "nothing"
        )
        yield f"to {shown}", outcome, whole(b"", b"Location: " + address + b"\r\n", b"302 Found")
    yield "two addresses", "refused", whole(b"", b"Location: /a\r\nLocation: /b\r\n", b"302 Found")
    yield "an address in a second line", "refused", whole(b"", b"Location: /a\r\n b\r\n", b"302 Found")


def _waits() -> Iterator[tuple[str, str, Script]]:
    for value in (
        *(b"0", b"-1", b"1e9", b"inf", b"nan", b"", b"soon", b"9" * 40, b"99999999999", b"86401", b"1.5.2", b"0x10"),
        *(b"Fri, 31 Dec 9999 23:59:59 -1200", b"Sat, 01 Jan 0001 00:00:00 +1400", b"Wed, 21 Oct 2015 07:28:00 GMT"),
        *(b"Thu, 01 Jan 2286 00:00:00 -0000", b"31 Feb 2026 25:61:61 GMT", "\u0663\u0660".encode(), b"\xb2"),
    ):
        shown = value.decode("utf-8", "backslashreplace") or "nothing"
        yield f"`Retry-After`: {shown}", "throttled", whole(b"", b"Retry-After: " + value + b"\r\n", b"429 Slow")
    for value in (b"9999999999", b"99999999999999", b"-1", b"abc", b""):
        head = b"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: " + value + b"\r\n"
        shown = value.decode() or "nothing"
        yield f"`X-RateLimit-Reset`: {shown}", "throttled", whole(b"", head, b"403 Spent")
    for value in (
        *(b'"9999-12-31T23:59:59-12:00"', b'"0001-01-01T00:00:00+14:00"', b'"2286-01-01T00:00:00+05:30"', b'"never"'),
        *(b"17", b"null", b"[]"),
    ):
        body = b'{"details": {"resetTime": ' + value + b"}}"
        yield f"`resetTime`: `{value.decode()}`", "throttled", whole(body, status=b"429 Slow")
    yield "a wait of hours under 503", "server_error", whole(b"", b"Retry-After: 53578\r\n", b"503 Later")


def _headers() -> Iterator[tuple[str, str, Script]]:
    for head, outcome in (
        (b"no colon here", "ok"),
        (b": no name", "ok"),
        (b"A B: c", "ok"),
        (b"X: \x00", "ok"),
        (b"X: \x1b]0;title\x07", "ok"),
        (b"X: \xff\xfe", "ok"),
        (b"X: a\r\n folded\r\n\tagain", "ok"),
        (b" folded first", "ok"),
        (b"X: lone\rreturn", "ok"),
        (b"Content-Type: \xe9;;;charset", "ok"),
        (b"Content-Type: text/html; charset=utf-99", "ok"),
        (b"Set-Cookie: a=b; Expires=never; Domain=.; Max-Age=x", "ok"),
        (b"ETag: \x00\xff", "ok"),
        (b"Last-Modified: yesterday", "ok"),
        (b"Date: Fri, 31 Dec 9999 23:59:59 GMT", "ok"),
        (b"Expires: -1\r\nCache-Control: max-age=99999999999999999999", "ok"),
        (b"Cache-Control: no-store, max-age=abc", "ok"),
        (b"Vary: *", "ok"),
        (b"Link: <http://[bad>; rel=next", "ok"),
        (b"Transfer-Encoding: identity", "ok"),
        (b"Transfer-Encoding: gzip", "ok"),
        (b"Upgrade: h2c\r\nConnection: Upgrade", "ok"),
        (b"Trailer: Content-Length", "ok"),
    ):
        shown = head.decode("latin-1").encode("unicode_escape").decode()
        yield f"`{shown}`", outcome, whole(head=head + b"\r\n")
    yield "one of 70,000 characters", "broken", whole(head=b"X: " + b"y" * 70_000 + b"\r\n")
    yield "two hundred", "broken", whole(head=b"".join(b"X%d: y\r\n" % n for n in range(200)))
    for length, outcome in (
        (b"-1", "ok"),
        (b"abc", "ok"),
        (b"+15", "ok"),
        (b"1_5", "ok"),
        (b"15.0", "ok"),
        (b"0", "broken"),
        (b"7", "broken"),
        (b"16", "broken"),
        (b"15, 16", "broken"),
        (b"15, 15", "ok"),
        (b"15\r\nContent-Length: 16", "broken"),
        (b"9" * 30, "broken"),
        (b"\xb2", "ok"),
    ):
        shown = length.decode("latin-1").encode("unicode_escape").decode()
        yield (
            f"`Content-Length: {shown}`",
            outcome,
            sent(_OK + b"Content-Length: " + length + b"\r\n" + _CLOSE + _ANSWER),
        )
    both = b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"
    yield "a length and chunks", "ok", sent(_OK + both + _CLOSE + _one_chunk(b"f"))
    yield (
        "chunks in an answer of HTTP/1.0",
        "ok",
        sent(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + _one_chunk(b"f")),
    )


def _chunks() -> Iterator[tuple[str, str, Script]]:
    for size, outcome in (
        (b"f", "ok"),
        (b"F", "ok"),
        (b"00000f", "ok"),
        (b" f ", "ok"),
        (b"0xf", "ok"),
        (b"+f", "ok"),
        (b"0_f", "ok"),
        (b"-5", "broken"),
        (b"-0", "broken"),
        (b"zz", "broken"),
        (b"", "broken"),
        (b"f;name=value", "ok"),
        (b"f;" + b"x" * 100_000, "broken"),
        (b"e", "broken"),
        (b"10", "broken"),
        (b"ffffffffffffffff", "broken"),
        (b"f" * 60, "broken"),
        (b"\xd9\xa1", "broken"),
        (b"f\x00", "broken"),
    ):
        text = size.decode("latin-1").encode("unicode_escape").decode()
        yield f"size `{text[:30]}{'…' if len(text) > 30 else ''}`", outcome, chunked(_one_chunk(size))
    yield "no last one", "broken", chunked(b"f\r\n" + _ANSWER + b"\r\n")
    yield "none at all", "broken", chunked(b"")
    yield "the last one first", "broken", chunked(b"0\r\n\r\n")
    yield "no line end after the data", "broken", chunked(b"f\r\n" + _ANSWER + b"0\r\n\r\n")
    yield "trailers", "ok", chunked(b"f\r\n" + _ANSWER + b"\r\n0\r\nX: y\r\n\r\n")
    yield "a trailer of 100,000 characters", "broken", chunked(b"f\r\n" + _ANSWER + b"\r\n0\r\nX: " + b"y" * 100_000)
    yield "trailers that are cut off", "ok", chunked(b"f\r\n" + _ANSWER + b"\r\n0\r\nX: y")


def _encodings() -> Iterator[tuple[str, str, Script]]:
    good = gzip.compress(_ANSWER)
    yield "gzip", "ok", packed(good, b"gzip")
    yield "x-gzip", "ok", packed(good, b"x-gzip")
    yield "deflate", "ok", packed(zlib.compress(_ANSWER), b"deflate")
    yield "deflate without a head", "broken", packed(zlib.compress(_ANSWER)[2:-4], b"deflate")
    yield "gzip that is plain text", "broken", packed(_ANSWER, b"gzip")
    yield "gzip that is empty", "broken", packed(b"", b"gzip")
    yield "gzip that is cut off", "broken", packed(good[:-9], b"gzip")
    yield "gzip with another checksum", "broken", packed(good[:-8] + b"\0" * 8, b"gzip")
    yield "gzip and then garbage", "ok", packed(good + b"garbage", b"gzip")
    yield "gzip of gzip", "broken", packed(gzip.compress(good), b"gzip")
    yield "gzip, gzip", "broken", packed(gzip.compress(good), b"gzip, gzip")
    yield "brotli that nobody asked for", "broken", packed(b"\x0b\x07\x80{}\x03", b"br")
    yield "zstd that nobody asked for", "broken", packed(b"\x28\xb5\x2f\xfd\x04\x00", b"zstd")
    yield "a name that is none", "ok", packed(_ANSWER, b"\xff, ;q=x")
    yield "a bomb of 8 MiB", "refused", packed(gzip.compress(b" " * (8 << 20)), b"gzip")
    yield "a bomb in a bomb", "broken", packed(gzip.compress(gzip.compress(b" " * (8 << 20))), b"gzip")


def _bodies() -> Iterator[tuple[str, str, Script]]:
    page = b"<!doctype html><html><body>Sorry</body></html>"
    for name, outcome, body in (
        ("empty", "broken", b""),
        ("a page", "broken", page),
        ("a page after a comment", "broken", b"<!-- x -->" + page),
        ("a challenge", "challenged", b"<html><title>Just a moment...</title></html>"),
        ("JSON that is cut off", "broken", b'{"results": ['),
        ("two JSON documents", "broken", _ANSWER * 2),
        ("a number", "broken", b"17"),
        ("a string", "broken", b'"results"'),
        ("null", "broken", b"null"),
        ("another shape", "broken", b"[[]]"),
        ("values of another kind", "broken", b'{"results": 17}'),
        ("rows of another kind", "ok", b'{"results": [17, null, "x"]}'),
        ("100,000 brackets", "broken", b"[" * 100_000),
        ("a number of 100,000 digits", "broken", b'{"results": [' + b"9" * 100_000 + b"]}"),
        ("UTF-16", "ok", '{"results": []}'.encode("utf-16")),
        ("a byte order mark", "ok", b"\xef\xbb\xbf" + _ANSWER),
        ("bytes that are no text", "broken", b"\xff" * 999),
        ("XML", "broken", b"<?xml version='1.0'?><feed/>"),
        ("larger than the limit", "refused", b" " * (MAX_BYTES + 1)),
    ):
        yield name, outcome, whole(body)
    yield "without end", "refused", flooded(_OK + b"\r\n", b" ")
    endless = b"ffff\r\n" + b" " * 0xFFFF + b"\r\n"
    yield "chunks without end", "refused", flooded(_OK + b"Transfer-Encoding: chunked\r\n\r\n", endless)


def _floods() -> Iterator[tuple[str, str, Script]]:
    yield "`100 Continue` without end", "refused", flooded(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    yield "`103 Early Hints` without end", "refused", flooded(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")
    yield "headers without end", "broken", flooded(_OK, b"X: y\r\n")
    yield "a header without end", "broken", flooded(_OK + b"X: ", b"y")
    yield "a status line without end", "broken", flooded(b"HTTP/1.1 200 ", b"O")
    yield "a chunk size without end", "broken", flooded(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0")
    yield "trailers without end", "refused", flooded(_OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n")


def _drips() -> Iterator[tuple[str, str, Script]]:
    chunks = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for name, script in (
        ("the status line", dripped(b"HTTP/1.1 200 ", b"O")),
        ("an answer from its first byte", crept(b"", _OK + b"Content-Length: 15\r\n\r\n" + _ANSWER)),
        ("the value of a header", dripped(_OK + b"X: ", b"y")),
        ("header after header", dripped(_OK, b"X: y\r\n")),
        ("`100 Continue` again and again", dripped(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
        ("`100 Continue` byte by byte", crept(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 9)),
        ("a body with a length", dripped(_OK + b"Content-Length: 100000\r\n\r\n", b" ")),
        ("a body without length", dripped(_OK + b"\r\n", b" ")),
        ("a body of another kind of answer", dripped(b"HTTP/1.1 500 Oops\r\nContent-Length: 9999\r\n\r\n", b" ")),
        (
            "the body of a redirect",
            dripped(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 9999\r\n\r\n", b" "),
        ),
        ("the digits of a chunk's size", dripped(chunks, b"0")),
        ("the extension of a chunk", dripped(chunks + b"f;", b"x")),
        ("the data of a chunk", dripped(chunks + b"fffff\r\n", b" ")),
        ("chunk after chunk", dripped(chunks, b"1\r\n \r\n")),
        ("trailer after trailer", dripped(chunks + b"0\r\n", b"X: y\r\n")),
        ("the value of a trailer", dripped(chunks + b"0\r\nX: ", b"y")),
        ("a compressed body", crept(_OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b" " * 99_999))),
        ("compressed emptiness", dripped(_OK + b"Content-Encoding: deflate\r\n\r\nx\x9c", b"\x00\x00\x00\xff\xff")),
    ):
        yield name, "timed_out", script


_FAMILIES: dict[str, Callable[[], Iterator[tuple[str, str, Script | None]]]] = {
    "connection": _connections,
    "status line": _status_lines,
    "status": _statuses,
    "redirect": _redirects,
    "wait": _waits,
    "header": _headers,
    "chunks": _chunks,
    "encoding": _encodings,
    "body": _bodies,
    "flood": _floods,
    "drip": _drips,
}
FAULTS = {
    family: [Fault(family, name, outcome, script) for name, outcome, script in make()]
    for family, make in _FAMILIES.items()
}


_ELSEWHERE = sent(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n" + _CLOSE)


@contextmanager
def serve_faults(faults: list[Fault]) -> Iterator[int]:
    """A port of 127.0.0.1 on which the path ``/N`` is answered with the fault of this number."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    is_over = threading.Event()

    def answer(wire: socket.socket) -> None:
        with suppress(OSError, ValueError, IndexError), wire:
            wire.settimeout(5)
            asked = b""
            while b"\r\n\r\n" not in asked:
                more = wire.recv(65536)
                if not more:
                    return
                asked += more
            number = asked.split(b" ", 2)[1].strip(b"/")
            # Where a redirect leads, another one follows.
            script = faults[int(number)].script if number.isdigit() else _ELSEWHERE
            if script is not None:
                script(wire)

    def accept() -> None:
        while not is_over.is_set():
            with suppress(OSError):
                wire, _ = listener.accept()
                threading.Thread(target=answer, args=(wire,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        is_over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def to_table() -> str:
    """The table of the documentation."""
    rows = ["| where | what a service sends | outcome |", "|---|---|---|"]
    for family, faults in FAULTS.items():
        rows += [f"| {family} | {one.name.replace('|', '&#124;')} | `{one.outcome}` |" for one in faults]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(to_table(), end="")
