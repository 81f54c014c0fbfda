"""The wheel as a stranger installs it: into an empty environment, outside the checkout, without Prefect."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.shared import ROOT

pytestmark = pytest.mark.slow
LIST = "# Papers\n\n* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"
HEAVY = {"prefect", "fastapi", "sqlalchemy", "pandas", "numpy"}


def call(*command, cwd, code=0):
    """What a command prints that knows nothing of the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ENRICH_", "PYTHON", "VIRTUAL"))}
    kept["PIP_COMPILE"] = "0"  # only what is imported
    done = subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == code, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation"]
    call(*pip, "-w", str(folder), str(ROOT), cwd=folder)
    (made,) = folder.glob("*.whl")
    assert made.name.startswith("enrich_bib-")
    return made


@pytest.fixture(scope="module")
def home(wheel, tmp_path_factory):
    """An environment that holds the wheel and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("home")
    call(sys.executable, "-m", "venv", str(folder / "venv"), cwd=folder)
    call(str(folder / "venv/bin/pip"), "install", "-qq", str(wheel), cwd=folder)
    return folder


def test_the_main_job_runs_from_the_wheel(home):
    (home / "papers.md").write_text(LIST, "utf-8")
    enrich = str(home / "venv/bin/enrich")
    done = call(enrich, "run", "papers.md", "--offline", cwd=home)
    assert "Traceback" not in done.stderr
    out = home / "data/out/papers"
    assert "Neural Ordinary Differential Equations" in (out / "works.bib").read_text("utf-8")
    assert (out / "works.parquet").is_file()
    assert (out / "report.html").is_file()
    again = call(enrich, "run", "papers.md", "--offline", cwd=home)
    assert "Traceback" not in again.stderr
    call(enrich, "export", str(out), "--format", "sqlite", cwd=home)
    call(enrich, "init", "--list", "papers.md", cwd=home)
    call(enrich, "doctor", "--offline", cwd=home)
    where = call(str(home / "venv/bin/python"), "-c", "import enrich; print(enrich.__file__)", cwd=home)
    assert where.stdout.startswith(str(home))


def test_the_core_holds_no_server_and_no_arrays(home):
    listed = json.loads(call(str(home / "venv/bin/pip"), "list", "--format", "json", cwd=home).stdout)
    names = {one["name"].lower().replace("_", "-") for one in listed}
    assert "enrich-bib" in names
    assert not names & HEAVY


@pytest.mark.parametrize(
    "words",
    [
        ["enrich", "serve-nightly"],
        ["python", "-m", "enrich.flows.nightly"],
        ["python", "-m", "enrich.flows.enrich_list"],
    ],
    ids=" ".join,
)
def test_a_flow_without_its_extra_is_one_line(home, words):
    done = call(str(home / "venv/bin" / words[0]), *words[1:], cwd=home, code=2)
    assert done.stderr == "enrich: flows need the extra 'flows'; pip install 'enrich-bib[flows]'\n"


def test_the_wheel_carries_the_flows(home, wheel):
    names = call(sys.executable, "-m", "zipfile", "-l", str(wheel), cwd=home).stdout
    for name in ("enrich_list", "nightly", "bulk_resolve", "serve_nightly"):
        assert f"enrich/flows/{name}.py" in names
    assert "enrich/cli/settings.toml" in names
    assert "enrich/catalogue/bundled/" in names


def test_uvx_runs_the_wheel(home, wheel):
    done = call(sys.executable, "-m", "uv", "tool", "run", "-q", "--from", str(wheel), "enrich", "--version", cwd=home)
    assert done.stdout.startswith("enrich ")
