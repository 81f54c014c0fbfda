"""Small lists of kinds that were misread, each with every entry that is right in it; skips without ../shared."""

from __future__ import annotations

import pytest
import yaml
from support.readings import RIGHT, SMALL, judge_small
from support.shared import needs_shared

pytestmark = needs_shared

LISTS = yaml.load(RIGHT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.mark.parametrize("name", LISTS)
def test_small_list_is_read_right(name):
    assert judge_small(SMALL / name, LISTS[name]) == []
