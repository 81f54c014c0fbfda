"""What nights leave over which little happens, and what becomes of what happens while one is at work."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.services import Facts, Services, environment, serve

from enrich.config import load_settings
from enrich.nightly import run_night
from enrich.nightly.night_outcomes import NightOutcome
from enrich.store.journal import RunState
from enrich.store.store import Store

pytestmark = pytest.mark.slow

START = datetime(2026, 12, 1, 3, tzinfo=UTC)
NODE = "* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"
FLOWS = "* Stable Neural Flows: [arXiv20](https://arxiv.org/abs/2003.08063)\n"
LIST = f"# A list\n\n## Papers\n\n{NODE}\n{FLOWS}"
OTHERS = ("arxiv", "datacite", "crossref", "dblp", "openalex", "neurips", "pmlr", "acl", "openreview", "webpage")


def moment_of(day: float) -> datetime:
    return START + timedelta(days=day)


@dataclass
class Site:
    """A folder as a user has it, the services, and the settings of all nights."""

    services: Services
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ("list.md",)

    def settings(self, day: float):
        own = {"ENRICH_NOW": moment_of(day).isoformat(), "ENRICH_MANNERS__ATTEMPTS": "1"}
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("ENRICH_")]:
                patch.delenv(name)
            for name, value in (environment(self.services.port, **own) | self.variables).items():
                patch.setenv(name, value)
            return load_settings()

    def night(self, day: float) -> NightOutcome:
        return run_night(self.settings(day), self.lists)

    def nights(self, *days: float) -> list[NightOutcome]:
        return [self.night(day) for day in days]

    def store(self) -> Store:
        return Store(self.folder / "data/state/store.sqlite")

    def out(self, name: str = "list") -> Path:
        return self.folder / "data/out" / name


@pytest.fixture(scope="module")
def running():
    with serve(Services(Facts.from_catalogue())) as services:
        yield services


@pytest.fixture
def services(running):
    yield running
    running.faults.clear()


@pytest.fixture
def site(services, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    return Site(services, tmp_path)


def rows_of(path: Path):
    return pq.ParquetFile(path).read().to_pylist()


def test_what_is_edited_while_a_night_is_at_work_is_read_by_the_next_one(site):
    site.night(0)
    site.services.faults["semantic_scholar"] = lambda _: (
        (site.folder / "list.md").write_text(LIST.replace(FLOWS, ""), "utf-8") and None
    )
    first, second = site.nights(1, 2)
    assert first.lists[0].n_entries == 2
    assert "entry_removed" in {str(one.kind) for one in second.lists[0].changes}


def test_a_quiet_night_says_that_it_was_and_dates_what_was_told_again(site):
    *_, outcome = site.nights(0, 1, 2)
    assert [one.is_quiet for one in outcome.lists] == [True]
    with site.store() as store:
        (held,) = [one for one in store.holdings(lambda _: START) if one.source == "semantic_scholar"]
    assert held.oldest_at.date() == moment_of(2).date()
    assert [row["started_at"].date().day for row in rows_of(site.out() / "runs.parquet")] == [1, 2, 3]


def test_a_second_run_of_the_day_tells_the_changes_again(site):
    site.nights(0, 1)
    (site.folder / "list.md").write_text(LIST.replace("## Papers", "## Articles"), "utf-8")
    first, again = site.nights(2, 2.1)
    assert [one.kind for one in first.lists[0].changes] == ["entry_moved"] * 2
    assert again.lists[0].changes == first.lists[0].changes
    assert len(rows_of(site.out() / "runs.parquet")) == 3


def test_works_are_new_for_one_night_only(site):
    site.variables |= {f"ENRICH_SOURCES__{name.upper()}__ENABLED": "false" for name in (*OTHERS, "opencitations")}
    site.night(0)
    assert "chen2018" in (site.out() / "works-new.bib").read_text("utf-8")
    site.night(1)
    assert not list(site.out().glob("works-new.*"))


def test_a_folder_that_cannot_be_written_costs_only_its_list(site):
    (site.folder / "other.md").write_text(LIST, "utf-8")
    site.lists = ("list.md", "other.md")
    site.nights(0, 1)
    (site.out() / "history/citation_counts/observed_date=2026-12-03").write_text("in the way", "utf-8")
    outcome = site.night(2)
    assert [(one.name, one.state) for one in outcome.lists] == [
        ("list", RunState.FAILED),
        ("other", RunState.COMPLETE),
    ]


def test_every_night_tells_its_warnings_again(site):
    path = site.folder / "corrections.toml"
    path.write_text('[[reject]]\nwork = "arxiv:1706.03762"\nrecord = "doi:10.1000/x"\nreason = "r"\n', "utf-8")
    site.variables["ENRICH_CORRECTIONS"] = str(path)
    warnings = [outcome.warnings for outcome in site.nights(0, 1, 2)]
    assert warnings[0]
    assert warnings == [warnings[0]] * 3
