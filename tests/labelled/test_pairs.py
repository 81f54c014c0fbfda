"""The verifier on labelled pairs that a librarian can extend, and on pairs that nothing was fitted on."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import generated
from enrich.matching.description import describe_fields
from enrich.matching.verify import verify

FOLDER = Path(__file__).parent
LABELS = {"exact": "same", "strong": "same", "weak": "open", "ambiguous": "open", "different": "different"}


def lines_of(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines() if line]


def verdict_on(pair):
    return verify(describe_fields(pair["left"]), describe_fields(pair["right"]))


def measure(pairs):
    """Precision and recall of what is accepted, and the accepted pairs that are no one work."""
    judged = [(pair, verdict_on(pair)) for pair in pairs]
    accepted = [pair for pair, verdict in judged if verdict.is_accepted]
    wrong = [(pair["left"], pair["right"]) for pair in accepted if pair["label"] != "same"]
    n_right = len(accepted) - len(wrong)
    return n_right / len(accepted), n_right / sum(pair["label"] == "same" for pair in pairs), wrong


def test_pairs_to_be_labelled_are_shown():
    for pair in lines_of("pairs.jsonl"):
        if pair["label"] == "TODO":
            print(f"\n{pair['left']}\n{pair['right']}\n-> {verdict_on(pair)}")


def test_labelled_pairs_are_accepted_with_precision():
    precision, recall, wrong = measure(lines_of("pairs.jsonl"))
    assert precision >= 0.975, (precision, wrong)
    assert recall >= 0.9, recall


def test_pairs_that_nothing_was_fitted_on_are_accepted_with_precision():
    precision, recall, wrong = measure(lines_of("held_out.jsonl"))
    assert precision >= 0.96, (precision, wrong)
    assert recall >= 0.85, recall


@pytest.mark.slow
def test_the_sides_of_a_pair_may_be_exchanged():
    for pair in (*lines_of("pairs.jsonl"), *lines_of("held_out.jsonl")):
        there, back = verdict_on(pair), verdict_on({"left": pair["right"], "right": pair["left"]})
        assert (there.status, there.reason) == (back.status, back.reason), pair
        assert there.probability == pytest.approx(back.probability, abs=0.002), pair


def test_no_pair_is_both_fitted_and_held_out():
    fitted = {pair["left"].get("title", "").lower() for pair in lines_of("pairs.jsonl")}
    assert not fitted & {pair["left"].get("title", "").lower() for pair in lines_of("held_out.jsonl")}
    assert all(generated.is_held_out(record["arxiv_id"]) for record in lines_of("records.jsonl"))


def test_a_swapped_word_is_another_work_whatever_agrees_around_it():
    rng = random.Random(7)
    swapped = [pair for record in lines_of("records.jsonl") if (pair := generated.swap(record, rng))][:500]
    assert len(swapped) == 500
    accepted = [pair for pair in swapped if verdict_on(pair).is_accepted]
    assert len(accepted) <= 1, accepted


def test_variants_of_one_title_are_one_work():
    rng = random.Random(8)
    varied = [generated.vary(record, rng) for record in lines_of("records.jsonl")[:500]]
    counts = Counter(verdict_on(pair).is_accepted for pair in varied)
    assert counts[True] >= 0.95 * 500, counts


def test_there_are_enough_real_pairs():
    pairs = (*lines_of("pairs.jsonl"), *lines_of("held_out.jsonl"))
    assert sum("invented" not in pair["note"] for pair in pairs) >= 900
