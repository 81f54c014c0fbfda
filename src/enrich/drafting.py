"""From entries and records to drafts: which record belongs to which work. Every decision is a verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from enrich.corrections import Corrections
from enrich.matching.candidates import decide
from enrich.matching.description import describe_entry, describe_record
from enrich.matching.reasons import Reason
from enrich.matching.verify import verify
from enrich.merge.precedence import CORRECTIONS, LIST
from enrich.model.entry import EntryKind
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.record import RelationKind
from enrich.model.verdict import Status, Verdict
from enrich.planning import Accepted, Draft, identity_identifiers, search_question, title_question
from enrich.text.abstracts import is_enough, share_quoted
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.catalogue import Catalogue
    from enrich.matching.description import Description
    from enrich.model.entry import Entry, ReadingList
    from enrich.model.record import Record
    from enrich.store.store import Store

_FUZZY_CANDIDATES = 10
_AS_GOOD = 0.9
"""An abstract that holds so much of what the best one does answers a quotation as well."""
_NEAR = 60
"""Likeness of titles (0 to 100) from which on a record is worth showing."""
_BETWEEN_VERSIONS = frozenset({RelationKind.IS_PREPRINT_OF, RelationKind.HAS_PREPRINT, RelationKind.IS_VERSION_OF})
"""Relations that stay inside one work; a notice and a review are about another one."""


def to_drafts(lists: Sequence[ReadingList], corrections: Corrections | None = None) -> list[Draft]:
    """One draft per work: entries are one work when they share an identifier and their titles agree.

    Two titles under one link are two works until a record says otherwise: curators paste the wrong link. A pin counts
    instead of the links.

    Raises:
        ConfigError: two corrections contradict each other.
    """
    corrections = corrections or Corrections()
    drafts: list[Draft] = []
    by_identifier: dict[Identifier, list[Draft]] = {}
    by_title: dict[str, list[Draft]] = {}
    for reading_list in lists:
        for entry in reading_list.entries:
            pin = corrections.pin_of(reading_list.name, entry)
            identifiers = (pin.identifier,) if pin else identity_identifiers(entry)
            same = [draft for one in identifiers for draft in by_identifier.get(one, ())]
            if not identifiers and entry.title:
                same = by_title.get(entry.title.casefold(), [])
            words = replace(entry, identifiers=identifiers) if pin else entry
            draft = next((one for one in same if is_same_entry(one.entry, words)), None)
            if draft is None:
                draft = Draft(entries=[])
                drafts.append(draft)
            draft.entries.append((reading_list.name, entry))
            if pin:
                draft.pins = (*draft.pins, pin)
                draft.learn(identifiers, CORRECTIONS)
            draft.learn(identity_identifiers(entry), LIST)
            for one in identifiers:
                by_identifier.setdefault(one, []).append(draft)
            if entry.title:
                by_title.setdefault(entry.title.casefold(), []).append(draft)
    if corrections.rejections:
        _reject(drafts, corrections)
    return drafts


def _reject(drafts: Iterable[Draft], corrections: Corrections) -> None:
    """Let each draft know what it is not."""
    for draft in drafts:
        draft.rejections = corrections.rejections_for(draft.entries)
        draft.drop_rejected()
        for pin, rejection in product(draft.pins, draft.rejections):
            if rejection.record == pin.identifier and rejection.record in draft.rejected:
                raise pin.refuted_by(rejection, f"rejects {rejection.record}, to which the entry is pinned")


def is_same_entry(left: Entry, right: Entry) -> bool:
    """Whether two entries name one work by their own words and identifiers."""
    return left.kind == right.kind and verify(describe_entry(left), describe_entry(right)).is_accepted


def offer(draft: Draft, record: Record, method: str) -> Verdict:
    """Accept or refuse a record that bears an identifier of the draft, and return the verdict.

    The entry's words count first; a record that says the same as an accepted one is accepted with it, because curators
    shorten titles and authors rename papers.
    """
    verdict = _verdict_by_hand(draft, record) or _verdict_without_title(draft, record)
    if verdict is not None:
        if verdict.is_accepted:
            accept(draft, record, verdict, method)
            _offer_held(draft)
        elif verdict.reason == Reason.PINNED_ELSEWHERE and (record, method) not in draft.held:
            draft.held.append((record, method))
        return verdict
    description = describe_record(record)
    verdict = verify(_describe(draft), description)
    if not verdict.is_accepted:
        for known in draft.accepted:
            other = verify(describe_record(known.record), description)
            if other.is_accepted:
                verdict = other
                break
    if verdict.is_accepted:
        accept(draft, record, verdict, method)
    else:
        draft.refuse(record, verdict)
    return verdict


def _describe(draft: Draft) -> Description:
    """The entry in its own words, or the record that it is pinned to, with the identifiers that are the work's.

    Where its title is lost, the record whose abstract it quotes speaks for it.
    """
    told = _pinned_record(draft) or next((one.record for one in draft.accepted if one.method == "abstract"), None)
    words = describe_entry(draft.entry) if told is None else describe_record(told)
    return replace(words, identifiers=frozenset(draft.identity))


def _verdict_by_hand(draft: Draft, record: Record) -> Verdict | None:
    """The verdict that corrections give; None where they say nothing, or the pinned work's own record can judge."""
    if draft.rejects(record):
        rejected = sorted(str(one) for one in draft.rejected.intersection(record.identifiers))
        return Verdict(Status.DIFFERENT, Reason.REJECTED, {"identifier": rejected[0]})
    if not draft.pins:
        return None
    pinned = [str(one) for one in draft.pinned if one in record.identifiers]
    if pinned:
        return Verdict(Status.STRONG, Reason.PINNED, {"identifier": pinned[0]})
    if _pinned_record(draft) is not None:
        return None
    return Verdict(Status.AMBIGUOUS, Reason.PINNED_ELSEWHERE, {"identifier": str(draft.pinned[0])})


def _pinned_record(draft: Draft) -> Record | None:
    """The record by which others are judged: the first with a title that bears a pinned identifier."""
    known = (one.record for one in draft.accepted if one.record.title)
    return next((record for record in known if not set(draft.pinned).isdisjoint(record.identifiers)), None)


def _offer_held(draft: Draft) -> None:
    """Judge the records that had to wait for the pinned one."""
    if draft.held and _pinned_record(draft) is not None:
        held, draft.held = draft.held, []
        for record, method in held:
            offer(draft, record, method)


def _verdict_without_title(draft: Draft, record: Record) -> Verdict | None:
    """The verdict on records that titles cannot decide; None for all others.

    A repository is its address, whatever its name is now; a bare count belongs to the work that bears the identifier.
    """
    unjudged = draft.unjudged
    known = [one for one in record.identifiers if one in draft.identifiers and one not in unjudged]
    if draft.entry.kind is EntryKind.SOFTWARE and any(one.scheme is Scheme.GITHUB for one in known):
        return Verdict(Status.STRONG, "same_repository", {"identifier": str(known[0])})
    if record.title is None and any(one in draft.confirmed for one in known):
        return Verdict(Status.STRONG, "confirmed_identifier", {"identifier": str(known[0])})
    return None


def accept(draft: Draft, record: Record, verdict: Verdict, method: str) -> None:
    """Take a record in with the identifiers that it teaches."""
    if any(_is_overtaken(record, one.record) for one in draft.accepted):
        return
    same = [one for one in draft.accepted if _is_older(one.record, record)]
    draft.accepted = [one for one in draft.accepted if one not in same]
    draft.accepted.append(Accepted(record, verdict, method))
    draft.learn(record.identifiers, record.source)
    versions = [one.identifier for one in record.relations if one.kind in _BETWEEN_VERSIONS]
    draft.learn((one for one in versions if one.scheme is not Scheme.URL), record.source)
    draft.drop_rejected()


def offer_candidates(draft: Draft, candidates: Sequence[Record], method: str) -> tuple[Record, ...]:
    """Accept the candidates that are the entry's work beyond doubt, all versions of one work, and return them."""
    candidates = [one for one in candidates if not draft.rejects(one)]
    if not candidates or draft.pins:
        return ()
    # An address that nobody owns says nothing against a record that does not name it.
    decisive = frozenset(one for one in draft.usable if is_decisive(one))
    decision = decide(replace(_describe(draft), identifiers=decisive), candidates)
    for record in decision.records:
        accept(draft, record, decision.verdict, method)
    if not decision.records:
        _note_near(draft, decision.best, candidates)
    return decision.records


def offer_quoted(draft: Draft, candidates: Iterable[Record]) -> tuple[Record, ...]:
    """Accept the candidates whose abstract the entry quotes, and return them; the title is lost, so theirs is read.

    All else that the entry says is weighed as ever, and two works with that abstract are one too many.
    """
    quote = draft.entry.quote or ""
    told = [one for one in candidates if one.title and one.abstract and not draft.rejects(one)]
    shares = [(share_quoted(quote, one.abstract or ""), one) for one in told]
    quoted = sorted((pair for pair in shares if is_enough(pair[0])), key=lambda pair: -pair[0])
    if not quoted or draft.pins:
        return ()
    decision = decide(replace(_describe(draft), title=quoted[0][1].title), [one for _, one in quoted])
    near = [one for share, one in quoted if share >= quoted[0][0] * _AS_GOOD]
    if any(all(one is not other for other in decision.records) for one in near):
        return ()
    for record in decision.records:
        accept(draft, record, decision.verdict, "abstract")
    return decision.records


def _note_near(draft: Draft, best: Record | None, candidates: Sequence[Record]) -> None:
    """Keep the candidates that bear the title or come nearest to it, each with the verdict on it alone."""
    title = normalize_title(draft.entry.title or "")
    for one in candidates:
        titles = [normalize_title(known) for known in (one.title, *one.other_titles) if known]
        likeness = max((fuzz.token_sort_ratio(title, known) for known in titles), default=0)
        if (one is best and likeness >= _NEAR) or title in titles:
            draft.note_near(one, verify(_describe(draft), describe_record(one)), by_identifier=False)


def near_question(question: str) -> str:
    """Under which name the store keeps what came nearest to a title.

    >>> near_question("title:a name")
    'near:a name'
    """
    return f"near:{question.removeprefix('title:')}"


def consult_catalogue(drafts: Iterable[Draft], catalogue: Catalogue, *, is_last: bool = False) -> None:
    """Give the drafts what the catalogue knows: by identifier, and by title where no service can be asked by one.

    With ``is_last`` nobody else will be asked: then the title has to do wherever the identifiers brought nothing.
    """
    drafts = list(drafts)
    found = catalogue.find(identifier for draft in drafts for identifier in draft.identifiers)
    for draft in drafts:
        for identifier in list(draft.identifiers):
            for record in found.get(identifier, ()):
                if not _holds(draft, record):
                    offer(draft, record, "catalogue")
        if not _is_known(draft) or (is_last and any(not identity_identifiers(one) for _, one in draft.entries)):
            # An entry without identifier may name another version than the one that its fellow led to.
            _search(draft, catalogue, is_last=is_last)
        for one in list(draft.accepted):
            for version in catalogue.versions(one.record):
                is_new = not _holds(draft, version) and not draft.rejects(version)
                if is_new and _name_each_other(one.record, version):
                    accept(draft, version, Verdict(Status.STRONG, "linked_versions"), "catalogue")


def _search(draft: Draft, catalogue: Catalogue, *, is_last: bool) -> None:
    """Give a draft that no identifier led to what the catalogue has by its title or its quotation."""
    title = draft.entry.title
    if title and (is_last or not _has_usable_link(draft)):
        if not offer_candidates(draft, catalogue.find_title(title), "catalogue"):
            offer_candidates(draft, catalogue.candidates(title, limit=_FUZZY_CANDIDATES), "catalogue")
    elif not title and search_question(draft.entry):
        offer_quoted(draft, catalogue.find_quoted(draft.entry.quote or "", limit=_FUZZY_CANDIDATES))


def consult_store(drafts: Sequence[Draft], store: Store) -> None:
    """Give the drafts what earlier runs learned; each record passes the verifier again, because lists change."""
    asked = {question: draft for draft in drafts if (question := search_question(draft.entry))}
    for question, identifiers in store.title_answers(asked).items():
        draft = asked[question]
        if not draft.has_identity:
            draft.learn((parse_identifier(*one.split(":", 1)) for one in identifiers), "store")
    lost = [one for one in drafts if not one.entry.title and not one.identifiers and search_question(one.entry)]
    quotes = [draft.entry.quote or "" for draft in lost]
    for draft, candidates in zip(lost, store.find_quoted(quotes, limit=_FUZZY_CANDIDATES), strict=True):
        offer_quoted(draft, candidates)
    _recall_near(drafts, store)
    pending = {one for draft in drafts for one in draft.identifiers}
    seen: set[Identifier] = set()
    while pending:
        found = store.find_records(pending)
        seen |= pending
        for draft in drafts:
            for identifier in list(draft.identifiers):
                if identifier in pending:
                    for record in found.get(str(identifier), ()):
                        if not _holds(draft, record):
                            offer(draft, record, "identifier")
        pending = {one for draft in drafts for one in draft.identifiers} - seen


def consult_store_again(drafts: Sequence[Draft], store: Store) -> None:
    """Give drafts what others have heard since: nobody is asked twice for an identifier that two of them hold."""
    held = Counter(one for draft in drafts for one in draft.identifiers)
    shared = {one for one, count in held.items() if count > 1}
    consult_store([draft for draft in drafts if not shared.isdisjoint(draft.identifiers)], store)


def _recall_near(drafts: Sequence[Draft], store: Store) -> None:
    """Give the drafts without identity the records that once came nearest to their titles."""
    open_: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.entry.title and not draft.has_identity:
            open_.setdefault(near_question(title_question(draft.entry.title)), []).append(draft)
    answers = store.title_answers(open_)
    known = store.find_records({parse_identifier(*one.split(":", 1)) for some in answers.values() for one in some})
    for question, names in answers.items():
        records = [record for name in names for record in known.get(name, ())]
        for draft in open_[question] if records else ():
            _note_near(draft, records[0], records)


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


def _is_known(draft: Draft) -> bool:
    """Whether a record is there; those of a bibliography may have no identifier."""
    return draft.has_identity or any(one.record.source != LIST for one in draft.accepted)


def _has_usable_link(draft: Draft) -> bool:
    """Whether some service can be asked by an identifier of the entry."""
    return any(is_decisive(one) for one in draft.usable)


def is_decisive(identifier: Identifier) -> bool:
    """Whether an identifier names one work at some service: an address does not, nor an old NeurIPS number."""
    is_old_number = identifier.scheme is Scheme.NEURIPS and identifier.value.startswith("number/")
    return identifier.scheme not in (Scheme.URL, Scheme.GITHUB) and not is_old_number


def _are_kept_apart(left: Draft, right: Draft) -> bool:
    """Whether a curator knows that two drafts are not one work."""
    return not (left.rejected.isdisjoint(right.confirmed) and right.rejected.isdisjoint(left.confirmed))


def _name_each_other(left: Record, right: Record) -> bool:
    """Whether two records of a catalogue each say that the other is its version, whatever the titles have become."""
    pairs = ((left, right), (right, left))
    return all(any(one.identifier in other.identifiers for one in record.relations) for record, other in pairs)


def _holds(draft: Draft, record: Record) -> bool:
    return any(one.record == record for one in draft.accepted)


def unite(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with those united that turned out to be one work: records accepted for both bear one identifier."""
    united: list[Draft] = []
    by_identifier: dict[Identifier, Draft] = {}
    for draft in drafts:
        identity = {one for one in draft.confirmed if one.scheme is not Scheme.URL}.union(draft.pinned)
        other = next((by_identifier[one] for one in sorted(identity) if one in by_identifier), None)
        if other is None or other.entry.kind != draft.entry.kind or _are_kept_apart(other, draft):
            united.append(draft)
            by_identifier.update(dict.fromkeys(identity, draft))
        else:
            other.absorb(draft)
            by_identifier.update(dict.fromkeys(other.confirmed, other))
    return united
