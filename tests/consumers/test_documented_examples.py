"""The documents say what the code does: the examples print what is shown, and the data dictionary is the schema."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys

import pytest
from support.programs import need_program
from support.shared import ROOT

pytestmark = pytest.mark.docs

EXPORTS = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder in which the founding list was enriched without a network."""
    folder = tmp_path_factory.mktemp("docs")
    arguments = [
        "run",
        str(ROOT / "data/raw/awesome-neural-ode.md"),
        "--offline",
        "--out",
        "data/out/awesome-neural-ode",
    ]
    command = [sys.executable, "-c", "from enrich.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def example(title: str, language: str) -> tuple[str, str]:
    """The code of a section and what it is said to print."""
    section = EXPORTS.split(f"\n## {title}\n")[1].split("\n## ")[0]
    code = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]
    return code, re.search(r"```text\n(.*?)```", section, re.DOTALL)[1]


@pytest.mark.parametrize("title", ["DuckDB", "pandas"])
def test_a_python_example_prints_what_is_shown(title, workplace, monkeypatch):
    code, shown = example(title, "python")
    monkeypatch.chdir(workplace)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, title, "exec"), {})
    assert printed.getvalue() == shown


def test_the_r_example_prints_what_is_shown(workplace):
    rscript = need_program("Rscript", "r-base-core")
    code, shown = example("R", "r")
    done = subprocess.run([rscript, "-e", code], cwd=workplace, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == shown


def test_the_session_with_export_prints_what_is_shown(workplace):
    session = re.search(r"```console\n\$ enrich (export .*?)\n(.*?)```", EXPORTS, re.DOTALL)
    command = [sys.executable, "-c", "from enrich.cli import main; main()", *session[1].split()]
    done = subprocess.run(command, cwd=workplace, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == session[2]
