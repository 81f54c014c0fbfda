"""Names that were published stay: where the store is new or was lost, the last files of a folder still know them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from enrich.errors import IdentifierError
from enrich.model.identifiers import parse_identifier
from enrich.model.work import UNRESOLVED

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from enrich.store.store import Store


def recall_names(store: Store, folder: Path, now: datetime) -> None:
    """Freeze the work ids and citation keys in the last files of a folder into which the store knows of no run."""
    if not (folder / "works.parquet").is_file() or store.published(str(folder.resolve())):
        return
    import pyarrow as pa  # noqa: PLC0415 (heavy, and most commands read no tables)

    from enrich.export.arrow import read_parquet  # noqa: PLC0415 (same)

    try:
        works = read_parquet(folder / "works.parquet", ["work_id", "citation_key", "status"]).to_pylist()
        named = read_parquet(folder / "identifiers.parquet", ["work_id", "scheme", "value"]).to_pylist()
        identifiers = defaultdict(list)
        for row in named:
            identifiers[row["work_id"]].append(str(parse_identifier(row["scheme"], row["value"])))
        found = {
            row["work_id"]: (row["citation_key"], identifiers[row["work_id"]])
            for row in works
            # A work that nobody knows may turn out to be one with a name of its own.
            if row["status"] not in UNRESOLVED and identifiers[row["work_id"]]
        }
    except (OSError, pa.ArrowException, KeyError, TypeError, IdentifierError):
        return
    with store.transaction():
        store.freeze(found, now)
