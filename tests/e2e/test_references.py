"""True and fabricated references against services on loopback: what is verified, what is not, and what it costs."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from support.references import fabricated_references, facts, true_references
from support.services import Services, serve


@pytest.fixture
def services():
    with serve(Services(facts())) as running:
        yield running


def checked(enrich, tmp_path, text, *more):
    (tmp_path / "refs.bib").write_text(text, "utf-8")
    result = enrich("check", "refs.bib", "--format", "json", *more)
    assert result.returncode in (0, 3), result.stderr
    return json.loads(result.stdout)


def test_ten_fabricated_references_are_flagged_and_ten_true_ones_are_not(enrich, services, tmp_path):
    content = checked(enrich, tmp_path, f"{true_references()}\n{fabricated_references()}")
    verdicts = {one["key"]: one["verdict"] for one in content["references"]}
    kinds = {one["key"]: {reason["kind"] for reason in one["reasons"]} for one in content["references"]}
    by_order = {one["order"]: one["key"] for one in content["references"]}
    flagged = {by_order[one["order"]] for one in content["findings"] if one["severity"] == "defect"}
    true = [key for key in verdicts if key[:-1] in ("pre", "conf", "jour", "both")]
    print(content, services.counts(), len(services.asked))
    assert {key: verdicts[key] for key in true} == dict.fromkeys(true, "verified")
    assert not flagged & set(true)
    fabricated = set(verdicts) - set(true)
    assert len(true) == len(fabricated) == 10
    assert flagged == fabricated
    assert len(services.asked) <= 40
    assert "title_of_another_work" in kinds["other_doi"] & kinds["other_arxiv"]
    assert "doi_not_found" in kinds["invented_doi"]
    assert "unresolved" in kinds["invented"]
    assert "authors_differ" in kinds["swapped_authors"] & kinds["placeholder"]
    assert "venue_differs" in kinds["wrong_venue"]
    assert "claimed_as_published" in kinds["preprint_as_published"]
    assert "future_year" in kinds["future"]


KNOWN = """
@article{one, title={Sparse Transport on Lattices and Graphs}, author={Ada Brown and Wei Zhang},
  journal={Physical Review Letters}, year=2016, volume=116, doi={10.5555/11}}
@article{two, title={Tomatoes and Their History in Europe}, author={Nora Feld}, journal={Nature}, year=2011,
  doi={10.5555/22}}
@article{three, title={RETRACTED: Wells of the Hof Region}, author={Karl Huber}, journal={Nature}, year=2010,
  doi={10.5555/33}}
@misc{early, title={Curved Priors for Deep Ice}, author={Mira Iyer and Jo Kaya}, year=2015, eprint={1512.03385},
  archiveprefix={arXiv}}
@inproceedings{late, title={Curved Priors for Deep Ice}, author={Mira Iyer and Jo Kaya}, booktitle={CVPR}, year=2016,
  doi={10.5555/44}}
"""
WRITTEN = """
@article{right, title={Sparse Transport on Lattices and Graphs}, author={Ada Brown and Wei Zhang},
  journal={Phys. Rev. Lett.}, year=2016, doi={10.5555/11}}
@article{wrongdoi, title={Sparse Transport on Lattices and Graphs}, author={Ada Brown and Wei Zhang},
  journal={Phys. Rev. Lett.}, year=2016, doi={10.5555/22}}
@article{untitled, author={Ada Brown}, journal={Nature}, year=2001}
@article{untitled2, author={Wei Zhang}, journal={Nature}, year=2001}
@article{wells, title={Wells of the Hof Region}, author={Karl Huber}, journal={Nature}, year=2010, doi={10.5555/33}}
@misc{preprint, title={Curved Priors for Deep Ice}, author={Mira Iyer and Jo Kaya}, year=2015, eprint={1512.03385},
  archiveprefix={arXiv}}
@inproceedings{paper, title={Curved Priors for Deep Ice}, author={Mira Iyer and Jo Kaya}, booktitle={CVPR}, year=2016}
"""


def test_each_of_several_entries_of_a_work_has_its_own_verdict(enrich, tmp_path):
    (tmp_path / "known.bib").write_text(KNOWN, "utf-8")
    assert enrich("catalogue", "build", "known.bib", "--out", "c").returncode == 0
    (tmp_path / "refs.bib").write_text(WRITTEN, "utf-8")
    result = enrich("check", "refs.bib", "--offline", "--format", "json", ENRICH_CATALOGUE="c")
    content = json.loads(result.stdout)
    assert {one["key"]: one["verdict"] for one in content["references"]} == {
        "right": "verified", "wrongdoi": "contradicted", "untitled": "open", "untitled2": "open",
        "wells": "verified", "preprint": "verified", "paper": "verified",
    }  # fmt: skip
    kinds = [(one["kind"], one["order"]) for one in content["findings"]]
    assert ("title_of_another_work", 2) in kinds
    assert [one for one in kinds if one[1] in (3, 4)] == [("broken_entry", 3), ("broken_entry", 4)]
    assert [one for one in kinds if one[1] == 5] == [("retracted", 5)]


def test_a_comment_stands_above_the_entry_that_it_is_about_and_no_title_is_made_up(enrich, tmp_path):
    (tmp_path / "known.bib").write_text(KNOWN, "utf-8")
    enrich("catalogue", "build", "known.bib", "--out", "c")
    (tmp_path / "refs.bib").write_text(WRITTEN, "utf-8")
    assert enrich("run", "refs.bib", "--offline", "--out", "out", ENRICH_CATALOGUE="c").returncode == 0
    above = {}
    lines = (tmp_path / "out" / "works.bib").read_text("utf-8").splitlines()
    for before, line in pairwise(lines):
        if line.startswith("@"):
            above[line.partition("{")[2].rstrip(",")] = before.partition(":")[0]
    assert {key: text for key, text in above.items() if text} == {
        "wrongdoi": "% contradicted", "untitled": "% open", "untitled2": "% open",
    }  # fmt: skip
    text = "\n".join(lines)
    assert "RETRACTED" not in text
    entry = text.partition("@article{untitled,")[2].partition("\n}")[0]
    assert "title" not in entry
