"""The screens in docs/terminal.md and the README are what the command prints."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from support.services import Facts, Services, environment, serve
from support.shared import ROOT
from support.terminal import NOWHERE, run_on_terminal

from enrich.sources import SOURCES

pytestmark = pytest.mark.docs

PAGE = (ROOT / "docs" / "terminal.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
LIST = "data/raw/awesome-neural-ode.md"
MOMENT = {"ENRICH_NOW": "2026-11-22T03:00:00Z"}
IN_README = "no network, 80 columns"
SCREENS = {
    "no network, 80 columns": 80,
    "network, 80 columns": 80,
    "no network, 40 columns": 40,
    "network, 40 columns": 40,
}


def shown(text, name):
    return text.partition(f"<!-- output: {name} -->\n```\n")[2].partition("```")[0]


def screen(name, folder):
    """What the founding list prints, read for the first time."""
    (folder / "data" / "raw").mkdir(parents=True)
    shutil.copyfile(ROOT / LIST, folder / LIST)
    with nullcontext() if name.startswith("no ") else serve(Services(Facts.from_catalogue())) as services:
        variables = environment(services.port if services else NOWHERE)
        return run_on_terminal(["run", LIST], {**variables, **MOMENT}, folder, columns=SCREENS[name])


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_what_the_command_prints(name, tmp_path):
    printed = screen(name, tmp_path)
    assert printed == shown(PAGE, name), "`make screens` writes them again"
    assert name != IN_README or printed == shown(README, "run")


def test_every_part_of_the_object_is_described(tmp_path):
    variables = {**environment(NOWHERE), **MOMENT}
    printed = run_on_terminal(["run", ROOT / LIST, "--json"], variables, tmp_path, columns=80)
    rows = [line.split("|")[1] for line in PAGE.partition("| part |")[2].splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", "".join(rows))) == sorted(json.loads(printed))


if __name__ == "__main__":
    for one in SCREENS:
        with tempfile.TemporaryDirectory() as made:
            printed = screen(one, Path(made))
        PAGE = PAGE.replace(shown(PAGE, one), printed)
        if one == IN_README:
            README = README.replace(shown(README, "run"), printed)
    PAGE = re.sub(r"<!-- sources: .* -->", f"<!-- sources: {' '.join(sorted(SOURCES))} -->", PAGE)
    (ROOT / "docs" / "terminal.md").write_text(PAGE, "utf-8")
    (ROOT / "README.md").write_text(README, "utf-8")
