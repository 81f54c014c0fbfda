"""Lines come from strangers: what one of them holds is read as far as it can be, and costs nothing beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from enrich.catalogue.record_lines import parse_line, to_line
from enrich.model.dates import PartialDate
from enrich.model.facts import Keyword
from enrich.model.identifiers import parse_identifier
from enrich.model.persons import Author
from enrich.model.record import (
    Notice,
    NoticeKind,
    Record,
    Relation,
    RelationKind,
    Repository,
    Stage,
    WorkLink,
    WorkType,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DOI = parse_identifier("doi", "10.1000/x")
WHOLE = Record(
    source="catalogue",
    identifiers=(DOI,),
    retrieved_at=NOW,
    title="Wells of Hof",
    authors=(Author("Ann Author", "Author", "Ann", orcid="0000-0002-1825-0097"), Author("CERN", is_organization=True)),
    authors_truncated=True,
    type=WorkType.JOURNAL,
    stage=Stage.PUBLISHED,
    year=2018,
    date=PartialDate(2018, 6),
    volume="31",
    is_open_access=False,
    citation_count=0,
    citation_count_at=NOW,
    counts_by_year=((2019, 3),),
    keyword_scores=(Keyword("Ode", 0.5),),
    references=(DOI,),
    relations=(Relation(RelationKind.HAS_PREPRINT, DOI),),
    notices=(Notice(NoticeKind.CORRECTED, DOI, PartialDate(2020), "publisher"),),
    links=(WorkLink("code", "https://example.org/code"),),
    repository=Repository(3, "Python", ("ode",), NOW),
    fact_sources={"title": "seen2"},
)
LINE = json.loads(json.dumps(to_line(WHOLE)))
OTHER_KINDS = ("x", "", 3, -1.5, True, [], [3], ["x"], [[]], [None], {}, {"a": 1}, [{"kind": "x"}], "9" * 30)


def test_a_line_says_all_that_its_record_said():
    assert parse_line(LINE) == WHOLE


@pytest.mark.parametrize("name", sorted(LINE.keys() - {"identifiers"}))
@pytest.mark.parametrize("value", OTHER_KINDS, ids=repr)
def test_a_value_of_another_kind_costs_only_itself(name, value):
    found = parse_line({**LINE, name: value}, retrieved_at=NOW)
    beside = {"title", "volume", "year", "relations", "references", "citation_count", "identifiers"} - {name}
    assert {one: getattr(found, one) for one in beside} == {one: getattr(WHOLE, one) for one in beside}


def test_a_volume_that_is_a_number_is_a_text():
    assert parse_line({**LINE, "volume": 31}).volume == "31"


def test_a_line_without_identifiers_or_date_is_none():
    for name in ("identifiers", "retrieved_at"):
        with pytest.raises(KeyError, match=name):
            parse_line({one: value for one, value in LINE.items() if one != name})
