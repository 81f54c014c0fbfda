"""One kind of pair for each fact that no likeness outweighs."""

from __future__ import annotations

import pytest

from enrich.matching.description import describe_fields
from enrich.matching.features import Pair
from enrich.matching.verify import verify
from enrich.matching.vetoes import VETOES, has_swapped_words, other_given_name, veto

PEOPLE = {"authors": ["Ada Lovelace", "Charles Babbage"], "year": 1843, "venue": "Taylor's Scientific Memoirs"}
TITLE = "Sketch of the analytical engine"
KINDS = {
    "numbers": ({"title": f"{TITLE}, Part I"}, {"title": f"{TITLE}, Part II"}),
    "component": ({"title": TITLE, "doi": "10.1000/e.1"}, {"title": TITLE, "doi": "10.1000/e.1.s001"}),
    "kind": ({"title": TITLE}, {"title": f"Erratum: {TITLE}"}),
    "language": ({"title": TITLE, "language": "est"}, {"title": TITLE, "language": "Spanish"}),
    "identifier_conflict": ({"title": TITLE, "arxiv_id": "1806.07366"}, {"title": TITLE, "arxiv_id": "1806.07367"}),
    "edition": ({"title": TITLE, "type": "book"}, {"title": TITLE, "type": "book", "year": 1899}),
    "volume": ({"title": TITLE, "type": "book", "volume": "1"}, {"title": TITLE, "type": "book", "volume": "2"}),
    "pages": ({"title": TITLE, "pages": "666-731"}, {"title": TITLE, "pages": "732-790"}),
    "authors": ({"title": TITLE, "authors": ["Mary Lovelace"]}, {"title": TITLE}),
    "generic_title": ({"title": "Editorial"}, {"title": "Editorial", "year": 1844}),
}


def pair_of(left, right):
    return Pair(describe_fields({**PEOPLE, **left}), describe_fields({**PEOPLE, **right}))


@pytest.mark.parametrize("reason", KINDS)
def test_a_fact_outweighs_people_year_and_venue(reason):
    pair = pair_of(*KINDS[reason])
    verdict = verify(pair.left, pair.right)
    assert (verdict.status, verdict.reason) == ("different", reason)


def test_every_veto_has_its_kind():
    assert {str(reason) for _, reason in VETOES} == set(KINDS)
    assert len(VETOES) <= 10


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Supplement to the theory of strings", "Supplement to the theory of string"),
        ("Advances in physics, vol. III", "Advances in physics, volume 3"),
        ("Capital in the 21st century", "Capital in the Twenty-First Century"),
    ],
)
def test_what_both_titles_say_is_no_veto(left, right):
    assert veto(pair_of({"title": left}, {"title": right})) is None


@pytest.mark.parametrize(
    ("left", "right", "is_swapped"),
    [
        ("Ferromagnetism of barium films", "Ferromagnetism of strontium films", True),
        ("Rising bubbles in viscous fluids", "Falling bubbles in viscous fluids", True),
        ("Computational models of colour vision in insects", "Computational model of color vision in insects", False),
        ("Efficient search of graphs", "E cient search of graphs", False),
        ("Recovery of p2p networks after failures", "Recovery of peer-to-peer networks after failures", False),
    ],
)
def test_words_are_swapped_where_each_side_has_a_telling_one(left, right, is_swapped):
    pair = pair_of({"title": left}, {"title": right})
    assert has_swapped_words(pair) is is_swapped
    assert is_swapped is not verify(pair.left, pair.right).is_accepted


@pytest.mark.parametrize(
    ("alone", "is_other"),
    [("Xi Chen", True), ("R. Chen", False), ("Chen Ricky", False), ("Rciky Chen", False), ("Chen", False)],
)
def test_the_only_person_with_another_given_name_is_another_person(alone, is_other):
    pair = pair_of(
        {"title": TITLE, "authors": [alone]}, {"title": TITLE, "authors": ["Ricky T. Q. Chen", "Y. Rubanova"]}
    )
    assert other_given_name(pair) is other_given_name(Pair(pair.right, pair.left)) is is_other


@pytest.mark.parametrize("note", [": Slides", " (code)", ". Appendices", ": Supplementary Material"])
def test_what_accompanies_a_work_is_not_the_work(note):
    pair = pair_of({"title": f"{TITLE}{note}"}, {"title": TITLE})
    assert verify(pair.left, pair.right).reason == "kind"
    assert verify(pair.left, pair.left).is_accepted
