"""``enrich resolve``: the works of a catalogue that titles, references or BibTeX entries mean."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.catalogue.resolve import Query

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
    from enrich.cli.queries import print_json

    with open_bundled() if catalogue is None else Catalogue.open(catalogue) as opened:
        for query in _read(queries):
            print_json(to_row(query, resolve_query(opened, query.readings)))


def _read(path: Path) -> Iterator[Query]:
    from enrich.catalogue.resolve import query_from_fields, query_from_text
    from enrich.cli.queries import parse_objects, read_text_lines

    if path.suffix == ".bib":
        yield from _read_bibtex(path)
        return
    lines = read_text_lines(path)
    first = next(lines, None)
    if first is None:
        return
    if path.suffix in {".jsonl", ".ndjson", ".json"} or _is_json_object(first.value):
        for found in parse_objects(chain([first], lines)):
            with found.explaining():
                query = query_from_fields(found.value)
            yield query
        return
    for found in chain([first], lines):
        yield query_from_text(found.value)


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _read_bibtex(path: Path) -> Iterator[Query]:
    from enrich.catalogue.resolve import query_from_record
    from enrich.catalogue.snapshots.detect import open_snapshot
    from enrich.errors import InputError

    with open_snapshot(path) as reading:
        for piece in reading.pieces:
            if piece.line is None:
                raise InputError(piece.problem or "no entry", path=path, line=piece.number, advice="mend the entry")
            yield query_from_record(piece.line)
