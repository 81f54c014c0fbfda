"""From entries to clusters: which entries name one work, and which clusters turned out to be one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from enrich.corrections import Corrections
from enrich.matching.description import describe_entry
from enrich.matching.verify import verify
from enrich.merge.precedence import CORRECTIONS, LIST
from enrich.model.identifiers import Identifier, Scheme
from enrich.works.clusters import Cluster, identity_identifiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.model.entry import Entry, ReadingList


def to_clusters(lists: Sequence[ReadingList], corrections: Corrections | None = None) -> list[Cluster]:
    """One cluster per work: entries are one work when they share an identifier and their titles agree.

    Two titles under one link are two works until a record says otherwise: curators paste the wrong link. A pin counts
    instead of the links.

    Raises:
        ConfigError: two corrections contradict each other.
    """
    corrections = corrections or Corrections()
    clusters: list[Cluster] = []
    by_identifier: dict[Identifier, list[Cluster]] = {}
    by_title: dict[str, list[Cluster]] = {}
    for reading_list in lists:
        for entry in reading_list.entries:
            pin = corrections.pin_of(reading_list.name, entry)
            identifiers = (pin.identifier,) if pin else identity_identifiers(entry)
            same = [cluster for one in identifiers for cluster in by_identifier.get(one, ())]
            if not identifiers and entry.title:
                same = by_title.get(entry.title.casefold(), [])
            words = replace(entry, identifiers=identifiers) if pin else entry
            cluster = next((one for one in same if is_same_entry(one.entry, words)), None)
            if cluster is None:
                cluster = Cluster(entries=[])
                clusters.append(cluster)
            cluster.entries.append((reading_list.name, entry))
            if pin:
                cluster.pins = (*cluster.pins, pin)
                cluster.learn(identifiers, CORRECTIONS)
            cluster.learn(identity_identifiers(entry), LIST)
            for one in identifiers:
                by_identifier.setdefault(one, []).append(cluster)
            if entry.title:
                by_title.setdefault(entry.title.casefold(), []).append(cluster)
    if corrections.rejections:
        _reject(clusters, corrections)
    return clusters


def _reject(clusters: Iterable[Cluster], corrections: Corrections) -> None:
    """Let each cluster know what it is not."""
    for cluster in clusters:
        cluster.rejections = corrections.rejections_for(cluster.entries)
        cluster.drop_rejected()
        for pin, rejection in product(cluster.pins, cluster.rejections):
            if rejection.record == pin.identifier and rejection.record in cluster.rejected:
                raise pin.refuted_by(rejection, f"rejects {rejection.record}, to which the entry is pinned")


def is_same_entry(left: Entry, right: Entry) -> bool:
    """Whether two entries name one work by their own words and identifiers."""
    return left.kind == right.kind and verify(describe_entry(left), describe_entry(right)).is_accepted


def _are_kept_apart(left: Cluster, right: Cluster) -> bool:
    """Whether a curator knows that two clusters are not one work."""
    return not (left.rejected.isdisjoint(right.confirmed) and right.rejected.isdisjoint(left.confirmed))


def link_clusters(clusters: Sequence[Cluster]) -> list[Cluster]:
    """The clusters with those joined that turned out to be one work: records accepted for both bear one identifier."""
    joined: list[Cluster] = []
    by_identifier: dict[Identifier, Cluster] = {}
    for cluster in clusters:
        identity = {one for one in cluster.confirmed if one.scheme is not Scheme.URL}.union(cluster.pinned)
        other = next((by_identifier[one] for one in sorted(identity) if one in by_identifier), None)
        if other is None or other.entry.kind != cluster.entry.kind or _are_kept_apart(other, cluster):
            joined.append(cluster)
            by_identifier.update(dict.fromkeys(identity, cluster))
        else:
            other.absorb(cluster)
            by_identifier.update(dict.fromkeys(other.confirmed, other))
    return joined
