"""``enrich store``: a backup of what earlier runs learned, and back; the waits that services asked for, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app
from enrich.cli.logs import print_warning
from enrich.errors import InputError, suggest

if TYPE_CHECKING:
    from enrich.store.backup import Copied

app = new_app()
_Config = Annotated[Path | None, typer.Option(help="Settings.  [default: enrich.toml if there is one]")]


@app.callback()
def _root() -> None:
    """Back up what earlier runs learned, and restore it; ask sources again that asked to be left alone."""


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a backup that is there is replaced.")],
    config: _Config = None,
) -> None:
    """Copy the store into one file, also while a run is writing."""
    from enrich.config import load_settings
    from enrich.store.backup import back_up

    _print(back_up(load_settings(config).state_dir / "store.sqlite", file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    config: _Config = None,
) -> None:
    """Make a backup the store; the present store is kept under another name."""
    from enrich.config import load_settings
    from enrich.store.backup import restore as restore_backup

    _print(restore_backup(file, load_settings(config).state_dir / "store.sqlite"))


@app.command("forget-circuits")
def forget_circuits(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE...]", help="Which of them.  [default: all]")
    ] = None,
    config: _Config = None,
) -> None:
    """Let the next run ask sources again that asked to be left alone until a time."""
    from enrich.config import load_settings
    from enrich.sources import SOURCES
    from enrich.store.store import open_store

    for name in sources or ():
        if name not in SOURCES:
            raise InputError(f"no source {name!r}", advice=suggest(name, SOURCES))
    path = load_settings(config).state_dir / "store.sqlite"
    if not path.is_file():
        raise InputError("there is no store", path=path, advice="set state_dir, or run enrich run first")
    store, warning = open_store(path)
    if warning:
        print_warning(warning)
    with store, store.transaction():
        forgotten = store.forget_circuits(sources or None)
    print(f"forgotten: {', '.join(forgotten) or 'nothing'}")


def _print(copied: Copied) -> None:
    size = f"{copied.n_bytes / 1e6:.1f} MB, format {copied.format}"
    print(f"{copied.path}: {copied.n_works:,} works, {copied.n_records:,} records, {size}")
    if copied.replaced:
        print(f"the store before it is {copied.replaced}")
