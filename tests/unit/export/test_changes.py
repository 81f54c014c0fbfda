from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.bibliographies import LATER, bibliography_of, nasty
from support.written import written

from enrich.export import ExportOptions, load, with_changes, write
from enrich.export.changes import jumps
from enrich.export.rows import change_values
from enrich.model.entry import Link, LinkRole
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.persons import Author
from enrich.model.record import Record, WorkType
from enrich.model.work import Change, ChangeKind, Claim, DeadLink, Work, WorkStatus

pytestmark = pytest.mark.thorough

PARQUET = ExportOptions(formats=frozenset({"parquet"}))
JANE, JOHN = Author("Jane Doe", "Doe", "Jane"), Author("John Roe", "Roe", "John")


def facts(number, **more):
    known = {
        "title": f"The {number} theorem of flows",
        "section": ("Methods", f"Part {number % 2}"),
        "arxiv": f"2301.{number:05d}",
        "type": "preprint",
        "venue": "arXiv",
        "year": 2023,
        "authors": (JANE,),
        "abstract": f"We prove theorem {number}.",
        "url": f"https://arxiv.org/abs/2301.{number:05d}",
    }
    return known | more


@cache
def reading(count=6, **more):
    """A bibliography whose entries all link elsewhere, with counts."""
    made = bibliography_of([facts(number) for number in range(1, count + 1)], list_name="flows")
    works = tuple(counted(replace(work, status=WorkStatus.OK), 100, LATER - timedelta(hours=1)) for work in made.works)
    return replace(made, works=works, ledger=(), **more)


def counted(work, count, moment, source="openalex"):
    return replace(work, citation_count=count, citation_count_source=source, citation_count_at=moment)


def said(work, field, value, source="crossref"):
    """The work with a claim that was selected for a field."""
    claim = Claim(
        work_id=work.work_id, field=field, value=str(value), source=source, retrieved_at=LATER, is_selected=True
    )
    kept = tuple(one for one in work.claims if one.field != field)
    return replace(work, claims=(*kept, claim))


def with_work(bibliography, number, change):
    """The bibliography in which one work is another value."""
    works = tuple(change(work) if work.work_id == f"arxiv:2301.{number:05d}" else work for work in bibliography.works)
    return replace(bibliography, works=works)


def with_entries(bibliography, entries, entry_works=None):
    """The bibliography with other entries, numbered anew."""
    listed = tuple(
        replace(entry, order=order, line=order * 3 + 40) for order, (entry, _) in enumerate(entries, start=1)
    )
    named = {("flows", order): work_id for order, (_, work_id) in enumerate(entries, start=1)}
    lists = (replace(bibliography.lists[0], entries=listed),)
    works = tuple(work for work in bibliography.works if work.work_id in named.values())
    return replace(bibliography, lists=lists, works=works, entry_works=entry_works or named)


def entries_of(bibliography):
    return [(entry, bibliography.entry_works["flows", entry.order]) for entry in bibliography.lists[0].entries]


def night(bibliography, day=1):
    """The bibliography as the run of a later night has it."""
    moment = LATER + timedelta(days=day)
    return replace(bibliography, started_at=moment, run_id=f"night{day}")


def changes_after(folder, before, after):
    written(before, folder, PARQUET)
    return reported(folder, night(after))


def reported(folder, bibliography):
    """The changes of a run, which must be the same in the value, the table and the lines."""
    compared = with_changes(bibliography, folder)
    write(bibliography, folder, options=PARQUET)
    rows = pq.ParquetFile(folder / "changes.parquet").read().to_pylist()
    lines = [json.loads(line) for line in (folder / "changes.jsonl").read_text("utf-8").splitlines()]
    assert [tuple(row.values())[1:] for row in rows] == [change_values(one) for one in compared.changes]
    assert [row | {"since": row["since"] and row["since"].isoformat()} for row in rows] == lines
    return compared.changes


def only(changes):
    assert len(changes) == 1, changes
    return changes[0]


def test_a_first_run_reports_nothing_and_has_nobody_to_compare_with(tmp_path):
    first = with_changes(reading(), tmp_path)
    assert (first.changes, first.changes_since) == ((), None)


def test_a_quiet_night_reports_nothing_since_the_night_before(tmp_path):
    written(reading(), tmp_path, PARQUET)
    again = reading()
    works = tuple(
        replace(
            work,
            updated_at=LATER + timedelta(days=1),
            claims=tuple(replace(claim, retrieved_at=LATER + timedelta(days=1)) for claim in reversed(work.claims)),
            citation_count_at=LATER + timedelta(days=1),
        )
        for work in again.works
    )
    quiet = with_changes(night(replace(again, works=works)), tmp_path)
    assert (quiet.changes, quiet.changes_since) == ((), LATER.date())


def test_silence_of_a_source_is_no_change(tmp_path):
    def forgotten(work):
        return replace(
            work, venue=None, year=None, abstract=None, authors=(), citation_count=None, citation_count_source=None,
            citation_count_at=None, status=WorkStatus.PARTIAL,
        )  # fmt: skip

    assert changes_after(tmp_path, reading(), with_work(reading(), 2, forgotten)) == ()


def test_a_value_that_only_the_list_gives_is_no_news_to_its_curator(tmp_path):
    def relabelled(work):
        return said(replace(work, year=2019), "year", 2019, source="list")

    assert changes_after(tmp_path, reading(), with_work(reading(), 2, relabelled)) == ()


def test_an_added_entry(tmp_path):
    change = only(changes_after(tmp_path, reading(5), reading(6)))
    assert change == Change(
        kind=ChangeKind.ENTRY_ADDED,
        list="flows",
        order=6,
        line=18,
        work_id="arxiv:2301.00006",
        title="The 6 theorem of flows",
        after="Methods / Part 0",
        source="list",
        url="https://arxiv.org/abs/2301.00006",
    )


def test_a_removed_entry_though_all_lines_below_it_shift(tmp_path):
    now = reading()
    shorter = with_entries(now, [pair for pair in entries_of(now) if pair[0].order != 2])
    change = only(changes_after(tmp_path, now, shorter))
    assert (change.kind, change.title, change.order, change.line) == (
        ChangeKind.ENTRY_REMOVED, "The 2 theorem of flows", 2, 6,
    )  # fmt: skip
    assert (change.before, change.after) == ("Methods / Part 0", None)


def test_a_moved_entry_is_neither_removed_nor_added(tmp_path):
    now = reading()
    first, *rest = entries_of(now)
    moved = replace(first[0], section_path=("Other",))
    change = only(changes_after(tmp_path, now, with_entries(now, [*rest, (moved, first[1])])))
    assert (change.kind, change.before, change.after) == (ChangeKind.ENTRY_MOVED, "Methods / Part 1", "Other")
    assert change.order == 6


def test_a_list_in_another_order_has_not_changed(tmp_path):
    now = reading()
    shuffled = entries_of(now)
    random.Random(3).shuffle(shuffled)
    assert changes_after(tmp_path, now, with_entries(now, shuffled)) == ()


def test_a_corrected_title_is_neither_removed_nor_added(tmp_path):
    now = reading()
    entries = [(replace(entry, title=f"Corrected: {entry.title}!"), work_id) for entry, work_id in entries_of(now)]
    assert changes_after(tmp_path, now, with_entries(now, entries)) == ()


def test_of_a_work_listed_twice_the_entry_that_left_is_named(tmp_path):
    now = reading()
    (first, work_id), *rest = entries_of(now)
    twin = replace(first, section_path=("Twins",))
    twice = with_entries(now, [(first, work_id), *rest, (twin, work_id)])
    write(twice, tmp_path, options=PARQUET)
    change = only(reported(tmp_path, night(now)))
    assert (change.kind, change.before) == (ChangeKind.ENTRY_REMOVED, "Twins")
    change = only(reported(tmp_path, night(twice, 2)))
    assert (change.kind, change.after) == (ChangeKind.ENTRY_ADDED, "Twins")


def test_a_list_that_joins_the_folder_is_not_reported_entry_by_entry(tmp_path):
    now = reading()
    joined = replace(now.lists[0], name="more")
    both = replace(
        now,
        lists=(*now.lists, joined),
        entry_works=now.entry_works | {("more", order): work_id for (_, order), work_id in now.entry_works.items()},
    )
    assert changes_after(tmp_path, now, both) == ()


def unresolved(work):
    return replace(work, status=WorkStatus.NOT_FOUND, identifiers=(), records=(), verdict=None)


def test_an_entry_that_nobody_knew_is_resolved_under_the_same_name(tmp_path):
    change = only(changes_after(tmp_path, with_work(reading(), 3, unresolved), reading()))
    assert (change.kind, change.after, change.before) == (ChangeKind.WORK_RESOLVED, "arxiv:2301.00003", None)
    assert (change.list, change.order, change.url) == ("flows", 3, "https://arxiv.org/abs/2301.00003")


def test_an_entry_that_nobody_knew_is_resolved_under_another_name(tmp_path):
    def nameless(bibliography):
        unknown = with_work(bibliography, 3, lambda work: replace(unresolved(work), work_id="title:0123"))
        entry_works = unknown.entry_works | {("flows", 3): "title:0123"}
        return replace(unknown, entry_works=entry_works, works=tuple(sorted(unknown.works, key=lambda w: w.work_id)))

    change = only(changes_after(tmp_path, nameless(reading()), reading()))
    assert (change.kind, change.before, change.after) == (ChangeKind.WORK_RESOLVED, "title:0123", "arxiv:2301.00003")


def test_an_entry_that_nobody_knew_turns_out_to_be_a_work_that_is_listed_already(tmp_path):
    now = reading()
    entries = [(entry, "title:0123" if entry.order == 3 else work_id) for entry, work_id in entries_of(now)]
    unknown = with_work(now, 3, lambda work: replace(unresolved(work), work_id="title:0123"))
    twin = [(entry, "arxiv:2301.00001" if entry.order == 3 else work_id) for entry, work_id in entries_of(now)]
    change = only(changes_after(tmp_path, with_entries(unknown, entries), with_entries(now, twin)))
    assert (change.kind, change.before, change.after) == (ChangeKind.WORK_RESOLVED, "title:0123", "arxiv:2301.00001")
    assert (change.order, change.line) == (3, 49)


def test_an_entry_that_is_about_another_work_now(tmp_path):
    now = reading()
    entries = [(entry, "arxiv:2301.99999" if entry.order == 2 else work_id) for entry, work_id in entries_of(now)]
    other = with_work(now, 2, lambda work: replace(work, work_id="arxiv:2301.99999"))
    change = only(changes_after(tmp_path, now, with_entries(other, entries)))
    assert (change.kind, change.field) == (ChangeKind.VALUE_CHANGED, "work_id")
    assert (change.before, change.after) == ("arxiv:2301.00002", "arxiv:2301.99999")


def test_a_published_preprint_is_one_change_with_venue_and_doi(tmp_path):
    def published(work):
        changed = replace(
            work,
            type=WorkType.CONFERENCE,
            venue="Neural Information Processing Systems",
            year=2024,
            identifiers=(*work.identifiers, Identifier(Scheme.DOI, "10.1000/flows.2")),
        )
        return said(changed, "venue", changed.venue)

    change = only(changes_after(tmp_path, reading(), with_work(reading(), 2, published)))
    assert change.kind is ChangeKind.PUBLISHED
    assert (change.before, change.after) == ("arXiv", "Neural Information Processing Systems, 2024, 10.1000/flows.2")
    assert (change.source, change.url) == ("crossref", "https://doi.org/10.1000/flows.2")


def test_the_doi_of_arxiv_itself_publishes_nothing(tmp_path):
    def registered(work):
        return replace(work, identifiers=(*work.identifiers, Identifier(Scheme.DOI, "10.48550/arxiv.2301.00002")))

    change = only(changes_after(tmp_path, reading(), with_work(reading(), 2, registered)))
    assert (change.kind, change.field) == (ChangeKind.VALUE_CHANGED, "doi")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", "A better title", (ChangeKind.TITLE_REVISED, "The 2 theorem of flows", "A better title")),
        ("authors", (JANE, JOHN), (ChangeKind.AUTHORS_REVISED, "Jane Doe", "Jane Doe; John Roe")),
        ("authors", (JOHN,), (ChangeKind.AUTHORS_REVISED, "Jane Doe", "John Roe")),
        ("abstract", "We refute it.", (ChangeKind.ABSTRACT_REVISED, "We prove theorem 2.", "We refute it.")),
        ("venue", "bioRxiv", (ChangeKind.VALUE_CHANGED, "arXiv", "bioRxiv")),
        ("year", 2022, (ChangeKind.VALUE_CHANGED, "2023", "2022")),
        ("type", WorkType.SOFTWARE, (ChangeKind.VALUE_CHANGED, "preprint", "software")),
        ("version", "2.0", (ChangeKind.VALUE_CHANGED, None, "2.0")),
    ],
)
def test_one_value_that_differs_is_one_change_with_its_source(tmp_path, field, value, expected):
    def changed(work):
        return said(replace(work, **{field: value}), field, value)

    change = only(changes_after(tmp_path, reading(), with_work(reading(), 2, changed)))
    assert (change.kind, change.before, change.after) == expected
    assert change.field == field
    assert (change.source, change.work_id, change.line) == ("crossref", "arxiv:2301.00002", 6)


def test_names_with_initials_are_no_other_authors(tmp_path):
    old = reading()
    short = (Author("J. Doe", "Doe", "J."),)
    assert (
        changes_after(tmp_path, old, with_work(old, 2, lambda work: said(replace(work, authors=short), "authors", "x")))
        == ()
    )
    others = with_work(old, 2, lambda work: said(replace(work, authors=(JOHN,)), "authors", "x"))
    assert only(reported(tmp_path, night(others, 2))).kind is ChangeKind.AUTHORS_REVISED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Advances in Neural Information Processing Systems 33 (NeurIPS 2020)", "NeurIPS"),
        ("Journal of Flows & Fields", "Journal of flows  fields"),
    ],
)
def test_another_name_of_the_same_venue_is_no_change(tmp_path, before, after):
    old = with_work(
        reading(), 2, lambda work: said(replace(work, type=WorkType.CONFERENCE, venue=before), "venue", before)
    )
    new = with_work(old, 2, lambda work: said(replace(work, venue=after), "venue", after, source="neurips"))
    assert changes_after(tmp_path, old, new) == ()
    other = with_work(old, 2, lambda work: said(replace(work, venue="ICML"), "venue", "ICML"))
    assert only(reported(tmp_path, night(other, 2))).field == "venue"


def test_an_abstract_with_other_spaces_and_dashes_is_not_revised(tmp_path):
    respelt = with_work(reading(), 2, lambda work: replace(work, abstract="We  prove – theorem 2"))
    assert changes_after(tmp_path, reading(), respelt) == ()


def test_a_work_that_is_complete_now_says_so_only_if_nothing_else_does(tmp_path):
    partial = with_work(reading(), 2, lambda work: replace(work, status=WorkStatus.PARTIAL, year=None))
    change = only(changes_after(tmp_path, partial, reading()))
    assert (change.field, change.before, change.after) == ("year", None, "2023")
    partial = with_work(reading(), 2, lambda work: replace(work, status=WorkStatus.PARTIAL))
    write(night(partial, 2), tmp_path, options=PARQUET)
    change = only(reported(tmp_path, night(reading(), 3)))
    assert (change.field, change.before, change.after) == ("status", "partial", "ok")


@pytest.mark.parametrize("remark", ["retracted", "withdrawn", "expression of concern", "corrected"])
def test_a_retraction_is_reported_once_with_its_source(tmp_path, remark):
    def marked(work):
        record = Record(
            source="openalex", title=work.title, identifiers=work.identifiers, retrieved_at=LATER, remarks=(remark,)
        )
        return replace(work, remarks=(*work.remarks, remark), records=(record,))

    after = with_work(reading(), 2, marked)
    change = only(changes_after(tmp_path, reading(), after))
    assert (change.kind.value, change.source, change.work_id) == (
        remark.replace(" ", "_"),
        "openalex",
        "arxiv:2301.00002",
    )
    assert reported(tmp_path, night(after, 2)) == ()


DEAD = DeadLink(
    identifier=Identifier(Scheme.GITHUB, "owner/gone"),
    url="https://github.com/owner/gone",
    source="github",
    missed_at=LATER,
)


def with_repository(bibliography):
    link = Link(DEAD.url, "code", LinkRole.REPO)
    entries = [(replace(entry, links=(*entry.links, link)), work_id) for entry, work_id in entries_of(bibliography)]
    return with_entries(bibliography, entries)


def test_a_link_that_died_and_one_that_came_back(tmp_path):
    alive = with_repository(reading(1))
    dead = with_work(alive, 1, lambda work: replace(work, dead_links=(DEAD,)))
    change = only(changes_after(tmp_path, alive, dead))
    assert (change.kind, change.url, change.source) == (ChangeKind.LINK_DIED, DEAD.url, "github")
    assert reported(tmp_path, night(dead, 2)) == ()
    assert load(tmp_path).works[0].dead_links == (DEAD,)
    assert (
        reported(tmp_path, night(replace(alive, source_failures=(("github", "HTTP 500"),)), 3))[0].kind == "source_down"
    )
    write(night(dead, 4), tmp_path, options=PARQUET)
    change = only(reported(tmp_path, night(replace(alive, source_failures=(("dblp", "x"),)), 5))[:1])
    assert (change.kind, change.url) == (ChangeKind.LINK_REVIVED, DEAD.url)


def test_a_dead_link_that_left_the_list_did_not_come_back(tmp_path):
    dead = with_work(with_repository(reading(1)), 1, lambda work: replace(work, dead_links=(DEAD,)))
    assert changes_after(tmp_path, dead, reading(1)) == ()


def test_the_dead_link_of_a_new_entry_is_no_change(tmp_path):
    dead = with_work(with_repository(reading(1)), 1, lambda work: replace(work, dead_links=(DEAD,)))
    assert changes_after(tmp_path, reading(1), dead) == ()


def asked(name, **more):
    return {"source": name, "requests": 2, "cached": 0, "failed": 0, "throttled": 1, "waited_s": 0.5, "bytes": 9} | more


def test_an_outage_is_reported_when_it_begins_and_when_it_ends(tmp_path):
    up = replace(reading(), ledger=(asked("dblp"),))
    down = replace(reading(), ledger=(asked("dblp", failed=2),), source_failures=(("dblp", "HTTP 503"),))
    change = only(changes_after(tmp_path, up, down))
    assert change == Change(kind=ChangeKind.SOURCE_DOWN, source="dblp", detail="HTTP 503")
    assert reported(tmp_path, night(down, 2)) == ()
    assert reported(tmp_path, night(reading(), 3)) == ()  # a night that does not ask it knows nothing
    change = only(reported(tmp_path, night(up, 4)))
    assert change == Change(kind=ChangeKind.SOURCE_BACK, source="dblp")
    assert reported(tmp_path, night(up, 5)) == ()


def test_the_health_of_each_source_stands_in_every_row_of_runs(tmp_path):
    down = replace(reading(), ledger=(asked("dblp", failed=2),), source_failures=(("acl", "left alone"),))
    write(replace(reading(), ledger=(asked("dblp"),)), tmp_path, options=PARQUET)
    write(night(down), tmp_path, options=PARQUET)
    health = pq.ParquetFile(tmp_path / "runs.parquet").read().column("sources").to_pylist()
    assert [[(row["source"], row["failed"], row["message"]) for row in rows] for rows in health] == [
        [("dblp", 0, None)],
        [("acl", 0, "left alone"), ("dblp", 2, None)],
    ]
    assert load(tmp_path).source_failures == (("acl", "left alone"),)


def test_a_repetition_on_the_same_day_reports_the_same_and_doubles_nothing(tmp_path):
    written(reading(5), tmp_path, PARQUET)
    after = night(reading(6))
    first = with_changes(after, tmp_path)
    write(after, tmp_path, options=PARQUET)
    again = with_changes(replace(after, started_at=after.started_at + timedelta(hours=2)), tmp_path)
    assert (again.changes, again.changes_since) == (first.changes, LATER.date())
    write(again, tmp_path, options=PARQUET)
    assert [len(rows) for rows in kept(tmp_path).values()] == [0, 1]
    assert pq.ParquetFile(tmp_path / "runs.parquet").read().num_rows == 2
    assert load(tmp_path).changes == first.changes
    assert load(tmp_path).changes_since == LATER.date()


def test_equal_inputs_on_a_later_day_are_a_quiet_night(tmp_path):
    written(reading(5), tmp_path, PARQUET)
    after = night(reading(6))
    write(after, tmp_path, options=PARQUET)
    later = with_changes(replace(after, started_at=after.started_at + timedelta(days=1)), tmp_path)
    assert (later.changes, later.changes_since) == ((), (LATER + timedelta(days=1)).date())


def test_a_volume_that_stands_apart_from_its_series_now_is_no_change(tmp_path):
    volume = "Proceedings of the 3rd Conference on Wells"
    before = with_work(reading(5), 1, lambda work: replace(said(work, "venue", volume), venue=volume))
    after = with_work(
        reading(5), 1, lambda work: replace(said(work, "venue", "x"), venue="Conference on Wells", volume_title=volume)
    )
    assert changes_after(tmp_path, before, after) == ()
    other = with_work(reading(5), 1, lambda work: replace(said(work, "venue", "x"), venue="Conference on Hills"))
    assert only(reported(tmp_path, night(other, 2))).field == "venue"


def kept(folder):
    """Day to the rows of the history of changes."""
    return {
        path.parent.name.removeprefix("observed_date="): pq.ParquetFile(path).read().to_pylist()
        for path in sorted(folder.glob("history/changes/*/part-0.parquet"))
    }


def test_changes_are_kept_by_the_day_of_their_run(tmp_path):
    written(reading(3), tmp_path, PARQUET)
    write(night(reading(4)), tmp_path, options=PARQUET)
    write(night(reading(4), 2), tmp_path, options=PARQUET)
    write(night(reading(6), 3), tmp_path, options=PARQUET)
    rows = kept(tmp_path)
    titles = {day: [(row["position"], row["run_id"], row["title"]) for row in found] for day, found in rows.items()}
    assert titles == {
        "1970-01-01": [],
        "2026-11-22": [(1, "night1", "The 4 theorem of flows")],
        "2026-11-24": [(1, "night3", "The 5 theorem of flows"), (2, "night3", "The 6 theorem of flows")],
    }
    listed = {file["path"]: file for file in json.loads((tmp_path / "manifest.json").read_bytes())["files"]}
    assert listed["history/changes/observed_date=2026-11-22/part-0.parquet"]["rows"] == 1
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    assert any(len(one["path"]) == 3 for one in package["resources"] if one["name"] == "history-changes-parquet")


def test_the_history_of_changes_can_be_read_before_anything_changed(tmp_path):
    written(reading(5), tmp_path, PARQUET)
    before = pq.read_table(tmp_path / "history" / "changes")
    assert before.num_rows == 0
    write(night(reading(6)), tmp_path, options=PARQUET)
    after = pq.read_table(tmp_path / "history" / "changes")
    assert after.num_rows == 1
    assert after.schema.names == before.schema.names


def test_a_run_killed_between_its_changes_and_its_works_tells_them_once(tmp_path):
    written(reading(5), tmp_path, PARQUET)
    works = (tmp_path / "works.parquet").read_bytes()
    facts = (tmp_path / "run.json").read_bytes()
    write(night(reading(6)), tmp_path, options=PARQUET)
    (tmp_path / "run.json").write_bytes(facts)
    (tmp_path / "works.parquet").write_bytes(works)
    change = only(reported(tmp_path, night(reading(6))))
    assert change.kind is ChangeKind.ENTRY_ADDED
    assert [len(rows) for rows in kept(tmp_path).values()] == [0, 1]


def test_tables_of_an_older_version_are_compared_as_far_as_they_go(tmp_path):
    written(reading(5), tmp_path, PARQUET)
    (tmp_path / "dead_links.parquet").unlink()
    for name, gone in (("runs", ["sources"]), ("works", ["abstract", "version"]), ("entries", ["file"])):
        table = pq.ParquetFile(tmp_path / f"{name}.parquet").read()
        pq.write_table(table.drop_columns(gone), tmp_path / f"{name}.parquet")
    old = pa.table({"work_id": ["x"], "field": ["work"], "kind": ["added"], "before": [None], "after": ["x"]})
    pq.write_table(old, tmp_path / "changes.parquet")
    now = with_work(reading(6), 2, lambda work: replace(work, abstract="New", version="2.0", dead_links=(DEAD,)))
    change = only(reported(tmp_path, night(replace(now, source_failures=(("dblp", "down"),)))))
    assert change.kind is ChangeKind.ENTRY_ADDED
    assert pq.ParquetFile(tmp_path / "runs.parquet").read().column("sources").null_count == 1


def test_files_that_cannot_be_read_are_no_run_to_compare_with(tmp_path):
    written(reading(), tmp_path, PARQUET)
    (tmp_path / "works.parquet").write_bytes(b"half a file")
    compared = with_changes(night(reading(5)), tmp_path)
    assert (compared.changes, compared.changes_since) == ((), None)


def test_the_report_is_the_same_whatever_the_order_of_the_works(tmp_path):
    written(reading(), tmp_path, PARQUET)
    after = night(replace(reading(8), source_failures=(("dblp", "x"), ("acl", "y"))))
    for number in (2, 4):
        after = with_work(after, number, lambda work: replace(work, year=1999, venue="Elsewhere"))
    expected = with_changes(after, tmp_path).changes
    assert len(expected) == 2 + 4 + 2
    shuffled = replace(after, works=tuple(reversed(after.works)))
    assert with_changes(shuffled, tmp_path).changes == expected


def test_nasty_titles_survive_the_report(tmp_path):
    written(nasty(), tmp_path, PARQUET)
    after = night(nasty())
    works = tuple(replace(work, title=f"{work.title} revised") for work in after.works)
    changes = reported(tmp_path, replace(after, works=works))
    assert {change.kind for change in changes} == {ChangeKind.TITLE_REVISED}
    assert len(changes) == len([work for work in nasty().works if work.title])


def publish(work):
    is_preprint = work.type is WorkType.PREPRINT
    journal = said(replace(work, type=WorkType.JOURNAL, venue="Journal of Flows"), "venue", "x")
    return (journal if is_preprint else work), "published"


REVISIONS = {
    "publish": publish,
    "retract": lambda work: (replace(work, remarks=("retracted",)), "retracted"),
    "title": lambda work: (said(replace(work, title=f"{work.title}, revised"), "title", "x"), "title_revised"),
    "authors": lambda work: (said(replace(work, authors=(*work.authors, JOHN)), "authors", "x"), "authors_revised"),
    "year": lambda work: (said(replace(work, year=work.year + 1), "year", "x"), "value_changed"),
}
"""Name to a function of a work: what it becomes, and what must be reported if that is another one."""


def planted(chance, bibliography, n_new):
    """The bibliography after one to four random changes, and what must be reported: kind and work."""
    expected = []
    entries = entries_of(bibliography)
    works = {work.work_id: work for work in bibliography.works}
    untouched = list(works)
    chance.shuffle(untouched)
    for _ in range(chance.randint(1, 4)):
        what = chance.choice(["add", "remove", "move", "shift", *REVISIONS])
        work_id = untouched.pop()
        work, place = works[work_id], next(n for n, (_, known) in enumerate(entries) if known == work_id)
        if what == "add":
            made = reading(n_new + 1)
            n_new += 1
            new, entry = made.works[-1], made.lists[0].entries[-1]
            works[new.work_id] = new
            entries.insert(chance.randint(0, len(entries)), (entry, new.work_id))
            expected.append(("entry_added", new.work_id))
        elif what == "remove":
            entries.pop(place)
            del works[work_id]
            expected.append(("entry_removed", work_id))
        elif what == "move":
            entry, _ = entries.pop(place)
            entries.append((replace(entry, section_path=(f"Section {n_new} {work_id}",)), work_id))
            expected.append(("entry_moved", work_id))
        elif what == "shift":
            entries.append(entries.pop(place))
        else:
            works[work_id], kind = REVISIONS[what](work)
            expected += [(kind, work_id)] if works[work_id] != work else []
    after = with_entries(replace(bibliography, works=tuple(works[name] for name in sorted(works))), entries)
    return after, sorted(expected), n_new


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.exhaustive) for seed in (2, 3))])
def test_many_nights_report_exactly_what_was_planted(tmp_path, seed):
    chance = random.Random(seed)
    current, n_new = reading(30), 30
    write(current, tmp_path, options=PARQUET)
    told = []
    for day in range(1, 31):
        if chance.random() < 0.3:
            expected = []
        else:
            current, expected, n_new = planted(chance, current, n_new)
        changes = reported(tmp_path, night(current, day))
        assert sorted((change.kind.value, change.work_id) for change in changes) == expected
        told += expected
    history = [(row["kind"], row["work_id"]) for rows in kept(tmp_path).values() for row in rows]
    assert sorted(history) == sorted(told)


# citation jumps


def counting(counts, moment):
    """The bibliography whose works have these counts."""
    made = reading(len(counts))
    works = tuple(counted(work, count, moment) for work, count in zip(made.works, counts, strict=True))
    return replace(made, works=works)


def at(day):
    return LATER + timedelta(days=day, hours=-1)


def nights(folder, counts_by_day):
    """The changes of the last of several nights with the counts of all works."""
    changes = ()
    for day, counts in counts_by_day.items():
        changes = reported(folder, night(counting(counts, at(day)), day))
    return changes


def test_a_jump_is_measured_from_the_week_and_the_month_before(tmp_path):
    change = only(nights(tmp_path, {0: [100], 24: [150], 31: [150], 32: [180]}))
    assert (change.kind, change.before, change.after) == (ChangeKind.CITATION_JUMP, "150", "180")
    assert (change.since, change.source, change.field) == (date(2026, 12, 15), "openalex", "citation_count")
    assert change.detail == "+30 (+20%) since 2026-12-15; +80 (+80%) since 2026-11-21"


def test_a_count_that_is_no_higher_than_last_night_jumps_no_more(tmp_path):
    assert len(nights(tmp_path, {0: [100], 7: [150]})) == 1
    assert reported(tmp_path, night(counting([150], at(8)), 8)) == ()
    assert reported(tmp_path, night(counting([140], at(9)), 9)) == ()


def test_a_jump_that_was_reported_is_not_reported_again_when_the_count_goes_on_as_usual(tmp_path):
    assert len(nights(tmp_path, {0: [1000], 7: [1500]})) == 1
    for day in range(8, 16):
        assert reported(tmp_path, night(counting([1500 + day], at(day)), day)) == ()
    change = only(reported(tmp_path, night(counting([1700], at(16)), 16)))
    assert (change.before, change.after) == ("1509", "1700")


@pytest.mark.parametrize(
    ("before", "after"),
    [(100, 101), (1, 5), (10_000, 10_100), (100, 90)],
    ids=["one more", "five times little", "a hundred among thousands", "fewer"],
)
def test_small_growth_is_no_jump(tmp_path, before, after):
    assert nights(tmp_path, {0: [before], 7: [after]}) == ()


def test_without_an_observation_old_enough_there_is_no_jump(tmp_path):
    assert nights(tmp_path, {0: [100], 6: [200]}) == ()


def test_counts_of_different_sources_are_not_compared(tmp_path):
    write(counting([100], at(0)), tmp_path, options=PARQUET)
    other = counting([200], at(8))
    works = tuple(replace(work, citation_count_source="semantic_scholar") for work in other.works)
    assert reported(tmp_path, night(replace(other, works=works), 8)) == ()


def test_only_the_largest_of_each_ranking_are_jumps(tmp_path):
    before = [10 * 2**number for number in range(10)]
    grown = [count + 6 + number for number, count in enumerate(before)]
    changes = nights(tmp_path, {0: before, 7: grown})
    absolute = {f"arxiv:2301.{number + 1:05d}" for number in range(10) if grown[number] >= 1.02 * before[number]}
    relative = {f"arxiv:2301.{number + 1:05d}" for number in range(10) if grown[number] >= 1.1 * before[number]}
    names = {change.work_id for change in changes}
    assert len(absolute) > jumps.MOST_JUMPS
    assert names <= absolute | relative
    assert names >= set(sorted(absolute)[-jumps.MOST_JUMPS :])
    assert len(names) <= 2 * jumps.MOST_JUMPS
    assert len(names) == len(changes)


def test_growth_from_nothing_has_no_share(tmp_path):
    assert only(nights(tmp_path, {0: [0], 7: [9]})).detail == "+9 since 2026-11-21"


def test_a_moment_in_another_zone_counts_by_its_day_in_utc():
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=UTC).astimezone()
    work = counted(reading(1).works[0], 20, moment)
    history = [("2026-11-13", work.work_id, "openalex", 10), ("2026-11-14", work.work_id, "openalex", 18)]
    ((found, said),) = jumps.jumps([work], history)
    assert isinstance(found, Work)
    assert said["before"] == "10"
