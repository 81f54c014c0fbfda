"""How two titles stand to each other: the relation, the numbers, and the words that are left on either side."""

from __future__ import annotations

import pytest

from enrich.matching.title_differences import NumberRelation, TitleRelation, compare_titles
from enrich.matching.word_bits import weigh

SERIES = "Recurrent networks for irregular time series"
WAVES = "Analysis of waves"
# Left title, right title, relation, numbers, what only the left says, what only the right says.
PAIRS = [
    (SERIES, SERIES.upper(), "EQUAL", "SAME", "", ""),
    ("Time-series models of flow", "Timeseries models of flow", "EQUAL", "SAME", "", ""),
    (SERIES, SERIES.replace("networks", "network"), "SPELLING", "SAME", "", ""),
    ("ODEs for sampled data", "Ordinary differential equations for sampled data", "SPELLING", "SAME", "", ""),
    ("A DBMS for graphs", "A database system for graphs", "SPELLING", "SAME", "", ""),
    ("P2P storage of maps", "Peer-to-peer storage of maps", "SPELLING", "ONE_SIDE", "", ""),
    ("Waves, 2nd ed.", "Waves, 2nd edition", "SPELLING", "SAME", "", ""),
    ("Networks and learning of trees", "Learning and networks of trees", "REORDERED", "SAME", "", ""),
    ("Neural flows: a study of spirals", "Neural flows", "SUBTITLE", "SAME", "a study of spirals", ""),
    ("Neural flows", "Neural flows (a study of spirals)", "SUBTITLE", "SAME", "", "a study of spirals"),
    ("A study of spirals. Neural flows", "Neural flows", "SUBTITLE", "SAME", "a study of spirals", ""),
    ("Neural flows", "Neural flows for spirals", "EXTENDED", "SAME", "", "for spirals"),
    ("Deep neural flows", "Neural flows", "EXTENDED", "SAME", "deep", ""),
    ("Neural flows in stochastic rivers", "Neural flows in rivers", "INSERTED", "SAME", "stochastic", ""),
    ("Supervised learning of bees", "Unsupervised learning of bees", "SWAPPED", "SAME", "supervised", "unsupervised"),
    ("Learning of graphs", "Breeding of alpine cattle", "OTHER", "SAME", "learning graphs", "breeding alpine cattle"),
    ("深度学习的方法", "深度學習的方法", "EQUAL", "SAME", "", ""),
    ("深度学习的方法", "深度学习的原理", "SWAPPED", "SAME", "方 法", "原 理"),
    (f"{WAVES}, part II", f"{WAVES}, part 2", "SPELLING", "SAME", "", ""),
    (f"{WAVES}, part II", f"{WAVES}, part I", "SWAPPED", "OTHER", "ii", "i"),
    (f"{WAVES}, part II", WAVES, "SUBTITLE", "PART", "part ii", ""),
    (f"{WAVES}, part I", WAVES, "SUBTITLE", "ONE_SIDE", "part i", ""),
    (f"{WAVES} 2", WAVES, "EXTENDED", "PART", "2", ""),
    ("Analysis of 200 waves", WAVES, "INSERTED", "ONE_SIDE", "200", ""),
    ("Analysis of 12 waves", "Analysis of 12 waves at sea", "EXTENDED", "SAME", "", "at sea"),
    ("", SERIES, "OTHER", "SAME", "", ""),
    ("?!", SERIES, "OTHER", "SAME", "", ""),
]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[2].lower())
def test_two_titles_have_one_relation_whichever_comes_first(pair):
    left, right, relation, numbers, *only = pair
    there, back = compare_titles(left, right), compare_titles(right, left)
    for found, words in ((there, only), (back, only[::-1])):
        assert found.relation is TitleRelation[relation]
        assert found.numbers is NumberRelation[numbers]
        assert tuple(map(" ".join, found.only)) == tuple(words)
        assert found.lost == tuple(weigh(side) for side in found.only)
        assert (found.swapped, found.dropped) == (min(found.lost), max(found.lost) - min(found.lost))
    assert there.similarity == back.similarity
    assert there.differences == tuple(one[::-1] for one in back.differences)
    assert there.shared == back.shared


@pytest.mark.parametrize(
    ("damaged", "title", "n_slips"),
    [
        (SERIES.replace("Recurrent", "Recurent"), SERIES, 1),
        (SERIES.replace("Recurrent", "Recurent").replace("series", "sereis"), SERIES, 2),
        ("The e ciency of markets", "The efficiency of markets", 1),
        ("Optimal cont rolers of flows", "Optimal controllers of flows", 1),
    ],
)
def test_slips_are_counted(damaged, title, n_slips):
    found = compare_titles(damaged, title)
    assert (found.relation, found.n_slips, found.only) == (TitleRelation.SPELLING, n_slips, ((), ()))
    assert 80 < found.similarity < 100


@pytest.mark.parametrize(
    "added",
    [
        "Retracted: {}", "RETRACTED ARTICLE: {}", "{} / translated by A. Bee", "{} / ed. C. Dee",
        "{} [electronic resource]", "{}[J].", "{} [M/OL]", "{}. In: Proceedings of the Sea", "{} (Proc. Sea)",
        "{}. Journal of Seas, 12(3): 4-5", "{}, SEA '99", "{} (2019)", "{}, 1999.",
    ],
)  # fmt: skip
def test_what_cataloguers_and_references_add_is_no_part_of_a_title(added):
    assert compare_titles(added.format(WAVES), WAVES).relation is TitleRelation.EQUAL


@pytest.mark.parametrize(
    ("word", "number"),
    [("thirteenth", "13th"), ("twentieth", "20th"), ("Twenty ninth", "29th")],
)
def test_ordinals_are_numbers(word, number):
    found = compare_titles(f"The {word} wave", f"The {number} wave")
    assert (found.relation, found.numbers) == (TitleRelation.EQUAL, NumberRelation.SAME)


@pytest.mark.parametrize(
    ("title", "latin", "is_one"),
    [
        ("Война и мир на холмах", "Vojna i mir na holmakh", True),
        ("Основы анализа", "Foundations of analysis", False),
        ("한국 역사의 이해", "Hanguk yoksa ui ihae", True),
        ("한국 역사의 이해", "Understanding the history of Korea", False),
        ("تاريخ العرب في الأندلس", "Tarikh al-arab fi al-andalus", True),
        ("تاريخ العرب في الأندلس", "History of the Arabs in Andalusia", False),
        ("تاريخ", "Tarikh", False),
    ],
    ids=[
        "cyrillic",
        "cyrillic, translated",
        "hangul",
        "hangul, translated",
        "arabic",
        "arabic, translated",
        "too short",
    ],
)
def test_a_title_is_known_in_latin_letters(title, latin, is_one):
    found = compare_titles(title, latin)
    assert found.relation is (TitleRelation.SPELLING if is_one else TitleRelation.OTHER)
    assert (found.similarity == 100) is is_one
    assert compare_titles(latin, title).relation is found.relation


def test_what_stands_in_the_place_of_the_other_side_is_replaced_and_the_rest_is_dropped():
    found = compare_titles("Neural flows of rivers in stone", "Neural flows of stochastic glaciers")
    assert found.only == (("rivers", "in", "stone"), ("stochastic", "glaciers"))
    assert found.replaced == min(found.lost) == found.swapped
    total = weigh("neural flows of rivers in stone".split()) + weigh("neural flows of stochastic glaciers".split())
    assert found.shared == (total - sum(found.lost)) / 2
    assert found.share == pytest.approx(2 * found.shared / total)
    apart = compare_titles("Deep flows of rivers", "Flows of rivers in ice")
    assert apart.only == (("deep",), ("in", "ice"))
    assert (apart.replaced, apart.swapped > 0) == (0, True)
