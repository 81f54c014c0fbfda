"""Quotations of abstracts: two works of one field never share half of one, and a mended quotation still does."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from support.shared import SHARED, needs_shared

from enrich.readers import read_path
from enrich.text.abstracts import is_enough, is_searchable, share_quoted, telling_words


@needs_shared
@pytest.mark.thorough
def test_quotations_of_one_field_are_told_apart():
    path = SHARED / "seeds" / "awesome-neural-ode.md"
    quotes = {one.title: one.quote for one in read_path(path).entries if one.quote and is_searchable(one.quote)}
    assert len(quotes) > 30
    assert max(share_quoted(left, right) for left, right in permutations(quotes.values(), 2)) < 0.1
    chance = random.Random(7)
    for quote in quotes.values():
        words = quote.split()
        kept = [word for word in words if chance.random() > 0.1]
        assert is_enough(share_quoted(" ".join(kept), f"It begins. {quote} It ends.")), quote
        assert 3 <= len(telling_words(quote)) <= 8


def test_little_is_not_searched_for():
    assert not is_searchable("A short remark")
    assert telling_words("") == []
    assert share_quoted("", "") == 0.0
