"""What a run looks for, by the kind of the entry, and what of it nobody has answered freshly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.entry import EntryKind
from enrich.model.record import Record, Stage, WorkType
from enrich.works.clusters import Cluster, identity_identifiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from enrich.model.traits import Traits
    from enrich.rounds.freshness import FreshnessRules

_PAPER_FIELDS = frozenset(
    {
        "title",
        "authors",
        "date",
        "abstract",
        "venue",
        "edition",
        "citation_count",
        "references",
        "language",
        "link",
        "state",
    }
)
WANTED = {
    EntryKind.PAPER: _PAPER_FIELDS,
    EntryKind.BOOK: _PAPER_FIELDS - {"abstract", "references"},
    EntryKind.THESIS: _PAPER_FIELDS - {"venue", "references"},
    EntryKind.DATASET: frozenset({"title", "authors", "date", "license", "repository"}),
    EntryKind.SOFTWARE: frozenset({"authors", "date", "license", "repository"}),
    EntryKind.WEBSITE: frozenset[str](),
}
"""What a run looks for, by the kind of the entry.

Besides fields of ``Record``: ``edition`` is an index's word on where a paper appeared, ``link`` the word of the service
behind the entry's own link, ``repository`` the state of a repository, ``state`` whether a work was
retracted or corrected since.
"""

_COUNTS = frozenset({"citation_count", "references"})
OWN_LINK = frozenset({"link", "repository"})
"""Fields that only the service behind an entry's own link settles."""


def counts_only(traits: Traits) -> bool:
    """Whether a source knows nothing but who cites whom."""
    return not (traits.settles | traits.supplies) - _COUNTS


def missing_fields(
    cluster: Cluster, traits: Iterable[Traits], *, rules: FreshnessRules, now: datetime
) -> frozenset[str]:
    """The wanted fields that no source which settles them has answered freshly."""
    traits = tuple(traits)
    settles = {one.name: one.settles for one in traits}
    is_published = any(one.record.stage is Stage.PUBLISHED and one.record.venue for one in cluster.matches)
    known: set[str] = set()
    for one in cluster.matches:
        record = one.record
        for name in settles.get(record.source, frozenset()):
            since = rules.not_before(name, record, is_published=is_published, now=now)
            if record.retrieved_at >= since and answers(record, name):
                known.add(name)
    wanted = WANTED[cluster.entry.kind]
    return wanted - known if _has_unconfirmed_link(cluster, traits) else wanted - known - {"link"}


def _has_unconfirmed_link(cluster: Cluster, traits: Sequence[Traits]) -> bool:
    """Whether the entry's own link is in a scheme of a service that has not spoken for it."""
    own = next(iter(cluster.pinned or identity_identifiers(cluster.entry)), None)
    keepers = {one.name for one in traits if "link" in one.settles and own is not None and own.scheme in one.schemes}
    spoken = {one.record.source for one in cluster.matches if own in one.record.identifiers}
    return bool(keepers) and not keepers & spoken


def answers(record: Record, name: str) -> bool:
    """Whether a record settles a field: a preprint's silence about a venue is an answer, with a date."""
    if name == "venue":
        return record.venue is not None or record.type is WorkType.PREPRINT
    if name == "references":
        return bool(record.references) or record.citation_count is not None
    if name in ("repository", "license", "link"):
        return True
    if name in ("edition", "language", "state"):
        return record.title is not None
    return getattr(record, name) not in (None, "", ())
