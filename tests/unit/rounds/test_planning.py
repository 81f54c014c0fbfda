"""Rounds: who is asked for what, and when nobody is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from enrich.model.entry import Entry, EntryKind
from enrich.model.identifiers import parse_arxiv, parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.verdict import Status, Verdict
from enrich.rounds.asking import to_requests
from enrich.rounds.freshness import FreshnessRules, asked_lately
from enrich.rounds.planning import Memory, plan_identifiers, plan_titles
from enrich.sources import SOURCES
from enrich.works.clusters import Cluster
from enrich.works.matches import accept
from enrich.works.questions import title_question

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RULES = FreshnessRules()
NODE = parse_arxiv("1806.07366")
DOI = parse_identifier("doi", "10.1000/x")


@pytest.fixture
def sources():
    return [make() for make in SOURCES.values()]


def cluster(*identifiers, title="Neural Ordinary Differential Equations", kind=EntryKind.PAPER):
    entry = Entry(order=1, line=1, title=title, kind=kind, identifiers=identifiers)
    made = Cluster(entries=[("list", entry)])
    made.learn(identifiers, "list")
    return made


def record(source, *identifiers, age_days=0.0, **fields):
    defaults = {"title": "Neural Ordinary Differential Equations", "authors": (), "type": WorkType.PREPRINT}
    at = NOW - timedelta(days=age_days)
    return Record(source=source, identifiers=identifiers, retrieved_at=at, **{**defaults, **fields})


def believe(made, *records):
    for one in records:
        accept(made, one, Verdict(Status.STRONG, "test"), "identifier")
    return made


def plan(clusters, sources, memory=None, now=NOW):
    return plan_identifiers(clusters, sources, memory=memory or Memory(), rules=RULES, now=now)


def test_the_first_round_asks_batch_services_and_no_fallback(sources):
    asked = plan([cluster(NODE)], sources)
    assert set(asked) == {"arxiv", "semantic_scholar", "dblp", "openalex"}


def test_the_fallback_is_asked_when_the_first_choice_is_gone(sources):
    left = [one for one in sources if one.traits.name != "arxiv"]
    assert "datacite" in plan([cluster(NODE)], left)


def test_nobody_is_asked_twice_in_a_run(sources):
    memory = Memory(asked={(one.traits.name, str(NODE)) for one in sources})
    assert plan([cluster(NODE)], sources, memory) == {}


def complete(age_days):
    """A work of which everything was learned so many days ago."""
    published = {"type": WorkType.CONFERENCE, "stage": Stage.PUBLISHED, "venue": "NeurIPS", "age_days": age_days}
    preprint = {"authors": (parse_authors_of("Ricky T. Q. Chen"),), "date": parse_date("2018-06-19"), "abstract": "A."}
    return believe(
        cluster(NODE),
        record("arxiv", NODE, age_days=age_days, arxiv_category="cs.LG", **preprint),
        record("semantic_scholar", NODE, citation_count=5, **published),
        record("dblp", NODE, **published),
        record("openalex", NODE, age_days=age_days, language="en"),
    )


def parse_authors_of(name):
    from enrich.text.names import parse_name

    return parse_name(name)


def parse_date(text):
    from enrich.model.dates import parse_partial_date

    return parse_partial_date(text)


def test_a_fresh_work_is_left_alone(sources):
    assert plan([complete(0.5)], sources) == {}


def test_after_a_day_only_counts_are_asked_for(sources):
    assert plan([complete(2)], sources) == {"semantic_scholar": [NODE]}


def test_after_half_a_year_everything_is_asked_for(sources):
    assert set(plan([complete(200)], sources)) == {"arxiv", "semantic_scholar", "dblp", "openalex"}


def test_still_a_preprint_is_remembered_for_thirty_days(sources):
    preprint = record("semantic_scholar", NODE, age_days=20, stage=Stage.SUBMITTED, citation_count=5)
    young = believe(cluster(NODE), preprint)
    names = set(plan([young], [one for one in sources if one.traits.name == "semantic_scholar"]))
    assert names == {"semantic_scholar"}  # for the count
    memory = Memory(recent={("dblp", str(NODE)): NOW - timedelta(days=2)})
    assert "dblp" not in plan([young], sources, memory)


def test_not_found_is_remembered_for_a_week(sources):
    memory = Memory(recent={(one.traits.name, str(NODE)): NOW for one in sources})
    assert plan([cluster(NODE)], sources, memory) == {}


def test_a_stale_answer_is_asked_for_again_although_the_question_is_recent(sources):
    memory = Memory(recent={("semantic_scholar", str(NODE)): NOW - timedelta(days=2)})
    assert plan([complete(2)], sources, memory) == {"semantic_scholar": [NODE]}


def test_the_link_of_the_entry_is_confirmed_by_the_service_behind_it(sources):
    forum = parse_identifier("openreview", "PxTIG12RRHS")
    made = cluster(forum)
    believe(made, record("arxiv", NODE), record("dblp", NODE, venue="ICLR", stage=Stage.PUBLISHED))
    assert plan([made], sources)["openreview"] == [forum]


def test_an_identifier_that_led_to_another_work_is_not_asked_for(sources):
    made = cluster(NODE)
    made.refuse(record("arxiv", NODE, title="Tomatoes"), Verdict(Status.DIFFERENT, "test"))
    assert plan([made], sources) == {}
    assert plan_titles([made], sources, memory=Memory())["arxiv"][0].title == "Neural Ordinary Differential Equations"


def test_titles_go_to_one_source_after_the_other(sources):
    made = cluster()
    memory = Memory()
    order = []
    while found := plan_titles([made], sources, memory=memory):
        (name,) = found
        order.append(name)
        memory.asked.add((name, title_question(made.entry.title)))
    assert order == [one.traits.name for one in sources if one.traits.searches_titles]


def test_software_is_never_searched_for_by_title(sources):
    assert plan_titles([cluster(kind=EntryKind.SOFTWARE, title="torchdiffeq")], sources, memory=Memory()) == {}
    repository = parse_identifier("github", "rtqichen/torchdiffeq")
    assert plan([cluster(repository, kind=EntryKind.SOFTWARE)], sources) == {"github": [repository]}


def test_requests_grow_with_batches_and_not_with_entries(sources):
    clusters = [cluster(parse_arxiv(f"20{n % 12 + 1:02d}.{n:05d}"), title=f"Title {n}") for n in range(1000)]
    asked = plan(clusters, sources)
    counts = {
        one.traits.name: len(list(one.to_requests(asked[one.traits.name], {})))
        for one in sources
        if one.traits.name in asked
    }
    assert counts == {"arxiv": 10, "semantic_scholar": 2, "dblp": 20, "openalex": 10}


def test_what_a_source_tells_of_a_publication_overtakes_what_it_told_of_the_preprint():
    own = parse_identifier("s2", "0" * 40)
    told = {"source_url": "https://www.semanticscholar.org/paper/0", "request_key": "k"}
    before = record("semantic_scholar", own, age_days=2, citation_count=5, stage=Stage.SUBMITTED, **told)
    published = {"type": WorkType.JOURNAL, "stage": Stage.PUBLISHED, "venue": "Nature"}
    after = record("semantic_scholar", own, age_days=1, citation_count=9, **published, **told)
    for order in ((before, after), (after, before)):
        assert [one.record for one in believe(cluster(NODE), *order).matches] == [after]


def test_both_versions_that_one_reply_describes_stay():
    told = {"source_url": "https://arxiv.org/abs/1806.07366", "request_key": "k"}
    both = [record("arxiv", NODE, stage=stage, **told) for stage in (Stage.SUBMITTED, Stage.PUBLISHED)]
    again = [record("arxiv", NODE, stage=stage, age_days=9, **told) for stage in (Stage.SUBMITTED, Stage.PUBLISHED)]
    assert [one.record for one in believe(cluster(NODE), *again, *both).matches] == both


def test_each_request_of_a_title_search_knows_what_it_is_to_answer(sources):
    clusters = [cluster(title=f"The {name} of Everything") for name in ("Theory", "Practice", "History")]
    by_name = {one.traits.name: one for one in sources if one.traits.name in ("arxiv", "semantic_scholar")}
    for name, sizes in {"arxiv": [3], "semantic_scholar": [1, 1, 1]}.items():
        memory = Memory()
        (requests,) = to_requests(clusters, {name: by_name[name]}, memory, rules=RULES, now=NOW).values()
        answers = [memory.searches[one.key] for one in requests]
        assert [len(questions) for questions in answers] == sizes
        assert [one for some in answers for one in some] == [title_question(one.entry.title) for one in clusters]


def test_sources_take_turns_with_what_they_did_not_have_and_so_do_questions_that_are_requests_of_their_own():
    rules = FreshnessRules()
    sources = {name: make() for name, make in SOURCES.items()}
    questions = {(name, f"github:a/{number}"): NOW for name in sources for number in range(9)}

    def days_until_asked_again(key, sources=sources):
        return next(
            days
            for days in range(99)
            if not asked_lately({key: NOW}, sources, rules, NOW + timedelta(days=days, hours=1))
        )

    waits = {key: days_until_asked_again(key) for key in questions}
    assert set(waits.values()) <= set(range(7, 14))
    assert len({waits["dblp", f"github:a/{number}"] for number in range(9)}) == 1, "one batch"
    assert len({waits["github", f"github:a/{number}"] for number in range(9)}) > 3, "a request each"
    with_token = {**sources, "github": SOURCES["github"](has_key=True)}
    assert len({days_until_asked_again(("github", f"github:a/{n}"), with_token) for n in range(9)}) == 1
    assert len({waits[name, "github:a/0"] for name in ("arxiv", "datacite", "dblp", "openalex")}) == 4
