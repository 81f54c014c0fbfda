"""From evidence to a bibliography: ids and keys that stay, links among the works, digests that tell news."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest
from unit.merge.test_works import DOI, ENTRY, NODE, NOW, PREPRINT, PUBLISHED, record

from enrich.merge.assembly import keys_to_freeze, numbered, to_works
from enrich.merge.digests import content_digest, run_digest
from enrich.merge.works import Beliefs
from enrich.model.entry import ReadingList
from enrich.model.finding import Finding, Severity
from enrich.model.identifiers import parse_arxiv, parse_identifier
from enrich.model.record import Repository, WorkLink
from enrich.model.reference import Reference, ReferenceReason, ReferenceStatus
from enrich.model.verdict import Status, Verdict
from enrich.model.work import Bibliography, DeadLink, StatedLink, YearCount

FLOWS = parse_arxiv("2003.08063")
UNDATED = replace(ENTRY, year=None)
EXACT = Verdict(Status.EXACT, "identifier")
CITING = record(
    "openalex", FLOWS, title="Stable Neural Flows", authors=PREPRINT.authors, references=(NODE, FLOWS),
    reference_titles=("", ""),
)  # fmt: skip


def evidence(*records, order=1, key=None, **more):
    entry = replace(ENTRY, order=order, key=key)
    defaults = {
        "entries": [("list", entry)],
        "sources": ["list.md"],
        "records": [(one, "identifier") for one in records],
        "identifiers": [one for known in records for one in known.identifiers],
        "verdict": EXACT,
        "read_at": NOW,
    }
    return Beliefs(**{**defaults, **more})


def list_of(*some):
    entries = tuple(entry for one in some for _, entry in one.entries)
    return (ReadingList(name="list", source="list.md", entries=entries, digest="d"),)


def works_of(*some, frozen=None):
    return to_works(some, list_of(*some), frozen or {})


def test_two_works_under_one_identifier_are_told_apart_by_a_number():
    left, right = evidence(PREPRINT), evidence(PREPRINT, order=2)
    assert [one.work_id for one in works_of(left, right)] == [str(NODE), f"{NODE}-2"]
    assert list(islice(numbered("a"), 3)) == ["a", "a-2", "a-3"]


def test_a_published_id_and_key_stay():
    (work,) = works_of(evidence(PREPRINT, published_as=str(DOI)), frozen={str(DOI): "older2018"})
    assert (work.work_id, work.citation_key) == (str(DOI), "older2018")


def test_a_work_cites_those_of_the_list_and_not_itself():
    node, flows = works_of(evidence(PREPRINT), evidence(CITING, order=2))
    assert (node.references, flows.references) == ((), (str(NODE),))
    assert flows.reference_sources == ("openalex",)
    assert [one.work_id for one in flows.stated_references if one.identifier == NODE] == [str(NODE)]


def test_a_linked_repository_has_its_state_from_whoever_knows_it():
    name = parse_identifier("github", "rtqichen/torchdiffeq")
    url = "https://github.com/rtqichen/torchdiffeq"
    known = record("github", name, title="torchdiffeq", repository=Repository(stars=5), url=url)
    linking = replace(PREPRINT, links=(WorkLink("code", url),))
    works = {one.work_id: one for one in works_of(evidence(linking), evidence(known, order=2))}
    (link,) = [one for one in works[str(NODE)].links if one.identifier == name]
    assert link.repository == Repository(stars=5)


def test_the_key_of_a_list_counts_once_and_is_never_frozen():
    first, second = evidence(PREPRINT, key="mine"), evidence(CITING, order=2, key="Mine")
    node, flows = works_of(first, second)
    assert node.citation_key == "mine"
    assert flows.citation_key.lower() != "mine"
    assert set(keys_to_freeze((node, flows), list_of(first, second), {})) == {str(FLOWS)}


@pytest.mark.parametrize(
    ("records", "more", "unheard", "is_frozen"),
    [
        ([PREPRINT], {}, {}, True),
        ([replace(PREPRINT, authors=())], {}, {}, False),
        ([PREPRINT], {"verdict": None}, {}, False),
        ([PREPRINT], {"verdict": Verdict(Status.AMBIGUOUS, "x")}, {}, False),
        ([PREPRINT], {}, {("list", 1): {"crossref"}}, False),
        ([PREPRINT, PUBLISHED], {}, {("list", 1): {"github"}}, True),
        ([PREPRINT], {}, {("list", 2): {"crossref"}}, True),
        # The date says the year.
        ([replace(PREPRINT, year=None)], {"entries": [("list", UNDATED)]}, {("list", 1): {"github"}}, True),
        ([replace(PREPRINT, year=None)], {"entries": [("list", UNDATED)]}, {("list", 1): {"crossref"}}, False),
    ],
)
def test_a_key_is_frozen_when_nobody_can_change_what_it_is_made_of(records, more, unheard, is_frozen):
    one = evidence(*records, **more)
    assert bool(keys_to_freeze(works_of(one), list_of(one), unheard)) == is_frozen


def bibliography(*, dead=(), **fields):
    one = evidence(replace(PREPRINT, **fields), dead_links=dead)
    return Bibliography(
        lists=list_of(one),
        works=works_of(one),
        entry_works={},
        run_id="",
        started_at=NOW,
        code_version="0",
        config_digest="c",
    )


def test_digests_tell_news_from_what_is_only_told_again():
    same, later = bibliography(), bibliography(retrieved_at=NOW.replace(hour=9))
    news = bibliography(citation_count=7)
    assert content_digest(same) == content_digest(later) != content_digest(news)
    assert run_digest(same.works, same.lists, {}) != run_digest(later.works, later.lists, {})
    assert run_digest(same.works, same.lists, {}) != run_digest(same.works, same.lists, {"a": 1})


def test_whatever_a_run_would_publish_otherwise_is_news():
    one = bibliography()
    (work,), (known,) = one.works, one.lists
    place = {"list": "list", "order": 1, "line": 7}
    finding = Finding(**place, kind="title", severity=Severity.DEFECT, list_says="a", record_says="b", fix="c")
    reason = ReferenceReason(kind="title", severity=Severity.DEFECT, field="title", entry_says="a", record_says="b")
    judged = Reference(**place, status=ReferenceStatus.OPEN, reasons=(reason,))
    dead = DeadLink(identifier=NODE, url="https://x.org", source="arxiv", missed_at=NOW)
    others = [
        one,
        replace(one, lists=(replace(known, digest="other"),)),
        replace(one, lists=(replace(known, name="other"),)),
        replace(one, new_work_ids=frozenset({work.work_id})),
        replace(one, source_failures=(("crossref", "timeout"),)),
        replace(one, config_digest="d"),
        replace(one, code_version="1"),
        *(
            replace(one, findings=(replace(finding, **change),))
            for change in ({}, {"line": 8}, {"kind": "k"}, {"list_says": "d"}, {"record_says": "d"}, {"fix": "d"})
        ),
        replace(one, references=(judged,)),
        replace(one, references=(replace(judged, reasons=()),)),
        replace(one, references=(replace(judged, status=ReferenceStatus.VERIFIED),)),
        bibliography(dead=[dead]),
        *(
            replace(one, works=(replace(work, **change),))
            for change in (
                {"citation_key": "other"}, {"status": "partial"}, {"references": ("doi:10.1000/x",)}, {"authors": ()},
                {"links": (StatedLink("code", "https://x.org", "list"),)}, {"claims": work.claims[:-1]},
                {"citations_by_year": (YearCount(2020, 1, "openalex", NOW),)},
            )
        ),
    ]  # fmt: skip
    digests = [content_digest(other) for other in others]
    assert len(set(digests)) == len(digests)
    again = replace(finding, evidence=("told on another day",))
    assert content_digest(replace(one, findings=(again,))) == content_digest(replace(one, findings=(finding,)))
