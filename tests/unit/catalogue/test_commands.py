"""The commands from outside: what they print, what they refuse, what they import."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.command import run_enrich
from support.shared import ROOT

pytestmark = pytest.mark.thorough

LINES = ROOT / "data/raw/catalogue/awesome-neural-ode.jsonl"


def enrich(*arguments, stdin=""):
    return run_enrich(arguments, text=stdin)


def test_a_catalogue_is_built_described_verified_and_asked(tmp_path):
    folder = tmp_path / "catalogue"
    assert enrich("catalogue", "build", LINES, "--out", folder).stdout == f"{folder}: 142 records\n"
    assert "142 records in 1 segment" in enrich("catalogue", "info", folder).stdout
    assert "all segments complete" in enrich("catalogue", "verify", folder).stdout
    asked = enrich("resolve", "-", "--catalogue", folder, stdin="Augmented Neurl ODEs\n")
    row = json.loads(asked.stdout)
    assert (row["status"], row["identifiers"][0]) == ("strong", "arxiv:1904.01681")
    assert list(row) == ["title", "status", "reason", "identifiers", "record_title", "record_authors", "record_year"]


def test_pairs_are_verified_in_order():
    pair = {"left": {"title": "On knots", "authors": ["A. Bee"]}, "right": {"title": "On knots", "authors": ["C. Dee"]}}
    done = enrich("verify", "-", stdin=f"{json.dumps(pair)}\n\n{json.dumps(pair)}\n")
    assert [json.loads(line)["reason"] for line in done.stdout.splitlines()] == ["authors", "authors"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["verify", "-"], '{"left": {"title": "A"}}\n', "enrich: -:1: no value for 'right'"),
        (["verify", "-"], '{"left": {"title": 5}, "right": {"title": "A"}}\n', "enrich: -:1: title is no text"),
        (["verify", "-"], "[]\n", "enrich: -:1: no JSON object"),
        (["resolve", "nowhere.txt"], "", "enrich: nowhere.txt: No such file"),
        (["resolve", "-", "--catalogue", "nowhere"], "A\n", "enrich: nowhere: no such folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, stdin, message):
    done = enrich(*arguments, stdin=stdin)
    assert done.returncode == 2
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


def test_exact_look_up_loads_neither_tantivy_nor_pyarrow():
    code = (
        "import sys; from enrich.catalogue import open_bundled\n"
        "with open_bundled() as catalogue: catalogue.find_title('Stable Neural Flows')\n"
        "print(sorted({'tantivy', 'pyarrow', 'pandas', 'lxml', 'rapidfuzz'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
