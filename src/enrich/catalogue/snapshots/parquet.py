"""Parquet files: OpenAlex works, and the ``works.parquet`` that a run of ours writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from enrich.catalogue.record_lines import to_line
from enrich.catalogue.snapshots.json_lines import from_openalex
from enrich.catalogue.snapshots.snapshot import SnapshotItem
from enrich.errors import InputError
from enrich.export.fact_columns import FACT_COLUMNS, read_facts
from enrich.model.persons import Author
from enrich.model.plain import read_identifier
from enrich.model.record import NoticeKind, Record, WorkType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from enrich.catalogue.record_lines import Line

_BATCH_ROWS = 4_096
_OF_AUTHORS = ("name", "family", "given", "suffix", "orcid", "is_organization")
_UNKNOWN_DAY = datetime.fromtimestamp(0, UTC)


def read_parquet(path: Path, *, start: int = 0) -> Iterator[tuple[SnapshotItem, float]]:
    """Pieces of a Parquet file, each with the part of the file (0 to 1) that is read.

    Raises:
        InputError: the file is no Parquet, or truncated, or has other columns.
    """
    import pyarrow as pa  # noqa: PLC0415 (heavy, and needed for this shape only)
    from pyarrow import parquet  # noqa: PLC0415

    try:
        with parquet.ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            if "title" not in names or not names & {"id", "work_id"}:
                raise InputError("columns of neither OpenAlex works nor our works", path=path)
            convert = from_own_works if "work_id" in names else from_openalex
            n_rows, number = file.metadata.num_rows, 0
            for batch in file.iter_batches(_BATCH_ROWS):
                if number + batch.num_rows <= start:
                    number += batch.num_rows
                    continue
                for row in batch.to_pylist():
                    number += 1
                    if number > start:
                        yield _piece(number, row, convert), number / max(n_rows, 1)
    except (pa.ArrowException, OSError) as error:
        what = str(error).splitlines()[0]
        raise InputError(f"no readable Parquet: {what}", path=path, advice="download or write it again") from error


def _piece(number: int, row: Mapping[str, Any], convert: Any) -> SnapshotItem:  # noqa: ANN401 (one of two functions)
    try:
        return SnapshotItem(number, convert(row))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return SnapshotItem(number, None, f"no record: {error}")


def from_own_works(row: Mapping[str, Any]) -> Line:
    """Return the line of a row of our works table."""
    if not row["title"]:
        raise ValueError("no title")
    identifiers = [
        f"{scheme}:{row[column]}" for scheme, column in (("arxiv", "arxiv_id"), ("doi", "doi")) if row.get(column)
    ]
    if row["work_id"] not in identifiers:
        identifiers.append(str(row["work_id"]))
    authors = (Author(**{name: one[name] for name in _OF_AUTHORS if name in one}) for one in row.get("authors") or ())
    record = Record(
        source="works",
        identifiers=tuple(map(read_identifier, identifiers)),
        retrieved_at=row.get("updated_at") or _UNKNOWN_DAY,
        type=WorkType(row.get("type") or WorkType.UNKNOWN),
        authors=tuple(authors),
        authors_truncated="n_authors" in row and row["n_authors"] is None,
        citation_count_source=row.get("citation_count_source"),
        citation_count_at=row.get("citation_count_at"),
        remarks=tuple(each for each in row.get("remarks") or () if each in tuple(NoticeKind)),
        **read_facts(dict.fromkeys(column.name for columns in FACT_COLUMNS.values() for column in columns) | dict(row)),
    )
    line = to_line(record)
    if not row.get("updated_at"):
        del line["retrieved_at"]
    return line
