"""``enrich doctor`` against services that fail in their own ways: each fault is named, with what to do."""

from __future__ import annotations

import json
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from support.disks import read_only
from support.services import Answer
from support.zotero import KEY, Library, serve_library

from enrich.model.request import Outcome, Reply, Request
from enrich.sources import SOURCES
from enrich.store.store import FORMATS, SCHEMA_VERSION, Store
from enrich.upkeep.preflight import EXTRAS, clock_off

_APPLICATION_ID = 0x656E7263


@pytest.fixture(autouse=True)
def _known(services):
    """The proceedings whose examples the services do not have."""
    services.faults |= {
        "acl": lambda _: Answer(body=b'<meta name="citation_title" content="BERT">', content_type="text/html"),
        "pmlr": lambda _: Answer(body=b'<meta name="citation_title" content="Batch">', content_type="text/html"),
    }


def lines_of(result):
    """State and text of each line by its name."""
    rows = [line.split(maxsplit=2) for line in result.stdout.splitlines()[:-1]]
    return {name: (state, text) for state, name, text in rows}


def checks_of(result):
    return {one["name"]: one for one in json.loads(result.stdout)["checks"]}


@pytest.fixture
def nobody():
    """An address on which nobody listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{free.getsockname()[1]}"


def test_what_is_well_is_said_with_its_purpose_and_limits(enrich, services, tmp_path):
    (tmp_path / "refs.bib").write_text("", "utf-8")
    (tmp_path / "enrich.toml").write_text('contact = "planted@example.net"\nlists = ["refs.bib"]\n', "utf-8")
    result = enrich("doctor", "--strict", ENRICH_SOURCES__OPENALEX__API_KEY="PLANTED")
    assert result.returncode == 0, result.stdout
    found = lines_of(result)
    assert set(SOURCES) < set(found)
    assert found["settings"] == ("ok", "enrich.toml, 1 list")
    assert found["clock"][0] == "ok"
    state, text = found["openalex"]
    assert state == "ok"
    for words in ("citation counts", "100 works at once, 0 s apart", "990 requests left of 1,000", "with your key"):
        assert words in text
    assert found["semantic_scholar"][1].endswith("without a key")
    assert found["crossref"][1].endswith("takes no key")
    assert "not asked" in found["webpage"][1]
    assert set(services.counts().values()) == {1}
    assert set(services.counts()) == set(SOURCES) - {"webpage"}
    assert "PLANTED" not in result.stdout + result.stderr
    assert "planted@" not in result.stdout
    assert result.stderr == ""
    assert not (tmp_path / "state").exists()


def test_a_wrong_key_a_throttle_and_a_dead_host_are_each_named(enrich, services, nobody):
    services.faults["openalex"] = lambda _: Answer(401, b'{"error": "PLANTED is no key"}')
    services.faults["semantic_scholar"] = lambda _: Answer(429, b"{}", headers={"Retry-After": "3000"})
    services.faults["dblp"] = lambda _: Answer(503, b"")
    services.faults["datacite"] = lambda _: Answer(body=b'["no", "object"]')
    variables = {
        "ENRICH_SOURCES__OPENALEX__API_KEY": "PLANTED",
        "ENRICH_SOURCES__CROSSREF__BASE_URL": f"http://{nobody}",
        "ENRICH_SOURCES__PMLR__ENABLED": "false",
    }
    result = enrich("doctor", **variables)
    assert result.returncode == 2
    found = lines_of(result)
    assert found["openalex"][0] == "failed"
    assert "refuses your key: HTTP 401: redacted is no key" in found["openalex"][1]
    assert found["openalex"][1].endswith("mend or unset ENRICH_SOURCES__OPENALEX__API_KEY")
    state, text = found["semantic_scholar"]
    assert state == "warning"
    assert "throttles: too many requests until " in text
    assert text.endswith("a key of your own has limits of its own: ENRICH_SOURCES__SEMANTIC_SCHOLAR__API_KEY")
    assert found["crossref"][0] == "failed"
    assert f"{nobody} cannot be reached; for publishers' records" in found["crossref"][1]
    assert found["dblp"] == ("failed", "HTTP 503; for venues and editions in computer science")
    assert found["datacite"][0] == "failed"
    assert "answers what is not its format" in found["datacite"][1]
    assert found["pmlr"][0] == "note"
    assert found["arxiv"][0] == "ok"
    assert "PLANTED" not in result.stdout + result.stderr
    assert services.counts()["dblp"] == 1


def test_the_exit_code_tells_a_monitor_whose_the_fault_is(enrich, services, nobody):
    services.faults["semantic_scholar"] = lambda _: Answer(429, b"{}")
    assert enrich("doctor").returncode == 0
    assert enrich("doctor", "--strict").returncode == 3
    dead = enrich("doctor", "--json", ENRICH_SOURCES__CROSSREF__BASE_URL=f"http://{nobody}")
    assert (dead.returncode, json.loads(dead.stdout)["exit_code"]) == (3, 3)
    assert checks_of(dead)["crossref"]["is_theirs"] is True
    assert checks_of(dead)["semantic_scholar"]["facts"]["outcome"] == "throttled"
    wrong = enrich("doctor", "--json", ENRICH_SOURCES__CROSSREF__BASE_URL="http://[")
    assert wrong.returncode == 2
    assert "must be an address" in checks_of(wrong)["settings"]["text"]


def test_without_a_network_one_line_says_so(enrich, nobody):
    base = {f"ENRICH_SOURCES__{name.upper()}__BASE_URL": f"http://{nobody}" for name in SOURCES}
    result = enrich("doctor", **base)
    assert result.returncode == 3
    found = lines_of(result)
    assert found["network"] == ("failed", "no service can be reached; runs answer from what is known")
    assert "crossref" not in found
    assert result.stdout.splitlines()[-1].endswith(" 1 failed")
    assert enrich("doctor", "--offline", **base).returncode == 0


def test_an_old_state_is_named_and_left_as_it_is(enrich, tmp_path):
    store = tmp_path / "state" / "store.sqlite"
    store.parent.mkdir()
    with closing(sqlite3.connect(store)) as database:
        database.executescript(FORMATS[0])
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
        until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
        database.execute("INSERT INTO circuits VALUES ('arxiv', ?, 'too many requests')", [until])
        database.commit()
    before = store.read_bytes()
    result = enrich("doctor")
    state, text = lines_of(result)["store"]
    assert state == "warning"
    assert f"of an older enrich (format 1 of {SCHEMA_VERSION}), the next run brings it up to date" in text
    assert "throttles: too many requests until" in lines_of(result)["arxiv"][1]
    assert store.read_bytes() == before


def test_a_state_that_cannot_be_used_is_named_and_left_as_it_is(enrich, tmp_path):
    state = tmp_path / "state"
    Store(state / "store.sqlite").__exit__(None, None, None)
    with closing(sqlite3.connect(state / "store.sqlite")) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        database.commit()
    (state / "replies.sqlite").write_bytes(b"garbage" * 999)
    result = enrich("doctor")
    assert result.returncode == 2
    found = lines_of(result)
    assert found["store"][0] == "failed"
    assert (
        f"has the format {SCHEMA_VERSION + 1} of a newer enrich; update enrich, or set state_dir" in found["store"][1]
    )
    assert found["replies.sqlite"][0] == "warning"
    assert found["arxiv"][0] == "ok"
    assert (state / "replies.sqlite").read_bytes() == b"garbage" * 999
    (state / "store.sqlite").write_bytes(b"garbage" * 999)
    assert "enrich store restore FILE" in lines_of(enrich("doctor", "--offline"))["store"][1]


def test_what_the_settings_name_must_be_there(enrich, tmp_path):
    (tmp_path / "fixes.toml").write_text("[[nonsense]]\n", "utf-8")
    (tmp_path / "my.toml").write_text('lists = ["gone.md"]\ncatalogue = "none"\ncorrections = "fixes.toml"\n', "utf-8")
    result = enrich("doctor", "--offline", "--config", "my.toml")
    assert result.returncode == 2
    found = lines_of(result)
    assert found["lists"] == ("failed", "gone.md: there is no such file or folder; mend lists in the settings")
    assert found["catalogue"][0] == found["corrections"][0] == "failed"
    (tmp_path / "my.toml").write_text("nwo = 1\n", "utf-8")
    told = lines_of(enrich("doctor", "--config", "my.toml"))["settings"]
    assert told == ("failed", "my.toml:1: unknown setting nwo; did you mean now?; nothing else can be looked at")


def test_a_folder_that_cannot_be_written_is_named(enrich, tmp_path):
    with read_only(tmp_path / "locked") as folder:
        result = enrich("doctor", "--offline", ENRICH_STATE_DIR=str(folder / "state"))
    assert result.returncode == 2
    assert lines_of(result)["state_dir"][1].endswith("cannot be written; set state_dir")


def test_a_library_at_zotero_is_asked_for_with_its_key(enrich):
    library = Library()
    with serve_library(library) as address:
        variables = {"ENRICH_ZOTERO__BASE_URL": address, "ENRICH_ZOTERO__LIBRARY": library.name}
        without = lines_of(enrich("doctor", **variables))["zotero"]
        assert without[1].startswith("no key for Zotero")
        good = enrich("doctor", ENRICH_ZOTERO__API_KEY=KEY, **variables)
        assert lines_of(good)["zotero"] == ("ok", f"the library {library.name}; with your key")
        bad = enrich("doctor", ENRICH_ZOTERO__API_KEY="PLANTED-KEY", **variables)
    assert bad.returncode == 2
    assert lines_of(bad)["zotero"][1].startswith(f"Zotero refuses the key for {library.name}")
    assert "PLANTED" not in bad.stdout + bad.stderr


def test_versions_and_extras_are_told(enrich):
    found = checks_of(enrich("doctor", "--offline", "--json", TEST_CHARTS="1"))["versions"]
    assert set(found["facts"]["extras"]) == set(EXTRAS)
    assert found["facts"]["extras"]["report"] is True
    assert found["facts"]["python"].startswith("3.")


@pytest.mark.parametrize(
    ("date", "off"),
    [
        ("Fri, 27 Nov 2026 02:00:00 GMT", timedelta(hours=1)),
        ("Fri, 27 Nov 2026 03:00:30 GMT", timedelta(seconds=-30)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_clock_is_compared_with_what_a_service_says(date, off):
    reply = Reply(
        request=Request(source="arxiv", url="http://127.0.0.1/"),
        outcome=Outcome.OK,
        status=200,
        content=b"",
        retrieved_at=datetime(2026, 11, 27, 3, tzinfo=UTC),
        headers={"date": date},
    )
    assert clock_off(reply) == off
