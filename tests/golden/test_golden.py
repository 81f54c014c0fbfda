"""One list per format family, read as a whole: ``python tests/golden/test_golden.py`` writes what is read now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enrich.cli.parse_command import to_row
from enrich.readers import read_path
from enrich.readers.families import known_families

HERE = Path(__file__).parent
LISTS = sorted((HERE / "lists").iterdir())


def rows(path):
    """What is told of each entry: the fields that are not empty."""
    return [
        {name: value for name, value in to_row(entry).items() if value not in (None, [], "")}
        for entry in read_path(path).entries
    ]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_family_is_read_as_before(path):
    file = HERE / "expected" / f"{path.stem}.jsonl"
    assert file.is_file(), f"tests/golden/expected/{file.name} is missing: python tests/golden/test_golden.py writes it"
    expected = file.read_text(encoding="utf-8").splitlines()
    assert rows(path) == [json.loads(line) for line in expected]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_family_is_named(path):
    wanted = f"F{int(path.stem[1:3])}"
    read = {str(entry.family) for entry in read_path(path).entries}
    assert wanted in read, f"no entry of {path.name} is read as {wanted}: what of its Family reads it?"


@pytest.mark.parametrize("family", known_families(), ids=str)
def test_every_family_has_a_list(family):
    start = f"f{family.number:02}_"
    assert any(path.name.startswith(start) for path in LISTS), f"{family}: write tests/golden/lists/{start}NAME.md"


def test_every_list_is_of_a_family():
    assert {f"F{int(path.stem[1:3])}" for path in LISTS} <= {one.code for one in known_families()}


if __name__ == "__main__":
    for one in LISTS:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(one))
        (HERE / "expected" / f"{one.stem}.jsonl").write_text(text, encoding="utf-8")
