"""``enrich doctor``: what would keep a run from its work."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app
from enrich.cli.shared_options import ConfigOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.upkeep.preflight import Check

app = new_app()
_INDENT, _NARROW = 26, 60


@app.command()
def doctor(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 also on a warning, such as a throttle.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no service.")] = False,
) -> None:
    """Say what would keep a run from its work: settings, keys, services with limits and purpose, disk, state, versions.

    Exits with 0 when a run can do its work, 2 when something is yours to mend, 3 when a service fails.
    """
    from enrich.upkeep.preflight import exit_code_of

    checks = list(_checks(config, is_offline=offline))
    code = exit_code_of(checks, is_strict=strict)
    if as_json:
        found = {"exit_code": int(code), "checks": [asdict(one) for one in checks]}
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in _lines(checks):
            print(_wrapped(line))
    raise typer.Exit(code)


def _checks(config: Path | None, *, is_offline: bool) -> Iterator[Check]:
    from enrich.cli.logs import print_note, start_logging
    from enrich.config import load_settings
    from enrich.errors import ConfigError
    from enrich.session.wiring import new_clock
    from enrich.upkeep import preflight

    yield from preflight.check_versions()
    try:
        settings = load_settings(config)
    except ConfigError as error:
        text = f"{error}; nothing else can be looked at"
        yield preflight.Check(about="settings", name="settings", state=preflight.State.FAILED, text=text)
        return
    start_logging(None, None, settings=settings)  # what the fetcher would log is in the checks
    yield from preflight.check_settings(settings, config)
    yield from preflight.check_disk(settings)
    yield from preflight.check_state(settings, new_clock(settings)())
    if not is_offline:
        if sys.stderr.isatty():
            print_note("asking the services …")
        yield from preflight.check_services(settings)


def _lines(checks: Sequence[Check]) -> Iterator[str]:
    from enrich.model.request import Outcome
    from enrich.upkeep.preflight import State

    asked = [one for one in checks if "outcome" in one.facts]
    is_cut_off = len(asked) > 1 and all(one.facts["outcome"] == Outcome.UNREACHABLE for one in asked)
    for one in checks:
        if not (is_cut_off and one in asked):
            yield f"{one.state:<8}{one.name:<18}{'; '.join(filter(None, (one.text, one.advice)))}"
    if is_cut_off:
        text = "no service can be reached; runs answer from what is known"
        yield f"{State.FAILED:<8}{'network':<18}{text}"
    counts = Counter(one.state for one in checks if not (is_cut_off and one in asked))
    counts[State.FAILED] += is_cut_off
    told = [f"{counts[state]} {state}" for state in State if counts[state]]
    yield f"{', '.join(told)}"


def _wrapped(line: str) -> str:
    """The line for a terminal, its text in a column of its own where there is room; elsewhere as it is."""
    if not sys.stdout.isatty():
        return line
    width = shutil.get_terminal_size().columns
    indent = " " * (_INDENT if width > _NARROW else 2)
    return textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False)
