"""Files are read as a whole only where they are files, and not for ever."""

from __future__ import annotations

import os
import sys

import pytest

from enrich import cli
from enrich.files import read_file


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code of a command and what it printed on standard error."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["enrich", *map(str, arguments)])
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, getattr(sys, name))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().err

    return command


@pytest.fixture(params=["pipe", "/dev/zero", "folder"])
def no_file(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if request.param.startswith("/"):
        return request.param
    path = tmp_path / request.param
    if request.param == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    return path


def test_what_is_no_file_is_one_line_and_not_waited_for(run, no_file, tmp_path):
    bib = tmp_path / "a.bib"
    bib.write_text("@misc{a, title = {A Title of Something}}\n", "utf-8")
    for arguments in (
        ("parse", no_file),
        ("run", no_file, "--offline"),
        ("check", no_file, "--offline"),
        ("fix", no_file, "--offline", "--dry-run"),
        ("update", no_file, "--offline", "--diff"),
        ("check", bib, "--offline", "--config", no_file),
        ("catalogue", "build", no_file, "--out", tmp_path / "catalogue"),
        ("nightly", no_file, "--config", no_file),
    ):
        code, told = run(*arguments)
        assert code == 2, arguments
        assert "Traceback" not in told
        assert [line for line in told.splitlines() if line.startswith("enrich: ")] == told.splitlines()[-1:], told


@pytest.mark.parametrize("command", ["parse", "run", "check", "update", "fix"])
def test_an_empty_path_is_no_folder(run, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("- [A Title of a Paper](https://arxiv.org/abs/1806.07366)\n", "utf-8")
    code, told = run(command, "", *([] if command == "parse" else ["--offline"]))
    assert code == 2
    assert told.startswith("enrich: ")
    assert told.count("\n") == 1


def test_a_file_that_is_larger_than_allowed_is_read_no_further(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_file(path, 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_file(path, 4)
