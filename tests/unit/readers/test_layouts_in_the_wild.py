"""Layouts of lists as people write them: every entry of a small list, its title and the fields that matter."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.readings import judge_small

LAYOUTS = yaml.safe_load(Path(__file__).with_name("layouts.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout["name"].replace(" ", "-"))
def test_every_entry_of_a_layout_is_read_right(layout, tmp_path):
    path = tmp_path / f"list{layout.get('suffix', '.md')}"
    path.write_text(layout["text"], encoding="utf-8")
    assert judge_small(path, layout["entries"]) == []
