"""A bibliography read back from the Parquet files of a run, for other formats without any network."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enrich.errors import InputError
from enrich.export import columns, run_facts
from enrich.export.arrow import read_parquet
from enrich.export.changes import read_changes
from enrich.model.dates import PartialDate
from enrich.model.entry import BlockNote, Entry, EntryKind, Link, LinkRole, Omission, Parent, ReadingList, StatedField
from enrich.model.finding import Finding, Severity
from enrich.model.identifiers import Identifier, Scheme, parse_identifier
from enrich.model.record import Author, Stage, WorkType
from enrich.model.reference import Reason, Reference, ReferenceStatus
from enrich.model.verdict import Status, Verdict
from enrich.model.work import Bibliography, Claim, DeadLink, Version, Work, WorkStatus
from enrich.text.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from enrich.export.schema import Table

Rows = list[dict[str, Any]]


def load_run(folder: Path) -> Bibliography:
    """The bibliography of an output folder.

    Raises:
        InputError: the folder has no complete set of Parquet files of this schema.
    """
    tables = {table.name: _rows(folder, table) for table in columns.TABLES if table is not columns.CHANGES}
    facts = _run_facts(folder)
    entries = _by_list(tables["entries"])
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
        references=tuple(_reference(row) for row in tables["entries"] if row["verdict"]),
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


def _rows(folder: Path, definition: Table) -> Rows:
    path = folder / f"{definition.name}.parquet"
    try:
        table = read_parquet(path)
    except FileNotFoundError as error:
        raise InputError("missing", path=path, advice="name the output folder of a run with Parquet files") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError("not a Parquet file", path=path, advice="run the list again") from error
    missing = {column.name for column in definition.columns} - set(table.column_names)
    if missing:
        raise InputError(
            f"lacks column {min(missing)}: another version wrote it", path=path, advice="run the list again"
        )
    rows: Rows = table.to_pylist()
    return rows


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


def _by_list(rows: Rows) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["list"]].append(row)
    return grouped


def _by_work(rows: Rows) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["work_id"]].append(row)
    return grouped


def _reading_list(facts: dict[str, Any], rows: Rows) -> ReadingList:
    return ReadingList(
        name=facts["name"],
        source=facts["source"],
        entries=tuple(_entry(row) for row in rows),
        title=facts["title"],
        omissions=tuple(Omission(**{**known, "urls": tuple(known["urls"])}) for known in facts["omissions"]),
        blocks=tuple(BlockNote(**known) for known in facts["blocks"]),
        parents=tuple(_parent(known) for known in facts.get("parents", ())),
        preambles=tuple(facts.get("preambles", ())),
        digest=facts["digest"],
    )


def _parent(facts: dict[str, Any]) -> Parent:
    return Parent(**facts | {"fields": tuple(StatedField(**one) for one in facts["fields"])})


def _entry(row: dict[str, Any]) -> Entry:
    plain = (
        *("order", "line", "title", "label", "venue", "year", "quote", "acronym", "notes", "date", "file", "family"),
        *("key", "type"),
    )
    return Entry(
        **{name: row[name] for name in plain},
        kind=EntryKind(row["kind"]),
        section_path=tuple(row["section_path"]),
        authors=tuple(row["authors"]),
        authors_truncated=bool(row["authors_truncated"]),
        remarks=tuple(row["remarks"]),
        topic_labels=tuple(row["topic_labels"]),
        keywords=tuple(row["keywords"]),
        links=tuple(Link(link["url"], link["label"], LinkRole(link["role"])) for link in row["links"]),
        identifiers=_identifiers(row["identifiers"]),
        fields=tuple(StatedField(**known) for known in row["fields"]),
        problems=tuple(row["problems"]),
    )


def _identifiers(texts: Iterable[str]) -> tuple[Identifier, ...]:
    return tuple(_identifier(*text.split(":", 1)) for text in texts)


def _identifier(scheme: str, value: str) -> Identifier:
    """The identifier of a value that ``format_identifier`` wrote; only two schemes have qualifiers to take apart."""
    if scheme in (Scheme.ARXIV, Scheme.NEURIPS):
        return parse_identifier(scheme, value)
    return Identifier(Scheme(scheme), value)


def _date(value: date | None, precision: str | None) -> PartialDate | None:
    if value is None:
        return None
    month = value.month if precision in ("month", "day") else None
    return PartialDate(value.year, month, value.day if precision == "day" else None)


def _finding(row: dict[str, Any]) -> Finding:
    plain = ("list", "order", "line", "kind", "list_says", "record_says", "fix", "file")
    return Finding(
        **{name: row[name] for name in plain}, severity=Severity(row["severity"]), evidence=tuple(row["evidence"])
    )


def _reference(row: dict[str, Any]) -> Reference:
    """The verdict on an entry; the record that it rests on is in the claims of its work."""
    reasons = tuple(Reason(**{**known, "severity": Severity(known["severity"])}) for known in row["reasons"])
    return Reference(
        **{name: row[name] for name in ("list", "order", "line", "file", "key", "title")},
        status=ReferenceStatus(row["verdict"]),
        reasons=reasons,
        asked=tuple(row["asked"]),
    )


def _works(tables: dict[str, Rows], entries: dict[str, Rows]) -> tuple[Work, ...]:
    authors, identifiers, versions, claims, dead = (
        _by_work(tables[name]) for name in ("authorships", "identifiers", "versions", "claims", "dead_links")
    )
    links: dict[str, Rows] = defaultdict(list)
    for row in tables["citation_links"]:
        links[row["citing_work_id"]].append(row)
    listed = _by_work([row for rows in entries.values() for row in rows])
    return tuple(
        _work(
            row,
            entries=listed[row["work_id"]],
            authors=authors[row["work_id"]],
            identifiers=identifiers[row["work_id"]],
            versions=versions[row["work_id"]],
            claims=claims[row["work_id"]],
            links=links[row["work_id"]],
            dead=dead[row["work_id"]],
        )
        for row in tables["works"]
    )


_PLAIN = (
    "work_id citation_key title title_source year venue venue_short publisher volume issue pages series edition place "
    "isbn issn url pdf_url license "
    "is_open_access language arxiv_category abstract version citation_count citation_count_source citation_count_at "
    "influential_citation_count first_seen_at updated_at"
).split()


def _work(
    row: dict[str, Any],
    *,
    entries: Rows,
    authors: Rows,
    identifiers: Rows,
    versions: Rows,
    claims: Rows,
    links: Rows,
    dead: Rows,
) -> Work:
    plain = {name: row[name] for name in _PLAIN}
    return Work(
        **plain | {"title_source": row["title_source"] or ""},
        type=WorkType(row["type"]),
        status=WorkStatus(row["status"]),
        date=_date(row["published_date"], row["published_precision"]),
        keywords=tuple(row["keywords"]),
        remarks=tuple(row["remarks"]),
        authors=tuple(_author(known) for known in authors),
        authors_truncated=row["n_authors"] is None,
        editors=tuple(parse_name(name) for name in row["editors"]),
        identifiers=tuple(_identifier(known["scheme"], known["value"]) for known in identifiers),
        identifier_sources=tuple(known["source"] for known in identifiers),
        entry_orders=tuple((known["list"], known["order"]) for known in entries),
        sections=tuple((known["list"], tuple(known["section_path"])) for known in entries),
        versions=tuple(_version(known) for known in versions),
        dead_links=tuple(_dead_link(known) for known in dead),
        claims=tuple(_claim(known) for known in claims),
        references=tuple(known["cited_work_id"] for known in links),
        reference_sources=tuple(known["source"] or "" for known in links),
        verdict=Verdict(Status(row["verdict_status"]), row["verdict_reason"]) if row["verdict_status"] else None,
    )


def _author(row: dict[str, Any]) -> Author:
    names = ("name", "family", "given", "suffix", "orcid", "affiliation", "openalex_author_id", "is_organization")
    return Author(**{name: row[name] for name in names})


def _version(row: dict[str, Any]) -> Version:
    return Version(
        type=WorkType(row["type"]),
        stage=Stage(row["stage"]) if row["stage"] else None,
        identifiers=_identifiers(row["identifiers"]),
        title=row["title"],
        date=_date(row["published_date"], row["published_precision"]),
        year=row["year"],
        venue=row["venue"],
        url=row["url"],
        sources=tuple(row["sources"]),
        evidence=tuple(row["evidence"]),
    )


def _dead_link(row: dict[str, Any]) -> DeadLink:
    identifier = _identifier(*row["identifier"].split(":", 1))
    return DeadLink(identifier=identifier, url=row["url"], source=row["source"], missed_at=row["missed_at"])


def _claim(row: dict[str, Any]) -> Claim:
    names = ("work_id", "field", "value", "source", "source_url", "retrieved_at", "method", "is_selected")
    return Claim(
        **{name: row[name] for name in names}, request_key=row["request_key"] or "", reason=row["reason"] or ""
    )
