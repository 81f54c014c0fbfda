"""Options that several commands take, each with one meaning and one help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Settings.  [default: enrich.toml if there is one]")
]
"""The type of a parameter ``config``, which is None by default."""
OfflineOption = Annotated[bool, typer.Option("--offline", help="Ask no source: answer from store and catalogue alone.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print warnings and errors alone.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")]
