"""What to write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Format(StrEnum):
    """A family of files that one export writes."""

    BIB = "bib"
    RDF = "rdf"
    CSL = "csl"
    RIS = "ris"
    CSV = "csv"
    PARQUET = "parquet"
    HTML = "html"
    SQLITE = "sqlite"


_ON_REQUEST = frozenset({Format.SQLITE})
"""What holds nothing that the other files do not."""


class BibMath(StrEnum):
    """How symbols outside the Latin alphabet stand in BibTeX."""

    UNICODE = "unicode"
    LATEX = "latex"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What to write, and how."""

    formats: frozenset[Format] | None = None
    """None = all but those that are written only on request."""
    bib_math: BibMath = BibMath.UNICODE
    """``latex`` writes ``$\\ell_1$`` for pdfLaTeX, which stops at ``ℓ₁``; reference managers read Unicode better."""
    bib_abstract: bool = True
    bib_keywords: bool = False
    most_keywords: int = 8
    """In BibTeX and as tags."""
    history: Path | None = None
    """Folder whose history and runs go into ``sqlite``; None = the folder that is written into."""

    def includes(self, kind: Format) -> bool:
        """Whether a family of files is to be written."""
        return kind not in _ON_REQUEST if self.formats is None else kind in self.formats
