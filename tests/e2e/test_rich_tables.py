"""What a run over loopback services leaves for an analyst: every table filled, every question answered."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from e2e.conftest import LIST
from support.services import Facts, Services, environment, serve
from support.shared import ROOT

from enrich.config import load_settings
from enrich.export import ExportOptions, load, write
from enrich.export.cited_work import tidy
from enrich.session.session import Session

pytestmark = pytest.mark.slow
ABSENT = ("0" * 40, "Attention Is All You Need")
QUESTIONS = re.findall(
    r"^## (\d+\. .*?)\n.*?```sql\n(.*?)```", (ROOT / "docs" / "sql.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """The folder of a run over the founding list, the bibliography, and the requests that it made."""
    folder = tmp_path_factory.mktemp("rich")
    facts = Facts.from_catalogue()
    papers = list(facts.papers.values())
    for paper in papers[:40]:
        paper["references"] = ["1806.07366", "1904.01681"]
        paper["cites"] = [ABSENT]
        paper["comment"] = "9 pages. Code at https://github.com/rtqichen/torchdiffeq."
    with serve(Services(facts)) as services, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in environment(services.port, ENRICH_STATE_DIR=str(folder / "state")).items():
            patch.setenv(name, value)
        with Session(load_settings()) as run:
            bibliography, out = run.run([str(LIST)], folder / "out")
        yield out, bibliography, services


@pytest.mark.parametrize(("question", "query"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_a_question_of_the_sql_page_has_an_answer(question, query, rich, monkeypatch):
    monkeypatch.chdir(rich[0])
    import duckdb

    frame = duckdb.sql(query).pl()
    assert len(frame) > 0, question
    assert not any(frame[name].is_null().all() for name in frame.columns), question


def test_the_sql_page_asks_ten_questions():
    assert [title.partition(".")[0] for title, _ in QUESTIONS] == [str(number) for number in range(1, 11)]


def test_what_is_asked_is_known_to_the_services_and_costs_no_request_more(rich):
    """The loopback services refuse an element that they do not document, as the real ones do."""
    _, bibliography, services = rich
    assert bibliography.source_failures == ()
    counts = services.counts()
    assert counts["semantic_scholar"] == counts["openalex"] == counts["crossref"] == 1
    assert sum(counts.values()) - counts["github"] <= 17
    (asked,) = [one for one in services.asked if one.service == "semantic_scholar"]
    assert "references.title" in parse_qs(urlsplit(asked.path).query)["fields"][0]


def test_authorships_are_joined_onto_the_list_of_authors_that_won(rich):
    out, _, _ = rich
    rows = pd.read_parquet(out / "authorships.parquet").query("work_id == 'arxiv:1806.07366'")
    assert list(rows["family"]) == ["Chen", "Rubanova", "Bettencourt", "Duvenaud"]
    assert rows["orcid"].notna().all()
    assert rows["openalex_author_id"].str.startswith("A").all()
    assert rows["s2_author_id"].str.isdigit().all()
    assert list(rows["is_corresponding"]) == [True, False, False, False]
    assert [list(some) for some in rows["affiliations"]] == [["University of Toronto & Vector Institute"]] * 4
    assert {"arxiv", "openalex", "semantic_scholar"} <= set(rows["sources"].iloc[0])
    affiliations = pd.read_parquet(out / "affiliations.parquet").query("work_id == 'arxiv:1806.07366'")
    assert list(affiliations["author"]) == list(rows["name"])
    assert set(affiliations["ror"]) == {"03dbr7087"}
    assert set(affiliations["country"]) == {"CA"}


def test_works_hold_what_the_services_send(rich):
    node = pd.read_parquet(rich[0] / "works.parquet").set_index("work_id").loc["arxiv:1806.07366"]
    assert node["fwci"] == 2.5
    assert node["citation_percentile"] == 0.99
    assert node["primary_topic"] == "Model Reduction and Neural Networks"
    assert (node["topic_field"], node["topic_domain"]) == ("Physics and Astronomy", "Physical Sciences")
    assert [dict(one) for one in node["keyword_scores"]] == [{"keyword": "Ode", "score": 0.75}]
    assert (node["oa_status"], node["oa_url"]) == ("green", "https://arxiv.org/pdf/1806.07366")
    assert node["tldr"] == "In short: Neural Ordinary Differential Equations."
    assert list(node["funders"]) == ["A Funder"]
    assert node["s2_corpus_id"] > 0
    assert node["reference_count"] == 3
    claims = pd.read_parquet(rich[0] / "claims.parquet").query("work_id == 'arxiv:1806.07366' and field == 'tldr'")
    assert list(claims["source"]) == ["semantic_scholar"]
    years = pd.read_parquet(rich[0] / "citations_by_year.parquet").query("work_id == 'arxiv:1806.07366'")
    assert list(zip(years["year"], years["citation_count"], years["source"], strict=True)) == [
        (2024, 3, "openalex"),
        (2025, 4, "openalex"),
    ]


def test_references_of_every_work_and_what_the_list_leaves_out(rich):
    out, bibliography, _ = rich
    references = pd.read_parquet(out / "references.parquet")
    cited = references[references["value"] == ABSENT[0]]
    assert len(cited) >= 39
    assert set(cited["title"]) == {ABSENT[1]}
    assert cited["cited_work_id"].isna().all()
    assert set(references["cited_work_id"].dropna()) == {"arxiv:1806.07366", "arxiv:1904.01681"}
    absent = pd.read_parquet(out / "absent_works.parquet")
    assert list(absent["title"]) == [ABSENT[1]]
    assert absent["n_citing"].item() == len(cited) == len(absent["citing_work_ids"].item())
    pairs = pd.read_parquet(out / "co_citations.parquet")
    assert list(zip(pairs["first_work_id"], pairs["second_work_id"], strict=True)) == [
        ("arxiv:1806.07366", "arxiv:1904.01681")
    ]
    found = [one for one in bibliography.findings if one.kind == "absent_work"]
    assert [one.record_says.split(":")[0] for one in found] == [ABSENT[1]]
    page = (out / "report.html").read_text("utf-8")
    assert "Cited most by this list and not on it" in page
    assert f'<a href="https://www.semanticscholar.org/paper/{ABSENT[0]}">{ABSENT[1]}</a>' in page


def test_links_to_code_know_the_repository_that_another_entry_names(rich):
    links = pd.read_parquet(rich[0] / "work_links.parquet")
    said = links[(links["source"] == "arxiv") & (links["identifier"] == "github:rtqichen/torchdiffeq")]
    assert len(said) > 30
    assert set(said["role"]) == {"code"}
    assert set(said["stars"]) == {5400}
    assert set(said["language"]) == {"Python"}
    bib = (rich[0] / "works.bib").read_text("utf-8")
    assert r"Code:https\://github.com/rtqichen/torchdiffeq:text/html" in bib


def test_what_was_written_is_loaded_again_whole(rich, tmp_path):
    """Every field of every work, list and value of the run that a table holds."""
    out, bibliography, _ = rich
    loaded = load(out)
    for known, again in zip(tidy(bibliography).works, loaded.works, strict=True):
        bare = replace(
            known,
            records=(),
            refusals=(),
            identifier_sources=again.identifier_sources,
            first_seen_at=again.first_seen_at,  # stamped when the work is published
        )
        if known.verdict:
            assert (known.verdict.status, known.verdict.reason) == (again.verdict.status, again.verdict.reason)
            bare = replace(bare, verdict=again.verdict)
        assert _plain(again) == _plain(bare)
        assert [one.sources for one in again.authors] == [one.sources for one in known.authors]
    assert loaded.absent_works == bibliography.absent_works
    write(loaded, tmp_path, options=ExportOptions(formats=frozenset({"parquet"})))
    for path in out.glob("*.parquet"):
        if path.stem not in ("changes", "runs"):
            assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def _plain(work):
    """The work without what is no fact of it: the order of its links to others in the run."""
    names = sorted(zip(work.references, work.reference_sources, strict=True))
    claims = tuple(sorted(work.claims, key=lambda one: (one.field, one.value, one.source, one.retrieved_at)))
    return replace(
        work,
        references=tuple(one for one, _ in names),
        reference_sources=tuple(one for _, one in names),
        claims=claims,
    )


def test_one_sqlite_file_holds_all_tables_with_keys_and_comments(rich, tmp_path):
    out, _, _ = rich
    options = ExportOptions(formats=frozenset({"sqlite"}), history=out)
    write(load(out), tmp_path, options=options)
    first = (tmp_path / "bibliography.sqlite").read_bytes()
    with sqlite3.connect(tmp_path / "bibliography.sqlite") as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA user_version").fetchone() == (4,)
        for path in out.glob("*.parquet"):
            (n_rows,) = database.execute(f'SELECT count(*) FROM "{path.stem}"').fetchone()
            assert n_rows == len(pd.read_parquet(path)), path.stem
        (statement,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'works'").fetchone()
        assert '"fwci" REAL, -- Citations over those expected in its field, year and type (OpenAlex)' in statement
        joined = database.execute(
            "SELECT w.title, a.name, j.value FROM works w JOIN authorships a USING (work_id)"
            " JOIN json_each(a.affiliations) j"
            " WHERE w.work_id = 'arxiv:1806.07366' AND a.position = 1"
        ).fetchall()
        title = "Neural Ordinary Differential Equations"
        assert joined == [(title, "Ricky T. Q. Chen", "University of Toronto & Vector Institute")]
        (days,) = database.execute("SELECT count(DISTINCT observed_date) FROM citation_counts").fetchone()
        assert days == len(list(out.glob("history/citation_counts/*")))
        (meaning,) = database.execute(
            "SELECT description FROM data_dictionary WHERE table_name = 'works' AND column_name = 'fwci'"
        ).fetchone()
        assert meaning.startswith("Citations over")
    database.close()
    write(load(out), tmp_path, options=options)
    assert (tmp_path / "bibliography.sqlite").read_bytes() == first
