"""Plain Unicode from text with leftovers of TeX and HTML, as titles and names carry them."""

from __future__ import annotations

import html
import re
import unicodedata

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau "
    "upsilon phi chi psi omega"
).split()
GREEK = {name: chr(0x3B1 + place) for place, name in enumerate(_GREEK_NAMES)}
"""Name of each small Greek letter to the letter."""

_VARIANTS = {"varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ", "varsigma": "σ", "varpi": "π"}
_LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "aa": "å",
    "AA": "Å",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "i": "ı",
    "j": "ȷ",
    "dj": "đ",
    "DJ": "Đ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "ell": "ℓ",
    "infty": "∞",
    "hbar": "ħ",
    "times": "×",
    "cdot": "·",
    "to": "→",
    "rightarrow": "→",
    "sim": "~",
    "star": "*",
    "ast": "*",
    "dag": "†",
    "ldots": "…",
    "dots": "…",
    "cdots": "…",
}
_GREEK_CAPITALS = {name.capitalize(): letter.upper() for name, letter in GREEK.items() if name != "sigmaf"}
_SYMBOLS = {**GREEK, **_VARIANTS, **_GREEK_CAPITALS, **_LETTERS}
_STYLES = frozenset(
    "text textit textbf textrm textsc textsf texttt textnormal textsuperscript textsubscript emph it bf rm em tt sc "
    "sl sf cal mathcal mathbb mathbf mathrm mathit mathfrak mathscr mathsf mathtt boldsymbol bm hbox mbox ensuremath "
    "left right displaystyle textstyle operatorname protect uppercase lowercase underline overline url href rmfamily "
    "itshape bfseries footnotesize small large".split()
)
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_ACCENT = re.compile(
    r"""\\(?:([`'^~=."])\s*|([uvHtcdbkr])(?:\s+|(?=\{)|(?=\\)))(?:\{\s*(\\?[A-Za-z]{1,2})\s*\}|(\\[ij](?![A-Za-z])|[A-Za-z]))"""
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:]{0,15}(?:\s[^<>]{0,200})?/?>")
_SCRIPT = re.compile(r"[_^](?=[\w{\\+-])")
_SPACE = re.compile(r"\s+")
_SPECIAL = re.compile(r"[\\${}<&_^~\s]")


def _accented(match: re.Match[str]) -> str:
    accent = _ACCENTS.get(match[1] or match[2], "")
    letter = (match[3] or match[4]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter[0] + accent) + letter[1:]


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if name in _STYLES:
        return ""
    return _SYMBOLS.get(name) or f" {name} "


def _plain_math(match: re.Match[str]) -> str:
    return _SCRIPT.sub("", match[0][1:-1])


def normalize_markup(text: str) -> str:
    r"""Return the text without TeX, HTML tags and entities; letters, case and punctuation stay.

    >>> normalize_markup(r"Erd\H{o}s and {\"U}nal on $\alpha$-trees &amp; H$_2$O")
    'Erdős and Ünal on α-trees & H2O'
    >>> normalize_markup("H<sub>2</sub>O, or a < b?")  # a lone sign is no tag
    'H2O, or a < b?'
    """
    if not _SPECIAL.search(text):
        return text
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "$" in text:
        text = re.sub(r"\$([^$]{0,300})\$", _plain_math, text).replace("$", "")
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _COMMAND.sub(_command, text)
        text = re.sub(r"\\(.)", r"\1", text).replace("\\", "")
    if "_" in text or "^" in text:
        text = re.sub(r"(?<=[A-Za-z0-9)])[_^](?=[\d{+-])|\^", "", text)
    text = text.replace("{", "").replace("}", "").replace("~", " ")
    return _SPACE.sub(" ", text).strip()
