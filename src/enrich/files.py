"""Files that several rooms handle the same way."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from enrich.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path


def check_folder(path: Path, *, advice: str = "choose another folder with --out") -> None:
    """Return when files can be made in a folder, which need not exist yet.

    Raises:
        OutputError: it, or what stands in its place, cannot be written.
    """
    nearest = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not nearest.is_dir():
        raise OutputError("is no folder", path=nearest, advice=advice)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError("cannot be written", path=nearest, advice=advice)


def move_aside(path: Path, why: str = "damaged") -> Path:
    """Rename a database that is not to be used to the first free ``NAME.damaged-N`` and return that path.

    SQLite's companion files would be applied to the next database of the name, so they are removed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside


def write_text(path: Path, text: str) -> None:
    """Replace a file as a whole: a crash leaves the old one.

    Raises:
        OutputError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"cannot be written: {error.strerror}", path=path) from error
