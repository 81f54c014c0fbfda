"""Slots of an item and the runs of them that may be a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.readers.pieces import Part, Piece
from enrich.readers.slots import regions_of, spans_of, title_link

PAPER = "https://arxiv.org/abs/1901.00001"


def words(text: str) -> Piece:
    return Piece(Part.TEXT, text, 1)


def link(text: str, url: str = PAPER) -> Piece:
    return Piece(Part.LINK, text, 1, url)


def titles(*pieces: Piece) -> list[str]:
    return [span.text for span in spans_of(regions_of(pieces))]


def test_a_link_is_a_region_and_texts_between_links_are_one() -> None:
    regions = regions_of([words("Ann Lee, "), words("2020. "), link("On Graphs"), words(" (KDD)"), words(" — ")])
    assert [(one.text, one.is_link) for one in regions] == [
        ("Ann Lee, 2020. ", False),
        ("On Graphs", True),
        (" (KDD) — ", False),
    ]
    assert [(one.first, one.last) for one in regions] == [(0, 2), (2, 3), (3, 5)]


def test_text_without_letters_is_no_region() -> None:
    assert regions_of([words(" - "), link(" ")]) == []


def test_slots_stand_between_separators_that_they_know() -> None:
    (region,) = regions_of([words("Ann Lee, Graphs: a survey | KDD")])
    found = [(region.text[one.start : one.end], one.before, one.after) for one in region.slots]
    assert found == [
        ("Ann Lee", "edge", "comma"),
        ("Graphs", "comma", "colon"),
        ("a survey", "colon", "pipe"),
        ("KDD", "pipe", "edge"),
    ]


@pytest.mark.parametrize("title", ["Differences of boats", "Two-way tides with boats", "Boats of their tides"])
def test_the_initial_of_a_name_ends_in_front_of_a_title(title: str) -> None:
    assert title in titles(words(f"Author A., Stone C. {title}"))


def test_every_run_of_slots_may_be_a_title() -> None:
    assert titles(words("Graphs: a survey, again")) == [
        "Graphs",
        "Graphs: a survey",
        "Graphs: a survey, again",
        "a survey",
        "a survey, again",
        "again",
    ]


def test_a_title_ends_behind_its_mark() -> None:
    assert "What is a graph?" in titles(words("Ann Lee. What is a graph? KDD"))


def test_no_title_in_the_regions_that_are_left_out() -> None:
    regions = regions_of([link("code"), words(" Some Graphs")])
    assert {span.region for span in spans_of(regions, {0})} == {1}


@pytest.mark.parametrize("text", ["Graphs (and more, and others", "Graphs [2020, Trees", "Graphs {a, b"])
def test_a_bracket_that_stays_open_is_in_no_title(text: str) -> None:
    assert titles(words(text))
    assert all(one.count(mark) == 0 for one in titles(words(text)) for mark in "([{")


@given(st.text(alphabet="aB 1,:()[]{}“”.|", max_size=60))
def test_titles_are_balanced_parts_of_the_text(text: str) -> None:
    for span in spans_of(regions_of([words(text)])):
        assert span.text == text[span.start : span.end]
        assert any(map(str.isalpha, span.text))
        assert all(span.text.count(opener) == span.text.count(closer) for opener, closer in ("()", "[]", "{}"))


def test_the_title_link_is_no_role_no_address_no_anchor() -> None:
    pieces = [link("code"), link(PAPER), link("On Graphs", "#graphs"), link("On Graphs of Things")]
    assert title_link(pieces) == 3
    assert title_link(pieces[:3]) is None
