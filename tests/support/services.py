"""The services on loopback: they answer from facts in the wire formats that the real ones document, faults included.

Each service is one handler over the same facts; a ``Fault`` replaces its answers for a while. Bodies are made here from
facts, never copied.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from enrich.sources import SOURCES
from support.recordings import RECORDED, rows_of
from support.shared import ROOT

CATALOGUE = ROOT / "data" / "raw" / "catalogue" / "awesome-neural-ode.jsonl"
ABSTRACT = "About it."


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
    """``abstract``, ``comment`` (on arXiv), ``retracted`` (at OpenAlex), ``notice`` (at Crossref), ``cites`` may be
    added.

    ``cites`` are (identifier at Semantic Scholar, title) of works that are no papers here.
    """
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By DOI, for papers that have no arXiv id."""
    neurips: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By ``year/hash``."""
    pmlr: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By host and path."""
    notes: list[dict[str, Any]] = field(default_factory=list)
    """OpenReview notes of API 2."""
    old_numbers: dict[str, str] = field(default_factory=lambda: {"9431": "2019/8471bda5e6201d30893c3582ee131d4d"})
    repositories: dict[str, dict[str, Any]] = field(default_factory=dict)

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
            doi = next(
                (one[4:] for one in (*relations, *version.get("identifiers", ())) if one.startswith("doi:")), None
            )
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
        facts = cls(papers)
        for row in rows:
            facts._add_published(row)
        return facts

    def _add_published(self, row: dict[str, Any]) -> None:
        """What the proceedings, OpenReview, publishers' pages and GitHub know of a line of the catalogue."""
        paper = {
            "arxiv": "",
            "title": row.get("title"),
            "authors": [" ".join(reversed(name.split(", ", 1))) for name in row.get("authors", [])],
            "date": row.get("date"),
            "doi": next((one[4:] for one in row["identifiers"] if one.startswith("doi:")), None),
            "venue": row.get("venue"),
            "venue_type": row.get("type"),
            "year": row.get("year"),
            "volume": row.get("volume"),
            "count": 7,
        }
        for identifier in row["identifiers"]:
            scheme, _, value = identifier.partition(":")
            if scheme == "neurips":
                self.neurips[value] = paper
            elif scheme == "pmlr":
                self.pmlr[value] = paper
            elif scheme == "url":
                self.pages[value.removeprefix("https://")] = paper
            elif scheme == "doi" and not self.find(identifier):
                self.published[value] = paper
            elif scheme == "openreview":
                self.notes.append(_note(value, paper))
            elif scheme == "github":
                self.repositories[value] = _repository(value, row)

    @classmethod
    def generated(cls, number: int) -> Facts:
        papers = {}
        for index in range(number):
            arxiv = f"{20 + index // 12000:02d}{1 + index // 1000 % 12:02d}.{10000 + index:05d}"
            papers[arxiv] = {
                "arxiv": arxiv,
                "title": f"A study of subject number {index} in field {sha1(str(index).encode()).hexdigest()[:8]}",
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

    @staticmethod
    @lru_cache(maxsize=100_000)
    def s2_id(arxiv: str) -> str:
        return sha1(f"s2{arxiv}".encode()).hexdigest()

    def find(self, identifier: str) -> dict[str, Any] | None:
        return self.finder()(identifier)

    def finder(self) -> Callable[[str], dict[str, Any] | None]:
        """``find`` for the identifiers of one request: tests change facts between two, so no index lasts longer."""
        by_doi: dict[str, dict[str, Any]] = {}
        by_s2_id: dict[str, dict[str, Any]] = {}

        def find(identifier: str) -> dict[str, Any] | None:
            scheme, _, value = identifier.partition(":")
            if scheme.upper() == "ARXIV":
                return self.papers.get(value)
            if scheme.upper() == "DOI":
                if not by_doi:
                    by_doi.update((one["doi"], one) for one in reversed(self.papers.values()) if one["doi"])
                return by_doi.get(value.lower())
            if not by_s2_id:
                by_s2_id.update((self.s2_id(arxiv), one) for arxiv, one in self.papers.items())
            return by_s2_id.get(identifier)

        return find


def _note(forum: str, paper: dict[str, Any]) -> dict[str, Any]:
    year = paper["year"]
    return {
        "id": forum,
        "forum": forum,
        "cdate": 1_600_000_000_000,
        "content": {
            "title": {"value": paper["title"]},
            "authors": {"value": paper["authors"]},
            "authorids": {"value": ["somebody@example.org"]},
            "venue": {"value": f"ICLR {year}"},
            "venueid": {"value": f"ICLR.cc/{year}/Conference"},
        },
    }


def _repository(name: str, row: dict[str, Any]) -> dict[str, Any]:
    authors = "".join(
        f"  - family-names: {family}\n    given-names: {given}\n"
        for family, _, given in (one.partition(", ") for one in row.get("authors", []))
    )
    return {
        "row": {
            "full_name": name,
            "name": row["title"],
            "archived": False,
            "created_at": "2019-01-01T00:00:00Z",
            "license": {"spdx_id": "MIT"},
            "stargazers_count": 5400,
            "language": "Python",
            "topics": ["neural-ode"],
            "pushed_at": "2026-10-01T08:00:00Z",
        },
        "cff": f"cff-version: 1.2.0\ntitle: {row['title']}\ndate-released: 2021-13\nauthors:\n{authors}"
        if authors
        else None,
    }


def arxiv_entry(paper: dict[str, Any]) -> str:
    date = paper["date"] + ("-01" * (2 - paper["date"].count("-")))
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper["authors"])
    doi = f"<arxiv:doi>{escape(paper['doi'])}</arxiv:doi>" if paper["doi"] else ""
    comment = f"<arxiv:comment>{escape(paper['comment'])}</arxiv:comment>" if paper.get("comment") else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{paper['arxiv']}v1</id><title>{escape(paper['title'])}</title>"
        f"<updated>{date}T00:00:00Z</updated><published>{date}T00:00:00Z</published>"
        f"<summary>{escape(paper.get('abstract', ABSTRACT))}</summary>"
        f'<category term="{paper["category"]}"/><arxiv:primary_category term="{paper["category"]}"/>'
        f"{comment}{doi}{authors}</entry>"
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
        "corpusId": _number(f"c{paper['arxiv']}"),
        "tldr": {"model": "tldr@v2.0.0", "text": f"In short: {paper['title']}."},
        "authors": [{"authorId": str(_number(name)), "name": name} for name in paper["authors"]],
        "referenceCount": len(paper["references"]) + len(paper.get("cites", ())),
        "references": [
            *({"paperId": facts.s2_id(one), "title": facts.papers[one]["title"]} for one in paper["references"]),
            *({"paperId": s2_id, "title": title} for s2_id, title in paper.get("cites", ())),
        ],
    }


def _number(text: str) -> int:
    return int(sha1(text.encode()).hexdigest()[:7], 16)


def _unknown(asked: str, known: frozenset[str]) -> str | None:
    """The first element that a service would refuse, with everything else that was asked."""
    return next((one for one in asked.split(",") if one.partition(".")[0] not in known), None)


S2_FIELDS = frozenset(
    (
        "paperId corpusId externalIds url title abstract venue publicationVenue year referenceCount citationCount"
        " influentialCitationCount isOpenAccess openAccessPdf fieldsOfStudy s2FieldsOfStudy publicationTypes"
        " publicationDate journal citationStyles authors citations references embedding tldr"
    ).split()
)
OPENALEX_FIELDS = frozenset(
    (
        "id doi title display_name publication_year publication_date ids language primary_location best_oa_location"
        " locations locations_count type open_access authorships is_authors_truncated corresponding_author_ids"
        " institutions has_fulltext"
        " fwci cited_by_count citation_normalized_percentile cited_by_percentile_year biblio is_retracted is_paratext"
        " primary_topic topics keywords concepts mesh sustainable_development_goals awards funders referenced_works"
        " referenced_works_count related_works abstract_inverted_index counts_by_year updated_date created_date"
    ).split()
)
CROSSREF_FIELDS = frozenset(
    (
        "DOI ISBN ISSN URL abstract accepted alternative-id approved archive article-number assertion author chair"
        " clinical-trial-number container-title content-created content-domain created degree deposited editor event"
        " funder group-title indexed is-referenced-by-count issn-type issue issued license link member original-title"
        " page posted prefix published published-online published-print publisher publisher-location reference"
        " references-count relation resource score short-container-title short-title standards-body subject subtitle"
        " title translator type update-policy update-to updated-by volume"
    ).split()
)
"""What each service takes in ``fields=`` and ``select=``: one word that it does not know costs the whole request."""


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
            "descriptions": [{"description": paper.get("abstract", ABSTRACT), "descriptionType": "Abstract"}],
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
        return getattr(self, f"_{asked.service}", _recorded)(asked)

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
        query = parse_qs(path.query)
        if unknown := _unknown(query["fields"][0], S2_FIELDS):
            return Answer(400, json.dumps({"error": f"Unrecognized or unsupported fields: [{unknown}]"}).encode())
        if path.path.endswith("/paper/batch"):
            found = list(map(self.facts.finder(), json.loads(asked.body)["ids"]))
            return Answer(body=json.dumps([s2_paper(one, self.facts) if one else None for one in found]).encode())
        title = _plain(parse_qs(path.query).get("query", [""])[0])
        hits = [one for one in self.facts.papers.values() if _plain(one["title"]) == title]
        if not hits:
            return Answer(404, b'{"error":"Title match not found"}')
        return Answer(body=json.dumps({"data": [s2_paper(hits[0], self.facts)]}).encode())

    def _openalex(self, asked: Asked) -> Answer:
        query = parse_qs(urlsplit(asked.path).query)
        if unknown := _unknown(query["select"][0], OPENALEX_FIELDS):
            return Answer(403, json.dumps({"error": "Invalid query parameters error.", "message": unknown}).encode())
        name, _, values = query["filter"][0].partition(":")
        if name == "abstract.search":
            known = [*self.facts.papers.values(), *self.facts.published.values()]
            papers = [
                one for one in known if set(_plain(values).split()) <= set(_plain(one.get("abstract", "")).split())
            ]
        elif name == "title.search":
            papers = [one for one in self.facts.papers.values() if _plain(one["title"]) == _plain(values)]
        else:
            find = self.facts.finder()
            papers = [self._by_doi(one, find) for one in values.split("|")]
        rows = [openalex_row(one) for one in papers if one]
        headers = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "990"}
        return Answer(body=json.dumps({"meta": {"count": len(rows)}, "results": rows}).encode(), headers=headers)

    def _by_doi(self, doi: str, find: Callable[[str], dict[str, Any] | None]) -> dict[str, Any] | None:
        doi = doi.lower()
        return self.facts.papers.get(doi.removeprefix("10.48550/arxiv.")) or find(f"DOI:{doi}")

    def _crossref(self, asked: Asked) -> Answer:
        query = parse_qs(urlsplit(asked.path).query)
        if unknown := _unknown(query.get("select", ["DOI"])[0], CROSSREF_FIELDS):
            body = {"status": "failed", "message-type": "validation-failure", "message": [{"value": unknown}]}
            return Answer(400, json.dumps(body).encode())
        if "filter" in query:
            dois = [one.removeprefix("doi:") for one in query["filter"][0].split(",")]
            papers = [paper for paper in map(self.facts.finder(), (f"DOI:{doi}" for doi in dois)) if paper]
            extra = [self.facts.published[doi] for doi in dois if doi in self.facts.published]
            rows = [crossref_row(one) for one in papers] + [crossref_row(one) for one in extra]
        elif "query.bibliographic" in query:
            words = _plain(query["query.bibliographic"][0])
            rows = [
                crossref_row(one) for one in self.facts.papers.values() if one["doi"] and _plain(one["title"]) in words
            ]
        else:
            return Answer(404, b"Resource not found.", content_type="application/json")
        return Answer(
            body=json.dumps({"status": "ok", "message-type": "work-list", "message": {"items": rows}}).encode()
        )

    def _dblp(self, asked: Asked) -> Answer:
        query = parse_qs(urlsplit(asked.path).query)["query"][0]
        addresses = re.findall(r"<(https://(?:doi|dblp)[^>]+)>", query.partition("VALUES")[2].partition("}")[0])
        bindings = []
        find = self.facts.finder()
        for address in addresses:
            paper = self._by_doi(address.removeprefix("https://doi.org/"), find)
            if paper and paper["venue_type"] in ("conference", "journal"):
                kind = "conf" if paper["venue_type"] == "conference" else "journals"
                key = f"{kind}/x/{paper['arxiv'].replace('.', '')}"
                for ordinal, name in enumerate(paper["authors"], 1):
                    row = {
                        "asked": address,
                        "pub": f"https://dblp.org/rec/{key}",
                        "title": f"{paper['title']}.",
                        "year": str(paper["year"]),
                        "venue": paper["venue"],
                        "ordinal": str(ordinal),
                        "name": name,
                    }
                    bindings.append({name: {"type": "literal", "value": value} for name, value in row.items()})
        body = json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode()
        return Answer(body=body, content_type="application/sparql-results+json")

    def _openreview(self, asked: Asked) -> Answer:
        path = urlsplit(asked.path)
        if path.path.endswith("/search") and asked.method == "GET":
            term = _plain(parse_qs(path.query)["term"][0])
            notes = [one for one in self.facts.notes if _plain(one["content"]["title"]["value"]) == term]
        elif path.path.endswith("/search") and "authorization" in asked.headers:
            ids = json.loads(asked.body)["ids"]
            notes = [one for one in self.facts.notes if one["id"] in ids]
        else:
            body = {"name": "ChallengeRequiredError", "message": "Challenge verification required", "status": 403}
            return Answer(403, json.dumps(body).encode())
        return Answer(body=json.dumps({"notes": notes, "count": 10000}).encode())

    def _neurips(self, asked: Asked) -> Answer:
        path = urlsplit(asked.path).path
        if path.startswith("/paper/"):
            target = self.facts.old_numbers.get(path.rpartition("/")[2])
            if target is None:
                return Answer(404, b"not found", content_type="text/plain")
            location = f"/paper_files/paper/{target.replace('/', '/hash/')}-Abstract.html"
            return Answer(302, b"", {"Location": location}, "text/html")
        parts = path.split("/")
        if len(parts) == 4:
            return Answer(body=neurips_year(self.facts.neurips, parts[3]).encode(), content_type="text/html")
        key = f"{parts[3]}/{parts[5][:32]}" if len(parts) > 5 else ""
        paper = self.facts.neurips.get(key)
        if paper is None:
            return Answer(404, b"not found", content_type="text/plain")
        if path.endswith(".bib"):
            return Answer(body=neurips_bibtex(paper, key).encode(), content_type="text/plain")
        return Answer(body=neurips_page(paper, key).encode(), content_type="text/html")

    def _pmlr(self, asked: Asked) -> Answer:
        key = urlsplit(asked.path).path.strip("/").removesuffix(".html")
        if key.endswith(".bib"):
            volume = key.partition("/")[0]
            papers = {name: one for name, one in self.facts.pmlr.items() if name.startswith(f"{volume}/")}
            entries = [bib_entry(name.partition("/")[2], one) for name, one in papers.items()]
            return Answer(200 if papers else 404, "".join(entries).encode(), content_type="text/plain")
        paper = self.facts.pmlr.get(key)
        body = meta_page(paper, conference=paper["venue"]) if paper else "<html></html>"
        return Answer(200 if paper else 404, body.encode(), content_type="text/html")

    def _webpage(self, asked: Asked) -> Answer:
        paper = self.facts.pages.get(urlsplit(asked.path).path.removeprefix("/pages/").rstrip("/"))
        body = meta_page(paper, journal=paper["venue"]) if paper else "<html><body>drawn by a script</body></html>"
        return Answer(200, body.encode(), content_type="text/html")

    def _github(self, asked: Asked) -> Answer:
        path = urlsplit(asked.path).path
        if path == "/graphql":
            return Answer(body=self._graphql(json.loads(asked.body)["query"]))
        parts = path.split("/")
        name = "/".join(parts[2:4]).lower()
        repository = self.facts.repositories.get(name)
        if repository is None:
            return Answer(404, b'{"message":"Not Found"}')
        if len(parts) > 4:
            cff = repository.get("cff")
            return (
                Answer(body=cff.encode(), content_type="text/plain") if cff else Answer(404, b'{"message":"Not Found"}')
            )
        return Answer(body=json.dumps(repository["row"]).encode())

    def _graphql(self, query: str) -> bytes:
        data = {}
        for alias, owner, name in re.findall(r'(r\d+):repository\(owner:"([^"]+)",name:"([^"]+)"\)', query):
            repository = self.facts.repositories.get(f"{owner}/{name}".lower())
            row = repository["row"] if repository else None
            data[alias] = row and {
                "nameWithOwner": row["full_name"],
                "name": row["name"],
                "isArchived": row["archived"],
                "createdAt": row["created_at"],
                "licenseInfo": {"spdxId": row["license"]["spdx_id"]},
                "latestRelease": None,
                "stargazerCount": row.get("stargazers_count"),
                "primaryLanguage": {"name": row.get("language")},
                "repositoryTopics": {"nodes": [{"topic": {"name": one}} for one in row.get("topics", ())]},
                "pushedAt": row.get("pushed_at"),
                "cff": {"text": repository["cff"]} if repository.get("cff") else None,
            }
        return json.dumps({"data": data}).encode()

    def _europe_pmc(self, asked: Asked) -> Answer:
        query = parse_qs(urlsplit(asked.path).query)["query"][0]
        found = map(self.facts.finder(), (f"DOI:{doi}" for doi in re.findall(r'DOI:"([^"]+)"', query)))
        rows = [europe_pmc_row(paper) for paper in found if paper and paper["venue_type"] == "journal"]
        if "EXT_ID:18611262 " in query:  # the one that Europe PMC's documentation asks for
            rows.append({"id": "18611262", "source": "MED", "pmid": "18611262", "title": "A title."})
        return Answer(body=json.dumps({"hitCount": len(rows), "resultList": {"result": rows}}).encode())

    def _opencitations(self, asked: Asked) -> Answer:
        if "/references/" in asked.path:
            return Answer(body=b"[]")
        paper = self.facts.find("DOI:" + unquote(asked.path).partition("/doi:")[2])
        return Answer(body=json.dumps([{"count": str(paper["count"])}] if paper else []).encode())


def europe_pmc_row(paper: dict[str, Any]) -> dict[str, Any]:
    names = [name.rpartition(" ") for name in paper["authors"]]
    return {
        "id": str(_number(paper["doi"])),
        "source": "MED",
        "doi": paper["doi"],
        "title": f"{paper.get('published_title') or paper['title']}.",
        "authorList": {"author": [{"firstName": given, "lastName": family} for given, _, family in names]},
        "journalInfo": {"yearOfPublication": paper["year"], "journal": {"title": paper["venue"]}},
        "pubYear": str(paper["year"]),
        "pubTypeList": {"pubType": ["Journal Article"]},
        "language": "eng",
    }


def openalex_row(paper: dict[str, Any]) -> dict[str, Any]:
    number = int(sha1((paper["arxiv"] or paper["doi"]).encode()).hexdigest()[:8], 16)
    words = enumerate(paper.get("abstract", "").split())
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.48550/arxiv.{paper['arxiv']}"
        if paper["arxiv"]
        else f"https://doi.org/{paper['doi']}",
        "abstract_inverted_index": _inverted(words) or None,
        "title": paper["title"],
        "publication_year": int(paper["date"][:4]),
        "publication_date": paper["date"] if len(paper["date"]) == 10 else f"{paper['date'][:4]}-01-01",
        "type": "preprint",
        "language": "en",
        "primary_location": {"source": {"display_name": "arXiv (Cornell University)", "type": "repository"}},
        "best_oa_location": {"pdf_url": f"https://arxiv.org/pdf/{paper['arxiv']}", "license": None},
        "open_access": {"is_oa": True, "oa_status": "green", "oa_url": f"https://arxiv.org/pdf/{paper['arxiv']}"},
        "authorships": [
            {
                "raw_author_name": name,
                "author": {
                    "id": f"https://openalex.org/A{_number(name)}",
                    "orcid": f"https://orcid.org/0000-0002-0000-{_number(name) % 10_000:04d}",
                },
                "is_corresponding": place == 0,
                "raw_affiliation_strings": ["University of Toronto &amp; Vector Institute"],
                "institutions": [
                    {
                        "id": "https://openalex.org/I185261750",
                        "display_name": "University of Toronto",
                        "ror": "https://ror.org/03dbr7087",
                        "country_code": "CA",
                        "type": "education",
                    }
                ],
            }
            for place, name in enumerate(paper["authors"])
        ],
        "primary_topic": {
            "id": "https://openalex.org/T11206",
            "display_name": "Model Reduction and Neural Networks",
            "subfield": {"display_name": "Statistical and Nonlinear Physics"},
            "field": {"display_name": "Physics and Astronomy"},
            "domain": {"display_name": "Physical Sciences"},
        },
        "keywords": [{"id": "https://openalex.org/keywords/ode", "display_name": "Ode", "score": 0.75}],
        "funders": [{"id": "https://openalex.org/F1", "display_name": "A Funder", "ror": None}],
        "fwci": 2.5,
        "citation_normalized_percentile": {"value": 0.99, "is_in_top_1_percent": True},
        "counts_by_year": [{"year": 2025, "cited_by_count": 4}, {"year": 2024, "cited_by_count": 3}],
        "referenced_works_count": len(paper["references"]),
        "cited_by_count": paper["count"] // 2,
        "referenced_works": [],
        "is_retracted": paper.get("retracted", False),
    }


def _inverted(words: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for place, word in words:
        index.setdefault(word, []).append(place)
    return index


def crossref_row(paper: dict[str, Any]) -> dict[str, Any]:
    names = [name.rpartition(" ") for name in paper["authors"]]
    return {
        "DOI": paper["doi"],
        "type": "journal-article" if paper["venue_type"] == "journal" else "proceedings-article",
        "title": [paper.get("published_title") or paper["title"]],
        "author": [{"given": given, "family": family} for given, _, family in names],
        "issued": {"date-parts": [[paper["year"]]]},
        "container-title": [paper["venue"]] if paper["venue"] else [],
        "publisher": "A Publisher",
        "volume": paper.get("volume"),
        "is-referenced-by-count": paper["count"] // 3,
        "updated-by": [
            {
                "DOI": paper["notice"],
                "type": "retraction",
                "updated": {"date-parts": [[2026, 11, 3]]},
                "source": "publisher",
            }
        ]
        if paper.get("notice")
        else [],
        "language": "en",
    }


def meta_page(paper: dict[str, Any], **venue: str) -> str:
    tags = [("title", paper["title"]), *(("author", name) for name in paper["authors"])]
    tags += [("publication_date", str(paper.get("date") or paper["year"]).replace("-", "/"))]
    tags += [(f"{name}_title", value) for name, value in venue.items() if value]
    metas = "".join(
        f'<meta name="citation_{name}" content="{escape(value, {chr(34): "&quot;"})}">' for name, value in tags
    )
    return f"<!doctype html><html><head>{metas}</head><body></body></html>"


def bib_entry(key: str, paper: dict[str, Any]) -> str:
    fields = {"title": paper["title"], "author": " and ".join(paper["authors"]), "booktitle": paper["venue"]}
    lines = [f" {name} = {{{value}}}" for name, value in {**fields, "year": paper["year"]}.items()]
    return f"@InProceedings{{{key},\n" + ",\n".join(lines) + "\n}\n"


def neurips_page(paper: dict[str, Any], key: str) -> str:
    year, _, digest = key.partition("/")
    link = f'<a href="/paper_files/paper/{year}/file/{digest}-Bibtex.bib">Bibtex</a>'
    names = [", ".join(reversed(name.rpartition(" ")[::2])) for name in paper["authors"]]
    page = meta_page(
        {**paper, "authors": names, "date": year}, journal="Advances in Neural Information Processing Systems"
    )
    return page.replace("<body>", f"<body>{link}")


def neurips_year(papers: dict[str, dict[str, Any]], year: str) -> str:
    rows = "".join(
        f'<li class="none"><a title="paper title" href="/paper_files/paper/{year}/hash/{key[5:]}-Abstract.html">'
        f"{escape(paper['title'])}</a> <i>{escape(', '.join(paper['authors']))}</i></li>"
        for key, paper in papers.items()
        if key.startswith(f"{year}/")
    )
    return f"<html><body><ul>{rows}</ul></body></html>"


def neurips_bibtex(paper: dict[str, Any], key: str) -> str:
    year, _, digest = key.partition("/")
    names = " and ".join(", ".join(reversed(name.rpartition(" ")[::2])) for name in paper["authors"])
    return (
        f"@inproceedings{{NEURIPS{year}_{digest[:8]},\n author = {{{names}}},\n"
        " booktitle = {Advances in Neural Information Processing Systems},\n pages = {},\n"
        f" title = {{{paper['title']}}},\n volume = {{{int(year) - 1987}}},\n year = {{{year}}}\n}}\n"
    )


@lru_cache(maxsize=100_000)
def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


_ROUTES = (
    ("/api/query", "arxiv"),
    ("/graph/v1", "semantic_scholar"),
    ("/dois", "datacite"),
    ("/openalex", "openalex"),
    ("/crossref", "crossref"),
    ("/sparql", "dblp"),
    ("/notes", "openreview"),
    ("/paper", "neurips"),
    ("/pmlr", "pmlr"),
    ("/v", "pmlr"),
    ("/acl", "acl"),
    ("/pages", "webpage"),
    ("/repos", "github"),
    ("/graphql", "github"),
    ("/index/v2", "opencitations"),
)


def service_of(path: str) -> str:
    known = next((service for prefix, service in _ROUTES if path.startswith(prefix)), None)
    name = urlsplit(path).path.split("/")[1]
    return known or (name if name in SOURCES else "unknown")


def _recorded(asked: Asked) -> Answer:
    """What is recorded of a source that has no handler here, to a question that names its example."""
    traits = SOURCES[asked.service]().traits if asked.service in SOURCES else None
    example = (traits and traits.example) or ":"
    is_named = example.partition(":")[2] in unquote(asked.path) + asked.body.decode("utf-8", "replace")
    files = [row["file"] for row in rows_of(asked.service) if example in row.get("asked", ()) and "error" not in row]
    if not files or not is_named:
        return Answer(404, b"{}")
    return Answer(body=(RECORDED / asked.service / files[0]).read_bytes())


@contextmanager
def serve(services: Services) -> Iterator[Services]:
    """Serve on a free port of 127.0.0.1 until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body go out apart: otherwise each reply would wait 40 ms for an acknowledgement.
        disable_nagle_algorithm = True

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
    urls = {
        "ARXIV": f"{base}/api/query",
        "SEMANTIC_SCHOLAR": f"{base}/graph/v1",
        "DATACITE": base,
        "OPENALEX": f"{base}/openalex",
        "CROSSREF": f"{base}/crossref",
        "DBLP": f"{base}/sparql",
        "OPENREVIEW": base,
        "NEURIPS": base,
        "PMLR": f"{base}",
        "ACL": f"{base}/acl",
        "OPENCITATIONS": f"{base}/index/v2",
        "GITHUB": base,
        "WEBPAGE": f"{base}/pages",
    }
    urls |= {name.upper(): f"{base}/{name}" for name in SOURCES if name.upper() not in urls}
    variables = {f"ENRICH_SOURCES__{name}__BASE_URL": url for name, url in urls.items()}
    variables |= {f"ENRICH_SOURCES__{name}__MIN_INTERVAL_S": "0" for name in urls}
    return {**variables, "ENRICH_MANNERS__BACKOFF_S": "0", **more}
