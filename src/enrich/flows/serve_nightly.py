"""``enrich serve-nightly``: the nightly flow on a schedule, in this process."""

from __future__ import annotations

from typing import Annotated

import typer

from enrich.cli import new_app
from enrich.cli.shared_options import ConfigOption
from enrich.flows.nightly import main

app = new_app()


@app.command()
def serve_nightly(
    lists: Annotated[
        list[str] | None, typer.Argument(metavar="[LIST...]", help="Files, folders or addresses.  [default: settings]")
    ] = None,
    config: ConfigOption = None,
    cron: Annotated[str, typer.Option(help="When: five fields, in UTC.")] = "0 3 * * *",
) -> None:
    """Stay, and run every list of the settings as a Prefect flow each time that the schedule says.

    A run that was killed is taken up first. PREFECT_API_URL names the server, which keeps the schedule.
    """
    main(lists, config=config, serve=True, cron=cron)
