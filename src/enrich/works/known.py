"""What is known of works before anybody is asked: by the catalogues, and by what earlier runs learned."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from enrich.merge.precedence import LIST
from enrich.model.identifiers import Identifier, parse_identifier
from enrich.model.verdict import Status, Verdict
from enrich.works.clusters import Cluster, identity_identifiers
from enrich.works.matches import accept, is_decisive, match_candidates, match_quoted, match_record, note_near
from enrich.works.questions import near_question, search_question, title_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.catalogue import Catalogue
    from enrich.model.record import Record
    from enrich.store.store import Store

_FUZZY_CANDIDATES = 10


def consult_catalogue(clusters: Iterable[Cluster], catalogue: Catalogue, *, is_last: bool = False) -> None:
    """Give the clusters what the catalogue knows: by identifier, and by title where no service can be asked by one.

    With ``is_last`` nobody else will be asked: then the title has to do wherever the identifiers brought nothing.
    """
    clusters = list(clusters)
    found = catalogue.find(identifier for cluster in clusters for identifier in cluster.identifiers)
    for cluster in clusters:
        for identifier in list(cluster.identifiers):
            for record in found.get(identifier, ()):
                if not _holds(cluster, record):
                    match_record(cluster, record, "catalogue")
        if not _is_known(cluster) or (is_last and any(not identity_identifiers(one) for _, one in cluster.entries)):
            # An entry without identifier may name another version than the one that its fellow led to.
            _search(cluster, catalogue, is_last=is_last)
        for one in list(cluster.matches):
            for version in catalogue.versions(one.record):
                is_new = not _holds(cluster, version) and not cluster.rejects(version)
                if is_new and _name_each_other(one.record, version):
                    accept(cluster, version, Verdict(Status.STRONG, "linked_versions"), "catalogue")


def _search(cluster: Cluster, catalogue: Catalogue, *, is_last: bool) -> None:
    """Give a cluster that no identifier led to what the catalogue has by its title or its quotation."""
    title = cluster.entry.title
    if title and (is_last or not _has_usable_link(cluster)):
        if not match_candidates(cluster, catalogue.find_title(title), "catalogue"):
            match_candidates(cluster, catalogue.candidates(title, limit=_FUZZY_CANDIDATES), "catalogue")
    elif not title and search_question(cluster.entry):
        match_quoted(cluster, catalogue.find_quoted(cluster.entry.quote or "", limit=_FUZZY_CANDIDATES))


def consult_store(clusters: Sequence[Cluster], store: Store) -> None:
    """Give the clusters what earlier runs learned; each record passes the verifier again, because lists change."""
    asked = {question: cluster for cluster in clusters if (question := search_question(cluster.entry))}
    for question, identifiers in store.title_answers(asked).items():
        cluster = asked[question]
        if not cluster.has_identity:
            cluster.learn((parse_identifier(*one.split(":", 1)) for one in identifiers), "store")
    lost = [one for one in clusters if not one.entry.title and not one.identifiers and search_question(one.entry)]
    quotes = [cluster.entry.quote or "" for cluster in lost]
    for cluster, candidates in zip(lost, store.find_quoted(quotes, limit=_FUZZY_CANDIDATES), strict=True):
        match_quoted(cluster, candidates)
    _recall_near(clusters, store)
    pending = {one for cluster in clusters for one in cluster.identifiers}
    seen: set[Identifier] = set()
    while pending:
        found = store.find_records(pending)
        seen |= pending
        for cluster in clusters:
            for identifier in list(cluster.identifiers):
                if identifier in pending:
                    for record in found.get(str(identifier), ()):
                        if not _holds(cluster, record):
                            match_record(cluster, record, "identifier")
        pending = {one for cluster in clusters for one in cluster.identifiers} - seen


def consult_store_again(clusters: Sequence[Cluster], store: Store) -> None:
    """Give clusters what others have heard since: nobody is asked twice for an identifier that two of them hold."""
    held = Counter(one for cluster in clusters for one in cluster.identifiers)
    shared = {one for one, count in held.items() if count > 1}
    consult_store([cluster for cluster in clusters if not shared.isdisjoint(cluster.identifiers)], store)


def _recall_near(clusters: Sequence[Cluster], store: Store) -> None:
    """Give the clusters without identity the records that once came nearest to their titles."""
    open_: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        if cluster.entry.title and not cluster.has_identity:
            open_.setdefault(near_question(title_question(cluster.entry.title)), []).append(cluster)
    answers = store.title_answers(open_)
    known = store.find_records({parse_identifier(*one.split(":", 1)) for some in answers.values() for one in some})
    for question, names in answers.items():
        records = [record for name in names for record in known.get(name, ())]
        for cluster in open_[question] if records else ():
            note_near(cluster, records[0], records)


def _is_known(cluster: Cluster) -> bool:
    """Whether a record is there; those of a bibliography may have no identifier."""
    return cluster.has_identity or any(one.record.source != LIST for one in cluster.matches)


def _has_usable_link(cluster: Cluster) -> bool:
    """Whether some service can be asked by an identifier of the entry."""
    return any(is_decisive(one) for one in cluster.usable)


def _name_each_other(left: Record, right: Record) -> bool:
    """Whether two records of a catalogue each say that the other is its version, whatever the titles have become."""
    pairs = ((left, right), (right, left))
    return all(any(one.identifier in other.identifiers for one in record.relations) for record, other in pairs)


def _holds(cluster: Cluster, record: Record) -> bool:
    return any(one.record == record for one in cluster.matches)
