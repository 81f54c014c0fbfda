"""The command line: one module per command, imported only when it is called, so that ``--help`` is instant."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from click import Argument, ClickException, MissingParameter, NoSuchOption, UsageError
from click.exceptions import NoArgsIsHelpError
from typer.core import TyperGroup

from enrich import DISTRIBUTION
from enrich.cli.signals import StoppedError, stop, watch_signals
from enrich.cli.terminal import ReaderGoneError, guard_streams
from enrich.errors import EnrichError, ExitCode, lack_of, likely_lack, suggest

if TYPE_CHECKING:
    from click import Command, Context
    from click.shell_completion import CompletionItem

COMMANDS = {
    "init": "Write enrich.toml, the settings; asks for your address and your lists.",
    "run": "Enrich reading lists: BibTeX, CSV and Parquet from their links.",
    "nightly": "Enrich every list of the settings, and print what changed.",
    "serve-nightly": "Stay, and run nightly on a schedule (needs the extra flows).",
    "status": "Print the state of the store: lists, works, freshness, the last runs.",
    "doctor": "Say what would keep a run from its work: settings, keys, services, disk, state.",
    "parse": "Print the entries of a list, one JSON object per entry.",
    "show": "Print one work of a run with its versions and claims.",
    "history": "Print and plot the citations of a work over time; thin out an old history.",
    "export": "Write any format again from a run, without network.",
    "check": "Print what is wrong with a list, like a linter.",
    "update": "Bring BibTeX files up to date in place: missing fields, published versions of preprints.",
    "fix": "Mend a list by its findings, with the smallest edits.",
    "zotero": "Keep a Zotero library in step with a run, and take the last sync back.",
    "prune": "Remove what is old from state and results; last known values stay.",
    "store": "Back up what earlier runs learned, and restore it.",
    "catalogue": "Build a local catalogue from snapshots, add to it, look at it, verify it.",
    "resolve": "Find the works of a catalogue that titles, references or BibTeX entries mean.",
    "verify": "Say of pairs of descriptions whether both name the same work, and why.",
}
"""Name of each command and its one-line help."""
_ELSEWHERE = {"serve-nightly": "enrich.flows.serve_nightly"}
"""Modules of commands that are not ``enrich.cli.NAME_command``: by name, for the command line does without Prefect."""


class LazyGroup(TyperGroup):
    """A group that imports the module of a command when the command is called."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Names of the commands in the order of a user's day."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 (click's signature)
        """The command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        from enrich.cli.examples import add_examples

        module = import_module(_ELSEWHERE.get(cmd_name, f"enrich.cli.{cmd_name}_command"))
        command: Command = typer.main.get_command(module.app)
        command.name = cmd_name
        command.help = command.help or COMMANDS[cmd_name]
        add_examples(command, cmd_name)
        return command

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that the words name.

        Raises:
            UsageError: none; it names the likeliest one.
        """
        name = args[0]
        if name not in COMMANDS:
            is_list = "://" in name or os.path.exists(name)  # noqa: PTH110 (pathlib is not imported yet)
            advice = f"did you mean enrich run {name}?" if is_list else suggest(name, COMMANDS)
            raise UsageError(f"no command {name!r}; {advice}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, without importing them, and the options of the group."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=what) for name, what in COMMANDS.items() if name.startswith(incomplete)]
        return found if not incomplete.startswith("-") else super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: Context, formatter: Any) -> None:  # noqa: ANN401, ARG002 (click's signature)
        """Write the commands with their help without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


_NAME = "enrich"
_CONTEXT = {"help_option_names": ["-h", "--help"]}


def new_app() -> typer.Typer:
    """A typer application for one command module: plain help, no traceback of its own."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings=_CONTEXT,
    )


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings=_CONTEXT,
    help="Turn a reading list into a citable, always current, traceable bibliography.",
)


def _print_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        print(f"enrich {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def main() -> None:
    """Run the command line and exit: one line for a user's mistake, a traceback only for a bug of ours."""
    # Imports make hardly any garbage, but looking for it is a tenth of a short command: look less often.
    gc.set_threshold(100_000, 20, 20)
    guard_streams()
    try:
        watch_signals()
        code = app(prog_name=_NAME, standalone_mode=False) or ExitCode.DONE
        if code == ExitCode.BUG:  # Typer's own, for a shell that it cannot complete
            _print_error("completion is for bash, zsh, fish and PowerShell; run this in one of them")
            code = ExitCode.BAD_INPUT
        sys.stdout.flush()
        sys.exit(code)
    except ClickException as error:
        _show(error)
        sys.exit(error.exit_code)
    except EnrichError as error:
        _print_error((likely_lack() if "unable to open" in str(error) else None) or str(error))
        sys.exit(error.exit_code)
    except (BrokenPipeError, ReaderGoneError):
        _drop_output()
        sys.exit(ExitCode.DONE)
    except StoppedError as error:
        stop(error.number)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        if lack := lack_of(error) or likely_lack():
            _print_error(lack)
            _drop_output()
            sys.exit(ExitCode.BAD_INPUT)
        logs = sys.modules.get("enrich.cli.logs")
        if logs is None or not logs.is_logging():
            raise
        logs.log_bug(error)
        sys.exit(ExitCode.BUG)


def _drop_output() -> None:
    """Let what was not yet written go, where Python would try it again at its end."""
    with suppress(OSError, ReaderGoneError):
        sys.stdout.flush()
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(error: ClickException) -> None:
    if isinstance(error, NoArgsIsHelpError):
        error.show()
    else:
        _print_error(_to_line(error) if isinstance(error, UsageError) else error.format_message())


def _to_line(error: UsageError) -> str:
    """One line for a mistake in the words of a command: which command, what is wrong, what would be right."""
    path = error.ctx.command_path.removeprefix(_NAME).strip() if error.ctx else ""
    message = error.format_message().rstrip(".")
    line = f"{message[0].lower()}{message[1:]}"
    if isinstance(error, NoSuchOption):
        known = suggest(error.option_name, error.possibilities or ())
        line = f"no option {error.option_name}; {known or f'{_NAME} {path} -h lists them'}"
    elif isinstance(error, MissingParameter) and isinstance(error.param, Argument) and error.ctx:
        from enrich.cli.examples import EXAMPLES

        what = str(getattr(error.param, "help", "")).removesuffix("[required]").strip().rstrip(".")
        return f"{path} needs {error.param.make_metavar(error.ctx)}: {what}; for example: {EXAMPLES[path][0][1]}"
    return f"{path}: {line}" if path else line


def _print_error(text: str) -> None:
    if logs := sys.modules.get("enrich.cli.logs"):
        logs.print_error(text)
    else:
        print(f"enrich: {text}", file=sys.stderr)
