"""The verdict on two descriptions: one table of rules, read top to bottom; the first that speaks decides.

How often each (status, reason) fires on ``tests/labelled/pairs.csv`` stands at the end of ``docs/identity.md`` and is
compared with the data by a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorComparison, AuthorRelation, compare_authors
from enrich.matching.kinds import Kind, KindRelation, compare_kinds, is_component_of, is_preprint_doi, kind_of
from enrich.matching.places import PlaceRelation, compare_places, compare_venues
from enrich.matching.titles import TitleComparison, TitleRelation, compare_titles
from enrich.matching.words import meaningful, weigh_shared
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.verdict import Status, Verdict
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.matching.description import Description


class Reason(StrEnum):
    """Why a verdict is what it is."""

    IDENTIFIER = "identifier"
    """The same identifier, and the titles do not contradict it."""
    IDENTIFIER_OF_ANOTHER = "identifier_of_another"
    """The same identifier, but the title is plainly another work's."""
    RENAMED = "renamed"
    """The same identifier, and the titles share what a renamed version keeps."""
    DOI_VERSION = "doi_version"
    """DOIs of two versions in one repository."""
    NO_TITLE = "no_title"
    TITLE = "title"
    """Other titles."""
    NUMBERS = "numbers"
    """Numbers, parts, volumes, editions or years in the titles differ."""
    OPPOSITE = "opposite"
    """A word of one title stands against its opposite in the other."""
    KIND = "kind"
    """Kinds that never are the same: an article and its dataset, review, erratum, component …"""
    COMPONENT = "component"
    """One DOI is a part of the other."""
    LANGUAGE = "language"
    """Translations."""
    IDENTIFIER_CONFLICT = "identifier_conflict"
    """Each has its own identifier in one scheme."""
    AUTHORS = "authors"
    """Nobody in common."""
    FEW_AUTHORS = "few_authors"
    """Too few in common."""
    GENERIC_TITLE = "generic_title"
    """Editorial, introduction, index: such titles name many works."""
    SHORT_TITLE = "short_title"
    """Too short to tell works apart by."""
    PLACE = "place"
    """Volume and first page."""
    PAGES = "pages"
    VOLUME = "volume"
    VENUE = "venue"
    YEAR = "year"
    """Too many years apart."""
    EDITION = "edition"
    """A book of another year."""
    PREPRINT = "preprint"
    """A preprint and its article."""
    TITLE_AND_AUTHORS = "title_and_authors"
    TITLE_AND_YEAR = "title_and_year"
    TITLE_VARIANT = "title_variant"
    """Spelling, order, abbreviation, subtitle; the authors agree."""
    TITLE_REWORDED = "title_reworded"
    """A word or two are other words; everything else agrees."""
    TITLE_ALONE = "title_alone"
    """The titles agree, and nothing else is known."""
    TITLE_UNCERTAIN = "title_uncertain"
    """The titles are related, and nothing decides."""
    SEVERAL_WORKS = "several_works"
    """Several works answer the description."""
    NO_CANDIDATE = "no_candidate"


_GENERIC_HEADS = (
    r"editorials?|editor s?|editors?|introduction|introductory|preface|foreword|prologue|epilogue|afterword",
    r"index|indices|contents|table of contents|contributors|list of \w+(?: \w+)?|notes?|news|announcements?",
    r"obituary|obituaries|in memoriam|letters?|letter to the editors?|correspondence|book reviews?|reviews?",
    r"reviewers?|books|books received|erratum|errata|corrigendum|correction|reply|response|comments?",
    r"commentary|discussion|rejoinder|abstracts?|summary|conclusions?|bibliography|references",
    r"acknowledge?ments?|appendix|supplement|supporting information",
    r"supplementary (?:materials?|information|data|file)|front ?matter|back ?matter|cover|masthead|title page",
    r"copyright|dedication|glossary|abbreviations|errors|calendar|events|meetings?|call for papers",
    r"author index|subject index|methods|results|background|overview|perspectives?|interview|miscellanea",
    r"miscellaneous|poems?|untitled|no title|title|test|annual report|president s (?:message|address|page)",
    r"proceedings|program(?:me)?|about (?:the|this) \w+|reviews? of books?|research highlights?|in brief",
    r"in this issue|news and views|news in brief|letter from the \w+|minutes|obituary notices?|book notes?",
    r"highlights|briefs?|forum|viewpoint|opinion|symposium|workshop|tutorial|vorwort|einleitung|inhalt",
    r"inhaltsverzeichnis|rezensionen|avant propos|sommaire|pr[eé]face|введение|предисловие|目录|前言",
)
_GENERIC = re.compile(
    r"(?:(?:the|an?|some|general|brief|short|from the|guest|invited|special issue|opening|closing|concluding|final"
    rf"|editorial) )*(?:{'|'.join(_GENERIC_HEADS)})"
    r"(?: (?:to|of|from|by|for) the (?:editors?|special issue|issue|volume|book|second edition|series|authors?"
    r"|president|section))?(?: (?:and|to) (?:editorials?|index|introduction|preface|notes?|comments?|contents"
    r"|overview))*"
    r"(?: \d+| [ivx]+)*"
)
_VERSIONED_DOI = re.compile(r"(?:[./]v\d+|(?<=10\.12688/\w{12})\.\d+)$")
_REGISTRANT = re.compile(r"10\.\d{4,9}")
_FEW_WORDS, _MANY_WORDS = 2, 6
_LONG_TITLE = 12
_TELLING_WEIGHT, _TELLING_SHARE = 15, 0.45
"""What titles of one renamed work share: measured on the renamed works of two lists, and on wrong links within them."""
_RELATED_SHARE = 0.6
_PREPRINT_YEARS = (-2, 6)


def is_generic(title: str) -> bool:
    """Whether many works bear the title.

    >>> [is_generic(title) for title in ("Guest Editorial", "Note from the Editor", "Introduction to Knots")]
    [True, True, False]
    """
    return bool(_GENERIC.fullmatch(normalize_title(title)))


def is_short(title: str) -> bool:
    """Whether a title is too short to stand alone.

    >>> is_short("Deep Learning"), is_short("Wasserstein GAN"), is_short("神经常微分方程")
    (False, False, False)
    """
    normalized = normalize_title(title)
    if not normalized.isascii():
        return len(normalized) < _FEW_WORDS + 2
    return len(normalized.split()) < _FEW_WORDS or len(normalized) < _LONG_TITLE


@dataclass(frozen=True)
class Pair:
    """Two descriptions and their comparisons, each made once, when a rule asks for it."""

    left: Description
    right: Description

    @cached_property
    def titles(self) -> TitleComparison:
        """The closest of the titles that the two sides bear."""
        mine = [title for title in (self.left.title, *self.left.other_titles) if title]
        other = [title for title in (self.right.title, *self.right.other_titles) if title]
        found = [compare_titles(one, another) for one in mine for another in other]
        return min(found, key=lambda each: each.relation)

    @cached_property
    def authors(self) -> AuthorComparison:
        """The comparison of the authors."""
        return compare_authors(self.left, self.right)

    @cached_property
    def place(self) -> PlaceRelation:
        """The comparison of venue, volume, issue and pages."""
        return compare_places(self.left, self.right)

    @cached_property
    def kinds(self) -> tuple[Kind | None, Kind | None]:
        """The kind of each side."""
        return kind_of(self.left), kind_of(self.right)

    @cached_property
    def kind_relation(self) -> KindRelation:
        """Whether the two kinds can be one work."""
        return compare_kinds(*self.kinds)

    @cached_property
    def shared_identifiers(self) -> frozenset[Identifier]:
        """Identifiers on both sides."""
        return self.left.identifiers & self.right.identifiers

    @property
    def years_apart(self) -> int | None:
        """Right year minus left year."""
        if self.left.year is None or self.right.year is None:
            return None
        return self.right.year - self.left.year

    @cached_property
    def has_preprint(self) -> bool:
        """Whether exactly one side is a preprint."""
        return (self.kinds[0] is Kind.PREPRINT) is not (self.kinds[1] is Kind.PREPRINT)

    @cached_property
    def is_generic(self) -> bool:
        """Whether one of the titles names many works."""
        return any(is_generic(side.title or "") for side in (self.left, self.right))

    @cached_property
    def is_short(self) -> bool:
        """Whether the shorter title is too short to stand alone."""
        return min((is_short(side.title or "") for side in (self.left, self.right)), key=lambda short: not short)

    def values(self, scheme: Scheme) -> tuple[set[str], set[str]]:
        """Values of one scheme on each side."""
        return (
            {known.value for known in self.left.identifiers if known.scheme is scheme},
            {known.value for known in self.right.identifiers if known.scheme is scheme},
        )

    def detail(self) -> dict[str, object]:
        """The values that the rules compared before one of them spoke, feature by feature."""
        detail: dict[str, object] = {}
        if "titles" in self.__dict__:
            titles = self.titles
            detail["titles"] = {
                "relation": titles.relation.name.lower(),
                "similarity": round(titles.similarity, 1),
                "differences": [list(pair) for pair in titles.differences],
            }
        if "authors" in self.__dict__:
            authors = self.authors
            detail["authors"] = {
                "relation": authors.relation.name.lower(),
                "shared": authors.n_shared,
                "only": [list(side) for side in authors.unmatched],
            }
        for name in ("year", "type", "venue", "volume", "issue", "pages", "publisher", "language"):
            values = getattr(self.left, name), getattr(self.right, name)
            if None not in values:
                detail[name] = list(values)
        if self.left.identifiers or self.right.identifiers:
            detail["identifiers"] = [sorted(map(str, side.identifiers)) for side in (self.left, self.right)]
        return detail


Answer = tuple[Status, Reason] | None


def _no_title(pair: Pair) -> Answer:
    if pair.left.title and pair.right.title and normalize_title(pair.left.title) and normalize_title(pair.right.title):
        return None
    return (Status.STRONG, Reason.IDENTIFIER) if pair.shared_identifiers else (Status.AMBIGUOUS, Reason.NO_TITLE)


def _identifier(pair: Pair) -> Answer:
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


def _title(pair: Pair) -> Answer:
    relation = pair.titles.relation
    if relation is TitleRelation.RELATED and pair.authors.relation <= AuthorRelation.INCLUDED:
        _, share = weigh_shared(pair.left.title or "", pair.right.title or "")
        return (Status.DIFFERENT, Reason.TITLE) if share < _RELATED_SHARE else None
    return (Status.DIFFERENT, Reason.TITLE) if relation in (TitleRelation.RELATED, TitleRelation.OTHER) else None


def _title_parts(pair: Pair) -> Answer:
    reasons = {TitleRelation.NUMBERS: Reason.NUMBERS, TitleRelation.OPPOSITE: Reason.OPPOSITE}
    reason = reasons.get(pair.titles.relation)
    return (Status.DIFFERENT, reason) if reason else None


def _component(pair: Pair) -> Answer:
    mine, other = pair.values(Scheme.DOI)
    if any(is_component_of(one, another) for one in mine for another in other if not _is_version(one, another)):
        return (Status.DIFFERENT, Reason.COMPONENT)
    return None


def _kind(pair: Pair) -> Answer:
    return (Status.DIFFERENT, Reason.KIND) if pair.kind_relation is KindRelation.NEVER else None


def _language(pair: Pair) -> Answer:
    mine, other = ((side.language or "").strip().lower()[:2] for side in (pair.left, pair.right))
    return (Status.DIFFERENT, Reason.LANGUAGE) if mine and other and mine != other else None


def _authors(pair: Pair) -> Answer:
    if pair.authors.relation is AuthorRelation.NONE:
        return (Status.DIFFERENT, Reason.AUTHORS)
    return None


def _is_version(left: str, right: str) -> bool:
    return left != right and _VERSIONED_DOI.sub("", left) == _VERSIONED_DOI.sub("", right)


def _identifier_conflict(pair: Pair) -> Answer:
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
    is_venue_agreed = pair.left.venue and pair.right.venue and compare_venues(pair.left.venue, pair.right.venue)
    registrants = [{_registrant(doi) for doi in side} for side in (mine, other)]
    if registrants[0] & registrants[1] or pair.place > PlaceRelation.COMPATIBLE:
        return (Status.DIFFERENT, Reason.IDENTIFIER_CONFLICT)
    if is_venue_agreed and pair.years_apart == 0 and pair.authors.relation <= AuthorRelation.INCLUDED:
        return None  # two registrants of one journal, such as the publisher and JSTOR
    return (Status.AMBIGUOUS, Reason.IDENTIFIER_CONFLICT)


def _registrant(doi: str) -> str:
    match = _REGISTRANT.match(doi)
    return match[0] if match else doi


def _place(pair: Pair) -> Answer:
    """Volume and first page of one venue name one article."""
    is_agreed = pair.left.venue is not None and pair.right.venue is not None and pair.place is PlaceRelation.SAME
    if is_agreed and (pair.years_apart or 0) in (-1, 0, 1) and pair.titles.relation <= TitleRelation.REWORDED:
        return (Status.STRONG, Reason.PLACE)
    return None


def _place_conflict(pair: Pair) -> Answer:
    if pair.has_preprint:
        return None
    if Kind.BOOK in pair.kinds:
        return (Status.DIFFERENT, Reason.EDITION) if _have_other_extents(pair) else None
    if pair.place is PlaceRelation.OTHER_PAGES:
        return (Status.DIFFERENT, Reason.PAGES)
    if pair.place is PlaceRelation.OTHER_VOLUME:
        return (Status.DIFFERENT, Reason.VOLUME)
    return None


def _have_other_extents(pair: Pair) -> bool:
    """Whether two books differ by more than a tenth of their pages."""
    extents = [re.findall(r"\d+", side.pages or "") for side in (pair.left, pair.right)]
    if not all(extents):
        return False
    shorter, longer = sorted(max(map(int, numbers)) for numbers in extents)
    return longer > shorter * 1.1


def _generic(pair: Pair) -> Answer:
    if not pair.is_generic:
        return None
    is_apart = pair.years_apart not in (None, 0) or pair.place > PlaceRelation.COMPATIBLE
    return (Status.DIFFERENT if is_apart else Status.AMBIGUOUS, Reason.GENERIC_TITLE)


def _few_authors(pair: Pair) -> Answer:
    return (Status.AMBIGUOUS, Reason.FEW_AUTHORS) if pair.authors.relation is AuthorRelation.FEW else None


def _edition(pair: Pair) -> Answer:
    """A book of another year is another edition; within a year it may be a date of another kind."""
    is_book = Kind.BOOK in pair.kinds or Kind.STANDARD in pair.kinds
    years = abs(pair.years_apart or 0)
    if not is_book or not years:
        return None
    return (Status.DIFFERENT if years > 1 else Status.AMBIGUOUS, Reason.EDITION)


def _year(pair: Pair) -> Answer:
    years = pair.years_apart
    if years is None:
        return None
    if pair.has_preprint:
        later = years if pair.kinds[0] is Kind.PREPRINT else -years
        if _PREPRINT_YEARS[0] <= later <= _PREPRINT_YEARS[1]:
            return None
        return (Status.AMBIGUOUS, Reason.YEAR)
    near, far = 1, 5
    if abs(years) <= near:
        return None
    if abs(years) <= far and None in pair.kinds and pair.authors.relation <= AuthorRelation.INCLUDED:
        is_telling = pair.titles.n_words >= _MANY_WORDS and pair.authors.n_shared > 1
        return None if is_telling else (Status.AMBIGUOUS, Reason.YEAR)
    return (Status.AMBIGUOUS if abs(years) <= far else Status.DIFFERENT, Reason.YEAR)


def _doubtful_kind(pair: Pair) -> Answer:
    return (Status.AMBIGUOUS, Reason.KIND) if pair.kind_relation is KindRelation.DOUBTFUL else None


def _venue(pair: Pair) -> Answer:
    """Two venues of published work: a reprint, or the journal version of a conference paper."""
    if pair.place is PlaceRelation.OTHER_VENUE and not pair.has_preprint:
        return (Status.AMBIGUOUS, Reason.VENUE)
    return None


def _publisher(pair: Pair) -> Answer:
    if Kind.BOOK not in pair.kinds or not pair.left.publisher or not pair.right.publisher:
        return None
    is_same = compare_venues(pair.left.publisher, pair.right.publisher)
    sides = [set(meaningful(normalize_title(side.publisher or ""))) for side in (pair.left, pair.right)]
    return None if is_same or sides[0] & sides[1] else (Status.AMBIGUOUS, Reason.EDITION)


def _short_title(pair: Pair) -> Answer:
    """A short title needs two authors, or one in full and the year."""
    if not pair.is_short or pair.authors.relation > AuthorRelation.OVERLAPPING:
        return (Status.AMBIGUOUS, Reason.SHORT_TITLE) if pair.is_short else None
    is_sure = pair.authors.n_shared > 1 or (pair.authors.n_full and pair.years_apart is not None)
    return None if is_sure else (Status.AMBIGUOUS, Reason.SHORT_TITLE)


def _agreement(pair: Pair) -> Answer:
    relation, authors = pair.titles.relation, pair.authors.relation
    if authors is AuthorRelation.UNKNOWN:
        return _agreement_without_authors(pair)
    if relation is TitleRelation.EQUAL:
        if pair.has_preprint:
            return (Status.STRONG, Reason.PREPRINT)
        is_exact = authors is AuthorRelation.SAME and pair.years_apart == 0
        return (Status.EXACT if is_exact else Status.STRONG, Reason.TITLE_AND_AUTHORS)
    if relation <= TitleRelation.SUBTITLE:
        is_enough = relation < TitleRelation.SUBTITLE or pair.titles.n_words > 1 or pair.authors.n_shared > 1
        return (Status.STRONG if is_enough else Status.AMBIGUOUS, Reason.TITLE_VARIANT)
    if relation <= TitleRelation.REWORDED:
        return _agreement_in_all_else(pair)
    return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)


def _agreement_in_all_else(pair: Pair) -> Answer:
    """Other words in the title of the same people in the same year: a rewording unless anything speaks against it."""
    is_extended = pair.titles.relation is TitleRelation.EXTENDED
    near = (-1, 0, 1) if is_extended or pair.has_preprint else (0,)
    is_same = (
        pair.authors.relation is AuthorRelation.SAME
        and pair.authors.n_shared > 1
        and (pair.years_apart is None or pair.years_apart in near)
        and pair.place <= PlaceRelation.COMPATIBLE
        and pair.titles.n_words > _FEW_WORDS
    )
    reason = Reason.TITLE_VARIANT if is_extended else Reason.TITLE_REWORDED
    return (Status.STRONG, reason) if is_same else (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)


def _agreement_without_authors(pair: Pair) -> Answer:
    relation = pair.titles.relation
    if relation > TitleRelation.SUBTITLE:
        return (Status.AMBIGUOUS, Reason.TITLE_UNCERTAIN)
    least = _MANY_WORDS - 2 if pair.years_apart == 0 else _MANY_WORDS
    if pair.titles.n_words >= least and relation <= TitleRelation.SPELLING and pair.years_apart is not None:
        return (Status.STRONG, Reason.TITLE_AND_YEAR)
    return (Status.WEAK, Reason.TITLE_ALONE)


POLICY: tuple[Callable[[Pair], Answer], ...] = (
    _no_title,
    _identifier,
    _title,
    _title_parts,
    _component,
    _kind,
    _language,
    _authors,
    _identifier_conflict,
    _place,
    _place_conflict,
    _generic,
    _few_authors,
    _edition,
    _year,
    _doubtful_kind,
    _venue,
    _publisher,
    _short_title,
    _agreement,
)
"""The rules in order; the last one always speaks."""


def verify(left: Description, right: Description) -> Verdict:
    """Return whether two descriptions name the same work, and why.

    >>> from enrich.matching.description import describe_fields
    >>> left = describe_fields({"title": "Topology, Part I", "authors": ["A. Hatcher"], "year": 1999})
    >>> right = describe_fields({"title": "Topology, Part II", "authors": ["Allen Hatcher"], "year": 1999})
    >>> str(verify(left, right).status), str(verify(left, right).reason)
    ('different', 'numbers')
    """
    pair = Pair(left, right)
    for rule in POLICY:
        answer = rule(pair)
        if answer:
            return Verdict(answer[0], answer[1], pair.detail())
    raise AssertionError("the last rule always speaks")
