"""The values that a record claims for the fields of a work, and their text form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enrich.model.facts import FACTS, Keyword, facts_of_type
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import Record, Stage, WorkType
from enrich.text.names import to_family_first
from enrich.text.venues import find_venue, split_volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.model.persons import Author
    from enrich.model.work import Version

_NOT_WRITTEN = facts_of_type("tuple[Keyword, ...]")
FIELDS = frozenset({*FACTS, "type"})
"""Fields of a work that are claimed and selected."""
OVERRIDABLE = FIELDS.difference(_NOT_WRITTEN)
"""Fields whose value a curator may correct; identifiers are pinned or rejected instead."""
IDENTIFIER_FIELDS = {
    Scheme.ARXIV: "arxiv_id",
    Scheme.DOI: "doi",
    Scheme.S2: "s2_id",
    Scheme.OPENALEX: "openalex_id",
}
"""Schemes with a column of their own in ``works``; the others are claimed as ``identifier``."""


def field_values(record: Record) -> Iterator[tuple[str, Any]]:
    """Field and value of everything that a record says about its work, unknown ones left out.

    A venue named by its usual short form is named in full, and the short form is kept as such. Where a volume's title
    stands for the venue, the venue is its series.
    """
    for name in FACTS:
        value = getattr(record, name)
        if value in (None, "", ()):
            continue
        if name == "venue":
            series, volume_title = split_volume(value)
            yield name, series
            if series != value and record.venue_short is None and (short := find_venue(value)):
                yield "venue_short", short
            if volume_title and record.volume_title is None:
                yield "volume_title", volume_title
        else:
            yield name, value
    if record.type is not WorkType.UNKNOWN:
        yield "type", record.type
    for identifier in record.identifiers:
        yield identifier_field(identifier), identifier


def identifier_field(identifier: Identifier) -> str:
    """The field of a work that an identifier fills."""
    return IDENTIFIER_FIELDS.get(identifier.scheme, "identifier")


def to_text(value: object) -> str:
    """The text of a value in ``claims``: names as ``Family, Given`` joined by ``; ``, dates ISO, booleans lower case.

    >>> to_text(True), to_text(("cs.LG", "stat.ML"))
    ('true', 'cs.LG; stat.ML')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "; ".join(_part(one) for one in value)
    if isinstance(value, Identifier):
        return value.value if value.scheme in IDENTIFIER_FIELDS else str(value)
    return str(value)


def _part(one: str | Author | Keyword) -> str:
    if isinstance(one, str):
        return one
    return f"{one.keyword} ({one.score})" if isinstance(one, Keyword) else to_family_first(one)


def is_published(one: Record | Version) -> bool:
    """Whether a version, or the one that a record describes, is more than a preprint."""
    return one.stage in (Stage.ACCEPTED, Stage.PUBLISHED) and one.type is not WorkType.PREPRINT
