"""The sources, in the order in which they are asked: of two that can supply a field, the first one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.sources.arxiv import Arxiv
from enrich.sources.datacite import DataCite
from enrich.sources.semantic_scholar import SemanticScholar

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.sources.base import Source

SOURCES: dict[str, Callable[[str | None], Source]] = {
    "arxiv": Arxiv,
    "datacite": DataCite,
    "semantic_scholar": SemanticScholar,
}
"""Name, as in settings, claims and the ledger, to the constructor, which takes a base address or None."""
