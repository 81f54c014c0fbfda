"""Which item of a library is which work: by what we wrote, by identifiers, else by the verifier."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from enrich.matching.verify import verify
from enrich.model.verdict import Status
from enrich.text.title_forms import normalize_title
from enrich.zotero.items import describe_item, is_bibliographic, own_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from enrich.matching.description import Description
    from enrich.model.identifiers import Identifier
    from enrich.zotero.items import Item

_ALIKE = 70.0
"""Similarity of titles (0 to 100) from which on the verifier is asked."""


@dataclass(slots=True)
class Links:
    """The items of works by work id."""

    keys: dict[str, str] = field(default_factory=dict)
    duplicates: dict[str, list[str]] = field(default_factory=dict)
    """Further items that are the same work."""
    doubtful: dict[str, list[str]] = field(default_factory=dict)
    """Items that may be a work that has none."""


def link_items(works: Sequence[Item], items: Mapping[str, Mapping[str, object]], known: Mapping[str, str]) -> Links:
    """Return the items of works, each item for one work at most; ``known`` are the links of earlier syncs."""
    links = Links()
    own = {one: key for key, data in items.items() if is_bibliographic(data) and (one := own_id(data))}
    links.keys = {work.work_id: key for work in works if (key := known.get(work.work_id) or own.get(work.work_id))}
    taken = {*links.keys.values(), *known.values(), *own.values()}
    described = {
        key: description
        for key, data in items.items()
        if key not in taken and is_bibliographic(data) and (description := _describe(data)) is not None
    }
    index = _Index(described)
    for work in works:
        accepted, open_ = [], []
        for key in index.candidates(work.description):
            if key in taken:
                continue
            verdict = verify(work.description, described[key])
            if verdict.is_accepted:
                shares = bool(work.description.identifiers & described[key].identifiers)
                accepted.append((not shares, verdict.status is not Status.EXACT, key))
            elif verdict.status in (Status.WEAK, Status.AMBIGUOUS):
                open_.append(key)
        if work.work_id not in links.keys and accepted:
            links.keys[work.work_id] = min(accepted)[2]
            taken.add(min(accepted)[2])
        if more := sorted(key for *_, key in accepted if key != links.keys[work.work_id]):
            links.duplicates[work.work_id] = more
        if work.work_id not in links.keys and open_:
            links.doubtful[work.work_id] = sorted(open_)
    return links


def _describe(data: Mapping[str, object]) -> Description | None:
    """The description of an item; None where a plugin wrote values of another kind."""
    try:
        return describe_item(data)
    except (TypeError, AttributeError, ValueError):
        return None


class _Index:
    """Items by identifier and by title."""

    def __init__(self, described: Mapping[str, Description]) -> None:
        self._by_identifier: dict[Identifier, list[str]] = defaultdict(list)
        self._keys = list(described)
        self._titles = [normalize_title(one.title or "") for one in described.values()]
        for key, one in described.items():
            for identifier in one.identifiers:
                self._by_identifier[identifier].append(key)

    def candidates(self, work: Description) -> Iterable[str]:
        """The keys of items that may be a work."""
        found = dict.fromkeys(
            key for one in sorted(work.identifiers, key=str) for key in self._by_identifier.get(one, ())
        )
        for title in (work.title, *work.other_titles):
            # Words in whatever order, so that a dropped subtitle and an inserted name are no obstacle.
            alike = process.extract(
                normalize_title(title or ""), self._titles, scorer=fuzz.token_set_ratio, score_cutoff=_ALIKE, limit=20
            )
            found |= dict.fromkeys(self._keys[place] for _, _, place in alike)
        return found
