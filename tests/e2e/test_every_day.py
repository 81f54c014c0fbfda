"""What others are told of a night: a line for each list, alerts, figures for monitors, a feed; and what goes."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from filelock import FileLock
from jsonschema import Draft202012Validator, FormatChecker
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from support.services import Answer, environment
from support.shared import ROOT

from enrich.config import load_settings
from enrich.nightly import run_night
from enrich.sources import SOURCES

pytestmark = pytest.mark.slow

START = datetime(2026, 12, 1, 3, tzinfo=UTC)
SHORT = """\
# A list

## Papers

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)

* Stable Neural Flows: [arXiv20](https://arxiv.org/abs/2003.08063)
"""
STALE = {
    f"ENRICH_FRESHNESS__{name}_DAYS": "0" for name in ("RETRACTION", "PUBLISHED", "CITATION_COUNT", "PREPRINT_VENUE")
}
SCHEMA = Draft202012Validator(
    json.loads((ROOT / "docs" / "notify.schema.json").read_text("utf-8")), format_checker=FormatChecker()
)
KEEP = f"""{sys.executable} -c 'import sys; open("told.jsonl", "a").write(sys.stdin.read() + chr(10))'"""


@pytest.fixture
def night(enrich, tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")

    def run(day, *arguments, **variables):
        own = {"ENRICH_NOW": (START + timedelta(days=day)).isoformat(), "ENRICH_OUT_DIR": "out", **STALE}
        return enrich("nightly", *(arguments or ("list.md",)), **own | variables)

    return run


@pytest.fixture
def told(tmp_path):
    def read():
        path = tmp_path / "told.jsonl"
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
        for one in found:
            SCHEMA.validate(one)
        return found

    return read


def warnings(result):
    assert "Traceback" not in result.stderr
    return [line for line in result.stderr.splitlines() if line.startswith("warning: ")]


def kinds(message):
    return [one["kind"] for one in message["events"]]


@contextmanager
def hook(status=200, wait_s=0.0, headers=()):
    """A webhook on loopback, and what it was sent."""
    posted = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            posted.append((self.path, dict(self.headers), json.loads(body)))
            time.sleep(wait_s)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", posted
    finally:
        server.shutdown()
        server.server_close()


def test_a_line_for_each_list_says_what_is_new_published_retracted_and_what_failed(night, services, tmp_path):
    (tmp_path / "other.md").write_text(SHORT.partition("* Stable")[0], "utf-8")
    first = night(0, "list.md", "other.md").stdout.splitlines()
    assert first[0] == "list: 2 entries, 2 works; this is the first run: there is nothing to compare with."
    assert first[-1].startswith("run ")
    services.facts.papers["1806.07366"]["retracted"] = True
    services.faults["semantic_scholar"] = lambda _: Answer(500)
    lines = night(1, "list.md", "gone.md", "other.md")
    (line,) = [one for one in lines.stdout.splitlines() if one.startswith("list: ")]
    assert re.fullmatch(
        r"list: 2 entries, 2 works; \d+ changes since 2026-12-01 \(1 retracted\); without semantic_scholar:", line
    )
    assert "enrich: gone: gone.md: no such file" in lines.stderr
    assert lines.stdout.splitlines()[0] == line


def test_a_retraction_is_told_once_to_command_and_webhook(night, services, told, tmp_path):
    secret = "T0KENT0KEN"
    with hook() as (url, posted):
        channels = {"ENRICH_NOTIFY__COMMAND": KEEP, "ENRICH_NOTIFY__URL": f"{url}/hook/{secret}?key={secret}"}
        channels["ENRICH_CONTACT"] = "somebody@example.org"
        assert night(0, **channels).returncode == 0
        assert (told(), posted) == ([], [])
        services.facts.papers["1806.07366"]["retracted"] = True
        done = night(1, **channels)
        assert done.returncode == 0, done.stderr
        (message,) = told()
        assert kinds(message) == ["retracted"]
        assert message["events"][0]["list"] == "list"
        assert message["events"][0]["title"] == "Neural Ordinary Differential Equations"
        assert message["lists"][0]["changes"]["retracted"] == 1
        assert message["text"].startswith("enrich 2026-12-02: retracted “Neural Ordinary Differential Equations”")
        ((path, headers, body),) = posted
        assert path == f"/hook/{secret}?key={secret}"
        assert headers["Content-Type"] == "application/json"
        assert body == message
        # The same night again, and a quiet one.
        assert night(1, **channels).returncode == night(2, **channels).returncode == 0
        assert len(told()) == len(posted) == 1
    everything = (
        done.stdout
        + done.stderr
        + "".join(path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file())
    )
    assert secret not in everything
    assert "somebody@example.org" not in json.dumps(body) + json.dumps(headers)


def test_a_channel_that_fails_is_a_warning_and_the_next_night_tells_it_again(night, services, told):
    night(0)
    services.facts.papers["1806.07366"]["retracted"] = True
    with hook(500) as (url, posted):
        done = night(1, ENRICH_NOTIFY__URL=f"{url}/s3cr3t", ENRICH_NOTIFY__COMMAND="sh -c 'echo no mail >&2; exit 7'")
        assert done.returncode == 0
        host = url.removeprefix("http://")
        assert warnings(done) == [
            "warning: notify.command: sh ended with 7: no mail; the next night tells it again",
            f"warning: notify.url: {host} answered with 500; the next night tells it again",
        ]
    with hook(302, headers=[("Location", "http://169.254.169.254/latest")]) as (url, moved):
        again = night(2, ENRICH_NOTIFY__URL=url, ENRICH_NOTIFY__COMMAND=KEEP)
        assert [line for line in warnings(again) if "answered with 302" in line]
    ((_, _, first),) = posted
    ((_, _, second),) = moved
    assert first["id"] == second["id"] == told()[0]["id"]
    gone = night(3, ENRICH_NOTIFY__URL=url, ENRICH_NOTIFY__COMMAND="no-such-program")
    assert warnings(gone) == [
        f"warning: notify.url: {url.removeprefix('http://')} cannot be reached; the next night tells it again"
    ]


def test_a_slow_channel_is_given_up_with_all_that_it_started(night, services, tmp_path):
    night(0)
    services.facts.papers["1806.07366"]["retracted"] = True
    late = "sh -c '(sleep 5; touch late) & sleep 60'"
    with hook(wait_s=6) as (url, _):
        began = time.monotonic()
        done = night(1, ENRICH_NOTIFY__COMMAND=late, ENRICH_NOTIFY__URL=url, ENRICH_NOTIFY__TIMEOUT_S="1")
        assert [line.split("; ")[0] for line in warnings(done)] == [
            "warning: notify.command: sh took longer than 1 s",
            f"warning: notify.url: {url.removeprefix('http://')} did not answer within 1 s",
        ]
        time.sleep(max(0.0, began + 9 - time.monotonic()))
    assert not (tmp_path / "late").exists()


def test_lost_lists_failing_sources_and_failed_nights_are_told_once_each(night, services, told):
    channels = {"ENRICH_NOTIFY__COMMAND": KEEP, "ENRICH_NOTIFY__AFTER_NIGHTS": "2"}
    services.faults["dblp"] = lambda _: Answer(500)
    for day in range(4):
        night(day, "list.md", "gone.md", ENRICH_FRESHNESS__NOT_FOUND_DAYS="0", **channels)
    assert [kinds(one) for one in told()] == [["list_lost"], ["source_failed"]]
    event = told()[1]["events"][0]
    assert (event["source"], event["since"]) == ("dblp", "2026-12-01")
    assert [one["name"] for one in told()[1]["sources"]] == ["dblp"]
    for _ in range(2):
        assert night(4, "gone.md", **channels).returncode == 2
    assert [kinds(one) for one in told()][2:] == [["night_failed"]]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('url = "http://example.org/s3cr3t"', "bad value of notify.url: must be an address that starts with https"),
        ('url = "ftp://127.0.0.1/s3cr3t"', "bad value of notify.url: must be an address"),
        ('command = ""', "of notify.command: must name a program"),
        ("command = 3", "of notify.command: must name a program"),
        ('command = "a \'b"', "of notify.command: no closing quotation"),
        ("comand = 'x'", "unknown setting notify.comand; did you mean command?"),
    ],
)
def test_bad_channels_are_one_line_without_the_address(enrich, tmp_path, settings, says):
    (tmp_path / "enrich.toml").write_text(f"[notify]\n{settings}\n", "utf-8")
    done = enrich("nightly", "list.md")
    assert done.returncode == 2
    assert done.stderr.startswith("enrich: enrich.toml:2: ")
    assert says in done.stderr
    assert "s3cr3t" not in done.stderr


def families(path):
    text = path.read_text("utf-8")
    assert text.endswith("\n# EOF\n")
    found = {one.name: one for one in parse_openmetrics(text)}
    assert {one.name for one in parse_text(text)} == set(found)
    assert all(one.type == "gauge" and one.documentation for one in found.values())
    return {
        name: {tuple(sample.labels.values()): sample.value for sample in one.samples} for name, one in found.items()
    }


def test_the_figures_of_a_night_are_read_by_openmetrics_and_by_the_textfile_collector(night, services, tmp_path):
    odd = 'a "list"\\ of mine'
    (tmp_path / f"{odd}.md").write_text(SHORT, "utf-8")
    path = tmp_path / "enrich.prom"
    path.touch(0o640)
    services.faults["dblp"] = lambda _: Answer(500)
    assert night(0, f"{odd}.md", "gone.md", ENRICH_METRICS_FILE=str(path)).returncode == 2
    found = families(path)
    (name,) = [one for (one,) in found["enrich_list_works"]]
    assert found["enrich_list_works"] == {(name,): 2.0}
    assert found["enrich_list_failed"] == {(name,): 0.0, ("gone",): 1.0}
    assert found["enrich_night_success"] == {(): 0.0}
    assert found["enrich_night_failed"] == {(): 0.0}
    assert found["enrich_source_failing_nights"][("dblp",)] == 1.0
    assert found["enrich_source_failing_nights"][("semantic_scholar",)] == 0.0
    assert found["enrich_source_failed_requests"][("dblp",)] >= 1
    assert found["enrich_source_requests"][("semantic_scholar",)] >= 1
    assert found["enrich_list_written_timestamp_seconds"][(name,)] == pytest.approx(START.timestamp(), abs=120)
    assert 0 < found["enrich_night_duration_seconds"][()] < 120
    before = found["enrich_night_last_success_timestamp_seconds"]
    assert night(1, "gone.md", "--metrics", str(path)).returncode == 2
    found = families(path)
    assert found["enrich_night_failed"] == {(): 1.0}
    assert found["enrich_night_last_success_timestamp_seconds"] == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".enrich-")] == []


def test_figures_that_cannot_be_written_are_a_warning(night, tmp_path):
    done = night(0, "list.md", "--metrics", "nowhere/enrich.prom")
    assert done.returncode == 0
    assert any(line.startswith("warning: metrics_file: nowhere/enrich.prom: cannot be") for line in warnings(done))


def test_a_pattern_stands_for_what_is_there_and_one_for_nothing_is_one_warning(night, tmp_path):
    (tmp_path / "more" / "deep").mkdir(parents=True)
    for name in ("more/b.md", "more/a.md", "more/deep/c.md", "more/d[1].md"):
        (tmp_path / name).write_text(SHORT, "utf-8")
    (tmp_path / "enrich.toml").write_text(
        'lists = ["list.md", "more/d[1].md", "more/?.md", "more/**/c.md", "none/*.bib"]\n', "utf-8"
    )
    done = night(0, "--quiet")
    assert done.returncode == 0
    assert warnings(done) == ["warning: none/*.bib: no file or folder has such a name; mend lists in the settings"]
    again = night(1, "--strict")
    assert [line.split(":")[0] for line in again.stdout.splitlines() if " entries, " in line] == [
        "list", "d-1", "a", "b", "c",
    ]  # fmt: skip
    nothing = night(2, "none/*.md")
    assert nothing.returncode == 0
    assert len(warnings(nothing)) == 1


@pytest.fixture
def status(enrich):
    def run(day, *arguments, **variables):
        own = {"ENRICH_NOW": (START + timedelta(days=day)).isoformat(), "ENRICH_OUT_DIR": "out"}
        return enrich("status", *arguments, **own | variables)

    return run


def test_status_lists_every_source_that_is_switched_on_and_how_long_it_has_not_answered(night, status, services):
    services.faults["dblp"] = lambda _: Answer(500)
    for day in range(2):
        night(day, ENRICH_FRESHNESS__NOT_FOUND_DAYS="0", ENRICH_SOURCES__OPENALEX__ENABLED="false")
    done = status(1, ENRICH_SOURCES__OPENALEX__ENABLED="false")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    listed = {line.split(":")[0].strip(): line for line in lines[lines.index("sources") + 1 : lines.index("runs")]}
    assert set(listed) == set(SOURCES) - {"openalex"}
    assert "never answered, failing for 2 nights since 2026-12-01 03:00, failed in the last run: " in listed["dblp"]
    assert listed["crossref"].endswith("never asked")
    assert "records, " in listed["semantic_scholar"]
    assert "last answer 2026-12-02" in listed["semantic_scholar"]
    facts = json.loads(status(1, "--format", "json", ENRICH_SOURCES__OPENALEX__ENABLED="false").stdout)
    by_name = {one["source"]: one for one in facts["sources"]}
    assert set(by_name) == set(listed)
    assert by_name["dblp"]["silent_s"] == 86400
    assert (by_name["dblp"]["answered_at"], by_name["dblp"]["failing_nights"]) == (None, 2)
    assert facts["failures"] == []


@pytest.mark.parametrize(
    ("day", "options", "told"),
    [
        (2, ("--fail-if-stale", "3d"), ["stale: gone was never written"]),
        (9, (), []),
        (
            2,
            ("--fail-if-stale", "36h"),
            ["stale: list was last written 2026-12-01 03:00", "stale: gone was never written"],
        ),
        (2, ("--fail-on", "stale"), ["stale: gone was never written"]),
        (9, ("--fail-if-stale", "1W", "--fail-on", "open-circuit"), 2),
        (0, ("--fail-on", "lost-list"), ["lost-list: gone was lost 2026-12-01 03:00: gone.md: no such file"]),
        (
            0,
            ("--fail-on", "failed-source"),
            ["failed-source: dblp has failed for 1 night: ", "failed-source: openalex has failed for 1 night: "],
        ),
        (0, ("--fail-on", "silent-source", "--fail-on", "lost-list"), 3),
        (0, ("--fail-on", "open-circuit"), ["open-circuit: openalex is left alone until 2026-12-01 05:00 UTC"]),
    ],
)
def test_status_fails_on_what_a_monitor_asks_for(night, status, services, *, day, options, told):
    services.faults["dblp"] = lambda _: Answer(500)
    later = {"Retry-After": "7200"}
    services.faults["openalex"] = lambda _: Answer(429, headers=later)
    night(0, "list.md", "gone.md")
    done = status(day, *options)
    lines = done.stderr.splitlines()
    assert done.returncode == (3 if told else 0), done.stderr
    if isinstance(told, int):
        assert len(lines) == told
    else:
        assert len(lines) == len(told)
        assert all(line.startswith(f"enrich: {text}") for line, text in zip(sorted(lines), sorted(told), strict=True))
    failures = json.loads(status(day, *options, "--format", "json").stdout)["failures"]
    assert sorted(f"enrich: {one['kind']}: {one['text']}" for one in failures) == sorted(lines)


def test_lists_of_the_settings_decide_what_is_stale(night, status, tmp_path):
    (tmp_path / "enrich.toml").write_text('lists = ["list.md", "late.md"]\n', "utf-8")
    (tmp_path / "other.md").write_text(SHORT, "utf-8")
    night(-30, "other.md")
    night(0, "list.md")
    done = status(1, "--fail-if-stale", "2d")
    assert (done.returncode, done.stderr) == (3, "enrich: stale: late.md was never written\n")
    assert "  late.md: no run yet\n" in done.stdout


@pytest.mark.parametrize("age", ["", "2", "d", "2 years", "-2d", "1e3d", "99999999d"])
def test_an_age_that_is_none_is_one_line(night, status, age):
    night(0)
    done = status(0, f"--fail-if-stale={age}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def sizes(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def long_ago(night, services, tmp_path):
    """A list with an old history, runs long over, and what broken runs left."""
    for day in (-200, -199, -198, -100, -1, 0):
        services.facts.papers["1806.07366"]["count"] += 7
        assert night(day).returncode == 0
    old = (START - timedelta(days=120)).timestamp()
    for name in ("store.sqlite.damaged-1", "store.sqlite.replaced-2", ".enrich-00aa-x.part"):
        (tmp_path / "state" / name).write_bytes(b"x" * 50_000)
        os.utime(tmp_path / "state" / name, (old, old))
    (tmp_path / "state" / "replies.sqlite.damaged-1").write_bytes(b"y" * 999)
    (tmp_path / "state" / "mine.txt").write_text("mine", "utf-8")
    os.utime(tmp_path / "state" / "mine.txt", (old, old))
    return {"ENRICH_NOW": (START + timedelta(days=1)).isoformat()}


def knowledge(tmp_path):
    """All of the store but what tells of runs."""
    with closing(sqlite3.connect(tmp_path / "state" / "store.sqlite")) as store:
        names = (
            "records",
            "record_identifiers",
            "works",
            "work_identifiers",
            "published",
            "questions",
            "title_answers",
        )
        return {name: store.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names}


def freed(result):
    return float(re.search(r"([0-9.]+) MB (?:would be )?freed", result.stdout)[1])


def test_pruning_says_what_it_would_free_then_frees_it_and_keeps_what_is_known(enrich, night, long_ago, tmp_path):
    before = sizes(tmp_path)
    known = knowledge(tmp_path)
    dry = enrich("prune", "--older-than", "90d", "--dry-run", **long_ago)
    assert dry.returncode == 0, dry.stderr
    assert "MB would be freed" in dry.stdout
    changed = {name for name, content in sizes(tmp_path).items() if before.get(name) != content}
    assert not {name for name in changed if not name.endswith(("-shm", "-wal"))}
    done = enrich("prune", "--older-than", "90d", **long_ago)
    assert done.returncode == 0, done.stderr
    assert done.stdout.replace(" freed", " would be freed") == dry.stdout
    lines = {line.split(": ")[0].removeprefix(f"{tmp_path}/"): line for line in done.stdout.splitlines()[:-1]}
    assert set(lines) == {
        "state/store.sqlite", "state/store.sqlite.damaged-1", "state/store.sqlite.replaced-2",
        "state/.enrich-00aa-x.part",
        "out/list/history/citation_counts",
    }  # fmt: skip
    assert knowledge(tmp_path) == known
    left = {
        name for name in sizes(tmp_path) if name.startswith("state/") and not name.endswith(("-shm", "-wal", ".lock"))
    }
    assert left >= {"state/replies.sqlite.damaged-1", "state/mine.txt", "state/store.sqlite"}
    assert not left & set(lines) - {"state/store.sqlite"}
    days = {path.parent.name for path in (tmp_path / "out/list/history/citation_counts").rglob("*.parquet")}
    assert {"observed_date=2026-11-30", "observed_date=2026-12-01", "observed_date=2026-08-23"} <= days
    assert len(days) < 6
    again = enrich("prune", **long_ago)
    assert again.stdout == "nothing is older than 90d\n"
    status = enrich("status", **long_ago)
    assert "  list: complete 2026-12-01 03:00, 2 entries, 2 works" in status.stdout
    assert night(2).stdout.splitlines()[-1].endswith("0 new, 0 changes")


def test_pruning_waits_for_no_night_and_a_bad_age_is_one_line(enrich, tmp_path):
    (tmp_path / "state").mkdir()
    with FileLock(tmp_path / "state" / "nightly.lock"):
        busy = enrich("prune")
    assert (busy.returncode, busy.stderr.count("\n")) == (2, 1)
    assert "a night is at work; prune when it has ended" in busy.stderr
    bad = enrich("prune", "--older-than", "old")
    assert (bad.returncode, bad.stderr.count("\n")) == (2, 1)
    assert enrich("prune").stdout == "nothing is older than 90d\n"


def test_a_list_that_was_taken_out_is_forgotten_and_its_folder_stays(enrich, night, tmp_path):
    (tmp_path / "other.md").write_text(SHORT, "utf-8")
    (tmp_path / "enrich.toml").write_text('lists = ["list.md"]\n', "utf-8")
    night(0, "list.md", "other.md")
    night(1, "list.md", "other.md")
    files, known = sizes(tmp_path / "out"), knowledge(tmp_path)
    done = enrich("store", "forget-list", "other")
    assert done.stdout == "forgotten: other: 2 lines of runs, 2 of works written into out/other; the files stay\n"
    assert (done.returncode, done.stderr) == (0, "")
    assert sizes(tmp_path / "out") == files
    after = knowledge(tmp_path)
    assert after | {"published": known["published"]} == known
    assert "other" not in enrich("status").stdout
    wrong = enrich("store", "forget-list", "lisst")
    assert (wrong.returncode, wrong.stderr) == (2, "enrich: no list 'lisst'; did you mean list?\n")
    named = enrich("store", "forget-list", "list")
    assert "list.md is still in lists of the settings: the next night begins it anew" in named.stderr
    assert night(2, "other.md").stdout.startswith("other: 2 entries, 2 works")


def test_the_doctor_names_a_channel_and_a_pattern_that_lead_nowhere(enrich, tmp_path):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    settings = 'lists = ["*.md", "none/*.bib"]\n[notify]\ncommand = "no-such-program --now"\n'
    (tmp_path / "enrich.toml").write_text(settings, "utf-8")
    checks = {one["name"]: one for one in json.loads(enrich("doctor", "--offline", "--json").stdout)["checks"]}
    assert (checks["notify"]["state"], checks["notify"]["text"]) == (
        "failed",
        "no-such-program: there is no such program",
    )
    assert (checks["lists"]["state"], checks["lists"]["text"]) == (
        "warning",
        "none/*.bib: no file or folder has such a name",
    )


def test_what_a_killed_night_found_is_told_by_the_next_one(services, told, tmp_path, monkeypatch):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ENRICH_")]:
        monkeypatch.delenv(name)
    own = {"ENRICH_NOTIFY__COMMAND": KEEP, "ENRICH_EXPORTS__FORMATS": '["parquet"]'}
    for name, value in (environment(services.port) | STALE | own).items():
        monkeypatch.setenv(name, value)

    def live(day, on_list=lambda _: None):
        monkeypatch.setenv("ENRICH_NOW", (START + timedelta(days=day)).isoformat())
        return run_night(load_settings(), ["list.md"], on_list=on_list)

    def die(_):
        raise KeyboardInterrupt

    live(0)
    services.facts.papers["1806.07366"]["retracted"] = True
    with pytest.raises(KeyboardInterrupt):
        live(1, die)
    assert told() == []
    assert live(2).lists[0].changes == ()
    (message,) = told()
    assert [(one["kind"], one["since"]) for one in message["events"]] == [("retracted", "2026-12-02")]
    assert message["date"] == "2026-12-03"
