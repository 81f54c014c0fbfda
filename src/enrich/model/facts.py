"""What can be said of a work: one line per field, from which records, works, claims, tables and loading follow."""

# ruff: noqa: RUF009 (``fact`` makes a field, as ``dataclasses.field`` does)

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enrich.model.dates import PartialDate
    from enrich.model.persons import Author


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that a source assigned, and how sure it is."""

    keyword: str
    score: float | None = None
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field of ``Facts`` is; as metadata under ``"meaning"``."""

    text: str
    example: str | None = None
    """As it stands in CSV."""
    unit: str | None = None
    values: tuple[str, ...] = ()
    """All values that it can have; empty = open."""
    of_edition: bool = False
    """Whether it describes one edition: where a work is published, records of preprints have no say in it."""


def fact(
    text: str,
    example: str | None = None,
    *values: str,
    unit: str | None = None,
    of_edition: bool = False,
    default: object = None,
) -> Any:  # noqa: ANN401 (the type stands in the class)
    """A field of ``Facts`` with its meaning."""
    meaning = Meaning(text, example, unit, values, of_edition)
    return field(default=default, metadata={"meaning": meaning})


_RETRACTIONS = ("retracted", "withdrawn", "expression of concern", "corrected")
_OA_STATUSES = ("diamond", "gold", "green", "hybrid", "bronze", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The fields that sources fill and that a work has one selected value for. Unknown is None or empty, never a guess.

    A field is one line here: ``merge`` claims and selects it, ``export`` writes and reads its column, the data
    dictionary explains it. ``merge.precedence`` says whom to believe where the usual order is wrong.
    """

    title: str | None = fact("Title as plain Unicode", "Neural Ordinary Differential Equations")
    authors: tuple[Author, ...] = fact("Authors in order", default=())
    year: int | None = fact("Year of publication of the version to cite", "2018", of_edition=True)
    date: PartialDate | None = fact("First public date", "2018-06-19")
    venue: str | None = fact(
        "Conference series or journal in full", "Advances in Neural Information Processing Systems", of_edition=True
    )
    volume_title: str | None = fact(
        "Title of the one volume of the series",
        "Proceedings of the 36th International Conference on Machine Learning",
        of_edition=True,
    )
    venue_short: str | None = fact("Its usual short form", "NeurIPS", of_edition=True)
    venue_id: str | None = fact("OpenAlex identifier of the journal or series", "S4306420609", of_edition=True)
    publisher: str | None = fact("Publisher", "Curran Associates", of_edition=True)
    volume: str | None = fact("Volume", "31", of_edition=True)
    issue: str | None = fact("Issue", "4", of_edition=True)
    pages: str | None = fact("Pages or article number", "6572–6583", of_edition=True)
    editors: tuple[Author, ...] = fact(
        "Editors in order, family name first", "Wallach, Hanna; Larochelle, Hugo", of_edition=True, default=()
    )
    series: str | None = fact(
        "Series of a book or of proceedings", "Lecture Notes in Computer Science", of_edition=True
    )
    edition: str | None = fact("Edition of a book", "2", of_edition=True)
    place: str | None = fact("Place of the publisher or of the conference", "Red Hook, NY", of_edition=True)
    isbn: str | None = fact("ISBN of the book", "978-3-16-148410-0", of_edition=True)
    issn: str | None = fact("ISSN of the journal or series", "1049-5258", of_edition=True)
    arxiv_category: str | None = fact("Primary arXiv category", "cs.LG")
    s2_corpus_id: int | None = fact("Number of the work in Semantic Scholar's data sets", "49310446")
    url: str | None = fact("Page to read about the work", "https://arxiv.org/abs/1806.07366")
    pdf_url: str | None = fact("Address of the full text", "https://arxiv.org/pdf/1806.07366")
    oa_url: str | None = fact("Where the full text is free to read", "https://arxiv.org/pdf/1806.07366")
    oa_status: str | None = fact("How it is free to read, as OpenAlex names it", "green", *_OA_STATUSES)
    is_open_access: bool | None = fact("The full text is free to read", "true")
    license: str | None = fact("Licence of the full text", "CC-BY-4.0")
    language: str | None = fact("Language, ISO 639-1", "en")
    version: str | None = fact("Release of a software", "2.3.0")
    abstract: str | None = fact("Abstract as plain Unicode")
    tldr: str | None = fact(
        "Summary of one sentence, made by a language model of Semantic Scholar", "A network that solves equations."
    )
    keywords: tuple[str, ...] = fact("Keywords of the sources", "cs.LG; stat.ML", default=())
    keyword_scores: tuple[Keyword, ...] = fact(
        "Keywords that OpenAlex assigned, with its score; in CSV the keywords", "Ode; Residual", default=()
    )
    primary_topic: str | None = fact("Topic that OpenAlex assigned", "Model Reduction and Neural Networks")
    topic_subfield: str | None = fact("Subfield of the topic", "Statistical and Nonlinear Physics")
    topic_field: str | None = fact("Field of the subfield", "Physics and Astronomy")
    topic_domain: str | None = fact("Domain of the field", "Physical Sciences")
    funders: tuple[str, ...] = fact("Who paid for it", "National Science Foundation", default=())
    citation_count: int | None = fact("Citing works; empty = unknown, which is not 0", "3120", unit="works")
    influential_citation_count: int | None = fact(
        "Influential citations as Semantic Scholar counts them", "512", unit="works"
    )
    fwci: float | None = fact("Citations over those expected in its field, year and type (OpenAlex)", "3.2")
    citation_percentile: float | None = fact(
        "Share of the works of its field, year and type that are cited less (OpenAlex)", "0.99", unit="0 to 1"
    )
    reference_count: int | None = fact("Works in its own bibliography", "52", unit="works")
    retraction_status: str | None = fact("What became of it after it was published", "retracted", *_RETRACTIONS)
    retraction_date: PartialDate | None = fact("When that was published", "2021-03-02")


FACTS: dict[str, Meaning] = {one.name: one.metadata["meaning"] for one in fields(Facts)}
"""Every field of ``Facts`` in order."""
FACT_TYPES: dict[str, str] = {one.name: str(one.type) for one in fields(Facts)}
"""Every field of ``Facts`` to its annotation, such as ``int | None``."""


def facts_of_type(*annotations: str) -> tuple[str, ...]:
    """The fields with one of these annotations, in order.

    >>> facts_of_type("bool | None", "float | None")
    ('is_open_access', 'fwci', 'citation_percentile')
    """
    return tuple(name for name, annotation in FACT_TYPES.items() if annotation in annotations)
