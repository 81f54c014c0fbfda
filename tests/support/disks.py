"""Disks that are full or read-only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def disk(folder: Path, *options: str) -> Iterator[Path]:
    """A file system of its own in memory; the test is skipped where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(["mode=0777", *options]), "tmpfs", str(folder)]
    try:
        result = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        result = None
    if result is None or result.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]


def as_anyone() -> list[str]:
    """What stands before a command so that the modes of files count for root as well."""
    if os.geteuid() != 0:
        return []
    try:
        able = subprocess.run([*UNPRIVILEGED, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        able = False
    return UNPRIVILEGED if able else pytest.skip("root cannot be denied a file here")


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder in which nothing can be made, for root as well."""
    if os.geteuid() == 0:
        with disk(folder, "ro") as mounted:
            yield mounted
        return
    folder.mkdir(parents=True)
    folder.chmod(0o555)
    try:
        yield folder
    finally:
        folder.chmod(0o755)
