"""A pair of descriptions as named features: numbers that say how its sides agree, nan where nothing is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein

from enrich.matching.authors import AuthorComparison, AuthorRelation, compare_authors
from enrich.matching.generic import comes_again, is_generic
from enrich.matching.kinds import Genre, stated_kind
from enrich.matching.peers import NO_RIVAL
from enrich.matching.places import agree_in_number, agree_in_pages
from enrich.matching.shared_identifiers import IdentifierRelation, compare_identifiers
from enrich.matching.title_differences import TitleComparison, TitleRelation, compare_titles
from enrich.matching.word_bits import FUNCTION_WORDS, weigh
from enrich.text.title_forms import fold, normalize_title
from enrich.text.venue_matches import compare_venues

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from enrich.matching.description import Description
    from enrich.matching.peers import Peers


@dataclass(frozen=True)
class Pair:
    """Two descriptions and their comparisons, each made once, when somebody asks for it."""

    left: Description
    right: Description
    peers: Peers | None = None
    """The pairs that are judged together with this one."""

    @cached_property
    def n_years(self) -> int:
        """In how many years the peers hold a title of the pair."""
        if self.peers is None:
            return 1
        return max(self.peers.count_years(side.title or "") for side in (self.left, self.right))

    @property
    def is_titled(self) -> bool:
        """Whether both sides have a title with letters or digits."""
        return all(self.words)

    @cached_property
    def words(self) -> tuple[list[str], list[str]]:
        """The words of each title in normal form."""
        return normalize_title(self.left.title or "").split(), normalize_title(self.right.title or "").split()

    @cached_property
    def names(self) -> tuple[str, str]:
        """The names of each side's authors in normal form, one behind the other."""
        left, right = (fold(" ".join([one.name for one in side.authors])) for side in (self.left, self.right))
        return left, right

    @cached_property
    def surnames(self) -> tuple[str, str]:
        """The surnames of each side's authors in normal form, one behind the other."""
        left, right = (
            fold(" ".join([one.family or one.name for one in side.authors])) for side in (self.left, self.right)
        )
        return left, right

    @cached_property
    def is_generic(self) -> bool:
        """Whether a side has a title that many works bear."""
        return comes_again(self.n_years) or any(is_generic(side.title or "") for side in (self.left, self.right))

    @cached_property
    def titles(self) -> TitleComparison:
        """The closest of the titles that the two sides bear."""
        sides = [[title for title in (side.title, *side.other_titles) if title] for side in (self.left, self.right)]
        found = [compare_titles(*self._without_names(one, another)) for one in sides[0] for another in sides[1]]
        return max(found, key=lambda each: (each.relation is TitleRelation.EQUAL, each.share, each.similarity))

    @cached_property
    def words_of_names(self) -> tuple[set[str], set[str]]:
        """Words of the names of each side."""
        return set(self.names[0].split()), set(self.names[1].split())

    def _without_names(self, *titles: str) -> Iterator[str]:
        """The titles without names of the authors at their ends, as ISBD and damaged references put them there."""
        names = self.words_of_names[0] | self.words_of_names[1]
        for title in titles:
            words = normalize_title(title).split()
            start, end = 0, len(words)
            while end > 1 and _is_name(words[end - 1], names):
                end -= 1
            while start < end - 1 and _is_name(words[start], names):
                start += 1
            has_name = any(len(word) > 1 for word in (*words[:start], *words[end:]))
            yield " ".join(words[start:end]) if has_name else title

    @cached_property
    def authors(self) -> AuthorComparison:
        """The comparison of the authors."""
        return compare_authors(self.left, self.right)

    @cached_property
    def identifiers(self) -> IdentifierRelation:
        """The comparison of the identifiers."""
        return compare_identifiers(self.left.identifiers, self.right.identifiers)

    @cached_property
    def kinds(self) -> tuple[Genre | None, Genre | None]:
        """The kind of each side."""
        return stated_kind(self.left), stated_kind(self.right)

    @cached_property
    def are_venues_equal(self) -> bool | None:
        """Whether the venues agree; None where one is unknown or an abbreviation leaves it open."""
        if not self.left.venue or not self.right.venue:
            return None
        return compare_venues(self.left.venue, self.right.venue)

    @cached_property
    def are_volumes_equal(self) -> bool | None:
        """Whether the volumes agree; None where that is unknown."""
        return agree_in_number(self.left.volume, self.right.volume)

    @cached_property
    def are_pages_equal(self) -> bool | None:
        """Whether the first pages agree; None where that is unknown."""
        return agree_in_pages(self.left.pages, self.right.pages)

    @property
    def has_one_place(self) -> bool:
        """Whether venue, volume and first page name one article."""
        return bool(self.are_venues_equal and self.are_volumes_equal and self.are_pages_equal)

    @property
    def years_apart(self) -> int | None:
        """Right year minus left year."""
        if self.left.year is None or self.right.year is None:
            return None
        return self.right.year - self.left.year

    @property
    def is_lone_title(self) -> bool:
        """Whether a side says nothing but a title."""
        return not min(_count_known(self.left), _count_known(self.right))

    @property
    def has_preprint(self) -> bool:
        """Whether exactly one side is a preprint."""
        return (self.kinds[0] is Genre.PREPRINT) is not (self.kinds[1] is Genre.PREPRINT)

    @cached_property
    def features(self) -> dict[str, float]:
        """The value of each feature."""
        return featurize(self)

    def detail(self) -> dict[str, object]:
        """What was compared, for people and reports."""
        detail: dict[str, object] = {}
        if self.is_titled:
            titles = self.titles
            detail["titles"] = {
                "relation": titles.relation.value,
                "similarity": round(titles.similarity, 1),
                "differences": [list(pair) for pair in titles.differences],
            }
        if self.left.authors and self.right.authors:
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


def _is_name(word: str, names: AbstractSet[str]) -> bool:
    """Whether a word is an initial or part of an author's name."""
    return word in names or (len(word) == 1 and bool(names) and word.isalpha())


FEATURES: dict[str, int] = {
    "title agreement": 1, "title shared": 0, "title swapped": -1, "title dropped": 0, "title cut at a break": 0,
    "title slips": 0, "title letters": 1, "title words": 0, "title within": 0, "title beginning": 0,
    "title and names": 0, "title generic": 0, "title comes again": -1,
    "title answered better": -1, "title answered better by both": -1,
    "title unspaced": 0, "title unspaced within": 0, "title run": 0, "title run of the shorter": 0,
    "title length": 0, "title lengths apart": 0, "title words of names": 0,
    "authors shared": 0, "authors alike": 1, "authors of the shorter list": 1, "authors of the longer list": 0,
    "first author": 0, "given names": 0, "surnames within": 0, "names letters": 0, "names within": 0,
    "years apart": -1, "years to publication": 0,
    "venue": 0, "venue letters": 0, "volume": 1, "pages": 1, "identifiers": 0, "kinds": 0,
    "known of the poorer side": 0, "known of the richer side": 0, "words of all fields": 0,
}  # fmt: skip
"""Each feature, and whether more of it can only speak for one work (1), only against it (-1), or either (0)."""


def featurize(pair: Pair) -> dict[str, float]:
    """Return the value of each feature, in the order of ``FEATURES``; titles in bits (``words.bits_of``)."""
    return {**_title_features(pair), **_author_features(pair), **_place_features(pair), **_kind_features(pair)}


def _title_features(pair: Pair) -> dict[str, float]:
    titles = pair.titles
    texts = [_content(words) for words in pair.words]
    unspaced = ["".join(words) for words in pair.words]
    run = max((block.size for block in Levenshtein.opcodes(*sorted(unspaced)).as_matching_blocks()), default=0)
    relation = titles.relation
    shorter, longer = sorted(map(len, pair.words))
    leads = pair.peers.find_leads(pair.left, pair.right) if pair.peers else (NO_RIVAL, NO_RIVAL)
    return {
        "title agreement": titles.share,
        "title shared": titles.shared,
        "title swapped": titles.swapped,
        "title dropped": titles.dropped,
        "title cut at a break": relation is TitleRelation.SUBTITLE,
        "title slips": titles.n_slips,
        "title letters": max(fuzz.ratio(*texts), 100.0 * (relation is TitleRelation.EQUAL)),
        "title words": fuzz.token_set_ratio(*texts),
        "title within": fuzz.partial_ratio(*texts),
        "title beginning": 100 * JaroWinkler.similarity(*texts),
        "title and names": fuzz.token_set_ratio(
            *(f"{text} {surnames}" for text, surnames in zip(texts, pair.surnames, strict=True))
        ),
        "title generic": pair.is_generic,
        "title comes again": pair.n_years,
        "title answered better": leads[1],
        "title answered better by both": leads[0],
        "title unspaced": fuzz.ratio(*unspaced),
        "title unspaced within": fuzz.partial_ratio(*unspaced),
        "title run": run,
        "title run of the shorter": run / max(1, min(map(len, unspaced))),
        "title length": shorter,
        "title lengths apart": longer - shorter,
        "title words of names": sum(
            len(word) > _INITIALS
            for mine, theirs in zip(pair.words, pair.words_of_names[::-1], strict=True)
            for word in theirs.intersection(mine)
        ),
    }


_INITIALS = 2
"""Letters of what may be the initials of anybody."""


def _content(words: Sequence[str]) -> str:
    """The title in normal form without connecting words, unless nothing else is there."""
    return " ".join([word for word in words if word not in FUNCTION_WORDS] or words)


def _author_features(pair: Pair) -> dict[str, float]:
    authors = pair.authors
    if authors.relation is AuthorRelation.UNKNOWN:
        return dict.fromkeys(_AUTHOR_FEATURES, nan)
    n = authors.n_shared + authors.n_near
    shorter, longer = sorted((authors.n_left, authors.n_right))
    return {
        "authors shared": authors.n_shared,
        "authors alike": n,
        "authors of the shorter list": n / shorter,
        "authors of the longer list": n / longer,
        "first author": authors.is_first_shared,
        "given names": authors.n_full / n if n else nan,
        "surnames within": fuzz.partial_ratio(*pair.surnames),
        "names letters": fuzz.token_set_ratio(*pair.names),
        "names within": fuzz.partial_ratio(*(names.replace(" ", "") for names in pair.names)),
    }


_AUTHOR_FEATURES = [name for name in FEATURES if "author" in name or name.split()[0] in ("given", "surnames", "names")]
_AGREEMENT = {True: 1.0, False: -1.0, None: nan}


def _place_features(pair: Pair) -> dict[str, float]:
    left, right = pair.left, pair.right
    years = pair.years_apart
    later = nan
    if years is not None and pair.has_preprint:
        later = years if pair.kinds[0] is Genre.PREPRINT else -years
    has_venues = bool(left.venue and right.venue)
    venues = [normalize_title(side.venue or "") for side in (left, right)]
    return {
        "years apart": nan if years is None or pair.has_preprint else abs(years),
        "years to publication": later,
        "venue": {True: 1.0, False: -1.0, None: 0.0}[pair.are_venues_equal] if has_venues else nan,
        "venue letters": fuzz.token_set_ratio(*venues) if has_venues else nan,
        "volume": _AGREEMENT[pair.are_volumes_equal],
        "pages": _AGREEMENT[pair.are_pages_equal],
    }


_IDENTIFIERS = {
    IdentifierRelation.SAME: 2.0, IdentifierRelation.VERSION: 1.0, IdentifierRelation.OTHER_REGISTRANT: -1.0,
    IdentifierRelation.OTHER_IN_SERIES: -2.0, IdentifierRelation.OTHER_ARXIV: -3.0,
}  # fmt: skip


def _kind_features(pair: Pair) -> dict[str, float]:
    kinds = set(pair.kinds)
    alike = len(kinds) == 1 or (kinds == {Genre.ARTICLE, Genre.PAPER} and bool(pair.are_venues_equal))
    known = sorted(_count_known(side) for side in (pair.left, pair.right))
    return {
        "identifiers": _IDENTIFIERS.get(pair.identifiers, nan),
        "kinds": nan if None in kinds else 1.0 if alike else 0.0 if Genre.PREPRINT in kinds else -1.0,
        "known of the poorer side": known[0],
        "known of the richer side": known[1],
        "words of all fields": _share_words(pair),
    }


def _share_words(pair: Pair) -> float:
    """What both sides say in whatever field, as a part of what they say together: damage moves words between fields."""
    left, right = (
        {*words, *names.split(), *normalize_title(side.venue or "").split(), str(side.year or "")}
        for side, words, names in zip((pair.left, pair.right), pair.words, pair.names, strict=True)
    )
    return weigh(left & right) / max(1.0, weigh(left | right))


def _count_known(side: Description) -> int:
    """How many of authors, year, venue, type and pages a side names."""
    return sum(map(bool, (side.authors, side.year, side.venue, side.type, side.pages or side.volume)))
