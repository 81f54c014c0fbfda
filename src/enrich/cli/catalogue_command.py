"""``enrich catalogue``: build a catalogue from snapshots, add to it, look at it, verify it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.catalogue.build import BuildProgress, Built

app = new_app()
_Snapshots = Annotated[
    list[Path],
    typer.Argument(
        help="arXiv (Kaggle) or OpenAlex JSON lines, OpenAlex or own Parquet, DBLP XML, .bib; .gz, .xz, .bz2."
    ),
]
_Folder = Annotated[Path, typer.Argument(help="Folder of the catalogue.")]
_Complete = Annotated[
    list[str] | None,
    typer.Option(
        "--complete",
        metavar="all|VENUE|SCHEME[:YEAR]",
        help="It then holds all there is of this, up to that year; may be repeated.",
    ),
]
_Target = Annotated[Path, typer.Option(help="Folder of the catalogue.")]


@app.command()
def build(snapshots: _Snapshots, *, out: _Target, complete: _Complete = None) -> None:
    """Build a catalogue from snapshots; run again after an interruption, it resumes."""
    from enrich.catalogue.build import build_catalogue

    with _reporter() as report:
        built = build_catalogue(snapshots, out, complete=complete or (), report=report)
    _summarize(built, out)


@app.command()
def add(snapshots: _Snapshots, *, catalogue: _Target, complete: _Complete = None) -> None:
    """Add snapshots to a catalogue; a newer record of the same identifier replaces the older one."""
    from enrich.catalogue.build import build_catalogue

    claims = complete or ()
    with _reporter() as report:
        built = build_catalogue(snapshots, catalogue, is_addition=True, complete=claims, report=report)
    _summarize(built, catalogue)


@app.command()
def info(catalogue: _Folder) -> None:
    """Say what a catalogue holds."""
    from enrich.catalogue.completeness import read_manifest

    manifest = read_manifest(catalogue)
    n_segments = len(manifest.segments)
    noun = "segment" if n_segments == 1 else "segments"
    print(f"{catalogue}: {manifest.n_records:,} records in {n_segments} {noun}, built {manifest.built_at[:10]}")
    for segment in manifest.segments:
        skipped = f", {segment.n_broken:,} broken lines skipped" if segment.n_broken else ""
        print(
            f"  {segment.snapshot}: {segment.n_records:,} records as of {segment.snapshot_at[:10]}, "
            f"{segment.n_bytes / 1e6:,.0f} MB{skipped}"
        )
    for claim in manifest.complete:
        print(f"  complete for {claim.scope} up to {claim.until}")


@app.command()
def verify(catalogue: _Folder) -> None:
    """Read a catalogue in full and compare it with its manifest."""
    from enrich.catalogue.integrity import check_catalogue

    n_records = check_catalogue(catalogue)
    print(f"{catalogue}: {n_records:,} records, all segments complete")


@contextmanager
def _reporter() -> Iterator[Callable[[BuildProgress], None]]:
    """What a build is told to call: it moves a bar on a terminal, and prints nothing elsewhere."""
    from enrich.cli.progress import Progress as Bar

    with Bar() as bar:

        def report(progress: BuildProgress) -> None:
            told = f"{progress.snapshot}, {progress.n_records:,} records, {progress.records_per_s:,.0f} a second"
            bar("build", progress.read_bytes, progress.total_bytes, told)

        yield report


def _summarize(built: Built, folder: Path) -> None:
    for problem in built.problems:
        print(f"skipped {problem}", file=sys.stderr)
    if built.n_broken > len(built.problems):
        print(f"skipped {built.n_broken - len(built.problems):,} more broken lines", file=sys.stderr)
    resumed = f" ({built.n_resumed:,} of them by the build before)" if built.n_resumed else ""
    skipped = f", {built.n_broken:,} broken lines skipped" if built.n_broken else ""
    print(f"{folder}: {built.n_records:,} records{resumed}{skipped}")
