"""What one source says about one version of a work."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

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
class Author:
    """One author as a source names them."""

    name: str
    """Display form, ``Given Family``."""
    family: str | None = None
    """Surname with its particles (``van der Schaar``), without suffix."""
    given: str | None = None
    suffix: str | None = None
    """``Jr.``, ``III``."""
    orcid: str | None = None
    """Bare, ``0000-0002-1825-0097``."""
    affiliation: str | None = None
    """Raw text."""
    openalex_author_id: str | None = None
    is_organization: bool = False


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
class Record:
    """What one source says about one version of a work. Unknown is None or empty, never a guess."""

    source: str
    """Name of the source, as in ``sources.SOURCES``."""
    identifiers: tuple[Identifier, ...]
    """The first one is the source's own for this version."""
    retrieved_at: datetime
    """Aware, UTC: when the bytes were received, also when they come from the cache."""
    title: str | None = None
    other_titles: tuple[str, ...] = ()
    """Titles that earlier versions bore, or the same title in another language."""
    authors: tuple[Author, ...] = ()
    authors_truncated: bool = False
    """Whether the source says that there are more authors than it names."""
    type: WorkType = WorkType.UNKNOWN
    stage: Stage | None = None
    date: PartialDate | None = None
    """First public date of this version."""
    year: int | None = None
    """Year of publication as the source states it; may differ from ``date.year``."""
    venue: str | None = None
    venue_short: str | None = None
    publisher: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    """``first--last`` or an article number."""
    editors: tuple[Author, ...] = ()
    series: str | None = None
    edition: str | None = None
    place: str | None = None
    """Of the publisher, or where a conference was held."""
    isbn: str | None = None
    issn: str | None = None
    abstract: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    license: str | None = None
    is_open_access: bool | None = None
    language: str | None = None
    arxiv_category: str | None = None
    """Primary category such as ``cs.LG``."""
    keywords: tuple[str, ...] = ()
    citation_count: int | None = None
    citation_count_source: str | None = None
    """Who counted, when that is not the source itself (a catalogue passes counts on)."""
    citation_count_at: datetime | None = None
    """When it was counted, or the last moment it can have been; None = ``retrieved_at``."""
    influential_citation_count: int | None = None
    references: tuple[Identifier, ...] = ()
    """Works that this one cites, by identifier."""
    relations: tuple[Relation, ...] = ()
    version: str | None = None
    """Software release or arXiv version (``v2``)."""
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
