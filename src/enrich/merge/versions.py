"""The public forms of a work, each from what its records say of it, and the one to cite."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from enrich.merge.claimed_values import is_published
from enrich.merge.precedence import is_index, rank
from enrich.model.addresses import to_url
from enrich.model.identifiers import Scheme
from enrich.model.record import Record, RelationKind, Stage, WorkType
from enrich.model.work import Version
from enrich.text.publication import is_preprint_doi, is_preprint_server
from enrich.text.venues import is_abbreviated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from enrich.model.identifiers import Identifier

_STAGES = {None: 0, Stage.SUBMITTED: 1, Stage.ACCEPTED: 2, Stage.PUBLISHED: 3}
_BETWEEN_VERSIONS = (RelationKind.IS_PREPRINT_OF, RelationKind.HAS_PREPRINT, RelationKind.IS_VERSION_OF)


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a work, preprints first, then the published ones by year."""

    all: tuple[Version, ...]
    cited: Version | None = None
    """The one to cite: the furthest that it has come, and among equals the one that the list names."""
    cited_records: tuple[Record, ...] = ()
    """The records that tell of it."""


def to_versions(
    records: Sequence[Record],
    venue_key: Callable[[str], str],
    *,
    identifiers: Sequence[Identifier] = (),
    named: Collection[str] = (),
) -> Versions:
    """The versions of a work, of which every DOI of the work belongs to one.

    Published records are one version when they share a DOI or when their venues agree; ``venue_key`` makes two names
    of one venue equal. ``identifiers`` are all that the work bears, ``named`` the venues and identifiers of the list.
    """
    groups: list[list[Record]] = []
    owners: dict[int, Record] = {}
    told = [one for one in records if one.stage or one.title or one.type is not WorkType.UNKNOWN]
    for record in sorted(told, key=lambda one: (_is_late(one), rank("venue", one.source))):
        for part in take_apart(record):
            owners[id(part)] = record
            group = next((some for some in groups if any(_is_same(part, one, venue_key) for one in some)), None)
            if group is None:
                groups.append([part])
            else:
                group.append(part)
    found = [(_to_version(group), group) for group in groups]
    found += [(version, []) for version in _untold(records, identifiers, [version for version, _ in found])]
    found.sort(key=lambda pair: (is_published(pair[0]), pair[0].year or 9999, str(pair[0])))
    if not found:
        return Versions(())

    def worth(pair: tuple[Version, list[Record]]) -> tuple[bool, int, int, bool, int, int]:
        version, group = pair
        marks = {*map(str, version.identifiers), *([venue_key(version.venue)] if version.venue else [])}
        trust = min((rank("venue", one.source) for one in group), default=99)
        is_told = version.venue is not None
        return (
            any(map(is_published, group)),
            _STAGES[version.stage],
            len(marks.intersection(named)),
            is_told,
            -trust,
            -(version.year or 9999),
        )

    cited, group = max(found, key=worth)
    telling = tuple(dict.fromkeys(id(owners[id(part)]) for part in group))
    by_id = {id(record): record for record in records}
    return Versions(tuple(version for version, _ in found), cited, tuple(by_id[one] for one in telling))


def speaks_of_its_date(record: Record) -> bool:
    """Whether the date of a record is that of the version that it describes.

    An index gives the first date of any version, whatever place it names, and a submission keeps the day on which it
    was made when it is accepted.
    """
    return not _is_late(record) or not (is_index(record.source) or record.stage is Stage.ACCEPTED)


def take_apart(record: Record) -> tuple[Record, ...]:
    """The record, or one for each version of which it speaks: what an index says of a paper and of its preprint.

    A date belongs to a version: that of another one goes with the preprint, if there is any, and else with none.
    """
    early = tuple(one for one in record.identifiers if _is_early(one))
    if not _is_late(record):
        return (replace(record, identifiers=_of_one_preprint(record, early)),)
    date = record.date if speaks_of_its_date(record) else None
    rest = tuple(one for one in record.identifiers if one not in early)
    published = replace(record, identifiers=rest, date=date)
    if not early:
        return (published,)
    preprint = Record(
        source=record.source,
        identifiers=_of_one_preprint(replace(record, identifiers=early), early),
        retrieved_at=record.retrieved_at,
        title=record.title,
        type=WorkType.PREPRINT,
        stage=Stage.SUBMITTED,
        date=None if speaks_of_its_date(record) else record.date,
        request_key=record.request_key,
        source_url=record.source_url,
    )
    return (preprint, published)


def _of_one_preprint(record: Record, early: Sequence[Identifier]) -> tuple[Identifier, ...]:
    """The identifiers of a preprint's record without those of its publication and, of an index, of other preprints."""
    if not is_index(record.source):
        return tuple(one for one in record.identifiers if one in (*early, *record.identifiers[:1]) or not _is_doi(one))
    own = [one for one in early if not _is_doi(one)] or list(early)[:1]
    alone = [one for one in record.identifiers if _is_doi(one)] if not early else []
    return tuple(one for one in record.identifiers if one in (*own, *alone) or not _is_telling(one))


def _is_late(record: Record) -> bool:
    """Whether a record describes more than a preprint; one without a stage does by its type."""
    if record.stage is None:
        return record.type not in (WorkType.PREPRINT, WorkType.UNKNOWN)
    return is_published(record)


def _is_doi(identifier: Identifier) -> bool:
    return identifier.scheme is Scheme.DOI


def _is_early(identifier: Identifier) -> bool:
    """Whether an identifier names a preprint."""
    return identifier.scheme is Scheme.ARXIV or (identifier.scheme is Scheme.DOI and is_preprint_doi(identifier.value))


def _is_same(left: Record, right: Record, venue_key: Callable[[str], str]) -> bool:
    """Whether two records tell of one version."""
    if _is_late(left) != _is_late(right):
        return False
    named = [{one for one in record.identifiers if _is_telling(one)} for record in (left, right)]
    if named[0] and named[1]:
        return bool(named[0] & named[1])
    if not _is_late(left) or left.venue is None or right.venue is None:
        return True
    pairs = ((left.venue, right.venue), (right.venue, left.venue))
    return venue_key(left.venue) == venue_key(right.venue) or any(is_abbreviated(*pair) for pair in pairs)


def _is_telling(identifier: Identifier) -> bool:
    return identifier.scheme in (Scheme.DOI, Scheme.ARXIV)


def _to_version(records: Sequence[Record]) -> Version:
    """One version from the records of all sources; the most trusted one speaks for each field."""
    ordered = sorted(records, key=lambda one: (rank("venue", one.source), one.source))
    is_preprint = not _is_late(ordered[0])
    stage = Stage.SUBMITTED if is_preprint else Stage.PUBLISHED
    types = [record.type for record in ordered if record.type is not WorkType.UNKNOWN]
    return Version(
        type=types[0] if types else WorkType.PREPRINT if is_preprint else WorkType.UNKNOWN,
        stage=max((record.stage for record in ordered if record.stage), key=_STAGES.__getitem__, default=stage),
        identifiers=tuple(dict.fromkeys(one for record in ordered for one in record.identifiers)),
        title=next((record.title for record in ordered if record.title), None),
        date=next((record.date for record in ordered if record.date), None),
        year=next((record.year for record in ordered if record.year), None),
        venue=next((record.venue for record in ordered if record.venue), None),
        url=next((record.url for record in ordered if record.url), None),
        sources=tuple(sorted({record.source for record in records})),
        evidence=tuple(sorted({text for record in ordered for text in _evidence(record, is_preprint=is_preprint)})),
    )


def _untold(records: Sequence[Record], identifiers: Sequence[Identifier], versions: Sequence[Version]) -> list[Version]:
    """The versions of which nothing but a DOI is known, by whoever names it."""
    known = {one for version in versions for one in version.identifiers}
    found = []
    for one in dict.fromkeys([*identifiers, *(one for record in records for one in record.identifiers)]):
        if one.scheme is not Scheme.DOI or one in known:
            continue
        is_early = _is_early(one)
        said = [
            (record.source, f"{record.source}: {relation.kind} {one}")
            for record in records
            for relation in record.relations
            if relation.identifier == one and relation.kind in _BETWEEN_VERSIONS
        ]
        said += [(record.source, f"{record.source}: {one}") for record in records if one in record.identifiers]
        found.append(
            Version(
                type=WorkType.PREPRINT if is_early else WorkType.UNKNOWN,
                stage=Stage.SUBMITTED if is_early else None,
                identifiers=(one,),
                url=to_url(one),
                sources=tuple(sorted({source for source, _ in said})),
                evidence=tuple(sorted({text for _, text in said})),
            )
        )
    return found


def _evidence(record: Record, *, is_preprint: bool) -> list[str]:
    kinds = (RelationKind.IS_PREPRINT_OF, RelationKind.HAS_PREPRINT)
    said = [f"{record.source}: {one.kind} {one.identifier}" for one in record.relations if one.kind in kinds]
    if not is_preprint and record.venue and not is_preprint_server(record.venue):
        year = f" {record.year}" if record.year else ""
        said.append(f"{record.source}: published in {record.venue}{year}")
    return said
