"""``enrich status``: what the store knows of lists, works, sources and runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrich.cli import new_app
from enrich.cli.logs import print_error
from enrich.cli.shared_options import ConfigOption
from enrich.errors import ExitCode, InputError
from enrich.text.printable import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from enrich.config import Settings
    from enrich.store.store import Store

app = new_app()

_OVERDUE = timedelta(days=2)
_MOST_RUNS = 7


class FailOn(StrEnum):
    """What a monitor may want to hear of."""

    STALE = "stale"
    FAILED_SOURCE = "failed-source"
    SILENT_SOURCE = "silent-source"
    LOST_LIST = "lost-list"
    OPEN_CIRCUIT = "open-circuit"


@app.command()
def status(
    format_: Annotated[str, typer.Option("--format", metavar="text|json")] = "text",
    config: ConfigOption = None,
    fail_if_stale: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Exit with 3 when a list was not written for so long: 90m, 36h, 2d, 1w."),
    ] = None,
    fail_on: Annotated[
        list[FailOn] | None,
        typer.Option(help="Exit with 3 when there is one; may be repeated. Stale is older than two days."),
    ] = None,
) -> None:
    """Print the state of the store: lists, works, freshness, the last runs, and what is stale."""
    from enrich.cli.ages import parse_age
    from enrich.config import load_settings
    from enrich.store.store import open_store, require_store

    if format_ not in ("text", "json"):
        raise InputError(f"no format {format_!r}", advice="there are text, json")
    stale_after = parse_age(fail_if_stale, "--fail-if-stale") if fail_if_stale is not None else _OVERDUE
    wanted = {*(fail_on or ()), *([FailOn.STALE] if fail_if_stale is not None else [])}
    settings = load_settings(config)
    require_store(settings.store_path)
    store, warning = open_store(settings.store_path)
    with store:
        facts = _facts(store, settings, warning)
    failures = list(_failures(facts, wanted, stale_after))
    if format_ == "json":
        facts["failures"] = failures
        print(json.dumps(facts, ensure_ascii=False, indent=1, default=str))
    else:
        for line in _lines(facts):
            print(line)
    for one in failures:
        print_error(f"{one['kind']}: {one['text']}")
    if failures:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _facts(store: Store, settings: Settings, warning: str | None) -> dict[str, Any]:
    now = settings.now or datetime.now(UTC)
    runs = store.journal.runs(_MOST_RUNS)
    circuits = store.circuits(now)
    return {
        "store": str(store.path),
        "at": now,
        "bytes": store.path.stat().st_size,
        "warning": warning,
        "works": store.count_works(),
        "links_missed": len(store.missed()),
        "lists": list(_lists(store, settings, now)),
        "sources": list(_sources(store, settings, now)),
        "circuits": [
            {"source": source, "until": until, "message": message} for source, (until, message) in circuits.items()
        ],
        "runs": [asdict(one) for one in runs],
    }


def _lists(store: Store, settings: Settings, now: datetime) -> Iterator[dict[str, Any]]:
    """Every list that a run was about, and those of the settings that none was about yet."""
    from enrich.fetch.list_download import expand_lists

    named, _ = expand_lists(settings.lists)
    lines = store.journal.lists()
    for one in lines:
        written = store.journal.last_of(one.list)
        yield asdict(one) | {
            "is_overdue": now - one.finished_at > _OVERDUE or one.state == "failed",
            "written_at": written.finished_at if written else None,
            "is_in_settings": one.argument in named,
        }
    for argument in dict.fromkeys(named) if named else ():
        if argument not in {one.argument for one in lines}:
            yield {"list": argument, "argument": argument, "state": "never", "is_overdue": True, "written_at": None,
                   "is_in_settings": True}  # fmt: skip


def _sources(store: Store, settings: Settings, now: datetime) -> Iterator[dict[str, Any]]:
    """Every source that is switched on, whether it ever answered or not, and whatever else the store has records of."""
    from enrich.session.wiring import freshness_rules, new_sources
    from enrich.sources import SOURCES

    rules = freshness_rules(settings)

    def not_before(source: str) -> datetime:
        counts = source in SOURCES and "citation_count" in SOURCES[source](None).traits.settles
        return rules.newest_needed(now) if counts else now - rules.published

    held = {one.source: one for one in store.holdings(not_before)}
    finished = next((one for one in store.journal.runs(_MOST_RUNS) if one.finished_at is not None), None)
    health = {one.source: one for one in store.journal.sources_of(finished.run)} if finished else {}
    circuits, streaks = store.circuits(now), store.journal.streaks()
    enabled = {one.traits.name for one in new_sources(settings)}
    for name in sorted(enabled | held.keys()):
        holding, streak = held.get(name), streaks.get(name)
        answers = [holding.newest_at if holding else None, streak.answered_at if streak else None]
        answered_at = max((one for one in answers if one is not None), default=None)
        silent_since = answered_at or (streak.failing_since if streak else None)
        yield {
            "source": name,
            "is_enabled": name in enabled,
            "n_records": holding.n_records if holding else 0,
            "oldest_at": holding.oldest_at if holding else None,
            "newest_at": holding.newest_at if holding else None,
            "n_stale": holding.n_stale if holding else 0,
            "answered_at": answered_at,
            "was_asked": streak is not None,
            "failing_since": streak.failing_since if streak else None,
            "failing_nights": streak.n_nights if streak else 0,
            "message": streak.message if streak else "",
            "silent_s": round((now - silent_since).total_seconds()) if silent_since else None,
            "last_run": asdict(health[name]) if name in health else None,
            "left_alone_until": circuits[name][0] if name in circuits else None,
        }


def _failures(facts: dict[str, Any], wanted: Collection[FailOn], stale_after: timedelta) -> Iterator[dict[str, str]]:
    """What a monitor asked to hear of, as far as it is so."""
    for kind, name, text in (*_lost(facts, stale_after), *_silent(facts)):
        if kind in wanted:
            yield {"kind": kind.value, "name": name, "text": f"{name} {text}"}


def _lost(facts: dict[str, Any], stale_after: timedelta) -> Iterator[tuple[FailOn, str, str]]:
    """The lists that are stale or lost; where the settings name lists, of those alone."""
    has_lists = any(one["is_in_settings"] for one in facts["lists"])
    if not facts["lists"]:
        yield FailOn.STALE, "no list", "was ever written"
    for one in facts["lists"]:
        if has_lists and not one["is_in_settings"]:
            continue
        if one["written_at"] is None:
            yield FailOn.STALE, one["list"], "was never written"
        elif facts["at"] - one["written_at"] > stale_after:
            yield FailOn.STALE, one["list"], f"was last written {_moment(one['written_at'])}"
        if one["state"] == "failed":
            yield FailOn.LOST_LIST, one["list"], f"was lost {_moment(one['finished_at'])}: {one['message']}"


def _silent(facts: dict[str, Any]) -> Iterator[tuple[FailOn, str, str]]:
    """The sources that are switched on and fail, that never answered, or that are left alone."""
    for one in facts["sources"]:
        if one["is_enabled"] and one["failing_since"] is not None:
            what = f"has failed for {counted(one['failing_nights'], 'night')}: {one['message']}"
            yield FailOn.FAILED_SOURCE, one["source"], what
            if one["answered_at"] is None:
                yield FailOn.SILENT_SOURCE, one["source"], f"never answered: {one['message']}"
    for one in facts["circuits"]:
        yield FailOn.OPEN_CIRCUIT, one["source"], f"is left alone until {_moment(one['until'])} UTC"


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    if facts["warning"]:
        yield f"warning: {facts['warning']}"
    yield f"store    {facts['store']} ({facts['bytes'] / 2**20:.1f} MiB)"
    missed = f", {facts['links_missed']} addresses under which services have nothing" if facts["links_missed"] else ""
    yield f"works    {facts['works']}{missed}"
    yield "lists" if facts["lists"] else "lists    none yet"
    for one in facts["lists"]:
        late = ", overdue" if one["is_overdue"] else ""
        if one["state"] == "never":
            yield f"  {one['list']}: no run yet"
        elif one["state"] == "failed":
            yield f"  {one['list']}: failed {_moment(one['finished_at'])}{late}: {one['message']}"
        else:
            sizes = counted(one["n_entries"], "entry", "entries"), counted(one["n_works"], "work")
            counts = f"{', '.join(sizes)}, {counted(one['n_changes'], 'change')}"
            yield f"  {one['list']}: {one['state']} {_moment(one['finished_at'])}{late}, {counts}, {one['folder']}"
    yield "sources"
    for one in facts["sources"]:
        yield f"  {one['source']}: {', '.join(_source_parts(one))}"
    if facts["circuits"]:
        yield "left alone, as they asked; enrich store forget-circuits asks them again"
    for one in facts["circuits"]:
        yield f"  {one['source']}: until {_moment(one['until'])} UTC, {one['message']}"
    yield "runs" if facts["runs"] else "runs     none yet"
    for one in facts["runs"]:
        ended = (
            f"to {_moment(one['finished_at'])}, {one['state']}" if one["finished_at"] else "still at work, or killed"
        )
        yield f"  {one['run']}: {_moment(one['started_at'])} {ended}"


def _source_parts(one: dict[str, Any]) -> Iterator[str]:
    if one["n_records"]:
        yield f"{one['n_records']} records"
        yield f"{one['n_stale']} stale"
    if one["answered_at"]:
        yield f"last answer {_moment(one['answered_at'])}"
    else:
        yield "never answered" if one["was_asked"] else "never asked"
    if one["failing_since"]:
        yield f"failing for {counted(one['failing_nights'], 'night')} since {_moment(one['failing_since'])}"
    last = one["last_run"]
    if last is not None and last["message"]:
        yield f"failed in the last run: {last['message']}"
    elif one["message"]:
        yield f"failed the last time: {one['message']}"
    if one["left_alone_until"]:
        yield f"left alone until {_moment(one['left_alone_until'])}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
