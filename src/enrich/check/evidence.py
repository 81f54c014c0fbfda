"""What findings point to: the claims behind a value, and the page of a work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from enrich.model.addresses import to_url
from enrich.model.finding import Finding, Severity
from enrich.model.record import Stage
from enrich.model.verdict import Status
from enrich.model.work import Version

if TYPE_CHECKING:
    from enrich.model.entry import Entry
    from enrich.model.work import Work

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a record that only repeats what an entry says."""
_PUBLISHED_TYPES = ("conference", "journal", "book", "chapter")


def on_entry(  # noqa: PLR0917 (the columns of a finding)
    name: str,
    entry: Entry,
    kind: str,
    severity: Severity,
    list_says: str,
    record_says: str,
    *,
    evidence: tuple[str, ...] = (),
    fix: str | None = None,
) -> Finding:
    """A finding about one entry of the list of a name."""
    return Finding(
        list=name,
        order=entry.order,
        line=entry.line,
        file=entry.file,
        kind=kind,
        severity=severity,
        list_says=list_says,
        record_says=record_says,
        evidence=evidence,
        fix=fix,
    )


def evidence_of(work: Work, field: str) -> tuple[str, ...]:
    """The claims of others than the list on a field, the selected one first: source, value, date, where."""
    claims = [one for one in work.claims if one.field == field and one.source != "list"]
    return tuple(
        f"{one.source}: {one.value} ({one.retrieved_at:%Y-%m-%d}{', ' + one.source_url if one.source_url else ''})"
        for one in sorted(claims, key=lambda one: not one.is_selected)
    )


def page_of(work: Work) -> str | None:
    """The address of the work that a list should link to."""
    return to_url(work.identifiers[0]) if work.identifiers else work.url


def is_certain(work: Work) -> bool:
    """Whether the work's identity is sure enough to correct a list by it."""
    return work.verdict is not None and work.verdict.status in (Status.EXACT, Status.STRONG)


def published_version(work: Work) -> Version | None:
    """The first version that appeared at a conference, in a journal or as a book; None for a preprint.

    Where a curator has corrected venue or year, the correction counts.
    """
    found = next((one for one in work.versions if one.type in _PUBLISHED_TYPES and one.venue), None)
    corrected = {one.field for one in work.claims if one.source == "corrections" and one.is_selected}
    if found is None and "venue" in corrected and work.type in _PUBLISHED_TYPES:
        found = Version(type=work.type, stage=Stage.PUBLISHED, identifiers=(), venue=work.venue, year=work.year)
    if found is None or corrected.isdisjoint(("venue", "year")):
        return found
    venue = work.venue if "venue" in corrected else found.venue
    return replace(found, venue=venue, year=work.year if "year" in corrected else found.year)
