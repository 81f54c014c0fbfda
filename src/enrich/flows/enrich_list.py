"""A Prefect flow around a run: tasks read, fetch (one per source and round), merge, export, and an artifact.

``python flows/enrich_list.py LIST --out DIR``; the same without Prefect is ``enrich run``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

# A stage is a line, a task is not; PREFECT_LOGGING_LEVEL=INFO shows all that Prefect says.
if "PREFECT_LOGGING_LEVEL" not in os.environ:
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_LEVEL", "WARNING")
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "INFO")

import typer
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from enrich import readers
from enrich.cli import new_app
from enrich.cli.shared_options import ConfigOption, OfflineOption
from enrich.cli.summary import print_summary, to_markdown, to_summary
from enrich.config import Settings, load_settings
from enrich.corrections import load_corrections
from enrich.errors import EnrichError
from enrich.fetch.list_download import is_address
from enrich.files import check_folder
from enrich.model.credentials import to_public
from enrich.session.result import Result
from enrich.session.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prefect.futures import PrefectFuture
    from prefect.task_runners import TaskRunner

    from enrich.model.entry import ReadingList
    from enrich.model.request import Reply, Request
    from enrich.model.work import Bibliography
    from enrich.session.stages import Event, Resolution


@task(name="read", cache_policy=NO_CACHE)
def read(session: Session, lists: Sequence[str]) -> tuple[ReadingList, ...]:
    """The lists as read; of several a bad one costs only itself."""
    return session.read(lists, is_lenient=True)


@task(name="fetch", task_run_name="fetch-{source}", cache_policy=NO_CACHE)
def fetch(session: Session, source: str, requests: Sequence[Request]) -> list[Reply]:  # noqa: ARG001 (names the task run)
    """The replies of one source in one round. Failures are outcomes: attempts and waits are the fetcher's."""
    return session.fetch(requests)


@task(name="merge", cache_policy=NO_CACHE)
def merge(session: Session, resolution: Resolution, folder: Path) -> Bibliography:
    """All works with their claims, and the findings."""
    return session.check(session.merge(resolution, folder), resolution)


@task(name="export", cache_policy=NO_CACHE)
def export(session: Session, bibliography: Bibliography, out: Path) -> Bibliography:
    """The bibliography as it was written: with its news and changes."""
    return session.export(bibliography, out).bibliography


# The decorator asks for the invariant base type.
_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=16))


@flow(name="enrich-list", task_runner=_RUNNER, validate_parameters=False)
def enrich_list(
    lists: Sequence[str], out: Path | None = None, settings: Settings | None = None, *, offline: bool = False
) -> Result:
    """The tables of the lists; their files are in ``out``, a summary is the flow run's artifact."""
    logger = get_run_logger()

    def note(event: Event) -> None:
        logger.info("%s: %s", event.stage, event.text)

    settings = settings or load_settings()
    with Session(settings, offline=offline, on_event=note) as session:

        def ask(requests: Mapping[str, Sequence[Request]]) -> list[Reply]:
            futures = [fetch.submit(session, source, some) for source, some in requests.items()]
            return [reply for future in futures for reply in future.result()]

        found = read(session, lists)
        folder = out or session.folder_of(found)
        check_folder(folder)
        resolution = session.resolve(found, ask=ask)
        bibliography = export(session, merge(session, resolution, folder), folder)
        has_own = settings.catalogue is not None
        lost = [(one.argument, one.message) for one in session.lost]
        summary = to_summary(bibliography, folder, is_offline=offline, has_own_catalogue=has_own, lost=lost)
        create_markdown_artifact(
            key="enrich-list",
            markdown=to_markdown(summary),
            description=f"Summary of {', '.join(lists)}",
        )
        print_summary(summary)
        return Result(bibliography, folder, tuple(session.lost))


def _check(lists: Sequence[str], out: Path | None) -> None:
    """Find out before a server starts whether there is anything for it to do.

    Raises:
        EnrichError: no list can be read, or the folder cannot be written.
    """
    if out is not None:
        check_folder(out)
    bad: dict[str, EnrichError] = {}
    for one in lists:
        try:
            if not is_address(one):
                readers.read_path(Path(one))
        except EnrichError as error:
            bad[one] = error
    if len(bad) == len(set(lists)):
        raise bad[lists[-1]]


def main(
    lists: Annotated[list[str], typer.Argument(metavar="LIST...", help="Files, folders or addresses.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the results.  [default: data/out/<list name>]")] = None,
    offline: OfflineOption = False,  # noqa: FBT002
    config: ConfigOption = None,
) -> None:
    """Enrich reading lists as a Prefect flow run."""
    try:
        settings = load_settings(config)
        load_corrections(settings.corrections)
        _check(lists, out)
        # The server keeps the parameters of its runs.
        public = [to_public(one) for one in lists]
        lost = cast("Result", enrich_list(public, out, settings, offline=offline)).lost
        for one in lost:
            print(f"enrich: {one.message}", file=sys.stderr)  # noqa: T201 (a script's own output)
        if lost:
            raise typer.Exit(lost[0].exit_code)
    except EnrichError as error:
        print(f"enrich: {error}", file=sys.stderr)  # noqa: T201 (a script's own output)
        raise typer.Exit(error.exit_code) from None


app = new_app()
app.command()(main)

if __name__ == "__main__":
    app()
