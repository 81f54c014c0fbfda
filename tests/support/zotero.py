"""The Zotero Web API on loopback: one library with versions, write tokens, schema checks and faults.

Written from <https://www.zotero.org/support/dev/web_api/v3/basics>, ``write_requests`` and ``syncing``.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from enrich.zotero.item_types import item_types

KEY = "secretzoterokey0123456789"
_OBJECT_KEY = re.compile("[23456789ABCDEFGHIJKLMNPQRSTUVWXYZ]{8}")
_COMMON = {
    "key",
    "version",
    "itemType",
    "creators",
    "tags",
    "collections",
    "relations",
    "extra",
    "deleted",
    "parentItem",
}
_COMMON |= {"dateAdded", "dateModified", "note"}


@dataclass
class Exchange:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 200
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Library:
    """Items and collections by key, each the ``data`` of its JSON."""

    name: str = "users/475425"
    version: int = 0
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: dict[str, dict[str, int]] = field(default_factory=lambda: {"items": {}, "collections": {}})
    tokens: set[str] = field(default_factory=set)
    children: dict[str, int] = field(default_factory=dict)
    """Number of notes and attachments by item."""
    asked: list[Exchange] = field(default_factory=list)
    faults: Callable[[int, Exchange], Answer | str | None] = lambda _, __: None
    """By number of the exchange: an answer instead, ``lost`` (done, no answer), ``dropped`` (not done), or None."""
    meddle: Callable[[int], None] = lambda _: None
    """Called before each exchange: somebody else at work in the library."""
    headers: dict[str, str] = field(default_factory=dict)
    """Added to every answer."""

    def put(self, kind: str, **data: Any) -> str:
        """Somebody else's change: an object with these values."""
        self.version += 1
        table = getattr(self, kind)
        key = data.get("key") or f"{len(table) + 2:08d}".translate(str.maketrans("0123456789", "ABCDEFGHIJ"))[-8:]
        empty = {"tags": [], "collections": [], "creators": []} if kind == "items" else {"parentCollection": False}
        table[key] = {**empty, **table.get(key, {}), **data, "key": key, "version": self.version}
        return key

    def remove(self, kind: str, key: str) -> None:
        self.version += 1
        del getattr(self, kind)[key]
        self.deleted[kind][key] = self.version

    @property
    def writes(self) -> list[Exchange]:
        return [one for one in self.asked if one.method != "GET"]

    @property
    def reads(self) -> list[Exchange]:
        return [one for one in self.asked if one.method == "GET"]

    def answer(self, asked: Exchange) -> Answer:
        if asked.headers.get("zotero-api-version") != "3":
            return Answer(400, {"error": "no version"})
        if asked.headers.get("zotero-api-key") != KEY:
            return Answer(403, "Forbidden")
        if not asked.path.startswith(f"/{self.name}/"):
            return Answer(404, "Not found")
        path = asked.path.removeprefix(f"/{self.name}/")
        if asked.method == "GET":
            return self._read(path, asked)
        return self._write(path, asked)

    def _read(self, path: str, asked: Exchange) -> Answer:
        since = int(asked.params.get("since", 0))
        if path == "deleted":
            document = {kind: [key for key, at in gone.items() if at > since] for kind, gone in self.deleted.items()}
            return self._versioned(Answer(200, {**document, "searches": [], "tags": [], "settings": []}))
        kind = path.partition("/")[0]
        table = getattr(self, kind)
        found = sorted((one for one in table.values() if one["version"] > since), key=lambda one: one["key"])
        if "itemKey" in asked.params:
            wanted = asked.params["itemKey"].split(",")
            assert len(wanted) <= 50
            found = [table[key] for key in wanted if key in table]
        elif kind == "items" and asked.params.get("includeTrashed") != "1":
            found = [one for one in found if not one.get("deleted")]
        if path == "items/top":
            found = [one for one in found if not one.get("parentItem")]
        start, limit = int(asked.params.get("start", 0)), int(asked.params.get("limit", 25))
        assert limit <= 100
        rows = [
            {"key": one["key"], "version": one["version"], "data": one,
             "meta": {"numChildren": self.children.get(one["key"], 0)}}
            for one in found[start : start + limit]
        ]  # fmt: skip
        return self._versioned(Answer(200, rows, {"Total-Results": str(len(found))}))

    def _versioned(self, answer: Answer) -> Answer:
        answer.headers["Last-Modified-Version"] = str(self.version)
        return answer

    def _write(self, path: str, asked: Exchange) -> Answer:
        expected = asked.headers.get("if-unmodified-since-version")
        token = asked.headers.get("zotero-write-token")
        if expected is None:
            return Answer(428, "If-Unmodified-Since-Version not provided")
        if token in self.tokens or int(expected) != self.version:
            return self._versioned(Answer(412, "Library has been modified"))
        if asked.method == "DELETE":
            table = getattr(self, path)
            keys = (asked.params.get("itemKey") or asked.params["collectionKey"]).split(",")
            self.version += 1
            for key in keys:
                table.pop(key, None)
                self.deleted[path][key] = self.version
                for one in self.items.values() if path == "collections" else ():
                    one["collections"] = [inside for inside in one["collections"] if inside != key]
            return self._versioned(Answer(204))
        rows = json.loads(asked.body)
        if len(rows) > 50:
            return Answer(413, "Too many items")
        document: dict[str, dict[str, Any]] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        self.version += 1
        for place, row in enumerate(rows):
            self._put(path, str(place), row, document)
        if token:
            self.tokens.add(token)
        return self._versioned(Answer(200, document))

    def _put(self, kind: str, place: str, row: dict[str, Any], document: dict[str, dict[str, Any]]) -> None:
        table = getattr(self, kind)
        key = row.get("key", "")
        error = None
        if not _OBJECT_KEY.fullmatch(key):
            error = (400, f"'{key}' is not a valid key")
        elif row.get("version", 0) != table.get(key, {}).get("version", 0):
            error = (412, "has been modified since specified version")
        else:
            error = self._refusal(kind, {**table.get(key, {}), **row})
        if error:
            document["failed"][place] = {"key": key, "code": error[0], "message": error[1]}
            return
        before = table.get(key)
        empty: dict[str, Any] = {"tags": [], "collections": []} if kind == "items" else {"parentCollection": False}
        if kind == "items":
            empty |= dict.fromkeys(item_types()[row.get("itemType") or before["itemType"]].fields.values(), "")
            empty["creators"] = []
            if before and row.get("itemType", before["itemType"]) != before["itemType"]:
                before = self._retype(before, row["itemType"])
        now = {**empty, **(before or {}), **row}
        if before is not None and all(before.get(name) == value for name, value in row.items() if name != "version"):
            document["unchanged"][place] = key
            return
        table[key] = {**now, "version": self.version}
        self.deleted[kind].pop(key, None)
        document["success"][place] = key
        document["successful"][place] = {"key": key, "version": self.version, "data": table[key]}

    def _retype(self, before: dict[str, Any], kind: str) -> dict[str, Any]:
        """An item under another type: base fields move, what the type lacks is dropped."""
        old, new = item_types()[before["itemType"]], item_types()[kind]
        kept = {name: value for name, value in before.items() if name in _COMMON}
        for base, name in old.fields.items():
            if base in new.fields and before.get(name):
                kept[new.fields[base]] = before[name]
        return kept

    def _refusal(self, kind: str, row: dict[str, Any]) -> tuple[int, str] | None:
        if kind == "collections":
            parent = row.get("parentCollection", False)
            if not row.get("name"):
                return 400, "Collection name cannot be empty"
            return (409, f"Parent collection {parent} not found") if parent and parent not in self.collections else None
        known = item_types().get(row.get("itemType", ""))
        if known is None:
            return 400, f"'{row.get('itemType')}' is not a valid itemType"
        before = self.items.get(row["key"], {})
        given = set(row) - (set(before) if row["itemType"] != before.get("itemType") else set())
        if bad := {name for name in given if name not in _COMMON and name not in known.fields.values()}:
            return 400, f"'{min(bad)}' is not a valid field for type '{row['itemType']}'"
        for one in row.get("creators", ()):
            if one.get("creatorType") not in known.creators:
                return 400, f"'{one.get('creatorType')}' is not a valid creator type for type '{row['itemType']}'"
            if "name" not in one and "lastName" not in one:
                return 400, "creator has no name"
        if missing := [key for key in row.get("collections", ()) if key not in self.collections]:
            return 409, f"Collection {missing[0]} not found"
        return None


@contextmanager
def serve_library(library: Library) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1 until the block ends; the base address."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Exchange(self.command, parts.path, params, headers, body)
            with lock:
                library.meddle(len(library.asked))
                fault = library.faults(len(library.asked), asked)
                library.asked.append(asked)
                answer = fault if isinstance(fault, Answer) else None
                if answer is None and fault != "dropped":
                    answer = library.answer(asked)
            if fault in ("lost", "dropped") or answer is None:
                self.close_connection = True
                self.connection.close()
                return
            content = b"" if answer.document is None else json.dumps(answer.document).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(content)))
            for name, value in {**library.headers, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _handle

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
