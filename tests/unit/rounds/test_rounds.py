"""Rounds end when nobody can say more, whoever drives them; what a round learned is safe before the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.small_source import DOI, NODE, NOW, TITLE, TRAITS, Asked, SmallSource, answer, cluster_of

from enrich.corrections import Pin
from enrich.corrections.corrections import Target
from enrich.merge.assembly import to_works
from enrich.model.entry import ReadingList
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.verdict import Status, Verdict
from enrich.model.work import Bibliography
from enrich.rounds import rounds as rounds_module
from enrich.rounds.asking import to_requests
from enrich.rounds.freshness import FreshnessRules, asked_lately
from enrich.rounds.learning import Learner
from enrich.rounds.planning import Memory, plan_identifiers, plan_quotes
from enrich.rounds.rounds import drive, rounds
from enrich.rounds.source_health import SourceHealth, failures, missing_because, to_ledger, to_warnings
from enrich.rounds.wanted import answers, counts_only, missing_fields
from enrich.sources.base import Parsed, TitleQuestion
from enrich.store.store import Store
from enrich.works.clusters import Match
from enrich.works.provenance import to_evidence
from enrich.works.questions import near_question, quote_question, title_question

RULES = FreshnessRules()


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def learner_of(sources, store, health=None, discard=lambda _: None):
    health = health if health is not None else {name: SourceHealth() for name in sources}
    return Learner(sources, health, store, discard=discard, clock=lambda: NOW)


def begin(clusters, store, sources=None, memory=None, closed=dict):
    sources = {"small": SmallSource()} if sources is None else sources
    memory = memory or Memory()
    return rounds(
        clusters, sources, memory, learner=learner_of(sources, store), store=store, rules=RULES, clock=lambda: NOW,
        closed=closed,
    )  # fmt: skip


def test_an_identifier_that_a_round_learned_is_asked_for_in_the_next(store):
    second = SmallSource(name="second", schemes=(DOI.scheme,), searches_titles=False, settles=frozenset({"edition"}))
    asked = Asked({"arxiv:1806.07366": [TITLE, "doi:10.1000/x"]})
    (found,) = drive(begin([cluster_of(NODE)], store, {"small": SmallSource(), "second": second}), asked)
    assert asked.rounds == [["arxiv:1806.07366"], ["x", "x"]], (
        "of the one that lacks values, and of the one that takes it"
    )
    assert found.confirmed == {NODE, DOI}


def test_what_nobody_knows_is_searched_for_once_and_then_left(store):
    asked = Asked({})
    (found,) = drive(begin([cluster_of()], store), asked)
    assert asked.rounds == [[f"?{TITLE}"]]
    assert not found.has_identity


def test_nobody_is_asked_without_sources_and_none_that_is_closed(store):
    for generator in (begin([cluster_of(NODE)], store, {}), begin([cluster_of(NODE)], store, closed=lambda: {"small"})):
        with pytest.raises(StopIteration) as end:
            next(generator)
        assert len(end.value.value) == 1


def test_a_source_that_always_brings_another_request_does_not_ask_for_ever(store):
    numbers = iter(range(1000))

    def ask(requests):
        return [answer(one, more=[f"https://small.example/{next(numbers)}"]) for one in requests["small"]]

    drive(begin([cluster_of(NODE)], store), ask)
    assert next(numbers) < 20


def test_a_round_that_breaks_leaves_nothing_of_itself_in_the_store(store, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "set_follow_ups", stop)
    with pytest.raises(KeyboardInterrupt):
        drive(begin([cluster_of(NODE)], store), Asked({"arxiv:1806.07366": [TITLE]}))
    assert store.find_records([NODE]) == {}
    assert store.questions_since(NOW - timedelta(days=1)) == {}


def test_two_works_that_turn_out_to_be_one_are_linked(store):
    left, right = cluster_of(NODE), cluster_of(DOI, order=2)
    asked = Asked({"arxiv:1806.07366": [TITLE, "doi:10.1000/x"], "doi:10.1000/x": [TITLE, "arxiv:1806.07366"]})
    (found,) = drive(begin([left, right], store), asked)
    assert [entry.order for _, entry in found.entries] == [1, 2]


def test_requests_are_full_batches_and_titles_wait_for_identifiers():
    sources = {"small": SmallSource()}
    many = [cluster_of(NODE), cluster_of(DOI, order=2), cluster_of(order=3, title="Another Title of a Paper")]
    memory = Memory()
    first = to_requests(many, sources, memory, rules=RULES, now=NOW)
    assert [len(some) for some in first.values()] == [1]
    second = to_requests(many, sources, memory, rules=RULES, now=NOW)
    assert [one.url.partition("?")[2] for one in second["small"]] == [f"{TITLE}+{TITLE}", "Another Title of a Paper"]


def test_a_follow_up_is_asked_once_and_only_of_a_source_that_is_there():
    known, gone = Request(source="small", url="https://small.example/f"), Request(source="gone", url="https://g/")
    memory = Memory(follow_ups=[known, gone])
    sources = {"small": SmallSource()}
    assert to_requests([], sources, memory, rules=RULES, now=NOW) == {"small": [known]}
    assert to_requests([], sources, memory, rules=RULES, now=NOW) == {}


def test_replies_count_in_the_order_of_the_sources_however_they_come(store):
    sources = {"small": SmallSource(), "second": SmallSource(name="second")}
    replies = [answer(Request(source=name, url=name), known={"arxiv:1806.07366": [TITLE]}) for name in sources]
    orders = []
    for some in (replies, replies[::-1]):
        (found,) = learner_of(sources, store).learn(some, [cluster_of(NODE)], Memory())
        orders.append([one.record.source for one in found.matches])
    assert orders == [["small", "second"]] * 2


def test_a_reply_that_cannot_be_read_is_discarded_and_counts_against_its_source(store):
    sources, discarded = {"small": SmallSource()}, []
    health = {"small": SourceHealth()}
    bad = answer(Request(source="small", url="u"), content=b"<html>")
    late = answer(Request(source="small", url="v"), Outcome.SKIPPED)
    learner_of(sources, store, health, discarded.append).learn([bad, late], [cluster_of(NODE)], Memory())
    assert [one.outcome for one in discarded] == [Outcome.BROKEN]
    failed = failures(health, {})
    assert failed["small"].outcome is Outcome.BROKEN, "what was skipped after it tells nothing new"
    assert list(to_warnings(failed)) == ["small: no JSON; what only it knows is missing"]


def test_a_record_of_another_work_is_refused_and_kept(store):
    reply = answer(Request(source="small", url="u"), known={"arxiv:1806.07366": ["Frogs of the Alps in Winter"]})
    memory = Memory(asked={("small", str(NODE))})
    (found,) = learner_of({"small": SmallSource()}, store).learn([reply], [cluster_of(NODE)], memory)
    assert not found.matches
    assert found.usable == []
    assert store.find_records([NODE]), "or its refusal would be forgotten"
    assert memory.answered == {("small", str(NODE))}


def test_what_a_service_says_is_not_there_is_remembered_and_silence_is_not(store):
    reply = answer(Request(source="small", url="u"), silent=["arxiv:1806.07366"])
    for source, missed in ((SmallSource(), set()), (SmallSource(answers_for_all=True), {("small", str(NODE))})):
        learner_of({"small": source}, store).learn([reply], [cluster_of(NODE)], Memory())
        assert set(store.missed()) == missed


def test_the_ledger_says_what_each_source_served(store):
    health = {"small": SourceHealth()}
    reply = answer(Request(source="small", url="u"), known={"arxiv:1806.07366": [TITLE], "doi:10.1000/x": ["Other"]})
    learner_of({"small": SmallSource()}, store, health).learn([reply], [cluster_of(NODE)], Memory())
    (row,) = to_ledger([{"source": "small", "requests": 1}], health, {"small": {"venue": 1}})
    assert (row["records"], row["works"], row["missing"]) == (2, 1, {"venue": 1})
    (unheard,) = to_ledger([{"source": "second", "requests": 1}], health, {"small": {"venue": 1}})
    assert unheard == {"source": "second", "requests": 1, "records": 0, "works": 0, "missing": {}}


def test_a_source_that_was_left_alone_is_told_with_the_reply_that_closed_it():
    first, later = (answer(Request(source="small", url=url), Outcome.SERVER_ERROR) for url in "ab")
    health = {"small": SourceHealth(problem=later), "second": SourceHealth(), "third": SourceHealth(problem=later)}
    assert failures(health, {"small": first}) == {"small": first, "third": later}
    assert failures({"second": SourceHealth()}, {"second": first}) == {"second": first}


def lately(source, questions, days):
    asked = {(source.traits.name, one): NOW - timedelta(days=days) for one in questions}
    return {one for _, one in asked_lately(asked, {source.traits.name: source}, RULES, NOW)}


def test_what_nobody_had_comes_due_at_once_in_batches_and_by_turns_where_each_is_a_request():
    questions = [f"arxiv:2001.{number:05d}" for number in range(70)]
    for days in (6, 7, 8, 10, 13):
        assert len(lately(SmallSource(), questions, days)) == (70 if days <= 7 else 0)
    waiting = [len(lately(SmallSource(batch_size=1), questions, days)) for days in (7, 8, 10, 13, 14)]
    assert waiting[0] == 70 > waiting[1] > waiting[2] > waiting[3] > waiting[4] == 0


def test_a_value_is_fresh_up_to_its_last_moment():
    made = cluster_of(NODE)
    rules = FreshnessRules(retraction=timedelta(days=8))
    for age, is_missing in ((timedelta(days=7, hours=18), False), (timedelta(days=7, hours=18, seconds=1), True)):
        made.matches = [Match(told(age), Verdict(Status.EXACT, "test"), "identifier")]
        missing = missing_fields(made, [TRAITS], rules=rules, now=NOW)
        assert ("state" in missing) == is_missing
        assert "title" not in missing


def told(age):
    return Record(source="small", identifiers=(NODE,), retrieved_at=NOW - age, title=TITLE, type=WorkType.PREPRINT)


QUOTE = "We study a family of deep models whose hidden state is the solution of a differential equation. " * 4


def test_a_work_whose_title_is_lost_is_searched_for_by_its_abstract_in_one_source_after_the_other():
    lost = cluster_of(title=None)
    lost.entries = [("list", replace(lost.entry, quote=QUOTE))]
    sources = [SmallSource(), SmallSource(name="second", searches_abstracts=True)]
    memory = Memory()
    assert plan_quotes([lost, cluster_of(order=2)], sources, memory=memory) == {"second": [QUOTE]}
    memory.asked.add(("second", quote_question(QUOTE)))
    assert plan_quotes([lost], sources, memory=memory) == {}
    for change in ({"title": TITLE}, {"quote": "Too short to tell a work."}, {"quote": None}):
        other = cluster_of()
        other.entries = [("list", replace(lost.entry, **change))]
        assert plan_quotes([other], sources, memory=Memory()) == {}
    assert plan_quotes([lost], sources, memory=Memory(recent={("second", quote_question(QUOTE)): NOW})) == {}
    lost.matches = [Match(told(timedelta()), Verdict(Status.EXACT, "test"), "identifier")]
    assert plan_quotes([lost], sources, memory=Memory()) == {}


def test_what_an_earlier_source_will_settle_nobody_else_is_asked_for():
    def some(name, *settles):
        return SmallSource(name=name, settles=frozenset(settles), searches_titles=False)

    sources = [some("first", "title"), some("second", "date"), some("third", "title", "date"), some("last", "abstract")]
    plan = plan_identifiers([cluster_of(NODE)], sources, memory=Memory(), rules=RULES, now=NOW)
    assert plan == {"first": [NODE], "second": [NODE], "last": [NODE]}
    filling = SmallSource(name="filling", settles=frozenset(), supplies=frozenset({"title"}))
    beside = plan_identifiers([cluster_of(NODE)], [filling, *sources[:1]], memory=Memory(), rules=RULES, now=NOW)
    assert set(beside) == {"filling", "first"}, "who only fills a field settles nothing"


@pytest.mark.parametrize(("age", "asked"), [(200, {"small": [NODE]}), (1, {})])
def test_a_recent_question_is_asked_again_only_for_a_field_that_its_source_once_settled(age, asked):
    made = cluster_of(NODE)
    made.matches = [Match(told(timedelta(days=age)), Verdict(Status.EXACT, "test"), "identifier")]
    memory = Memory(recent={("small", str(NODE)): NOW})
    sources = [SmallSource(settles=frozenset({"title", "abstract"}))]
    assert plan_identifiers([made], sources, memory=memory, rules=RULES, now=NOW) == asked, "it never told an abstract"


def test_of_whom_one_question_holds_all_there_is_no_second_by_another_identifier():
    memory = Memory(asked={("small", str(NODE))})
    for asks_once, asked in ((True, {}), (False, {"small": [DOI]})):
        sources = [SmallSource(asks_once=asks_once)]
        assert plan_identifiers([cluster_of(NODE, DOI)], sources, memory=memory, rules=RULES, now=NOW) == asked


def test_the_link_of_an_entry_is_missing_until_the_service_behind_it_has_spoken():
    services = [TRAITS, replace(TRAITS, name="registry", schemes=(DOI.scheme,), settles=frozenset({"title"}))]
    for made, is_missing in ((cluster_of(NODE), True), (cluster_of(), False)):
        assert ("link" in missing_fields(made, services, rules=RULES, now=NOW)) == is_missing
    assert "link" not in missing_fields(cluster_of(DOI), services[1:], rules=RULES, now=NOW), "it keeps no pages"
    other = [replace(TRAITS, schemes=(DOI.scheme,))]
    assert "link" not in missing_fields(cluster_of(NODE), other, rules=RULES, now=NOW), "of no service"
    heard = cluster_of(NODE)
    heard.matches = [Match(told(timedelta(days=999)), Verdict(Status.EXACT, "test"), "identifier")]
    assert "link" not in missing_fields(heard, services, rules=RULES, now=NOW)


@pytest.mark.parametrize(
    ("name", "silent", "telling"),
    [
        ("venue", {"type": WorkType.CONFERENCE}, {"venue": "NeurIPS", "type": WorkType.CONFERENCE}),
        ("venue", {"type": WorkType.JOURNAL}, {"type": WorkType.PREPRINT}),
        ("references", {}, {"references": (DOI,)}),
        ("references", {}, {"citation_count": 0}),
        *((name, {"title": None}, {}) for name in ("edition", "language", "state", "title")),
        *((name, None, {"title": None}) for name in ("repository", "license", "link")),
        ("abstract", {"abstract": ""}, {"abstract": "A."}),
        ("citation_count", {}, {"citation_count": 0}),
    ],
)
def test_what_is_an_answer_about_a_field(name, silent, telling):
    assert answers(replace(told(timedelta()), **telling), name)
    assert silent is None or not answers(replace(told(timedelta()), **silent), name)


@pytest.mark.parametrize(
    ("stage", "venue", "age", "is_missing"),
    [
        (Stage.PUBLISHED, "NeurIPS", 100, False), (Stage.PUBLISHED, "NeurIPS", 200, True),
        (Stage.PUBLISHED, None, 100, True), (Stage.SUBMITTED, "arXiv", 20, False),
        (Stage.SUBMITTED, "arXiv", 100, True),
    ],
)  # fmt: skip
def test_the_venue_of_a_publication_is_believed_longer_than_that_of_a_preprint(stage, venue, age, is_missing):
    made = cluster_of(NODE)
    one = replace(told(timedelta(days=age)), stage=stage, venue=venue)
    made.matches = [Match(one, Verdict(Status.EXACT, "test"), "identifier")]
    assert ("venue" in missing_fields(made, [TRAITS], rules=RULES, now=NOW)) == is_missing


@pytest.mark.parametrize(("takes_all", "asked"), [(False, [NODE]), (True, [NODE, DOI])])
def test_a_source_is_asked_by_the_identifier_that_it_likes_best_or_by_all(takes_all, asked):
    sources = [SmallSource(takes_all=takes_all)]
    assert plan_identifiers([cluster_of(DOI, NODE)], sources, memory=Memory(), rules=RULES, now=NOW) == {"small": asked}


def test_what_is_missing_for_want_of_a_source_is_what_it_settles_and_nobody_told():
    made = cluster_of(NODE)
    made.matches = [Match(told(timedelta()), Verdict(Status.EXACT, "test"), "identifier")]
    lists = (ReadingList(name="list", source="list.md", entries=(made.entry,)),)
    works = to_works(to_evidence([made], lists, work_ids={}, missed={}, read_at=NOW), lists, {})
    known = Bibliography(lists=lists, works=works, entry_works={}, run_id="", started_at=NOW, code_version="0")
    sources = {"small": SmallSource(), "second": SmallSource(name="second", schemes=(DOI.scheme,))}
    found = missing_because(sources, sources, [made], known)
    assert found == {"small": {"abstract": 1, "authors": 1, "date": 1, "language": 1}}


def test_what_one_work_brought_is_recalled_once_for_another_that_learned_its_identifier_later(store, monkeypatch):
    recalled = []
    again = rounds_module.consult_store_again
    monkeypatch.setattr(rounds_module, "consult_store_again", lambda *some: recalled.append(1) or again(*some))
    store.put_records([told(timedelta())])
    made = cluster_of(NODE), cluster_of(NODE, order=2, title=f"{TITLE}.")
    (found,) = drive(begin(list(made), store, closed=lambda: {"small"}), Asked({}))
    assert recalled == [1]
    assert [one.record.source for one in found.matches] == ["small"]


@pytest.mark.parametrize(
    ("settles", "supplies", "is_counting"),
    [
        ({"citation_count", "references"}, set(), True),
        ({"citation_count"}, {"references"}, True),
        ({"citation_count", "title"}, {"references"}, False),
        ({"citation_count"}, {"title"}, False),
    ],
)
def test_a_source_that_knows_nothing_but_who_cites_whom(settles, supplies, is_counting):
    traits = replace(TRAITS, settles=frozenset(settles), supplies=frozenset(supplies))
    assert counts_only(traits) == is_counting


def test_an_abstract_is_asked_for_last_and_its_answer_is_matched_by_it(store):
    lost = cluster_of(title=None)
    lost.entries = [("list", replace(lost.entry, quote=QUOTE))]
    sources = {"small": SmallSource(searches_abstracts=True)}
    memory = Memory()
    (request,) = to_requests([lost], sources, memory, rules=RULES, now=NOW)["small"]
    assert request.url.endswith("~We study ")
    assert memory.searches == {request.key: [quote_question(QUOTE)]}
    known = replace(told(timedelta()), abstract=QUOTE)
    sources["small"].parse_reply = lambda _: Parsed(records=(known,))
    (found,) = learner_of(sources, store).learn([answer(request)], [lost], memory)
    assert [one.method for one in found.matches] == ["abstract"]
    assert store.title_answers([quote_question(QUOTE)]) == {quote_question(QUOTE): [str(NODE)]}


def test_a_work_that_a_search_finds_is_matched_by_its_title_and_remembered_as_its_answer(store):
    open_, memory, health = cluster_of(), Memory(), {"small": SourceHealth()}
    sources = {"small": SmallSource()}
    (request,) = to_requests([open_], sources, memory, rules=RULES, now=NOW)["small"]
    reply = answer(request, known={"arxiv:1806.07366": [TITLE], "doi:10.1000/x": ["Frogs of the Alps in Winter"]})
    (found,) = learner_of(sources, store, health).learn([reply], [open_], memory)
    assert [(one.method, one.record.identifiers) for one in found.matches] == [("title", (NODE,))]
    question = title_question(TITLE)
    assert memory.answered == {("small", question)}
    assert set(store.questions_since(NOW - timedelta(days=1))) == {("small", question)}
    assert store.title_answers([question]) == {question: [str(NODE)]}
    assert set(store.find_records([NODE, DOI])) == {str(NODE)}, "what nobody looked for is not kept"
    assert (health["small"].records, health["small"].works) == (2, {("list", 1)})


def test_what_came_near_to_a_title_is_kept_for_the_next_run(store):
    open_ = cluster_of(title=f"{TITLE} on Manifolds and Beyond")
    memory, sources = Memory(), {"small": SmallSource()}
    (request,) = to_requests([open_], sources, memory, rules=RULES, now=NOW)["small"]
    reply = answer(request, known={"arxiv:1806.07366": [TITLE]})
    (found,) = learner_of(sources, store).learn([reply], [open_], memory)
    assert not found.has_identity
    question = near_question(title_question(open_.entry.title))
    assert store.title_answers([question]) == {question: [str(NODE)]}
    assert store.find_records([NODE])


def test_no_kept_reply_is_older_than_the_shortest_time():
    assert RULES.newest_needed(NOW) == NOW - timedelta(hours=18)


@pytest.mark.parametrize(("asks_once", "asked"), [(False, {"small": [DOI]}), (True, {})])
def test_what_was_not_answered_lately_is_not_asked_again(asks_once, asked):
    memory = Memory(recent={("small", str(NODE)): NOW})
    sources = [SmallSource(asks_once=asks_once)]
    assert plan_identifiers([cluster_of(NODE, DOI)], sources, memory=memory, rules=RULES, now=NOW) == asked


@pytest.mark.parametrize(("batch_size", "asked"), [(1, [DOI]), (2, [DOI, NODE])])
def test_the_link_of_a_pinned_entry_is_asked_for_only_in_a_batch_that_is_asked_for_anyway(batch_size, asked):
    made = cluster_of(NODE)
    made.pins = (Pin(target=Target(title="x"), reason="r", path="p", line=1, identifier=DOI),)
    made.learn((DOI,), "corrections")
    sources = [SmallSource(batch_size=batch_size)]
    assert plan_identifiers([made], sources, memory=Memory(), rules=RULES, now=NOW) == {"small": asked}


def test_a_search_is_helped_by_what_the_list_says():
    hints = {}

    class Curious(SmallSource):
        def to_requests(self, identifiers, given):
            hints.update(given)
            return super().to_requests(identifiers, given)

    made = cluster_of(NODE)
    made.entries = [("list", replace(made.entry, authors=("Chen",), year=2018))]
    to_requests([made], {"small": Curious()}, Memory(), rules=RULES, now=NOW)
    assert hints == {NODE: TitleQuestion(TITLE, ("Chen",), 2018)}
