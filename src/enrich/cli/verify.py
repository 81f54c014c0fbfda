"""``enrich verify``: whether two descriptions name the same work, pair by pair."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from enrich.cli import new_app

app = new_app()


@app.command()
def verify(
    pairs: Annotated[Path, typer.Argument(help='JSON lines {"left": {...}, "right": {...}}; "-": standard input.')],
) -> None:
    """Say of each pair whether both sides name the same work, and why: one JSON object per line.

    Example: enrich verify pairs.jsonl
    """
    from enrich.catalogue.queries import parse_objects, read_text_lines
    from enrich.cli.resolve import to_json
    from enrich.matching.description import describe_fields
    from enrich.matching.verify import verify as verify_pair

    for found in parse_objects(read_text_lines(pairs)):
        with found.explaining():
            verdict = verify_pair(describe_fields(found.value["left"]), describe_fields(found.value["right"]))
        evidence = [[one.feature, one.value, one.bits] for one in verdict.evidence]
        told = {"probability": verdict.probability, "evidence": evidence}
        row = {"status": verdict.status, "reason": verdict.reason, **told, "detail": verdict.detail}
        typer.echo(to_json(row))
