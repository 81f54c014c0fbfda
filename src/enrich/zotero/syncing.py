"""A library brought in step with the works of a run, and a sync taken back.

Every write is made for one version of the library: where somebody changed it meanwhile, what changed is read and merged
again. Plans follow from the copy of the library alone, so that a sync that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.errors import ServiceError
from enrich.export.cited_work import tidy, to_cited_works
from enrich.export.groups import Section, section_tree
from enrich.fetch.zotero import BATCH, StaleLibraryError
from enrich.zotero.items import is_bibliographic, to_changes, to_item, to_properties
from enrich.zotero.linking import link_items
from enrich.zotero.merging import Base, Conflict, merge_properties, merge_sets, merge_tags
from enrich.zotero.state import Write, to_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from enrich.export.options import ExportOptions
    from enrich.fetch.zotero import ZoteroApi
    from enrich.model.work import Bibliography
    from enrich.zotero.items import Item
    from enrich.zotero.state import SyncState

_LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
_MOST_ROUNDS = 8
_RENAMED_SHARE = 0.5
"""The part of its works that a section keeps under a new heading."""
_READING = {"items": "items/top", "collections": "collections"}
_MEMBERSHIPS = ("collections", "wanted_collections")


@dataclass(frozen=True, slots=True)
class SyncRow:
    """What a sync does to one object, or why it does nothing."""

    action: str
    """``create``, ``link``, ``update``, ``move``, ``collection``, ``conflict``, ``duplicate``, ``doubt``, ``gone``,
    ``failed``."""
    title: str
    detail: str = ""
    work_id: str = ""
    key: str = ""


_TOLD = {
    "create": "created", "link": "linked", "update": "updated", "move": "moved", "conflict": "conflicts",
    "duplicate": "duplicates", "doubt": "perhaps there already", "gone": "deleted by you", "failed": "failed",
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """How a sync went."""

    library: str
    collection: str
    rows: list[SyncRow] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    n_works: int = 0
    n_unchanged: int = 0
    n_reads: int = 0
    n_writes: int = 0
    is_dry: bool = False
    message: str = ""
    """Why it is incomplete."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each action."""
        return dict(Counter(row.action for row in self.rows))

    @property
    def summary(self) -> str:
        """One line for people."""
        counts = self.counts
        told = [f"{counts[action]} {word}" for action, word in _TOLD.items() if counts.get(action)]
        told.append(f"{self.n_unchanged} unchanged")
        requests = f"{self.n_reads} reads, {self.n_writes} writes"
        dry = "would be: " if self.is_dry else ""
        return f"{self.library}/{self.collection}: {dry}{', '.join(told)} ({requests})"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a work in the library."""

    key: str
    data: dict[str, Any] | None
    """Its item."""
    base: Base
    places: list[str]
    """Keys of the collections of its sections."""


@dataclass(slots=True)
class _Plan:
    collections: list[Write] = field(default_factory=list)
    items: list[Write] = field(default_factory=list)
    rows: list[SyncRow] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    quiet: list[tuple[str, str, Base]] = field(default_factory=list)
    """Bases of items to which nothing has to be written."""
    renamed: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    n_unchanged: int = 0


def sync(
    bibliography: Bibliography,
    api: ZoteroApi,
    state: SyncState,
    *,
    collection: str | None = None,
    is_one_of_many: bool = False,
    options: ExportOptions,
    clock: Callable[[], datetime],
    is_dry: bool = False,
) -> SyncReport:
    """Return what was done to bring a library in step with a run.

    The sections stand in ``collection``, or in one named like the list; of many lists, the latter inside the former.

    Raises:
        InputError: the library cannot be written with the key.
        ServiceError: the service does not answer; what was written until then is kept, and the next sync goes on.
    """
    tidied = tidy(bibliography)
    by_id = {work.work_id: work for work in tidied.works}
    works = [to_item(one, by_id[one.work_id]) for one in to_cited_works(tidied, options)]
    list_name = " ".join(one.name for one in tidied.lists)
    root = _root_of(state.roots(api.library), tidied, list_name, collection, is_one_of_many=is_one_of_many)
    tree = section_tree(tidied, [one.name for one in tidied.lists], by_id.keys())
    job = _Job(api, state, works, root, tree, secrets.token_hex(6), clock)
    report = SyncReport(library=api.library, collection="/".join(root), n_works=len(works), is_dry=is_dry)
    before = api.n_reads, api.n_writes
    if not is_dry:
        state.note_root(api.library, list_name, root, is_whole=False)
    job.run(report)
    report.n_reads, report.n_writes = api.n_reads - before[0], api.n_writes - before[1]
    if not is_dry:
        state.note_root(api.library, list_name, root, is_whole=not (report.message or job.refused))
    return report


def _root_of(
    known: Mapping[str, tuple[tuple[str, ...], bool]],
    bibliography: Bibliography,
    list_name: str,
    collection: str | None,
    *,
    is_one_of_many: bool,
) -> tuple[str, ...]:
    """The path of the collection of a list: the one that it has, else a new one that no other list has."""
    top = (collection,) if collection else ()
    if top and not is_one_of_many:
        return top
    before = known.get(list_name, ((), False))[0]
    if before and before[:-1] == top:
        return before
    titles = [one.title or one.name for one in bibliography.lists]
    name = titles[0] if len(titles) == 1 else "enrich"
    taken = {path for other, (path, _) in known.items() if other != list_name}
    return (*top, name) if (*top, name) not in taken else (*top, f"{name} ({list_name})")


@dataclass(slots=True)
class _Job:
    api: ZoteroApi
    state: SyncState
    works: list[Item]
    root: tuple[str, ...]
    tree: Section
    sync: str
    clock: Callable[[], datetime]
    ours: set[str] = field(default_factory=set)
    """Keys of the collections of this list."""
    refused: dict[str, str] = field(default_factory=dict)
    """Objects that the service will not have, with its words."""

    @property
    def library(self) -> str:
        return self.api.library

    def run(self, report: SyncReport) -> None:
        """Read, plan and write until nothing is left to write."""
        told: dict[tuple[str, str], SyncRow] = {}
        conflicts: dict[tuple[str, str], Conflict] = {}
        for _ in range(_MOST_ROUNDS):
            try:
                refresh(self.api, self.state)
                plan = self.plan()
                for row in plan.rows:
                    told.setdefault((row.action, row.work_id or row.title), row)
                conflicts |= {(one.work_id, one.field): one for one in plan.conflicts}
                if report.is_dry:
                    report.n_unchanged = plan.n_unchanged
                    break
                for before, after in plan.renamed:
                    self.state.rename_shelf(self.library, before, after)
                for work_id, key, base in plan.quiet:
                    self.state.link(self.library, work_id, key, base)
                is_done = self._write(plan.collections) and self._write(plan.items)
            except StaleLibraryError:
                continue
            if is_done:
                break
        else:
            report.message = "the library is changed faster than it can be read"
        report.conflicts = list(conflicts.values())
        touched = {row.work_id for row in told.values() if row.action in ("create", "link", "update", "move")}
        report.n_unchanged = len(self.works) - len(
            touched | {row.work_id for row in told.values() if row.action == "gone"}
        )
        report.rows = [
            *told.values(),
            *(SyncRow("conflict", one.title, f"{one.field}: yours {one.theirs!r}, the run's {one.ours!r}", one.work_id)
              for one in report.conflicts),
            *(SyncRow("failed", name, why) for name, why in self.refused.items()),
        ]  # fmt: skip

    def plan(self) -> _Plan:
        """What is left to write."""
        plan = _Plan()
        items = self.state.objects(self.library, "items")
        collections = self.state.objects(self.library, "collections")
        shelves = self._plan_collections(plan, collections)
        links = self.state.links(self.library)
        found = link_items(self.works, items, {work_id: key for work_id, (key, _) in links.items()})
        before = {path: key for path, (key, _) in self.state.shelves(self.library).items()}
        self.ours = {key for path, key in [*before.items(), *shelves.items()] if path[: len(self.root)] == self.root}
        places = self._places(shelves)
        for work in self.works:
            if work.title in self.refused:
                continue
            key = found.keys.get(work.work_id)
            base = links[work.work_id][1] if work.work_id in links else Base()
            data = items.get(key) if key else None
            if key and (data is None or not is_bibliographic(data)):
                plan.rows.append(
                    SyncRow("gone", work.title, "deleted in the library; not made again", work.work_id, key)
                )
                continue
            for other in found.duplicates.get(work.work_id, ()):
                plan.rows.append(SyncRow("duplicate", work.title, f"also {other}", f"{work.work_id} {other}", other))
            if other := ", ".join(found.doubtful.get(work.work_id, ())):
                plan.rows.append(SyncRow("doubt", work.title, f"perhaps {other}", work.work_id))
            self._plan_item(plan, work, _Known(key or "", data, base, places.get(work.work_id, [])))
        self._plan_leaving(plan, items, links)
        return plan

    def _plan_item(self, plan: _Plan, work: Item, known: _Known) -> None:
        data, base, places, key = known.data, known.base, known.places, known.key
        theirs = to_properties(data) if data else {}
        before = data or {}
        merged = merge_properties(work, theirs, base) if data else merge_properties(
            work, {"itemType": work.properties["itemType"]}, Base(written={"itemType": work.properties["itemType"]})
        )  # fmt: skip
        tags, our_tags = merge_tags(work, before.get("tags") or (), base)
        shelves = merge_sets(
            places,
            before.get("collections") or (),
            [one for one in base.collections if one in self.ours],
            [one for one in base.wanted_collections if one in self.ours],
        )
        # What other lists put it into, or tagged it with, is theirs to change.
        elsewhere = [one for one in base.collections if one not in self.ours]
        new = Base(
            written=merged.base.written,
            wanted=merged.base.wanted,
            tags=our_tags,
            wanted_tags=list(dict.fromkeys((*base.wanted_tags, *work.tags, *work.automatic_tags))),
            collections=[*elsewhere, *shelves.ours],
            wanted_collections=[*(one for one in base.wanted_collections if one not in self.ours), *places],
        )
        changes = to_changes(before, {**({} if data else {"itemType": work.properties["itemType"]}), **merged.changes})
        if tags != (before.get("tags") or []):
            changes["tags"] = tags
        if shelves.members != (before.get("collections") or []):
            changes["collections"] = shelves.members
        plan.conflicts += merged.conflicts
        if data is None:
            key = key_of(self.library, work.work_id)
            after = {"key": key, "version": 0, **changes}
            plan.items.append(Write(kind="items", key=key, after=changes, name=work.work_id, base=asdict(new)))
            plan.rows.append(SyncRow("create", work.title, str(after.get("itemType")), work.work_id, key))
            return
        if not changes:
            plan.n_unchanged += 1
            if new != base:
                plan.quiet.append((work.work_id, key, new))
            return
        replaced = {name: before.get(name, [] if name in ("tags", "collections") else "") for name in changes}
        plan.items.append(
            Write(kind="items", key=key, after=changes, before=replaced, name=work.work_id, base=asdict(new),
                  base_before=None if base.is_first else asdict(base))
        )  # fmt: skip
        is_move = set(changes) == {"collections"}
        action = "link" if base.is_first else "move" if is_move else "update"
        plan.rows.append(SyncRow(action, work.title, ", ".join(changes), work.work_id, key))

    def _plan_leaving(
        self, plan: _Plan, items: Mapping[str, dict[str, Any]], links: Mapping[str, tuple[str, Base]]
    ) -> None:
        """What left the lists leaves our collections, and stays in the library."""
        present = {work.work_id for work in self.works}
        for work_id, (key, base) in links.items():
            data = items.get(key)
            if work_id in present or data is None or not set(base.collections) & self.ours:
                continue
            members = [
                one for one in data.get("collections") or () if one not in self.ours or one not in base.collections
            ]
            left = {name: [one for one in getattr(base, name) if one not in self.ours] for name in _MEMBERSHIPS}
            new = Base(**{**asdict(base), **left})
            if members == (data.get("collections") or []):
                plan.quiet.append((work_id, key, new))
                continue
            plan.items.append(
                Write(kind="items", key=key, after={"collections": members}, name=work_id, base=asdict(new),
                      before={"collections": data.get("collections") or []}, base_before=asdict(base))
            )  # fmt: skip
            plan.rows.append(SyncRow("move", str(data.get("title")), "left the list", work_id, key))

    def _plan_collections(self, plan: _Plan, existing: Mapping[str, dict[str, Any]]) -> dict[tuple[str, ...], str]:
        """The keys of our collections by path; a section under a new heading keeps its collection."""
        known = {path: one for path, one in self.state.shelves(self.library).items() if path[0] == self.root[0]}
        above = {self.root[:depth]: Section(self.root[depth - 1]) for depth in range(1, len(self.root))}
        wanted = {**above, **dict(self._sections())}
        renamed = self._renamed(known, wanted)
        keys: dict[tuple[str, ...], str] = {}
        for path in wanted:
            before = renamed.get(path, path)
            if before in known:
                key, name = known[before]
                if before != path:
                    plan.renamed.append((before, path))
                if key not in existing:
                    continue  # deleted in the library: it is not made again
                keys[path] = key
                heading = _heading(path[-1])
                if existing[key].get("name") == name != heading:
                    plan.collections.append(
                        Write(kind="collections", key=key, after={"name": heading}, before={"name": name},
                              name=to_path(path))
                    )  # fmt: skip
                    plan.rows.append(SyncRow("collection", heading, f"was {name}"))
                continue
            if len(path) > 1 and path[:-1] not in keys:
                continue
            parent: str | bool = keys[path[:-1]] if len(path) > 1 else False
            key = self._adopted(existing, _heading(path[-1]), parent) or key_of(self.library, to_path(path))
            keys[path] = key
            after = {"name": _heading(path[-1]), "parentCollection": parent}
            if key in existing:
                after = {"name": existing[key]["name"]}
                plan.collections.append(
                    Write(kind="collections", key=key, after=after, before=dict(after), name=to_path(path))
                )
                continue
            plan.collections.append(Write(kind="collections", key=key, after=after, name=to_path(path)))
            plan.rows.append(SyncRow("collection", " / ".join(path), "new"))
        return keys

    def _adopted(self, existing: Mapping[str, dict[str, Any]], name: str, parent: object) -> str | None:
        """A collection of that name in that place, which a person or another computer made."""
        same = (key for key, one in existing.items() if one.get("name") == name)
        return next((key for key in same if (existing[key].get("parentCollection") or False) == parent), None)

    def _renamed(
        self, known: Mapping[tuple[str, ...], Any], wanted: Mapping[tuple[str, ...], Section]
    ) -> dict[tuple[str, ...], tuple[str, ...]]:
        """The former path of each section that has a new one: most works of the collection stand in it."""
        works = {work_id: set(base.wanted_collections) for work_id, (_, base) in self.state.links(self.library).items()}
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        left = [path for path in known if path not in wanted and path[: len(self.root)] == self.root]
        for path, section in wanted.items():
            if path in known:
                continue
            inside = {work_id for _, one in [(0, section), *section.walk()] for work_id in one.work_ids}
            parent = found.get(path[:-1], path[:-1])
            for before in left:
                inner = {one for path, (one, _) in known.items() if path[: len(before)] == before}
                members = {work_id for work_id, keys in works.items() if keys & inner}
                is_moved = before[:-1] in (parent, path[:-1]) and members and before not in found.values()
                if is_moved and len(members & inside) > _RENAMED_SHARE * len(members):
                    found[path] = before
                    break
            else:
                moved = (*parent, path[-1])
                if moved in left:
                    found[path] = moved
        return found

    def _sections(self) -> Iterator[tuple[tuple[str, ...], Section]]:
        """The collections that a run wants, by path, each before those inside."""
        yield self.root, self.tree
        yield from _walk(self.tree, self.root)

    def _places(self, shelves: Mapping[tuple[str, ...], str]) -> dict[str, list[str]]:
        """The keys of the collections of each work: those of its sections, the top one for a work under no heading."""
        places: dict[str, list[str]] = {}
        for path, section in self._sections():
            if path in shelves:
                for work_id in section.work_ids:
                    places.setdefault(work_id, []).append(shelves[path])
        return places

    def _write(self, writes: Sequence[Write]) -> bool:
        """Whether all was written; what the service refuses for good counts as done."""
        is_whole = True
        for start in range(0, len(writes), BATCH):
            batch = writes[start : start + BATCH]
            copies = {one.key: one for one in batch}
            version = self.state.version(self.library)
            kind = batch[0].kind
            existing = self.state.objects(self.library, kind)
            sent = [
                {"key": one.key, "version": existing.get(one.key, {}).get("version", 0), **one.after} for one in batch
            ]
            self.state.begin(self.library, self.sync, self.clock(), batch)
            written = self.api.write(kind, sent, version)
            done = [
                (batch[place], as_written(existing.get(batch[place].key, {}), sent[place], data, written.version))
                for place, data in written.done.items()
            ]
            self.state.end(
                self.library, written.version, done, [copies[sent[n]["key"]] for n in (*written.failed, *written.stale)]
            )
            for place, why in written.failed.items():
                one = batch[place]
                title = next((work.title for work in self.works if work.work_id == one.name), one.name)
                self.refused[title] = why
            is_whole = is_whole and not written.stale and not written.failed
        return is_whole


def as_written(
    before: Mapping[str, Any], sent: Mapping[str, Any], now: Mapping[str, Any], version: int
) -> dict[str, Any]:
    """Return the object as the service has it, which some answers do not repeat."""
    return dict(now) if now else {**before, **sent, "version": version}


def _walk(section: Section, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Section]]:
    for child in section.sections.values():
        inner = (*path, child.name)
        yield inner, child
        yield from _walk(child, inner)


def _heading(name: str) -> str:
    return " ".join(name.split())[:255] or "Section"


def key_of(library: str, name: str) -> str:
    """Return the key of a new object, which is the same however often it is asked: a write twice makes one object."""
    number = int.from_bytes(hashlib.sha256(f"{library}\n{name}".encode()).digest()[:8])
    letters = []
    for _ in range(8):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def refresh(api: ZoteroApi, state: SyncState) -> None:
    """Bring the copy of a library up to date, and settle what became of a sync that was killed."""
    library = api.library
    for _ in range(_MOST_ROUNDS):
        since = state.version(library)
        try:
            version, items = api.read_all(_READING["items"], since, includeTrashed="1")
            if version == since and since:
                break
            objects = {"items": items}
            again, objects["collections"] = api.read_all(_READING["collections"], since)
            gone = api.read_deleted(since) if since else {}
        except StaleLibraryError:
            continue
        if again != version:
            continue
        plain = {
            kind: [one["data"] for one in some if isinstance(one.get("data"), dict)] for kind, some in objects.items()
        }
        state.keep(library, version, plain, gone)
        break
    else:
        raise ServiceError(
            "Zotero: the library is changed faster than it can be read", advice="run the same command later"
        )
    state.settle(library)
