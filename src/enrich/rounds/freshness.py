"""For how long a value, and an answer that there is none, is not asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from enrich.model.record import Record, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enrich.sources.base import Source

_DRIFT = timedelta(hours=6)
_TURNS = 7


@dataclass(frozen=True, slots=True)
class FreshnessRules:
    """For how long a value is not asked for again."""

    citation_count: timedelta = timedelta(days=1)
    preprint_venue: timedelta = timedelta(days=30)
    published: timedelta = timedelta(days=180)
    not_found: timedelta = timedelta(days=7)
    repository: timedelta = timedelta(days=30)
    retraction: timedelta = timedelta(days=7)

    def not_found_in_turn(self, turn: int) -> timedelta:
        """For how long a question is not asked again that had no answer: a period, and up to another one by its turn.

        Or everything that nobody knew would be asked for again in one night.
        """
        return self.not_found * (1 + turn % _TURNS / _TURNS)

    def newest_needed(self, now: datetime) -> datetime:
        """The moment before which no kept reply is good enough for any field."""
        return now - _with_slack(self.citation_count)

    def not_before(self, name: str, record: Record, *, is_published: bool, now: datetime) -> datetime:
        """The moment before which a record's word on a field is stale."""
        if name == "citation_count":
            return now - _with_slack(self.citation_count)
        if name == "state":
            return now - _with_slack(self.retraction)
        if name == "repository":
            turn = _turn_of(str(record.identifiers[0])) if record.identifiers else 0
            return now - _with_slack(self.repository * (1 - turn / _TURNS / 4))
        if name == "venue" and not (is_published and record.stage is Stage.PUBLISHED):
            return now - _with_slack(self.preprint_venue)
        return now - _with_slack(self.published)


def _turn_of(question: str) -> int:
    """A number below that of the turns, the same in every run."""
    return crc32(question.encode()) % _TURNS


def _with_slack(period: timedelta) -> timedelta:
    """The period less what a schedule drifts: yesterday's run may have asked a little later in its night than today's.

    >>> _with_slack(timedelta(days=1)), _with_slack(timedelta(hours=1))
    (datetime.timedelta(seconds=64800), datetime.timedelta(seconds=2700))
    """
    return period - min(period / 4, _DRIFT)


def asked_lately(
    questions: Mapping[tuple[str, str], datetime], sources: Mapping[str, Source], rules: FreshnessRules, now: datetime
) -> dict[tuple[str, str], datetime]:
    """Those of the answered questions that are not asked again yet.

    The sources take turns, each with all its questions, which fill its batches; where every question is a request of
    its own, the questions do.
    """
    places = {name: place for place, name in enumerate(sources)}
    singles = {name for name, one in sources.items() if one.asks_singly}

    def is_lately(source: str, question: str, asked_at: datetime) -> bool:
        turn = places.get(source, 0) + (_turn_of(question) if source in singles else 0)
        return asked_at >= now - rules.not_found_in_turn(turn)

    return {
        (source, one): asked_at for (source, one), asked_at in questions.items() if is_lately(source, one, asked_at)
    }
