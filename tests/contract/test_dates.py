"""No published version bears a date before its conference or issue: over every recorded reply, and on loopback."""

from __future__ import annotations

import json

import pytest
from contract.test_sources import request_of, to_reply, wire_reply
from support.known_works import preprint, record
from support.recordings import RECORDED, rows_of
from support.services import Facts, Services, environment, serve
from support.shared import ROOT, SHARED, needs_shared

from enrich.merge.claimed_values import is_published
from enrich.merge.versions import to_versions
from enrich.sources import SOURCES
from enrich.text.title_forms import normalize_title

SPEAKING = {"crossref", "dblp", "neurips", "pmlr", "acl", "openreview", "webpage", "datacite", "github"}
"""The sources that tell of the version that they name."""


def versions_of(records):
    return to_versions(records, normalize_title).all


def recorded():
    """Every record of every recorded reply."""
    for folder in sorted(RECORDED.iterdir()):
        rows = rows_of(folder.name)
        for row in rows:
            source = SOURCES[folder.name](has_key=row.get("has_key", False))
            if "error" not in row:
                yield from source.parse_reply(to_reply(request_of(source, row, rows, folder), row, folder)).records


def test_dates_of_publications_come_from_who_speaks_of_them():
    records = list(recorded())
    assert {one.source for one in records if one.date} >= {"openalex", "semantic_scholar", "arxiv", "pmlr", "neurips"}
    n_published = 0
    for one in records:
        arxiv = next((known.value for known in one.identifiers if known.scheme == "arxiv"), None)
        first = [
            early for early in records if early.source == "arxiv" and str(early.identifiers[0]) == f"arxiv:{arxiv}"
        ]
        for version in filter(is_published, versions_of([one, *first])):
            n_published += 1
            assert version.date is None or set(version.sources) & SPEAKING, version
            assert version.date is None or version.year in (None, version.date.year), version
            submitted = {early.date for early in first}
            assert version.date not in submitted, version
    assert n_published >= 20


@needs_shared
@pytest.mark.parametrize("file", ["search-2026-03.json", "title-search.json", "list-sample-5.json"])
def test_no_reply_of_an_index_dates_a_publication(file):
    reply = wire_reply("openalex", (SHARED / "wire" / "openalex" / file).read_bytes(), ["arxiv:1806.07366"])
    records = SOURCES["openalex"]().parse_reply(reply).records
    assert any(one.date and one.date.month for one in records)
    for one in records:
        for version in filter(is_published, versions_of([one])):
            assert (version.date, version.year) == (None, one.year)


def test_what_an_index_says_of_two_versions_is_taken_apart():
    mixed = record(
        "semantic_scholar", "s2:" + "a" * 40, "arxiv:1806.07366", "doi:10.1000/x", "doi:10.21203/rs.3.rs-1/v1",
        venue="NeurIPS", year=2018, date="2018-06-19",
    )  # fmt: skip
    versions = versions_of([mixed])
    assert [(one.stage, str(one.date), one.year, [str(i) for i in one.identifiers]) for one in versions] == [
        ("submitted", "2018-06-19", None, ["arxiv:1806.07366"]),
        ("submitted", "None", None, ["doi:10.21203/rs.3.rs-1/v1"]),
        ("published", "None", 2018, ["s2:" + "a" * 40, "doi:10.1000/x"]),
    ]


def test_every_doi_stands_with_the_version_that_it_names():
    conference = record("crossref", "doi:10.1000/conf", venue="A Conference", year=2019)
    journal = record("crossref", "doi:10.1000/jour", venue="A Journal", year=2020, type="journal")
    server = preprint()
    other = record("crossref", "doi:10.1101/2019.01.01.1", type="preprint", stage="submitted", date="2019-01-01")
    told = preprint(relations=journal.relations)
    found = to_versions([server, other, told, conference, journal], normalize_title, named={"doi:10.1000/jour"})
    assert [[str(i) for i in one.identifiers] for one in found.all] == [
        ["arxiv:1806.07366"], ["doi:10.1101/2019.01.01.1"], ["doi:10.1000/conf"], ["doi:10.1000/jour"],
    ]  # fmt: skip
    assert found.cited.venue == "A Journal"
    assert to_versions([conference, journal], normalize_title).cited.venue == "A Conference"


@pytest.mark.parametrize(
    ("row", "date"),
    [
        ({"published": [2018, 4, 17], "published-print": [2018, 12]}, "2018-12"),
        ({"published": [2018, 4, 17], "published-print": [2018]}, "2018-04-17"),
        ({"published": [2021, 6, 9], "event": {"start": {"date-parts": [[2021, 6, 20]]}}}, "2021-06-20"),
        ({"published": [2019, 12, 20], "event": {"start": {"date-parts": [[2020, 1, 19]]}}}, "2020-01-19"),
        ({"published": [2021, 9], "event": {"start": {"date-parts": [[2021, 9, 23]]}}}, "2021-09"),
        ({"published": [None]}, None),
    ],
)
def test_an_article_is_dated_by_its_issue_and_a_conference_when_it_begins(row, date):
    facts = {name: {"date-parts": [value]} if isinstance(value, list) else value for name, value in row.items()}
    body = {"message": {"items": [{"DOI": "10.1000/x", "title": ["T"], "type": "proceedings-article", **facts}]}}
    reply = wire_reply("crossref", json.dumps(body).encode(), ["doi:10.1000/x"])
    (found,) = SOURCES["crossref"]().parse_reply(reply).records
    assert (str(found.date) if found.date else None) == date
    assert found.year == (int(date[:4]) if date else None)


@pytest.mark.slow
def test_no_paper_of_the_founding_list_is_cited_with_the_day_of_its_preprint(tmp_path, monkeypatch):
    from enrich.config import load_settings
    from enrich.export.cited_work import to_cited_work
    from enrich.export.options import ExportOptions
    from enrich.session.session import Session

    with serve(Services(Facts.from_catalogue())) as services:
        for name, value in environment(services.port, ENRICH_STATE_DIR=str(tmp_path / "state")).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("ENRICH_NOW", "2026-11-22T03:00:00Z")
        with Session(load_settings()) as current:
            bibliography, _ = current.run([str(ROOT / "data" / "raw" / "awesome-neural-ode.md")], tmp_path / "o")
    published = [one for one in bibliography.works if one.type in ("conference", "journal")]
    assert len(published) > 50
    for work in published:
        first = next((one.date for one in work.versions if not is_published(one)), None)
        cited = to_cited_work(work, ExportOptions())
        is_same = first is not None and first.month and (cited.year, cited.month) == (first.year, first.month)
        assert not is_same, (work.title, cited.iso_date, first)
