from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from enum import StrEnum

import pytest
from support.bibliographies import NASTY, RETRIEVED, bibliography_of, nasty, two_lists
from support.shared import ROOT

from enrich.export import ExportOptions, write
from enrich.export.cited_work import tidy
from enrich.export.report import page
from enrich.export.report.charts import Chart, to_charts
from enrich.export.report.contents import headline, to_rows
from enrich.model.entry import Link, LinkRole, Parent, StatedField
from enrich.model.record import WorkType
from enrich.model.reference import Reference, ReferenceStatus
from enrich.model.work import Claim

pytestmark = pytest.mark.thorough


def report(bibliography):
    return page.to_report(tidy(bibliography), (), [])


def few():
    """The first of the nasty works: for what does not depend on how many there are."""
    return bibliography_of(list(NASTY[:2]))


def rows_of(text):
    return json.loads(re.search(r'id="rows">(.*?)</script>', text)[1])


def entries_of_bibtex():
    """Works that a bibliography of the user's own names, with a preamble, parents and doubts."""
    known = nasty()
    reading_list = known.lists[0]
    fields = (StatedField("title", "A title", "A {T}itle"), StatedField("crossref", "whole", "whole"))
    keys = {work.work_id: work.citation_key for work in known.works}
    entries = tuple(
        replace(one, key=keys[known.entry_works["nasty", one.order]], type="inproceedings", fields=fields)
        if one.order % 2
        else one
        for one in reading_list.entries
    )
    parents = (Parent(key="whole", type="proceedings", fields=(StatedField("title", "Whole", "{Whole}"),)),)
    doubt = Reference(list="nasty", order=1, line=3, status=ReferenceStatus.OPEN, asked=("dblp",))
    listed = replace(reading_list, entries=entries, parents=parents, preambles=(r"{\newcommand{\x}{y}}",))
    return replace(known, lists=(listed,), references=(doubt, replace(doubt, order=2)))


@pytest.fixture(scope="module")
def text():
    return report(nasty())


def test_no_title_can_end_a_script_or_open_a_tag(text):
    assert "<script>alert(1)" not in text
    assert text.count("</script>") == 5
    assert any(row["t"] == "</script><script>alert(1)</script>" for row in rows_of(text)["rows"])


def unpacked(text, name):
    """What the page reads when it is asked for."""
    return json.loads(gzip.decompress(base64.b64decode(re.search(rf'id="{name}">([^<]+)<', text)[1])))


def test_details_are_packed_and_hold_claims_and_versions(text):
    details = unpacked(text, "details")
    assert len(details["details"]) == 52
    fields = [field for field, _ in details["details"][0]["claims"]]
    assert fields == sorted(set(fields))
    assert details["details"][0]["entries"] == [["nasty.md:3", "", "Plain"]]


@pytest.mark.parametrize("make", [nasty, two_lists, entries_of_bibtex])
def test_what_the_page_hands_out_is_what_the_exports_write(make, tmp_path):
    write(make(), tmp_path)
    downloads = unpacked((tmp_path / "report.html").read_text("utf-8"), "downloads")
    keys = [row["k"] for row in rows_of((tmp_path / "report.html").read_text("utf-8"))["rows"]]
    whole = {name: one["head"] + "".join(one["works"]) + one["tail"] for name, one in downloads.items()}
    assert {len(one["works"]) for one in downloads.values()} == {len(keys)}
    written = (tmp_path / "works.csv").read_bytes().decode()
    assert sorted(whole["csv"].split("\r\n")) == sorted(written.split("\r\n"))
    assert whole["csv"].startswith("\ufeffwork_id,citation_key,")
    ris = re.sub(r"(?m)^AB  - .*\n", "", (tmp_path / "works.ris").read_text("utf-8"))
    assert sorted(whole["ris"].split("\n\n")) == sorted(ris.split("\n\n"))
    plain = write(make(), tmp_path / "plain", options=ExportOptions(formats=frozenset({"bib"}), bib_abstract=False))
    bib = next(path for path in plain if path.name == "works.bib").read_text("utf-8").partition("\n@comment{jabref")[0]
    assert sorted(map(str.strip, whole["bib"].split("\n\n"))) == sorted(map(str.strip, bib.split("\n\n")))
    assert whole["bib"].partition("\n")[0] == bib.partition("\n")[0]
    assert all(f"{{{key}," in entry for key, entry in zip(keys, downloads["bib"]["works"], strict=True))


def entry_of(bibliography, work, **changes):
    """The bibliography with one work changed."""
    works = tuple(replace(one, **changes) if one.work_id == work.work_id else one for one in bibliography.works)
    return replace(bibliography, works=works)


def claim(work, field, value, source, **facts):
    return Claim(work_id=work.work_id, field=field, value=value, source=source, retrieved_at=RETRIEVED, **facts)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        (("arxiv",), "By arxiv."),
        (("crossref",), ""),
        (("semantic_scholar", "neurips", "pmlr"), ""),
        (("crossref", "openalex"), "By openalex."),
        (("list",), "By list."),
    ],
)
def test_an_abstract_whose_terms_forbid_it_does_not_leave_through_the_page(sources, shown):
    bibliography = nasty()
    work = bibliography.works[0]
    claims = tuple(
        claim(work, "abstract", f"By {source}.", source, is_selected=not place) for place, source in enumerate(sources)
    )
    text = report(entry_of(bibliography, work, abstract=f"By {sources[0]}.", claims=claims))
    place = next(place for place, row in enumerate(rows_of(text)["rows"]) if row["k"] == work.citation_key)
    assert unpacked(text, "abstracts")[place] == shown
    whole = text + json.dumps([unpacked(text, name) for name in ("details", "abstracts", "downloads")])
    for source in sources:
        assert (f"By {source}." in whole) == (source in {"arxiv", "openalex", "list"})
    assert ("e" in rows_of(text)["rows"][place]) == bool(shown)


def test_sources_that_agree_share_a_line():
    bibliography = few()
    work = bibliography.works[0]
    sources = ("arxiv", "openalex", "arxiv", "dblp")
    claims = [claim(work, "year", "2023", source, is_selected=not place) for place, source in enumerate(sources)]
    text = report(entry_of(bibliography, work, claims=(*claims, claim(work, "year", "2022", "crossref"))))
    details = unpacked(text, "details")
    (years,) = [
        values for one in details["details"] for field, values in one["claims"] if len(values) > 1 and field == "year"
    ]
    assert [(value, is_selected) for value, is_selected, *_ in years] == [("2023", 1), ("2022", 0)]
    said = [[details["texts"][source] for source, *_ in agreeing] for *_, agreeing in years]
    assert said == [["arxiv", "openalex", "dblp"], ["crossref"]]


def test_one_link_leads_to_each_target():
    bibliography = few()
    reading_list = bibliography.lists[0]
    urls = (
        ("http://arxiv.org/abs/2301.10140v2", LinkRole.PAPER),
        ("https://arxiv.org/pdf/2301.10140.pdf", LinkRole.PDF),
        ("https://doi.org/10.48550/arXiv.2301.10140", LinkRole.LINK),
        ("https://github.com/a/b", LinkRole.CODE),
        ("https://github.com/a/b/", LinkRole.LINK),
        ("HTTPS://Example.org/2/", LinkRole.PROJECT),
        ("https://example.org/2", LinkRole.LINK),
    )
    links = tuple(Link(url, "x", role) for url, role in urls)
    entries = tuple(replace(one, links=links) if one.order == 2 else one for one in reading_list.entries)
    rows = rows_of(report(replace(bibliography, lists=(replace(reading_list, entries=entries),))))["rows"]
    assert rows[1]["u"] == [
        ["arXiv", "https://arxiv.org/abs/2301.10140"],
        ["PDF", "https://arxiv.org/pdf/2301.10140"],
        ["Code", "https://github.com/a/b"],
        ["Project", "HTTPS://Example.org/2/"],
    ]


@pytest.mark.parametrize(
    ("source", "file", "place", "url"),
    [
        ("lists/refs.bib", None, "refs.bib:12", ""),
        ("https://github.com/O/N", None, "README.md:12", "https://github.com/O/N/blob/HEAD/README.md?plain=1#L12"),
        ("https://github.com/O/N/", "a b.md", "a b.md:12", "https://github.com/O/N/blob/HEAD/a%20b.md?plain=1#L12"),
        ("https://github.com/O/N/blob/v1/x.md", None, "x.md:12", "https://github.com/O/N/blob/v1/x.md?plain=1#L12"),
        ("https://github.com/O/N/tree/dev", "y.md", "y.md:12", "https://github.com/O/N/blob/dev/y.md?plain=1#L12"),
        ("https://raw.githubusercontent.com/O/N/main/x.md", None, "x.md:12", "https://github.com/O/N/blob/main/x.md?plain=1#L12"),
        ("https://example.org/list.md", None, "list.md:12", "https://example.org/list.md"),
        ("javascript:alert(1)", None, "javascript:alert(1):12", ""),
    ],
)  # fmt: skip
def test_a_finding_leads_to_its_line_and_its_work(source, file, place, url):
    bibliography = few()
    (finding,) = bibliography.findings
    text = report(
        replace(
            bibliography,
            lists=(replace(bibliography.lists[0], source=source),),
            findings=(replace(finding, file=file, line=12),),
        )
    )
    section = text[text.index('<section id="findings"') :].partition("</section>")[0]
    assert f"<code>{place}</code>" in section
    assert re.findall(r'href="([^"]+)"', section) == [*filter(None, [url]), "#work=garciamarquez1999uber"]


def test_many_lists_are_a_line_that_folds():
    first = few()
    more = tuple(
        replace(first.lists[0], name=f"list-{number}", title=f"List {number}", entries=()) for number in range(40)
    )
    text = report(replace(first, lists=(*first.lists, *more)))
    assert "<h1>41 reading lists</h1>" in text
    assert "A Nasty List, List 0, List 1 and 38 more</summary>" in text
    assert "Read from 41 lists</summary>" in text


def test_a_status_that_nobody_knew_of_is_shown_as_it_is():
    bibliography = few()
    work = bibliography.works[0]
    rows = rows_of(report(entry_of(bibliography, work, status=StrEnum("Later", {"NOT_ASKED": "not_asked"}).NOT_ASKED)))[
        "rows"
    ]
    assert sum(row["w"] == "not_asked" for row in rows) == 1


def test_works_cite_each_other_by_their_places():
    rows = rows_of(report(nasty()))["rows"]
    assert [row.get("r", []) for row in rows] == [[], *([place] for place in range(51))]


def test_the_years_of_a_chart_have_no_gap():
    pytest.importorskip("altair")
    rows = [
        {"year": year, "kind": "preprint", "works": 1, "place": 1, "href": "#", "says": ""} for year in (2001, 2009)
    ]
    from enrich.export.report.specs import draw

    svg = draw(Chart(id="years", title="", note="", data={"rows": rows}))
    assert [year for year in range(2001, 2010) if f">{year}<" in svg] == list(range(2001, 2010))


def test_without_the_extra_the_page_has_no_charts_and_says_why(monkeypatch):
    monkeypatch.setattr(page, "find_spec", lambda _name: None)
    text = report(nasty())
    assert "<svg" not in text
    assert "the extra <code>report</code> was not installed" in text
    assert 'data-view="map"' in text


def test_works_of_unknown_type_are_a_series_of_their_own():
    works = [replace(nasty().works[0], type=kind, year=2020) for kind in (WorkType.UNKNOWN, WorkType.SOFTWARE)]
    (years,) = [chart for chart in to_charts(works, {}, []) if chart.id == "years"]
    told = {row["kind"]: row["works"] for row in years.data["rows"]}
    assert told == {"software and other": 1, "unknown": 1}


def test_charts_take_their_colours_from_the_page(text):
    pytest.importorskip("altair")
    assert text.count("<svg") >= 3
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
    assert figures["finding"] == "1"
    assert figures["published"] == "5"


def test_a_row_is_short_and_leaves_out_what_is_unknown():
    rows = to_rows(nasty().works, {}, frozenset())["rows"]
    assert all(value not in (None, "", []) for row in rows for value in row.values())


def test_the_report_is_made_only_when_it_is_asked_for(tmp_path):
    write(nasty(), tmp_path, options=ExportOptions(formats=frozenset({"csl"})))
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


HTML = ExportOptions(formats=frozenset({"html"}))


def test_a_chart_is_drawn_again_only_when_its_values_change(tmp_path, drawn):
    bibliography = nasty()
    write(bibliography, tmp_path, options=HTML)
    first = (tmp_path / "report.html").read_bytes()
    assert len(drawn) >= 3
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
        "import enrich.sources; from support.bibliographies import nasty; from enrich.export import write\n"
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
