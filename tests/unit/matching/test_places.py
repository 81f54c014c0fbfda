"""Whether two volumes are one."""

from __future__ import annotations

import pytest

from enrich.matching.places import agree_in_number


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("A64", "64", True),
        ("IT-22", "22", True),
        ("A64", "B64", False),
        ("XIX", "19", True),
        ("144(5)", "144", True),
        ("s2-42", "42", True),
        ("Bd. XIV", "14", True),
        ("1853", "2076", False),
        ("2018", "31", None),
        (None, "3", None),
    ],
)
def test_volumes_are_compared_by_their_number(left, right, is_one):
    assert agree_in_number(left, right) is agree_in_number(right, left) is is_one
