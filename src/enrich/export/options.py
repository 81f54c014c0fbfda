"""What to write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from enrich.export.cited_work import CitedWork
    from enrich.export.groups import Section
    from enrich.model.entry import Parent


CSV, PARQUET, HTML, SQLITE = "csv", "parquet", "html", "sqlite"
"""Families of files besides the formats of reference managers."""
_OTHERS = (CSV, PARQUET, HTML, SQLITE)
_OTHER_ALIASES = {"report": HTML, "sqlite3": SQLITE, "db": SQLITE}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSet:
    """What one file for a reference manager is made of."""

    works: Sequence[CitedWork]
    sections: Section
    """The tree of headings with the works below them."""
    parents: Sequence[Parent] = ()
    """Entries of a bibliography that lend their fields to others."""
    preambles: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFormat:
    """A format that reference managers import."""

    name: str
    """As in settings and ``--format``."""
    suffix: str
    """Of its files, with the dot."""
    write: Callable[[ReferenceSet, ExportOptions], Iterable[str]]
    """The text of a file, piece by piece; equal sets give equal bytes."""
    place: int = 99
    """Its place among the formats, lowest first."""
    aliases: tuple[str, ...] = ()
    """What people call it besides."""
    tells_news: bool = True
    """Whether a file of its own holds what is new since the last run, for managers that do not update on import."""


def to_family(text: str, formats: Mapping[str, ReferenceFormat]) -> str | None:
    """The name of the family of files that people mean; None where there is none."""
    name = text.strip().lower().removeprefix(".")
    if name in formats or name in _OTHERS:
        return name
    by_alias = {alias: one.name for one in formats.values() for alias in one.aliases}
    return by_alias.get(name) or _OTHER_ALIASES.get(name)


def families(formats: Mapping[str, ReferenceFormat]) -> tuple[str, ...]:
    """The names of all families of files, those of reference managers first."""
    return (*formats, *_OTHERS)
