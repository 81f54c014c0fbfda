"""Venue labels as curators write them."""

from __future__ import annotations

import pytest

from enrich.knowledge import read_table
from enrich.text.venues import find_label, find_venue, full_venue, parse_label, venue_type

LABELS = [
    ("NeurIPS19", "NeurIPS", 2019),
    ("ICLR'23", "ICLR", 2023),
    ("ICLR’23", "ICLR", 2023),
    ("(KDD 2020)", "KDD", 2020),
    ("2019-CVPR", "CVPR", 2019),
    ("CVPR_2021", "CVPR", 2021),
    ("arXv21", "arXiv", 2021),
    ("arXiV20", "arXiv", 2020),
    ("arXiv:2108.07243 [cs], 2021", "arXiv", 2021),
    ("Scientific Reports18", "Scientific Reports", 2018),
    ("ICLR20 DeepDiffEq", "ICLR", 2020),
    ("AAAI DLGMA20", "AAAI", 2020),
    ("NIPS96", "NeurIPS", 1996),
    ("distill19", "Distill", 2019),
    ("ICCV, 2021", "ICCV", 2021),
    ("ACL'24 Findings", "ACL", 2024),
    ("ICML2023", "ICML", 2023),
    ("in CVPR, 2015", "CVPR", 2015),
    ("Bioinformatics 35", "Bioinformatics", None),
    ("Science Robotics 11", "Science Robotics", None),
    ("Nature'12", "Nature", 2012),
    ("TPAMI 19", "T-PAMI", 2019),
]


@pytest.mark.parametrize(("text", "venue", "year"), LABELS)
def test_label_says_venue_and_year(text, venue, year):
    found = find_label(text.removeprefix("in "))
    assert found is not None
    assert (found.venue, found.year) == (venue, year)


@pytest.mark.parametrize(
    "text", ["Maps of a Flow", "Deep Learning", "code", "A Survey of Transfer Learning", "2019", "", "project page"]
)
def test_what_is_no_label_says_nothing(text):
    assert find_label(text) is None


@pytest.mark.parametrize(("text", "venue"), [("IP17", "IP"), ("Journal of Nothing 2019", "Journal of Nothing")])
def test_label_of_an_unknown_venue_needs_its_place(text, venue):
    assert find_label(text) is None
    assert parse_label(text).venue == venue


def test_workshops_and_remarks_are_told():
    assert find_label("NeurIPS Workshop 2020").is_workshop
    assert find_label("CVPRW 2020").is_workshop
    assert not find_label("CVPR 2020").is_workshop
    assert find_label("CVPR 2020 Oral").remark == "oral"


@pytest.mark.parametrize("text", ["", "(((", "'", "20", "x" * 500, "CVPR" * 60, "\x00", "1999 2000 2001"])
def test_odd_texts_are_no_label(text):
    with pytest.raises(ValueError, match="not a venue label"):
        parse_label(text)


def test_table_of_names_has_no_doubt():
    rows = read_table("venues")
    names = [row["name"] for row in rows]
    assert names == sorted(set(names), key=str.lower)
    for row in rows:
        assert row["type"] in {"conference", "journal", "preprint", "proceedings"}
        assert find_venue(row["name"]) == row["name"]
        assert venue_type(row["name"]) == row["type"]
        full = row["full"] or row["name"]
        assert full_venue(row["name"]) == full_venue(full) == full
        for alias in filter(None, (*row["aliases"].split(";"), row["full"])):
            assert find_venue(alias) == row["name"], alias
