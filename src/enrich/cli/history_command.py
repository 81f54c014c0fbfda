"""``enrich history``: the citation counts of a work over time, and the retention of an old history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from click import Context
    from rich.console import Console

    from enrich.cli.plot import Series

_MOST_DAYS = 14
_HEIGHT = 12
_WIDEST = 120


class _WorkOrCommand(TyperGroup):
    """A group in which anything that is no command is the work that is asked about."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """The arguments with the command that may be left out."""
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["work", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_WorkOrCommand,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    subcommand_metavar="WORK | COMMAND [ARGS]...",
)


@app.callback()
def _root() -> None:
    """Print and plot the citation counts of a work over time, or thin out an old history."""


@app.command()
def work(
    asked: Annotated[
        str,
        typer.Argument(metavar="WORK", help="Citation key, identifier (arXiv, DOI, …), work_id or words of the title."),
    ],
    run: Annotated[Path | None, typer.Option("--run", help="Output folder of a run. [default: the newest one]")] = None,
    days: Annotated[int, typer.Option(min=1, help="How many days to print; the plot shows all.")] = _MOST_DAYS,
) -> None:
    """Print and plot the citation counts of a work over time; the word "work" may be left out.

    Works that left the list are found by their work_id.
    """
    from enrich.cli.lookup import newest_run
    from enrich.cli.plot import ASCII, UNICODE, to_plot
    from enrich.cli.terminal import new_console

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    folder = run or newest_run()
    title, work_id, series = _observations(folder, asked)
    console = new_console()
    console.print(title or work_id, style="bold")
    if title:
        console.print(work_id, style="dim")
    if not series:
        console.print("nobody has counted its citations yet")
        return
    console.print()
    _print_days(console, series, days)
    console.print()
    signs = UNICODE if _can_show(UNICODE.marks + UNICODE.corner) else ASCII
    for line in to_plot(series, width=min(console.width, _WIDEST), height=_HEIGHT, signs=signs):
        console.print(line, no_wrap=True, overflow="ignore", crop=False)


@app.command()
def compact(
    run_dir: Annotated[Path, typer.Argument(help="Output folder of a run.")],
    daily_days: Annotated[int, typer.Option(min=0, help="Age in days up to which every day stays.")] = 92,
    weekly_days: Annotated[int, typer.Option(min=0, help="Age in days up to which one day a week stays.")] = 730,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
) -> None:
    """Thin out an old history: the last count of each week stays, later the last of each month.

    Ages are counted from the newest observation. Nothing that is younger changes, and a count goes only where a
    later one of the same work and source stands.
    """
    from enrich.export.compaction import compact_history
    from enrich.text.printable import counted

    done = compact_history(run_dir, daily_days=daily_days, weekly_days=weekly_days, is_dry_run=dry_run)
    if not done.n_dropped:
        days = counted(done.n_days, "day")
        print(f"{run_dir}: {days} with {done.n_counts:,} counts, nothing to thin out")
        return
    print(
        f"{run_dir}: {done.n_dropped:,} of {done.n_counts:,} counts {'would go' if dry_run else 'went'}; "
        f"{done.n_days:,} days {'would become' if dry_run else 'became'} {done.n_days - len(done.removed):,}"
    )


def _observations(folder: Path, asked: str) -> tuple[str | None, str, dict[str, Series]]:
    """Title, work_id and counts by source of the work that is meant, in the list or left in its history."""
    from datetime import date

    from enrich.cli.lookup import find_work
    from enrich.errors import InputError
    from enrich.export import load
    from enrich.export.history import read_counts

    observed = list(read_counts(folder))
    if not observed and not (folder / "works.parquet").is_file():
        raise InputError("has no history of citation counts", path=folder, advice="name the output folder of a run")
    gone = asked.strip()
    title: str | None
    try:
        found = find_work(load(folder), asked)
        title, work_id = found.title, found.work_id
    except InputError:
        if not any(one == gone for _, one, _, _ in observed):
            raise
        title, work_id = _last_title(folder, gone), gone
    series: dict[str, Series] = {}
    for day, one, source, count in observed:
        if one == work_id:
            series.setdefault(source, []).append((date.fromisoformat(day), count))
    return title, work_id, dict(sorted(series.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _last_title(folder: Path, work_id: str) -> str | None:
    """The title under which a work that left the list was last in a change report."""
    from enrich.export.columns import CHANGES_HISTORY
    from enrich.export.history import partitions, read_partition

    for path in reversed(partitions(folder, CHANGES_HISTORY).values()):
        titles = [
            title for one, title in read_partition(path, CHANGES_HISTORY, names=("work_id", "title")) if one == work_id
        ]
        if titles and titles[-1]:
            return str(titles[-1])
    return None


def _print_days(console: Console, series: dict[str, Series], most: int) -> None:
    """The counts of the last days, a column for each source, with what came since the day before in the table."""
    from rich.table import Table

    by_day: dict[str, dict[str, int]] = {}
    for source, counts in series.items():
        for observed, count in counts:
            by_day.setdefault(observed.isoformat(), {})[source] = count
    shown = sorted(by_day)[-most:]
    if len(shown) < len(by_day):
        console.print(f"the last {len(shown)} of {len(by_day)} days; --days prints more", style="dim")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("day", no_wrap=True)
    for source in series:
        table.add_column(source, justify="right")
    last: dict[str, int] = {}
    for day in sorted(by_day):
        counts_of_day = by_day[day]
        if day in shown:
            table.add_row(day, *(_cell(counts_of_day.get(source), last.get(source)) for source in series))
        last |= counts_of_day
    console.print(table)


def _cell(count: int | None, before: int | None) -> str:
    if count is None:
        return ""
    return f"{count:,}" if before in (None, count) else f"{count:,} ({count - (before or 0):+,})"


def _can_show(signs: str) -> bool:
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
