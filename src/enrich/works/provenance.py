"""From clusters to the evidence that works are merged from: what is believed of each, and by whose word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enrich.corrections import Corrections
from enrich.merge.claimed_values import identifier_field
from enrich.merge.claims import Value
from enrich.merge.precedence import CORRECTIONS, rank
from enrich.merge.works import Beliefs
from enrich.model.addresses import identifiers_in_url
from enrich.model.verdict import Status
from enrich.model.work import DeadLink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from enrich.corrections import Correction
    from enrich.model.entry import ReadingList
    from enrich.works.clusters import Cluster, Match

_LINKED = "linked_versions"


def data_time(clusters: Sequence[Cluster], otherwise: datetime) -> datetime:
    """The newest moment at which anything was retrieved: equal replies make equal outputs, whatever the clock says."""
    times = [one.record.retrieved_at for cluster in clusters for one in cluster.matches]
    return max(times, default=otherwise.replace(microsecond=0))


def to_evidence(
    clusters: Sequence[Cluster],
    lists: Sequence[ReadingList],
    *,
    work_ids: Mapping[str, str],
    missed: Mapping[tuple[str, str], datetime],
    read_at: datetime,
    corrections: Corrections | None = None,
) -> Iterator[Beliefs]:
    """What is believed of each work.

    ``work_ids`` are those that earlier runs have published, by identifier; ``missed`` says of (source, identifier)
    since when the source says that nothing is there.

    Raises:
        ConfigError: two corrections of one work contradict each other.
    """
    sources = {one.name: one.source for one in lists}
    nowhere = {identifier: (source, moment) for (source, identifier), moment in missed.items()}
    for cluster in clusters:
        yield Beliefs(
            entries=cluster.entries,
            sources=[sources[name] for name, _ in cluster.entries],
            records=[(one.record, one.method) for one in cluster.matches],
            identifiers=cluster.identity,
            verdict=min(cluster.matches, key=_sureness).verdict if cluster.matches else None,
            refusals=list(cluster.refusals.values()),
            near=cluster.near,
            corrected=tuple(_corrected(cluster, corrections or Corrections(), read_at)),
            published_as=_published_id(cluster, work_ids),
            dead_links=tuple(_dead_links(cluster, nowhere)),
            read_at=read_at,
        )


def _published_id(cluster: Cluster, work_ids: Mapping[str, str]) -> str | None:
    """The id that a work must have: as published, unless a correction says that it was published as another work."""
    known = [work_ids[str(one)] for one in cluster.identity if str(one) in work_ids]
    rejected = {str(one) for one in cluster.rejected}
    if not cluster.pins:
        return next((one for one in known if one not in rejected), None)
    pinned = [work_ids[str(one)] for one in cluster.pinned if str(one) in work_ids]
    own = {str(one) for one in cluster.identity}
    return next((one for one in (*pinned, *known) if one in own), str(cluster.pinned[0]))


def _corrected(cluster: Cluster, corrections: Corrections, read_at: datetime) -> Iterator[Value]:
    """The values that a curator gives: identifiers of pins, and overrides."""
    overrides = corrections.overrides_for(cluster.entries, frozenset(cluster.identity))
    said: list[tuple[str, Any, Correction]] = [(one.field, one.value, one) for one in overrides]
    said += [(identifier_field(one.identifier), one.identifier, one) for one in cluster.pins]
    for name, value, one in said:
        yield Value(
            field=name,
            value=value,
            source=CORRECTIONS,
            retrieved_at=read_at,
            source_url=one.source_url,
            request_key="",
            method="correction",
            is_published=True,
            note=one.reason,
        )


def _dead_links(cluster: Cluster, missed: Mapping[str, tuple[str, datetime]]) -> Iterator[DeadLink]:
    """The links of the entries that lead nowhere, by the word of the services behind them."""
    links = {link.url for _, entry in cluster.entries for link in entry.links} if missed else set()
    for url in sorted(links):
        for identifier in identifiers_in_url(url):
            if str(identifier) in missed:
                source, moment = missed[str(identifier)]
                yield DeadLink(identifier=identifier, url=url, source=source, missed_at=moment)


def _sureness(one: Match) -> tuple[int, bool, int, str]:
    """Sort key: the surest verdict, one that rests on no other record, that on the most trusted record."""
    status = list(Status).index(one.verdict.status)
    is_linked = one.verdict.reason == _LINKED
    return status, is_linked, rank("title", one.record.source), " ".join(map(str, one.record.identifiers))
