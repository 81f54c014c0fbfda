"""``enrich store``: a backup of what earlier runs learned, and back; the waits that services asked for, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app
from enrich.cli.logs import print_warning
from enrich.cli.shared_options import ConfigOption
from enrich.errors import InputError, suggest

if TYPE_CHECKING:
    from enrich.config import Settings
    from enrich.store.backup import Copied
    from enrich.store.store import Store

app = new_app()


@app.callback()
def _root() -> None:
    """Back up what earlier runs learned, and restore it; ask sources again, and forget lists that were taken out."""


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a backup that is there is replaced.")],
    config: ConfigOption = None,
) -> None:
    """Copy the store into one file, also while a run is writing."""
    from enrich.config import load_settings
    from enrich.store.backup import back_up

    _print(back_up(load_settings(config).store_path, file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    config: ConfigOption = None,
) -> None:
    """Make a backup the store; the present store is kept under another name."""
    from enrich.config import load_settings
    from enrich.store.backup import restore as restore_backup

    _print(restore_backup(file, load_settings(config).store_path))


@app.command("forget-circuits")
def forget_circuits(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE...]", help="Which of them.  [default: all]")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Let the next run ask sources again that asked to be left alone until a time."""
    from enrich.sources import SOURCES

    for name in sources or ():
        if name not in SOURCES:
            raise InputError(f"no source {name!r}", advice=suggest(name, SOURCES))
    store, _ = _open(config)
    with store, store.transaction():
        forgotten = store.forget_circuits(sources or None)
    print(f"forgotten: {', '.join(forgotten) or 'nothing'}")


@app.command("forget-list")
def forget_list(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As enrich status names it.")], config: ConfigOption = None
) -> None:
    """Forget a list that was taken out of the settings; its folder stays yours, and what is known of its works."""
    from enrich.fetch.list_download import expand_lists

    store, settings = _open(config)
    with store, store.transaction():
        lines = {one.list: one for one in store.journal.lists()}
        if name not in lines:
            raise InputError(f"no list {name!r}", advice=suggest(name, lines) or "there is none")
        n_lines, n_published, folders = store.forget_list(name)
    where = f", {n_published:,} of works written into {', '.join(folders)}" if folders else ""
    print(f"forgotten: {name}: {n_lines:,} lines of runs{where}; the files stay")
    if lines[name].argument in expand_lists(settings.lists)[0]:
        print_warning(f"{lines[name].argument} is still in lists of the settings: the next night begins it anew")


def _open(config: Path | None) -> tuple[Store, Settings]:
    from enrich.config import load_settings
    from enrich.store.store import open_store, require_store

    settings = load_settings(config)
    require_store(settings.store_path)
    store, warning = open_store(settings.store_path)
    if warning:
        print_warning(warning)
    return store, settings


def _print(copied: Copied) -> None:
    size = f"{copied.n_bytes / 1e6:.1f} MB, format {copied.format}"
    print(f"{copied.path}: {copied.n_works:,} works, {copied.n_records:,} records, {size}")
    if copied.replaced:
        print(f"the store before it is {copied.replaced}")
