"""Rules on what tells works apart: titles, kinds, languages, people, places and years."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.differences import TitleRelation
from enrich.matching.kinds import Kind, KindRelation, hinted_kind
from enrich.matching.places import PlaceRelation, agree_in_number, compare_venues
from enrich.matching.reasons import Answer, Reason
from enrich.matching.words import meaningful, weigh_shared
from enrich.model.verdict import Status
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from enrich.matching.pair import Pair

_FEW_WORDS = 2
_MANY_WORDS = 6
_RELATED_SHARE = 0.6
"""What the titles of one work share at least when the words of half a title differ."""
_PREPRINT_YEARS = (-2, 6)
"""Years from a preprint to its article; before 0, the preprint was posted later."""


def judge_title(pair: Pair) -> Answer:
    """Other titles are other works."""
    relation = pair.titles.relation
    if relation is TitleRelation.RELATED and pair.authors.relation <= AuthorRelation.INCLUDED:
        _, share = weigh_shared(pair.left.title or "", pair.right.title or "")
        return (Status.DIFFERENT, Reason.TITLE) if share < _RELATED_SHARE else None
    return (Status.DIFFERENT, Reason.TITLE) if relation in (TitleRelation.RELATED, TitleRelation.OTHER) else None


def judge_title_parts(pair: Pair) -> Answer:
    """Parts, editions and opposites share all other words."""
    reasons = {TitleRelation.NUMBERS: Reason.NUMBERS, TitleRelation.OPPOSITE: Reason.OPPOSITE}
    reason = reasons.get(pair.titles.relation)
    return (Status.DIFFERENT, reason) if reason else None


def judge_kind(pair: Pair) -> Answer:
    """An article is not its dataset, review, erratum or component."""
    hints = [hinted_kind(side.title or "") for side in (pair.left, pair.right)]
    # "Erratum: …" against a title without such a word: whatever the other side is, it is not the erratum.
    is_hinted = hints[0] is not hints[1] and pair.kinds[0] is not pair.kinds[1]
    if pair.kind_relation is KindRelation.NEVER or is_hinted:
        return (Status.DIFFERENT, Reason.KIND)
    return None


_LANGUAGES = dict(pair.split("/") for pair in "ge/de sp/es ch/zh jp/ja po/pt du/nl cz/cs sw/sv gr/el ce/cs".split())
_NO_LANGUAGE = frozenset(("un", "mu", "zx", "mi", ""))


def _language_code(text: str | None) -> str:
    """Two letters for a language however it is named: ``de``, ``deu``, ``ger``, ``German``."""
    folded = (text or "").strip().lower()
    if folded.startswith("pol"):
        return "pl"
    return _LANGUAGES.get(folded[:2], folded[:2]) if folded[:2] not in _NO_LANGUAGE else ""


def judge_language(pair: Pair) -> Answer:
    """A translation is a work of its own."""
    mine, other = _language_code(pair.left.language), _language_code(pair.right.language)
    return (Status.DIFFERENT, Reason.LANGUAGE) if mine and other and mine != other else None


def judge_authors(pair: Pair) -> Answer:
    """Nobody in common."""
    if pair.authors.relation is AuthorRelation.NONE:
        return (Status.DIFFERENT, Reason.AUTHORS)
    return None


def judge_place(pair: Pair) -> Answer:
    """Volume and first page of one venue name one article."""
    is_agreed = pair.left.venue is not None and pair.right.venue is not None and pair.place is PlaceRelation.SAME
    if is_agreed and (pair.years_apart or 0) in (-1, 0, 1) and pair.titles.relation <= TitleRelation.REWORDED:
        return (Status.STRONG, Reason.PLACE)
    return None


def judge_place_conflict(pair: Pair) -> Answer:
    """One venue prints two articles in two places."""
    if pair.has_preprint:
        return None
    if Kind.BOOK in pair.kinds:
        if pair.place is PlaceRelation.OTHER_VOLUME or _have_other_volumes(pair):
            return (Status.DIFFERENT, Reason.VOLUME)
        return (Status.DIFFERENT, Reason.EDITION) if _have_other_extents(pair) else None
    if pair.place is PlaceRelation.OTHER_PAGES:
        return (Status.DIFFERENT, Reason.PAGES)
    if pair.place is PlaceRelation.OTHER_VOLUME:
        return (Status.DIFFERENT, Reason.VOLUME)
    return None


def _have_other_volumes(pair: Pair) -> bool:
    """Whether two books are volumes of one set; ``OTHER_PAGES`` hides it, since books differ in their extents."""
    return pair.place is PlaceRelation.OTHER_PAGES and agree_in_number(pair.left.volume, pair.right.volume) is False


def _have_other_extents(pair: Pair) -> bool:
    """Whether two books differ by more than a tenth of their pages."""
    extents = [re.findall(r"\d+", side.pages or "") for side in (pair.left, pair.right)]
    if not all(extents):
        return False
    shorter, longer = sorted(max(map(int, numbers)) for numbers in extents)
    return longer > shorter * 1.1


def judge_generic(pair: Pair) -> Answer:
    """Many works bear a generic title; only another year or place tells them apart."""
    if not pair.is_generic:
        return None
    is_apart = pair.years_apart not in (None, 0) or pair.place > PlaceRelation.COMPATIBLE
    return (Status.DIFFERENT if is_apart else Status.AMBIGUOUS, Reason.GENERIC_TITLE)


def judge_few_authors(pair: Pair) -> Answer:
    """Some people in common, but not half of them."""
    return (Status.AMBIGUOUS, Reason.FEW_AUTHORS) if pair.authors.relation is AuthorRelation.FEW else None


def judge_edition(pair: Pair) -> Answer:
    """A book of another year is another edition; within a year it may be a date of another kind."""
    is_book = Kind.BOOK in pair.kinds or Kind.STANDARD in pair.kinds
    if not is_book:
        return None
    is_undated = (pair.left.year is None) is not (pair.right.year is None)
    if is_undated and pair.kinds[0] is pair.kinds[1] and pair.titles.n_words <= _FEW_WORDS + 1:
        return None if pair.left.publisher and pair.right.publisher else (Status.AMBIGUOUS, Reason.EDITION)
    years = abs(pair.years_apart or 0)
    if not years:
        return None
    return (Status.DIFFERENT if years > 1 else Status.AMBIGUOUS, Reason.EDITION)


def judge_year(pair: Pair) -> Answer:
    """A preprint comes years before its article; anything else of other years is doubtful."""
    years = pair.years_apart
    if years is None:
        return None
    if pair.has_preprint:
        later = years if pair.kinds[0] is Kind.PREPRINT else -years
        if _PREPRINT_YEARS[0] <= later <= _PREPRINT_YEARS[1]:
            return None
        return (Status.AMBIGUOUS, Reason.YEAR)
    near, far = 1, 5
    is_series = years and (pair.titles.n_words <= _FEW_WORDS + 1 or {Kind.REPORT, Kind.DATASET} & set(pair.kinds))
    if abs(years) <= near:
        return (Status.AMBIGUOUS, Reason.YEAR) if is_series else None
    if abs(years) <= far and None in pair.kinds and pair.authors.relation <= AuthorRelation.INCLUDED:
        is_telling = pair.titles.n_words >= _MANY_WORDS - 1 and pair.authors.n_shared > 1
        return None if is_telling else (Status.AMBIGUOUS, Reason.YEAR)
    return (Status.AMBIGUOUS if abs(years) <= far else Status.DIFFERENT, Reason.YEAR)


def judge_doubtful_kind(pair: Pair) -> Answer:
    """A report or a thesis may be the article, or not."""
    return (Status.AMBIGUOUS, Reason.KIND) if pair.kind_relation is KindRelation.DOUBTFUL else None


def judge_venue(pair: Pair) -> Answer:
    """Two venues of published work: a reprint, or the journal version of a conference paper."""
    are_unlike = set(pair.kinds) == {Kind.PAPER, Kind.ARTICLE} and pair.left.venue and pair.right.venue
    is_other = pair.place is PlaceRelation.OTHER_VENUE or (are_unlike and not pair.are_venues_equal)
    if is_other and not pair.has_preprint:
        return (Status.AMBIGUOUS, Reason.VENUE)
    return None


def judge_publisher(pair: Pair) -> Answer:
    """A book of two publishers is two editions, or one under a shortened name."""
    if Kind.BOOK not in pair.kinds or not pair.left.publisher or not pair.right.publisher:
        return None
    is_same = compare_venues(pair.left.publisher, pair.right.publisher)
    sides = [set(meaningful(normalize_title(side.publisher or ""))) for side in (pair.left, pair.right)]
    return None if is_same or sides[0] & sides[1] else (Status.AMBIGUOUS, Reason.EDITION)
