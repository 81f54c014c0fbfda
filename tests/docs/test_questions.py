"""docs/questions.md names tables that there are, each of them, and its queries answer what it says."""

from __future__ import annotations

import re

import pytest
from support.command import run_enrich
from support.shared import ROOT

from enrich.export.columns import HISTORY_TABLES, TABLES

pytestmark = pytest.mark.docs

PAGE = (ROOT / "docs" / "questions.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n-- (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("questions") / "out"
    done = run_enrich(["run", ROOT / "data/raw/awesome-neural-ode.md", "--offline", "--out", out], {}, out.parent)
    assert done.returncode == 0, done.stderr
    return out


def test_every_table_answers_some_question():
    named = set(re.findall(r"`([\w/]+)`\]\(tables\.md#", PAGE))
    derived = {"entry_sections", "co_citations"}
    assert named == {table.name for table in (*TABLES, *HISTORY_TABLES)} - derived


@pytest.mark.parametrize(("answer", "query"), QUERIES)
def test_a_query_answers_what_is_shown(answer, query, folder, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(folder)
    first = duckdb.sql(query).fetchall()[0]
    assert ", ".join(map(str, first)) == answer
