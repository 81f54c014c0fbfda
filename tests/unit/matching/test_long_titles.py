"""Titles of any length and shape are compared in time that grows with their length."""

from __future__ import annotations

import time

import pytest

from enrich.matching.title_differences import compare_titles


@pytest.mark.parametrize(
    "piece", ["one two three, ", "one two: ", "a / b ", "a - b ", "alpha; ", "[a award ", "(", "of "]
)
def test_a_title_of_many_pieces_is_compared_at_once(piece):
    title = piece * 3_000
    start = time.process_time()
    compare_titles(title, f"{title} and more")
    most_seconds = 3
    assert time.process_time() - start < most_seconds
