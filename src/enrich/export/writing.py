"""Writing an output folder: every file from one bibliography, published together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.export import columns, manifest, run_facts
from enrich.export.arrow import to_arrow, write_parquet
from enrich.export.bibtex import to_bibtex
from enrich.export.citation import tidy, to_citation
from enrich.export.groups import group_tree, section_tree
from enrich.export.options import ExportOptions, Format
from enrich.export.rows import ROWS
from enrich.export.spreadsheet import write_csv
from enrich.export.staging import Staging

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.model.work import Bibliography


def write_files(bibliography: Bibliography, out: Path, options: ExportOptions) -> tuple[Path, ...]:
    """Write the files of a bibliography below a folder and return their paths, sorted."""
    bibliography = tidy(bibliography)
    before = manifest.read_manifest(out)
    rows: dict[str, int] = {}
    with Staging(out) as staging:
        if options.includes(Format.BIB):
            _write_bibtex(bibliography, staging, options)
        if options.includes(Format.PARQUET) or options.includes(Format.CSV):
            _write_tables(bibliography, staging, options, rows)
        staging.path(run_facts.NAME).write_text(run_facts.to_run_json(bibliography), encoding="utf-8")
        kept = {} if options.formats is None else {name: facts for name, facts in before.items() if name not in rows}
        text = manifest.to_manifest(staging.parts, rows, kept)
        staging.path(manifest.NAME).write_text(text, encoding="utf-8")
        names = sorted(staging.parts)
    _remove_stale(out, set(before) - set(names) - set(kept))
    return tuple(out / name for name in names)


def _write_bibtex(bibliography: Bibliography, staging: Staging, options: ExportOptions) -> None:
    keys = {work.work_id: work.citation_key for work in bibliography.works}
    citations = [to_citation(work, options) for work in bibliography.works]
    groups = group_tree(section_tree(bibliography, *(known.name for known in bibliography.lists)), keys)
    text = to_bibtex(citations, groups, options)
    staging.path("works.bib").write_text(text, encoding="utf-8", newline="\n")


def _write_tables(bibliography: Bibliography, staging: Staging, options: ExportOptions, rows: dict[str, int]) -> None:
    metadata = {"run_id": bibliography.run_id, "code_version": bibliography.code_version}
    for definition in columns.TABLES:
        table = to_arrow(definition, ROWS[definition.name](bibliography), metadata)
        if options.includes(Format.PARQUET):
            write_parquet(table, staging.path(f"{definition.name}.parquet"))
            rows[f"{definition.name}.parquet"] = table.num_rows
        if options.includes(Format.CSV) and definition.has_csv:
            write_csv(definition, table, staging.path(f"{definition.name}.csv"))
            rows[f"{definition.name}.csv"] = table.num_rows


def _remove_stale(out: Path, names: set[str]) -> None:
    """Remove files that the last run listed and this one no longer makes."""
    for name in names:
        path = out / name
        if not name.startswith(manifest.HISTORY) and path.resolve().is_relative_to(out.resolve()):
            path.unlink(missing_ok=True)
