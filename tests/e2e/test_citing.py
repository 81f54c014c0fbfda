"""``enrich check`` beside a paper, in CI, offline against a catalogue, and a night that watches."""

from __future__ import annotations

import json

import jsonschema
import pytest
from support.references import entry, fabricated_references, facts, true_references, works
from support.services import Services, serve
from support.shared import ROOT

SCHEMA = json.loads((ROOT / "docs" / "check.schema.json").read_text("utf-8"))


@pytest.fixture
def services():
    with serve(Services(facts())) as running:
        yield running


@pytest.fixture
def paper(tmp_path):
    (tmp_path / "refs.bib").write_text(f"{true_references()}\n{fabricated_references()}", "utf-8")
    (tmp_path / "part.tex").write_text("As \\citep[p.~3]{CONF1} shows.\n", "utf-8")
    (tmp_path / "paper.tex").write_text(
        "\\input{part}\nSee \\cite{jour1, gone} % \\cite{wrong_venue}\n\\bibliography{refs}\n", "utf-8"
    )
    return tmp_path


def test_only_what_a_paper_cites_is_checked_and_keys_are_compared(enrich, services, paper):
    result = enrich("check", "paper.tex", "refs.bib", "--format", "json")
    content = json.loads(result.stdout)
    jsonschema.validate(content, SCHEMA)
    assert [(one["key"], one["verdict"]) for one in content["references"]] == [
        ("conf1", "verified"),
        ("jour1", "verified"),
    ]
    (missing,) = [one for one in content["findings"] if one["kind"] == "undefined_citation"]
    assert (missing["list_says"], missing["line"]) == ("gone", 2)
    assert missing["file"].endswith("paper.tex")
    unused = [one for one in content["findings"] if one["kind"] == "uncited_entry"]
    assert len(unused) == 18
    asked = " ".join(one.path for one in services.asked)
    assert "Hopeful" not in asked


@pytest.mark.slow
def test_exit_codes_tell_what_the_user_does_not_want(enrich, services, paper):
    def code(*more):
        return enrich("check", *more).returncode

    assert code("refs.bib") == 0
    assert code("refs.bib", "--fail-on", "contradicted") == 3
    assert code("refs.bib", "--fail-on", "open") == 3
    assert code("refs.bib", "--fail-on", "retracted") == 0
    (paper / "good.bib").write_text(true_references(), "utf-8")
    assert code("good.bib", "--fail-on", "open", "--fail-on", "defect") == 0
    assert code("good.bib", "--fail-on", "nonsense") == 2
    assert code("paper.tex") == 2
    (paper / "lost.bib").write_text(
        entry("lost", "inproceedings", title="Nobody Knows This One Work", author="Ada Brown", year=2019,
              booktitle="ICML"), "utf-8",
    )  # fmt: skip
    assert code("lost.bib", "--fail-on", "contradicted") == 0
    assert code("lost.bib", "--fail-on", "open") == 3


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["text", "sarif", "github", "markdown"])
def test_every_format_tells_the_verdicts(enrich, services, paper, format_):
    out = enrich("check", "refs.bib", "--format", format_).stdout
    if format_ == "sarif":
        (run,) = json.loads(out)["runs"]
        assert {one["verdict"] for one in run["properties"]["references"]} == {"verified", "open", "contradicted"}
        verdicts = {one["properties"]["verdict"] for one in run["results"] if one["ruleId"] == "authors_differ"}
        assert verdicts == {"contradicted"}
    elif format_ == "github":
        assert "title=venue_differs::CVPR" in out
    else:
        assert "20 references: 10 verified, 2 open, 8 contradicted" in out
        assert "wrong" in out
        assert "venue" in out


def test_the_files_of_a_run_tell_the_verdicts(enrich, services, paper):
    import pandas as pd

    result = enrich("run", "refs.bib", "--out", "out", ENRICH_EXPORTS__FORMATS='["bib", "html", "parquet"]')
    assert result.returncode == 0, result.stderr
    entries = pd.read_parquet(paper / "out" / "entries.parquet").set_index("key")
    assert entries.loc["conf1", "verdict"] == "verified"
    assert entries.loc["wrong_venue", "verdict"] == "contradicted"
    assert [one["kind"] for one in entries.loc["wrong_venue", "reasons"]] == ["venue_differs"]
    text = (paper / "out" / "works.bib").read_text("utf-8")
    before, _, _ = text.partition("{wrong_venue,")
    assert before.rstrip().rsplit("\n", 2)[-2].startswith("% contradicted: venue_differs: CVPR | Neural Information")
    before, _, _ = text.partition("{conf2,")
    assert not before.rstrip().rsplit("\n", 2)[-2].startswith("%")
    assert "References that are not verified" in (paper / "out" / "report.html").read_text("utf-8")
    assert enrich("export", "out", "--format", "bib").returncode == 0
    assert (paper / "out" / "works.bib").read_text("utf-8") == text


def test_a_catalogue_gives_the_same_verdicts_without_network(enrich, services, paper):
    known = [
        entry(f"w{number}", "article" if one["venue_type"] == "journal" else "inproceedings", title=one["title"],
              author=" and ".join(one["authors"]), year=one["year"], doi=one["doi"], volume=one["volume"],
              **{"journal" if one["venue_type"] == "journal" else "booktitle": one["venue"]})
        if one["venue"] else
        entry(f"w{number}", "misc", title=one["title"], author=" and ".join(one["authors"]), year=one["year"],
              eprint=one["arxiv"], archiveprefix="arXiv")
        for number, one in enumerate(works())
    ]  # fmt: skip
    (paper / "known.bib").write_text("\n".join(known), "utf-8")
    (paper / "good.bib").write_text(
        "\n".join(part for part in true_references().split("\n@") if "eprint" not in part or "pre1" in part), "utf-8"
    )
    for complete, expected in ((("--complete", "all"), "contradicted"), ((), "open")):
        folder = f"catalogue-{expected}"
        assert enrich("catalogue", "build", "known.bib", "--out", folder, *complete).returncode == 0
        result = enrich("check", "refs.bib", "--offline", "--format", "json", ENRICH_CATALOGUE=folder)
        verdicts = {one["key"]: one["verdict"] for one in json.loads(result.stdout)["references"]}
        assert verdicts["invented"] == expected
        assert {verdicts[key] for key in ("pre1", "conf1", "conf2", "conf3", "jour1", "jour2", "jour3")} == {"verified"}
        sure = ("other_doi", "other_arxiv", "swapped_authors", "placeholder", "wrong_venue", "future")
        assert {verdicts[key] for key in sure} == {"contradicted"}
    assert "complete for all" in enrich("catalogue", "info", "catalogue-contradicted").stdout
    assert enrich("catalogue", "build", "known.bib", "--out", "x", "--complete", "Nonsense").returncode == 2
    assert not services.asked


@pytest.mark.slow
def test_a_night_that_watches_tells_of_retractions_and_publications_alone(enrich, services, paper):
    (paper / "refs.bib").write_text(true_references(), "utf-8")
    days = {"ENRICH_NOW": "2026-11-01T03:00:00Z"}
    first = enrich("nightly", "refs.bib", "--watch", **days)
    assert (first.returncode, first.stdout) == (0, ""), first.stderr
    talk = next(one for one in services.facts.papers.values() if one["venue_type"] == "conference")
    talk["notice"] = "10.5555/n.1"
    later = enrich("nightly", "refs.bib", "--watch", ENRICH_NOW="2026-11-10T03:00:00Z")
    assert later.returncode == 3, later.stderr
    (line,) = later.stdout.splitlines()
    assert talk["title"] in line
    assert "retracted" in line
    assert "notice of 2026-11-03" in line
    result = enrich("check", "refs.bib", "--offline", "--fail-on", "retracted")
    assert result.returncode == 3
    assert "defect retracted: doi:10.5555/7700001 | retracted 2026-11-03, notice doi:10.5555/n.1" in result.stdout
    assert enrich("nightly", "refs.bib", "--watch", ENRICH_NOW="2026-11-11T03:00:00Z").returncode == 0
