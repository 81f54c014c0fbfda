"""Facts that no likeness outweighs: each tells two works apart, or leaves them open, whatever else agrees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz.distance import DamerauLevenshtein

from enrich.matching.authors import AuthorRelation
from enrich.matching.generic import comes_again, is_generic
from enrich.matching.kinds import Genre, can_be_one, noted_kind
from enrich.matching.languages import are_languages_unlike
from enrich.matching.places import agree_in_number
from enrich.matching.reasons import Reason
from enrich.matching.shared_identifiers import IdentifierRelation
from enrich.matching.title_differences import NumberRelation
from enrich.matching.word_bits import weigh
from enrich.model.persons import Author
from enrich.text.name_matches import NameMatch, compare_names, compare_surnames
from enrich.text.title_forms import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.matching.features import Pair


_TELLING_BITS = 4
"""What a word tells at least that is no connecting word: the commonest content words of titles tell as much."""
_LEAST_LETTERS = 4
"""Of names that differ by a slip; one letter makes another name of a shorter one."""
_MOST_INITIALS = 3
_GIVEN = re.compile(r"[^\W\d_]+\.?")


def other_numbers(pair: Pair) -> bool:
    """Part I and part II, the second edition and the third, 2018 and 2019."""
    return pair.titles.numbers in (NumberRelation.OTHER, NumberRelation.PART)


def other_kind(pair: Pair) -> bool:
    """An article is not its erratum, review, reply, dataset or workbook.

    What a title says of itself counts where the other title lacks the words: it is then the title of what is corrected.
    What the same people printed in one venue and year under one title is one piece, labelled by one side alone.
    """
    sides, only = (pair.left, pair.right), pair.titles.only
    for side, mine, theirs, other in zip(sides, only, only[::-1], pair.kinds[::-1], strict=True):
        noted = noted_kind(side.title or "") if mine and weigh(theirs) < _TELLING_BITS else None
        if noted and noted is not other and not (noted in _LABELS and _is_one_piece(pair)):
            return True
    return not can_be_one(*pair.kinds)


def _is_one_piece(pair: Pair) -> bool:
    is_one_issue = bool(pair.are_venues_equal) and pair.years_apart == 0
    return is_one_issue and pair.authors.relation <= AuthorRelation.INCLUDED


_LABELS = (Genre.ABSTRACT, Genre.REVIEW)
"""Kinds that catalogues note behind titles; slides, an erratum or a reply stand beside what they speak of."""


def component(pair: Pair) -> bool:
    """A figure or a supplement has the DOI of its article with something behind it."""
    return pair.identifiers is IdentifierRelation.COMPONENT


def other_language(pair: Pair) -> bool:
    """A translation is a work of its own."""
    return are_languages_unlike(pair.left.language, pair.right.language)


def other_arxiv_id(pair: Pair) -> bool:
    """Each work has one arXiv id."""
    return pair.identifiers is IdentifierRelation.OTHER_ARXIV


def other_edition(pair: Pair) -> bool:
    """A book of other years is another edition."""
    return Genre.BOOK in pair.kinds and abs(pair.years_apart or 0) > 1


def other_volume(pair: Pair) -> bool:
    """Books that are volumes of one set."""
    return Genre.BOOK in pair.kinds and pair.are_volumes_equal is False


def other_pages(pair: Pair) -> bool:
    """One venue prints two articles on other pages."""
    return pair.are_venues_equal is True and pair.are_pages_equal is False


def other_given_name(pair: Pair) -> bool:
    """The only person whom a side names, or whom the sides share by name, is called otherwise on the other side."""
    left, right = pair.left.authors, pair.right.authors
    if pair.authors.n_full or (min(len(left), len(right)) > 1 and (pair.authors.n_shared != 1 or pair.authors.n_near)):
        return False
    namesakes = [(one, other) for one in left for other in right if _are_namesakes(one, other)]
    if not namesakes or not all(_contradict(one, other) for one, other in namesakes):
        return False
    others = ((one, other) for one in left for other in right if (one, other) not in namesakes)
    return all(compare_names(one, other) is NameMatch.DIFFERENT for one, other in others)


def _are_namesakes(left: Author, right: Author) -> bool:
    if left.is_organization or right.is_organization or not left.family or not right.family:
        return False
    return compare_surnames(left.family, right.family) is not NameMatch.DIFFERENT


def _contradict(left: Author, right: Author) -> bool:
    """Whether both have given names in full, of which none is a form, a slip or an initial of one of the other's."""
    full, initials = zip(*(_given_names(one) for one in (left, right)), strict=True)
    shared = (word[0] in theirs for mine, theirs in zip(full, initials[::-1], strict=True) for word in mine)
    if not all(full) or any(shared):
        return False
    spelled = [Author(f"{' '.join(words)} {left.family}", left.family, " ".join(words)) for words in full]
    is_slip = any(
        min(len(mine), len(theirs)) >= _LEAST_LETTERS and DamerauLevenshtein.distance(mine, theirs, score_cutoff=1) <= 1
        for mine in full[0]
        for theirs in full[1]
    )
    return not is_slip and compare_names(*spelled) is NameMatch.DIFFERENT


def _given_names(author: Author) -> tuple[list[str], set[str]]:
    """The given names that are written in full, and the letters of those that are abbreviated."""
    full, initials = list[str](), set[str]()
    for word in _GIVEN.findall(author.given or ""):
        is_short = word.endswith(".") or len(word) == 1 or (word.isupper() and len(word) <= _MOST_INITIALS)
        if is_short:
            initials.update(fold(word))
        else:
            full.append(fold(word))
    return full, initials


def generic_elsewhere(pair: Pair) -> bool:
    """Many works are called Editorial: other people, another year or issue have another one."""
    if not comes_again(pair.n_years) and not all(is_generic(side.title or "") for side in (pair.left, pair.right)):
        return False
    if pair.authors.relation is AuthorRelation.NONE:
        return True
    are_issues_equal = agree_in_number(pair.left.issue, pair.right.issue)
    return bool(pair.years_apart) or False in (pair.are_volumes_equal, are_issues_equal, pair.are_pages_equal)


def has_swapped_words(pair: Pair) -> bool:
    """Each title has a telling word in the place of another: works of one group differ in just that.

    This leaves a pair open and does not part it: words are swapped in citations, too.
    """
    return pair.titles.replaced >= _TELLING_BITS


VETOES: tuple[tuple[Callable[[Pair], bool], Reason], ...] = (
    (other_numbers, Reason.NUMBERS),
    (component, Reason.COMPONENT),
    (other_kind, Reason.KIND),
    (other_language, Reason.LANGUAGE),
    (other_arxiv_id, Reason.IDENTIFIER_CONFLICT),
    (other_edition, Reason.EDITION),
    (other_volume, Reason.VOLUME),
    (other_pages, Reason.PAGES),
    (other_given_name, Reason.AUTHORS),
    (generic_elsewhere, Reason.GENERIC_TITLE),
)
"""Each with the reason that it gives; the first that speaks decides."""


def veto(pair: Pair) -> Reason | None:
    """Return why two descriptions cannot be one work, or None."""
    return next((reason for speaks, reason in VETOES if speaks(pair)), None)
