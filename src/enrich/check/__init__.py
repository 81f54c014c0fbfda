"""What is wrong with a list: entries and works in, findings out, each with what both sides say and a proposed fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.check.absent import find_absent_works
from enrich.check.agreement import Comparisons
from enrich.check.differing_titles import find_title_differences
from enrich.check.finding_kinds import KINDS
from enrich.check.identity import find_duplicates, find_foreign_links, find_missing_links
from enrich.check.links import find_old_links
from enrich.check.markup import find_markup_defects
from enrich.check.problems import find_problems
from enrich.check.references import Inquiry, judge_references, without_ignored
from enrich.check.venue_labels import find_label_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.work import AbsentWork, Work

__all__ = ["KINDS", "Comparisons", "Inquiry", "find_findings", "in_order", "judge_references", "without_ignored"]


def find_findings(
    reading_list: ReadingList, works: Mapping[int, Work], text: str | None = None, absent: Sequence[AbsentWork] = ()
) -> tuple[Finding, ...]:
    """The findings about a list in the order of its lines.

    ``works`` maps entry orders to works; ``text`` is the list as written, for what only its markup shows;
    ``absent`` are the works that its works cite and that are not on it.
    """
    findings = [
        *find_duplicates(reading_list, works),
        *find_foreign_links(reading_list, works),
        *find_missing_links(reading_list, works),
        *find_title_differences(reading_list, works),
        *find_label_differences(reading_list, works),
        *find_old_links(reading_list, works),
        *find_markup_defects(reading_list, text),
        *find_problems(reading_list),
        *find_absent_works(reading_list, works, absent),
    ]
    return in_order(findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of the lines that they are about."""
    return tuple(sorted(findings, key=lambda one: (one.file or "", one.line, one.kind, one.list_says)))
