"""Resolving millions of queries in partitions: each is a file in, a file out, and may run anywhere and again."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any

from enrich.catalogue.bundled import open_lines
from enrich.catalogue.catalogue import Catalogue
from enrich.catalogue.completeness import FILE
from enrich.catalogue.record_lines import to_line
from enrich.catalogue.resolve import resolve, to_row
from enrich.catalogue.written_queries import parse_query, read_queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from enrich.matching.candidates import Decision
    from enrich.model.record import Record

PARTITION_QUERIES = 10_000
"""Queries in one partition: minutes of work, so that a lost worker costs minutes."""


def split_queries(path: Path, folder: Path, *, size: int = PARTITION_QUERIES) -> list[Path]:
    """Write the queries of a file as partitions; return their files, in order.

    Raises:
        InputError: a line is no query.
    """
    folder.mkdir(parents=True, exist_ok=True)
    queries = (dict(query.written) for query in read_queries(path))
    partitions: list[Path] = []
    while batch := list(islice(queries, size)):
        target = folder / f"part-{len(partitions):05d}.jsonl"
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in batch)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            draft = target.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        partitions.append(target)
    for stale in set(folder.glob("part-*.jsonl")) - set(partitions):
        stale.unlink()
    return partitions


def resolve_partition(partition: Path, catalogue: Path, folder: Path, *, shard: int = 0, n_shards: int = 1) -> Path:
    """Resolve a partition against one shard of a catalogue, unless that was done; return the file of the findings."""
    digest = sha256(f"{shard}/{n_shards}".encode() + partition.read_bytes() + (catalogue / FILE).read_bytes())
    target = folder / f"{partition.stem}-{shard}-{digest.hexdigest()[:16]}.jsonl"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    with Catalogue.open(catalogue, shard=shard, n_shards=n_shards) as opened, draft.open("w", encoding="utf-8") as file:
        for written in _read(partition):
            query = parse_query(written)
            decision = resolve(opened, query.readings)
            found: dict[str, Any] = {"row": to_row(query.title, decision)}
            if n_shards > 1:
                found["lines"] = [to_line(record) for record in _all_records(decision)]
            file.write(json.dumps(found, ensure_ascii=False) + "\n")
    draft.replace(target)
    return target


def _all_records(decision: Decision) -> list[Record]:
    records = [*decision.records, *decision.rivals, *([decision.best] if decision.best else [])]
    return [record for place, record in enumerate(records) if record not in records[:place]]


def merge_partition(partition: Path, findings: Sequence[Path], target: Path) -> int:
    """Decide on what all shards found for a partition, and write the rows as Parquet; return how many."""
    import pyarrow as pa  # noqa: PLC0415 (heavy, and a worker that only resolves does not need it)
    from pyarrow import parquet  # noqa: PLC0415

    rows = []
    for written, *found in zip(_read(partition), *map(_read, findings), strict=True):
        rows.append(found[0]["row"] if len(found) == 1 else _settle(written, found))
    schema = pa.schema(
        [
            ("title", pa.string()),
            ("status", pa.string()),
            ("reason", pa.string()),
            ("identifiers", pa.list_(pa.string())),
            ("record_title", pa.string()),
            ("record_authors", pa.list_(pa.string())),
            ("record_year", pa.int32()),
        ]
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), draft, compression="zstd")
    draft.replace(target)
    return len(rows)


def _settle(written: dict[str, Any], found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row for a query, decided anew among the records that the shards found."""
    lines = [json.dumps(line, ensure_ascii=False) for each in found for line in each["lines"]]
    query = parse_query(written)
    with open_lines(dict.fromkeys(lines)) as gathered:
        return to_row(query.title, resolve(gathered, query.readings))


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
