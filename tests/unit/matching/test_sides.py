"""How authors, identifiers, kinds and words of two sides stand to each other, each for itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from enrich.matching.authors import AuthorComparison, AuthorRelation, compare_authors
from enrich.matching.description import describe_entry, describe_fields, describe_record
from enrich.matching.generic import comes_again, is_generic
from enrich.matching.kinds import Genre, stated_kind
from enrich.matching.shared_identifiers import IdentifierRelation, compare_identifiers
from enrich.matching.word_bits import is_slip
from enrich.model.dates import parse_partial_date
from enrich.model.entry import Entry
from enrich.model.identifiers import parse_arxiv, parse_doi
from enrich.model.record import Record, WorkType
from enrich.text.names import parse_name

ADA, BABBAGE, HOPPER, JOHNSON = "Ada Lovelace", "Charles Babbage", "Grace Hopper", "Katherine Johnson"
NOBODY = ((), ())


def authors(left, right):
    return compare_authors(describe_fields({"authors": left}), describe_fields({"authors": right}))


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ([ADA, BABBAGE], [ADA, BABBAGE], (AuthorRelation.SAME, 2, 2, 2, 2, 0, True, NOBODY)),
        ([ADA, BABBAGE], [BABBAGE, ADA], (AuthorRelation.SAME, 2, 2, 2, 2, 0, True, NOBODY)),
        ([ADA], [ADA, BABBAGE], (AuthorRelation.INCLUDED, 1, 1, 1, 2, 0, True, ((), (BABBAGE,)))),
        ([BABBAGE], [ADA, BABBAGE], (AuthorRelation.INCLUDED, 1, 1, 1, 2, 0, False, ((), (ADA,)))),
        (
            [ADA, BABBAGE, HOPPER], [ADA, JOHNSON],
            (AuthorRelation.OVERLAPPING, 1, 1, 3, 2, 0, True, ((BABBAGE, HOPPER), (JOHNSON,))),
        ),
        (
            [ADA, BABBAGE, HOPPER], [ADA, "Emmy Noether", "Alan Turing"],
            (AuthorRelation.FEW, 1, 1, 3, 3, 0, True, ((BABBAGE, HOPPER), ("Emmy Noether", "Alan Turing"))),
        ),
        ([ADA], [BABBAGE], (AuthorRelation.NONE, 0, 0, 1, 1, 0, False, ((ADA,), (BABBAGE,)))),
        (["A. Lovelace"], [ADA], (AuthorRelation.SAME, 1, 0, 1, 1, 0, True, NOBODY)),
        (["Ada Lovelase"], [ADA], (AuthorRelation.SAME, 1, 0, 1, 1, 0, True, NOBODY)),
        (["Grace Schnieder"], ["Grace Schneider"], (AuthorRelation.SAME, 1, 0, 1, 1, 0, True, NOBODY)),
        (["Adda Lovlece"], [ADA], (AuthorRelation.NONE, 0, 0, 1, 1, 1, False, (("Adda Lovlece",), (ADA,)))),
        (["山田太郎"], ["山田太郎"], (AuthorRelation.SAME, 1, 1, 1, 1, 0, True, NOBODY)),
    ],
)  # fmt: skip
def test_authors_are_paired_one_by_one(left, right, found):
    assert authors(left, right) == AuthorComparison(*found)
    back = authors(right, left)
    assert (back.relation, back.n_shared, back.n_near, back.unmatched) == (found[0], found[1], found[5], found[7][::-1])


@pytest.mark.parametrize(
    ("left", "right"), [([], [ADA]), ([ADA, BABBAGE], []), (["CERN Collaboration"], [ADA]), (["山田太郎"], [ADA])]
)
def test_authors_that_cannot_be_compared_are_unknown_and_counted(left, right):
    found = AuthorComparison(AuthorRelation.UNKNOWN, n_left=len(left), n_right=len(right))
    assert authors(left, right) == found


def test_a_damaged_name_is_near_one_other_name_alone():
    found = authors(["Adda Lovlece", "Ada Lovelyse", "Qqqq Wwww"], [ADA, "Zzzz Xxxx", "Yyyy Vvvv"])
    assert (found.n_shared, found.n_near) == (0, 1)


def identifiers(*texts):
    return {parse_arxiv(one[6:]) if one.startswith("arxiv:") else parse_doi(one) for one in texts}


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (["10.1000/a"], ["10.1000/A", "10.1000/b"], "SAME"),
        (["10.21203/rs.3.rs-1/v1"], ["10.21203/rs.3.rs-1/v2"], "VERSION"),
        (["10.5281/x.v1"], ["10.5281/x"], "VERSION"),
        (["10.31219/osf.io/abcde_v1"], ["10.31219/osf.io/abcde_v2"], "VERSION"),
        (["10.12688/f1000research.14966.1"], ["10.12688/f1000research.14966.2"], "VERSION"),
        (["10.12688/wellcomeopenres.15603.1"], ["10.12688/wellcomeopenres.15604.1"], "OTHER_IN_SERIES"),
        (["10.7554/elife.83319.2"], ["10.7554/elife.83319"], "VERSION"),
        (["10.7554/elife.00013.003"], ["10.7554/elife.00013"], "COMPONENT"),
        (["10.1000/a"], ["10.1000/a.g002"], "COMPONENT"),
        (["10.1000/zz"], ["10.1000/zz/t1"], "COMPONENT"),
        (["10.1000/b"], ["10.1000/b-1"], "COMPONENT"),
        (["10.1000/b"], ["10.1000/b-1", "10.2000/c"], "COMPONENT"),
        (["10.1000/a"], ["10.1000/a2"], "OTHER_IN_SERIES"),
        (["10.1000/b.1"], ["10.1000/a"], "OTHER_IN_SERIES"),
        (["10.1000/a"], ["10.2000/a"], "OTHER_REGISTRANT"),
        (["arxiv:1806.07366"], ["arxiv:1806.07367"], "OTHER_ARXIV"),
        (["arxiv:1806.07366", "10.1000/a"], ["arxiv:1806.07367", "10.1000/b"], "OTHER_ARXIV"),
        (["arxiv:1806.07366"], ["10.1000/a"], "UNKNOWN"),
        ([], ["10.1000/a"], "UNKNOWN"),
    ],
)
def test_identifiers_have_one_relation_whichever_comes_first(left, right, relation):
    sides = identifiers(*left), identifiers(*right)
    assert compare_identifiers(*sides) is compare_identifiers(*sides[::-1]) is IdentifierRelation[relation]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "Journal Article"}, Genre.ARTICLE),
        ({"type": "posted_content"}, Genre.PREPRINT),
        ({"type": "book", "arxiv_id": "1806.07366"}, Genre.BOOK),
        ({"type": "report", "arxiv_id": "1806.07366"}, Genre.PREPRINT),
        ({"type": "article", "arxiv_id": "1806.07366", "volume": "3"}, Genre.ARTICLE),
        ({"type": "journal-article", "doi": "10.1101/2020.01.01.000001"}, Genre.PREPRINT),
        ({"doi": "10.1101/2020.01.01.000001"}, Genre.PREPRINT),
        ({"venue": "IZA Discussion Papers"}, Genre.PREPRINT),
        ({"venue": "NBER"}, Genre.PREPRINT),
        ({"doi": "10.1000/x", "arxiv_id": "1806.07366"}, None),
        ({"arxiv_id": "1806.07366"}, Genre.PREPRINT),
        ({"venue": "arXiv preprint"}, Genre.PREPRINT),
        ({"venue": "Nature"}, Genre.ARTICLE),
        ({"venue": "NeurIPS"}, Genre.PAPER),
        ({"venue": "Annual Meeting of the Society"}, Genre.PAPER),
        ({"venue": "Journal of Wells"}, Genre.ARTICLE),
        ({"venue": "Somewhere"}, None),
        ({}, None),
    ],
)
def test_a_kind_is_named_by_type_identifiers_or_venue(fields, kind):
    assert stated_kind(describe_fields(fields)) is kind


@pytest.mark.parametrize(
    ("title", "is_one"),
    [
        ("Guest Editor's Notes", True), ("Summaries", True), ("Replies to comments", True), ("Indices", True),
        ("Errata", True), ("Address", True), ("Book reviews 2019", True), ("Series of Waves", False),
        ("Bees", False), ("2019", False), ("", False),
    ],
)  # fmt: skip
def test_departments_of_periodicals_are_generic(title, is_one):
    assert is_generic(title) is is_one


def test_a_title_of_three_years_comes_again():
    assert [comes_again(n_years) for n_years in (1, 2, 3, 4)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("recurrent", "recurent", True), ("strontium", "stronitum", True), ("efficient", "ecient", True),
        ("grosse", "groesse", True), ("muller", "mueller", True), ("quality", "qualitative", True),
        ("waves", "wafes", True), ("xqzw", "xqzy", True), ("xqzw", "zqzw", False), ("cat", "bat", False),
        ("strontium", "calcium", False), ("ethanol", "methanol", False), ("cofe2o4", "nife2o4", False),
    ],
)  # fmt: skip
def test_a_slip_is_near_in_letters_and_no_other_word(left, right, is_one):
    assert is_slip(left, right) is is_slip(right, left) is is_one


def test_an_entry_and_a_record_are_described_with_all_that_they_say():
    paper = parse_arxiv("1806.07366")
    entry = Entry(
        order=1, line=1, title="T", authors=("Ada Lovelace", "et al."), year=2018, venue="V",
        identifiers=(paper,),
    )  # fmt: skip
    described = describe_entry(entry)
    assert (described.title, described.year, described.venue, described.identifiers) == ("T", 2018, "V", {paper})
    assert ([one.name for one in described.authors], described.has_more_authors) == ([ADA], True)
    record = Record(
        source="x", identifiers=(paper,), retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), title="T", other_titles=("U",),
        authors=(parse_name(ADA),), type=WorkType.JOURNAL, venue_short="V", volume="3", issue="4", pages="5-6",
        publisher="P", language="en", date=parse_partial_date("2018-06-19"),
    )  # fmt: skip
    described = describe_record(record)
    said = (described.title, described.other_titles, described.authors, described.type, described.venue)
    assert said == ("T", ("U",), record.authors, str(WorkType.JOURNAL), "V")
    places = (described.volume, described.issue, described.pages, described.publisher, described.language)
    assert places == ("3", "4", "5-6", "P", "en")
    assert (described.year, described.identifiers) == (2018, {paper})
