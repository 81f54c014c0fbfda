"""What became of a work after it appeared: retracted, withdrawn, under concern, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.finding import Severity
from enrich.model.record import NoticeKind, RelationKind
from enrich.model.reference import ReferenceReason
from enrich.text.publication import is_notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.model.entry import Entry
    from enrich.model.record import Notice, Record
    from enrich.model.work import Work

_KINDS = {
    NoticeKind.RETRACTED: ("retracted", Severity.DEFECT),
    NoticeKind.WITHDRAWN: ("withdrawn", Severity.DEFECT),
    NoticeKind.CONCERN: ("expression_of_concern", Severity.STALE),
    NoticeKind.CORRECTED: ("corrected", Severity.NOTE),
}


def find_states(records: Sequence[Record], entry: Entry, work: Work | None) -> Iterator[ReferenceReason]:
    """What notices say of the work, one reason for each kind; a notice itself is about another work.

    The record that names the notice counts before one that only says so.
    """
    title = entry.title or (work.title if work else "")
    tells_of_another = any(
        one.kind in {RelationKind.RETRACTS, RelationKind.CORRECTS} for record in records for one in record.relations
    )
    if tells_of_another or is_notice(title or ""):
        return
    for state, (kind, severity) in _KINDS.items():
        saying = [one for one in records if state in one.remarks]
        saying.sort(key=lambda one: not any(notice.kind is state for notice in one.notices))
        if saying:
            record = saying[0]
            notices = [one for one in record.notices if one.kind is state]
            said = _told(max(notices, key=lambda one: (one.date is not None, one.date))) if notices else str(state)
            says = str(record.identifiers[0]) if record.identifiers else title
            yield ReferenceReason(
                kind=kind, severity=severity, field="state", entry_says=says or "", record_says=said,
                source=record.source,
            )  # fmt: skip
            if state is NoticeKind.RETRACTED:
                return


def _told(notice: Notice) -> str:
    """``retracted 2010-02-06, notice doi:10.1016/… (retraction-watch)``."""
    when = f" {notice.date}" if notice.date else ""
    where = f", notice {notice.identifier}" if notice.identifier else ""
    said_by = f" ({notice.said_by})" if notice.said_by else ""
    return f"{notice.kind}{when}{where}{said_by}"
