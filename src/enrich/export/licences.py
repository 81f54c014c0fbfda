"""Terms of the sources whose values stand in the outputs: they travel with the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a source asks of people who pass its values on."""

    source: str
    title: str
    licence: str
    url: str
    attribution: str
    shares_abstracts: bool = True
    """Whether an abstract that it sent may be passed on in a page for others: False where abstracts are their
    publishers', where only bibliographic facts may be taken, and where nothing may be repackaged."""

    def __str__(self) -> str:
        return f"{self.title}: {self.licence}. {self.attribution} {self.url}"


_CC0 = "CC0-1.0"

TERMS = {
    terms.source: terms
    for terms in (
        Terms(
            source="arxiv",
            title="arXiv",
            licence=f"{_CC0} (metadata)",
            url="https://info.arxiv.org/help/api/tou.html",
            attribution="Thank you to arXiv for use of its open access interoperability.",
        ),
        Terms(
            source="datacite",
            title="DataCite",
            licence=f"{_CC0} (metadata)",
            url="https://datacite.org/legal/",
            attribution="DOI metadata from DataCite.",
        ),
        Terms(
            source="semantic_scholar",
            title="Semantic Scholar",
            licence="Semantic Scholar API License: research and non-commercial use, with attribution, no repackaging",
            url="https://www.semanticscholar.org/product/api/license",
            attribution="Data from the Semantic Scholar Academic Graph (Allen Institute for AI).",
            shares_abstracts=False,
        ),
        Terms(
            source="openalex",
            title="OpenAlex",
            licence=_CC0,
            url="https://openalex.org",
            attribution="Data from OpenAlex.",
        ),
        Terms(
            source="crossref",
            title="Crossref",
            licence="free to reuse (facts); abstracts belong to their publishers",
            url="https://www.crossref.org/documentation/retrieve-metadata/rest-api/rest-api-metadata-license-information/",
            attribution="Metadata from Crossref.",
            shares_abstracts=False,
        ),
        Terms(
            source="openreview",
            title="OpenReview",
            licence="terms of use of OpenReview; papers under the licence that each states",
            url="https://openreview.net/legal/terms",
            attribution="Submission records from OpenReview.",
        ),
        Terms(
            source="neurips",
            title="NeurIPS Proceedings",
            licence="no licence stated (bibliographic facts only)",
            url="https://papers.nips.cc",
            attribution="Records of the NeurIPS Proceedings.",
            shares_abstracts=False,
        ),
        Terms(
            source="dblp",
            title="DBLP",
            licence=_CC0,
            url="https://dblp.org/db/about/copyright.html",
            attribution="Records from the dblp computer science bibliography.",
        ),
        Terms(
            source="pmlr",
            title="Proceedings of Machine Learning Research",
            licence="no licence stated for metadata (bibliographic facts only)",
            url="https://proceedings.mlr.press",
            attribution="Records of PMLR.",
            shares_abstracts=False,
        ),
        Terms(
            source="acl",
            title="ACL Anthology",
            licence="CC-BY-4.0",
            url="https://aclanthology.org/faq/copyright/",
            attribution="Records of the ACL Anthology.",
        ),
        Terms(
            source="opencitations",
            title="OpenCitations",
            licence=_CC0,
            url="https://opencitations.net/policy",
            attribution="Citation data from OpenCitations.",
        ),
        Terms(
            source="github",
            title="GitHub",
            licence="GitHub terms of service; citation files under the licence of their repository",
            url="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
            attribution="Repository facts from GitHub.",
        ),
        Terms(
            source="catalogue",
            title="Catalogue bundled with enrich",
            licence="bibliographic facts; the origin of each stands in its claim",
            url="data/raw/catalogue",
            attribution="Facts gathered from public records.",
        ),
    )
}
"""Name of a source to its terms."""


def terms_of(sources: Iterable[str]) -> tuple[Terms, ...]:
    """The terms of those of the named sources that have any, in the order of their names."""
    return tuple(TERMS[source] for source in sorted(set(sources)) if source in TERMS)


def shares_abstracts(source: str) -> bool:
    """Whether an abstract that a source sent may stand in a page that people pass on; a list's own quotation may."""
    return source not in TERMS or TERMS[source].shares_abstracts
