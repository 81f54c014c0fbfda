"""The report page: one HTML file with style, script and values, and a policy that forbids everything else."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from enrich.export import change_report
from enrich.export.report import contents
from enrich.export.report.charts import to_charts
from enrich.export.report.downloads import to_downloads
from enrich.export.report.earlier import drawing_version
from enrich.model.reference import ReferenceStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from enrich.export.report.charts import Chart, History
    from enrich.model.entry import Entry
    from enrich.model.traits import Terms
    from enrich.model.work import Bibliography, Work

_MOST_CHANGES = 200
_MOST_OPEN = 100
"""Rows of a table that stands open; a longer one folds."""


def to_report(
    bibliography: Bibliography,
    terms: Collection[Terms],
    history: History,
    drawn: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The text of ``report.html`` for a bibliography whose texts are tidy; ``drawn`` are drawings by their digest."""
    works = contents.shown_works(bibliography)
    named = contents.entries_by_work(bibliography)
    names = {known.name: known.title or known.name for known in bibliography.lists}
    places = contents.Places(bibliography)
    doubtful = [one for one in bibliography.references if one.status is not ReferenceStatus.VERIFIED]
    style, script = _asset("report.css"), _asset("report.js")
    packs = {
        "abstracts": contents.to_abstracts(works),
        "details": contents.to_details(works, named, places),
        "downloads": to_downloads(bibliography, works),
    }
    text: str = _template().render(
        lists=bibliography.lists,
        names=list(names.values()),
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
        rows=_embedded(contents.to_rows(works, named, _worth_marking(bibliography), names)),
        packs={name: Markup(contents.pack(value)) for name, value in packs.items()},  # noqa: S704 (base64)
        works=works,
        shown_title=contents.shown_title,
        n_works=len(bibliography.works),
        figures=contents.headline(bibliography),
        newest=contents.newest_day(bibliography),
        charts=list(_charts(works, named, history, drawn)) if _can_draw() else [],
        can_draw=_can_draw(),
        changes=list(_changes(bibliography)),
        n_changes=len(bibliography.changes or ()),
        since=bibliography.changes_since,
        quiet=change_report.quiet_line(bibliography.changes_since),
        most_changes=_MOST_CHANGES,
        most_open=_MOST_OPEN,
        findings=contents.located(bibliography, bibliography.findings, places),
        absent=list(contents.most_cited_absent(bibliography)),
        doubtful=contents.located(bibliography, doubtful, places),
        n_references=len(bibliography.references),
        terms=terms,
        run_id=bibliography.run_id,
        code_version=bibliography.code_version,
    )
    return text


def _can_draw() -> bool:
    """Whether the extra ``report`` is installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


def _charts(
    works: Sequence[Work], named: Mapping[str, list[tuple[str, Entry]]], history: History, drawn: Mapping[str, str]
) -> Iterator[tuple[Chart, str, Markup]]:
    """Each chart with the digest of its values and its drawing."""
    code = drawing_version() or ""
    for chart in to_charts(works, named, history):
        digest = chart.digest(code)
        yield chart, digest, Markup(drawn.get(digest) or _draw(chart))  # noqa: S704 (Vega escapes)


def _draw(chart: Chart) -> str:
    from enrich.export.report.specs import draw  # noqa: PLC0415 (an extra, and a second to import)

    return draw(chart)


def _worth_marking(bibliography: Bibliography) -> frozenset[str]:
    """The new works, unless all are."""
    new = bibliography.new_work_ids
    return new if len(new) < len(bibliography.works) else frozenset()


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:  # noqa: ANN401 (jinja2 does not type its templates)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset("report.html.jinja"))


def _policy(style: str, script: str) -> str:
    """A content security policy that allows this style and this script, no address and no frame."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _embedded(value: object) -> Markup:
    """JSON that cannot end the script element around it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (escaped just above)


def _changes(bibliography: Bibliography) -> Iterator[tuple[str, list[tuple[str, str | None, str]]]]:
    """Heading and changes of each kind: subject, citation key and what happened; what left has no key."""
    keys = {work.work_id: work.citation_key for work in bibliography.works}
    for kind, listed in change_report.groups((bibliography.changes or ())[:_MOST_CHANGES]):
        yield (
            change_report.HEADINGS[kind],
            [
                (change_report.subject(change), keys.get(change.work_id or ""), change_report.describe(change))
                for change in listed
            ],
        )
