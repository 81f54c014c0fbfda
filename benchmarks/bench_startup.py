"""Start-up of the light commands against a bare Python, in the same call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Row, bare_python_seconds, command_seconds

ENRICH = str(Path(sys.executable).with_name("enrich"))
LIST = str(Path(__file__).parents[1] / "data" / "raw" / "awesome-neural-ode.md")


def run() -> Iterator[Row]:
    bare = bare_python_seconds()
    yield Row(name="python -c pass", value=bare * 1000, unit="ms")
    yield Row(name="enrich --help", value=command_seconds([ENRICH, "--help"]) / bare, unit="x", bound=8)
    yield Row(
        name="enrich parse of the founding list",
        value=command_seconds([ENRICH, "parse", LIST]) / bare,
        unit="x",
        bound=25,
    )
