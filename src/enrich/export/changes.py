"""What changed since the last run: values of ``works`` that differ from the files about to be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enrich.export.arrow import read_parquet, to_arrow
from enrich.export.columns import CHANGES, WORKS
from enrich.export.rows import ROWS
from enrich.model.work import Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from enrich.model.work import Bibliography

_COMPARED = (
    "title",
    "type",
    "year",
    "published_date",
    "venue",
    "doi",
    "arxiv_id",
    "version",
    "status",
    "citation_count",
)


def find_changes(bibliography: Bibliography, folder: Path) -> tuple[Change, ...]:
    """The differences to the run whose files stand in a folder.

    A repetition of that run (equal inputs and replies) changes nothing, so it reports what that run reported.
    """
    try:
        before = read_parquet(folder / "works.parquet", columns=["work_id", "run_id", *_COMPARED])
        if before.num_rows and before.column("run_id")[0].as_py() == bibliography.run_id:
            return read_changes(folder)
    except (OSError, pa.ArrowException):
        return ()
    after = to_arrow(WORKS, ROWS["works"](bibliography))
    return tuple(_compare(_by_work(before), _by_work(after)))


def read_changes(folder: Path) -> tuple[Change, ...]:
    """The changes that the last run reported."""
    table = read_parquet(folder / f"{CHANGES.name}.parquet")
    return tuple(
        Change(
            work_id=row["work_id"],
            field=row["field"],
            kind=ChangeKind(row["kind"]),
            before=row["before"],
            after=row["after"],
        )
        for row in table.to_pylist()
    )


def _by_work(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["work_id"]: row for row in table.select(["work_id", *_COMPARED]).to_pylist()}


def _compare(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> Iterator[Change]:
    for work_id in sorted(before.keys() | after.keys()):
        old, new = before.get(work_id), after.get(work_id)
        if old is None and new is not None:
            yield Change(work_id=work_id, field="work", kind=ChangeKind.ADDED, after=new["title"])
        elif new is None and old is not None:
            yield Change(work_id=work_id, field="work", kind=ChangeKind.REMOVED, before=old["title"])
        elif old is not None and new is not None:
            yield from (
                Change(
                    work_id=work_id,
                    field=field,
                    kind=ChangeKind.CHANGED,
                    before=_text(old[field]),
                    after=_text(new[field]),
                )
                for field in _COMPARED
                if old[field] != new[field]
            )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
