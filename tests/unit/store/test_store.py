"""The store: what goes in comes out, whole or not at all."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from enrich.errors import InputError, OutputError
from enrich.model.dates import PartialDate
from enrich.model.identifiers import parse_arxiv, parse_identifier
from enrich.model.persons import Author
from enrich.model.record import Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Request
from enrich.store.codec import parse_record, to_json
from enrich.store.journal import ListLine, RunLine, RunState, SourceLine
from enrich.store.store import FORMATS, Store, open_store

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NODE = parse_arxiv("1806.07366v5")
DOI = parse_identifier("doi", "10.1000/x")
FULL = Record(
    source="arxiv",
    identifiers=(NODE, DOI),
    retrieved_at=NOW,
    title="Über “Neural” ODEs",
    authors=(Author("Ann Author", "Author", "Ann", orcid="0000-0002-1825-0097"), Author("CERN", is_organization=True)),
    editors=(Author("Bea Klein", "Klein", "Bea"),),
    type=WorkType.PREPRINT,
    stage=Stage.SUBMITTED,
    date=PartialDate(2018, 6),
    is_open_access=False,
    keywords=("cs.LG",),
    citation_count=0,
    citation_count_at=NOW,
    references=(DOI,),
    relations=(Relation(RelationKind.IS_PREPRINT_OF, DOI),),
    fact_sources={"title": "here"},
)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "store.sqlite") as made:
        yield made


def test_a_record_comes_back_as_it_was():
    back = parse_record(to_json(FULL))
    assert back == FULL
    assert back.identifiers[0].qualifier == "v5"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"source": 1}', '{"identifiers": [["x", "y"]]}', "null"])
def test_a_line_from_elsewhere_is_no_record(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_record(text)


def test_a_record_is_found_by_every_identifier_and_only_the_newest_stays(store):
    older = Record(
        source="arxiv", identifiers=(NODE,), retrieved_at=NOW - timedelta(days=1), stage=Stage.SUBMITTED, title="Old"
    )
    store.put_records([FULL])
    store.put_records([older])
    assert store.find_records([DOI]) == {str(DOI): [FULL]}
    newer = Record(
        source="arxiv", identifiers=(NODE,), retrieved_at=NOW + timedelta(days=1), stage=Stage.SUBMITTED, title="New"
    )
    store.put_records([newer])
    assert [one.title for one in store.find_records([NODE])[str(NODE)]] == ["New"]


def test_a_transaction_is_all_or_nothing(store):
    def interrupted():
        with store.transaction():
            store.put_records([FULL])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert store.find_records([NODE]) == {}


def test_keys_and_work_ids_stay_once_published(store):
    store.freeze({"arxiv:1": ("chen2018neural", ["arxiv:1", "doi:10.1000/x"])}, NOW)
    store.freeze({"arxiv:1": ("other2020key", ["arxiv:1"])}, NOW + timedelta(days=1))
    assert store.citation_keys() == {"arxiv:1": "chen2018neural"}
    assert store.work_ids(["doi:10.1000/x", "doi:none"]) == {"doi:10.1000/x": "arxiv:1"}
    assert store.published() == {}, "what is frozen is not yet published"


def test_what_was_published_is_remembered_by_folder_with_the_first_moment(store):
    later = NOW + timedelta(days=1)
    store.put_published("/a", ["arxiv:1"], later)
    store.put_published("/b", ["arxiv:1", "arxiv:2"], NOW)
    store.put_published("/b", ["arxiv:1"], later)
    assert store.published("/a") == {"arxiv:1": later}
    assert store.published() == {"arxiv:1": NOW, "arxiv:2": NOW}
    assert store.published("/c") == {}


def test_a_key_stays_open_until_there_is_one(store):
    store.freeze({"doi:1": (None, ["doi:1"])}, NOW)
    assert store.citation_keys() == {}
    store.freeze({"doi:1": ("chen2018neural", ["doi:1"])}, NOW)
    store.freeze({"doi:1": ("other2020key", ["doi:1"])}, NOW)
    assert store.citation_keys() == {"doi:1": "chen2018neural"}


def test_questions_are_remembered_since_a_moment(store):
    store.put_questions([("arxiv", "arxiv:1")], NOW - timedelta(days=8))
    store.put_questions([("arxiv", "arxiv:2")], NOW)
    assert set(store.questions_since(NOW - timedelta(days=7))) == {("arxiv", "arxiv:2")}


def test_follow_ups_and_circuits_survive(store):
    request = Request(source="neurips", url="https://papers.nips.cc/x", params=(("a", "b"),), marks=(("neurips", "1"),))
    store.set_follow_ups([request])
    assert store.follow_ups() == [request]
    store.set_follow_ups([])
    assert store.follow_ups() == []
    store.put_circuit("openalex", NOW + timedelta(hours=1), "budget")
    assert store.circuits(NOW) == {"openalex": (NOW + timedelta(hours=1), "budget")}
    assert store.circuits(NOW + timedelta(hours=2)) == {}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(b"garbage" * 1000), "is damaged"),
        (
            lambda path: sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close(),
            "is not a store of enrich",
        ),
    ],
)
def test_a_file_that_is_no_store_is_moved_aside(tmp_path, make, message):
    path = tmp_path / "store.sqlite"
    make(path)
    store, warning = open_store(path)
    with store:
        assert store.citation_keys() == {}
    assert message in warning
    assert (tmp_path / "store.sqlite.damaged-1").exists()


def test_a_store_of_a_newer_version_is_left_as_it_is(tmp_path):
    path = tmp_path / "store.sqlite"
    with Store(path):
        pass
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(InputError, match="has the format 99 of a newer enrich; update enrich"):
        open_store(path)
    assert [one.name for one in tmp_path.iterdir() if "damaged" in one.name] == []


def test_a_store_of_an_older_version_is_brought_up_to_date_with_all_that_it_holds(tmp_path):
    path = tmp_path / "store.sqlite"
    database = sqlite3.connect(path)
    database.executescript(FORMATS[0])
    database.execute("INSERT INTO works VALUES ('arxiv:1', 'key2018', '2026-01-01T00:00:00+00:00')")
    row = ("arxiv", "arxiv:1806.07366 submitted", FULL.retrieved_at.isoformat(), to_json(FULL))
    database.execute("INSERT INTO records VALUES (?, ?, ?, ?)", row)
    database.execute("INSERT INTO record_identifiers VALUES (?, ?, ?)", (str(NODE), *row[:2]))
    database.execute(f"PRAGMA application_id = {0x656E7263}")
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()
    store, warning = open_store(path)
    with store:
        assert warning is None
        assert store.citation_keys() == {"arxiv:1": "key2018"}
        assert store.find_records([NODE]) == {str(NODE): [FULL]}
        store.journal.begin(RunLine(run="a", started_at=NOW))
    store, warning = open_store(path)
    with store:
        assert warning is None
        assert [line.state for line in store.journal.runs()] == [RunState.RUNNING]


def test_a_store_that_another_program_holds_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("enrich.store.store._BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "store.sqlite"
    with Store(path) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="is in use by another run; wait for it to end"), store.transaction():
            pass
        other.execute("ROLLBACK")
        other.close()


def test_the_journal_tells_the_last_line_of_each_list_and_how_sources_fared(store):
    journal = store.journal
    later = NOW + timedelta(days=1)
    with store.transaction():
        for run, moment in (("a", NOW), ("b", later)):
            journal.begin(RunLine(run=run, started_at=moment))
            line = ListLine(
                run=run,
                list="x",
                argument="x.md",
                folder="out/x",
                finished_at=moment,
                state=RunState.COMPLETE,
                n_works=2,
            )
            journal.note_list(line)
        journal.note_list(replace(line, finished_at=later + timedelta(hours=1), run="c", state=RunState.FAILED))
        source = SourceLine(run="b", source="arxiv", requests=2, cached=1, failed=1, throttled=0, message="down")
        journal.finish(RunLine(run="b", started_at=later, finished_at=later, state=RunState.INCOMPLETE), [source])
    assert [(one.run, one.state) for one in journal.runs()] == [("b", RunState.INCOMPLETE), ("a", RunState.RUNNING)]
    assert [(one.run, one.state) for one in journal.lists()] == [("c", RunState.FAILED)]
    assert journal.last_of("x") == line
    assert journal.last_of("y") is None
    assert journal.sources_of("b") == [source]


def test_what_is_missed_is_missed_since_the_first_time_until_it_is_found(store):
    with store.transaction():
        store.put_missed("arxiv", [NODE], NOW)
        store.put_missed("arxiv", [NODE, DOI], NOW + timedelta(days=1))
    assert store.missed() == {("arxiv", str(NODE)): NOW, ("arxiv", str(DOI)): NOW + timedelta(days=1)}
    with store.transaction():
        store.put_found("arxiv", [NODE])
    assert list(store.missed()) == [("arxiv", str(DOI))]


@pytest.mark.parametrize("change", ["DROP TABLE works", "ALTER TABLE records RENAME COLUMN json TO js"])
def test_a_store_with_other_tables_is_moved_aside(tmp_path, change):
    path = tmp_path / "store.sqlite"
    with Store(path):
        pass
    database = sqlite3.connect(path)
    database.execute(change)
    database.close()
    store, warning = open_store(path)
    with store:
        assert "has other tables" in warning


def test_a_moment_that_cannot_be_read_counts_as_none(store):
    store.freeze({"arxiv:1": ("chen2018neural", ["arxiv:1"])}, NOW)
    store.put_published("/a", ["arxiv:1"], NOW)
    store._db.execute("UPDATE published SET published_at = 'foo'")
    assert store.published() == {}
    assert store.citation_keys() == {"arxiv:1": "chen2018neural"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match="set state_dir"):
        Store(tmp_path / "file" / "store.sqlite")


def test_a_snapshot_reads_of_one_moment_what_another_run_writes_meanwhile(tmp_path):
    path = tmp_path / "store.sqlite"
    request = Request(source="github", url="https://api.github.com/x")
    with Store(path) as store, Store(path) as other:
        with store.snapshot():
            assert store.find_records([NODE]) == {}
            with other.transaction():
                other.put_records([FULL])
                other.set_follow_ups([request])
            assert store.follow_ups() == []
        with store.snapshot():
            assert store.find_records([NODE]) == {str(NODE): [FULL]}
            assert store.follow_ups() == [request]
