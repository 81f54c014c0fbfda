"""The edge to the network: whose credentials go out, how turns are kept apart, and what of a reply comes in."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from contextlib import closing
from datetime import UTC, datetime

import pytest
from requests.exceptions import ContentDecodingError
from support.services import Answer

from enrich.fetch.exchange import ReplyTooLargeError
from enrich.fetch.wire import (
    RECEIVED_AT,
    ForeignRedirectError,
    OwnedHostsMixin,
    PoliteAdapter,
    WireAdapter,
    new_adapter,
    received_at,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def base(services):
    return f"http://127.0.0.1:{services.port}"


@pytest.fixture
def new_session(services, tmp_path):
    """A session of one source at the services."""
    host = f"127.0.0.1:{services.port}"
    made = []

    def make(name="openalex", interval=0.0, **more):
        wire = {"secret_headers": {}, "max_bytes": 1 << 20, "clock": lambda: NOW, "hosts": frozenset({host}), **more}
        adapter = new_adapter(name=name, min_interval_s=interval, state_file=tmp_path / "limits.sqlite", **wire)
        session = OwnedHostsMixin()
        session.owned_hosts = frozenset({host})
        session.mount("http://", adapter)
        made.extend((session, adapter))
        return session

    yield make
    for one in made:
        one.close()


def test_no_credentials_come_from_netrc_not_even_behind_a_redirect(services, base, new_session, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login thief password thief\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    there = Answer(302, headers={"Location": "/openalex/there"})
    services.faults["openalex"] = lambda asked: there if asked.path == "/openalex/a" else Answer(body=b"{}")
    assert new_session().get(f"{base}/openalex/a").content == b"{}"
    assert [asked.path for asked in services.asked] == ["/openalex/a", "/openalex/there"]
    assert all("authorization" not in asked.headers for asked in services.asked)


def test_a_redirect_to_another_host_is_named_by_that_host(services, base, new_session):
    services.faults["openalex"] = lambda _: Answer(302, headers={"Location": "http://Elsewhere.example:81/x"})
    with pytest.raises(ForeignRedirectError) as refused:
        new_session().get(f"{base}/openalex/a")
    assert str(refused.value) == "a redirect to elsewhere.example:81, which is no host of this source"
    with pytest.raises(ForeignRedirectError, match=r"^127.0.0.1:9 is no host of this source$"):
        new_session().get("http://127.0.0.1:9/")


def test_turns_stand_in_one_file_by_source_and_host(services, base, new_session, tmp_path):
    services.faults["openalex"] = lambda _: Answer(body=b"{}")
    for name in ("openalex", "crossref"):
        assert new_session(name, interval=0.001).get(f"{base}/openalex/a").status_code == 200
    with closing(sqlite3.connect(tmp_path / "limits.sqlite")) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",), "processes share it"
    assert tables == {f"bucket_{name}_127_0_0_1_{services.port}" for name in ("openalex", "crossref")}
    assert (tmp_path / "limits.sqlite.lock").exists(), "and take turns at it"


def test_only_an_interval_makes_turns(new_session, tmp_path):
    assert type(new_session().get_adapter("http://x")) is WireAdapter
    assert not (tmp_path / "limits.sqlite").exists()
    assert type(new_session(interval=0.001).get_adapter("http://x")) is PoliteAdapter


@pytest.mark.parametrize(("interval_s", "interval_ms"), [(1.5, 1500), (0.0004, 1), (0.0016, 2)])
def test_an_interval_is_kept_in_milliseconds(new_session, interval_s, interval_ms):
    adapter = new_session(interval=interval_s).get_adapter("http://x")
    (rate,) = adapter.limiter.bucket_factory.rates
    assert (rate.limit, rate.interval) == (1, interval_ms)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        (" deflate ", zlib.compress),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_a_body_is_unpacked_as_it_says(services, base, new_session, name, pack):
    services.faults["openalex"] = lambda _: Answer(body=pack(b"some words"), headers={"Content-Encoding": name})
    response = new_session().get(f"{base}/openalex/a")
    assert response.content == b"some words"
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("packed", [b"no gzip at all", gzip.compress(b"some words")[:-4]], ids=["other", "cut off"])
def test_a_body_that_cannot_be_unpacked_is_an_error(services, base, new_session, packed):
    services.faults["openalex"] = lambda _: Answer(body=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(ContentDecodingError):
        new_session().get(f"{base}/openalex/a")


@pytest.mark.parametrize(("pack", "name"), [(bytes, ""), (gzip.compress, "gzip")])
def test_a_body_is_as_long_as_the_limit_at_most(services, base, new_session, pack, name):
    bodies = [pack(b"x" * n_bytes) for n_bytes in (1 << 20, (1 << 20) + 1)]
    services.faults["openalex"] = lambda asked: Answer(
        body=bodies[asked.path.endswith("more")], headers={"Content-Encoding": name}
    )
    assert len(new_session().get(f"{base}/openalex/all").content) == 1 << 20
    with pytest.raises(ReplyTooLargeError, match=r"^the reply is larger than 1 MiB$"):
        new_session().get(f"{base}/openalex/more")


def test_a_response_is_detached_and_holds_what_is_kept(services, base, new_session):
    headers = {"ETag": "by a.b@example.org", "X-Other": "no", "Set-Cookie": "sid=1"}
    services.faults["openalex"] = lambda _: Answer(203, b"text", headers, "text/plain")
    session = new_session()
    response = session.get(f"{base}/openalex/a?q=1")
    assert (response.status_code, response.reason) == (203, "Non-Authoritative Information")
    assert response.url == f"{base}/openalex/a?q=1"
    assert response.headers["etag"] == "by redacted"
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers[RECEIVED_AT] == NOW.isoformat()
    assert received_at(response) == NOW
    assert {"x-other", "set-cookie"} & set(response.headers) == set()
    assert (dict(response.cookies), dict(session.cookies)) == ({}, {})
    assert (response.raw.status, response.raw.data) == (203, b"text")


def test_exchanges_and_bytes_are_counted_and_the_time_goes_down(services, base, new_session):
    services.faults["openalex"] = lambda _: Answer(body=b"12345")
    session = new_session()
    tally = session.get_adapter("http://x").tally
    tally.left_s = 60
    for n_asked in (1, 2):
        session.get(f"{base}/openalex/{n_asked}")
        assert (tally.n_wire, tally.n_bytes) == (n_asked, 5 * n_asked)
    assert 0 < tally.left_s < 60
