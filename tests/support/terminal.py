"""The command on a terminal of so many columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

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
    file = out.open("wb") if out else None
    process = subprocess.Popen(
        [sys.executable, "-m", "enrich", *map(str, arguments)],
        cwd=folder,
        env={**clean, "TERM": "xterm-256color", "COLUMNS": "", **environment},
        stdin=subprocess.DEVNULL,
        stdout=file or follower,
        stderr=follower if has_errors else subprocess.DEVNULL,
    )
    os.close(follower)
    if file is not None:
        file.close()
    written = b""
    while True:
        try:
            some = os.read(leader, 65_536)
        except OSError:  # Linux says so when the last one has closed its end
            break
        if not some:
            break
        written += some
    os.close(leader)
    assert process.wait() == 0, written
    text = written.decode().replace("\r\n", "\n")
    return text if is_raw else _STYLE.sub("", text)
