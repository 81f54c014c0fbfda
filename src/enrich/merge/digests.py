"""Digests that are equal where nothing differs: of a value, of a run, of what is known."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.model.entry import ReadingList
    from enrich.model.work import Bibliography, Work


def digest(value: object) -> str:
    """Sixteen hexadecimal digits that are equal for equal values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def run_digest(works: Sequence[Work], lists: Sequence[ReadingList], config: Any) -> str:  # noqa: ANN401 (JSON)
    """The id of a run: a digest of what went in and of every claim that came out."""
    said = sorted(
        f"{claim.work_id} {claim.field} {claim.source} {claim.value} {claim.retrieved_at.isoformat()}"
        for work in works
        for claim in work.claims
    )
    return digest([[one.digest for one in lists], config, said])


def content_digest(bibliography: Bibliography) -> str:
    """A digest of what is known of lists and works, whenever it was said: equal when a run brought no news."""
    said = sorted(
        f"{claim.work_id} {claim.field} {claim.source} {claim.is_selected} {claim.value}"
        for work in bibliography.works
        for claim in work.claims
    )
    works = [
        [
            *(one.work_id, one.citation_key, one.status, [str(link.identifier) for link in one.dead_links]),
            *(one.references, repr(one.authors), repr(one.stated_references), repr(one.links)),
            [(known.source, known.year, known.count) for known in one.citations_by_year],
        ]
        for one in bibliography.works
    ]
    # The evidence of a finding says when it was told.
    findings = [
        [one.list, one.order, one.line, one.kind, one.severity, one.list_says, one.record_says, one.fix]
        for one in bibliography.findings
    ]
    judged = [
        [one.list, one.order, one.status, [reason.kind for reason in one.reasons]] for one in bibliography.references
    ]
    lists = [[one.name, one.digest] for one in bibliography.lists]
    failed = [name for name, _ in bibliography.source_failures]
    made_by = [bibliography.config_digest, bibliography.code_version]
    return digest([lists, works, said, findings, judged, failed, sorted(bibliography.new_work_ids), *made_by])
