"""Rules on what is left when nothing speaks against two descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.differences import TitleRelation
from enrich.matching.kinds import Kind
from enrich.matching.places import PlaceRelation
from enrich.matching.reasons import Answer, Reason
from enrich.model.verdict import Status

if TYPE_CHECKING:
    from enrich.matching.pair import Pair

_FEW_WORDS = 2
_MANY_WORDS = 6


def judge_short_title(pair: Pair) -> Answer:
    """A short title needs two authors, or one in full and the year."""
    if not pair.is_short or pair.authors.relation > AuthorRelation.OVERLAPPING:
        return (Status.AMBIGUOUS, Reason.SHORT_TITLE) if pair.is_short else None
    is_sure = pair.authors.n_shared > 1 or (pair.authors.n_full and pair.years_apart is not None)
    return None if is_sure else (Status.AMBIGUOUS, Reason.SHORT_TITLE)


def judge_agreement(pair: Pair) -> Answer:
    """The last rule: titles and people agree, and it only remains to say how closely."""
    relation, authors = pair.titles.relation, pair.authors.relation
    if authors is AuthorRelation.UNKNOWN:
        return _agreement_without_authors(pair)
    if relation is TitleRelation.EQUAL:
        if pair.has_preprint:
            return (Status.STRONG, Reason.PREPRINT)
        is_exact = authors is AuthorRelation.SAME and pair.years_apart == 0
        return (Status.EXACT if is_exact else Status.STRONG, Reason.TITLE_AND_AUTHORS)
    if relation <= TitleRelation.SUBTITLE:
        is_known = pair.authors.n_shared > 1 or (pair.authors.n_full > 0 and pair.years_apart == 0)
        is_enough = relation < TitleRelation.SUBTITLE or pair.titles.n_words > 1 or is_known
        return (Status.STRONG if is_enough else Status.AMBIGUOUS, Reason.TITLE_VARIANT)
    if relation <= TitleRelation.REWORDED:
        return _agreement_in_all_else(pair)
    return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)


def _agreement_in_all_else(pair: Pair) -> Answer:
    """Other words in the title of the same people in the same year: a rewording unless anything speaks against it."""
    is_extended = pair.titles.relation is TitleRelation.EXTENDED
    if is_extended and not pair.has_preprint and not pair.are_venues_equal:
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    most_years = 3 if is_extended else 1 if pair.has_preprint else 0
    is_same = (
        pair.authors.relation is AuthorRelation.SAME
        and pair.authors.n_shared > (1 if is_extended or pair.are_venues_equal else 2)
        and Kind.BOOK not in pair.kinds
        and (pair.years_apart is None or abs(pair.years_apart) <= most_years)
        and (pair.has_preprint or pair.place <= PlaceRelation.COMPATIBLE)
        and pair.titles.n_words > _FEW_WORDS
    )
    reason = Reason.TITLE_VARIANT if is_extended else Reason.TITLE_REWORDED
    return (Status.STRONG, reason) if is_same else (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)


def _agreement_without_authors(pair: Pair) -> Answer:
    relation = pair.titles.relation
    if relation > TitleRelation.SUBTITLE:
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    if pair.left.authors and pair.right.authors:
        is_telling = relation <= TitleRelation.SPELLING and pair.titles.n_words >= _MANY_WORDS and pair.years_apart == 0
        return (Status.STRONG, Reason.TITLE_AND_YEAR) if is_telling else (Status.AMBIGUOUS, Reason.FEW_AUTHORS)
    least = _MANY_WORDS - 2 if pair.years_apart == 0 and pair.are_venues_equal else _MANY_WORDS
    if pair.titles.n_words >= least and relation <= TitleRelation.SPELLING and pair.years_apart is not None:
        return (Status.STRONG, Reason.TITLE_AND_YEAR)
    return (Status.WEAK, Reason.TITLE_ALONE)
