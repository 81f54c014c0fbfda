"""The log of a command on standard error: as text or as JSON lines, without keys and addresses of people.

Without the options there is no log: commands print their progress as they always do.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import threading
import traceback
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.model.credentials import credentials_of
from enrich.text.printable import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.config import Settings, SourceSettings, Zotero


class LogLevel(StrEnum):
    """From which level on messages are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """What a line of the log looks like."""

    TEXT = "text"
    JSON = "json"


def _begin(format_: LogFormat | None) -> LogFormat | None:
    if format_ is not None:
        start_logging(None, format_)
    return format_


LevelOption = Annotated[
    LogLevel | None,
    typer.Option("--log-level", help="Log on standard error from this level on, such as debug, instead of progress."),
]
"""The type of a command's parameter ``log_level``, which is None by default."""
FormatOption = Annotated[
    LogFormat | None,
    # What is wrong with another option is said in the same form.
    typer.Option(
        "--log-format", help="Log as text or as JSON lines: --log-format json.", is_eager=True, callback=_begin
    ),
]
"""The type of a command's parameter ``log_format``, which is None by default."""

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_LAST_RESORT = logging.lastResort
_log = logging.getLogger("enrich")
LONGEST = 1_000
"""Characters of a line that people read."""


def start_logging(
    level: LogLevel | None,
    format_: LogFormat | None,
    *,
    settings: Settings | None = None,
    run_id: str | None = None,
) -> str:
    """Send what is logged under ``enrich`` to standard error, and return the id of this invocation: 12 hex digits.

    Without level and format nothing is logged. Other loggers, such as Prefect's, stay as they are; calling it again
    replaces what an earlier call set up. ``settings`` tell which texts must never appear.
    """
    run_id = run_id or secrets.token_hex(6)
    for handler in [one for one in _log.handlers if isinstance(one, (_Handler, logging.NullHandler))]:
        _log.removeHandler(handler)
    is_on = level is not None or format_ is not None
    _log.propagate = not is_on
    _log.setLevel((level or LogLevel.INFO).upper() if is_on else logging.NOTSET)
    # Without any handler Python would print warnings itself, next to the command's own.
    chosen = format_ or LogFormat.TEXT
    mine = _Handler(chosen, run_id, tuple(_secrets(settings))) if is_on else None
    _log.addHandler(mine if mine is not None else logging.NullHandler())
    _take_over(mine)
    return run_id


def _take_over(handler: _Handler | None) -> None:
    """Let the log also tell what Python and its libraries would print on standard error themselves."""
    logging.lastResort = handler or _LAST_RESORT
    logging.captureWarnings(handler is not None)
    if handler is None:
        threading.excepthook, sys.unraisablehook = threading.__excepthook__, sys.__unraisablehook__
    else:
        threading.excepthook = lambda found: _log.error("in a thread", exc_info=found.exc_value)
        sys.unraisablehook = lambda found: _log.error("in passing", exc_info=found.exc_value)


def is_logging() -> bool:
    """Whether a log is written, so that progress and warnings belong into it."""
    return any(isinstance(one, _Handler) for one in _log.handlers)


def print_warning(text: str) -> None:
    """Print a warning on standard error, or log it where a log is written."""
    text = one_line(text, LONGEST)
    if is_logging():
        _log.warning(text)
    else:
        print(f"warning: {text}", file=sys.stderr)


def print_note(text: str) -> None:
    """Print a line on standard error, or log it as information where a log is written."""
    text = one_line(text, LONGEST)
    if is_logging():
        _log.info(text)
    else:
        print(text, file=sys.stderr)


def print_error(text: str) -> None:
    """Print why a command ended, or log it where a log is written."""
    text = one_line(text, LONGEST)
    if is_logging():
        _log.error(text)
    else:
        print(f"enrich: {text}", file=sys.stderr)


def log_bug(error: BaseException) -> None:
    """Log an error of ours with where it happened."""
    where = "".join(traceback.format_exception(error))
    _log.error("a bug of enrich", exc_info=error, extra={"facts": {"traceback": where}})


def to_line(text: str) -> str:
    """The line in which a command says why it ended, as it stands on standard error."""
    handler = next((one for one in _log.handlers if isinstance(one, _Handler)), None)
    if handler is None:
        return f"enrich: {text}"
    return handler.format(logging.LogRecord(_log.name, logging.ERROR, "", 0, text, None, None))


def _secrets(settings: Settings | None) -> Iterator[str]:
    if settings is None:
        return
    if settings.contact:
        yield settings.contact
    services: list[SourceSettings | Zotero] = [*settings.sources.every(), settings.zotero]
    for one in services:
        if one.api_key is not None:
            yield one.api_key.get_secret_value()
        yield from credentials_of(one.base_url).texts
    if settings.notify.url is not None:
        yield settings.notify.url.get_secret_value()
    for argument in settings.lists:
        yield from credentials_of(argument).texts


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to whatever standard error is when a message comes."""

    def __init__(self, format_: LogFormat, run_id: str, hidden: tuple[str, ...]) -> None:
        super().__init__(sys.stderr)
        self._format, self._run_id, self._hidden = format_, run_id, hidden

    def format(self, record: logging.LogRecord) -> str:
        """One line: time in UTC, level, message, and what the message is about."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = " ".join(record.getMessage().split())
        if record.exc_info and record.exc_info[1] is not None:
            message = f"{message}: {type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        if self._format is LogFormat.TEXT:
            return self._redact(f"{at} {record.levelname.lower():<7} {message}")
        facts = {name: self._redact_value(value) for name, value in getattr(record, "facts", {}).items()}
        line = {"at": at, "level": record.levelname.lower(), "message": self._redact(message), "run": self._run_id}
        return json.dumps({**line, **facts}, ensure_ascii=False, default=str)

    def _redact(self, text: str) -> str:
        text = printable(text)
        for secret in self._hidden:
            text = text.replace(secret, "redacted")
        return _EMAIL.sub("redacted", text)

    def _redact_value(self, value: object) -> object:
        return self._redact(value) if isinstance(value, str) else value
