"""What is known of a source before it is asked: one value object per source, and the sources that there are.

A source is declared once, in its own file. Whoever has to know what it is worth, what its terms are or what it may be
asked for looks it up here by the name that records and claims bear.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enrich.model.identifiers import Scheme

WRITTEN, PUBLISHED = "written", "published"
"""The two views in which every source has a rank: what authors write, and where a work was published."""
LAST = 100
"""Rank of whoever has none."""


class Role(StrEnum):
    """What a source is among the others."""

    PREPRINT_SERVER = "preprint server"
    PROCEEDINGS = "proceedings"
    """The pages of the edition of record."""
    REGISTRY = "registry"
    """What publishers deposit."""
    BIBLIOGRAPHY = "bibliography"
    """Curated by hand from many publishers."""
    INDEX = "index"
    """Gathered by machine: what it says of one paper may be of several versions."""
    REPOSITORY_HOST = "repository host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a source asks of people who pass its values on."""

    title: str
    """Its name for people."""
    licence: str
    attribution: str
    url: str
    """Where the terms stand."""
    shares_abstracts: bool = True
    """Whether an abstract that it sent may be passed on in a page for others: False where abstracts are their
    publishers', where only bibliographic facts may be taken, and where nothing may be repackaged."""

    def __str__(self) -> str:
        return f"{self.title}: {self.licence}. {self.attribution} {self.url}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """All that the parts of a run need to know of a source; its file says nothing of it twice."""

    name: str
    """As in settings, claims and the ledger."""
    turn: int
    """Its place among the sources that are asked, lowest first: of two that settle a field, the first one does.

    Services that answer for many works at once come first; a page per work is asked for what they leave open.
    """
    role: Role
    purpose: str
    """What it is asked for, in a few words for people."""
    terms: Terms
    trust: Mapping[str, int]
    """Rank among those who say something, lower = more trusted: ``written``, ``published``, and fields of their own
    rank. Who is not ranked comes last."""
    example: str | None = None
    """Scheme and value of a work that it knows, to find out whether it answers; None where that is any page."""
    hosts: tuple[str, ...]
    """Hosts that the source owns; a request or redirect to any other is refused."""
    schemes: tuple[Scheme, ...]
    """Identifier schemes that it takes, best first."""
    registers: frozenset[Scheme] = frozenset()
    """Schemes of which it is the registry: where it has nothing under an identifier, there is nothing."""
    knows_venues: bool = False
    """It knows where a work appeared, whoever published it: its silence says something."""
    settles: frozenset[str]
    """Fields of ``Record`` for which its word is enough: nobody else is asked for them."""
    supplies: frozenset[str] = frozenset()
    """Fields that it can fill besides, where nobody who settles them answers."""
    batch_size: int
    """Identifiers in one request."""
    min_interval_s: float
    """Seconds between the starts of two requests to its host."""
    asks_once: bool = False
    """One question per work: what is not answered then is not known there."""
    takes_all: bool = False
    """A question holds all identifiers of a work, because each may be the one that is known there."""
    answers_for_all: bool = False
    """A batch reply without one of the identifiers asked for says that there is nothing under it."""
    searches_titles: bool = False
    searches_abstracts: bool = False
    key_header: str | None = None
    """Header that carries the key."""
    key_prefix: str = ""
    titles_per_request: int = 1


_KNOWN: dict[str, Traits] = {}


def register(traits: Traits) -> None:
    """Make a source known to those who rank, credit and judge by it.

    Raises:
        ValueError: another source has the name.
    """
    if _KNOWN.setdefault(traits.name, traits) is not traits:
        raise ValueError(f"there is another source {traits.name!r}")


def known_traits() -> dict[str, Traits]:
    """The traits of every source by its name, in the order in which they are asked.

    Raises:
        LookupError: no source was imported.
    """
    if not _KNOWN:
        raise LookupError("no source is known: import enrich.sources first")
    return dict(sorted(_KNOWN.items(), key=lambda item: (item[1].turn, item[0])))


def traits_of(name: str) -> Traits | None:
    """The traits of the source of a name; None for what is no source, such as the list.

    Raises:
        LookupError: no source was imported.
    """
    return _KNOWN.get(name) if _KNOWN else known_traits().get(name)
