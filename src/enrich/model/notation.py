r"""Identifiers and addresses in the notation of people: TeX, entities, invisible characters and typographic dashes.

No identifier and no address holds a brace or a TeX macro of its own, so all of them are notation.
"""

from __future__ import annotations

import html
import re

_SPECIAL = re.compile(r"[\\{}$&\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff\uff0f\uff1a\uff0e]")
_HREF = re.compile(r"\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")
_MACRO = re.compile(r"\\([A-Za-z]+)\*?(?:\{\}|\s*)")
_MACROS = {
    "textunderscore": "_",
    "textless": "<",
    "textgreater": ">",
    "textasciitilde": "~",
    "textendash": "-",
    "textemdash": "-",
    "slash": "/",
    "lt": "<",
    "gt": ">",
}
_ESCAPE = re.compile(r"\\([^A-Za-z])")
_MATH = re.compile(r"\$\s*([^$\s]{1,3})\s*\$")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|ndash|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_SIGNS = {
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff{}")),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    0xFF0F: "/",
    0xFF1A: ":",
    0xFF0E: ".",
}


def plain_notation(text: str) -> str:
    r"""Return a text that may hold identifiers as they are registered: TeX and entities decoded once, dashes plain.

    >>> plain_notation(r"10.1007/978-3-319-55696-3{\_}16"), plain_notation(r"10.1002/1{\textless}2{\textgreater}3")
    ('10.1007/978-3-319-55696-3_16', '10.1002/1<2>3')
    >>> plain_notation(r"\url{https://example.org/a\_b?x=1&y=2}")
    'https://example.org/a_b?x=1&y=2'
    """
    if not _SPECIAL.search(text):
        return text
    if "\\" in text:
        text = _HREF.sub(r" \1 ", text)
        text = _MACRO.sub(lambda match: _MACROS.get(match[1].lower(), ""), text)
        text = _ESCAPE.sub(lambda match: match[1] if match[1] not in "-/" else "/" * (match[1] == "/"), text)
    if "$" in text:
        text = _MATH.sub(r"\1", text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text.translate(_SIGNS)
