"""From candidates to one decision: accept, leave open with the reason, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.matching.description import Description, describe_record
from enrich.matching.differences import TitleRelation
from enrich.matching.generic import is_generic, is_short
from enrich.matching.reasons import Reason
from enrich.matching.titles import compare_titles
from enrich.matching.verify import verify
from enrich.matching.words import is_known, meaningful, weigh
from enrich.model.verdict import Status, Verdict
from enrich.text.titles import normalize_title

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
    closeness: tuple[int, float]


_ORDER = {Status.EXACT: 0, Status.STRONG: 1, Status.AMBIGUOUS: 2, Status.WEAK: 2, Status.DIFFERENT: 3}


def decide(query: Description, candidates: Sequence[Record]) -> Decision:
    """Return the decision on candidates: accepted only when a single work answers the query.

    A title without authors and year is accepted when it is long enough, not generic, and a single work bears it.
    """
    compared = [_compare(query, record) for record in candidates]
    if not compared:
        return Decision(Verdict(Status.DIFFERENT, Reason.NO_CANDIDATE))
    compared.sort(key=lambda each: (_ORDER[each.verdict.status], each.closeness))
    accepted = [each for each in compared if each.verdict.is_accepted]
    if not accepted and not query.identifiers:
        accepted = _accept_by_title(query, compared)
    best = (accepted or compared)[0]
    if not accepted:
        return Decision(best.verdict, best=best.record)
    same = [each for each in accepted if each is best or _is_same_work(best, each)]
    # An identifier or an equal title beats mere likeness; two that are equally near leave it open.
    rivals = [each for each in accepted if each not in same and each.closeness[0] <= best.closeness[0]]
    if rivals and not _has_shared_identifier(query, best):
        detail = {
            "works": [" ".join(map(str, each.record.identifiers[:1])) for each in (best, *rivals)],
            **best.verdict.detail,
        }
        others = tuple(each.record for each in rivals)
        return Decision(Verdict(Status.AMBIGUOUS, Reason.SEVERAL_WORKS, detail), best=best.record, rivals=others)
    return Decision(best.verdict, tuple(each.record for each in same), best.record)


def _compare(query: Description, record: Record) -> _Compared:
    described = describe_record(record)
    verdict = verify(query, described)
    titles = [title for title in (described.title, *described.other_titles) if title]
    relations = [compare_titles(query.title, title) for title in titles] if query.title else []
    closest = min(((each.relation, -each.similarity) for each in relations), default=(TitleRelation.OTHER, 0.0))
    return _Compared(record, described, verdict, (int(closest[0]), closest[1]))


def _has_shared_identifier(query: Description, compared: _Compared) -> bool:
    return bool(query.identifiers & compared.described.identifiers)


def _accept_by_title(query: Description, compared: list[_Compared]) -> list[_Compared]:
    """Candidates that a lone title names: near enough for its length."""
    if not query.title or is_generic(query.title):
        return []
    nearest = [each for each in compared if _is_open(each) and _is_near_enough(query.title, each)]
    nearest.sort(key=lambda each: each.closeness)
    return [
        _Compared(
            each.record,
            each.described,
            Verdict(Status.STRONG, Reason.TITLE_ALONE, each.verdict.detail),
            each.closeness,
        )
        for each in nearest
    ]


def _is_open(compared: _Compared) -> bool:
    return compared.verdict.reason in (Reason.TITLE_ALONE, Reason.TITLE_UNCERTAIN, Reason.SHORT_TITLE)


_LEAST_WORDS = {TitleRelation.EQUAL: 2, TitleRelation.SPELLING: 3, TitleRelation.REORDERED: 3}
"""Words that a title needs to be accepted alone, by how it agrees."""
_LEAST_SUBTITLE_WORDS, _LEAST_SUBTITLE_WEIGHT = 4, 14
_LEAST_EXTENDED_WORDS, _LEAST_EXTENDED_WEIGHT = 6, 25


def _is_near_enough(title: str, compared: _Compared) -> bool:
    relation = TitleRelation(compared.closeness[0])
    words = normalize_title(title).split()
    other = normalize_title(compared.record.title or "").split()
    if relation in _LEAST_WORDS:
        return max(len(words), len(other)) >= _LEAST_WORDS[relation] and not is_short(title)
    if relation is TitleRelation.SUBTITLE:
        # What both share is the shorter title, whichever side has dropped the rest.
        shorter = min(title, compared.record.title or "", key=len)
        shared = normalize_title(shorter).split()
        is_telling = (
            len(shared) >= _LEAST_SUBTITLE_WORDS or weigh(meaningful(" ".join(shared))) >= _LEAST_SUBTITLE_WEIGHT
        )
        return is_coined(shorter) or (is_telling and not is_short(shorter))
    weight = weigh(meaningful(" ".join(words)))
    # Words behind the query's end may have been dropped; words that only the query has belong to another work.
    is_dropped = relation is TitleRelation.EXTENDED and len(words) < len(other)
    return is_dropped and len(words) >= _LEAST_EXTENDED_WORDS and weight >= _LEAST_EXTENDED_WEIGHT


_COINED = re.compile(r"(?=.*[a-z].*[A-Z]|[A-Z]{2,}.*[a-z]|.*\d)[\w+-]{5,40}")


def is_coined(title: str) -> bool:
    """Whether a title is one made-up name, such as papers bear before the colon.

    >>> [is_coined(title) for title in ("AdversarialNAS", "Exposure", "SDM", "word2vec")]
    [True, False, False, True]
    """
    return bool(_COINED.fullmatch(title)) and not is_known(normalize_title(title))


def _is_same_work(left: _Compared, right: _Compared) -> bool:
    if left.described.identifiers & right.described.identifiers:
        return True
    related = {relation.identifier for relation in left.record.relations}
    if related & right.described.identifiers:
        return True
    return verify(left.described, right.described).is_accepted
