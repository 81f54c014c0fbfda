"""Valid and fabricated references of HALLMARK against a catalogue of the valid ones."""

from __future__ import annotations

import pytest
from support.shared import needs_shared

from benchmarks.hallmark import SET, half_of, in_other_forms, judge, kind_of, measure, read_rows

pytestmark = [needs_shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def rows():
    return read_rows() if SET.exists() else []


@pytest.fixture(scope="module")
def valid(rows):
    return [row for row in rows if row["label"] == "VALID"]


@pytest.fixture(scope="module")
def references(rows, valid, tmp_path_factory):
    return judge(rows, valid, tmp_path_factory.mktemp("hallmark"))


@pytest.mark.parametrize("half", [None, 0, 1])
def test_fabricated_references_are_contradicted_and_valid_ones_are_not(rows, references, half):
    places = [place for place, row in enumerate(rows) if half is None or half_of(row) == half]
    measured = measure([rows[at] for at in places], [references[at] for at in places])
    assert measured.rate() >= 0.92, measured
    assert measured.rate("VALID") <= 0.01, measured
    assert measured.f1 >= 0.95, measured


def test_every_type_of_fabrication_is_found(rows, references):
    measured = measure(rows, references)
    for kind in {kind_of(row) for row in rows} - {"VALID"}:
        assert measured.rate(kind) >= 0.9, kind


@pytest.mark.exhaustive
def test_valid_references_in_other_words_are_verified(valid, tmp_path):
    others = in_other_forms(valid)
    assert measure(others, judge(others, valid, tmp_path), "contradicted", "open").rate("VALID") <= 0.01
