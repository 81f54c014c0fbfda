from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from support.bibliographies import RETRIEVED, nasty
from support.invoked import call

from enrich.cli.plot import ASCII, UNICODE, to_plot
from enrich.errors import InputError, OutputError
from enrich.export import ExportOptions, write
from enrich.export.arrow import to_arrow, write_parquet
from enrich.export.columns import CITATION_COUNTS
from enrich.export.compaction import compact_history
from enrich.export.history import partition, read_counts
from enrich.export.manifest import to_manifest
from enrich.export.rows import citation_counts

pytestmark = pytest.mark.thorough

PARQUET = ExportOptions(formats=frozenset({"parquet"}))
FIRST = date(2024, 1, 1)
"""A Monday."""


def counted(day, *, skip=()):
    """The nasty list with three works counted on a day, by two sources."""
    moment = datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=3)
    made = nasty()
    works = []
    for place, work in enumerate(made.works[:4]):
        count = None if place == 0 or place in skip else 100 * place + day
        source = "openalex" if place % 2 else "crossref"
        works.append(
            replace(
                work,
                claims=(),
                references=(),
                reference_sources=(),
                citation_count=count,
                citation_count_source=source if count is not None else None,
                citation_count_at=moment if count is not None else None,
            )
        )
    entry_works = {place: known for place, known in made.entry_works.items() if known in {w.work_id for w in works}}
    entries = tuple(entry for entry in made.lists[0].entries if ("nasty", entry.order) in entry_works)
    lists = (replace(made.lists[0], entries=entries),)
    return replace(
        made,
        works=tuple(works),
        lists=lists,
        entry_works=entry_works,
        run_id=f"run{day}",
        started_at=moment,
        findings=(),
    )


DAYS = [*range(0, 780, 9), *range(780, 901, 2)]


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """A folder with the counts of a run every ninth day, and every second day at the end."""
    folder = tmp_path_factory.mktemp("years")
    for day in DAYS:
        made = counted(day, skip=(1,) if day % 4 else ())
        path = folder / partition(CITATION_COUNTS, made.started_at)
        path.parent.mkdir(parents=True)
        write_parquet(to_arrow(CITATION_COUNTS, citation_counts(made.works)), path)
    parts = {str(path.relative_to(folder)): path for path in folder.glob("history/*/*/*")}
    listed = to_manifest(parts, {name: pq.ParquetFile(path).metadata.num_rows for name, path in parts.items()}, {})
    (folder / "manifest.json").write_text(listed, encoding="utf-8")
    write(counted(DAYS[-1]), folder, options=PARQUET)
    return folder


@pytest.fixture
def folder(two_years, tmp_path):
    return shutil.copytree(two_years, tmp_path / "run")


def observations(folder):
    return sorted(read_counts(folder))


def expected(found, *, daily, weekly):
    """What retention leaves of observations, said in another way than the code does."""
    newest = max(date.fromisoformat(day) for day, *_ in found)

    def bucket(day):
        month = [day.replace(day=1) + timedelta(days=n) for n in range(31)]
        if all((newest - one).days > weekly for one in month if one.month == day.month):
            return day.year, day.month, "month"
        sunday = day + timedelta(days=6 - day.weekday())
        return sunday if (newest - sunday).days > daily else day

    last = {}
    for day, work, source, count in sorted(found):
        last[work, source, bucket(date.fromisoformat(day))] = (day, work, source, count)
    return sorted(last.values())


def check_manifest(folder):
    listed = {file["path"]: file for file in json.loads((folder / "manifest.json").read_bytes())["files"]}
    partitions = {str(path.relative_to(folder)) for path in folder.glob("history/*/*/*")}
    assert {name for name in listed if name.startswith("history/")} == partitions
    for name in [*partitions, "datapackage.json"]:
        content = (folder / name).read_bytes()
        assert listed[name]["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert listed[name]["bytes"] == len(content)
    assert all(listed[name]["rows"] == pq.ParquetFile(folder / name).metadata.num_rows for name in partitions)
    package = json.loads((folder / "datapackage.json").read_bytes())
    (counts,) = [one for one in package["resources"] if one["name"] == "history-citation-counts-parquet"]
    assert set(counts["path"]) == {name for name in partitions if "citation_counts" in name}


@pytest.mark.slow
@pytest.mark.parametrize(("daily", "weekly"), [(92, 730), (0, 0), (30, 30), (10, 400)])
def test_retention_keeps_days_then_weeks_then_months(folder, daily, weekly):
    before = observations(folder)
    wanted = expected(before, daily=daily, weekly=weekly)
    done = compact_history(folder, daily_days=daily, weekly_days=weekly)
    assert observations(folder) == wanted
    assert done.n_counts == len(before)
    assert done.n_dropped == len(before) - len(wanted) > 0
    check_manifest(folder)
    assert compact_history(folder, daily_days=daily, weekly_days=weekly).n_dropped == 0


def test_a_history_that_is_young_enough_stays_byte_for_byte(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert compact_history(folder, daily_days=1000, weekly_days=1000).n_dropped == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_dry_run_says_what_would_go_and_does_nothing(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert compact_history(folder, is_dry_run=True).n_dropped > 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_run_after_a_compaction_adds_its_day_and_keeps_the_manifest_true(folder):
    compact_history(folder)
    wanted = observations(folder)
    write(counted(902), folder, options=PARQUET)
    assert [row for row in observations(folder) if row[0] != "2026-06-21"] == wanted
    assert len(observations(folder)) == len(wanted) + 3
    check_manifest(folder)


class Killed(BaseException):
    """What no code can catch by mistake."""


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, 0.3, 0.6, 0.99])
def test_a_compaction_that_is_killed_loses_nothing_and_is_completed_by_the_next(folder, monkeypatch, part):
    wanted = expected(observations(folder), daily=92, weekly=730)
    before = observations(folder)
    steps = Counter()
    originals = {name: getattr(os, name) for name in ("replace", "unlink", "rmdir")}

    def counting(name):
        def step(*arguments, **named):
            steps["done"] += 1
            if steps["done"] > steps["limit"] > 0:
                raise Killed
            return originals[name](*arguments, **named)

        return step

    rehearsal = shutil.copytree(folder, folder.parent / "rehearsal")
    for name in originals:
        monkeypatch.setattr(os, name, counting(name))
    compact_history(rehearsal)
    n_steps, steps = steps["done"], Counter()
    assert n_steps > 30
    steps["limit"] = max(1, int(part * n_steps))
    with pytest.raises(Killed):
        compact_history(folder)
    monkeypatch.undo()
    left = observations(folder)
    assert set(wanted) <= set(left) <= set(before)
    compact_history(folder)
    assert observations(folder) == wanted
    check_manifest(folder)
    assert not list(folder.rglob(".enrich-*"))


def test_a_run_after_a_killed_compaction_describes_what_stands_there(folder):
    path = sorted(folder.glob("history/citation_counts/*/part-0.parquet"))[4]
    table = pq.ParquetFile(path).read()
    pq.write_table(table.slice(0, 1), path)
    write(counted(900), folder, options=PARQUET)
    check_manifest(folder)


@pytest.mark.parametrize(("daily", "weekly"), [(-1, 5), (93, 92)])
def test_ages_that_make_no_sense_are_one_line(folder, daily, weekly):
    with pytest.raises(InputError, match="counts stay daily first, then weekly"):
        compact_history(folder, daily_days=daily, weekly_days=weekly)


def test_a_damaged_partition_stops_the_compaction_before_it_begins(folder):
    path = sorted(folder.glob("history/citation_counts/*/part-0.parquet"))[50]
    path.write_bytes(b"half")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(OutputError, match=r"part-0\.parquet: not a table that enrich wrote"):
        compact_history(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_history_prints_the_counts_of_each_day_and_plots_them(folder):
    work = counted(0).works[1]
    printed = call("history", work.citation_key, "--run", folder, "--days", 3)
    assert work.title in printed
    lines = [line.split() for line in printed.splitlines() if line.startswith("2026-06-")]
    assert lines == [["2026-06-11", "992", "(+4)"], ["2026-06-15", "996", "(+4)"], ["2026-06-19", "1,000", "(+4)"]]
    assert "the last 3 of" in printed
    assert "openalex 1,000" in printed
    assert call("history", "--run", folder, work.citation_key, "--days", 3) == printed
    assert call("history", "work", work.work_id, "--run", folder, "--days", 3) == printed


def test_history_finds_a_work_that_left_the_list(folder):
    smaller = counted(904)
    gone = smaller.works[1].work_id
    kept = {place: known for place, known in smaller.entry_works.items() if known != gone}
    lists = (
        replace(
            smaller.lists[0],
            entries=tuple(entry for entry in smaller.lists[0].entries if ("nasty", entry.order) in kept),
        ),
    )
    works = tuple(work for work in smaller.works if work.work_id != gone)
    write(replace(smaller, works=works, lists=lists, entry_works=kept), folder, options=PARQUET)
    printed = call("history", gone, "--run", folder)
    assert printed.splitlines()[:2] == [counted(0).works[1].title, gone]
    assert "openalex" in printed


def test_history_of_a_work_that_nobody_counted_says_so(folder):
    work = counted(0).works[0]
    assert "nobody has counted its citations yet" in call("history", work.work_id, "--run", folder)


def test_history_names_what_it_cannot_use(folder, tmp_path):
    with pytest.raises(InputError, match="no work is called 'nothing like it'"):
        call("history", "nothing like it", "--run", folder)
    with pytest.raises(InputError, match="has no history of citation counts"):
        call("history", "x", "--run", tmp_path / "nowhere")
    with pytest.raises(InputError, match="has no history of citation counts"):
        call("history", "compact", tmp_path / "nowhere")
    (folder / "history/citation_counts/observed_date=2024-01-01/part-0.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="not a table that enrich wrote"):
        call("history", "nothing", "--run", folder)


def test_compact_says_what_went(folder):
    dry = call("history", "compact", folder, "--dry-run")
    done = call("history", "compact", folder)
    assert dry.replace("would go", "went").replace("would become", "became") == done
    assert f" counts went; {len(DAYS)} days became " in done
    assert "nothing to thin out" in call("history", "compact", folder)
    with pytest.raises(InputError, match="100 daily and 50 weekly days"):
        call("history", "compact", folder, "--daily-days", 100, "--weekly-days", 50)


@pytest.mark.parametrize("arguments", [["--help"], ["work", "--help"], ["compact", "--help"]])
def test_each_form_of_history_has_help_with_an_example(arguments):
    assert "Examples:\n" in (shown := call("history", *arguments))
    assert "enrich history " in shown.partition("Examples:\n")[2]


def test_one_observation_is_a_plot_with_one_mark():
    lines = to_plot({"openalex": [(date(2026, 11, 1), 7)]}, width=40, height=12, signs=UNICODE)
    assert sum(line.count("●") for line in lines) == 2
    assert next(line for line in lines if "●" in line).startswith("7 │●")
    assert "2026-11-01" in "".join(lines)


def test_a_count_of_nothing_has_no_negative_scale():
    lines = to_plot({"openalex": [(date(2026, 11, 1), 0)]}, width=40, height=12, signs=ASCII)
    assert not any("-1" in line.split("|")[0] for line in lines if "|" in line)


def test_every_series_has_a_mark_of_its_own_and_stands_at_its_height():
    days = [RETRIEVED.date() + timedelta(days=day) for day in range(5)]
    series = {"openalex": [(day, 10) for day in days], "crossref": [(day, 20) for day in days]}
    lines = to_plot(series, width=50, height=11, signs=ASCII)
    rows = {line.split("|")[0].strip(): line for line in lines if "|" in line}
    assert rows["20"].count("o") == 5
    assert rows["10"].count("*") == 5
    assert all(line.isascii() for line in lines)
    assert all(len(line) <= 50 for line in lines)
