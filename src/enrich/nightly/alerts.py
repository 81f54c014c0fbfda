"""What a night brought that should not wait: gathered list by list, told once through each channel of the settings.

What is to be told stands in a file of the state folder from the moment at which a list was written, so that neither a
night that was killed nor a channel that was down keeps it from being told by the next one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from enrich import DISTRIBUTION
from enrich.config import PROJECT_URL
from enrich.errors import EnrichError
from enrich.export.change_report import describe, subject
from enrich.export.changes import change_id, stable_id
from enrich.fetch.posting import post_json
from enrich.fetch.wire import scrub_emails
from enrich.files import read_file, write_text
from enrich.model.work import ChangeKind
from enrich.store.journal import RunState
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from enrich.config import Notify, Settings
    from enrich.model.work import Change
    from enrich.nightly.night_outcomes import ListOutcome, NightOutcome
    from enrich.store.journal import Streak

    Event = dict[str, Any]

NAME = "alerts.json"
VERSION = 1
"""Of the message: it changes when a field comes, goes or means something else."""
WORTH = (ChangeKind.RETRACTED, ChangeKind.WITHDRAWN, ChangeKind.CONCERN, ChangeKind.PUBLISHED)
_MOST_TOLD = 10_000
_MOST_WAITING = 1_000
_LONGEST = 400
_LONGEST_STDERR = 65_536


class Alerts:
    """The channels of the settings, and what each of them has still to tell."""

    def __init__(self, settings: Settings, day: date) -> None:
        self._settings, self._day = settings, day
        self._path = settings.state_dir / NAME
        notify = settings.notify
        self._channels: dict[str, Callable[[Notify, bytes], str | None]] = {}
        if notify.argv:
            self._channels["command"] = _run_command
        if notify.url is not None:
            self._channels["url"] = _post
        self._kept = _read(self._path)

    def add_list(self, outcome: ListOutcome, lost_since: datetime | None = None) -> None:
        """Take in what became of a list."""
        self._add(to_events(outcome, self._day, lost_since))

    def add_failures(
        self, outcome: NightOutcome, streaks: Mapping[str, Streak], lost_since: Mapping[str, datetime]
    ) -> None:
        """Take in which sources have failed for long, which lists were lost, and whether the whole night was."""
        for one in outcome.lists:
            if one.state is RunState.FAILED:
                self.add_list(one, lost_since.get(one.name))
        self._add(_outages(streaks.values(), self._settings.notify.after_nights))
        if outcome.state is RunState.FAILED:
            self.add_failed_night("no list could be written")

    def add_failed_night(self, why: str) -> None:
        """Take in that a night came to nothing."""
        event = _event("night_failed", f"the night failed: {why}", stable_id("night_failed", self._day))
        self._add([event | {"since": self._day.isoformat()}])

    def tell(self, outcome: NightOutcome | None, run: str, streaks: Mapping[str, Streak]) -> Iterator[str]:
        """Call each channel that has something to tell; a warning for each one that failed."""
        for name, send in self._channels.items():
            waiting = self._kept.get(name, {}).get("waiting", [])
            if not waiting:
                continue
            message = to_message(waiting, outcome, run=run, day=self._day, streaks=streaks)
            body = scrub_emails(json.dumps(message, ensure_ascii=False, default=str).encode())
            if problem := send(self._settings.notify, body):
                yield f"notify.{name}: {problem}; the next night tells it again"
                continue
            kept = self._kept[name]
            kept["told"] = [*kept["told"], *(one["id"] for one in waiting)][-_MOST_TOLD:]
            kept["waiting"] = []
            self._write()

    def _add(self, events: Iterable[Event]) -> None:
        new = list(events)
        is_changed = False
        for name in self._channels:
            kept = self._kept.setdefault(name, {"told": [], "waiting": []})
            known = {*kept["told"], *(one["id"] for one in kept["waiting"])}
            fresh = [one for one in new if one["id"] not in known]
            kept["waiting"] = [*kept["waiting"], *fresh][-_MOST_WAITING:]
            is_changed |= bool(fresh)
        if is_changed:
            self._write()

    def _write(self) -> None:
        with suppress(EnrichError):  # a full disk is told by the night itself
            write_text(self._path, json.dumps(self._kept, ensure_ascii=False))


def _read(path: Path) -> dict[str, dict[str, list[Any]]]:
    """What an earlier night left; nothing where it cannot be read."""
    try:
        found = json.loads(read_file(path))
        return {
            name: {"told": [str(one) for one in kept["told"]], "waiting": [one for one in kept["waiting"] if one["id"]]}
            for name, kept in found.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def to_events(outcome: ListOutcome, day: date, lost_since: datetime | None = None) -> list[Event]:
    """What is worth telling of a list: retractions, publications, and that it was lost."""
    if outcome.state is RunState.FAILED:
        since = lost_since.date() if lost_since else day
        text = f"{outcome.name} was lost: {outcome.message}"
        event = _event("list_lost", text, stable_id("list_lost", outcome.name, since))
        return [event | {"list": outcome.name, "detail": _short(outcome.message), "since": since.isoformat()}]
    return [
        _event(one.kind.value, _told(one), change_id(one, outcome.name, day))
        | {
            "list": outcome.name,
            "since": day.isoformat(),
            "title": _short(one.title),
            "work_id": one.work_id,
            "before": _short(one.before),
            "after": _short(one.after),
            "source": one.source,
            "detail": _short(one.detail),
            "url": one.url,
        }
        for one in outcome.changes
        if one.kind in WORTH
    ]


def _told(change: Change) -> str:
    what = f"{change.kind.replace('_', ' ')} “{subject(change)}”"
    return ": ".join(filter(None, (what, describe(change))))


def _outages(streaks: Iterable[Streak], after_nights: int) -> Iterator[Event]:
    for one in streaks:
        if one.failing_since is not None and one.n_nights >= after_nights:
            since = one.failing_since.date()
            text = f"{one.source} has failed for {one.n_nights} nights: {one.message}"
            event = _event("source_failed", text, stable_id("source_failed", one.source, since))
            yield event | {"source": one.source, "detail": _short(one.message), "since": since.isoformat()}


def _event(kind: str, text: str, id_: object) -> Event:
    names = ("list", "title", "work_id", "before", "after", "source", "detail", "url", "since")
    return {"id": str(id_), "kind": kind, "text": _short(text), **dict.fromkeys(names)}


def _short(text: str | None) -> str | None:
    return None if text is None else one_line(text, _LONGEST)


def to_message(
    events: Sequence[Event],
    outcome: NightOutcome | None,
    *,
    run: str,
    day: date,
    streaks: Mapping[str, Streak],
) -> dict[str, Any]:
    """What a channel is given, as ``docs/notify.schema.json`` describes it."""
    state = str(outcome.state) if outcome else str(RunState.FAILED)
    texts = [one["text"] for one in events]
    more = f"; and {len(texts) - 3} more" if len(texts) > 3 else ""  # noqa: PLR2004 (a line)
    return {
        "version": VERSION,
        "id": str(stable_id(*sorted(one["id"] for one in events))),
        "run": run,
        "date": day.isoformat(),
        "state": state,
        "text": f"enrich {day}: {'; '.join(texts[:3])}{more}",
        "events": list(events),
        "lists": [
            {
                "name": one.name,
                "state": str(one.state),
                "works": one.n_works,
                "new": one.n_new,
                "changes": one.kinds,
                "message": _short(one.message) or None,
            }
            for one in (outcome.lists if outcome else ())
        ],
        "sources": [
            {
                "name": one.source,
                "nights": one.n_nights,
                "since": one.failing_since.date().isoformat(),
                "message": _short(one.message),
            }
            for one in streaks.values()
            if one.failing_since is not None
        ],
    }


def _post(notify: Notify, body: bytes) -> str | None:
    url = notify.url.get_secret_value() if notify.url else ""
    agent = f"enrich/{version(DISTRIBUTION)} (+{PROJECT_URL})"  # the contact is for the operators of services
    return post_json(url, body, user_agent=agent, timeout_s=notify.timeout_s)


def _run_command(notify: Notify, body: bytes) -> str | None:
    """None when the command took the message, else why not; whatever it started goes with it when it is late."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(body)
        given.seek(0)
        name = one_line(os.path.basename(notify.argv[0]), 60)  # noqa: PTH119 (a word, not a path of ours)
        try:
            process = subprocess.Popen(  # noqa: S603 (the user's own command, without a shell)
                notify.argv, stdin=given, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
            )
        except OSError as error:
            return f"{name} cannot be started: {error.strerror}"
        try:
            code = process.wait(notify.timeout_s)
        except subprocess.TimeoutExpired:
            return f"{name} took longer than {notify.timeout_s:g} s"
        finally:
            if process.returncode is None:
                _kill(process)
        if code == 0:
            return None
        said.seek(0)
        lines = said.read(_LONGEST_STDERR).decode("utf-8", "replace").strip().splitlines()
        return f"{name} ended with {code}" + (f": {one_line(lines[-1], 200)}" if lines else "")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
