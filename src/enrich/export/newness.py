"""Which works no earlier run has published, by the files in the folder: not by the age of what is known of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from enrich.export.arrow import read_parquet, to_values
from enrich.export.manifest import is_torn
from enrich.model.identifiers import format_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from enrich.model.work import Bibliography, Work

_KEY = re.compile(r"^@(?!comment|preamble|string)\w+\{([^,\s]+),", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Published:
    """What the last files in a folder hold."""

    first_seen: Mapping[str, datetime | None]
    """By work_id."""
    identifiers: frozenset[tuple[str, str]] = frozenset()
    """Scheme and value: a work may have another name now."""
    keys: frozenset[str] = frozenset()
    """Citation keys, where a folder holds no tables."""

    def holds(self, work: Work) -> bool:
        """Whether a work is among them."""
        if work.work_id in self.first_seen or work.citation_key in self.keys:
            return True
        return any((str(one.scheme), format_identifier(one)) in self.identifiers for one in work.identifiers)


def read_published(folder: Path) -> Published | None:
    """What the last files in a folder hold; None where no run left any that tells of works."""
    try:
        table = read_parquet(folder / "works.parquet", ["work_id", "first_seen_at"])
        seen = dict(zip(*(to_values(table.column(name)) for name in table.column_names), strict=True))
        named = read_parquet(folder / "identifiers.parquet", ["scheme", "value"])
        return Published(seen, frozenset(zip(*map(to_values, named.columns), strict=True)))
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        pass
    try:
        return Published({}, keys=frozenset(_KEY.findall((folder / "works.bib").read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError):
        return None


def with_news(
    bibliography: Bibliography,
    folder: Path,
    published_here: Mapping[str, datetime],
    published_anywhere: Mapping[str, datetime],
) -> Bibliography:
    """The bibliography with its new works, and with the moment at which a run first published each work.

    A work is new when neither the last files of the folder nor what is remembered of earlier ones hold it. Into a
    folder without files counts what was published anywhere: whoever begins there imports ``works``. What a run left
    that was killed among its files nobody has imported yet.
    """
    was_killed = bool(published_here) and is_torn(folder, "works.parquet")
    last = Published({}) if was_killed else read_published(folder)
    known = published_anywhere if last is None else published_here
    new: set[str] = set()
    works = []
    for work in bibliography.works:
        is_old = work.work_id in known or (last is not None and last.holds(work))
        if not is_old:
            new.add(work.work_id)
        told = (last.first_seen.get(work.work_id) if last else None, published_anywhere.get(work.work_id))
        seen_at = min((one for one in told if one is not None), default=bibliography.started_at)
        works.append(replace(work, first_seen_at=seen_at))
    return replace(bibliography, works=tuple(works), new_work_ids=frozenset(new))
