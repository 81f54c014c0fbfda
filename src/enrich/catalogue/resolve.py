"""From a query to the work in a catalogue that it means, or to the reason why that is left open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.matching.candidates import Decision, decide
from enrich.matching.verify import Reason
from enrich.model.verdict import Status, Verdict
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.catalogue.catalogue import Catalogue
    from enrich.matching.description import Description

N_CANDIDATES = 15
"""Similar titles that are compared: the right one is among the first ten in 997 of 1,000 (docs/identity.md)."""


def resolve(catalogue: Catalogue, readings: Sequence[Description]) -> Decision:
    """Return the decision on a query, given the descriptions that its text may mean, the likeliest first.

    Asked in this order, until one is accepted: identifiers, equal titles, main titles, similar titles.
    """
    decisions: list[Decision] = []
    for reading in readings:
        if reading.identifiers:
            decisions.append(
                decide(reading, [each for found in catalogue.find(reading.identifiers).values() for each in found])
            )
            if decisions[-1].records:
                return decisions[-1]
    bare = [replace(reading, identifiers=frozenset()) for reading in readings if normalize_title(reading.title or "")]
    for reading in bare:
        decisions.append(decide(reading, catalogue.find_title(reading.title or "")))
        if decisions[-1].records:
            return decisions[-1]
    for reading in bare:
        similar = catalogue.candidates(reading.title or "", limit=N_CANDIDATES)
        mains = [record for record in catalogue.find_main_title(reading.title or "") if record not in similar]
        decisions.append(decide(reading, (*mains, *similar)))
        if decisions[-1].records:
            return decisions[-1]
    if not decisions:
        return Decision(Verdict(Status.DIFFERENT, Reason.NO_TITLE))
    return min(decisions, key=lambda each: (_OPENNESS[each.verdict.status], each.best is None))


_OPENNESS = {Status.AMBIGUOUS: 0, Status.WEAK: 1, Status.EXACT: 2, Status.STRONG: 2, Status.DIFFERENT: 3}
