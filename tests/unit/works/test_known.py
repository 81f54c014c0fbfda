"""What the store and a catalogue know is judged again before it is believed, and may lead to more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.small_source import DOI, NODE, NOW, TITLE, cluster_of
from unit.works.test_works import OTHER, record

from enrich.corrections import Rejection, Target
from enrich.model.entry import EntryKind
from enrich.model.identifiers import parse_identifier
from enrich.model.record import Relation, RelationKind, WorkType
from enrich.model.verdict import Status, Verdict
from enrich.store.store import Store
from enrich.works.clusters import Match
from enrich.works.known import consult_catalogue, consult_store, consult_store_again
from enrich.works.matches import match_record
from enrich.works.questions import near_question, title_question

S2 = parse_identifier("s2", "a" * 40)


class Shelf:
    """A catalogue of a few records."""

    def __init__(self, *records):
        self.records = records
        self.searched = []

    def find(self, identifiers):
        return {one: [known for known in self.records if one in known.identifiers] for one in identifiers}

    def find_title(self, title):
        self.searched.append(title)
        return [one for one in self.records if one.title.casefold() == title.casefold()]

    def candidates(self, title, *, limit):
        return []

    def find_quoted(self, quote, *, limit):
        return []

    def versions(self, known):
        named = {one.identifier for one in known.relations}
        return [one for one in self.records if named.intersection(one.identifiers)]


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def sources_of(cluster):
    return [one.record.source for one in cluster.matches]


def test_what_a_record_of_the_store_teaches_is_looked_up_too(store):
    store.put_records([record("arxiv", NODE, DOI), record("crossref", DOI, S2), record("semantic_scholar", S2)])
    made = cluster_of(NODE)
    consult_store([made], store)
    assert sources_of(made) == ["arxiv", "crossref", "semantic_scholar"]
    consult_store([made], store)
    assert len(made.matches) == 3


def test_a_record_of_the_store_is_judged_again_because_lists_change(store):
    store.put_records([record("arxiv", NODE)])
    made = cluster_of(NODE, title=OTHER)
    consult_store([made], store)
    assert (made.matches, made.usable) == ([], [])


def test_the_answer_to_a_title_leads_to_its_work_and_what_came_near_is_remembered(store):
    store.put_records([record("arxiv", NODE), record("dblp", DOI, title=f"{TITLE} on Manifolds")])
    store.put_title_answer(title_question(TITLE), [NODE])
    store.put_title_answer(near_question(title_question("Neural Ordinary Equations on Manifolds")), [DOI])
    found, open_ = cluster_of(), cluster_of(title="Neural Ordinary Equations on Manifolds", order=2)
    consult_store([found, open_], store)
    assert sources_of(found) == ["arxiv"]
    assert not open_.has_identity
    assert [one.record.source for one in open_.near] == ["dblp"]


def test_what_came_near_may_be_a_page_and_is_told_to_works_without_identity_alone(store):
    page, title = parse_identifier("url", "https://x.org/a:b"), "Neural Ordinary Equations on Manifolds"
    store.put_records([record("webpage", page, title=f"{TITLE} on Manifolds"), record("arxiv", NODE, title=title)])
    store.put_title_answer(near_question(title_question(title)), [page])
    open_, known, untitled = cluster_of(title=title), cluster_of(NODE, title=title, order=2), cluster_of(title=None)
    known.learn([NODE], "store")
    match_record(known, record("arxiv", NODE, title=title), "identifier")
    assert known.has_identity
    consult_store([open_, known, untitled], store)
    assert [one.record.identifiers for one in open_.near] == [(page,)]
    assert (known.near, untitled.near) == ([], [])


def test_only_works_that_share_an_identifier_are_looked_up_again(store):
    alone, left, right = cluster_of(NODE), cluster_of(DOI, order=2), cluster_of(DOI, order=3)
    store.put_records([record("arxiv", NODE), record("crossref", DOI)])
    consult_store_again([alone, left, right], store)
    assert [sources_of(one) for one in (alone, left, right)] == [[], ["crossref"], ["crossref"]]


def test_a_catalogue_is_searched_by_title_where_no_service_can_be_asked():
    shelf = Shelf(record("catalogue", NODE))
    by_link, by_title = cluster_of(NODE), cluster_of(order=2)
    asked_later = cluster_of(DOI, order=3)
    consult_catalogue([by_link, by_title, asked_later], shelf)
    assert [sources_of(one) for one in (by_link, by_title, asked_later)] == [["catalogue"], ["catalogue"], []]
    assert [one.method for made in (by_link, by_title) for one in made.matches] == ["catalogue", "catalogue"]
    assert shelf.searched == [TITLE], "a DOI is for a service to answer"
    consult_catalogue([asked_later], shelf, is_last=True)
    assert sources_of(asked_later) == []
    assert [one.record.identifiers for one in asked_later.near] == [(NODE,)]
    consult_catalogue([cluster_of(NODE)], shelf, is_last=True)
    assert len(shelf.searched) == 2, "whom its link led to is not searched for"
    linked, unlinked = cluster_of(NODE), cluster_of()
    linked.absorb(unlinked)
    consult_catalogue([linked], shelf, is_last=True)
    assert len(shelf.searched) == 3, "the entry without a link may name another version"


def test_a_catalogue_is_searched_for_like_titles_where_none_is_equal():
    shelf = Shelf()
    shelf.candidates = lambda title, *, limit: [record("catalogue", NODE, title=f"{TITLE}.")] if 0 < limit < 100 else []
    made = cluster_of()
    consult_catalogue([made], shelf)
    assert [(one.method, one.record.identifiers) for one in made.matches] == [("catalogue", (NODE,))]


@pytest.mark.parametrize(("source", "is_searched"), [("list", True), ("catalogue", False)])
def test_who_has_a_record_of_somebody_else_is_not_searched_for(source, is_searched):
    shelf, made = Shelf(), cluster_of()
    bare = replace(record(source), identifiers=())
    made.matches = [Match(bare, Verdict(Status.EXACT, "test"), "catalogue")]
    consult_catalogue([made], shelf)
    assert bool(shelf.searched) == is_searched


def test_what_came_near_and_is_kept_no_more_is_nothing(store):
    open_ = cluster_of(title="Neural Ordinary Equations on Manifolds")
    store.put_title_answer(near_question(title_question(open_.entry.title)), [DOI])
    consult_store([open_], store)
    assert open_.near == []


def test_versions_that_name_each_other_are_one_work_whatever_their_titles():
    to_paper = (Relation(RelationKind.IS_PREPRINT_OF, DOI),)
    back = (Relation(RelationKind.HAS_PREPRINT, NODE),)
    for relations, n_matches in ((back, 2), ((), 1)):
        paper = record("catalogue", DOI, title=OTHER, type=WorkType.JOURNAL, relations=relations)
        made = cluster_of(NODE)
        consult_catalogue([made], Shelf(record("catalogue", NODE, relations=to_paper), paper))
        assert len(made.matches) == n_matches
        linked = [(one.verdict, one.method) for one in made.matches[1:]]
        assert linked == [(Verdict(Status.STRONG, "linked_versions"), "catalogue")] * (n_matches - 1)


def test_a_version_that_a_curator_rejects_is_not_taken_for_its_name():
    to_paper, back = (Relation(RelationKind.IS_PREPRINT_OF, DOI),), (Relation(RelationKind.HAS_PREPRINT, NODE),)
    made = cluster_of(NODE)
    made.rejections = (Rejection(target=Target(title="x"), reason="r", path="p", line=1, record=DOI),)
    paper = record("catalogue", DOI, type=WorkType.JOURNAL, relations=back)
    consult_catalogue([made], Shelf(record("catalogue", NODE, relations=to_paper), paper))
    assert [one.record.identifiers for one in made.matches] == [(NODE,)]


def test_a_repository_is_its_address_whatever_it_is_called():
    name = parse_identifier("github", "owner/name")
    made = cluster_of(name, title="My Favourite Solver")
    made.entries = [("list", replace(made.entry, kind=EntryKind.SOFTWARE))]
    consult_catalogue([made], Shelf(record("catalogue", name, title="renamed-since", retrieved_at=NOW)))
    assert len(made.matches) == 1


def test_a_work_whose_title_is_lost_is_found_by_the_abstract_that_the_entry_quotes_and_speaks_with_its_words(store):
    quote = " ".join(f"{first}word{second}" for first in "abcdefg" for second in "hijklm")
    told = record("arxiv", NODE, abstract=quote)
    for place, consult in enumerate((consult_catalogue, consult_store)):
        lost = cluster_of(title=None)
        lost.entries = [("list", replace(lost.entry, quote=quote))]
        shelf = Shelf(told)
        asked = []
        shelf.find_quoted = lambda quote, *, limit, asked=asked: asked.append((quote, 0 < limit < 100)) or [told]
        if place:
            store.put_records([told])
        consult([lost], store if place else shelf)
        assert place or asked == [(quote, True)]
        assert [one.method for one in lost.matches][:1] == ["abstract"]
        assert match_record(lost, record("crossref", NODE, DOI), "identifier").is_accepted
        assert not match_record(lost, record("dblp", DOI, title=OTHER), "identifier").is_accepted


def test_a_quotation_without_a_word_to_search_by_finds_nothing(store):
    store.put_records([record("arxiv", NODE, abstract="a of in by to 1 2 3 4")])
    assert store.find_quoted(["a of in by to 1 2 3 4"]) == [[]]
