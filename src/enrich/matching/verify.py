"""The verdict on two descriptions: an identifier that they share, a fact that tells them apart, or weighed evidence."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.features import FEATURES, Pair
from enrich.matching.generic import comes_again
from enrich.matching.kinds import Genre
from enrich.matching.model import load_model
from enrich.matching.reasons import Reason
from enrich.matching.shared_identifiers import IdentifierRelation
from enrich.matching.title_differences import TitleRelation
from enrich.matching.vetoes import has_swapped_words, veto
from enrich.model.verdict import Evidence, Status, Verdict
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.matching.description import Description
    from enrich.matching.model import Model
    from enrich.matching.peers import Peers

Answer = tuple[Status, Reason]
_TELLING_BITS, _TELLING_SHARE, _FEW_WORDS = 25, 0.43, 4
"""What titles of one renamed work share: measured on the renamed works of two lists, and on wrong links within them."""
_SEVERAL = 0.3333
"""The probability of one of three works that answer alike."""
_OTHER_LONE_TITLE = 0.001
"""The probability of one work where a side is a title alone, and one of other words: 1 of 1,406 bare titles."""
_OTHER_LONE_TITLE_BITS = round(log2(_OTHER_LONE_TITLE / (1 - _OTHER_LONE_TITLE)), 2)
AGREEING = (TitleRelation.EQUAL, TitleRelation.SPELLING, TitleRelation.REORDERED)
"""How one title stands to itself, however it is written."""


def verify(left: Description, right: Description, peers: Peers | None = None) -> Verdict:
    """Return whether two descriptions name the same work, and why; ``peers`` are pairs that are judged with them.

    >>> from enrich.matching.description import describe_fields
    >>> left = describe_fields({"title": "Topology, Part I", "authors": ["A. Hatcher"], "year": 1999})
    >>> right = describe_fields({"title": "Topology, Part II", "authors": ["Allen Hatcher"], "year": 1999})
    >>> str(verify(left, right).status), str(verify(left, right).reason)
    ('different', 'numbers')
    """
    return judge(Pair(left, right, peers), load_model())


def judge(pair: Pair, model: Model) -> Verdict:
    """Return the verdict on a pair by a model."""
    is_shared = pair.identifiers is IdentifierRelation.SAME
    if not pair.is_titled:
        status, reason = (Status.STRONG, Reason.IDENTIFIER) if is_shared else (Status.AMBIGUOUS, Reason.NO_TITLE)
        return Verdict(status, reason, pair.detail())
    if pair.is_lone_title and not is_shared and pair.titles.relation is TitleRelation.OTHER:
        decisive = Evidence("title agreement", round(pair.titles.share, 2), _OTHER_LONE_TITLE_BITS)
        return Verdict(Status.DIFFERENT, Reason.TITLE, pair.detail(), _OTHER_LONE_TITLE, (decisive,))
    probability, evidence = model.judge(pair.features)
    if is_shared:
        answer = _judge_identifier(pair)
    elif (against := veto(pair)) is not None:
        answer, probability = (Status.DIFFERENT, against), min(probability, model.rejected)
    elif is_one_printing(pair):
        answer, probability = _agreement(pair), max(probability, model.accepted)
    else:
        answer = _judge_evidence(pair, model, probability, evidence)
        if is_limited(pair):
            probability = min(probability, _SEVERAL)
    return Verdict(*answer, pair.detail(), round(probability, 4), evidence)


def is_limited(pair: Pair) -> bool:
    """Whether several works answer alike: a generic title without its people, or one that comes again, and no place."""
    is_signed = not comes_again(pair.n_years) and pair.authors.relation <= AuthorRelation.INCLUDED
    return pair.is_generic and not is_signed and not pair.has_one_place


def _judge_identifier(pair: Pair) -> Answer:
    """A shared identifier, unless the titles contradict it: a renamed version keeps its people or its telling words."""
    titles, authors = pair.titles, pair.authors.relation
    if titles.relation is TitleRelation.EQUAL:
        return (Status.EXACT, Reason.IDENTIFIER)
    is_cut = titles.relation not in (TitleRelation.OTHER, TitleRelation.INSERTED) and not titles.swapped
    if (is_cut or titles.relation in AGREEING) and not veto(pair):
        return (Status.STRONG, Reason.IDENTIFIER)
    if authors <= AuthorRelation.OVERLAPPING:
        return (Status.STRONG, Reason.RENAMED) if titles.shared else (Status.WEAK, Reason.IDENTIFIER_OF_ANOTHER)
    n_words = min(len(normalize_title(side.title or "").split()) for side in (pair.left, pair.right))
    is_telling = titles.shared >= _TELLING_BITS and titles.share >= _TELLING_SHARE
    is_swap = titles.relation is TitleRelation.SWAPPED and n_words <= _FEW_WORDS
    if authors is AuthorRelation.UNKNOWN and is_telling and not is_swap:
        return (Status.STRONG, Reason.RENAMED)
    return (Status.WEAK if titles.shared else Status.DIFFERENT, Reason.IDENTIFIER_OF_ANOTHER)


def _judge_evidence(pair: Pair, model: Model, probability: float, evidence: Sequence[Evidence]) -> Answer:
    """The status by the probability, and the reason by what spoke loudest."""
    if probability < model.rejected:
        return (Status.DIFFERENT, _against(evidence))
    is_placed = pair.has_one_place
    is_alone = pair.authors.relation is AuthorRelation.UNKNOWN
    if pair.is_generic and not is_placed:
        return (Status.AMBIGUOUS, Reason.GENERIC_TITLE)
    if has_swapped_words(pair) and not is_placed:
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    if is_alone and not is_placed and pair.years_apart is None:
        is_agreed = pair.titles.relation in AGREEING
        return (Status.WEAK, Reason.TITLE_ALONE) if is_agreed else (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    if probability < model.accepted:
        reason = _against(evidence, is_open=True)
        is_nobody = reason is Reason.FEW_AUTHORS and pair.authors.relation is AuthorRelation.NONE
        return (Status.AMBIGUOUS, Reason.AUTHORS if is_nobody else reason)
    return _agreement(pair)


def is_one_printing(pair: Pair) -> bool:
    """Whether both name one printing: an article by venue, volume and first page, a book by its people and year."""
    if pair.has_one_place:
        return pair.authors.relation <= AuthorRelation.OVERLAPPING and pair.titles.relation is not TitleRelation.OTHER
    return (
        pair.kinds == (Genre.BOOK, Genre.BOOK)
        and pair.years_apart == 0
        and pair.titles.relation in AGREEING
        and pair.authors.relation is AuthorRelation.SAME
        and not pair.is_generic
        and pair.are_pages_equal is not False
        and _can_be_one_publisher(pair)
    )


def _can_be_one_publisher(pair: Pair) -> bool:
    """Whether a publisher is unknown, or what they are called has a word in common: ``Bantam`` and ``Bantam Books``."""
    words = [set(normalize_title(side.publisher or "").split()) for side in (pair.left, pair.right)]
    return not all(words) or not words[0].isdisjoint(words[1])


def _agreement(pair: Pair) -> Answer:
    """How two descriptions agree that are taken as one work."""
    is_equal = pair.titles.relation is TitleRelation.EQUAL
    is_exact = is_equal and pair.authors.relation is AuthorRelation.SAME and pair.years_apart == 0
    if pair.identifiers is IdentifierRelation.VERSION:
        return (Status.STRONG, Reason.DOI_VERSION)
    if pair.has_preprint and is_equal:
        return (Status.STRONG, Reason.PREPRINT)
    if pair.has_one_place:
        return (Status.STRONG, Reason.PLACE)
    if is_equal and pair.authors.relation is AuthorRelation.UNKNOWN:
        return (Status.STRONG, Reason.TITLE_AND_YEAR)
    if is_equal:
        return (Status.EXACT if is_exact else Status.STRONG, Reason.TITLE_AND_AUTHORS)
    return (Status.STRONG, Reason.TITLE_VARIANT)


_REASONS = {
    "authors": Reason.AUTHORS, "first author": Reason.AUTHORS, "given names": Reason.AUTHORS,
    "surnames": Reason.AUTHORS, "names": Reason.AUTHORS, "years": Reason.YEAR, "venue": Reason.VENUE,
    "volume": Reason.VOLUME, "pages": Reason.PAGES, "identifiers": Reason.IDENTIFIER_CONFLICT,
    "kinds": Reason.KIND,
}  # fmt: skip
"""The reason for features by the beginning of their names; all others are of the title."""
_REASON_OF = {
    feature: next((reason for name, reason in _REASONS.items() if feature.startswith(name)), Reason.TITLE)
    for feature in FEATURES
}
_OPEN = {Reason.AUTHORS: Reason.FEW_AUTHORS, Reason.TITLE: Reason.TITLE_UNCERTAIN}


def _against(evidence: Sequence[Evidence], *, is_open: bool = False) -> Reason:
    """The reason whose features spoke most against one work."""
    bits: dict[Reason, float] = {}
    for one in (one for one in evidence if one.value is not None):
        reason = _REASON_OF[one.feature]
        bits[reason] = bits.get(reason, 0.0) + one.bits
    worst = min(bits, key=lambda reason: (bits[reason], reason), default=Reason.TITLE)
    return _OPEN.get(worst, worst) if is_open else worst
