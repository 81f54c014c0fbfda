"""One library at Zotero over a real socket: what is sent, what an answer means, and the line for the user."""

from __future__ import annotations

import base64
import json
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from support.zotero import KEY, Answer, Library, serve_library

from enrich.errors import InputError, ServiceError
from enrich.fetch import zotero
from enrich.fetch.fetcher import Patience
from enrich.fetch.zotero import StaleLibraryError, ZoteroApi
from enrich.model.credentials import to_public_base

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def library():
    return Library(version=7)


@pytest.fixture
def api(library, tmp_path):
    waits = []
    with serve_library(library) as url:
        patience = Patience(attempts=3, backoff_s=2, retry_after_cap_s=60)
        with ZoteroApi(
            url, library.name, KEY, user_agent="enrich/0", patience=patience, min_interval_s=0,
            state_file=tmp_path / "limits.sqlite", clock=lambda: AT, sleep=waits.append,
        ) as opened:  # fmt: skip
            opened.waits = waits
            yield opened


def always(*answers):
    return lambda number, _: answers[min(number, len(answers) - 1)]


@pytest.mark.parametrize(
    ("status", "kind", "line", "advice", "n_asked"),
    [
        (401, InputError, "Zotero refuses the key for users/475425", "ENRICH_ZOTERO__API_KEY", 1),
        (403, InputError, "Zotero refuses the key for users/475425", "ENRICH_ZOTERO__API_KEY", 1),
        (404, InputError, "Zotero knows no library users/475425", "write users/ID or groups/ID", 1),
        (500, ServiceError, "Zotero: HTTP 500", "run the same command again to go on", 3),
        (409, ServiceError, "Zotero: the library is locked by another write", "run the same command again", 3),
        (400, ServiceError, "Zotero: HTTP 400", "run the same command again to go on", 1),
    ],
)
def test_a_refusal_is_one_line_with_what_to_do(api, library, status, kind, line, advice, n_asked):  # noqa: PLR0917
    library.faults = always(Answer(status, {}))
    with pytest.raises(kind) as told:
        api.check_access()
    assert type(told.value) is kind
    assert line in str(told.value)
    assert advice in str(told.value.advice)
    assert (len(library.asked), api.n_reads, api.n_writes) == (n_asked, n_asked, 0)
    assert api.waits == [2.0, 6.0][: n_asked - 1]


def test_every_question_has_key_version_and_name_of_the_program(api, library):
    api.check_access()
    (asked,) = library.asked
    assert {name: asked.headers[name] for name in ("zotero-api-key", "zotero-api-version", "user-agent", "accept")} == {
        "zotero-api-key": KEY, "zotero-api-version": "3", "user-agent": "enrich/0", "accept": "application/json",
    }  # fmt: skip
    assert asked.params == {"limit": "1"}


def test_a_wait_that_is_asked_for_is_kept_up_to_the_cap(api, library):
    library.faults = always(Answer(200, [], {"Backoff": "9"}), Answer(200, [], {"Backoff": "61"}), Answer(200, []))
    api.check_access()
    api.check_access()
    assert api.waits == [9.0]
    with pytest.raises(ServiceError, match="Zotero asks to be left alone for 61 s"):
        api.check_access()
    assert len(library.asked) == 2


def test_a_throttled_question_waits_as_long_as_the_answer_says(api, library):
    library.faults = always(Answer(429, {}, {"Retry-After": "5"}), Answer(200, []))
    api.check_access()
    assert [one for one in api.waits if one] == [5.0]


def test_items_are_asked_for_by_fifty_keys(api, library):
    library.faults = lambda number, _: Answer(200, [{"key": str(number)}])
    assert [one["key"] for one in api.read_keys([f"K{n}" for n in range(51)])] == ["0", "1"]
    first, second = library.asked
    assert first.params == {"itemKey": ",".join(f"K{n}" for n in range(50)), "includeTrashed": "1", "limit": "100"}
    assert second.params["itemKey"] == "K50"


def test_pages_are_read_to_the_end_of_one_version(api, library):
    one, two = (
        {"Last-Modified-Version": "8", "Total-Results": "2"},
        {"Last-Modified-Version": "9", "Total-Results": "2"},
    )
    library.faults = always(Answer(200, [{"key": "A"}], one), Answer(200, [{"key": "B"}, "no object"], one))
    assert api.read_all("items", 3, itemType="book") == (8, [{"key": "A"}, {"key": "B"}])
    assert [asked.params["start"] for asked in library.asked] == ["0", "1"]
    assert library.asked[0].params == {"itemType": "book", "since": "3", "limit": "100", "start": "0"}
    library.asked.clear()
    library.faults = lambda _, asked: Answer(200, [{"key": "A"}], two if asked.params["start"] == "1" else one)
    with pytest.raises(StaleLibraryError):
        api.read_all("items", 3)


def test_what_was_deleted_is_told_by_kind(api, library):
    library.faults = always(Answer(200, {"items": ["A"], "tags": ["x"], "collections": None}))
    assert api.read_deleted(4) == {"items": ["A"], "collections": []}
    assert library.asked[0].params == {"since": "4"}


def test_each_object_of_a_write_is_done_stale_or_failed(api, library):
    said = {
        "successful": {"0": {"data": {"key": "A"}}}, "success": {"0": "A", "1": "B"}, "unchanged": {"2": "C"},
        "failed": {"3": {"code": 412, "message": "m"}, "4": {"code": 428}, "5": {"code": 400, "message": "no  such"}},
    }  # fmt: skip
    library.faults = always(Answer(200, said, {"Last-Modified-Version": "11"}))
    found = api.write("items", [{"title": f"ü{n}"} for n in range(6)], 7)
    assert (found.version, found.done) == (11, {0: {"key": "A"}, 1: {}, 2: {}})
    assert (found.stale, found.failed) == ([3, 4], {5: "400 no such"})
    (asked,) = library.asked
    assert json.loads(asked.body)[5] == {"title": "ü5"}
    assert "ü5".encode() in asked.body, "half as long as escaped"
    assert asked.headers["if-unmodified-since-version"] == "7"
    assert asked.headers["content-type"] == "application/json"
    assert len(asked.headers["zotero-write-token"]) == 32
    assert (api.n_reads, api.n_writes) == (0, 1)


def test_what_is_too_large_is_halved_and_one_object_that_is_still_so_is_named(api, library):
    def answer(_, asked):
        rows = json.loads(asked.body)
        if len(rows) > 1:
            return Answer(413, {})
        if rows[0]["n"] == 1:
            return Answer(413, {})
        return Answer(200, {"successful": {"0": {"data": rows[0]}}}, {"Last-Modified-Version": str(10 + rows[0]["n"])})

    library.faults = answer
    found = api.write("items", [{"n": n} for n in range(3)], 7)
    assert (found.version, found.done) == (12, {0: {"n": 0}, 2: {"n": 2}})
    assert found.failed == {1: "larger than the service takes"}


def test_a_library_that_moved_on_is_stale(api, library):
    library.faults = always(Answer(412, {}))
    with pytest.raises(StaleLibraryError):
        api.delete("items", ["A", "B"], 7)
    assert library.asked[0].params == {"itemKey": "A,B"}
    library.faults = lambda *_: Answer(204, None, {"Last-Modified-Version": "12"})
    assert api.delete("collections", ["C"], 7) == 12
    assert library.asked[-1].params == {"collectionKey": "C"}


def test_a_body_that_is_too_long_is_halved_before_it_is_sent(api, library, monkeypatch):
    monkeypatch.setattr(zotero, "_LONGEST_BODY", len(b'[{"n": 0}, {"n": 1}]'))
    library.faults = lambda number, asked: Answer(
        200, {"unchanged": {str(place): "K" for place in range(len(json.loads(asked.body)))}},
        {"Last-Modified-Version": str(8 + number)},
    )  # fmt: skip
    found = api.write("items", [{"n": n} for n in range(3)], 7)
    assert [json.loads(asked.body) for asked in library.asked] == [[{"n": 0}], [{"n": 1}, {"n": 2}]]
    assert [asked.headers["if-unmodified-since-version"] for asked in library.asked] == ["7", "8"]
    assert {asked.path for asked in library.asked} == {f"/{library.name}/items"}
    assert (found.version, found.done) == (9, {0: {}, 1: {}, 2: {}})
    monkeypatch.setattr(zotero, "_LONGEST_BODY", 1)
    assert api.write("items", [{"n": 0}], 9).done == {0: {}}, "one object is for the service to judge"


def test_what_is_stale_and_failed_in_the_second_half_has_its_own_place(api, library):
    def answer(_, asked):
        rows = json.loads(asked.body)
        if len(rows) > 2:
            return Answer(413, {})
        return Answer(200, {"failed": {"0": {"code": 412}, "1": {"code": 400, "message": "no"}}})

    library.faults = answer
    found = api.write("items", [{"n": n} for n in range(4)], 7)
    assert (found.version, found.stale, found.failed) == (7, [0, 2], {1: "400 no", 3: "400 no"})


def test_an_answer_that_does_not_say_the_version_leaves_it(api, library):
    library.faults = always(Answer(200, {"success": {"0": "A"}}))
    assert api.write("items", [{}], 7).version == 7
    library.faults = always(Answer(204, None, {"Last-Modified-Version": "soon"}))
    assert api.delete("items", ["A"], 7) == 7
    (asked,) = [one for one in library.asked if one.method == "DELETE"]
    assert (asked.path, asked.headers["if-unmodified-since-version"]) == (f"/{library.name}/items", "7")
    assert asked.body == b""


def test_each_write_has_a_token_of_its_own_and_words_of_a_failure_are_cut(api, library):
    library.faults = always(Answer(200, {"failed": {"0": {"code": 400, "message": "x" * 300}}}))
    assert api.write("items", [{}], 7).failed == {0: f"400 {'x' * 200}"}
    api.write("items", [{}], 7)
    assert len({asked.headers["zotero-write-token"] for asked in library.asked}) == 2


def test_pages_without_a_total_end_with_the_first(api, library):
    library.faults = always(Answer(200, [{"key": "A"}], {"Last-Modified-Version": "8"}))
    assert api.read_all("items", 3) == (8, [{"key": "A"}])
    library.faults = always(Answer(200, [], {"Last-Modified-Version": "8", "Total-Results": "9"}))
    assert api.read_all("items", 3) == (8, []), "an empty page is the last one"


@pytest.mark.parametrize("said", ["no object", 5, None])
def test_an_answer_that_cannot_be_read_is_one_line(api, library, said):
    library.faults = always(Answer(200, said))
    for ask in (lambda: api.read_keys(["A"]), lambda: api.read_deleted(1), lambda: api.write("items", [{}], 1)):
        with pytest.raises(ServiceError) as told:
            ask()
        assert str(told.value) == "Zotero's answer cannot be read; run the same command later"


def test_a_service_that_is_not_there_is_named_by_its_host(tmp_path):
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        waits = []
        with ZoteroApi(
            f"http://{host}", "users/1", None, user_agent="enrich/0", patience=Patience(attempts=2, backoff_s=2),
            min_interval_s=0, state_file=tmp_path / "limits.sqlite", clock=lambda: AT, sleep=waits.append,
        ) as api, pytest.raises(ServiceError) as told:  # fmt: skip
            api.check_access()
    line = f"Zotero: {host} cannot be reached (ConnectionError); run the same command again to go on"
    assert (str(told.value), waits) == (line, [2])


def test_a_locked_library_is_asked_again_and_then_named(api, library):
    library.faults = always(Answer(409, {}))
    with pytest.raises(ServiceError, match=r"^Zotero: the library is locked by another write; run the same command"):
        api.write("items", [{}], 7)
    assert (len(library.asked), api.n_writes, api.waits) == (3, 3, [2.0, 6.0])
    assert len({asked.headers["zotero-write-token"] for asked in library.asked}) == 1


@pytest.mark.parametrize(("after", "n_asked"), [("60", 3), ("61", 1)])
def test_a_wait_beyond_the_cap_ends_the_attempts(api, library, after, n_asked):
    library.faults = always(Answer(429, {}, {"Retry-After": after, "Backoff": "9"}))
    with pytest.raises(ServiceError, match=r"^Zotero: too many requests; run the same command again"):
        api.check_access()
    assert (len(library.asked), [one for one in api.waits if one]) == (n_asked, [60.0] * (n_asked - 1))


def test_user_and_password_of_the_address_are_sent_and_the_key_is_in_no_answer(library, tmp_path):
    with serve_library(library) as url:
        address = to_public_base(url.replace("//", "//ann:planted-pw@"))
        with ZoteroApi(
            address, library.name, KEY, user_agent="enrich/0", patience=Patience(), min_interval_s=0.001,
            state_file=tmp_path / "limits.sqlite", clock=lambda: AT,
        ) as api:  # fmt: skip
            library.faults = always(Answer(200, [{"key": f"{KEY} planted-pw me@example.org"}]))
            (row,) = api.read_keys(["A"])
    assert row == {"key": "redacted redacted me@example.org"}, "people's addresses are the user's own here"
    assert library.asked[0].headers["authorization"] == f"Basic {base64.b64encode(b'ann:planted-pw').decode()}"
    with closing(sqlite3.connect(tmp_path / "limits.sqlite")) as database:
        (table,) = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchone()
    assert table.startswith("bucket_zotero_127_0_0_1_")


def test_without_a_key_none_is_sent(library, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login thief password thief\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    library.faults = always(Answer(200, []))
    with serve_library(library) as url, ZoteroApi(
        url, library.name, None, user_agent="enrich/0", patience=Patience(), min_interval_s=0,
        state_file=tmp_path / "limits.sqlite", clock=lambda: AT,
    ) as api:  # fmt: skip
        api.check_access()
    assert {"zotero-api-key", "authorization"} & set(library.asked[0].headers) == set()
    assert library.asked[0].headers["accept-encoding"] == "gzip, deflate"
