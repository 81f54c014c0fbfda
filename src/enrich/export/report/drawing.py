"""Drawings as SVG that takes its colours from the page and needs no script.

Specification of the charts: <https://vega.github.io/vega-lite/>.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import vl_convert

INK, MUTED, GRID = "#010101", "#010102", "#010103"
SERIES = ("#010110", "#010111", "#010112", "#010113")
_VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--line"} | {
    color: f"--series-{number}" for number, color in enumerate(SERIES, start=1)
}
"""Colours that no chart uses are drawn, and the page's own are put in their place: light and dark from one drawing."""

_BASE_URL = "https://vega.github.io/vega-datasets/"
"""vl-convert resolves relative links against it."""
_MARK = re.compile(r'<path aria-label="([^"]*)"([^<>]*)/>')
_REFERENCE = re.compile(r'(?<= id=")(?:clip|gradient_)\d+(?=")|(?<="url\(#)(?:clip|gradient_)\d+(?=\)")')


def to_svg(chart: Any) -> str:  # noqa: ANN401 (an Altair chart)
    """The drawing of a chart, with tooltips, links inside the page and the colours of the page."""
    settled = chart.configure(
        background="transparent",
        font="system-ui, sans-serif",
        padding=4,
    ).configure_view(stroke=None)
    settled = settled.configure_axis(
        labelColor=MUTED,
        titleColor=MUTED,
        gridColor=GRID,
        domainColor=GRID,
        tickColor=GRID,
        labelFontSize=12,
        titleFontSize=12,
        titleFontWeight="normal",
        labelLimit=300,
    )
    settled = settled.configure_legend(
        labelColor=INK, titleColor=MUTED, orient="top", title=None, labelFontSize=12, symbolType="square"
    )
    svg = str(vl_convert.vegalite_to_svg(settled.to_json())).replace(_BASE_URL, "")
    svg = _numbered(svg)
    svg = _MARK.sub(r'<path aria-label="\1"\2><title>\1</title></path>', svg)
    for color, variable in _VARIABLES.items():
        svg = svg.replace(f'"{color}"', f'"var({variable})"')
    return svg


def _numbered(svg: str) -> str:
    """The drawing with references named after its text: vl-convert counts them over all drawings of a process."""
    names = dict.fromkeys(_REFERENCE.findall(svg))
    stem = hashlib.sha256(_REFERENCE.sub("", svg).encode()).hexdigest()[:8]
    numbers = {name: f"clip-{stem}-{number}" for number, name in enumerate(names)}
    return _REFERENCE.sub(lambda match: numbers[match[0]], svg)
