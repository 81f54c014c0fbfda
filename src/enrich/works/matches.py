"""Which record belongs to which work: a record is accepted or refused, and every decision is a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from enrich.matching.candidates import decide
from enrich.matching.description import describe_entry, describe_record
from enrich.matching.reasons import Reason
from enrich.matching.verify import verify
from enrich.model.entry import EntryKind
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import RelationKind
from enrich.model.verdict import Status, Verdict
from enrich.text.abstracts import is_enough, share_quoted
from enrich.text.title_forms import normalize_title
from enrich.works.clusters import Cluster, Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.matching.description import Description
    from enrich.model.record import Record

_AS_GOOD = 0.9
"""An abstract that holds so much of what the best one does answers a quotation as well."""
_NEAR = 60
"""Likeness of titles (0 to 100) from which on a record is worth showing."""
_BETWEEN_VERSIONS = frozenset({RelationKind.IS_PREPRINT_OF, RelationKind.HAS_PREPRINT, RelationKind.IS_VERSION_OF})
"""Relations that stay inside one work; a notice and a review are about another one."""


def match_record(cluster: Cluster, record: Record, method: str) -> Verdict:
    """Accept or refuse a record that bears an identifier of the cluster, and return the verdict.

    The entry's words count first; a record that says the same as an accepted one is accepted with it, because curators
    shorten titles and authors rename papers.
    """
    verdict = _verdict_by_hand(cluster, record) or _verdict_without_title(cluster, record)
    if verdict is not None:
        if verdict.is_accepted:
            accept(cluster, record, verdict, method)
            _match_held(cluster)
        elif verdict.reason == Reason.PINNED_ELSEWHERE and (record, method) not in cluster.held:
            cluster.held.append((record, method))
        return verdict
    description = describe_record(record)
    verdict = verify(_describe(cluster), description)
    if not verdict.is_accepted:
        for known in cluster.matches:
            other = verify(describe_record(known.record), description)
            if other.is_accepted:
                verdict = other
                break
    if verdict.is_accepted:
        accept(cluster, record, verdict, method)
    else:
        cluster.refuse(record, verdict)
    return verdict


def _describe(cluster: Cluster) -> Description:
    """The entry in its own words, or the record that it is pinned to, with the identifiers that are the work's.

    Where its title is lost, the record whose abstract it quotes speaks for it.
    """
    told = _pinned_record(cluster) or next((one.record for one in cluster.matches if one.method == "abstract"), None)
    words = describe_entry(cluster.entry) if told is None else describe_record(told)
    return replace(words, identifiers=frozenset(cluster.identity))


def _verdict_by_hand(cluster: Cluster, record: Record) -> Verdict | None:
    """The verdict that corrections give; None where they say nothing, or the pinned work's own record can judge."""
    if cluster.rejects(record):
        rejected = sorted(str(one) for one in cluster.rejected.intersection(record.identifiers))
        return Verdict(Status.DIFFERENT, Reason.REJECTED, {"identifier": rejected[0]})
    if not cluster.pins:
        return None
    pinned = [str(one) for one in cluster.pinned if one in record.identifiers]
    if pinned:
        return Verdict(Status.STRONG, Reason.PINNED, {"identifier": pinned[0]})
    if _pinned_record(cluster) is not None:
        return None
    return Verdict(Status.AMBIGUOUS, Reason.PINNED_ELSEWHERE, {"identifier": str(cluster.pinned[0])})


def _pinned_record(cluster: Cluster) -> Record | None:
    """The record by which others are judged: the first with a title that bears a pinned identifier."""
    known = (one.record for one in cluster.matches if one.record.title)
    return next((record for record in known if not set(cluster.pinned).isdisjoint(record.identifiers)), None)


def _match_held(cluster: Cluster) -> None:
    """Judge the records that had to wait for the pinned one."""
    if cluster.held and _pinned_record(cluster) is not None:
        held, cluster.held = cluster.held, []
        for record, method in held:
            match_record(cluster, record, method)


def _verdict_without_title(cluster: Cluster, record: Record) -> Verdict | None:
    """The verdict on records that titles cannot decide; None for all others.

    A repository is its address, whatever its name is now; a bare count belongs to the work that bears the identifier.
    """
    unjudged = cluster.unjudged
    known = [one for one in record.identifiers if one in cluster.identifiers and one not in unjudged]
    if cluster.entry.kind is EntryKind.SOFTWARE and any(one.scheme is Scheme.GITHUB for one in known):
        return Verdict(Status.STRONG, "same_repository", {"identifier": str(known[0])})
    if record.title is None and any(one in cluster.confirmed for one in known):
        return Verdict(Status.STRONG, "confirmed_identifier", {"identifier": str(known[0])})
    return None


def accept(cluster: Cluster, record: Record, verdict: Verdict, method: str) -> None:
    """Take a record in with the identifiers that it teaches."""
    if any(_is_overtaken(record, one.record) for one in cluster.matches):
        return
    same = [one for one in cluster.matches if _is_older(one.record, record)]
    cluster.matches = [one for one in cluster.matches if one not in same]
    cluster.matches.append(Match(record, verdict, method))
    cluster.learn(record.identifiers, record.source)
    versions = [one.identifier for one in record.relations if one.kind in _BETWEEN_VERSIONS]
    cluster.learn((one for one in versions if one.scheme is not Scheme.URL), record.source)
    cluster.drop_rejected()


def match_candidates(cluster: Cluster, candidates: Sequence[Record], method: str) -> tuple[Record, ...]:
    """Accept the candidates that are the entry's work beyond doubt, all versions of one work, and return them."""
    candidates = [one for one in candidates if not cluster.rejects(one)]
    if not candidates or cluster.pins:
        return ()
    # An address that nobody owns says nothing against a record that does not name it.
    decisive = frozenset(one for one in cluster.usable if is_decisive(one))
    decision = decide(replace(_describe(cluster), identifiers=decisive), candidates)
    for record in decision.records:
        accept(cluster, record, decision.verdict, method)
    if not decision.records:
        note_near(cluster, decision.best, candidates)
    return decision.records


def match_quoted(cluster: Cluster, candidates: Iterable[Record]) -> tuple[Record, ...]:
    """Accept the candidates whose abstract the entry quotes, and return them; the title is lost, so theirs is read.

    All else that the entry says is weighed as ever, and two works with that abstract are one too many.
    """
    quote = cluster.entry.quote or ""
    told = [one for one in candidates if one.title and one.abstract and not cluster.rejects(one)]
    shares = [(share_quoted(quote, one.abstract or ""), one) for one in told]
    quoted = sorted((pair for pair in shares if is_enough(pair[0])), key=lambda pair: -pair[0])
    if not quoted or cluster.pins:
        return ()
    decision = decide(replace(_describe(cluster), title=quoted[0][1].title), [one for _, one in quoted])
    near = [one for share, one in quoted if share >= quoted[0][0] * _AS_GOOD]
    if any(all(one is not other for other in decision.records) for one in near):
        return ()
    for record in decision.records:
        accept(cluster, record, decision.verdict, "abstract")
    return decision.records


def note_near(cluster: Cluster, best: Record | None, candidates: Sequence[Record]) -> None:
    """Keep the candidates that bear the title or come nearest to it, each with the verdict on it alone."""
    title = normalize_title(cluster.entry.title or "")
    for one in candidates:
        titles = [normalize_title(known) for known in (one.title, *one.other_titles) if known]
        likeness = max((fuzz.token_sort_ratio(title, known) for known in titles), default=0)
        if (one is best and likeness >= _NEAR) or title in titles:
            cluster.note_near(one, verify(_describe(cluster), describe_record(one)), by_identifier=False)


def _is_older(known: Record, record: Record) -> bool:
    """Whether a known record is an earlier word of the same source on the same version."""
    is_same = known.source == record.source and known.stage == record.stage and known.source_url == record.source_url
    is_older = is_same and known.identifiers[:1] == record.identifiers[:1] and known.retrieved_at <= record.retrieved_at
    return is_older or _is_overtaken(known, record)


def _is_overtaken(known: Record, record: Record) -> bool:
    """Whether a source has told since what became of what it told then, such as a preprint that is published now.

    A single reply may well describe both versions.
    """
    is_same = known.source == record.source and known.source_url == record.source_url
    is_told = bool(known.source_url and known.request_key)
    return (
        is_same
        and is_told
        and known.identifiers[:1] == record.identifiers[:1]
        and known.retrieved_at < record.retrieved_at
    )


def is_decisive(identifier: Identifier) -> bool:
    """Whether an identifier names one work at some service: an address does not, nor an old NeurIPS number."""
    is_old_number = identifier.scheme is Scheme.NEURIPS and identifier.value.startswith("number/")
    return identifier.scheme not in (Scheme.URL, Scheme.GITHUB) and not is_old_number
