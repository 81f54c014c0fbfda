"""How the identifiers of two descriptions stand to each other."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

from enrich.model.identifiers import Scheme

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from enrich.model.identifiers import Identifier


class IdentifierRelation(StrEnum):
    """The closest relation of any two identifiers of one scheme."""

    SAME = "same"
    VERSION = "version"
    """DOIs that differ in a version: ``10.21203/rs.3.rs-1/v1`` and ``/v2``."""
    COMPONENT = "component"
    """One DOI is the other with something behind it: a figure, a table, a supplement."""
    OTHER_ARXIV = "other arXiv id"
    OTHER_IN_SERIES = "other DOI, same prefix"
    OTHER_REGISTRANT = "other DOI, other prefix"
    UNKNOWN = "unknown"


_VERSION = re.compile(r"[./_-]v\d+$|^(10\.(?:12688/[a-z0-9]+|7554/elife)\.\d+)\.[1-9]\d?$")
"""What names a version: a mark, or the last number of F1000's platforms and of eLife's reviewed preprints."""
_REGISTRANT = re.compile(r"10\.\d{4,9}")


def compare_identifiers(left: AbstractSet[Identifier], right: AbstractSet[Identifier]) -> IdentifierRelation:
    """Return how two sets of identifiers stand to each other."""
    if left & right:
        return IdentifierRelation.SAME
    dois = [[one.value for one in side if one.scheme is Scheme.DOI] for side in (left, right)]
    pairs = list(product(*dois))
    if any(_VERSION.sub(r"\1", one) == _VERSION.sub(r"\1", other) for one, other in pairs):
        return IdentifierRelation.VERSION
    if any(is_component(one, other) for one, other in pairs):
        return IdentifierRelation.COMPONENT
    if all(any(one.scheme is Scheme.ARXIV for one in side) for side in (left, right)):
        return IdentifierRelation.OTHER_ARXIV
    if not pairs:
        return IdentifierRelation.UNKNOWN
    is_one = any(_registrant(one) == _registrant(other) for one, other in pairs)
    return IdentifierRelation.OTHER_IN_SERIES if is_one else IdentifierRelation.OTHER_REGISTRANT


def is_component(left: str, right: str) -> bool:
    """Whether one DOI is the other with a figure, table or supplement behind it.

    >>> is_component("10.1371/journal.pone.0001", "10.1371/journal.pone.0001.g002")
    True
    """
    shorter, longer = sorted((left, right), key=len)
    return longer != shorter and longer.startswith(shorter) and bool(re.match(r"[./-]", longer[len(shorter) :]))


def _registrant(doi: str) -> str:
    match = _REGISTRANT.match(doi)
    return match[0] if match else doi
