"""What the charts of the report show; they need the packages of the extra ``report``."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import altair as alt

from enrich.export.cited_work import publication_year, short_venue
from enrich.export.report.drawing import INK, MUTED, SERIES, to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.model.entry import Entry
    from enrich.model.work import Work

_WIDTH = 460
_MOST_VENUES = 12
_MOST_WORKS = 12
_MOST_SECTIONS = 24
_MOST_LINKED = 1_000
_MOST_DAYS = 8
_LONGEST_LABEL = 40
_PUBLISHED = frozenset({"conference", "journal", "book", "chapter", "thesis"})
_GROUPS = ("published", "preprint", "software and other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One drawing with what it says."""

    id: str
    title: str
    note: str
    svg: str
    is_wide: bool = False


History = list[tuple[str, str, int]]
"""Day, work_id and count."""


def draw_charts(works: Sequence[Work], named: Mapping[str, list[tuple[str, Entry]]], history: History) -> list[Chart]:
    """The charts for which there are values."""
    return [chart for draw in _CHARTS for chart in draw(works, named, history)]


def _data(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"values": rows}


def _group(work: Work) -> str:
    kind = work.type.value
    return "published" if kind in _PUBLISHED else "preprint" if kind == "preprint" else _GROUPS[2]


def _short(text: str, longest: int = _LONGEST_LABEL) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _works_per_year(works: Sequence[Work], _named: object, _history: object) -> Iterator[Chart]:
    counts = Counter((year, _group(work)) for work in works if (year := publication_year(work)))
    if not counts:
        return
    rows: list[dict[str, Any]] = [
        {
            "year": year,
            "kind": kind,
            "works": n,
            "place": _GROUPS.index(kind),
            "href": f"#year={year}",
            "says": f"{year}: {n} {kind}",
        }
        for (year, kind), n in sorted(counts.items())
    ]
    bars = (
        alt.Chart(_data(rows))
        .mark_bar(cornerRadius=1)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=16)),
            y=alt.Y("works:Q", title="works", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("kind:N", scale=alt.Scale(domain=list(_GROUPS), range=list(SERIES[:3]))),
            order=alt.Order("place:Q"),
            href="href:N",
            description="says:N",
        )
        .properties(width=_WIDTH, height=220)
    )
    years = sorted({year for year, _ in counts})
    note = f"{sum(counts.values())} works from {years[0]} to {years[-1]}. Choose a bar to see its works."
    yield Chart(id="years", title="Works per year", note=note, svg=to_svg(bars))


def _bars(rows: list[dict[str, Any]], title: str, *, width: int = _WIDTH) -> str:
    """Horizontal bars with their numbers: rows with ``name``, ``n``, ``href`` and ``says``, the longest first."""
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


def _works_per_venue(works: Sequence[Work], _named: object, _history: object) -> Iterator[Chart]:
    published = (work for work in works if work.type.value in _PUBLISHED)
    counts = Counter(venue for work in published if (venue := short_venue(work) or work.venue))
    if not counts:
        return
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_VENUES]
    rows: list[dict[str, Any]] = [
        {"name": _short(venue), "n": n, "href": f"#venue={quote(venue)}", "says": f"{venue}: {n} works"}
        for venue, n in top
    ]
    note = f"{len(counts)} venues; the {len(top)} with most works. Choose a bar to see its works."
    yield Chart(id="venues", title="Works per venue", note=note, svg=_bars(rows, "works"))


def _citations(works: Sequence[Work], _named: object, _history: object) -> Iterator[Chart]:
    counted = [(work.citation_count, work) for work in works if work.citation_count]
    if not counted:
        return
    top = sorted(counted, key=lambda pair: (-pair[0], pair[1].work_id))[:_MOST_WORKS]
    rows: list[dict[str, Any]] = [
        {
            "name": _short(work.title, 2 * _LONGEST_LABEL),
            "n": count,
            "href": f"#work={work.citation_key}",
            "says": f"{work.title}: {count} citations",
        }
        for count, work in top
    ]
    note = f"The {len(top)} most cited of {len(counted)} works with a known count."
    svg = _bars(rows, "citations", width=2 * _WIDTH + 80)
    yield Chart(id="citations", title="Citations by work", note=note, svg=svg, is_wide=True)


def _citations_over_time(works: Sequence[Work], _named: object, history: History) -> Iterator[Chart]:
    titles = {work.work_id: work.title for work in works}
    observed = [(day, work_id, count) for day, work_id, count in history if work_id in titles]
    latest = {work_id: count for _, work_id, count in sorted(observed)}
    days: dict[str, set[str]] = defaultdict(set)
    for day, work_id, _ in observed:
        days[work_id].add(day)
    moving = [work_id for work_id in latest if len(days[work_id]) > 1]
    top = sorted(moving, key=lambda work_id: (-latest[work_id], work_id))[: len(SERIES)]
    if not top:
        return
    rows: list[dict[str, Any]] = [
        {"day": day, "title": _short(titles[work_id]), "citations": count}
        for day, work_id, count in sorted(observed)
        if work_id in top
    ]
    domain = [_short(titles[work_id]) for work_id in top]
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
        .properties(width=2 * _WIDTH, height=240)
    )
    note = f"The {len(top)} most cited works that were counted on several days."
    yield Chart(id="history", title="Citations over time", note=note, svg=to_svg(lines), is_wide=True)


def _citation_graph(
    works: Sequence[Work], named: Mapping[str, list[tuple[str, Entry]]], _history: object
) -> Iterator[Chart]:
    years = {work.work_id: year for work in works if (year := publication_year(work))}
    links = [
        (work.work_id, cited) for work in works for cited in work.references if {work.work_id, cited} <= years.keys()
    ]
    ends = {work_id for link in links for work_id in link}
    linked = [work for work in works if work.work_id in ends]
    if not links or len(linked) > _MOST_LINKED:
        return
    n_citing = Counter(cited for _, cited in links)
    most = max(8, *n_citing.values())
    section = {work_id: entries[0][1].section_path[:1] for work_id, entries in named.items()}
    linked.sort(key=lambda work: (section.get(work.work_id, ()), years[work.work_id], work.work_id))
    place = {work.work_id: number for number, work in enumerate(linked)}
    points = [
        {
            "year": (year := years[work.work_id]),
            "place": place[work.work_id],
            "n": (n := n_citing[work.work_id]),
            "href": f"#work={work.citation_key}",
            "says": f"{work.title} ({year}): cited by {n} works of the list",
        }
        for work in linked
    ]
    arcs = [
        {"year": years[citing], "place": place[citing], "year2": years[cited], "place2": place[cited]}
        for citing, cited in links
    ]
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=24),
        axis=alt.Axis(format="d", grid=False, tickMinStep=1),
    )
    y = alt.Y("place:Q", axis=None)
    rules = (
        alt.Chart(_data(arcs))
        .mark_rule(color=MUTED, opacity=0.25, aria=False)
        .encode(x=x, y=y, x2="year2:Q", y2="place2:Q")
    )
    dots = (
        alt.Chart(_data(points))
        .mark_circle(color=SERIES[0], opacity=0.9)
        .encode(
            x=x,
            y=y,
            size=alt.Size("n:Q", scale=alt.Scale(domain=[0, most], range=[24, 320]), legend=None),
            href="href:N",
            description="says:N",
        )
    )
    height = min(max(240, 6 * len(linked)), 720)
    note = f"{len(links)} citations between {len(linked)} works, by year; larger = cited more often inside the list."
    svg = to_svg((rules + dots).properties(width=2 * _WIDTH + 80, height=height))
    yield Chart(id="graph", title="Who cites whom", note=note, svg=svg, is_wide=True)


_COVERAGE: dict[str, Callable[[Work], bool]] = {
    "authors": lambda work: bool(work.authors),
    "venue": lambda work: bool(work.venue),
    "arXiv": lambda work: work.identifier("arxiv") is not None,
    "DOI": lambda work: work.identifier("doi") is not None,
    "OpenReview": lambda work: work.identifier("openreview") is not None,
    "abstract": lambda work: bool(work.abstract),
    "citations": lambda work: work.citation_count is not None,
}


def _coverage(works: Sequence[Work], named: Mapping[str, list[tuple[str, Entry]]], _history: object) -> Iterator[Chart]:
    by_section: dict[str, list[Work]] = {}
    for work in works:
        for _, entry in named.get(work.work_id, [])[:1]:
            by_section.setdefault(entry.section_path[-1] if entry.section_path else "(no section)", []).append(work)
    largest = frozenset(sorted(by_section, key=lambda name: (-len(by_section[name]), name))[:_MOST_SECTIONS])
    shown = [(name, listed) for name, listed in by_section.items() if name in largest]
    if not shown:
        return
    rows: list[dict[str, Any]] = [
        {
            "place": place,
            "field": field,
            "share": (n_known := sum(map(has, listed))) / len(listed),
            "says": f"{name}: {n_known} of {len(listed)} with {field}",
        }
        for place, (name, listed) in enumerate(shown)
        for field, has in _COVERAGE.items()
    ]
    names = [f"{_short(name)} ({len(listed)})" for name, listed in shown]
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("field:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)),
        y=alt.Y("place:O", title=None, axis=_label_axis(names)),
    )
    cells = base.mark_rect(color=SERIES[0], cornerRadius=2).encode(
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.55]), legend=None),
        description="says:N",
    )
    shares = base.mark_text(color=INK, fontSize=12, aria=False).encode(text=alt.Text("share:Q", format=".0%"))
    svg = to_svg((cells + shares).properties(width=2 * _WIDTH - 200, height=alt.Step(24)))
    note = "Share of the works of each section for which a value is known."
    yield Chart(id="coverage", title="What is known, by section", note=note, svg=svg, is_wide=True)


_CHARTS = (_works_per_year, _works_per_venue, _citations, _citations_over_time, _citation_graph, _coverage)
