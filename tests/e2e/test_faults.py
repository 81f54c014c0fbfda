"""Whatever the services do, a run ends well, says what failed, and loses nothing that an earlier run knew."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from e2e.conftest import LIST
from support.services import Answer, Facts, Services, arxiv_feed, environment, serve
from support.shared import SHARED

from enrich.config import load_settings
from enrich.session.session import Session

MOMENT = "2026-11-22T03:00:00+00:00"
LATER = "2026-11-24T03:00:00+00:00"


def settings_for(services, folder, now=MOMENT, formats=None, **manners):
    variables = environment(services.port, ENRICH_STATE_DIR=str(folder / "state"), ENRICH_NOW=now)
    variables |= {"ENRICH_EXPORTS__FORMATS": json.dumps(formats)} if formats else {}
    manners = {"backoff_s": 0, "attempts": 2, "max_reply_mib": 1, **manners}
    variables |= {f"ENRICH_MANNERS__{name.upper()}": str(value) for name, value in manners.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ENRICH_")]:
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        return load_settings()


def run(services, folder, now=MOMENT, **manners):
    """One run in this process; the bibliography and the run. Of its files, which take most of a run, it writes one."""
    with Session(settings_for(services, folder, now, ["bib"], **manners)) as current:
        bibliography, _ = current.run([str(LIST)], folder / "out")
    return bibliography, current


def raw(content: bytes):
    def write(handler):
        handler.wfile.write(content)

    return Answer(write=write)


def endless(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass


def wire(name: str) -> bytes:
    path = SHARED / "wire" / name
    return path.read_bytes() if path.is_file() else b'{"error": "no sample beside the checkout"}'


FAULTS = {
    "reset in mid-body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n{"),
    "no answer": Answer(write=lambda _: time.sleep(0.8)),
    "truncated gzip": Answer(body=gzip.compress(b"{}" * 999)[:-9], headers={"Content-Encoding": "gzip"}),
    "redirect loop": Answer(302, headers={"Location": "/api/query?again"}),
    "redirect elsewhere": Answer(302, headers={"Location": "http://127.0.0.1:9/"}),
    "endless body": Answer(write=endless),
    "page under 200": Answer(body=b"<!doctype html><html><body>Sorry</body></html>", content_type="text/html"),
    "challenge under 200": Answer(body=wire("dblp/anubis-challenge-dblp-reduced.html"), content_type="text/html"),
    "challenge": Answer(403, wire("openreview/error-403-challenge.json")),
    "429 forever": Answer(429, b"Rate exceeded.", content_type="text/plain"),
    "429 for hours": Answer(429, wire("openalex/throttle-429-budget.json"), {"Retry-After": "53578"}),
    "nothing but 500s": Answer(500, b"oops"),
    "malformed id": Answer(400, wire("arxiv/error-400-malformed-id.xml"), content_type="application/atom+xml"),
    "empty feed": Answer(body=arxiv_feed([]), content_type="application/atom+xml"),
    "entity bomb": Answer(
        body=b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>&b;&b;</title></feed>',
        content_type="application/atom+xml",
    ),
}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """Services, the folder of a run that they all answered, and what it found: the same one comes before each fault."""
    folder = tmp_path_factory.mktemp("earlier")
    with serve(Services(Facts.from_catalogue())) as running:
        yield running, folder, run(running, folder)[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("service", ["arxiv", pytest.param("semantic_scholar", marks=pytest.mark.exhaustive)])
def test_a_fault_costs_only_what_that_source_alone_knew(earlier, tmp_path, name, service):
    services, folder, before = earlier
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    services.faults = {service: lambda _: FAULTS[name]}
    # A busy machine must not be taken for a service that does not answer.
    manners = {"read_timeout_s": 0.5} if name == "no answer" else {}
    after, current = run(services, tmp_path, now="2027-12-01T03:00:00+00:00", **manners)
    assert len(after.works) == 84
    assert {work.work_id: work.title for work in after.works} == {work.work_id: work.title for work in before.works}
    assert [w.abstract for w in after.works] == [w.abstract for w in before.works]
    assert [w.citation_count is None for w in after.works] == [w.citation_count is None for w in before.works]
    assert service in current.failed_sources or name == "empty feed"
    if name != "empty feed":
        assert any(warning.startswith(f"{service}: ") for warning in after.warnings)


@pytest.mark.slow
def test_what_a_first_run_misses_a_fallback_supplies(services, tmp_path):
    services.faults["arxiv"] = lambda _: FAULTS["429 forever"]
    bibliography, current = run(services, tmp_path)
    assert current.failed_sources == ("arxiv",)
    assert services.counts()["datacite"] == 1
    work = next(work for work in bibliography.works if work.work_id == "arxiv:1806.07366")
    chosen = {claim.field: claim.source for claim in work.claims if claim.is_selected}
    assert (chosen["title"], chosen["abstract"]) == ("datacite", "datacite")


@pytest.mark.slow
def test_a_source_that_asks_for_hours_is_left_until_then(services, tmp_path):
    services.faults["openalex"] = lambda _: FAULTS["429 for hours"]
    run(services, tmp_path)
    services.faults.clear()
    services.asked.clear()
    bibliography, _ = run(services, tmp_path, now="2026-11-22T10:00:00+00:00")
    assert services.counts()["openalex"] == 0
    assert any("left alone until 2026-11-22 17:52 UTC" in warning for warning in bibliography.warnings)
    run(services, tmp_path, now=LATER)
    assert services.counts()["openalex"] == 1


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """How often each work is cited, as a run finds it that nobody tricks."""
    with serve(Services(Facts.from_catalogue())) as running:
        bibliography, _ = run(running, tmp_path_factory.mktemp("plain"))
    return {work.work_id: work.citation_count for work in bibliography.works}


@pytest.mark.slow
@pytest.mark.parametrize("trick", ["another order", "a missing item", "a foreign item", "a duplicate"])
def test_batches_are_joined_by_identifier(plain, services, tmp_path, trick):
    def twist(asked):
        answer = services._semantic_scholar(asked)
        rows = json.loads(answer.body)
        if trick == "another order":
            rows.reverse()
        elif trick == "a missing item":
            rows[3] = None
        elif trick == "a foreign item":
            rows[3] = {**rows[3], "paperId": "f" * 40, "externalIds": {"ArXiv": "9912.99999"}, "citationCount": 666666}
        else:
            rows.insert(0, rows[5])
        return Answer(body=json.dumps(rows).encode())

    services.faults["semantic_scholar"] = twist
    actual, _ = run(services, tmp_path / "twisted")
    wrong = [work.work_id for work in actual.works if work.citation_count != plain[work.work_id]]
    assert len(wrong) <= (1 if trick in ("a missing item", "a foreign item") else 0)
    assert 666666 not in {work.citation_count for work in actual.works}


@pytest.mark.slow
def test_a_record_that_its_index_corrupted_is_refused_and_reported(services, tmp_path):
    def corrupt(asked):
        rows = json.loads(services._semantic_scholar(asked).body)
        rows[0] = {
            **rows[0],
            "title": "Growth of Tomatoes under Artificial Light in the Greenhouse",
            "citationCount": 666,
        }
        return Answer(body=json.dumps(rows).encode())

    services.faults["semantic_scholar"] = corrupt
    bibliography, _ = run(services, tmp_path)
    assert 666 not in {work.citation_count for work in bibliography.works}
    assert sum("Growth of Tomatoes" in warning for warning in bibliography.warnings) == 1


@pytest.mark.slow
def test_a_damaged_store_is_moved_aside_and_the_run_goes_on(services, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "store.sqlite").write_bytes(b"garbage" * 999)
    bibliography, _ = run(services, tmp_path)
    assert len(bibliography.works) == 84
    assert sum("moved to store.sqlite.damaged-1" in warning for warning in bibliography.warnings) == 1


@pytest.mark.exhaustive
def test_two_runs_on_one_state_folder_both_finish(services, tmp_path):
    variables = {**os.environ, **environment(services.port), "ENRICH_STATE_DIR": str(tmp_path / "state")}
    command = [str(Path(sys.executable).with_name("enrich")), "run", str(LIST), "--out"]
    both = [
        subprocess.Popen(
            [*command, str(tmp_path / name)], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for name in ("one", "two")
    ]
    errors = [process.communicate(timeout=120)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert (tmp_path / "one" / "works.bib").read_bytes() == (tmp_path / "two" / "works.bib").read_bytes()
    bibliography, _ = run(services, tmp_path, now=LATER)
    assert not [warning for warning in bibliography.warnings if "moved to" in warning]


@pytest.mark.exhaustive
def test_ten_runs_into_one_folder_leave_the_files_of_one(tmp_path):
    papers = tmp_path / "papers.md"
    papers.write_text("".join(LIST.read_text("utf-8").partition("### Applications")[:1]), "utf-8")
    command = [str(Path(sys.executable).with_name("enrich")), "run", str(papers), "--offline", "--out"]

    def start(out):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
        variables = clean | {"ENRICH_STATE_DIR": str(tmp_path / f"state-{out}"), "ENRICH_NOW": MOMENT}
        return subprocess.Popen([*command, out], cwd=tmp_path, env=variables, stdout=-3, stderr=-1, text=True)

    def files(out):
        return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    for _ in range(2):
        process = start("alone")
        told = process.communicate(timeout=60)[1]
        assert process.returncode == 0, told
    together = [start("together") for _ in range(10)]
    told = [process.communicate(timeout=180)[1] for process in together]
    assert [process.returncode for process in together] == [0] * 10, told
    assert not [text for text in told if "Traceback" in text]
    alone, together = files(tmp_path / "alone"), files(tmp_path / "together")
    differing = {name for name in alone.keys() | together.keys() if alone.get(name) != together.get(name)}
    assert differing <= {"run.json", "runs.parquet"}


@pytest.mark.exhaustive
def test_a_killed_run_resumes_without_asking_twice(services, tmp_path):
    # The charts of the report take longer than everything else.
    variables = {**os.environ, **environment(services.port, ENRICH_EXPORTS__FORMATS='["csv"]')}
    variables["ENRICH_MANNERS__ATTEMPTS"] = "1"
    command = [str(Path(sys.executable).with_name("enrich")), "run", str(LIST), "--out"]

    def start(state, out):
        env = {**variables, "ENRICH_STATE_DIR": str(state)}
        return subprocess.Popen([*command, str(out)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    started = time.monotonic()
    assert start(tmp_path / "calm", tmp_path / "undisturbed").wait(timeout=120) == 0
    length = time.monotonic() - started
    expected = without_times(tmp_path / "undisturbed" / "works.csv")
    generator = random.Random(7)
    for number in range(5):
        services.asked.clear()
        state, out = tmp_path / f"state{number}", tmp_path / f"out{number}"
        victim = start(state, out)
        time.sleep(generator.uniform(0.3, 0.95) * length)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        first = len(services.asked)
        assert start(state, out).wait(timeout=120) == 0
        assert without_times(out / "works.csv") == expected
        keys = [(one.service, one.path, one.body) for one in services.asked]
        repeated = [key for key in set(keys) if keys.count(key) > 1]
        # The request that was under way when the process died has no reply that could have been kept.
        assert len(repeated) <= 13 if first < len(keys) else not repeated


def without_times(path: Path) -> list[list[str]]:
    """The table without the columns that say when."""
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    # What the victim has published already is not new to the next run.
    dated = {"citation_count_at", "first_seen_at", "updated_at", "run_id", "is_new"}
    return [[value for name, value in row.items() if name not in dated] for row in rows]


@pytest.mark.slow
def test_a_fallback_asks_in_batches_like_the_first_choice(tmp_path):
    with serve(Services(Facts.from_catalogue())) as services:
        services.faults = dict.fromkeys(("dblp", "openreview"), lambda _: Answer(503))
        bibliography, _ = run(services, tmp_path, attempts=3)
        counts = services.counts()
        pages = [one.path for one in services.asked if one.service == "neurips"]
    assert sum(counts.values()) - counts["github"] <= 28
    assert len(set(pages)) == len(pages) <= 11
    by_id = {work.identifier("neurips"): work for work in bibliography.works if work.identifier("neurips")}
    listed = by_id["2019/01386bd6d8e091c2ab4c7c7de644d37b"]
    assert "neurips" in {record.source for record in listed.records}
    assert (listed.type, listed.year, len(listed.authors)) == ("conference", 2019, 3)
    assert all(work.venue for work in by_id.values())


@pytest.mark.slow
def test_a_year_that_the_site_does_not_list_is_asked_page_by_page(tmp_path):
    with serve(Services(Facts.from_catalogue())) as services:
        is_list = re.compile(r"/paper_files/paper/\d{4}$").search
        services.faults = {
            "dblp": lambda _: Answer(503),
            "neurips": lambda asked: Answer(404) if is_list(asked.path) else None,
        }
        bibliography, _ = run(services, tmp_path)
        assert any("/paper/9431" in one.path for one in services.asked), "the redirect of an old number comes last"
    known = [work for work in bibliography.works if any(record.source == "neurips" for record in work.records)]
    assert len(known) == 25
    assert all(work.dead_links == () for work in bibliography.works)
