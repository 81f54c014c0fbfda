"""From candidates to one decision: accept, leave open with the reason, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from enrich.matching.description import Description, describe_record
from enrich.matching.generic import is_generic
from enrich.matching.model import load_model
from enrich.matching.reasons import Reason
from enrich.matching.title_differences import TitleComparison, TitleRelation, compare_titles
from enrich.matching.verify import verify
from enrich.model.verdict import Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.model.record import Record


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of the candidates."""

    verdict: Verdict
    """The verdict on the best candidate, or on all of them together."""
    records: tuple[Record, ...] = ()
    """The accepted records, all of one work, the best first; empty when nothing is accepted."""
    best: Record | None = None
    """The nearest candidate, accepted or not."""
    rivals: tuple[Record, ...] = ()
    """Records of other works that answer the query as well as the best one."""

    @property
    def record(self) -> Record | None:
        """The accepted record, or None."""
        return self.records[0] if self.records else None

    @property
    def reason(self) -> str:
        """The verdict's reason."""
        return self.verdict.reason


@dataclass(frozen=True, slots=True)
class _Compared:
    record: Record
    described: Description
    verdict: Verdict

    @property
    def odds(self) -> float:
        """Of one work against two."""
        probability = min(self.verdict.probability or 0.0, 0.9999)
        return probability / (1 - probability)


_ORDER = {Status.EXACT: 0, Status.STRONG: 0, Status.AMBIGUOUS: 1, Status.WEAK: 1, Status.DIFFERENT: 2}
_UNDECIDED = (Reason.TITLE_ALONE, Reason.TITLE_UNCERTAIN)
"""Reasons for which a title may still name the only work that bears it."""


_LEAST_BITS = {TitleRelation.SUBTITLE: 17.0, TitleRelation.EXTENDED: 36.0}


def decide(query: Description, candidates: Sequence[Record]) -> Decision:
    """Return the decision on candidates: accepted only when a single work answers the query.

    The candidates are works that compete: the odds of each count against all others, so that the second best limits the
    first, and records of one work stand together. A title alone is accepted when it is not generic and its work stays
    likely beside all others.
    """
    compared = [
        _Compared(record, described, verify(query, described))
        for record, described in ((record, describe_record(record)) for record in candidates)
    ]
    if not compared:
        return Decision(Verdict(Status.DIFFERENT, Reason.NO_CANDIDATE))
    compared.sort(key=lambda each: (_ORDER[each.verdict.status], -each.odds))
    accepted = [each for each in compared if each.verdict.is_accepted] or _accept_by_title(query, compared)
    if not accepted:
        return Decision(compared[0].verdict, best=compared[0].record)
    best = accepted[0]
    is_alone = best.verdict.reason == Reason.TITLE_ALONE
    likely = [each for each in compared if (each.verdict.probability or 0.0) >= load_model().rejected]
    near = likely if is_alone else accepted
    same = [best, *(each for each in near if each.record is not best.record and _is_same_work(best, each))]
    rivals = [each for each in near if all(each.record is not one.record for one in same)]
    # What a lone title does not say cannot tell two works apart that it names alike.
    is_shared = is_alone and any(
        each.record is rival.record and _unsaid(query, each.described) <= _unsaid(query, best.described)
        for each in accepted
        for rival in rivals
    )
    is_rivalled = bool(rivals) and (is_shared or _share(best, rivals) < load_model().accepted)
    if is_rivalled and not query.identifiers & best.described.identifiers:
        works = [" ".join(map(str, each.record.identifiers[:1])) for each in (best, *rivals)]
        verdict = Verdict(Status.AMBIGUOUS, Reason.SEVERAL_WORKS, {"works": works, **best.verdict.detail})
        return Decision(verdict, best=best.record, rivals=tuple(each.record for each in rivals))
    return Decision(best.verdict, tuple(each.record for each in same), best.record)


def _share(best: _Compared, rivals: Sequence[_Compared]) -> float:
    """The probability of the best among works of which one is meant."""
    return best.odds / (best.odds + sum(each.odds for each in rivals))


def _accept_by_title(query: Description, compared: Sequence[_Compared]) -> list[_Compared]:
    """Candidates that a lone title names."""
    if query.identifiers:
        return []
    return [
        replace(each, verdict=replace(each.verdict, status=Status.STRONG, reason=Reason.TITLE_ALONE))
        for each in compared
        if can_name_alone(query, each.described, each.verdict)
        and (each.verdict.probability or 0.0) >= load_model().accepted_alone
    ]


def can_name_alone(query: Description, found: Description, verdict: Verdict) -> bool:
    """Whether a title that nothing stands beside may name what was found, if that is likely enough.

    It is not generic, and what a shortened one keeps tells enough: many works share a phrase, the more without a break.
    """
    if not query.title or is_generic(query.title) or verdict.reason not in _UNDECIDED:
        return False
    nearest = _nearest_title(query.title, found)
    return nearest is not None and nearest.shared >= _LEAST_BITS.get(nearest.relation, 0.0)


def _unsaid(query: Description, found: Description) -> float:
    """What of the query's title the titles found do not say, in bits."""
    nearest = _nearest_title(query.title or "", found)
    return nearest.lost[0] if nearest else inf


def _nearest_title(title: str, found: Description) -> TitleComparison | None:
    titles = (compare_titles(title, one) for one in (found.title, *found.other_titles) if one)
    return max(titles, key=lambda each: each.share, default=None)


def _is_same_work(left: _Compared, right: _Compared) -> bool:
    if left.described.identifiers & right.described.identifiers:
        return True
    related = {relation.identifier for relation in left.record.relations}
    if related & right.described.identifiers:
        return True
    return verify(left.described, right.described).is_accepted
