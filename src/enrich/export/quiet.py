"""A quiet night: nothing that is known differs from the files in the folder, so only what tells of the run is written.

Works and claims keep the moments at which their values were last told anew; the history and ``runs`` say that they were
told again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.export import datapackage, manifest, run_facts
from enrich.export.arrow import to_arrow, write_parquet
from enrich.export.change_report import quiet_line
from enrich.export.columns import CHANGES, RUNS, SCHEMA_VERSION
from enrich.export.history import with_earlier_runs, write_counts
from enrich.export.licences import terms_of
from enrich.export.report.earlier import NAME as REPORT
from enrich.export.rows import ROWS, citation_counts
from enrich.export.staging import Staging

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.export.options import ExportOptions
    from enrich.model.work import Bibliography

_CHANGES_ON_PAGE = re.compile(r'<section id="changes".*?</section>|<p id="changes" class="hint">.*?</p>', re.DOTALL)


def can_stay(bibliography: Bibliography, out: Path, options: ExportOptions) -> bool:
    """Whether the files of an earlier run stand in a folder, all of them, and this run is no mere repetition of it."""
    facts = run_facts.read_run_facts(out)
    is_another = facts is not None and facts["run_id"] != bibliography.run_id
    if facts is not None and facts.get("schema_version") != SCHEMA_VERSION:
        return False
    return options.formats is None and is_another and manifest.is_whole(out)


def write_quiet(bibliography: Bibliography, out: Path) -> Bibliography:
    """Write what tells of a run that brought no news; the bibliography with its changes, which are none."""
    facts = run_facts.read_run_facts(out)
    since = run_facts.day_of(facts) if facts else None
    bibliography = replace(bibliography, changes=(), changes_since=since)
    listed = manifest.read_manifest(out)
    runs = with_earlier_runs(ROWS[RUNS.name](bibliography), out)
    n_rows = {"changes.jsonl": 0}
    with Staging(out) as staging:
        for table, rows in ((CHANGES, []), (RUNS, runs)):
            name = f"{table.name}.parquet"
            write_parquet(to_arrow(table, rows, run_facts.to_metadata(bibliography)), staging.path(name))
            n_rows[name] = len(rows)
        _write(staging, "changes.jsonl", "")
        n_rows |= write_counts(citation_counts(bibliography.works), staging)
        _write(staging, run_facts.NAME, run_facts.to_run_json(bibliography))
        page = (out / REPORT).read_text("utf-8")
        line = f'<p id="changes" class="hint">{quiet_line(since)}</p>'
        _write(staging, REPORT, _CHANGES_ON_PAGE.sub(lambda _: line, page, count=1))
        lists = [(one.name, one.title) for one in bibliography.lists]
        package = datapackage.to_datapackage(lists, terms_of(bibliography.sources_used), {*listed, *staging.parts})
        _write(staging, datapackage.NAME, package)
        kept = {name: about for name, about in listed.items() if name not in staging.parts}
        text = manifest.to_manifest(staging.parts, n_rows, manifest.refreshed(out, kept))
        _write(staging, manifest.NAME, text)
    return bibliography


def _write(staging: Staging, name: str, text: str) -> None:
    staging.path(name).write_text(text, "utf-8", newline="\n")
