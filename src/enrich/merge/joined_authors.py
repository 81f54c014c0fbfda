"""One list of authors with what every source knows of each: joined by name and place, so that nobody is mistaken."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.merge.precedence import rank
from enrich.text.name_matches import NameMatch, compare_names
from enrich.text.title_forms import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.persons import Author
    from enrich.model.record import Record

_FILLED = ("orcid", "openalex_author_id", "s2_author_id", "is_corresponding", "affiliations", "institutions")
_MOST_COMPARED = 20_000
"""Pairs of people out of place; in longer lists only equal names join them."""


def join_authors(chosen: Sequence[Author], records: Sequence[Record]) -> tuple[Author, ...]:
    """The chosen authors, each with the identifiers and affiliations that other lists have for the same person.

    A person is the same whose name agrees in the same place of a list of equal length, or whose name agrees with that
    of a single author of either list.
    """
    joined = list(chosen)
    for record in sorted(records, key=lambda record: rank("authors", record.source)):
        for place, other in _same_people(chosen, record.authors):
            joined[place] = _united(joined[place], other, record.source)
    return tuple(joined)


def _united(author: Author, other: Author, source: str) -> Author:
    taken = {
        name: value
        for name in _FILLED
        if getattr(author, name) in (None, ()) and (value := getattr(other, name)) not in (None, ())
    }
    return replace(author, sources=tuple(dict.fromkeys((*author.sources, source))), **taken)


def _same_people(chosen: Sequence[Author], others: Sequence[Author]) -> Iterator[tuple[int, Author]]:
    """Place among the chosen and the author of the other list, of each person who is in both."""
    left, right = dict(enumerate(chosen)), dict(enumerate(others))
    if len(chosen) == len(others):
        for place, other in enumerate(others):
            if chosen[place].name == other.name or compare_names(chosen[place], other) >= NameMatch.SURNAME:
                del left[place], right[place]
                yield place, other
    pairs = list(_pairs(left, right))
    n_left, n_right = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    yield from ((one, right[other]) for one, other in pairs if n_left[one] == 1 == n_right[other])


def _pairs(left: Mapping[int, Author], right: Mapping[int, Author]) -> Iterator[tuple[int, int]]:
    """The places of all people whose names agree."""
    if len(left) * len(right) <= _MOST_COMPARED:
        for place, author in left.items():
            for at, other in right.items():
                if compare_names(author, other) >= NameMatch.COMPATIBLE:
                    yield place, at
        return
    by_name: dict[str, list[int]] = {}
    for at, other in right.items():
        by_name.setdefault(fold(other.name), []).append(at)
    for place, author in left.items():
        yield from ((place, at) for at in by_name.get(fold(author.name), ()))
