"""What every source promises, asked of each over recorded replies; and samples of the real services, where present."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.recordings import RECORDED, rows_of
from support.services import Services
from support.shared import SHARED, needs_shared

from enrich.fetch.outcomes import classify, is_keepable
from enrich.model.facts import FACTS
from enrich.model.identifiers import Scheme, parse_identifier
from enrich.model.record import Record
from enrich.model.request import Outcome, Reply, Request
from enrich.model.traits import PUBLISHED, WRITTEN
from enrich.sources import SOURCES
from enrich.sources.base import ReplyError, TitleQuestion

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIELDS = set(Record.__dataclass_fields__) | {"edition", "link", "repository", "state"}
RANKED = set(FACTS) | {WRITTEN, PUBLISHED}
NO_RECORDING = (
    "no recording of {0}: write tests/recorded/{0}/index.json and what it names (docs/extending.md, A source)"
)


def recordings():
    for folder in sorted(RECORDED.iterdir()):
        for row in rows_of(folder.name):
            yield pytest.param(folder.name, row, id=f"{folder.name}/{row['file']}")


def to_reply(request: Request, row: dict, folder: Path) -> Reply:
    status = row.get("status", 200)
    content = (folder / row["file"]).read_bytes()
    finding = classify(status, {}, content, accept=request.accept, now=NOW)
    return Reply(
        request=request, outcome=finding.outcome, status=status, content=content, retrieved_at=NOW, url=request.url
    )


def request_of(source, row: dict, rows: list[dict], folder: Path) -> Request:
    if "search" in row:
        return next(iter(source.to_title_requests([TitleQuestion(row["search"])])))
    identifiers = [parse_identifier(*text.split(":", 1)) for text in row["asked"]]
    if "follow_up_of" in row:
        first = next(one for one in rows if one["file"] == row["follow_up_of"])
        return source.parse_reply(to_reply(request_of(source, first, rows, folder), first, folder)).follow_ups[0]
    titles = {identifiers[0]: TitleQuestion(row["list_title"], year=2019)} if "list_title" in row else {}
    return list(source.to_requests(identifiers, titles))[row.get("request", 0)]


@pytest.mark.parametrize(("name", "row"), list(recordings()))
def test_a_recording_is_read_as_its_index_says(name, row):
    folder = RECORDED / name
    assert name in SOURCES, f"no source {name}: tests/recorded/{name} is of none"
    source = SOURCES[name](has_key=row.get("has_key", False))
    request = request_of(source, row, rows_of(name), folder)
    reply = to_reply(request, row, folder)
    if "error" in row:
        with pytest.raises(ReplyError, match=row["error"]):
            source.parse_reply(reply)
        return
    parsed = source.parse_reply(reply)
    assert len(parsed.records) == row["records"]
    assert {record.title for record in parsed.records if record.title} == set(row.get("titles", ()))
    assert [str(one) for one in parsed.missing] == row.get("missing", [])
    assert len(parsed.follow_ups) >= row.get("follow_ups", 0)
    for record in parsed.records:
        assert record.source == name
        assert record.identifiers
        assert record.retrieved_at == NOW
        assert record.request_key == request.key
        assert all(one.value == one.value.lower() for one in record.identifiers if one.scheme is Scheme.DOI)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_declares_what_the_planner_needs(name):
    traits = SOURCES[name]().traits
    assert traits.name == name
    assert (traits.settles | traits.supplies) - FIELDS == set(), f"{name} settles or supplies what is no field"
    assert set(traits.trust) - RANKED == set(), f"{name} is trusted in what is no field"
    terms = traits.terms
    said = {"hosts": traits.hosts, "schemes": traits.schemes, "purpose": traits.purpose, "trust": traits.trust}
    said |= {"terms.title": terms.title, "terms.attribution": terms.attribution, "terms.licence": terms.licence}
    assert [what for what, value in said.items() if not value] == [], f"not said in the traits of {name}"
    assert rows_of(name), NO_RECORDING.format(name)
    if traits.example is not None:
        assert parse_identifier(*traits.example.split(":", 1)).scheme in traits.schemes
        is_recorded = any(traits.example in row.get("asked", ()) for row in rows_of(name))
        assert is_recorded or hasattr(Services, f"_{name}"), f"no reply of {name} to its example is recorded"


@pytest.mark.parametrize("name", SOURCES)
def test_equal_questions_make_equal_requests(name):
    asked = sorted({text for row in rows_of(name) for text in row.get("asked", ())})
    assert asked, NO_RECORDING.format(name)
    identifiers = [parse_identifier(*text.split(":", 1)) for text in asked]
    titles = dict.fromkeys(identifiers, TitleQuestion("A Title", year=2019))
    there = list(SOURCES[name]().to_requests(identifiers, titles))
    back = list(SOURCES[name]().to_requests([*reversed(identifiers), *identifiers], titles))
    assert there
    assert sorted(one.key for one in there) == sorted(one.key for one in back)


def test_every_recorded_file_is_used_and_holds_no_secret():
    for folder in RECORDED.iterdir():
        named = {row["file"] for row in rows_of(folder.name)}
        there = {path.name for path in folder.iterdir()} - {"index.json"}
        assert there == named, f"tests/recorded/{folder.name}/index.json names other files than there are"
        for path in folder.iterdir():
            text = path.read_text("utf-8")
            assert not re.search(r"[\w.+-]+@[\w-]+\.\w+|[Aa]pi[_-]?[Kk]ey|Bearer |Authorization", text), path


def test_batches_hold_as_many_as_the_source_takes():
    identifiers = [parse_identifier("arxiv", f"20{n % 12 + 1:02d}.{n:05d}") for n in range(1000)]
    counts = {name: len(list(SOURCES[name]().to_requests(identifiers, {}))) for name in ("arxiv", "datacite")}
    assert counts == {"arxiv": 10, "datacite": 5}
    assert len(list(SOURCES["semantic_scholar"]().to_requests(identifiers, {}))) == 2
    for name in ("arxiv", "datacite", "openalex", "dblp"):
        for request in SOURCES[name]().to_requests(identifiers, {}):
            assert len(request.url) + sum(len(key) + len(value) * 1.3 for key, value in request.params) < 8000


def test_a_doi_of_neurips_gives_no_authors():
    body = {"message": {"items": [{"DOI": "10.52202/079017-0001", "title": ["T"], "author": [{"family": "Aaa"}]}]}}
    reply = wire_reply("crossref", json.dumps(body).encode(), ["doi:10.52202/079017-0001"])
    (record,) = SOURCES["crossref"]().parse_reply(reply).records
    assert record.authors == ()


def test_a_citation_file_cannot_nest_itself_into_gigabytes():
    source = SOURCES["github"]()
    bomb = "authors: &a [x]\ntitle: " + "[" + "*a," * 9 + "]\n"
    marks = (("github", "a/b"), ("cff", "1"))
    request = Request(source="github", url="https://api.github.com/x", marks=marks)
    reply = Reply(request=request, outcome=Outcome.OK, status=200, content=bomb.encode(), retrieved_at=NOW)
    assert source.parse_reply(reply).records == ()


def wire_reply(name: str, content: bytes, asked: list[str], status: int = 200, **more) -> Reply:
    identifiers = [parse_identifier(*text.split(":", 1)) for text in asked]
    request = next(
        iter(SOURCES[name](**more).to_requests(identifiers, dict.fromkeys(identifiers, TitleQuestion("A Title"))))
    )
    finding = classify(status, {}, content, accept=request.accept, now=NOW)
    return Reply(
        request=request, outcome=finding.outcome, status=status, content=content, retrieved_at=NOW, url=request.url
    )


WIRE = [
    ("arxiv", "arxiv/id-1605.08386.xml", ["arxiv:1605.08386"], "Heat-bath random walks with Markov bases"),
    ("arxiv", "arxiv/id-2104.12255v1-title-0.xml", ["arxiv:2104.12255"], "0"),
    ("arxiv", "arxiv/id-astro-ph-0601001-old-style.xml", ["arxiv:astro-ph/0601001"], None),
    ("arxiv", "arxiv/id-quant-ph-0201082v1-old-style-version.xml", ["arxiv:quant-ph/0201082"], None),
    ("arxiv", "arxiv/batch-one-missing.xml", ["arxiv:1707.08567", "arxiv:0808.05394"], None),
    ("datacite", "datacite/list-dois-page.json", ["doi:10.5281/zenodo.3596961"], None),
    ("semantic_scholar", "semanticscholar/batch-post-one-null.json", ["doi:10.2139/ssrn.288970"], None),
    ("openalex", "openalex/work-arxiv-doi.json", ["arxiv:1201.0490"], "Scikit-learn: Machine Learning in Python"),
    ("openalex", "openalex/list-sample-5.json", ["arxiv:1201.0490"], None),
    ("crossref", "crossref/work-one.json", ["doi:10.1371/journal.pone.0033693"], None),
    ("crossref", "crossref/work-biorxiv-posted-content.json", ["doi:10.1101/2024.04.01.587366"], None),
    ("crossref", "crossref/list-polite-array.json", ["doi:10.5555/x"], None),
    ("dblp", "dblp/sparql-title.json", ["dblp:conf/cvpr/HeZRS16"], "Deep Residual Learning for Image Recognition"),
    ("openreview", "openreview/v2-note-neurips2025-workshop.json", ["openreview:4aMedv0ONH"], None),
    ("openreview", "openreview/v1-notes-nips2018-workshop.json", ["openreview:HkghWScuoQ"], "Targeted Dropout"),
    ("neurips", "neurips/abstract-1988-new-site.html", ["neurips:1988/006f52e9102a8d3be2fe5614f42ba989"], None),
    ("neurips", "neurips/abstract-8668-old-site.html", ["neurips:number/8668"], None),
    ("pmlr", "pmlr/page-head-v267-reduced.html", ["pmlr:v267/gu25a"], "Auditing Prompt Caching in Language Model APIs"),
    ("acl", "acl-anthology/page-P17-2044.html", ["acl:P17-2044"], None),
]


@needs_shared
@pytest.mark.parametrize(("name", "file", "asked", "title"), WIRE)
def test_a_genuine_reply_is_read(name, file, asked, title):
    reply = wire_reply(name, (SHARED / "wire" / file).read_bytes(), asked)
    assert reply.outcome is Outcome.OK
    records = SOURCES[name]().parse_reply(reply).records
    assert records
    assert all(record.title for record in records)
    assert title is None or title in {record.title for record in records}
    assert any(record.authors for record in records)


FAULTS = [
    ("arxiv", "arxiv/error-400-malformed-id.xml", 400, Outcome.REFUSED),
    ("arxiv", "arxiv/throttle-429.txt", 429, Outcome.THROTTLED),
    ("openalex", "openalex/throttle-429-budget.json", 429, Outcome.THROTTLED),
    ("openalex", "openalex/error-404.html", 404, Outcome.NOT_FOUND),
    ("openreview", "openreview/error-403-challenge.json", 403, Outcome.CHALLENGED),
    ("openreview", "openreview/error-429-rate-limit.json", 429, Outcome.THROTTLED),
    ("dblp", "dblp/anubis-challenge-dblp-reduced.html", 200, Outcome.CHALLENGED),
    ("crossref", "crossref/error-404-agency-mislabelled.txt", 404, Outcome.NOT_FOUND),
    ("semantic_scholar", "semanticscholar/match-404-title.json", 404, Outcome.NOT_FOUND),
    ("semantic_scholar", "semanticscholar/throttle-429.json", 429, Outcome.THROTTLED),
    ("semantic_scholar", "semanticscholar/error-403-bad-key.json", 403, Outcome.REFUSED),
    ("github", "github/throttle-403-rate-limit.json", 403, Outcome.REFUSED),
]


@needs_shared
@pytest.mark.parametrize(("name", "file", "status", "outcome"), FAULTS)
def test_a_genuine_fault_is_recognized_and_never_kept(name, file, status, outcome):
    content = (SHARED / "wire" / file).read_bytes()
    accept = "application/atom+xml" if name == "arxiv" else "application/json"
    assert classify(status, {}, content, accept=accept, now=NOW).outcome is outcome
    if outcome is not Outcome.NOT_FOUND:
        assert not is_keepable(status, content, accept=accept)


@needs_shared
def test_no_genuine_reply_makes_a_parser_raise_anything_but_its_own_error():
    folders = {"semanticscholar": "semantic_scholar", "acl-anthology": "acl"}
    n_tried = 0
    for folder in sorted((SHARED / "wire").iterdir()):
        name = folders.get(folder.name, folder.name)
        if name not in SOURCES:
            continue
        asked = next(row["asked"] for row in rows_of(name) if "asked" in row)
        for path in folder.iterdir():
            reply = wire_reply(name, path.read_bytes(), asked)
            with suppress(ReplyError):
                SOURCES[name]().parse_reply(reply)
            n_tried += 1
    assert n_tried > 100
