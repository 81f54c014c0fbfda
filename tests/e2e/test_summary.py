"""What a command tells at its end, and what it costs when something is wrong: from the outside."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest
from e2e.conftest import LIST
from support.services import Answer, environment
from support.shared import ROOT
from support.terminal import NOWHERE, run_on_terminal

from enrich.sources import SOURCES

KNOWN = "* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"
UNKNOWN = """\
* The Wells of Hof, a Story: [arXiv20](https://arxiv.org/abs/2001.00001)
* The Towers of Northern Towns: [ICML 2019](https://example.org/towers)
"""
ALL_DOWN = environment(NOWHERE)


def statuses(folder):
    works = pd.read_parquet(folder / "works.parquet")
    return dict(
        zip(works["title"].str.split(",").str[0], zip(works["status"], works["type"], strict=True), strict=True)
    )


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(f"# Papers\n\n{text}", "utf-8")


def test_without_a_network_one_line_says_so_and_nothing_is_told_twice(enrich, tmp_path):
    result = enrich("run", LIST, "--out", tmp_path / "out", **ALL_DOWN, COLUMNS="100")
    assert result.returncode == 0
    first, *more = result.stdout.splitlines()
    assert first == "no network: no service was asked; known from the bundled catalogue: 84 of 84 works"
    assert not [line for line in more if "cannot be reached" in line or line.startswith("sources")]
    assert "warning" not in result.stderr
    assert "127.0.0.1" not in result.stderr + result.stdout
    assert len(result.stdout.splitlines()) <= 18
    write(tmp_path, list=KNOWN)
    assert enrich("run", "list.md", "--strict", **ALL_DOWN).returncode == 3


def test_when_every_service_fails_the_first_line_and_the_exit_code_say_so(enrich, services, tmp_path):
    services.faults = dict.fromkeys(SOURCES, lambda _: Answer(503, b"down"))
    write(tmp_path, list=KNOWN)
    result = enrich("run", "list.md", "--out", tmp_path / "out", "--strict")
    assert result.returncode == 3
    assert result.stdout.startswith("no service answered: ")
    assert "; known from the bundled catalogue: 1 of 1 works\n" in result.stdout
    warned = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert any(line.startswith("warning: arxiv: HTTP 503") for line in warned)
    assert len(set(warned)) == len(warned)


def test_not_asked_is_not_not_found(enrich, tmp_path):
    write(tmp_path, list=KNOWN + UNKNOWN)
    offline = enrich("run", "list.md", "--offline", "--out", tmp_path / "offline")
    assert "works      3 of 3 entries (1 complete, 2 not asked)" in offline.stdout
    assert statuses(tmp_path / "offline") == {
        "Neural Ordinary Differential Equations": ("ok", "conference"),
        "The Wells of Hof": ("not_asked", "preprint"),
        "The Towers of Northern Towns": ("not_asked", "conference"),
    }
    (run,) = pd.read_parquet(tmp_path / "offline" / "runs.parquet").to_dict("records")
    assert (run["n_works"], run["n_not_found"], run["n_not_asked"]) == (3, 0, 2)
    asked = enrich("run", "list.md", "--out", tmp_path / "asked")
    assert "2 not found" in asked.stdout
    assert {one for one, _ in statuses(tmp_path / "asked").values()} == {"ok", "not_found"}
    later = enrich("run", "list.md", "--offline", "--out", tmp_path / "asked")
    assert "2 not found" in later.stdout


def test_only_a_first_run_is_called_one(enrich, tmp_path):
    write(tmp_path, list=KNOWN)
    first, again, elsewhere = (enrich("run", "list.md", "--offline", "--out", out).stdout for out in ("a", "a", "b"))
    assert "new        1 (the first run into this folder)\n" in first
    assert "new        0 (earlier runs published all of them)\n" in again
    assert "new        0 (earlier runs published all of them)\n" in elsewhere


def test_a_work_of_which_only_a_link_is_known_is_called_by_it(enrich, tmp_path):
    write(tmp_path, list=KNOWN + "* https://doi.org/10.1000/182\n")
    given = {"ENRICH_EXPORTS__FORMATS": '["html", "parquet"]'}
    assert enrich("run", "list.md", "--offline", "--out", "out", **given).returncode == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "2018–2018" not in page
    assert '"t":"doi:10.1000/182"' in page
    assert '<a href="https://doi.org/10.1000/182">doi:10.1000/182</a>' in page
    assert ">doi:10.1000/182</a></td>" in page
    assert "untitled" not in page.partition("<noscript>")[2].partition("</noscript>")[0]
    told = enrich("show", "doi:10.1000/182", "--run", "out").stdout.splitlines()
    assert told[0] == "https://doi.org/10.1000/182"
    assert "line 4" in told[4]
    assert not told[4].rstrip().endswith(":")


def test_the_summary_as_one_object_and_nothing_else(enrich, tmp_path):
    write(tmp_path, a=KNOWN)
    result = enrich("run", "a.md", "missing.md", "--json", "--out", tmp_path / "out")
    assert result.returncode == 2
    assert result.stderr == "enrich: missing.md: no such file\n"
    told = json.loads(result.stdout)
    assert (told["works"], told["status"], told["headline"]) == (1, {"ok": 1}, None)
    assert [(one["name"], one["failure"]) for one in told["lists"]] == [
        ("a", None),
        ("missing.md", "missing.md: no such file"),
    ]
    assert {row["source"] for row in told["network"]["answered"]} >= {"arxiv", "openalex"}
    assert Path(told["folder"]).is_dir()


def test_quiet_leaves_warnings_and_errors(enrich, tmp_path):
    write(tmp_path, a=KNOWN)
    result = enrich("run", "a.md", "--quiet", "--out", tmp_path / "out")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    result = enrich("run", "a.md", "--quiet", "--out", tmp_path / "out2", ENRICH_STATE_DIR="other", **ALL_DOWN)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith("warning: no network: ")
    assert result.stderr.count("\n") == 1


def test_a_bad_list_costs_only_itself(enrich, tmp_path):
    write(tmp_path, a=KNOWN, b=UNKNOWN)
    by_title = '[[pin]]\nentry = "The Wells of Hof, a Story"\nidentifier = "1806.07366"\nreason = "r"\n'
    by_line = '[[pin]]\nlist = "b"\nline = 3\nidentifier = "1904.01681"\nreason = "r"\n'
    (tmp_path / "corrections.toml").write_text(by_title + by_line, "utf-8")
    own = {"ENRICH_CORRECTIONS": "corrections.toml"}
    result = enrich("run", "missing.md", "a.md", "b.md", "--out", tmp_path / "out", **own)
    assert result.returncode == 2
    errors = [line for line in result.stderr.splitlines() if line.startswith("enrich: ")]
    assert errors[0] == "enrich: missing.md: no such file"
    assert "pins line 3 of b to a second identifier" in errors[1]
    assert len(errors) == 2
    assert "\nleft out   missing.md, b.md\n" in result.stdout
    assert statuses(tmp_path / "out") == {"Neural Ordinary Differential Equations": ("ok", "conference")}
    both = enrich("run", "missing.md", "none.md", "--out", tmp_path / "none")
    assert (both.returncode, both.stdout, both.stderr) == (2, "", "enrich: none.md: no such file\n")


def test_standard_input_is_a_list_like_any_other(enrich, tmp_path):
    text = f"# Papers\n\n{KNOWN}{KNOWN}{UNKNOWN}"
    (tmp_path / "stdin.md").write_text(text, "utf-8")
    plain = enrich("check", "stdin.md", "--offline")
    piped = enrich("check", "-", "--offline", text=text)
    assert "stdin.md:4: defect duplicate_entry: " in plain.stdout
    assert piped.stdout == plain.stdout.replace("stdin.md:", "-:")
    assert enrich("parse", "-", text=text).stdout == enrich("parse", "stdin.md").stdout
    assert enrich("run", "-", "--offline", "--out", tmp_path / "out", text=text).returncode == 0
    assert len(pd.read_parquet(tmp_path / "out" / "entries.parquet")) == 4


def test_show_and_history_find_the_newest_run_wherever_it_is(enrich, tmp_path):
    write(tmp_path, a=KNOWN, b="* Augmented Neural ODEs: [NeurIPS19](https://arxiv.org/abs/1904.01681)\n")
    assert enrich("run", "a.md", "--offline").returncode == 0
    time.sleep(0.02)
    assert enrich("run", "b.md", "--offline", "--out", tmp_path / "some" / "where").returncode == 0
    shown = enrich("show", "arxiv:1904.01681")
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (0, "Augmented Neural ODEs")
    assert enrich("history", "arxiv:1904.01681").returncode == 0
    assert enrich("show", "arxiv:1806.07366").returncode == 2


def test_a_night_without_a_network_says_so_once(enrich, tmp_path):
    write(tmp_path, a=KNOWN, b=UNKNOWN)
    own = {"ENRICH_OUT_DIR": "out", **ALL_DOWN}
    result = enrich("nightly", "a.md", "b.md", **own)
    assert result.returncode == 0
    assert result.stderr == ""
    assert len([line for line in result.stdout.splitlines() if line.startswith("no network: ")]) == 1
    assert "known from before: 1 of 3 works" in result.stdout
    told = json.loads(enrich("nightly", "a.md", "b.md", "--json", **own).stdout)
    assert [one["name"] for one in told["lists"]] == ["a", "b"]
    assert told["headline"].startswith("no network: ")


def test_an_update_tells_the_same_first_line_and_object(enrich, tmp_path):
    (tmp_path / "refs.bib").write_text(
        "@article{a, title={Neural Ordinary Differential Equations}, eprint={1806.07366}, archiveprefix={arXiv}}\n",
        "utf-8",
    )
    result = enrich("update", "refs.bib", "--check", **ALL_DOWN)
    assert result.returncode == 3
    first, *more = result.stderr.splitlines()
    assert first.startswith("warning: no network: ")
    assert not [line for line in more if "cannot be reached" in line]
    told = json.loads(enrich("update", "refs.bib", "--json", "--check", **ALL_DOWN).stdout)
    assert told["headline"] == first.removeprefix("warning: ")
    assert {one["key"] for one in told["files"][0]["changes"]} == {"a"}
    assert enrich("update", "refs.bib", "--json", "--diff").returncode == 2


@pytest.mark.slow
def test_a_bar_moves_on_a_terminal_and_leaves_nothing_behind(tmp_path):
    rows = (ROOT / "data/raw/catalogue/awesome-neural-ode.jsonl").read_text("utf-8").splitlines()
    titles = [json.loads(line)["title"] for line in rows if line.strip()] * 8
    (tmp_path / "titles.txt").write_text("\n".join(titles) + "\n", "utf-8")
    command = ["resolve", "titles.txt"]
    # Who reads the rows begins after three seconds, so that no machine is too fast for a bar.
    os.mkfifo(tmp_path / "pipe")
    lines: list[str] = []
    reader = Thread(target=_read_later, args=(tmp_path / "pipe", lines, 3.0))
    reader.start()
    told = run_on_terminal(command, {}, tmp_path, columns=80, has_errors=True, out=tmp_path / "pipe", is_raw=True)
    reader.join()
    assert f" of {len(titles):,} queries, " in told
    assert " a second" in told
    assert told.rstrip().endswith("\x1b[2K")
    assert len(lines) == len(titles)
    (tmp_path / "titles.txt").write_text("\n".join(titles[:500]) + "\n", "utf-8")
    dumb = {"TERM": "dumb"}
    assert run_on_terminal(command, dumb, tmp_path, columns=80, has_errors=True, out=tmp_path / "rows.jsonl") == ""


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(variables, tmp_path):
    write(tmp_path, a=KNOWN)
    told = run_on_terminal(["run", "a.md", "--offline"], variables, tmp_path, columns=80, is_raw=True)
    assert "\x1b[3" not in told
    assert "works      1 of 1 entry" in told


def test_columns_of_a_pipe_are_those_that_are_asked_for(enrich, tmp_path):
    write(tmp_path, a=KNOWN)
    wide = enrich("run", "a.md", "--offline", "--out", tmp_path / "out")
    narrow = enrich("run", "a.md", "--offline", "--out", tmp_path / "out", COLUMNS="40")
    assert "\x1b" not in wide.stdout + narrow.stdout
    assert max(map(len, narrow.stdout.splitlines())) <= 40 or str(tmp_path) in narrow.stdout
    assert "\nworks\n  1 of 1 entry (1 complete)\n" in narrow.stdout


def _read_later(pipe, lines: list[str], after_s: float) -> None:
    with pipe.open(encoding="utf-8") as rows:
        time.sleep(after_s)
        lines.extend(rows)
