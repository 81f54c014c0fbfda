"""Latin spellings of names: one skeleton for the ways in which a name of another script or with accents is written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from enrich.text.title_forms import fold

_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch  y  e iu ia e i i e g u".split(" "),
        strict=True,
    )
)
_GREEK_LATIN = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "a v g d e z i th i k l m n x o p r s t y f ch ps o".split(),
        strict=True,
    )
)
_TABLE = str.maketrans({**_CYRILLIC, **_GREEK_LATIN})
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)
_CARONS = str.maketrans(
    {"č": "ch", "š": "sh", "ž": "zh", "ć": "ch", "ś": "sh", "ź": "zh", "ż": "zh", "Č": "Ch", "Š": "Sh", "Ž": "Zh"}
)
_NOT_LETTER = re.compile(r"[\W\d_\u02b0-\u02ff]+")
# Read top to bottom: the spellings of one sound in English, German, French, Polish, library (ALA-LC) and ISO 9 usage.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|schtsch|chtch|szcz|stsch|sc(?=$|[aeiou])", "ś"),
        (r"tsch|tch|cz", "č"),
        (r"sch|sh|sz", "š"),
        (r"ch", "č"),
        (r"dzh|dj|zh", "ž"),
        (r"kh|h", "h"),
        (r"tz|ts|c(?=[eiy])", "ts"),
        (r"ph|ff", "f"),
        (r"w", "v"),
        (r"ks|x", "ks"),
        (r"ck|q|c", "k"),
        (r"ie|ye|je|yo|jo|io|eo", "e"),
        (r"iu|yu|ju|ia|ya|ja", "u"),
        (r"ae|oe|ue", "e"),
        (r"[iyj]+", "i"),
        (r"f$", "v"),
        (r"ii+", "i"),
        (r"(.)\1", r"\1"),
    )
)


def to_latin(text: str) -> str:
    """Return Cyrillic and Greek letters in Latin ones, folded; other letters stay.

    >>> to_latin("Чебышёв"), to_latin("Παπαδόπουλος")
    ('chebyshev', 'papadopoulos')
    """
    return fold(text).replace("ου", "ou").translate(_TABLE)


@lru_cache(maxsize=65_536)
def normalize_sound(name: str) -> str:
    """Return a skeleton that the transliterations of one surname share.

    >>> normalize_sound("Tschebyscheff") == normalize_sound("Chebyshev") == normalize_sound("Чебышёв")
    True
    >>> normalize_sound("Wang") == normalize_sound("Huang")  # near-sounding names of other people stay apart
    False
    """
    text = _NOT_LETTER.sub("", to_latin(unicodedata.normalize("NFC", name).translate(_CARONS)))
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text


@lru_cache(maxsize=65_536)
def spellings(name: str) -> frozenset[str]:
    """Return the folded spellings of a name: accents dropped, and umlauts written with e.

    >>> sorted(spellings("Müller"))
    ['mueller', 'muller']
    """
    composed = unicodedata.normalize("NFC", name)
    return frozenset(_NOT_LETTER.sub("", fold(text)) for text in (composed, composed.translate(_UMLAUTS)))
