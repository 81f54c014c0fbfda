"""Files that several rooms handle the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def move_aside(path: Path) -> Path:
    """Rename a database that cannot be used to the first free ``NAME.damaged-N`` and return that path.

    SQLite's companion files would be applied to the next database of the name, so they are removed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside
