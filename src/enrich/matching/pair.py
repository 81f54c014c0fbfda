"""Two descriptions and what their comparison yields, each feature compared once, when a rule asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from enrich.matching.authors import AuthorComparison, compare_authors
from enrich.matching.differences import TitleRelation, compare_words, is_first_part
from enrich.matching.generic import is_generic, is_short
from enrich.matching.kinds import Kind, KindRelation, compare_kinds, kind_of, stated_kind
from enrich.matching.places import PlaceRelation, compare_places, compare_venues
from enrich.matching.titles import TitleComparison, compare_titles
from enrich.matching.words import meaningful
from enrich.text.name_matches import normalize_surname
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from enrich.matching.description import Description
    from enrich.model.identifiers import Identifier, Scheme

_PRESS = frozenset("press publisher publishers publishing books verlag university ltd inc co company and sons".split())
"""Words in the names of many publishers."""


@dataclass(frozen=True)
class Pair:
    """Two descriptions and their comparisons, each made once, when a rule asks for it."""

    left: Description
    right: Description

    @cached_property
    def titles(self) -> TitleComparison:
        """The closest of the titles that the two sides bear."""
        mine, other = self._bare_titles(self.left), self._bare_titles(self.right)
        found = [compare_titles(one, another) for one in mine for another in other]
        return min(found, key=lambda each: each.relation)

    def _bare_titles(self, side: Description) -> list[str]:
        """The titles without the names of the authors that ISBD puts behind a slash."""
        families = [author.family or "" for each in (self.left, self.right) for author in each.authors]
        names = {normalize_surname(word) for family in families for word in family.split()} - {""}
        found = []
        for title in (side.title, *side.other_titles):
            main, _, tail = (title or "").rpartition(" / ")
            is_name = main and names & {normalize_surname(word) for word in tail.split()}
            if title:
                found.append(main if is_name else title)
        return found

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
        return self.are_preprints[0] is not self.are_preprints[1]

    @cached_property
    def are_preprints(self) -> tuple[bool, bool]:
        """Whether each side is a preprint; two comments or two errata may be one as well."""
        kinds = self.kinds
        if kinds[0] is kinds[1]:
            kinds = stated_kind(self.left), stated_kind(self.right)
        return kinds[0] is Kind.PREPRINT, kinds[1] is Kind.PREPRINT

    @cached_property
    def is_generic(self) -> bool:
        """Whether one of the titles names many works."""
        return any(is_generic(side.title or "") for side in (self.left, self.right))

    @cached_property
    def is_short(self) -> bool:
        """Whether the shorter title is too short to stand alone."""
        return min((is_short(side.title or "") for side in (self.left, self.right)), key=lambda short: not short)

    @cached_property
    def are_venues_equal(self) -> bool | None:
        """Whether the venues agree; None where one is unknown or an abbreviation leaves it open."""
        if not self.left.venue or not self.right.venue:
            return None
        return compare_venues(self.left.venue, self.right.venue)

    @cached_property
    def is_number_dropped(self) -> bool:
        """Whether all that differs is a number that only one title has, such as that of the paper in its volume."""
        differences = self.titles.differences
        return len(differences) == 1 and "" in differences[0] and len("".join(differences[0]).split()) == 1

    @cached_property
    def is_rewording_slight(self) -> bool:
        """Whether the changed words begin alike or are few beside the rest: a group writes of robots and of banks."""
        many_words, least_letters = 7, 5
        changed = [pair for pair in self.titles.differences if compare_words(*pair) is TitleRelation.REWORDED]
        are_alike = all(mine[:least_letters] == other[:least_letters] for mine, other in changed)
        return are_alike or self.titles.n_words >= many_words

    @cached_property
    def are_publishers_equal(self) -> bool | None:
        """Whether the publishers agree or share a word of their names; None where one is unknown."""
        if not self.left.publisher or not self.right.publisher:
            return None
        is_same = compare_venues(self.left.publisher, self.right.publisher)
        names = [set(meaningful(normalize_title(side.publisher or ""))) - _PRESS for side in (self.left, self.right)]
        return True if names[0] & names[1] else is_same

    @cached_property
    def is_first_part_dropped(self) -> bool:
        """Whether only one title says that it is a first part, as many did before there was a second."""
        differences = self.titles.differences
        others = [pair for pair in differences if not is_first_part(pair)]
        is_spelling = all(compare_words(*pair) is TitleRelation.SPELLING for pair in others)
        return len(differences) - len(others) == 1 and is_spelling

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
