"""What services send beside title and authors is kept: recorded replies of the real ones, and small ones made here."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from support.shared import SHARED, needs_shared

from enrich.model.dates import PartialDate
from enrich.model.facts import Keyword
from enrich.model.identifiers import parse_identifier
from enrich.model.persons import Institution
from enrich.model.record import Repository, WorkLink
from enrich.model.request import Outcome, Reply, Request
from enrich.sources import SOURCES
from enrich.sources.replies import read_reply

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WIRE = SHARED / "wire"


def read(name, content, *, marks=()):
    request = Request(source=name, url="https://example.org", marks=marks)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    reply = Reply(request=request, outcome=Outcome.OK, status=200, content=body, retrieved_at=NOW, url=request.url)
    return read_reply(SOURCES[name](), reply).records


@needs_shared
def test_openalex_knows_institutions_topic_funders_and_citations_by_year():
    (record,) = read("openalex", (WIRE / "openalex" / "work-proceedings-article.json").read_bytes())
    first = record.authors[0]
    assert first.institutions[1] == Institution("University of California, Berkeley", "01an7q238", "US", "education")
    assert first.affiliations[0].startswith("Lawrence Berkeley National Lab & University of California")
    assert (first.orcid, first.openalex_author_id, first.is_corresponding) == (
        "0000-0001-5576-0320",
        "A5014159929",
        False,
    )
    assert (record.primary_topic, record.topic_field, record.topic_domain) == (
        "Caching and Content Delivery",
        "Computer Science",
        "Physical Sciences",
    )
    assert record.topic_subfield == "Computer Networks and Communications"
    assert "National Science Foundation" in record.funders
    assert record.counts_by_year[:2] == ((2026, 3), (2025, 6))
    assert (record.oa_status, record.oa_url) == ("gold", "https://dl.acm.org/doi/pdf/10.1145/3448016.3452841")
    assert record.keyword_scores[0] == Keyword("Cuckoo", pytest.approx(0.705, abs=0.001))
    assert (record.fwci, record.citation_percentile, record.reference_count) == (None, None, 49)


@needs_shared
def test_openalex_knows_the_journal_and_what_a_count_is_worth():
    (record,) = read("openalex", (WIRE / "openalex" / "work-journal-article.json").read_bytes())
    row = json.loads((WIRE / "openalex" / "work-journal-article.json").read_bytes())
    source = row["primary_location"]["source"]
    assert record.issn == source["issn_l"]
    assert record.venue_id == source["id"].rpartition("/")[2]
    assert record.fwci == row["fwci"]
    percentile = row["citation_normalized_percentile"]
    assert record.citation_percentile == (percentile["value"] if percentile else None)


@needs_shared
def test_crossref_names_titles_of_references_and_the_day_of_a_correction():
    (record,) = read("crossref", (WIRE / "crossref" / "work-one.json").read_bytes())
    assert (record.retraction_status, record.retraction_date) == ("corrected", PartialDate(2012, 5, 8))
    assert record.reference_titles[0] == "Stimulants: Therapeutic actions in ADHD."
    assert len(record.reference_titles) == len(record.references)
    assert record.reference_count >= len(record.references)


@needs_shared
def test_crossref_gives_the_full_text_of_record():
    (record,) = read("crossref", (WIRE / "crossref" / "work-biblio-many.json").read_bytes())
    assert record.pdf_url == "https://www.nature.com/articles/srep16696.pdf"
    assert record.reference_count == 62


def test_the_gravest_notice_counts_with_its_first_day():
    notices = [
        {"type": "correction", "updated": {"date-parts": [[2010, 1, 1]]}},
        {"type": "retraction", "updated": {"date-parts": [[2021, 3, 2]]}},
        {"type": "retraction", "source": "retraction-watch", "updated": {"date-parts": [[2021, 3]]}},
        "no notice",
    ]
    (record,) = read("crossref", {"message": {"items": [{"DOI": "10.1000/1", "title": ["T"], "updated-by": notices}]}})
    assert (record.retraction_status, str(record.retraction_date)) == ("retracted", "2021-03")


def test_semantic_scholar_tells_its_numbers_and_the_titles_of_references():
    row = {
        "paperId": "a" * 40,
        "corpusId": 13756489,
        "title": "A Title",
        "authors": [{"authorId": "40348417", "name": "Ashish Vaswani"}, {"authorId": None, "name": "Noam Shazeer"}],
        "tldr": {"model": "tldr@v2.0.0", "text": "A summary."},
        "openAccessPdf": {"url": "https://example.org/a.pdf", "status": "GREEN", "license": None},
        "referenceCount": 3,
        "references": [
            {"paperId": "b" * 40, "title": "Cited"},
            {"paperId": None, "title": "Lost"},
            {"paperId": "c" * 40},
        ],
    }
    (record,) = read("semantic_scholar", [row])
    assert [one.s2_author_id for one in record.authors] == ["40348417", None]
    assert (record.s2_corpus_id, record.tldr, record.oa_status, record.reference_count) == (
        13756489,
        "A summary.",
        "green",
        3,
    )
    assert [one.value for one in record.references] == ["b" * 40, "c" * 40]
    assert record.reference_titles == ("Cited", "")


@needs_shared
def test_github_tells_the_state_of_a_repository():
    content = (WIRE / "github" / "repository.json").read_bytes()
    asked = (("github", json.loads(content)["full_name"].lower()),)
    (record,) = read("github", content, marks=asked)
    topics = ("fixtures", "hello", "hello-world")
    assert record.repository == Repository(0, None, topics, datetime(2017, 11, 3, 20, 11, 46, tzinfo=UTC))


def test_github_tells_the_same_in_one_query_for_many():
    row = {
        "nameWithOwner": "owner/name",
        "name": "name",
        "stargazerCount": 12,
        "primaryLanguage": {"name": "Python"},
        "repositoryTopics": {"nodes": [{"topic": {"name": "ode"}}, None]},
        "pushedAt": "2026-10-01T08:00:00Z",
    }
    (record,) = read("github", {"data": {"r0": row}}, marks=(("github", "owner/name"),))
    assert record.repository == Repository(12, "Python", ("ode",), datetime(2026, 10, 1, 8, tzinfo=UTC))


def test_datacite_names_affiliations_funders_and_what_supplements_a_work():
    attributes = {
        "doi": "10.48550/arxiv.1806.07366",
        "titles": [{"title": "A Title"}],
        "creators": [
            {
                "name": "Chen, Ricky",
                "familyName": "Chen",
                "givenName": "Ricky",
                "affiliation": ["Toronto", {"name": "Vector"}],
            }
        ],
        "fundingReferences": [{"funderName": "A Funder"}, {"funderName": "A Funder"}],
        "relatedIdentifiers": [
            {"relationType": "IsSupplementedBy", "relatedIdentifier": "https://github.com/owner/name"},
            {"relationType": "Cites", "relatedIdentifier": "https://github.com/other/tool"},
        ],
    }
    (record,) = read("datacite", {"data": [{"attributes": attributes}]})
    assert record.authors[0].affiliations == ("Toronto", "Vector")
    assert record.funders == ("A Funder",)
    assert record.links == (WorkLink("code", "https://github.com/owner/name"),)


def test_values_of_another_kind_cost_only_themselves():
    row = {
        "id": "https://openalex.org/W1",
        "title": "A Title",
        "fwci": "high",
        "citation_normalized_percentile": [],
        "counts_by_year": [{"year": "x", "cited_by_count": 1}, {"year": 2024, "cited_by_count": 3}, 7],
        "keywords": "ode",
        "primary_topic": "ode",
        "open_access": {"is_oa": "yes", "oa_status": "platinum", "oa_url": 7},
        "funders": [None, {"display_name": 5}],
    }
    (record,) = read("openalex", {"results": [row]})
    assert (record.title, record.fwci, record.citation_percentile, record.oa_status) == ("A Title", None, None, None)
    assert record.counts_by_year == ((2024, 3),)
    assert (record.keyword_scores, record.primary_topic) == ((), None)


def test_what_is_asked_grew_by_words_and_not_by_requests():
    identifiers = [parse_identifier("arxiv", f"20{n % 12 + 1:02d}.{n:05d}") for n in range(100)]
    for name, parameter, words in (
        ("openalex", "select", {"fwci", "counts_by_year", "primary_topic", "keywords", "funders"}),
        ("semantic_scholar", "fields", {"tldr", "referenceCount", "references.title", "corpusId"}),
    ):
        (request,) = SOURCES[name]().to_requests(identifiers, {})
        assert words <= set(dict(request.params)[parameter].split(","))
    many = [parse_identifier("arxiv", f"20{n % 12 + 1:02d}.{n:05d}") for n in range(500)]
    (request,) = SOURCES["semantic_scholar"]().to_requests(many, {})
    assert "references.title" not in dict(request.params)["fields"]
