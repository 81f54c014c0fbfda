"""``enrich nightly``: every list of the settings, without Prefect."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrich.cli import new_app
from enrich.cli.logs import LONGEST, FormatOption, LevelOption, is_logging, print_error, print_warning, start_logging
from enrich.cli.shared_options import ConfigOption, JsonOption, QuietOption
from enrich.errors import ExitCode
from enrich.text.printable import counted, one_line

if TYPE_CHECKING:
    from enrich.model.work import Change
    from enrich.nightly import ListOutcome
    from enrich.zotero.syncing import SyncReport

app = new_app()
_MOST_NAMED = 3


@app.command()
def nightly(
    lists: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LIST...]", help="Files, folders or addresses.  [default: the lists of the settings]"),
    ] = None,
    config: ConfigOption = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Print retractions and publications alone, and exit with 3 when there is one."),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when a source failed.")] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    metrics: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write figures for Prometheus' node exporter.  [default: metrics_file]"),
    ] = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Enrich every list of the settings, each into its own folder; print a line for each, and what changed."""
    from enrich.cli.progress import Progress
    from enrich.cli.summary import closing_lines, print_warnings, to_json, to_night_summary
    from enrich.config import load_settings
    from enrich.nightly import NightIsActiveError, run_night
    from enrich.store.journal import RunState

    settings = load_settings(config)
    if metrics is not None:
        settings = settings.model_copy(update={"metrics_file": metrics})
    run_id = start_logging(log_level, log_format, settings=settings)
    tell = _print_news if watch else _print_failure if quiet or as_json else _print_list
    try:
        with Progress(is_quiet=quiet or as_json or is_logging()) as progress:

            def on_list(one: ListOutcome) -> None:
                with progress.aside():
                    tell(one)

            outcome = run_night(
                settings, lists or (), on_list=on_list, on_event=progress.note, on_progress=progress, run_id=run_id
            )
    except NightIsActiveError as error:
        print_warning(str(error))
        return
    summary = to_night_summary(outcome)
    if as_json:
        print(to_json(summary))
    else:
        print_warnings(summary, with_headline=quiet or watch)
        if not quiet and not watch:
            for one in outcome.syncs:
                print(one.summary)
            for line in closing_lines(summary):
                print(line)
    has_news = watch and any(news_of(one) for one in outcome.lists)
    is_lacking = strict and outcome.state is not RunState.COMPLETE
    raise typer.Exit(outcome.exit_code or (ExitCode.INCOMPLETE if has_news or is_lacking else ExitCode.DONE))


def _print_failure(outcome: ListOutcome) -> None:
    if outcome.exit_code:
        print_error(f"{outcome.name}: {outcome.message}")


def _print_list(outcome: ListOutcome) -> None:
    if outcome.exit_code:
        _print_failure(outcome)
        return
    print(list_line(outcome))
    for line in change_lines(outcome)[1:]:
        print(f"  {line}")


def list_line(outcome: ListOutcome) -> str:
    """How a list fared, in one line: its size, what is new, changed, published and retracted, and what failed."""
    from enrich.model.work import ChangeKind

    first = change_lines(outcome)[0]
    new = f", {outcome.n_new:,} new" if outcome.n_new and outcome.since else ""
    kinds = outcome.kinds
    worth = (ChangeKind.PUBLISHED, ChangeKind.RETRACTED, ChangeKind.WITHDRAWN, ChangeKind.CONCERN)
    told = ", ".join(f"{kinds[kind]:,} {kind.replace('_', ' ')}" for kind in worth if kind in kinds)
    end = first[-1] if first[-1] in ".:" else ""
    what = f"{first[0].lower()}{first[1:].removesuffix(end)}" + (f" ({told})" if told else "")
    failed = outcome.failed_sources
    without = ", ".join(failed) if len(failed) <= _MOST_NAMED else f"{len(failed)} sources"
    lacks = f"; without {without}" if failed else ""
    sizes = f"{counted(outcome.n_entries, 'entry', 'entries')}, {counted(outcome.n_works, 'work')}"
    return f"{outcome.name}: {sizes}{new}; {what}{lacks}{end}"


def news_of(outcome: ListOutcome) -> list[Change]:
    """The changes after which a reference should be looked at again: what became of it, and published."""
    from enrich.model.work import ChangeKind

    kinds = (ChangeKind.RETRACTED, ChangeKind.WITHDRAWN, ChangeKind.CONCERN, ChangeKind.PUBLISHED)
    return [one for one in outcome.changes if one.kind in kinds]


def _print_news(outcome: ListOutcome) -> None:
    """A line for each retraction and publication; nothing on a night without."""
    if outcome.exit_code:
        print_error(f"{outcome.name}: {outcome.message}")
    for one in news_of(outcome):
        place = f"{one.file or outcome.argument}:{one.line}" if one.line else outcome.argument
        more = ", ".join(filter(None, (one.detail, one.url, one.source)))
        print(" ".join(f"{place}: {one.kind} “{one.title}”: {one.after} ({more})".split()))


def change_lines(outcome: ListOutcome) -> list[str]:
    """The change report of a list for a terminal; one line for a quiet night."""
    from enrich.export.change_report import to_lines

    return to_lines(outcome.changes, outcome.since)


def to_artifact(outcome: ListOutcome) -> tuple[str, list[dict[str, Any]]]:
    """A list's report as Markdown, and its changes as rows of texts."""
    from enrich.export.change_report import to_markdown, to_markdown_text

    if outcome.exit_code:
        name, message = to_markdown_text(outcome.name), to_markdown_text(outcome.message, LONGEST)
        return f"# {name}\n\nfailed: {message}\n", [{"kind": "failed", "detail": _cell(outcome.message)}]
    kinds = Counter(str(one.severity) for one in outcome.findings)
    found = ", ".join(f"{count} {severity}" for severity, count in sorted(kinds.items())) or "none"
    facts = [("entries", outcome.n_entries), ("works", outcome.n_works), ("findings", found), ("files", outcome.folder)]
    table = "\n".join(
        ["| | |", "|---|---|", *(f"| {name} | {to_markdown_text(str(value))} |" for name, value in facts)]
    )
    rows = [
        {
            name: "" if (value := getattr(one, name)) is None else _cell(str(value))
            for name in ("kind", "title", "field", "before", "after", "detail", "source", "url", "work_id", "line")
        }
        for one in outcome.changes
    ]
    quiet = [{"kind": "quiet", "detail": _cell(line)} for line in change_lines(outcome)]
    return f"{to_markdown(outcome.changes, outcome.name, outcome.since)}\n{table}\n", rows or quiet


def sync_to_markdown(report: SyncReport) -> str:
    """How a Zotero library was brought in step, for an artifact."""
    rows = [f"| {row.action} | {_to_cell(row.title)} | {_to_cell(row.detail)} |" for row in report.rows]
    table = "\n".join(["| action | title | detail |", "|---|---|---|", *rows]) if rows else "Nothing had to be written."
    failed = f"\n\nIncomplete: {_to_cell(report.message)}" if report.message else ""
    return f"# Zotero: {_to_cell(report.collection)}\n\n{_to_cell(report.summary)}{failed}\n\n{table}\n"


def _to_cell(text: str) -> str:
    """A text of strangers inside a Markdown table: neither markup nor HTML."""
    return re.sub(r"([\\`*_{}\[\]<>()#|!])", r"\\\1", " ".join(text.split()))


def _cell(text: str) -> str:
    """The text for a table artifact, in which ``[word](address)`` would become a link."""
    return one_line(text, LONGEST).replace("](", "] (")
