"""What is asked of a pair: each feature says how the sides agree, and nothing where a side is silent."""

from __future__ import annotations

from math import isnan

import pytest

from enrich.matching.description import describe_fields
from enrich.matching.features import FEATURES, Pair, featurize

RIVERS = {
    "title": "Neural flows of rivers", "authors": ["Ada Lovelace", "Charles Babbage"], "year": 2018,
    "venue": "Journal of Rivers", "volume": "3", "pages": "1-9", "type": "journal-article", "doi": "10.1000/x",
}  # fmt: skip
OTHER_PLACE = {"venue": "Annals of Deserts", "volume": "4", "pages": "11-19", "doi": "10.1000/y", "type": "book"}
NOTHING = dict.fromkeys(RIVERS) | {"title": RIVERS["title"]}


def pair(left=(), right=()):
    return Pair(describe_fields({**RIVERS, **dict(left)}), describe_fields({**RIVERS, **dict(right)}))


def features(left=(), right=(), starting=""):
    """The features of a pair whose names begin so; None where nothing is known."""
    found = featurize(pair(left, right))
    return {name: None if isnan(value) else value for name, value in found.items() if name.startswith(starting)}


def test_two_equal_descriptions_agree_in_everything():
    found = featurize(pair())
    assert list(found) == list(FEATURES)
    whole = {name for name in FEATURES if name.startswith(("title", "names", "surnames")) and 99 < found[name] <= 100}
    assert whole == {
        "title letters", "title words", "title within", "title beginning", "title and names", "title unspaced",
        "title unspaced within", "surnames within", "names letters", "names within",
    }  # fmt: skip
    assert [found[name] for name in ("title agreement", "title swapped", "title dropped", "title slips")] == [
        1,
        0,
        0,
        0,
    ]
    assert (found["title run"], found["title run of the shorter"]) == (len("neuralflowsofrivers"), 1)
    assert (found["title length"], found["title lengths apart"], found["title words of names"]) == (4, 0, 0)
    assert (found["words of all fields"], found["title comes again"], found["title generic"]) == (1, 1, False)


def test_titles_are_compared_by_their_content():
    found = features(right={"title": "Neural rivers", "authors": ["Neural Lovelace"]}, starting="title")
    assert (found["title length"], found["title lengths apart"]) == (2, 2)
    assert found["title run"] == len("rivers")
    assert found["title run of the shorter"] == len("rivers") / len("neuralrivers")
    assert found["title words of names"] == 1
    assert found["title words"] == 100
    assert found["title letters"] < 100
    cut = features(right={"title": "Neural flows of rivers: an essay"}, starting="title")
    assert (cut["title cut at a break"], cut["title swapped"]) == (True, 0)
    assert cut["title dropped"] > 0


@pytest.mark.parametrize(
    ("left", "right", "apart", "to_publication"),
    [
        ({}, {"year": 2015}, 3, None),
        ({"year": 2015}, {}, 3, None),
        ({"year": None}, {}, None, None),
        ({"type": "preprint"}, {"year": 2020}, None, 2),
        ({"year": 2020}, {"type": "preprint"}, None, 2),
        ({"year": 2015}, {"type": "preprint"}, None, -3),
        ({"type": "preprint"}, {"type": "preprint", "year": 2020}, 2, None),
    ],
)
def test_years_from_a_preprint_to_its_publication_count_for_themselves(left, right, apart, to_publication):
    assert features(left, right, "years") == {"years apart": apart, "years to publication": to_publication}


@pytest.mark.parametrize(
    ("right", "found"),
    [
        ({}, (1, 1, 1, 2, 1)),
        (OTHER_PLACE, (-1, -1, -1, -2, -1)),
        ({"doi": "10.2000/y", "type": "preprint"}, (1, 1, 1, -1, 0)),
        (dict.fromkeys(("venue", "volume", "pages", "doi", "type")), (None,) * 5),
    ],
)
def test_places_kinds_and_identifiers_agree_or_not_or_are_unknown(right, found):
    names = ("venue", "volume", "pages", "identifiers", "kinds")
    there, back = features(right=right), features(left=right)
    assert tuple(there[name] for name in names) == tuple(back[name] for name in names) == found
    assert (there["venue letters"] is None) is (found[0] is None)


def test_two_arxiv_ids_are_two_papers():
    ids = [{"doi": None, "arxiv_id": one} for one in ("1806.07366", "1806.07367")]
    assert features(*ids)["identifiers"] == -3
    assert features(ids[0], ids[0])["identifiers"] == 2


@pytest.mark.parametrize(
    ("names", "shared", "of_shorter", "of_longer", "first", "given"),
    [
        (["Ada Lovelace", "Charles Babbage"], 2, 1, 1, True, 1),
        (["A. Lovelace"], 1, 1, 0.5, True, 0),
        (["Charles Babbage", "Grace Hopper", "Ada Lovelace"], 2, 1, 2 / 3, True, 1),
        (["Grace Hopper"], 0, 0, 0, False, None),
        ([], None, None, None, None, None),
    ],
)
def test_authors_are_counted_by_each_list(names, shared, of_shorter, of_longer, first, given):  # noqa: PLR0917 (a row)
    found = features(right={"authors": names})
    assert (found["authors shared"], found["authors alike"]) == (shared, shared)
    assert (found["authors of the shorter list"], found["authors of the longer list"]) == (of_shorter, of_longer)
    assert (found["first author"], found["given names"]) == (first, given)
    assert [found[name] is None for name in ("surnames within", "names letters", "names within")] == [not names] * 3


def test_what_each_side_names_is_counted():
    known = features(right={**NOTHING, "year": 2018}, starting="known")
    assert known == {"known of the poorer side": 1, "known of the richer side": 5}
    assert features(NOTHING, {**NOTHING, "volume": "3"}, "known") == {
        "known of the poorer side": 0, "known of the richer side": 1,
    }  # fmt: skip
    assert 0 < features(NOTHING)["words of all fields"] < 1


def test_the_detail_tells_what_both_sides_say():
    assert pair().detail() == {
        "titles": {"relation": "equal", "similarity": 100.0, "differences": []},
        "authors": {"relation": "same", "shared": 2, "only": [[], []]},
        "year": [2018, 2018],
        "type": ["journal-article"] * 2,
        "venue": ["Journal of Rivers"] * 2,
        "volume": ["3", "3"],
        "pages": ["1-9", "1-9"],
        "identifiers": [["doi:10.1000/x"]] * 2,
    }
    told = pair(NOTHING, {"title": "Neural flow of rivers", "language": "en"}).detail()
    assert set(told) == {"titles", "identifiers"}
    assert (told["titles"]["relation"], told["titles"]["differences"]) == ("spelling", [["flows", "flow"]])
    assert told["identifiers"] == [[], ["doi:10.1000/x"]]
    assert Pair(describe_fields({}), describe_fields({})).detail() == {}
