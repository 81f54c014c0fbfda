"""``enrich resolve``: the works of a catalogue that titles, references or BibTeX entries mean."""

from __future__ import annotations

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
    from enrich.catalogue.queries import read_queries
    from enrich.catalogue.resolve import resolve as resolve_query
    from enrich.catalogue.resolve import to_row

    with open_bundled() if catalogue is None else Catalogue.open(catalogue) as opened:
        for query in read_queries(queries):
            typer.echo(to_json(to_row(query.title, resolve_query(opened, query.readings))))


def to_json(value: object) -> bytes:
    """Return one JSON line in UTF-8, whatever the terminal says."""
    import json

    return json.dumps(value, ensure_ascii=False).encode()
