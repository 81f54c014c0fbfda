"""A night is repeated only where a whole run would leave the same files, and leaves then what a whole run would."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.services import Answer, Facts, Services, environment, serve

from enrich.config import load_settings
from enrich.memo import Memo, put_memo, read_memo, repeat_night
from enrich.model.request import Request
from enrich.nightly import run_night
from enrich.nightly.outcomes import NightOutcome
from enrich.pipeline import Run, find_list_findings
from enrich.store.backup import back_up
from enrich.store.journal import RunState
from enrich.store.store import Store

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

    def memo(self) -> Memo | None:
        with self.store() as store:
            return read_memo(store)

    def repeats(self, day: float) -> bool:
        """Whether the night would be the last one over again; if so it has been."""
        with self.store() as store:
            since, fetcher = repeat_night(
                self.settings(day), self.lists, store=store, run="0" * 12, clock=lambda: moment_of(day)
            )
        if fetcher is not None:
            with fetcher:
                pass
        return since is not None

    def forget(self) -> None:
        with closing(sqlite3.connect(self.folder / "data/state/store.sqlite")) as database, database:
            database.execute("DELETE FROM memo")

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


@pytest.fixture(scope="module")
def quiet_nights(running, tmp_path_factory):
    """A folder after three nights of which the last one repeated the second; what was there in between lies beside."""
    folder = tmp_path_factory.mktemp("nights")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "list.md").write_text(LIST, "utf-8")
        site = Site(running, folder)
        site.nights(0, 1)
        with site.store() as store:
            back_up(store.path, folder / "store.backup")
        shutil.copytree(site.out(), folder / "earlier")
        assert site.repeats(1.8)
    return folder


@pytest.fixture
def quiet_site(services, quiet_nights, tmp_path, monkeypatch):
    shutil.copytree(quiet_nights, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Site(services, tmp_path)


def rows_of(path: Path):
    return pq.ParquetFile(path).read().to_pylist()


def told_in(folder: Path):
    """What a folder tells of all nights, but for the moments of the machine's clock."""
    runs = [
        (row["started_at"].date(), [(one["source"], one["requests"], one["message"]) for one in row["sources"]])
        for row in rows_of(folder / "runs.parquet")
    ]
    counts = [
        (path.parent.name, row["work_id"], row["source"], row["citation_count"])
        for path in sorted(folder.glob("history/citation_counts/*/*.parquet"))
        for row in rows_of(path)
    ]
    changes = [
        (path.parent.name, row["kind"], row["title"])
        for path in sorted(folder.glob("history/changes/*/*.parquet"))
        for row in rows_of(path)
    ]
    return runs, counts, changes


def test_repeated_nights_leave_what_whole_runs_leave(services, tmp_path, monkeypatch):
    told = []
    for name in ("repeated", "whole"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        (folder / "list.md").write_text(LIST, "utf-8")
        count = services.facts.papers["1806.07366"]["count"]
        site, lines = Site(services, folder), []
        for day in (0, 1, 2, 2.1, 3, 4, 4.1, 5, 12):
            if day in (2, 3, 5, 12) and name == "whole":
                site.forget()
            if day == 4:
                (folder / "list.md").write_text(LIST.replace("## Papers", "## Articles"), "utf-8")
            if day == 12:
                services.facts.papers["1806.07366"]["count"] += 5000
            (one,) = site.night(day).lists
            lines.append((day, [change.kind for change in one.changes], one.since))
        services.facts.papers["1806.07366"]["count"] = count
        told.append((lines, told_in(site.out())))
    assert told[0] == told[1]
    kinds = {day: kinds for day, kinds, _ in told[0][0]}
    assert (kinds[3], kinds[4], kinds[4.1], kinds[12]) == (
        [],
        ["entry_moved"] * 2,
        ["entry_moved"] * 2,
        ["citation_jump"],
    )
    assert len(told[0][1][0]) == 7


def test_a_repeated_night_moves_what_is_known_to_the_moment_at_which_it_was_told_again(quiet_site):
    site = quiet_site
    assert site.repeats(2.7)
    with site.store() as store:
        (held,) = [one for one in store.standing(lambda _: START) if one.source == "semantic_scholar"]
        (line,) = store.journal.lists()
        (run, *_) = store.journal.runs()
    assert held.oldest_at.date() == moment_of(2.7).date()
    assert (line.run, line.state, line.n_entries, line.n_changes) == ("0" * 12, RunState.COMPLETE, 2, 0)
    assert run.state is RunState.COMPLETE
    assert site.repeats(3.6)


def edit_the_list(site):
    (site.folder / "list.md").write_text(LIST + "\n", "utf-8")


def remove_the_list(site):
    (site.folder / "list.md").unlink()


def replace_the_list_by_a_folder(site):
    remove_the_list(site)
    (site.folder / "list.md").mkdir()
    (site.folder / "list.md" / "a.md").write_text(LIST, "utf-8")


def name_it_otherwise(site):
    site.lists = ("./list.md",)


def name_it_twice(site):
    site.lists = ("list.md", "list.md")


def correct(site):
    (site.folder / "data/raw").mkdir(parents=True)
    text = '[[override]]\nwork = "arxiv:1806.07366"\nfield = "venue"\nvalue = "X"\nreason = "r"\n'
    (site.folder / "data/raw/corrections.toml").write_text(text, "utf-8")


def change_a_setting(site):
    site.variables["ENRICH_FRESHNESS__PUBLISHED_DAYS"] = "90"


def choose_formats(site):
    site.variables["ENRICH_EXPORTS__FORMATS"] = '["parquet"]'


def answer_one_byte_more(site):
    services = site.services
    services.faults["semantic_scholar"] = lambda asked: Answer(body=services._semantic_scholar(asked).body + b" ")


def fail(site):
    site.services.faults["semantic_scholar"] = lambda _: Answer(503)


def find_nothing(site):
    site.services.faults["semantic_scholar"] = lambda _: Answer(404, b"{}")


def ask_to_be_left_alone(site):
    with site.store() as store:
        store.put_circuit("arxiv", moment_of(4), "tired")  # no wait is longer than a day


def leave_a_follow_up(site):
    with site.store() as store:
        store.set_follow_ups([Request(source="arxiv", url="http://127.0.0.1/x")])


def edit_a_file(site):
    path = site.out() / "works.bib"
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def remove_a_file(site):
    (site.out() / "works.csv").unlink()


def remove_a_day_of_the_history(site):
    next(site.out().glob("history/citation_counts/*/*.parquet")).unlink()


def put_the_files_of_an_earlier_night_back(site):
    shutil.rmtree(site.out())
    shutil.copytree(site.folder / "earlier", site.out())


def spoil_the_runs(site):
    (site.out() / "run.json").write_text("{}", "utf-8")


def damage_the_changes(site):
    (site.out() / "changes.parquet").write_bytes(b"")


def check_the_list_while_a_count_is_another(site):
    papers = site.services.facts.papers
    papers["1806.07366"]["count"] += 1
    with Run(site.settings(2.6)) as run:
        find_list_findings(run, "list.md")
    papers["1806.07366"]["count"] -= 1


def restore_an_older_store(site):
    shutil.copy(site.folder / "store.backup", site.folder / "data/state/store.sqlite")


@pytest.mark.parametrize(
    "happens",
    [
        edit_the_list,
        remove_the_list,
        replace_the_list_by_a_folder,
        name_it_otherwise,
        name_it_twice,
        correct,
        change_a_setting,
        choose_formats,
        answer_one_byte_more,
        fail,
        find_nothing,
        ask_to_be_left_alone,
        leave_a_follow_up,
        edit_a_file,
        remove_a_file,
        remove_a_day_of_the_history,
        put_the_files_of_an_earlier_night_back,
        spoil_the_runs,
        damage_the_changes,
        check_the_list_while_a_count_is_another,
        restore_an_older_store,
    ],
    ids=lambda one: one.__name__,
)
def test_a_night_is_not_repeated_where_something_else_would_come_out(quiet_site, happens):
    assert quiet_site.memo() is not None
    happens(quiet_site)
    assert not quiet_site.repeats(3.5)


def test_a_night_is_repeated_where_nothing_happens(quiet_site):
    assert quiet_site.repeats(3.5)


def test_a_night_is_not_repeated_when_other_questions_may_be_due(quiet_site):
    until = quiet_site.memo().good_until
    assert until <= moment_of(8)
    assert not quiet_site.repeats((until - START) / timedelta(days=1))


@pytest.mark.parametrize("edited", ["list.md", "corrections.toml"])
def test_what_is_edited_while_a_night_is_at_work_is_read_by_the_next_one(site, edited):
    path = site.folder / edited
    if edited == "corrections.toml":
        path.write_text("", "utf-8")
        site.variables["ENRICH_CORRECTIONS"] = str(path)
    site.night(0)

    def edit(_):
        path.write_text(LIST.replace(FLOWS, "") if edited == "list.md" else "# nothing yet\n", "utf-8")

    site.services.faults["semantic_scholar"] = edit
    site.night(1)
    site.services.faults.clear()
    assert not site.repeats(2)


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


def test_a_memo_that_another_run_forgot_meanwhile_stays_forgotten(quiet_site):
    quiet_site.services.faults["semantic_scholar"] = lambda _: quiet_site.forget()
    assert quiet_site.repeats(2.7)
    assert quiet_site.memo() is None


def test_a_night_with_a_warning_is_not_repeated_without_it(site):
    path = site.folder / "corrections.toml"
    path.write_text('[[reject]]\nwork = "arxiv:1706.03762"\nrecord = "doi:10.1000/x"\nreason = "r"\n', "utf-8")
    site.variables["ENRICH_CORRECTIONS"] = str(path)
    warnings = [outcome.warnings for outcome in site.nights(0, 1, 2)]
    assert warnings[0]
    assert warnings == [warnings[0]] * 3


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON", '{"made_by": "", "good_until": "never"}'])
def test_a_memo_that_cannot_be_read_is_none(tmp_path, text):
    with Store(tmp_path / "store.sqlite") as store:
        store.put_memo(text)
        assert read_memo(store) is None


def test_a_memo_comes_back_as_it_was(quiet_site):
    memo = quiet_site.memo()
    assert memo is not None
    with quiet_site.store() as store:
        put_memo(store, memo)
        assert read_memo(store) == memo
        put_memo(store, None)
        assert read_memo(store) is None
