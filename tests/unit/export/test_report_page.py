from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from support.bibliographies import nasty
from support.shared import ROOT

from enrich.export import ExportOptions, Format, write
from enrich.export.cited_work import tidy
from enrich.export.report import page
from enrich.export.report.charts import to_charts
from enrich.export.report.contents import headline, to_rows
from enrich.model.entry import Link, LinkRole
from enrich.model.record import WorkType


def report(bibliography):
    return page.to_report(tidy(bibliography), (), [])


@pytest.fixture(scope="module")
def text():
    return report(nasty())


def test_no_title_can_end_a_script_or_open_a_tag(text):
    assert "<script>alert(1)" not in text
    assert text.count("</script>") == 3
    rows = json.loads(re.search(r'id="rows">(.*?)</script>', text)[1])
    assert any(row["t"] == "</script><script>alert(1)</script>" for row in rows["rows"])


def test_details_are_packed_and_hold_claims_versions_and_bibtex(text):
    packed = re.search(r'id="details">([^<]+)<', text)[1]
    unpacked = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert len(unpacked["details"]) == 52
    first = unpacked["details"][0]
    assert first["bib"].startswith("@article{garciamarquez1999uber,")
    assert [field for field, _ in first["claims"]] == sorted(field for field, _ in first["claims"])


def test_without_the_extra_the_page_has_no_charts_and_says_why(monkeypatch):
    monkeypatch.setattr(page, "find_spec", lambda _name: None)
    text = report(nasty())
    assert "<svg" not in text
    assert "the extra <code>report</code> was not installed" in text
    assert 'id="table"' in text


def test_works_of_unknown_type_are_a_series_of_their_own():
    works = [replace(nasty().works[0], type=kind, year=2020) for kind in (WorkType.UNKNOWN, WorkType.SOFTWARE)]
    (years,) = [chart for chart in to_charts(works, {}, []) if chart.id == "years"]
    told = {row["kind"]: row["works"] for row in years.data["rows"]}
    assert told == {"software and other": 1, "unknown": 1}


def test_charts_take_their_colours_from_the_page(text):
    pytest.importorskip("altair")
    assert text.count("<svg") >= 4
    assert "var(--series-1)" in text
    assert "#0101" not in text
    assert "vega.github.io" not in text


def test_only_web_addresses_become_links():
    bibliography = nasty()
    reading_list = bibliography.lists[0]
    bad = Link("javascript:alert(1)", "x", LinkRole.CODE)
    entries = tuple(replace(entry, links=(bad, *entry.links)) for entry in reading_list.entries)
    text = report(replace(bibliography, lists=(replace(reading_list, entries=entries),)))
    assert "javascript:" not in text


def test_headline_numbers_count_what_they_say():
    figures = {figure.label: figure.value for figure in headline(nasty())}
    assert figures["works"] == "52"
    assert figures["findings"] == "1"
    assert figures["published"] == "5"


def test_a_row_is_short_and_leaves_out_what_is_unknown():
    rows = to_rows(nasty().works, {}, frozenset())["rows"]
    assert all(value not in (None, "", []) for row in rows for value in row.values())


def test_the_report_is_made_only_when_it_is_asked_for(tmp_path):
    write(nasty(), tmp_path, options=ExportOptions(formats=frozenset({Format.CSL})))
    assert not (tmp_path / "report.html").exists()


def test_importing_the_exports_loads_nothing_heavy():
    code = "import enrich.export, sys; print({'pandas', 'pyarrow', 'jinja2', 'altair', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_counts_of_several_days_are_drawn_over_time():
    pytest.importorskip("altair")
    bibliography = tidy(nasty())
    work_id = bibliography.entry_works["nasty", 2]
    one_day = [("2026-11-20", work_id, 2)]
    assert 'id="chart-history"' not in page.to_report(bibliography, (), one_day)
    assert 'id="chart-history"' in page.to_report(bibliography, (), [*one_day, ("2026-11-21", work_id, 9)])


@pytest.fixture
def drawn(monkeypatch):
    """The charts that were really drawn."""
    pytest.importorskip("altair")
    drawings = []
    original = page._draw
    monkeypatch.setattr(page, "_draw", lambda chart: drawings.append(chart.id) or original(chart))
    return drawings


HTML = ExportOptions(formats=frozenset({Format.HTML}))


def test_a_chart_is_drawn_again_only_when_its_values_change(tmp_path, drawn):
    bibliography = nasty()
    write(bibliography, tmp_path, options=HTML)
    first = (tmp_path / "report.html").read_bytes()
    assert len(drawn) >= 4
    drawn.clear()
    write(bibliography, tmp_path, options=HTML)
    assert drawn == []
    assert (tmp_path / "report.html").read_bytes() == first
    cited = max(bibliography.works, key=lambda work: work.citation_count or 0)
    works = tuple(replace(work, citation_count=99_999) if work is cited else work for work in bibliography.works)
    write(replace(bibliography, works=works), tmp_path, options=HTML)
    assert drawn == ["citations"]
    assert "99,999" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_report_that_somebody_edited_gives_no_drawings(tmp_path, drawn):
    write(nasty(), tmp_path, options=HTML)
    path = tmp_path / "report.html"
    path.write_text(path.read_text(encoding="utf-8").replace("<svg ", "<svg onload='alert(1)' "), encoding="utf-8")
    n_charts = len(drawn)
    drawn.clear()
    write(nasty(), tmp_path, options=HTML)
    assert len(drawn) == n_charts
    assert "onload" not in path.read_text(encoding="utf-8")


def test_other_drawing_code_draws_anew(tmp_path, drawn, monkeypatch):
    write(nasty(), tmp_path, options=HTML)
    n_charts = len(drawn)
    drawn.clear()
    monkeypatch.setattr(page, "drawing_version", lambda: "another")
    write(nasty(), tmp_path, options=HTML)
    assert len(drawn) == n_charts


@pytest.mark.slow
def test_a_quiet_run_imports_neither_pandas_nor_what_draws(tmp_path):
    code = (
        "import sys; from dataclasses import replace; from datetime import timedelta; from pathlib import Path\n"
        "from support.bibliographies import nasty; from enrich.export import write\n"
        "night = replace(nasty(), started_at=nasty().started_at + timedelta(days=1), run_id='next')\n"
        "write(nasty() if sys.argv[2] == 'first' else night, Path(sys.argv[1]))\n"
        "print({'pandas', 'pyarrow.dataset', 'altair', 'vl_convert'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    said = [
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), name],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for name in ("first", "quiet")
    ]
    assert "altair" in said[0]
    assert said[1] == "set()"
