"""Files from a bibliography: BibTeX, Zotero RDF, CSL-JSON, CSV, Parquet and a report page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.export.options import BibMath, ExportOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from enrich.model.work import Bibliography

__all__ = [
    "BibMath",
    "ExportOptions",
    "load",
    "with_changes",
    "with_news",
    "write",
    "write_quiet",
]


def write(
    bibliography: Bibliography,
    out: Path,
    *,
    options: ExportOptions | None = None,
    on_step: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Path, ...]:
    """Write the files of a bibliography below a folder and return their paths, sorted.

    All files appear together at the end: a crash leaves the files of the last run whole. Equal bibliographies give
    equal bytes, ``run.json`` and ``runs.parquet`` apart. ``on_step`` is told how many of how many parts are done.

    Raises:
        OutputError: the folder cannot be written.
    """
    from enrich.export.writing import write_files  # noqa: PLC0415 (pyarrow, which light commands must not load)

    return write_files(bibliography, out, options or ExportOptions(), on_step)


def with_changes(bibliography: Bibliography, out: Path) -> Bibliography:
    """Return the bibliography with its changes since the run whose files stand in a folder, which ``write`` then keeps.

    Raises:
        OutputError: the history in the folder cannot be read.
    """
    from enrich.export.changes import comparison  # noqa: PLC0415 (pyarrow, which light commands must not load)

    return comparison.with_changes(bibliography, out)


def with_news(
    bibliography: Bibliography,
    out: Path,
    published_here: Mapping[str, datetime],
    published_anywhere: Mapping[str, datetime],
) -> Bibliography:
    """Return the bibliography with its new works: those that no run published, by the files and by the store."""
    from enrich.export import newness  # noqa: PLC0415 (pyarrow, which light commands must not load)

    return newness.with_news(bibliography, out, published_here, published_anywhere)


def write_quiet(bibliography: Bibliography, out: Path, *, options: ExportOptions) -> Bibliography | None:
    """Write only what tells of a run that brought no news; None, and nothing written, where the folder lacks files.

    Raises:
        OutputError: the folder cannot be written.
    """
    from enrich.export import quiet  # noqa: PLC0415 (pyarrow, which light commands must not load)

    return quiet.write_quiet(bibliography, out) if quiet.can_stay(bibliography, out, options) else None


def load(folder: Path) -> Bibliography:
    """Return the bibliography whose Parquet files and ``run.json`` stand in a folder.

    Raises:
        InputError: the folder is not the output of a run.
    """
    from enrich.export.loading import load_run  # noqa: PLC0415 (pyarrow, which light commands must not load)

    return load_run(folder)
