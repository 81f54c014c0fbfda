"""What one source says about one version of a work."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from enrich.model.facts import Facts

if TYPE_CHECKING:
    from datetime import datetime

    from enrich.model.dates import PartialDate
    from enrich.model.identifiers import Identifier


class WorkType(StrEnum):
    """Publication type; the values of column ``type`` (``design`` of the exports maps each to BibTeX, RDF and CSL)."""

    PREPRINT = "preprint"
    CONFERENCE = "conference"
    JOURNAL = "journal"
    SOFTWARE = "software"
    DATASET = "dataset"
    WEBSITE = "website"
    REPORT = "report"
    BOOK = "book"
    CHAPTER = "chapter"
    THESIS = "thesis"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """How far a version has come."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


class RelationKind(StrEnum):
    """How a version stands to another one (Crossref and DataCite relation types, folded)."""

    IS_PREPRINT_OF = "is_preprint_of"
    HAS_PREPRINT = "has_preprint"
    IS_VERSION_OF = "is_version_of"
    SUPPLEMENTS = "supplements"
    REVIEWS = "reviews"
    CORRECTS = "corrects"
    RETRACTS = "retracts"


@dataclass(frozen=True, slots=True)
class WorkLink:
    """Something that belongs to a work and is not it."""

    role: str
    """``code``, ``data``, ``video``, ``slides`` or ``project``."""
    url: str


@dataclass(frozen=True, slots=True)
class Repository:
    """State of a code repository."""

    stars: int | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    pushed_at: datetime | None = None
    """The last push."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from the record's version to another one."""

    kind: RelationKind
    identifier: Identifier


class NoticeKind(StrEnum):
    """What a notice says of an article; the values are remarks of its record, too."""

    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    CONCERN = "expression of concern"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about an article, as the article's own record names it."""

    kind: NoticeKind
    identifier: Identifier | None = None
    """Of the notice."""
    date: PartialDate | None = None
    said_by: str | None = None
    """Who registered it: ``publisher``, ``retraction-watch``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Facts):
    """What one source says about one version of a work.

    Of the facts, ``date`` is the first public date of this version, ``year`` the source's word even where it differs,
    ``pages`` is ``first--last`` or an article number, ``version`` may be an arXiv version (``v2``).
    """

    source: str
    """Name of the source, as in ``sources.SOURCES``."""
    identifiers: tuple[Identifier, ...]
    """The first one is the source's own for this version."""
    retrieved_at: datetime
    """Aware, UTC: when the bytes were received, also when they come from the cache."""
    other_titles: tuple[str, ...] = ()
    """Titles that earlier versions bore, or the same title in another language."""
    revised: PartialDate | None = None
    """When the newest version under the same identifier was made public."""
    authors_truncated: bool = False
    """Whether the source says that there are more authors than it names."""
    type: WorkType = WorkType.UNKNOWN
    stage: Stage | None = None
    citation_count_source: str | None = None
    """Who counted, when that is not the source itself (a catalogue passes counts on)."""
    citation_count_at: datetime | None = None
    """When it was counted, or the last moment it can have been; None = ``retrieved_at``."""
    counts_by_year: tuple[tuple[int, int], ...] = ()
    """(year, citing works of that year)."""
    references: tuple[Identifier, ...] = ()
    """Works that this one cites, by identifier."""
    reference_titles: tuple[str, ...] = ()
    """The title of each of ``references``, in step; empty = the source names none."""
    relations: tuple[Relation, ...] = ()
    links: tuple[WorkLink, ...] = ()
    """Code, data, slides … of the work."""
    repository: Repository | None = None
    """State of the repository that the record is about."""
    remarks: tuple[str, ...] = ()
    """Facts such as ``withdrawn``, ``retracted``, ``archived``, ``renamed``."""
    notices: tuple[Notice, ...] = ()
    """Notices about the work itself; those that a notice is made of stand in ``relations``."""
    request_key: str = ""
    """Key of the request in the ledger; empty for a record that needed none."""
    source_url: str | None = None
    """Page or API address that shows the record, without secrets."""
    fact_sources: dict[str, str] = field(default_factory=dict)
    """Field name to the origin that a catalogue states for it."""
