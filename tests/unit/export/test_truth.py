"""One work says the same in every file: its venue, its address, its topics, its release."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import bibtexparser
import pyarrow.parquet as pq
import pytest
from support.bibliographies import generated
from support.known_works import known, preprint

from enrich.export import ExportOptions, load, with_news, write
from enrich.export.cited_work import tidy, to_cited_work
from enrich.export.formats.csl_json import to_csl_json
from enrich.export.spreadsheet import _LONGEST, _fitting
from enrich.model.addresses import doi_url
from enrich.model.identifiers import parse_identifier
from enrich.model.record import WorkType
from enrich.readers import read_files

pytestmark = pytest.mark.thorough

RDF = {"dc": "http://purl.org/dc/elements/1.1/", "foaf": "http://xmlns.com/foaf/0.1/",
       "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dcterms": "http://purl.org/dc/terms/"}  # fmt: skip


def written(folder, **changes):
    """The one work of a bibliography as each format has it: BibTeX fields, RDF root, CSL item, CSV row."""
    bibliography = generated(3)
    work = replace(bibliography.works[0], **changes)
    alone = replace(
        bibliography,
        works=(work, *bibliography.works[1:]),
    )
    write(alone, folder, options=ExportOptions(formats=frozenset({"bib", "rdf", "csl", "csv", "parquet"})))
    entries = bibtexparser.parse_string((folder / "works.bib").read_text("utf-8")).entries_dict
    key = work.citation_key
    item = next(one for one in json.loads((folder / "works.csl.json").read_text("utf-8")) if one["id"] == key)
    root = ET.parse(folder / "works.rdf").getroot()
    node = next(one for one in root if one.get(f"{{{RDF['rdf']}}}about") == f"#{key}")
    with (folder / "works.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["citation_key"] == key)
    return {name: field.value for name, field in entries[key].fields_dict.items()}, node, item, row


@pytest.mark.parametrize("kind", [WorkType.UNKNOWN, WorkType.DATASET, WorkType.BOOK, WorkType.THESIS])
def test_a_venue_that_no_format_has_a_place_for_is_the_publisher_in_all(tmp_path, kind):
    facts = {"type": kind, "venue": "The Hof Almanac", "publisher": None, "venue_short": None, "versions": ()}
    facts["identifiers"] = (parse_identifier("url", "https://a.org/x"),)
    fields, node, item, _ = written(tmp_path, **facts)
    named = {"book": "publisher", "thesis": "school"}.get(kind.value, "organization")
    assert fields[named] == "The Hof Almanac"
    assert [one.text for one in node.findall(".//dc:publisher//foaf:name", RDF)] == ["The Hof Almanac"]
    assert (item["publisher"], item.get("container-title")) == ("The Hof Almanac", None)
    assert "publisher" not in fields or kind is WorkType.BOOK


ODD = '10.1000/a#b<c>d%e"f g?h'


def test_addresses_of_dois_are_encoded():
    assert doi_url(ODD) == "https://doi.org/10.1000/a%23b%3Cc%3Ed%25e%22f%20g%3Fh"


def test_a_work_has_one_address_in_every_file(tmp_path):
    doi = parse_identifier("doi", "10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-1")
    url = "https://doi.org/10.1002/(sici)1096-8644(199601)99:1%3C1::aid-ajpa1%3E3.0.co;2-1"
    for given, expected in ((None, url), ("https://a.org/b c{d}", "https://a.org/b%20c%7Bd%7D")):
        fields, node, item, row = written(tmp_path, url=given, identifiers=(doi,), type=WorkType.JOURNAL)
        (found,) = [one.text for one in node.findall("./dc:identifier/dcterms:URI/rdf:value", RDF)]
        table = pq.read_table(tmp_path / "works.parquet", columns=["citation_key", "url"]).to_pylist()
        urls = {one["url"] for one in table if one["citation_key"] == row["citation_key"]}
        assert {fields["url"], found, item["URL"], row["url"], *urls} == {expected}


def test_only_a_release_has_a_version():
    text = "@misc{a, title={Neural Ordinary Differential Equations}}"
    ((_, work),) = known(text, preprint(version="v5")).values()
    assert work.version is None
    assert [claim.value for claim in work.claims if claim.field == "version"] == ["v5"]


def test_csl_marks_what_bibtex_puts_in_braces():
    cited = to_cited_work(tidy(generated(3)).works[0], ExportOptions())
    cited = replace(cited, title="Learning unknown ODE models with <Gaussian> processes of BERT: a Study")
    (item,) = json.loads("".join(to_csl_json([cited])))
    marked = '<span class="nocase">{}</span>'.format
    assert item["title"] == (
        f"Learning unknown {marked('ODE')} models with {marked('<Gaussian>')} processes of {marked('BERT')}: a Study"
    )


@pytest.mark.slow
def test_no_cell_is_longer_than_a_spreadsheet_takes(tmp_path):
    abstract = "word " * 20_000
    many = tuple(replace(generated(3).works[0].authors[0], given=f"{n}") for n in range(5000))
    write(
        replace(generated(3), works=tuple(replace(one, authors=many, title=abstract) for one in generated(3).works)),
        tmp_path,
        options=ExportOptions(formats=frozenset({"csv"})),
    )
    csv.field_size_limit(10**7)
    with (tmp_path / "works.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert 30_000 < max(map(len, cells)) < 32_767
    astral = "𝒪" * 20_000
    assert len(_fitting(astral).encode("utf-16-le")) // 2 <= _LONGEST
    assert _fitting("short") == "short"


LEGEND = """\
# Papers

![TS](https://img.shields.io/badge/sequences-purple.svg?logo=x)
![X](https://img.shields.io/badge/one-red.svg) ![X](https://img.shields.io/badge/two-red.svg)

## Methods

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)

![TS](https://img.shields.io/badge/sequences-purple.svg?logo=x)
![X](https://img.shields.io/badge/one-red.svg)
"""


def test_topics_are_spelled_out_by_the_legend_of_the_list(tmp_path):
    found = read_files({"l.md": LEGEND.encode()}, name="l", source="l.md")
    assert found.entries[0].topic_labels == ("TS", "X"), "the entry stays as its curator wrote it"
    assert found.legend == (("TS", "sequences"),), "a code with two meanings has none"
    bibliography = generated(3)
    work = bibliography.works[0]
    entry = replace(found.entries[0], order=1)
    listed = replace(
        bibliography,
        lists=(replace(found, name="l", entries=(entry,)),),
        works=(replace(work, entry_orders=(("l", 1),), sections=()),),
        entry_works={("l", 1): work.work_id},
    )
    write(listed, tmp_path)
    subjects = [one.text for one in ET.parse(tmp_path / "works.rdf").getroot().findall("*/dc:subject", RDF)]
    assert "sequences" in subjects
    assert "TS" not in subjects
    assert load(tmp_path).lists[0].legend == (("TS", "sequences"),)


def test_what_a_killed_run_left_is_still_new(tmp_path):
    bibliography = generated(3)
    old, *others = (one.work_id for one in bibliography.works)
    first = replace(bibliography, works=bibliography.works[:1], lists=(), entry_works={}, run_id="first")
    write(with_news(first, tmp_path, {}, {}), tmp_path)
    manifest = (tmp_path / "manifest.json").read_bytes()
    store = {old: bibliography.started_at}
    second = with_news(bibliography, tmp_path, store, store)
    assert second.new_work_ids == frozenset(others)
    write(second, tmp_path)
    (tmp_path / "manifest.json").write_bytes(manifest)
    assert with_news(bibliography, tmp_path, store, store).new_work_ids == frozenset(others)
    assert with_news(bibliography, tmp_path, {}, {}).new_work_ids == frozenset(), "without the store the files tell"
