"""The services on loopback: they answer from facts in the wire formats that the real ones document, faults included.

Each service is one handler over the same facts; a ``Fault`` replaces its answers for a while. Bodies are made here from
facts, never copied.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from support.shared import ROOT

CATALOGUE = ROOT / "data" / "raw" / "catalogue" / "awesome-neural-ode.jsonl"


@dataclass(frozen=True)
class Asked:
    """One request that the server saw."""

    service: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    write: Callable[[Any], None] | None = None
    """Writes the raw answer itself: for connections that break."""


@dataclass
class Facts:
    """What the services know, by arXiv id and DOI."""

    papers: dict[str, dict[str, Any]]

    @classmethod
    def from_catalogue(cls, path: Path = CATALOGUE) -> Facts:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        papers: dict[str, dict[str, Any]] = {}
        published = {i: row for row in rows if row.get("stage") != "submitted" for i in row["identifiers"]}
        for row in rows:
            arxiv = next((one[6:] for one in row["identifiers"] if one.startswith("arxiv:")), None)
            if arxiv is None or row.get("stage") != "submitted":
                continue
            relations = [one["identifier"] for one in row.get("relations", ())]
            version = next((published[one] for one in relations if one in published), {})
            doi = next((one[4:] for one in (*relations, *version.get("identifiers", ())) if one.startswith("doi:")), None)
            papers[arxiv] = {
                "arxiv": arxiv,
                "title": row["title"],
                "authors": [" ".join(reversed(name.split(", ", 1))) for name in row.get("authors", [])],
                "date": row.get("date") or f"20{arxiv[:2]}-{arxiv[2:4]}-01",
                "category": row.get("arxiv_category") or "cs.LG",
                "doi": doi,
                "venue": version.get("venue"),
                "venue_type": version.get("type"),
                "year": version.get("year") or int(row.get("date", "2000")[:4]),
                "count": 10 + int(sha1(arxiv.encode()).hexdigest()[:4], 16) % 5000,
                "references": [],
            }
        return cls(papers)

    @classmethod
    def generated(cls, number: int) -> Facts:
        papers = {}
        for index in range(number):
            arxiv = f"{20 + index // 12000:02d}{1 + index // 1000 % 12:02d}.{10000 + index:05d}"
            papers[arxiv] = {
                "arxiv": arxiv,
                "title": f"A study of subject number {index} in the field of {sha1(str(index).encode()).hexdigest()[:8]}",
                "authors": [f"Ann Author{index}", f"Bob Writer{index % 97}"],
                "date": f"20{arxiv[:2]}-{arxiv[2:4]}-0{1 + index % 9}",
                "category": "cs.LG",
                "doi": None,
                "venue": None,
                "venue_type": None,
                "year": 2000 + int(arxiv[:2]),
                "count": index,
                "references": [],
            }
        return cls(papers)

    def s2_id(self, arxiv: str) -> str:
        return sha1(f"s2{arxiv}".encode()).hexdigest()

    def find(self, identifier: str) -> dict[str, Any] | None:
        scheme, _, value = identifier.partition(":")
        if scheme.upper() == "ARXIV":
            return self.papers.get(value)
        if scheme.upper() == "DOI":
            return next((paper for paper in self.papers.values() if paper["doi"] == value.lower()), None)
        return next((paper for arxiv, paper in self.papers.items() if self.s2_id(arxiv) == identifier), None)


def arxiv_entry(paper: dict[str, Any]) -> str:
    date = paper["date"] + ("-01" * (2 - paper["date"].count("-")))
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper["authors"])
    doi = f'<arxiv:doi>{escape(paper["doi"])}</arxiv:doi>' if paper["doi"] else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{paper['arxiv']}v1</id><title>{escape(paper['title'])}</title>"
        f"<updated>{date}T00:00:00Z</updated><published>{date}T00:00:00Z</published><summary>About it.</summary>"
        f'<category term="{paper["category"]}"/><arxiv:primary_category term="{paper["category"]}"/>{doi}{authors}</entry>'
    )


def arxiv_feed(papers: list[dict[str, Any]]) -> bytes:
    entries = "".join(map(arxiv_entry, papers))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><id>https://arxiv.org/api/x</id><title>q</title>'
        f"<opensearch:totalResults>{len(papers)}</opensearch:totalResults>{entries}</feed>\n"
    ).encode()


def s2_paper(paper: dict[str, Any], facts: Facts) -> dict[str, Any]:
    is_published = paper["venue"] is not None and paper["venue_type"] in ("conference", "journal")
    return {
        "paperId": facts.s2_id(paper["arxiv"]),
        "externalIds": {"ArXiv": paper["arxiv"], **({"DOI": paper["doi"]} if paper["doi"] else {})},
        "title": paper["title"],
        "abstract": None,
        "venue": paper["venue"] if is_published else "arXiv.org",
        "publicationVenue": {"name": paper["venue"], "type": paper["venue_type"]} if is_published else None,
        "year": paper["year"],
        "publicationDate": paper["date"] if len(paper["date"]) == 10 else None,
        "citationCount": paper["count"],
        "influentialCitationCount": paper["count"] // 10,
        "isOpenAccess": True,
        "openAccessPdf": None,
        "publicationTypes": ["JournalArticle"],
        "authors": [{"authorId": "1", "name": name} for name in paper["authors"]],
        "references": [{"paperId": facts.s2_id(one)} for one in paper["references"]],
    }


def datacite_row(paper: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"10.48550/arxiv.{paper['arxiv']}",
        "type": "dois",
        "attributes": {
            "doi": f"10.48550/arxiv.{paper['arxiv']}",
            "creators": [{"name": name, "nameType": "Personal"} for name in paper["authors"]],
            "titles": [{"title": paper["title"]}],
            "publicationYear": int(paper["date"][:4]),
            "dates": [{"date": paper["date"], "dateType": "Submitted"}],
            "types": {"resourceTypeGeneral": "Preprint"},
            "subjects": [{"subject": f"Machine Learning ({paper['category']})", "subjectScheme": "arXiv"}],
            "descriptions": [{"description": "About it.", "descriptionType": "Abstract"}],
            "relatedIdentifiers": [
                {"relationType": "IsVersionOf", "relatedIdentifier": paper["doi"], "relatedIdentifierType": "DOI"}
            ]
            if paper["doi"]
            else [],
        },
    }


class Services:
    """All services under one address; ``asked`` is the record of what was asked, ``faults`` what goes wrong."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.asked: list[Asked] = []
        self.faults: dict[str, Callable[[Asked], Answer | None]] = {}
        self._lock = threading.Lock()
        self.port = 0

    def counts(self) -> Counter[str]:
        return Counter(one.service for one in self.asked)

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
        fault = self.faults.get(asked.service)
        if fault is not None and (answer := fault(asked)) is not None:
            return answer
        handler = getattr(self, f"_{asked.service}", None)
        return handler(asked) if handler else Answer(404, b"{}")

    def _arxiv(self, asked: Asked) -> Answer:
        query = parse_qs(urlsplit(asked.path).query)
        ids = query.get("id_list", [""])[0].split(",")
        papers = [self.facts.papers[one] for one in ids if one in self.facts.papers]
        if search := query.get("search_query", [""])[0]:
            titles = {part.removeprefix('ti:"').rstrip('"').casefold() for part in search.split(" OR ")}
            papers = [one for one in self.facts.papers.values() if _plain(one["title"]) in {_plain(t) for t in titles}]
        return Answer(body=arxiv_feed(papers), content_type="application/atom+xml")

    def _datacite(self, asked: Asked) -> Answer:
        ids = parse_qs(urlsplit(asked.path).query).get("ids", [""])[0].split(",")
        papers = [self.facts.papers.get(one.removeprefix("10.48550/arxiv.")) for one in ids]
        return Answer(body=json.dumps({"data": [datacite_row(one) for one in papers if one]}).encode())

    def _semantic_scholar(self, asked: Asked) -> Answer:
        path = urlsplit(asked.path)
        if path.path.endswith("/paper/batch"):
            found = [self.facts.find(one) for one in json.loads(asked.body)["ids"]]
            return Answer(body=json.dumps([s2_paper(one, self.facts) if one else None for one in found]).encode())
        title = _plain(parse_qs(path.query).get("query", [""])[0])
        hits = [one for one in self.facts.papers.values() if _plain(one["title"]) == title]
        if not hits:
            return Answer(404, b'{"error":"Title match not found"}')
        return Answer(body=json.dumps({"data": [s2_paper(hits[0], self.facts)]}).encode())


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


_ROUTES = (
    ("/api/query", "arxiv"),
    ("/graph/v1", "semantic_scholar"),
    ("/dois", "datacite"),
)


def service_of(path: str) -> str:
    return next((service for prefix, service in _ROUTES if path.startswith(prefix)), "unknown")


@contextmanager
def serve(services: Services) -> Iterator[Services]:
    """Serve on a free port of 127.0.0.1 until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = unquote(self.path) if "%" in urlsplit(self.path).path else self.path
            asked = Asked(service_of(path), self.command, self.path, headers, body, time.monotonic())
            answer = services.answer(asked)
            if answer.write is not None:
                self.close_connection = True
                answer.write(self)
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _handle

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    services.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def environment(port: int, **more: str) -> dict[str, str]:
    """The variables that send every source to the loopback server, without waits."""
    base = f"http://127.0.0.1:{port}"
    urls = {"ARXIV": f"{base}/api/query", "SEMANTIC_SCHOLAR": f"{base}/graph/v1", "DATACITE": base}
    variables = {f"ENRICH_SOURCES__{name}__BASE_URL": url for name, url in urls.items()}
    variables |= {f"ENRICH_SOURCES__{name}__MIN_INTERVAL_S": "0" for name in urls}
    return {**variables, "ENRICH_MANNERS__BACKOFF_S": "0", **more}
