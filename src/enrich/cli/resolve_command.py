"""``enrich resolve``: the works of a catalogue that titles, references or BibTeX entries mean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from enrich.cli import new_app

app = new_app()


@app.command()
def resolve(
    queries: Annotated[
        Path, typer.Argument(help="Text (a title or reference a line), JSON lines or .bib; '-': stdin.")
    ],
    catalogue: Annotated[
        Path | None, typer.Option(help="Folder of the catalogue; without it the bundled one is asked.")
    ] = None,
) -> None:
    """Find the work that each query means, or say why that is left open: JSON lines, in order."""
    from enrich.catalogue import Catalogue, open_bundled
    from enrich.catalogue.resolve import resolve as resolve_query
    from enrich.catalogue.resolve import to_row
    from enrich.catalogue.written_queries import read_queries
    from enrich.cli.progress import Progress, can_move

    # Where a bar is drawn, how many there are is worth a second reading; standard input has none.
    total = sum(1 for _ in read_queries(queries)) if can_move() and queries.is_file() else 0
    with (
        open_bundled() if catalogue is None else Catalogue.open(catalogue) as opened,
        Progress(is_quiet=sys.stdout.isatty()) as progress,
    ):
        for done, query in enumerate(read_queries(queries), start=1):
            typer.echo(to_json(to_row(query.title, resolve_query(opened, query.readings))))
            progress("resolve", done, total)


def to_json(value: object) -> bytes:
    """Return one JSON line in UTF-8, whatever the terminal says."""
    import json

    return json.dumps(value, ensure_ascii=False).encode()
