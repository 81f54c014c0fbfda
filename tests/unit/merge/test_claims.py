"""Which of several values is selected, for what reason, and what is told of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.known_works import AT, record

from enrich.merge.claimed_values import field_values, to_text
from enrich.merge.claims import Value, entry_values, newest, record_values, select, to_claims
from enrich.merge.digests import digest
from enrich.merge.precedence import CATALOGUE, CORRECTIONS, LIST
from enrich.merge.stated import to_citations_by_year, to_links, to_references
from enrich.model.entry import Entry, Link, LinkRole, StatedField
from enrich.model.facts import Keyword
from enrich.model.identifiers import parse_identifier
from enrich.model.record import WorkType
from enrich.text.names import parse_name


def said(field, value, source, **more):
    usual = {
        "retrieved_at": AT, "source_url": None, "request_key": "k", "method": "identifier", "is_published": True,
    }  # fmt: skip
    return Value(field, value, source, **{**usual, **more})


def chosen(*values):
    return {name: (value.value, why) for name, (value, why) in select(values).items()}


def test_what_nobody_knows_is_no_claim_and_a_venue_is_its_series_with_its_short_form():
    bare = record("dblp", "dblp:conf/nips/ChenRBD18", title=None, type=WorkType.UNKNOWN)
    assert [name for name, _ in field_values(bare)] == ["identifier"]
    told = dict(field_values(record("dblp", "doi:10.1000/x", "arxiv:1806.07366", title="", venue="NeurIPS", year=2018)))
    assert told.keys() == {"venue", "venue_short", "year", "type", "doi", "arxiv_id"}
    assert (told["venue"], told["venue_short"]) == ("Advances in Neural Information Processing Systems", "NeurIPS")
    own = dict(field_values(record("dblp", venue="NeurIPS", venue_short="NIPS")))
    assert own["venue_short"] == "NIPS"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"), (2019, "2019"), ((parse_name("Ada B. Byron"), "x"), "Byron, Ada B.; x"),
        ((Keyword("trees", 0.5),), "trees (0.5)"),
        (parse_identifier("doi", "10.1000/x"), "10.1000/x"),
        (parse_identifier("openreview", "HkxYzAbC12"), "openreview:HkxYzAbC12"),
    ],
)  # fmt: skip
def test_a_value_has_one_text(value, text):
    assert to_text(value) == text


def test_the_most_trusted_speaks_and_the_reason_names_the_others():
    found = chosen(said("title", "A", "openalex"), said("title", "B", "arxiv"), said("title", "C", "crossref"))
    assert found["title"][0] == "B"
    assert found["title"][1].startswith("preferred to ")
    assert {"openalex", "crossref"} == set(found["title"][1].removeprefix("preferred to ").split(", "))
    assert chosen(said("title", "A", "arxiv"), said("title", "A", "dblp"))["title"] == ("A", "all 2 sources agree")
    assert chosen(said("title", "A", "arxiv"), said("title", "A", "arxiv"))["title"] == ("A", "the only source")
    by_hand = said("title", "Z", CORRECTIONS, note="as printed")
    assert chosen(said("title", "A", "arxiv"), by_hand)["title"] == ("Z", "corrected by hand: as printed")


def test_a_list_of_authors_that_lacks_some_comes_last():
    some = said("authors", ("A",), "arxiv", is_truncated=True)
    assert chosen(some, said("authors", ("A", "B"), "openalex"))["authors"][0] == ("A", "B")


def test_of_equally_trusted_records_the_version_described_then_the_one_with_authors_then_the_higher_count_speaks():
    early, late = said("volume", "1", "crossref", is_published=False), said("volume", "2", "crossref")
    assert chosen(said("venue", "V", "crossref"), early, late)["volume"][0] == "2"
    assert chosen(replace(early, field="title"), replace(late, field="title"))["title"][0] == "1"
    bare = said("title", "A", "crossref", is_described=False, record="doi:1")
    assert chosen(bare, said("title", "B", "crossref", record="doi:2"))["title"][0] == "B"
    low, high = (said("citation_count", number, "openalex", record=f"doi:{number}") for number in (4, 9))
    assert chosen(low, high)["citation_count"][0] == chosen(high, low)["citation_count"][0] == 9
    first, second = said("title", "Y", "crossref", record="doi:1"), said("title", "X", "crossref", record="doi:2")
    assert chosen(second, first)["title"][0] == "Y"
    assert chosen(said("title", "Y", "crossref"), said("title", "X", "crossref"))["title"][0] == "X"


def test_the_edition_is_told_by_the_version_to_cite_alone():
    venue = said("venue", "Nature", "crossref")
    other = said("pages", "1-2", "crossref", is_cited=False)
    assert "pages" not in chosen(venue, other)
    journal = said("type", WorkType.JOURNAL, "crossref", is_cited=False)
    assert "type" not in chosen(venue, journal)
    assert chosen(venue, journal, said("type", WorkType.CONFERENCE, "openalex"))["type"][0] is WorkType.CONFERENCE
    preprint = said("year", 2018, "arxiv", is_published=False)
    assert chosen(venue, preprint)["year"][0] == 2018
    assert chosen(venue, preprint, said("year", 2019, "dblp"))["year"] == (2019, "preferred to arxiv")
    assert chosen(preprint, said("year", 2017, LIST, is_label=True))["year"] == (2018, "preferred to list")
    assert chosen(said("year", 2017, LIST, is_label=True))["year"] == (2017, "the only source")


def test_a_venue_that_somebody_writes_in_full_is_written_in_full():
    short = said("venue", "J. Mach. Learn. Res.", "crossref")
    full = said("venue", "Journal of Machine Learning Research", "openalex")
    assert chosen(short, full)["venue"][0] == full.value
    assert chosen(short, said("venue", "Nature", "openalex"))["venue"][0] == short.value


def test_a_record_s_count_is_said_by_who_counted():
    one = record("catalogue", "doi:10.1000/x", citation_count=4, citation_count_source="openalex",
                 citation_count_at=AT - timedelta(days=3), authors=(parse_name("Ada Byron"),),
                 authors_truncated=True, source_url="https://a", fact_sources={"title": "https://b"})  # fmt: skip
    found = {value.field: value for value in record_values(one, "title", is_cited=False)}
    count = found["citation_count"]
    assert (count.source, count.passed_on_by, count.teller, count.retrieved_at) == (
        "openalex", "catalogue", "catalogue", AT - timedelta(days=3),
    )  # fmt: skip
    title = found["title"]
    assert (title.source, title.passed_on_by, title.teller, title.retrieved_at) == ("catalogue", "", "catalogue", AT)
    assert (title.source_url, count.source_url) == ("https://b", "https://a")
    assert (title.is_truncated, found["authors"].is_truncated) == (False, True)
    assert {(value.method, value.is_cited, value.is_described, value.record) for value in found.values()} == {
        ("title", False, True, "doi:10.1000/x")
    }
    (bare,) = record_values(record("dblp", type=WorkType.UNKNOWN), "title")
    assert (bare.record, bare.is_described, bare.is_cited) == ("", False, True)


def test_what_a_list_says_has_its_line_and_is_a_label():
    entry = Entry(
        order=1, line=7, title="A", venue="NeurIPS", year=2019, authors=("Ada Byron",),
        links=(Link("https://arxiv.org/abs/1806.07366", "p", LinkRole.PAPER),),
        identifiers=(parse_identifier("arxiv", "1806.07366"), parse_identifier("url", "https://x.org/a")),
    )  # fmt: skip
    found = list(entry_values(entry, "list.md", AT))
    assert {one.source_url for one in found} == {"list.md#L7"}
    assert {(one.source, one.method, one.retrieved_at, one.request_key) for one in found} == {(LIST, "list", AT, "")}
    assert [one.field for one in found] == ["title", "authors", "venue", "year", "url", "identifier"]
    assert found[2].value == "Advances in Neural Information Processing Systems"
    assert [one.is_label for one in found] == [True] * 5 + [False]
    assert found[-1].value == "arxiv:1806.07366"
    workshop = Entry(order=1, line=7, title="A", venue="NeurIPS Workshop", label="NeurIPS Workshop19")
    assert next(one.value for one in entry_values(workshop, "l", AT) if one.field == "venue") == "NeurIPS Workshop"


def test_a_structured_entry_states_its_fields_and_keeps_those_of_its_own():
    entry = Entry(
        order=1, line=7, title="A", key="byron2019", stated=record("list", title="A", year=2019),
        fields=(StatedField("title", "A"), StatedField("doi", "10.1000/x"), StatedField("file", "a.pdf"),
                StatedField("volume", "3"), StatedField("note", "")),
    )  # fmt: skip
    found = {one.field: one for one in entry_values(entry, "refs.bib", AT)}
    assert {(one.source, one.source_url, one.method) for one in found.values()} == {(LIST, "refs.bib#L7", "list")}
    assert found["citation_key"].value == "byron2019"
    assert (found["title"].value, found["year"].value, found["file"].value) == ("A", 2019, "a.pdf")
    assert not found["title"].is_label
    assert found["title"].is_published
    assert {"note", "list:title", "volume"}.isdisjoint(found)
    assert (found["doi"].value, found["list:volume"].value) == ("10.1000/x", "3")


def test_only_the_authors_of_an_entry_are_a_list_that_lacks_some():
    names = (parse_name("Ada Byron"),)
    stated = record("list", title="A", authors=names, authors_truncated=True, year=2019)
    for entry, is_cut in (
        (Entry(order=1, line=7, title="A", authors=("Ada Byron",), authors_truncated=True, year=2019), True),
        (Entry(order=1, line=7, title="A", authors=("Ada Byron",), year=2019), False),
        (Entry(order=1, line=7, title="A", stated=stated, authors_truncated=True), True),
        (Entry(order=1, line=7, title="A", stated=stated), False),
    ):
        cut = {one.field: one.is_truncated for one in entry_values(entry, "refs.bib", AT)}
        assert cut.pop("authors") == is_cut
        assert not any(cut.values())


def test_claims_say_once_what_was_said_and_why_it_was_not_selected():
    values = [
        said("title", "A", "arxiv"), said("title", "A", "arxiv"), said("title", "A", "dblp"),
        said("title", "B", "openalex"), said("identifier", "x", "dblp"), said("identifier", "y", "dblp"),
        said("venue", "Nature", "crossref"), said("pages", "1", "dblp", is_cited=False),
    ]  # fmt: skip
    found = to_claims("w", values, select(values))
    assert [(one.field, one.value, one.source, one.is_selected, one.reason) for one in found] == [
        ("identifier", "x", "dblp", True, "the only source"),
        ("identifier", "y", "dblp", True, ""),
        ("pages", "1", "dblp", False, "of another version"),
        ("title", "A", "arxiv", True, "preferred to dblp, openalex"),
        ("title", "A", "dblp", False, "same as selected"),
        ("title", "B", "openalex", False, "arxiv is preferred"),
        ("venue", "Nature", "crossref", True, "the only source"),
    ]
    assert {(one.work_id, one.request_key, one.method, one.retrieved_at, one.source_url) for one in found} == {
        ("w", "k", "identifier", AT, None)
    }
    there = [said("title", "A", "arxiv", source_url="https://arxiv.org/abs/1806.07366")]
    assert to_claims("w", there, select(there))[0].source_url == "https://arxiv.org/abs/1806.07366"


def test_the_freshness_of_a_work_is_that_of_services():
    later = AT + timedelta(days=1)
    own = [said("title", "A", source, retrieved_at=later) for source in (LIST, CATALOGUE, CORRECTIONS)]
    assert newest(own) is None
    assert newest([*own, said("title", "A", "arxiv"), said("title", "A", "dblp", retrieved_at=AT - timedelta(1))]) == AT


def test_references_of_all_records_once_each_with_a_title_where_one_has_it():
    one, two = parse_identifier("doi", "10.1000/b"), parse_identifier("doi", "10.1000/a")
    found = to_references([
        record("openalex", references=(one,)),
        record("crossref", references=(one, two), reference_titles=("",)),
        record("crossref", references=(one,), reference_titles=("B",)),
        record("crossref", references=(one,), reference_titles=("C",)),
    ])  # fmt: skip
    assert [(each.source, str(each.identifier), each.title) for each in found] == [
        ("crossref", "doi:10.1000/a", None), ("crossref", "doi:10.1000/b", "B"), ("openalex", "doi:10.1000/b", None),
    ]  # fmt: skip


def test_the_record_with_most_citations_tells_the_years():
    found = to_citations_by_year([
        record("openalex", counts_by_year=((2020, 1),), citation_count=None),
        record("openalex", counts_by_year=((2021, 5), (2020, 2)), citation_count=7),
        record("openalex", counts_by_year=((2020, 9),), citation_count=7),
        record("openalex", citation_count=99),
        record("crossref", counts_by_year=((2019, 3),)),
    ])  # fmt: skip
    assert [(one.source, one.year, one.count) for one in found] == [
        ("crossref", 2019, 3), ("openalex", 2020, 2), ("openalex", 2021, 5),
    ]  # fmt: skip


def test_links_are_what_belongs_to_a_work_each_address_once_the_list_s_first():
    links = (
        Link("https://github.com/o/n", "c", LinkRole.CODE),
        Link("https://x.org/p", "p", LinkRole.PAPER),
        Link("ftp://x.org/d", "d", LinkRole.DATA),
        Link("HTTP://x.org/v", "v", LinkRole.VIDEO),
        Link("https://github.com/own/work", "r", LinkRole.REPO),
    )
    entry = Entry(order=1, line=1, title="A", links=links)
    own = [parse_identifier("github", "own/work")]
    found = to_links([entry], [record("arxiv")], own)
    assert [(one.role, one.url, one.source) for one in found] == [
        ("code", "https://github.com/o/n", "list"), ("video", "HTTP://x.org/v", "list"),
    ]  # fmt: skip
    assert str(found[0].identifier) == "github:o/n"


def test_equal_values_have_equal_digests():
    assert digest({"a": 1, "b": "ü"}) == digest({"b": "ü", "a": 1}) != digest({"a": 1, "b": "u"})
    assert len(digest([])) == 16
