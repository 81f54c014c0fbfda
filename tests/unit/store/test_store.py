"""The store: what goes in comes out, whole or not at all."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from enrich.errors import OutputError
from enrich.model.dates import PartialDate
from enrich.model.identifiers import parse_arxiv, parse_identifier
from enrich.model.record import Author, Record, Relation, RelationKind, Stage, WorkType
from enrich.model.request import Request
from enrich.store.codec import parse_record, to_json
from enrich.store.store import Store, open_store

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NODE = parse_arxiv("1806.07366v5")
DOI = parse_identifier("doi", "10.1000/x")
FULL = Record(
    source="arxiv",
    identifiers=(NODE, DOI),
    retrieved_at=NOW,
    title="Über “Neural” ODEs",
    authors=(Author("Ann Author", "Author", "Ann", orcid="0000-0002-1825-0097"), Author("CERN", is_organization=True)),
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
    assert store.first_seen() == {"arxiv:1": NOW}


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


def test_a_store_of_another_version_is_moved_aside(tmp_path):
    path = tmp_path / "store.sqlite"
    with Store(path):
        pass
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    store, warning = open_store(path)
    with store:
        assert "has the format 99" in warning


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
    store._db.execute("UPDATE works SET first_seen_at = 'foo'")
    assert store.first_seen() == {}
    assert store.citation_keys() == {"arxiv:1": "chen2018neural"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match="set state_dir"):
        Store(tmp_path / "file" / "store.sqlite")
