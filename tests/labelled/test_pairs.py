"""The verifier on labelled pairs that a librarian can extend."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

import enrich.matching.verify as module
from enrich.matching.description import describe_fields
from enrich.matching.reasons import Reason
from enrich.matching.verify import verify


def pairs_of(name):
    return [json.loads(line) for line in Path(__file__).with_name(name).read_text("utf-8").splitlines() if line]


PAIRS = pairs_of("pairs.jsonl")
MISSES = pairs_of("misses.jsonl")
"""Pairs whose label the verifier does not reach; one that it learns moves to ``pairs.jsonl``."""
LABELS = {"exact": "same", "strong": "same", "weak": "open", "ambiguous": "open", "different": "different"}
FROM_ELSEWHERE = {"no_candidate", "several_works", "pinned", "pinned_elsewhere", "rejected"}
"""Reasons that candidates and curators give, and no pair."""


def verdict_on(pair):
    return verify(describe_fields(pair["left"]), describe_fields(pair["right"]))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['note']}: {pair['left']['title'][:40]}")
def test_a_labelled_pair_gets_the_verdict_of_its_label(pair):
    verdict = verdict_on(pair)
    if pair["label"] == "TODO":
        print(f"\n{pair['left']}\n{pair['right']}\n-> {verdict.status}, {verdict.reason}: {verdict.detail}")
        return
    assert LABELS[verdict.status] == pair["label"], (verdict.status, verdict.reason, verdict.detail)
    assert verdict.status == pair.get("status", verdict.status)
    assert verdict.reason == pair.get("reason", verdict.reason)


@pytest.mark.parametrize("pair", MISSES, ids=lambda pair: f"{pair['note']}: {pair['left']['title'][:40]}")
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_a_known_miss_gets_the_verdict_of_its_label(pair):
    assert LABELS[verdict_on(pair).status] == pair["label"]


def test_precision_and_recall_with_the_known_misses():
    both = Counter((pair["label"], LABELS[verdict_on(pair).status]) for pair in PAIRS + MISSES)
    accepted = sum(n for (_, got), n in both.items() if got == "same")
    same = sum(n for (label, _), n in both.items() if label == "same")
    assert both["same", "same"] >= 0.98 * accepted
    assert both["same", "same"] >= 0.90 * same


def test_the_verdict_does_not_depend_on_the_order_of_a_pair():
    for pair in PAIRS + MISSES:
        there, back = verdict_on(pair), verdict_on({"left": pair["right"], "right": pair["left"]})
        assert (there.status, there.reason) == (back.status, back.reason), pair


def test_every_reason_is_covered():
    assert {str(verdict_on(pair).reason) for pair in PAIRS} == set(map(str, Reason)) - FROM_ELSEWHERE


def test_there_are_enough_real_pairs():
    assert sum("invented" not in pair["note"] for pair in PAIRS) >= 150


def test_the_docstring_counts_every_status_and_reason():
    counts = Counter((str(verdict.status), str(verdict.reason)) for verdict in map(verdict_on, PAIRS))
    stated = {
        (status, reason): int(n)
        for n, status, reason in re.findall(r"^ +(\d+) (\w+) +(\w+)$", module.__doc__, re.MULTILINE)
    }
    assert stated == dict(counts), "\n".join(
        f"    {n:3} {status:9} {reason}" for (status, reason), n in sorted(counts.items())
    )
