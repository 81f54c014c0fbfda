"""What the types and fields of BibTeX, biblatex and their dialects mean, in the terms of a record.

BibTeX <https://www.ctan.org/pkg/bibtex> (btxdoc), biblatex <https://www.ctan.org/pkg/biblatex> (sections 2.1 and 2.2).
"""

from __future__ import annotations

from enrich.knowledge import read_table
from enrich.model.record import WorkType

WORK_TYPES = {
    **dict.fromkeys(("article", "suppperiodical"), WorkType.JOURNAL),
    **dict.fromkeys(("inproceedings", "conference"), WorkType.CONFERENCE),
    **dict.fromkeys(
        ("book", "mvbook", "booklet", "collection", "mvcollection", "reference", "mvreference", "manual"), WorkType.BOOK
    ),
    **dict.fromkeys(("proceedings", "mvproceedings", "periodical"), WorkType.BOOK),
    **dict.fromkeys(
        ("incollection", "inbook", "bookinbook", "suppbook", "suppcollection", "inreference"), WorkType.CHAPTER
    ),
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis", "bachelorsthesis"), WorkType.THESIS),
    **dict.fromkeys(("techreport", "report", "standard", "patent", "legal"), WorkType.REPORT),
    "dataset": WorkType.DATASET,
    **dict.fromkeys(("software", "softwareversion"), WorkType.SOFTWARE),
    **dict.fromkeys(("online", "electronic", "www"), WorkType.WEBSITE),
}
"""Entry type to the type of the work; a type that is not named says nothing, as ``@misc`` and ``@unpublished`` do."""

WORK_FIELDS = {
    "title": "title",
    "author": "authors",
    "editor": "editors",
    **dict.fromkeys(("journal", "journaltitle", "booktitle", "maintitle", "howpublished"), "venue"),
    "eventtitle": "event",
    "year": "year",
    **dict.fromkeys(("date", "month", "day"), "date"),
    "volume": "volume",
    **dict.fromkeys(("number", "issue"), "issue"),
    **dict.fromkeys(("pages", "eid", "articleno"), "pages"),
    **dict.fromkeys(("publisher", "institution", "school", "organization"), "publisher"),
    **dict.fromkeys(("address", "location"), "place"),
    "edition": "edition",
    "series": "series",
    "isbn": "isbn",
    "issn": "issn",
    "doi": "doi",
    "eprint": "arxiv_id",
    "url": "url",
    "abstract": "abstract",
    **dict.fromkeys(("language", "langid"), "language"),
    **dict.fromkeys(("keywords", "keyword"), "keywords"),
    "version": "version",
}
"""Field of an entry to the field of a work that it states; what is not named is the user's own."""

CONTAINERS = ("journal", "journaltitle", "booktitle", "maintitle")
"""Fields that name what a work appeared in, in the order in which they are asked."""

NEVER_INHERITED = frozenset(
    {"crossref", "xref", "xdata", "ids", "key", "label", "entryset", "entrysubtype", "execute", "options"}
)
"""Fields that a child does not take from its parent (biblatex, appendix B)."""

JOURNAL_MACROS = {f"\\{row['macro']}": row["name"] for row in read_table("journal_macros")}
"""What ADS writes for journals; AASTeX defines the macros <https://journals.aas.org/aastexguide/>."""
