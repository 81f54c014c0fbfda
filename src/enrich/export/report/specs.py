"""How the charts of the report are drawn; needs the packages of the extra ``report``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt

from enrich.export.report.charts import GROUPS, WIDTH
from enrich.export.report.drawing import INK, MUTED, SERIES, to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.export.report.charts import Chart

_MOST_DAYS = 8


def draw(chart: Chart) -> str:
    """The drawing of a chart as SVG."""
    return _DRAWINGS[chart.id](chart.data)


def _data(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"values": rows}


def _years(data: dict[str, Any]) -> str:
    rows = data["rows"]
    span = list(range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1))
    bars = (
        alt.Chart(_data(rows))
        .mark_bar(cornerRadius=1)
        .encode(
            x=alt.X(
                "year:O",
                title=None,
                scale=alt.Scale(domain=span),
                axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=16),
            ),
            y=alt.Y("works:Q", title="works", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("kind:N", scale=alt.Scale(domain=list(GROUPS), range=list(SERIES))),
            order=alt.Order("place:Q"),
            href="href:N",
            description="says:N",
        )
        .properties(width=WIDTH, height=220)
    )
    return to_svg(bars)


def _bars(data: dict[str, Any]) -> str:
    """Horizontal bars with their numbers: rows with ``name``, ``n``, ``href`` and ``says``, the longest first."""
    rows, title, width = data["rows"], data["title"], data["width"]
    names = [row["name"] for row in rows]
    base = alt.Chart(_data([row | {"place": place} for place, row in enumerate(rows)])).encode(
        y=alt.Y("place:O", title=None, axis=_label_axis(names)),
        x=alt.X("n:Q", title=title, axis=alt.Axis(grid=False, labels=False, ticks=False, domain=False)),
    )
    bars = base.mark_bar(color=SERIES[0], cornerRadius=1, height=14).encode(href="href:N", description="says:N")
    numbers = base.mark_text(align="left", dx=4, color=MUTED, fontSize=12, aria=False)
    numbers = numbers.encode(text=alt.Text("n:Q", format=","))
    return to_svg((bars + numbers).properties(width=width - _extent(names), height=alt.Step(22)))


def _extent(labels: Sequence[str]) -> int:
    """Room for labels in pixels: vl-convert measures another font than the reader's browser has."""
    return round(6.9 * max(map(len, labels)))


def _label_axis(names: Sequence[str]) -> alt.Axis:
    """An axis that names places: names that were cut may be equal, places never are."""
    return alt.Axis(
        ticks=False,
        domain=False,
        labelPadding=8,
        labelLimit=0,
        minExtent=_extent(names),
        labelExpr=f"{json.dumps(names)}[datum.value]",
    )


def _history(data: dict[str, Any]) -> str:
    rows, domain = data["rows"], data["titles"]
    seen = sorted({row["day"] for row in rows})
    ticks = seen[:: len(seen) // _MOST_DAYS + 1]
    axis = alt.Axis(grid=False, format="%Y-%m-%d", labelOverlap=True, labelSeparation=12, values=ticks)
    lines = (
        alt.Chart(_data(rows))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"), axis=axis),
            y=alt.Y("citations:Q", scale=alt.Scale(zero=False)),
            color=alt.Color(
                "title:N",
                scale=alt.Scale(domain=domain, range=list(SERIES)),
                legend=alt.Legend(columns=1, labelLimit=420),
            ),
        )
        .properties(width=2 * WIDTH, height=240)
    )
    return to_svg(lines)


def _coverage(data: dict[str, Any]) -> str:
    rows, names = data["rows"], data["names"]
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("field:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)),
        y=alt.Y("place:O", title=None, axis=_label_axis(names)),
    )
    cells = base.mark_rect(color=SERIES[0], cornerRadius=2).encode(
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.55]), legend=None),
        description="says:N",
    )
    shares = base.mark_text(color=INK, fontSize=12, aria=False).encode(text=alt.Text("share:Q", format=".0%"))
    return to_svg((cells + shares).properties(width=2 * WIDTH - 200, height=alt.Step(24)))


_DRAWINGS: dict[str, Callable[[dict[str, Any]], str]] = {
    "years": _years,
    "venues": _bars,
    "citations": _bars,
    "history": _history,
    "coverage": _coverage,
}
"""By id of the chart."""
