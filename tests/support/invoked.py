"""A command in this process: for what it prints, where a process of its own proves nothing more."""

from __future__ import annotations

from typer.testing import CliRunner

from enrich.cli import app


def call(*arguments: object) -> str:
    """Return what ``enrich`` with these arguments printed; an error of it is raised."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output
