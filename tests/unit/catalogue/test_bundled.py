"""The catalogue that comes with the package."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.shared import ROOT, SHARED, needs_shared

from enrich.catalogue import open_bundled
from enrich.catalogue.record_lines import parse_line, to_line
from enrich.model.identifiers import parse_arxiv, parse_doi, parse_identifier
from enrich.model.record import RelationKind, WorkType

LINES = [
    json.loads(line)
    for line in (ROOT / "data/raw/catalogue/awesome-neural-ode.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def bundled():
    with open_bundled() as catalogue:
        yield catalogue


def test_each_line_survives_a_round_trip():
    for line in LINES:
        assert to_line(parse_line(line)).keys() == line.keys()
        assert parse_line(to_line(parse_line(line))) == parse_line(line)


def test_each_fact_states_its_source():
    for line in LINES:
        stated = line["fact_sources"].keys()
        unstated = (
            line.keys() - stated - {"type", "stage", "url", "relations", "retrieved_at", "fact_sources", "identifiers"}
        )
        assert unstated <= {"citation_count_source", "citation_count_at"}, line["identifiers"]
        assert not any("recalled" in source or "own knowledge" in source for source in line["fact_sources"].values())


def test_a_preprint_and_its_article_are_records_of_their_own_that_name_each_other(bundled):
    (preprint,) = bundled.find([parse_arxiv("1806.07366")])[parse_arxiv("1806.07366")]
    (article,) = bundled.versions(preprint)
    assert (preprint.type, article.type) == (WorkType.PREPRINT, WorkType.CONFERENCE)
    assert preprint.relations[0].kind is RelationKind.IS_PREPRINT_OF
    assert article.citation_count == 6824
    assert str(article.citation_count_at) == "2025-06-12 00:00:00+00:00"
    assert bundled.versions(article) == (preprint,)


def test_an_arxiv_doi_finds_the_arxiv_record(bundled):
    doi = parse_doi("10.48550/arXiv.2003.08063")
    assert [record.title for record in bundled.find([doi])[doi]] == ["Stable Neural Flows"]


def test_unknown_identifiers_are_left_out(bundled):
    assert bundled.find([parse_arxiv("2401.00001")]) == {}


def test_titles_are_found_exactly_and_in_spite_of_typos(bundled):
    assert {record.type for record in bundled.find_title("NEURAL ORDINARY DIFFERENTIAL EQUATIONS!")} == {
        WorkType.PREPRINT,
        WorkType.CONFERENCE,
    }
    assert bundled.candidates("Augmented Neurall ODEs", limit=1)[0].title == "Augmented Neural ODEs"
    assert bundled.candidates("…") == ()


def test_a_moved_repository_is_found_by_both_names(bundled):
    names = [parse_identifier("github", name) for name in ("JuliaDiffEq/NeuralNetDiffEq.jl", "SciML/NeuralPDE.jl")]
    assert len({records[0].title for records in bundled.find(names).values()}) == 1


def test_many_threads_read_at_once(bundled):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(bundled.find_title, ["Deep Equilibrium Models"] * 64))
    assert all(len(records) == 2 for records in found)


@needs_shared
def test_every_work_of_the_founding_list_is_there(bundled):
    entries = [json.loads(line) for line in (SHARED / "truth/awesome-neural-ode.jsonl").read_text("utf-8").splitlines()]
    for entry in entries:
        title = entry["truth"]["title"]
        assert bundled.find_title(title), title
    assert len({record.title.lower() for record in map(parse_line, LINES)}) >= 84
