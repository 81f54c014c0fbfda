"""What made the files of a night as they are: lists, settings, questions and answers.

As long as all four are the same, so are the files. A night then asks what the last one asked and, where every answer
is the same to the byte, notes that values were told again: nothing is read, merged or compared.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich import DISTRIBUTION
from enrich.errors import OutputError
from enrich.export import repeat_run
from enrich.files import read_file
from enrich.model.request import Outcome, Request
from enrich.store.codec import parse_request
from enrich.store.journal import ListLine, RunLine, RunState, to_source_lines
from enrich.wiring import freshness_rules, new_fetcher, new_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from enrich.config import Settings
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.request import Reply
    from enrich.store.store import Store

_log = logging.getLogger(__name__)
HORIZONS = tuple(timedelta(days=days) for days in (1, 2, 3, 5, 7))
"""How far ahead a night looks for questions that it did not ask itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMemo:
    """One list of the night."""

    argument: str
    name: str
    digest: str
    """SHA-256 of the file as it was read."""
    folder: str
    run_id: str
    """Of the run whose files stand in the folder."""
    content: str
    n_entries: int
    n_works: int
    counts: tuple[tuple[str, str, int, str], ...]
    """(work_id, who counted, count, key of the request that brought it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked in the night, and a digest of what came back."""

    request: Request
    digest: str | None
    """None when there was no answer."""
    retrieved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """What made the files of a night as they are."""

    made_by: str
    """Digest of settings, corrections, catalogue and version."""
    good_until: datetime
    """From then on other questions may be due."""
    lists: tuple[ListMemo, ...]
    answers: tuple[Answer, ...]


def digest_of(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def to_answer(reply: Reply) -> Answer:
    """What is kept of a reply."""
    is_answer = reply.outcome is Outcome.OK
    return Answer(
        request=reply.request,
        digest=digest_of(reply.content) if is_answer else None,
        retrieved_at=reply.retrieved_at,
    )


def file_digest(argument: str) -> str | None:
    """The digest of a file; None for a folder, an address and what cannot be read."""
    try:
        return digest_of(read_file(Path(argument)))
    except (OSError, ValueError):
        return None


def digest_of_making(settings: Settings) -> str:
    """A digest of everything but lists and answers that decides what the files hold.

    It is taken before a night reads any of it, so that what somebody edits meanwhile counts as new on the next one.
    """
    facts = settings.model_dump(mode="json", exclude={"now", "contact", "lists", "notify", "metrics_file"})
    catalogue = settings.catalogue / "manifest.json" if settings.catalogue else None
    files = [str(file_digest(str(path))) for path in (settings.corrections, catalogue) if path]
    default = file_digest("data/raw/corrections.toml")
    text = json.dumps([facts, files, default, version(DISTRIBUTION)], sort_keys=True, default=str)
    return digest_of(text.encode())


def put_memo(store: Store, memo: Memo | None) -> None:
    """Keep the memo of the last night, or forget it."""
    store.put_memo(None if memo is None else json.dumps(asdict(memo), default=_to_text))


def read_memo(store: Store) -> Memo | None:
    """The memo of the last night; None where there is none that can be read."""
    try:
        row = json.loads(store.memo() or "null")
        return None if row is None else _parse(row)
    except (ValueError, TypeError, KeyError):
        return None


def repeat_night(
    settings: Settings, arguments: Sequence[str], *, store: Store, run: str, clock: Callable[[], datetime]
) -> tuple[dict[ListMemo, date] | None, Fetcher | None]:
    """The lists with the day of the run before, if this night is the last one over again; and the fetcher that asked.

    Where an answer differs the run goes its usual way with this fetcher, which has the answers already.
    """
    memo = read_memo(store)
    now = clock()
    if memo is None or store.is_ahead(now) or not _holds(memo, settings, arguments, now):
        return None, None
    if store.circuits(now) or store.has_follow_ups():
        return None, None
    fetcher = new_fetcher(settings, new_sources(settings), clock)
    with store.transaction():
        store.journal.begin(RunLine(run=run, started_at=now))
    requests = [one.request for one in memo.answers]
    replies = fetcher.fetch_all(requests, not_before=freshness_rules(settings).newest_needed(now))
    same = zip(memo.answers, replies, strict=True)
    if any(reply.outcome is not Outcome.OK or digest_of(reply.content) != one.digest for one, reply in same):
        return None, fetcher
    try:
        repetition = _note(memo, replies, settings, store=store, run=run, started_at=now, fetcher=fetcher, clock=clock)
    except (LookupError, OutputError) as error:
        _log.info("the last night cannot be repeated: %s", error)
        return None, fetcher
    return repetition, fetcher


def _holds(memo: Memo, settings: Settings, arguments: Sequence[str], now: datetime) -> bool:
    """Whether lists, settings and questions are those of the memo, and its files stand where it left them."""
    return (
        now < memo.good_until
        and tuple(arguments) == tuple(one.argument for one in memo.lists)
        and all(file_digest(one.argument) == one.digest for one in memo.lists)
        and memo.made_by == digest_of_making(settings)
    )


def _note(
    memo: Memo,
    replies: Sequence[Reply],
    settings: Settings,
    *,
    store: Store,
    run: str,
    started_at: datetime,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
) -> dict[ListMemo, date]:
    """Note in every folder and in the store that values were told again.

    Raises:
        LookupError: files are others than the last night left, or nothing was told since that night.
        OutputError: a folder cannot be written.
    """
    told = {reply.request.key: reply.retrieved_at for reply in replies}
    lists = [replace(one, run_id=_run_id(one, told.values())) for one in memo.lists]
    is_later = any(told[answer.request.key] != answer.retrieved_at for answer in memo.answers)
    if not is_later and lists != list(memo.lists):
        # A repetition of a night that may have brought news: it tells them again.
        raise LookupError("nothing was told since")
    totals = fetcher.ledger.totals()
    since: dict[ListMemo, date] = {}
    for before, one in zip(memo.lists, lists, strict=True):
        counts = [(work_id, source, told[key], count) for work_id, source, count, key in one.counts]
        since[one] = repeat_run(
            Path(one.folder),
            run_id=one.run_id,
            after=before.run_id,
            started_at=settings.now or started_at,
            finished_at=clock(),
            counts=counts,
            ledger=totals,
        )
    answers = [replace(one, retrieved_at=told[one.request.key]) for one in memo.answers]
    finished_at = clock()
    with store.transaction():
        is_still_true = read_memo(store) == memo
        for old, new in zip(memo.answers, answers, strict=True):
            store.touch(old.request.source, old.retrieved_at, new.retrieved_at)
        store.journal.finish(
            RunLine(run=run, started_at=started_at, finished_at=finished_at, state=RunState.COMPLETE),
            to_source_lines(run, totals),
        )
        for one in lists:
            line = ListLine(
                run=run,
                list=one.name,
                argument=one.argument,
                folder=one.folder,
                finished_at=finished_at,
                state=RunState.COMPLETE,
                content=one.content,
                n_entries=one.n_entries,
                n_works=one.n_works,
            )
            store.journal.note_list(line)
        if is_still_true:
            put_memo(store, replace(memo, lists=tuple(lists), answers=tuple(answers)))
    return since


def _run_id(one: ListMemo, told: Iterable[datetime]) -> str:
    """The id of a run that found everything as it was, told at these moments."""
    moments = sorted(moment.isoformat() for moment in told)
    return digest_of(f"{one.content} {moments}".encode())[:16]


def _to_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _parse(row: dict[str, Any]) -> Memo:
    return Memo(
        made_by=row["made_by"],
        good_until=datetime.fromisoformat(row["good_until"]),
        lists=tuple(ListMemo(**one | {"counts": tuple(map(tuple, one["counts"]))}) for one in row["lists"]),
        answers=tuple(
            Answer(
                request=parse_request(json.dumps(one["request"])),
                digest=one["digest"],
                retrieved_at=datetime.fromisoformat(one["retrieved_at"]),
            )
            for one in row["answers"]
        ),
    )
