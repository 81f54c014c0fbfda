"""A month of nights: what was planted is reported, once and nothing else; no count is lost or doubled."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from e2e.conftest import LIST
from support.services import Answer, Asked, Facts, Services, environment, serve

from enrich.config import Settings, load_settings
from enrich.errors import ExitCode
from enrich.model.entry import ReadingList
from enrich.model.work import Bibliography
from enrich.nightly import NightIsActiveError, NightOutcome, run_night
from enrich.nightly import night as whole_night
from enrich.session import publishing
from enrich.session.session import Session
from enrich.session.stages import Resolution, Written
from enrich.store.journal import RunState

pytestmark = pytest.mark.slow

START = datetime(2026, 12, 1, 3, tzinfo=UTC)
NIGHTS = 30
SECOND = """\
# A second list

## Papers

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)

* Stable Neural Flows: [arXiv20](https://arxiv.org/abs/2003.08063)

* Universal Differential Equations for Scientific Machine Learning: [arXiv20](https://arxiv.org/abs/2001.04385)

* Hamiltonian Descent Methods: [arXiv18](https://arxiv.org/abs/1809.05042)

* Continuous Depth in Forests of Shallow Rivers

## Software

* **torchsde**: SDE solvers in PyTorch: [repo](https://github.com/google-research/torchsde)
"""
FRESHNESS = {"PREPRINT_VENUE": "5", "PUBLISHED": "10", "REPOSITORY": "3", "NOT_FOUND": "3"}
UNREACHABLE = "http://127.0.0.1:9"
COMPARED = ("kind", "work_id", "title", "field", "before", "after", "source", "since", "url")
COUNT_OF = {"semantic_scholar": 1, "openalex": 2, "crossref": 3, "opencitations": 1}
"""By which number of the planted count the loopback service divides it."""

Row = dict[str, Any]


def moment_of(night: int) -> datetime:
    """Each night begins a little later than the one before, as schedules do that wait for something."""
    return START + night * timedelta(days=1, minutes=2)


def day_of(night: int) -> str:
    return moment_of(night).date().isoformat()


def settings_for(services: Services, folder: Path, now: datetime, more: dict[str, str] | None = None) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ENRICH_")]:
            patch.delenv(name)
        for name, value in variables_for(services, folder, now, more).items():
            patch.setenv(name, value)
        return load_settings()


def variables_for(services: Services, folder: Path, now: datetime, more: dict[str, str] | None) -> dict[str, str]:
    own = {f"ENRICH_FRESHNESS__{name}_DAYS": value for name, value in FRESHNESS.items()}
    own |= {"ENRICH_STATE_DIR": str(folder / "state"), "ENRICH_OUT_DIR": str(folder / "out")}
    own |= {"ENRICH_NOW": now.isoformat(), "ENRICH_SOURCES__GITHUB__API_KEY": "token", "ENRICH_MANNERS__ATTEMPTS": "2"}
    own["ENRICH_LISTS"] = json.dumps(["founding.md", "second.md"])
    return environment(services.port, **own) | (more or {})


@dataclass
class Plant:
    """Something that happens in the world, and what the report has to say once a service has told it."""

    night: int
    do: Callable[[World], object]
    changes: tuple[Row, ...] = ()
    told_by: tuple[str, str] | None = None
    """Service, and what a request that asks for it holds; None = whoever reads the list knows it at once."""
    lists: tuple[str, ...] = ("founding",)


@dataclass
class Outage:
    """A source that does not answer on some nights."""

    service: str
    nights: tuple[int, ...]
    answer: Answer | None
    """None = its port is closed."""
    says: str
    is_down: bool = False


@dataclass
class World:
    """Lists, services and a clock; and what every folder must hold by now."""

    services: Services
    folder: Path
    told: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Day, work and source to the count that the source told on that day."""
    lost: Row = field(default_factory=dict)
    requests: dict[int, set[tuple[str, str, bytes]]] = field(default_factory=dict)
    """By night."""
    quiet_nights: dict[int, int] = field(default_factory=dict)
    """The number of requests on each night on which nothing happened."""
    reported: dict[str, list[Row]] = field(default_factory=dict)
    """Everything that the reports of each list had to say so far."""

    @property
    def papers(self) -> dict[str, Row]:
        return self.services.facts.papers

    def grow(self, arxiv: str, by: int) -> None:
        self.papers[arxiv]["count"] += by

    def edit(self, name: str, before: str, after: str) -> None:
        path = self.folder / f"{name}.md"
        text = path.read_text("utf-8")
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, after), "utf-8")

    def out(self, name: str) -> Path:
        return self.folder / "out" / name

    def works_of(self, name: str) -> dict[str, str]:
        """Identifier to work of everything that a list names."""
        rows = pq.read_table(self.out(name) / "identifiers.parquet").to_pylist()
        return {f"{row['scheme']}:{row['value']}": row["work_id"] for row in rows}

    def note_counts(self, night: int, down: set[str]) -> None:
        """Every count that a service told in what it was asked since the record was last cleared."""
        for name in ("founding", "second"):
            works = self.works_of(name)
            for source, identifier, count in (
                one for asked in self.services.asked if asked.service not in down for one in self.counts_in(asked)
            ):
                if identifier in works:
                    self.told[name, day_of(night), works[identifier], source] = count

    def counts_in(self, asked: Asked) -> Iterator[tuple[str, str, int]]:
        """Source, identifier and count of each paper in the answer to a request."""
        divisor = COUNT_OF.get(asked.service)
        by_title = {f"title:{one['title']}": f"arxiv:{arxiv}" for arxiv, one in self.papers.items()}
        for identifier in (by_title.get(one, one) for one in identifiers_in(asked)):
            paper = self.services.facts.find(identifier)
            if paper is None and asked.service == "crossref":
                paper = self.services.facts.published.get(identifier.removeprefix("doi:"))
            if paper is not None and divisor:
                yield asked.service, identifier, paper["count"] // divisor

    def counted(self, work_id: str, by_night: int) -> tuple[str, int]:
        """Day and count of the newest observation by Semantic Scholar that is no younger than a night."""
        last = day_of(by_night)
        days = [
            (day, count)
            for (name, day, work, source), count in self.told.items()
            if (name, work, source) == ("founding", work_id, "semantic_scholar") and day <= last
        ]
        return max(days)


def identifiers_in(asked: Asked) -> list[str]:
    """The identifiers that a request asks for, as ``scheme:value``."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
    if asked.service == "semantic_scholar" and asked.method == "POST":
        texts = json.loads(asked.body)["ids"]
    elif asked.service == "openalex" and query["filter"].startswith("doi:"):
        texts = [f"doi:{one}" for one in query["filter"].removeprefix("doi:").split("|")]
    elif asked.service == "crossref" and "filter" in query:
        texts = query["filter"].split(",")
    else:
        title = query.get("query", query.get("filter", "").removeprefix("title.search:"))
        return [f"title:{title}"]
    found = []
    for text in texts:
        scheme, _, value = text.partition(":")
        bare = value.lower().removeprefix("10.48550/arxiv.")
        found.append(f"{'arxiv' if bare != value.lower() else scheme.lower()}:{bare}")
    return found


def paper(arxiv: str, **facts: Any) -> Row:
    """A change of the paper with this arXiv id."""
    return {"work_id": f"arxiv:{arxiv}", "url": f"https://arxiv.org/abs/{arxiv}", **facts}


def revised(field_name: str, arxiv: str, before: str, after: str, title: str) -> Row:
    kind = f"{field_name}_revised"
    return paper(arxiv, kind=kind, field=field_name, before=before, after=after, source="arxiv", title=title)


def entry(kind: str, arxiv: str, title: str, **facts: Any) -> Row:
    return paper(arxiv, kind=f"entry_{kind}", title=title, source="list", **facts)


def publish(world: World, arxiv: str, venue: str, doi: str) -> None:
    world.papers[arxiv] |= {"venue": venue, "venue_type": "journal", "doi": doi, "year": 2026}


def published(arxiv: str, title: str, venue: str, doi: str) -> Row:
    row = paper(arxiv, kind="published", title=title, field="venue", before="arXiv", after=f"{venue}, 2026, {doi}")
    return row | {"source": "crossref", "url": f"https://doi.org/{doi}"}


def repository(kind: str, name: str) -> Row:
    owner = name.lower()
    url = f"https://github.com/{name}"
    return {
        "kind": kind,
        "work_id": f"github:{owner}",
        "title": name.rpartition("/")[2],
        "source": "github",
        "url": url,
    }


NEW_ENTRY = "* A Paper That the List Did Not Have: [arXiv20](https://arxiv.org/abs/2006.10000)\n\n"
MOVED = "* Hamiltonian Descent Methods: [arXiv18](https://arxiv.org/pdf/1809.05042.pdf)\n\n"
LEFT = "* Optimizing Millions of Hyperparameters by Implicit Differentiation: [arXiv19](https://arxiv.org/abs/1911.02590)\n\n"
NAMELESS = "title:9133510af205e4ff"
UNKNOWN = "Continuous Depth in Forests of Shallow Rivers"
SOLVING = "Deep Learning Methods for Differential Equations / Solving Differential Equations"
OPTIMIZING = "Dynamical System View of Deep Learning / Optimization"


def add_the_paper(world: World) -> None:
    facts = {"arxiv": "2006.10000", "title": "A Paper That the List Did Not Have", "doi": None, "count": 11}
    world.papers["2006.10000"] = {**world.papers["1806.07366"], **facts, "venue": None, "venue_type": None}
    world.edit("founding", "### Applications\n", f"### Applications\n\n{NEW_ENTRY}")


def move_an_entry(world: World) -> None:
    world.edit("founding", MOVED, "")
    world.edit("founding", "### Solving Differential Equations\n", f"### Solving Differential Equations\n\n{MOVED}")


def let_the_unknown_be_known(world: World) -> None:
    facts = {"arxiv": "2612.00017", "title": UNKNOWN, "authors": ["Ada Rivers"], "date": "2026-12-18", "year": 2026}
    world.papers["2612.00017"] = {**world.papers["1806.07366"], **facts, "venue": None, "venue_type": None, "count": 0}


def rename(world: World) -> None:
    repositories = world.services.facts.repositories
    repositories["google-research/torchsde"]["row"]["full_name"] = "elsewhere/torchsde"
    repositories["rtqichen/torchdiffeq"]["row"]["archived"] = True


def lose(world: World, name: str) -> None:
    world.lost = world.services.facts.repositories.pop(name)


def plan() -> list[Plant]:
    node, flows, universal = "1806.07366", "2003.08063", "2001.04385"
    deep, descent, review, moving = "1909.01377", "1809.05042", "1911.00502", "1910.00753"
    both = ("founding", "second")
    titles = {
        node: "Neural Ordinary Differential Equations",
        deep: "Deep Equilibrium Models",
        descent: "Hamiltonian Descent Methods",
    }
    abstract = "About it, and what was found since."
    authors = "Xinshi Chen; Yvonne Late"
    return [
        Plant(
            3,
            lambda w: lose(w, "patrick-kidger/torchcde"),
            (repository("link_died", "patrick-kidger/torchcde"),),
            ("github", '"torchcde"'),
        ),
        Plant(
            4,
            add_the_paper,
            (
                entry(
                    "added",
                    "2006.10000",
                    "A Paper That the List Did Not Have",
                    after="Differential Equations in Deep Learning / Applications",
                ),
            ),
        ),
        Plant(
            8,
            lambda w: w.grow(node, 600),
            ({"jump": node, "title": titles[node]},),
            ("semantic_scholar", f"ARXIV:{node}"),
            both,
        ),
        Plant(9, lambda w: w.grow(node, 1)),
        Plant(
            9,
            lambda w: w.papers[descent].update(title="Hamiltonian Descent Methods, Revisited"),
            (
                revised(
                    "title",
                    descent,
                    titles[descent],
                    "Hamiltonian Descent Methods, Revisited",
                    "Hamiltonian Descent Methods, Revisited",
                ),
            ),
            ("arxiv", descent),
            both,
        ),
        Plant(
            7,
            lambda w: w.papers[review]["authors"].append("Yvonne Late"),
            (
                revised(
                    "authors",
                    review,
                    "Xinshi Chen",
                    authors,
                    "Review: Ordinary Differential Equations For Deep Learning",
                ),
            ),
            ("arxiv", review),
        ),
        Plant(
            10,
            lambda w: w.papers[universal].update(abstract=abstract),
            (
                revised(
                    "abstract",
                    universal,
                    "About it.",
                    abstract,
                    "Universal Differential Equations for Scientific Machine Learning",
                ),
            ),
            ("arxiv", universal),
            both,
        ),
        Plant(
            9,
            lambda w: w.papers[moving].update(comment="This paper has been withdrawn by the authors."),
            (
                paper(
                    moving,
                    kind="withdrawn",
                    field="remarks",
                    after="withdrawn",
                    source="arxiv",
                    title="Equivariant Flows: sampling configurations for multi-body systems with symmetric energies",
                ),
            ),
            ("arxiv", moving),
        ),
        Plant(
            9,
            lambda w: w.papers[deep].update(retracted=True),
            (paper(deep, kind="retracted", field="remarks", after="retracted", source="openalex", title=titles[deep]),),
            ("openalex", deep),
        ),
        Plant(
            11,
            lambda w: w.grow(deep, 400),
            ({"jump": deep, "title": titles[deep]},),
            ("semantic_scholar", f"ARXIV:{deep}"),
        ),
        Plant(
            11,
            lambda w: publish(w, flows, "Journal of Nights", "10.5555/nights.1"),
            (published(flows, "Stable Neural Flows", "Journal of Nights", "10.5555/nights.1"),),
            ("semantic_scholar", f"ARXIV:{flows}"),
            both,
        ),
        Plant(
            14,
            lambda w: w.services.facts.repositories.update({"patrick-kidger/torchcde": w.lost}),
            (repository("link_revived", "patrick-kidger/torchcde"),),
            ("github", '"torchcde"'),
        ),
        Plant(15, rename),
        Plant(
            17,
            lambda w: w.grow(universal, 300),
            ({"jump": universal, "title": "Universal Differential Equations for Scientific Machine Learning"},),
            ("semantic_scholar", f"ARXIV:{universal}"),
            both,
        ),
        Plant(
            18,
            move_an_entry,
            (
                entry(
                    "moved",
                    descent,
                    titles[descent],
                    before=OPTIMIZING,
                    after=SOLVING,
                    url="https://arxiv.org/pdf/1809.05042.pdf",
                ),
            ),
        ),
        Plant(
            18,
            lambda w: w.edit("founding", LEFT, ""),
            (
                entry(
                    "removed",
                    "1911.02590",
                    "Optimizing Millions of Hyperparameters by Implicit Differentiation",
                    before=OPTIMIZING,
                ),
            ),
        ),
        Plant(
            19,
            let_the_unknown_be_known,
            (
                paper(
                    "2612.00017",
                    kind="work_resolved",
                    field="work_id",
                    before=NAMELESS,
                    after="arxiv:2612.00017",
                    source="arxiv",
                    title=UNKNOWN,
                ),
            ),
            ("arxiv", UNKNOWN),
            ("second",),
        ),
        Plant(
            22,
            lambda w: w.edit(
                "second", "* Hamiltonian Descent Methods: [arXiv18](https://arxiv.org/abs/1809.05042)\n\n", ""
            ),
            (entry("removed", descent, titles[descent], before="A second list / Papers"),),
            None,
            ("second",),
        ),
        Plant(
            26,
            lambda w: w.grow(flows, 2000),
            ({"jump": flows, "title": "Stable Neural Flows"},),
            ("semantic_scholar", f"ARXIV:{flows}"),
            both,
        ),
        Plant(
            26,
            lambda w: publish(w, "1906.02355", "Annals of Quiet", "10.5555/nights.2"),
            (
                published(
                    "1906.02355",
                    "Neural SDE: Stabilizing Neural ODE Networks with Stochastic Noise",
                    "Annals of Quiet",
                    "10.5555/nights.2",
                ),
            ),
            ("semantic_scholar", "ARXIV:1906.02355"),
        ),
    ]


KILLED, SKIPPED, TWICE = 11, 16, 17
GROWING = (2, 5, 6, 7, 9, 12, 13, 15, 16, 18, 21, 24, 25)
"""Nights on which works that are cited often gain what such works gain every day."""


FAR_AWAY = "Fri, 31 Dec 9999 23:59:59 GMT"


def outages() -> list[Outage]:
    return [
        Outage("semantic_scholar", (5, 6), Answer(500, b"oops"), "HTTP 500"),
        Outage("crossref", (12, 13), None, "cannot be reached"),
        Outage("openalex", (20,), Answer(429, b"{}", {"Retry-After": FAR_AWAY}), "too many requests"),
        Outage("crossref", (23,), Answer(body=b'{"message": {"items": ['), "no valid JSON"),
        Outage("github", (24, 25), Answer(500, b"oops"), "HTTP 500"),
    ]


def run_the_month(world: World) -> None:
    plants, troubles = plan(), outages()
    pending: list[Plant] = []
    for night in range(NIGHTS):
        todays = [one for one in plants if one.night == night]
        for one in todays:
            one.do(world)
        pending += todays
        if night in GROWING:
            for each in world.papers.values():
                each["count"] += each["count"] >= 2000
        if night == SKIPPED:
            continue
        ill = [one for one in troubles if night in one.nights]
        world.services.faults = {one.service: (lambda _, one=one: one.answer) for one in ill if one.answer}
        more = {f"ENRICH_SOURCES__{one.service.upper()}__BASE_URL": UNREACHABLE for one in ill if one.answer is None}
        world.services.asked.clear()
        if night == KILLED:
            be_killed(world, night)
        outcome = run_night(settings_for(world.services, world.folder, moment_of(night), more))
        assert [one.exit_code for one in outcome.lists] == [0, 0]
        down = {one.service for one in ill}
        told = [one for one in pending if one.told_by is None or is_told(world, *one.told_by, down)]
        pending = [one for one in pending if one not in told]
        world.note_counts(night, down)
        sources = list(of_sources(world, troubles, night))
        expected = {
            name: [to_row(world, night, row) for one in told if name in one.lists for row in one.changes] + sources
            for name in ("founding", "second")
        }
        check_reports(world, night, expected)
        check_history(world, night)
        check_runs(world, night, troubles)
        is_quiet = not any(expected.values()) and not todays and not down and night not in (0, KILLED)
        check_requests(world, night, is_quiet=is_quiet)
        if night == TWICE:
            run_again(world, night)
        if down:
            check_status(world, night, troubles)
    assert [one for one in pending if one.changes] == []
    assert not [one for one in troubles if one.is_down]
    assert {1, 2, 28} <= {night for night, n_requests in world.quiet_nights.items() if n_requests <= 4}
    assert max(world.quiet_nights.values()) <= 6, "what services did not have they are asked again in turns"


def be_killed(world: World, night: int) -> None:
    """Five nights that end in mid-run: while a service is slow, then a little later each time."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    variables |= variables_for(world.services, world.folder, moment_of(night), None)
    command = [str(Path(sys.executable).with_name("enrich")), "nightly"]
    n_killed = 0
    for pause in (0, 0.1, 0.3, 0.5, 0.8):
        n_asked = len(world.services.asked)
        world.services.faults = {} if pause else {"crossref": lambda _: time.sleep(20)}
        victim = subprocess.Popen(
            command, env=variables, cwd=world.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while victim.poll() is None and time.monotonic() < deadline:
            counts = Counter(one.service for one in world.services.asked[n_asked:])
            if (counts["semantic_scholar"] and counts["crossref"]) or (pause and n_asked):
                break
            time.sleep(0.02)
        time.sleep(pause)
        victim.kill()
        n_killed += victim.wait() == -signal.SIGKILL
    world.services.faults = {}
    assert n_killed >= 3


def is_told(world: World, service: str, words: str, down: set[str]) -> bool:
    """Whether a request asked a service, or any, for something, and was answered."""
    asked = [one for one in world.services.asked if one.service not in down and service in ("", one.service)]
    texts = [unquote_plus(one.path) + one.body.decode() for one in asked]
    return any(words in text.replace("\\", "") for text in texts)


def to_row(world: World, night: int, row: Row) -> Row:
    """The change as it must stand in the table; a jump is measured from what was told a week ago."""
    if "jump" not in row:
        return row
    facts = {"kind": "citation_jump", "field": "citation_count", "source": "semantic_scholar", "title": row["title"]}
    day, before = world.counted(f"arxiv:{row['jump']}", night - 7)
    after = world.papers[row["jump"]]["count"]
    return paper(row["jump"], **facts, before=str(before), after=str(after), since=date.fromisoformat(day))


def of_sources(world: World, troubles: list[Outage], night: int) -> Iterator[Row]:
    counts = world.services.counts()
    for one in troubles:
        if night in one.nights and not one.is_down:
            one.is_down = True
            yield {"kind": "source_down", "source": one.service}
        elif night not in one.nights and one.is_down and counts[one.service]:
            one.is_down = False
            yield {"kind": "source_back", "source": one.service}


def check_reports(world: World, night: int, expected: dict[str, list[Row]]) -> None:
    for name, rows in expected.items():
        table = pq.read_table(world.out(name) / "changes.parquet").to_pylist()
        lines = [json.loads(line) for line in (world.out(name) / "changes.jsonl").read_text("utf-8").splitlines()]
        assert lines == [row | {"since": row["since"] and row["since"].isoformat()} for row in table]
        assert sorted(map(compared, table)) == sorted(map(compared, rows)), (night, name)
        world.reported.setdefault(name, []).extend({**row, "day": day_of(night)} for row in rows)
        kept = pa.concat_tables(
            [pq.ParquetFile(path).read() for path in sorted(world.out(name).glob("history/changes/*/*.parquet"))]
            or [pq.read_table(world.out(name) / "changes.parquet")]
        )
        assert sorted(map(compared, kept.to_pylist())) == sorted(map(compared, world.reported[name])), (night, name)


def compared(row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in COMPARED)


def check_history(world: World, night: int) -> None:
    for name in ("founding", "second"):
        paths = sorted(world.out(name).glob("history/citation_counts/*/*.parquet"))
        days = {path.parent.name.removeprefix("observed_date="): path for path in paths}
        rows = [
            (day, row["work_id"], row["source"], row["citation_count"], row["observed_at"].date().isoformat())
            for day, path in days.items()
            if day >= day_of(0)
            for row in pq.ParquetFile(path).read().to_pylist()
        ]
        assert all(day == observed for day, *_, observed in rows)
        found = Counter((day, work, source) for day, work, source, *_ in rows)
        assert set(found.values()) == {1}
        actual = {(day, work, source): count for day, work, source, count, _ in rows}
        expected = {key[1:]: count for key, count in world.told.items() if key[0] == name}
        assert actual == expected, (night, name)


def check_runs(world: World, night: int, troubles: list[Outage]) -> None:
    nights = [one for one in range(night + 1) if one != SKIPPED]
    for name in ("founding", "second"):
        runs = pq.read_table(world.out(name) / "runs.parquet").to_pylist()
        assert [row["started_at"].date().isoformat() for row in runs] == [day_of(one) for one in nights]
        messages = {row["source"]: row["message"] for row in runs[-1]["sources"]}
        failing = {source for source, message in messages.items() if message is not None}
        assert failing == {one.service for one in troubles if one.is_down}
        assert all(one.says in messages[one.service] for one in troubles if one.is_down)


def check_requests(world: World, night: int, *, is_quiet: bool) -> None:
    """A quiet night asks those who count every day, and whom it has not asked for as long as an answer is good."""
    daily = {"semantic_scholar", "crossref"}
    requests = {(one.service, one.path, one.body) for one in world.services.asked}
    assert len(requests) == len(world.services.asked) or world.services.faults or night == KILLED
    if is_quiet:
        lately = {request for before, some in world.requests.items() if night - before < 3 for request in some}
        assert not [service for service, *_ in requests & lately if service not in daily]
        counts = Counter(service for service, *_ in requests)
        assert (counts["semantic_scholar"], counts["crossref"]) == (1, 1)
        world.quiet_nights[night] = len(requests)
    world.requests[night] = requests


def run_again(world: World, night: int) -> None:
    """The same night once more: nobody is asked, and the files say what they said."""
    before = {name: compared_files(world.out(name)) for name in ("founding", "second")}
    world.services.asked.clear()
    run_night(settings_for(world.services, world.folder, moment_of(night) + timedelta(minutes=1)))
    assert world.services.asked == []
    assert {name: compared_files(world.out(name)) for name in ("founding", "second")} == before
    check_history(world, night)


def compared_files(folder: Path) -> dict[str, list[Row]]:
    return {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("changes", "works", "claims")}


def check_status(world: World, night: int, troubles: list[Outage]) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    variables |= variables_for(world.services, world.folder, moment_of(night), None)
    command = [str(Path(sys.executable).with_name("enrich")), "status"]
    said = subprocess.run(command, env=variables, cwd=world.folder, capture_output=True, text=True, check=True).stdout
    for one in troubles:
        if one.is_down:
            assert re.search(rf"{one.service}: .*failed in the last run: .*{re.escape(one.says)}", said), said


@pytest.mark.exhaustive
def test_in_thirty_nights_every_planted_change_is_reported_once_and_no_count_is_lost_or_doubled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(LIST, tmp_path / "founding.md")
    (tmp_path / "second.md").write_text(SECOND, "utf-8")
    with serve(Services(Facts.from_catalogue())) as services:
        run_the_month(World(services, tmp_path))


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with serve(Services(Facts.from_catalogue())) as services:
        (tmp_path / "founding.md").write_text(FIRST, "utf-8")
        (tmp_path / "second.md").write_text(SECOND, "utf-8")
        yield World(services, tmp_path)


FIRST = SECOND.replace(f"* {UNKNOWN}\n\n", "").replace("second", "first")


def live(world: World, night: int, lists: tuple[str, ...] = (), **more: Any) -> NightOutcome:
    world.services.asked.clear()
    return run_night(settings_for(world.services, world.folder, moment_of(night)), lists, **more)


def titles_of(folder: Path) -> set[str]:
    return set(pq.read_table(folder / "entries.parquet").column("title").to_pylist())


def test_lists_that_fail_do_not_stop_the_others(world, monkeypatch):
    (world.folder / "empty.md").write_text("# Nothing here\n", "utf-8")
    write = Session.export

    def fail(self: Session, bibliography: Bibliography, out: Path, **options: Any) -> Written:
        if out.name == "founding":
            raise RuntimeError("a bug")
        return write(self, bibliography, out, **options)

    monkeypatch.setattr(Session, "export", fail)
    outcome = live(world, 0, ("founding.md", "gone.md", "empty.md", "second.md"))
    assert [(one.name, one.exit_code) for one in outcome.lists if one.exit_code] == [
        ("gone", ExitCode.BAD_INPUT),
        ("empty", ExitCode.BAD_INPUT),
        ("founding", ExitCode.BUG),
    ]
    assert "RuntimeError: a bug" in outcome.lists[2].message
    assert outcome.lists[3].state is RunState.COMPLETE
    assert outcome.state is RunState.INCOMPLETE
    assert titles_of(world.out("second")) >= {UNKNOWN}
    assert live(world, 1, ("founding.md",)).exit_code == ExitCode.BUG
    assert live(world, 2, ("gone.md",)).state is RunState.FAILED


def test_a_list_that_is_missing_leaves_the_names_of_the_others_alone(world):
    for folder in ("a", "b", "c"):
        (world.folder / folder).mkdir()
        (world.folder / folder / "papers.md").write_text(FIRST, "utf-8")
    lists = ("a/papers.md", "b/papers.md", "c/papers.md")
    live(world, 0, lists)
    (world.folder / "a" / "papers.md").unlink()
    (world.folder / "b" / "papers.md").write_text(SECOND, "utf-8")
    outcome = live(world, 1, lists)
    assert {one.argument: one.name for one in outcome.lists} == dict(
        zip(lists, ("papers", "papers-2", "papers-3"), strict=True)
    )
    assert UNKNOWN in titles_of(world.out("papers-2"))
    assert UNKNOWN not in titles_of(world.out("papers")) | titles_of(world.out("papers-3"))


def test_a_second_night_while_one_is_at_work_is_skipped(world):
    def again(_: object) -> None:
        with pytest.raises(NightIsActiveError, match="another nightly run is at work"):
            run_night(settings_for(world.services, world.folder, moment_of(0)))

    outcome = live(world, 0, on_list=again)
    assert [one.state for one in outcome.lists] == [RunState.COMPLETE] * 2


def test_lists_in_groups_of_one_get_the_same_files_as_all_lists_at_once(world, monkeypatch):
    resolved: list[int] = []
    resolve = Session.resolve

    def note(self: Session, lists: Sequence[ReadingList], **options: Any) -> Resolution:
        resolved.append(len(lists))
        return resolve(self, lists, **options)

    monkeypatch.setattr(Session, "resolve", note)
    live(world, 0)
    together = {name: without_moments(world.out(name)) for name in ("founding", "second")}
    n_requests = len(world.services.asked)
    shutil.rmtree(world.folder / "out")
    shutil.rmtree(world.folder / "state")
    monkeypatch.setattr(whole_night, "GROUP_ENTRIES", 1)
    live(world, 0)
    assert {name: without_moments(world.out(name)) for name in ("founding", "second")} == together
    assert resolved == [2, 1, 1]
    assert len(world.services.asked) == n_requests, "what one group has learned the next one need not ask"


def without_moments(folder: Path) -> dict[str, Any]:
    """What the files hold, but when it was said and the digests of that."""
    tables = {}
    for path in folder.glob("*.parquet"):
        table = pq.read_table(path)
        names = [name for name in table.column_names if not name.endswith(("_at", "run_id")) and name != "sources"]
        tables[path.name] = table.select(names).to_pylist()
    return tables | {name: (folder / name).read_text("utf-8") for name in ("works.bib", "works.csl.json")}


def test_what_nobody_knew_is_looked_for_again_as_often_as_the_settings_say_and_not_more_often(world):
    asked: dict[str, list[int]] = {}
    for night in range(9):
        live(world, night)
        for service in {one.service for one in world.services.asked if UNKNOWN in unquote_plus(one.path)}:
            asked.setdefault(service, []).append(night)
    assert all(nights[0] == 0 and len(nights) > 1 for nights in asked.values())
    waits = [later - earlier for nights in asked.values() for earlier, later in itertools.pairwise(nights)]
    assert {3} < set(waits) <= {3, 4, 5, 6}, "three nights, and up to as many again by the turn of the service"
    assert len({nights[1] for nights in asked.values()}) > 1, "services take turns"
    let_the_unknown_be_known(world)
    outcome = live(world, 9)
    assert [one.kind.value for one in outcome.lists[1].changes] == ["work_resolved"]


def test_a_night_that_died_between_two_lists_is_not_taken_for_the_one_before(world):
    class PowerCutError(BaseException):
        pass

    def die(_: object) -> None:
        raise PowerCutError

    for night in range(3):
        live(world, night)
    whole = (world.folder / "founding.md").read_text("utf-8")
    (world.folder / "founding.md").write_text(whole.replace("* Stable Neural Flows", "* A Title"), "utf-8")
    with pytest.raises(PowerCutError):
        live(world, 3, on_list=die)
    (world.folder / "founding.md").write_text(whole, "utf-8")
    live(world, 4)
    assert "Stable Neural Flows" in titles_of(world.out("founding"))


def test_a_quiet_night_that_died_between_two_lists_is_one_run_when_it_is_made_again(world, monkeypatch):
    class PowerCutError(BaseException):
        pass

    for name in FRESHNESS:
        monkeypatch.setitem(FRESHNESS, name, "30")
    for night in range(2):
        live(world, night)
    told: list[Path] = []
    write_quiet = publishing.write_quiet

    def die(bibliography: Bibliography, out: Path, **options: Any) -> Bibliography | None:
        if told:
            raise PowerCutError
        told.append(out)
        return write_quiet(bibliography, out, **options)

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "write_quiet", die)
        with pytest.raises(PowerCutError):
            live(world, 2)
    assert told
    outcome = live(world, 2)
    assert world.services.asked == []
    assert [one.changes for one in outcome.lists] == [(), ()]
    for name in ("founding", "second"):
        runs = pq.read_table(world.out(name) / "runs.parquet").to_pylist()
        assert [row["started_at"].date().isoformat() for row in runs] == [day_of(night) for night in range(3)]
        counts = pq.ParquetFile(world.out(name) / f"history/citation_counts/observed_date={day_of(2)}/part-0.parquet")
        rows = [(row["work_id"], row["source"]) for row in counts.read().to_pylist()]
        assert len(rows) == len(set(rows)) >= 4
