"""Which entries and records are one work: linkage, matches, and the evidence that is made of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.small_source import DOI, NODE, NOW, TITLE, cluster_of

from enrich.corrections import Pin, Rejection, Target, load_corrections
from enrich.errors import ConfigError
from enrich.matching.reasons import Reason
from enrich.model.entry import Entry, EntryKind, Link, LinkRole, ReadingList
from enrich.model.identifiers import parse_identifier
from enrich.model.record import Record, Relation, RelationKind, Stage, WorkType
from enrich.model.verdict import Status, Verdict
from enrich.model.work import DeadLink
from enrich.text.names import parse_name
from enrich.works.clusters import Match
from enrich.works.linkage import link_clusters, to_clusters
from enrich.works.matches import accept, is_decisive, match_candidates, match_quoted, match_record
from enrich.works.provenance import data_time, to_evidence
from enrich.works.questions import near_question, search_question

S2 = parse_identifier("s2", "a" * 40)
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
    alone = cluster_of()
    assert match_candidates(alone, two[:1], "title") == (two[0],)
    (match,) = alone.matches
    assert (match.record, match.method, match.verdict.is_accepted) == (two[0], "title", True)
    pinned = cluster_of()
    pinned.pins = (pin(DOI),)
    assert match_candidates(pinned, two[:1], "title") == (), "a curator has said what it is"
    chosen = match_candidates(made, two, "title")
    assert chosen == ()
    assert {(one.record.title, one.record.identifiers) for one in made.near} == {(TITLE, (NODE,)), (TITLE, (twin,))}
    made = cluster_of()
    assert match_candidates(made, [*two, record("dblp", DOI, title=OTHER)], "title") == ()
    assert OTHER not in {one.record.title for one in made.near}


def test_what_is_searched_for_and_what_names_nothing():
    assert search_question(entry()) == "title:neural ordinary differential equations"
    assert search_question(entry(None)) is None
    assert near_question("title:x") == "near:x"
    assert is_decisive(NODE)
    for scheme, value in (("url", "https://example.org/x"), ("github", "owner/name"), ("neurips", "number/1234")):
        assert not is_decisive(parse_identifier(scheme, value))


def test_the_evidence_of_a_work_holds_its_published_name_and_its_dead_links():
    link = Link("https://arxiv.org/abs/1806.07366", "paper", LinkRole.PAPER)
    (made,) = to_clusters(entries(replace(entry(TITLE, NODE), links=(link,))))
    match_record(made, record(), "identifier")
    (one,) = to_evidence(
        [made], entries(entry()), work_ids={str(NODE): "title:older"}, missed={("arxiv", str(NODE)): NOW}, read_at=NOW
    )
    assert one.published_as == "title:older"
    assert one.dead_links == (DeadLink(identifier=NODE, url=link.url, source="arxiv", missed_at=NOW),)
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
    (value,) = one.corrected
    assert (value.field, value.value, value.is_published, value.note) == ("venue", "ICML", True, "r")
    assert (value.source, value.method, value.request_key, value.retrieved_at) == ("corrections", "correction", "", NOW)
    assert value.source_url == f"{tmp_path / 'corrections.toml'}#L1"
    made.pins = (pin(DOI),)
    (one,) = to_evidence([made], entries(entry()), work_ids={}, missed={}, read_at=NOW)
    assert [(value.field, value.value, value.note, value.source_url) for value in one.corrected] == [
        ("doi", DOI, "r", "p#L1")
    ]


@pytest.mark.parametrize(
    ("known", "later", "kept"),
    [
        ({}, {"stage": Stage.PUBLISHED}, 2),
        ({"request_key": "k", "source_url": "https://x"}, {"stage": Stage.PUBLISHED}, 1),
        ({"identifiers": (NODE, S2), "request_key": "k", "source_url": "https://x"}, {"stage": Stage.PUBLISHED}, 1),
        ({}, {}, 1),
        ({}, {"source_url": "https://other"}, 2),
        ({"identifiers": (NODE, S2)}, {"identifiers": (NODE, DOI)}, 1),
        ({"identifiers": (NODE, S2)}, {"identifiers": (DOI, NODE)}, 2),
        ({}, {"source": "dblp"}, 2),
    ],
    ids=[
        "two versions",
        "one address told anew",
        "one address with two names told anew",
        "the same version",
        "another address",
        "one name",
        "another name",
        "another source",
    ],
)
def test_which_word_of_a_source_takes_the_place_of_which(known, later, kept):
    made = cluster_of(NODE)
    first = replace(record(), **known)
    accept(made, first, Verdict(Status.EXACT, "test"), "identifier")
    newer = replace(first, retrieved_at=NOW.replace(hour=5), **later)
    accept(made, newer, Verdict(Status.EXACT, "test"), "identifier")
    assert len(made.matches) == kept
    assert made.matches[-1].record == newer


def pin(identifier=DOI):
    return Pin(target=Target(title="x"), reason="r", path="p", line=1, identifier=identifier)


def rejection(identifier, work=None):
    return Rejection(
        target=Target(title=None if work else "x", work=work), reason="r", path="p", line=1, record=identifier
    )


def test_what_titles_cannot_decide_is_decided_by_the_identifier():
    name = parse_identifier("github", "owner/name")
    software, paper = cluster_of(name, title="My Solver"), cluster_of(name, title="My Solver")
    software.entries = [("list", replace(software.entry, kind=EntryKind.SOFTWARE))]
    renamed = record("github", name, title="renamed-since", type=WorkType.SOFTWARE)
    verdict = match_record(software, renamed, "identifier")
    assert (verdict.status, verdict.reason, verdict.detail) == (
        Status.STRONG, "same_repository", {"identifier": str(name)},
    )  # fmt: skip
    assert not match_record(paper, renamed, "identifier").is_accepted
    count = record("opencitations", NODE, title=None, citation_count=4)
    made = cluster_of(NODE)
    match_record(made, record("arxiv", NODE), "identifier")
    verdict = match_record(made, count, "identifier")
    assert (verdict.status, verdict.reason, verdict.detail) == (
        Status.STRONG, "confirmed_identifier", {"identifier": str(NODE)},
    )  # fmt: skip


def test_a_paper_that_was_renamed_is_known_by_a_record_that_bears_both_titles():
    made = cluster_of(NODE)
    both = record("crossref", NODE, DOI, other_titles=(OTHER,))
    own = match_record(made, both, "identifier")
    assert match_record(made, record("dblp", DOI, title=OTHER), "identifier").is_accepted
    assert not match_record(cluster_of(DOI), record("dblp", DOI, title=OTHER), "identifier").is_accepted
    short = cluster_of(NODE, title=f"{TITLE}!")
    short.matches = [Match(record("crossref", NODE, title=OTHER), own, "identifier")]
    match_record(short, record("arxiv", NODE), "identifier")
    assert [one.record.source for one in short.matches] == ["crossref", "arxiv"], "the words of the entry count first"


def test_the_records_of_a_pinned_entry_wait_for_that_of_the_pin():
    made = cluster_of(NODE)
    made.pins = (pin(DOI),)
    made.learn((DOI,), "corrections")
    told = {"authors": (parse_name("Ricky T. Q. Chen"), parse_name("David Duvenaud")), "year": 2018}
    linked, wrong = record("arxiv", NODE, **told), record("openalex", NODE, title=OTHER)
    for one in (linked, wrong, linked):
        verdict = match_record(made, one, "identifier")
        assert (verdict.status, verdict.reason, verdict.detail) == (
            Status.AMBIGUOUS, Reason.PINNED_ELSEWHERE, {"identifier": str(DOI)},
        )  # fmt: skip
    assert (made.matches, made.refused, made.held) == ([], {}, [(linked, "identifier"), (wrong, "identifier")])
    verdict = match_record(made, record("crossref", DOI, **told), "identifier")
    assert (verdict.status, verdict.reason, verdict.detail) == (
        Status.STRONG, Reason.PINNED, {"identifier": str(DOI)},
    )  # fmt: skip
    assert [one.record.source for one in made.matches] == ["crossref", "arxiv"]
    assert (made.held, [one.title for one in made.refusals.values()]) == ([], [OTHER])


def test_a_rejected_record_is_never_the_work_s_however_it_is_found():
    quote = " ".join(f"{first}word{second}" for first in "abcdefg" for second in "hijklm")
    bad = record("arxiv", NODE, abstract=quote)
    for rejections, n_matches in ((), 1), ((rejection(NODE),), 0):
        made = cluster_of()
        made.rejections = rejections
        assert len(match_candidates(made, [bad], "title")) == n_matches
        lost = cluster_of(title=None)
        lost.entries = [("list", replace(lost.entry, quote=quote))]
        lost.rejections = rejections
        assert len(match_quoted(lost, [bad])) == n_matches
    verdict = match_record(made, bad, "identifier")
    assert (verdict.status, verdict.reason, verdict.detail) == (
        Status.DIFFERENT, Reason.REJECTED, {"identifier": str(NODE)},
    )  # fmt: skip


def test_a_rejection_takes_back_what_only_the_wrong_record_taught():
    wrong_doi = parse_identifier("doi", "10.1000/wrong")
    made = cluster_of(NODE)
    accept(made, record("arxiv", NODE, DOI), Verdict(Status.EXACT, "test"), "identifier")
    accept(made, record("openalex", S2, wrong_doi, DOI), Verdict(Status.EXACT, "test"), "identifier")
    made.rejections = (rejection(wrong_doi, work=NODE),)
    made.drop_rejected()
    assert [one.record.source for one in made.matches] == ["arxiv"]
    assert list(made.identifiers) == [NODE, DOI]
    other = cluster_of(NODE)
    other.rejections = (rejection(NODE, work=DOI),)
    other.drop_rejected()
    assert other.usable == [NODE], "it is about another work"


def test_a_record_teaches_its_identifiers_and_those_of_its_versions_in_its_name():
    notice, page = parse_identifier("doi", "10.1000/notice"), parse_identifier("url", "https://x.org/a")
    relations = (
        Relation(RelationKind.IS_PREPRINT_OF, DOI),
        Relation(RelationKind.IS_VERSION_OF, page),
        Relation(RelationKind.RETRACTS, notice),
    )
    made = cluster_of(NODE)
    accept(made, record("arxiv", NODE, S2, relations=relations), Verdict(Status.EXACT, "test"), "identifier")
    assert made.identifiers == {NODE: "list", S2: "arxiv", DOI: "arxiv"}


@pytest.mark.parametrize(
    ("published", "pins", "work_id"),
    [
        ({}, (), None),
        ({NODE: "title:older"}, (), "title:older"),
        ({DOI: str(DOI), NODE: "title:older"}, (pin(DOI),), str(DOI)),
        ({NODE: str(NODE)}, (pin(DOI),), str(NODE)),
        ({NODE: "title:older"}, (pin(DOI),), str(DOI)),
        ({}, (pin(DOI),), str(DOI)),
        ({DOI: str(NODE)}, (pin(DOI),), str(NODE)),
    ],
)
def test_a_work_keeps_its_id_unless_a_pin_says_that_it_is_another(published, pins, work_id):
    made = cluster_of(NODE)
    made.pins = pins
    made.learn([one.identifier for one in pins], "corrections")
    accept(made, record("arxiv", NODE), Verdict(Status.EXACT, "test"), "identifier")
    names = {str(one): name for one, name in published.items()}
    (one,) = to_evidence([made], entries(entry()), work_ids=names, missed={}, read_at=NOW)
    assert one.published_as == work_id


def test_the_surest_verdict_speaks_for_a_work_whatever_came_first():
    made = cluster_of(NODE)
    linked = Match(record("crossref", DOI), Verdict(Status.STRONG, "linked_versions"), "catalogue")
    strong = Match(record("openalex", NODE), Verdict(Status.STRONG, "titles_equal"), "title")
    exact = Match(record("openalex", S2), Verdict(Status.EXACT, "identifier"), "identifier")
    trusted = Match(record("arxiv", DOI), Verdict(Status.EXACT, "of the most trusted"), "identifier")
    weak = Match(record("arxiv", NODE), Verdict(Status.WEAK, "weak"), "title")
    for some, reason in (
        ([linked, strong], "titles_equal"),
        ([linked, strong, exact, weak], "identifier"),
        ([linked, Match(exact.record, Verdict(Status.AMBIGUOUS, "ambiguous"), "title")], "linked_versions"),
        ([Match(record("openalex", NODE), exact.verdict, "identifier"), trusted], "of the most trusted"),
    ):
        for order in (some, some[::-1]):
            made.matches = order
            (one,) = to_evidence([made], entries(entry()), work_ids={}, missed={}, read_at=NOW)
            assert one.verdict.reason == reason


def test_corrections_reach_the_clusters_that_they_are_about(tmp_path):
    path = tmp_path / "corrections.toml"
    about = f'entry = "{TITLE}"\nreason = "r"\n'
    path.write_text(f'[[pin]]\n{about}identifier = "{DOI}"\n[[reject]]\n{about}record = "{NODE}"\n', "utf-8")
    lists = entries(entry(TITLE, NODE), entry(OTHER, NODE))
    mine, other = to_clusters(lists, load_corrections(path))
    assert (mine.pinned, mine.rejected, list(mine.identifiers)) == ((DOI,), {NODE}, [DOI])
    assert (other.pins, other.rejections, list(other.identifiers)) == ((), (), [NODE])
    path.write_text(
        f'[[pin]]\n{about}identifier = "{DOI}"\n[[reject]]\nwork = "{NODE}"\nreason = "r"\nrecord = "{DOI}"\n', "utf-8"
    )
    with pytest.raises(ConfigError, match="to which the entry is pinned"):
        to_clusters(lists, load_corrections(path))


def test_entries_with_one_pin_are_one_work_whatever_their_links(tmp_path):
    path = tmp_path / "corrections.toml"
    path.write_text(f'[[pin]]\nentry = "{TITLE}"\nreason = "r"\nidentifier = "{DOI}"\n', "utf-8")
    (both,) = to_clusters(entries(entry(TITLE, NODE), entry(TITLE, S2)), load_corrections(path))
    assert (both.pinned, list(both.identifiers)) == ((DOI,), [DOI, NODE, S2])
    assert len(to_clusters(entries(entry(TITLE, NODE), entry(TITLE, S2)))) == 2
