"""Whom to believe, field by field: the order in which sources are preferred, and why."""

from __future__ import annotations

from enrich.model.facts import FACTS

CORRECTIONS, CATALOGUE, LIST = "corrections", "catalogue", "list"

# A proceedings page is the edition of record; indexes copy, abbreviate and mix versions.
_PROCEEDINGS = ("neurips", "pmlr", "acl", "openreview", "webpage")
_PUBLISHERS = ("neurips", "pmlr", "acl", "crossref", "openreview", "dblp", "webpage")
INDEXES = ("openalex", "semantic_scholar", "opencitations")
"""What they say of one paper may be of several versions."""
# The author types title and names into arXiv; DataCite holds arXiv's own export.
_PREPRINT_SERVERS = ("arxiv", "datacite")
_LAST = ("github", CATALOGUE, LIST)

_AS_WRITTEN = (CORRECTIONS, *_PREPRINT_SERVERS, *_PUBLISHERS, *INDEXES, *_LAST)
_AS_PUBLISHED = (CORRECTIONS, *_PUBLISHERS, "openalex", "datacite", "semantic_scholar", "arxiv", *_LAST)

PUBLICATION_FIELDS = tuple(name for name, meaning in FACTS.items() if meaning.of_edition)
"""Fields that describe one edition together: where a work is published, preprint records have no say in them."""

PRECEDENCE: dict[str, tuple[str, ...]] = {
    "title": _AS_WRITTEN,
    # Crossref lists the authors of NeurIPS (10.52202) by alphabet: the pages stand before it in both orders.
    "authors": _AS_WRITTEN,
    "abstract": _AS_WRITTEN,
    "date": _AS_WRITTEN,
    "type": _AS_PUBLISHED,
    **dict.fromkeys(PUBLICATION_FIELDS, _AS_PUBLISHED),
    # An author types the year of the journal into arXiv; OpenAlex gives that of the earliest version.
    "year": (CORRECTIONS, *_PUBLISHERS, "arxiv", "semantic_scholar", "openalex", "datacite", *_LAST),
    "url": (CORRECTIONS, *_PREPRINT_SERVERS, *_PUBLISHERS, "github", *INDEXES, CATALOGUE, LIST),
    # Crossref's links are for miners of texts and may stand behind a subscription: what is free to read comes first.
    "pdf_url": (CORRECTIONS, *_PREPRINT_SERVERS, *_PROCEEDINGS, *INDEXES, CATALOGUE, LIST, "crossref"),
    "license": (CORRECTIONS, "github", *_PREPRINT_SERVERS, "crossref", "openalex", "semantic_scholar", CATALOGUE),
    "is_open_access": (CORRECTIONS, *_PREPRINT_SERVERS, "openalex", "semantic_scholar", *_PUBLISHERS, CATALOGUE),
    "language": (CORRECTIONS, "crossref", "openalex", "datacite", CATALOGUE),
    "arxiv_category": (CORRECTIONS, *_PREPRINT_SERVERS, CATALOGUE),
    "keywords": (CORRECTIONS, *_PREPRINT_SERVERS, *_PUBLISHERS, "openalex", "github", CATALOGUE),
    # S2 merges preprint and published version before it counts; OpenAlex and OpenCitations count them apart.
    "citation_count": (CORRECTIONS, "semantic_scholar", "openalex", "opencitations", "crossref", "datacite", CATALOGUE),
    # What the publisher deposited, then who reads the text.
    "reference_count": (CORRECTIONS, "crossref", "semantic_scholar", "openalex", CATALOGUE),
    # Crossref carries the publishers' notices and Retraction Watch; authors withdraw on arXiv.
    "retraction_status": (CORRECTIONS, "crossref", *_PREPRINT_SERVERS, "openalex", *_PUBLISHERS),
    "funders": (CORRECTIONS, "crossref", "openalex"),
    "version": (CORRECTIONS, "github", "datacite", CATALOGUE),
}
"""Field of ``Work`` to the sources, most trusted first; a source that is not named is asked last."""


def rank(field: str, source: str) -> int:
    """Position of a source in the order for a field; lower is more trusted."""
    order = PRECEDENCE.get(field, _AS_WRITTEN)
    return order.index(source) if source in order else len(order)
