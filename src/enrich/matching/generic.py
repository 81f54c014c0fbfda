"""Titles that name many works: departments of periodicals, titles that come again, and titles too short to name one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from enrich.matching.words import FUNCTION_WORDS
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from enrich.matching.description import Description

_DEPARTMENTS = frozenset(
    "abbreviation abstract acknowledgement acknowledgment addendum address afterword announcement appendix author "
    "background bibliography book brief calendar call chair column comment commentary conclusion content contributor "
    "copyright correction correspondence corrigendum cover dedication discussion edition editor editorial epilogue "
    "erratum error event farewell foreword forum frontmatter backmatter glossary highlight index information "
    "interview introduction introductory issue keynote letter list masthead material matter meeting memoriam message "
    "method minute miscellanea miscellaneous news note notice obituary opinion overview page paper paragraph "
    "perspective poem preface president proceeding program programme prologue received reference rejoinder reply "
    "report research response result review reviewer section series summary supplement supplementary supporting "
    "symposium table talk test title treasurer tutorial untitled view viewpoint volume welcome workshop "
    "annual back brief closing concluding data file final first front general guest invited no opening regular second "
    "short some special vice "
    "vorwort einleitung inhalt inhaltsverzeichnis rezension avant propos sommaire préface введение предисловие".split()
)
"""What periodicals call their departments and who writes them, in the singular: the types of articles that are no
research in JATS (NISO Z39.96, ``article-type``), with their parts, offices and qualifiers."""
_CONNECTING = FUNCTION_WORDS | {"this", "about", "i"}
_UNSPACED = frozenset(("目录", "前言"))
_PLURALS = {"indices": "index", "errata": "erratum", "corrigenda": "corrigendum", "addenda": "addendum", "s": ""}
_FEWEST_WORDS, _FEWEST_LETTERS = 2, 10
_COMES_AGAIN = 3
"""A title of three years is a column's: a preprint, a paper and its article rarely need as many."""


def is_generic(title: str) -> bool:
    """Whether a title says nothing but which department of a periodical, or part of a book, it heads.

    >>> [is_generic(title) for title in ("Guest Editor's Notes", "Note from the Editor", "Introduction to Knots")]
    [True, True, False]
    """
    words = [_singular(word) for word in normalize_title(title).split() if word not in _CONNECTING]
    telling = [word for word in words if word and not word.isdigit()]
    return normalize_title(title) in _UNSPACED or (bool(telling) and all(word in _DEPARTMENTS for word in telling))


def _singular(word: str) -> str:
    if word in _PLURALS or word in _DEPARTMENTS or word.endswith("ss"):
        return _PLURALS.get(word, word)
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def is_short(title: str) -> bool:
    """Whether a title is too short to stand alone.

    >>> is_short("Deep Learning"), is_short("Wasserstein GAN"), is_short("神经常微分方程")
    (False, False, False)
    """
    normalized = normalize_title(title)
    if not normalized.isascii():
        return len(normalized) < _FEWEST_WORDS + 2
    return len(normalized.split()) < _FEWEST_WORDS or len(normalized) < _FEWEST_LETTERS


def count_years(*sides: Iterable[Description]) -> dict[str, int]:
    """Return in how many years titles (in normal form) come again, the most on any one side; once is left out.

    What is rare among the data at hand tells more where it agrees (Winkler 1989, frequency-based matching): a title
    that one catalogue holds in several years is a column, whatever it says.

    >>> from enrich.matching.description import describe_fields
    >>> years = [describe_fields({"title": "Ten Questions", "year": year}) for year in (1998, 1999, 2000, 2000)]
    >>> count_years(years)
    {'ten questions': 3}
    """
    found: dict[str, int] = {}
    for side in sides:
        years = defaultdict[str, set[int]](set)
        for one in side:
            if one.title and one.year:
                years[normalize_title(one.title)].add(one.year)
        for title, known in years.items():
            if len(known) > max(1, found.get(title, 0)):
                found[title] = len(known)
    return found


def comes_again(n_years: int) -> bool:
    """Whether a title that stands in so many years is a column's."""
    return n_years >= _COMES_AGAIN


def find_years(title: str, years: Mapping[str, int]) -> int:
    """Return in how many years a title is known, at least one."""
    return years.get(normalize_title(title), 1)
