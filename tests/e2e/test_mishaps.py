"""A month in which everything goes wrong once ends with the files of a month in which nothing did."""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from e2e.test_nights import FAR_AWAY, FIRST, SECOND, moment_of, settings_for
from support.services import Answer, Facts, Services, serve

from enrich.nightly import NightIsActiveError, run_night
from enrich.session.session import Session
from enrich.store.backup import back_up, restore

pytestmark = pytest.mark.exhaustive

NIGHTS = 30
FILES = ("works.bib", "works.rdf", "works.csl.json")
NO_TOKEN, TOKEN = {"ENRICH_SOURCES__GITHUB__API_KEY": ""}, {"ENRICH_SOURCES__GITHUB__API_KEY": "another"}


@dataclass
class Month:
    """Lists, services and what is set."""

    services: Services
    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)

    def settings(self, night: int, later: timedelta = timedelta()) -> Any:
        formats = {"ENRICH_EXPORTS__FORMATS": '["bib", "rdf", "csl", "csv", "parquet"]'}
        moment = moment_of(night) + later
        given = {name: value for name, value in self.more.items() if value}
        return settings_for(self.services, self.folder, moment, formats | given)

    def go(self, night: int, later: timedelta = timedelta()) -> None:
        outcome = run_night(self.settings(night, later))
        assert [one.exit_code for one in outcome.lists] == [0, 0], outcome
        self.states.append(str(outcome.state))

    @property
    def store(self) -> Path:
        return self.folder / "state" / "store.sqlite"


def is_answered_with(*services: str, answer: Answer) -> Callable[[Month, int], None]:
    def mishap(month: Month, night: int) -> None:
        month.services.faults = {name: lambda _: answer for name in services}
        month.go(night)
        month.services.faults = {}

    return mishap


def begin_twice(month: Month, night: int) -> None:
    """Two schedulers begin the night at the same moment: one makes it, the other one skips it or makes it again."""
    settings = month.settings(night)
    skipped: list[NightIsActiveError] = []

    def begin() -> None:
        try:
            run_night(settings)
        except NightIsActiveError as error:
            skipped.append(error)

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(skipped) <= 1


def be_ahead(month: Month, night: int) -> None:
    """The clock is more than a year ahead for a night, and goes back."""
    month.go(night, timedelta(days=400))
    for path in (month.folder / "out").glob("*/history/*/observed_date=202[78]*"):
        shutil.rmtree(path)
    month.go(night)


def be_behind(month: Month, night: int) -> None:
    """The clock goes back by a day and a half after the night."""
    month.go(night)
    month.go(night, -timedelta(hours=36))


def run_by_hand(month: Month, night: int) -> None:
    """A person runs one of the lists on the same state, in the afternoon."""
    month.go(night)
    with Session(month.settings(night, timedelta(hours=11))) as run:
        run.run([str(month.folder / "founding.md")], month.folder / "by hand")


def be_damaged(month: Month, night: int) -> None:
    month.store.write_bytes(b"garbage" * 999)
    for ending in ("-wal", "-shm"):
        month.store.with_name(month.store.name + ending).unlink(missing_ok=True)
    month.go(night)


def be_backed_up(month: Month, night: int) -> None:
    month.go(night)
    back_up(month.store, month.folder / "backup.sqlite")


def be_restored(month: Month, night: int) -> None:
    restore(month.folder / "backup.sqlite", month.store)
    month.go(night)


def get_a_token(month: Month, night: int) -> None:
    month.more = TOKEN
    month.go(night)


MISHAPS: dict[int, Callable[[Month, int], None]] = {
    0: begin_twice,
    2: is_answered_with("semantic_scholar", answer=Answer(body=b'[{"paperId": "x", "title"')),
    4: is_answered_with("crossref", "openalex", "arxiv", answer=Answer(body=b'{"results": 17, "message": []}')),
    6: is_answered_with("crossref", answer=Answer(429, b"", {"Retry-After": FAR_AWAY})),
    8: be_ahead,
    11: be_behind,
    13: run_by_hand,
    15: be_damaged,
    17: be_backed_up,
    20: be_restored,
    22: get_a_token,
    24: is_answered_with("github", "semantic_scholar", answer=Answer(302, headers={"Location": "http://[bad"})),
}


def change_the_world(services: Services, night: int) -> None:
    """What happens in both months."""
    papers = services.facts.papers
    for each in papers.values():
        each["count"] += 1
    if night == 5:
        papers["1809.05042"]["title"] = "Hamiltonian Descent Methods, Revisited"
    if night == 10:
        publish_on(services, "2003.08063", "Journal of Nights", "10.5555/nights.1")
    if night == 19:
        papers["2001.04385"]["abstract"] = "About it, and what was found since."


def publish_on(services: Services, arxiv: str, venue: str, doi: str) -> None:
    services.facts.papers[arxiv] |= {"venue": venue, "venue_type": "journal", "doi": doi, "year": 2026}


def live_a_month(folder: Path, mishaps: dict[int, Callable[[Month, int], None]], more: dict[str, str]) -> Month:
    folder.mkdir()
    os.chdir(folder)
    (folder / "founding.md").write_text(FIRST, "utf-8")
    (folder / "second.md").write_text(SECOND, "utf-8")
    with serve(Services(Facts.from_catalogue())) as services:
        month = Month(services, folder, more)
        for night in range(NIGHTS):
            change_the_world(services, night)
            mishaps.get(night, Month.go)(month, night)
    return month


def test_a_month_of_mishaps_ends_like_an_undisturbed_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calm = live_a_month(tmp_path / "calm", {}, TOKEN)
    month = live_a_month(tmp_path / "month", MISHAPS, NO_TOKEN)
    assert set(calm.states) == {"complete"}
    assert month.states[-4:] == ["complete"] * 4
    for name in ("founding", "second"):
        for file in FILES:
            expected, actual = ((one.folder / "out" / name / file).read_text("utf-8") for one in (calm, month))
            assert actual.splitlines() == expected.splitlines(), (name, file)
        observed = Counter(
            (path.parent.name, row["work_id"], row["source"])
            for path in (month.folder / "out" / name).glob("history/citation_counts/*/*.parquet")
            for row in pq.ParquetFile(path).read().to_pylist()
        )
        assert set(observed.values()) == {1}
        counts = [
            pq.read_table(
                one.folder / "out" / name / "works.parquet", columns=["work_id", "citation_count"]
            ).to_pylist()
            for one in (calm, month)
        ]
        assert counts[0] == counts[1]
