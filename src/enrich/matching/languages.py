"""Whether two descriptions are in one language, however its name is written (ISO 639-1, -2, -3, English names)."""

from __future__ import annotations

from functools import lru_cache

from iso639 import Lang
from iso639.exceptions import InvalidLanguageValue

_NO_LANGUAGE = frozenset(("und", "mul", "zxx", "mis"))


@lru_cache(maxsize=4_096)
def find_language(text: str) -> str | None:
    """Return the ISO 639-3 code of a language, or None where the text names none.

    >>> find_language("ger"), find_language("de-AT"), find_language("German"), find_language("est"), find_language("?")
    ('deu', 'deu', 'deu', 'est', None)
    """
    code = text.strip().replace("_", "-").split("-")[0]
    for written in (code.lower(), code.capitalize()):
        try:
            found = Lang(written).pt3
        except InvalidLanguageValue:
            continue
        return None if found in _NO_LANGUAGE else found
    return None


def are_languages_unlike(left: str | None, right: str | None) -> bool:
    """Whether both sides name a language, and not the same.

    >>> are_languages_unlike("es", "est"), are_languages_unlike("ger", "German"), are_languages_unlike("en", None)
    (True, False, False)
    """
    found = find_language(left or ""), find_language(right or "")
    return None not in found and found[0] != found[1]
