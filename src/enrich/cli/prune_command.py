"""``enrich prune``: what state and results hold beyond its time goes."""

from __future__ import annotations

from typing import Annotated

import typer

from enrich.cli import new_app
from enrich.cli.shared_options import ConfigOption

app = new_app()


@app.command(no_args_is_help=False)
def prune(
    older_than: Annotated[str, typer.Option(metavar="AGE", help="What is older goes: 36h, 90d, 52w.")] = "90d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
    config: ConfigOption = None,
) -> None:
    """Remove what is old from state and results; records, claims, citation keys and last known values stay.

    What goes: lines of runs, replies, databases that were set aside, counts of citations that later ones follow.
    """
    from enrich.cli.ages import parse_age
    from enrich.config import load_settings
    from enrich.session.wiring import new_clock
    from enrich.upkeep.pruning import prune as prune_all

    age = parse_age(older_than, "--older-than")
    settings = load_settings(config)
    total = count = 0
    for one in prune_all(settings, new_clock(settings)(), age, is_dry_run=dry_run):
        print(f"{one.about}: {one.what}; {_size(one.n_bytes)}")
        total, count = total + one.n_bytes, count + 1
    would = "would be freed" if dry_run else "freed"
    print(f"{_size(total)} {would}" if count else f"nothing is older than {older_than}")


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB"
