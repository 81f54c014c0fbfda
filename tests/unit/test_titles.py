"""Titles in their normal form, and the parts that tell near-equal ones apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.text.title_forms import fold, normalize_title, number_tokens, parse_roman, split_subtitle

SAME = [
    ("Neural Ordinary Differential Equations", "NEURAL ORDINARY DIFFERENTIAL EQUATIONS."),
    ("Latent {ODE}s for {I}rregularly-Sampled Time Series", "Latent ODEs for Irregularly Sampled Time Series"),
    (r"Stability of Schr{\"o}dinger Operators", "Stability of Schrödinger operators"),
    (r"Stability of Schr\"odinger Operators", "Stability of Schrödinger operators"),
    ("$\\beta$-VAE: Learning", "β-VAE: Learning"),
    ("Water H$_2$O", "Water H<sub>2</sub>O"),
    ("Spin &amp; Charge", "Spin and Charge"),
    ("Don’t Decay the Learning Rate", "Don't Decay the Learning Rate"),
    ("Infinitely Deep — Networks", "Infinitely Deep - Networks"),
    ("ﬁnite ﬂow", "finite flow"),
    ("Ｆｕｌｌ Ｗｉｄｔｈ", "Full Width"),
]

DIFFERENT = [
    ("A C++ Primer", "A C Primer"),
    ("A* Search", "A Search"),
    ("Learning on Graphs II", "Learning on Graphs"),
    ("α-Divergence", "β-Divergence"),
    ("GPT-2", "GPT-3"),
    ("がん", "かん"),
    ("神经网络", "神经元"),
    ("का", "की"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_spellings_of_one_title_share_a_normal_form(left, right):
    assert normalize_title(left) == normalize_title(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_what_carries_meaning_survives_normalization(left, right):
    assert normalize_title(left) != normalize_title(right)


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("Theory of Knots", ()),
        ("Part II", ("2",)),
        ("Part two", ("2",)),
        ("Teil 2", ("2",)),
        ("Second Edition", ("2",)),
        ("3rd ed.", ("3",)),
        ("Report 2019/2020", ("2019", "2020")),
        ("Mix and Dim", ()),
        ("Volume B", ("b",)),
        ("Quantum Mechanics I", ("1",)),
        ("I see", ()),
    ],
)
def test_numbers_are_read_in_every_notation(title, numbers):
    assert number_tokens(title) == numbers


def test_a_subtitle_is_split_at_the_first_divider():
    assert split_subtitle("A: B: C") == ("A", "B: C")
    assert split_subtitle("GRU-ODE-Bayes: continuous modeling") == ("GRU-ODE-Bayes", "continuous modeling")
    assert split_subtitle("A – B") == ("A", "B")
    assert split_subtitle("Ratio 3:1") == ("Ratio 3:1", "")


def test_roman_numerals_stop_where_words_begin():
    assert [parse_roman(token) for token in ("i", "iv", "ix", "xxxix", "iiii", "civil", "")] == [
        1,
        4,
        9,
        39,
        None,
        None,
        None,
    ]


@pytest.mark.thorough
def test_hostile_markup_is_read_in_linear_time():
    for unit in ("<a ", "$x", "\\'", "{", "&#x41;", "_{", "\\textbf{"):
        assert isinstance(normalize_title(unit * 20_000), str)


@pytest.mark.property
@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_normalization_is_total_and_idempotent(text):
    once = normalize_title(text)
    assert normalize_title(once) == once
    assert once == once.strip()
    assert fold(fold(text)) == fold(text)
    main, sub = split_subtitle(text)
    assert len(main) + len(sub) <= len(text)
