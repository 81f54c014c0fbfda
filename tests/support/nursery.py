"""Runs in processes of their own that begin at once: the command's modules are loaded before the first of them.

``python tests/support/nursery.py`` reads a line of JSON for each run (arguments of ``enrich``, variables, folder, file
for what it says) and prints the id of its process, and then a line with id and exit status for each that has ended.
"""

from __future__ import annotations

import faulthandler
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

_TOO_LONG_S = 60


class Nursery:
    """Starts processes and waits for them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._ended: dict[int, int] = {}

    def start(self, arguments: Sequence[object], variables: Mapping[str, str], folder: Path, said: Path) -> int:
        """The id of a process that runs ``enrich`` with these arguments."""
        line = [list(map(str, arguments)), dict(variables), str(folder), str(said)]
        return int(self._ask({"run": line}))

    def wait(self, pid: int) -> int:
        """Its exit code; below zero the number of the signal that ended it."""
        return int(self._ask({"wait": pid}))

    def _ask(self, line: dict[str, Any]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(line), file=self._process.stdin, flush=True)
        return self._process.stdout.readline()


@contextmanager
def nursery():
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Nursery(process)
    finally:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


def _run(arguments: list[str], variables: dict[str, str], folder: str, said: str) -> None:
    """In the child: the command, to its end."""
    for name in [name for name in os.environ if name.startswith("ENRICH_")]:
        del os.environ[name]
    os.environ.update(variables)
    os.chdir(folder)
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(file, number)
    sys.argv = ["enrich", *arguments]
    faulthandler.dump_traceback_later(_TOO_LONG_S, exit=True)
    from enrich.cli import main

    main()


def _serve() -> None:
    import enrich

    for found in pkgutil.walk_packages(enrich.__path__, "enrich."):
        if not found.name.endswith("__main__"):
            import_module(found.name)
    for name in ("rich.console", "rich.table", "pyarrow.parquet", "pandas", "filelock"):
        import_module(name)

    for line in sys.stdin:
        match json.loads(line):
            case {"wait": pid}:
                print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
            case {"run": given}:
                pid = os.fork()
                if pid == 0:
                    _run(*given)
                    os._exit(0)
                print(pid, flush=True)


if __name__ == "__main__":
    _serve()
