"""Which candidates are entries, and why the others are not."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from enrich.model.entry import BlockNote, EntryKind, LinkRole, Omission
from enrich.readers.fields.labels import is_paper_url
from enrich.readers.sections import purpose_of

if TYPE_CHECKING:
    from enrich.readers.draft import Draft
    from enrich.readers.reading import Candidate, FileReading

_CODE_ROLES = frozenset({LinkRole.CODE, LinkRole.REPO, LinkRole.DOCS})
_MOST_NAME_WORDS = 2
_FEWEST_SIBLINGS = 2
_KINDS = {"tool": EntryKind.SOFTWARE, "blog post": EntryKind.WEBSITE}
_DATA = re.compile(r"\b(?:data ?sets?|corpora|corpus|benchmarks?)\b", re.IGNORECASE)


def judge(reading: FileReading, file: str | None) -> tuple[list[Draft], list[BlockNote]]:
    """Return the drafts that are entries and a note per block; the others become omissions."""
    weak: Counter[tuple[str, ...]] = Counter(candidate.draft.section_path for candidate in reading.candidates if candidate.draft.is_weak)
    linked_sections = {
        candidate.draft.section_path for candidate in reading.candidates if _has_evidence(candidate.draft)
    }
    accepted: list[Draft] = []
    blocks: dict[tuple[int, str], list[Candidate]] = {}
    for candidate in reading.candidates:
        reason = _reason_against(candidate, linked_sections)
        if reason is None and candidate.draft.is_weak and weak[candidate.draft.section_path] < _FEWEST_SIBLINGS:
            reason = "prose"
        if reason is None:
            _set_kind(candidate)
            accepted.append(candidate.draft)
            blocks.setdefault((candidate.group, candidate.draft.family), []).append(candidate)
        else:
            draft = candidate.draft
            reading.omissions.append(
                Omission(line=draft.line, reason=reason, text=(draft.title or "")[:200], file=file, urls=candidate.urls)
            )
    notes = [_note(family, members, file) for (_, family), members in blocks.items()]
    return accepted, notes


def _has_evidence(draft: Draft) -> bool:
    """Whether an entry shows more than a title: a link, or the label of one whose target is lost."""
    return bool(draft.links or draft.label or draft.first_label)


def _note(family: str, members: list[Candidate], file: str | None) -> BlockNote:
    evidence = Counter(member.draft.evidence for member in members).most_common(1)[0][0]
    return BlockNote(line=members[0].draft.line, family=family, evidence=evidence, n_entries=len(members), file=file)


def _reason_against(candidate: Candidate, linked_sections: set[tuple[str, ...]]) -> str | None:
    """Why a candidate is no entry, or None."""
    draft, purpose = candidate.draft, candidate.purpose
    has_paper = draft.has_work_link and any(is_paper_url(link.url) for link in draft.links)
    if purpose == "about the list":
        return purpose
    if purpose == "contents":
        return None if has_paper else purpose
    if draft.title is None:
        return None
    if not _has_evidence(draft):
        if draft.quote is not None or draft.extra_identifiers or draft.text:
            return None
        return None if draft.section_path in linked_sections and purpose is None else "no link"
    if purpose and not has_paper and draft.is_title_linked:
        return purpose
    return None


def _set_kind(candidate: Candidate) -> None:
    draft = candidate.draft
    roles = {link.role for link in draft.links}
    if draft.has_work_link:
        return
    if candidate.purpose in _KINDS:
        draft.kind = _KINDS[candidate.purpose]
    elif not roles:
        return
    elif roles <= _CODE_ROLES:
        draft.kind = EntryKind.SOFTWARE
    elif any(purpose_of(heading) is None and _DATA.search(heading) for heading in draft.section_path[-1:]):
        draft.kind = EntryKind.DATASET
    elif roles <= {LinkRole.LINK, LinkRole.PROJECT}:
        draft.kind = EntryKind.WEBSITE
    if draft.kind is EntryKind.SOFTWARE and draft.title and ": " in draft.title and not draft.is_title_linked:
        name, _, description = draft.title.partition(": ")
        if len(name.split()) <= _MOST_NAME_WORDS:
            draft.title = name
            draft.notes.insert(0, description)
    if draft.kind is not EntryKind.PAPER and draft.label is None and not draft.is_title_linked:
        draft.label = draft.first_label
