"""What a format of reference managers is: a name, a suffix and how a set of references is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.export.options import CSV, HTML, PARQUET, SQLITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from enrich.export.cited_work import CitedWork
    from enrich.export.groups import Section
    from enrich.export.options import ExportOptions
    from enrich.model.entry import Parent

_OTHERS = (CSV, PARQUET, HTML, SQLITE)
_OTHER_ALIASES = {"report": HTML, "sqlite3": SQLITE, "db": SQLITE}


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
    purpose: str = ""
    """Who reads it, in a few words for people."""
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
