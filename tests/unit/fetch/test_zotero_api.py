"""One library at Zotero over a real socket: what is sent, what an answer means, and the line for the user."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from support.zotero import KEY, Answer, Library, serve_library

from enrich.errors import InputError, ServiceError
from enrich.fetch.fetcher import Patience
from enrich.fetch.zotero import StaleLibraryError, ZoteroApi

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
