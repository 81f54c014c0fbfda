"""What happened to the values of a work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enrich.model.addresses import doi_url, to_url
from enrich.model.record import NoticeKind, WorkType
from enrich.model.work import UNRESOLVED, ChangeKind, WorkStatus
from enrich.text.venues import find_venue, split_volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.model.record import Notice
    from enrich.model.work import Work

Found = dict[str, Any]
"""The fields of a ``Change`` that are not the work's own."""

_PUBLISHED = frozenset({WorkType.CONFERENCE, WorkType.JOURNAL, WorkType.BOOK, WorkType.CHAPTER})
_PREPRINT_DOI = "10.48550/"
"""arXiv's prefix: <https://info.arxiv.org/help/doi.html>."""
_REVISIONS = (
    ("title", ChangeKind.TITLE_REVISED),
    ("authors", ChangeKind.AUTHORS_REVISED),
    ("abstract", ChangeKind.ABSTRACT_REVISED),
)
_VALUES = ("venue", "year", "doi", "type", "version")
_COVERED_BY_PUBLICATION = frozenset({"venue", "year", "doi", "type"})


def value_changes(before: dict[str, Any], work: Work) -> Iterator[Found]:
    """The changes between a row of ``works`` and the work today.

    A value that nobody states any more is silence and not news, and so is one that only the list itself states.
    """
    if work.status in UNRESOLVED:
        return
    if before.get("status") in UNRESOLVED:
        yield resolved(before, work)
        return
    found = [*_remarks(before, work), *_publication(before, work)]
    covered = _COVERED_BY_PUBLICATION if any(one["kind"] is ChangeKind.PUBLISHED for one in found) else frozenset()
    found += _revisions(before, work)
    found += (one for one in _values(before, work) if one["field"] not in covered)
    if not found and before.get("status") == WorkStatus.PARTIAL and work.status is WorkStatus.OK:
        found.append(_value("status", before["status"], work.status.value, None))
    yield from found


def resolved(before: dict[str, Any], work: Work) -> Found:
    """The change of a work that had no identity: what it is, and who knew."""
    source = work.records[0].source if work.records else _source(work, "title")
    known = str(work.identifiers[0]) if work.identifiers else work.work_id
    detail = work.verdict.reason if work.verdict else None
    return {
        "kind": ChangeKind.WORK_RESOLVED,
        "field": "work_id",
        "before": before["work_id"] if before["work_id"] != work.work_id else None,
        "after": known,
        "source": source,
        "detail": detail,
    }


_STATES = {
    NoticeKind.RETRACTED: ChangeKind.RETRACTED,
    NoticeKind.WITHDRAWN: ChangeKind.WITHDRAWN,
    NoticeKind.CONCERN: ChangeKind.CONCERN,
    NoticeKind.CORRECTED: ChangeKind.CORRECTED,
}


def _remarks(before: dict[str, Any], work: Work) -> Iterator[Found]:
    known = set(before["remarks"] or ()) if "remarks" in before else set(work.remarks)
    for state, kind in _STATES.items():
        if state in work.remarks and state not in known:
            saying = [one for one in work.records if state in one.remarks]
            notice = next((one for record in saying for one in record.notices if one.kind is state), None)
            found = {"kind": kind, "field": "remarks", "after": state.value}
            yield found | {"source": saying[0].source if saying else None, **(_told(notice) if notice else {})}


def _told(notice: Notice) -> Found:
    """Where and since when a notice stands."""
    told = {
        "detail": f"notice of {notice.date}" if notice.date else None,
        "url": to_url(notice.identifier) if notice.identifier else None,
    }
    return {name: value for name, value in told.items() if value}


def _publication(before: dict[str, Any], work: Work) -> Iterator[Found]:
    doi = work.identifier("doi")
    is_new_doi = bool(doi) and doi != before.get("doi") and not str(doi).startswith(_PREPRINT_DOI)
    is_published = work.type in _PUBLISHED or (work.type is WorkType.PREPRINT and is_new_doi)
    if before.get("type") != WorkType.PREPRINT or not is_published:
        return
    field, value = ("venue", work.venue) if work.venue and work.venue != before.get("venue") else ("doi", doi)
    yield {
        "kind": ChangeKind.PUBLISHED,
        "field": field,
        "before": before.get(field),
        "after": ", ".join(filter(None, (work.venue, str(work.year or ""), doi))) or work.type.value,
        "source": _source(work, field) if value else _source(work, "type"),
        "url": doi_url(doi) if doi else work.url,
    }


_TO_TEXT: dict[str, Callable[[Any], str | None]] = {
    "authors": lambda authors: "; ".join(one["name"] if isinstance(one, dict) else one.name for one in authors or ()),
}


def _text(field: str, value: object) -> str | None:
    if value is None:
        return None
    return _TO_TEXT.get(field, str)(value) or None


def _letters(text: str) -> str:
    """What counts in an abstract: sources differ in spaces, dashes and formulas and mean the same."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _initialed(names: str) -> list[tuple[str, str]]:
    """Last word and first letter of each name: a service that writes initials names the same people."""
    return [(_letters(name.split()[-1]), name[:1].casefold()) for name in names.split("; ") if name.split()]


def _revisions(before: dict[str, Any], work: Work) -> Iterator[Found]:
    for field, kind in _REVISIONS:
        old, new = _text(field, before.get(field)), _text(field, getattr(work, field))
        if old is None or new is None or old == new:
            continue
        if field == "abstract" and _letters(old) == _letters(new):
            continue
        if field == "authors" and _initialed(old) == _initialed(new):
            continue
        source = _source(work, field)
        if source != "list":
            yield {"kind": kind, "field": field, "before": old, "after": new, "source": source}


def _values(before: dict[str, Any], work: Work) -> Iterator[Found]:
    for field in _VALUES:
        if field not in before:
            continue
        value = work.identifier("doi") if field == "doi" else getattr(work, field)
        old, new = _text(field, before[field]), _text(field, value)
        source = _source(work, field)
        is_same = old == new or (field == "venue" and _is_same_venue(old or "", new or ""))
        if new is not None and not is_same and source != "list":
            yield _value(field, old, new, source)


def _is_same_venue(old: str, new: str) -> bool:
    """Whether two names mean one venue: services write volumes and years into it, and take turns to answer."""
    known = find_venue(old)
    names = split_volume(old)[0], split_volume(new)[0]
    return (known is not None and known == find_venue(new)) or _letters(names[0]) == _letters(names[1])


def _value(field: str, before: str | None, after: str, source: str | None) -> Found:
    return {"kind": ChangeKind.VALUE_CHANGED, "field": field, "before": before, "after": after, "source": source}


def _source(work: Work, field: str) -> str | None:
    """Who says the selected value."""
    return next((claim.source for claim in work.claims if claim.field == field and claim.is_selected), None)
