"""What is known of works before anybody is asked: by the catalogues, and by what earlier runs learned."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from enrich.merge.precedence import LIST
from enrich.model.identifiers import Identifier, parse_identifier
from enrich.model.verdict import Status, Verdict
from enrich.works.acceptance import accept, is_decisive, note_near, offer, offer_candidates, offer_quoted
from enrich.works.drafts import Draft, identity_identifiers
from enrich.works.questions import near_question, search_question, title_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.catalogue import Catalogue
    from enrich.model.record import Record
    from enrich.store.store import Store

_FUZZY_CANDIDATES = 10


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
            note_near(draft, records[0], records)


def _is_known(draft: Draft) -> bool:
    """Whether a record is there; those of a bibliography may have no identifier."""
    return draft.has_identity or any(one.record.source != LIST for one in draft.accepted)


def _has_usable_link(draft: Draft) -> bool:
    """Whether some service can be asked by an identifier of the entry."""
    return any(is_decisive(one) for one in draft.usable)


def _name_each_other(left: Record, right: Record) -> bool:
    """Whether two records of a catalogue each say that the other is its version, whatever the titles have become."""
    pairs = ((left, right), (right, left))
    return all(any(one.identifier in other.identifiers for one in record.relations) for record, other in pairs)


def _holds(draft: Draft, record: Record) -> bool:
    return any(one.record == record for one in draft.accepted)
