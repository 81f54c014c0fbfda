"""The errors that a user can cause or mend; everything else is a bug of ours."""

from __future__ import annotations

import difflib
import errno
import sys
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


_FEW_FILES = "too few files may be open at once; raise the limit (ulimit -n) and run the same command again"
_FEWEST_FILES = 64
"""With fewer, libraries fail with errors of all kinds."""
_NO_MEMORY = ("failed to map segment", "cannot allocate memory", "memory allocation")


class ExitCode(IntEnum):
    """What a command's exit status means."""

    DONE = 0
    BUG = 1
    BAD_INPUT = 2
    INCOMPLETE = 3


class EnrichError(Exception):
    """One clear line for the user: where, what is wrong, what to do."""

    exit_code = ExitCode.BAD_INPUT


class InputError(EnrichError):
    """A list, a query file or a snapshot that cannot be read.

    >>> str(InputError("not a list", path="a.md", line=3, advice="write '* Title: [label](url)'"))
    "a.md:3: not a list; write '* Title: [label](url)'"
    """

    def __init__(self, what: str, *, path: object = None, line: int | None = None, advice: str | None = None) -> None:
        self.what, self.path, self.line, self.advice = what, path, line, advice
        place = "" if path is None else f"{path}:" if line is None else f"{path}:{line}:"
        super().__init__(" ".join(filter(None, (place, what))) + (f"; {advice}" if advice else ""))

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the keywords: Prefect and Dask send errors between processes."""
        return (_rebuild_input_error, (type(self), self.what, self.path, self.line, self.advice))


class ConfigError(InputError):
    """A setting that does not exist or has a value out of range."""


class OutputError(InputError):
    """A folder or file that cannot be written."""


class ServiceError(InputError):
    """A service that a command cannot do without, and that does not do its part now."""

    exit_code = ExitCode.INCOMPLETE


class IdentifierError(EnrichError, ValueError):
    """A text that is no identifier of the scheme asked for."""


def suggest(name: str, known: Collection[str]) -> str | None:
    """Advice for an unknown name: the known one that is nearest, or all of them.

    >>> suggest("titel", {"title", "venue"}), suggest("x", {"title", "venue"})
    ('did you mean title?', 'there are title, venue')
    """
    close = difflib.get_close_matches(name.lower(), known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are {', '.join(sorted(known))}" if known else None


def lack_of(error: BaseException) -> str | None:
    """What the system lacks or denies by what an error says, and what to do; None for an error of another kind.

    >>> lack_of(OSError(24, "Too many open files"))
    'too few files may be open at once; raise the limit (ulimit -n) and run the same command again'
    """
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        text = str(cause).lower()
        code = cause.errno if isinstance(cause, OSError) else None
        if code in (errno.ENOSPC, errno.EDQUOT):
            return "there is no space left for what is written; make room and run the same command again"
        if code in (errno.EACCES, errno.EPERM, errno.EROFS) and isinstance(cause, OSError) and cause.filename:
            return f"{cause.filename}: {(cause.strerror or 'denied').lower()}; change its owner or mode, or use another"
        if code in (errno.EMFILE, errno.ENFILE) or "too many open files" in text:
            return _FEW_FILES
        if isinstance(cause, RuntimeError) and "start new thread" in text:
            return "too few threads may run at once; raise the limit (ulimit -u) and run the same command again"
        if isinstance(cause, MemoryError) or code == errno.ENOMEM or any(words in text for words in _NO_MEMORY):
            return "there is too little memory; give it more, or smaller lists, and run the same command again"
        cause = cause.__cause__ or cause.__context__
    return None


def to_failure(error: Exception) -> tuple[str, int]:
    """One line that says why something failed, and the exit code that tells whose fault it is.

    >>> to_failure(InputError("no such file", path="a.md")), to_failure(KeyError("x"))
    (('a.md: no such file', <ExitCode.BAD_INPUT: 2>), ("KeyError: 'x'", <ExitCode.BUG: 1>))
    """
    if lack := lack_of(error):
        return lack, ExitCode.BAD_INPUT
    if isinstance(error, EnrichError):
        return str(error), error.exit_code
    return f"{type(error).__name__}: {error}", ExitCode.BUG


def warn(message: str) -> None:
    """Tell people something that costs only itself, in a line on standard error, before there is any log."""
    sys.stderr.write(f"warning: {message}\n")


def likely_lack() -> str | None:
    """What this process is allowed so little of that any error may come of it."""
    try:
        import resource  # noqa: PLC0415 (not on every system)
    except ImportError:
        return None
    return _FEW_FILES if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < _FEWEST_FILES else None


def _rebuild_input_error(
    kind: type[InputError], what: str, path: object, line: int | None, advice: str | None
) -> InputError:
    return kind(what, path=path, line=line, advice=advice)
