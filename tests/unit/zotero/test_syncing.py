"""A library on loopback kept in step with a small list, while people and faults interfere."""

from __future__ import annotations

import copy
import multiprocessing
import os
import shutil
import signal
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from support.zotero import KEY, Answer, Library, serve_library

from enrich.errors import InputError, ServiceError
from enrich.export.options import ExportOptions
from enrich.fetch.fetcher import Patience
from enrich.fetch.zotero import ZoteroApi
from enrich.model.entry import Entry, EntryKind, ReadingList
from enrich.model.identifiers import parse_identifier
from enrich.model.persons import Author
from enrich.model.record import WorkType
from enrich.model.work import Bibliography, Work, WorkStatus
from enrich.zotero.state import SyncState
from enrich.zotero.syncing import sync
from enrich.zotero.undoing import undo

pytestmark = pytest.mark.thorough

AT = datetime(2026, 11, 20, tzinfo=UTC)
TOPICS = ("glacier", "enzyme", "lattice", "tariff", "comet", "dialect", "reactor", "sonnet", "plasma", "orchard")


def author(number):
    return Author(f"Ada Name{number}", family=f"Name{number}", given="Ada")


def title(number):
    one, two, three = (TOPICS[number // 10**place % 10] for place in range(3))
    return f"On the {one} of the {two} in {three} number {number}"


def work(number, **facts):
    usual = {
        "work_id": f"arxiv:2001.{number:05d}",
        "citation_key": f"name{number}2020",
        "identifiers": (parse_identifier("arxiv", f"2001.{number:05d}"),),
        "title": title(number),
        "authors": (author(number), author(number + 1)),
        "year": 2020,
        "type": WorkType.PREPRINT,
        "status": WorkStatus.OK,
        "title_source": "arxiv",
        "entry_orders": (),
    }
    return Work(**{**usual, **facts})


def published(number):
    doi = parse_identifier("doi", f"10.1000/n{number}")
    one = work(number)
    return replace(
        one, type=WorkType.CONFERENCE, venue="Conference on Things", identifiers=(*one.identifiers, doi), year=2021
    )


def bibliography(works, *, sections=(), name="things", **facts):
    """Each work is an entry of the section of its place, the last one for the rest."""
    paths = [sections[min(place, len(sections) - 1)] if sections else () for place in range(len(works))]
    entries = tuple(
        Entry(order=place, line=place + 1, title=one.title, kind=EntryKind.PAPER, section_path=path)
        for place, (one, path) in enumerate(zip(works, paths, strict=True))
    )
    known = ReadingList(name=name, title=name.title(), source=f"{name}.md", entries=entries)
    return Bibliography(
        lists=(known,),
        works=tuple(sorted(works, key=lambda one: one.work_id)),
        entry_works={(name, place): one.work_id for place, one in enumerate(works)},
        run_id="r",
        started_at=AT,
        code_version="0",
        **facts,
    )


@pytest.fixture
def library():
    return Library()


@pytest.fixture
def url(library):
    with serve_library(library) as url:
        yield url


@pytest.fixture
def api(library, url, tmp_path):
    waits = []

    def open_():
        api = ZoteroApi(
            url, library.name, KEY, user_agent="enrich/0", patience=Patience(backoff_s=0.001), min_interval_s=0,
            state_file=tmp_path / "limits.sqlite", clock=lambda: AT, sleep=waits.append,
        )  # fmt: skip
        api.waits = waits
        return api

    return open_


@pytest.fixture
def step(api, tmp_path):
    def run(works, **options):
        known = {one: options.pop(one) for one in ("sections", "name") if one in options}
        with api() as opened, SyncState(tmp_path / "zotero.sqlite") as state:
            return sync(
                bibliography(works, **known), opened, state, options=ExportOptions(), clock=lambda: AT, **options
            )

    return run


def test_a_second_sync_writes_nothing_and_reads_once(step, library):
    works = [work(number) for number in range(60)]
    first = step(works, sections=[("One",), ("One", "Inner"), ("Two",)])
    assert (first.counts["create"], first.n_writes, len(library.items)) == (60, 3, 60)
    second = step(works, sections=[("One",), ("One", "Inner"), ("Two",)])
    assert (second.rows, second.n_writes, second.n_reads, second.n_unchanged) == ([], 0, 1, 60)


def test_one_entry_added_and_one_preprint_published_are_one_create_and_one_update(step, library):
    works = [work(number) for number in range(5)]
    step(works)
    report = step([published(0), *works[1:], work(5)])
    assert report.counts == {"create": 1, "update": 1}
    item = next(one for one in library.items.values() if one["title"] == title(0))
    assert (item["itemType"], item["proceedingsTitle"], item["DOI"]) == (
        "conferencePaper", "Conference on Things", "10.1000/n0",
    )  # fmt: skip
    assert "arXiv: 2001.00000" in item["extra"]
    assert "archiveID" not in item["extra"]
    assert item["publisher"] == ""


def test_what_the_user_wrote_into_a_field_that_the_new_type_lacks_moves_to_extra(step, library):
    step([work(0)])
    (key,) = library.items
    library.put("items", key=key, seriesNumber="my 7", extra=library.items[key]["extra"] + "\nread twice")
    step([published(0)])
    item = library.items[key]
    assert item["itemType"] == "conferencePaper"
    assert "seriesNumber: my 7" in item["extra"]
    assert "read twice" in item["extra"]


FIELDS = {
    "title": "Mine", "abstractNote": "mine", "date": "1999", "url": "https://example.org/mine", "language": "fr",
    "rights": "mine", "DOI": "10.9/mine", "proceedingsTitle": "My venue", "conferenceName": "Mine 1999", "volume": "99",
    "pages": "9", "publisher": "Me", "place": "Here", "series": "My series", "ISBN": "978", "libraryCatalog": "Me",
    "creators": [{"creatorType": "author", "firstName": "I", "lastName": "Myself"}],
}  # fmt: skip


def full(n):
    """A work with all fields, other ones for each ``n``."""
    doi = parse_identifier("doi", f"10.1000/full{n}")
    return replace(
        published(0),
        identifiers=(parse_identifier("arxiv", "2001.00000"), doi),
        title=f"{title(0)} {'again ' * n}".strip(),
        authors=(author(n),),
        citation_key=f"key{n}",
        arxiv_category=("cs.LG", "math.ST")[n],
        abstract=f"About {n}.",
        year=2021 + n,
        url=f"https://example.org/{n}",
        language=("en", "de")[n],
        license=f"L{n}",
        venue=f"Conference on Things {n}",
        venue_short=f"COT{n}",
        volume=str(n + 1),
        pages=f"{n}1--{n}9",
        publisher=f"P{n}",
        place=f"City{n}",
        series=f"Series {n}",
        isbn=f"97800000000{n}",
        citation_count=10 * n,
        citation_count_source="openalex",
    )


def test_twenty_conflicting_edits_stand_and_are_told_once(step, library):
    step([full(0), work(7)])
    key = next(key for key, one in library.items.items() if one["title"] == title(0))
    other = next(one for one in library.items if one != key)
    extra = library.items[key]["extra"]
    for name in ("Citation Key", "arXiv", "Citations"):
        line = next(one for one in extra.split("\n") if one.startswith(name))
        extra = extra.replace(line, f"{name}: mine")
    library.put("items", key=key, extra=extra, **FIELDS)
    library.put("items", key=other, title="Mine")
    before = {one: [library.items[one].get(name) for name in (*FIELDS, "extra")] for one in (key, other)}
    report = step([full(1), replace(work(7), title="Another title")])
    unchanged = {"libraryCatalog"}  # the run says the same of it as before
    assert len(report.conflicts) == len(FIELDS) - len(unchanged) + 3 + 1 == 20
    assert {one: [library.items[one].get(name) for name in (*FIELDS, "extra")] for one in (key, other)} == before
    assert step([full(1), replace(work(7), title="Another title")]).conflicts == []


def test_a_field_that_only_the_run_changed_is_updated(step, library):
    step([full(0)])
    report = step([full(1)])
    assert report.conflicts == []
    (item,) = library.items.values()
    assert (item["title"], item["pages"], item["place"]) == (full(1).title, "11–19", "City1")
    assert "Citation Key: key1" in item["extra"]


def test_items_of_the_user_are_linked_whatever_their_shape(step, library):
    works = [work(0), published(1), work(2), work(3)]
    people = [
        {"creatorType": "author", "firstName": "A.", "lastName": "Name0"},
        {"creatorType": "author", "firstName": "", "lastName": "Name1"},
    ]
    library.put(
        "items", key="AAAAAAAA", itemType="journalArticle", title=title(0).upper(), creators=people, date="2020"
    )
    library.put(
        "items", key="BBBBBBBB", itemType="preprint", title=title(1), archiveID="arXiv:2001.00001v2", extra="mine"
    )
    library.put(
        "items", key="CCCCCCCC", itemType="webpage", title="[2001.00002] x", url="https://arxiv.org/abs/2001.00002"
    )
    library.put("items", key="DDDDDDDD", itemType="attachment", title=title(3))
    library.put(
        "items", key="EEEEEEEE", itemType="preprint", title=title(1).title(), url="https://arxiv.org/pdf/2001.00001"
    )
    before = {key: dict(one) for key, one in library.items.items()}
    report = step(works)
    assert report.counts["link"] == 2
    assert report.counts["duplicate"] == 1
    assert report.counts["create"] == 2
    for key, one in before.items():
        for name, value in one.items():
            if value and name not in ("version", "extra", "tags", "collections"):
                assert library.items[key][name] == value
    assert library.items["BBBBBBBB"]["extra"] == "mine\nenrich: arxiv:2001.00001"
    assert library.items["DDDDDDDD"] == before["DDDDDDDD"]
    assert step(works).n_writes == 0


def test_tags_and_collections_of_the_user_stay(step, library):
    tagged = replace(work(0), keywords=("flows",))
    step([tagged, work(1)], sections=[("One",), ("Two",)])
    key = next(key for key, one in library.items.items() if one["title"] == title(0))
    own = library.put("collections", key="MMMMMMMM", name="My own")
    assert len(library.items[key]["collections"]) == 1
    library.put("items", key=key, tags=[{"tag": "to read"}], collections=[own])
    step([tagged, work(1)], sections=[("One",), ("Two",)])
    assert library.items[key]["tags"] == [{"tag": "to read"}]
    assert library.items[key]["collections"] == [own]
    step([replace(tagged, keywords=("flows", "graphs")), work(1)], sections=[("Three",), ("Two",)])
    assert [tag["tag"] for tag in library.items[key]["tags"]] == ["to read", "graphs"]


def test_a_renamed_section_renames_its_collection_and_one_that_the_user_renamed_stays(step, library):
    works = [work(number) for number in range(4)]
    step(works, sections=[("One", "In"), ("One", "In"), ("Two",)])
    keys = {one["name"]: key for key, one in library.collections.items()}
    step(works, sections=[("Uno", "In"), ("Uno", "In"), ("Two",)])
    assert {key: one["name"] for key, one in library.collections.items()} == {
        keys["Things"]: "Things", keys["One"]: "Uno", keys["In"]: "In", keys["Two"]: "Two",
    }  # fmt: skip
    library.put("collections", key=keys["Two"], name="Mine")
    step(works, sections=[("Uno", "In"), ("Uno", "In"), ("Deux",)])
    assert library.collections[keys["Two"]]["name"] == "Mine"
    assert len(library.collections) == 4


def test_what_leaves_the_list_leaves_our_collections_and_not_the_library(step, library):
    works = [work(number) for number in range(3)]
    step(works, sections=[("One",)])
    key = next(key for key, one in library.items.items() if one["title"] == title(2))
    own = library.put("collections", key="MMMMMMMM", name="My own")
    library.put("items", key=key, collections=[*library.items[key]["collections"], own])
    report = step(works[:2], sections=[("One",)])
    assert report.counts == {"move": 1}
    assert library.items[key]["collections"] == [own]
    step(works, sections=[("One",)])
    assert len(library.items[key]["collections"]) == 2


def test_lists_of_one_library_do_not_disturb_each_other(step, library):
    step([work(0), work(1)], name="first")
    step([work(1), work(2)], name="second")
    assert [step([work(0), work(1)], name="first").n_writes, step([work(1), work(2)], name="second").n_writes] == [0, 0]
    assert len(library.items) == 3
    both = next(one for one in library.items.values() if one["title"] == title(1))
    assert len(both["collections"]) == 2


def test_what_the_user_deleted_is_not_made_again(step, library):
    step([work(0), work(1)], sections=[("One",), ("Two",)])
    library.remove("items", next(iter(library.items)))
    (key,) = library.items
    library.put("items", key=key, deleted=1)
    for key in [key for key, one in library.collections.items() if one["name"] == "Two"]:
        library.remove("collections", key)
    report = step([work(0), work(1)], sections=[("One",), ("Two",)])
    assert report.counts == {"gone": 2}
    assert report.n_writes == 0


def test_a_dry_run_writes_nothing_and_tells_what_a_sync_does(step, library):
    told = step([work(0), published(1)], is_dry=True)
    assert (library.writes, library.items) == ([], {})
    assert {(row.action, row.title) for row in told.rows} == {
        (row.action, row.title) for row in step([work(0), published(1)]).rows
    }


def test_undo_takes_back_the_last_sync_where_nothing_changed_since(step, library, api, tmp_path):
    library.put(
        "items", key="AAAAAAAA", itemType="preprint", title=title(1), archiveID="arXiv:2001.00001", extra="mine"
    )
    mine = dict(library.items["AAAAAAAA"])
    step([work(0)])
    step([work(0), work(1), work(2), work(3)], sections=[("One",), ("Two",)])
    touched = next(key for key, one in library.items.items() if one["title"] == title(3))
    library.children[touched] = 1
    with api() as opened, SyncState(tmp_path / "zotero.sqlite") as state:
        report = undo(opened, state)
    assert report.counts == {"restored": 2, "deleted": 2, "kept": 1}
    left = {one["title"]: one for one in library.items.values()}
    assert set(left) == {title(0), title(1), title(3)}
    for name, value in mine.items():
        assert name == "version" or left[title(1)][name] == value
    step([work(0), work(1), work(2), work(3)], sections=[("One",), ("Two",)])
    assert step([work(0), work(1), work(2), work(3)], sections=[("One",), ("Two",)]).n_writes == 0
    assert len(library.items) == 4


def test_somebody_who_works_in_the_library_meanwhile_loses_nothing(step, library):
    def meddle(number):
        if number in (2, 4, 5):
            library.put("items", key=f"AAAAAAA{'ABCDEF'[number]}", itemType="note", note="x")
        key = next((key for key, one in library.items.items() if one.get("title") == title(0)), None)
        if key and number % 3 == 0:
            library.put("items", key=key, title="Mine")

    library.meddle = meddle
    works = [work(number) for number in range(60)]
    step(works, sections=[("One",)])
    library.meddle = lambda _: None
    titles = [one["title"] for one in library.items.values() if one["itemType"] != "note"]
    assert sorted(titles) == sorted(["Mine", *(title(number) for number in range(1, 60))])
    assert step(works, sections=[("One",)]).n_writes == 0


@pytest.mark.parametrize("status", [409, 429, 500, 503, "lost", "dropped"])
def test_a_fault_at_any_moment_leaves_what_a_sync_without_it_leaves(status, step, library):
    library.faults = lambda number, _: (
        (status if isinstance(status, str) else Answer(status, "no", {"Retry-After": "1"})) if number % 2 == 1 else None
    )
    works = [work(number) for number in range(60)]
    step(works, sections=[("One",), ("Two",)])
    library.faults = lambda *_: None
    assert len(library.items) == 60
    assert len(library.collections) == 3
    assert step(works, sections=[("One",), ("Two",)]).n_writes == 0


def test_waits_that_the_service_asks_for_are_kept_and_long_ones_end_the_sync(step, api, library):
    library.headers["Backoff"] = "7"
    step([work(0)])
    assert api().waits.count(7.0) == len(library.asked) - 1
    library.headers["Backoff"] = "100000"
    with pytest.raises(ServiceError, match="left alone for 100000 s"):
        step([work(0), work(1)])


def test_a_batch_that_is_too_large_is_halved(step, library):
    def refuse(_, asked):
        large = asked.method == "POST" and asked.path.endswith("items") and asked.body.count(b'"itemType"') > 20
        return Answer(413, "Request Entity Too Large") if large else None

    library.faults = refuse
    step([work(number) for number in range(60)])
    assert len(library.items) == 60


def test_an_item_that_is_refused_costs_only_itself(step, library, monkeypatch):
    refuse = Library._refusal

    def refusal(self, kind, row):
        return (400, "no such thing") if row.get("title") == title(1) else refuse(self, kind, row)

    monkeypatch.setattr(Library, "_refusal", refusal)
    report = step([work(number) for number in range(3)])
    assert [(row.title, row.detail) for row in report.rows if row.action == "failed"] == [
        (title(1), "400 no such thing")
    ]
    assert len(library.items) == 2


def test_a_wrong_key_or_library_is_one_line(library, url, tmp_path):
    for name, key, words in ((library.name, "bad", "refuses the key"), ("users/1", KEY, "knows no library users/1")):
        with pytest.raises(InputError, match=words) as caught:
            _sync(url, name, tmp_path, [work(0)], key)
        assert "bad" not in str(caught.value)


def _sync_in_tens(*given):
    """As many exchanges of a fifth of the works: what is in a batch is not what a kill comes between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("enrich.zotero.syncing.BATCH", 10)
        _sync(*given)


def _sync(url, name, folder, works, key=KEY):
    options = {"user_agent": "enrich/0", "patience": Patience(), "min_interval_s": 0, "clock": lambda: AT}
    with (
        ZoteroApi(url, name, key, state_file=folder / "limits.sqlite", **options) as api,
        SyncState(folder / "zotero.sqlite") as state,
    ):
        known = bibliography(works, sections=[("One",), ("Two",)])
        sync(known, api, state, options=ExportOptions(), clock=lambda: AT)


@pytest.mark.slow
def test_a_sync_that_is_killed_at_any_moment_is_completed_by_the_next(tmp_path):
    """Before and after each of the exchanges of a first sync and of one with changes, by SIGKILL."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["enrich.zotero.syncing", "enrich.fetch.zotero", "enrich.model.work"])
    works = [work(number) for number in range(72)]
    later = [published(number) for number in range(12)] + works[12:70] + [work(number) for number in range(72, 80)]
    n_kills = 0
    known, before = Library(), tmp_path / "before"
    before.mkdir()
    for some in (works, later):
        undisturbed, expected = copy.deepcopy(known), tmp_path / f"expected-{n_kills}"
        shutil.copytree(before, expected)
        with serve_library(undisturbed) as url:
            _sync_in_tens(url, undisturbed.name, expected, some)
        for moment in count():
            library, folder = copy.deepcopy(known), tmp_path / f"{n_kills}-{moment}"
            shutil.copytree(before, folder)
            with serve_library(library) as url:
                process = forks.Process(target=_sync_in_tens, args=(url, library.name, folder, some))
                library.faults = _kill_at(moment, process)
                process.start()
                process.join(60)
                library.faults = lambda *_: None
                if process.exitcode == 0:
                    break
                assert process.exitcode == -signal.SIGKILL
                n_kills += 1
                _sync_in_tens(url, library.name, folder, some)
                n_writes = len(library.writes)
                _sync_in_tens(url, library.name, folder, some)
                assert len(library.writes) == n_writes
            assert _plain(library) == _plain(undisturbed), moment
        known, before = undisturbed, expected
    assert n_kills >= 30


def _kill_at(moment, process):
    """The fault that kills a process at an exchange: before it has an effect (even moments), or behind it."""
    numbers = count()

    def fault(*_):
        if next(numbers) == moment // 2:
            os.kill(process.pid, signal.SIGKILL)
            return "dropped" if moment % 2 == 0 else "lost"
        return None

    return fault


def _plain(library):
    """What a library holds, but for the numbers of versions."""
    return [{key: {name: value for name, value in one.items() if name != "version"} for key, one in table.items()}
            for table in (library.items, library.collections)]  # fmt: skip


HOSTILE = [
    {"itemType": "spaceship", "title": title(0), "url": "https://arxiv.org/abs/2001.00000"},
    {"itemType": "book", "title": None, "creators": None, "tags": None, "collections": None},
    {"itemType": "book", "title": 7, "creators": [{"creatorType": 5}], "date": ["x"]},
    {"title": title(1)},
    {"itemType": "book", "title": "\x1b[31m=HYPERLINK(1)", "extra": "enrich: \n\nDOI: 10.1/" + "x" * 3000},
    {"itemType": "preprint", "title": title(0), "extra": "enrich: arxiv:2001.00000\nenrich: arxiv:2001.00001"},
]


def test_strange_items_of_a_library_break_nothing_and_stay(step, library):
    for number, one in enumerate(HOSTILE):
        library.version += 1
        library.items[f"AAAAAAA{number + 2}"] = {"key": f"AAAAAAA{number + 2}", "version": library.version, **one}
    before = {key: dict(one) for key, one in library.items.items()}
    works = [work(0), work(1)]
    step(works)
    assert step(works).n_writes == 0
    for key, one in before.items():
        assert {
            name: library.items[key][name] for name in one if name not in ("version", "extra", "tags", "collections")
        } == {name: value for name, value in one.items() if name not in ("version", "extra", "tags", "collections")}


def test_a_type_that_the_schema_does_not_know_gets_only_its_identity(step, library):
    step([work(0)])
    (key,) = library.items
    library.items[key] |= {"itemType": "spaceship", "extra": "mine", "version": library.version + 1}
    library.version += 1
    step([published(0)])
    assert library.items[key]["itemType"] == "spaceship"
    assert library.items[key]["extra"] in ("mine", "mine\nenrich: arxiv:2001.00000")
