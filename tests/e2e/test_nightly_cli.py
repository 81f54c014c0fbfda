"""``enrich nightly`` from the outside: what goes wrong around a night costs one line and only what it must."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from support.disks import disk, read_only
from support.shared import ROOT

pytestmark = pytest.mark.slow

START = datetime(2026, 12, 1, 3, tzinfo=UTC)
SHORT = """\
# A list

## Papers

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)

* Stable Neural Flows: [arXiv20](https://arxiv.org/abs/2003.08063)
"""


@pytest.fixture
def night(enrich, tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")

    def run(day, *arguments, **variables):
        own = {"ENRICH_NOW": (START + timedelta(days=day)).isoformat(), "ENRICH_OUT_DIR": "out"}
        return enrich("nightly", *(arguments or ("list.md",)), **own | variables)

    return run


def errors(result):
    assert "Traceback" not in result.stderr
    return [line for line in result.stderr.splitlines() if line.startswith("enrich: ")]


@pytest.mark.parametrize("formats", ['["parquet"]', '["bib"]', '["parquet", "html"]'])
def test_quiet_nights_of_some_formats(night, tmp_path, formats):
    results = [night(day, ENRICH_EXPORTS__FORMATS=formats) for day in range(3)]
    assert [(one.returncode, one.stderr) for one in results] == [(0, "")] * 3


def test_lists_of_one_name_keep_their_folders_whatever_their_order(night, tmp_path):
    for name, text in (("a", SHORT), ("b", SHORT.partition("* Stable")[0]), ("c", SHORT)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "list.md").write_text(text, "utf-8")
    a, b, c = "a/list.md", "b/list.md", "c/list.md"
    assert night(0, a, b).stdout.startswith("list: 2 entries")
    again = night(1, b, c, a).stdout.splitlines()
    assert again[0] == "list-2: 1 entry, 1 work; nothing changed since 2026-12-01."
    assert again[1].startswith("list-3: 2 entries, 2 works; this is the first run")
    assert again[2] == "list: 2 entries, 2 works; nothing changed since 2026-12-01."
    assert night(2, b).stdout.startswith("list-2: 1 entry, 1 work; nothing changed since 2026-12-02.")


def test_a_damaged_day_of_the_history_is_one_line(night, tmp_path):
    assert night(0, ENRICH_EXPORTS__FORMATS="null").returncode == 0
    part = tmp_path / "out/list/history/citation_counts/observed_date=2026-12-01/part-0.parquet"
    part.write_bytes(b"junk")
    result = night(1, ENRICH_EXPORTS__FORMATS="null")
    (line,) = errors(result)
    assert result.returncode == 2
    assert line.startswith(
        "enrich: list: out/list/history/citation_counts/observed_date=2026-12-01/part-0.parquet: not a"
    )
    part.unlink()
    assert night(2, ENRICH_EXPORTS__FORMATS="null").returncode == 0


def test_a_list_that_cannot_be_looked_at_is_one_line_and_costs_no_other(night):
    result = night(0, "x" * 300 + ".md", "list.md")
    (line,) = errors(result)
    assert result.returncode == 2
    assert line.endswith(".md: cannot be read: File name too long")
    assert result.stdout.startswith("list: 2 entries, 2 works; ")


@pytest.mark.slow
def test_results_that_became_read_only_are_one_line_also_on_a_quiet_night(night, tmp_path):
    with disk(tmp_path / "out") as folder:
        everything = {"ENRICH_EXPORTS__FORMATS": "null", "ENRICH_OUT_DIR": str(folder)}
        assert [night(day, **everything).returncode for day in range(3)] == [0, 0, 0]
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        result = night(3, **everything)
        (line,) = errors(result)
        assert (result.returncode, line) == (2, f"enrich: list: {folder}/list: cannot be written; set out_dir")


@pytest.mark.slow
def test_a_read_only_state_folder_says_which_setting_helps(night, tmp_path):
    with read_only(tmp_path / "locked") as folder:
        result = night(0, ENRICH_STATE_DIR=str(folder / "state"))
    assert errors(result) == [f"enrich: {folder}: cannot be written; set state_dir"]


@pytest.mark.slow
def test_a_schedule_with_a_typo_is_one_line(tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    command = [sys.executable, str(ROOT / "flows" / "nightly.py"), "--serve", "--cron", "0 3 * *", "list.md"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert errors(result) == ["enrich: no schedule: '0 3 * *'; write five fields, such as \"0 3 * * *\""]
    assert result.returncode == 2
