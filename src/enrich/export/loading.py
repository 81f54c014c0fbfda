"""A bibliography read back from the Parquet files of a run, for other formats without any network."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enrich.errors import InputError
from enrich.export import columns, manifest, run_facts
from enrich.export.arrow import read_parquet
from enrich.export.changes import read_changes
from enrich.export.fact_columns import read_date, read_facts
from enrich.export.schema import Dtype
from enrich.files import holding
from enrich.model.entry import BlockNote, Entry, EntryKind, Link, LinkRole, Omission, Parent, ReadingList, StatedField
from enrich.model.finding import Finding, Severity
from enrich.model.persons import Author, Institution
from enrich.model.plain import DAMAGE, PLAIN, many, optional, read_fields, read_normal_identifier, reader_of
from enrich.model.record import Repository
from enrich.model.reference import Reference, ReferenceReason, ReferenceStatus
from enrich.model.verdict import Status, Verdict
from enrich.model.work import (
    AbsentWork,
    Bibliography,
    Claim,
    DeadLink,
    StatedLink,
    StatedReference,
    Version,
    Work,
    WorkStatus,
    YearCount,
)
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.export.schema import Table
    from enrich.model.identifiers import Identifier

Rows = list[dict[str, Any]]
_LISTS = (Dtype.STRINGS, Dtype.STRUCTS)


def load_run(folder: Path) -> Bibliography:
    """The bibliography of an output folder, all of it of one run: while another one writes there, it is waited for.

    Raises:
        InputError: the folder has no complete set of Parquet files of this schema, or they are not of one run.
    """
    try:
        return _load_whole(folder)
    except InputError:
        if not manifest.read_manifest(folder):
            raise
    with holding(folder):
        return _load_whole(folder)


def _load_whole(folder: Path) -> Bibliography:
    listed = manifest.read_manifest(folder)
    try:
        bibliography = _load(folder)
    except DAMAGE as error:
        what = f"holds a value that no run writes ({one_line(str(error))})"
        raise InputError(what, path=folder, advice="run the list again") from error
    tables = [f"{table.name}.parquet" for table in columns.TABLES]
    torn = [name for name in tables if name in listed and not manifest.is_as_listed(folder, listed[name])]
    if torn or manifest.read_manifest(folder) != listed:
        what = "is not what manifest.json lists: a run was ended while it wrote, or the file was changed"
        raise InputError(what, path=folder / (torn or [manifest.NAME])[0], advice="run the list again")
    return bibliography


def _load(folder: Path) -> Bibliography:
    version = (run_facts.read_run_facts(folder) or {}).get("schema_version", columns.SCHEMA_VERSION)
    derived = (columns.CHANGES, columns.CO_CITATIONS)
    tables = {table.name: _rows(folder, table, version) for table in columns.TABLES if table not in derived}
    facts = _run_facts(folder)
    entries = _by(tables["entries"], "list")
    works = _works(tables, entries)
    run = tables["runs"][-1] if tables["runs"] else {}
    return Bibliography(
        lists=tuple(_reading_list(known, entries.get(known["name"], [])) for known in facts["lists"]),
        works=works,
        entry_works={(row["list"], row["order"]): row["work_id"] for row in tables["entries"]},
        run_id=facts["run_id"],
        started_at=_instant(facts["started_at"]) or datetime.now(UTC),
        finished_at=_instant(facts["finished_at"]),
        code_version=run.get("code_version") or facts["code_version"],
        config_digest=facts["config_digest"],
        findings=tuple(_finding(row) for row in tables["findings"]),
        absent_works=tuple(_absent_work(row) for row in tables["absent_works"]),
        references=tuple(_judged(row) for row in tables["entries"] if row["verdict"]),
        new_work_ids=frozenset(row["work_id"] for row in tables["works"] if row["is_new"]),
        warnings=tuple(facts["warnings"]),
        ledger=tuple(facts["ledger"]),
        sources_used=tuple(facts["sources_used"]),
        source_failures=tuple(
            (row["source"], row["message"]) for row in run.get("sources") or () if row["message"] is not None
        ),
        changes=read_changes(folder),
        changes_since=date.fromisoformat(facts["changes_since"]) if facts.get("changes_since") else None,
    )


def _rows(folder: Path, definition: Table, version: int) -> Rows:
    """The rows of a table; columns and tables that the schema version of the folder did not have yet are empty."""
    path = folder / f"{definition.name}.parquet"
    try:
        table = read_parquet(path)
    except FileNotFoundError as error:
        if definition.since > version:
            return []
        raise InputError("missing", path=path, advice="name the output folder of a run with Parquet files") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError("not a Parquet file", path=path, advice="run the list again") from error
    written_by = _schema_version(table)
    if written_by > columns.SCHEMA_VERSION:
        raise InputError(f"written by a newer enrich (schema {written_by})", path=path, advice="update enrich")
    known = set(table.column_names)
    missing = [column for column in definition.columns if column.name not in known]
    lost = [column.name for column in missing if column.is_required and column.kind not in _LISTS]
    if lost:
        raise InputError(f"lacks column {min(lost)}: another version wrote it", path=path, advice="run the list again")
    empty: dict[str, Any] = {column.name: [] if column.is_required else None for column in missing}
    rows: Rows = table.to_pylist()
    return [{**empty, **row} for row in rows] if empty else rows


def _schema_version(table: pa.Table) -> int:
    """The schema version that a table was written with; 1 where it does not say."""
    text = (table.schema.metadata or {}).get(b"schema_version", b"1")
    return int(text) if text.isdigit() else 1


def _run_facts(folder: Path) -> dict[str, Any]:
    path = folder / run_facts.NAME
    try:
        facts = json.loads(path.read_bytes())
        missing = {"lists", "run_id", "started_at", "finished_at", "warnings", "ledger", "sources_used"} - facts.keys()
    except (OSError, ValueError, AttributeError) as error:
        raise InputError("not the facts of a run", path=path, advice="name the output folder of a run") from error
    if missing:
        raise InputError(f"lacks {', '.join(sorted(missing))}", path=path, advice="run the list again")
    return dict(facts)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _by(rows: Rows, name: str = "work_id") -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row[name]].append(row)
    return grouped


def _reading_list(facts: dict[str, Any], rows: Rows) -> ReadingList:
    return ReadingList(**read_fields(ReadingList, facts | {"entries": rows}, _ROW))


def _judged(row: dict[str, Any]) -> Reference:
    """The verdict on an entry; the record that it rests on is in the claims of its work."""
    named = {name: row[name] for name in ("list", "order", "line", "file", "key", "title", "reasons", "asked")}
    return Reference(**read_fields(Reference, named | {"status": row["verdict"]}, _ROW))


_OF_A_WORK = (
    *("authorships", "affiliations", "identifiers", "versions", "claims", "dead_links", "references"),
    *("citations_by_year", "work_links"),
)


def _works(tables: dict[str, Rows], entries: dict[str, Rows]) -> tuple[Work, ...]:
    parts = {name: _by(tables[name]) for name in _OF_A_WORK}
    parts["entries"] = _by([row for rows in entries.values() for row in rows])
    parts["citation_links"] = _by(tables["citation_links"], "citing_work_id")
    return tuple(_work(row, {name: found[row["work_id"]] for name, found in parts.items()}) for row in tables["works"])


_OWN = (
    *("work_id", "citation_key", "title_source", "type", "status", "remarks", "citation_count_source"),
    *("citation_count_at", "first_seen_at", "updated_at"),
)


def _work(row: dict[str, Any], parts: dict[str, Rows]) -> Work:
    institutions: dict[int, list[Institution]] = defaultdict(list)
    for known in parts["affiliations"]:
        institutions[known["position"]].append(_institution(known | {"name": known["institution"]}))
    entries, links = parts["entries"], parts["citation_links"]
    return Work(
        **read_facts(row),
        **read_fields(Work, {name: row[name] for name in _OWN}, _ROW),
        authors=tuple(_author(known, institutions[known["position"]]) for known in parts["authorships"]),
        authors_truncated=row["n_authors"] is None,
        identifiers=tuple(map(_identifier, parts["identifiers"])),
        identifier_sources=tuple(known["source"] for known in parts["identifiers"]),
        entry_orders=tuple((known["list"], known["order"]) for known in entries),
        sections=tuple((known["list"], tuple(known["section_path"])) for known in entries),
        versions=tuple(map(_version, parts["versions"])),
        dead_links=tuple(map(_dead_link, parts["dead_links"])),
        claims=tuple(map(_claim, parts["claims"])),
        references=tuple(known["cited_work_id"] for known in links),
        reference_sources=tuple(known["source"] or "" for known in links),
        stated_references=tuple(
            StatedReference(known["source"], _identifier(known), known["title"], known["cited_work_id"])
            for known in parts["references"]
        ),
        citations_by_year=tuple(
            YearCount(known["year"], known["citation_count"], known["source"], known["observed_at"])
            for known in parts["citations_by_year"]
        ),
        links=tuple(map(_link, parts["work_links"])),
        verdict=Verdict(Status(row["verdict_status"]), row["verdict_reason"]) if row["verdict_status"] else None,
    )


def _identifier(row: dict[str, Any]) -> Identifier:
    return read_normal_identifier(f"{row['scheme']}:{row['value']}")


def _absent_work(row: dict[str, Any]) -> AbsentWork:
    return AbsentWork(identifier=_identifier(row), **read_fields(AbsentWork, row, _ROW))


def _author(row: dict[str, Any], institutions: list[Institution]) -> Author:
    old = {"affiliations": [row["affiliation"]]} if row.get("affiliation") else {}  # of schema 2, one text
    return Author(**read_fields(Author, row | old, _ROW), institutions=tuple(institutions))


def _link(row: dict[str, Any]) -> StatedLink:
    state = _repository(row)
    return StatedLink(**read_fields(StatedLink, row, _ROW), repository=state if state != Repository() else None)


def _version(row: dict[str, Any]) -> Version:
    return Version(**read_fields(Version, row, _ROW), date=read_date(row["published_date"], row["published_precision"]))


def _same(value: Any) -> Any:  # noqa: ANN401 (Arrow has made it)
    return value


_ROW = PLAIN | {
    "str": lambda value: value or "",
    **dict.fromkeys(("datetime", "datetime | None"), _same),
    "Identifier": read_normal_identifier,
    "Identifier | None": optional(read_normal_identifier),
    "tuple[Identifier, ...]": many(read_normal_identifier),
    "tuple[tuple[str, str], ...]": lambda legend: tuple(legend.items()),
    **{kind.__name__: kind for kind in (EntryKind, LinkRole, ReferenceStatus, Severity, WorkStatus)},
}
"""Readers of cells by the declared type of the field."""
for _kind in (BlockNote, Link, Omission, ReferenceReason, StatedField, Parent, Entry):
    _ROW[f"tuple[{_kind.__name__}, ...]"] = many(reader_of(_kind, _ROW))
_finding, _claim = (reader_of(kind, _ROW) for kind in (Finding, Claim))
_dead_link, _institution, _repository = (reader_of(kind, _ROW) for kind in (DeadLink, Institution, Repository))
