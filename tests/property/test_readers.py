"""Laws of the readers: no text breaks them, no link to a paper is lost, lines point at titles, print is read back."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.errors import InputError
from enrich.readers import read_files
from enrich.text.hosts import is_paper_url

pytestmark = pytest.mark.property

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "lists").iterdir())
SUFFIXES = ("md", "rst", "org", "html", "txt", "bib", "yaml", "json", "csv", "tsv")
MARKUP = st.sampled_from(
    [
        "- ",
        "* ",
        "1. ",
        "# ",
        "## ",
        "> ",
        "|",
        "|---|",
        "\n",
        "\n\n",
        "  ",
        "    ",
        "**",
        "*",
        "`",
        "[",
        "](",
        ")",
        "![",
        "](https://arxiv.org/abs/1901.00001)",
        "<br>",
        "<table>",
        "</table>",
        "<tr><td>",
        "<details>",
        "<summary>",
        "</details>",
        "<!--",
        "-->",
        "```\n",
        "---\n",
        "A Title of a Paper",
        "Ann Author, Bob Author",
        "ICLR'23",
        "2019",
        ", ",
        ": ",
        ". ",
        "“",
        '"',
        "`x <https://arxiv.org/abs/1901.00002>`_",
        ":authors:`A B, C D`",
        ".. _a: https://x.org\n",
        "[[https://x.org][a]]",
        "@misc{a, title={b}}",
        "====\n",
        "\\",
        "\t",
        "\r\n",
        "\x00",
        "é",
        "🔥",
        "•",
        "a: b\n",
        "&amp;",
        "$x$",
        "et al.",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(MARKUP, max_size=40).map("".join))


def read(text, suffix):
    try:
        return read_files({f"a.{suffix}": text.encode("utf-8", "surrogatepass")}, name="a", source="a")
    except InputError as error:
        if "\n" in str(error):
            raise
        return None


@given(TEXTS, st.sampled_from(SUFFIXES))
@settings(max_examples=400, deadline=None)
def test_no_text_breaks_a_reader(text, suffix):
    read(text, suffix)


@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_a_reader(content, suffix):
    try:
        read_files({f"a.{suffix}": content}, name="a", source="a")
    except InputError as error:
        if "\n" in str(error):
            raise


@given(st.sampled_from(GOLDEN), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_no_mutation_of_a_list_breaks_a_reader(path, seed):
    chance = random.Random(seed)
    text = path.read_text(encoding="utf-8")
    for _ in range(chance.randrange(1, 8)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.randrange(30))
        text = (
            text[:start] + chance.choice(["", text[end : end + 40], chance.choice("[](){}<>|*_`\n#\"'")]) + text[end:]
        )
    read(text, path.suffix[1:])


words = st.sampled_from(
    "Deep Neural Sparse Causal Graph Flow Attention Kernel Robust Latent Sampling Inference Maps Fields".split()
)
titles = st.lists(words, min_size=3, max_size=7, unique=True).map(" ".join)
ids = st.integers(1, 99999).map(lambda number: f"19{number % 12 + 1:02d}.{number:05d}")
names = st.lists(
    st.sampled_from(["Ann Author", "Bo Li", "Zoë Brück", "C. D. Evans", "Ziad Al-Halah"]),
    min_size=2,
    max_size=4,
    unique=True,
)
venues = st.sampled_from(["NeurIPS", "ICML", "KDD", "CVPR"])
entries = st.lists(
    st.tuples(titles, ids, names, venues, st.integers(1990, 2026)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: (row[0], row[1]),
)

PRINTERS = {
    "F1": lambda t, i, n, v, y: f"- [{t}](https://arxiv.org/abs/{i}), {', '.join(n)}, {v} {y}\n",
    "F2": lambda t, i, n, v, y: (
        f"- {t} *{', '.join(n)}* [[{v}{y}]](https://arxiv.org/abs/{i}) [[code]](https://github.com/o/r)\n"
    ),
    "F3": lambda t, i, n, v, y: f"**{t}.**<br>\n*{', '.join(n)}*<br>\n{v} {y}. [[PDF](https://arxiv.org/abs/{i})]\n\n",
    "F4": lambda t, i, n, v, y: f"- **{t} ({v} {y})**\n  - {', '.join(n)}\n  - [[Paper]](https://arxiv.org/abs/{i})\n",
    "F5": lambda t, i, n, v, y: f"[{t}](https://arxiv.org/abs/{i}), {', '.join(n)}, {v} {y}\n\n",
    "F9": lambda t, i, n, v, y: f'* {", ".join(n)}. "**{t}**." {v} {y}. [[pdf]](https://arxiv.org/abs/{i})\n',
    "F10": lambda t, i, n, v, y: f"- {y} | {t} | *{', '.join(n)}* | {v} {y} | [`PDF`](https://arxiv.org/abs/{i})\n",
}


@pytest.mark.parametrize("family", PRINTERS)
@given(rows=entries)
@settings(max_examples=60, deadline=None)
def test_entry_printed_in_its_family_is_read_back(family, rows):
    text = "# Section\n\n" + "".join(PRINTERS[family](*row) for row in rows)
    found = read(text, "md")
    assert found is not None
    assert [entry.title for entry in found.entries] == [row[0] for row in rows]
    lines = text.split("\n")
    for entry, (title, arxiv_id, authors, venue, year) in zip(found.entries, rows, strict=True):
        assert entry.family == family
        assert title in lines[entry.line - 1]
        assert [known.value for known in entry.identifiers if known.scheme == "arxiv"] == [arxiv_id]
        assert list(entry.authors) == authors
        assert (entry.venue, entry.year) == (venue, year)
        assert entry.section_path == ("Section",)


@pytest.mark.parametrize("family", ["F1", "F2", "F4", "F5", "F10"])
@given(rows=entries, marks=st.lists(st.sampled_from(["", "?", "!"]), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_title_keeps_the_mark_that_it_ends_with(family, rows, marks):
    rows = [(f"{title}{mark}", *others) for (title, *others), mark in zip(rows, marks, strict=False)]
    found = read("# Section\n\n" + "".join(PRINTERS[family](*row) for row in rows), "md")
    assert found is not None
    assert [(entry.title, list(entry.authors)) for entry in found.entries] == [(row[0], row[2]) for row in rows]


@given(rows=entries)
@settings(max_examples=60, deadline=None)
def test_table_row_is_read_back(rows):
    text = "| Title | Authors | Venue | Year |\n|---|---|---|---|\n" + "".join(
        f"| [{t}](https://arxiv.org/abs/{i}) | {', '.join(n)} | {v} | {y} |\n" for t, i, n, v, y in rows
    )
    found = read(text, "md")
    assert found is not None
    assert [(e.title, list(e.authors), e.venue, e.year) for e in found.entries] == [
        (t, n, v, y) for t, _, n, v, y in rows
    ]


SHAPES = [
    "- [{t}]({u})\n",
    "- {t} [[paper]]({u})\n",
    "{t}: see {u}\n\n",
    "| {t} | [x]({u}) |\n",
    "> quoted {u}\n\n",
    "## [{t}]({u})\n\n",
    "<!-- {u} -->\n",
    "<a href='{u}'>{t}</a>\n\n",
    "1. **{t}** <{u}>\n",
    "```\n{u}\n```\n",
    "- {t}\n  - [code]({u})\n",
    "text ![i](x.png) [[1]({u})]\n\n",
]


@given(st.lists(st.tuples(st.sampled_from(SHAPES), titles), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_link_to_a_paper_is_in_one_entry_or_one_omission(rows):
    urls = [f"https://arxiv.org/abs/2001.{number:05d}" for number in range(1, len(rows) + 1)]
    text = "# Papers\n\n- [An Entry that Stands](https://arxiv.org/abs/1901.00001)\n\n" + "".join(
        shape.format(t=title, u=url) for (shape, title), url in zip(rows, urls, strict=True)
    )
    found = read(text, "md")
    assert found is not None
    for url in urls:
        in_entries = sum(any(link.url == url for link in entry.links) for entry in found.entries)
        in_omissions = sum(url in omission.urls for omission in found.omissions)
        assert is_paper_url(url)
        assert in_entries + in_omissions == 1, (url, in_entries, in_omissions, text)


@given(st.text(alphabet=string.printable, max_size=200))
@settings(max_examples=100, deadline=None)
def test_reading_twice_says_the_same(text):
    assert read(text, "md") == read(text, "md")
