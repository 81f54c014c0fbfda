"""The recorded replies of the sources, and what their indexes say of them."""

from __future__ import annotations

import json
from typing import Any

from support.shared import ROOT

RECORDED = ROOT / "tests" / "recorded"


def rows_of(name: str) -> list[dict[str, Any]]:
    """What the index of a source's recordings says; nothing where there is none."""
    index = RECORDED / name / "index.json"
    return json.loads(index.read_text("utf-8")) if index.is_file() else []
