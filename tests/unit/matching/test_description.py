"""What a query, an entry or a record says of a work, in the one shape that is compared."""

from __future__ import annotations

import pytest

from enrich.matching.description import Description, describe_fields, find_year, parse_authors
from enrich.model.identifiers import parse_arxiv, parse_doi


def test_every_field_of_a_query_is_read():
    texts = {
        "title": "T", "type": "article", "venue": "V", "volume": "3", "issue": "4", "pages": "1-2", "publisher": "P",
        "language": "en",
    }  # fmt: skip
    found = describe_fields({**texts, "authors": "Ada Lovelace et al.", "year": 1843, "doi": "10.1000/X", "note": 1})
    assert {name: getattr(found, name) for name in texts} == texts
    assert ([one.name for one in found.authors], found.has_more_authors) == (["Ada Lovelace"], True)
    assert (found.year, found.identifiers) == (1843, {parse_doi("10.1000/x")})
    assert found.other_titles == ()


def test_what_a_query_does_not_say_is_unknown():
    assert describe_fields({}) == Description()
    empty = dict.fromkeys(("title", "type", "venue", "volume", "issue", "pages", "publisher", "language"), "")
    assert describe_fields({**empty, "authors": None, "year": None, "doi": "", "arxiv_id": None}) == Description()
    assert describe_fields({"title": "  ", "doi": "unknown", "arxiv_id": "unknown"}) == Description()


def test_numbers_are_texts_but_for_a_title():
    found = describe_fields({"volume": 3, "issue": 0, "pages": 12})
    assert (found.volume, found.issue, found.pages) == ("3", "0", "12")
    with pytest.raises(TypeError, match=r"^title is no text$"):
        describe_fields({"title": 3})


@pytest.mark.parametrize("name", ["type", "venue", "volume"])
@pytest.mark.parametrize("value", [["x"], {"x": "y"}, 1.5])
def test_a_value_of_a_wrong_kind_is_named(name, value):
    with pytest.raises(TypeError, match=rf"^{name} is no text$"):
        describe_fields({name: value})


@pytest.mark.parametrize("value", [3, {"a": "b"}, ["Ada", 3]])
def test_authors_of_a_wrong_kind_are_named(value):
    with pytest.raises(TypeError, match=r"^authors are no list of names$"):
        describe_fields({"authors": value})


def test_an_arxiv_id_in_a_doi_is_the_arxiv_id():
    paper = parse_arxiv("1806.07366")
    assert describe_fields({"doi": "10.48550/arXiv.1806.07366", "arxiv_id": "1806.07366"}).identifiers == {paper}
    assert describe_fields({"doi": "10.48550/arXiv.no-number"}).identifiers == frozenset()
    both = describe_fields({"doi": "10.1000/x", "arxiv_id": "1806.07366"}).identifiers
    assert both == {paper, parse_doi("10.1000/x")}


@pytest.mark.parametrize(
    ("names", "read", "has_more"),
    [
        (["Ada Lovelace", "Charles Babbage"], ["Ada Lovelace", "Charles Babbage"], False),
        (["Ada Lovelace; Charles Babbage"], ["Ada Lovelace", "Charles Babbage"], False),
        (["Ada Lovelace and Charles Babbage"], ["Ada Lovelace", "Charles Babbage"], False),
        (["Smith J et al"], ["J Smith"], True),
        (["Ada Lovelace, et. al."], ["Ada Lovelace"], True),
        (["Ada Lovelace", "et al."], ["Ada Lovelace"], True),
        (["Ada Lovelace \u2026"], ["Ada Lovelace"], True),
        (["Ada Lovelace ..."], ["Ada Lovelace"], True),
        (["K &#252; nne"], ["K\u00fcnne"], False),
        (["et al.", "Ada Lovelace"], ["Ada Lovelace"], True),
        (["-", "", "7"], [], False),
    ],
)
def test_names_are_read_one_by_one(names, read, has_more):
    authors, are_more = parse_authors(names)
    assert ([one.name for one in authors], are_more) == (read, has_more)


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (1998, 1998), ("c1998.", 1998), ("1400", 1400), ("2099", 2099), ("1399", None), ("2100", None),
        ("19981", None), ("11998", None), ("in press", None), (None, None), ("1998/2001", 1998),
    ],
)  # fmt: skip
def test_a_year_is_four_digits_of_their_own(value, year):
    assert find_year(value) == year
