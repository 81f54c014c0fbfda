"""Whether two volumes are one, and two first pages."""

from __future__ import annotations

import pytest

from enrich.matching.places import agree_in_number, agree_in_pages


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
        ("2nd ser. 5", "5", True),
        ("Ser. 3, 12", "12", True),
        ("(3) 12", "12", True),
        ("No 7", "7", True),
        ("Jahrg. 5", "bd5", True),
        ("nr 5", "nr 6", False),
        ("007", "7", True),
        ("0", "00", True),
        ("A64", "a 64", True),
        ("IT-22(A)", "IT 22", True),
        ("mix", "1009", True),
        ("CM", "900", True),
        ("xl", "40", True),
        ("MDCCC", "1800", True),
        ("Suppl.", "suppl", True),
        ("Suppl.", "Extra", False),
        ("1950", "1951", False),
        ("1949", "31", False),
        ("2040", "31", False),
        ("1950", "31", None),
        ("2039", "31", None),
        ("", "3", None),
        (None, "3", None),
    ],
)
def test_volumes_are_compared_by_their_number(left, right, is_one):
    assert agree_in_number(left, right) is agree_in_number(right, left) is is_one


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("1-10", "1", True),
        ("012", "12-15", True),
        ("101\u2013110", "p. 101", True),
        ("S12", "12 pp", True),
        ("1-10", "2-10", False),
        ("5 \u2014 9", "6\u201399", False),
        ("A12-A15", "B13-B15", False),
        ("1", "2", False),
        ("e12", "13", False),
        ("1-10", "12", None),
        ("1-", "2", None),
        ("1-", "2-10", None),
        ("i-x", "1-10", None),
        ("1", "", None),
        (None, "1", None),
    ],
)
def test_pages_are_compared_by_the_first_where_both_are_ranges_or_numbers(left, right, is_one):
    assert agree_in_pages(left, right) is agree_in_pages(right, left) is is_one
