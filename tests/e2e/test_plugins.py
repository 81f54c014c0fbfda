"""Another distribution brings a source and a format through its entry points; a broken one costs only itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.services import Answer, Facts, Services, environment, serve

pytestmark = pytest.mark.slow
SOURCE = """
import json
from enrich.model.identifiers import Scheme, parse_doi
from enrich.model.record import Record
from enrich.model.request import Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed


class Tiny(BaseSource):
    default_url = "https://tiny.example.org"
    traits = Traits(
        name="tiny", turn=1, role=Role.BIBLIOGRAPHY, purpose="tests",
        terms=Terms(title="Tiny", licence="CC0-1.0", attribution="Records from Tiny.", url="https://tiny.example.org"),
        trust={WRITTEN: 1, PUBLISHED: 1}, hosts=("tiny.example.org",), schemes=(Scheme.DOI,),
        settles=frozenset({"title", "authors"}), batch_size=10, min_interval_s=0,
    )

    def to_requests(self, identifiers, hints):
        dois = ",".join(sorted(one.value for one in identifiers))
        yield Request(source="tiny", url=f"{self.base_url}/works", params=(("ids", dois),))

    def parse_reply(self, reply):
        rows = json.loads(reply.content)
        asked = dict(reply.request.params)["ids"].split(",")
        found = [
            Record(source="tiny", identifiers=(parse_doi(doi),), retrieved_at=reply.retrieved_at, title=rows[doi],
                   publisher="The Tiny Press", request_key=reply.request.key)
            for doi in asked if doi in rows
        ]
        return Parsed(records=tuple(found))
"""
FORMAT = """
from enrich.export.reference_format import ReferenceFormat

LINES = ReferenceFormat(
    name="lines", suffix=".lines.txt", write=lambda one, _: (f"{known.key}: {known.title}\\n" for known in one.works)
)
"""


@pytest.fixture
def installed(tmp_path):
    """The folder of an installed distribution with a source, a format and one of each that cannot be loaded."""
    folder = tmp_path / "site"
    facts = folder / "tiny_plugin-1.0.dist-info"
    facts.mkdir(parents=True)
    (folder / "tiny_source.py").write_text(SOURCE, "utf-8")
    (folder / "tiny_format.py").write_text(FORMAT, "utf-8")
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-plugin\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text(
        "[enrich.sources]\ntiny = tiny_source:Tiny\nlost = tiny_source:Lost\n"
        "[enrich.exports]\nlines = tiny_format:LINES\nodd = tiny_source:Tiny\n",
        "utf-8",
    )
    return folder


def test_a_source_and_a_format_of_another_distribution(tmp_path, installed):
    (tmp_path / "refs.bib").write_text("@article{a, title={Digging Deep Wells}, doi={10.1000/xyz1}}\n", "utf-8")
    with serve(Services(Facts({}))) as services:
        services.faults["unknown"] = lambda _: Answer(body=json.dumps({"10.1000/xyz1": "Digging Deep Wells"}).encode())
        variables = environment(services.port) | {
            "ENRICH_SOURCES__TINY__BASE_URL": f"http://127.0.0.1:{services.port}/tiny",
            "PYTHONPATH": os.pathsep.join([str(installed), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        result = subprocess.run(
            [sys.executable, "-m", "enrich", "run", "refs.bib", "--out", "out"],
            cwd=tmp_path, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "source tiny_source:Lost is left out" in result.stderr
    assert "format tiny_source:Tiny is left out: it is no ReferenceFormat" in result.stderr
    assert "{The Tiny Press}" in (tmp_path / "out" / "works.bib").read_text("utf-8")
    assert (tmp_path / "out" / "works.lines.txt").read_text("utf-8") == "a: Digging Deep Wells\n"
    assert "Records from Tiny." in (tmp_path / "out" / "README.md").read_text("utf-8")
