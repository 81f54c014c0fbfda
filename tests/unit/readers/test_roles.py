"""The model of slots: what a text is, what the evidence says, and what siblings add."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.readers.pieces import Part, Piece
from enrich.readers.roles import Weighed, among_siblings, candidates_of, decide, kind_of, softmax, weigh, weighed

PAPER = "https://arxiv.org/abs/1901.0000"


def cited(names: str, title: str, number: int = 1) -> list[Piece]:
    return [Piece(Part.TEXT, f"{names}. {title}. ", 1), Piece(Part.LINK, "pdf", 1, f"{PAPER}{number}")]


RUN = [
    cited("Ann Lee, Bob Stone", "Learning to walk on graphs", 1),
    cited("Carl Berg, Dora Hill", "A theory of small trees", 2),
    cited("Eva Wood, Finn Lake", "Sampling from large networks", 3),
    cited("Gus Ford, Hana Moor", "Robust paths in noisy graphs", 4),
]
TITLES = ["Learning to walk on graphs", "A theory of small trees", "Sampling from large networks"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("(2020)", "date"),
        ("KDD 2020", "dated label"),
        ("NeurIPS", "label"),
        ("Ann Lee, Bob Stone", "names"),
        ("by Ann Lee", "name"),
        ("code", "role"),
        ("17", "number"),
        (" - ", "nothing"),
        ("Learning to walk on large and noisy graphs of things", "long"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_the_first_candidate_is_that_there_is_no_title() -> None:
    candidates = candidates_of(RUN[0])
    assert candidates[0].span is None
    assert all(one.span is not None for one in candidates[1:])
    assert TITLES[0] in {one.span.text for one in candidates if one.span}


def test_a_link_that_names_its_role_is_no_candidate() -> None:
    assert "pdf" not in {one.span.text for one in candidates_of(RUN[0]) if one.span}


def test_evidence_is_the_sum_of_the_weights_of_all_features() -> None:
    candidates = candidates_of(RUN[0])
    weights = {feature: 1.0 for one in candidates for group in one.features for feature in group}
    assert weigh(candidates, weights) == [sum(map(len, one.features)) for one in candidates]
    assert weigh(candidates, {}) == [0.0] * len(candidates)


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=20))
def test_probabilities_sum_to_one_and_keep_the_order(totals: list[float]) -> None:
    shares = softmax(totals)
    assert math.isclose(sum(shares), 1.0)
    assert shares[totals.index(max(totals))] == max(shares)


def test_titles_of_a_run() -> None:
    opinions = decide(weighed(RUN))
    assert [one.best.span.text for one in opinions[:3] if one and one.best.span] == TITLES


def test_a_unit_reads_the_same_whatever_was_read_before() -> None:
    before = decide(weighed(RUN))
    decide(weighed([cited("Ann Lee", f"Another text of {number} words", number) for number in range(9)]))
    assert decide(weighed(RUN)) == before


def test_siblings_agree_where_their_likeliest_titles_stand() -> None:
    run = [candidates_of(unit) for unit in RUN]
    sure = [
        [float(one.span is not None and one.span.text == title) for one in own]
        for own, title in zip(run, [*TITLES, "Robust paths in noisy graphs"], strict=True)
    ]
    rows = among_siblings(run, sure, len(run))
    for own, row, shares in zip(run, rows, sure, strict=True):
        assert [len(one) for one in row] == [1 if one.span is None else 4 for one in own]
        assert row[shares.index(1.0)][0] == "siblings 0=9 of 3"
        assert row[0] == ["0 siblings 0=0 of 3"]


def test_a_known_title_speaks_for_its_place_in_all_siblings() -> None:
    plain, known = weighed(RUN), weighed(RUN, TITLES.__contains__)
    helped = [
        one.span.text
        for unit, other in zip(plain, known, strict=True)
        for one, before, after in zip(unit.candidates, unit.totals, other.totals, strict=True)
        if one.span and after > before
    ]
    assert helped == [*TITLES, "Robust paths in noisy graphs"]


def test_too_long_a_unit_and_an_empty_run_have_no_opinion() -> None:
    assert weighed([]) == []
    assert decide(weighed([[Piece(Part.TEXT, "word ", 1)] * 100])) == [None]
    assert isinstance(weighed([[]])[0], Weighed)
