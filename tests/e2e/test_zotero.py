"""``enrich zotero`` from the outside: the founding list and a large library on loopback."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from support.command import run_enrich
from support.services import Facts, Services, environment, serve
from support.shared import ROOT
from support.zotero import KEY, Library, serve_library

from enrich.zotero.item_types import item_types

pytestmark = pytest.mark.slow

LIST = ROOT / "data" / "raw" / "awesome-neural-ode.md"


@pytest.fixture
def library():
    return Library()


@pytest.fixture
def enrich(library, tmp_path):
    with serve_library(library) as url:

        def run(*arguments, **variables):
            own = {
                "ENRICH_STATE_DIR": str(tmp_path / "state"), "ENRICH_OUT_DIR": str(tmp_path / "out"),
                "ENRICH_ZOTERO__API_KEY": KEY, "ENRICH_ZOTERO__BASE_URL": url, "ENRICH_ZOTERO__MIN_INTERVAL_S": "0",
                "ENRICH_ZOTERO__LIBRARY": library.name, "ENRICH_MANNERS__BACKOFF_S": "0.01", "PATH": "/usr/bin:/bin",
            }  # fmt: skip
            return run_enrich(
                arguments, {name: value for name, value in {**own, **variables}.items() if value}, tmp_path
            )

        yield run


def held(library):
    """Where the works stand: titles by the path of their collection."""

    def path(key):
        one = library.collections[key]
        return [*(path(one["parentCollection"]) if one["parentCollection"] else []), one["name"]]

    found = Counter()
    for one in library.items.values():
        for key in one["collections"]:
            found[tuple(path(key))] += 1
    return found


def test_the_founding_list_is_in_the_library_after_six_writes_and_stays(enrich, library, tmp_path):
    done = enrich("zotero", "sync", LIST, "--offline")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0, "users/475425/Awesome Neural ODE: 84 created, 0 unchanged (2 reads, 3 writes)",
    ), done.stderr  # fmt: skip
    assert len(library.writes) <= 6
    kinds = Counter(one["itemType"] for one in library.items.values())
    assert kinds == {"conferencePaper": 52, "preprint": 13, "journalArticle": 10, "computerProgram": 8, "blogPost": 1}
    for one in library.items.values():
        known = item_types()[one["itemType"]]
        filled = {
            name
            for name, value in one.items()
            if value and name not in ("key", "version", "itemType", "tags", "collections", "creators")
        }
        assert filled <= set(known.fields.values())
        assert {creator["creatorType"] for creator in one["creators"]} <= set(known.creators)
        assert re.match(r"enrich: \S+\nCitation Key: \S+", one["extra"])
    places = held(library)
    assert ("Awesome Neural ODE", "Software and Libraries", "Python") in places
    assert sum(places.values()) >= 84
    library.asked.clear()
    again = enrich("zotero", "sync", tmp_path / "out/awesome-neural-ode")
    assert again.stdout == "users/475425/Awesome Neural ODE: 84 unchanged (1 reads, 0 writes)\n"
    assert (len(library.reads), library.writes) == (1, [])
    undone = enrich("zotero", "undo")
    assert undone.stdout.splitlines()[-1] == "users/475425: 110 deleted"
    assert (library.items, library.collections) == ({}, {})


def test_a_large_library_keeps_all_that_its_owner_wrote_and_gets_no_double(enrich, library, tmp_path):
    """5,000 items, of which 60 are works of the list without DOI, in capitals, as preprints or without identifiers."""
    enrich("run", LIST, "--offline")
    works = json.loads((tmp_path / "out/awesome-neural-ode/works.csl.json").read_text())
    works = [one for one in works if " " in one["title"] and "author" in one]  # a program is no article
    for place, one in enumerate(works[:60]):
        shape = place % 4
        names = [{"creatorType": "author", "lastName": who["family"], "firstName": who.get("given", "")[:1]}
                 for who in one["author"] if "family" in who]  # fmt: skip
        plain = re.sub(r"<[^>]+>", "", one["title"])
        title = plain.upper() if shape == 0 else plain
        year = str(one["issued"]["date-parts"][0][0]) if "issued" in one else ""
        facts = {"date": year, "creators": names} if shape != 3 else {"creators": names}
        key = f"WRK{place:05d}".translate(str.maketrans("01", "AB"))
        kind = "preprint" if shape == 1 else "journalArticle"
        library.put("items", key=key, itemType=kind, title=title, extra="read me", **facts)
    for number in range(4_940):
        library.put(
            "items", key=f"X{number:07d}".translate(str.maketrans("01", "AB")), itemType="book",
            title=f"Catalogue of {number * 7919 % 4940} old ships and their harbours", date=str(1900 + number % 100),
            creators=[{"creatorType": "author", "lastName": f"Sailor{number % 977}", "firstName": "John"}],
        )  # fmt: skip
    before = {key: dict(one) for key, one in library.items.items()}
    done = enrich("zotero", "sync", tmp_path / "out/awesome-neural-ode", "--json")
    (report,) = json.loads(done.stdout)
    unlinked = [
        one["title"]
        for one in library.items.values()
        if one["itemType"] in ("preprint", "journalArticle") and one["extra"] == "read me"
    ]
    assert report["counts"]["link"] == 60, unlinked
    assert report["counts"]["create"] == 24
    assert "duplicate" not in report["counts"]
    assert report["conflicts"] == []
    assert report["n_reads"] == 51
    for key, one in before.items():
        for name, value in one.items():
            if value and name not in ("version", "extra", "tags", "collections"):
                assert library.items[key][name] == value
        assert library.items[key].get("extra", "").startswith(one.get("extra", ""))
    assert len(library.items) == 5_024


def test_the_key_is_nowhere_but_on_the_wire(enrich, library, tmp_path):
    done = [
        enrich("zotero", "sync", LIST, "--offline", "--log-level", "debug", "--log-format", "json"),
        enrich("zotero", "sync", LIST, "--offline", ENRICH_ZOTERO__API_KEY=f"{KEY}x"),
        enrich("zotero", "sync", LIST, "--offline", "--library", "users/1"),
    ]
    assert [one.returncode for one in done] == [0, 2, 2]
    assert (
        done[1]
        .stderr.strip()
        .splitlines()[-1]
        .startswith("enrich: Zotero refuses the key for users/475425; give a key")
    )
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in written
    assert not any(KEY in one.stdout or KEY in one.stderr for one in done)
    assert all(one.headers["zotero-api-key"].startswith(KEY) for one in library.asked)


@pytest.mark.parametrize(
    ("arguments", "variables", "line"),
    [
        (["sync", "x.md"], {"ENRICH_ZOTERO__API_KEY": ""}, "enrich: no key for Zotero; set ENRICH_ZOTERO__API_KEY"),
        (["sync", "x.md", "--library", "me"], {}, "enrich: 'me' is no library; write --library users/ID or groups/ID"),
        (["sync"], {}, "enrich: no lists"),
        (["sync", "x.md"], {}, "enrich: x.md: no such file"),
    ],
)
def test_a_mistake_is_one_line(arguments, variables, line, enrich):
    done = enrich("zotero", *arguments, **variables)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith(line), done.stderr
    assert "Traceback" not in done.stderr


def test_a_night_brings_the_library_in_step_and_a_quiet_one_asks_nothing(enrich, library, tmp_path):
    (tmp_path / "list.md").write_text(
        "# Papers\n\n- [Neural Ordinary Differential Equations](https://arxiv.org/abs/1806.07366)\n"
    )
    with serve(Services(Facts.from_catalogue())) as services:
        first = enrich("nightly", "list.md", **environment(services.port))
        assert first.returncode == 0, first.stderr
        assert "1 created" in first.stdout
        library.asked.clear()
        second = enrich("nightly", "list.md", **environment(services.port))
        assert (second.returncode, library.writes, len(library.reads) <= 1) == (0, [], True)
        (tmp_path / "list.md").write_text(
            (tmp_path / "list.md").read_text() + "- [FFJORD](https://arxiv.org/abs/1810.01367)\n"
        )
        library.name = "users/9"
        third = enrich("nightly", "list.md", ENRICH_ZOTERO__LIBRARY="users/475425", **environment(services.port))
        assert third.returncode == 0
        assert "Zotero knows no library users/475425" in third.stderr
        library.name = "users/475425"
        fourth = enrich("nightly", "list.md", **environment(services.port))
        assert "1 created, 1 unchanged" in fourth.stdout
    assert len(library.items) == 2
