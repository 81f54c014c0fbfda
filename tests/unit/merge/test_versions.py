"""The public forms of a work: which records are one version, which is cited, and what only a DOI tells."""

from __future__ import annotations

from itertools import permutations

import pytest
from support.known_works import record

from enrich.merge.precedence import CATALOGUE, CORRECTIONS, LIST, is_index, rank
from enrich.merge.versions import speaks_of_its_date, take_apart, to_versions
from enrich.model.identifiers import parse_identifier
from enrich.model.record import Relation, RelationKind, Stage, WorkType
from enrich.model.traits import LAST


def named(*texts):
    return tuple(parse_identifier(*text.split(":", 1)) for text in texts)


def early(source="arxiv", *identifiers, **more):
    usual = {"type": WorkType.PREPRINT, "stage": Stage.SUBMITTED, "venue": "arXiv", "year": 2018}
    return record(source, *identifiers, **{**usual, **more})


def versions(*records, **more):
    return to_versions(records, str.casefold, **more)


def forms(found):
    return [(one.stage, tuple(map(str, one.identifiers)), one.sources) for one in found.all]


def test_of_nothing_there_are_no_versions():
    assert versions() == to_versions([], str)
    assert versions().cited is None
    untold = record("openalex", title=None, type=WorkType.UNKNOWN, stage=None)
    assert versions(untold).all == ()


def test_the_preprint_stands_first_and_the_publication_is_cited_with_its_records():
    preprint = early("arxiv", "arxiv:1806.07366")
    published = record("crossref", "doi:10.1000/x", venue="NeurIPS", year=2019)
    found = versions(published, preprint)
    assert forms(found) == [
        (Stage.SUBMITTED, ("arxiv:1806.07366",), ("arxiv",)),
        (Stage.PUBLISHED, ("doi:10.1000/x",), ("crossref",)),
    ]
    assert found.cited == found.all[1]
    assert found.cited_records == (published,)
    assert found.all[1].evidence == ("crossref: published in NeurIPS 2019",)
    assert found.all[0].evidence == ()


@pytest.mark.parametrize(
    ("left", "right", "number"),
    [
        (record("crossref", "doi:10.1000/x", venue="A"), record("dblp", "doi:10.1000/x", venue="B"), 1),
        (record("crossref", "doi:10.1000/x", venue="A"), record("dblp", "doi:10.1000/y", venue="A"), 2),
        (record("crossref", "doi:10.1000/x", venue="NeurIPS"), record("dblp", venue="neurips"), 1),
        (record("crossref", "doi:10.1000/x", venue="NeurIPS"), record("dblp", venue="Nature"), 2),
        (record("crossref", "doi:10.1000/x", venue="NeurIPS"), record("dblp"), 1),
        (record("crossref", venue="Journal of Comet Research"), record("dblp", venue="J. Comet Res."), 1),
        (early("arxiv", "arxiv:1806.07366"), record("dblp"), 2),
        (early("arxiv", "arxiv:1806.07366"), early("datacite", "arxiv:1904.01681"), 2),
        (early("arxiv", "arxiv:1806.07366"), early("datacite"), 1),
    ],
)  # fmt: skip
def test_records_are_one_version_by_identifier_or_by_venue(left, right, number):
    assert len(versions(left, right).all) == len(versions(right, left).all) == number


def test_among_equals_the_one_that_the_list_names_is_cited():
    one = record("crossref", "doi:10.1000/x", venue="NeurIPS", year=2018)
    other = record("crossref", "doi:10.1000/y", venue="Nature", year=2019)
    assert versions(one, other).cited.venue == "NeurIPS"
    assert versions(one, other, named=["nature"]).cited.venue == "Nature"
    assert versions(one, other, named=["doi:10.1000/y"]).cited.venue == "Nature"


def test_a_publication_is_cited_before_what_is_only_accepted_and_that_before_a_preprint():
    accepted = record("openreview", "openreview:HkxYzAbC12", stage=Stage.ACCEPTED, venue="ICML", year=2018)
    published = record("crossref", "doi:10.1000/x", venue="Nature", year=2020)
    assert versions(accepted, published).cited.venue == "Nature"
    assert versions(accepted, early("arxiv", "arxiv:1806.07366"), named=["arxiv"]).cited.venue == "ICML"


def test_the_most_trusted_record_speaks_and_the_others_fill_what_it_leaves_open():
    crossref = record("crossref", "doi:10.1000/x", title="One", venue="NeurIPS")
    index = record(
        "openalex", "doi:10.1000/x", title="Two", venue="N", year=2019, type=WorkType.JOURNAL, url="https://o.org"
    )
    (found,) = versions(index, crossref, record("dblp", "doi:10.1000/x", url="https://d.org", date="2019-05-01")).all
    assert (found.url, str(found.date)) == ("https://d.org", "2019-05-01")
    assert (found.title, found.venue, found.year, found.type) == ("One", "NeurIPS", 2019, WorkType.CONFERENCE)
    assert found.sources == ("crossref", "dblp", "openalex")


def test_a_record_without_a_stage_is_a_publication_by_its_type():
    bare = [record("dblp", "doi:10.1000/x", stage=None, type=one) for one in WorkType]
    stages = {one.type: versions(one).cited.stage for one in bare}
    assert {one for one, stage in stages.items() if stage is Stage.SUBMITTED} == {WorkType.PREPRINT, WorkType.UNKNOWN}
    assert set(stages.values()) == {Stage.SUBMITTED, Stage.PUBLISHED}
    told = record("openreview", stage=Stage.SUBMITTED, type=WorkType.CONFERENCE)
    assert versions(told).cited.stage is Stage.SUBMITTED


def test_a_record_that_names_no_venue_is_of_the_most_trusted_version_whoever_is_heard_first():
    told = [
        record("crossref", "doi:10.1000/x", venue="NeurIPS", year=2018),
        record("dblp", "doi:10.1000/y", venue="Nature", year=2019),
        record("openalex"),
    ]
    found = {versions(*some).all for some in permutations(told)}
    assert {tuple(one.sources for one in each) for each in found} == {(("crossref", "openalex"), ("dblp",))}


def test_what_an_index_says_of_a_paper_and_its_preprint_is_taken_apart():
    both = record("openalex", "doi:10.1000/x", "arxiv:1806.07366", venue="NeurIPS", date="2018-06-19", request_key="k")
    preprint, published = take_apart(both)
    assert (preprint.identifiers, preprint.stage, str(preprint.date)) == (
        named("arxiv:1806.07366"),
        Stage.SUBMITTED,
        "2018-06-19",
    )
    assert (preprint.type, preprint.title, preprint.venue) == (WorkType.PREPRINT, both.title, None)
    assert (preprint.request_key, preprint.source, preprint.retrieved_at) == ("k", "openalex", both.retrieved_at)
    assert (published.identifiers, published.date, published.venue) == (named("doi:10.1000/x"), None, "NeurIPS")
    (alone,) = take_apart(record("openalex", "doi:10.1000/x", date="2018-06-19"))
    assert alone.date is None


def test_who_prints_a_paper_knows_its_day_and_the_preprint_gets_none():
    preprint, published = take_apart(record("crossref", "doi:10.1000/x", "arxiv:1806.07366", date="2019-01-02"))
    assert (preprint.date, str(published.date)) == (None, "2019-01-02")
    assert not speaks_of_its_date(record("openreview", stage=Stage.ACCEPTED))
    assert speaks_of_its_date(early("openalex"))


def test_a_preprint_s_record_does_not_bear_the_doi_of_the_publication():
    (alone,) = take_apart(early("arxiv", "arxiv:1806.07366", "doi:10.1000/x"))
    assert alone.identifiers == named("arxiv:1806.07366")
    (first,) = take_apart(early("crossref", "doi:10.1000/x", "openalex:W1", "doi:10.1000/y"))
    assert first.identifiers == named("doi:10.1000/x", "openalex:W1")
    (index,) = take_apart(early("openalex", "openalex:W1", "arxiv:1806.07366", "doi:10.1000/x", "arxiv:1904.01681"))
    assert index.identifiers[:2] == named("openalex:W1", "arxiv:1806.07366")
    assert not set(index.identifiers) & set(named("doi:10.1000/x"))


def test_a_doi_of_which_nobody_tells_is_a_version_of_its_own():
    preprint = early(
        "arxiv", "arxiv:1806.07366", relations=(Relation(RelationKind.IS_PREPRINT_OF, *named("doi:10.1000/x")),)
    )
    found = versions(preprint, identifiers=named("arxiv:1806.07366", "doi:10.1000/x", "doi:10.1101/2020.01.01.123456"))
    late = next(one for one in found.all if "doi:10.1000/x" in map(str, one.identifiers))
    assert (late.stage, late.type, late.sources) == (None, WorkType.UNKNOWN, ("arxiv",))
    assert late.evidence == ("arxiv: is_preprint_of doi:10.1000/x",)
    assert late.url == "https://doi.org/10.1000/x"
    other = next(one for one in found.all if "doi:10.1101/2020.01.01.123456" in map(str, one.identifiers))
    assert (other.stage, other.type, other.sources, other.evidence) == (Stage.SUBMITTED, WorkType.PREPRINT, (), ())


def test_ranks_are_the_traits_and_curators_come_first():
    assert rank("title", CORRECTIONS) < rank("title", "arxiv") < rank("title", CATALOGUE) < rank("title", LIST)
    assert rank("title", "arxiv") < rank("title", "openalex")
    assert rank("venue", "crossref") < rank("venue", "arxiv")
    assert rank("type", "crossref") < rank("type", "arxiv")
    assert rank("title", "nobody") == LAST
    assert is_index("openalex")
    assert not is_index("crossref")
    assert not is_index("nobody")
