"""``run.json``: what a run did, by the clock of the machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from enrich.export.columns import SCHEMA_VERSION
from enrich.export.licences import terms_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from enrich.model.entry import ReadingList
    from enrich.model.work import Bibliography

NAME = "run.json"


def to_run_json(bibliography: Bibliography) -> str:
    """The text of ``run.json``."""
    return to_text(to_facts(bibliography))


def to_text(facts: dict[str, Any]) -> str:
    """The text of ``run.json`` for these facts."""
    return json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n"


def to_facts(bibliography: Bibliography) -> dict[str, Any]:
    """What a run did."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": bibliography.run_id,
        "started_at": bibliography.started_at.isoformat(),
        "finished_at": bibliography.finished_at.isoformat() if bibliography.finished_at else None,
        "code_version": bibliography.code_version,
        "config_digest": bibliography.config_digest,
        "lists": [_list_facts(reading_list) for reading_list in bibliography.lists],
        "counts": _counts(bibliography),
        "sources_used": list(bibliography.sources_used),
        "ledger": list(bibliography.ledger),
        "warnings": list(bibliography.warnings),
        "failed_sources": sorted(name for name, _ in bibliography.source_failures),
        "changes_since": bibliography.changes_since.isoformat() if bibliography.changes_since else None,
    }


def to_metadata(bibliography: Bibliography) -> dict[str, str]:
    """What every Parquet file of a run says of it."""
    digests = "".join(sorted(known.digest for known in bibliography.lists))
    return {
        "run_id": bibliography.run_id,
        "code_version": bibliography.code_version,
        "source_digest": hashlib.sha256(digests.encode()).hexdigest(),
        "licence": " | ".join(str(known) for known in terms_of(bibliography.sources_used)),
    }


def day_of(facts: dict[str, Any]) -> date:
    """The UTC day on which the run of these facts began."""
    return datetime.fromisoformat(facts["started_at"]).astimezone(UTC).date()


def read_run_facts(folder: Path) -> dict[str, Any] | None:
    """The facts of the last run, or None where there is none that can be read."""
    try:
        facts = json.loads((folder / NAME).read_bytes())
        datetime.fromisoformat(facts["started_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(facts) if "run_id" in facts else None


def _list_facts(reading_list: ReadingList) -> dict[str, Any]:
    return {
        "name": reading_list.name,
        "title": reading_list.title,
        "source": reading_list.source,
        "digest": reading_list.digest,
        "n_entries": len(reading_list.entries),
        "omissions": [asdict(omission) for omission in reading_list.omissions],
        "blocks": [asdict(block) for block in reading_list.blocks],
        "legend": dict(reading_list.legend),
        "parents": [asdict(parent) for parent in reading_list.parents],
        "preambles": list(reading_list.preambles),
    }


def _counts(bibliography: Bibliography) -> dict[str, Any]:
    works = bibliography.works
    return {
        "entries": sum(len(reading_list.entries) for reading_list in bibliography.lists),
        "works": len(works),
        "new_works": len(bibliography.new_work_ids),
        "by_type": dict(sorted(Counter(work.type.value for work in works).items())),
        "by_status": dict(sorted(Counter(work.status.value for work in works).items())),
        "claims": sum(len(work.claims) for work in works),
        "findings": len(bibliography.findings),
        "with_authors": sum(bool(work.authors) for work in works),
        "with_abstract": sum(bool(work.abstract) for work in works),
        "with_doi": sum(work.identifier("doi") is not None for work in works),
        "with_arxiv_id": sum(work.identifier("arxiv") is not None for work in works),
        "with_citation_count": sum(work.citation_count is not None for work in works),
    }
