"""One message to a webhook: what is sent, to whom, and what is said of it."""

from __future__ import annotations

import base64
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from enrich.config import is_notify_url
from enrich.fetch.posting import post_json

pytestmark = pytest.mark.thorough


@contextmanager
def listener(*, answer=b"HTTP/1.1 204 No Content\r\n\r\n", drip_s=0.0, end=b"}"):
    """A socket that takes one request to its end and answers, byte by byte where it drips; yields port and request."""
    came = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take():
            connection, _ = server.accept()
            with connection:
                while not came.endswith(end):
                    came.extend(connection.recv(65_536))
                try:
                    for number in range(len(answer)):
                        connection.sendall(answer[number : number + 1] if drip_s else answer)
                        time.sleep(drip_s)
                        if not drip_s:
                            break
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield server.getsockname()[1], came
        thread.join(5)


def post(url, body=b"{}", timeout_s=5):
    return post_json(url, body, user_agent="enrich/test", timeout_s=timeout_s)


def test_user_and_password_of_the_address_are_sent_and_no_other_credentials(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login thief password thief\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with listener() as (port, came):
        assert post(f"http://ann:p%40ss@127.0.0.1:{port}/hook") is None
    head = came.decode().lower()
    assert f"authorization: basic {base64.b64encode(b'ann:p@ss').decode()}".lower() in head
    assert "post /hook http/1.1" in head
    with listener() as (port, came):
        assert post(f"http://127.0.0.1:{port}/hook?a=b") is None
    assert b"authorization" not in came.lower()
    assert b"User-Agent: enrich/test\r\n" in came
    assert b"Content-Type: application/json\r\n" in came
    assert came.startswith(b"POST /hook?a=b HTTP/1.1\r\n")


def test_what_stays_on_this_machine_takes_no_way_through_a_proxy(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with listener() as (port, came):
        assert post(f"http://127.0.0.1:{port}/") is None
    assert came


def test_e_mail_addresses_leave_the_body():
    with listener() as (port, came):
        assert post(f"http://127.0.0.1:{port}/", b'{"title": "by ann@example.org"}') is None
    assert came.endswith(b'{"title": "by redacted"}')


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", "answered with 302"),
        (b"HTTP/1.1 500 S3CR3T\r\nContent-Length: 0\r\n\r\n", "answered with 500"),
        (b"nonsense S3CR3T\r\n\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
        (b"HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n" + b"x" * 1048576, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n" + b"x" * 1048577, "ReplyTooLargeError"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno", "ContentDecodingError"),
    ],
)
def test_what_goes_wrong_is_said_without_the_address(answer, says):
    with listener(answer=answer) as (port, _):
        said = post(f"http://127.0.0.1:{port}/S3CR3T?key=S3CR3T")
    colon = ":" if says and says.endswith("Error") else ""
    assert said == (f"127.0.0.1:{port}{colon} {says}" if says else None)


def test_an_answer_that_drips_is_given_up_in_time():
    began = time.monotonic()
    with listener(answer=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100, drip_s=0.1) as (port, _):
        assert post(f"http://127.0.0.1:{port}/", timeout_s=0.5) == f"127.0.0.1:{port} did not answer within 0.5 s"
        assert time.monotonic() - began < 3


def test_what_leaves_this_machine_goes_through_its_proxy(monkeypatch):
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with listener(answer=refusal, end=b"\r\n\r\n") as (port, came):
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert post("https://hooks.example/S3CR3T") == "hooks.example cannot be reached"
    assert came.startswith(b"CONNECT hooks.example:443 HTTP/1.")
    assert b"S3CR3T" not in came


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://example.org/x", True),
        ("http://127.0.0.1:9/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://example.org/x", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://127.0.0.1@example.org/", False),
        ("http://192.168.0.1/", False),
        ("https://", False),
        ("https://[bad/", False),
        ("https://x.org:99999/", False),
        ("https://a b/", False),
        ("file:///etc/passwd", False),
        ("//example.org/", False),
    ],
)
def test_only_https_or_this_machine(url, is_good):
    assert is_notify_url(url) is is_good
