"""Rules on what tells works apart: titles, kinds, languages, people, places and years."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorRelation
from enrich.matching.differences import TitleRelation
from enrich.matching.kinds import Kind, KindRelation, hinted_kind, is_review_article
from enrich.matching.places import PlaceRelation, agree_in_number
from enrich.matching.reasons import Answer, Reason
from enrich.matching.titles import have_other_subtitles, is_headed
from enrich.matching.words import weigh_shared
from enrich.model.verdict import Status
from enrich.text.titles import normalize_title, number_tokens

if TYPE_CHECKING:
    from enrich.matching.pair import Pair
    from enrich.model.record import Author

_FEW_WORDS = 2
_MANY_WORDS = 6
_RELATED_SHARE = 0.6
"""What the titles of one work share at least when the words of half a title differ."""
_ARTICLES = frozenset((Kind.ARTICLE, Kind.PAPER, Kind.CHAPTER, Kind.PREPRINT))
_SERIAL = re.compile(
    r"\b(?:reports?|yearbook|annual|year book|outlook|statistics|statistical|survey|bulletin|almanac|directory|index"
    r"|trends"
    r"|prospects|review|handbook|abstract|accounts|monitor|barometer|state of|jahrbuch|jahresbericht|annuaire"
    r"|rapport)\b"
)
"""What organizations publish year after year under one name."""
_RENEWED = re.compile(r"\b(?:version|specification|standards?|protocol|guidelines?|recommendations?|code|manual)\b")
_PREPRINT_YEARS = (-2, 6)
"""Years from a preprint to its article; before 0, the preprint was posted later."""


def judge_heading(pair: Pair) -> Answer:
    """Behind the heading of a section stands the article of that place; without one place it may be a comment on it."""
    if pair.titles.relation <= TitleRelation.REWORDED or not is_headed(pair.left.title or "", pair.right.title or ""):
        return None
    is_placed = bool(pair.left.venue and pair.right.venue) and pair.authors.relation is not AuthorRelation.NONE
    are_near = pair.years_apart in (-1, 0, 1)
    if is_placed and are_near and pair.place is PlaceRelation.SAME:
        return (Status.STRONG, Reason.PLACE)
    is_numbered = bool(number_tokens(pair.left.title or "")) and bool(number_tokens(pair.right.title or ""))
    is_volume = agree_in_number(pair.left.volume, pair.right.volume) and pair.place is PlaceRelation.COMPATIBLE
    if is_placed and is_numbered and is_volume and pair.are_venues_equal and pair.years_apart == 0:
        return (Status.STRONG, Reason.PLACE)
    return None


def judge_title(pair: Pair) -> Answer:
    """Other titles are other works."""
    relation = pair.titles.relation
    if relation is TitleRelation.REWORDED and _is_another_of_its_kind(pair):
        return (Status.DIFFERENT, Reason.TITLE)
    if relation is TitleRelation.RELATED and pair.authors.relation <= AuthorRelation.INCLUDED:
        _, share = weigh_shared(pair.left.title or "", pair.right.title or "")
        is_volume = {Kind.BOOK, Kind.REPORT} & set(pair.kinds) and have_other_subtitles(
            pair.left.title or "", pair.right.title or ""
        )
        return (Status.DIFFERENT, Reason.TITLE) if share < _RELATED_SHARE or is_volume else None
    return (Status.DIFFERENT, Reason.TITLE) if relation in (TitleRelation.RELATED, TitleRelation.OTHER) else None


def _is_another_of_its_kind(pair: Pair) -> bool:
    """Whether a word is changed in the title of a book, or years later: nobody misquotes both."""
    years = abs(pair.years_apart or 0)
    return not pair.has_preprint and (pair.kinds == (Kind.BOOK, Kind.BOOK) or years > 1)


def judge_title_parts(pair: Pair) -> Answer:
    """Parts, editions and opposites share all other words."""
    reasons = {TitleRelation.NUMBERS: Reason.NUMBERS, TitleRelation.OPPOSITE: Reason.OPPOSITE}
    reason = reasons.get(pair.titles.relation)
    is_one_place = pair.place is PlaceRelation.SAME and bool(pair.are_venues_equal)
    if is_one_place and pair.is_number_dropped:
        return None
    if pair.is_first_part_dropped and (pair.has_preprint or pair.place is PlaceRelation.SAME):
        return None
    return (Status.DIFFERENT, reason) if reason else None


def judge_kind(pair: Pair) -> Answer:
    """An article is not its dataset, review, erratum or component."""
    hints = [hinted_kind(side.title or "") for side in (pair.left, pair.right)]
    # "Erratum: …" against a title without such a word: whatever the other side is, it is not the erratum.
    is_hinted = hints[0] is not hints[1] and pair.kinds[0] is not pair.kinds[1]
    if (pair.kind_relation is KindRelation.NEVER and not _is_review_article(pair)) or is_hinted:
        return (Status.DIFFERENT, Reason.KIND)
    return None


def _is_review_article(pair: Pair) -> bool:
    """Whether one side calls a review what the other calls an article; the review of a work has other authors."""
    is_alike = pair.titles.relation <= TitleRelation.SPELLING and pair.authors.relation <= AuthorRelation.INCLUDED
    is_stated = is_review_article(pair.left) or is_review_article(pair.right)
    kinds = set(pair.kinds) - {Kind.REVIEW}
    return is_alike and is_stated and kinds <= _ARTICLES and abs(pair.years_apart or 0) <= 1


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
    most = TitleRelation.RELATED if pair.authors.relation <= AuthorRelation.INCLUDED else TitleRelation.REWORDED
    is_alike = pair.titles.relation <= most or pair.is_first_part_dropped or pair.is_number_dropped
    if is_agreed and (pair.years_apart or 0) in (-1, 0, 1) and is_alike:
        return (Status.STRONG, Reason.PLACE)
    return None


def judge_place_conflict(pair: Pair) -> Answer:
    """One venue prints two articles in two places."""
    if pair.has_preprint or (not pair.are_venues_equal and _is_report_printed(pair)):
        return None  # number and pages of a report in its series are not those of a journal
    if Kind.BOOK in pair.kinds:
        if pair.place is PlaceRelation.OTHER_VOLUME or _have_other_volumes(pair):
            return (Status.DIFFERENT, Reason.VOLUME)
        return (Status.DIFFERENT, Reason.EDITION) if _have_other_extents(pair) else None
    if pair.place >= PlaceRelation.OTHER_VOLUME and _is_printed_twice(pair):
        return (Status.AMBIGUOUS, Reason.VENUE)
    if pair.place is PlaceRelation.OTHER_PAGES:
        return (Status.DIFFERENT, Reason.PAGES)
    if pair.place is PlaceRelation.OTHER_VOLUME:
        return (Status.DIFFERENT, Reason.VOLUME)
    return None


def _is_printed_twice(pair: Pair) -> bool:
    """Whether two journals may have printed one text, as they do with guidelines and with what they honour again."""
    return (
        set(pair.kinds) == {Kind.ARTICLE}
        and pair.titles.relation is TitleRelation.EQUAL
        and pair.titles.n_words >= _MANY_WORDS
        and pair.authors.relation is AuthorRelation.SAME
        and bool(pair.left.venue and pair.right.venue)
        and not pair.are_venues_equal
    )


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
    if _is_serial(pair):
        return (Status.DIFFERENT, Reason.EDITION) if pair.years_apart else None
    if not is_book:
        return None
    is_undated = (pair.left.year is None) is not (pair.right.year is None)
    if is_undated and pair.kinds[0] is pair.kinds[1] and pair.titles.n_words <= _FEW_WORDS + 1:
        return None if pair.left.publisher and pair.right.publisher else (Status.AMBIGUOUS, Reason.EDITION)
    years = abs(pair.years_apart or 0)
    if not years:
        return None
    return (Status.DIFFERENT if years > 1 else Status.AMBIGUOUS, Reason.EDITION)


def _is_serial(pair: Pair) -> bool:
    """Whether both are reports under a name that comes again: each year, or as the next version of a standard."""
    are_reports = all(kind in (Kind.REPORT, Kind.BOOK, None) for kind in pair.kinds)
    is_report = Kind.REPORT in pair.kinds
    titles = [normalize_title(side.title or "") for side in (pair.left, pair.right)]
    are_corporate = all(side.authors and all(map(_is_corporate, side.authors)) for side in (pair.left, pair.right))
    is_serial = are_corporate and all(map(_SERIAL.search, titles))
    is_renewed = all(map(_RENEWED.search, titles)) and abs(pair.years_apart or 0) > 1
    return are_reports and (is_serial or (is_report and is_renewed))


def _is_corporate(author: Author) -> bool:
    """Whether an author is an organization, if only by its initials: ``UNDP``."""
    longest = 6
    is_acronym = author.name.isupper() and author.name.isalpha() and len(author.name) <= longest
    return author.is_organization or is_acronym


def judge_year(pair: Pair) -> Answer:
    """A preprint comes years before its article; anything else of other years is doubtful."""
    years = pair.years_apart
    if years is None:
        return None
    if pair.has_preprint:
        later = years if pair.are_preprints[0] else -years
        if _PREPRINT_YEARS[0] <= later <= _PREPRINT_YEARS[1]:
            return None
        return (Status.AMBIGUOUS, Reason.YEAR)
    if _is_report_printed(pair):
        return None
    if _is_another_place(pair, abs(years)):
        return (Status.DIFFERENT, Reason.YEAR)
    near, far = 1, 5
    is_series = years and (pair.titles.n_words <= _FEW_WORDS + 1 or {Kind.REPORT, Kind.DATASET} & set(pair.kinds))
    if abs(years) <= near:
        return (Status.AMBIGUOUS, Reason.YEAR) if is_series else None
    if abs(years) <= far and None in pair.kinds and pair.authors.relation <= AuthorRelation.INCLUDED:
        is_telling = pair.titles.n_words >= _MANY_WORDS - 1 and pair.authors.n_shared > 1
        return None if is_telling else (Status.AMBIGUOUS, Reason.YEAR)
    return (Status.AMBIGUOUS if abs(years) <= far else Status.DIFFERENT, Reason.YEAR)


def _is_another_place(pair: Pair, years: int) -> bool:
    """Whether others, if in part, wrote in another journal in another year: a serial report, or a title used again."""
    are_published = set(pair.kinds) <= {Kind.ARTICLE, Kind.REVIEW, Kind.PAPER, Kind.CHAPTER}
    least = {AuthorRelation.INCLUDED: 3, AuthorRelation.OVERLAPPING: 2, AuthorRelation.FEW: 2}
    is_later = years >= least.get(pair.authors.relation, 100)
    return is_later and are_published and not _has_more_authors(pair) and pair.are_venues_equal is False


def _has_more_authors(pair: Pair) -> bool:
    return pair.left.has_more_authors or pair.right.has_more_authors


def judge_doubtful_kind(pair: Pair) -> Answer:
    """A report or a thesis may be the article, or not."""
    if pair.kind_relation is not KindRelation.DOUBTFUL or _is_thesis_deposited(pair):
        return None
    if Kind.REPORT in pair.kinds and _is_report_printed(pair):
        return None
    if set(pair.kinds) == {Kind.REPORT, Kind.BOOK} and pair.are_publishers_equal and pair.years_apart == 0:
        return None
    return (Status.AMBIGUOUS, Reason.KIND)


def _is_report_printed(pair: Pair) -> bool:
    """Whether people printed their technical report elsewhere: in its year, or under a telling title in the next."""
    if Kind.REPORT not in pair.kinds or not set(pair.kinds) & _ARTICLES or pair.years_apart is None:
        return False
    least_words, most_years = 4, 3
    later = pair.years_apart if pair.kinds[0] is Kind.REPORT else -pair.years_apart
    titles = [normalize_title(side.title or "") for side in (pair.left, pair.right)]
    is_renewed = any(_SERIAL.search(title) or _RENEWED.search(title) for title in titles)
    is_telling = pair.titles.n_words >= least_words and not is_renewed and not any(map(number_tokens, titles))
    return (
        pair.titles.relation <= TitleRelation.SPELLING
        and pair.authors.relation is AuthorRelation.SAME
        and pair.authors.n_shared > 1
        and (later == 0 or (0 < later <= most_years and is_telling))
    )


def _is_thesis_deposited(pair: Pair) -> bool:
    """Whether a preprint server holds a thesis: its sole author, its title, its year."""
    return (
        set(pair.kinds) == {Kind.THESIS, Kind.PREPRINT}
        and pair.titles.relation <= TitleRelation.SPELLING
        and pair.authors.relation is AuthorRelation.SAME
        and pair.authors.n_shared == 1
        and pair.years_apart in (-1, 0, 1)
    )


def judge_venue(pair: Pair) -> Answer:
    """Two venues of published work: a reprint, or the journal version of a conference paper."""
    are_unlike = set(pair.kinds) == {Kind.PAPER, Kind.ARTICLE} and pair.left.venue and pair.right.venue
    is_other = pair.place is PlaceRelation.OTHER_VENUE or (are_unlike and not pair.are_venues_equal)
    is_printed = _is_one_printing(pair) or (_is_report_printed(pair) and not pair.are_venues_equal)
    if is_other and not pair.has_preprint and not is_printed:
        return (Status.AMBIGUOUS, Reason.VENUE)
    return None


def _is_one_printing(pair: Pair) -> bool:
    """Whether pages from first to last, title, people and year agree: proceedings, and the series that holds them."""
    extents = [re.findall(r"\d+", side.pages or "") for side in (pair.left, pair.right)]
    is_one_extent = extents[0] == extents[1] and len(extents[0]) == len(("first", "last")) and extents[0][0] != "1"
    are_volumes_unlike = agree_in_number(pair.left.volume, pair.right.volume) is False
    return (
        is_one_extent
        and not are_volumes_unlike
        and bool({Kind.PAPER, Kind.CHAPTER} & set(pair.kinds))
        and pair.titles.relation <= TitleRelation.SPELLING
        and pair.authors.relation is AuthorRelation.SAME
        and pair.years_apart == 0
    )


def judge_publisher(pair: Pair) -> Answer:
    """A book of two publishers is two editions, or one under a shortened name."""
    is_other = Kind.BOOK in pair.kinds and pair.are_publishers_equal is False
    return (Status.AMBIGUOUS, Reason.EDITION) if is_other else None
