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
import threading
from contextlib import contextmanager
from contextvars import copy_context
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

# A stage is a line, a task is not; PREFECT_LOGGING_LEVEL=INFO shows all that Prefect says.
if "PREFECT_LOGGING_LEVEL" not in os.environ:
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL", "WARNING")

import httpx
import typer
from filelock import FileLock, Timeout
from prefect import State, flow, get_client, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.client.schemas.schedules import CronSchedule
from prefect.context import FlowRunContext, TaskRunContext
from prefect.events import emit_event
from prefect.settings import PREFECT_API_URL
from prefect.states import AwaitingRetry, Cancelled, Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from enrich.cli import new_app
from enrich.cli.nightly_command import sync_to_markdown, to_artifact
from enrich.cli.shared_options import ConfigOption
from enrich.cli.summary import closing_lines, to_night_summary
from enrich.config import Settings, load_settings
from enrich.corrections import load_corrections
from enrich.errors import EnrichError, ExitCode, InputError
from enrich.export.changes import change_id, stable_id
from enrich.fetch.outcomes import RETRYABLE
from enrich.model.credentials import to_public
from enrich.model.request import Outcome, Reply
from enrich.model.work import ChangeKind
from enrich.nightly import LOCK, NightIsActiveError, lists_of, run_night
from enrich.store.journal import RunState
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from prefect.futures import PrefectFuture
    from prefect.task_runners import TaskRunner

    from enrich.model.request import Request
    from enrich.nightly import ListOutcome, NightOutcome
    from enrich.session.session import Session
    from enrich.session.stages import Event
    from enrich.zotero.syncing import SyncReport

NAME = "enrich-nightly"
_WORTH_WAITING = RETRYABLE | {Outcome.UNREACHABLE, Outcome.SKIPPED}
_ANSWERS = (Outcome.OK, Outcome.NOT_FOUND)
_RECOVERABLE = timedelta(hours=24)
_HEALTH_TIMEOUT_S = 3
_WATCH_INTERVAL_S = 10
_CANCELLED = 143
"""The exit code of a process that is asked to end."""
_LONGEST = 400
_log = logging.getLogger(__name__)
_ended: list[tuple[NightOutcome, str]] = []
"""How the nights of this process went: a server that went away cannot tell."""
# The decorator asks for the invariant base type.
_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=16))


class SourceFailedError(Exception):
    """A source that may answer when it is asked again later."""


@task(name="fetch", task_run_name="fetch-{source}", tags=["enrich"], cache_policy=NO_CACHE)
async def fetch(session: Session, source: str, requests: Sequence[Request], retries: int) -> list[Reply] | State[Any]:
    """The replies of one source in one round.

    The fetcher makes its own attempts within seconds; what fails after them is worth another one minutes later, unless
    the source named a time until which to leave it alone. What it has answered already comes from the cache then.
    """
    try:
        # A task that times out is cancelled where it awaits; a blocking one could not be.
        replies = await asyncio.to_thread(session.fetch, requests)
    except asyncio.CancelledError:
        session.fetcher.abandon(source, "took too long")
        raise
    context = TaskRunContext.get()
    failed = [one for one in replies if one.outcome in _WORTH_WAITING]
    is_last = context is None or context.task_run.run_count > retries
    if failed and not is_last and session.fetcher.reopen(source):
        raise SourceFailedError(f"{source}: {failed[0].message or failed[0].outcome}")
    if lost := [one for one in replies if one.outcome not in _ANSWERS]:
        # The task ends failed where somebody looks; what the source did answer counts.
        message = f"{source}: {lost[0].message or lost[0].outcome}"
        return Failed(message=one_line(message, _LONGEST), data=replies)
    return replies


@task(name="report", task_run_name="report-{outcome.name}", tags=["enrich"], cache_policy=NO_CACHE)
def report(outcome: ListOutcome, day: date) -> None:
    """Leave a Markdown and a table artifact of a list."""
    markdown, table = to_artifact(outcome)
    key = f"enrich-{_to_key(outcome.name)}"
    create_markdown_artifact(markdown, key=key, description=f"{day}: {outcome.name}, {outcome.state}")
    since = f"since {outcome.since}" if outcome.since else "of the first run"
    create_table_artifact(table, key=f"{key}-changes", description=f"{day}: {outcome.name}, changes {since}")
    if outcome.diff:
        # Four backticks: a list may hold a fence of three.
        diff = f"````diff\n{outcome.diff}````\n"
        what = f"{day}: {outcome.name}, what enrich fix would change"
        create_markdown_artifact(diff, key=f"{key}-healed", description=what)


@task(name="zotero", task_run_name="zotero-{report.library}", tags=["enrich"], cache_policy=NO_CACHE)
def zotero(report: SyncReport, day: date) -> None:
    """Leave a Markdown artifact of how a Zotero library was brought in step with a list."""
    key = f"enrich-zotero-{_to_key(f'{report.library}-{report.collection}')}"
    create_markdown_artifact(sync_to_markdown(report), key=key, description=f"{day}: {report.summary}")


def _to_key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def events_of(outcome: ListOutcome, day: date) -> Iterator[tuple[str, dict[str, str], dict[str, Any], UUID]]:
    """Name, resource, payload and id of the event of each change of a list, and of its loss; of a source one for all.

    The id is that of the change: told again, by another list or a night that was made again, the event is the same.
    """
    _, table = to_artifact(outcome)
    of_list = _resource("list", outcome.name)
    for row, change in zip(table, outcome.changes, strict=False):
        is_source = change.kind in (ChangeKind.SOURCE_DOWN, ChangeKind.SOURCE_BACK)
        resource = _resource("source", change.source or "") if is_source else of_list
        yield f"enrich.{change.kind}", resource, row, change_id(change, outcome.name, day)
    if outcome.state is not RunState.COMPLETE:
        payload = {"argument": outcome.argument, "message": outcome.message}
        yield f"enrich.list.{outcome.state}", of_list, payload, stable_id("list", outcome.name, outcome.state, day)


def _resource(kind: str, name: str) -> dict[str, str]:
    return {"prefect.resource.id": f"enrich.{kind}.{name}", "prefect.resource.name": name}


def is_reachable() -> bool:
    """Whether the Prefect server answers now; one that starts with the flow always does."""
    url = PREFECT_API_URL.value()
    if not url:
        return True
    try:
        # Whoever answers at all is there; some ask for a key first.
        return not httpx.get(f"{url}/health", timeout=_HEALTH_TIMEOUT_S).is_server_error
    except httpx.HTTPError:
        return False


class _Reporter:
    """Tells the server of lists and libraries; what it could not take is told when it is back, and costs no night."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._waiting: list[Callable[[], None]] = []
        self._told: set[UUID] = set()

    def on_list(self, outcome: ListOutcome) -> None:
        """Report a list."""
        self._waiting.append(lambda: self._report(outcome))
        self.catch_up()

    def on_sync(self, done: SyncReport) -> None:
        """Report how a library was brought in step."""
        self._waiting.append(lambda: zotero(done, self.day))
        self.catch_up()

    def catch_up(self) -> int:
        """Tell what waits, if the server is there; how much still waits."""
        while self._waiting and is_reachable():
            try:
                self._waiting[0]()
            except Exception as error:  # noqa: BLE001 (whatever a client makes of a server that goes away)
                _log.info("the Prefect server did not take a report: %s", error)
                break
            self._waiting.pop(0)
        return len(self._waiting)

    def _report(self, outcome: ListOutcome) -> None:
        report(outcome, self.day)
        for name, resource, payload, id_ in events_of(outcome, self.day):
            if id_ not in self._told:
                emit_event(name, resource, payload=payload, id=id_)
                self._told.add(id_)


def _run_name() -> str:
    return f"night-{datetime.now(UTC).date()}"


@flow(name=NAME, flow_run_name=_run_name, task_runner=_RUNNER, validate_parameters=False)
def nightly(lists: Sequence[str] = (), config: str | None = None) -> State[Any]:
    """A state whose name says how the night went: Complete, Incomplete, Failed, or Skipped while another is at work.

    Where a list or a source was lost it is of the type that is shown as failed.
    """
    settings = load_settings(Path(config) if config else None)
    logger = get_run_logger()
    reporter = _Reporter((settings.now or datetime.now(UTC)).astimezone(UTC).date())

    def note(event: Event) -> None:
        logger.info("%s: %s", event.stage, event.text)

    try:
        with _watch_for_cancelling():
            outcome = run_night(
                settings,
                lists,
                ask=_Asking(settings),
                on_list=reporter.on_list,
                on_event=note,
                on_sync=reporter.on_sync,
            )
    except NightIsActiveError as error:
        return Completed(name="Skipped", message=str(error))
    summary = to_night_summary(outcome)
    message = "; ".join(closing_lines(summary))
    _ended.append((outcome, message))
    for one in outcome.lists:
        if one.exit_code:
            logger.error("%s: %s", one.name, one.message)
    for warning in summary.warnings:
        logger.warning(warning)
    logger.log(logging.WARNING if summary.network.is_down else logging.INFO, message)
    if unreported := reporter.catch_up():
        logger.warning("the Prefect server went away: %s reports are missing; the files are written", unreported)
    return _to_state(outcome, message)


def _to_state(outcome: NightOutcome, message: str) -> State[Any]:
    match outcome.state:
        case RunState.COMPLETE:
            return Completed(name="Complete", message=message)
        case RunState.FAILED:
            return Failed(message=message)
        case _:
            return Failed(name="Incomplete", message=message)


@contextmanager
def _watch_for_cancelling() -> Iterator[None]:
    """End this process when its run is to be cancelled and nobody does so.

    Whoever started it does that within seconds; but after a server was away for a minute Prefect's watch has given up.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or not PREFECT_API_URL.value():
        yield
        return
    is_over = threading.Event()
    watch = threading.Thread(
        target=copy_context().run, args=(_watch, run.id, is_over), name="enrich-cancelling", daemon=True
    )
    watch.start()
    try:
        yield
    finally:
        is_over.set()


def _watch(run_id: UUID, is_over: threading.Event) -> None:
    n_seen = 0
    while not is_over.wait(_WATCH_INTERVAL_S):
        try:
            with get_client(sync_client=True) as client:
                state = client.read_flow_run(run_id).state
                n_seen = n_seen + 1 if state is not None and state.is_cancelling() else 0
                if n_seen > 1 and not is_over.is_set():
                    cancelled: State[Any] = Cancelled(message="the night ended itself; the next one takes it up")
                    client.set_flow_run_state(run_id, cast("Any", cancelled), force=True)
                    _log.warning("the run was cancelled on the Prefect server; the next night takes it up")
                    os._exit(_CANCELLED)  # what a night has learned is safe at every moment
        except Exception:  # noqa: BLE001 (the server is away: it is asked again)
            n_seen = 0


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

    def __call__(self, session: Session, planned: Mapping[str, Sequence[Request]]) -> list[Reply]:
        if not is_reachable():
            return session.fetch([one for some in planned.values() for one in some])
        futures = {
            source: fetch.with_options(**self._options, tags=["enrich", f"source:{source}"]).submit(
                session, source, requests, self.retries
            )
            for source, requests in planned.items()
        }
        replies: list[Reply] = []
        unasked: list[Request] = []
        for source, future in futures.items():
            found = self._replies_of(future)
            if found is None:
                unasked += planned[source]
            else:
                replies += found or _timed_out(planned[source], f"no end within {self._timeout_s:g} s", session.now())
        # What the loss of the server kept from being asked is asked without it.
        return [*replies, *(session.fetch(unasked) if unasked else ())]

    @staticmethod
    def _replies_of(future: PrefectFuture[Any]) -> list[Reply] | None:
        """What a task brought; nothing where it took too long, None where Prefect kept it from its work."""
        try:
            future.wait()
            state = future.state
            if state.name == "TimedOut":
                return []
            found = future.result(raise_on_failure=False)
        except Exception:  # noqa: BLE001 (whatever a client makes of a server that goes away)
            return None
        return cast("list[Reply]", found) if isinstance(found, list) else None


def _timed_out(requests: Sequence[Request], message: str, now: datetime) -> list[Reply]:
    """The replies to requests that nobody waits for any longer."""
    late = Outcome.TIMED_OUT
    return [
        Reply(request=one, outcome=late, status=None, content=b"", retrieved_at=now, message=message)
        for one in requests
    ]


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


def _run_once(parameters: dict[str, Any]) -> int:
    """The exit code of one night, which is that of ``enrich nightly``."""
    if not is_reachable():
        what = f"the Prefect server at {PREFECT_API_URL.value()} does not answer"
        raise InputError(what, advice="start it, or unset PREFECT_API_URL")
    try:
        state: Any = nightly(**parameters, return_state=True)
    except Exception:
        if not _ended:
            raise
        outcome, message = _ended[-1]
        print("enrich: the Prefect server went away: it does not know how the night ended", file=sys.stderr)  # noqa: T201
        state = _to_state(outcome, message)
    print(f"{state.name}: {state.message}")  # noqa: T201
    if _ended:
        return _ended[-1][0].exit_code
    return ExitCode.DONE if state.is_completed() else ExitCode.BUG


def main(
    lists: Annotated[
        list[str] | None, typer.Argument(metavar="[LIST...]", help="Files, folders or addresses.  [default: settings]")
    ] = None,
    *,
    config: ConfigOption = None,
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
            raise typer.Exit(_run_once(parameters))
    except EnrichError as error:
        print(f"enrich: {error}", file=sys.stderr)  # noqa: T201
        raise typer.Exit(error.exit_code) from None


app = new_app()
app.command()(main)

if __name__ == "__main__":
    app()
