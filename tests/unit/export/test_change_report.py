from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from markdown_it import MarkdownIt
from support.bibliographies import NASTY, nasty

from enrich.export.change_report import HEADINGS, LONGEST_TEXT, to_lines, to_markdown
from enrich.export.cited_work import tidy
from enrich.export.report import page
from enrich.model.work import Change, ChangeKind
from enrich.text.printable import one_line

SINCE = date(2026, 11, 21)
PUBLISHED = Change(
    kind=ChangeKind.PUBLISHED,
    list="flows",
    order=2,
    line=6,
    work_id="arxiv:2301.00002",
    title="On Flows",
    field="venue",
    before="arXiv",
    after="NeurIPS, 2024, 10.1000/flows",
    source="crossref",
    url="https://doi.org/10.1000/flows",
)
CHANGES = {
    ChangeKind.ENTRY_ADDED: (replace(PUBLISHED, before=None, after="Methods / Flows"), "in Methods / Flows, line 6"),
    ChangeKind.ENTRY_REMOVED: (replace(PUBLISHED, before="Methods", after=None), "from Methods"),
    ChangeKind.ENTRY_MOVED: (replace(PUBLISHED, before="A", after=None, file="b.md"), "from A to (no section), b.md:6"),
    ChangeKind.WORK_RESOLVED: (replace(PUBLISHED, after="arxiv:1"), "is arxiv:1 (crossref)"),
    ChangeKind.PUBLISHED: (PUBLISHED, "NeurIPS, 2024, 10.1000/flows (crossref)"),
    ChangeKind.RETRACTED: (PUBLISHED, "according to crossref"),
    ChangeKind.WITHDRAWN: (replace(PUBLISHED, source="arxiv"), "according to arxiv"),
    ChangeKind.CONCERN: (PUBLISHED, "according to crossref"),
    ChangeKind.CORRECTED: (PUBLISHED, "according to crossref"),
    ChangeKind.TITLE_REVISED: (replace(PUBLISHED, field="title", before="On", after="Off"), "On → Off (crossref)"),
    ChangeKind.AUTHORS_REVISED: (
        replace(PUBLISHED, field="authors", before="A; B", after="A"), "authors: A; B → A (crossref)",
    ),
    ChangeKind.ABSTRACT_REVISED: (replace(PUBLISHED, before="x" * 999, after="y" * 999), "according to crossref"),
    ChangeKind.VALUE_CHANGED: (
        replace(PUBLISHED, field="year", before=None, after="2019"), "year: – → 2019 (crossref)",
    ),
    ChangeKind.CITATION_JUMP: (
        replace(PUBLISHED, before="10", after="40", detail="+30 (+300%) since 2026-11-14", source="openalex"),
        "10 → 40 citations, +30 (+300%) since 2026-11-14 (openalex)",
    ),
    ChangeKind.LINK_DIED: (
        replace(PUBLISHED, url="https://x.org/a", source="github"), "nothing is at https://x.org/a (github)",
    ),
    ChangeKind.LINK_REVIVED: (
        replace(PUBLISHED, url="https://x.org/a", source=None), "https://x.org/a leads somewhere again",
    ),
    ChangeKind.SOURCE_DOWN: (Change(kind=ChangeKind.SOURCE_DOWN, source="dblp", detail="HTTP 503"), "HTTP 503"),
    ChangeKind.SOURCE_BACK: (Change(kind=ChangeKind.SOURCE_BACK, source="dblp"), "it answers again"),
}  # fmt: skip


def of_kind(kind):
    return replace(CHANGES[kind][0], kind=kind)


def test_a_quiet_night_is_exactly_one_line():
    assert to_lines((), SINCE) == ["Nothing changed since 2026-11-21."]
    assert to_markdown((), "flows", SINCE) == "flows: nothing changed since 2026-11-21.\n"


def test_a_first_run_says_that_there_is_nothing_to_compare_with():
    assert to_lines((), None) == ["This is the first run: there is nothing to compare with."]


@pytest.mark.parametrize("kind", ChangeKind)
def test_each_kind_has_words_of_its_own(kind):
    change, words = of_kind(kind), CHANGES[kind][1]
    subject = "dblp" if kind.value.startswith("source") else "On Flows"
    assert to_lines([change], SINCE) == ["1 change since 2026-11-21:", f"{HEADINGS[kind]} (1)", f"  {subject}: {words}"]


def test_kinds_come_in_the_order_of_a_report_whatever_the_order_of_the_changes():
    lines = to_lines([of_kind(kind) for kind in reversed(ChangeKind)], SINCE)
    assert [line for line in lines if not line.startswith(" ")][1:] == [f"{HEADINGS[kind]} (1)" for kind in ChangeKind]


def test_a_long_value_is_cut_and_a_terminal_obeys_no_title():
    revised = replace(
        of_kind(ChangeKind.TITLE_REVISED), title="red \x1b[31m\x07 alert\nsecond line", after="word " * 999
    )
    lines = to_lines([revised], SINCE)
    assert len(lines) == 3
    assert lines[2].startswith("  red alert second line: On → word word")
    assert len(lines[2]) < 260
    assert all(line.isprintable() for line in lines)


HOSTILE = [
    "<script>alert(1)</script>", "[click](javascript:alert(1))", "# no heading", "a | b", "*bold* _it_ `code` ~~gone~~",
    "![img](https://evil.example/x.png)", "1. no list", "&lt;b&gt;", "line\n\n- other item", "https://evil.example/auto",
    *(known["title"] for known in NASTY),
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_becomes_markup(text):
    changes = [replace(PUBLISHED, title=text, before=text, after=text, kind=kind, url=None) for kind in ChangeKind]
    changes = [change for change in changes if change.kind not in {ChangeKind.SOURCE_BACK, ChangeKind.SOURCE_DOWN}]
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(
        to_markdown(changes, text, SINCE)
    )  # fmt: skip
    blocks = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert blocks == {"heading", "inline", "bullet_list", "list_item", "paragraph"}
    inside = {child.type for token in tokens for child in token.children or ()}
    assert inside <= {"text", "text_special", "strong_open", "strong_close"}
    words = ["".join(child.content for child in token.children) for token in tokens if token.children]
    assert f"{one_line(text, LONGEST_TEXT)}: {len(CHANGES) - 2} changes since 2026-11-21" in words


def test_only_web_addresses_become_links_and_none_can_leave_its_brackets():
    text = to_markdown([replace(PUBLISHED, url="https://x.org/a(b) c<d>")], "flows", SINCE)
    (link,) = [
        child
        for token in MarkdownIt().parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    ]  # fmt: skip
    assert link.attrs == {"href": "https://x.org/a%28b%29%20c%3Cd%3E"}
    for url in ("javascript:alert(1)", "data:text/html,x", None):
        assert "](" not in to_markdown([replace(PUBLISHED, url=url)], "flows", SINCE)


def report(bibliography):
    return page.to_report(tidy(bibliography), (), [])


@pytest.mark.usefixtures("_no_charts")
def test_the_page_shows_changes_by_kind_below_the_works():
    known = nasty().works[0]
    changes = (
        replace(PUBLISHED, work_id=known.work_id, title="<b>On</b> Flows"),
        replace(of_kind(ChangeKind.ENTRY_REMOVED), work_id="arxiv:gone"),
    )
    text = report(replace(nasty(), changes=changes, changes_since=SINCE))
    section = re.search(r'<section id="changes".*?</section>', text, re.DOTALL)[0]
    assert text.index('id="changes"') > text.index('<section id="works"')
    assert f'<a href="#work={known.citation_key}">&lt;b&gt;On&lt;/b&gt; Flows</a>' in section
    assert "<span>On Flows</span>" in section
    assert [re.sub(r"<.*?>", "", one).split() for one in re.findall(r"<summary>.*?</summary>", section)] == [
        ["Entries", "removed", "1"], ["Preprints", "published", "1"],
    ]  # fmt: skip
    assert '<a href="#changes">' in text


@pytest.mark.usefixtures("_no_charts")
def test_pages_differ_by_their_changes_only_in_one_element():
    """A quiet night puts its line in the place of the changes of the night before."""
    element = re.compile(r'<section id="changes".*?</section>|<p id="changes" class="hint">.*?</p>', re.DOTALL)
    quiet, first, busy = (
        report(replace(nasty(), changes=changes, changes_since=since))
        for changes, since in (((), SINCE), ((), None), ((PUBLISHED,), SINCE))
    )
    assert '<p id="changes" class="hint">Nothing changed since 2026-11-21.</p>' in quiet
    assert '<p id="changes" class="hint">This is the first run: there is nothing to compare with.</p>' in first
    assert len({element.sub("", text, count=1) for text in (quiet, first, busy)}) == 1
    assert len({quiet, first, busy}) == 3


@pytest.mark.usefixtures("_no_charts")
def test_the_page_holds_no_more_changes_than_a_reader_can_use():
    many = tuple(replace(PUBLISHED, title=f"Title {number}") for number in range(201))
    text = report(replace(nasty(), changes=many, changes_since=SINCE))
    assert "The first 200 of 201 changes" in text
    assert "Title 199" in text
    assert "Title 200" not in text
    assert "<details open" not in text
