"""``enrich store``: a backup of what earlier runs learned, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app

if TYPE_CHECKING:
    from enrich.store.backup import Copied

app = new_app()
_Config = Annotated[Path | None, typer.Option(help="Settings.  [default: enrich.toml if there is one]")]


@app.callback()
def _root() -> None:
    """Back up what earlier runs learned, and restore it.

    Example: enrich store backup /var/backups/enrich.sqlite
    """


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a backup that is there is replaced.")],
    config: _Config = None,
) -> None:
    """Copy the store into one file, also while a run is writing.

    Example: enrich store backup /var/backups/enrich.sqlite
    """
    from enrich.config import load_settings
    from enrich.store.backup import back_up

    _print(back_up(load_settings(config).state_dir / "store.sqlite", file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    config: _Config = None,
) -> None:
    """Make a backup the store; the present store is kept under another name.

    Example: enrich store restore /var/backups/enrich.sqlite
    """
    from enrich.config import load_settings
    from enrich.store.backup import restore as restore_backup

    _print(restore_backup(file, load_settings(config).state_dir / "store.sqlite"))


def _print(copied: Copied) -> None:
    size = f"{copied.n_bytes / 1e6:.1f} MB, format {copied.format}"
    print(f"{copied.path}: {copied.n_works:,} works, {copied.n_records:,} records, {size}")
    if copied.replaced:
        print(f"the store before it is {copied.replaced}")
