"""Whether a reference is verified, open or contradicted: what it says against the records of its work, value by value.

A value is contradicted only where every record that has one disagrees; what no record has is unconfirmed. A record that
was not taken for the work counts where it bears the title and nobody knows another work of that name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from enrich.check.agreement import (
    AuthorsDiffer,
    Comparisons,
    agrees_in_year,
    are_near_pages,
    are_placeholders,
    compare_authors,
    compare_venue,
    host_of,
    is_preprint,
    is_server,
    may_be_another_edition,
    places_of,
    years_of,
)
from enrich.check.differing_titles import TitleDifference, compare_title
from enrich.check.evidence import UNDATED, on_entry
from enrich.check.notices import find_states
from enrich.errors import IdentifierError
from enrich.model.entry import EntryKind
from enrich.model.finding import Severity
from enrich.model.identifiers import Identifier, Scheme, parse_arxiv
from enrich.model.record import Record, WorkType
from enrich.model.reference import UNCOMPARED, UNCONFIRMED, Reference, ReferenceReason, to_status
from enrich.model.traits import Role, known_traits, traits_of
from enrich.text.author_lists import parse_authors
from enrich.text.names import to_display
from enrich.text.title_forms import normalize_title
from enrich.text.venues import find_venue, is_workshop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from enrich.model.entry import Entry, ReadingList
    from enrich.model.finding import Finding
    from enrich.model.persons import Author
    from enrich.model.reference import Completeness, NearRecord
    from enrich.model.work import Work

_ARXIV_DOI = "10.48550/arxiv."
_REGISTERED = (Scheme.DOI, Scheme.ARXIV)
_ANYWHERE = frozenset({WorkType.DATASET, WorkType.SOFTWARE, WorkType.THESIS, WorkType.REPORT, WorkType.WEBSITE})
"""Types of works whose DOIs are mostly registered elsewhere than with Crossref."""
_NO_PAPERS = (EntryKind.SOFTWARE, EntryKind.WEBSITE, EntryKind.DATASET)
_TELLING_NOTHING = frozenset({"generic_title", "short_title", "kind", "edition", "language", "component"})
"""Reasons of the verifier for which a title in common says nothing of the people behind it."""
_LEAST_WORDS = 3
_SIMILAR = 80
_MOST_NAMES = 6
_BESIDE = ("publisher", "edition", "place", "isbn", "issn")
"""What an entry says that decides nothing."""
_ORDER = (AuthorsDiffer.SPELLED, AuthorsDiffer.DROPPED, AuthorsDiffer.SWAPPED, AuthorsDiffer.ADDED)
_FIELD_OF_KIND = re.compile(
    r"(?P<identifier>title_of_another|link_is|identifiers_disagree|dead_link|malformed_identifier)"
    r"|(?P<title>title_|stale_name)|(?P<year>label_)|(?P<published>preprint_label)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is known of a run by the time its references are judged."""

    today: date
    comparisons: Comparisons
    answered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Entry order to the services that answered a question about it."""
    searched: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Entry order to the services that searched for its title."""
    unanswered: tuple[str, ...] = ()
    """Services that could not answer something."""
    nowhere: Mapping[Identifier, frozenset[str]] = field(default_factory=dict)
    """Identifiers to the services that have nothing under them."""
    complete: tuple[Completeness, ...] = ()
    """What the catalogues claim to hold without a gap."""


def judge_references(
    reading_list: ReadingList, works: Mapping[int, Work], findings: Iterable[Finding], inquiry: Inquiry
) -> tuple[tuple[Reference, ...], tuple[Finding, ...]]:
    """The verdict on every entry of a list, and the findings that no other check has told yet."""
    told: dict[int | None, set[str]] = {}
    for one in findings:
        if match := _FIELD_OF_KIND.match(one.kind):
            told.setdefault(one.order, set()).update({str(match.lastgroup), *_beside(one.kind)})
    references, more = [], []
    for entry in reading_list.entries:
        judged = _Case(entry, works.get(entry.order), inquiry).judge(reading_list.name)
        references.append(judged)
        known = told.get(entry.order, set())
        more += [
            _to_finding(reading_list.name, entry, one)
            for one in judged.reasons
            if one.kind not in (UNCONFIRMED, UNCOMPARED) and one.field not in known
        ]
    return tuple(references), tuple(more)


def without_ignored(
    references: Iterable[Reference], found: Iterable[Finding], kept: Sequence[Finding]
) -> Iterator[Reference]:
    """The references as they are judged without the reasons that stand in findings which a curator ignores."""
    ignored: dict[int | None, set[str]] = {}
    for one in set(found).difference(kept):
        match = _FIELD_OF_KIND.match(one.kind)
        ignored.setdefault(one.order, set()).update({one.kind, str(match.lastgroup) if match else ""})
    for reference in references:
        names = ignored.get(reference.order, set())
        reasons = tuple(one for one in reference.reasons if not {one.kind, one.field} & names)
        yield reference.with_reasons(reasons) if len(reasons) < len(reference.reasons) else reference


def _beside(kind: str) -> tuple[str, ...]:
    """The other field that a finding is about."""
    return ("venue",) if kind.startswith("label_") else ()


def _to_finding(name: str, entry: Entry, reason: ReferenceReason) -> Finding:
    said_by = (f"{reason.source}: {reason.record_says}",) if reason.source else ()
    return on_entry(name, entry, reason.kind, reason.severity, reason.entry_says, reason.record_says, evidence=said_by)


class _Case:
    """One entry and what is known of it."""

    def __init__(self, entry: Entry, work: Work | None, inquiry: Inquiry) -> None:
        self.entry, self.work, self.inquiry = entry, work, inquiry
        self.stated = entry.stated or _stated(entry)
        self.records = [one for one in work.records if one.source not in ("list", "corrections")] if work else []
        self.near = list(work.near) if work else []

    def judge(self, name: str) -> Reference:
        """The verdict: contradicted by any reason that says so, verified where all that is said is confirmed."""
        records, nearest = self.records, None
        verdict = self.work.verdict if self.work else None
        reasons = [*self._timeless(), *self._identifiers()]
        if not records and (twin := self._equal()):
            # Another entry of the work spoke for it and was too far off.
            records, verdict = [twin.record], twin.verdict
        if records:
            reasons += self._of_edition(list(self._against(records)), records)
            nearest = max(records, key=_fullness)
        else:
            found = self._nearest()
            if found:
                nearest, verdict = found.record, found.verdict
            # An identifier that is wrong says all there is to say of a work that nobody knows.
            others = list(self._unresolved(found))
            reasons += [one for one in others if one.kind != "unresolved"] if reasons else others
        reasons.sort(key=lambda one: not one.is_contradiction)
        entry, inquiry = self.entry, self.inquiry
        return Reference(
            list=name, order=entry.order, line=entry.line, file=entry.file, key=entry.key, title=entry.title,
            status=to_status(reasons, is_found=bool(records)), reasons=tuple(_once(reasons)), is_found=bool(records),
            record=nearest, verdict=verdict,
            asked=inquiry.answered.get(entry.order, ()), unanswered=inquiry.unanswered,
        )  # fmt: skip

    def _timeless(self) -> Iterator[ReferenceReason]:
        """What no record is needed for: years to come, names that were never filled in."""
        year, latest = self.stated.year, self.inquiry.today.year + 1
        if year and year > latest:
            yield _contradiction("future_year", "year", str(year), f"no work is of a later year than {latest}")
        if are_placeholders(self.stated.authors):
            names = _names(self.stated.authors)
            yield _contradiction("authors_differ", "authors", names, str(AuthorsDiffer.PLACEHOLDER))

    def _identifiers(self) -> Iterator[ReferenceReason]:
        """What became of the identifiers that the entry states: another work's, nobody's, or in no record."""
        borne = {_canonical(one) for record in self.records for one in _borne(record)}
        refused = {one.identifier: one for one in self.work.refusals} if self.work else {}
        is_pinned = any(one.source == "corrections" for one in self.work.claims) if self.work else False
        for one in self.entry.identifiers:
            if _canonical(one) in borne:
                yield from self._version(one)
            elif one in refused and not is_pinned:
                said = f"{one} is “{refused[one].title}”"
                says = f"“{self.entry.title}” under {one}"
                kind = "title_of_another_work" if self.entry.fields else "link_is_another_work"
                yield _contradiction(kind, "identifier", says, said, refused[one].source)
            elif one.scheme in _REGISTERED:
                yield self._unborne(one)

    def _unborne(self, identifier: Identifier) -> ReferenceReason:
        """Why no record bears an identifier: nothing is there, or nobody could say."""
        kind = "doi_not_found" if identifier.scheme is Scheme.DOI else "arxiv_not_found"
        silent = self.inquiry.nowhere.get(identifier, frozenset()) & (
            _knowing_venues() | _registries(identifier.scheme)
        )
        registries = _registries(Scheme.ARXIV if _canonical(identifier).scheme is Scheme.ARXIV else identifier.scheme)
        # A DOI may be registered with another agency than the one that was asked: then other indexes know it, but for
        # what no journal or conference takes.
        is_asked = silent & registries and registries.isdisjoint(self.inquiry.unanswered)
        is_enough = identifier.scheme is Scheme.ARXIV or registries <= silent
        if is_asked and (is_enough or (len(silent) > 1 and self.stated.type not in _ANYWHERE)):
            return _contradiction(kind, "identifier", str(identifier), f"nothing there: {', '.join(sorted(silent))}")
        if claim := self._claim(_canonical(identifier).scheme):
            said = f"not in the catalogue, which is complete ({claim.scope}, up to {claim.until})"
            return _contradiction(kind, "identifier", str(identifier), said, "catalogue")
        return _unconfirmed("identifier", str(identifier))

    def _version(self, identifier: Identifier) -> Iterator[ReferenceReason]:
        newest = max((_version_of(one.version) for one in self.records if identifier in one.identifiers), default=0)
        if identifier.scheme is Scheme.ARXIV and 0 < _version_of(identifier.qualifier) < newest:
            said = f"{identifier.value}v{newest}"
            yield _reason("superseded_version", Severity.NOTE, "version", str(identifier), said, "arxiv")

    def _against(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        """The values of the entry against those of the records of its work."""
        if self.entry.kind not in _NO_PAPERS:
            yield from self._title(records)
            yield from self._authors(records)
            yield from self._year(records)
            yield from self._venue(records)
            yield from self._place(records)
            yield from self._uncompared(records)
        yield from find_states(records, self.entry, self.work)

    def _title(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        title = self.entry.title
        known = [one for one in (self.work.title if self.work else None, *_titles(records)) if one]
        if not title or not known:
            return
        difference = compare_title(title, list(dict.fromkeys(known)))
        if difference is TitleDifference.NONE:
            return
        source = next((one.source for one in records if one.title == known[0]), records[0].source)
        if difference is TitleDifference.SUBTITLE_DROPPED:
            yield _reason(difference.value, Severity.NOTE, "title", title, known[0], source)
        else:
            yield _contradiction(difference.value, "title", title, known[0], source)

    def _authors(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        mine = self.stated.authors
        if not mine or are_placeholders(mine):
            return
        is_cut = self.stated.authors_truncated or self.entry.stated is None
        found: dict[AuthorsDiffer, Record] = {}
        with_authors = [one for one in records if one.authors]
        for one in with_authors:
            differ = compare_authors(
                mine, one.authors, is_cut=is_cut, are_theirs_cut=one.authors_truncated, is_same_work=self._bears(one)
            )
            if differ is None:
                return
            found.setdefault(differ, one)
        if not with_authors:
            yield _unconfirmed("authors", _names(mine))
            return
        differ = next((one for one in _ORDER if one in found), AuthorsDiffer.REPLACED)
        record = found.get(differ) or with_authors[0]
        says, said = _names(mine), f"{differ}: {_names(record.authors)}"
        if differ is AuthorsDiffer.SPELLED:
            yield _reason("authors_differ", Severity.NOTE, "authors", says, said, record.source)
        else:
            yield _contradiction("authors_differ", "authors", says, said, record.source)

    def _year(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        year = self.stated.year
        if not year or year > self.inquiry.today.year + 1:
            return
        agrees = agrees_in_year(year, self.stated, records)
        if agrees is None:
            is_dated = any(map(years_of, records))
            said = "nobody tells of which years its later versions are" if is_dated else None
            yield _unconfirmed("year", str(year), said)
        elif not agrees:
            first = next(one for one in records if years_of(one))
            known = sorted(set().union(*map(years_of, records)))
            yield _contradiction("year_differs", "year", str(year), ", ".join(map(str, known)), first.source)

    def _venue(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        """The venue of an entry against those of the records; a preprint has none, and may have appeared since."""
        written = self.stated.venue
        places = {name: one for one in records for name in places_of(one)}
        if not written or is_server(written) or is_preprint(self.stated):
            claims_preprint = is_preprint(self.stated) or bool(written)
            published = [one for one in records if one.type is not WorkType.PREPRINT and places_of(one)]
            if published and claims_preprint:
                one = max(published, key=_fullness)
                said = " ".join(filter(None, (places_of(one)[0], str(max(years_of(one), default="")))))
                says = written or "a preprint"
                yield _reason("published_version_exists", Severity.STALE, "published", says, said, one.source)
            return
        answers = [compare_venue(written, name, self.inquiry.comparisons) for name in places]
        if True in answers or (None in answers and False not in answers):
            return
        is_known = host_of(written) is not None
        if places and None not in answers:
            name, record = next(iter(places.items()))
            kind = "venue_differs" if is_known else "venue_unknown"
            yield _contradiction(kind, "venue", written, name, record.source)
        elif places:
            return
        else:
            yield from self._unpublished(written, records, is_known=is_known)

    def _unpublished(self, written: str, records: Sequence[Record], *, is_known: bool) -> Iterator[ReferenceReason]:
        """A venue where all records tell of a preprint: contradicted by those who would know, once they can."""
        kind = "claimed_as_published" if is_known else "venue_unknown"
        preprints = [one for one in records if one.type is WorkType.PREPRINT]
        knowing = {one.source for one in preprints} & _knowing_venues()
        claim = self._claim(None)
        is_past = (self.stated.year or self.inquiry.today.year) < self.inquiry.today.year
        is_sure = claim is not None or (is_past and (any(map(_is_curated, knowing)) or len(knowing) > 1))
        if preprints and is_sure and not is_workshop(written):
            said_by = ", ".join(sorted(knowing)) or "catalogue"
            yield _contradiction(kind, "venue", written, "a preprint only", said_by)
            return
        if not is_known and preprints and is_past:
            yield _reason(kind, Severity.NOTE, "venue", written, "no such venue is known", preprints[0].source)
        yield _unconfirmed("venue", written)

    def _place(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        """Volume, pages and issue against the records of the same venue."""
        tests = (
            ("volume", self.stated.volume, self.inquiry.comparisons.numbers),
            ("pages", self.stated.pages, self.inquiry.comparisons.pages),
            ("issue", self.stated.issue, self.inquiry.comparisons.numbers),
        )
        if not self.stated.venue or is_preprint(self.stated):
            return
        for name, written, agree in tests:
            known = [(one, getattr(one, name)) for one in records if getattr(one, name) and not is_preprint(one)]
            answers = [agree(written, value) for _, value in known] if written else []
            if answers and not any(one is not False for one in answers):
                record, value = known[0]
                says, said, source = f"{name} {written}", f"{name} {value}", record.source
                if self._is_other_count(name, [value for _, value in known], records):
                    yield _reason("pages_or_volume_differ", Severity.NOTE, "pages", says, said, source)
                else:
                    yield _contradiction("pages_or_volume_differ", "pages", says, said, source)
                return

    def _is_other_count(self, name: str, values: Sequence[str], records: Sequence[Record]) -> bool:
        """Whether a number may be right in another count: issues are double, volumes have series, printings a front."""
        if name == "volume":
            pages = [self.inquiry.comparisons.pages(self.stated.pages, one.pages) for one in records]
            return True in pages
        return name == "issue" or any(are_near_pages(self.stated.pages or "", one) for one in values)

    def _uncompared(self, records: Sequence[Record]) -> Iterator[ReferenceReason]:
        """What the entry says beside all that and no record says alike; it tells editions apart, not works."""
        for name in _BESIDE:
            written = getattr(self.stated, name)
            known = [(one, getattr(one, name)) for one in records if getattr(one, name)]
            if written and not any(_is_alike(written, value) for _, value in known):
                record, value = known[0] if known else (None, f"no record says anything of the {name}")
                yield _reason(UNCOMPARED, Severity.NOTE, name, written, value, record.source if record else None)
        written = next((one.value for one in self.entry.fields if one.name in ("year", "date") and one.value), None)
        if written and not self.stated.year and (dated := [one for one in records if years_of(one)]):
            known_years = ", ".join(map(str, sorted(years_of(dated[0]))))
            yield _reason(UNCOMPARED, Severity.NOTE, "year", written, known_years, dated[0].source)

    def _bears(self, record: Record) -> bool:
        """Whether a record bears an identifier of the entry."""
        return not {_canonical(one) for one in _borne(record)}.isdisjoint(map(_canonical, self.entry.identifiers))

    def _of_edition(self, reasons: list[ReferenceReason], records: Sequence[Record]) -> list[ReferenceReason]:
        """The reasons, or that the records may be of another edition than the entry, which only its title led to."""
        fields = {one.field for one in reasons if one.is_contradiction}
        if any(map(self._bears, records)) or self._claim(None):
            return reasons
        if not all(may_be_another_edition(self.stated, one, fields) for one in records):
            return reasons
        record = max(records, key=_fullness)
        place = " ".join([*places_of(record)[:1], *map(str, sorted(years_of(record))[-1:])])
        kept = [one for one in reasons if not one.is_contradiction]
        said = f"perhaps another one: {place or record.type}"
        return [*kept, _unconfirmed("edition", self.entry.title or "", said, record.source)]

    def _equal(self) -> NearRecord | None:
        """A record that was not taken for the work and yet agrees in title, people and year."""
        for one in filter(self._bears_title, self.near):
            if one.record.authors and self.stated.authors and not self._differences(one.record):
                return one
        return None

    def _differences(self, record: Record) -> list[ReferenceReason]:
        return [one for one in self._against([record]) if one.kind != UNCOMPARED]

    def _nearest(self) -> NearRecord | None:
        """The record that is most like the entry among those that were not taken for its work."""
        title = self.entry.title or ""
        return max(self.near, key=lambda one: _likeness(title, one.record), default=None)

    def _unresolved(self, nearest: NearRecord | None) -> Iterator[ReferenceReason]:
        """An entry without a record of its work: what the records of its title say, or that there are none."""
        namesakes = [one for one in self.near if self._bears_title(one)]
        judged = [list(self._against([one.record])) for one in namesakes]
        judged = [self._of_edition(some, [one.record]) for some, one in zip(judged, namesakes, strict=True)]
        if judged:
            mildest = min(judged, key=lambda some: sum(one.is_contradiction for one in some))
            if any(one.is_contradiction or _is_of_edition(one) for one in mildest):
                yield from mildest
                return
        elif twin := next((one for one in self.near if self._is_twin(one.record)), None):
            yield _contradiction(
                "title_differs", "title", self.entry.title or "", twin.record.title or "", twin.record.source
            )
            return
        yield self._unknown(nearest)

    def _unknown(self, nearest: NearRecord | None) -> ReferenceReason:
        entry, year = self.entry, self.stated.year
        said = f"nearest: “{nearest.record.title}”" if nearest else "no record"
        source = nearest.record.source if nearest else None
        title = entry.title or "an entry without title"
        if claim := self._claim(None):
            said = f"not in the catalogue, which is complete ({claim.scope}, up to {claim.until}); {said}"
            return _contradiction("unresolved", "work", title, said, "catalogue")
        asked = self.inquiry.answered.get(entry.order, ())
        if not asked or entry.kind in _NO_PAPERS or not (entry.title or entry.identifiers):
            return _unconfirmed("work", title)
        searched = self.inquiry.searched.get(entry.order, ())
        is_due = entry.kind is EntryKind.PAPER and (year or 0) < self.inquiry.today.year and bool(searched)
        severity = Severity.DEFECT if is_due and self.stated.type in _INDEXED else Severity.NOTE
        said += f"; asked {', '.join(asked)}"
        return _reason("unresolved", severity, "work", title, said, source)

    def _bears_title(self, near: NearRecord) -> bool:
        """Whether a record bears the title, and the title tells works apart."""
        title = self.entry.title
        if not title or near.by_identifier or near.verdict.reason in _TELLING_NOTHING:
            return False
        is_telling = len(normalize_title(title).split()) >= _LEAST_WORDS
        return is_telling and compare_title(title, _titles([near.record])) is TitleDifference.NONE

    def _is_twin(self, record: Record) -> bool:
        """Whether a record differs from the entry in little but a word of the title: people, year and venue are its."""
        mine, title = self.stated.authors, self.entry.title
        if len(mine) < 2 or not record.authors or not title:  # noqa: PLR2004 (one person writes series)
            return False
        if _likeness(title, record) < _SIMILAR or compare_authors(mine, record.authors) is not None:
            return False
        return not any(one.is_contradiction for one in (*self._year([record]), *self._venue([record])))

    def _claim(self, scheme: Scheme | None) -> Completeness | None:
        """The claim of a catalogue to hold what the entry says, or all that bears an identifier of a scheme."""
        year = self.stated.year
        venue = find_venue(self.stated.venue or "")
        mine = {str(scheme)} if scheme else {venue} | {str(one.scheme) for one in self.entry.identifiers}
        for claim in self.inquiry.complete:
            if claim.scope in {"all", *mine} and (year or claim.until) <= claim.until:
                return claim
        return None


_INDEXED = frozenset({WorkType.CONFERENCE, WorkType.JOURNAL, WorkType.PREPRINT, WorkType.CHAPTER, WorkType.UNKNOWN})
"""Types of works that some index knows, if they are there."""


def _registries(scheme: Scheme) -> frozenset[str]:
    return frozenset(name for name, one in known_traits().items() if scheme in one.registers)


def _knowing_venues() -> frozenset[str]:
    return frozenset(name for name, one in known_traits().items() if one.knows_venues)


def _is_curated(source: str) -> bool:
    traits = traits_of(source)
    return traits is not None and traits.role is Role.BIBLIOGRAPHY


def _stated(entry: Entry) -> Record:
    """What an entry of prose states, in the terms of a record."""
    authors = parse_authors(" and ".join(entry.authors)) if entry.authors else None
    is_server_label = bool(entry.venue and is_server(entry.venue))
    return Record(
        source="list",
        identifiers=entry.identifiers,
        retrieved_at=UNDATED,
        title=entry.title,
        authors=authors.authors if authors else (),
        authors_truncated=True,
        year=entry.year,
        venue=entry.venue,
        type=WorkType.PREPRINT if is_server_label else WorkType.UNKNOWN,
    )


def _reason(  # noqa: PLR0917 (the columns of a reason)
    kind: str, severity: Severity, about: str, says: str, said: str, source: str | None = None
) -> ReferenceReason:
    return ReferenceReason(kind=kind, severity=severity, field=about, entry_says=says, record_says=said, source=source)


def _contradiction(kind: str, about: str, says: str, said: str, source: str | None = None) -> ReferenceReason:
    return ReferenceReason(
        kind=kind,
        severity=Severity.DEFECT,
        field=about,
        entry_says=says,
        record_says=said,
        source=source,
        is_contradiction=True,
    )


def _unconfirmed(about: str, says: str, said: str | None = None, source: str | None = None) -> ReferenceReason:
    return _reason(UNCONFIRMED, Severity.NOTE, about, says, said or f"no record says anything of the {about}", source)


def _is_of_edition(reason: ReferenceReason) -> bool:
    return reason.kind == UNCONFIRMED and reason.field == "edition"


def _once(reasons: Iterable[ReferenceReason]) -> Iterator[ReferenceReason]:
    """The reasons, one of each kind."""
    seen: set[tuple[str, str]] = set()
    for one in reasons:
        key = (one.kind, one.entry_says)
        if key not in seen:
            seen.add(key)
            yield one


def _is_alike(written: str, value: str) -> bool:
    """Whether one of two texts holds all words of the other."""
    mine, theirs = (set(normalize_title(one).split()) for one in (written, value))
    return mine <= theirs or theirs <= mine


def _names(authors: Sequence[Author]) -> str:
    shown = "; ".join(to_display(one) for one in authors[:_MOST_NAMES])
    return f"{shown}; … ({len(authors)})" if len(authors) > _MOST_NAMES else shown


def _titles(records: Iterable[Record]) -> list[str]:
    return [one for record in records for one in (record.title, *record.other_titles) if one]


def _likeness(title: str, record: Record) -> float:
    mine = normalize_title(title)
    return max((fuzz.token_sort_ratio(mine, normalize_title(one)) for one in _titles([record])), default=0.0)


def _fullness(record: Record) -> int:
    values = (record.title, record.authors, record.year, record.venue, record.volume, record.pages)
    return sum(bool(one) for one in values) + (not is_preprint(record))


def _borne(record: Record) -> Iterator[Identifier]:
    yield from record.identifiers
    yield from (one.identifier for one in record.relations)


def _canonical(identifier: Identifier) -> Identifier:
    """An arXiv DOI as the arXiv id that it is, and every identifier without what is no part of its identity."""
    if identifier.scheme is Scheme.DOI and identifier.value.startswith(_ARXIV_DOI):
        try:
            identifier = parse_arxiv(identifier.value.removeprefix(_ARXIV_DOI))
        except IdentifierError:
            return identifier
    return Identifier(identifier.scheme, identifier.value)


def _version_of(text: str | None) -> int:
    match = re.fullmatch(r"v?(\d+)", text or "")
    return int(match[1]) if match else 0
