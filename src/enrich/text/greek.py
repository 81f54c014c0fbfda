"""Greek letters by the names that TeX gives them."""

from __future__ import annotations

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau "
    "upsilon phi chi psi omega"
).split()
GREEK = {name: chr(0x3B1 + place) for place, name in enumerate(_GREEK_NAMES)}
"""Name of each small Greek letter to the letter."""
