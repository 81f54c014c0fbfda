"""The matcher on labelled data from elsewhere: titles as lists write them, and references with slips."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from rapidfuzz import fuzz, process
from support.shared import SHARED, needs_shared

from enrich.catalogue.bundled import open_lines
from enrich.catalogue.resolve import resolve
from enrich.catalogue.written_queries import parse_query
from enrich.matching.description import describe_fields
from enrich.matching.verify import verify
from enrich.model.verdict import Status

pytestmark = needs_shared
ORIGINAL = re.compile(r"original: ['\"](.*)['\"]\)")


def read(name):
    path = SHARED / "labelled" / name
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def describe(fields, title=None):
    return describe_fields(
        {
            "title": title or fields["title"],
            "authors": fields.get("author", "").split(" and "),
            "year": fields.get("year"),
            "venue": fields.get("booktitle") or fields.get("journal"),
            "doi": fields.get("doi"),
        }
    )


@pytest.fixture(scope="module")
def titles():
    return read("title-to-arxiv.jsonl")


def test_titles_of_lists_find_their_works_among_each_other(titles):
    """Records hold no more than the title here: what stays open is counted, and a wrong work is never found."""
    lines = (json.dumps(record_of(each)) for each in titles)
    n_found = 0
    with open_lines(lines) as catalogue:
        for each in titles:
            decision = resolve(catalogue, parse_query({"text": each["title"]}).readings)
            found = {known.value for record in decision.records for known in record.identifiers}
            assert found <= {each["arxiv_id"]}, each
            assert found or each["kind"] in ("renamed", "variant"), (each, decision.verdict)
            n_found += bool(found)
    assert n_found >= 0.92 * len(titles)


def test_every_title_that_was_not_renamed_is_found(titles):
    with open_lines(json.dumps(record_of(each)) for each in titles) as catalogue:
        for each in titles:
            if each["kind"] != "renamed":
                decision = resolve(catalogue, parse_query({"text": each["title"]}).readings)
                assert {known.value for record in decision.records for known in record.identifiers} == {
                    each["arxiv_id"]
                }


def record_of(each):
    return {
        "identifiers": [f"arxiv:{each['arxiv_id']}"],
        "title": each["record_title"],
        "retrieved_at": "2026-01-01",
        "type": "preprint",
    }


def test_near_misses_are_never_exact_and_the_difference_is_named():
    for row in read("hallmark-dev.jsonl"):
        original = ORIGINAL.search(row["explanation"])
        if row.get("hallucination_type") != "near_miss_title" or not original:
            continue
        verdict = verify(describe(row["fields"]), describe(row["fields"], original[1]))
        if verdict.detail["titles"]["relation"] != "equal":
            assert verdict.detail["titles"]["differences"], verdict
            assert verdict.status is not Status.EXACT or verdict.reason == "identifier", verdict


@pytest.mark.exhaustive
def test_two_valid_references_are_matched_only_when_they_are_one():
    valid = [row["fields"] for row in read("hallmark-dev.jsonl") if row["label"] == "VALID"]
    described = [describe(fields) for fields in valid]
    titles = [fields["title"].lower() for fields in valid]
    alike = process.cdist(titles, titles, scorer=fuzz.ratio, score_cutoff=45)
    for left, right in zip(*np.triu(alike, 1).nonzero(), strict=True):
        one, other = described[left], described[right]
        if verify(one, other).is_accepted:
            assert one.identifiers & other.identifiers or alike[left, right] == 100
