"""For all tests and doctests: the sources are known, as in every run; folders that are not asked for stay out."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

import enrich.sources  # noqa: F401

_HERE = Path(__file__).parent
_MARKS_OF = {
    "tests/browser": "browser",
    "tests/consumers": "consumers docs",
    "tests/docs": "docs",
    "tests/flows": "flows",
    "tests/property": "property",
    "src/enrich/flows": "flows",
}
"""The marks of each folder whose tests all have one of them: their imports take seconds that the fast tests lack."""

if "MUTANT_UNDER_TEST" in os.environ:
    # mutmut 3.7 asks for a name that pytest 9 no longer has.
    pytest.Item._nodeid = property(lambda item: item.nodeid)  # type: ignore[attr-defined]  # noqa: SLF001


def pytest_configure() -> None:
    """Collect no garbage while modules are imported: nothing of them is any."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was collected stays."""
    gc.freeze()
    gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Stay out of a folder in which no test can have the marks that are asked for."""
    if not config.option.markexpr or not collection_path.is_relative_to(_HERE):
        return None
    marks = _MARKS_OF.get(collection_path.relative_to(_HERE).as_posix())
    if marks is None:
        return None
    wanted = Expression.compile(config.option.markexpr)
    return None if any(wanted.evaluate(lambda name, mark=mark, **_: name == mark) for mark in marks.split()) else True
