"""Zotero RDF and CSL-JSON say what Zotero and citeproc accept."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from enrich.export.formats.csl_json import CSL_TYPES
from enrich.export.formats.rdf import ITEM_TYPES
from enrich.model.record import WorkType

pytestmark = pytest.mark.consumers

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
Z = "{http://www.zotero.org/namespaces/export#}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
FOAF = "{http://xmlns.com/foaf/0.1/}"
SO = "{http://schema.org/}"
BIB = "{http://purl.org/net/biblio#}"
ACCEPTED_BY_ZOTERO = {
    "article", "article-journal", "paper-conference", "book", "dataset", "webpage", "post-weblog", "report", "chapter",
    "thesis", "document",
}  # fmt: skip


def items_of(path):
    root = etree.parse(path).getroot()
    return root, {item.get(f"{RDF}about"): item for item in root.iter(f"{RDF}Description")}


def test_every_target_of_every_collection_is_in_the_file(outputs):
    for path in outputs.folder.rglob("*.rdf"):
        root, items = items_of(path)
        collections = {known.get(f"{RDF}about"): known for known in root.iter(f"{Z}Collection")}
        targets = [part.get(f"{RDF}resource") for part in root.iter(f"{DCTERMS}hasPart")]
        assert set(targets) <= items.keys() | collections.keys()
        nested = [target for target in targets if target in collections]
        assert len(nested) == len(set(nested))


def test_items_have_type_key_title_and_all_their_authors(outputs):
    _, items = items_of(outputs.folder / "works.rdf")
    assert items.keys() == {f"#{key}" for key in outputs.cited_works}
    for key, cited in outputs.cited_works.items():
        item = items[f"#{key}"]
        kind = item.findtext(f"{Z}itemType")
        assert kind == ("blogPost" if cited.is_blog else ITEM_TYPES[cited.type])
        assert item.findtext(f"{Z}citationKey") == key
        assert item.findtext(f"{DC}title") == re.sub(
            "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", cited.title
        )
        role = f"{SO}author" if cited.type is WorkType.SOFTWARE else f"{BIB}authors"
        assert len(item.findall(f"{role}/{RDF}Seq/{RDF}li/{FOAF}Person")) == len(cited.authors)


def test_sections_become_nested_collections_under_their_own_names(outputs):
    root, _ = items_of(outputs.folder / "works.rdf")
    titles = [known.findtext(f"{DC}title") for known in root.iter(f"{Z}Collection")]
    sections = {
        " ".join(name.split())
        for known in outputs.bibliography.lists
        for entry in known.entries
        for name in entry.section_path
    }
    assert sections <= set(titles)


def test_a_preprint_carries_its_archive_id_where_zotero_looks_for_it(outputs):
    _, items = items_of(outputs.folder / "works.rdf")
    prism = "{http://prismstandard.org/namespaces/1.2/basic/}number"
    for key, cited in outputs.cited_works.items():
        if cited.type is WorkType.PREPRINT and cited.arxiv_id:
            assert items[f"#{key}"].findtext(prism) == f"arXiv:{cited.arxiv_id}"


def test_csl_json_has_only_types_that_zotero_accepts_and_all_keys(outputs):
    assert set(CSL_TYPES.values()) <= ACCEPTED_BY_ZOTERO
    for path in outputs.folder.rglob("*.csl.json"):
        items = json.loads(path.read_bytes())
        assert {item["type"] for item in items} <= ACCEPTED_BY_ZOTERO
        for item in items:
            assert item["id"] == item["citation-key"]
            assert all(name.get("family") or name.get("literal") for name in item.get("author", []))
    items = json.loads((outputs.folder / "works.csl.json").read_bytes())
    assert {item["id"] for item in items} == set(outputs.cited_works)
