"""Quoted abstracts: the words to look for them by, and how much of a quotation stands in an abstract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST_WORDS = 8
_LEAST_LETTERS = 4
_SEARCHED = 8
_SHINGLE = 3
_SHARE_OF_ONE = 0.5
"""Quotations of one abstract share nearly all runs of three words with it, those of two abstracts of one field hardly
any: on the quotations of one list less than a tenth, against two thirds of a quotation with every tenth word dropped
(``tests/unit/test_abstracts.py``)."""
_NO_WORD = re.compile(r"[\W_]+")


def is_searchable(quote: str) -> bool:
    """Whether a quotation is long enough to tell one abstract from all others.

    >>> is_searchable("We propose a new method.")
    False
    """
    return len(normalize_title(quote).split()) >= _LEAST_WORDS


def telling_words(quote: str, most: int = _SEARCHED) -> list[str]:
    """Return the words to search a quotation by, in its order: the longest ones, which are the rarest.

    >>> telling_words("We learn the continuous dynamics of hidden states by a residual network", most=3)
    ['continuous', 'dynamics', 'residual']
    """
    words = [
        word for word in _NO_WORD.sub(" ", quote).lower().split() if len(word) >= _LEAST_LETTERS and word.isalpha()
    ]
    places = {word: place for place, word in reversed(list(enumerate(words)))}
    chosen = sorted(places, key=lambda word: (-len(word), places[word]))[:most]
    return sorted(chosen, key=places.__getitem__)


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    words = normalize_title(text).split()
    for start in range(len(words) - _SHINGLE + 1):
        yield tuple(words[start : start + _SHINGLE])


def share_quoted(quote: str, abstract: str) -> float:
    """Return the share, 0 to 1, of the quotation's runs of three words that stand in an abstract.

    >>> share_quoted("we learn the hidden states of a network", "Here we learn the hidden states of a network by ODEs.")
    1.0
    """
    wanted, held = set(_shingles(quote)), set(_shingles(abstract))
    return len(wanted & held) / len(wanted) if wanted else 0.0


def is_enough(share: float) -> bool:
    """Whether a share tells that a quotation is of the abstract, be it shortened or mended here and there."""
    return share >= _SHARE_OF_ONE
