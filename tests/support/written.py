"""Folders of runs for tests that begin with one: written once by a process, copied as often as they are asked for."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from enrich.export import ExportOptions, write
from enrich.model.work import Bibliography

_WRITTEN: dict[tuple[int, ExportOptions], tuple[TemporaryDirectory[str], Bibliography]] = {}
"""By identity and options: the folder, and the bibliography, so that no other one gets its identity."""


def written(bibliography: Bibliography, folder: Path, options: ExportOptions = ExportOptions()) -> Path:  # noqa: B008
    """The folder, which was empty, with the files of a run over a bibliography; the page lacks its charts."""
    key = (id(bibliography), options)
    if key not in _WRITTEN:
        _WRITTEN[key] = (TemporaryDirectory(prefix="written-"), bibliography)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("enrich.export.report.page.find_spec", lambda _name: None)
            write(bibliography, Path(_WRITTEN[key][0].name), options=options)
    assert not folder.exists() or not any(path.is_file() for path in folder.rglob("*"))
    return Path(shutil.copytree(_WRITTEN[key][0].name, folder, dirs_exist_ok=True))
