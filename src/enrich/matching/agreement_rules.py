"""Rules on what is left when nothing speaks against two descriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.differences import TitleRelation
from enrich.matching.kinds import Kind
from enrich.matching.places import PlaceRelation
from enrich.matching.reasons import Answer, Reason
from enrich.matching.titles import is_cut
from enrich.matching.words import FUNCTION_WORDS
from enrich.model.verdict import Status
from enrich.text.titles import normalize_title, number_tokens, split_subtitle

if TYPE_CHECKING:
    from enrich.matching.pair import Pair

_FEW_WORDS = 2
_MANY_WORDS = 6
_ALIKE = 88
_COLLECTED = re.compile(
    r"^(?:the )?(?:collected|selected|complete|early|new|last|principles|elements|foundations|introduction"
    r"|fundamentals|handbook"
    r"|history|theory|essays|lectures|letters|poems|works|plays|stories|studies|readings|topics|problems|a guide)\b"
)
"""How titles begin that many books bear."""
_NAME = re.compile(r"(?=\w*\d|\w*[A-Z]\w*[A-Z]|[a-z]+[A-Z])[^\W\d_]\w{3,}")
"""A name of letters with digits or capitals among them: ``Minimap2``, ``DeepWalk``."""
_SCOPE = re.compile(r"(?:up to|beyond|near|outside|below|above|without|under|despite|except|even) .*")
"""Words behind a title that widen or narrow what a sequel proves."""
_ANTHOLOGY = re.compile(
    r"(?:the )?(?:collected|selected|complete) (?:papers|works|writings|essays|poems|letters|lectures|stories|plays)"
)


def judge_short_title(pair: Pair) -> Answer:
    """A short title needs two authors, or one in full and the year."""
    if not pair.is_short or pair.authors.relation > AuthorRelation.OVERLAPPING:
        return (Status.AMBIGUOUS, Reason.SHORT_TITLE) if pair.is_short else None
    is_sure = pair.authors.n_shared > 1 or (pair.authors.n_full and pair.years_apart is not None)
    is_sure = is_sure or (pair.years_apart == 0 and bool(pair.are_publishers_equal or pair.are_venues_equal))
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
    if _is_phrase_dropped(pair) or _is_name_kept(pair):
        return (Status.STRONG, Reason.TITLE_VARIANT)
    if pair.has_preprint and pair.is_first_part_dropped and authors is AuthorRelation.SAME:
        return (Status.STRONG, Reason.PREPRINT)
    return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)


def _is_name_kept(pair: Pair) -> bool:
    """Whether a made-up name stands before both subtitles, and the article's has one plain word more or less."""
    names, subtitles = zip(*(split_subtitle(side.title or "") for side in (pair.left, pair.right)), strict=True)
    differences = pair.titles.differences
    added = "".join(differences[0]) if len(differences) == 1 and "" in differences[0] else ""
    least_words, most_years = 5, 1
    return (
        pair.has_preprint
        and not all(pair.are_preprints)
        and names[0] == names[1]
        and all(subtitles)
        and bool(_NAME.fullmatch(names[0]))
        and added.isalpha()
        and pair.titles.n_words >= least_words
        and pair.authors.relation is AuthorRelation.SAME
        and pair.years_apart is not None
        and abs(pair.years_apart) <= most_years
    )


def _is_phrase_dropped(pair: Pair) -> bool:
    """Whether a citation leaves out some words such as ``of data``; a lone adjective more would be another work's."""
    most_words, alike = 3, 85
    if len(pair.titles.differences) != 1 or "" not in pair.titles.differences[0]:
        return False
    words = "".join(pair.titles.differences[0]).split()
    is_phrase = words[0] in FUNCTION_WORDS and len(words) <= most_words and not number_tokens(" ".join(words))
    return (
        is_phrase
        and pair.titles.similarity >= alike
        and pair.titles.n_words >= _MANY_WORDS
        and pair.authors.relation is AuthorRelation.SAME
        and pair.years_apart == 0
        and bool(pair.are_venues_equal)
    )


def _agreement_in_all_else(pair: Pair) -> Answer:
    """Other words in the title of the same people in the same year: a rewording unless anything speaks against it."""
    is_extended = pair.titles.relation is TitleRelation.EXTENDED
    if is_extended and _is_book_cut(pair):
        return (Status.STRONG, Reason.TITLE_VARIANT)
    if is_extended and _SCOPE.fullmatch("".join(pair.titles.differences[0])):
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    if is_extended and not pair.has_preprint and not pair.are_venues_equal:
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    most_years = 3 if is_extended else 1 if pair.has_preprint else 0
    is_same = (
        pair.authors.relation is AuthorRelation.SAME
        and pair.authors.n_shared > (_n_doubtful(pair) if is_extended else 2)
        and Kind.BOOK not in pair.kinds
        and (pair.years_apart is None or abs(pair.years_apart) <= most_years)
        and (pair.has_preprint or pair.place <= PlaceRelation.COMPATIBLE)
        and pair.titles.n_words > _FEW_WORDS
        and (is_extended or bool(pair.are_venues_equal) or (pair.has_preprint and pair.is_rewording_slight))
    )
    reason = Reason.TITLE_VARIANT if is_extended else Reason.TITLE_REWORDED
    return (Status.STRONG, reason) if is_same else (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)


def _n_doubtful(pair: Pair) -> int:
    """Authors that do not suffice for a longer title: none in the same year where ``…, and`` adds a second subject."""
    is_second = pair.has_preprint and pair.years_apart == 0 and pair.titles.n_words >= _MANY_WORDS
    added = "".join(pair.titles.differences[0])
    is_cut_there = is_cut(pair.left.title or "", pair.right.title or "")
    return 0 if is_second and is_cut_there and added.startswith("and ") else 1


def _is_book_cut(pair: Pair) -> bool:
    """Whether one title of a book ends at the other's comma or parenthesis: a subtitle, or a series."""
    return (
        pair.kinds == (Kind.BOOK, Kind.BOOK)
        and pair.authors.relation is AuthorRelation.SAME
        and pair.years_apart == 0
        and is_cut(pair.left.title or "", pair.right.title or "")
    )


def judge_collected(pair: Pair) -> Answer:
    """``Collected papers`` of a common name may be anybody's where a side says neither year nor publisher."""
    is_common = any(_ANTHOLOGY.fullmatch(normalize_title(side.title or "")) for side in (pair.left, pair.right))
    is_told = pair.years_apart is not None or pair.are_publishers_equal
    return (Status.AMBIGUOUS, Reason.GENERIC_TITLE) if is_common and not is_told else None


def _agreement_without_authors(pair: Pair) -> Answer:
    relation = pair.titles.relation
    is_led = relation is TitleRelation.EXTENDED and pair.has_preprint and pair.titles.similarity >= _ALIKE
    if relation > TitleRelation.SUBTITLE and not is_led:
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    if pair.left.authors and pair.right.authors:
        is_alike = relation <= TitleRelation.SPELLING or is_led or pair.are_publishers_equal
        is_telling = is_alike and pair.titles.n_words >= _MANY_WORDS and pair.years_apart == 0
        return (Status.STRONG, Reason.TITLE_AND_YEAR) if is_telling else (Status.AMBIGUOUS, Reason.FEW_AUTHORS)
    if _is_one_edition(pair):
        return (Status.STRONG, Reason.TITLE_AND_YEAR)
    least = _MANY_WORDS - 2 if pair.years_apart == 0 and pair.are_venues_equal else _MANY_WORDS
    # Without any name the year has to tell a title from its like of the year before.
    is_dated = pair.years_apart == 0 or bool(pair.years_apart is not None and (pair.left.authors or pair.right.authors))
    if pair.titles.n_words >= least and relation <= TitleRelation.SPELLING and is_dated:
        return (Status.STRONG, Reason.TITLE_AND_YEAR)
    return (Status.WEAK, Reason.TITLE_ALONE)


def _is_one_edition(pair: Pair) -> bool:
    """Whether title, year and publisher agree where a side names no author; ``Selected poems`` may be anybody's."""
    is_common = any(_COLLECTED.search(normalize_title(side.title or "")) for side in (pair.left, pair.right))
    is_telling = pair.titles.n_words > _FEW_WORDS and not is_common
    is_equal = pair.titles.relation <= TitleRelation.SPELLING and pair.years_apart == 0
    return is_telling and is_equal and bool(pair.are_publishers_equal)
