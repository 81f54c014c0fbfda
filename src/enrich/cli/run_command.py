"""``enrich run``: all stages without Prefect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from enrich.cli import new_app
from enrich.cli.logs import FormatOption, LevelOption, print_error, start_logging
from enrich.cli.shared_options import ConfigOption, JsonOption, OfflineOption, QuietOption
from enrich.errors import ExitCode, InputError

app = new_app()


@app.command()
def run(
    lists: Annotated[
        list[str], typer.Argument(metavar="LIST...", help="Files, folders or addresses; '-': standard input.")
    ],
    out: Annotated[Path | None, typer.Option(help="Folder of the results.  [default: data/out/<list name>]")] = None,
    offline: OfflineOption = False,
    config: ConfigOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when something stayed open.")] = False,
    reader: Annotated[str | None, typer.Option(help="Force a reader instead of choosing by content.")] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Enrich reading lists: BibTeX, CSV and Parquet from their links."""
    from enrich.cli.progress import watched_session
    from enrich.cli.summary import print_summary, print_warnings, to_summary
    from enrich.config import load_settings
    from enrich.model.work import UNRESOLVED

    if not all(lists) or (out is not None and not out.parts):
        raise InputError("an empty path", advice="name a file or a folder")
    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    is_quiet = quiet or as_json
    with watched_session(settings, is_quiet=is_quiet, has_lines=True, offline=offline, run_id=run_id) as current:
        bibliography, folder = current.run(lists, out, reader=reader)
    lost = [(one.argument, one.message) for one in current.lost]
    summary = to_summary(
        bibliography, folder, is_offline=offline, has_own_catalogue=settings.catalogue is not None, lost=lost
    )
    if quiet and not as_json:
        print_warnings(summary, with_headline=True)
    else:
        print_summary(summary, as_json=as_json)
    for one in current.lost:
        print_error(one.message)
    if current.lost:
        raise typer.Exit(current.lost[0].exit_code)
    is_open = any(work.status in UNRESOLVED for work in bibliography.works)
    is_left_out = any(omission.detail for one in bibliography.lists for omission in one.omissions)
    if strict and (current.failed_sources or is_open or is_left_out):
        raise typer.Exit(ExitCode.INCOMPLETE)
