"""The comparison of a bibliography with the files of the last run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enrich.export import run_facts
from enrich.export.arrow import read_parquet
from enrich.export.changes.baseline import Baseline, read_baseline
from enrich.export.changes.entries import Listed, listed_entry, listed_row, match_entries
from enrich.export.changes.jumps import jumps, may_have_jumped
from enrich.export.changes.value_changes import resolved, value_changes
from enrich.export.cited_work import tidy
from enrich.export.columns import CHANGES
from enrich.export.history import read_counts
from enrich.export.rows import SECTION_SEPARATOR
from enrich.model.plain import write_identifier
from enrich.model.work import UNRESOLVED, Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from enrich.model.entry import Entry
    from enrich.model.work import Bibliography, Work

_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


def with_changes(bibliography: Bibliography, folder: Path) -> Bibliography:
    """The bibliography with the changes since the run whose files stand in a folder, and the day of that run.

    A repetition of that run on the same day reports what it reported; on a later day nothing has changed since. The
    first run into a folder and the first one of a list report nothing, for there is nothing to compare with.
    """
    facts = run_facts.read_run_facts(folder)
    if facts is not None and (reported := _repeated(bibliography, folder, facts)) is not None:
        return replace(bibliography, changes=reported, changes_since=_since(bibliography, facts))
    before = read_baseline(folder)
    if before is None:
        return replace(bibliography, changes=(), changes_since=None)
    comparison = _Comparison(before, tidy(bibliography), folder)
    return replace(bibliography, changes=tuple(comparison.changes()), changes_since=before.day)


def read_changes(folder: Path) -> tuple[Change, ...]:
    """The changes that the last run reported; none where an older version of enrich wrote them."""
    table = read_parquet(folder / f"{CHANGES.name}.parquet")
    if not {column.name for column in CHANGES.columns} <= set(table.column_names):
        return ()
    rows: list[dict[str, Any]] = table.drop_columns("position").to_pylist()
    return tuple(Change(**row | {"kind": ChangeKind(row["kind"])}) for row in rows)


def _repeated(bibliography: Bibliography, folder: Path, facts: dict[str, Any]) -> tuple[Change, ...] | None:
    """What the run reported whose repetition this is; None when it is none.

    A run that was killed while its files were renamed is known by its changes, which come first.
    """
    try:
        table = read_parquet(folder / f"{CHANGES.name}.parquet", ["position"])
        if (table.schema.metadata or {}).get(b"run_id") != bibliography.run_id.encode():
            return None
        if facts["run_id"] == bibliography.run_id:
            failed = {name for name, _ in bibliography.source_failures}
            if run_facts.day_of(facts) != bibliography.started_at.astimezone(UTC).date() or failed != set(
                facts.get("failed_sources", ())
            ):
                return None
        return read_changes(folder)
    except (OSError, pa.ArrowException):
        return None


def _since(bibliography: Bibliography, facts: dict[str, Any]) -> date | None:
    if facts["run_id"] != bibliography.run_id:
        return run_facts.day_of(facts)
    since = facts.get("changes_since")
    return date.fromisoformat(since) if since else None


@dataclass(slots=True)
class _Comparison:
    """The last run and this one, side by side."""

    before: Baseline
    now: Bibliography
    folder: Path
    works: dict[str, Work] = field(default_factory=dict)
    places: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    """work_id to its first entry and the list of that."""

    def changes(self) -> list[Change]:
        """All changes in the order of the report."""
        self.works = {work.work_id: work for work in self.now.works}
        for reading_list in self.now.lists:
            for entry in reading_list.entries:
                work_id = self.now.entry_works[reading_list.name, entry.order]
                self.places.setdefault(work_id, (reading_list.name, entry))
        found = [*self._entries(), *self._values(), *self._jumps(), *self._links(), *self._sources()]
        lists = {known.name: place for place, known in enumerate(self.now.lists)}
        return sorted(
            found,
            key=lambda one: (
                _ORDER[one.kind],
                lists.get(one.list or "", len(lists)),
                one.order or 0,
                one.work_id or one.source or "",
                one.field or "",
                one.url or "",
            ),
        )

    def _of(self, work: Work, **facts: Any) -> Change:  # noqa: ANN401 (the fields of a change)
        """A change of a work, placed at its first entry."""
        name, entry = self.places.get(work.work_id, (None, None))
        place = {"list": name, "order": entry.order, "line": entry.line, "file": entry.file} if entry else {}
        return Change(**{"work_id": work.work_id, "title": work.title, "url": work.url} | place | facts)

    def _entries(self) -> Iterator[Change]:
        is_told: set[str] = set()
        for reading_list in self.now.lists:
            name = reading_list.name
            if name not in self.before.entries:
                continue
            today = (
                listed_entry(entry, self.now.entry_works[name, entry.order])
                for entry in sorted(reading_list.entries, key=lambda known: known.order)
            )
            matching = match_entries(map(listed_row, self.before.entries[name]), today)
            for one in matching.new:
                work = self.works[one.work_id]
                yield _entry_change(
                    ChangeKind.ENTRY_ADDED, name, one, work.title, after=_section(one), url=one.first_url
                )
            for one in matching.gone:
                title = self.before.works.get(one.work_id, {}).get("title")
                url = one.first_url
                yield _entry_change(ChangeKind.ENTRY_REMOVED, name, one, title, before=_section(one), url=url)
            for old, one in matching.pairs:
                work = self.works[one.work_id]
                if old.section != one.section:
                    facts = {"before": _section(old), "after": _section(one), "url": one.first_url}
                    yield _entry_change(ChangeKind.ENTRY_MOVED, name, one, work.title, **facts)
                if old.work_id != one.work_id and one.work_id not in is_told:
                    is_told.add(one.work_id)
                    yield from (
                        replace(found, list=name, order=one.order, line=one.line, file=one.file)
                        for found in self._identity(old.work_id, work)
                    )

    def _identity(self, before_id: str, work: Work) -> Iterator[Change]:
        """An entry that was about another work."""
        before = self.before.works.get(before_id, {})
        if before.get("status") in UNRESOLVED:
            if work.status not in UNRESOLVED:
                yield self._of(work, **resolved(before, work))
        elif before and work.work_id not in self.before.works:
            facts = {"field": "work_id", "before": before_id, "after": work.work_id}
            yield self._of(work, kind=ChangeKind.VALUE_CHANGED, **facts)

    def _values(self) -> Iterator[Change]:
        for work in self.now.works:
            if (before := self.before.works.get(work.work_id)) is not None:
                yield from (self._of(work, **facts) for facts in value_changes(before, work))

    def _jumps(self) -> Iterator[Change]:
        raised = may_have_jumped(self.before.works, self.now.works)
        if raised:
            yield from (self._of(work, **facts) for work, facts in jumps(raised, read_counts(self.folder)))

    def _links(self) -> Iterator[Change]:
        known = self.before.dead_links
        if known is None:
            return
        then = {link["url"] for rows in self.before.entries.values() for row in rows for link in row.get("links") or ()}
        today = {link.url for one in self.now.lists for entry in one.entries for link in entry.links}
        dead = {(link.url, write_identifier(link.identifier)) for work in self.now.works for link in work.dead_links}
        for work in self.now.works:
            for link in work.dead_links:
                name = write_identifier(link.identifier)
                if link.url in then and (link.url, name) not in known:
                    facts = {"detail": name, "source": link.source, "url": link.url}
                    yield self._of(work, kind=ChangeKind.LINK_DIED, **facts)
        failed = {name for name, _ in self.now.source_failures}
        for (url, name), row in known.items():
            revived = self.works.get(row["work_id"])
            if (url, name) not in dead and url in today and revived is not None and row["source"] not in failed:
                facts = {"detail": name, "source": row["source"], "url": url}
                yield self._of(revived, kind=ChangeKind.LINK_REVIVED, **facts)

    def _sources(self) -> Iterator[Change]:
        known = self.before.failing
        if known is None:
            return
        failures = dict(self.now.source_failures)
        for name in failures.keys() - known.keys():
            yield Change(kind=ChangeKind.SOURCE_DOWN, source=name, detail=failures[name])
        answering = {str(row["source"]) for row in self.now.ledger if row.get("requests")} - failures.keys()
        for name in known.keys() & answering:
            yield Change(kind=ChangeKind.SOURCE_BACK, source=name)


def _section(entry: Listed) -> str | None:
    return SECTION_SEPARATOR.join(entry.section) or None


def _entry_change(kind: ChangeKind, name: str, entry: Listed, title: str | None, **facts: Any) -> Change:  # noqa: ANN401 (the fields of a change)
    """A change that the curator made: by the title that the list gives, or else by the title of the work."""
    return Change(
        kind=kind,
        list=name,
        order=entry.order,
        line=entry.line,
        file=entry.file,
        work_id=entry.work_id,
        title=entry.title or title,
        source="list",
        **facts,
    )


def as_mapping(change: Change) -> dict[str, Any]:
    """The change as plain values, in the order of the columns of the table."""
    return {
        column.name: value.value
        if isinstance(value, ChangeKind)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for column in CHANGES.columns[1:]
        for value in [getattr(change, column.name)]
    }


def to_json_lines(changes: Iterable[Change]) -> Iterator[str]:
    """The changes as ``changes.jsonl``: one object per line with the columns of the table."""
    for position, change in enumerate(changes, start=1):
        text = json.dumps({"position": position, **as_mapping(change)}, ensure_ascii=False)
        yield text.encode("utf-8", "replace").decode() + "\n"
