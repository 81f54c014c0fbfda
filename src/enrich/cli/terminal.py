"""What a command prints: printable whatever it holds, on a terminal as in a pipe."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from enrich.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.text import Text


class ReaderGoneError(Exception):
    """Whoever read the output has enough, such as ``head``; an error that no library takes for one of its own."""


class PrintableStream:
    """A text stream without control characters and escape sequences; the breaks of a file with CR LF stay."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write the text without what would steer the terminal.

        Raises:
            ReaderGoneError: nobody reads it.
            OSError: it cannot be written.
        """
        try:
            self.stream.write("\r\n".join(map(printable, text.split("\r\n"))))
        except BrokenPipeError as error:
            raise ReaderGoneError from error
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write them one after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Pass on what was written.

        Raises:
            ReaderGoneError: nobody reads it.
            OSError: it cannot be written.
        """
        try:
            self.stream.flush()
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the stream has)
        return getattr(self.stream, name)


def guard_streams() -> None:
    """Let nothing that a command prints on standard output and error steer the terminal, or be more than it can show.

    What goes into a pipe or file is UTF-8, whatever the language of the system is; PYTHONIOENCODING says otherwise.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            is_free = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if is_free else "utf-8", errors="replace")
        if stream is not None and not isinstance(stream, PrintableStream):
            setattr(sys, name, PrintableStream(stream))


def new_console(*, is_error: bool = False) -> Console:
    """A console that styles and lays out texts and takes nothing in them for markup.

    Where it is no terminal it has as many columns as COLUMNS says, or 100.
    """
    from rich.console import Console

    class PrintableConsole(Console):
        """Every text that is printed, alone or in a table, comes through here."""

        def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 (as in rich)
            return super().render_str(printable(text), **options)

        def on_broken_pipe(self) -> None:
            raise ReaderGoneError

    stream = sys.stderr if is_error else sys.stdout
    file: Any = stream.stream if isinstance(stream, PrintableStream) else stream
    width = None if stream.isatty() or os.environ.get("COLUMNS", "").isdigit() else 100
    return PrintableConsole(file=file, width=width, highlight=False, markup=False)
