"""A quiet night: nothing that is known differs from the files in the folder, so only what tells of the run is written.

Works and claims keep the moments at which their values were last told anew; the history and ``runs`` say that they were
told again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from enrich.export import datapackage, manifest, run_facts
from enrich.export.arrow import read_metadata, to_arrow, write_parquet
from enrich.export.change_report import quiet_line
from enrich.export.columns import CHANGES, RUNS, SCHEMA_VERSION
from enrich.export.history import read_partition, with_earlier_runs, write_counts
from enrich.export.licences import terms_of
from enrich.export.report.earlier import NAME as REPORT
from enrich.export.rows import ROWS, citation_counts, source_health
from enrich.export.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from enrich.export.options import ExportOptions
    from enrich.export.rows import Row
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
    (run,) = ROWS[RUNS.name](bibliography)
    counts = list(citation_counts(bibliography.works))
    _write_files(out, run_facts.to_facts(bibliography), run, counts, run_facts.to_metadata(bibliography))
    return bibliography


def repeat_run(
    out: Path,
    *,
    run_id: str,
    after: str,
    started_at: datetime,
    finished_at: datetime,
    counts: Sequence[Row],
    ledger: Sequence[Mapping[str, Any]],
) -> date:
    """The day of the run before, after noting that a run found every value as it was, ``counts`` among them.

    ``counts`` are rows of the history: work, who counted, when, count. ``after`` is the id of the run before. Where
    this run has left its files already, and the day is the same, it is that one over again, or died between two lists.

    Raises:
        LookupError: the folder does not hold what that run left, or not all that this version would leave.
    """
    facts = run_facts.read_run_facts(out)
    runs = read_partition(out / f"{RUNS.name}.parquet", RUNS)
    if facts is None or not runs or facts.get("schema_version") != SCHEMA_VERSION or not manifest.is_whole(out):
        raise LookupError(f"{out} does not hold all files of a run")
    if facts["run_id"] not in (after, run_id):
        raise LookupError(f"{out} holds another run")
    since = run_facts.day_of(facts)
    if facts["run_id"] == run_id and since == started_at.astimezone(UTC).date():
        since = date.fromisoformat(facts["changes_since"])
    names = [column.name for column in RUNS.columns]
    last = dict(zip(names, runs[-1], strict=True))
    health = source_health(ledger, {})
    last |= {"run_id": run_id, "started_at": started_at, "finished_at": finished_at, "sources": health}
    facts |= {
        "run_id": run_id,
        "started_at": started_at.isoformat(),
        "finished_at": finished_at.isoformat(),
        "ledger": [{**row, "records": 0, "works": 0, "missing": {}} for row in ledger],
        "changes_since": since.isoformat(),
    }
    metadata = read_metadata(out / f"{CHANGES.name}.parquet") | {"run_id": run_id}
    _write_files(out, facts, tuple(last[name] for name in names), counts, metadata)
    return since


def _write_files(
    out: Path, facts: dict[str, Any], run: Row, counts: Iterable[Row], metadata: Mapping[str, str]
) -> None:
    since = date.fromisoformat(facts["changes_since"]) if facts["changes_since"] else None
    listed = manifest.read_manifest(out)
    runs = with_earlier_runs([run], out)
    n_rows = {"changes.jsonl": 0}
    with Staging(out) as staging:
        for table, rows in ((CHANGES, []), (RUNS, runs)):
            name = f"{table.name}.parquet"
            write_parquet(to_arrow(table, rows, metadata), staging.path(name))
            n_rows[name] = len(rows)
        _write(staging, "changes.jsonl", "")
        n_rows |= write_counts(counts, staging)
        _write(staging, run_facts.NAME, run_facts.to_text(facts))
        page = (out / REPORT).read_text("utf-8")
        line = f'<p id="changes" class="hint">{quiet_line(since)}</p>'
        _write(staging, REPORT, _CHANGES_ON_PAGE.sub(lambda _: line, page, count=1))
        lists = [(one["name"], one["title"]) for one in facts["lists"]]
        package = datapackage.to_datapackage(lists, terms_of(facts["sources_used"]), {*listed, *staging.parts})
        _write(staging, datapackage.NAME, package)
        kept = {name: about for name, about in listed.items() if name not in staging.parts}
        text = manifest.to_manifest(staging.parts, n_rows, manifest.refreshed(out, kept))
        _write(staging, manifest.NAME, text)


def _write(staging: Staging, name: str, text: str) -> None:
    staging.path(name).write_text(text, "utf-8", newline="\n")
