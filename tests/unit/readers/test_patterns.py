"""Readers take twice the time for twice the text, whatever is repeated in it and wherever it stands."""

from __future__ import annotations

import gc
import itertools
import random
import time
from contextlib import suppress

import pytest

from enrich.errors import InputError
from enrich.readers import read_files

pytestmark = pytest.mark.thorough

LINK = "https://arxiv.org/abs/1806.07366"
PLACES = {
    "md": [
        "- {}\n", f"- [{{}}]({LINK}) x\n", f"- [A Title of Some Paper]({LINK}) {{}}\n",
        f"# {{}}\n\n- [A Title]({LINK})\n",
        f"| Title | Paper |\n|---|---|\n| {{}} | [x]({LINK}) |\n", f"{{}} [paper]({LINK})\n", "- [A Title](https://x.org/{})\n",
        f"**{{}}**\n[paper]({LINK})\n", "| {} |\n|---|\n| a |\n",
    ],
    "rst": [
        "L\n=\n\n- {}\n", f"L\n=\n\n- `{{}} <{LINK}>`_ x\n", f"L\n=\n\n- `A Title of Some Paper <{LINK}>`_ {{}}\n",
        f"{{}}\n\n- `A Title <{LINK}>`_\n", "L\n=\n\n.. {}\n", "L\n=\n\n:x: {}\n",
        "===== =====\nTitle Paper\n===== =====\na     {}\n===== =====\n",
    ],
    "org": [
        "* L\n- {}\n", f"* L\n- [[{LINK}][{{}}]] x\n", f"* L\n- [[{LINK}][A Title of Some Paper]] {{}}\n",
        f"* {{}}\n- [[{LINK}][A Title]]\n", f"* L\n| Title | Paper |\n|---+---|\n| {{}} | [[{LINK}][x]] |\n",
    ],
    "html": [
        "<ul><li>{}</li></ul>", f"<ul><li><a href='{LINK}'>{{}}</a> x</li></ul>",
        f"<h1>{{}}</h1><p><a href='{LINK}'>A</a>",
        f"<ul><li><a href='{LINK}'>A Title of Some Paper</a> {{}}</li></ul>",
        f"<table><tr><th>Title</th></tr><tr><td>{{}}</td><td><a href='{LINK}'>x</a></td></tr></table>",
    ],
    "txt": ["{}\n", "1. {}\n", "[1] Smith, J. (2019). {} arXiv:1806.07366\n", "• A Title\n• {}\n"],
    "tex": [
        "\\begin{{itemize}}\n\\item {}\n\\end{{itemize}}\n",
        f"\\item \\href{{{{{LINK}}}}}{{{{A Title of Some Paper}}}} {{}}\n",
        "\\section{{{}}}\n\\item A\n", "\\bibitem{{a}} A. Author. \\newblock {} \\newblock 2019.\n",
    ],
    "adoc": ["= L\n\n* {}\n", f"* {LINK}[{{}}], x\n", "== {}\n\n* A title\n", "|===\n| {}\n|===\n"],
    "bib": [
        "@article{{k, title = {{{}}}, year = 2019}}\n", "@article{{k, title = {{A Title}}, author = {{{}}}}}\n",
        "@article{{k, title = {{A Title}}, note = {{{}}}}}\n", "@article{{k, title = {{A Title}}}}\n{}\n",
        "@article{{{}, title = {{A Title}}}}\n", "@article{{k, title = {{A Title}}, journal = {{{}}}}}\n",
    ],
    "csv": [f"title,authors,url\n{{}},x,{LINK}\n", f'title,authors,url\nA title,"{{}}",{LINK}\n'],
    "yaml": [f"- title: {{}}\n  url: {LINK}\n", "- title: A title\n  authors: {}\n"],
    "ris": ["TY  - JOUR\nTI  - {}\nER  - \n", "TY  - JOUR\nTI  - A title\nAU  - {}\nER  - \n"],
}  # fmt: skip
"""Of every reader: an item, a heading, a link, a cell, a field."""
SIGNS = "aA1 .,:;?!-–()[]{}<>\"'“`*_#|/\\&$%=+~@^"
KNOWN = [
    *(
        ".",
        "A. ",
        "a b. ",
        " et al. ",
        "Proc. of ",
        "? a",
        "[](",
        "![",
        "*",
        " ",
        "(",
        "[",
        "arXiv:",
        "a.b",
        ", ",
        "}",
        "...",
        "1",
    ),
    *("and ", "A. B, ", "2019 ", "https://x.org/", "doi:10.", "<a", "&a;", "$a$", "\\a{", "``", "-", "|", " - ", "[a]"),
]
"""What once took the square of the time, and its like."""
SIZE = 3_000
TWICE = 2.2
FLOOR_S = 0.012
"""What a text of any size may take: a cold cache, a collection of garbage."""


def cpu_s(name, text):
    started = time.process_time()
    with suppress(InputError):
        read_files({name: text.encode()}, name="list", source=name)
    return time.process_time() - started


def growth(reader, place, pattern, size=SIZE):
    """How often twice the time a text of four times the length takes; the least of some attempts, as others disturb."""
    texts = [place.format((pattern * (length // len(pattern) + 1))[:length]) for length in (size, 4 * size)]
    least = float("inf")
    for _ in range(4):
        small, large = (cpu_s(f"a.{reader}", text) for text in texts)
        least = min(least, large / max(small, FLOOR_S))
        if least <= TWICE**2:
            break
    return least


@pytest.fixture(autouse=True)
def _no_garbage():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("reader", PLACES)
def test_time_grows_with_the_text_and_not_with_its_square(reader):
    cases = list(itertools.product(PLACES[reader], KNOWN))
    sample = random.Random(1).sample(cases, min(16, len(cases)))
    slow = [(place, pattern) for place, pattern in sample if growth(reader, place, pattern) > TWICE**2]
    assert not slow


@pytest.mark.parametrize(
    "most_s", [pytest.param(6, marks=pytest.mark.slow), pytest.param(30, marks=pytest.mark.exhaustive)]
)
@pytest.mark.parametrize("reader", PLACES)
def test_no_pattern_of_three_signs_makes_a_reader_slow(reader, most_s):
    """A sample of one to three signs in any place; what is quick at a size that shows a square needs no ratio."""
    pairs = ["".join(pair) for pair in itertools.product(SIGNS, repeat=2)]
    triples = ["".join(three) for three in itertools.product(SIGNS, repeat=3)]
    rng = random.Random(2)
    patterns = [*SIGNS, *KNOWN, *rng.sample(pairs, 200), *rng.sample(triples, 200)]
    cases = [(place, pattern) for pattern in patterns for place in PLACES[reader]]
    began = time.process_time()
    slow = []
    for place, pattern in rng.sample(cases, len(cases)):
        text = place.format((pattern * SIZE)[:SIZE])
        if cpu_s(f"a.{reader}", text) > 4 * FLOOR_S and growth(reader, place, pattern) > TWICE**2:
            slow.append((place, pattern))
        if time.process_time() - began > most_s:
            break
    assert not slow


@pytest.mark.parametrize(
    ("reader", "before", "row", "behind"),
    [
        ("md", "", ("| a ", "|---", "| b "), "|\n"),
        ("rst", "L\n=\n\n", ("=== ", "a   ", "=== ", "b   ", "=== "), "\n"),
        ("rst", "L\n=\n\n", ("+---", "| a ", "+===", "| b ", "+---"), "+\n"),
        ("org", "* L\n", ("| a ", "|---", "| b "), "|\n"),
        ("html", "<table>", ("<td>Title</td>", "<td>A Title</td>"), "<tr>"),
    ],
)
def test_tables_of_thousands_of_columns(reader, before, row, behind):
    texts = [before + "".join(f"{cell * n}{behind}" for cell in row) for n in (750, 3_000)]
    small, large = (min(cpu_s(f"a.{reader}", text) for _ in range(2)) for text in texts)
    assert large <= TWICE**2 * max(small, 4 * FLOOR_S)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "line"),
    [
        ("rst", ".. a\n"),
        ("org", "* a\n"),
        ("org", "#+BEGIN_SRC\n"),
        ("txt", "• a\n"),
        ("md", "- a\n"),
        ("html", "<li>a"),
    ],
)
def test_thousands_of_lines(reader, line):
    assert growth(reader, "{}", line, 500 * len(line)) <= TWICE**2
