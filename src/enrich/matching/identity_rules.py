"""Rules on identifiers: shared ones, versions of one, and conflicts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.differences import TitleRelation
from enrich.matching.kinds import is_component_of, is_preprint_doi
from enrich.matching.places import PlaceRelation
from enrich.matching.reasons import Answer, Reason
from enrich.matching.words import weigh_shared
from enrich.model.identifiers import Scheme
from enrich.model.verdict import Status
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from enrich.matching.pair import Pair

_VERSIONED_DOI = re.compile(r"(?:[./]v\d+|(?<=10\.12688/\w{12})\.\d+)$")
_REGISTRANT = re.compile(r"10\.\d{4,9}")
_NEW_DOI_FOR_A_VERSION = frozenset(("10.5281", "10.6084", "10.17605", "10.13140", "10.21203"))
"""Zenodo, figshare, OSF, ResearchGate, Research Square: two of their DOIs may be two versions of one work."""
_FEW_WORDS = 2
_TELLING_WEIGHT, _TELLING_SHARE = 15, 0.45
"""What titles of one renamed work share: measured on the renamed works of two lists, and on wrong links within them."""


def judge_no_title(pair: Pair) -> Answer:
    """Nothing but an identifier can speak where a title is missing."""
    if pair.left.title and pair.right.title and normalize_title(pair.left.title) and normalize_title(pair.right.title):
        return None
    return (Status.STRONG, Reason.IDENTIFIER) if pair.shared_identifiers else (Status.AMBIGUOUS, Reason.NO_TITLE)


def judge_identifier(pair: Pair) -> Answer:
    """A shared identifier, unless the titles contradict it."""
    if not pair.shared_identifiers:
        return None
    if pair.titles.relation <= TitleRelation.EQUAL:
        return (Status.EXACT, Reason.IDENTIFIER)
    if pair.titles.relation <= TitleRelation.EXTENDED:
        return (Status.STRONG, Reason.IDENTIFIER)
    return _identifier_with_another_title(pair)


def _identifier_with_another_title(pair: Pair) -> Answer:
    """A renamed version keeps its authors, or else the words that tell it apart; a wrong link shares neither."""
    weight, share = weigh_shared(pair.left.title or "", pair.right.title or "")
    authors = pair.authors.relation
    if authors <= AuthorRelation.OVERLAPPING:
        return (Status.STRONG, Reason.RENAMED) if weight else (Status.WEAK, Reason.IDENTIFIER_OF_ANOTHER)
    if authors is AuthorRelation.UNKNOWN and pair.titles.relation is not TitleRelation.OPPOSITE:
        is_swapped_word = pair.titles.relation is TitleRelation.REWORDED and pair.titles.n_words <= _FEW_WORDS + 2
        if weight >= _TELLING_WEIGHT and share >= _TELLING_SHARE and not is_swapped_word:
            return (Status.STRONG, Reason.RENAMED)
    return (Status.WEAK if weight else Status.DIFFERENT, Reason.IDENTIFIER_OF_ANOTHER)


def judge_component(pair: Pair) -> Answer:
    """A figure, table or supplement has the DOI of its article with something behind it."""
    mine, other = pair.values(Scheme.DOI)
    if any(is_component_of(one, another) for one in mine for another in other if not _is_version(one, another)):
        return (Status.DIFFERENT, Reason.COMPONENT)
    return None


def _is_version(left: str, right: str) -> bool:
    return left != right and _VERSIONED_DOI.sub("", left) == _VERSIONED_DOI.sub("", right)


def judge_identifier_conflict(pair: Pair) -> Answer:
    """Each side has its own identifier in one scheme: two works, or two registrations of one."""
    arxiv = pair.values(Scheme.ARXIV)
    if all(arxiv):
        return (Status.DIFFERENT, Reason.IDENTIFIER_CONFLICT)
    mine, other = pair.values(Scheme.DOI)
    if not mine or not other:
        return None
    if any(_is_version(one, another) for one in mine for another in other):
        return (Status.STRONG, Reason.DOI_VERSION) if pair.titles.relation <= TitleRelation.EXTENDED else None
    preprints = [all(is_preprint_doi(doi) for doi in side) for side in (mine, other)]
    if preprints[0] is not preprints[1] or pair.place is PlaceRelation.SAME:
        return None
    registrants = [{_registrant(doi) for doi in side} for side in (mine, other)]
    if registrants[0] & registrants[1] & _NEW_DOI_FOR_A_VERSION and pair.titles.relation <= TitleRelation.SPELLING:
        return (Status.AMBIGUOUS, Reason.IDENTIFIER_CONFLICT)
    if registrants[0] & registrants[1] or pair.place > PlaceRelation.COMPATIBLE:
        return (Status.DIFFERENT, Reason.IDENTIFIER_CONFLICT)
    if pair.are_venues_equal and pair.years_apart == 0 and pair.authors.relation <= AuthorRelation.INCLUDED:
        return None  # two registrants of one journal, such as the publisher and JSTOR
    return (Status.AMBIGUOUS, Reason.IDENTIFIER_CONFLICT)


def _registrant(doi: str) -> str:
    match = _REGISTRANT.match(doi)
    return match[0] if match else doi
