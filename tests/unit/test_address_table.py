"""Addresses as people write them, each with the identifiers that it means, the issuer's own first."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.model.address_grammars import GRAMMARS, WRAPPERS
from enrich.model.addresses import identifiers_in_url, to_url
from enrich.model.identifiers import parse_identifier

ROWS = [
    tuple(line.split(" =>"))
    for line in (Path(__file__).parent / "addresses.txt").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("address", "means"), ROWS, ids=[address for address, _ in ROWS])
def test_address_means(address, means):
    assert [str(found) for found in identifiers_in_url(address)] == means.split()


@pytest.mark.parametrize("row", GRAMMARS, ids=lambda row: row.example)
def test_every_grammar_reads_its_example(row):
    assert str(identifiers_in_url(row.example)[0]) == row.means


@pytest.mark.parametrize("row", WRAPPERS, ids=lambda row: row.example)
def test_every_wrapper_opens_its_example(row):
    assert [str(found) for found in identifiers_in_url(row.example)] == ["arxiv:1706.03762"]


@pytest.mark.parametrize("value", sorted({value for _, means in ROWS for value in means.split()} - {"doi:10/aabbe"}))
def test_page_of_an_identifier_leads_back_to_it(value):
    identifier = parse_identifier(*value.split(":", 1))
    assert identifier in identifiers_in_url(to_url(identifier))
