"""The learned weights: what they rest on, and that they explain themselves."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from enrich.matching.candidates import decide
from enrich.matching.description import describe_fields
from enrich.matching.features import FEATURES, Pair, featurize
from enrich.matching.model import load_model, parse_model
from enrich.matching.verify import verify
from enrich.model.identifiers import parse_arxiv, parse_doi
from enrich.model.record import Record, WorkType
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


def test_more_likeness_never_speaks_against_one_work():
    model = load_model()
    features = featurize(Pair(*SIDES))
    for name, sign in FEATURES.items():
        if sign:
            probabilities = [
                model.judge({**features, name: value})[0] for value in (-1, 0, 0.25, 0.5, 1, 2, 10, 50, 100)
            ]
            assert sorted(probabilities, reverse=sign < 0) == pytest.approx(probabilities), name


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


def test_records_of_one_work_do_not_compete():
    query = describe_fields({"title": "Deep hierarchical models of vision"})
    names = ("Ada Lovelace", "Charles Babbage")
    first = record("Deep hierarchical models of vision", parse_arxiv("1806.00001"), *names)
    version = record("Deep hierarchical models of vision", parse_doi("10.1000/x"), *names)
    assert sorted(decide(query, [first, version]).records, key=str) == sorted((first, version), key=str)
