"""Backups: whole while runs write, checked before they replace anything, and nothing is lost when they do."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest

from enrich.errors import InputError, OutputError
from enrich.model.identifiers import parse_arxiv
from enrich.model.record import Record
from enrich.store.backup import back_up, restore
from enrich.store.store import FORMATS, SCHEMA_VERSION, Store

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def record(number):
    return Record(source="arxiv", identifiers=(parse_arxiv(f"2001.{number:05d}"),), retrieved_at=NOW, title="A title")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "state" / "store.sqlite"
    with Store(path) as store:
        store.put_records([record(1), record(2)])
        store.freeze({"arxiv:2001.00001": ("author2020title", ["arxiv:2001.00001"])}, NOW)
    return path


def known(path):
    with Store(path) as store:
        return set(store.find_records([parse_arxiv(f"2001.{number:05d}") for number in range(1, 9)]))


def test_a_backup_is_one_whole_file_and_comes_back(path, tmp_path):
    file = tmp_path / "backup.sqlite"
    made = back_up(path, file)
    assert (made.n_records, made.n_works, made.format) == (2, 1, SCHEMA_VERSION)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backup.sqlite", "state"]
    with Store(path) as store:
        store.put_records([record(3)])
    back = restore(file, path)
    assert known(path) == {"arxiv:2001.00001", "arxiv:2001.00002"}
    assert back.replaced == path.with_name("store.sqlite.replaced-1")
    assert "arxiv:2001.00003" in known(back.replaced)
    with Store(path) as store:
        assert store.citation_keys() == {"arxiv:2001.00001": "author2020title"}


def test_a_backup_comes_back_into_an_empty_place(path, tmp_path):
    back_up(path, tmp_path / "backup.sqlite")
    elsewhere = tmp_path / "new" / "store.sqlite"
    assert restore(tmp_path / "backup.sqlite", elsewhere).replaced is None
    assert len(known(elsewhere)) == 2


def test_a_backup_taken_while_a_run_writes_holds_whole_transactions(path, tmp_path):
    is_done = threading.Event()

    def write():
        with Store(path) as store:
            number = 100
            while not is_done.is_set():
                with store.transaction():
                    store.put_records([record(number), record(number + 1)])
                number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [back_up(path, tmp_path / f"{number}.sqlite").n_records for number in range(10)]
    finally:
        is_done.set()
        writer.join()
    assert all(count % 2 == 0 for count in counts)
    assert len(set(counts)) > 1
    assert len(known(tmp_path / "9.sqlite")) == 2


def test_an_existing_backup_stays_when_a_new_one_fails(path, tmp_path):
    file = tmp_path / "backup.sqlite"
    back_up(path, file)
    before = file.read_bytes()
    path.write_bytes(b"garbage" * 999)
    with pytest.raises(InputError, match="is damaged; it is moved aside by the next run; restore a backup"):
        back_up(path, file)
    assert file.read_bytes() == before


def test_a_store_in_use_is_not_replaced(path, tmp_path):
    file = tmp_path / "backup.sqlite"
    back_up(path, file)
    with Store(path) as store:
        store.put_records([record(3)])
        with pytest.raises(OutputError, match=r"store\.sqlite: is in use by another run; wait until it has ended"):
            restore(file, path)
        store.put_records([record(4)])
    assert {"arxiv:2001.00003", "arxiv:2001.00004"} <= known(path)
    assert [one.name for one in path.parent.iterdir()] == ["store.sqlite"]


def test_a_damaged_store_is_replaced_and_kept(path, tmp_path):
    back_up(path, tmp_path / "backup.sqlite")
    path.write_bytes(b"garbage" * 999)
    replaced = restore(tmp_path / "backup.sqlite", path).replaced
    assert replaced.read_bytes() == b"garbage" * 999
    assert len(known(path)) == 2


def newer(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda file: file.unlink(), "no such file"),
        (lambda file: file.write_bytes(b""), "is empty"),
        (lambda file: file.write_bytes(b"garbage" * 999), "is damaged; restore another backup"),
        (lambda file: file.write_bytes(file.read_bytes()[:9000]), "restore another backup"),
        (newer, "has the format 99 of a newer enrich"),
    ],
)
def test_what_is_no_backup_replaces_nothing(path, tmp_path, spoil, message):
    file = tmp_path / "backup.sqlite"
    back_up(path, file)
    spoil(file)
    with pytest.raises(InputError) as caught:
        restore(file, path)
    assert str(caught.value).startswith(f"{file}: ")
    assert message in str(caught.value)
    assert len(known(path)) == 2
    assert [one.name for one in path.parent.iterdir()] == ["store.sqlite"]


def test_another_database_is_no_backup(path, tmp_path):
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE records (a)")
    with pytest.raises(InputError, match="is not a store of enrich"):
        restore(other, path)


def test_places_that_take_no_backup_are_named(path, tmp_path):
    with pytest.raises(InputError, match="there is no store"):
        back_up(tmp_path / "none.sqlite", tmp_path / "backup.sqlite")
    with pytest.raises(OutputError, match="is a folder; name a file"):
        back_up(path, tmp_path)
    with pytest.raises(OutputError, match="is the store itself"):
        back_up(path, path)
    with pytest.raises(OutputError, match=r"nowhere/backup.sqlite: cannot be written"):
        back_up(path, tmp_path / "nowhere" / "backup.sqlite")
    with pytest.raises(InputError, match="is the store itself"):
        restore(path, path)


def test_a_backup_of_an_older_version_is_brought_up_to_date(path, tmp_path):
    older = tmp_path / "older.sqlite"
    with closing(sqlite3.connect(older)) as database:
        database.executescript(FORMATS[0])
        database.execute(f"PRAGMA application_id = {0x656E7263}")
        database.execute("PRAGMA user_version = 1")
    assert restore(older, path).format == 1
    assert known(path) == set()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
