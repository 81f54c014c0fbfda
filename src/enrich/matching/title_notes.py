"""What catalogues and editors add to a title: who is responsible, the medium, the occasion, the degree."""

from __future__ import annotations

import re

from enrich.matching.kinds import THESIS_NOTE
from enrich.text.han import simplify_han

_RETRACTED = re.compile(r"^\W*retracted(?: article| paper)?\W+", re.IGNORECASE)
_RESPONSIBILITY = re.compile(
    r"\s/\s*(?:as told|with|introduction|trans(?:l|lated)?|selected|collected|prepared|adapted|illustrated|ed(?:ited"
    r"|itors?|s)?|compiled|translated|written|hrsg|herausgegeben|sous la direction|par|von|by)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_MEDIUM = re.compile(
    r"\[(?:electronic resource|microform|microfilm|text|internet|online|elektronische ressource"
    r"|ressource électronique)\]",
    re.IGNORECASE,
)
_OCCASION = re.compile(
    r"\s*[(\[](?:[\w ]*\b(?:lectures?|award\b[\w ]*|prize[\w ]*|addr?ess|invited (?:paper|talk|review)|keynote[\w ]*)"
    r"|invited|unpublished|in press|open access|free full text"
    r"|with (?:an? )?(?:discussions?|comments?|appendix[\w .]*)"
    r"|(?:full|extended|long|final|revised) (?:version|paper)"
    r"|[^()\d]*\b(?:series|monographs?|classics|library|texts|notes|studies|books|collection)\b[^()\d]*)[)\]]\s*$",
    re.IGNORECASE,
)
"""``(Turing Award lecture)``: what a cataloguer or an editor puts behind a title, and the series without its number."""
_LONGEST = 2_000
_TEENS = "thir four fif six seven eigh nine".split()
_ONES = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINALS = {
    **{f"{teen}teenth": f"{number}th" for number, teen in enumerate(_TEENS, 13)},
    "twentieth": "20th",
    **{f"twenty {one}": f"2{number}{('st', 'nd', 'rd')[number - 1] if number < 4 else 'th'}"  # noqa: PLR2004
       for number, one in enumerate(_ONES, 1)},
}  # fmt: skip
_ORDINAL = re.compile(r"\b(?:" + "|".join(_ORDINALS).replace(" ", "[ -]") + r")\b", re.IGNORECASE)


def strip_notes(title: str) -> str:
    """Drop what a catalogue adds to a title (a retraction, who is responsible, the medium, the degree); 21st in digits.

    >>> strip_notes("Capital in the Twenty-First Century / by Thomas Piketty")
    'Capital in the 21st Century'
    """
    if len(title) > _LONGEST:
        return title
    for note in (_RETRACTED, _RESPONSIBILITY, _MEDIUM, THESIS_NOTE, _OCCASION):
        title = note.sub("", title)
    title = simplify_han(title)
    return _ORDINAL.sub(lambda found: _ORDINALS[re.sub(r"\W", " ", found[0].lower())], title)
