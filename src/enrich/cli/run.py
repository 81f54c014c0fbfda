"""``enrich run``: the whole pipeline without Prefect."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrich.cli import new_app
from enrich.cli.logs import LONGEST, FormatOption, LevelOption, is_logging, print_warning, start_logging
from enrich.cli.terminal import new_console
from enrich.errors import ExitCode, InputError
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.model.work import Bibliography, Work
    from enrich.pipeline import Event

app = new_app()
_MOST_WARNINGS = 100


@app.command()
def run(
    lists: Annotated[list[str], typer.Argument(metavar="LIST...", help="Files, folders or addresses.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the results.  [default: data/out/<list name>]")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no source; use what is known.")] = False,
    config: Annotated[Path | None, typer.Option(help="Settings.  [default: enrich.toml if there is one]")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when something stayed open.")] = False,
    reader: Annotated[str | None, typer.Option(help="Force a reader instead of choosing by content.")] = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Enrich reading lists: BibTeX, CSV and Parquet from their links."""
    from enrich.config import load_settings
    from enrich.pipeline import Run, run_lists

    if not all(lists) or (out is not None and not out.parts):
        raise InputError("an empty path", advice="name a file or a folder")
    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    with _progress() as report, Run(settings, offline=offline, on_event=report, run_id=run_id) as current:
        bibliography, folder = run_lists(current, lists, out, reader=reader)
    print_summary(bibliography, folder)
    is_open = any(work.status == "not_found" for work in bibliography.works)
    is_lost = any(omission.detail for one in bibliography.lists for omission in one.omissions)
    if strict and (current.failed_sources or is_open or is_lost):
        raise typer.Exit(ExitCode.INCOMPLETE)


class _progress:  # noqa: N801 (used like a function)
    """A line that changes on a terminal, plain lines elsewhere; both on standard error."""

    def __enter__(self) -> Callable[[Event], None]:
        self._status = None
        if is_logging():
            return lambda _: None
        if not sys.stderr.isatty():
            return lambda event: print(f"{event.stage}: {event.text}", file=sys.stderr, flush=True)
        from rich.text import Text

        self._status = new_console(is_error=True).status("starting")
        self._status.start()
        status = self._status
        return lambda event: status.update(Text(one_line(f"{event.stage}: {event.text}", LONGEST)))

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()


def print_summary(bibliography: Bibliography, folder: Path) -> None:
    """Print the table that closes a run, and its warnings on standard error."""
    from rich.table import Table

    console = new_console()
    table = Table(title=f"{', '.join(one.name for one in bibliography.lists)}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in summary_rows(bibliography, folder):
        table.add_row(one_line(name, LONGEST), one_line(value, LONGEST))
    console.print(table)
    for warning in bibliography.warnings:
        print_warning(warning)


def summary_rows(bibliography: Bibliography, folder: Path) -> Iterator[tuple[str, str]]:
    """The rows of the table that closes a run."""
    works = bibliography.works
    entries = sum(len(one.entries) for one in bibliography.lists)
    yield "entries", str(entries)
    yield "works", f"{len(works)} ({sum(work.status == 'ok' for work in works)} complete)"
    by_source: dict[str, int] = {}
    for work in works:
        for source in {record.source for record in work.records}:
            by_source[source] = by_source.get(source, 0) + 1
    unresolved = sum(work.status == "not_found" for work in works)
    resolved = [
        f"{source} {count}" for source, count in sorted(by_source.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    yield "resolved by", ", ".join([*resolved, *([f"nobody {unresolved}"] if unresolved else [])]) or "nobody"
    for row in bibliography.ledger:
        yield str(row["source"]), _ledger_text(row)
    yield "missing", ", ".join(_missing_texts(works)) or "nothing"
    for source, fields in ((row["source"], row["missing"]) for row in bibliography.ledger if row["missing"]):
        texts = (f"{name.replace('_', ' ')} of {count}" for name, count in fields.items())
        yield f"for want of {source}", ", ".join(texts)
    yield "files", f"{folder}/"


def to_markdown(bibliography: Bibliography, folder: Path) -> str:
    """The summary of a run and its warnings, as Markdown in which nothing that a list or a service says is markup."""
    from enrich.export.change_report import to_markdown_text

    rows = [
        f"| {to_markdown_text(name)} | {to_markdown_text(value)} |"
        for name, value in summary_rows(bibliography, folder)
    ]
    warnings = [f"- {to_markdown_text(warning)}" for warning in bibliography.warnings[:_MOST_WARNINGS]]
    if (n_more := len(bibliography.warnings) - len(warnings)) > 0:
        warnings.append(f"- and {n_more:,} more in `run.json`")
    title = to_markdown_text(", ".join(one.name for one in bibliography.lists))
    parts = [f"# {title}", "\n".join(["| | |", "|---|---|", *rows])]
    return "\n\n".join([*parts, *(["## Warnings", "\n".join(warnings)] if warnings else [])])


def _missing_texts(works: Sequence[Work]) -> Iterator[str]:
    """How many works lack what readers look for first."""
    for name in ("authors", "year", "venue", "citation_count", "abstract"):
        is_cut = name == "authors"
        count = sum(getattr(work, name) in (None, "", ()) or (is_cut and work.authors_truncated) for work in works)
        if count:
            yield f"{name.replace('_', ' ')} of {count}"


def _ledger_text(row: dict[str, Any]) -> str:
    parts = [f"{row['requests']} requests", f"{row['cached']} from the cache", f"{row['works']} works"]
    parts += [f"{row[name]} {name}" for name in ("retried", "throttled", "failed") if row[name]]
    parts += [f"{row['waited_s']:.1f} s waited"] if row["waited_s"] >= 0.1 else []  # noqa: PLR2004 (a tenth of a second)
    return f"{', '.join(parts)}, {row['bytes'] / 1024:.0f} KiB"
