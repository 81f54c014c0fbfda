"""The file with the replies: when it is good, what happens to one that is not, and how old replies leave it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from requests import PreparedRequest, Request, Response
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from enrich.errors import OutputError
from enrich.fetch import cache as cache_module
from enrich.fetch.cache import (
    CACHE_TABLES,
    find_cached,
    find_damage,
    forget,
    forget_old,
    move_aside_if_damaged,
    new_session,
    open_cache,
    prune_cache,
    refresh_options,
)
from enrich.fetch.lean import SQLiteCache


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "replies.sqlite"


@pytest.fixture
def cache(path):
    made, warning = open_cache(path)
    assert warning is None
    yield made
    made.close()


@pytest.fixture
def session(cache):
    with new_session(cache, frozenset({"a.example"})) as made:
        yield made


def request(path="x", method="GET", **more) -> PreparedRequest:
    return Request(method, f"http://a.example/{path}", **more).prepare()


def response_to(asked, body=b'{"a": 1}', status=200, **headers):
    made = Response()
    made.status_code, made.request, made.url = status, asked, asked.url
    made.headers = CaseInsensitiveDict(headers)
    made._content = body
    made.raw = HTTPResponse(body=body, headers=headers, status=status, preload_content=False, request_url=asked.url)
    return made


def keep(session, asked, body=b'{"a": 1}', status=200):
    session.cache.save_response(response_to(asked, body, status), session.cache.create_key(asked))


def make_database(path, *tables):
    with closing(sqlite3.connect(path)) as database:
        for table in tables:
            database.execute(f"CREATE TABLE {table} (x)")
        database.commit()


def test_what_is_kept_is_found_by_its_own_question_alone(session):
    keep(session, request("a"))
    keep(session, request("b", "POST", data=b"one"), b'{"b": 2}')
    assert find_cached(session, request("a")).content == b'{"a": 1}'
    assert find_cached(session, request("b", "POST", data=b"one")).content == b'{"b": 2}'
    assert find_cached(session, request("b", "POST", data=b"two")) is None
    assert find_cached(session, request("b")) is None
    assert find_cached(session, request("a", params={"q": "1"})) is None


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key", "User-Agent", "x-api-key"])
def test_a_secret_does_not_tell_two_questions_apart_and_is_not_written(session, path, header):
    keep(session, request("a", headers={header: "PLANTED-KEY"}))
    assert find_cached(session, request("a")).content == b'{"a": 1}'
    assert find_cached(session, request("a", headers={header: "other"})).content == b'{"a": 1}'
    assert b"PLANTED-KEY" not in b"".join(one.read_bytes() for one in path.parent.iterdir())


def test_what_is_no_answer_is_not_written_over_what_is_kept(session):
    keep(session, request("a"))
    keep(session, request("a"), b"oops", 500)
    keep(session, request("b", headers={"Accept": "application/json"}), b'{"cut": ')
    assert find_cached(session, request("a")).content == b'{"a": 1}'
    assert find_cached(session, request("b", headers={"Accept": "application/json"})) is None


def test_one_reply_is_forgotten_and_the_others_stay(session):
    keep(session, request("a"))
    keep(session, request("b"))
    forget(session, request("a"))
    forget(session, request("never"))
    assert find_cached(session, request("a")) is None
    assert find_cached(session, request("b")) is not None


def test_a_damaged_row_counts_as_none(session, path):
    keep(session, request("a"))
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE responses SET value = '{\"no\": '")
        database.commit()
    assert find_cached(session, request("a")) is None


@pytest.mark.parametrize(
    ("headers", "options"),
    [
        ({"ETag": "1"}, {"refresh": True}),
        ({"Last-Modified": "Sun, 22 Nov 2026 03:00:00 GMT"}, {"refresh": True}),
        ({"Date": "Sun, 22 Nov 2026 03:00:00 GMT"}, {"force_refresh": True}),
    ],
)
def test_only_a_reply_with_a_validator_is_asked_for_conditionally(headers, options):
    assert refresh_options(response_to(request(), **headers)) == options


def test_what_is_not_kept_is_asked_for_anew():
    assert refresh_options(None) == {"force_refresh": True}


def test_a_file_is_good_when_it_is_not_there_empty_or_has_the_tables(tmp_path):
    assert find_damage(tmp_path / "none", CACHE_TABLES) is None
    (tmp_path / "empty").touch()
    assert find_damage(tmp_path / "empty", CACHE_TABLES) is None
    make_database(tmp_path / "ours", *CACHE_TABLES, "more")
    assert find_damage(tmp_path / "ours", CACHE_TABLES) is None
    make_database(tmp_path / "any", "t")
    assert find_damage(tmp_path / "any") is None


def test_a_file_that_is_no_cache_says_what_it_is(tmp_path):
    make_database(tmp_path / "half", "responses")
    assert find_damage(tmp_path / "half", CACHE_TABLES) == "is not a cache of enrich"
    (tmp_path / "text").write_bytes(b"no database at all " * 100)
    assert find_damage(tmp_path / "text") == "is damaged"
    (tmp_path / "folder").mkdir()
    assert find_damage(tmp_path / "folder") == "cannot be read"


def test_a_file_that_another_process_has_locked_is_not_damaged(tmp_path, monkeypatch):
    make_database(tmp_path / "busy", "t")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **more: connect(*words, **{**more, "timeout": 0.01}))
    with closing(connect(tmp_path / "busy")) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert find_damage(tmp_path / "busy", CACHE_TABLES) is None


def test_a_damaged_file_is_moved_aside_with_a_line_that_names_both(tmp_path):
    path = tmp_path / "limits.sqlite"
    assert move_aside_if_damaged(path) == []
    path.write_bytes(b"no database at all " * 100)
    (line,) = move_aside_if_damaged(path)
    assert line == f"{path} is damaged; moved to limits.sqlite.damaged-1, a new one is used"
    assert not path.exists()
    assert (tmp_path / "limits.sqlite.damaged-1").read_bytes().startswith(b"no database")


def test_opening_a_foreign_file_makes_a_new_one_and_says_so(path):
    path.parent.mkdir()
    make_database(path, "shopping")
    made, warning = open_cache(path)
    made.close()
    assert warning == f"{path} is not a cache of enrich; moved to {path.name}.damaged-1, a new one is used"
    assert find_damage(path, CACHE_TABLES) is None


def test_a_folder_that_cannot_be_made_is_an_error_with_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="/file: is no folder; set state_dir"):
        open_cache(tmp_path / "file" / "state" / "replies.sqlite")


def test_the_folder_of_a_new_file_is_made_with_those_above_it(tmp_path):
    path = tmp_path / "a" / "b" / "replies.sqlite"
    made, warning = open_cache(path)
    made.close()
    assert (path.is_file(), warning) == (True, None)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",), "several runs may share it"


def test_a_folder_or_file_that_the_disk_refuses_is_an_error_with_what_to_do(path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    def fail(*_, **__):
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refuse)
        with pytest.raises(OutputError) as refused:
            open_cache(path)
    assert str(refused.value) == f"{path.parent}: cannot be made: No space left on device; set state_dir"
    monkeypatch.setattr(SQLiteCache, "__init__", fail)
    with pytest.raises(OutputError) as refused:
        open_cache(path)
    assert str(refused.value) == f"{path}: cannot be written: disk I/O error; set state_dir"


def test_a_full_disk_that_sqlite_does_not_know_how_to_name_is_one(session, monkeypatch):
    def fail(*_, **__):
        raise SystemError("error return without exception set")

    monkeypatch.setattr(SQLiteCache, "save_response", fail)
    with pytest.raises(sqlite3.OperationalError, match=r"^database or disk is full$"):
        keep(session, request("a"))


def test_a_full_disk_does_not_keep_old_replies_from_being_passed_over(session, cache, monkeypatch):
    keep(session, request("a"))

    def fail(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(cache, "delete", fail)
    forget_old(cache)
    forget(session, request("a"))
    assert find_cached(session, request("a")) is not None


def test_pruning_on_a_full_disk_is_an_error_with_what_to_do(session, path, monkeypatch):
    keep(session, request("old"))
    age_all(path, 31)
    connect = sqlite3.connect

    class Full(sqlite3.Connection):
        def execute(self, statement, *values):
            if statement == "VACUUM":
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(statement, *values)

    monkeypatch.setattr(
        cache_module.sqlite3, "connect", lambda *words, **more: connect(*words, **{"factory": Full, **more})
    )
    with pytest.raises(OutputError) as refused:
        prune_cache(path, timedelta(days=5))
    assert str(refused.value) == f"{path}: cannot be written: database or disk is full; make room, or set state_dir"


def age_all(path, days):
    """Let every reply have been written this many days ago."""
    moment = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    with closing(sqlite3.connect(path)) as database:
        n_rows = database.execute("UPDATE responses SET value = json_set(value, '$.created_at', ?)", (moment,)).rowcount
        database.commit()
    return n_rows


@pytest.mark.parametrize(("days", "stays"), [(29, True), (31, False)])
def test_replies_leave_after_thirty_days(session, cache, path, days, stays):
    keep(session, request("old"))
    assert age_all(path, days) == 1
    keep(session, request("new"))
    forget_old(cache)
    assert (find_cached(session, request("old")) is not None) is stays
    assert find_cached(session, request("new")) is not None


@pytest.mark.parametrize(("age", "gone"), [(5, 1), (20, 0), (400, 0)])
def test_pruning_counts_what_goes_and_keeps_what_is_younger(session, path, age, gone):
    keep(session, request("old"))
    age_all(path, 10)
    keep(session, request("new"))
    assert prune_cache(path, timedelta(days=age)) == gone
    assert (find_cached(session, request("old")) is None) is bool(gone)
    assert find_cached(session, request("new")) is not None


def test_pruning_never_keeps_what_no_run_can_use(session, path):
    keep(session, request("old"))
    age_all(path, 31)
    assert prune_cache(path, timedelta(days=400)) == 1


def test_pruning_gives_the_room_back(session, cache, path):
    keep(session, request("old"), b'{"a": "' + b"x" * 500_000 + b'"}')
    age_all(path, 10)
    cache.close()
    before = sum(one.stat().st_size for one in path.parent.iterdir())
    assert prune_cache(path, timedelta(days=5)) == 1
    assert sum(one.stat().st_size for one in path.parent.iterdir()) < before - 400_000
