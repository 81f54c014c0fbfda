"""A session: its parts from settings, its inputs, what its journal says, and verbs that can be used alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.services import Facts, Services, environment, serve
from support.small_source import NODE, NOW, TITLE

from enrich.config import load_settings
from enrich.errors import ConfigError, InputError
from enrich.model.work import WorkStatus
from enrich.session.inputs import healed_diff, mistakes_in, text_of
from enrich.session.published_names import recall_names
from enrich.session.run_journal import RunJournal
from enrich.session.session import Session
from enrich.session.wiring import export_options, freshness_rules, new_clock, new_sources, new_zotero
from enrich.sources import SOURCES
from enrich.store.journal import RunState
from enrich.store.store import Store

LIST = f"# Papers\n\n* {TITLE}: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"
FEW = {name: {"enabled": name in ("arxiv", "semantic_scholar")} for name in SOURCES}


pytestmark = pytest.mark.usefixtures("_no_charts")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    return load_settings(overrides={"state_dir": tmp_path / "state", "out_dir": tmp_path / "out"})


def store_of(settings):
    return Store(settings.state_dir / "store.sqlite")


def test_verbs_have_plain_values_between_them(settings, tmp_path):
    with Session(settings, offline=True) as session:
        lists = session.read(["list.md"])
        assert not settings.state_dir.exists(), "reading needs no store"
        resolution = session.resolve(lists)
        bibliography = session.merge(resolution)
    with Session(settings, offline=True) as another:
        checked = another.check(bibliography, resolution)
        assert another.export(checked, tmp_path / "out").bibliography.new_work_ids == {str(NODE)}
    assert [one.title for one in bibliography.works] == [TITLE]
    assert (len(bibliography.references), len(checked.references)) == (0, 1)


def test_a_list_that_is_lost_costs_only_itself(settings, tmp_path):
    with Session(settings, offline=True) as session:
        bibliography, folder = session.run(["gone.md", "list.md"])
    assert [one.argument for one in session.lost] == ["gone.md"]
    assert (len(bibliography.works), folder) == (1, tmp_path / "out" / "list")
    with store_of(settings) as store:
        assert {(one.list, one.state) for one in store.journal.lists()} == {
            ("gone.md", RunState.FAILED),
            ("list", RunState.COMPLETE),
        }
        assert [one.state for one in store.journal.runs()] == [RunState.INCOMPLETE]
    with Session(settings, offline=True) as session, pytest.raises(InputError):
        session.run(["gone.md"])


def test_a_list_that_breaks_the_others_is_found_and_left_out(settings, tmp_path, monkeypatch):
    (tmp_path / "bad.md").write_text(LIST.replace(TITLE, "Bad Title of a Paper"), "utf-8")
    merge = Session.merge

    def fail(self, resolution, folder=None):
        if any(one.name == "bad" for one in resolution.lists):
            raise RuntimeError("a bug")
        return merge(self, resolution, folder)

    monkeypatch.setattr(Session, "merge", fail)
    with Session(settings, offline=True) as session:
        bibliography, _ = session.run(["bad.md", "list.md"])
    assert [one.argument for one in session.lost] == ["bad.md"]
    assert [one.name for one in bibliography.lists] == ["list"]


@pytest.mark.parametrize(
    ("is_noted", "error", "states"),
    [(True, None, [RunState.COMPLETE]), (True, RuntimeError, [RunState.FAILED]), (False, None, [])],
)
def test_the_journal_is_kept_whoever_drives(settings, is_noted, error, states):
    def drive():
        with Session(settings, offline=True, is_noted=is_noted) as session:
            session.resolve(session.read(["list.md"]))
            if error:
                raise error

    if error:
        with pytest.raises(error):
            drive()
    else:
        drive()
    with store_of(settings) as store:
        assert [one.state for one in store.journal.runs()] == states


def test_the_lines_of_a_run_begin_with_the_first_that_is_noted(tmp_path):
    moments = iter(NOW + timedelta(minutes=number) for number in range(9))
    with Store(tmp_path / "store.sqlite") as store:
        journal = RunJournal(store, "a" * 12, lambda: next(moments))
        journal.finish((), {}, is_broken=True)
        assert list(store.journal.runs()) == []
        journal.note_failure("list", "list.md", "no such file")
        journal.begin()
        (line,) = store.journal.runs()
        assert (line.started_at, line.state) == (NOW, RunState.RUNNING)
        journal.finish((), {}, is_broken=False)
        (line,) = store.journal.runs()
        assert line.state is RunState.INCOMPLETE, "a list was lost"
        assert journal.names() == {"list.md": "list"}


def test_who_asks_in_the_place_of_the_session_gets_each_round_by_source(settings, monkeypatch):
    with serve(Services(Facts.from_catalogue())) as services:
        for name, value in environment(services.port).items():
            monkeypatch.setenv(name, value)
        own = load_settings(overrides={"state_dir": settings.state_dir, "sources": FEW})
        rounds, told = [], []
        with Session(own, on_event=told.append) as session:

            def ask(requests):
                rounds.append(sorted(requests))
                return [reply for some in requests.values() for reply in session.fetch(some)]

            resolution = session.resolve(session.read(["list.md"]), ask=ask)
            (work,) = session.merge(resolution).works
    assert rounds == [["arxiv", "semantic_scholar"]]
    assert [one.text for one in told if one.stage == "ask"] == ["round 1: 2 requests to 2 sources"]
    assert {"arxiv", "semantic_scholar"} <= {claim.source for claim in work.claims}


def test_a_part_of_a_resolution_is_what_a_run_over_it_alone_would_know(settings, tmp_path):
    (tmp_path / "more.md").write_text(
        "# More\n\n* A Paper that Nobody Knows at All: [paper](https://example.org/nobody-knows.pdf)\n", "utf-8"
    )
    with Session(settings, offline=True) as session:
        lists = session.read(["list.md", "more.md"])
        whole = session.resolve(lists)
        part = session.part(whole, lists[1:])
        assert part.is_part
        (work,) = session.check(session.merge(part), part).works
        assert work.status is WorkStatus.NOT_ASKED
        assert len(session.merge(whole).works) == 2


def test_inputs_are_named_once_and_their_mistakes_told(settings, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "list.md").write_text(LIST, "utf-8")
    broken = "@article{x, title = {A Title of a Paper}\n\n@article{y, title = {Two Titles}}\n"
    (tmp_path / "bad.bib").write_text(broken, "utf-8")
    with Session(settings, offline=True) as session:
        lists = session.read(["list.md", "a/list.md", "bad.bib"])
        assert [one.name for one in lists] == ["list", "list-2", "bad"]
        assert session.warnings == mistakes_in(lists[2]) != []
        with pytest.raises(InputError, match="cannot be read offline"):
            session.read(["https://example.org/list.md"])
        with pytest.raises(InputError, match="an empty path"):
            session.read([""])
    assert text_of(lists[0]) == LIST
    assert healed_diff(lists[0], ()) == ""
    (tmp_path / "list.md").unlink()
    assert text_of(lists[0]) is None


def test_the_parts_are_those_of_the_settings(settings):
    few = load_settings(overrides={"sources": FEW, "freshness": {"citation_count_days": 3}, "now": NOW})
    assert [one.traits.name for one in new_sources(few)] == ["arxiv", "semantic_scholar"]
    assert len(new_sources(settings)) == len(SOURCES)
    assert freshness_rules(few).citation_count == timedelta(days=3)
    assert export_options(few).formats is None
    assert timedelta() <= new_clock(few)() - NOW < timedelta(seconds=5)
    with pytest.raises(ConfigError, match="no key for Zotero"):
        new_zotero(settings, "users/1", new_clock(settings))


def test_names_in_the_files_of_a_lost_store_stay(settings, tmp_path):
    with Session(settings, offline=True) as session:
        first, folder = session.run(["list.md"])
    with Store(tmp_path / "new.sqlite") as store:
        recall_names(store, tmp_path, NOW)
        assert store.citation_keys() == {}, "no run was here"
        recall_names(store, folder, NOW)
        assert store.citation_keys() == {one.work_id: one.citation_key for one in first.works}
        (folder / "works.parquet").write_bytes(b"damaged")
        recall_names(store, folder, NOW)
