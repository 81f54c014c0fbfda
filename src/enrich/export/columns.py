"""Every table and column, defined once.

The Parquet schemas, the data dictionary and ``datapackage.json`` are made from here.
"""

from __future__ import annotations

from dataclasses import replace

from enrich.export.fact_columns import FACT_COLUMNS, date_columns
from enrich.export.schema import (
    Column,
    Dtype,
    ForeignKey,
    Table,
    flag,
    instant,
    number,
    required,
    structs,
    text,
    texts,
)
from enrich.model.facts import FACTS
from enrich.model.identifiers import Scheme
from enrich.model.work import ChangeKind, WorkStatus

SCHEMA_VERSION = 4
"""Raised when a column changes its name, type or meaning; a new column does not raise it."""

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

_STATUSES = tuple(status.value for status in WorkStatus)
_SCHEMES = tuple(scheme.value for scheme in Scheme)

WORK_ID = required(text("work_id", "Name of the work: scheme and value of its first identifier", "arxiv:1806.07366"))
_LIST = required(text("list", "Name of the reading list", "awesome-neural-ode"))
_ORDER = required(number("order", "Position of the entry in its list", "2", unit="1 = first"))
_LINE = required(number("line", "Line of the entry's title in the list", "76", unit="1 = first"))
_POSITION = required(number("position", "Position", "1", unit="1 = first"))
_TO_WORK = ForeignKey(columns=("work_id",), table="works", target=("work_id",))
_TO_ENTRY = ForeignKey(columns=("list", "order"), table="entries", target=("list", "order"))

_AUTHOR_POSITION = required(number("position", "Place among the authors", "1", kind=Dtype.INT16, unit="1 = first"))
_AUTHOR = (
    required(text("name", "Display form", "Ricky T. Q. Chen")),
    text("family", "Surname with its particles", "van der Schaar"),
    text("given", "Given names", "Mihaela"),
    text("suffix", "Generation suffix", "Jr."),
    text("orcid", "ORCID iD, bare", "0000-0002-1825-0097"),
    required(flag("is_organization", "The author is a group, not a person")),
)

_PUBLISHED = date_columns("date", FACTS["date"])

_BESIDE_FACTS = {
    "title": (
        text("title_source", "Title as its source wrote it", r"On $\ell_1$ Norms"),
        required(text("type", "Publication type", "conference", *TYPES)),
        number(
            "n_authors",
            "Number of authors; null where the list of them is incomplete",
            "4",
            kind=Dtype.INT16,
            unit="authors",
        ),
        structs(
            "authors",
            "Authors in order",
            "Chen, Ricky T. Q.; Rubanova, Yulia",
            required(number("position", "Place among the authors", "1", kind=Dtype.INT16, unit="1 = first")),
            *_AUTHOR,
        ),
    ),
    "issn": (
        text("doi", "DOI, lower case and bare", "10.1038/s41598-018-24271-9"),
        text("arxiv_id", "arXiv identifier without version; in CSV with the prefix `arXiv:`", "arXiv:1806.07366"),
        text("openalex_id", "OpenAlex identifier", "W2963755523"),
        text("s2_id", "Semantic Scholar identifier", "449310e3538b08b43227d660227dfd2875c3c3c1"),
    ),
    "citation_count": (
        text("citation_count_source", "Who counted", "semantic_scholar"),
        instant("citation_count_at", "When it was counted, or the last moment it can have been"),
    ),
}
"""Columns that stand behind a field; the fields themselves come from ``model.facts``."""

WORKS = Table(
    name="works",
    description="One row per paper, software or page that entries name, with the value selected for each field",
    key=("work_id",),
    has_csv=True,
    not_in_csv=frozenset({"abstract"}),
    columns=(
        WORK_ID,
        required(text("citation_key", "Key in the BibTeX files; never changes once published", "chen2018neural")),
        *(column for name, columns in FACT_COLUMNS.items() for column in (*columns, *_BESIDE_FACTS.get(name, ()))),
        texts("lists", "Lists that name the work", "awesome-neural-ode"),
        texts("sections", "Section paths that name the work, levels joined by ` / `", "Methods / Solvers"),
        texts("remarks", "Remarks of the curators, and facts such as `retracted`", "oral"),
        text(
            "verdict_status", "How sure the identity is", "exact", "exact", "strong", "weak", "ambiguous", "different"
        ),
        text("verdict_reason", "Why", "same_arxiv_id"),
        required(
            text("status", "How much is known; `not_asked`: nobody answered a question about it", "ok", *_STATUSES)
        ),
        required(flag("is_new", "No earlier run published it")),
        instant("first_seen_at", "When a run first published the work"),
        instant("updated_at", "The newest moment at which a selected value was received"),
        required(text("run_id", "Digest of the inputs and replies of the run", "5f2b9c1d7a30")),
    ),
)

AUTHORSHIPS = Table(
    name="authorships",
    description="One row per author of a work, with what every source knows of that person",
    key=("work_id", "position"),
    has_csv=True,
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        _AUTHOR_POSITION,
        *_AUTHOR,
        text("openalex_author_id", "OpenAlex identifier of the author", "A5023888391"),
        text("s2_author_id", "Semantic Scholar identifier of the author", "144077615"),
        texts("affiliations", "Affiliations as written", "University of Toronto"),
        flag("is_corresponding", "The author answers letters about the work"),
        texts("sources", "Sources whose lists of authors have this person in this place", "arxiv; openalex"),
    ),
)

AFFILIATIONS = Table(
    name="affiliations",
    description="One row per author of a work and institution that OpenAlex took an affiliation for",
    key=("work_id", "position", "number"),
    has_csv=True,
    since=3,
    references=(ForeignKey(columns=("work_id", "position"), table="authorships", target=("work_id", "position")),),
    columns=(
        WORK_ID,
        _AUTHOR_POSITION,
        required(number("number", "Place among the institutions of the author", "1", kind=Dtype.INT16)),
        required(text("author", "Display form of the author", "Ricky T. Q. Chen")),
        required(text("institution", "Name of the institution", "University of Toronto")),
        text("ror", "Identifier in the Research Organization Registry, bare", "03dbr7087"),
        text("country", "ISO 3166-1 alpha-2", "CA"),
        text("type", "Type in the Research Organization Registry", "education"),
    ),
)

_URL = required(text("url", "Address as written", "https://arxiv.org/abs/1806.07366"))
_ROLES = ("paper", "pdf", "code", "repo", "project", "data", "video", "slides", "docs", "review", "link")

ENTRIES = Table(
    name="entries",
    description="One row per entry of a list, as its curator wrote it",
    key=("list", "order"),
    has_csv=True,
    not_in_csv=frozenset({"quote", "fields", "reasons", "asked"}),
    references=(_TO_WORK,),
    columns=(
        _LIST,
        _ORDER,
        _LINE,
        text("title", "Title without markup; empty when the list lost it", "Neural Ordinary Differential Equations"),
        required(
            text(
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
        texts("section_path", "Headings from the outermost down; in CSV joined by ` / `", "Methods / Solvers"),
        text("label", "Venue label verbatim", "NeurIPS18"),
        texts("remarks", "Remarks of the curator", "best paper award"),
        texts("topic_labels", "Texts of topic badges", "TS"),
        structs(
            "links",
            "Links in order; in CSV their addresses",
            "https://arxiv.org/abs/1806.07366",
            _URL,
            required(text("label", "Link text or badge text", "NeurIPS18")),
            required(text("role", "What it leads to", "paper", *_ROLES)),
        ),
        texts("identifiers", "Identifiers in the entry, `scheme:value`, the primary one first", "arxiv:1806.07366"),
        text("venue", "Venue in the label", "NeurIPS"),
        number("year", "Year that the entry writes", "2018", kind=Dtype.INT16),
        texts("authors", "Names as written", "Chen"),
        flag("authors_truncated", "The list of names says that there are more"),
        text("quote", "Quoted abstract"),
        text("acronym", "Short name of the work in the entry", "NODE"),
        texts("keywords", "Keywords in the entry", "solver"),
        text("notes", "Further text of the entry", "with code"),
        text("date", "Date as written, ISO to its precision", "2018-06"),
        text("file", "File inside the list", "docs/papers.md"),
        text("family", "Format family that read the entry", "F1"),
        text("key", "Key of a structured entry in its own file, such as a citation key", "chen2018neural"),
        text("type", "Type of a structured entry as written", "inproceedings"),
        structs(
            "fields",
            "Fields of a structured entry in order, parents' included",
            "title; author; year",
            required(text("name", "Name in lower case", "booktitle")),
            required(text("value", "Plain text", "Advances in Neural Information Processing Systems")),
            text("tex", "The value as BibTeX has it, `@string` replaced", "Advances in {N}eural"),
            required(flag("is_inherited", "It stands in a parent of the entry")),
        ),
        texts("problems", "What is wrong with the entry where it stands", "line 3: a comma is missing"),
        text("verdict", "How the entry stands to the records", "verified", "verified", "open", "contradicted"),
        structs(
            "reasons",
            "What speaks against the entry or is left open",
            "authors_differ",
            required(text("kind", "A kind of finding, or `unconfirmed`", "authors_differ")),
            required(text("severity", "How much it matters", "defect", "defect", "stale", "style", "note")),
            required(text("field", "What it is about", "authors")),
            required(text("entry_says", "What the entry says", "First Author")),
            required(text("record_says", "What the record says", "Chen, Ricky T. Q.")),
            text("source", "Who says so", "crossref"),
            required(flag("is_contradiction", "It contradicts the entry")),
        ),
        texts("asked", "Services that answered a question about the entry", "crossref"),
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
        required(number("level", "Depth of the section", "1", kind=Dtype.INT16, unit="1 = outermost")),
        WORK_ID,
        required(text("section_id", "Position of the section among its siblings, level by level", "2.1")),
        required(text("section_path", "Headings down to this level, joined by ` / `", "Systems / Serving")),
        required(text("section", "Heading of this level", "Serving")),
    ),
)

IDENTIFIERS = Table(
    name="identifiers",
    description="One row per identifier of a work",
    key=("work_id", "position"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        required(number("position", "Order of preference", "1", kind=Dtype.INT16, unit="1 = first")),
        required(text("scheme", "Who issues it", "doi", *_SCHEMES)),
        required(text("value", "Normalized value, with its qualifier", "10.1038/s41598-018-24271-9")),
        required(flag("is_primary", "The first identifier of its scheme")),
        required(text("source", "Who gave it", "semantic_scholar")),
    ),
)

VERSIONS = Table(
    name="versions",
    description="One row per public form of a work: preprint, accepted, published",
    key=("work_id", "position"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        required(number("position", "Order", "1", kind=Dtype.INT16, unit="1 = first")),
        required(text("type", "Publication type", "preprint", *TYPES)),
        text("stage", "How far it has come", "published", "submitted", "accepted", "published"),
        text("title", "Title of this version", "Neural Ordinary Differential Equations"),
        number("year", "Year of publication", "2018", kind=Dtype.INT16),
        *_PUBLISHED,
        text("venue", "Venue", "NeurIPS"),
        text("url", "Its page", "https://arxiv.org/abs/1806.07366"),
        texts("identifiers", "Identifiers, `scheme:value`", "arxiv:1806.07366v5"),
        texts("sources", "Sources that describe it", "arxiv; datacite"),
        texts("evidence", "Why it is a version of this work", "datacite: IsVersionOf 10.1038/x"),
    ),
)

CITATION_LINKS = Table(
    name="citation_links",
    description="One row per citation between two works of the run",
    key=("citing_work_id", "cited_work_id"),
    has_csv=True,
    references=(
        ForeignKey(columns=("citing_work_id",), table="works", target=("work_id",)),
        ForeignKey(columns=("cited_work_id",), table="works", target=("work_id",)),
    ),
    columns=(
        required(text("citing_work_id", "Work that cites", "arxiv:2001.04385")),
        required(text("cited_work_id", "Work that is cited", "arxiv:1806.07366")),
        text("source", "Who says so", "semantic_scholar"),
    ),
)

_SCHEME = required(text("scheme", "Who issues the identifier", "doi", *_SCHEMES))
_CITED_VALUE = required(text("value", "Normalized value of the identifier", "10.1016/0377-0427(80)90013-3"))

REFERENCES = Table(
    name="references",
    description="One row per work in the bibliography of a work, as a source names it, on the list or not",
    key=("work_id", "source", "scheme", "value"),
    since=3,
    references=(_TO_WORK, ForeignKey(columns=("cited_work_id",), table="works", target=("work_id",))),
    columns=(
        WORK_ID,
        required(text("source", "Who says so", "semantic_scholar")),
        _SCHEME,
        _CITED_VALUE,
        text("title", "Title of the cited work, where the source names it", "Embedded Runge-Kutta Formulae"),
        text("cited_work_id", "The cited work, where it is in the same run", "arxiv:1806.07366"),
    ),
)

CO_CITATIONS = Table(
    name="co_citations",
    description="One row per pair of works of the run that at least two works of the run cite both",
    key=("first_work_id", "second_work_id"),
    has_csv=True,
    since=3,
    references=(
        ForeignKey(columns=("first_work_id",), table="works", target=("work_id",)),
        ForeignKey(columns=("second_work_id",), table="works", target=("work_id",)),
    ),
    columns=(
        required(text("first_work_id", "The work that comes first in order", "arxiv:1806.07366")),
        required(text("second_work_id", "The other one", "arxiv:1904.01681")),
        required(number("n_citing", "Works that cite both", "12", unit="works")),
    ),
)

ABSENT_WORKS = Table(
    name="absent_works",
    description="One row per work that works of a list cite and that is not on the list, most cited first",
    key=("list", "position"),
    has_csv=True,
    since=3,
    columns=(
        _LIST,
        _POSITION,
        _SCHEME,
        _CITED_VALUE,
        text("title", "Title, where the source names it", "A Family of Embedded Runge-Kutta Formulae"),
        text("url", "Page to read about it", "https://doi.org/10.1016/0771-050x(80)90013-3"),
        required(number("n_citing", "Works of the list that cite it", "31", unit="works")),
        required(number("n_with_references", "Works of the list whose references it knows", "71", unit="works")),
        texts("citing_work_ids", "The works that cite it", "arxiv:1806.07366; arxiv:1810.01367"),
        required(text("source", "Whose references were counted", "semantic_scholar")),
    ),
)

CITATIONS_BY_YEAR = Table(
    name="citations_by_year",
    description="One row per work, source and year: how often it was cited in that year",
    key=("work_id", "source", "year"),
    has_csv=True,
    since=3,
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        required(text("source", "Who counted", "openalex")),
        required(number("year", "Year of the citing works", "2021", kind=Dtype.INT16)),
        required(number("citation_count", "Citing works of that year", "640", unit="works")),
        required(instant("observed_at", "When that was received")),
    ),
)

WORK_LINKS = Table(
    name="work_links",
    description="One row per address of something that belongs to a work: code, data, video, slides, project",
    key=("work_id", "position"),
    has_csv=True,
    since=3,
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        _POSITION,
        required(text("role", "What it leads to", "code", "code", "data", "video", "slides", "project")),
        required(text("url", "Address as written", "https://github.com/rtqichen/torchdiffeq")),
        text("identifier", "What the address names, `scheme:value`", "github:rtqichen/torchdiffeq"),
        required(text("source", "Who says so: `list` or the name of a source", "list")),
        number("stars", "Stars of the repository", "5400", unit="stars"),
        text("language", "Main programming language of the repository", "Python"),
        texts("topics", "Topics of the repository", "neural-ode; pytorch"),
        instant("pushed_at", "Last push to the repository"),
    ),
)

CLAIMS = Table(
    name="claims",
    description="One row per value that a source gave for a field of a work: who said so, when, in reply to what",
    key=("work_id", "field", "position"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        required(text("field", "Column of `works`", "venue")),
        required(number("position", "Order of preference", "1", kind=Dtype.INT16, unit="1 = first")),
        required(text("value", "Value as text", "NeurIPS")),
        required(text("source", "Who said so; of a count, who counted, whoever passed it on", "semantic_scholar")),
        text("source_url", "Page or address that shows it", "https://arxiv.org/abs/1806.07366"),
        required(instant("retrieved_at", "When it was received")),
        text("request_key", "Key of the request that brought it", "9d1f6a20c4b8e713"),
        required(text("method", "How the record was found", "identifier")),
        required(flag("is_selected", "It is the value in `works`")),
        text("reason", "Why it was selected or passed over", "publisher before preprint server"),
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
        number("order", "Position of the entry; empty for the list as a whole", "41", unit="1 = first"),
        required(number("line", "Line in the list", "312", unit="1 = first")),
        required(text("kind", "What is wrong", "duplicate_entry")),
        required(text("severity", "How much it matters", "defect", "defect", "stale", "style", "note")),
        required(text("list_says", "What the list says", "ICLR20")),
        required(text("record_says", "What the records say", "ICLR 2021")),
        texts("evidence", "Where that stands", "https://openreview.net/forum?id=PxTIG12RRHS"),
        text("fix", "Proposed replacement", "ICLR21"),
        text("file", "File inside the list", "README.md"),
    ),
)

DEAD_LINKS = Table(
    name="dead_links",
    description="One row per link of an entry where nothing is, by the word of the service that it leads to",
    key=("work_id", "identifier", "url"),
    references=(_TO_WORK,),
    columns=(
        WORK_ID,
        required(text("identifier", "What the link names, `scheme:value`", "github:owner/gone")),
        required(text("url", "Address as written", "https://github.com/owner/gone")),
        required(text("source", "Who says that nothing is there", "github")),
        required(instant("missed_at", "When it was missed")),
    ),
)

_CHANGE = (
    required(text("kind", "What happened", "published", *(kind.value for kind in ChangeKind))),
    text("list", "List of the entry; the first one of a work in several lists", "awesome-neural-ode"),
    number("order", "Position of the entry; of a removed one in the last run", "2", unit="1 = first"),
    number("line", "Line of the entry's title in the list", "76", unit="1 = first"),
    text("file", "File inside the list", "README.md"),
    text("work_id", "Name of the work; empty for sources", "arxiv:1806.07366"),
    text("title", "Title of the work or entry", "Neural Ordinary Differential Equations"),
    text("field", "Column of `works` that before and after are values of", "venue"),
    text(
        "before",
        "Value in the last run; section of an entry that moved or left; count that a jump starts from",
        "arXiv",
    ),
    text("after", "Value now; section of an entry that moved or came", "NeurIPS, 10.1038/s41598-018-24271-9"),
    text("source", "Who says the new value; the source that is down or back", "semantic_scholar"),
    Column(
        name="since",
        kind=Dtype.DATE,
        description="Day of the observation that a jump is measured from",
        example="2026-11-13",
    ),
    text("detail", "By how much a count grew; why a source is down", "+40 (+25 %) since 2026-11-13"),
    text("url", "Where to look", "https://doi.org/10.1038/s41598-018-24271-9"),
)

CHANGES = Table(
    name="changes",
    description="One row per change since the last run, in the order of the report; the same as `changes.jsonl`",
    key=("position",),
    columns=(_POSITION, *_CHANGE),
)

RUNS = Table(
    name="runs",
    description="One row per run; the only table with the clock of the machine",
    key=("started_at", "run_id"),
    columns=(
        required(text("run_id", "Digest of the inputs and replies", "5f2b9c1d7a30")),
        required(instant("started_at", "When the run began")),
        instant("finished_at", "When it ended"),
        required(text("code_version", "Version of enrich", "0.1.0")),
        required(text("config_digest", "Digest of the settings", "a3f0")),
        required(number("n_works", "Works", "84", unit="works")),
        required(number("n_partial", "Works of which something is missing", "3", unit="works")),
        required(number("n_not_found", "Works that no source knows that was asked", "1", unit="works")),
        number("n_not_asked", "Works that no source knows and none was asked about", "0", unit="works"),
        replace(
            structs(
                "sources",
                "How each source fared that was asked or could not be; empty = written by an older version",
                "semantic_scholar",
                required(text("source", "Name of the source", "semantic_scholar")),
                required(number("requests", "Exchanges on the wire", "3", unit="requests")),
                required(number("cached", "Replies out of the cache", "1", unit="replies")),
                required(number("failed", "Requests without a usable reply", "2", unit="requests")),
                required(number("throttled", "Requests that the source refused as too many", "1", unit="requests")),
                required(
                    Column(
                        name="waited_s",
                        kind=Dtype.FLOAT64,
                        description="Time spent waiting",
                        unit="seconds",
                        example="4.2",
                    )
                ),
                required(number("bytes", "Size of the replies", "20480", kind=Dtype.INT64, unit="bytes")),
                text("message", "Why the source could not answer everything; empty = it could", "throttled"),
            ),
            is_required=False,
        ),
    ),
)

CITATION_COUNTS = Table(
    name="history/citation_counts",
    description="One row per work, source and day of a counted citation; kept when an entry leaves its list",
    key=("work_id", "source"),
    columns=(
        WORK_ID,
        required(text("source", "Who counted", "semantic_scholar")),
        required(instant("observed_at", "When it was counted, or the last moment it can have been")),
        required(number("citation_count", "Citing works", "3120", unit="works")),
    ),
)
"""Its files are partitions ``observed_date=YYYY-MM-DD``; it never changes: a new schema gets a new folder."""

CHANGES_HISTORY = Table(
    name="history/changes",
    description="One row per change ever reported",
    key=("position",),
    columns=(
        required(number("position", "Position among the changes of the day", "1", unit="1 = first")),
        required(text("run_id", "Digest of the inputs and replies of the run that found it", "5f2b9c1d7a30")),
        *_CHANGE,
    ),
)
"""Its files are partitions ``observed_date=YYYY-MM-DD``, by the day of the run."""

HISTORY_TABLES = (CITATION_COUNTS, CHANGES_HISTORY)
"""The tables in partitions by day."""

TABLES = (
    WORKS,
    AUTHORSHIPS,
    AFFILIATIONS,
    ENTRIES,
    ENTRY_SECTIONS,
    IDENTIFIERS,
    VERSIONS,
    CITATION_LINKS,
    REFERENCES,
    CO_CITATIONS,
    ABSENT_WORKS,
    CITATIONS_BY_YEAR,
    WORK_LINKS,
    CLAIMS,
    FINDINGS,
    DEAD_LINKS,
    CHANGES,
    RUNS,
)
"""The tables beside each other in the output folder."""
