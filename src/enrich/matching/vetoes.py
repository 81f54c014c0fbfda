"""Facts that no likeness outweighs: each tells two works apart, or leaves them open, whatever else agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.generic import comes_again, is_generic
from enrich.matching.identifiers import IdentifierRelation
from enrich.matching.kinds import Kind, can_be_one, noted_kind
from enrich.matching.languages import are_languages_unlike
from enrich.matching.places import agree_in_number, agree_in_pages
from enrich.matching.reasons import Reason
from enrich.matching.titles import NumberRelation
from enrich.model.persons import Author
from enrich.text.name_matches import NameMatch, compare_names, compare_surnames
from enrich.text.title_forms import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.matching.features import Pair


_TELLING_BITS = 4
"""What a word tells at least that is no connecting word: the commonest content words of titles tell as much."""


def other_numbers(pair: Pair) -> bool:
    """Part I and part II, the second edition and the third, 2018 and 2019."""
    return pair.titles.numbers in (NumberRelation.OTHER, NumberRelation.PART)


def component(pair: Pair) -> bool:
    """A figure or a supplement has the DOI of its article with something behind it."""
    return pair.identifiers is IdentifierRelation.COMPONENT


def other_kind(pair: Pair) -> bool:
    """An article is not its erratum, review, reply, dataset or workbook.

    What a title says of itself counts where the other title lacks the words: it is then the title of what is corrected.
    What the same people printed in one venue and year under one title is one piece, labelled by one side alone.
    """
    is_one_piece = pair.are_venues_equal and pair.years_apart == 0 and pair.authors.relation <= AuthorRelation.INCLUDED
    lost = pair.titles.lost
    for side, other, mine, theirs in zip((pair.left, pair.right), pair.kinds[::-1], lost, lost[::-1], strict=True):
        noted = noted_kind(side.title or "") if mine and theirs < _TELLING_BITS else None
        if noted and noted is not other and not (is_one_piece and noted in _LABELS):
            return True
    return not can_be_one(*pair.kinds)


_LABELS = (Kind.ABSTRACT, Kind.REVIEW)
"""Kinds that catalogues note behind titles; slides, an erratum or a reply stand beside what they speak of."""


def other_language(pair: Pair) -> bool:
    """A translation is a work of its own."""
    return are_languages_unlike(pair.left.language, pair.right.language)


def other_arxiv_id(pair: Pair) -> bool:
    """Each work has one arXiv id."""
    return pair.identifiers is IdentifierRelation.OTHER_ARXIV


def other_edition(pair: Pair) -> bool:
    """A book of other years is another edition."""
    return Kind.BOOK in pair.kinds and abs(pair.years_apart or 0) > 1


def other_volume(pair: Pair) -> bool:
    """Books that are volumes of one set."""
    return Kind.BOOK in pair.kinds and agree_in_number(pair.left.volume, pair.right.volume) is False


def other_pages(pair: Pair) -> bool:
    """One venue prints two articles on other pages."""
    return bool(pair.are_venues_equal) and agree_in_pages(pair.left.pages, pair.right.pages) is False


def other_given_name(pair: Pair) -> bool:
    """The only person whom a side names is called otherwise on the other side."""
    left, right = pair.left.authors, pair.right.authors
    namesakes = [(one, other) for one in left for other in right if _are_namesakes(one, other)]
    return min(len(left), len(right)) == 1 and bool(namesakes) and all(_contradict(*both) for both in namesakes)


def _are_namesakes(left: Author, right: Author) -> bool:
    return compare_surnames(left.family or left.name, right.family or right.name) is not NameMatch.DIFFERENT


def _contradict(left: Author, right: Author) -> bool:
    """Whether both have given names in full of which no initial agrees, nor are they forms of one name."""
    given = [fold(one.given or "").replace("-", " ").split() for one in (left, right)]
    full = [" ".join(name for name in names if len(name.strip(".")) > 1) for names in given]
    if not all(full) or {name[0] for name in given[0]} & {name[0] for name in given[1]}:
        return False
    return (
        compare_names(*(Author(f"{names} {left.family}", left.family, names) for names in full)) is NameMatch.DIFFERENT
    )


def generic_elsewhere(pair: Pair) -> bool:
    """Many works are called Editorial: other people, another year or issue have another one."""
    if not comes_again(pair.n_years) and not all(is_generic(side.title or "") for side in (pair.left, pair.right)):
        return False
    if pair.authors.relation is AuthorRelation.NONE:
        return True
    places = [agree_in_number(getattr(pair.left, name), getattr(pair.right, name)) for name in ("volume", "issue")]
    return bool(pair.years_apart) or False in places or agree_in_pages(pair.left.pages, pair.right.pages) is False


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
