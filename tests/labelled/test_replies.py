"""What services say is read rightly: rows of replies and what the exports must say of them, from bytes to files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from pybtex.database import parse_file

from enrich.export import ExportOptions, write
from enrich.merge.works import Beliefs, to_work
from enrich.model.entry import Entry, ReadingList
from enrich.model.request import Outcome, Reply, Request
from enrich.model.work import Bibliography
from enrich.sources import SOURCES
from enrich.sources.replies import read_reply

ROWS = [json.loads(line) for line in Path(__file__).with_name("replies.jsonl").read_text("utf-8").splitlines()]
NOW = datetime(2026, 11, 1, tzinfo=UTC)
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>'
    "<id>http://arxiv.org/abs/2001.00001v1</id><title>Digging Wells</title><summary>About wells.</summary>"
    "<published>2020-01-01T00:00:00Z</published><updated>2020-01-01T00:00:00Z</updated>"
    '<author><name>Ada Huber</name></author><category term="cs.LG"/><arxiv:primary_category term="cs.LG"/>'
    "{}</entry></feed>"
)
WRAP = {
    "crossref": lambda row: {"message": {"items": [row]}},
    "semantic_scholar": lambda row: [row],
    "openalex": lambda row: {"results": [row], "meta": {"count": 1}},
    "datacite": lambda row: {"data": [row]},
}


def records(row):
    """The records of a reply that holds a row."""
    source = SOURCES[row["source"]]()
    if row["source"] == "arxiv":
        parts = "".join(f"<arxiv:{name}>{escape(text)}</arxiv:{name}>" for name, text in row["row"].items())
        content = FEED.format(parts).encode()
    else:
        content = json.dumps(WRAP[row["source"]](row["row"])).encode()
    body = json.dumps({"ids": []}) if row["source"] == "semantic_scholar" else None
    request = Request(source=row["source"], url="https://example.org", method="POST" if body else "GET", json_body=body)
    reply = Reply(request=request, outcome=Outcome.OK, status=200, content=content, retrieved_at=NOW)
    return read_reply(source, reply).records


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files of a run whose works are the rows."""
    out = tmp_path_factory.mktemp("replies")
    entries = tuple(Entry(order=number, line=number, title=None) for number in range(1, len(ROWS) + 1))
    works = []
    for entry, row in zip(entries, ROWS, strict=True):
        found = records(row)
        evidence = Beliefs(
            entries=[("rows", entry)],
            sources=["rows.md"],
            records=[(record, "identifier") for record in found],
            identifiers=[one for record in found for one in record.identifiers],
            verdict=None,
            read_at=NOW,
        )
        work_id = f"row:{entry.order:03d}"
        works.append(replace_key(to_work(work_id, evidence), f"row{entry.order:03d}"))
    bibliography = Bibliography(
        lists=(ReadingList(name="rows", source="rows.md", entries=entries),),
        works=tuple(works),
        entry_works={("rows", entry.order): f"row:{entry.order:03d}" for entry in entries},
        run_id="rows",
        started_at=NOW,
        code_version="0",
    )
    write(bibliography, out, options=ExportOptions(formats=frozenset({"bib", "parquet", "csl"})))
    return out


def replace_key(work, key):
    from dataclasses import replace

    return replace(work, citation_key=key)


@pytest.fixture(scope="module")
def told(folder):
    """Each row's work as the table, BibTeX and CSL tell it."""
    works = pd.read_parquet(folder / "works.parquet").sort_values("work_id").to_dict("records")
    authors = pd.read_parquet(folder / "authorships.parquet").groupby("work_id").affiliations.first().to_dict()
    bib = parse_file(str(folder / "works.bib")).entries
    csl = {item["id"]: item for item in json.loads((folder / "works.csl.json").read_text("utf-8"))}
    return [
        {
            "remarks": sorted(work["remarks"]),
            "title": work["title"] or None,
            "venue": work["venue"],
            "volume_title": work["volume_title"],
            "year": work["year"],
            "type": work["type"],
            "container": csl[work["citation_key"]].get("container-title"),
            "series": work["series"],
            "doi": work["doi"],
            "license": work["license"],
            "affiliation": "; ".join(authors.get(work["work_id"], ())) or None,
            "pages": bib[work["citation_key"]].fields.get("pages"),
        }
        for work in works
    ]


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda number: f"{number}-{ROWS[number]['source']}")
def test_the_exports_say_what_the_row_means(number, told):
    row = ROWS[number]
    assert {name: told[number][name] for name in row["is"]} == row["is"], row["row"]
