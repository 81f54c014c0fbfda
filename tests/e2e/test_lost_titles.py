"""Where a page lost the titles, the quoted abstracts find the works: by the network, the catalogue and the store."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from support.services import Facts, Services, serve
from support.shared import SHARED, needs_shared

from enrich.readers import read_path

PAGE = SHARED / "seeds" / "001_8f8a81704a3a841a.txt"
LIST = SHARED / "seeds" / "awesome-neural-ode.md"
ASKING = {"ENRICH_NOW": "2026-11-22T03:00:00Z"}
QUOTE = (
    "Wells of the old town are described by twelve numbers that a clerk measured with a rope in winter, "
    "and no well was deeper than the tower is high"
)
MORE = f"In this paper about water we say: {QUOTE}. The measurements end with the siege."


def named(folder):
    """Title, how it is known and by which verdict, of the work of each entry in a folder of results."""
    works = {one["work_id"]: one for one in pq.read_table(folder / "works.parquet").to_pylist()}
    entries = pq.read_table(folder / "entries.parquet").to_pylist()
    return [works[one["work_id"]] for one in sorted(entries, key=lambda one: one["order"])]


@pytest.fixture
def services():
    facts = Facts.from_catalogue()
    facts.published["10.5281/zenodo.1"] = {
        **facts.papers["1806.07366"],
        **dict.fromkeys(("venue", "venue_type")),
        "arxiv": "",
        "doi": "10.5281/zenodo.1",
        "title": "DiffEqFlux.jl",
        "authors": ["Chris Rackauckas"],
    }
    with serve(Services(facts)) as running:
        yield running


@pytest.mark.slow
@needs_shared
def test_the_page_of_the_founding_list_names_its_works(enrich, services, tmp_path):
    for entry in read_path(LIST).entries:
        mine = [services.facts.papers[one.value] for one in entry.identifiers if one.value in services.facts.papers]
        if entry.title == "DiffEqFlux":
            mine = [services.facts.published["10.5281/zenodo.1"]]
        for paper in mine if entry.quote else ():
            paper["abstract"] = f"Words that the list left out. {entry.quote} And more of them."
    out = tmp_path / "out"
    assert enrich("run", PAGE, "--out", out, **ASKING).returncode == 0
    works = named(out)
    assert len({one["work_id"] for one in works}) == 84
    assert sum(bool(one["title"]) for one in {one["work_id"]: one for one in works}.values()) >= 82
    truth = [json.loads(line) for line in (SHARED / "truth" / "awesome-neural-ode.jsonl").read_text().splitlines()]
    for entry, work, row in zip(read_path(PAGE).entries, works, truth, strict=True):
        if entry.title is None and entry.quote and row["kind"] == "paper":
            assert work["title"] == row["truth"]["title"]
            assert work["verdict_status"] in ("exact", "strong")
    services.asked.clear()
    assert enrich("run", PAGE, "--out", out, **ASKING).returncode == 0
    assert services.asked == []
    assert [one["work_id"] for one in named(out)] == [one["work_id"] for one in works]


def page(*quotes):
    entries = "\n\n".join(f"TS\n\n{quote}." for quote in quotes)
    known = "  • Deep Equilibrium Models: NeurIPS19\n\n  • Augmented Neural ODEs: NeurIPS19\n"
    return f"Wells\n\nMethods\n\n{entries}\n\n{known}"


def write_page(tmp_path, *quotes):
    path = tmp_path / "page.txt"
    path.write_text(page(*quotes), "utf-8")
    assert sum(one.title is None and one.quote is not None for one in read_path(path).entries) == len(quotes)
    return path


def paper(services, number, **facts):
    usual = {"arxiv": number, "title": f"The Wells of Hof, {number}", "abstract": MORE, "doi": None, "venue": None}
    services.facts.papers[number] = {**services.facts.papers["1806.07366"], **usual, "venue_type": None, **facts}


def test_no_other_work_is_taken_for_the_quoted_one(enrich, services, tmp_path):
    shuffled = " ".join(sorted(MORE.split()))
    paper(services, "2001.00001", abstract=shuffled)
    path = write_page(tmp_path, QUOTE)
    assert enrich("run", path, "--out", tmp_path / "out", **ASKING).returncode == 0
    assert any("abstract.search" in one.path for one in services.asked), "all its words are there"
    assert named(tmp_path / "out")[0]["status"] == "not_found"


def test_two_works_of_one_abstract_are_one_too_many(enrich, services, tmp_path):
    paper(services, "2001.00001", title="The Wells of Hof", authors=["Ada Rivers"], date="2001-01-01", year=2001)
    paper(services, "2101.00001", title="Towers of Northern Towns", authors=["Bo Clerk"], date="2021-01-01", year=2021)
    path = write_page(tmp_path, QUOTE)
    assert enrich("run", path, "--out", tmp_path / "out", **ASKING).returncode == 0
    assert named(tmp_path / "out")[0]["status"] == "not_found"


def test_what_the_store_has_seen_is_found_without_a_request(enrich, services, tmp_path):
    paper(services, "2001.00001")
    first = tmp_path / "list.md"
    first.write_text("# L\n\n* The Wells of Hof, 2001.00001: [p](https://arxiv.org/abs/2001.00001)\n", "utf-8")
    assert enrich("run", first, "--out", tmp_path / "first", **ASKING).returncode == 0
    services.asked.clear()
    path = write_page(tmp_path, QUOTE)
    assert enrich("run", path, "--offline", "--out", tmp_path / "out", **ASKING).returncode == 0
    work = named(tmp_path / "out")[0]
    assert (work["work_id"], services.asked) == ("arxiv:2001.00001", [])
    claims = pq.read_table(tmp_path / "out" / "claims.parquet").to_pylist()
    methods = {one["method"] for one in claims if one["work_id"] == work["work_id"] and one["source"] != "list"}
    assert "abstract" in methods


def test_a_catalogue_with_abstracts_finds_it(enrich, services, tmp_path):
    lines = [
        {"identifiers": [f"arxiv:2001.0000{n}"], "title": title, "abstract": text, "type": "preprint"}
        for n, title, text in ((1, "The Wells of Hof", MORE), (2, "Towers", "A text about towers that has no well."))
    ]
    snapshot = tmp_path / "facts.jsonl"
    snapshot.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    built = enrich("catalogue", "build", snapshot, "--out", tmp_path / "catalogue")
    assert built.returncode == 0, built.stderr
    path = write_page(tmp_path, QUOTE)
    place = {"ENRICH_CATALOGUE": str(tmp_path / "catalogue"), **ASKING}
    assert enrich("run", path, "--offline", "--out", tmp_path / "out", **place).returncode == 0
    assert named(tmp_path / "out")[0]["work_id"] == "arxiv:2001.00001"
