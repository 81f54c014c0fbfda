"""``enrich parse``: the entries of a list as the reader sees them."""

from __future__ import annotations

import typer

from enrich.cli import new_app

app = new_app()


@app.command()
def parse(file: str = typer.Argument(help="List.")) -> None:
    """Print the entries of a list, one JSON object per entry."""
    print(file)
