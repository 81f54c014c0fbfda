"""What would keep a run from its work, found out beforehand: settings, disk, state, services, keys, clock, versions.

Each service is asked one question that a run asks too, with the key and the manners of the settings. Nothing is
changed: a store is only looked at, and a state folder that is not there is not made.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich import DISTRIBUTION
from enrich.corrections import load_corrections
from enrich.errors import EnrichError, ExitCode, ServiceError
from enrich.fetch.cache import CACHE_TABLES, find_damage
from enrich.fetch.list_download import expand_lists, is_address
from enrich.files import SETTINGS_FILE, SETTINGS_PREFIX, check_database, check_folder
from enrich.model.identifiers import parse_identifier
from enrich.model.request import Outcome
from enrich.session.wiring import new_clock, new_fetcher, new_sources, new_zotero
from enrich.sources import SOURCES
from enrich.sources.base import TitleQuestion
from enrich.store.store import SCHEMA_VERSION, glance_at
from enrich.store.store import find_damage as find_store_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from enrich.config import Settings
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.request import Reply, Request
    from enrich.sources.base import Source

EXTRAS = {"report": "altair", "flows": "prefect", "dask": "prefect_dask", "docker": "prefect_docker"}
"""Extra to the module that is there when it is installed."""
_LITTLE_BYTES, _TOO_FEW_BYTES = 1 << 30, 100 << 20
_OFF, _WRONG = timedelta(seconds=60), timedelta(minutes=10)
"""How far a clock may be off before it is worth a warning, and before conditional requests and waits go wrong."""
_REFUSALS = (401, 403)
_EXAMPLE_TITLE = "Neural Ordinary Differential Equations"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    """Nothing is wrong, and something could be better."""
    WARNING = "warning"
    """A run does without, or mends it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    about: str
    """``settings``, ``disk``, ``state``, ``clock``, ``versions``, or ``service``."""
    name: str
    state: State
    text: str
    advice: str = ""
    is_theirs: bool = False
    """A failure that only the service or the network can mend."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """For programs."""


def exit_code_of(checks: Iterable[Check], *, is_strict: bool = False) -> ExitCode:
    """2 where something is the user's to mend, else 3 where a service fails (or, when strict, warns), else 0."""
    found = list(checks)
    if any(one.state is State.FAILED and not one.is_theirs for one in found):
        return ExitCode.BAD_INPUT
    is_open = any(one.state is State.FAILED or (is_strict and one.state is State.WARNING) for one in found)
    return ExitCode.INCOMPLETE if is_open else ExitCode.DONE


def check_versions() -> Iterator[Check]:
    """The versions of Python and enrich, and which extras are there."""
    there = {extra: find_spec(module) is not None for extra, module in EXTRAS.items()}
    lacking = [extra for extra, is_there in there.items() if not is_there]
    text = f"enrich {version(DISTRIBUTION)}, Python {platform.python_version()}, {platform.system()}"
    extras = ", ".join(extra for extra, is_there in there.items() if is_there) or "none"
    yield Check(
        about="versions",
        name="versions",
        state=State.OK,
        text=f"{text}; extras: {extras}",
        advice=f"more with pip install '{DISTRIBUTION}[{','.join(lacking)}]'" if lacking else "",
        facts={"enrich": version(DISTRIBUTION), "python": platform.python_version(), "extras": there},
    )


def check_settings(settings: Settings, path: Path | None) -> Iterator[Check]:
    """Whether what the settings name is there; that they can be read is known already."""
    where = path or (SETTINGS_FILE if SETTINGS_FILE.is_file() else None)
    n_lists = len(settings.lists)
    text = f"{where or 'no enrich.toml'}, {n_lists or 'no'} list{'' if n_lists == 1 else 's'}"
    advice = "" if where else "enrich init writes one"
    yield Check(about="settings", name="settings", state=State.OK if where else State.NOTE, text=text, advice=advice)
    if settings.contact is None:
        what = "none: services give those who name one a better place"
        yield Check(about="settings", name="contact", state=State.NOTE, text=what, advice="set contact to your address")
    else:
        yield Check(about="settings", name="contact", state=State.OK, text="set; only the services see it")
    if settings.now is not None:
        what = f"pretends that it is {settings.now:%Y-%m-%d %H:%M} UTC"
        yield Check(
            about="settings", name="now", state=State.WARNING, text=what, advice="remove it after the rehearsal"
        )
    lists, empty = expand_lists(settings.lists)
    for one in empty:
        what = f"{one}: no file or folder has such a name"
        yield Check(about="settings", name="lists", state=State.WARNING, text=what, advice="mend lists in the settings")
    for one in lists:
        if not is_address(one) and not Path(one).exists():
            yield _failed("lists", f"{one}: there is no such file or folder", "mend lists in the settings")
    if settings.notify.argv and shutil.which(settings.notify.argv[0]) is None:
        yield _failed("notify", f"{settings.notify.argv[0]}: there is no such program", "mend notify.command")
    if settings.catalogue is not None and not (settings.catalogue / "manifest.json").is_file():
        yield _failed("catalogue", f"{settings.catalogue}: there is no catalogue", "build it, or mend the setting")
    try:
        load_corrections(settings.corrections)
    except EnrichError as error:
        yield _failed("corrections", str(error), "")


def _failed(name: str, text: str, advice: str, about: str = "settings") -> Check:
    return Check(about=about, name=name, state=State.FAILED, text=text, advice=advice)


def check_disk(settings: Settings) -> Iterator[Check]:
    """Whether state and results can be written, and the space that is left for them."""
    for name, folder in (("state_dir", settings.state_dir), ("out_dir", settings.out_dir)):
        try:
            check_folder(folder, advice=f"set {name}")
        except EnrichError as error:
            yield _failed(name, str(error), "", "disk")
            continue
        nearest = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        free = shutil.disk_usage(nearest).free
        state = State.OK if free >= _LITTLE_BYTES else State.WARNING if free >= _TOO_FEW_BYTES else State.FAILED
        text = f"{folder}: {free / 1e9:,.1f} GB free"
        advice = "" if state is State.OK else f"make room, or set {name}"
        yield Check(about="disk", name=name, state=state, text=text, advice=advice, facts={"free_bytes": free})


def check_state(settings: Settings, now: datetime) -> Iterator[Check]:
    """Whether what earlier runs left can be used."""
    path = settings.store_path
    try:
        check_folder(settings.state_dir)
    except EnrichError:  # told by the check of the disk
        return
    if not path.is_file():
        yield Check(about="state", name="store", state=State.OK, text=f"{path}: not there yet; the first run makes it")
    else:
        yield _check_store(path, now)
    for name, tables in (("replies.sqlite", CACHE_TABLES), ("limits.sqlite", frozenset[str]())):
        kept = settings.state_dir / name
        try:
            check_database(kept)
        except EnrichError as error:
            yield _failed(name, str(error), "", "state")
            continue
        if problem := find_damage(kept, tables):
            what = f"{kept} {problem}; the next run moves it aside and begins a new one"
            yield Check(about="state", name=name, state=State.WARNING, text=what, facts={"damage": problem})


def _check_store(path: Path, now: datetime) -> Check:
    try:
        check_database(path)
        problem = find_store_damage(path)
        if problem:
            what = f"{path} {problem}; the next run moves it aside and learns all of it again"
            return _failed("store", what, "enrich store restore FILE puts a backup in its place", "state")
        glance = glance_at(path, now)
    except (EnrichError, OSError) as error:
        return _failed("store", str(error), "", "state")
    text = f"{path}: {glance.n_works:,} works, {path.stat().st_size / 1e6:.1f} MB"
    facts = {"format": glance.format, "current_format": SCHEMA_VERSION, "works": glance.n_works}
    if glance.format < SCHEMA_VERSION:
        old = f"of an older enrich (format {glance.format} of {SCHEMA_VERSION})"
        what = f"{text}; {old}, the next run brings it up to date"
        advice = "enrich store backup FILE keeps a copy that the older enrich can read"
        return Check(about="state", name="store", state=State.WARNING, text=what, advice=advice, facts=facts)
    return Check(about="state", name="store", state=State.OK, text=text, facts=facts)


def check_services(settings: Settings) -> list[Check]:
    """Whether each service answers, takes the key, and what it is for; and by their answers whether the clock is right.

    What a service asked for is kept: one that is to be left alone until a time is not asked.
    """
    clock = new_clock(settings)
    once = settings.manners.model_copy(update={"attempts": 1})
    with ExitStack() as stack:
        folder = settings.state_dir if _is_usable(settings.state_dir) else None
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        asking = settings.model_copy(update={"manners": once, "state_dir": folder})
        sources = new_sources(asking)
        fetcher = stack.enter_context(new_fetcher(asking, sources, clock))
        _open_circuits(fetcher, sources, asking.store_path, clock())
        asked = {request.source: request for request in map(_to_question, sources) if request}
        replies = {one.request.source: one for one in fetcher.fetch_all(list(asked.values()), not_before=clock())}
        zotero = list(_check_zotero(asking, clock))
    by_name = {one.traits.name: one for one in sources}
    checks = [
        _check_service(settings, by_name[name], replies.get(name)) if name in by_name else _switched_off(name)
        for name in SOURCES
    ]
    return [*_check_clock(replies.values(), settings), *checks, *zotero]


def _is_usable(folder: Path) -> bool:
    """Whether the turns and replies of a state folder can be shared without mending or making anything there."""
    kept = ("replies.sqlite", CACHE_TABLES), ("limits.sqlite", frozenset[str]())
    try:
        for name, _ in kept:
            check_database(folder / name)
    except EnrichError:
        return False
    return folder.is_dir() and not any(find_damage(folder / name, tables) for name, tables in kept)


def _open_circuits(fetcher: Fetcher, sources: Sequence[Source], store: Path, now: datetime) -> None:
    """Leave the services alone that asked for it in an earlier run."""
    try:
        if not store.is_file() or find_store_damage(store):
            return
        circuits = glance_at(store, now).circuits
    except (EnrichError, OSError):  # told by the check of the state
        return
    for one in sources:
        if one.traits.name in circuits:
            until, message = circuits[one.traits.name]
            fetcher.open_circuit(one.traits.name, message, until)


def _to_question(source: Source) -> Request | None:
    if source.traits.example is None:
        return None
    scheme, _, value = source.traits.example.partition(":")
    identifier = parse_identifier(scheme, value)
    return next(source.to_requests([identifier], {identifier: TitleQuestion(_EXAMPLE_TITLE)}), None)


def _switched_off(name: str) -> Check:
    text = f"switched off by sources.{name}.enabled; for {SOURCES[name]().traits.purpose}"
    return Check(about="service", name=name, state=State.NOTE, text=text)


def _check_service(settings: Settings, source: Source, reply: Reply | None) -> Check:
    traits = source.traits
    one = settings.sources[traits.name]
    has_key, key = one.api_key is not None, f"{SETTINGS_PREFIX}SOURCES__{traits.name.upper()}__API_KEY"
    interval = traits.min_interval_s if one.min_interval_s is None else one.min_interval_s
    at_once = f"{traits.batch_size:,} works" if traits.batch_size > 1 else "one work"
    limits = f"{at_once} at once, {interval:g} s apart"
    facts: dict[str, Any] = {
        "purpose": traits.purpose,
        "batch_size": traits.batch_size,
        "min_interval_s": interval,
        "takes_key": traits.key_header is not None,
        "has_key": has_key,
    }

    def told(state: State, text: str, advice: str = "", *, is_theirs: bool = True) -> Check:
        return Check(
            about="service", name=traits.name, state=state, text=text, advice=advice, is_theirs=is_theirs, facts=facts
        )

    if reply is None:
        return told(State.OK, f"{traits.purpose}; not asked here, for it is whatever page a list links to; {limits}")
    facts |= {"outcome": str(reply.outcome), "status": reply.status}
    remaining, limit = (reply.headers.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit"))
    if remaining.isdecimal():
        facts["remaining"] = int(remaining)
        limits += f", {int(remaining):,} requests left" + (f" of {int(limit):,}" if limit.isdecimal() else "")
    if reply.retry_at is not None:
        facts["retry_at"] = reply.retry_at.isoformat()
    keyed = "takes no key" if traits.key_header is None else "with your key" if has_key else "without a key"
    wants_key = f"a key of your own has limits of its own: {key}" if traits.key_header and not has_key else ""
    said = reply.message or str(reply.outcome)
    match reply.outcome:
        case Outcome.OK:
            try:
                source.parse_reply(reply)
            except Exception as error:  # noqa: BLE001 (whatever a service sends)
                return told(
                    State.FAILED, f"answers what is not its format ({type(error).__name__}); for {traits.purpose}"
                )
            return told(State.OK, f"{traits.purpose}; {limits}; {keyed}")
        case Outcome.NOT_FOUND:
            text = f"answers, and does not know {traits.example}; for {traits.purpose}"
            return told(State.WARNING, text, f"look at sources.{traits.name}.base_url" if one.base_url else "")
        case Outcome.THROTTLED | Outcome.SKIPPED:
            until = f" until {reply.retry_at:%Y-%m-%d %H:%M} UTC" if reply.retry_at else ""
            return told(State.WARNING, f"throttles: {said}{until}; for {traits.purpose}", wants_key)
        case Outcome.REFUSED if has_key and reply.status in _REFUSALS:
            return told(
                State.FAILED,
                f"refuses your key: {said}; for {traits.purpose}",
                f"mend or unset {key}",
                is_theirs=False,
            )
        case _:
            advice = wants_key if reply.outcome in (Outcome.REFUSED, Outcome.CHALLENGED) else ""
            return told(State.FAILED, f"{said}; for {traits.purpose}", advice)


def _check_zotero(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Check]:
    """Whether the library of the settings can be reached with the key; nothing where none is named."""
    library = settings.zotero.library
    if library is None:
        return
    try:
        with new_zotero(settings, library, clock) as api:
            api.check_access()
    except EnrichError as error:
        is_theirs = isinstance(error, ServiceError)
        yield Check(about="service", name="zotero", state=State.FAILED, text=str(error), is_theirs=is_theirs)
    else:
        yield Check(about="service", name="zotero", state=State.OK, text=f"the library {library}; with your key")


def _check_clock(replies: Iterable[Reply], settings: Settings) -> Iterator[Check]:
    if settings.now is not None:
        return
    offs = [off for one in replies if not one.is_cached and (off := clock_off(one)) is not None]
    if not offs:
        yield Check(about="clock", name="clock", state=State.NOTE, text="no service said what time it is")
        return
    # A reply that was confirmed may carry the date of its first sending.
    off = min(offs, key=abs)
    state = State.OK if abs(off) <= _OFF else State.WARNING if abs(off) <= _WRONG else State.FAILED
    way = "ahead of" if off > timedelta() else "behind"
    text = f"{abs(off.total_seconds()):,.0f} s {way} the services'" if state is not State.OK else "as the services'"
    yield Check(
        about="clock",
        name="clock",
        state=state,
        text=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {text}",
        advice="" if state is State.OK else "set the clock of this machine",
        facts={"ahead_s": round(off.total_seconds(), 1)},
    )


def clock_off(reply: Reply) -> timedelta | None:
    """How far the clock of this machine is ahead of the one that dated a reply; None where it says nothing."""
    try:
        dated = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return None
    return reply.retrieved_at - (dated if dated.tzinfo else dated.replace(tzinfo=UTC))
