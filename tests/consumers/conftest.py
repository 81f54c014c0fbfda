"""Output folders that other people's programs read: nasty works, a run of the founding list, two lists together."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import bibliographies
from support.shared import ROOT

from enrich.export import ExportOptions, load, write
from enrich.export.cited_work import CitedWork, tidy, to_cited_work

if TYPE_CHECKING:
    from enrich.model.work import Bibliography

HERE = Path(__file__).parent
_NPM = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


@dataclass(frozen=True)
class Outputs:
    """One written folder and what it was written from."""

    bibliography: Bibliography
    folder: Path

    @property
    def cited_works(self) -> dict[str, CitedWork]:
        return {work.citation_key: to_cited_work(work, ExportOptions()) for work in tidy(self.bibliography).works}


@pytest.fixture(scope="session", params=["nasty", "founding list", "two_lists"])
def outputs(request, tmp_path_factory) -> Outputs:
    if request.param == "founding list":
        folder = tmp_path_factory.mktemp("founding")
        arguments = ["run", str(ROOT / "data/raw/awesome-neural-ode.md"), "--offline", "--out", str(folder)]
        command = [sys.executable, "-c", "from enrich.cli import main; main()", *arguments]
        state = os.environ | {"ENRICH_STATE_DIR": str(tmp_path_factory.mktemp("state"))}
        subprocess.run(command, env=state, capture_output=True, timeout=120, check=True)
        return Outputs(load(folder), folder)
    bibliography = getattr(bibliographies, request.param)()
    folder = tmp_path_factory.mktemp(request.param)
    write(bibliography, folder)
    return Outputs(bibliography, folder)


@pytest.fixture(scope="session")
def read_with_better_bibtex():
    """A function that returns what Better BibTeX's parser makes of a file."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    if not (HERE / "node_modules" / "@retorquere").is_dir():
        done = subprocess.run(_NPM, cwd=HERE, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            pytest.skip(f"npm ci failed: {done.stderr.strip()[-200:]}")

    def read(path: Path) -> dict[str, Any]:
        done = subprocess.run(
            ["node", "read_bib.mjs", str(path)], cwd=HERE, capture_output=True, text=True, timeout=120, check=True
        )
        return json.loads(done.stdout)

    return read
