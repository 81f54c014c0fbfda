"""docs/python.md is a session that prints what it shows, without a network and with every table."""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.compute as pc
import pytest
from support.services import environment
from support.shared import ROOT
from support.terminal import NOWHERE

pytestmark = pytest.mark.docs


def test_the_page_prints_what_it_shows(tmp_path, monkeypatch):
    for name, value in environment(NOWHERE).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "data/raw/awesome-neural-ode.md", "papers.md")
    failed, tried = doctest.testfile(
        str(ROOT / "docs/python.md"), module_relative=False, globs={"pc": pc, "Path": Path}, encoding="utf-8"
    )
    assert tried > 10
    assert not failed


def test_a_run_that_makes_tables_needs_neither_pandas_nor_prefect(tmp_path):
    (tmp_path / "papers.md").write_text("* A Title of a Paper: [paper](https://arxiv.org/abs/1806.07366)\n", "utf-8")
    script = (
        "import sys, enrich; result = enrich.run('papers.md', offline=True); result.to_dict(); "
        "print(*{'pandas', 'prefect', 'enrich.flows'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_the_command_starts_without_the_parts_of_a_run():
    script = "import sys, enrich, enrich.cli; print(*{'enrich.session.session', 'pyarrow'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
