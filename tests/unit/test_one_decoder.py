"""One decoder: what readers, runs, queries and comparison see of a title is the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enrich.catalogue.query_texts import read_query
from enrich.errors import EnrichError
from enrich.readers import read_path
from enrich.text.tex import decode_tex, normalize_text
from enrich.text.title_forms import normalize_title

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases"
FIXTURES = sorted([*(ROOT / "tests" / "golden" / "lists").iterdir(), *CASES.rglob("*.bib"), *CASES.rglob("*.md")])
DECODED = [
    (r"Counting $10^{12}$ stars", "Counting 10¹² stars"),
    ("Counting 10^{12} stars", "Counting 10¹² stars"),
    ("Counting 10<sup>12</sup> stars", "Counting 10¹² stars"),
    (r"Counting 10\textsuperscript{12} stars", "Counting 10¹² stars"),
    (r"Maps of $\mathbb{R}^n$", "Maps of ℝⁿ"),
    (r"{\textless}i{\textgreater}E. coli{\textless}/i{\textgreater} at $\sim$5", "E. coli at ~5"),
    ("&lt;i&gt;E. coli&lt;/i&gt; grows", "E. coli grows"),
    (r"R&D in {\TeX} and \LaTeX{} \& more", "R&D in TeX and LaTeX & more"),
    (r"\href{https://example.org/a_b}{A text} and \url{https://example.org}", "A text and https://example.org"),
    (r"Wells\thanks{Supported by \emph{nobody}.} of Hof\footnote{Twice.}", "Wells of Hof"),
    (r"\texorpdfstring{$\alpha$}{alpha}-wells in \textcolor{red}{red}", "α-wells in red"),
    (r"Codes \emph{over} \{0,1\} and $\{a,b\}$", "Codes over {0,1} and {a,b}"),
    ("{NA}", "NA"),
    ("{Go}", "Go"),
    (r"Caf{\'e} \unknown{word} {\v{R}}eh\r{u}\v{r}ek", "Café word Řehůřek"),
    ("From $5 to $10: 50% off", "From $5 to $10: 50% off"),
    (r"Wells\\{\small and hills}", "Wells and hills"),
]
MARKS = [
    *"\\{}$<>&~_^'`-*;# ab1",
    r"\{",
    r"\}",
    r"\frac",
    r"\text",
    r"\bar",
    r"\'",
    r"\\",
    "``",
    "--",
    "&amp;",
    "amp;",
    "#38;",
]
MARKS += [
    "<b>",
    "</b>",
    "<sub>",
    "</sub>",
    "<math>",
    "</math>",
    "\u0301",
    "\u0338",
    "\u1fef",
    "\u037e",
    "\u00a0",
    "\x00",
    "\ufdd0",
]


@pytest.mark.parametrize(("text", "plain"), DECODED)
def test_title_is_decoded(text, plain):
    assert decode_tex(text) == plain
    assert normalize_title(text) == normalize_title(plain)


@pytest.mark.property
@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(MARKS), max_size=40).map("".join))
@example("_{~_")
@example("\u1fef\u1fef")
@example("&" + "amp;" * 20)
@example(r"\{{a}\}")
def test_decoding_what_was_decoded_changes_nothing(text):
    once = decode_tex(text)
    assert decode_tex(re.sub(r"[{}]", r"\\\g<0>", once)) == once  # a bare brace would group
    assert not re.search(r"[{}]", once) or re.search(r"\\[{}]", text)
    assert normalize_text(normalize_text(text)) == normalize_text(text)


def entries(path):
    try:
        return [entry for entry in read_path(path).entries if entry.title]
    except EnrichError:
        return []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_title_of_an_entry_is_the_title_of_its_work_and_of_a_query(path):
    for entry in entries(path):
        assert normalize_text(entry.title) == entry.title
        assert not re.search(r"\\[A-Za-z]|\$\\", entry.title)
        if not re.search('["“”]', entry.title):  # of a query, what stands in quotes is the title
            assert normalize_title(entry.title) in [normalize_title(query.title) for query in read_query(entry.title)]
        for field in entry.fields:
            if field.name == "title" and field.tex and not any(one.name == "subtitle" for one in entry.fields):
                assert entry.title == decode_tex(field.tex)
