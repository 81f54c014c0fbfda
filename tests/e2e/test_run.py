"""``enrich run`` on the founding list: files, request counts, resumption, and a user's mistakes."""

from __future__ import annotations

import base64
import json
import sqlite3

import pytest
from e2e.conftest import LIST
from support.shared import SHARED, needs_shared

TWO_ENTRIES = """\
# Papers

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)
* Augmented Neural ODEs: [NeurIPS19](https://arxiv.org/abs/1904.01681)
"""


@pytest.mark.slow
def test_cold_run_asks_in_batches_and_the_next_asks_nothing(enrich, services, tmp_path):
    out = tmp_path / "out"
    first = enrich("run", LIST, "--out", out, ENRICH_NOW="2026-11-22T03:00:00Z")
    assert first.returncode == 0, first.stderr
    counts = services.counts()
    assert counts["arxiv"] == counts["semantic_scholar"] == counts["openalex"] == counts["crossref"] == 1
    assert sum(counts.values()) - counts["github"] <= 24, f"whose batch_size is too small? {dict(counts)}"
    assert counts["github"] <= 16
    files = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    services.asked.clear()
    again = enrich("run", LIST, "--out", out, ENRICH_NOW="2026-11-22T03:05:00Z")
    assert again.returncode == 0, again.stderr
    assert services.asked == []
    left = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    changed = {str(name) for name in files.keys() | left.keys() if files.get(name) != left.get(name)}
    assert changed <= {
        *("run.json", "runs.parquet", "manifest.json", "datapackage.json"),
        *("works-new.bib", "works.csv", "works.parquet"),
    }

    later = enrich("run", LIST, "--out", out, ENRICH_NOW="2026-11-23T04:00:00Z")
    assert later.returncode == 0
    assert 1 <= len(services.asked) <= 4

    services.asked.clear()
    longer = tmp_path / "awesome-neural-ode.md"
    services.facts.papers["2006.10000"] = {
        **services.facts.papers["1806.07366"],
        "arxiv": "2006.10000",
        "title": "A Paper That the List Did Not Have",
    }
    entry = "* A Paper That the List Did Not Have: [arXiv20](https://arxiv.org/abs/2006.10000)\n"
    longer.write_text(LIST.read_text("utf-8").replace("### Applications", f"{entry}\n### Applications", 1), "utf-8")
    added = enrich("run", longer, "--out", out, ENRICH_NOW="2026-11-23T04:05:00Z")
    assert added.returncode == 0, added.stderr
    new = (out / "works-new.bib").read_text("utf-8")
    assert new.count("\n@") - new.count("\n@comment") == 1
    assert "A Paper That the List Did Not Have" in new
    assert 1 <= len(services.asked) <= 6
    asked_again = [one for one in services.asked if b"1806.07366" in one.body or "1806.07366" in one.path]
    assert asked_again == []


def test_a_work_is_new_once_whatever_the_clock_of_its_data_says(enrich, tmp_path):
    import pandas as pd

    def run(text, *options, now, state="state"):
        path = tmp_path / "papers.md"
        path.write_text(text, "utf-8")
        place = {"ENRICH_STATE_DIR": str(tmp_path / state), "ENRICH_NOW": now}
        assert enrich("run", path, "--out", tmp_path / "out", *options, **place).returncode == 0
        works = pd.read_parquet(tmp_path / "out" / "works.parquet").set_index("work_id")
        file = tmp_path / "out" / "works-new.bib"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        keys = {line.partition("{")[2].strip(",") for line in lines if line[:1] == "@" and line[:8] != "@comment"}
        assert keys == set(works.citation_key[works.is_new])
        assert file.exists() == bool(keys)
        return works

    first = run(TWO_ENTRIES, "--offline", now="2026-11-22T03:00:00Z")
    assert first.is_new.all()
    assert set(first.first_seen_at) == {pd.Timestamp("2026-11-22T03:00:00Z")}
    again = run(TWO_ENTRIES, "--offline", now="2026-11-23T03:00:00Z")
    assert not again.is_new.any()
    assert again.first_seen_at.equals(first.first_seen_at)
    third = "* Deep Equilibrium Models: [NeurIPS19](https://arxiv.org/abs/1909.01377)\n"
    added = run(TWO_ENTRIES + third, "--offline", now="2026-11-24T03:00:00Z")
    assert list(added.index[added.is_new]) == ["arxiv:1909.01377"]
    assert added.first_seen_at["arxiv:1909.01377"] == pd.Timestamp("2026-11-24T03:00:00Z")
    assert not run(TWO_ENTRIES, "--offline", now="2026-11-25T03:00:00Z").is_new.any()
    back = run(TWO_ENTRIES + third, "--offline", now="2026-11-26T03:00:00Z")
    assert not back.is_new.any(), "an entry that left and came back was imported before"
    alone = run(TWO_ENTRIES + third, "--offline", now="2026-11-27T03:00:00Z", state="another")
    assert not alone.is_new.any(), "the files tell it without the store"
    assert alone.first_seen_at.equals(added.first_seen_at)


def test_the_store_tells_what_is_new_where_the_files_are_gone(enrich, tmp_path):
    path = tmp_path / "papers.md"
    path.write_text(TWO_ENTRIES, "utf-8")
    assert enrich("check", path, "--offline").returncode in (0, 3)
    assert enrich("run", path, "--offline", "--out", tmp_path / "first").returncode == 0
    assert (tmp_path / "first" / "works-new.bib").exists(), "a check publishes nothing"
    assert enrich("run", path, "--offline", "--out", tmp_path / "second").returncode == 0
    assert (tmp_path / "second" / "works.bib").exists()
    assert not (tmp_path / "second" / "works-new.bib").exists()
    only_bib = {"ENRICH_EXPORTS__FORMATS": '["bib"]', "ENRICH_STATE_DIR": str(tmp_path / "none")}
    assert enrich("run", path, "--offline", "--out", tmp_path / "third", **only_bib).returncode == 0
    only_bib["ENRICH_STATE_DIR"] = str(tmp_path / "nothing")
    assert enrich("run", path, "--offline", "--out", tmp_path / "third", **only_bib).returncode == 0
    assert not (tmp_path / "third" / "works-new.bib").exists()


@pytest.mark.slow
def test_files_open_as_their_readers_expect(enrich, tmp_path):
    import duckdb
    import pandas as pd
    from pybtex.database import parse_file

    out = tmp_path / "out"
    assert enrich("run", LIST, "--out", out).returncode == 0
    bibliography = parse_file(out / "works.bib", bib_format="bibtex")
    works = pd.read_parquet(out / "works.parquet")
    entries = pd.read_parquet(out / "entries.parquet")
    claims = pd.read_parquet(out / "claims.parquet")
    assert (len(bibliography.entries), len(works), len(entries)) == (84, 84, 85)
    assert set(entries["work_id"]) == set(works["work_id"])
    node = works.set_index("arxiv_id").loc["1806.07366"]
    assert node["title"] == "Neural Ordinary Differential Equations"
    assert [author["family"] for author in node["authors"]] == ["Chen", "Rubanova", "Bettencourt", "Duvenaud"]
    assert node["citation_count_source"] == "semantic_scholar"
    sources = set(claims[claims["field"] == "title"]["source"])
    assert {"arxiv", "semantic_scholar", "openalex", "catalogue", "list"} <= sources
    assert not claims["request_key"][claims["source"] == "arxiv"].eq("").any()
    typed = duckdb.sql(
        f"SELECT typeof(year), typeof(citation_count_at), typeof(authors) FROM '{out}/works.parquet' LIMIT 1"
    )
    assert typed.fetchall()[0][:2] == ("SMALLINT", "TIMESTAMP WITH TIME ZONE")
    ledger = json.loads((out / "run.json").read_text("utf-8"))
    assert "arxiv" in json.dumps(ledger)


def test_offline_the_catalogue_answers_and_nobody_is_asked(enrich, services, tmp_path):
    import pandas as pd

    out = tmp_path / "out"
    result = enrich("run", LIST, "--offline", "--out", out)
    assert (result.returncode, services.asked) == (0, [])
    works = pd.read_parquet(out / "works.parquet")
    papers = works[~works["type"].isin(["software", "website"])]
    assert len(papers) == 75
    assert papers["authors"].map(len).min() >= 1
    assert works["citation_count"].notna().sum() == 8
    counted = works.set_index("arxiv_id").loc["1806.07366"]
    assert counted["citation_count"] == 6824
    assert str(counted["citation_count_at"].date()) == "2025-06-12"


@pytest.mark.slow
def test_unreachable_services_cost_one_warning_and_nothing_more(enrich, tmp_path):
    nowhere = {f"ENRICH_SOURCES__{name}__BASE_URL": "http://127.0.0.1:9" for name in ("ARXIV", "SEMANTIC_SCHOLAR")}
    result = enrich("run", LIST, "--out", tmp_path / "out", **nowhere)
    assert result.returncode == 0
    assert [line for line in result.stderr.splitlines() if line.startswith("warning: ")] == [
        "warning: arxiv, semantic_scholar: cannot be reached; what only they know is missing"
    ]
    table = result.stdout.partition("\nsources ")[2].partition("\nfiles ")[0]
    assert "crossref" in table
    assert "arxiv" not in table
    strict = enrich("run", LIST, "--out", tmp_path / "out", "--strict", **nowhere)
    assert strict.returncode == 3


def test_a_link_to_another_paper_is_refused_and_named(enrich, tmp_path):
    import pandas as pd

    (tmp_path / "list.md").write_text(TWO_ENTRIES.replace("1904.01681", "1906.01563"), "utf-8")
    out = tmp_path / "out"
    result = enrich("run", "list.md", "--out", out)
    assert "arxiv:1906.01563 is “Hamiltonian Neural Networks” by" in result.stderr
    works = pd.read_parquet(out / "works.parquet").set_index("title")
    assert works.loc["Augmented Neural ODEs", "arxiv_id"] == "1904.01681"


def test_a_title_without_a_link_is_searched_for_last(enrich, services, tmp_path):
    import pandas as pd

    title = "Neural Relational Inference with Fast Modular Meta-learning"
    services.facts.papers["2310.00001"] = {
        **services.facts.papers["1806.07366"],
        "arxiv": "2310.00001",
        "title": title,
        "authors": ["Ann Author"],
        "doi": None,
    }
    (tmp_path / "list.md").write_text(f"{TWO_ENTRIES}* {title}: [paper](https://example.org/x)\n", "utf-8")
    result = enrich("run", "list.md", "--out", "out")
    assert result.returncode == 0
    works = pd.read_parquet(tmp_path / "out" / "works.parquet").set_index("title")
    assert works.loc[title, "arxiv_id"] == "2310.00001"
    services.asked.clear()
    assert enrich("run", "list.md", "--out", "out").returncode == 0
    assert services.asked == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.md", None, "no such file"),
        ("empty.md", b"", "empty"),
        ("binary.md", bytes(range(256)) * 20, "binary"),
        ("prose.md", b"Just some words about nothing in particular.\n", "no entry found"),
        ("broken.bib", b"@article{a, title = {x", "broken.bib:1: no entry found"),
    ],
)
def test_a_users_mistake_is_one_line_and_nothing_is_written(enrich, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = enrich("run", name, "--out", "out", "--offline")
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("enrich:")]) == 1
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_is_a_file_is_named_before_anyone_is_asked(enrich, services, tmp_path):
    (tmp_path / "taken").write_text("", "utf-8")
    result = enrich("run", LIST, "--out", "taken")
    assert (result.returncode, services.asked) == (2, [])
    assert "taken: is no folder" in result.stderr


def test_a_mistyped_setting_is_named_with_file_and_line(enrich, tmp_path):
    (tmp_path / "enrich.toml").write_text('[sources.arxvi]\nbase_url = "x"\n', "utf-8")
    result = enrich("run", LIST, "--out", "out")
    assert result.returncode == 2
    assert "enrich.toml:1: unknown setting sources.arxvi; did you mean arxiv?" in result.stderr


def test_planted_secrets_are_sent_and_found_nowhere(enrich, services, tmp_path):
    keys = {
        f"ENRICH_SOURCES__{name}__API_KEY": f"PLANTED-{name}"
        for name in ("SEMANTIC_SCHOLAR", "OPENALEX", "GITHUB", "OPENREVIEW", "OPENCITATIONS")
    }
    result = enrich("run", LIST, "--out", tmp_path / "out", ENRICH_CONTACT="planted@example.net", **keys)
    assert result.returncode == 0, result.stderr
    sent = {value for one in services.asked for value in one.headers.values()}
    assert {"PLANTED-SEMANTIC_SCHOLAR", "Bearer PLANTED-GITHUB", "Bearer PLANTED-OPENALEX"} <= sent
    assert any("mailto:planted@example.net" in value for value in sent)
    everything = (result.stdout + result.stderr).encode()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            everything += path.read_bytes()
    decoded = b"".join(
        base64.b64decode(json.loads(value)["_content"] or "")
        for (value,) in sqlite3.connect(tmp_path / "state" / "replies.sqlite").execute("SELECT value FROM responses")
    )
    for secret in (b"PLANTED", b"planted@example.net", b"somebody@example.org"):
        assert secret not in everything
        assert secret not in decoded


@needs_shared
def test_every_paper_gets_what_is_true_of_it(enrich, tmp_path):
    """Records made from verified facts are replayed; names of venues are compared by what they mean."""
    import pandas as pd

    from enrich.text.venues import find_venue

    out = tmp_path / "out"
    assert enrich("run", LIST, "--out", out).returncode == 0
    works = pd.read_parquet(out / "works.parquet").set_index("work_id")
    entries = pd.read_parquet(out / "entries.parquet").set_index("order")
    truths = [
        json.loads(line) for line in (SHARED / "truth" / "awesome-neural-ode.jsonl").read_text("utf-8").splitlines()
    ]
    wrong = []
    for row in truths:
        work, truth = works.loc[entries.loc[row["order"], "work_id"]], row["truth"]
        if row["kind"] != "paper":
            continue
        pairs = {
            "arxiv_id": (work["arxiv_id"], truth.get("arxiv_id")),
            "doi": (work["doi"], truth.get("doi", "").lower()),
            "authors": ([author["name"] for author in work["authors"]], truth.get("authors")),
            "submitted": (str(work["published_date"]), truth.get("submitted")),
            "year": (work["year"], truth.get("year")),
            "venue": (find_venue(work["venue"] or ""), find_venue(truth["venue"])),
        }
        for name, (got, true) in pairs.items():
            seen = row["evidence"].get(name, {}).get("confidence", "") in ("seen", "seen2")
            if seen and got != true:
                wrong.append((row["order"], name, got, true))
    assert wrong == []
