"""Writing an output folder: every file from one bibliography, published together."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.export import columns, datapackage, dataset_card, feed, manifest, run_facts, sqlite
from enrich.export.arrow import to_arrow, write_parquet
from enrich.export.changes import to_json_lines, with_changes
from enrich.export.cited_work import tidy, to_cited_works
from enrich.export.formats import REFERENCE_FORMATS
from enrich.export.groups import section_tree
from enrich.export.history import read_history, with_earlier_runs, write_changes, write_history
from enrich.export.licences import terms_of
from enrich.export.options import CSV, HTML, PARQUET, SQLITE, ExportOptions
from enrich.export.reference_format import ReferenceSet
from enrich.export.rows import ROWS
from enrich.export.spreadsheet import write_csv
from enrich.export.staging import Staging
from enrich.files import holding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from enrich.export.cited_work import CitedWork
    from enrich.export.reference_format import ReferenceFormat
    from enrich.export.rows import Row
    from enrich.model.traits import Terms
    from enrich.model.work import Bibliography


_NEW = "works-new"


def write_files(
    bibliography: Bibliography,
    out: Path,
    options: ExportOptions,
    on_step: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Path, ...]:
    """Write the files of a bibliography below a folder and return their paths, sorted."""
    with holding(out):
        return _write_files(tidy(bibliography), out, options, on_step)


def _write_files(
    bibliography: Bibliography, out: Path, options: ExportOptions, on_step: Callable[[int, int], None]
) -> tuple[Path, ...]:
    if bibliography.changes is None:
        bibliography = with_changes(bibliography, out)
    before = manifest.read_manifest(out)
    if not dataset_card.is_ours(out, before):
        before.pop(dataset_card.NAME, None)
    with Staging(out) as staging:
        job = _Job(bibliography, options, staging, before, on_step)
        job.write_changes()
        job.write_references()
        job.write_tables()
        job.write_report()
        kept = {
            name: facts
            for name, facts in before.items()
            if (options.formats or name.startswith(manifest.HISTORY)) and (out / name).is_file()
            if bibliography.new_work_ids or not name.startswith(f"{_NEW}.")
        }
        job.write_descriptions(manifest.refreshed(out, kept))
        names = sorted(staging.parts)
    _remove_stale(out, before.keys() - set(names) - kept.keys())
    return tuple(out / name for name in names)


@dataclass(slots=True)
class _Job:
    """One bibliography on its way into one folder."""

    bibliography: Bibliography
    options: ExportOptions
    staging: Staging
    before: Mapping[str, Mapping[str, Any]]
    """The files of the last run, as its manifest lists them."""
    on_step: Callable[[int, int], None]
    n_rows: dict[str, int] = field(default_factory=dict)
    """Of each table file."""
    n_done: int = 0

    def _step(self) -> None:
        """Tell that one more set of references or table is written."""
        self.n_done += 1
        n_lists = len(self.bibliography.lists)
        self.on_step(self.n_done, len(columns.TABLES) + 2 + (n_lists if n_lists > 1 else 0))

    def write_changes(self) -> None:
        """Write what changed, before anything that the next run compares with: files appear in the order of writing.

        So a run that is killed among its last renames has told its changes.
        """
        if self.options.includes(PARQUET):
            rows = ROWS[columns.CHANGES.name](self.bibliography)
            table = to_arrow(columns.CHANGES, rows, run_facts.to_metadata(self.bibliography))
            write_parquet(table, self.staging.path("changes.parquet"))
            self._write("changes.jsonl", to_json_lines(self.bibliography.changes or ()))
            self.n_rows |= {"changes.parquet": table.num_rows, "changes.jsonl": table.num_rows}
            self.n_rows |= write_changes(self.bibliography, self.staging)

    def write_references(self) -> None:
        """Write the files for reference managers: all works, new ones if any, and one set per list of several."""
        if not self._formats():
            return
        cited_works = to_cited_works(self.bibliography, self.options)
        names = [known.name for known in self.bibliography.lists]
        self._write_set("works", cited_works, names)
        self._step()
        new = [known for known in cited_works if known.work_id in self.bibliography.new_work_ids]
        if new and len(new) == len(cited_works):
            self._copy("works", _NEW)
        elif new:
            self._write_set(_NEW, new, names, is_news=True)
        for name in names if len(names) > 1 else ():
            listed = {work_id for (owner, _), work_id in self.bibliography.entry_works.items() if owner == name}
            self._write_set(f"lists/{name}", [known for known in cited_works if known.work_id in listed], [name])
            self._step()

    def _formats(self) -> list[ReferenceFormat]:
        return [one for one in REFERENCE_FORMATS.values() if self.options.includes(one.name)]

    def _copy(self, stem: str, twin: str) -> None:
        """Write the files of a set again under another name."""
        for one in self._formats():
            if one.tells_news:
                shutil.copyfile(self.staging.parts[f"{stem}{one.suffix}"], self.staging.path(f"{twin}{one.suffix}"))

    def _write_set(self, stem: str, works: list[CitedWork], lists: list[str], *, is_news: bool = False) -> None:
        chosen = [known for known in self.bibliography.lists if known.name in lists]
        references = ReferenceSet(
            works=works,
            sections=section_tree(self.bibliography, lists, {known.work_id for known in works}),
            parents=[one for known in chosen for one in known.parents],
            preambles=list(dict.fromkeys(one for known in chosen for one in known.preambles)),
        )
        for one in self._formats():
            if one.tells_news or not is_news:
                self._write(f"{stem}{one.suffix}", one.write(references, self.options))

    def write_tables(self) -> None:
        """Write the tables as Parquet and CSV, and the history."""
        wants_parquet, wants_csv = (self.options.includes(kind) for kind in (PARQUET, CSV))
        metadata = run_facts.to_metadata(self.bibliography)
        for definition in columns.TABLES:
            if definition is columns.CHANGES or not (wants_parquet or (wants_csv and definition.has_csv)):
                continue
            self._step()
            rows: Iterable[Row] = ROWS[definition.name](self.bibliography)
            if definition is columns.RUNS:
                rows = with_earlier_runs(rows, self.staging.folder)
            table = to_arrow(definition, rows, metadata)
            if wants_parquet:
                write_parquet(table, self.staging.path(f"{definition.name}.parquet"))
                self.n_rows[f"{definition.name}.parquet"] = table.num_rows
            if wants_csv and definition.has_csv:
                write_csv(definition, table, self.staging.path(f"{definition.name}.csv"))
                self.n_rows[f"{definition.name}.csv"] = table.num_rows
        if wants_parquet:
            self.n_rows |= write_history(self.bibliography, self.staging)
        # Once asked for in a folder, the file is kept up to date there.
        is_kept = self.options.formats is None and sqlite.NAME in self.before
        if self.options.includes(SQLITE) or is_kept:
            path, history = self.staging.path(sqlite.NAME), self.options.history or self.staging.folder
            self.n_rows[sqlite.NAME] = sqlite.write_sqlite(self.bibliography, self.staging, history, path)

    def write_report(self) -> None:
        """Write the page for eyes, and the feed that it names."""
        if self.options.includes(HTML):
            from enrich.export.report.earlier import NAME, read_drawings  # noqa: PLC0415 (with the next)
            from enrich.export.report.page import to_report  # noqa: PLC0415 (jinja2, and the extra ``report``)

            history, drawn = read_history(self.staging), read_drawings(self.staging.folder, self.before)
            self._step()
            self._write(NAME, [to_report(self.bibliography, self._terms(), history, drawn)])
            self._write(feed.NAME, [feed.to_feed(self.bibliography, self.staging)])

    def write_descriptions(self, kept: dict[str, dict[str, object]]) -> None:
        """Write what describes the other files: data package, run facts and manifest."""
        if self.options.includes(PARQUET):
            self._write(run_facts.NAME, [run_facts.to_run_json(self.bibliography)])
            if dataset_card.is_ours(self.staging.folder, self.before):
                files = {*self.staging.parts, *kept}
                card = dataset_card.to_dataset_card(self.bibliography, self._terms(), self.n_rows, files)
                self._write(dataset_card.NAME, [card])
        files = {*self.staging.parts, *kept}
        if any(name.endswith((".csv", ".parquet")) for name in files):
            lists = [(known.name, known.title) for known in self.bibliography.lists]
            self._write(datapackage.NAME, [datapackage.to_datapackage(lists, self._terms(), files)])
        self._write(manifest.NAME, [manifest.to_manifest(self.staging.parts, self.n_rows, kept)])

    def _terms(self) -> Collection[Terms]:
        return terms_of(self.bibliography.sources_used)

    def _write(self, name: str, pieces: Iterable[str]) -> None:
        with self.staging.path(name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)


def _remove_stale(out: Path, names: set[str]) -> None:
    """Remove files that the last run listed and this one no longer makes."""
    for name in names:
        path = out / name
        if path.resolve().is_relative_to(out.resolve()) and path.is_file():
            path.unlink()
