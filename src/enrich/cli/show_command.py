"""``enrich show``: one work with its versions and claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app

if TYPE_CHECKING:
    from rich.console import Console

    from enrich.model.work import Bibliography, Claim, Work

app = new_app()

_LONGEST_VALUE = 200
_MOST_AUTHORS = 12


@app.command()
def show(
    work: Annotated[
        str, typer.Argument(help="Citation key, identifier (arXiv, DOI, …), work_id or words of the title.")
    ],
    run: Annotated[Path | None, typer.Option("--run", help="Output folder of a run. [default: the newest one]")] = None,
) -> None:
    """Print one work with its versions and the claims for each of its values."""
    from enrich.cli.lookup import find_work, newest_run
    from enrich.cli.terminal import new_console
    from enrich.export import load

    bibliography = load(run or newest_run())
    console = new_console()
    _print_work(console, bibliography, find_work(bibliography, work))


def _print_work(console: Console, bibliography: Bibliography, work: Work) -> None:
    console.print(work.title or work.url or work.work_id, style="bold")
    names = [author.name for author in work.authors]
    console.print(
        "; ".join(names[:_MOST_AUTHORS]) + (f"; … ({len(names)} authors)" if len(names) > _MOST_AUTHORS else "")
    )
    when = str(work.date) if work.date else None
    count = (
        f"{work.citation_count} citations ({work.citation_count_source})" if work.citation_count is not None else None
    )
    facts = (work.type.value, work.venue_short or work.venue, str(work.year or ""), when, count)
    console.print(" · ".join(fact for fact in facts if fact), style="dim")
    console.print(f"key {work.citation_key}   work {work.work_id}   {work.url or ''}")
    entries = {known.name: known.entries for known in bibliography.lists}
    for name, order in work.entry_orders:
        entry = next(known for known in entries[name] if known.order == order)
        where = f": {' / '.join(entry.section_path)}" if entry.section_path else ""
        console.print(f"entry {order} of {name}, line {entry.line}{where}", style="dim")
    _print_versions(console, work)
    _print_claims(console, work)


def _print_versions(console: Console, work: Work) -> None:
    from rich.table import Table

    if not work.versions:
        return
    table = Table("version", "stage", "date", "venue", "identifiers", "sources", box=None, header_style="bold")
    for version in work.versions:
        table.add_row(
            version.type.value,
            version.stage.value if version.stage else "",
            str(version.date or version.year or ""),
            version.venue or "",
            " ".join(str(identifier) for identifier in version.identifiers),
            ", ".join(version.sources),
        )
    console.print()
    console.print(table)


def _print_claims(console: Console, work: Work) -> None:
    """Each field with its values, the selected one first; sources that say the same stand together."""
    fields: dict[str, dict[str, list[Claim]]] = {}
    for claim in sorted(work.claims, key=lambda known: (known.field, not known.is_selected)):
        fields.setdefault(claim.field, {}).setdefault(claim.value, []).append(claim)
    for field, values in fields.items():
        console.print(f"\n{field}", style="bold")
        for value, claims in values.items():
            mark = "✓" if any(claim.is_selected for claim in claims) else "·"
            console.print(f"  {mark} {value if len(value) <= _LONGEST_VALUE else f'{value[:_LONGEST_VALUE]}…'}")
            said = ", ".join(f"{claim.source} {claim.retrieved_at.date()}" for claim in claims)
            console.print(f"    {said}" + (f": {claims[0].reason}" if claims[0].reason else ""), style="dim")
