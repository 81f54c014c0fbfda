"""From a query to the work in a catalogue that it means, or to the reason why that is left open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enrich.matching.candidates import Decision, decide
from enrich.matching.description import Description, describe_record
from enrich.matching.reasons import Reason
from enrich.model.verdict import Status, Verdict
from enrich.text.names import to_display
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.catalogue.catalogue import Catalogue

_OPENNESS = {Status.AMBIGUOUS: 0, Status.WEAK: 1, Status.EXACT: 2, Status.STRONG: 2, Status.DIFFERENT: 3}
N_CANDIDATES = 15
"""Similar titles that are compared: the right one is among the first ten in 997 of 1,000 (docs/identity.md)."""


def resolve(catalogue: Catalogue, readings: Sequence[Description]) -> Decision:
    """Return the decision on a query, given the descriptions that its text may mean, the likeliest first.

    Asked in this order, until one is accepted: identifiers, equal titles, main titles, similar titles.
    """
    decisions: list[Decision] = []
    for reading in readings:
        if reading.identifiers:
            found = catalogue.find(reading.identifiers).values()
            decisions.append(decide(reading, [record for records in found for record in records]))
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


def to_row(title: str, decision: Decision) -> dict[str, Any]:
    """Return the answer as ``enrich resolve`` prints it; an open one names the nearest record and no identifiers."""
    shown = decision.best if decision.verdict.status is not Status.DIFFERENT else None
    names = dict.fromkeys(str(known) for record in decision.records for known in record.identifiers)
    return {
        "title": title,
        "status": str(decision.verdict.status),
        "reason": str(decision.reason),
        "identifiers": list(names),
        "record_title": shown.title if shown else None,
        "record_authors": [to_display(author) for author in shown.authors] if shown else [],
        "record_year": describe_record(shown).year if shown else None,
    }
