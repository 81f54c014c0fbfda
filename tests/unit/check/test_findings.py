"""Findings about the founding list against its hand-checked defects, and the healed list."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.shared import ROOT, SHARED, needs_shared

from enrich.check import find_findings
from enrich.check.differing_titles import compare_title
from enrich.config import load_settings
from enrich.editing.edits import Edit, to_diff
from enrich.model.entry import Entry, Link, LinkRole, ReadingList
from enrich.model.identifiers import parse_arxiv, parse_identifier
from enrich.model.verdict import Status, Verdict
from enrich.model.work import DeadLink, Refusal, Work
from enrich.readers import read_files
from enrich.session.session import Session
from enrich.updating.healing import HEALABLE, Document, heal

LIST = ROOT / "data" / "raw" / "awesome-neural-ode.md"


@pytest.fixture(scope="module")
def founding(tmp_path_factory):
    settings = load_settings(overrides={"state_dir": tmp_path_factory.mktemp("state")})
    with Session(settings, offline=True) as run:
        lists = run.read([str(LIST)])
        return run.enrich(lists).findings, {entry.order: entry for entry in lists[0].entries}


@needs_shared
@pytest.mark.thorough
def test_the_known_defects_are_found_and_hardly_any_other(founding):
    findings, _ = founding
    known = json.loads((SHARED / "truth" / "awesome-neural-ode.defects.json").read_text("utf-8"))["defects"]
    grave = [row for row in known if row["severity"] in ("defect", "stale")]
    orders = [row["order"] if isinstance(row["order"], list) else [row["order"]] for row in grave]
    found = {(one.order, one.kind) for one in findings}
    hits = [row for row, some in zip(grave, orders, strict=True) if any((one, row["kind"]) in found for one in some)]
    assert len(grave) == 41
    assert len(hits) >= 39
    expected = {(one, row["kind"]) for row, some in zip(grave, orders, strict=True) for one in some}
    others = [one for one in findings if one.severity in ("defect", "stale") and (one.order, one.kind) not in expected]
    assert len(others) <= 1  # one of the known defects by another name


def test_every_finding_says_where_what_and_who(founding):
    findings, entries = founding
    lines = LIST.read_text("utf-8").splitlines()
    for one in findings:
        assert 1 <= one.line <= len(lines)
        assert one.list_says
        assert one.record_says
        if one.kind.startswith(("title_", "label_", "preprint_")):
            assert one.evidence
            assert entries[one.order].line == one.line


@pytest.mark.thorough
def test_the_healed_list_differs_only_in_the_lines_concerned_and_heals_once(founding, tmp_path):
    findings, entries = founding
    text = LIST.read_bytes().decode()
    healed = heal(Document(text, "markdown", entries), findings, HEALABLE)
    changed = {
        number
        for number, (old, new) in enumerate(zip(text.splitlines(), healed.text.splitlines(), strict=True), 1)
        if old != new
    }
    assert changed == {one.line for one in healed.mended}
    assert len(healed.mended) >= 30
    path = tmp_path / LIST.name
    path.write_bytes(healed.text.encode())
    with Session(load_settings(overrides={"state_dir": tmp_path / "state"}), offline=True) as run:
        lists = run.read([str(path)])
        again = run.enrich(lists).findings
        entries = {entry.order: entry for entry in lists[0].entries}
    left = {(one.line, one.kind) for one in again}
    assert not left & {(one.line, one.kind) for one in healed.mended}
    assert heal(Document(healed.text, "markdown", entries), again, HEALABLE).text == healed.text


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_and_a_missing_last_one_stay(founding, ending):
    findings, entries = founding
    text = LIST.read_bytes().decode().rstrip("\n").replace("\n", ending)
    healed = heal(Document(text, "markdown", entries), findings, HEALABLE).text
    assert healed.count(ending) == text.count(ending)
    assert not healed.endswith("\n")


@pytest.mark.parametrize(
    ("written", "known", "difference"),
    [
        ("Neural ODEs", "Neural ODEs", "none"),
        ("Neural odes.", "Neural ODEs", "none"),
        ("FFJORD", "FFJORD: Free-form Continuous Dynamics", "title_subtitle_dropped"),
        ("Antysymmetric Networks", "Antisymmetric Networks", "title_typo"),
        (
            "Universality in recurrent networks",
            "Universality across populations in recurrent networks",
            "title_abridged",
        ),
        ("Accelerating ODEs with Elements", "Spectral Discretization for Identification", "title_superseded"),
        ("神经常微分方程", "神经常微分方程", "none"),
    ],
)
def test_titles_are_compared_word_by_word(written, known, difference):
    assert compare_title(written, [known]) == difference


def one_entry(title="A Title of Sorts", **fields):
    link = Link("https://arxiv.org/abs/1806.07366", "arXiv18", LinkRole.PAPER)
    defaults = {"links": (link,), "identifiers": (parse_arxiv("1806.07366"),), "label": "arXiv18"}
    entry = Entry(order=1, line=3, title=title, **{**defaults, **fields})
    return ReadingList(name="l", source="l.md", entries=(entry,))


def work(**fields):
    defaults = {"work_id": "arxiv:1", "citation_key": "k", "title_source": "", "type": "preprint", "entry_orders": ()}
    return Work(**{**defaults, "title": "A Title of Sorts", **fields})


def test_an_uncertain_identity_corrects_nothing():
    sure, unsure = Verdict(Status.STRONG, "x"), Verdict(Status.AMBIGUOUS, "x")
    assert [one.kind for one in find_findings(one_entry("A Title of Sort"), {1: work(verdict=sure)})] == ["title_typo"]
    assert find_findings(one_entry("A Title of Sort"), {1: work(verdict=unsure)}) == ()


def test_a_link_to_another_work_is_named_with_what_it_is():
    refusal = Refusal(identifier=parse_arxiv("1806.07366"), title="Tomatoes", source="arxiv", reason="titles differ")
    (finding,) = find_findings(one_entry(), {1: work(refusals=(refusal,))})
    assert (finding.kind, finding.line) == ("link_is_another_work", 3)
    assert "Tomatoes" in finding.record_says


def test_markup_defects_need_no_record(tmp_path):
    text = (
        "# List\n\n## Contents\n\n* [Papers](#papers)\n* [Gone](#gone)\n\n## Papers\n\n"
        + "".join(f"* Title {n}: [paper](https://arxiv.org/abs/2001.0000{n})\n" for n in range(1, 6))
        + '* Half "quoted title [paper](https://arxiv.org/abs/2001.00009)\n\n## Forgotten\n'
    )
    path = tmp_path / "list.md"
    path.write_text(text, "utf-8")
    from enrich.readers import read_path

    findings = find_findings(read_path(Path(path)), {}, text)
    kinds = {one.kind: one for one in findings}
    assert kinds["toc_anchor_missing"].line == 6
    assert kinds["toc_missing_entry"].list_says == "## Forgotten"
    assert kinds["markdown_missing_colon"].line == 15
    assert kinds["markup_unbalanced_quote"].line == 15


def a_work(**facts):
    node = parse_arxiv("1806.07366")
    return Work(
        work_id=str(node),
        citation_key="k",
        title="Neural Ordinary Differential Equations",
        title_source="",
        type="preprint",
        entry_orders=(("x", 1),),
        identifiers=(node,),
        verdict=Verdict(Status.EXACT, "titles_equal", {}),
        **facts,
    )


def an_entry(*urls, identifiers):
    links = tuple(Link(url, "paper", LinkRole.PAPER) for url in urls)
    title = "Neural Ordinary Differential Equations"
    return Entry(order=1, line=3, title=title, links=links, identifiers=identifiers)


def test_a_dead_link_is_told_with_another_address_of_the_work_and_mended_where_the_identity_is_sure():
    doi = parse_identifier("doi", "10.1000/gone")
    url = "https://doi.org/10.1000/gone"
    gone = DeadLink(identifier=doi, url=url, source="crossref", missed_at=datetime(2026, 11, 20, tzinfo=UTC))
    entry = an_entry(url, identifiers=(doi,))
    reading_list = ReadingList(name="x", source="x.md", entries=(entry,))
    (found,) = find_findings(reading_list, {1: a_work(dead_links=(gone,))})
    assert (found.kind, found.severity, found.line) == ("dead_link", "defect", 3)
    assert found.evidence == ("crossref: not found (2026-11-20)",)
    assert found.fix == "https://arxiv.org/abs/1806.07366"
    text = f"\n\n* Neural Ordinary Differential Equations: [paper]({url})\n"
    entries = {one.order: one for one in read_files({"x.md": text.encode()}, name="x", source="x.md").entries}
    healed = heal(Document(text, "markdown", entries), [found], HEALABLE)
    assert healed.text == text.replace(url, found.fix)
    unsure = replace(a_work(dead_links=(gone,)), verdict=Verdict(Status.WEAK, "titles_similar", {}))
    assert [one.fix for one in find_findings(reading_list, {1: unsure}) if one.kind == "dead_link"] == [None]


def test_two_links_of_one_entry_that_lead_to_two_works_disagree():
    node, doi = parse_arxiv("1806.07366"), parse_identifier("doi", "10.1000/other")
    refusal = Refusal(identifier=doi, title="Another paper", source="crossref", reason="titles_differ")
    entry = an_entry("https://arxiv.org/abs/1806.07366", "https://doi.org/10.1000/other", identifiers=(node, doi))
    (found,) = find_findings(ReadingList(name="x", source="x.md", entries=(entry,)), {1: a_work(refusals=(refusal,))})
    assert found.kind == "identifiers_disagree"
    assert "Another paper" in found.record_says
    assert "arxiv:1806.07366 is" in found.record_says


def test_a_title_that_differs_comes_with_the_difference(founding):
    findings, _ = founding
    typos = [one for one in findings if one.kind.startswith("title_typo")]
    assert typos
    assert all(one.evidence[0].startswith("difference: ") and "[-" in one.evidence[0] for one in typos)


def applicable(diff):
    """The diff as git takes it, which wants one name."""
    return diff.replace("+++ x.md (healed)", "+++ x.md")


def test_the_diff_names_only_lines_that_differ_and_patch_applies_it(tmp_path):
    before = "".join(f"line {number}\n\n" for number in range(150)) + "the last"
    lines = before.splitlines(keepends=True)
    for number in (0, 10, 12, 100, 300):
        lines[number] = lines[number].replace("l", "L")
    after = "".join(lines)
    edits = [
        Edit(place, place + 1, "L") for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new
    ]
    diff = to_diff(before, edits, "x.md", "x.md (healed)")
    assert [line for line in diff.splitlines() if line.startswith("-") and line != "--- x.md"] == [
        f"-{before.splitlines()[number]}" for number in (0, 10, 12, 100, 300)
    ]
    assert diff.count("@@ -") == 4
    (tmp_path / "x.md").write_text(before, "utf-8")
    subprocess.run(
        ["git", "apply", "-p0", "--unidiff-zero"], input=applicable(diff), text=True, cwd=tmp_path, check=True
    )
    assert (tmp_path / "x.md").read_text("utf-8") == after
    assert to_diff(before, [], "x.md", "x.md (healed)") == ""
