"""The first five minutes: settings without reading, helps with examples, and mistakes that are one line."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

import click
import pytest
import typer
from e2e.conftest import LIST
from pydantic import BaseModel
from support.command import start_enrich

from enrich.cli import COMMANDS, app
from enrich.cli.examples import EXAMPLES
from enrich.config import Settings, load_settings, parse_settings

TEMPLATE = files("enrich.cli").joinpath("settings.toml").read_text("utf-8")
OPTIONAL = {
    "metrics_file",
    "command",
    "url",
    "contact",
    "catalogue",
    "corrections",
    "library",
    "collection",
    "api_key",
    "base_url",
    "formats",
}
"""Settings that have no value of their own when they are left out; the template shows an example."""


def answer(questions, folder, *arguments):
    """What ``enrich`` on a terminal says when it gets these lines, and its exit code."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    ours, theirs = pty.openpty()
    terminal = Path(os.ttyname(theirs))
    os.write(ours, "".join(f"{line}\n" for line in questions).encode())
    process = start_enrich(arguments, clean, folder, terminal, asked=terminal)
    process.join(30)
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the other end is closed
        while part := os.read(ours, 4096):
            said += part
    os.close(ours)
    return said.decode(), process.exitcode


def test_init_writes_settings_that_are_the_defaults(enrich, tmp_path):
    result = enrich("init")
    assert (result.returncode, result.stdout) == (0, "enrich.toml: written\n")
    assert result.stderr == "next: enrich doctor, then enrich run LIST\n"
    assert (tmp_path / "enrich.toml").read_text("utf-8") == TEMPLATE
    assert tomllib.loads(TEMPLATE) == {}
    assert enrich("doctor", "--offline").returncode == 0


def test_every_setting_stands_in_the_template_with_its_default():
    """Without the signs before them the lines are settings, and those of a run without any file."""
    active = (
        re.sub(r"^# (?=\w+ = |\[)", "", TEMPLATE, flags=re.MULTILINE).replace("…", "x").replace("users/ID", "users/1")
    )
    values = tomllib.loads(active)
    source = values["sources"].pop("semantic_scholar")
    assert set(source) == set(
        Settings().sources.arxiv.model_fields_set | type(Settings().sources.arxiv).model_fields.keys()
    )
    values.pop("sources")

    def compare(given, model: type[BaseModel]):
        assert set(given) | {"sources", "now"} >= set(model.model_fields)
        for name, value in given.items():
            kind = model.model_fields[name].annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                compare(value, kind)
            elif name not in OPTIONAL:
                default = model.model_fields[name].default
                assert (list(default) if isinstance(default, tuple) else default) == (
                    Path(value) if isinstance(default, Path) else value
                ), name

    compare(values, Settings)
    parse_settings(active.replace("you@example.org", "me@example.org"))


def test_init_takes_answers_as_options(enrich, tmp_path, monkeypatch):
    (tmp_path / 'my "refs".bib').write_text("", "utf-8")
    lists = ('my "refs".bib', "https://github.com/OWNER/NAME")
    result = enrich("init", "--contact", "you@example.org", "--list", lists[0], "--list", lists[1])
    assert result.returncode == 0, result.stderr
    assert result.stderr == "next: enrich doctor, then enrich nightly\n"
    for name in [name for name in os.environ if name.startswith("ENRICH_")]:
        monkeypatch.delenv(name)
    settings = load_settings(tmp_path / "enrich.toml")
    assert (settings.contact, settings.lists) == ("you@example.org", lists)


def test_init_never_overwrites_and_refuses_what_is_no_setting(enrich, tmp_path):
    (tmp_path / "enrich.toml").write_text("mine", "utf-8")
    result = enrich("init", "--contact", "you@example.org")
    assert (result.returncode, result.stderr) == (
        2, "enrich: enrich.toml: is there already; edit it, or name another one with --config\n",
    )  # fmt: skip
    assert (tmp_path / "enrich.toml").read_text("utf-8") == "mine"
    for arguments, told in [
        (("--contact", "nobody"), "bad value 'nobody' of contact: must be an e-mail address"),
        (("--list", "gone.md"), "gone.md: there is no such file or folder"),
        (("--list", "bad\udcff.md"), "a name that is no UTF-8 has no place in the settings; rename it"),
        (("--config", "enrich.toml/other.toml"), "enrich.toml/other.toml: cannot be made: File exists"),
    ]:
        refused = enrich("init", "--config", "other.toml", *arguments)
        assert (refused.returncode, refused.stderr) == (2, f"enrich: {told}\n")
    assert not (tmp_path / "other.toml").exists()
    assert enrich("init", "--config", "conf/other.toml").stderr == (
        "next: enrich doctor --config conf/other.toml, then enrich run LIST --config conf/other.toml\n"
    )


def test_init_asks_on_a_terminal_until_it_has_an_answer(tmp_path):
    (tmp_path / "refs.bib").write_text("", "utf-8")
    said, code = answer(["nobody", "you@example.org", "gone.md", "refs.bib", ""], tmp_path, "init")
    assert code == 0, said
    assert "must be an e-mail address" in said
    assert "here are refs.bib" in said
    assert "gone.md: there is no such file or folder" in said
    found = tomllib.loads((tmp_path / "enrich.toml").read_text("utf-8"))
    assert found == {"contact": "you@example.org", "lists": ["refs.bib"]}


@pytest.mark.parametrize("columns", [45, 80])
def test_the_lines_of_the_doctor_fit_a_terminal(tmp_path, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    said, code = answer([], tmp_path, "doctor", "--offline")
    assert code == 0, said
    assert max(map(len, said.splitlines())) <= columns
    assert "no enrich.toml, no lists" in " ".join(said.split())


def test_init_takes_silence_for_an_answer(tmp_path):
    said, code = answer(["", ""], tmp_path, "init")
    assert code == 0, said
    assert (tmp_path / "enrich.toml").read_text("utf-8") == TEMPLATE


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nihgtly"], "no command 'nihgtly'; did you mean nightly?"),
        (["list.md"], "no command 'list.md'; did you mean enrich run list.md?"),
        (["https://x.org/l"], "no command 'https://x.org/l'; did you mean enrich run https://x.org/l?"),
        (
            ["run"],
            "run needs LIST...: Files, folders or addresses; '-': standard input; for example: enrich run refs.bib",
        ),
        (["run", "list.md", "--ofline"], "run: no option --ofline; did you mean --offline?"),
        (["run", "list.md", "--zzz"], "run: no option --zzz; enrich run -h lists them"),
        (["store", "bakcup", "x"], "store: no such command 'bakcup'. Did you mean 'backup'?"),
        (
            ["run", "list.md", "--log-level", "loud"],
            "run: invalid value for '--log-level': 'loud' is not one of 'debug', 'info', 'warning', 'error'",
        ),
    ],
)
def test_a_mistake_in_the_words_is_one_line_that_says_what_is_right(enrich, tmp_path, words, told):
    (tmp_path / "list.md").write_text("# Papers\n", "utf-8")
    result = enrich(*words)
    assert (result.returncode, result.stderr, result.stdout) == (2, f"enrich: {told}\n", "")


def test_a_misspelt_setting_is_told_with_the_right_one(enrich, tmp_path):
    (tmp_path / "enrich.toml").write_text("[sources.arvix]\nenabled = false\n", "utf-8")
    result = enrich("status")
    assert result.stderr == "enrich: enrich.toml:1: unknown setting sources.arvix; did you mean arxiv?\n"


def commands_of(command, words=()):
    """Every command with its words, those of groups too."""
    yield words, command
    for name in COMMANDS if not words else getattr(command, "commands", ()):
        below = command.get_command(click.Context(command), name)
        yield from commands_of(below, (*words, name))


@cache
def all_commands():
    return {words: command for words, command in commands_of(typer.main.get_command(app)) if words}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_help_has_examples_that_the_command_takes(name):
    """Each line of the help is split into words and read as the command would read them."""
    words, shown = tuple(name.split()), EXAMPLES[name]
    command = all_commands()[words]
    assert len(shown) > 1
    for _, line in shown:
        assert line in command.epilog
        given = re.findall(r'"[^"]*"|\S+', line)
        assert given[0] == "enrich"
        assert tuple(given[1 : 1 + len(words)]) == words
        rest = [one.strip('"') for one in given[1 + len(words) :]]
        while isinstance(command, click.Group):
            command.make_context(words[-1], list(rest))
            name = rest.pop(0) if rest[0] in command.commands else "work"
            command = command.commands[name]
        command.make_context(words[-1], rest)
        command = all_commands()[words]


def test_every_command_has_examples_and_no_other():
    assert set(EXAMPLES) == {" ".join(words) for words in all_commands()}


def test_the_short_option_for_help_is_taken_everywhere(enrich):
    for words in ((), ("run",), ("catalogue",), ("catalogue", "build"), ("history",)):
        result = enrich(*words, "-h")
        assert result.returncode == 0, result.stderr
        assert result.stdout == enrich(*words, "--help").stdout
        assert result.stdout.startswith(f"Usage: {' '.join(('enrich', *words))} ")


def test_a_shell_completes_commands_and_options(enrich):
    told = enrich(_ENRICH_COMPLETE="complete_bash", COMP_WORDS="enrich ni", COMP_CWORD="1")
    assert told.stdout.split() == ["nightly"]
    told = enrich(_ENRICH_COMPLETE="complete_bash", COMP_WORDS="enrich run --of", COMP_CWORD="2")
    assert told.stdout.split() == ["--offline"]
    told = enrich(_ENRICH_COMPLETE="complete_bash", COMP_WORDS="enrich store ", COMP_CWORD="2")
    assert told.stdout.split() == ["backup", "restore", "forget-circuits", "forget-list"]


def test_the_completion_is_installed_for_the_shell_that_is_named(enrich, tmp_path):
    result = enrich(
        "--install-completion", "bash", HOME=str(tmp_path), _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
    )
    assert result.returncode == 0, result.stderr
    script = next(one for one in tmp_path.rglob("enrich.sh"))
    assert "_ENRICH_COMPLETE=complete_bash" in script.read_text("utf-8")
    assert str(script) in (tmp_path / ".bashrc").read_text("utf-8")


def test_help_imports_nothing_heavy():
    code = "import sys; from enrich.cli import app; app(['--help'], standalone_mode=False); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in result.stdout.splitlines()[-1].split()}
    assert not loaded & {"pandas", "numpy", "pyarrow", "pydantic", "requests", "rich", "prefect", "lxml", "sqlite3"}


@pytest.mark.parametrize("variables", [{}, {"enrich_contact": "me@example.org"}])
def test_reading_a_list_loads_settings_only_where_there_are_any(tmp_path, variables):
    words = ["parse", str(LIST)]
    code = f"import sys; from enrich.cli import app; app({words}, standalone_mode=False); print(*sys.modules)"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=tmp_path, env=clean | variables, capture_output=True, text=True, check=True)
    assert ("enrich.config" in result.stdout.splitlines()[-1].split()) == bool(variables)


@pytest.mark.slow
def test_commands_that_write_no_tables_import_no_arrow(tmp_path):
    (tmp_path / "list.md").write_text("# Papers\n\n* A title: [arXiv](https://arxiv.org/abs/1806.07366)\n", "utf-8")
    (tmp_path / "refs.bib").write_text("@misc{a, title={A title}, eprint={1806.07366}}\n", "utf-8")
    for words in (["parse", "list.md"], ["check", "list.md", "--offline"], ["doctor", "--offline"]):
        code = f"import sys; from enrich.cli import app; app({words}, standalone_mode=False); print(*sys.modules)"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
        command = [sys.executable, "-c", code]
        result = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
        assert "pyarrow" not in result.stdout.splitlines()[-1].split(), words
