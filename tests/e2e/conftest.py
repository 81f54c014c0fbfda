"""A run from the outside: the command, against services on loopback."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import pytest
from support.command import run_enrich
from support.services import Facts, Services, environment, serve
from support.shared import ROOT

LIST = ROOT / "data" / "raw" / "awesome-neural-ode.md"


@pytest.fixture
def services():
    with serve(Services(Facts.from_catalogue())) as running:
        yield running


@pytest.fixture
def enrich(services, tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in an empty folder with all sources on loopback and a state folder of the test's own."""

    def run(*arguments: object, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
        state = {"ENRICH_STATE_DIR": str(tmp_path / "state"), "ENRICH_EXPORTS__FORMATS": '["bib", "csv", "parquet"]'}
        return run_enrich(arguments, {**clean, **environment(services.port), **state, **variables}, tmp_path, text=text)

    return run
