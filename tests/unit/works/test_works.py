"""Which entries and records are one work: linkage, matches, and the evidence that is made of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.small_source import DOI, NODE, NOW, TITLE, cluster_of

from enrich.corrections import Rejection, Target, load_corrections
from enrich.model.entry import Entry, EntryKind, Link, LinkRole, ReadingList
from enrich.model.identifiers import parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.verdict import Status, Verdict
from enrich.works.linkage import link_clusters, to_clusters
from enrich.works.matches import accept, is_decisive, match_candidates, match_record
from enrich.works.provenance import data_time, to_evidence
from enrich.works.questions import near_question, search_question

OTHER = "Frogs of the Alps in Winter"


def record(source="arxiv", *identifiers, **fields):
    return Record(
        source=source, identifiers=identifiers or (NODE,),
        **{"retrieved_at": NOW, "title": TITLE, "type": WorkType.PREPRINT, **fields},
    )  # fmt: skip


def entries(*made):
    numbered = tuple(replace(one, order=number, line=number) for number, one in enumerate(made, 1))
    return [ReadingList(name="list", source="list.md", entries=numbered)]


def entry(title=TITLE, *identifiers, kind=EntryKind.PAPER):
    return Entry(order=0, line=0, title=title, identifiers=identifiers, kind=kind, year=2018)


@pytest.mark.parametrize(
    ("left", "right", "size"),
    [
        (entry(TITLE, NODE), entry(TITLE.upper(), NODE), 1),
        (entry(TITLE, NODE), entry(OTHER, NODE), 2),
        (entry(TITLE, NODE), entry(TITLE, NODE, kind=EntryKind.BOOK), 2),
        (entry(TITLE), entry(TITLE.upper()), 1),
        (entry(None), entry(None), 2),
    ],
    ids=["same link and title", "a wrong link", "another kind", "same title", "nothing said"],
)
def test_entries_are_one_work_when_link_and_words_agree(left, right, size):
    assert len(to_clusters(entries(left, right))) == size


def test_clusters_with_records_of_one_identifier_are_linked_and_keep_everything():
    left, right = cluster_of(NODE), cluster_of(DOI, order=2)
    accept(left, record("arxiv", NODE, DOI), Verdict(Status.EXACT, "test"), "identifier")
    accept(right, record("crossref", DOI, type=WorkType.JOURNAL), Verdict(Status.EXACT, "test"), "identifier")
    (both,) = link_clusters([left, right])
    assert [one.record.source for one in both.matches] == ["arxiv", "crossref"]
    assert both.place == ("list", 1)
    alone = cluster_of(parse_identifier("arxiv", "2003.08063"))
    assert len(link_clusters([both, alone])) == 2


def test_a_record_is_matched_by_its_words_and_refused_by_others():
    matched, refused = cluster_of(NODE), cluster_of(NODE)
    assert match_record(matched, record(), "identifier").is_accepted
    assert not match_record(refused, record(title=OTHER), "identifier").is_accepted
    assert (matched.identity, refused.identity) == ([NODE], [])
    assert [one.record.title for one in refused.near] == [OTHER]


def test_a_renamed_paper_is_matched_with_the_record_that_was():
    made = cluster_of(NODE)
    match_record(made, record("crossref", NODE, DOI), "identifier")
    assert match_record(made, record("arxiv", NODE), "identifier").is_accepted


def test_a_newer_word_of_a_source_takes_the_place_of_the_older_and_never_the_other_way():
    made = cluster_of(NODE)
    old, new = (
        record(retrieved_at=NOW.replace(day=day), citation_count=day, source_url="https://x", request_key="k")
        for day in (1, 9)
    )
    for one in (old, new, old):
        accept(made, one, Verdict(Status.EXACT, "test"), "identifier")
    assert [one.record.citation_count for one in made.matches] == [9]


def test_of_candidates_only_a_single_work_is_matched_and_the_others_are_near():
    twin = parse_identifier("arxiv", "2003.08063")
    made = cluster_of()
    assert match_candidates(made, [record(title=OTHER)], "title") == ()
    two = [record("dblp", NODE, authors=(), year=2018), record("dblp", twin, authors=(), year=1999)]
    assert len(match_candidates(cluster_of(), two[:1], "title")) == 1
    chosen = match_candidates(made, two, "title")
    assert chosen == ()
    assert {one.record.identifiers for one in made.near} == {(NODE,), (twin,)}


def test_what_is_searched_for_and_what_names_nothing():
    assert search_question(entry()) == "title:neural ordinary differential equations"
    assert search_question(entry(None)) is None
    assert near_question("title:x") == "near:x"
    assert is_decisive(NODE)
    assert not is_decisive(parse_identifier("url", "https://example.org/x"))


def test_the_evidence_of_a_work_holds_its_published_name_and_its_dead_links():
    link = Link("https://arxiv.org/abs/1806.07366", "paper", LinkRole.PAPER)
    (made,) = to_clusters(entries(replace(entry(TITLE, NODE), links=(link,))))
    match_record(made, record(), "identifier")
    (one,) = to_evidence(
        [made], entries(entry()), work_ids={str(NODE): "title:older"}, missed={("arxiv", str(NODE)): NOW}, read_at=NOW
    )
    assert one.published_as == "title:older"
    assert [(dead.source, dead.url) for dead in one.dead_links] == [("arxiv", link.url)]
    assert [(known.source, method) for known, method in one.records] == [("arxiv", "identifier")]
    assert data_time([made], NOW.replace(year=1999)) == NOW


def test_a_cluster_that_takes_another_over_keeps_what_both_were_told():
    third, fourth = (parse_identifier("arxiv", f"2003.0806{number}") for number in (3, 4))
    left, right = cluster_of(NODE, third), cluster_of(DOI, NODE, fourth, order=2)
    for made, wrong in ((left, third), (right, fourth)):
        match_record(made, record("arxiv", wrong, title=OTHER), "identifier")
        match_record(made, record("arxiv", NODE), "identifier")
    (both,) = link_clusters([left, right])
    assert both.usable == [NODE, DOI]
    assert {one.identifier for one in both.refusals.values()} == {third, fourth}
    assert [one.record.identifiers for one in both.near] == [(third,), (fourth,)]
    assert len(both.matches) == 1


def test_a_repository_is_the_identity_of_software_and_no_part_of_that_of_a_paper():
    name = parse_identifier("github", "owner/name")
    software, paper = (entry(TITLE, name, kind=kind) for kind in (EntryKind.SOFTWARE, EntryKind.PAPER))
    assert [list(one.identifiers) for one in to_clusters(entries(software, paper))] == [[name], []]


def test_what_a_curator_keeps_apart_is_not_linked():
    def pair():
        for number, own in enumerate((NODE, DOI), 1):
            made = cluster_of(own, order=number)
            accept(made, record("openalex", own, NODE, DOI), Verdict(Status.EXACT, "test"), "identifier")
            yield made

    assert len(link_clusters(list(pair()))) == 1
    left, right = pair()
    left.rejections = (Rejection(target=Target(title="x"), reason="r", path="p", line=1, record=DOI),)
    assert len(link_clusters([left, right])) == 2


def test_the_word_of_a_curator_counts_before_every_edition(tmp_path):
    text = '[[override]]\nwork = "arxiv:1806.07366"\nfield = "venue"\nvalue = "ICML"\nreason = "r"\n'
    made = cluster_of(NODE)
    (tmp_path / "corrections.toml").write_text(text, "utf-8")
    corrections = load_corrections(tmp_path / "corrections.toml")
    (one,) = to_evidence([made], entries(entry()), work_ids={}, missed={}, read_at=NOW, corrections=corrections)
    assert [(value.field, value.value, value.is_published, value.note) for value in one.corrected] == [
        ("venue", "ICML", True, "r")
    ]


@pytest.mark.parametrize(
    ("known", "later", "kept"),
    [
        ({}, {"stage": Stage.PUBLISHED}, 2),
        ({"request_key": "k", "source_url": "https://x"}, {"stage": Stage.PUBLISHED}, 1),
        ({}, {}, 1),
        ({}, {"source_url": "https://other"}, 2),
    ],
    ids=["two versions", "one address told anew", "the same version", "another address"],
)
def test_which_word_of_a_source_takes_the_place_of_which(known, later, kept):
    made = cluster_of(NODE)
    first = record(**known)
    accept(made, first, Verdict(Status.EXACT, "test"), "identifier")
    newer = replace(first, retrieved_at=NOW.replace(hour=5), **later)
    accept(made, newer, Verdict(Status.EXACT, "test"), "identifier")
    assert len(made.matches) == kept
    assert made.matches[-1].record == newer
