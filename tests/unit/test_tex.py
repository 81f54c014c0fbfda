from __future__ import annotations

import time

import pytest

from enrich.text.tex import normalize_text


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (r"Poincar\'e and {\"u}ber \v{C}ech", "Poincaré and über Čech"),
        (r"\L ukasz \L{}ojasiewicz", "Łukasz Łojasiewicz"),
        (r"\~n \"{o}\ss\ \H{o} \.{z} \aa", "ñ öß ő ż å"),
        (r"Erd\H{o}s--R\'enyi", "Erdős–Rényi"),
        (r"$\ell_1$ and $x_{i,j}$", "ℓ₁ and x_(i,j)"),
        (r"$O(n^2)$ and $\mathcal{O}(\sqrt{T})$", "O(n²) and 𝒪(√T)"),
        (r"$\frac{a+b}{c}$, $\nabla_\theta$, $n \log n$", "(a+b)/c, ∇_θ, n log n"),
        (r"\(\alpha\)-trees in $\mathrm{SE}(3)$", "α-trees in SE(3)"),
        (r"\textbf{\textit{x} y} z \foo{bar}", "x y z bar"),
        ("{BERT}: {{Deep} {L}earning}", "BERT: Deep Learning"),
        ("a~b ``c'' --- d", "a b “c” — d"),
        ("H<sub>2</sub>O in <i>x</i><sup>n</sup>", "H₂O in xⁿ"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        (r"$t\bar{t}$ and $\bar B^0$", "tt\u0304 and B\u0304⁰"),
        (r"$\hat{x}$, $\tilde x$, $\vec{v}$, $\dot{q}$", "x\u0302, x\u0303, v\u20d7, q\u0307"),
        (r"$\overline{ab}$ and $\widehat{abc}$, $\mathbf{\hat{\theta}}$", "āb\u0304 and abc, θ\u0302"),
        (r"$\dot{\bar{x}}$ and $\overline{X_1}$", "x\u0304\u0307 and X\u0304₁"),
        (r"90^{\circ}, 5$^\circ$C, $45^{\circ}$", "90°, 5°C, 45°"),
        (r"K^{*}, $K^{*}$, $L^\dagger$, $x \not= y$", "K*, K*, L†, x ≠ y"),
        (r"a\newline b\linebreak[2] c", "a b c"),
        (r"{\color{red} z} and {\color[rgb]{1,0,0}q}", "z and q"),
        (r"a \LaTeXe{} b, \LaTeXe", "a LaTeX2e b, LaTeX2e"),
        (r"\textbeta-cells and \textbeta{}", "β-cells and β"),
        ("spin-$1/2$ chains", "spin-1/2 chains"),
        (r"\"{\relax o} and {\relax Yu}. Manin", "ö and Yu. Manin"),
        ("a &lt; b &amp; c &#x3B1; &#946;", "a < b & c α β"),
        ("<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math> y", "x² y"),
        ("<math><msqrt><mi>T</mi></msqrt><mo>/</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "√T/1/2"),
    ],
)
def test_markup_becomes_the_characters_it_means(source, plain):
    assert normalize_text(source) == plain


@pytest.mark.parametrize(
    "text",
    [
        "From $5 to $10",
        "$50 billion, $100 and more",
        "US$5/US$6",
        "50% of R&D at x_y #1",
        "~100x speedup",
        "{0, 1}-matrices and {a,b}",
        "</script><script>alert(1)</script>",
        "a < b > c",
        "An open { brace",
        "A closing } brace",
        "AT&T, Q&A; don't",
        "深度学习 – למידה – 🧠",
        "",
    ],
)
def test_text_that_only_looks_like_markup_stays(text):
    assert normalize_text(text) == text


def test_escaped_money_is_money_and_a_backslash_at_the_end_goes():
    assert normalize_text(r"\$5 to \$10") == "$5 to $10"
    assert normalize_text("end\\") == "end"
    assert normalize_text("a\x00b\u200bc\n d") == "abc d"


def test_no_letter_of_an_unknown_command_is_lost():
    assert normalize_text(r"C:\dir\name") == "C:dirname"


@pytest.mark.parametrize(
    "part",
    [
        "{",
        "}",
        "$",
        "$a",
        "\\a",
        "\\'",
        "\\frac",
        "<",
        "<math>",
        "{a",
        "{0,",
        "&a",
        "<i ",
        "\\a{b}",
        "$1",
        "\\(",
        "<sub>",
    ],
)
def test_hostile_repetition_takes_linear_time_and_no_deep_recursion(part):
    start = time.process_time()
    normalize_text(part * (40_000 // len(part)))
    assert time.process_time() - start < 3


@pytest.mark.parametrize("formula", ["{" * 400 + "x" + "}" * 400, "_" * 400, "\\sqrt" * 90, "\\frac" * 90])
def test_deeply_nested_formulas_are_left_alone(formula):
    assert normalize_text(f"${formula}$")


def test_hostile_mathml_expands_no_entity():
    bomb = '<!DOCTYPE math [<!ENTITY a "aaaa">]><math><mi>&a;</mi></math>'
    assert "aaaa" not in normalize_text(bomb).replace('"aaaa"', "")
