"""Who wrote a work, as a source names them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Institution:
    """Where an author works, as a source identified it."""

    name: str
    ror: str | None = None
    """Bare identifier of the Research Organization Registry, ``03dbr7087``."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    type: str | None = None
    """As ROR and OpenAlex name it: ``education``, ``company``, ``facility`` …"""


@dataclass(frozen=True, slots=True)
class Author:
    """One author as a source names them."""

    name: str
    """Display form, ``Given Family``."""
    family: str | None = None
    """Surname with its particles (``van der Schaar``), without suffix."""
    given: str | None = None
    suffix: str | None = None
    """``Jr.``, ``III``."""
    orcid: str | None = None
    """Bare, ``0000-0002-1825-0097``."""
    affiliations: tuple[str, ...] = ()
    """Raw texts."""
    openalex_author_id: str | None = None
    is_organization: bool = False
    s2_author_id: str | None = None
    is_corresponding: bool | None = None
    institutions: tuple[Institution, ...] = ()
    """What the affiliations were taken for."""
    sources: tuple[str, ...] = field(default=(), compare=False)
    """Of an author of a work: the sources whose lists of authors have the same person in the same place."""
