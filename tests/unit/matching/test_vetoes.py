"""One kind of pair for each fact that no likeness outweighs."""

from __future__ import annotations

import pytest

from enrich.matching.description import describe_fields
from enrich.matching.features import Pair
from enrich.matching.model import load_model
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


@pytest.mark.parametrize("reason", KINDS)
def test_a_fact_outweighs_people_year_and_venue(reason):
    left, right = ({**PEOPLE, **side} for side in KINDS[reason])
    verdict = verify(describe_fields(left), describe_fields(right))
    assert (verdict.status, verdict.reason) == ("different", reason)


@pytest.mark.parametrize(
    ("mine", "other"), [("thesis", "article-journal"), ("thesis", "paper-conference"), ("abstract", "article-journal")]
)
def test_what_is_printed_of_a_thesis_or_an_abstract_is_another_work(mine, other):
    left, right = ({**PEOPLE, "title": TITLE, "type": kind} for kind in (mine, other))
    assert verify(describe_fields(left), describe_fields(right)).reason == "kind"
    deposited = verify(describe_fields(left), describe_fields({**right, "type": "preprint"}))
    assert deposited.is_accepted == (mine == "thesis")


BOOK = {"title": "Causality", "authors": ["Judea Pearl"], "year": 2000, "type": "book"}
ARTICLE = {"authors": ["D. G. Lowe"], "year": 1987, "venue": "Artificial Intelligence", "volume": "31", "pages": "355"}
PRINTINGS = {
    "a book of one year": (BOOK, BOOK | {"publisher": "Cambridge University Press"}, True),
    "two publishers": (BOOK | {"publisher": "Kluwer"}, BOOK | {"publisher": "Cambridge University Press"}, False),
    "two extents": (BOOK | {"pages": "648"}, BOOK | {"pages": "208"}, False),
    "words in digits": (
        ARTICLE | {"title": "Three-dimensional object recognition from single two-dimensional images"},
        ARTICLE | {"title": "3-D object recognition from single 2-D images"},
        True,
    ),
    "another title on the page": (
        ARTICLE | {"title": "Object recognition from images"},
        ARTICLE | {"title": "Reply to a reader"},
        False,
    ),
}


@pytest.mark.parametrize("kind", PRINTINGS)
def test_one_printing_is_one_work_however_its_title_is_worded(kind):
    left, right, is_one = PRINTINGS[kind]
    verdict = verify(describe_fields(left), describe_fields(right))
    assert verdict.is_accepted is is_one
    assert not is_one or verdict.probability >= load_model().accepted


def test_every_veto_has_its_kind():
    assert {str(reason) for _, reason in VETOES} == set(KINDS)
    assert len(VETOES) <= 10


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Supplement to the theory of strings", "Supplement to the theory of string"),
        ("Solutions to the Einstein equations", "Solutons to the Einstein equations"),
        ("Advances in physics, vol. III", "Advances in physics, volume 3"),
        ("Capital in the 21st century", "Capital in the Twenty-First Century"),
    ],
)
def test_what_both_titles_say_is_no_veto(left, right):
    pair = Pair(describe_fields({**PEOPLE, "title": left}), describe_fields({**PEOPLE, "title": right}))
    assert veto(pair) is None


@pytest.mark.parametrize(
    ("left", "right", "is_swapped"),
    [
        ("Ferromagnetism of barium films", "Ferromagnetism of strontium films", True),
        ("Concurrency in Kotlin", "Concurrency in Swift", True),
        ("Rising bubbles in viscous fluids", "Falling bubbles in viscous fluids", True),
        ("Computational models of colour vision in insects", "Computational model of color vision in insects", False),
        (
            "Learning representations of dynamics for optimal control",
            "Learning representations of dynamics towards optimal control",
            False,
        ),
        ("Efficient search of graphs", "E cient search of graphs", False),
        ("The five-minute rule of caches", "The ve-minute rule of caches", False),
        ("View maintenance in warehouses", "viewmaintenancein warehouses", False),
        ("Queries that don't scale: a study", "Queries that donâ ?? t scaleâ ?? a study", False),
        ("A query language for graphs", "A query language for graphs [ J ]", False),
    ],
)
def test_words_are_swapped_where_each_side_has_a_telling_one(left, right, is_swapped):
    pair = Pair(describe_fields({**PEOPLE, "title": left}), describe_fields({**PEOPLE, "title": right}))
    assert has_swapped_words(pair) is is_swapped
    assert is_swapped is not verify(pair.left, pair.right).is_accepted


@pytest.mark.parametrize(
    ("short", "long", "is_one"),
    [
        ("p2p", "peer-to-peer", True),
        ("dbms", "database systems", True),
        ("dbms", "database system", True),
        ("udb", "universal database", True),
        ("xml", "extensible markup", False),
        ("grid", "great idea", False),
    ],
)
def test_an_abbreviation_without_vowels_swaps_no_word(short, long, is_one):
    titles = (f"Recovery of {name} after power failures" for name in (short, long))
    pair = Pair(*(describe_fields({**PEOPLE, "title": title}) for title in titles))
    assert has_swapped_words(pair) is not is_one


def test_the_only_shared_surname_with_another_given_name_is_nobody_shared():
    sides = [["Xi Chen", "Wei Li"], ["Ricky T. Q. Chen", "Yulia Rubanova", "Jesse Bettencourt"]]
    left, right = (describe_fields({"title": TITLE, "authors": people}) for people in sides)
    assert other_given_name(Pair(left, right))
    known = describe_fields({"title": TITLE, "authors": ["Xi Chen", "Y. Rubanova"]})
    assert not other_given_name(Pair(known, right))


@pytest.mark.parametrize(
    ("alone", "is_other"),
    [
        ("Xi Chen", True),
        ("Jesse Chen", True),
        ("Chen, Weiming", True),
        ("Ricky Chen", False),
        ("R. Chen", False),
        ("RTQ Chen", False),
        ("Chen Ricky", False),
        ("Ricardo Chen", False),
        ("Rciky Chen", False),
        ("Tian Qi Chen", False),
        ("Chen", False),
    ],
)
def test_the_only_person_with_another_given_name_is_another_person(alone, is_other):
    people = ["Ricky T. Q. Chen", "Yulia Rubanova"]
    pair = Pair(
        describe_fields({"title": TITLE, "authors": [alone]}), describe_fields({"title": TITLE, "authors": people})
    )
    assert other_given_name(pair) is is_other
    assert other_given_name(Pair(pair.right, pair.left)) is is_other


@pytest.mark.parametrize(
    "note",
    [": Slides", ": Appendix", ": Supplement", " (code)", " - Poster", " [Video]",
     ". Appendices", ": Supplementary Material"],
)  # fmt: skip
def test_what_accompanies_a_work_is_not_the_work(note):
    left, right = ({**PEOPLE, "title": title} for title in (f"{TITLE}{note}", TITLE))
    assert verify(describe_fields(left), describe_fields(right)).reason == "kind"
    assert verify(describe_fields(left), describe_fields(left)).is_accepted
