"""A list in any consistent layout: whatever its order, its separators and its markup, the same entries come out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.readers import read_files

pytestmark = pytest.mark.property

WORDS = "slow boats rivers locks kernels faults drivers lakes winds stars quiet small boards roads nets livers".split()
GIVEN, FAMILY = ("Ann", "Carl", "Dora", "Paul", "Yann"), ("Field", "Stone", "Rivers", "Brooks", "Hill")
VENUES = ("ICML", "CVPR", "NeurIPS", "ACL", "KDD")

titles = st.lists(st.sampled_from(WORDS), min_size=4, max_size=9, unique=True).map(
    lambda words: " ".join(words).title()
)
names = st.lists(
    st.tuples(st.sampled_from(GIVEN), st.sampled_from(FAMILY)).map(" ".join), min_size=2, max_size=4, unique=True
)
entries = st.tuples(titles, names, st.sampled_from(VENUES), st.integers(2010, 2025))
lists = st.lists(entries, min_size=4, max_size=12, unique_by=lambda entry: entry[0])


def url(number):
    return f"https://arxiv.org/abs/2001.{number:05}"


LAYOUTS = {
    "linked": lambda n, t, a, v, y, sep: f"[{t}]({url(n)}){sep}{', '.join(a)}{sep}{v} {y}",
    "plain": lambda n, t, a, v, y, sep: f"{t} [[paper]({url(n)})] ({v} {y})",
    "labelled": lambda n, t, a, v, y, sep: f"[[{v} {y}]({url(n)})] {t}",
    "dated": lambda n, t, a, v, y, sep: f"{y}0314 [{v}-{y % 100}] [{t}]({url(n)})",
    "year in the link": lambda n, t, a, v, y, sep: f"[{y} - {t}]({url(n)})",
    "piped": lambda n, t, a, v, y, sep: f"**{y}-05** | {t} | *{', '.join(a)}* | [{v}]({url(n)})",
    "tagged": lambda n, t, a, v, y, sep: f"[[{v}]({url(n)})] {t}. [`seg.`]",
}
"""A line of a list by number, title, authors, venue, year and separator."""


def bullets(found, layout, mark="-", sep=", "):
    return "# Papers\n" + "".join(f"{mark} {LAYOUTS[layout](n, *entry, sep)}\n" for n, entry in found)


def rows(found, header=("Year", "Title", "Authors", "Venue", "Link")):
    body = "".join(f"| {y} | {t} | {', '.join(a)} | {v} | [paper]({url(n)}) |\n" for n, (t, a, v, y) in found)
    return f"# Papers\n| {' | '.join(header)} |\n|{'---|' * len(header)}\n{body}"


def read(text):
    """The entries of a text as sorted titles, years and first links."""
    found = read_files({"list.md": text.encode()}, name="list", source="list.md").entries
    return sorted((entry.title, entry.links[0].url) for entry in found)


def right(found):
    return sorted((entry[0], url(n)) for n, entry in found)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_order_gaps_repetitions_and_separators_change_nothing(layout, data):
    found = list(enumerate(data.draw(lists)))
    shuffled = data.draw(st.permutations(found))
    kept = shuffled[: data.draw(st.integers(3, len(found)))]
    mark, sep = data.draw(st.sampled_from("-*+")), data.draw(st.sampled_from([", ", " - ", " | ", ". "]))
    assert read(bullets(kept, layout, mark, sep)) == right(kept)
    assert read(bullets([*kept, kept[0]], layout, mark, sep)) == sorted([*right(kept), *right(kept[:1])])


@settings(max_examples=25, deadline=None)
@given(lists, st.permutations(range(5)))
def test_a_table_is_read_as_its_bullets_whatever_its_headers_say(made, order):
    found = list(enumerate(made))
    assert read(rows(found)) == right(found)
    words = ("제목", "Notes", "年", "Ссылка", "Code")
    assert read(rows(found, [words[place] for place in order])) == right(found)


@settings(max_examples=25, deadline=None)
@given(lists)
def test_years_come_from_the_slot_that_holds_them(made):
    found = list(enumerate(made))
    for layout in ("linked", "dated", "year in the link", "piped"):
        text = bullets(found, layout)
        read_years = [entry.year for entry in read_files({"l.md": text.encode()}, name="l", source="l.md").entries]
        assert read_years == [year for _, (_, _, _, year) in found], layout


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(titles, names, st.integers(2010, 2025)), min_size=4, max_size=8, unique_by=lambda one: one[0]),
    st.sampled_from(["by", "in"]),
    st.sampled_from(WORDS),
    st.data(),
)
def test_a_preposition_among_the_words_of_one_title_cuts_it_no_shorter_than_its_siblings(made, preposition, word, data):
    odd = data.draw(st.integers(0, len(made) - 1))
    said = [f"{t} {preposition} {word.title()}" if n == odd else t for n, (t, _, _) in enumerate(made)]
    lines = "".join(
        f"- {', '.join(f'{name.split()[1]}, {name[0]}.' for name in a)} ({y}). {title}. *Journal of Boats*, {n}, 1-9.\n"
        for n, (title, (_, a, y)) in enumerate(zip(said, made, strict=True))
    )
    found = read_files({"l.md": f"# Papers\n{lines}".encode()}, name="l", source="l.md").entries
    assert [entry.title for entry in found] == said
