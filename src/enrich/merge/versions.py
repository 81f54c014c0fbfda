"""The public forms of a work: its preprint and its publications, each from all records that describe it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.merge.precedence import rank
from enrich.merge.values import is_published
from enrich.model.record import Record, RelationKind, Stage, WorkType
from enrich.model.work import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.model.identifiers import Identifier

_PREPRINT_SCHEMES = ("arxiv",)


def to_versions(records: Sequence[Record], venue_key: Callable[[str], str]) -> tuple[Version, ...]:
    """The versions of a work, preprint first, then the published ones by year.

    Published records are one version when they share a DOI or when their venues agree; ``venue_key`` makes two names
    of one venue equal.
    """
    preprints = [one for one in records if not is_published(one)]
    groups: list[list[Record]] = []
    for record in sorted((one for one in records if is_published(one)), key=lambda one: rank("venue", one.source)):
        group = next(
            (group for group in groups if any(_is_same_edition(record, other, venue_key) for other in group)), None
        )
        if group is None:
            groups.append([record])
        else:
            group.append(record)
    versions = [_to_version(preprints, Stage.SUBMITTED)] if preprints else []
    versions += sorted(
        (_to_version(group, Stage.PUBLISHED) for group in groups), key=lambda one: (one.year or 9999, str(one))
    )
    return tuple(versions)


def _is_same_edition(left: Record, right: Record, venue_key: Callable[[str], str]) -> bool:
    dois = [{one.value for one in record.identifiers if one.scheme == "doi"} for record in (left, right)]
    if dois[0] and dois[1]:
        return bool(dois[0] & dois[1])
    if left.venue is None or right.venue is None:
        return True
    return venue_key(left.venue) == venue_key(right.venue)


def _to_version(records: Sequence[Record], stage: Stage) -> Version:
    """One version from the records of all sources; the most trusted one speaks for each field."""
    ordered = sorted(records, key=lambda one: (rank("venue", one.source), one.source))
    is_preprint = stage is Stage.SUBMITTED
    identifiers = [
        one for record in ordered for one in record.identifiers if is_preprint or one.scheme not in _PREPRINT_SCHEMES
    ]
    if is_preprint:
        identifiers = [one for one in identifiers if one.scheme != "doi"]
    dates = [record.date for record in ordered if record.date and (is_preprint or record.type is not WorkType.PREPRINT)]
    types = [record.type for record in ordered if record.type is not WorkType.UNKNOWN]
    return Version(
        type=types[0] if types else WorkType.PREPRINT if is_preprint else WorkType.UNKNOWN,
        stage=next((record.stage for record in ordered if record.stage), stage),
        identifiers=tuple(dict.fromkeys(identifiers)),
        title=next((record.title for record in ordered if record.title), None),
        date=dates[0] if dates else None,
        year=next((record.year for record in ordered if record.year), None),
        venue=next((record.venue for record in ordered if record.venue), None),
        url=next((record.url for record in ordered if record.url), None),
        sources=tuple(sorted({record.source for record in records})),
        evidence=tuple(sorted({text for record in ordered for text in _evidence(record, is_preprint=is_preprint)})),
    )


def _evidence(record: Record, *, is_preprint: bool) -> list[str]:
    kinds = (RelationKind.IS_PREPRINT_OF, RelationKind.HAS_PREPRINT)
    said = [f"{record.source}: {one.kind} {one.identifier}" for one in record.relations if one.kind in kinds]
    if not is_preprint and record.venue:
        year = f" {record.year}" if record.year else ""
        said.append(f"{record.source}: published in {record.venue}{year}")
    return said


def published_identifiers(records: Sequence[Record]) -> tuple[Identifier, ...]:
    """The identifiers that a preprint's record names for the published version."""
    return tuple(
        relation.identifier
        for record in records
        for relation in record.relations
        if relation.kind in (RelationKind.IS_PREPRINT_OF, RelationKind.HAS_PREPRINT)
    )
