"""What README and docs say is true of the code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata, version

import pytest
from pydantic import BaseModel
from support.shared import ROOT

from enrich.cli import COMMANDS
from enrich.config import Settings
from enrich.upkeep.preflight import EXTRAS

pytestmark = pytest.mark.docs

PAGES = {path.name: path.read_text("utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]}


FIRST_OF_GROUP = {"catalogue": ["build"], "store": ["backup"], "zotero": ["sync"]}


def setting_names(model: type[BaseModel], prefix: str = ""):
    for name, field in model.model_fields.items():
        kind = field.annotation
        if name == "sources":
            yield from (f"sources.NAME.{part}" for part in kind.model_fields["arxiv"].annotation.model_fields)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from setting_names(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_setting_is_described_and_no_other():
    described = set(re.findall(r"^\| `([\w.]+)` \|", PAGES["settings.md"], re.MULTILINE))
    assert described == set(setting_names(Settings))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_has_an_example(command):
    assert f"`enrich {command} " in PAGES["README.md"]
    words = [command, *FIRST_OF_GROUP.get(command, ())]
    asked = [sys.executable, "-m", "enrich", *words, "--help"]
    result = subprocess.run(asked, capture_output=True, text=True, check=True)
    shown = result.stdout.partition("Examples:\n")[2]
    assert f"\n    enrich {' '.join(words)}" in shown


def test_every_line_that_installs_names_our_distribution_and_version():
    texts = [*PAGES.values(), *(path.read_text("utf-8") for path in (ROOT / "docs" / "examples").glob("*.yml"))]
    texts += [path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")]
    named = [name for text in texts for name in re.findall(r"(?:install|--from)[ ]+[\"']?([\w.-]*enrich[\w.-]*)", text)]
    assert len(named) > 8
    wheels = {name for name in named if name.endswith(".whl")}
    assert set(named) - wheels == {"enrich-bib"}
    assert wheels == {f"enrich_bib-{version('enrich-bib')}-py3-none-any.whl"}


def test_the_extras_of_the_readme_are_those_of_the_distribution():
    table = PAGES["README.md"].partition("| extra | brings | for |")[2].partition("\n\n")[0]
    assert set(re.findall(r"\[(\w+)\]`", table)) == set(EXTRAS) == set(metadata("enrich-bib").get_all("Provides-Extra"))


def test_every_link_between_pages_leads_somewhere():
    for name, text in PAGES.items():
        folder = ROOT if name == "README.md" else ROOT / "docs"
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (folder / target).exists(), f"{name}: {target}"


@pytest.mark.parametrize("page", ["README.md", "bibliographies.md"])
def test_the_diff_of_an_update_is_what_the_command_prints(page, tmp_path):
    (tmp_path / "refs.bib").write_text(block("bibliographies.md", "<!-- file: refs.bib -->\n```bibtex\n"), "utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    command = [sys.executable, "-m", "enrich", "update", "refs.bib", "--diff", "--offline"]
    result = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=True)
    assert result.stdout == block(page, "<!-- output: update -->\n```diff\n")


def block(page: str, opening: str) -> str:
    """The inside of the block that a page opens so."""
    return PAGES[page].partition(opening)[2].partition("```")[0]


def test_every_module_of_the_walk_is_there():
    named = set(re.findall(r"`([\w/]+\.py)`", PAGES["architecture.md"]))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / "src" / "enrich" / name).is_file()] == []


def test_the_house_of_the_readme_is_that_of_the_contract():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    figure = PAGES["README.md"].partition("\nsrc/enrich/\n")[2].partition("```")[0]
    drawn = [re.split(r" {2,}", line.strip())[0] for line in figure.splitlines()]
    assert drawn == [layer for layer in contract["layers"] if layer != "__main__"]
