"""Titles that name many works, by what they say and by how often they come again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.matching.description import describe_fields
from enrich.matching.generic import count_years, is_generic
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


SIDES = st.lists(st.tuples(st.sampled_from(["Ten Questions", "Of Frogs", "TEN QUESTIONS!"]), st.integers(1990, 1996)))


@given(SIDES, SIDES, st.randoms(use_true_random=False))
def test_years_are_those_of_one_side_in_whatever_order(left, right, rng):
    described = [[describe_fields({"title": title, "year": year}) for title, year in side] for side in (left, right)]
    counted = count_years(*described)
    for side in described:
        rng.shuffle(side)
    assert count_years(*described[::-1]) == counted
    for title in ("ten questions", "of frogs"):
        most = max(len({one.year for one in side if one.title.lower().strip("!") == title}) for side in described)
        assert counted.get(title, 1) == max(1, most)


def test_a_title_of_several_years_is_a_column_and_names_no_work():
    column = {"title": "Reminiscences of influential engines", "authors": ["Ada Lovelace"], "venue": "Engines"}
    years = count_years([describe_fields({**column, "year": year}) for year in (1841, 1842, 1843)])
    sides = describe_fields({**column, "year": 1843}), describe_fields({**column, "year": 1843})
    once, again = verify(*sides), verify(*sides, years)
    assert once.is_accepted
    assert (again.status, again.reason) == ("ambiguous", "generic_title")
    assert again.probability < 0.5
    assert not verify(sides[0], describe_fields({**column, "year": 1842}), years).is_accepted
    place = {"volume": "3", "pages": "7"}
    placed = describe_fields({**column, **place, "year": 1843})
    assert verify(placed, placed, years).is_accepted


@pytest.mark.parametrize("label", ["{} (abstract)", "{} - book review"])
def test_a_label_on_one_side_alone_parts_nothing_that_is_printed_once(label):
    known = {"title": "Small worlds of looms", "authors": ["Ada Lovelace"], "venue": "SIGMOD Record", "year": 2002}
    noted = describe_fields({**known, "title": label.format(known["title"])})
    assert verify(describe_fields(known), noted).is_accepted
    assert verify(describe_fields({**known, "year": 2003}), noted).reason == "kind"
    assert verify(describe_fields({**known, "authors": ["Mary Somerville"]}), noted).status == "different"
