"""What to write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


CSV, PARQUET, HTML, SQLITE = "csv", "parquet", "html", "sqlite"
"""Families of files besides the formats of reference managers."""
_ON_REQUEST = frozenset({SQLITE})
"""What holds nothing that the other files do not."""


class BibMath(StrEnum):
    """How symbols outside the Latin alphabet stand in BibTeX."""

    UNICODE = "unicode"
    LATEX = "latex"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What to write, and how."""

    formats: frozenset[str] | None = None
    """None = all but those that are written only on request."""
    bib_math: BibMath = BibMath.UNICODE
    """``latex`` writes ``$\\ell_1$`` for pdfLaTeX, which stops at ``ℓ₁``; reference managers read Unicode better."""
    bib_abstract: bool = True
    bib_keywords: bool = False
    most_keywords: int = 8
    """In BibTeX and as tags."""
    history: Path | None = None
    """Folder whose history and runs go into ``sqlite``; None = the folder that is written into."""

    def includes(self, family: str) -> bool:
        """Whether a family of files is to be written."""
        return family not in _ON_REQUEST if self.formats is None else family in self.formats
