"""Corrections by hand in whole runs: what they change in files and requests, and what a mistake says."""

from __future__ import annotations

import json

import pandas as pd
import pytest

LIST = """\
# Papers

* Neural Ordinary Diferential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)
* Augmented Neural ODEs: [NeurIPS19](https://arxiv.org/abs/1904.01681)
"""
PIN = """\
[[pin]]
entry = "Augmented Neural ODEs"
identifier = "arxiv:1906.01563"
reason = "the curator knows"
"""
OVERRIDE = """\
[[override]]
work = "arxiv:1806.07366"
field = "venue"
value = "International Conference on Machine Learning"
reason = "for the sake of the example"

[[override]]
work = "arxiv:1806.07366"
field = "authors"
value = ["Ada Lovelace", "Charles Babbage"]
reason = "they came first"

[[override]]
work = "arxiv:1806.07366"
field = "citation_count"
value = 1
reason = "nobody else cites it"
"""


@pytest.fixture
def run(enrich, services, tmp_path):
    """Run a command on the list with these corrections; afterwards the requests are those of this run."""
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    (tmp_path / "data" / "raw").mkdir(parents=True)

    def start(*arguments, corrections="", code=0):
        services.asked.clear()
        (tmp_path / "data" / "raw" / "corrections.toml").write_text(corrections, "utf-8")
        result = enrich(*arguments)
        assert result.returncode == code, result.stderr
        return result

    return start


def table(tmp_path, name, out="out"):
    return pd.read_parquet(tmp_path / out / f"{name}.parquet")


def run_id(tmp_path, out="out"):
    return json.loads((tmp_path / out / "run.json").read_text("utf-8"))["run_id"]


def test_a_pin_to_another_work_than_the_link_costs_no_request(run, services, tmp_path):
    run("run", "list.md", "--out", "plain")
    plain = services.counts()
    for path in (tmp_path / "state").iterdir():
        path.unlink()
    result = run("run", "list.md", "--out", "out", corrections=PIN)
    assert all(count <= plain[name] for name, count in services.counts().items())
    work = table(tmp_path, "works").set_index("work_id").loc["arxiv:1906.01563"]
    assert work["title"] == "Hamiltonian Neural Networks"
    assert (work["verdict_status"], work["verdict_reason"]) == ("strong", "pinned")
    assert "1904.01681" not in set(table(tmp_path, "identifiers")["value"])
    assert "arxiv:1904.01681 is “Augmented Neural ODEs” by" in result.stderr
    claims = table(tmp_path, "claims")
    pinned = claims[(claims["source"] == "corrections") & (claims["work_id"] == "arxiv:1906.01563")]
    assert pinned[["field", "value", "method", "is_selected"]].to_numpy().tolist() == [
        ["arxiv_id", "1906.01563", "correction", True]
    ]
    findings = table(tmp_path, "findings")
    link = findings[findings["kind"] == "link_is_another_work"].iloc[0]
    assert (link["line"], link["fix"]) == (4, "https://arxiv.org/abs/1906.01563")
    run("run", "list.md", "--out", "out", corrections=PIN)
    assert services.asked == []


def test_a_pin_to_what_nobody_knows_searches_for_no_title(run, services, tmp_path):
    run("run", "list.md", "--out", "out", corrections=PIN.replace("1906.01563", "2512.99999"))
    works = table(tmp_path, "works").set_index("work_id")
    assert works.loc["arxiv:2512.99999", "status"] == "not_found"
    assert not [one for one in services.asked if "augmented" in one.path.lower() or b"ugmented" in one.body]


def test_a_rejected_record_is_accepted_nowhere(run, tmp_path):
    rejection = """\
[[reject]]
entry = "Augmented Neural ODEs"
record = "arxiv:1904.01681"
reason = "the link is wrong"
"""
    result = run("run", "list.md", "--out", "out", corrections=rejection)
    assert "refused" not in result.stderr
    assert "1904.01681" not in set(table(tmp_path, "identifiers")["value"])
    assert "link_is_another_work" not in set(table(tmp_path, "findings")["kind"])
    said = table(tmp_path, "claims")
    assert set(said[said["value"].str.contains("1904.01681", regex=False)]["source"]) == {"list"}
    run("run", "list.md", "--out", "out")
    assert "1904.01681" in set(table(tmp_path, "identifiers")["value"])
    run("run", "list.md", "--out", "out", "--offline", corrections=rejection)
    assert "1904.01681" not in set(table(tmp_path, "identifiers")["value"])


def test_an_override_is_in_every_file_with_who_said_so(run, tmp_path):
    run("run", "list.md", "--out", "plain")
    run("run", "list.md", "--out", "out", corrections=OVERRIDE)
    work = table(tmp_path, "works").set_index("work_id").loc["arxiv:1806.07366"]
    assert work["venue"] == "International Conference on Machine Learning"
    assert [author["family"] for author in work["authors"]] == ["Lovelace", "Babbage"]
    bibtex = (tmp_path / "out" / "works.bib").read_text("utf-8")
    assert "Lovelace, Ada and Babbage, Charles" in bibtex
    assert "International Conference on Machine Learning" in bibtex
    claims = table(tmp_path, "claims")
    claims = claims[(claims["work_id"] == "arxiv:1806.07366") & (claims["field"] == "venue")].set_index("source")
    claim = claims.loc["corrections"]
    assert (claim["is_selected"], claim["method"]) == (True, "correction")
    assert claim["reason"] == "corrected by hand: for the sake of the example"
    assert claim["source_url"] == "data/raw/corrections.toml#L1"
    assert claims["is_selected"].sum() == 1 < len(claims)
    assert (work["citation_count"], work["citation_count_source"]) == (1, "corrections")
    history = pd.concat(pd.read_parquet(path) for path in (tmp_path / "out" / "history").rglob("*.parquet"))
    assert {"semantic_scholar", "openalex"} <= set(history["source"])
    assert "corrections" not in set(history["source"])
    assert run_id(tmp_path) != run_id(tmp_path, "plain")
    findings = table(tmp_path, "findings")
    label = findings[(findings["line"] == 3) & (findings["kind"].str.startswith("label_"))]
    assert all(label["record_says"].str.startswith("ICML"))


def test_an_ignored_finding_is_gone_and_counted(run, tmp_path):
    plain = run("check", "list.md")
    assert "list.md:3: defect title_typo: Neural Ordinary Diferential Equations |" in plain.stdout
    ignored = (
        '[[ignore]]\nentry = "Neural Ordinary Diferential Equations"\nkind = "title_typo"\nreason = "it may stay"\n'
    )
    healed = run("check", "list.md", corrections=ignored)
    assert "title_typo" not in healed.stdout
    assert "1 finding ignored by corrections" in healed.stderr
    assert "nothing to mend" in run("fix", "list.md", "--dry-run", corrections=ignored).stderr
    run("run", "list.md", "--out", "out", corrections=ignored)
    assert "title_typo" not in set(table(tmp_path, "findings")["kind"])


def test_corrections_without_a_match_are_named_and_their_mistakes_too(run, services):
    unknown = PIN.replace("Augmented Neural ODEs", "Nowhere")
    assert (
        "data/raw/corrections.toml:1: no such entry in these lists"
        in run("check", "list.md", corrections=unknown).stderr
    )
    elsewhere = unknown.replace("[[pin]]", '[[pin]]\nlist = "another"')
    assert "corrections.toml" not in run("check", "list.md", corrections=elsewhere).stderr
    mistaken = run("run", "list.md", corrections=OVERRIDE.replace('"venue"', '"vennue"'), code=2)
    line = "enrich: data/raw/corrections.toml:3: unknown field 'vennue'; did you mean venue?"
    assert mistaken.stderr.splitlines() == [line]
    assert services.asked == []
