from __future__ import annotations

from dataclasses import replace

import pytest
from support.bibliographies import bibliography_of

from enrich.export import ExportOptions
from enrich.export.cited_work import short_venue, tidy, to_cited_work
from enrich.model.dates import PartialDate
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.persons import Author
from enrich.model.record import Stage, WorkType
from enrich.model.work import Version

PAPER = {"title": "Flows", "section": (), "arxiv": "2003.13913", "date": "2020-03-31"}


def work(**facts):
    (only,) = tidy(bibliography_of([PAPER | facts])).works
    return only


def cite(known):
    return to_cited_work(known, ExportOptions())


def at_neurips(**facts):
    known = work(type="conference", venue="NeurIPS", year=2020)
    preprint = Version(type=WorkType.PREPRINT, stage=Stage.SUBMITTED, identifiers=(), date=PartialDate(2020, 3, 31))
    return replace(known, versions=(preprint, *facts.get("versions", ())))


def test_the_day_of_the_preprint_is_not_the_day_of_the_paper():
    assert cite(at_neurips()).iso_date == "2020"
    published = Version(type=WorkType.CONFERENCE, stage=Stage.PUBLISHED, identifiers=(), date=PartialDate(2020, 12))
    assert cite(at_neurips(versions=(published,))).iso_date == "2020-12"
    assert cite(work()).iso_date == "2020-03-31"


def test_the_doi_is_that_of_the_version_to_cite():
    arxiv, own = Identifier(Scheme.DOI, "10.48550/arxiv.2003.13913"), Identifier(Scheme.DOI, "10.1000/own")
    both = replace(at_neurips(), identifiers=(Identifier(Scheme.ARXIV, "2003.13913"), arxiv, own))
    assert cite(both).doi == "10.1000/own"
    assert cite(replace(both, identifiers=both.identifiers[:2])).doi is None
    assert cite(work()).doi == "10.48550/arXiv.2003.13913"


def test_a_conference_paper_of_an_unknown_venue_is_cited_as_the_preprint_it_is():
    assert cite(work(type="conference")).type is WorkType.PREPRINT
    assert cite(work(type="unknown")).type is WorkType.PREPRINT
    assert cite(work(type="journal", arxiv="2003.13913", venue="Nature")).type is WorkType.JOURNAL


def test_a_volume_with_its_issue_is_taken_apart():
    apart, whole = cite(work(volume="34(1)")), cite(work(volume="abs/1806.07366"))
    assert (apart.volume, apart.issue) == ("34", "1")
    assert (whole.volume, whole.issue) == ("abs/1806.07366", None)


def test_pages_have_one_dash_and_names_have_parts():
    known = cite(work(pages="1--20", authors=(Author("Mihaela van der Schaar"), Author("12"))))
    assert known.pages == "1–20"
    assert [(author.family, author.is_organization) for author in known.authors] == [
        ("van der Schaar", False),
        (None, True),
    ]


@pytest.mark.parametrize(
    ("venue", "short"),
    [
        ("Advances in Neural Information Processing Systems 32 (NeurIPS 2019)", "NeurIPS"),
        ("Proceedings of the 35th International Conference on Machine Learning (ICML 2018), PMLR 80", "ICML"),
        ("Journal of Nothing", None),
    ],
)
def test_editions_are_named_by_their_series(venue, short):
    assert short_venue(work(venue=venue)) == short


def test_without_an_address_an_identifier_gives_one():
    assert cite(work()).url == "https://arxiv.org/abs/2003.13913"
    assert cite(work(url="https://example.org")).url == "https://example.org"
