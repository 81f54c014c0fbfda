"""What tests of exports share."""

from __future__ import annotations

import pytest

from enrich.export.report import page


@pytest.fixture(scope="session", autouse=True)
def _each_chart_is_drawn_once():
    """Drawing is a fifth of these tests, and most of their pages show the same charts."""
    draw, drawings = page._draw, {}

    def draw_once(chart):
        digest = chart.digest("")
        if digest not in drawings:
            drawings[digest] = draw(chart)
        return drawings[digest]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "_draw", draw_once)
        yield
