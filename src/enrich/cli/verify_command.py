"""``enrich verify``: whether two descriptions name the same work, pair by pair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from enrich.catalogue.written_queries import Found
    from enrich.matching.description import Description
    from enrich.matching.peers import Peers

app = new_app()


@app.command()
def verify(
    pairs: Annotated[Path, typer.Argument(help='JSON lines {"left": {...}, "right": {...}}; "-": standard input.')],
) -> None:
    """Say of each pair whether both sides name the same work, and why: one JSON object per line, in order.

    The pairs of a file are read together: a title that a side bears in several years is a column and names no work, and
    a title that another line answers better speaks against a pair. A line that cannot be read is told, and costs only
    itself; the exit code is then 2.
    """
    from enrich.catalogue.written_queries import parse_objects, read_text_lines
    from enrich.cli.resolve_command import to_json
    from enrich.errors import InputError
    from enrich.matching.description import describe_fields
    from enrich.matching.verify import verify as verify_pair

    kept = list(read_text_lines(pairs)) if str(pairs) == "-" or not pairs.is_file() else None

    def read() -> Iterable[Found]:
        return read_text_lines(pairs) if kept is None else kept

    peers = _read_peers(read)
    is_broken = False
    for line in read():
        try:
            (found,) = parse_objects([line])
            with found.explaining():
                sides = [describe_fields(found.value[side]) for side in ("left", "right")]
        except InputError as error:
            is_broken = True
            typer.echo(f"enrich: {error}", err=True)
            typer.echo(to_json({"status": None, "reason": "unreadable", "error": str(error)}))
            continue
        verdict = verify_pair(sides[0], sides[1], peers)
        evidence = [[one.feature, one.value, one.bits] for one in verdict.evidence]
        told = {"probability": verdict.probability, "evidence": evidence}
        row = {"status": verdict.status, "reason": verdict.reason, **told, "detail": verdict.detail}
        typer.echo(to_json(row))
    if is_broken:
        raise typer.Exit(2)


def _read_peers(read: Callable[[], Iterable[Found]]) -> Peers:
    """The titles and years of the pairs that can be read."""
    import json

    from enrich.matching.description import Description, find_year
    from enrich.matching.peers import Peers

    def describe() -> Iterator[tuple[Description, Description]]:
        for line in read():
            try:
                pair = json.loads(line.value)
                left, right = (
                    Description(title=pair[side].get("title"), year=find_year(pair[side].get("year")))
                    for side in ("left", "right")
                )
            except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
                continue
            if all(side.title is None or isinstance(side.title, str) for side in (left, right)):
                yield left, right

    return Peers(describe())
