"""Unattended: logs, backups, and disks that are full or read-only."""

from __future__ import annotations

import json
import os
import pty
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.conftest import LIST
from support.disks import as_anyone, disk, read_only
from support.services import Answer, environment

pytestmark = pytest.mark.slow

SHORT = """\
# Papers

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)
"""


def lines(result):
    return [json.loads(line) for line in result.stderr.splitlines()]


def test_the_log_tells_of_each_request_and_of_no_secret(enrich, services, tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    services.faults["openalex"] = lambda _: Answer(403, b'{"error": "PLANTED-OPENALEX of planted@example.net is bad"}')
    services.faults["semantic_scholar"] = lambda _: Answer(429, b"{}")
    variables = {
        "ENRICH_CONTACT": "planted@example.net",
        "ENRICH_SOURCES__OPENALEX__API_KEY": "PLANTED-OPENALEX",
        "ENRICH_SOURCES__SEMANTIC_SCHOLAR__API_KEY": "PLANTED-S2",
    }
    result = enrich("run", "list.md", "--out", "out", "--log-level", "debug", "--log-format", "json", **variables)
    assert result.returncode == 0, result.stderr
    found = lines(result)
    assert {one["run"] for one in found} == {found[0]["run"]}
    assert len(found[0]["run"]) == 12
    asked = [one for one in found if "attempt" in one]
    assert len(asked) == len(services.asked)
    arxiv = next(one for one in asked if one["source"] == "arxiv")
    assert (arxiv["level"], arxiv["status"], arxiv["outcome"], arxiv["cached"]) == ("debug", 200, "ok", False)
    assert arxiv["bytes"] > 0
    throttled = [one for one in asked if one["source"] == "semantic_scholar"]
    assert [(one["level"], one["attempt"]) for one in throttled] == [("warning", number) for number in (1, 2, 3)]
    left = [one["source"] for one in found if "is left alone" in one["message"]]
    assert left == ["semantic_scholar"]
    assert any(one.get("list") == "list" and one["stage"] == "read" for one in found)
    assert any(one.get("path", "").endswith("works.bib") for one in found)
    assert any("openalex: HTTP 403: redacted of redacted is bad" in one["message"] for one in found)
    assert "PLANTED" not in result.stderr + (tmp_path / "out" / "run.json").read_text("utf-8")
    assert "planted@" not in result.stderr
    assert "127.0.0.1" in result.stderr
    assert "?" not in result.stderr


def test_levels_restrict_and_without_options_progress_stays(enrich, tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    assert enrich("check", "list.md", "--offline", "--log-level", "error").stderr == ""
    plain = enrich("run", "list.md", "--offline", "--out", "out")
    stages = ["read: list.md: 1 entry", "catalogue: 1 of 1 works are known", "export: 1 work into out"]
    assert plain.stderr.splitlines() == stages
    logged = enrich("run", "list.md", "--offline", "--out", "out", "--log-level", "info")
    messages = [line.split(maxsplit=2)[1:] for line in logged.stderr.splitlines()]
    assert messages[:2] == [["info", "read: list.md: 1 entry"], ["info", "catalogue: 1 of 1 works are known"]]
    again = enrich("run", "list.md", "--offline", "--out", "out")
    assert logged.stdout == again.stdout
    silent = enrich("run", "list.md", "--offline", "--out", "out", "--quiet")
    assert (silent.stdout, silent.stderr) == ("", "")
    failed = enrich("check", "none.md", "--log-format", "json")
    assert (failed.returncode, [one["level"] for one in lines(failed)]) == (2, ["error"])
    mistyped = enrich("check", "list.md", "--log-level", "loud")
    assert mistyped.returncode == 2
    assert "'loud' is not one of" in mistyped.stderr


def test_a_store_is_backed_up_and_restored(enrich, services, tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    assert "there is no store" in enrich("store", "backup", "b.sqlite").stderr
    assert enrich("run", "list.md", "--out", "out").returncode == 0
    made = enrich("store", "backup", "b.sqlite")
    assert (made.returncode, made.stdout.startswith("b.sqlite: 1 works, ")) == (0, True)
    (tmp_path / "state" / "store.sqlite").write_bytes(b"garbage" * 999)
    back = enrich("store", "restore", "b.sqlite")
    assert back.returncode == 0
    assert "the store before it is " in back.stdout
    services.asked.clear()
    (tmp_path / "state" / "replies.sqlite").unlink()
    assert enrich("run", "list.md", "--out", "out").returncode == 0
    assert services.asked == []
    (tmp_path / "bad.sqlite").write_bytes(b"garbage" * 999)
    refused = enrich("store", "restore", "bad.sqlite")
    assert (refused.returncode, refused.stderr) == (2, "enrich: bad.sqlite: is damaged; restore another backup\n")


def one_line(result, path):
    """The line in which a command says what it cannot write; nothing else went wrong."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    (line,) = [
        line
        for line in result.stderr.splitlines()
        if not line.startswith(("read: ", "catalogue: ", "ask: ", "export: "))
    ]
    assert line.startswith(f"enrich: {path}")
    assert "cannot be" in line
    return line


# At each of these sizes, in KiB, something else is the first that does not fit: the store, turns of hosts, replies.
@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("size", [40, 100, 200, 300, 400, 500])
def test_a_full_disk_under_the_state_folder_is_one_line(enrich, tmp_path, command, size):
    with disk(tmp_path / "disk", f"size={size}k") as folder:
        variables = {"ENRICH_STATE_DIR": str(folder / "state"), "ENRICH_SOURCES__ARXIV__MIN_INTERVAL_S": "0.01"}
        one_line(enrich(command, LIST, **variables), folder / "state")


@pytest.mark.slow
@pytest.mark.parametrize("size", [8, 100, 300])
def test_a_full_disk_under_the_results_leaves_the_earlier_ones(enrich, tmp_path, size):
    with disk(tmp_path / "disk", f"size={size}k") as folder:
        out = folder / "out"
        out.mkdir()
        (out / "works.bib").write_text("earlier", "utf-8")
        one_line(enrich("run", LIST, "--offline", "--out", out), folder)
        assert [(one.name, one.read_text("utf-8")) for one in out.rglob("*") if one.is_file()] == [
            ("works.bib", "earlier")
        ]


@pytest.mark.slow
def test_a_backup_that_does_not_fit_leaves_the_earlier_one(enrich, tmp_path):
    assert enrich("run", LIST, "--offline", "--out", "out").returncode == 0
    with disk(tmp_path / "disk", "size=20k") as folder:
        (folder / "b.sqlite").write_text("earlier", "utf-8")
        one_line(enrich("store", "backup", folder / "b.sqlite"), folder / "b.sqlite")
        assert [one.name for one in folder.iterdir()] == ["b.sqlite"]


@pytest.mark.slow
def test_read_only_folders_are_named_before_anyone_is_asked(enrich, services, tmp_path):
    assert enrich("run", LIST, "--offline", "--out", "out").returncode == 0
    with read_only(tmp_path / "locked") as folder:
        for command in ("run", "check"):
            one_line(enrich(command, LIST, ENRICH_STATE_DIR=str(folder / "state")), folder)
        one_line(enrich("run", LIST, "--out", folder / "out"), folder)
        one_line(enrich("store", "backup", folder / "b.sqlite"), folder)
        assert enrich("store", "backup", "b.sqlite").returncode == 0
        one_line(enrich("store", "restore", "b.sqlite", ENRICH_STATE_DIR=str(folder / "state")), folder)
    assert services.asked == []


@pytest.mark.parametrize("locked", [".", "store.sqlite", "replies.sqlite"])
def test_what_somebody_else_made_is_named_and_never_taken_for_damage(enrich, tmp_path, locked):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    assert enrich("run", "list.md").returncode == 0
    state = tmp_path / "state"
    (state / locked).chmod(0o555 if locked == "." else 0o444)
    variables = {"ENRICH_STATE_DIR": "state", "PATH": os.environ["PATH"]}
    for command in (("run", "list.md"), ("doctor", "--offline")):
        words = [*as_anyone(), sys.executable, "-m", "enrich", *command]
        result = subprocess.run(words, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        said = result.stderr + result.stdout
        assert result.returncode == 2, said
        assert "Traceback" not in said
        assert str(Path("state", locked)) in said
        assert "set state_dir" in said
        assert "damage" not in said
        assert "moves it aside" not in said
    assert not list(state.glob("*.damaged*"))


def in_shell(line, folder):
    """Standard output and error, and the exit code of ``enrich`` in a pipe or redirection."""
    line = line.replace("enrich ", f"{sys.executable} -m enrich ")
    words = ["bash", "-c", f"set -o pipefail; {line}"]
    given = {"PATH": os.environ["PATH"], "HOME": str(folder), "ENRICH_EXPORTS__FORMATS": '["bib"]'}
    return subprocess.run(words, cwd=folder, env=given, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("command", ["--help", "--version", "parse list.md", "run list.md --offline", "check list.md"])
def test_output_that_nobody_can_write_is_one_line(tmp_path, command):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    result = in_shell(f"enrich {command} 2> said > /dev/full", tmp_path)
    told = (tmp_path / "said").read_text("utf-8").splitlines()
    assert result.returncode == 2
    assert "no space left" in told[-1]
    assert not [line for line in told if "Traceback" in line or "Exception" in line]


@pytest.mark.parametrize("command", ["parse list.md", "run list.md --offline", "check list.md --offline", "--help"])
def test_a_reader_that_has_enough_is_no_bug_of_ours(tmp_path, command):
    # Only what ``parse`` prints of many entries is more than a pipe holds.
    entries = "".join(
        f"* A Tale of {place} Wells: [arXiv20](https://arxiv.org/abs/2001.{place:05})\n"
        for place in range(400 if command == "parse list.md" else 20)
    )
    (tmp_path / "list.md").write_text(f"# Papers\n\n{entries}", "utf-8")
    result = in_shell(f"enrich {command} | true", tmp_path)
    assert (result.returncode, "Traceback" in result.stderr) == (0, False), result.stderr


def test_what_the_system_cannot_write_is_no_bug_of_ours(tmp_path):
    (tmp_path / "list.md").write_text(
        "# Å\n\n* Schrödinger's Wells 井: [arXiv20](https://arxiv.org/abs/2001.00001)\n", "utf-8"
    )
    words = [sys.executable, "-m", "enrich", "parse", "list.md", "--format", "table"]
    given = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for more, shown in (({}, "Schrödinger's Wells 井"), ({"PYTHONIOENCODING": "ascii"}, "Schr?dinger's Wells ?")):
        result = subprocess.run(words, cwd=tmp_path, env=given | more, capture_output=True, check=False)
        assert result.returncode == 0, result.stderr
        assert shown in result.stdout.decode()
    ours, theirs = pty.openpty()
    result = subprocess.run(words, cwd=tmp_path, env=given, stdout=theirs, check=False)
    os.close(theirs)
    assert result.returncode == 0
    assert b"Schr?dinger's Wells ?" in os.read(ours, 4096)
    os.close(ours)


def completed_in(shell: str, home, *before: str):
    """What ``--install-completion`` says below a shell, which Typer looks for among the processes above."""
    words = shlex.join([*before, sys.executable, "-m", "enrich", "--install-completion"])
    given = {"PATH": os.environ["PATH"], "HOME": str(home)}
    return subprocess.run([shell, "-c", f"{words}; exit $?"], env=given, capture_output=True, text=True, check=False)


def test_completion_that_may_not_be_written_is_one_line(tmp_path):
    (tmp_path / ".bashrc").write_text("", "utf-8")
    (tmp_path / ".bashrc").chmod(0o444)
    result = completed_in("bash", tmp_path, *as_anyone())
    said = f"enrich: {tmp_path}/.bashrc: permission denied; change its owner or mode, or use another\n"
    assert (result.returncode, result.stderr) == (2, said)


def test_completion_of_a_shell_that_has_none_is_no_bug(tmp_path):
    result = completed_in("sh", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "bash, zsh, fish" in result.stderr


@pytest.mark.parametrize("limit", [20_000, 200_000])
def test_files_that_may_not_grow_are_one_line(services, tmp_path, limit):
    """Without a disk of its own: the limit on the size of files, which is an error of another name."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    variables = {**clean, **environment(services.port), "ENRICH_STATE_DIR": str(tmp_path / "state")}
    command = [str(Path(sys.executable).with_name("enrich")), "run", str(LIST), "--out", str(tmp_path / "out")]

    def restrict():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    result = subprocess.run(
        command, env=variables, capture_output=True, text=True, check=False, preexec_fn=restrict, cwd=tmp_path
    )
    one_line(result, tmp_path)
