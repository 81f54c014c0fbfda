"""How much a word tells titles apart: rare words more than common ones.

``word_counts.txt`` holds the words of 25 and more of the 527,053 arXiv titles up to 2020, plurals folded.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import log
from typing import TYPE_CHECKING

from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterable

_N_TITLES = 527_053
_RARE = 25
_SHORT = 3

FUNCTION_WORDS = frozenset(
    "a an the of for on in to and with by from via using towards toward at as is are its their or be into over under "
    "through der die das und von zur zum für im le la les des du de et en un une el los las y del e il lo gli "
    "di".split()
)
"""Words that carry no meaning of their own."""


@cache
def _weights() -> dict[str, float]:
    text = files("enrich.matching").joinpath("word_counts.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {word: log(_N_TITLES / int(count)) for word, count in rows}


def meaningful(text: str) -> list[str]:
    """Return the words of a normalized text that are more than function words.

    >>> meaningful("learning to rank with graphs")
    ['learning', 'rank', 'graphs']
    """
    return [word for word in text.split() if word not in FUNCTION_WORDS]


def fold_plural(word: str) -> str:
    """Return a word without the s of a plural."""
    return word.removesuffix("s") if len(word) > _SHORT else word


def is_known(word: str) -> bool:
    """Whether a word is a common word of titles, and so no typo.

    >>> is_known("networks"), is_known("netwrks")
    (True, False)
    """
    return word in FUNCTION_WORDS or fold_plural(word) in _weights()


def weigh(words: Iterable[str]) -> float:
    """Return the sum of what the words tell, in nats.

    >>> weigh(["networks"]) < weigh(["universality"])
    True
    """
    weights = _weights()
    rare = log(_N_TITLES / _RARE)
    return sum(weights.get(fold_plural(word), rare) for word in words)


def weigh_shared(left: str, right: str) -> tuple[float, float]:
    """Return what two titles share, in nats, and its part of what both say (0 to 1).

    >>> weight, share = weigh_shared("Graph Neural ODEs", "Neural ODEs on Graphs")
    >>> round(share, 2)
    1.0
    """
    sides = [{fold_plural(word) for word in meaningful(normalize_title(side))} for side in (left, right)]
    shared, total = weigh(sides[0] & sides[1]), weigh(sides[0]) + weigh(sides[1])
    return shared, (2 * shared / total if total else 0.0)
