from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from support.bibliographies import LATER, RETRIEVED, nasty, two_lists
from support.shared import ROOT
from support.written import written

from enrich import files
from enrich.errors import InputError, OutputError
from enrich.export import ExportOptions, load, staging, write
from enrich.export.formats import REFERENCE_FORMATS

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("_no_charts")]

CLOCK = {"run.json", "runs.parquet"}
"""Only these may hold the clock of the machine."""


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def without_work(bibliography, order):
    gone = bibliography.entry_works["nasty", order]
    reading_list = bibliography.lists[0]
    entries = tuple(entry for entry in reading_list.entries if entry.order != order)
    return replace(
        bibliography,
        lists=(replace(reading_list, entries=entries),),
        works=tuple(
            replace(work, references=(), reference_sources=()) for work in bibliography.works if work.work_id != gone
        ),
        entry_works={place: work_id for place, work_id in bibliography.entry_works.items() if work_id != gone},
        run_id="another00run",
    ), gone


def test_a_run_writes_every_file_and_lists_it_with_its_digest(tmp_path):
    paths = write(nasty(), tmp_path)
    names = {str(path.relative_to(tmp_path)) for path in paths}
    assert names == set(contents(tmp_path))
    assert names >= {
        "works.bib", "works.rdf", "works.csl.json", "works-new.bib", "works-new.rdf", "works.csv", "works.parquet",
        "entries.csv", "entries.parquet", "claims.parquet", "authorships.csv", "citation_links.csv", "findings.csv",
        "changes.parquet", "changes.jsonl", "dead_links.parquet", "entry_sections.parquet",
        "identifiers.parquet", "versions.parquet", "runs.parquet", "report.html", "changes.atom",
        "run.json", "manifest.json", "datapackage.json",
        "history/citation_counts/observed_date=2026-11-20/part-0.parquet",
    }  # fmt: skip
    listed = {file["path"]: file for file in json.loads((tmp_path / "manifest.json").read_bytes())["files"]}
    assert set(listed) == names - {"manifest.json"}
    assert listed["works.parquet"]["rows"] == 52
    sizes = {name: (tmp_path / name).stat().st_size for name in listed.keys() - CLOCK}
    assert sizes == {name: listed[name]["bytes"] for name in listed.keys() - CLOCK}


def test_equal_bibliographies_give_equal_bytes_also_over_the_files_of_the_last_run(tmp_path):
    written(nasty(), tmp_path / "a")
    write(nasty(), tmp_path / "b")
    later = replace(nasty(), started_at=LATER + timedelta(hours=1))
    write(later, tmp_path / "b")
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)} == CLOCK


def test_a_run_read_back_gives_the_same_files_without_network(tmp_path):
    for name, bibliography in (("one", nasty()), ("two", two_lists())):
        write(bibliography, tmp_path / name)
        write(load(tmp_path / name), tmp_path / f"{name}-again")
        assert contents(tmp_path / name) == contents(tmp_path / f"{name}-again")


def test_a_crash_while_writing_leaves_the_files_of_the_last_run_whole(tmp_path, monkeypatch):
    written(nasty(), tmp_path)
    before = contents(tmp_path)
    original = staging.Staging.path

    def full_disk(self, name):
        if name == "works.csv":
            raise OSError(28, "No space left on device", str(self.folder / name))
        return original(self, name)

    monkeypatch.setattr(staging.Staging, "path", full_disk)
    with pytest.raises(OutputError, match="no space left"):
        write(without_work(nasty(), 2)[0], tmp_path)
    assert contents(tmp_path) == before


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path):
    day = tmp_path / "history" / "citation_counts" / "observed_date=2026-01-01"
    day.mkdir(parents=True)
    (day / ".enrich-00000000-part-0.parquet.part").write_bytes(b"half")
    (tmp_path / ".enrich-00000000-works.bib.part").write_bytes(b"half")
    write(nasty(), tmp_path)
    assert not list(tmp_path.rglob(".enrich-*"))


def test_the_next_run_waits_for_the_one_that_is_writing_and_says_so(tmp_path):
    said, order = [], []
    began, has_waited = threading.Event(), threading.Event()

    def say(text):
        said.append(text)
        has_waited.set()

    def first():
        with files.holding(tmp_path / "out"):
            began.set()
            has_waited.wait(10)
            order.append("first")

    other = threading.Thread(target=first)
    other.start()
    began.wait(10)
    with files.holding(tmp_path / "." / "out", say=say), files.holding(tmp_path / "out", say=say):
        order.append("second")
    other.join()
    assert order == ["first", "second"]
    assert said == [f"{tmp_path / 'out'}: another run is writing its results there; waiting until it is done"]
    assert not list((tmp_path / "out").iterdir())


def test_a_run_that_never_ends_costs_the_next_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_LONGEST_WRITING_S", 0.1)
    code = (
        "import sys, pathlib; from enrich.files import holding\n"
        "with holding(pathlib.Path(sys.argv[1])): print(1, flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=-1, stdout=-1) as process:
        process.stdout.readline()
        with pytest.raises(OutputError, match=r"another run has been writing into it for 0\.1 s; end that one"):
            write(nasty(), tmp_path)
        process.kill()
    assert write(nasty(), tmp_path, options=ExportOptions(formats=frozenset({"ris"})))


def test_two_writers_without_a_lock_share_no_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "holding", lambda _folder: nullcontext(enter_result=False))
    with staging.Staging(tmp_path) as one:
        one.path("works.bib").write_text("one", encoding="utf-8")
        with staging.Staging(tmp_path) as other:
            other.path("works.bib").write_text("other", encoding="utf-8")
    assert contents(tmp_path) == {"works.bib": b"one"}


def test_a_folder_in_the_place_of_a_file_keeps_all_files_of_the_last_run(tmp_path):
    written(nasty(), tmp_path)
    (tmp_path / "works.ris").unlink()
    (tmp_path / "works.ris").mkdir()
    before = contents(tmp_path)
    with pytest.raises(OutputError, match=r"works\.ris: is a folder where a file belongs; move it away"):
        write(without_work(nasty(), 2)[0], tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("n_renamed", [1, 7, 20])
def test_files_of_two_runs_are_not_read_as_one_and_a_rerun_mends_them(tmp_path, monkeypatch, n_renamed):
    class Killed(BaseException):
        pass

    original, steps = os.replace, []

    def replacing(source, target, **named):
        steps.append(target)
        if len(steps) > n_renamed:
            raise Killed
        original(source, target, **named)

    options = ExportOptions(formats=frozenset({"parquet"}))
    written(nasty(), tmp_path, options)
    monkeypatch.setattr(os, "replace", replacing)
    with pytest.raises(Killed):
        write(without_work(nasty(), 2)[0], tmp_path, options=options)
    monkeypatch.undo()
    if n_renamed > 2:  # the first ones hold no works
        with pytest.raises(InputError, match=r"run was ended while it wrote, .*; run the list again$"):
            load(tmp_path)
    write(without_work(nasty(), 2)[0], tmp_path, options=options)
    assert len(load(tmp_path).works) == 51


def test_a_removed_entry_leaves_the_outputs_but_not_the_history(tmp_path):
    written(nasty(), tmp_path)
    smaller, gone = without_work(nasty(), 2)
    write(smaller, tmp_path)
    assert gone not in pq.read_table(tmp_path / "works.parquet").column("work_id").to_pylist()
    assert gone.removeprefix("arxiv:") not in (tmp_path / "works.bib").read_text(encoding="utf-8")
    (partition,) = tmp_path.glob("history/citation_counts/*/part-0.parquet")
    assert gone in pq.read_table(partition, partitioning=None).column("work_id").to_pylist()


def test_a_second_run_on_one_day_replaces_the_partition_with_the_newer_counts(tmp_path):
    written(nasty(), tmp_path)
    bibliography = nasty()
    counted = next(work for work in bibliography.works if work.citation_count is not None)
    later = RETRIEVED + timedelta(hours=2)
    newer = replace(counted, citation_count=999, citation_count_at=later)
    works = tuple(newer if work is counted else work for work in bibliography.works)
    write(replace(bibliography, works=works, run_id="later0000run"), tmp_path)
    (partition,) = tmp_path.glob("history/citation_counts/*/part-0.parquet")
    rows = {row["work_id"]: row for row in pq.read_table(partition, partitioning=None).to_pylist()}
    assert rows[counted.work_id]["citation_count"] == 999
    assert len(rows) == sum(work.citation_count is not None for work in works)


def test_a_history_that_cannot_be_read_is_never_written_over(tmp_path):
    written(nasty(), tmp_path)
    (partition,) = tmp_path.glob("history/citation_counts/*/part-0.parquet")
    partition.write_bytes(b"not parquet")
    with pytest.raises(OutputError, match="not a table that enrich wrote; move it away"):
        write(nasty(), tmp_path)
    assert partition.read_bytes() == b"not parquet"


def test_files_that_are_no_longer_made_go_and_files_of_others_stay(tmp_path):
    write(two_lists(), tmp_path)
    (tmp_path / "lists" / "mine.bib").write_text("kept", encoding="utf-8")
    assert (tmp_path / "lists" / "other-list.bib").is_file()
    write(nasty(), tmp_path)
    assert [path.name for path in (tmp_path / "lists").iterdir()] == ["mine.bib"]


def test_a_manifest_cannot_make_us_remove_files_elsewhere(tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("kept", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    paths = ["../victim.txt", str(victim)]
    (out / "manifest.json").write_text(json.dumps({"files": [{"path": path} for path in paths]}), encoding="utf-8")
    write(nasty(), out)
    assert victim.is_file()


def test_one_format_can_be_written_alone_and_the_rest_stays_listed(tmp_path):
    written(nasty(), tmp_path)
    before = contents(tmp_path)
    paths = write(load(tmp_path), tmp_path, options=ExportOptions(formats=frozenset({"bib"}), bib_abstract=False))
    assert {path.name for path in paths} == {"works.bib", "works-new.bib", "manifest.json", "datapackage.json"}
    after = contents(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {"works.bib", "works-new.bib", "manifest.json"}
    listed = {file["path"] for file in json.loads(after["manifest.json"])["files"]}
    assert "works.parquet" in listed


def test_several_lists_share_the_tables_and_get_files_of_their_own(tmp_path):
    write(two_lists(), tmp_path)
    lists = pq.read_table(tmp_path / "entries.parquet").column("list").to_pylist()
    assert set(lists) == {"nasty", "other-list"}
    text = (tmp_path / "lists" / "other-list.bib").read_text(encoding="utf-8")
    assert text.count("\n@") - text.count("\n@comment") == 3
    assert "1 ExplicitGroup:Second\\;0\\;;" in text
    together = (tmp_path / "works.bib").read_text(encoding="utf-8")
    assert "1 ExplicitGroup:Another List\\;0\\;;\n2 ExplicitGroup:Second" in together
    assert {path.name for path in (tmp_path / "lists").iterdir()} == {
        f"{name}{one.suffix}" for name in ("nasty", "other-list") for one in REFERENCE_FORMATS.values()
    }


def test_new_works_have_files_of_their_own(tmp_path):
    bibliography = nasty()
    new = frozenset(work.work_id for work in bibliography.works[:2])
    write(replace(bibliography, new_work_ids=new), tmp_path)
    text = (tmp_path / "works-new.bib").read_text(encoding="utf-8")
    assert text.count("\n@") - text.count("\n@comment") == 2
    write(replace(bibliography, new_work_ids=frozenset(), run_id="next"), tmp_path)
    assert not list(tmp_path.glob("works-new.*"))


def test_the_tables_know_who_gave_each_identifier_and_link(tmp_path):
    written(nasty(), tmp_path)
    links = pq.read_table(tmp_path / "citation_links.parquet").to_pylist()
    assert len(links) == 51
    assert {link["source"] for link in links} == {"semantic_scholar"}
    assert pq.read_table(tmp_path / "identifiers.parquet").column("source").null_count == 0


def test_licences_of_the_sources_stand_in_package_metadata_and_page(tmp_path):
    written(nasty(), tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    assert [licence["name"] for licence in package["licenses"]] == ["CC0-1.0", "other-semantic-scholar"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "non-commercial" in page
    assert b"non-commercial" in pq.read_schema(tmp_path / "works.parquet").metadata[b"licence"]


def test_no_file_but_two_holds_the_clock_of_the_machine(tmp_path):
    written(nasty(), tmp_path)
    stamp = LATER.isoformat()[:10].encode()
    holders = {name for name, text in contents(tmp_path).items() if stamp in text and not name.endswith(".parquet")}
    assert holders == {"run.json"}


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot be written: .*; choose another folder with --out"):
        write(nasty(), blocked)


def test_a_folder_without_a_run_is_one_clear_line(tmp_path):
    with pytest.raises(InputError, match=r"works\.parquet: missing"):
        load(tmp_path)
    written(nasty(), tmp_path)
    whole = (tmp_path / "entries.parquet").read_bytes()
    shutil.copy(tmp_path / "findings.parquet", tmp_path / "entries.parquet")
    with pytest.raises(InputError, match=r"entries\.parquet: lacks column \w+: another version wrote it"):
        load(tmp_path)
    (tmp_path / "entries.parquet").write_bytes(whole)
    (tmp_path / "run.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match=r"not the facts of a run|lacks"):
        load(tmp_path)
    shutil.copy(tmp_path / "run.json", tmp_path / "works.parquet")
    with pytest.raises(InputError, match="not a Parquet file"):
        load(tmp_path)


def test_an_empty_list_of_works_still_gives_readable_files(tmp_path):
    empty = replace(nasty(), lists=(replace(nasty().lists[0], entries=()),), works=(), entry_works={}, findings=())
    write(empty, tmp_path)
    assert pq.read_table(tmp_path / "works.parquet").num_rows == 0
    assert (tmp_path / "works.csl.json").read_text(encoding="utf-8") == "[]\n"
    assert load(tmp_path).works == ()


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_the_files_of_the_last_run_whole(tmp_path):
    written(nasty(), tmp_path)
    before = contents(tmp_path)
    code = (
        "import sys; from pathlib import Path\n"
        "import enrich.sources; from support.bibliographies import generated; from enrich.export import write\n"
        "write(generated(1000), Path(sys.argv[1]))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    for n_parts in (1, 6, 12):
        with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment) as process:
            while len(list(tmp_path.glob(".enrich-*"))) < n_parts and process.poll() is None:
                time.sleep(0.002)
            process.kill()
        left = contents(tmp_path)
        assert any(name.rpartition("/")[2].startswith(".enrich-") for name in left)
        assert {name: text for name, text in left.items() if ".enrich-" not in name} == before
    write(nasty(), tmp_path)
    assert contents(tmp_path).keys() == before.keys()
