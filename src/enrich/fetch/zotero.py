"""The Zotero Web API, version 3: pages of a library, and writes that only succeed on the version they were made for.

Reading: <https://www.zotero.org/support/dev/web_api/v3/basics>; writing:
<https://www.zotero.org/support/dev/web_api/v3/write_requests>. ``pyzotero`` needs bibtexparser 1, which cannot be
installed beside the one that reads our files.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from requests.exceptions import RequestException
from tenacity import Retrying, retry_if_result

from enrich.errors import InputError, ServiceError
from enrich.fetch.outcomes import RETRYABLE, classify
from enrich.fetch.wire import OwnedHostsMixin, host_of, new_adapter
from enrich.model.credentials import credentials_of
from enrich.model.request import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from enrich.fetch.fetcher import Patience

LIBRARY = re.compile(r"(users|groups)/\d{1,12}")
BATCH = 50
"""The most objects that one request may write or name."""
_PAGE = 100
_LONGEST_BODY = 8 << 20
_PLAIN = {204: Outcome.OK, 412: Outcome.OK, 413: Outcome.OK, 409: Outcome.SERVER_ERROR}
"""Statuses that mean something of their own here; 409 is a library that another write has locked."""
_HEADERS = {"Zotero-API-Version": "3", "Accept": "application/json"}
_log = logging.getLogger(__name__)


class StaleLibraryError(Exception):
    """Somebody changed the library since the version that a write was made for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def version(self) -> int:
        """The version of the library; 0 when the answer does not say."""
        text = self.headers.get("last-modified-version", "")
        return int(text) if text.isdecimal() else 0


@dataclass(slots=True)
class WriteResult:
    """What became of the objects of a write, by their place in it."""

    version: int
    done: dict[int, dict[str, Any]] = field(default_factory=dict)
    """With the object as it is now, where the service says."""
    stale: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)


class ZoteroApi:
    """One library of the service; a context manager.

    The key is added on the wire, below everything that logs. A wait that the service asks for is kept up to the cap of
    the settings.
    """

    def __init__(
        self,
        base_url: str,
        library: str,
        key: str | None,
        *,
        user_agent: str,
        patience: Patience,
        min_interval_s: float,
        state_file: Path,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.library = library
        self.n_reads = self.n_writes = 0
        self._root = f"{base_url}/{library}"
        self._patience, self._sleep, self._clock = patience, sleep, clock
        self._host = host_of(base_url)
        self._wait_s = 0.0
        secret = {"User-Agent": user_agent}
        if key:
            secret["Zotero-API-Key"] = key
        credentials = credentials_of(base_url)
        if credentials.authorization:
            secret["Authorization"] = credentials.authorization
        wire: dict[str, Any] = {
            "secret_headers": secret, "max_bytes": patience.max_bytes, "clock": clock,
            "hosts": frozenset({self._host}), "scrub": bytes,
            "credentials": credentials, "secrets": (*([key] if key else []), *credentials.texts),
        }  # fmt: skip
        self._adapter = new_adapter(name="zotero", min_interval_s=min_interval_s, state_file=state_file, **wire)
        self._session = OwnedHostsMixin()
        self._session.owned_hosts = frozenset({self._host})
        self._session.headers.update(_HEADERS)
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._adapter.close()

    def check_access(self) -> None:
        """Return when the service answers for the library with the key.

        Raises:
            InputError: it refuses the key, or knows no such library.
            ServiceError: it does not answer.
        """
        self._read("collections", {"limit": "1"})

    def read_all(self, path: str, since: int, **params: str) -> tuple[int, list[dict[str, Any]]]:
        """Return the version of the library, and the objects that changed after ``since``, page by page.

        Raises:
            StaleLibraryError: the library changed between two pages.
            ServiceError: the service does not answer.
        """
        found: list[dict[str, Any]] = []
        version = None
        while True:
            page = self._read(path, {**params, "since": str(since), "limit": str(_PAGE), "start": str(len(found))})
            if version not in (None, page.version):
                raise StaleLibraryError
            version = page.version
            rows = _parse(page, list)
            found += (row for row in rows if isinstance(row, dict))
            total = page.headers.get("total-results", "")
            if not rows or len(found) >= (int(total) if total.isdecimal() else 0):
                return version, found

    def read_keys(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Return the items with these keys; those that are gone are left out."""
        found: list[dict[str, Any]] = []
        for batch in _batches(keys):
            params = {"itemKey": ",".join(batch), "includeTrashed": "1", "limit": str(_PAGE)}
            found += _parse(self._read("items", params), list)
        return found

    def read_deleted(self, since: int) -> dict[str, list[str]]:
        """Return the keys of what was deleted after a version, by kind."""
        answer = _parse(self._read("deleted", {"since": str(since)}), dict)
        return {kind: [str(key) for key in answer.get(kind) or ()] for kind in ("items", "collections")}

    def write(self, path: str, objects: Sequence[Mapping[str, Any]], version: int) -> WriteResult:
        """Create and change up to fifty objects; those with a key change only the fields that are named.

        Raises:
            StaleLibraryError: the library is not at that version any more, or an answer was lost and may have arrived.
        """
        body = json.dumps(list(objects), ensure_ascii=False).encode()
        if len(objects) > 1 and len(body) > _LONGEST_BODY:
            return self._halve(path, objects, version)
        headers = {
            "Content-Type": "application/json",
            "If-Unmodified-Since-Version": str(version),
            "Zotero-Write-Token": secrets.token_hex(16),
        }
        answer = self._exchange("POST", path, {}, headers, body)
        if answer.status == 413 and len(objects) > 1:  # noqa: PLR2004
            return self._halve(path, objects, version)
        if answer.status == 413:  # noqa: PLR2004
            return WriteResult(version, failed={0: "larger than the service takes"})
        document = _parse(answer, dict)
        found = WriteResult(answer.version or version)
        for place, data in {**document.get("success", {}), **document.get("successful", {})}.items():
            found.done[int(place)] = data["data"] if isinstance(data, dict) and "data" in data else {}
        for place in document.get("unchanged", {}):
            found.done[int(place)] = {}
        for place, error in document.get("failed", {}).items():
            if error.get("code") in (412, 428):
                found.stale.append(int(place))
            else:
                found.failed[int(place)] = f"{error.get('code')} {' '.join(str(error.get('message')).split())[:200]}"
        return found

    def _halve(self, path: str, objects: Sequence[Mapping[str, Any]], version: int) -> WriteResult:
        middle = len(objects) // 2
        found = self.write(path, objects[:middle], version)
        rest = self.write(path, objects[middle:], found.version)
        found.done |= {middle + place: data for place, data in rest.done.items()}
        found.failed |= {middle + place: error for place, error in rest.failed.items()}
        found.stale += [middle + place for place in rest.stale]
        found.version = rest.version
        return found

    def delete(self, path: str, keys: Sequence[str], version: int) -> int:
        """Delete up to fifty objects and return the new version of the library.

        Raises:
            StaleLibraryError: the library is not at that version any more.
        """
        name = {"items": "itemKey", "collections": "collectionKey"}[path]
        headers = {"If-Unmodified-Since-Version": str(version)}
        return self._exchange("DELETE", path, {name: ",".join(keys)}, headers, None).version or version

    def _read(self, path: str, params: Mapping[str, str]) -> Answer:
        return self._exchange("GET", path, params, {}, None)

    def _exchange(
        self, method: str, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """One question with its attempts.

        A write whose answer is lost may have arrived: asked again under its token and version, it is refused then, and
        the library is read.
        """
        retrying = Retrying(
            stop=lambda state: state.attempt_number >= self._patience.attempts,
            wait=lambda state: 0.0 if self._wait_s else self._patience.backoff_s * 3 ** (state.attempt_number - 1),
            sleep=self._sleep,
            retry=retry_if_result(lambda one: one[0] in RETRYABLE and self._wait_s <= self._patience.retry_after_cap_s),
            retry_error_callback=lambda state: state.outcome.result(),  # type: ignore[union-attr]
        )
        outcome, message, answer = retrying(lambda: self._attempt(method, path, params, headers, body))
        if answer is not None and answer.status == 412:  # noqa: PLR2004
            raise StaleLibraryError
        if outcome is Outcome.OK and answer is not None:
            return answer
        raise self._error(answer.status if answer is not None else None, message)

    def _attempt(
        self, method: str, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes | None
    ) -> tuple[Outcome, str, Answer | None]:
        """How one exchange ended, in words where it failed, and the answer if there is one."""
        self._pause()
        if method == "GET":
            self.n_reads += 1
        else:
            self.n_writes += 1
        self._adapter.tally.left_s = self._patience.exchange_deadline_s
        try:
            response = self._session.request(
                method, f"{self._root}/{path}", params=dict(params), headers=dict(headers), data=body,
                timeout=(self._patience.connect_timeout_s, self._patience.read_timeout_s),
            )  # fmt: skip
        except (RequestException, ValueError, OSError) as error:
            return Outcome.BROKEN, f"{self._host} cannot be reached ({type(error).__name__})", None
        known = {name.lower(): value for name, value in response.headers.items()}
        backoff = known.get("backoff", "")
        self._wait_s = float(backoff) if re.fullmatch(r"\d{1,9}", backoff) else 0.0
        answer = Answer(response.status_code, known, response.content or b"")
        if answer.status in _PLAIN:
            return _PLAIN[answer.status], "the library is locked by another write", answer
        found = classify(answer.status, known, answer.content, accept="application/json", now=self._clock())
        if found.retry_at is not None:
            self._wait_s = max(self._wait_s, (found.retry_at - self._clock()).total_seconds())
        return found.outcome, found.message, answer

    def _error(self, status: int | None, message: str) -> InputError:
        """The line for the user."""
        if status in (401, 403):
            advice = "give a key that may write there in ENRICH_ZOTERO__API_KEY (https://www.zotero.org/settings/keys)"
            return InputError(f"Zotero refuses the key for {self.library}", advice=advice)
        if status == 404:  # noqa: PLR2004
            return InputError(f"Zotero knows no library {self.library}", advice="write users/ID or groups/ID")
        return ServiceError(f"Zotero: {message}", advice="run the same command again to go on")

    def _pause(self) -> None:
        """Wait as long as the last answer asked.

        Raises:
            ServiceError: that is longer than the settings allow.
        """
        wait, self._wait_s = self._wait_s, 0.0
        if wait > self._patience.retry_after_cap_s:
            raise ServiceError(f"Zotero asks to be left alone for {wait:.0f} s", advice="run the same command later")
        if wait > 0:
            _log.info("waiting %.0f s, as Zotero asks", wait)
            self._sleep(wait)


def _parse(answer: Answer, kind: type) -> Any:  # noqa: ANN401 (JSON)
    """The JSON of an answer.

    Raises:
        ServiceError: it is none, or of another kind.
    """
    try:
        document = json.loads(answer.content or b"null")
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, kind):
        raise ServiceError("Zotero's answer cannot be read", advice="run the same command later")
    return document


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
