"""Fields and tables that services fill: written, loaded, shown and kept safe, whoever sends them."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from support.bibliographies import RETRIEVED, nasty
from support.written import written

from enrich.catalogue.record_lines import parse_line, to_line
from enrich.catalogue.snapshots.parquet import read_parquet
from enrich.errors import InputError
from enrich.export import ExportOptions, load, spreadsheet, write
from enrich.export.cited_work import to_cited_work
from enrich.export.columns import REFERENCES, TABLES, WORKS
from enrich.merge.claimed_values import field_values
from enrich.merge.works import Beliefs, to_work
from enrich.model.dates import PartialDate
from enrich.model.entry import Entry
from enrich.model.facts import FACT_TYPES, FACTS, Keyword
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.persons import Author
from enrich.model.record import Record, WorkType
from enrich.store.codec import parse_record, to_json
from enrich.text.names import parse_name

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("_no_charts")]

PARQUET = ExportOptions(formats=frozenset({"parquet"}))
VALUES = {
    "str | None": lambda name: (
        f"https://example.org/{name}" if name.endswith("url") else next(iter(FACTS[name].values), f"a {name}")
    ),
    "int | None": lambda name: 2018 if name == "year" else 7,
    "float | None": lambda name: 0.5,
    "bool | None": lambda name: False,
    "PartialDate | None": lambda name: PartialDate(2018, 6),
    "tuple[str, ...]": lambda name: (f"one {name}", f"two {name}"),
    "tuple[Author, ...]": lambda name: (parse_name("van der Schaar, Mihaela"), parse_name("Doe, Jane")),
    "tuple[Keyword, ...]": lambda name: (Keyword("Ode", 0.5), Keyword("Flow")),
}
WHOLE = {name: VALUES[annotation](name) for name, annotation in FACT_TYPES.items()}
"""A value of its own for every field."""


def record_of(number=1, **facts):
    doi = Identifier(Scheme.DOI, f"10.1000/{number}")
    return Record(source="crossref", identifiers=(doi,), retrieved_at=RETRIEVED, **facts)


def work_of(record):
    evidence = Beliefs(
        entries=[("list", Entry(order=1, line=1, title=None))],
        sources=["list.md"],
        records=[(record, "identifier")],
        identifiers=record.identifiers,
        verdict=None,
        read_at=RETRIEVED,
    )
    return to_work(str(record.identifiers[0]), evidence)


@pytest.fixture(scope="module")
def one_each(tmp_path_factory):
    """By name of a field, the record and the work that have it, and the folder of a run with all of them."""
    records, works = {}, {}
    for number, name in enumerate(FACTS, start=1):
        released = {"type": WorkType.SOFTWARE} if name == "version" else {}
        records[name] = record_of(number, **{"title": "A title", name: WHOLE[name]}, **released)
        works[name] = replace(work_of(records[name]), citation_key=f"key{number}")
    bibliography = nasty()
    entries = tuple(replace(bibliography.lists[0].entries[0], order=order) for order, _ in enumerate(works, start=1))
    alone = replace(
        bibliography,
        lists=(replace(bibliography.lists[0], name="list", entries=entries),),
        works=tuple(works.values()),
        entry_works={("list", order): work.work_id for order, work in enumerate(works.values(), start=1)},
        absent_works=(),
        findings=(),
    )
    folder = tmp_path_factory.mktemp("each")
    write(alone, folder, options=PARQUET)
    loaded = {work.citation_key: work for work in load(folder).works}
    lines = {piece.line["identifiers"][0]: piece.line for piece, _ in read_parquet(folder / "works.parquet")}
    return records, works, loaded, lines


@pytest.mark.parametrize("name", FACTS)
def test_a_field_goes_from_record_to_store_claim_work_table_catalogue_and_back(name, one_each):
    """A new line in ``model.facts`` is all that a new field needs."""
    records, works, loaded, lines = one_each
    record, work = records[name], works[name]
    assert getattr(parse_record(to_json(record)), name) == WHOLE[name]
    assert getattr(parse_line(json.loads(json.dumps(to_line(record)))), name) == WHOLE[name]
    assert (name, WHOLE[name]) in list(field_values(record))
    assert getattr(work, name) == WHOLE[name]
    assert name in {claim.field for claim in work.claims if claim.is_selected}
    assert getattr(loaded[work.citation_key], name) == getattr(work, name)
    assert getattr(parse_line(lines[work.work_id]), name) == getattr(work, name)


def old_folder(folder):
    """A folder as schema 2 left it: without the tables and columns that came later, with one text of affiliations."""
    written(nasty(), folder, PARQUET)
    for table in TABLES:
        path = folder / f"{table.name}.parquet"
        if table.since > 2:
            path.unlink()
            continue
        found = pq.read_table(path)
        if table is WORKS:
            found = found.drop_columns([*NEW_FACTS, "retraction_date", "retraction_precision"])
        if table.name == "authorships":
            texts = pa.array([value[0] if value else None for value in found["affiliations"].to_pylist()], pa.string())
            found = found.drop_columns(["affiliations", "is_corresponding", "sources", "s2_author_id"])
            found = found.append_column("affiliation", texts)
        pq.write_table(found.replace_schema_metadata({b"schema_version": b"2"}), path)
    facts = json.loads((folder / "run.json").read_text("utf-8")) | {"schema_version": 2}
    (folder / "run.json").write_text(json.dumps(facts), "utf-8")


NEW_FACTS = (
    *("venue_id", "s2_corpus_id", "oa_url", "oa_status", "tldr", "keyword_scores", "primary_topic", "topic_subfield"),
    *("topic_field", "topic_domain", "funders", "fwci", "citation_percentile", "reference_count", "retraction_status"),
)


def test_a_folder_of_schema_2_is_loaded_and_written_again_in_every_format(tmp_path):
    old_folder(tmp_path / "old")
    (tmp_path / "old" / "manifest.json").unlink()  # it lists the tables of today
    assert "fwci" not in pq.read_schema(tmp_path / "old" / "works.parquet").names
    loaded = load(tmp_path / "old")
    assert len(loaded.works) == len(nasty().works)
    assert {work.fwci for work in loaded.works} == {None}
    assert {author.affiliations for work in loaded.works for author in work.authors} == {(), ("@A; B",)}
    write(loaded, tmp_path / "new")
    write(loaded, tmp_path / "new", options=ExportOptions(formats=frozenset({"sqlite"})))
    assert pq.read_schema(tmp_path / "new" / "works.parquet").metadata[b"schema_version"] == b"4"
    assert pq.read_table(tmp_path / "new" / "references.parquet").num_rows == 0


def test_a_damaged_folder_of_this_schema_and_one_of_a_newer_are_one_clear_line(tmp_path):
    written(nasty(), tmp_path, PARQUET)
    path = tmp_path / "works.parquet"
    found = pq.read_table(path)
    pq.write_table(found.drop_columns(["citation_key"]), path)
    with pytest.raises(InputError, match=r"works\.parquet: lacks column citation_key"):
        load(tmp_path)
    pq.write_table(found.replace_schema_metadata({b"schema_version": b"99"}), path)
    with pytest.raises(InputError, match=r"newer enrich \(schema 99\); update enrich"):
        load(tmp_path)
    pq.write_table(found, path)
    (tmp_path / f"{REFERENCES.name}.parquet").unlink()
    with pytest.raises(InputError, match=r"references\.parquet: missing"):
        load(tmp_path)


def test_sqlite_is_written_on_request_and_then_kept_up_to_date(tmp_path):
    path = tmp_path / "bibliography.sqlite"
    written(nasty(), tmp_path)
    assert not path.exists()
    write(nasty(), tmp_path, options=ExportOptions(formats=frozenset({"sqlite"})))
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM works").fetchone() == (52,)
        (text,) = database.execute("SELECT keyword_scores FROM works WHERE fwci IS NOT NULL LIMIT 1").fetchone()
        assert json.loads(text) == [{"keyword": "=cmd()", "score": 0.5}, {"keyword": "b; c", "score": None}]
        titles = [row[0] for row in database.execute('SELECT title FROM "references" WHERE title IS NOT NULL')]
        assert set(titles) == {"=A <b>Title</b> \ufffd"}
    database.close()
    fewer = replace(nasty(), works=nasty().works, run_id="later")
    write(fewer, tmp_path)
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT DISTINCT run_id FROM works").fetchall() == [("later",)]
        runs = [row[0] for row in database.execute("SELECT run_id FROM runs")]
    database.close()
    assert runs == ["5f2b9c1d7a30", "later"]


def test_the_dataset_card_names_files_that_are_there_and_escapes_titles(tmp_path):
    nasty_title = replace(nasty().lists[0], title='A "List": `x` <b>\n---\n[link](https://example.org)')
    write(replace(nasty(), lists=(nasty_title,)), tmp_path)
    text = (tmp_path / "README.md").read_text("utf-8")
    _, front, body = text.split("---\n", 2)
    card = yaml.safe_load(front)
    names = [one["config_name"] for one in card["configs"]]
    assert names == [*(table.name for table in TABLES), "history_citation_counts", "history_changes"]
    assert all(list(tmp_path.glob(one["data_files"])) for one in card["configs"])
    assert [one["config_name"] for one in card["configs"] if one.get("default")] == ["works"]
    assert card["pretty_name"].startswith('A "List": `x` <b> --- [link]')
    assert "<b>" not in body.replace("\\<b\\>", "")
    assert "](https://example.org)" not in body


def test_a_readme_that_somebody_wrote_is_neither_replaced_nor_removed(tmp_path):
    tmp_path.joinpath("README.md").write_text("mine", "utf-8")
    write(nasty(), tmp_path)
    assert tmp_path.joinpath("README.md").read_text("utf-8") == "mine"
    other = tmp_path / "other"
    write(nasty(), other)
    card = other.joinpath("README.md").read_text("utf-8")
    write(nasty(), other)
    assert other.joinpath("README.md").read_text("utf-8") == card
    other.joinpath("README.md").write_text(f"{card}\nmy own words\n", "utf-8")
    write(nasty(), other)
    assert other.joinpath("README.md").read_text("utf-8").endswith("my own words\n")


def test_full_text_and_code_stand_beside_a_work_in_bibtex_and_zotero(tmp_path):
    work = next(work for work in nasty().works if work.links)
    cited = to_cited_work(work, ExportOptions())
    assert [one.title for one in cited.attachments] == ["Full text", "Code"]
    written(nasty(), tmp_path, ExportOptions(formats=frozenset({"bib", "rdf"})))
    text = (tmp_path / "works.bib").read_text("utf-8")
    link = r"Full text:https\://example.org/a%3Bb\:c%7Bd%7De%20f.pdf:application/pdf"
    code = r"Code:https\://github.com/owner/na%3Bme%7Bx%7D%5Cy:text/html"
    assert f"= {{{link};{code}}}," in text
    root = ET.parse(tmp_path / "works.rdf").getroot()
    names = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "z": "http://www.zotero.org/namespaces/export#",
        "link": "http://purl.org/rss/1.0/modules/link/",
        "dcterms": "http://purl.org/dc/terms/",
    }
    about, resource = (f"{{{names['rdf']}}}{name}" for name in ("about", "resource"))
    attachments = {one.get(about): one for one in root.findall("z:Attachment", names)}
    pointed = [one.get(resource) for one in root.findall("rdf:Description/link:link", names)]
    assert pointed
    assert sorted(pointed) == sorted(attachments)
    assert {one.find("z:linkMode", names).text for one in attachments.values()} == {"3"}
    urls = {one.find(".//dcterms:URI/rdf:value", names).text for one in attachments.values()}
    assert "https://example.org/a;b:c{d}e f.pdf" in urls


def test_an_address_that_is_no_web_page_is_never_attached_or_linked(tmp_path):
    work = replace(nasty().works[0], pdf_url="javascript:alert(1)", links=())
    assert to_cited_work(work, ExportOptions()).attachments == ()


def test_a_record_of_an_older_store_keeps_the_affiliation_that_was_one_text():
    line = json.loads(to_json(record_of(authors=(Author("A B", "B", "A"),))))
    line["authors"][0]["affiliation"] = "University of Toronto"
    (author,) = parse_record(json.dumps(line)).authors
    assert author.affiliations == ("University of Toronto",)


def test_moments_of_repositories_and_citations_by_year_are_utc(tmp_path):
    written(nasty(), tmp_path, PARQUET)
    for name, column in (("work_links", "pushed_at"), ("citations_by_year", "observed_at")):
        moments = {value for value in pq.read_table(tmp_path / f"{name}.parquet")[column].to_pylist() if value}
        assert {moment.astimezone(UTC) for moment in moments} == {RETRIEVED}
        assert all(isinstance(moment, datetime) for moment in moments)


def test_csv_is_the_same_however_many_rows_are_written_at_once(tmp_path, monkeypatch):
    options = ExportOptions(formats=frozenset({"csv"}))
    written(nasty(), tmp_path / "whole", options)
    monkeypatch.setattr(spreadsheet, "ROWS_AT_ONCE", 7)
    write(nasty(), tmp_path / "parts", options=options)
    for path in (tmp_path / "whole").glob("*.csv"):
        assert (tmp_path / "parts" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("entries", "kind", "poem"),
        ("entries", "identifiers", ["nowhere"]),
        ("works", "status", "?"),
        ("versions", "stage", "?"),
    ],
)
def test_a_cell_that_no_run_writes_is_one_clear_line(tmp_path, table, column, value):
    written(nasty(), tmp_path, PARQUET)
    (tmp_path / "manifest.json").unlink()
    path = tmp_path / f"{table}.parquet"
    found = pq.read_table(path)
    place = found.schema.get_field_index(column)
    cells = pa.array([value] * found.num_rows, found.schema.field(place).type)
    pq.write_table(found.set_column(place, found.schema.field(place), cells), path)
    with pytest.raises(InputError, match="holds a value that no run writes"):
        load(tmp_path)


@pytest.mark.parametrize("lists", [[3], [{}], [{"name": "a"}], 3, [{"name": "a", "omissions": [{"x": 1}]}]])
def test_facts_of_a_run_that_no_run_writes_are_one_clear_line(tmp_path, lists):
    written(nasty(), tmp_path, PARQUET)
    (tmp_path / "manifest.json").unlink()
    path = tmp_path / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"lists": lists}), "utf-8")
    with pytest.raises(InputError, match="holds a value that no run writes"):
        load(tmp_path)
