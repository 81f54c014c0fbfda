"""The command on a terminal of so many columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
from pathlib import Path
from typing import TYPE_CHECKING

from support.command import start_enrich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STYLE = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
NOWHERE = 9
"""A port of loopback on which nobody listens: the discard service."""


def run_on_terminal(
    arguments: Sequence[object],
    environment: Mapping[str, str],
    folder: Path,
    *,
    columns: int,
    is_raw: bool = False,
    has_errors: bool = False,
    out: Path | None = None,
) -> str:
    """What ``enrich`` writes on a terminal, without styles unless ``is_raw``.

    Standard output is the terminal unless it goes into a file; standard error is shown with ``has_errors`` alone.
    """
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ENRICH_", "NO_COLOR"))}
    variables = {**clean, "TERM": "xterm-256color", "COLUMNS": "", **environment}
    screen, nothing = os.ttyname(follower), os.devnull
    process = start_enrich(arguments, variables, folder, Path(out or screen), Path(screen if has_errors else nothing))
    written = b""
    while True:
        is_over = not process.is_alive()
        if select.select([leader], [], [], 0 if is_over else 0.05)[0]:
            written += os.read(leader, 65_536)
        elif is_over:
            break
    os.close(leader)
    os.close(follower)
    assert process.exitcode == 0, written
    text = written.decode().replace("\r\n", "\n")
    return text if is_raw else _STYLE.sub("", text)
