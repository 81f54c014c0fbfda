"""From entries and records to drafts: which record belongs to which work. Every decision is a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.matching.candidates import decide
from enrich.matching.description import describe_entry, describe_record
from enrich.matching.verify import verify
from enrich.model.entry import EntryKind
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.verdict import Status, Verdict
from enrich.planning import Accepted, Draft, identity_identifiers, title_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.catalogue import Catalogue
    from enrich.matching.description import Description
    from enrich.model.entry import Entry, ReadingList
    from enrich.model.record import Record
    from enrich.store.store import Store

_FUZZY_CANDIDATES = 10


def to_drafts(lists: Sequence[ReadingList]) -> list[Draft]:
    """One draft per work: entries are one work when they share an identifier and their titles agree.

    Two titles under one link are two works until a record says otherwise: curators paste the wrong link.
    """
    drafts: list[Draft] = []
    by_identifier: dict[Identifier, list[Draft]] = {}
    by_title: dict[str, list[Draft]] = {}
    for reading_list in lists:
        for entry in reading_list.entries:
            identifiers = identity_identifiers(entry)
            same = [draft for one in identifiers for draft in by_identifier.get(one, ())]
            if not identifiers and entry.title:
                same = by_title.get(entry.title.casefold(), [])
            draft = next((one for one in same if is_same_entry(one.entry, entry)), None)
            if draft is None:
                draft = Draft(entries=[])
                drafts.append(draft)
            draft.entries.append((reading_list.name, entry))
            draft.learn(identifiers, "list")
            for one in identifiers:
                by_identifier.setdefault(one, []).append(draft)
            if entry.title:
                by_title.setdefault(entry.title.casefold(), []).append(draft)
    return drafts


def is_same_entry(left: Entry, right: Entry) -> bool:
    """Whether two entries name one work by their own words and identifiers."""
    return left.kind == right.kind and verify(describe_entry(left), describe_entry(right)).is_accepted


def offer(draft: Draft, record: Record, method: str) -> Verdict:
    """Accept or refuse a record that bears an identifier of the draft, and return the verdict.

    The entry's words count first; a record that says the same as an accepted one is accepted with it, because curators
    shorten titles and authors rename papers.
    """
    verdict = _verdict_without_title(draft, record)
    if verdict is not None:
        accept(draft, record, verdict, method)
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
    """The entry in its own words, with the identifiers that did not lead to another work."""
    return replace(describe_entry(draft.entry), identifiers=frozenset(draft.usable))


def _verdict_without_title(draft: Draft, record: Record) -> Verdict | None:
    """The verdict on records that titles cannot decide; None for all others.

    A repository is its address, whatever its name is now; a bare count belongs to the work that bears the identifier.
    """
    known = [one for one in record.identifiers if one in draft.identifiers]
    if draft.entry.kind is EntryKind.SOFTWARE and any(one.scheme is Scheme.GITHUB for one in known):
        return Verdict(Status.STRONG, "same_repository", {"identifier": str(known[0])})
    if record.title is None and any(one in draft.confirmed for one in known):
        return Verdict(Status.STRONG, "confirmed_identifier", {"identifier": str(known[0])})
    return None


def accept(draft: Draft, record: Record, verdict: Verdict, method: str) -> None:
    """Take a record in with the identifiers that it teaches."""
    same = [one for one in draft.accepted if _is_older(one.record, record)]
    draft.accepted = [one for one in draft.accepted if one not in same]
    draft.accepted.append(Accepted(record, verdict, method))
    draft.learn(record.identifiers, record.source)
    draft.learn((one.identifier for one in record.relations if one.identifier.scheme is not Scheme.URL), record.source)


def offer_candidates(draft: Draft, candidates: Sequence[Record], method: str) -> tuple[Record, ...]:
    """Accept the candidates that are the entry's work beyond doubt, all versions of one work, and return them."""
    if not candidates:
        return ()
    # An address that nobody owns says nothing against a record that does not name it.
    decisive = frozenset(one for one in draft.usable if is_decisive(one))
    decision = decide(replace(_describe(draft), identifiers=decisive), candidates)
    for record in decision.records:
        accept(draft, record, decision.verdict, method)
    return decision.records


def consult_catalogue(drafts: Iterable[Draft], catalogue: Catalogue) -> None:
    """Give the drafts what the catalogue knows: by identifier, and by title where there is no usable identifier."""
    drafts = list(drafts)
    found = catalogue.find(identifier for draft in drafts for identifier in draft.identifiers)
    for draft in drafts:
        for identifier in list(draft.identifiers):
            for record in found.get(identifier, ()):
                if not _holds(draft, record):
                    offer(draft, record, "catalogue")
        if not draft.has_identity and draft.entry.title and not _has_usable_link(draft):
            exact = catalogue.find_title(draft.entry.title)
            if not offer_candidates(draft, exact, "catalogue"):
                offer_candidates(draft, catalogue.candidates(draft.entry.title, limit=_FUZZY_CANDIDATES), "catalogue")
        for one in list(draft.accepted):
            for version in catalogue.versions(one.record):
                if not _holds(draft, version) and _name_each_other(one.record, version):
                    accept(draft, version, Verdict(Status.STRONG, "linked_versions"), "catalogue")


def consult_store(drafts: Sequence[Draft], store: Store) -> None:
    """Give the drafts what earlier runs learned; each record passes the verifier again, because lists change."""
    titles = {title_question(draft.entry.title): draft for draft in drafts if draft.entry.title}
    for title, identifiers in store.title_answers(titles).items():
        draft = titles[title]
        if not draft.has_identity:
            draft.learn((parse_identifier(*one.split(":", 1)) for one in identifiers), "store")
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


def _is_older(known: Record, record: Record) -> bool:
    """Whether a known record is an earlier word of the same source on the same version."""
    is_same = known.source == record.source and known.stage == record.stage and known.source_url == record.source_url
    return is_same and known.identifiers[:1] == record.identifiers[:1] and known.retrieved_at <= record.retrieved_at


def _has_usable_link(draft: Draft) -> bool:
    """Whether some service can be asked by an identifier of the entry."""
    return any(is_decisive(one) for one in draft.usable)


def is_decisive(identifier: Identifier) -> bool:
    """Whether an identifier names one work at some service: an address does not, nor an old NeurIPS number."""
    is_old_number = identifier.scheme is Scheme.NEURIPS and identifier.value.startswith("number/")
    return identifier.scheme not in (Scheme.URL, Scheme.GITHUB) and not is_old_number


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
        identity = {one for one in draft.confirmed if one.scheme is not Scheme.URL}
        other = next((by_identifier[one] for one in sorted(identity) if one in by_identifier), None)
        if other is None or other.entry.kind != draft.entry.kind:
            united.append(draft)
            by_identifier.update(dict.fromkeys(identity, draft))
        else:
            other.absorb(draft)
            by_identifier.update(dict.fromkeys(other.confirmed, other))
    return united
