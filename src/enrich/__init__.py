"""Turns a reading list into a citable, always current, traceable bibliography.

``run`` does all of it, ``load`` reads what an earlier run wrote; ``read`` and ``resolve`` are the first stages alone,
and a ``Session`` has all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from enrich.config import Settings
    from enrich.model.entry import ReadingList
    from enrich.session.result import Result
    from enrich.session.session import Session
    from enrich.session.stages import Resolution

__all__ = ["DISTRIBUTION", "Result", "Session", "load", "read", "resolve", "run"]
DISTRIBUTION = "enrich-bib"
"""What pip installs; the command and the import are ``enrich``."""
_HOMES = {"Session": "enrich.session.session", "Result": "enrich.session.result"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (the classes are imported when they are first asked for)
    from importlib import import_module  # noqa: PLC0415 (the command starts without it)

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'enrich' has no attribute {name!r}")


def run(
    *lists: str | Path,
    out: str | Path | None = None,
    offline: bool = False,
    reader: str | None = None,
    settings: Settings | None = None,
) -> Result:
    """The tables of a run over files, folders or addresses; its files too where ``out`` says into which folder.

    Without ``settings`` those of ``enrich.toml`` and the environment count. Of several lists a bad one costs only
    itself: it is in ``lost`` of the result then.

    Raises:
        InputError: no list can be read.
        OutputError: the folder or the state cannot be written.
    """
    from pathlib import Path  # noqa: PLC0415 (the command starts without it)

    from enrich.session.result import Result  # noqa: PLC0415 (the parts of a whole run)
    from enrich.session.session import Session  # noqa: PLC0415 (same)

    folder = None if out is None else Path(out)
    names = list(map(str, lists))
    with Session(settings, offline=offline, is_noted=folder is not None) as session:
        if folder is not None:
            bibliography, _ = session.run(names, folder, reader=reader)
        else:
            bibliography = session.enrich(session.read(names, reader=reader, is_lenient=True), is_lenient=True)
        return Result(bibliography, folder, tuple(session.lost))


def read(list_: str | Path, *, reader: str | None = None, settings: Settings | None = None) -> ReadingList:
    """The list in a file, a folder, at an address or in a GitHub repository, with its entries.

    Raises:
        InputError: it cannot be read.
    """
    from enrich.session.session import Session  # noqa: PLC0415 (the parts of a whole run)

    with Session(settings) as session:
        return session.read_list(str(list_), reader=reader)


def resolve(lists: Iterable[ReadingList], *, offline: bool = False, settings: Settings | None = None) -> Resolution:
    """The works that lists name, each with the records that were taken for it, after asking the sources."""
    from enrich.session.session import Session  # noqa: PLC0415 (the parts of a whole run)

    with Session(settings, offline=offline) as session:
        return session.resolve(tuple(lists))


def load(folder: str | Path) -> Result:
    """The tables of the run whose files stand in a folder.

    Raises:
        InputError: the folder is not the output of a run.
    """
    from pathlib import Path  # noqa: PLC0415 (the command starts without it)

    from enrich.export import load as load_bibliography  # noqa: PLC0415 (pyarrow)
    from enrich.session.result import Result  # noqa: PLC0415 (the parts of a whole run)

    return Result(load_bibliography(Path(folder)), Path(folder))
