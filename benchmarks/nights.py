"""What benchmarks of unattended nights share: lists, services in a process of their own, a night that is watched."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from support.services import Asked, Facts

ROOT = Path(__file__).parents[1]
SHARED_LISTS = ROOT.parent / "shared" / "lists"
sys.path.insert(0, str(ROOT / "tests"))

Entry = tuple[str, str, list[str]]
"""Title, link and identifiers."""

_NIGHT = """
import json, resource, sys, time
from enrich.config import load_settings
from enrich.nightly import run_night
started = time.monotonic()
outcome = run_night(load_settings())
wall = time.monotonic() - started
facts = {"wall_s": wall, "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
facts |= {"states": [str(one.state) for one in outcome.lists], "failed": dict(outcome.source_failures)}
facts |= {"n_entries": sum(one.n_entries for one in outcome.lists), "messages": [one.message for one in outcome.lists]}
print(json.dumps(facts))
"""


@dataclass(frozen=True, slots=True)
class Questions:
    """What one service was asked in one form: the requests, and how few would have held all of it."""

    service: str
    requests: int
    minimum: int
    size: int
    """Questions that one request may hold."""


def own_lists(folder: Path, number: int, entries: int) -> list[Entry]:
    """Write lists of made-up works, no two of one work; what they name."""
    from support.services import Facts

    known = [
        (one["title"], f"https://arxiv.org/abs/{one['arxiv']}", [f"arxiv:{one['arxiv']}"])
        for one in Facts.generated(entries).papers.values()
    ]
    _write_parts(folder, known, number, entries)
    return known


def shared_lists(folder: Path, number: int, entries: int) -> list[Entry]:
    """Write the public lists as they are, and as many parts of them as are still wanted; what they name."""
    from enrich import readers

    paths = sorted(path for path in SHARED_LISTS.glob("*.*") if path.name != "SOURCES.md")
    known: list[Entry] = []
    for path in paths:
        (folder / path.name).write_bytes(path.read_bytes())
        entries_of_list = [one for one in readers.read_path(path).entries if one.title and one.primary_link]
        known += [
            (one.title or "", one.primary_link.url if one.primary_link else "", [str(name) for name in one.identifiers])
            for one in entries_of_list
        ]
    _write_parts(folder, known, number - len(paths), entries - len(known))
    return known


def _write_parts(folder: Path, known: list[Entry], number: int, entries: int) -> None:
    """Lists of entries that stand side by side, each list with another selection."""
    start = 0
    for part in range(number):
        size = entries * (part + 1) // number - entries * part // number
        chosen = [known[(start + place) % len(known)] for place in range(size)]
        start += size
        lines = "\n\n".join(f"* {re.sub(r'[][]', '', title)}: [paper]({url})" for title, url, _ in chosen)
        (folder / f"part-{part:03d}.md").write_text(f"# Part {part}\n\n## Papers\n\n{lines}\n", "utf-8")


def facts_of(known: Iterable[Entry]) -> Facts:
    """What the services know of these entries: everything, under the identifiers that their services have for them."""
    from support.services import Facts

    known = list(known)
    made = list(Facts.generated(len(known)).papers.values())
    facts = Facts({})
    for (title, _, identifiers), row in zip(known, made, strict=True):
        paper = {**row, "title": title, "doi": None}
        schemes = dict(one.split(":", 1) for one in reversed(identifiers))
        paper["arxiv"] = schemes.get("arxiv", f"99{row['arxiv'][2:]}")
        facts.papers.setdefault(paper["arxiv"], paper)
        published = {**paper, "venue": "Journal of Benchmarks", "venue_type": "journal", "volume": "1"}
        if "doi" in schemes:
            facts.published.setdefault(schemes["doi"], {**published, "doi": schemes["doi"]})
        for scheme, where in (("neurips", facts.neurips), ("pmlr", facts.pmlr)):
            if scheme in schemes:
                where.setdefault(schemes[scheme], published)
        if "url" in schemes:
            facts.pages.setdefault(schemes["url"].removeprefix("https://"), published)
    return facts


@contextmanager
def services_apart(known: Iterable[Entry] | None) -> Iterator[tuple[int, Connection]]:
    """Services in a process of their own: their port, and where to ask what they were asked since the last time."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(None if known is None else list(known), there), daemon=True)
    process.start()
    try:
        yield here.recv(), here
    finally:
        here.send("stop")
        process.join(timeout=20)
        process.kill()


def asked_since(connection: Connection) -> list[Questions]:
    """What the services were asked since the last time."""
    connection.send("asked")
    found: list[Questions] = connection.recv()
    return found


def _serve(known: list[Entry] | None, connection: Connection) -> None:
    from support.services import Facts, Services, serve

    with serve(Services(Facts.from_catalogue() if known is None else facts_of(known))) as services:
        connection.send(services.port)
        while connection.recv() == "asked":
            connection.send(list(_count(services.asked)))
            services.asked.clear()


def _count(asked: Iterable[Asked]) -> Iterator[Questions]:
    forms: dict[tuple[str, int], tuple[int, set[str]]] = {}
    for one in asked:
        size, questions = _questions_in(one)
        n_requests, known = forms.get((one.service, size), (0, set()))
        forms[one.service, size] = n_requests + 1, known | set(questions)
    for (service, size), (n_requests, questions) in sorted(forms.items()):
        yield Questions(service, n_requests, math.ceil(len(questions) / size), size)


def _questions_in(asked: Asked) -> tuple[int, list[str]]:
    """How many questions a request of this form may hold, and those that it holds."""
    from enrich.sources import SOURCES

    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
    size = SOURCES[asked.service]().traits.batch_size if asked.service in SOURCES else 1
    if asked.service == "arxiv":
        if "id_list" in query:
            return size, query["id_list"].split(",")
        return 10, query["search_query"].split(" OR ")
    if asked.service == "semantic_scholar" and asked.body:
        return size, json.loads(asked.body)["ids"]
    if asked.service == "datacite" and "ids" in query:
        return size, query["ids"].split(",")
    if asked.service in ("openalex", "crossref") and re.match(r"(doi|openalex):", query.get("filter", "")):
        return size, re.split(r"[|,]", query["filter"].removeprefix("openalex:"))
    if asked.service == "dblp" and "query" in query:
        return size, re.findall(
            r"<(https://(?:doi|dblp)[^>]+)>", query["query"].partition("VALUES")[2].partition("}")[0]
        )
    if asked.path == "/graphql":
        return size, re.findall(r'repository\(owner:"[^"]+",name:"[^"]+"', json.loads(asked.body)["query"])
    return 1, [f"{asked.path} {asked.body.decode('utf-8', 'replace')}"]


def variables_of(port: int, folder: Path, now: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a night over the lists in a folder."""
    from support.services import environment

    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    clean.pop("PYTHONDONTWRITEBYTECODE", None)
    lists = json.dumps(sorted(str(path) for path in (folder / "lists").iterdir()))
    own = {"ENRICH_STATE_DIR": str(folder / "state"), "ENRICH_OUT_DIR": str(folder / "out"), "ENRICH_LISTS": lists}
    return {**clean, **environment(port, **own), "ENRICH_NOW": now, **(more or {})}


def watched_night(variables: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """A night in a process of its own: wall time, peak memory, and how the lists fared."""
    command = [sys.executable, "-c", _NIGHT]
    done = subprocess.run(command, env=dict(variables), cwd=folder, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
