"""A Prefect flow that resolves queries by the million: partitions of queries over shards of a catalogue.

``python flows/bulk_resolve.py QUERIES --catalogue DIR --out DIR [--cluster local|tcp://…]``; the same for one process
without Prefect is ``enrich resolve``.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import TYPE_CHECKING, Annotated, Any, cast

# Prefect reads this when it is imported.
os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")

import typer
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import ThreadPoolTaskRunner

from enrich.catalogue import bulk
from enrich.catalogue.completeness import read_manifest
from enrich.cli import new_app
from enrich.errors import EnrichError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prefect.futures import PrefectFuture
    from prefect.task_runners import TaskRunner

    Runner = TaskRunner[PrefectFuture[Any]]


@task(name="split", cache_policy=NO_CACHE)
def split(queries: Path, folder: Path, size: int) -> list[Path]:
    """The partitions of the queries."""
    return bulk.split_queries(queries, folder, size=size)


@task(name="resolve", task_run_name="resolve-{partition.stem}-{shard}", cache_policy=NO_CACHE, retries=2)
def resolve(partition: Path, catalogue: Path, folder: Path, shard: int, n_shards: int) -> Path:
    """What one shard finds for one partition; done again after a lost worker, at once when it was done before."""
    return bulk.resolve_partition(partition, catalogue, folder, shard=shard, n_shards=n_shards)


@task(name="merge", task_run_name="merge-{partition.stem}", cache_policy=NO_CACHE, retries=2)
def merge(partition: Path, findings: Sequence[Path], target: Path) -> int:
    """The rows of one partition, as Parquet."""
    return bulk.merge_partition(partition, findings, target)


@flow(name="bulk-resolve", validate_parameters=False)
def bulk_resolve(queries: Path, catalogue: Path, out: Path, *, size: int, n_shards: int) -> int:
    """The number of rows written to ``out/results``."""
    partitions = split(queries, out / "queries", size)
    found: dict[Path, list[Any]] = {
        partition: [resolve.submit(partition, catalogue, out / "found", shard, n_shards) for shard in range(n_shards)]
        for partition in partitions
    }
    targets = {partition: out / "results" / f"{partition.stem}.parquet" for partition in partitions}
    merged = [merge.submit(partition, futures, targets[partition]) for partition, futures in found.items()]
    n_rows = sum(future.result() for future in merged)
    for stale in set((out / "results").glob("part-*.parquet")) - set(targets.values()):
        stale.unlink()
    create_markdown_artifact(
        f"{n_rows:,} queries of `{queries.name}` in {len(partitions):,} partitions over {n_shards} shards",
        key="bulk-resolve",
    )
    return n_rows


def choose_runner(cluster: str | None, n_workers: int) -> Runner:
    """Return the task runner: threads, a Dask cluster of this machine (``local``), or one at an address.

    Raises:
        InputError: Dask is asked for and not installed.
    """
    if cluster is None:
        return cast("Runner", ThreadPoolTaskRunner(max_workers=n_workers))
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError:
        raise InputError("a cluster needs the extra 'dask'", advice="pip install 'enrich-bib[dask]'") from None
    if cluster == "local":
        options = {"n_workers": n_workers, "threads_per_worker": 1, "dashboard_address": None}
        return cast("Runner", DaskTaskRunner(cluster_kwargs=options))
    return cast("Runner", DaskTaskRunner(address=cluster))


@contextmanager
def shared_server() -> Iterator[None]:
    """One temporary server for the flow and all workers, which would else start one each; none where one is set."""
    if PREFECT_API_URL.value():
        yield
        return
    server = SubprocessASGIServer()
    server.start()
    os.environ["PREFECT_API_URL"] = server.api_url  # the workers inherit it
    try:
        with temporary_settings(updates={PREFECT_API_URL: server.api_url}):
            yield
    finally:
        del os.environ["PREFECT_API_URL"]
        server.stop()


def main(
    queries: Annotated[Path, typer.Argument(help="Text (a title a line), JSON lines or .bib.")],
    *,
    catalogue: Annotated[Path, typer.Option(help="Folder of the catalogue, readable by every worker.")],
    out: Annotated[Path, typer.Option(help="Folder of the results, writable by every worker.")],
    cluster: Annotated[
        str | None, typer.Option(help="'local' or tcp://… of a Dask scheduler. [default: threads]")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Threads, or workers of a local cluster.")] = 2,
    size: Annotated[int, typer.Option(min=1, help="Queries in a partition.")] = bulk.PARTITION_QUERIES,
    shards: Annotated[int, typer.Option(min=1, help="Shards of the catalogue that are asked one by one.")] = 1,
) -> None:
    """Resolve queries by the million; run again after an interruption, finished partitions are kept."""
    try:
        read_manifest(catalogue)
        flow_on_runner = bulk_resolve.with_options(task_runner=choose_runner(cluster, workers))
        with shared_server() if cluster == "local" else nullcontext():
            n_rows = flow_on_runner(queries.resolve(), catalogue.resolve(), out.resolve(), size=size, n_shards=shards)
    except EnrichError as error:
        print(f"bulk_resolve: {error}", file=sys.stderr)  # noqa: T201 (a script)
        raise typer.Exit(error.exit_code) from error
    print(f"{out}: {n_rows:,} rows")  # noqa: T201


app = new_app()
app.command()(main)

if __name__ == "__main__":
    app()
