"""``enrich zotero``: a library kept in step with runs, and the last sync taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrich.cli import new_app
from enrich.cli.logs import FormatOption, LevelOption, print_warning, start_logging
from enrich.cli.shared_options import ConfigOption
from enrich.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from enrich.config import Settings
    from enrich.model.work import Bibliography
    from enrich.zotero.syncing import SyncReport

app = new_app()
_Library = Annotated[
    str | None, typer.Option(metavar="users/ID|groups/ID", help="[default: zotero.library of the settings]")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]


@app.callback()
def _root() -> None:
    """Keep a Zotero library in step with a run, and take the last sync back."""


@app.command()
def sync(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN_DIR|LIST...]", help="Folders of runs, or lists that are run first.  [default: settings]"
        ),
    ] = None,
    library: _Library = None,
    collection: Annotated[
        str | None, typer.Option(metavar="NAME", help="That holds the sections.  [default: the title of the list]")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no source for a LIST; use what is known.")] = False,
    as_json: _Json = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 when something was refused or is in conflict.")
    ] = False,
    config: ConfigOption = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Bring the works of a run into a Zotero library: new ones are made, known ones updated, yours linked.

    What you changed in the library stays; notes and attachments are never touched. The key comes from
    ENRICH_ZOTERO__API_KEY.
    """
    from enrich.config import load_settings
    from enrich.nightly import lists_of
    from enrich.session.wiring import export_options, new_clock, new_zotero
    from enrich.zotero.state import SyncState
    from enrich.zotero.syncing import sync as sync_run

    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    name, top = _check_library(settings, library), collection or settings.zotero.collection
    named = lists_of(settings, runs or ())
    reports = []
    clock = new_clock(settings)
    database = settings.state_dir / "zotero.sqlite"
    with new_zotero(settings, name, clock, only_reads=dry_run) as api, SyncState(database) as state:
        for argument in named:
            report = sync_run(
                _read(argument, settings, run_id, offline=offline, is_quiet=as_json),
                api,
                state,
                collection=top,
                is_one_of_many=len(named) > 1,
                options=export_options(settings),
                clock=clock,
                is_dry=dry_run,
            )
            reports.append(report)
            if not as_json:
                print_report(report)
    if as_json:
        print(json.dumps([to_json(one) for one in reports], ensure_ascii=False))
    is_open = any(one.message or one.counts.get("failed") or one.conflicts for one in reports)
    if any(one.message for one in reports) or (strict and is_open):
        raise typer.Exit(ExitCode.INCOMPLETE)


@app.command()
def undo(library: _Library = None, as_json: _Json = False, config: ConfigOption = None) -> None:
    """Take back the last sync of a library, where its items are as the sync left them."""
    from enrich.config import load_settings
    from enrich.session.wiring import new_clock, new_zotero
    from enrich.zotero.state import SyncState
    from enrich.zotero.undoing import undo as undo_sync

    settings = load_settings(config)
    name = _check_library(settings, library)
    with (
        new_zotero(settings, name, new_clock(settings)) as api,
        SyncState(settings.state_dir / "zotero.sqlite") as state,
    ):
        report = undo_sync(api, state)
    if as_json:
        print(json.dumps(to_json(report), ensure_ascii=False))
        return
    for row in report.rows:
        print(f"{row.action}: {row.title}{f' ({row.detail})' if row.detail else ''}")
    counts = ", ".join(f"{count} {action}" for action, count in sorted(report.counts.items())) or "nothing"
    print(f"{name}: {report.message or counts}")


def _check_library(settings: Settings, library: str | None) -> str:
    """The library that is meant.

    Raises:
        ConfigError: none is, or it is no library.
    """
    from enrich.fetch.zotero import LIBRARY

    name = library or settings.zotero.library
    advice = "write --library users/ID or groups/ID; your ID stands on https://www.zotero.org/settings/keys"
    if not name:
        raise ConfigError("no library", advice=advice)
    if not LIBRARY.fullmatch(name):
        raise ConfigError(f"{name!r} is no library", advice=advice)
    return name


def _read(argument: str, settings: Settings, run_id: str, *, offline: bool, is_quiet: bool) -> Bibliography:
    """The bibliography of a run's folder, or of a list that is run now."""
    if (Path(argument) / "run.json").is_file():
        from enrich.export import load

        return load(Path(argument))
    from enrich.cli.progress import watched_session
    from enrich.cli.summary import print_warnings, to_summary

    with watched_session(settings, is_quiet=is_quiet, offline=offline, run_id=run_id) as current:
        bibliography, folder = current.run([argument])
    print_warnings(
        to_summary(bibliography, is_offline=offline, has_own_catalogue=settings.catalogue is not None),
        with_headline=True,
    )
    if not is_quiet:
        print(f"{argument}: {len(bibliography.works)} works in {folder}")
    return bibliography


def print_report(report: SyncReport) -> None:
    """Print a table of what was done, or would be, and one line."""
    from rich.table import Table

    from enrich.cli.terminal import new_console

    if report.rows:
        table = Table(show_header=True, box=None, pad_edge=False)
        for column in ("action", "title", "detail"):
            table.add_column(column, overflow="fold")
        for row in report.rows:
            table.add_row(row.action, row.title, row.detail)
        new_console().print(table)
    print(report.summary)
    if report.message:
        print_warning(report.message)


def to_json(report: SyncReport) -> dict[str, Any]:
    """The report as plain values."""
    from dataclasses import asdict

    return {**asdict(report), "counts": report.counts}
