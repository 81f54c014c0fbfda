"""Titles that name many works, by what they say and by how often they come again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.matching.description import describe_fields
from enrich.matching.generic import is_generic
from enrich.matching.peers import NO_RIVAL, Peers
from enrich.matching.verify import verify


@pytest.mark.parametrize(
    "title",
    ["Editors' Notes", "Treasurer's Message", "Minutes of the Annual Meeting", "Index to Volume 34", "Book Reviews"],
)
def test_a_department_names_no_work(title):
    assert is_generic(title)


@pytest.mark.parametrize(
    "title", ["Introduction to Algorithms", "Data structures", "A review of particle physics", "The author as producer"]
)
def test_a_telling_word_names_a_work(title):
    assert not is_generic(title)


SIDE = st.tuples(st.sampled_from(["Ten Questions", "Of Frogs", "TEN QUESTIONS!"]), st.integers(1990, 1996))
PAIRS = st.lists(st.tuples(SIDE, SIDE))


@given(PAIRS, st.randoms(use_true_random=False))
def test_years_are_those_of_one_side_in_whatever_order(pairs, rng):
    described = [[describe_fields({"title": title, "year": year}) for title, year in pair] for pair in pairs]
    peers = Peers(described)
    exchanged = [pair[::-1] for pair in described]
    rng.shuffle(exchanged)
    for title in ("ten questions", "of frogs"):
        sides = ({pair[side][1] for pair in pairs if pair[side][0].lower().strip("!") == title} for side in (0, 1))
        assert peers.count_years(title) == Peers(exchanged).count_years(title) == max(1, *map(len, sides))


def test_a_title_that_another_line_answers_better_speaks_against_a_pair():
    people = {"authors": ["Ada Lovelace", "Charles Babbage"]}
    mine = describe_fields({**people, "title": "Weaving of algebraic patterns", "year": 1843})
    found = describe_fields({**people, "title": "Weaving of algebraic patterns on automatic looms in proc"})
    better = describe_fields({**people, "title": "Weaving of algebraic patterns on automatic looms", "year": 1842})
    known = Peers([(mine, found), (better, found)])
    assert Peers([(mine, found)]).find_leads(mine, found) == Peers().find_leads(mine, found) == (NO_RIVAL, NO_RIVAL)
    assert known.find_leads(mine, found)[1] > 0 > known.find_leads(better, found)[1]
    assert verify(mine, found, known).probability <= verify(mine, found).probability


def test_a_title_of_several_years_is_a_column_and_names_no_work():
    column = {"title": "Reminiscences of influential engines", "authors": ["Ada Lovelace"], "venue": "Engines"}
    issues = [describe_fields({**column, "year": year}) for year in (1841, 1842, 1843)]
    peers = Peers(zip(issues, issues, strict=True))
    sides = describe_fields({**column, "year": 1843}), describe_fields({**column, "year": 1843})
    once, again = verify(*sides), verify(*sides, peers)
    assert once.is_accepted
    assert (again.status, again.reason) == ("ambiguous", "generic_title")
    assert again.probability < 0.5
    assert not verify(sides[0], describe_fields({**column, "year": 1842}), peers).is_accepted
    place = {"volume": "3", "pages": "7"}
    placed = describe_fields({**column, **place, "year": 1843})
    assert verify(placed, placed, peers).is_accepted


@pytest.mark.parametrize("label", ["{} (abstract)", "{} - book review"])
def test_a_label_on_one_side_alone_parts_nothing_that_is_printed_once(label):
    known = {"title": "Small worlds of looms", "authors": ["Ada Lovelace"], "venue": "SIGMOD Record", "year": 2002}
    noted = describe_fields({**known, "title": label.format(known["title"])})
    assert verify(describe_fields(known), noted).is_accepted
    assert verify(describe_fields({**known, "year": 2003}), noted).reason == "kind"
    assert verify(describe_fields({**known, "authors": ["Mary Somerville"]}), noted).status == "different"
