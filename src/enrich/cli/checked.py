"""What ``enrich check`` prints: text, JSON, SARIF, annotations of a workflow, Markdown."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from enrich.model.reference import UNCONFIRMED, ReferenceStatus
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.model.finding import Finding
    from enrich.model.record import Record
    from enrich.model.reference import Reference, ReferenceReason

_SEVERITIES = ("defect", "stale", "style", "note")
_SARIF_LEVELS = {"defect": "error", "stale": "warning", "style": "note", "note": "note"}
_VERDICT_LEVELS = {ReferenceStatus.CONTRADICTED: "error", ReferenceStatus.OPEN: "warning"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    paths: Mapping[str, str]
    """Name of each list to where it was read."""
    findings: Sequence[Finding]
    references: Sequence[Reference] = ()

    def path_of(self, one: Finding | Reference) -> str:
        """The file in which it stands."""
        return one.file or self.paths.get(one.list, one.list)

    def unsure(self) -> list[Reference]:
        """The references that are not verified."""
        return [one for one in self.references if one.status is not ReferenceStatus.VERIFIED]

    def silent(self) -> Iterator[Reference]:
        """The references that are not verified although no finding says why."""
        told = {(one.list, one.order) for one in self.findings}
        return (one for one in self.unsure() if (one.list, one.order) not in told)


def finding_to_row(finding: Finding) -> dict[str, Any]:
    """A finding as the object that ``--format json`` prints."""
    names = ("order", "line", "kind", "severity", "list_says", "record_says", "evidence", "fix", "file", "list")
    row = asdict(finding)
    return {name: list(row[name]) if name == "evidence" else row[name] for name in names}


def reference_to_row(reference: Reference) -> dict[str, Any]:
    """A reference as the object that ``--format json`` prints; ``docs/check.schema.json`` describes it."""
    verdict = reference.verdict
    return {
        "key": reference.key,
        "line": reference.line,
        "verdict": str(reference.status),
        "reasons": [_reason_to_row(one) for one in reference.reasons],
        "record": _record_to_row(reference.record) if reference.record else None,
        "evidence": {
            "status": str(verdict.status),
            "reason": str(verdict.reason),
            "probability": verdict.probability,
            "bits": [[one.feature, one.value, one.bits] for one in verdict.evidence],
        }
        if verdict
        else None,
        "asked": list(reference.asked),
        "unanswered": list(reference.unanswered),
        "title": reference.title,
        "list": reference.list,
        "order": reference.order,
        "file": reference.file,
    }


def _reason_to_row(reason: ReferenceReason) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "severity": str(reason.severity),
        "field": reason.field,
        "entry": reason.entry_says,
        "record": reason.record_says,
        "source": reason.source,
        "contradicts": reason.is_contradiction,
    }


def _record_to_row(record: Record) -> dict[str, Any]:
    plain = ("title", "year", "venue", "volume", "issue", "pages", "source_url")
    return {
        "source": record.source,
        "identifiers": [str(one) for one in record.identifiers],
        "authors": [one.name for one in record.authors],
        "type": str(record.type),
        **{name: getattr(record, name) for name in plain},
    }


def _print_text(checked: Checked) -> None:
    for one in checked.findings:
        fix = f" → {one.fix}" if one.fix else ""
        place = f"{checked.path_of(one)}:{one.line}"
        print(one_line(f"{place}: {one.severity} {one.kind}: {one.list_says} | {one.record_says}{fix}"))
    for reference in checked.unsure():
        print(one_line(f"{checked.path_of(reference)}:{reference.line}: {_told(reference)}"))
    counts = ", ".join(f"{sum(one.severity == name for one in checked.findings)} {name}" for name in _SEVERITIES)
    print(f"{len(checked.findings)} findings: {counts}")
    if checked.references:
        print(_counted(checked))


def _told(reference: Reference) -> str:
    """``contradicted chen2018 (authors_differ, year_differs); nearest doi:10.… “Title” (crossref)``."""
    name = reference.key or (f"“{reference.title}”" if reference.title else f"entry {reference.order}")
    is_open = reference.status is ReferenceStatus.OPEN
    reasons = [one for one in reference.reasons if one.is_contradiction or is_open]
    why = ", ".join(dict.fromkeys(_why(one) for one in reasons))
    asked = f"; asked {', '.join(reference.asked) or 'nobody'}" if is_open else ""
    failed = f"; no answer from {', '.join(reference.unanswered)}" if is_open and reference.unanswered else ""
    return f"{reference.status} {name} ({why}){asked}{failed}{_nearest(reference)}"


def _why(reason: ReferenceReason) -> str:
    return f"{reason.field} {reason.kind}" if reason.kind == UNCONFIRMED else reason.kind


def _nearest(reference: Reference) -> str:
    record = reference.record
    if record is None:
        return ""
    name = f"{record.identifiers[0]} " if record.identifiers else ""
    return f"; {'found' if reference.is_found else 'nearest'} {name}“{record.title}” ({record.source})"


def _counted(checked: Checked) -> str:
    counts = Counter(one.status for one in checked.references)
    return f"{len(checked.references)} references: {', '.join(f'{counts[one]} {one}' for one in ReferenceStatus)}"


def _print_json(checked: Checked) -> None:
    content = {
        "findings": [finding_to_row(one) for one in checked.findings],
        "references": [reference_to_row(one) for one in checked.references],
    }
    print(json.dumps(content, ensure_ascii=False, indent=1))


def _print_github(checked: Checked) -> None:
    """Workflow commands: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>."""
    for one in checked.findings:
        level = {"error": "error", "warning": "warning"}.get(_SARIF_LEVELS[one.severity], "notice")
        print(_annotation(level, checked.path_of(one), one.line, one.kind, f"{one.list_says} | {one.record_says}"))
    for reference in checked.silent():
        level = _VERDICT_LEVELS[reference.status]
        path = checked.path_of(reference)
        print(_annotation(level, path, reference.line, str(reference.status), _told(reference)))


def _annotation(level: str, path: str, line: int, title: str, text: str) -> str:
    file = _escape_data(path).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={file},line={line},title={title}::{_escape_data(text)}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _print_markdown(checked: Checked) -> None:
    from enrich.export.change_report import to_markdown_text

    if checked.references:
        print(f"{_counted(checked)}.\n")
    print("| line | severity | kind | the list says | the record says | fix |\n|---|---|---|---|---|---|")
    for one in checked.findings:
        texts = (f"{checked.path_of(one)}:{one.line}", one.list_says, one.record_says, one.fix or "")
        place, *said = map(to_markdown_text, texts)
        print("| " + " | ".join((place, one.severity, one.kind, *said)) + " |")
    if unsure := checked.unsure():
        print("\n| line | verdict | reference | why | record |\n|---|---|---|---|---|")
        for reference in unsure:
            why = ", ".join(dict.fromkeys(_why(one) for one in reference.reasons))
            name = reference.key or reference.title or ""
            place = f"{checked.path_of(reference)}:{reference.line}"
            cells = map(to_markdown_text, (place, name, why, _nearest(reference).removeprefix("; ")))
            where, *texts_ = cells
            print("| " + " | ".join((where, str(reference.status), *texts_)) + " |")


def _print_sarif(checked: Checked) -> None:
    """SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>."""
    verdicts = {(one.list, one.order): one for one in checked.references}
    told: list[tuple[str, str, str, str, int, Reference | None]] = [
        (one.kind, _SARIF_LEVELS[one.severity], f"{one.list_says} | {one.record_says}", checked.path_of(one), one.line,
         verdicts.get((one.list, one.order or 0)))
        for one in checked.findings
    ]  # fmt: skip
    told += [
        (str(one.status), _VERDICT_LEVELS[one.status], _told(one), checked.path_of(one), one.line, one)
        for one in checked.silent()
    ]
    kinds = sorted({kind for kind, *_ in told})
    results = [
        {
            "ruleId": kind,
            "ruleIndex": kinds.index(kind),
            "level": level,
            "message": {"text": text},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(path)},
                        "region": {"startLine": max(1, line)},
                    }
                }
            ],
            **({"properties": {"key": one.key, "verdict": str(one.status)}} if one else {}),
        }
        for kind, level, text, path, line, one in told
    ]
    driver = {"name": "enrich", "rules": [{"id": kind} for kind in kinds]}
    references = [reference_to_row(one) for one in checked.references]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results, "properties": {"references": references}}],
    }
    print(json.dumps(log, ensure_ascii=False, indent=1))


PRINTERS: dict[str, Callable[[Checked], None]] = {
    "text": _print_text,
    "json": _print_json,
    "sarif": _print_sarif,
    "github": _print_github,
    "markdown": _print_markdown,
}
