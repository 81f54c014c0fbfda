r"""Symbols outside the Latin alphabets as TeX math, for pdfLaTeX, whose fonts stop at ``ℓ``, ``₁`` and ``α``."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SYMBOLS = re.compile(
    r"[\u0391-\u03c9\u03d5\u03f5\u1d2c-\u1d6a\u2032-\u2034\u2070-\u209c\u2100-\u22ff\u2308-\u230b\u27e8\u27e9"
    r"\U0001d400-\U0001d7ff²³¹±×÷¬·]+"
)
_SCRIPTS = {"<sub>": "_", "<super>": "^"}
_OWN = {"√": r"\surd", "×": r"\times", "→": r"\to", "·": r"\cdot", "′": r"\prime", "÷": r"\div", "¬": r"\neg"}
_ENSURED = re.compile(r"\\ensuremath\{(.*)\}")


def to_latex(escaped: str) -> str:
    r"""Return an escaped BibTeX value with its symbols in math, each run in braces of its own.

    >>> to_latex("regret in ℝᵈ with ℓ₁ and 王")
    'regret in {$\\mathbb{R}^{d}$} with {$\\ell_{1}$} and 王'
    """
    return _SYMBOLS.sub(lambda match: _math(match[0]), escaped)


def _math(symbols: str) -> str:
    parts: list[str] = []
    script = ""
    for symbol in symbols:
        sign, base = _script(symbol)
        tex = base if base.isascii() else _command(base)
        if not tex:
            return symbols
        if script and sign != script:
            parts.append("}")
        if sign and sign != script:
            parts.append(f"{sign}{{")
        elif parts and tex.isalpha() and re.search(r"\\[a-z]+$", parts[-1]):
            parts.append(" ")
        parts.append(tex)
        script = sign
    return f"{{${''.join(parts)}{'}' if script else ''}$}}"


def _script(symbol: str) -> tuple[str, str]:
    """``_`` or ``^`` and the letter that a symbol sets so; nothing and the symbol for others."""
    form, _, code = unicodedata.decomposition(symbol).partition(" ")
    if form not in _SCRIPTS or " " in code:
        return "", symbol
    return _SCRIPTS[form], chr(int(code, 16)).replace("−", "-")


@cache
def _command(symbol: str) -> str:
    """The command for a symbol in math; empty when TeX has none."""
    from pylatexenc.latexencode import unicode_to_latex  # noqa: PLC0415 (50 ms, needed for one option)

    tex = unicode_to_latex(symbol, unknown_char_policy="ignore", unknown_char_warning=False)
    match = _ENSURED.fullmatch(tex)
    return _OWN.get(symbol) or (match[1].replace("mathscr", "mathcal") if match else "")
