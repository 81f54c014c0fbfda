"""Every table and column, defined once.

The Parquet schemas, the data dictionary and ``datapackage.json`` are made from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SCHEMA_VERSION = 1
"""Raised when a column changes its name, type or meaning; a new column does not raise it."""


class Kind(StrEnum):
    """Type of a column, as the data dictionary names it."""

    STRING = "string"
    INT16 = "int16"
    INT32 = "int32"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp (UTC)"
    STRINGS = "list of string"
    STRUCTS = "list of struct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    description: str
    is_required: bool = False
    """Never null."""
    unit: str | None = None
    example: str | None = None
    """As it stands in CSV."""
    values: tuple[str, ...] = ()
    """All values it can have; empty = open."""
    fields: tuple[Column, ...] = ()
    """Parts of a struct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Columns of a table that name a row of another one."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a Parquet file, and a CSV file where people open it in a spreadsheet."""

    name: str
    description: str
    key: tuple[str, ...]
    """Columns that name a row; the rows are sorted by them."""
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()
    has_csv: bool = False
    not_in_csv: frozenset[str] = field(default_factory=frozenset)

    @property
    def csv_columns(self) -> tuple[Column, ...]:
        """The columns that the CSV file has."""
        return tuple(column for column in self.columns if column.name not in self.not_in_csv)


def _text(name: str, description: str, example: str | None = None, *values: str) -> Column:
    return Column(name=name, kind=Kind.STRING, description=description, example=example, values=values)


def _required(column: Column) -> Column:
    return Column(
        name=column.name,
        kind=column.kind,
        description=column.description,
        is_required=True,
        unit=column.unit,
        example=column.example,
        values=column.values,
        fields=column.fields,
    )


def _number(name: str, description: str, example: str, *, kind: Kind = Kind.INT32, unit: str | None = None) -> Column:
    return Column(name=name, kind=kind, description=description, example=example, unit=unit)


def _flag(name: str, description: str) -> Column:
    return Column(name=name, kind=Kind.BOOLEAN, description=description, example="true")


def _instant(name: str, description: str) -> Column:
    return Column(name=name, kind=Kind.TIMESTAMP, description=description, example="2026-11-20T08:15:00Z")


def _texts(name: str, description: str, example: str) -> Column:
    return Column(name=name, kind=Kind.STRINGS, description=description, example=example, is_required=True)


def _structs(name: str, description: str, example: str, *fields: Column) -> Column:
    return Column(
        name=name, kind=Kind.STRUCTS, description=description, example=example, fields=fields, is_required=True
    )


TYPES = (
    "preprint",
    "conference",
    "journal",
    "software",
    "dataset",
    "website",
    "report",
    "book",
    "chapter",
    "thesis",
    "unknown",
)
_PRECISIONS = ("day", "month", "year")

WORK_ID = _required(_text("work_id", "Name of the work: scheme and value of its first identifier", "arxiv:1806.07366"))
_LIST = _required(_text("list", "Name of the reading list", "awesome-neural-ode"))
_ORDER = _required(_number("order", "Position of the entry in its list", "2", unit="1 = first"))
_LINE = _required(_number("line", "Line of the entry's title in the list", "76", unit="1 = first"))
_POSITION = _required(_number("position", "Position", "1", unit="1 = first"))
_TO_WORK = Reference(columns=("work_id",), table="works", target=("work_id",))
_TO_ENTRY = Reference(columns=("list", "order"), table="entries", target=("list", "order"))

_AUTHOR = (
    _required(_text("name", "Display form", "Ricky T. Q. Chen")),
    _text("family", "Surname with its particles", "van der Schaar"),
    _text("given", "Given names", "Mihaela"),
    _text("suffix", "Generation suffix", "Jr."),
    _text("orcid", "ORCID iD, bare", "0000-0002-1825-0097"),
    _required(_flag("is_organization", "The author is a group, not a person")),
)

WORKS = Table(
    name="works",
    description="One row per paper, software or page that entries name, with the value selected for each field",
    key=("work_id",),
    has_csv=True,
    not_in_csv=frozenset({"abstract"}),
    columns=(
        WORK_ID,
        _required(_text("citation_key", "Key in the BibTeX files; never changes once published", "chen2018neural")),
        _required(_text("title", "Title as plain Unicode", "Neural Ordinary Differential Equations")),
        _text("title_source", "Title as its source wrote it", r"On $\ell_1$ Norms"),
        _required(_text("type", "Publication type", "conference", *TYPES)),
        _number("year", "Year of publication of the version to cite", "2018", kind=Kind.INT16),
        Column(
            name="published_date",
            kind=Kind.DATE,
            description="First public date of any version; its first possible day when only month or year is known",
            example="2018-06-19",
        ),
        _text("published_precision", "How much of published_date is known", "day", *_PRECISIONS),
        _text("venue", "Conference series or journal in full", "Advances in Neural Information Processing Systems"),
        _text("venue_short", "Its usual short form", "NeurIPS"),
        _text("publisher", "Publisher", "Curran Associates"),
        _text("volume", "Volume", "31"),
        _text("issue", "Issue", "4"),
        _text("pages", "Pages or article number", "6572–6583"),
        _text("doi", "DOI, lower case and bare", "10.1038/s41598-018-24271-9"),
        _text("arxiv_id", "arXiv identifier without version; in CSV with the prefix `arXiv:`", "arXiv:1806.07366"),
        _text("arxiv_category", "Primary arXiv category", "cs.LG"),
        _text("openalex_id", "OpenAlex identifier", "W2963755523"),
        _text("s2_id", "Semantic Scholar identifier", "449310e3538b08b43227d660227dfd2875c3c3c1"),
        _text("url", "Page to read about the work", "https://arxiv.org/abs/1806.07366"),
        _text("pdf_url", "Address of the full text", "https://arxiv.org/pdf/1806.07366"),
        _text("license", "Licence of the full text", "CC-BY-4.0"),
        _flag("is_open_access", "The full text is free to read"),
        _text("language", "Language, ISO 639-1", "en"),
        _text("version", "Release of a software", "2.3.0"),
        _text("abstract", "Abstract as plain Unicode"),
        _required(_number("n_authors", "Number of authors", "4", kind=Kind.INT16, unit="authors")),
        _structs(
            "authors",
            "Authors in order",
            "Chen, Ricky T. Q.; Rubanova, Yulia",
            _required(_number("position", "Place among the authors", "1", kind=Kind.INT16, unit="1 = first")),
            *_AUTHOR,
        ),
        _texts("keywords", "Keywords of the sources", "cs.LG; stat.ML"),
        _texts("lists", "Lists that name the work", "awesome-neural-ode"),
        _texts("sections", "Section paths that name the work, levels joined by ` / `", "Methods / Solvers"),
        _texts("remarks", "Remarks of the curators, and facts such as `retracted`", "oral"),
        _number("citation_count", "Citing works; empty = unknown, which is not 0", "3120", unit="works"),
        _text("citation_count_source", "Who counted", "semantic_scholar"),
        _instant("citation_count_at", "When it was counted, or the last moment it can have been"),
        _number("influential_citation_count", "Influential citations as Semantic Scholar counts them", "512"),
        _text(
            "verdict_status", "How sure the identity is", "exact", "exact", "strong", "weak", "ambiguous", "different"
        ),
        _text("verdict_reason", "Why", "same_arxiv_id"),
        _required(_text("status", "How much is known", "ok", "ok", "partial", "not_found")),
        _required(_flag("is_new", "First seen in this run")),
        _instant("first_seen_at", "When a run first published the work"),
        _instant("updated_at", "The newest moment at which a selected value was received"),
        _required(_text("run_id", "Digest of the inputs and replies of the run", "5f2b9c1d7a30")),
    ),
)

AUTHORSHIPS = Table(
    name="authorships",
    description="One row per author of a work",
    key=("work_id", "position"),
    has_csv=True,
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        _required(_number("position", "Place among the authors", "1", kind=Kind.INT16, unit="1 = first")),
        *_AUTHOR,
        _text("openalex_author_id", "OpenAlex identifier of the author", "A5023888391"),
        _text("affiliation", "Affiliation as written", "University of Toronto"),
    ),
)

_URL = _required(_text("url", "Address as written", "https://arxiv.org/abs/1806.07366"))
_ROLES = ("paper", "pdf", "code", "repo", "project", "data", "video", "slides", "docs", "review", "link")

ENTRIES = Table(
    name="entries",
    description="One row per entry of a list, as its curator wrote it",
    key=("list", "order"),
    has_csv=True,
    not_in_csv=frozenset({"quote"}),
    references=(_TO_WORK,),
    columns=(
        _LIST,
        _ORDER,
        _LINE,
        _text("title", "Title without markup; empty when the list lost it", "Neural Ordinary Differential Equations"),
        _required(
            _text(
                "kind",
                "What the entry names",
                "paper",
                "paper",
                "software",
                "dataset",
                "book",
                "thesis",
                "website",
            )
        ),
        _texts("section_path", "Headings from the outermost down; in CSV joined by ` / `", "Methods / Solvers"),
        _text("label", "Venue label verbatim", "NeurIPS18"),
        _texts("remarks", "Remarks of the curator", "best paper award"),
        _texts("topic_labels", "Texts of topic badges", "TS"),
        _structs(
            "links",
            "Links in order; in CSV their addresses",
            "https://arxiv.org/abs/1806.07366",
            _URL,
            _required(_text("label", "Link text or badge text", "NeurIPS18")),
            _required(_text("role", "What it leads to", "paper", *_ROLES)),
        ),
        _texts("identifiers", "Identifiers in the entry, `scheme:value`, the primary one first", "arxiv:1806.07366"),
        _text("venue", "Venue in the label", "NeurIPS"),
        _number("year", "Year that the entry writes", "2018", kind=Kind.INT16),
        _texts("authors", "Names as written", "Chen et al."),
        _text("quote", "Quoted abstract"),
        _text("acronym", "Short name of the work in the entry", "NODE"),
        _texts("keywords", "Keywords in the entry", "solver"),
        _text("notes", "Further text of the entry", "with code"),
        _text("date", "Date as written, ISO to its precision", "2018-06"),
        _text("file", "File inside the list", "docs/papers.md"),
        _text("family", "Format family that read the entry", "F1"),
        WORK_ID,
    ),
)

ENTRY_SECTIONS = Table(
    name="entry_sections",
    description="One row per entry and section level: the tree of headings, level by level",
    key=("list", "order", "level"),
    references=(_TO_ENTRY, _TO_WORK),
    columns=(
        _LIST,
        _ORDER,
        _required(_number("level", "Depth of the section", "1", kind=Kind.INT16, unit="1 = outermost")),
        WORK_ID,
        _required(_text("section_id", "Position of the section among its siblings, level by level", "2.1")),
        _required(_text("section_path", "Headings down to this level, joined by ` / `", "Systems / Serving")),
        _required(_text("section", "Heading of this level", "Serving")),
    ),
)

IDENTIFIERS = Table(
    name="identifiers",
    description="One row per identifier of a work",
    key=("work_id", "position"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        _required(_number("position", "Order of preference", "1", kind=Kind.INT16, unit="1 = first")),
        _required(
            _text(
                "scheme",
                "Who issues it",
                "doi",
                "arxiv",
                "doi",
                "openreview",
                "neurips",
                "pmlr",
                "acl",
                "cvf",
                "dblp",
                "s2",
                "openalex",
                "github",
                "url",
            )
        ),
        _required(_text("value", "Normalized value, with its qualifier", "10.1038/s41598-018-24271-9")),
        _required(_flag("is_primary", "The first identifier of its scheme")),
        _required(_text("source", "Who gave it", "semantic_scholar")),
    ),
)

VERSIONS = Table(
    name="versions",
    description="One row per public form of a work: preprint, accepted, published",
    key=("work_id", "position"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        _required(_number("position", "Order", "1", kind=Kind.INT16, unit="1 = first")),
        _required(_text("type", "Publication type", "preprint", *TYPES)),
        _text("stage", "How far it has come", "published", "submitted", "accepted", "published"),
        _text("title", "Title of this version", "Neural Ordinary Differential Equations"),
        _number("year", "Year of publication", "2018", kind=Kind.INT16),
        Column(name="published_date", kind=Kind.DATE, description="First public date", example="2018-06-19"),
        _text("published_precision", "How much of published_date is known", "day", *_PRECISIONS),
        _text("venue", "Venue", "NeurIPS"),
        _text("url", "Its page", "https://arxiv.org/abs/1806.07366"),
        _texts("identifiers", "Identifiers, `scheme:value`", "arxiv:1806.07366v5"),
        _texts("sources", "Sources that describe it", "arxiv; datacite"),
        _texts("evidence", "Why it is a version of this work", "datacite: IsVersionOf 10.1038/x"),
    ),
)

CITATION_LINKS = Table(
    name="citation_links",
    description="One row per citation between two works of the run",
    key=("citing_work_id", "cited_work_id"),
    has_csv=True,
    references=(
        Reference(columns=("citing_work_id",), table="works", target=("work_id",)),
        Reference(columns=("cited_work_id",), table="works", target=("work_id",)),
    ),
    columns=(
        _required(_text("citing_work_id", "Work that cites", "arxiv:2001.04385")),
        _required(_text("cited_work_id", "Work that is cited", "arxiv:1806.07366")),
        _text("source", "Who says so", "semantic_scholar"),
    ),
)

CLAIMS = Table(
    name="claims",
    description="One row per value that a source gave for a field of a work: who said so, when, in reply to what",
    key=("work_id", "field", "position"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        _required(_text("field", "Column of `works`", "venue")),
        _required(_number("position", "Order of preference", "1", kind=Kind.INT16, unit="1 = first")),
        _required(_text("value", "Value as text", "NeurIPS")),
        _required(_text("source", "Who said so", "semantic_scholar")),
        _text("source_url", "Page or address that shows it", "https://arxiv.org/abs/1806.07366"),
        _required(_instant("retrieved_at", "When it was received")),
        _text("request_key", "Key of the request that brought it", "9d1f6a20c4b8e713"),
        _required(_text("method", "How the record was found", "identifier")),
        _required(_flag("is_selected", "It is the value in `works`")),
        _text("reason", "Why it was selected or passed over", "publisher before preprint server"),
    ),
)

FINDINGS = Table(
    name="findings",
    description="One row per defect of a list, with a proposed fix",
    key=("list", "position"),
    has_csv=True,
    columns=(
        _LIST,
        _POSITION,
        _number("order", "Position of the entry; empty for the list as a whole", "41", unit="1 = first"),
        _required(_number("line", "Line in the list", "312", unit="1 = first")),
        _required(_text("kind", "What is wrong", "duplicate_entry")),
        _required(_text("severity", "How much it matters", "defect", "defect", "stale", "style", "note")),
        _required(_text("list_says", "What the list says", "ICLR20")),
        _required(_text("record_says", "What the records say", "ICLR 2021")),
        _texts("evidence", "Where that stands", "https://openreview.net/forum?id=PxTIG12RRHS"),
        _text("fix", "Proposed replacement", "ICLR21"),
        _text("file", "File inside the list", "README.md"),
    ),
)

CHANGES = Table(
    name="changes",
    description="One row per value that differs from the last run with other inputs or replies",
    key=("work_id", "field"),
    columns=(
        WORK_ID,
        _required(_text("field", "Column of `works`; `work` for a work that came or went", "citation_count")),
        _required(_text("kind", "What happened", "changed", "added", "changed", "removed")),
        _text("before", "Value in the last run", "3101"),
        _text("after", "Value in this run", "3120"),
    ),
)

RUNS = Table(
    name="runs",
    description="One row per run; the only table with the clock of the machine",
    key=("started_at", "run_id"),
    columns=(
        _required(_text("run_id", "Digest of the inputs and replies", "5f2b9c1d7a30")),
        _required(_instant("started_at", "When the run began")),
        _instant("finished_at", "When it ended"),
        _required(_text("code_version", "Version of enrich", "0.1.0")),
        _required(_text("config_digest", "Digest of the settings", "a3f0")),
        _required(_number("n_works", "Works", "84", unit="works")),
        _required(_number("n_partial", "Works of which something is missing", "3", unit="works")),
        _required(_number("n_not_found", "Works that no source knows", "1", unit="works")),
    ),
)

CITATION_COUNTS = Table(
    name="history/citation_counts",
    description="One row per work, source and day of a counted citation; kept when an entry leaves its list",
    key=("work_id", "source"),
    columns=(
        WORK_ID,
        _required(_text("source", "Who counted", "semantic_scholar")),
        _required(_instant("observed_at", "When it was counted, or the last moment it can have been")),
        _required(_number("citation_count", "Citing works", "3120", unit="works")),
    ),
)
"""Its files are partitions ``observed_date=YYYY-MM-DD``; it never changes: a new schema gets a new folder."""

TABLES = (
    WORKS,
    AUTHORSHIPS,
    ENTRIES,
    ENTRY_SECTIONS,
    IDENTIFIERS,
    VERSIONS,
    CITATION_LINKS,
    CLAIMS,
    FINDINGS,
    CHANGES,
    RUNS,
)
"""The tables beside each other in the output folder."""
