"""The sources, in the order in which they are asked: of two that settle a field, the first one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from enrich.sources.acl import AclAnthology
from enrich.sources.arxiv import Arxiv
from enrich.sources.crossref import Crossref
from enrich.sources.datacite import DataCite
from enrich.sources.dblp import Dblp
from enrich.sources.github import GitHub
from enrich.sources.neurips import NeurIPS
from enrich.sources.openalex import OpenAlex
from enrich.sources.opencitations import OpenCitations
from enrich.sources.openreview import OpenReview
from enrich.sources.pmlr import Pmlr
from enrich.sources.semantic_scholar import SemanticScholar
from enrich.sources.webpage import Webpage

if TYPE_CHECKING:
    from enrich.sources.base import Source


class _Maker(Protocol):
    def __call__(self, base_url: str | None = None, *, has_key: bool = False) -> Source: ...


# Services that answer for many works at once come first; a page per work is asked for what they leave open.
SOURCES: dict[str, _Maker] = {
    "arxiv": Arxiv,
    "datacite": DataCite,
    "semantic_scholar": SemanticScholar,
    "crossref": Crossref,
    "dblp": Dblp,
    "openalex": OpenAlex,
    "neurips": NeurIPS,
    "pmlr": Pmlr,
    "acl": AclAnthology,
    "openreview": OpenReview,
    "webpage": Webpage,
    "github": GitHub,
    "opencitations": OpenCitations,
}
"""Name, as in settings, claims and the ledger, to the constructor."""
