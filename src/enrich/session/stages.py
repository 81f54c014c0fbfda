"""The values between the stages of a run, and what it tells on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from enrich.model.entry import ReadingList
    from enrich.model.work import Bibliography, Change
    from enrich.rounds.planning import Memory
    from enrich.works.clusters import Cluster


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person who watches wants to know."""

    stage: str
    """``read``, ``catalogue``, ``ask``, ``wait``, ``export``."""
    text: str
    about: tuple[str, str] | None = None
    """``list`` or ``source``, and its name."""


@dataclass(frozen=True, slots=True)
class LostList:
    """A list that was left out of a run."""

    argument: str
    message: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What ``resolve`` found out: the works that lists name, each with the records that were taken for it."""

    lists: tuple[ReadingList, ...]
    clusters: Sequence[Cluster]
    memory: Memory
    """Who was asked for what, and answered."""
    is_part: bool = False
    """The lists were resolved together with others."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an export left."""

    paths: tuple[Path, ...]
    bibliography: Bibliography
    """What was written: with its news and changes."""
    changes: tuple[Change, ...] = ()
    since: date | None = None
    """Day of the run that ``changes`` compares with; None for the first one."""
    is_quiet: bool = False
    """Nothing that is known differs from the last run: only what tells of the run itself was written."""
