"""What the readers could not read, or read in spite of a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.check.evidence import on_entry
from enrich.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.model.entry import ReadingList


def find_problems(reading_list: ReadingList) -> Iterator[Finding]:
    """Entries that are lost to a mistake, and mistakes of those that are not."""
    for omission in reading_list.omissions:
        if omission.detail:
            yield Finding(
                list=reading_list.name,
                order=None,
                line=omission.line,
                file=omission.file,
                kind="broken_entry",
                severity=Severity.DEFECT,
                list_says=omission.text[:80],
                record_says=omission.detail,
            )
    for entry in reading_list.entries:
        for problem in entry.problems:
            kind, _, what = problem.partition(": ")
            says = entry.key or entry.title or ""
            yield on_entry(reading_list.name, entry, kind, Severity.DEFECT, says, what)
