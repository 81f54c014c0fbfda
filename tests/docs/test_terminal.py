"""The screens in docs/terminal.md and the README are what the command prints."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from support.services import Facts, Services, environment, serve
from support.shared import ROOT
from support.terminal import NOWHERE, run_on_terminal

pytestmark = pytest.mark.docs

PAGE = (ROOT / "docs" / "terminal.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
LIST = "data/raw/awesome-neural-ode.md"
MOMENT = {"ENRICH_NOW": "2026-11-22T03:00:00Z"}


def shown(text, name):
    return text.partition(f"<!-- output: {name} -->\n```\n")[2].partition("```")[0]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    shutil.copyfile(ROOT / LIST, tmp_path / LIST)
    return tmp_path


@pytest.mark.parametrize("columns", [80, 40])
def test_the_screen_without_a_network(folder, columns):
    printed = run_on_terminal(["run", LIST], {**environment(NOWHERE), **MOMENT}, folder, columns=columns)
    assert printed == shown(PAGE, f"no network, {columns} columns")
    assert columns == 40 or printed == shown(README, "run")


@pytest.mark.parametrize("columns", [80, 40])
def test_the_screen_with_a_network(folder, columns):
    with serve(Services(Facts.from_catalogue())) as services:
        printed = run_on_terminal(["run", LIST], {**environment(services.port), **MOMENT}, folder, columns=columns)
    assert printed == shown(PAGE, f"network, {columns} columns")


def test_every_part_of_the_object_is_described(folder):
    printed = run_on_terminal(["run", LIST, "--json"], {**environment(NOWHERE), **MOMENT}, folder, columns=80)
    rows = [line.split("|")[1] for line in PAGE.partition("| part |")[2].splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", "".join(rows))) == sorted(json.loads(printed))
