"""What wins never depends on when it arrived: shuffled and delayed replies make equal works and equal keys."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from unit.merge.test_works import DOI, ENTRY, NODE, NOW, PREPRINT, PUBLISHED, record

from enrich.merge.assembly import keys_to_freeze, to_works
from enrich.model.dates import PartialDate
from enrich.model.entry import Entry, EntryKind, ReadingList
from enrich.model.identifiers import parse_identifier
from enrich.model.persons import Author
from enrich.model.record import Repository, Stage, WorkLink, WorkType
from enrich.model.request import Outcome, Reply, Request
from enrich.model.verdict import Status, Verdict
from enrich.sources.github import GitHub
from enrich.text.names import parse_name
from enrich.works.clusters import Cluster, Match
from enrich.works.provenance import to_evidence

REPOSITORY = parse_identifier("github", "rtqichen/torchdiffeq")
SOFTWARE = Entry(order=2, line=9, title="torchdiffeq", kind=EntryKind.SOFTWARE, identifiers=(REPOSITORY,))
CHEN = parse_name("Ricky T. Q. Chen")
ABOUT_THE_PAPER = [
    PREPRINT,
    PUBLISHED,
    record("openalex", parse_identifier("openalex", "W1"), DOI, title="Neural ODEs", authors=(CHEN,), year=2018,
           type=WorkType.CONFERENCE, stage=Stage.PUBLISHED, citation_count=4000, venue="NeurIPS", pages="1--9"),
    record("openalex", parse_identifier("openalex", "W2"), NODE, title="Neural ODE", authors=(CHEN,), year=2017,
           type=WorkType.PREPRINT, stage=Stage.SUBMITTED, citation_count=12, counts_by_year=((2020, 12),)),
    record("semantic_scholar", parse_identifier("s2", "a" * 40), NODE, DOI, title="Neural ODEs", authors=(CHEN,),
           citation_count=3000, influential_citation_count=9, references=(DOI,), reference_titles=("",)),
    record("semantic_scholar", parse_identifier("s2", "b" * 40), NODE, title="Neural", authors=(CHEN,), tldr="Short.",
           citation_count=8, references=(DOI,), reference_titles=("A Title",), links=(WorkLink("code", "https://g.org"),)),
    record("dblp", parse_identifier("dblp", "conf/nips/Chen18"), DOI, title="Neural ODEs.", authors=(CHEN,), year=2018,
           type=WorkType.CONFERENCE, stage=Stage.PUBLISHED, venue="NeurIPS", links=(WorkLink("code", "https://g.org"),)),
]  # fmt: skip
ABOUT_THE_SOFTWARE = [
    record("github", REPOSITORY, title="torchdiffeq", type=WorkType.SOFTWARE, stage=Stage.PUBLISHED, license="MIT",
           repository=Repository(stars=5), url="https://github.com/rtqichen/torchdiffeq", version="0.2.5",
           source_url="https://github.com/rtqichen/torchdiffeq", date=PartialDate(2018, 9)),
    record("github", REPOSITORY, title="Differentiable Solvers", authors=(CHEN,), type=WorkType.SOFTWARE, version="0.2",
           stage=Stage.PUBLISHED, date=PartialDate(2021), license="Apache-2.0",
           source_url="https://github.com/rtqichen/torchdiffeq/blob/HEAD/CITATION.cff"),
]  # fmt: skip
LIST = ReadingList(name="list", source="list.md", entries=(replace(ENTRY, identifiers=(NODE,)), SOFTWARE))


def works_of(order):
    """The works when records come in that order, a minute apart, as one verdict after the other is spoken."""
    clusters = []
    for entry, about in zip(LIST.entries, (ABOUT_THE_PAPER, ABOUT_THE_SOFTWARE), strict=True):
        cluster = Cluster(entries=[("list", entry)])
        for place, one in enumerate(sorted(about, key=lambda one: order.index(id(one)))):
            verdict = Verdict(Status.STRONG if place else Status.EXACT, "identifier") if entry is SOFTWARE else EXACT
            heard = replace(one, retrieved_at=NOW + timedelta(minutes=order.index(id(one))))
            cluster.matches.append(Match(heard, verdict, "identifier"))
            cluster.learn(one.identifiers, one.source)
        clusters.append(cluster)
    return to_works(to_evidence(clusters, (LIST,), work_ids={}, missed={}, read_at=NOW), (LIST,), {})


EXACT = Verdict(Status.EXACT, "identifier")


def without_instants(value):
    if isinstance(value, datetime):
        return None
    if isinstance(value, (tuple, list)):
        return tuple(map(without_instants, value))
    if is_dataclass(value):
        return (
            type(value).__name__,
            *((one.name, without_instants(getattr(value, one.name))) for one in fields(value)),
        )
    return value


@pytest.mark.thorough
def test_fifty_orders_of_arrival_make_equal_works():
    order = [id(one) for one in (*ABOUT_THE_PAPER, *ABOUT_THE_SOFTWARE)]
    first = works_of(order)
    rng = random.Random(7)
    for _ in range(50):
        rng.shuffle(order)
        assert without_instants(works_of(order)) == without_instants(first)
    paper, software = first
    assert (paper.citation_key, paper.year, paper.citation_count) == ("chen2019neural", 2019, 3000)
    assert (software.title, software.year, software.version) == ("Differentiable Solvers", 2021, "0.2")
    assert software.license == "Apache-2.0"


def test_the_day_on_which_a_repository_was_made_is_no_date_of_publication():
    marks = (("github", "rtqichen/torchdiffeq"),)
    told = b'{"full_name": "rtqichen/torchdiffeq", "name": "torchdiffeq", "created_at": "2018-09-01T00:00:00Z"}'
    query = (
        b'{"data": {"r0": {"nameWithOwner": "rtqichen/torchdiffeq", "name": "torchdiffeq", "createdAt": "2018-09-01",'
        b'"latestRelease": {"tagName": "v0.2.5", "publishedAt": "2024-11-01T00:00:00Z"}}}}'
    )
    for content in (told, query):
        request = Request(source="github", url="https://api.github.com/x", marks=marks)
        reply = Reply(request=request, outcome=Outcome.OK, status=200, content=content, retrieved_at=datetime.now(UTC))
        (found,) = GitHub(None).parse_reply(reply).records
        assert (found.date, found.year) == (None, None)


@pytest.mark.parametrize(
    ("unheard", "is_frozen"), [((), True), (("openalex",), True), (("crossref", "openalex"), False), (("pmlr",), False)]
)
def test_no_key_is_frozen_while_somebody_who_is_believed_more_is_silent(unheard, is_frozen):
    cluster = Cluster(entries=[("list", LIST.entries[0])])
    said_by = record(
        "semantic_scholar", NODE, title="Neural ODEs", authors=(Author("Ricky Chen", "Chen", "Ricky"),), year=2018
    )
    arxiv = record("arxiv", NODE, title="Neural ODE", authors=(CHEN,), year=2018, type=WorkType.PREPRINT)
    for one in (said_by, arxiv):
        cluster.matches.append(Match(one, EXACT, "identifier"))
        cluster.learn(one.identifiers, one.source)
    works = to_works(to_evidence([cluster], (LIST,), work_ids={}, missed={}, read_at=NOW), (LIST,), {})
    frozen = keys_to_freeze(works, (LIST,), {("list", 1): unheard} if unheard else {})
    assert frozen == ({"arxiv:1806.07366": "chen2018neural"} if is_frozen else {})
