"""For all tests and doctests: the sources are known, as in every run; what is not asked for stays out."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from _pytest.mark.expression import Expression
from _pytest.nodeid import coerce_node_id

_HERE = Path(__file__).parent
_MARKS_OF = {
    "tests/browser": "browser exhaustive",
    "tests/consumers": "consumers docs",
    "tests/docs": "docs",
    "tests/flows": "flows exhaustive",
    "tests/property": "property exhaustive",
    "src/enrich/flows": "flows",
}
"""The marks of each folder whose tests all have one of them: their imports take seconds that the fast tests lack."""

# pytest 9.2 no longer has a name that mutmut 3.7 reads and that pytest-xdist 3.8 sets for the groups of its loadgroup.
if not hasattr(pytest.Item, "_nodeid"):
    pytest.Item._nodeid = property(  # type: ignore[attr-defined]  # noqa: SLF001
        lambda item: item.nodeid, lambda item, text: setattr(item, "_id", coerce_node_id(text))
    )


def pytest_configure() -> None:
    """Collect no garbage while modules are imported: nothing of them is any."""
    gc.disable()


def pytest_collectstart() -> None:
    """Know the sources; the process that only hands out the tests needs none."""
    import enrich.sources  # noqa: F401, PLC0415


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The doctests of a module, if it has any: pytest would import and search all modules, also those of tests."""
    if (
        file_path.suffix != ".py"
        or not file_path.is_relative_to(_HERE / "src")
        or b">>> " not in file_path.read_bytes()
    ):
        return None
    return DoctestModule.from_parent(parent, path=file_path)


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
