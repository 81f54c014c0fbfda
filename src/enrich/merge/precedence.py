"""Whom to believe, field by field: the rank that each source has by its traits, between those that are no sources."""

from __future__ import annotations

from enrich.model.facts import FACTS
from enrich.model.traits import LAST, PUBLISHED, WRITTEN, Role, traits_of

CORRECTIONS, CATALOGUE, LIST = "corrections", "catalogue", "list"
_OWN = {CORRECTIONS: 0, CATALOGUE: 90, LIST: 95}

PUBLICATION_FIELDS = tuple(name for name, meaning in FACTS.items() if meaning.of_edition)
"""Fields that describe one edition together: where a work is published, preprint records have no say in them."""
_AS_PUBLISHED = frozenset({*PUBLICATION_FIELDS, "type"})


def rank(field: str, source: str) -> int:
    """Position of a source in the order for a field; lower is more trusted.

    A proceedings page is the edition of record; indexes copy, abbreviate and mix versions. What authors write stands
    first with the preprint server that they typed it into.
    """
    if source in _OWN:
        return _OWN[source]
    traits = traits_of(source)
    if traits is None:
        return LAST
    return traits.trust.get(field, traits.trust.get(PUBLISHED if field in _AS_PUBLISHED else WRITTEN, LAST))


def is_index(source: str) -> bool:
    """Whether what a source says of one paper may be of several versions."""
    traits = traits_of(source)
    return traits is not None and traits.role is Role.INDEX
