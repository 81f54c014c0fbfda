"""Dates as people write them."""

from __future__ import annotations

import pytest

from enrich.text.written_dates import find_date, find_year, full_year

DATES = [
    ("2019", "2019"),
    ("2019-03", "2019-03"),
    ("2019-03-09", "2019-03-09"),
    ("[2023/09]", "2023-09"),
    ("2023.9.1", "2023-09-01"),
    ("Oct, 2025", "2025-10"),
    ("October 2025", "2025-10"),
    ("Sept 2019", "2019-09"),
    ("4 Apr 2023", "2023-04-04"),
    ("April 4th, 2023", "2023-04-04"),
    ("2020 May", "2020-05"),
    ("05/2020", "2020-05"),
    ("(2018).", "2018"),
    ("31 Feb 2019", "2019-02"),
]


@pytest.mark.parametrize(("text", "iso"), DATES)
def test_date_is_read_to_the_precision_written(text, iso):
    assert str(find_date(text)) == iso


@pytest.mark.parametrize(
    "text", ["", "19", "May", "CVPR 2019", "2019-2020 season", "1234567", "9999-99-99x", "version 2.0"]
)
def test_what_says_more_or_less_is_no_date(text):
    assert find_date(text) is None


def test_year_of_a_citation_is_its_last_one():
    assert find_year("Biometrika 70, no. 1 (1983): 41-55") == 1983
    assert find_year("In Proc. of 1998 workshop, pages 1-9, 2001.") == 2001
    assert find_year("arXiv:2004.05155") is None


def test_two_digits_are_of_the_nearest_century():
    assert (full_year(0), full_year(49), full_year(50), full_year(99)) == (2000, 2049, 1950, 1999)
