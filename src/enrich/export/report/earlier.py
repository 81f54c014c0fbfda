"""Drawings out of the last report: a chart of equal values is not drawn again, which is half of a quiet run."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "report.html"
_FIGURE = re.compile(
    r'<figure id="chart-[a-z]+" data-drawing="([0-9a-f]{32})".*?<div class="drawing"[^>]*>(<svg .*?</svg>)</div>\n',
    re.DOTALL,
)
_CODE = ("charts.py", "drawing.py", "specs.py")
_PACKAGES = ("altair", "vl-convert-python")


def drawing_version() -> str | None:
    """A name for what draws: our code and the packages; None when these are not installed."""
    try:
        packages = [version(name) for name in _PACKAGES]
    except PackageNotFoundError:
        return None
    code = [(files(__package__) / name).read_text(encoding="utf-8") for name in _CODE]
    return hashlib.sha256("\0".join([*packages, *code]).encode()).hexdigest()


def read_drawings(folder: Path, listed: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Digest to drawing, of the charts in the report that stands in a folder.

    The drawings go into the new page as they are, so a report that is not byte for byte what the manifest lists gives
    none: somebody may have edited it.
    """
    facts = listed.get(NAME, {})
    try:
        content = (folder / NAME).read_bytes()
    except OSError:
        return {}
    if hashlib.sha256(content).hexdigest() != facts.get("sha256"):
        return {}
    return dict(_FIGURE.findall(content.decode("utf-8", "replace")))
