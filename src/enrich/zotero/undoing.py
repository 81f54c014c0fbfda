"""The last sync of a library taken back, where its objects are as the sync left them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enrich.errors import ServiceError
from enrich.fetch.zotero import BATCH
from enrich.zotero.syncing import SyncReport, SyncRow, as_written, refresh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from enrich.fetch.zotero import WriteResult, ZoteroApi
    from enrich.zotero.state import SyncState, Write


def undo(api: ZoteroApi, state: SyncState) -> SyncReport:
    """Return what was done to take back the last sync of a library, where its objects are as the sync left them."""
    refresh(api, state)
    library = api.library
    report = SyncReport(library=library, collection="")
    last = state.last_sync(library)
    if last is None:
        report.message = "no sync to take back"
        return report
    name, writes = last
    current = {one["key"]: one for one in api.read_keys([one.key for one in writes if one.kind == "items"])}
    collections = state.objects(library, "collections")
    undoable = [one for one in reversed(writes) if _is_untouched(one, current, collections)]
    for one in writes:
        if one not in undoable:
            report.rows.append(SyncRow("kept", one.after.get("title") or one.key, "changed since", one.name, one.key))
    restored = [one for one in undoable if one.kind == "items" and one.before is not None]
    for start in range(0, len(restored), BATCH):
        batch = restored[start : start + BATCH]
        sent = [{"key": one.key, "version": current[one.key]["version"], **(one.before or {})} for one in batch]
        written = api.write("items", sent, state.version(library))
        _check_whole(written)
        objects = [
            as_written(current[one.key]["data"], row, written.done[place], written.version)
            for place, (one, row) in enumerate(zip(batch, sent, strict=True))
        ]
        state.take_back(library, written.version, batch, {"items": objects})
        report.rows += [
            SyncRow("restored", str(objects[n].get("title")), "", one.name, one.key) for n, one in enumerate(batch)
        ]
    created = [one for one in undoable if one.kind == "items" and one.before is None]
    for start in range(0, len(created), BATCH):
        batch = created[start : start + BATCH]
        version = api.delete("items", [one.key for one in batch], state.version(library))
        state.take_back(library, version, batch, {})
        report.rows += [SyncRow("deleted", str(one.after.get("title")), "", one.name, one.key) for one in batch]
    _undo_collections(api, state, [one for one in undoable if one.kind == "collections"], report)
    state.give_up(library, name)
    report.n_reads, report.n_writes = api.n_reads, api.n_writes
    return report


def _undo_collections(api: ZoteroApi, state: SyncState, writes: Sequence[Write], report: SyncReport) -> None:
    """Delete the collections that are empty again, and give the others their names back."""
    library = api.library
    filled = {key for data in state.objects(library, "items").values() for key in data.get("collections") or ()}
    collections = state.objects(library, "collections")
    parents = {one.get("parentCollection") for key, one in collections.items() if key not in {w.key for w in writes}}
    for one in writes:
        data = collections[one.key]
        if one.before is not None:
            if one.before == one.after:
                state.take_back(library, state.version(library), [one], {})
                continue
            row = {"key": one.key, "version": data["version"], **one.before}
            written = api.write("collections", [row], state.version(library))
            _check_whole(written)
            state.take_back(
                library,
                written.version,
                [one],
                {"collections": [as_written(data, row, written.done[0], written.version)]},
            )
            report.rows.append(SyncRow("restored", str(one.before["name"]), "", "", one.key))
    empty = [one for one in writes if one.before is None and one.key not in filled and one.key not in parents]
    for start in range(0, len(empty), BATCH):
        batch = empty[start : start + BATCH]
        version = api.delete("collections", [one.key for one in batch], state.version(library))
        state.take_back(library, version, batch, {})
        report.rows += [SyncRow("deleted", str(one.after["name"]), "collection", "", one.key) for one in batch]


def _is_untouched(one: Write, items: Mapping[str, dict[str, Any]], collections: Mapping[str, dict[str, Any]]) -> bool:
    if one.kind == "collections":
        return one.key in collections and collections[one.key].get("version") == one.version
    found = items.get(one.key)
    has_children = bool(found and found.get("meta", {}).get("numChildren"))
    return (
        found is not None and found["data"].get("version") == one.version and not (one.before is None and has_children)
    )


def _check_whole(written: WriteResult) -> None:
    if written.failed or written.stale:
        raise ServiceError("Zotero: not everything could be taken back", advice="run the same command again")
