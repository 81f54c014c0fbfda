"""``enrich check``: the findings about lists like a linter's, and the verdict on every reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app
from enrich.cli.logs import FormatOption, LevelOption, print_note, print_warning, start_logging
from enrich.cli.shared_options import ConfigOption, OfflineOption
from enrich.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.cli.checked import Checked

app = new_app()

_SEVERITIES = ("defect", "stale", "style", "note")
_VERDICTS = ("contradicted", "open")
_RETRACTED = frozenset({"retracted", "withdrawn"})
_SOURCES_OF_TEX = frozenset({".tex", ".ltx", ".latex", ".aux"})


@app.command()
def check(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="[PAPER.tex...] LIST...", help="Lists, and papers citing them; '-': standard input."),
    ],
    format_: Annotated[str, typer.Option("--format", metavar="text|json|sarif|github|markdown")] = "text",
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="contradicted|open|retracted|SEVERITY",
            help="Exit with 3 on such a reference or finding, or a worse one; may be repeated.",
        ),
    ] = None,
    offline: OfflineOption = False,
    config: ConfigOption = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Print what is wrong with lists, and which references are verified, open or contradicted.

    Beside a paper only what it cites is checked.
    """
    from enrich.cli.checked import PRINTERS, Checked
    from enrich.cli.progress import watched_session
    from enrich.config import load_settings
    from enrich.session.cited_parts import only_cited
    from enrich.text.printable import counted

    if format_ not in PRINTERS:
        raise InputError(f"no format {format_!r}", advice=f"there are {', '.join(PRINTERS)}")
    known = (*_VERDICTS, "retracted", *_SEVERITIES)
    if unknown := [one for one in fail_on or () if one not in known]:
        raise InputError(f"nothing to fail on is called {unknown[0]!r}", advice=f"there are {', '.join(known)}")
    papers = [Path(one) for one in inputs if Path(one).suffix.lower() in _SOURCES_OF_TEX]
    lists = [one for one in inputs if Path(one) not in papers]
    if not lists:
        raise InputError("a paper without its bibliography", path=papers[0], advice="name the .bib behind it")
    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    with watched_session(settings, offline=offline, counts=False, is_noted=False, run_id=run_id) as session:
        cited = only_cited(session.read(lists), papers)
        bibliography = session.enrich(cited.lists)
    checked = Checked(
        {one.name: one.source for one in bibliography.lists},
        (*bibliography.findings, *cited.findings),
        bibliography.references,
    )
    PRINTERS[format_](checked)
    for warning in (*session.run_warnings, *cited.warnings):
        print_warning(warning)
    if session.n_ignored:
        print_note(f"{counted(session.n_ignored, 'finding')} ignored by corrections")
    if _fails(checked, fail_on or ()):
        raise typer.Exit(ExitCode.INCOMPLETE)


def _fails(checked: Checked, fail_on: Iterable[str]) -> bool:
    """Whether there is anything that the user does not want to pass."""
    kinds = {one.kind for one in checked.findings}
    severities, verdicts = ({str(value) for value in some} for some in _grades(checked))
    return any(
        (one == "retracted" and not kinds.isdisjoint(_RETRACTED))
        or not severities.isdisjoint(_as_bad(one, _SEVERITIES))
        or not verdicts.isdisjoint(_as_bad(one, _VERDICTS))
        for one in fail_on
    )


def _grades(checked: Checked) -> tuple[set[str], set[str]]:
    return {one.severity for one in checked.findings}, {one.status for one in checked.references}


def _as_bad(grade: str, grades: Sequence[str]) -> Sequence[str]:
    """A grade and the worse ones, which come first; nothing for a grade of another kind."""
    return grades[: grades.index(grade) + 1] if grade in grades else ()
