"""A service that sends values of another kind costs what it sends, never the run."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import pytest
from contract.test_sources import request_of, to_reply
from support.recordings import RECORDED, rows_of
from support.services import Answer, Facts, Services, serve

from enrich.model.record import Record, WorkType
from enrich.sources import SOURCES
from enrich.sources.base import ReplyError
from enrich.sources.replies import read_reply, to_sane
from enrich.store.codec import parse_record, to_json

STRANGE = [None, True, -1, 10**30, 1.5, "", "x", "\ud800", [], [None], {}, {"a": None}, "2018"]


def leaves(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from leaves(part, (*path, key))


def put(document, path, value):
    if not path:
        return value
    copy = json.loads(json.dumps(document))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def json_recordings():
    for name in SOURCES:
        rows = rows_of(name)
        for row in rows:
            if row["file"].endswith(".json") and row.get("status", 200) == 200:
                yield pytest.param(name, row, rows, id=f"{name}/{row['file']}")


@pytest.mark.parametrize(("name", "row", "rows"), list(json_recordings()))
def test_any_value_of_any_kind_in_any_place(name, row, rows):
    folder = RECORDED / name
    source = SOURCES[name](has_key=row.get("has_key", False))
    request = request_of(source, row, rows, folder)
    reply = to_reply(request, row, folder)
    document = json.loads(reply.content)
    generator = random.Random(name)
    places = list(leaves(document))
    for path in generator.sample(places, min(120, len(places))):
        for value in generator.sample(STRANGE, 5):
            content = json.dumps(put(document, path, value)).encode()
            damaged = to_reply(request, row, folder)
            object.__setattr__(damaged, "content", content)
            try:
                records = read_reply(source, damaged).records
            except ReplyError:
                continue
            for record in records:
                json.dumps(record.title, ensure_ascii=False).encode()
                assert parse_record(to_json(record)) == record


def test_values_of_another_kind_become_unknown():
    record = Record(
        source="x",
        identifiers=(),
        retrieved_at=datetime(2026, 1, 1, tzinfo=UTC),
        title="A\ud800",
        year=True,
        citation_count=-3,
        volume=12,
        license=["x"],
        type=WorkType.JOURNAL,
        keywords=("a", None),
    )
    sane = to_sane(record)
    assert (sane.title, sane.year, sane.citation_count, sane.volume, sane.license) == ("A?", None, None, "12", None)
    assert sane.keywords == ("a",)


@pytest.fixture
def services():
    with serve(Services(Facts.from_catalogue())) as running:
        yield running


@pytest.mark.slow
def test_a_damaged_row_costs_that_row_and_is_not_kept_as_unknown(services, tmp_path):
    from e2e.test_faults import run

    def damage(asked):
        rows = json.loads(services._semantic_scholar(asked).body)
        rows[0]["authors"] = [None]
        rows[1] = {**rows[1], "year": "2018", "citationCount": "7", "paperId": "x"}
        rows[2]["externalIds"] = 5
        return Answer(body=json.dumps(rows).encode())

    services.faults["semantic_scholar"] = damage
    bibliography, _ = run(services, tmp_path)
    assert sum(work.citation_count_source == "semantic_scholar" for work in bibliography.works) >= 69
    services.faults.clear()
    services.asked.clear()
    run(services, tmp_path, now="2026-11-23T04:00:00+00:00")
    assert services.counts()["semantic_scholar"] == 1


@pytest.mark.slow
def test_an_unreadable_reply_is_forgotten_and_the_source_named(services, tmp_path):
    from e2e.test_faults import run

    services.faults["semantic_scholar"] = lambda _: Answer(body=b'{"message": "Internal error"}')
    bibliography, current = run(services, tmp_path)
    assert current.failed_sources == ("semantic_scholar",)
    assert sum(work.citation_count_source == "openalex" for work in bibliography.works) == 71
    services.faults.clear()
    services.asked.clear()
    bibliography, _ = run(services, tmp_path, now="2026-11-23T04:00:00+00:00")
    assert services.counts()["semantic_scholar"] == 1
    assert sum(work.citation_count_source == "semantic_scholar" for work in bibliography.works) == 71
