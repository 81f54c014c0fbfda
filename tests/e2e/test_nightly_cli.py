"""``enrich nightly`` from the outside: what goes wrong around a night costs one line and only what it must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

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
        return enrich("nightly", *(arguments or ("list.md",)), **own, **variables)

    return run


def errors(result):
    assert "Traceback" not in result.stderr
    return [line for line in result.stderr.splitlines() if line.startswith("enrich: ")]


@pytest.mark.parametrize("formats", ['["parquet"]', '["bib"]', '["parquet", "html"]'])
def test_quiet_nights_of_some_formats(night, tmp_path, formats):
    results = [night(day, ENRICH_EXPORTS__FORMATS=formats) for day in range(3)]
    assert [(one.returncode, one.stderr) for one in results] == [(0, "")] * 3


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
