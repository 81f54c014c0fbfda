"""Small lists of kinds that were misread, each with every entry that is right in it; skips without ../shared."""

from __future__ import annotations

import pytest
import yaml
from support.readings import RIGHT, SMALL, judge_small
from support.shared import needs_shared

pytestmark = needs_shared

LISTS = yaml.safe_load(RIGHT.read_text(encoding="utf-8"))
WRONG = {
    "l-k11-bold-name-italic-title.md": "15.05.03 is a date of three numbers whose order nothing shows",
    "l-k14-zh-table.md": "the society in a bullet is no paper; a column of venues that nobody knows",
}


@pytest.mark.parametrize("name", LISTS)
def test_small_list_is_read_right(name, request):
    if name in WRONG:
        request.applymarker(pytest.mark.xfail(reason=WRONG[name], strict=True))
    assert judge_small(SMALL / name, LISTS[name]) == []
