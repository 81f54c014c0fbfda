"""``enrich status``: what the store knows of lists, works, sources and runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrich.cli import new_app
from enrich.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.config import Settings
    from enrich.store.store import Store

app = new_app()

_OVERDUE = timedelta(days=2)
_MOST_RUNS = 7


@app.command()
def status(
    format_: Annotated[str, typer.Option("--format", metavar="text|json")] = "text",
    config: Annotated[Path | None, typer.Option(help="Settings.  [default: enrich.toml if there is one]")] = None,
) -> None:
    """Print the state of the store: lists, works, freshness, the last runs, and what is stale."""
    from enrich.config import load_settings
    from enrich.store.store import open_store

    if format_ not in ("text", "json"):
        raise InputError(f"no format {format_!r}", advice="there are text, json")
    settings = load_settings(config)
    path = settings.state_dir / "store.sqlite"
    if not path.is_file():
        raise InputError("there is no store yet", path=path, advice="run enrich run or enrich nightly first")
    store, warning = open_store(path)
    with store:
        facts = _facts(store, settings, warning)
    if format_ == "json":
        print(json.dumps(facts, ensure_ascii=False, indent=1, default=str))
    else:
        for line in _lines(facts):
            print(line)


def _facts(store: Store, settings: Settings, warning: str | None) -> dict[str, Any]:
    from enrich.sources import SOURCES
    from enrich.wiring import freshness_rules

    now = settings.now or datetime.now(UTC)
    rules = freshness_rules(settings)

    def not_before(source: str) -> datetime:
        counts = source in SOURCES and "citation_count" in SOURCES[source](None).traits.settles
        return rules.newest_needed(now) if counts else now - rules.published

    runs = store.journal.runs(_MOST_RUNS)
    finished = next((one for one in runs if one.finished_at is not None), None)
    health = {one.source: one for one in store.journal.sources_of(finished.run)} if finished else {}
    circuits = store.circuits(now)
    return {
        "store": str(store.path),
        "bytes": store.path.stat().st_size,
        "warning": warning,
        "works": len(store.citation_keys()),
        "links_missed": len(store.missed()),
        "lists": [
            {**asdict(one), "is_overdue": now - one.finished_at > _OVERDUE or one.state == "failed"}
            for one in store.journal.lists()
        ],
        "sources": [
            {
                **asdict(one),
                "last_run": asdict(health[one.source]) if one.source in health else None,
                "left_alone_until": circuits[one.source][0] if one.source in circuits else None,
            }
            for one in store.standing(not_before)
        ],
        "circuits": [
            {"source": source, "until": until, "message": message} for source, (until, message) in circuits.items()
        ],
        "runs": [asdict(one) for one in runs],
    }


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    if facts["warning"]:
        yield f"warning: {facts['warning']}"
    yield f"store    {facts['store']} ({facts['bytes'] / 2**20:.1f} MiB)"
    missed = f", {facts['links_missed']} addresses under which services have nothing" if facts["links_missed"] else ""
    yield f"works    {facts['works']}{missed}"
    yield "lists" if facts["lists"] else "lists    none yet"
    for one in facts["lists"]:
        late = ", overdue" if one["is_overdue"] else ""
        if one["state"] == "failed":
            yield f"  {one['list']}: failed {_moment(one['finished_at'])}{late}: {one['message']}"
        else:
            counts = f"{one['n_entries']} entries, {one['n_works']} works, {one['n_changes']} changes"
            yield f"  {one['list']}: {one['state']} {_moment(one['finished_at'])}{late}, {counts}, {one['folder']}"
    yield "sources"
    for one in facts["sources"]:
        parts = [f"{one['n_records']} records", f"{one['n_stale']} stale", f"last answer {_moment(one['newest_at'])}"]
        last = one["last_run"]
        if last is not None and last["message"]:
            parts.append(f"failed in the last run: {last['message']}")
        if one["left_alone_until"]:
            parts.append(f"left alone until {_moment(one['left_alone_until'])}")
        yield f"  {one['source']}: {', '.join(parts)}"
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


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
