"""True and fabricated references against services on loopback: what is verified, what is not, and what it costs."""

from __future__ import annotations

import json

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
