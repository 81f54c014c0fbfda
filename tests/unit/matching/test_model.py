"""The learned weights: what they rest on, and that they explain themselves."""

from __future__ import annotations

import itertools
import json
from importlib.resources import files
from math import isnan, nan

import pytest

from enrich.matching.candidates import decide
from enrich.matching.description import describe_fields
from enrich.matching.features import FEATURES, Pair, featurize
from enrich.matching.model import load_model, parse_model
from enrich.matching.verify import verify
from enrich.model.identifiers import parse_arxiv, parse_doi
from enrich.model.record import Record, WorkType
from enrich.model.verdict import Evidence
from enrich.text.names import parse_name

DATA = json.loads(files("enrich.matching").joinpath("weights.json").read_text("utf-8"))
SIDES = [
    describe_fields({"title": "Neural Ordinary Differential Equations", "authors": ["T. Q. Chen"], "year": 2018}),
    describe_fields({"title": "Neural ordinary diferential equations", "authors": ["Tian Qi Chen"], "year": 2019}),
]


def record(title, identifier, *names):
    return Record(
        source="test", title=title, identifiers=(identifier,), authors=tuple(map(parse_name, names)),
        type=WorkType.PREPRINT, year=2018, retrieved_at="2026-01-01",
    )  # fmt: skip


def test_the_weights_name_their_training_sets_and_keep_their_calibration():
    assert set(DATA["sets"]) >= {"DBLP-ACM", "DBLP-Scholar", "labelled", "variants", "swapped words"}
    for low, high, n_pairs, said, observed in DATA["reliability"]:
        assert n_pairs >= 100, (low, high)
        assert abs(said - observed) <= 0.03, (low, high)


def test_the_evidence_of_the_features_adds_up():
    model = load_model()
    features = featurize(Pair(*SIDES))
    bits, parts = model.weigh(features)
    assert list(features) == list(FEATURES)
    assert bits == pytest.approx(model.start + sum(parts))
    assert model.to_probability(bits) == model.judge(features)[0]


def test_a_verdict_lists_its_evidence_the_strongest_first():
    verdict = verify(*SIDES)
    bits = [abs(one.bits) for one in verdict.evidence]
    assert bits == sorted(bits, reverse=True)
    assert {one.feature for one in verdict.evidence} <= set(FEATURES)
    assert 0 < verdict.probability < 1


def test_a_lone_title_of_other_words_is_told_apart_by_its_words():
    verdict = verify(describe_fields({"title": "Breeding of alpine cattle"}), SIDES[1])
    assert (verdict.status, verdict.probability) == ("different", 0.001)
    assert verdict.evidence == (Evidence("title agreement", 0.0, -9.96),)


def test_a_tree_of_more_leaves_than_a_word_has_bits_is_refused():
    tree = [[0, 0.5, 1, place + 1, 17 + place, 0.0] for place in range(16)] + [[1.0]] * 17
    with pytest.raises(ValueError, match="more than 16 leaves"):
        parse_model({**DATA, "trees": [tree]})


def test_more_likeness_never_speaks_against_one_work():
    model = load_model()
    features = featurize(Pair(*SIDES))
    for name, sign in FEATURES.items():
        if sign:
            probabilities = [
                model.judge({**features, name: value})[0] for value in (-1, 0, 0.25, 0.5, 1, 2, 10, 50, 100)
            ]
            assert sorted(probabilities, reverse=sign < 0) == pytest.approx(probabilities), name


def tree_bits(tree, values):
    """What one tree says of values, step by step as the file has it."""
    place = 0
    while len(tree[place]) > 1:
        feature, threshold, is_unknown_left, left, right, _ = tree[place]
        value = values[feature]
        goes_left = bool(is_unknown_left) if isnan(value) else value <= threshold
        place = left if goes_left else right
    return tree[place][-1]


TREES = [
    [[0, 1.5, 1, 1, 2, 0.5], [2.0], [2, -1.0, 0, 3, 4, -1.0], [-3.0], [0.25]],
    [[0, 1.5, 1, 1, 2, 0.25], [1, 0.0, 0, 3, 4, 1.0], [-2.0], [4.0], [8.0]],
    [[0, 1.5, 0, 1, 2, -0.5], [1.0], [-4.0]],
    [[2, -1.0, 0, 1, 2, 0.125], [3.0], [-0.75]],
    [[0.0625]],
]


def test_trees_that_are_walked_together_say_what_each_of_them_says():
    model = parse_model({**DATA, "trees": TREES, "prior": -1.25})
    names = list(FEATURES)
    assert model.start == -1.25 + 0.5 + 0.25 - 0.5 + 0.125 + 0.0625
    for given in itertools.product((nan, 0.0, 1.5, 1.6), (nan, -0.1, 0.0, 0.1), (nan, -1.1, -1.0, 0.0)):
        values = dict.fromkeys(names, 0.0) | dict(zip(names, given, strict=False))
        bits, parts = model.weigh(values)
        assert bits == -1.25 + sum(tree_bits(tree, given) for tree in TREES), given
        assert bits == model.start + sum(parts)
        assert set(parts[3:]) == {0.0}, "only what is asked speaks"


def test_evidence_is_calibrated_between_what_was_seen_and_goes_on_beyond():
    calibration = [[-2.0, -1.0], [0.0, 0.0], [2.0, 4.0]]
    model = parse_model({**DATA, "trees": TREES, "calibration": calibration})
    seen = {-2: -1, -1: -0.5, 0: 0, 1: 2, 2: 4, 3: 5, -3: -2}
    for bits, calibrated in seen.items():
        assert model.to_probability(bits) == pytest.approx(1 / (1 + 2**-calibrated))
    assert model.to_probability(1e9) == pytest.approx(1)
    assert 0 < model.to_probability(-1e9) < 1e-17


def test_only_evidence_that_weighs_is_told():
    names = list(FEATURES)
    trees = [[[0, 0.5, 1, 1, 2, 0.0], [-0.3], [0.29]], [[1, 0.5, 1, 1, 2, 0.0], [0.299], [2.5]]]
    model = parse_model({**DATA, "trees": trees})
    _, evidence = model.judge(dict.fromkeys(names, 1.0))
    assert [(one.feature, one.value, one.bits) for one in evidence] == [(names[1], 1.0, 2.5)]
    _, evidence = model.judge(dict.fromkeys(names, nan))
    assert [(one.feature, one.value, one.bits) for one in evidence] == [(names[0], None, -0.3)]


def test_weights_for_other_features_are_refused():
    with pytest.raises(ValueError, match="trained on other features"):
        parse_model({**DATA, "features": ["title"]})


def test_two_works_that_are_equally_near_leave_a_query_open():
    query = describe_fields({"title": "Deep hierarchical models of vision"})
    first = record("Deep hierarchical models of vision", parse_arxiv("1806.00001"), "Ada Lovelace")
    other = record("Deep hierarchical models of vision", parse_arxiv("1906.00002"), "Charles Babbage")
    assert decide(query, [first]).record == first
    decision = decide(query, [first, other])
    assert (decision.reason, decision.records) == ("several_works", ())
    assert sorted((*decision.rivals, decision.best), key=str) == sorted((first, other), key=str)


def test_a_work_that_says_less_of_a_title_is_no_rival_of_the_one_that_says_it_all():
    named = record(
        "Reading knots by hand: self-supervised learning of braids", parse_arxiv("1806.00001"), "Ada Lovelace"
    )
    shorter = record("Reading knots by hand: learning of braids", parse_arxiv("1906.00002"), "Charles Babbage")
    whole = describe_fields({"title": "Reading knots by hand: learning self-supervised of braids"})
    assert decide(whole, [shorter, named]).records == (named,)
    assert decide(describe_fields({"title": "Reading knots by hand"}), [shorter, named]).reason == "several_works"


def test_records_of_one_work_do_not_compete():
    query = describe_fields({"title": "Deep hierarchical models of vision"})
    names = ("Ada Lovelace", "Charles Babbage")
    first = record("Deep hierarchical models of vision", parse_arxiv("1806.00001"), *names)
    version = record("Deep hierarchical models of vision", parse_doi("10.1000/x"), *names)
    assert sorted(decide(query, [first, version]).records, key=str) == sorted((first, version), key=str)
