"""What docs/changes.md says is true of the code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.bibliographies import nasty
from support.shared import ROOT
from typer.testing import CliRunner

from enrich.cli import app
from enrich.export import ExportOptions, write
from enrich.export.changes import jumps
from enrich.export.compaction import DAILY_DAYS, WEEKLY_DAYS
from enrich.model.work import Bibliography, ChangeKind, Claim

pytestmark = pytest.mark.docs

PAGE = (ROOT / "docs" / "changes.md").read_text("utf-8")
FIRST = datetime(2026, 11, 7, 3, tzinfo=UTC)
COUNTS = {0: (3_104, 6_790), 7: (3_109, 6_812), 14: (3_120, 6_824)}


def night(day) -> Bibliography:
    """A list of one work that two sources count, and that is retracted on the last day."""
    made = nasty()
    moment = FIRST + timedelta(days=day)
    openalex, semantic_scholar = COUNTS[day]
    work_id = "arxiv:1806.07366"
    claims = [
        Claim(
            work_id=work_id,
            field="citation_count",
            value=str(count),
            source=source,
            retrieved_at=moment,
            is_selected=source == "semantic_scholar",
        )
        for source, count in (("openalex", openalex), ("semantic_scholar", semantic_scholar))
    ]
    work = replace(
        made.works[1],
        work_id=work_id,
        citation_key="chen2018neural",
        title="Neural Ordinary Differential Equations",
        entry_orders=(("nasty", 1),),
        claims=tuple(claims),
        references=(),
        reference_sources=(),
        citation_count=semantic_scholar,
        citation_count_source="semantic_scholar",
        citation_count_at=moment,
        remarks=("retracted",) if day == 14 else (),
    )
    lists = (replace(made.lists[0], entries=made.lists[0].entries[:1]),)
    return replace(
        made,
        works=(work,),
        lists=lists,
        entry_works={("nasty", 1): work_id},
        run_id=f"night{day}",
        started_at=moment,
        ledger=({"source": "dblp", "requests": 1},),
        source_failures=(("dblp", "HTTP 503"),) if day == 7 else (),
        findings=(),
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes") / "results"
    for day in COUNTS:
        write(night(day), folder, options=ExportOptions(formats=frozenset({"parquet"})))
    return folder


def test_every_kind_of_change_is_described_and_no_other():
    table = PAGE.split("| kind | happened |")[1].split("\n\n")[0]
    described = re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines() if row.startswith("|")))
    assert set(described) == {kind.value for kind in ChangeKind}
    assert len(described) == len(set(described))


def test_the_least_growth_of_a_jump_is_what_the_page_says():
    shares = [(int(least), int(share) / 100) for least, share in re.findall(r"\| (\d+) citations and (\d+) % \|", PAGE)]
    assert shares == [
        (jumps.LEAST_GROWTH, jumps.PERIODS[7]),
        (jumps.LEAST_GROWTH, jumps.PERIODS[30]),
        (jumps.LEAST_GROWTH, jumps.LEAST_RELATIVE_GROWTH),
    ]
    assert jumps.MOST_JUMPS == 5
    assert f"up to {DAILY_DAYS} days" in PAGE
    assert f"up to {WEEKLY_DAYS} days" in PAGE


def test_the_queries_answer(results, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(results.parent)
    history, health = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    rows = [tuple(map(str, row)) for row in duckdb.sql(history).fetchall()]
    assert [row[:2] for row in rows] == [("2026-11-21", "retracted")]
    assert duckdb.sql(health).fetchall() == [("dblp", 3, 1)]


def test_the_session_with_history_prints_what_is_shown(results, monkeypatch):
    monkeypatch.chdir(results.parent)
    command, shown = re.search(r"```\n\$ enrich (history .*?)\n(.*?)```", PAGE, re.DOTALL).groups()
    printed = CliRunner().invoke(app, command.split(), catch_exceptions=False).output
    assert printed.splitlines()[: len(shown.splitlines())] == shown.splitlines()
