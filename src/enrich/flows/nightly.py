"""A Prefect flow around the unattended run: tasks per source, artifacts and events per list, one run at a time.

``python flows/nightly.py`` runs it once, ``--serve --cron "0 3 * * *"`` every night in this process, ``--recover``
takes up a night whose process was killed. Deployments: ``prefect.yaml``. Without Prefect: ``enrich nightly``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

# Prefect reads these when it is imported; without a network its telemetry only logs errors.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# A stage is a line, a task is not; PREFECT_LOGGING_LEVEL=INFO shows all that Prefect says.
if "PREFECT_LOGGING_LEVEL" not in os.environ:
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL", "WARNING")

import typer
from filelock import FileLock, Timeout
from prefect import State, flow, get_client, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.client.schemas.schedules import CronSchedule
from prefect.context import TaskRunContext
from prefect.events import emit_event
from prefect.settings import PREFECT_API_URL
from prefect.states import AwaitingRetry, Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from enrich.cli import new_app
from enrich.cli.nightly import sync_to_markdown, to_artifact
from enrich.cli.summary import closing_lines, to_night_summary
from enrich.config import Settings, load_settings
from enrich.corrections import load_corrections
from enrich.errors import EnrichError, InputError
from enrich.fetch.outcomes import RETRYABLE
from enrich.model.credentials import to_public
from enrich.model.request import Outcome
from enrich.nightly import LOCK, NightIsActiveError, lists_of, run_night
from enrich.store.journal import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prefect.futures import PrefectFuture
    from prefect.task_runners import TaskRunner

    from enrich.model.request import Reply, Request
    from enrich.nightly import ListOutcome
    from enrich.pipeline import Event, Run
    from enrich.zotero.syncing import SyncReport

NAME = "enrich-nightly"
_WORTH_WAITING = RETRYABLE | {Outcome.UNREACHABLE, Outcome.SKIPPED}
_RECOVERABLE = timedelta(hours=24)
# The decorator asks for the invariant base type.
_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=16))


class SourceFailedError(Exception):
    """A source that may answer when it is asked again later."""


@task(name="fetch", task_run_name="fetch-{source}", tags=["enrich"], cache_policy=NO_CACHE)
async def fetch(run: Run, source: str, requests: Sequence[Request], retries: int) -> list[Reply]:
    """The replies of one source in one round.

    The fetcher makes its own attempts within seconds; what fails after them is worth another one minutes later, unless
    the source named a time until which to leave it alone. What it has answered already comes from the cache then.
    """
    try:
        # A task that times out is cancelled where it awaits; a blocking one could not be.
        replies = await asyncio.to_thread(run.ask, requests)
    except asyncio.CancelledError:
        run.fetcher.abandon(source, "took too long")
        raise
    context = TaskRunContext.get()
    failed = [one for one in replies if one.outcome in _WORTH_WAITING]
    is_last = context is None or context.task_run.run_count > retries
    if failed and not is_last and run.fetcher.reopen(source):
        raise SourceFailedError(f"{source}: {failed[0].message or failed[0].outcome}")
    return replies


@task(name="report", task_run_name="report-{outcome.name}", tags=["enrich"], cache_policy=NO_CACHE)
def report(outcome: ListOutcome) -> None:
    """Leave a Markdown and a table artifact of a list, and an event for each change."""
    markdown, table = to_artifact(outcome)
    key = f"enrich-{outcome.name}"
    create_markdown_artifact(markdown, key=key, description=f"{outcome.name}: {outcome.state}")
    create_table_artifact(table, key=f"{key}-changes", description=f"{outcome.name}: changes since {outcome.since}")
    resource = {"prefect.resource.id": f"enrich.list.{outcome.name}", "prefect.resource.name": outcome.name}
    if outcome.diff:
        # Four backticks: a list may hold a fence of three.
        diff = f"````diff\n{outcome.diff}````\n"
        create_markdown_artifact(diff, key=f"{key}-healed", description=f"{outcome.name}: what enrich fix would change")
    for row in table if outcome.changes else ():
        emit_event(f"enrich.{row['kind']}", resource, payload=row)
    if outcome.state is not RunState.COMPLETE:
        payload = {"argument": outcome.argument, "message": outcome.message}
        emit_event(f"enrich.list.{outcome.state}", resource, payload=payload)


@task(name="zotero", task_run_name="zotero-{report.collection}", tags=["enrich"], cache_policy=NO_CACHE)
def zotero(report: SyncReport) -> None:
    """Leave a Markdown artifact of how a Zotero library was brought in step with a list."""
    name = re.sub(r"[^a-z0-9]+", "-", f"{report.library}-{report.collection}".lower()).strip("-")
    create_markdown_artifact(sync_to_markdown(report), key=f"enrich-zotero-{name}", description=report.summary)


@flow(name=NAME, task_runner=_RUNNER, validate_parameters=False)
def nightly(lists: Sequence[str] = (), config: str | None = None) -> State[Any]:
    """A state whose name says how the night went: Complete, Incomplete, Failed, or Skipped while another is at work."""
    settings = load_settings(Path(config) if config else None)
    logger = get_run_logger()

    def note(event: Event) -> None:
        logger.info("%s: %s", event.stage, event.text)

    try:
        outcome = run_night(settings, lists, ask=_Asking(settings), on_list=report, on_event=note, on_sync=zotero)
    except NightIsActiveError as error:
        return Completed(name="Skipped", message=str(error))
    for one in outcome.lists:
        if one.exit_code:
            logger.error("%s: %s", one.name, one.message)
    summary = to_night_summary(outcome)
    for warning in summary.warnings:
        logger.warning(warning)
    message = "; ".join(closing_lines(summary))
    logger.log(logging.WARNING if summary.network.is_down else logging.INFO, message)
    if outcome.state is RunState.FAILED:
        return Failed(message=message)
    return Completed(name="Complete" if outcome.state is RunState.COMPLETE else "Incomplete", message=message)


class _Asking:
    """Asks the sources of a round side by side, each as a task of its own."""

    def __init__(self, settings: Settings) -> None:
        limits = settings.nightly
        self.retries = len(limits.source_retries_s)
        options: dict[str, Any] = {"retries": self.retries, "timeout_seconds": limits.source_timeout_s}
        if self.retries:
            options["retry_delay_seconds"] = list(limits.source_retries_s)
        self._options = options
        self._timeout_s = limits.source_timeout_s

    def __call__(self, run: Run, planned: Mapping[str, Sequence[Request]]) -> list[Reply]:
        futures = {
            source: fetch.with_options(**self._options, tags=["enrich", f"source:{source}"]).submit(
                run, source, requests, self.retries
            )
            for source, requests in planned.items()
        }
        replies: list[Reply] = []
        for source, future in futures.items():
            future.wait()
            if future.state.is_completed():
                replies += cast("list[Reply]", future.result())
            else:
                replies += run.give_up(planned[source], f"no end within {self._timeout_s:g} s")
        return replies


def recover(settings: Settings) -> int:
    """The number of runs that were taken up: those of the last day whose process was killed, to be run again at once.

    A run that holds the lock is at work; one that is running by the server's word without holding it is dead.
    """
    if not PREFECT_API_URL.value():
        return 0
    try:
        with FileLock(settings.state_dir / LOCK, timeout=0), get_client(sync_client=True) as client:
            runs = client.read_flow_runs(
                flow_filter=FlowFilter.model_validate({"name": {"any_": [NAME]}}),
                flow_run_filter=FlowRunFilter.model_validate(
                    {
                        "state": {"type": {"any_": ["RUNNING", "PENDING"]}},
                        "expected_start_time": {"after_": datetime.now(UTC) - _RECOVERABLE},
                    }
                ),
            )
            # A run of no deployment has nobody who would run it again.
            orphans = [one for one in runs if one.deployment_id is not None]
            for one in orphans:
                state: State[Any] = AwaitingRetry(scheduled_time=datetime.now(UTC), message="its process was killed")
                client.set_flow_run_state(one.id, cast("Any", state), force=True)
            return len(orphans)
    except Timeout:
        return 0


def _check_cron(cron: str) -> None:
    try:
        CronSchedule(cron=cron)
    except ValueError:
        raise InputError(f"no schedule: {cron!r}", advice='write five fields, such as "0 3 * * *"') from None


def main(
    lists: Annotated[
        list[str] | None, typer.Argument(metavar="[LIST...]", help="Files, folders or addresses.  [default: settings]")
    ] = None,
    *,
    config: Annotated[Path | None, typer.Option(help="Settings.  [default: enrich.toml if there is one]")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Stay, and run on a schedule.")] = False,
    cron: Annotated[str, typer.Option(help="When, with --serve.")] = "0 3 * * *",
    recovers: Annotated[
        bool, typer.Option("--recover", help="Take up runs whose process was killed, before a worker starts.")
    ] = False,
) -> None:
    """Enrich every list of the settings as a Prefect flow run: once, or every night.

    Example: python flows/nightly.py --serve --cron "0 3 * * *"
    """
    try:
        settings = load_settings(config)
        load_corrections(settings.corrections)
        _check_cron(cron)
        if serve and not PREFECT_API_URL.value():
            advice = "run prefect server start, and set PREFECT_API_URL=http://127.0.0.1:4200/api"
            raise InputError("a schedule needs a Prefect server: one that starts with a flow has none", advice=advice)
        if recovers or serve:
            settings.state_dir.mkdir(parents=True, exist_ok=True)
            print(f"{recover(settings)} interrupted runs taken up", file=sys.stderr)  # noqa: T201
        public = [to_public(one) for one in lists or ()]  # the server keeps the parameters of its runs
        parameters = {"lists": public, "config": str(config.resolve()) if config else None}
        if serve:
            nightly.serve(name="nightly", cron=cron, parameters=parameters, limit=1, tags=["enrich"])
        elif not recovers:
            lists_of(settings, lists or ())
            state: Any = nightly(**parameters, return_state=True)
            print(f"{state.name}: {state.message}")  # noqa: T201
            raise typer.Exit(1 if state.is_failed() else 0)
    except EnrichError as error:
        print(f"enrich: {error}", file=sys.stderr)  # noqa: T201
        raise typer.Exit(error.exit_code) from None


app = new_app()
app.command()(main)

if __name__ == "__main__":
    app()
