"""``enrich export``: any format again from the Parquet files of a run, without touching the network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from enrich.cli import new_app
from enrich.errors import InputError
from enrich.export import BibMath, ExportOptions
from enrich.export.formats import REFERENCE_FORMATS
from enrich.export.reference_format import families, to_family

app = new_app()


@app.command()
def export(
    run_dir: Annotated[Path, typer.Argument(help="Output folder of a run.")],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help=f"{', '.join(families(REFERENCE_FORMATS))}; may be repeated. [default: all but sqlite]",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write into. [default: RUN_DIR]")] = None,
    bib_math: Annotated[BibMath, typer.Option(help="Symbols in BibTeX; 'latex' is for pdfLaTeX.")] = BibMath.UNICODE,
    abstracts: Annotated[bool, typer.Option(help="Abstracts in BibTeX.")] = True,
    keywords: Annotated[bool, typer.Option(help="Keywords in BibTeX.")] = False,
) -> None:
    """Write any format again from the Parquet files of a run, without touching the network."""
    chosen = frozenset(_parse_format(name) for text in formats or () for name in text.split(","))
    import enrich.sources  # noqa: F401 (whose terms stand in the files)
    from enrich.cli.progress import Progress
    from enrich.export import load, write

    options = ExportOptions(
        formats=chosen or None, bib_math=bib_math, bib_abstract=abstracts, bib_keywords=keywords, history=run_dir
    )
    with Progress() as progress:
        progress("export", 0, 0, f"reading {run_dir}")
        bibliography = load(run_dir)
        paths = write(
            bibliography,
            out or run_dir,
            options=options,
            on_step=lambda done, total: progress("export", done, total, f"{len(bibliography.works):,} works"),
        )
    for path in paths:
        print(path)


def _parse_format(text: str) -> str:
    name = to_family(text, REFERENCE_FORMATS)
    if name is None:
        known = ", ".join(families(REFERENCE_FORMATS))
        raise InputError(f"there is no format {text!r}", advice=f"write one of {known}")
    return name
