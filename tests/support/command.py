"""The command in a process of its own that has its imports before it starts: they are half of a short command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing import get_context
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerProcess

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["support.preloaded"])
_TESTS = Path(__file__).resolve().parent.parent


def run_enrich(
    arguments: Sequence[object],
    environment: Mapping[str, str] = os.environ,
    folder: Path | None = None,
    *,
    text: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Return what ``enrich`` with these arguments printed, and its exit code; ``text`` is its standard input.

    Raises:
        subprocess.TimeoutExpired: it still ran after ``timeout`` seconds; it is killed.
    """
    words = ["enrich", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as kept:
        paths = [Path(kept, name) for name in ("stdin", "stdout", "stderr")]
        paths[0].write_text(text, "utf-8")
        process = _begin(words, environment, folder, *paths)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, timeout)
        texts = [path.read_bytes().decode().replace("\r\n", "\n") for path in paths[1:]]
    return subprocess.CompletedProcess(words, process.exitcode, *texts)


def start_enrich(
    arguments: Sequence[object],
    environment: Mapping[str, str],
    folder: Path,
    said: Path,
    errors: Path | None = None,
    *,
    asked: Path = Path(os.devnull),
) -> ForkServerProcess:
    """Return ``enrich`` at work with these arguments; what it says goes into a file, or its errors into another.

    ``asked`` is its standard input.
    """
    return _begin(["enrich", *map(str, arguments)], environment, folder, asked, said, errors or said)


def _begin(words: list[str], environment: Mapping[str, str], folder: Path | None, *streams: Path) -> ForkServerProcess:
    given = (words, dict(environment), str(folder or Path.cwd()), *map(str, streams))
    _run_server()
    process = _FORKS.Process(target=_start, args=given)
    process.start()
    return process


@cache
def _run_server() -> None:
    """Start the server with ``tests`` on its path: without, it would skip what it should preload, and say nothing."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_TESTS), before)))
    try:
        ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _start(words: list[str], environment: dict[str, str], folder: str, *streams: str) -> None:
    """Become the command: its arguments, environment, folder and standard streams."""
    for number, path in enumerate(streams):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOCTTY)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, "w" if number else "r", encoding="utf-8") for number in range(3)
    )
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = words
    if "TEST_CHARTS" not in environment:
        # Drawing is most of a short run. Without the extra ``report`` the page has no charts.
        sys.modules["altair"] = None  # type: ignore[assignment]
    from enrich.cli import main

    main()
