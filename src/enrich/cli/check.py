"""``enrich check``: the findings about a list, like a linter."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from enrich.cli import new_app
from enrich.cli.logs import FormatOption, LevelOption, print_note, print_warning, start_logging
from enrich.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.model.finding import Finding

app = new_app()

_SEVERITIES = ("defect", "stale", "style", "note")
_SARIF_LEVELS = {"defect": "error", "stale": "warning", "style": "note", "note": "note"}


@app.command()
def check(
    list_: Annotated[str, typer.Argument(metavar="LIST", help="A file.")],
    format_: Annotated[str, typer.Option("--format", metavar="text|json|sarif|github|markdown")] = "text",
    fail_on: Annotated[str | None, typer.Option(help="Exit with 3 on findings this severe: defect, stale, …")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Answer from store and catalogue alone.")] = False,
    config: Annotated[Path | None, typer.Option(help="Settings.  [default: enrich.toml if there is one]")] = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Print what is wrong with a list: other titles, labels, links and years than the records have.

    Example: enrich check data/raw/awesome-neural-ode.md --offline
    """
    if format_ not in _PRINTERS:
        raise InputError(f"no format {format_!r}", advice=f"there are {', '.join(_PRINTERS)}")
    if fail_on is not None and fail_on not in _SEVERITIES:
        raise InputError(f"no severity {fail_on!r}", advice=f"there are {', '.join(_SEVERITIES)}")
    from enrich.config import load_settings
    from enrich.pipeline import Run, find_list_findings

    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    with Run(settings, offline=offline, run_id=run_id) as run:
        findings = find_list_findings(run, list_)
    _PRINTERS[format_](list_, findings)
    for warning in run.run_warnings:
        print_warning(warning)
    if run.n_ignored:
        print_note(f"{run.n_ignored} finding{'s' if run.n_ignored > 1 else ''} ignored by corrections")
    if fail_on is not None:
        worst = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
        if any(one.severity in worst for one in findings):
            raise typer.Exit(ExitCode.INCOMPLETE)


def to_row(finding: Finding) -> dict[str, Any]:
    """A finding as the object that ``--format json`` prints."""
    names = ("order", "line", "kind", "severity", "list_says", "record_says", "evidence", "fix", "file")
    row = asdict(finding)
    return {name: list(row[name]) if name == "evidence" else row[name] for name in names}


def _print_text(path: str, findings: Sequence[Finding]) -> None:
    for one in findings:
        fix = f" → {one.fix}" if one.fix else ""
        place = f"{one.file or path}:{one.line}"
        line = f"{place}: {one.severity} {one.kind}: {one.list_says} | {one.record_says}{fix}"
        print("".join(letter for letter in line if letter.isprintable()))
    counts = ", ".join(f"{sum(one.severity == name for one in findings)} {name}" for name in _SEVERITIES)
    print(f"{len(findings)} findings: {counts}")


def _print_json(_: str, findings: Sequence[Finding]) -> None:
    print(json.dumps([to_row(one) for one in findings], ensure_ascii=False, indent=1))


def _print_github(path: str, findings: Sequence[Finding]) -> None:
    """Workflow commands: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>."""
    for one in findings:
        level = {"error": "error", "warning": "warning"}.get(_SARIF_LEVELS[one.severity], "notice")
        text = _escape_data(f"{one.list_says} | {one.record_says}")
        file = _escape_data(one.file or path).replace(":", "%3A").replace(",", "%2C")
        print(f"::{level} file={file},line={one.line},title={one.kind}::{text}")


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _print_markdown(path: str, findings: Sequence[Finding]) -> None:
    from enrich.export.change_report import to_markdown_text

    print("| line | severity | kind | the list says | the record says | fix |\n|---|---|---|---|---|---|")
    for one in findings:
        place, *said = map(
            to_markdown_text, (f"{one.file or path}:{one.line}", one.list_says, one.record_says, one.fix or "")
        )
        print("| " + " | ".join((place, one.severity, one.kind, *said)) + " |")


def _print_sarif(path: str, findings: Sequence[Finding]) -> None:
    """SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>."""
    kinds = sorted({one.kind for one in findings})
    results = [
        {
            "ruleId": one.kind,
            "ruleIndex": kinds.index(one.kind),
            "level": _SARIF_LEVELS[one.severity],
            "message": {"text": f"{one.list_says} | {one.record_says}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(one.file or path)},
                        "region": {"startLine": max(1, one.line)},
                    }
                }
            ],
        }
        for one in findings
    ]
    driver = {"name": "enrich", "rules": [{"id": kind} for kind in kinds]}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    print(json.dumps(log, ensure_ascii=False, indent=1))


_PRINTERS: dict[str, Callable[[str, Sequence[Finding]], None]] = {
    "text": _print_text,
    "json": _print_json,
    "sarif": _print_sarif,
    "github": _print_github,
    "markdown": _print_markdown,
}
