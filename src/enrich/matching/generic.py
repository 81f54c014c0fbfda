"""Titles that name many works: departments of periodicals, and titles that come again."""

from __future__ import annotations

from functools import lru_cache

from enrich.matching.word_bits import FUNCTION_WORDS
from enrich.text.title_forms import normalize_title

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
    "collected complete correspondence essay essays librettos lyrics novels plays prose selected selections speeches "
    "stories works "
    "vorwort einleitung inhalt inhaltsverzeichnis rezension avant propos sommaire préface введение предисловие".split()
)
"""What periodicals call their departments and who writes them, in the singular: the types of articles that are no
research in JATS (NISO Z39.96, ``article-type``), with their parts, offices and qualifiers; and what cataloguers call
the works of one author together (conventional collective titles, RDA 6.2.2.10)."""
_CONNECTING = FUNCTION_WORDS | {"this", "about", "i"}
_PLURALS = {"indices": "index", "errata": "erratum", "corrigenda": "corrigendum", "addenda": "addendum", "s": ""}
_COMES_AGAIN = 3
"""A title of three years is a column's: a preprint, a paper and its article rarely need as many."""


@lru_cache(maxsize=8_192)
def is_generic(title: str) -> bool:
    """Whether a title says nothing but which department of a periodical, or part of a book, it heads.

    >>> [is_generic(title) for title in ("Guest Editor's Notes", "Note from the Editor", "Introduction to Knots")]
    [True, True, False]
    """
    is_department = False
    for word in normalize_title(title).split():
        singular = _singular(word)
        if word in _CONNECTING or not singular or singular.isdigit():
            continue
        if singular not in _DEPARTMENTS:
            return False
        is_department = True
    return is_department


def _singular(word: str) -> str:
    if word in _PLURALS or word in _DEPARTMENTS or word.endswith("ss"):
        return _PLURALS.get(word, word)
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def comes_again(n_years: int) -> bool:
    """Whether a title that stands in so many years is a column's."""
    return n_years >= _COMES_AGAIN
