"""What the charts of the report show, as plain values: a chart whose values are known already is not drawn again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from enrich.export.cited_work import short_venue
from enrich.model.work import publication_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.model.entry import Entry
    from enrich.model.work import Work

WIDTH = 460
"""Of a chart in a column of the page, in pixels."""
_MOST_VENUES = 12
_MOST_WORKS = 12
_MOST_SECTIONS = 24
_MOST_LINES = 4
_LONGEST_LABEL = 40
_PUBLISHED = frozenset({"conference", "journal", "book", "chapter", "thesis"})
GROUPS = ("published", "preprint", "software and other", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One drawing: what it says and the values that it draws."""

    id: str
    title: str
    note: str
    data: dict[str, Any]
    is_wide: bool = False

    def digest(self, version: str) -> str:
        """A name for the drawing of these values by one version of the drawing code."""
        text = json.dumps([version, self.id, self.data], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


History = list[tuple[str, str, int]]
"""Day, work_id and count."""


def to_charts(works: Sequence[Work], named: Mapping[str, list[tuple[str, Entry]]], history: History) -> list[Chart]:
    """The charts for which there are values."""
    return [chart for make in _CHARTS for chart in make(works, named, history)]


def _group(work: Work) -> str:
    kind = work.type.value
    return "published" if kind in _PUBLISHED else kind if kind in GROUPS else GROUPS[2]


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
            "place": GROUPS.index(kind),
            "href": f"#year={year}",
            "says": f"{year}: {n} {kind}",
        }
        for (year, kind), n in sorted(counts.items())
    ]
    years = sorted({year for year, _ in counts})
    note = f"{sum(counts.values())} works from {years[0]} to {years[-1]}. Choose a bar to see its works."
    yield Chart(id="years", title="Works per year", note=note, data={"rows": rows})


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
    data = {"rows": rows, "title": "works", "width": WIDTH}
    yield Chart(id="venues", title="Works per venue", note=note, data=data)


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
    data = {"rows": rows, "title": "citations", "width": 2 * WIDTH + 80}
    yield Chart(id="citations", title="Citations by work", note=note, data=data, is_wide=True)


def _citations_over_time(works: Sequence[Work], _named: object, history: History) -> Iterator[Chart]:
    titles = {work.work_id: work.title for work in works}
    observed = [(day, work_id, count) for day, work_id, count in history if work_id in titles]
    latest = {work_id: count for _, work_id, count in sorted(observed)}
    days: dict[str, set[str]] = defaultdict(set)
    for day, work_id, _ in observed:
        days[work_id].add(day)
    moving = [work_id for work_id in latest if len(days[work_id]) > 1]
    top = sorted(moving, key=lambda work_id: (-latest[work_id], work_id))[:_MOST_LINES]
    if not top:
        return
    rows: list[dict[str, Any]] = [
        {"day": day, "title": _short(titles[work_id]), "citations": count}
        for day, work_id, count in sorted(observed)
        if work_id in top
    ]
    domain = [_short(titles[work_id]) for work_id in top]
    note = f"The {len(top)} most cited works that were counted on several days."
    yield Chart(
        id="history", title="Citations over time", note=note, data={"rows": rows, "titles": domain}, is_wide=True
    )


_COVERAGE: dict[str, Callable[[Work], bool]] = {
    "authors": lambda work: bool(work.authors) and not work.authors_truncated,
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
    note = "Share of the works of each section for which a value is known."
    data = {"rows": rows, "names": names}
    yield Chart(id="coverage", title="What is known, by section", note=note, data=data, is_wide=True)


_CHARTS = (_works_per_year, _works_per_venue, _citations, _citations_over_time, _coverage)
