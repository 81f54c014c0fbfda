"""The abstract paper, software or page: versions, selected values, and a claim for every value of every source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from enrich.model.facts import Facts

if TYPE_CHECKING:
    from datetime import date, datetime

    from enrich.model.dates import PartialDate
    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.identifiers import Identifier
    from enrich.model.record import Record, Repository, Stage, WorkType
    from enrich.model.reference import NearRecord, Reference
    from enrich.model.verdict import Verdict


class WorkStatus(StrEnum):
    """How much of a work is known: column ``status``."""

    OK = "ok"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    """Who was asked knows nothing of it."""
    NOT_ASKED = "not_asked"
    """Nobody knows anything of it, and nobody answered a question about it."""


_FIRST_ARXIV_YEAR = 91
UNRESOLVED = frozenset({WorkStatus.NOT_FOUND, WorkStatus.NOT_ASKED})
"""Of a work for which no record was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value of one field of a work: who said so, when, in reply to what."""

    work_id: str
    field: str
    """Column name in ``works``."""
    value: str
    """Text form: lists as ``; ``-joined ``Last, First``, dates ISO, booleans ``true``/``false``."""
    source: str
    """``list``, ``corrections``, ``catalogue`` or the name of a source."""
    retrieved_at: datetime
    source_url: str | None = None
    request_key: str = ""
    """Key of the request that brought it; empty when none did."""
    method: str = "identifier"
    """How the record was found: ``identifier``, ``title``, ``abstract``, ``list``, ``catalogue``, ``correction``,
    ``derived``."""
    is_selected: bool = False
    reason: str = ""
    """Why it was selected or passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that bears an identifier of the entry and is another work's."""

    identifier: Identifier
    title: str
    """The record's."""
    source: str
    reason: str
    """Of the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink:
    """A link of an entry where nothing is, by the word of the service that it leads to."""

    identifier: Identifier
    url: str
    """As the entry writes it."""
    source: str
    """Who says so."""
    missed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One public form of a work, as the sources together describe it."""

    type: WorkType
    stage: Stage | None
    identifiers: tuple[Identifier, ...]
    title: str | None = None
    date: PartialDate | None = None
    year: int | None = None
    venue: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """Why it is a version of this work, such as ``datacite: IsVersionOf 10.1038/…``."""


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many works of a year cite a work, by the word of a source."""

    year: int
    count: int
    source: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class StatedReference:
    """One work in the bibliography of a work, as a source names it."""

    source: str
    identifier: Identifier
    title: str | None = None
    work_id: str | None = None
    """The cited work, where it is in the same run."""


@dataclass(frozen=True, slots=True)
class StatedLink:
    """Something that belongs to a work and is not it, and who says so."""

    role: str
    url: str
    source: str
    """``list`` or the name of a source."""
    identifier: Identifier | None = None
    """Of the repository or data set behind the address."""
    repository: Repository | None = None
    """Its state, where a source of the run knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentWork:
    """A work that a list's works cite and that is not on the list."""

    list: str
    source: str
    """Whose references were counted."""
    identifier: Identifier
    title: str | None
    citing_work_ids: tuple[str, ...]
    """The works of the list that cite it, sorted."""
    n_with_references: int
    """The works of the list whose references the source knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Facts):
    """The abstract work that one or more entries name, with the value selected for each field.

    Its ``date`` is the first public date of any version.
    """

    work_id: str
    """``scheme:value`` of its first identifier, frozen once published."""
    citation_key: str
    title: str = ""
    title_source: str
    """The title as received, before the text pipeline."""
    type: WorkType
    entry_orders: tuple[tuple[str, int], ...]
    """(list name, entry order) of every entry that names it."""
    identifiers: tuple[Identifier, ...] = ()
    identifier_sources: tuple[str, ...] = ()
    """The source of each of ``identifiers``, in step; empty = the first record that has it."""
    authors_truncated: bool = False
    """Whether there are more authors than anybody names."""
    citation_count_source: str | None = None
    citation_count_at: datetime | None = None
    citations_by_year: tuple[YearCount, ...] = ()
    remarks: tuple[str, ...] = ()
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(list name, section path) of every entry that names it."""
    versions: tuple[Version, ...] = ()
    records: tuple[Record, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    """What the links of its entries led to besides it."""
    near: tuple[NearRecord, ...] = ()
    """Records that were compared with its entries and refused."""
    dead_links: tuple[DeadLink, ...] = ()
    claims: tuple[Claim, ...] = ()
    references: tuple[str, ...] = ()
    """work_id of the works in the same run that this one cites."""
    reference_sources: tuple[str, ...] = ()
    """The source of each of ``references``, in step."""
    stated_references: tuple[StatedReference, ...] = ()
    """Every reference that a source states, on the list or not."""
    links: tuple[StatedLink, ...] = ()
    """Code, data, video, slides and project pages."""
    verdict: Verdict | None = None
    """How sure the identity is."""
    status: WorkStatus = WorkStatus.OK
    first_seen_at: datetime | None = None
    """When a run first published it."""
    updated_at: datetime | None = None
    """The newest retrieved_at among the selected claims."""

    def identifier(self, scheme: str) -> str | None:
        """The first identifier value of a scheme, or None."""
        return next((known.value for known in self.identifiers if known.scheme == scheme), None)


class ChangeKind(StrEnum):
    """What happened since the last run; in the order of a report."""

    ENTRY_ADDED = "entry_added"
    ENTRY_REMOVED = "entry_removed"
    ENTRY_MOVED = "entry_moved"
    """To another section: a mere shift of lines is no move."""
    WORK_RESOLVED = "work_resolved"
    """An entry that no source knew has a work now."""
    PUBLISHED = "published"
    """A preprint has a venue or a DOI of its publication now."""
    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    CONCERN = "expression_of_concern"
    CORRECTED = "corrected"
    TITLE_REVISED = "title_revised"
    AUTHORS_REVISED = "authors_revised"
    ABSTRACT_REVISED = "abstract_revised"
    VALUE_CHANGED = "value_changed"
    CITATION_JUMP = "citation_jump"
    LINK_DIED = "link_died"
    LINK_REVIVED = "link_revived"
    SOURCE_DOWN = "source_down"
    SOURCE_BACK = "source_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that a curator wants to know of since the last run."""

    kind: ChangeKind
    list: str | None = None
    """The list of the entry; of a work in several lists the first one; None for sources."""
    order: int | None = None
    """Of the entry, today; of a removed entry in the last run."""
    line: int | None = None
    file: str | None = None
    """File inside the list."""
    work_id: str | None = None
    title: str | None = None
    field: str | None = None
    """Column of ``works`` that ``before`` and ``after`` are values of."""
    before: str | None = None
    after: str | None = None
    source: str | None = None
    """Who says the new value, or the source that is down or back."""
    since: date | None = None
    """Day of the observation that a jump is measured from."""
    detail: str | None = None
    """What ``before`` and ``after`` leave open: by how much a count grew, why a source is down."""
    url: str | None = None
    """Where to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """All that a run knows; the one argument of every export."""

    lists: tuple[ReadingList, ...]
    works: tuple[Work, ...]
    """Sorted by work_id."""
    entry_works: dict[tuple[str, int], str]
    """(list name, entry order) to work_id; an entry without identity has a work of its own."""
    run_id: str
    started_at: datetime
    code_version: str
    config_digest: str = ""
    findings: tuple[Finding, ...] = ()
    absent_works: tuple[AbsentWork, ...] = ()
    """What the works of each list cite most and the list does not name, most cited first."""
    references: tuple[Reference, ...] = ()
    """The verdict on each entry, in the order of lists and entries."""
    new_work_ids: frozenset[str] = frozenset()
    """Works first seen in this run."""
    warnings: tuple[str, ...] = ()
    ledger: tuple[dict[str, Any], ...] = ()
    """Totals per source, as in ``run.json``."""
    sources_used: tuple[str, ...] = ()
    """Names of the sources whose data are inside, sorted."""
    finished_at: datetime | None = None
    source_failures: tuple[tuple[str, str], ...] = ()
    """(source, message) of each source that could not answer something."""
    changes: tuple[Change, ...] | None = None
    """Since the last run; None = the export compares with the files that it replaces."""
    changes_since: date | None = None
    """Day of the run that ``changes`` compares with; None = there is none."""


def publication_year(work: Work) -> int | None:
    """The year to cite; an arXiv identifier tells it when nothing else does.

    Numbers: <https://info.arxiv.org/help/arxiv_identifier.html>.
    """
    if work.year or work.date:
        return work.year or (work.date.year if work.date else None)
    digits = re.match(r"(?:[a-z-]+/)?(\d\d)", work.identifier("arxiv") or "")
    if not digits:
        return None
    short = int(digits[1])
    return (1900 if short >= _FIRST_ARXIV_YEAR else 2000) + short
