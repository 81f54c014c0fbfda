"""What to write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """A family of files that one export writes."""

    BIB = "bib"
    RDF = "rdf"
    CSL = "csl"
    RIS = "ris"
    CSV = "csv"
    PARQUET = "parquet"
    HTML = "html"


class BibMath(StrEnum):
    """How symbols outside the Latin alphabet stand in BibTeX."""

    UNICODE = "unicode"
    LATEX = "latex"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What to write, and how."""

    formats: frozenset[Format] | None = None
    """None = all."""
    bib_math: BibMath = BibMath.UNICODE
    """``latex`` writes ``$\\ell_1$`` for pdfLaTeX, which stops at ``ℓ₁``; reference managers read Unicode better."""
    bib_abstract: bool = True
    bib_keywords: bool = False
    most_keywords: int = 8
    """In BibTeX and as tags."""

    def includes(self, kind: Format) -> bool:
        """Whether a family of files is to be written."""
        return self.formats is None or kind in self.formats
