"""One list of authors with what every source knows of each."""

from __future__ import annotations

from datetime import UTC, datetime

from enrich.merge.joined_authors import join_authors
from enrich.model.persons import Author, Institution
from enrich.model.record import Record
from enrich.text.names import parse_name

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TORONTO = Institution("University of Toronto", "03dbr7087", "CA", "education")


def people(*names, **more):
    return tuple(parse_name(name) for name in names)


def known(name, **more):
    named = parse_name(name)
    return Author(named.name, named.family, named.given, **more)


def said(source, *authors):
    return Record(source=source, identifiers=(), retrieved_at=NOW, authors=authors)


def test_people_in_the_same_place_are_joined_though_they_are_written_otherwise():
    chosen = people("Chen, Ricky T. Q.", "Duvenaud, David")
    openalex = said(
        "openalex",
        known("Chen, R. T. Q.", orcid="0000-0001-0000-0001", institutions=(TORONTO,), is_corresponding=True),
        known("David K. Duvenaud", openalex_author_id="A2", affiliations=("Toronto",)),
    )
    s2 = said("semantic_scholar", known("T. Chen", s2_author_id="1"), known("D. Duvenaud", s2_author_id="2"))
    first, second = join_authors(chosen, [openalex, s2])
    assert (first.name, first.orcid, first.s2_author_id) == ("Ricky T. Q. Chen", "0000-0001-0000-0001", "1")
    assert (first.institutions, first.is_corresponding) == ((TORONTO,), True)
    assert (second.openalex_author_id, second.s2_author_id, second.affiliations) == ("A2", "2", ("Toronto",))
    assert first.sources == second.sources == ("openalex", "semantic_scholar")


def test_a_surname_alone_is_told_by_its_place():
    chosen = people("Ann Author", "Bob Writer")
    (first, second) = join_authors(chosen, [said("openalex", known("Author", orcid="1"), known("Writer", orcid="2"))])
    assert (first.orcid, second.orcid) == ("1", "2")
    (other, _) = join_authors(chosen, [said("openalex", known("Author", orcid="1"))])
    assert other.orcid is None, "in a list of another length it may be anybody of that name"


def test_somebody_else_in_the_same_place_is_nobody():
    chosen = people("Ann Author", "Bob Writer")
    (first, second) = join_authors(
        chosen, [said("openalex", known("Carl Other", orcid="1"), known("B. Writer", orcid="2"))]
    )
    assert (first.orcid, first.sources) == (None, ())
    assert second.orcid == "2"


def test_a_list_in_another_order_or_of_another_length_is_joined_by_names_that_only_one_bears():
    chosen = people("Wei Zhang", "Ann Author", "Li Zhang", "W. Zhang")
    other = said("openalex", known("Author, Ann", orcid="1"), known("Zhang, Wei", orcid="2"))
    found = join_authors(chosen, [other])
    assert [one.orcid for one in found] == [None, "1", None, None]


def test_what_the_chosen_list_says_stays_and_the_more_trusted_source_comes_first():
    chosen = (known("Ann Author", orcid="own"),)
    datacite = said("datacite", known("Ann Author", affiliations=("From DataCite",)))
    openalex = said("openalex", known("Ann Author", orcid="other", affiliations=("From OpenAlex",)))
    (one,) = join_authors(chosen, [openalex, datacite])
    assert (one.orcid, one.affiliations) == ("own", ("From DataCite",))


def test_thousands_of_authors_are_joined_at_once():
    names = [f"Given{chr(97 + n % 26)} Family{n // 26}x{n % 26}" for n in range(3000)]
    chosen = people(*names)
    other = said("openalex", *(known(name, orcid=str(n)) for n, name in enumerate(reversed(names[:-1]))))
    found = join_authors(chosen, [other])
    assert found[0].orcid == "2998"
    assert found[-1].orcid is None
    assert sum(one.orcid is not None for one in found) == 2999
