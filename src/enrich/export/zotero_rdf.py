"""Zotero RDF: the one format that gives Zotero preprints, nested collections, tags and citation keys together.

Reader: <https://github.com/zotero/translators/blob/master/RDF.js>; names of item types and fields:
<https://www.zotero.org/support/kb/item_types_and_fields>.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from enrich.model.record import WorkType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from enrich.export.citation import Citation
    from enrich.export.groups import Section
    from enrich.model.record import Author

ITEM_TYPES = {
    WorkType.PREPRINT: "preprint",
    WorkType.CONFERENCE: "conferencePaper",
    WorkType.JOURNAL: "journalArticle",
    WorkType.SOFTWARE: "computerProgram",
    WorkType.DATASET: "dataset",
    WorkType.WEBSITE: "webpage",
    WorkType.REPORT: "report",
    WorkType.BOOK: "book",
    WorkType.CHAPTER: "bookSection",
    WorkType.THESIS: "thesis",
    WorkType.UNKNOWN: "document",
}
_CONTAINERS = {
    "journalArticle": "bib:Journal",
    "conferencePaper": "bib:Journal",
    "bookSection": "bib:Book",
    "webpage": "z:Website",
    "blogPost": "z:Blog",
}
_NUMBERED = frozenset({"report"})
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:z="http://www.zotero.org/namespaces/export#"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:dcterms="http://purl.org/dc/terms/"
  xmlns:bib="http://purl.org/net/biblio#"
  xmlns:foaf="http://xmlns.com/foaf/0.1/"
  xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/"
  xmlns:so="http://schema.org/">
"""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_zotero_rdf(citations: Collection[Citation], sections: Section) -> Iterator[str]:
    """The text of a Zotero RDF file piece by piece: items sorted by key, then the sections as nested collections."""
    yield _HEAD
    for citation in sorted(citations, key=lambda known: known.key):
        yield _item(citation)
    yield from _collections(sections, {citation.work_id: citation.key for citation in citations})
    yield "</rdf:RDF>\n"


def _item(citation: Citation) -> str:
    kind = "blogPost" if citation.is_blog else ITEM_TYPES[citation.type]
    lines = "".join(f"    {line}\n" for line in _fields(citation, kind))
    return f"  <rdf:Description rdf:about={_reference(citation.key)}>\n{lines}  </rdf:Description>\n"


def _fields(citation: Citation, kind: str) -> Iterator[str]:
    yield _element("z:itemType", kind)
    yield _element("dc:title", citation.title)
    if citation.authors:
        role = "so:author" if kind == "computerProgram" else "bib:authors"
        people = "".join(_person(author) for author in citation.authors)
        yield f"<{role}><rdf:Seq>{people}</rdf:Seq></{role}>"
    yield from _publication(citation, kind)
    is_page = kind in {"webpage", "blogPost"}
    category = f" [{citation.arxiv_category}]" if citation.arxiv_category else ""
    plain = {
        "dc:date": citation.iso_date,
        "dcterms:abstract": citation.abstract,
        "dc:identifier": citation.doi and f"DOI {citation.doi}",
        "dcterms:dateSubmitted": citation.accessed.isoformat() if citation.accessed and is_page else None,
        "z:language": citation.language,
        "dc:rights": citation.license,
        "z:citationKey": citation.key,
        "dc:description": citation.arxiv_id and f"arXiv:{citation.arxiv_id}{category}",
    }
    yield from (_element(name, text) for name, text in plain.items() if text)
    if citation.url:
        address = _element("rdf:value", citation.url)
        yield f"<dc:identifier><dcterms:URI>{address}</dcterms:URI></dc:identifier>"
    for tag in citation.tags:
        yield _element("dc:subject", tag)
    for keyword in dict.fromkeys(filter(None, (citation.arxiv_category, *citation.keywords))):
        yield f"<dc:subject><z:AutomaticTag>{_element('rdf:value', keyword)}</z:AutomaticTag></dc:subject>"


def _publication(citation: Citation, kind: str) -> Iterator[str]:
    """Where it appeared."""
    container = _CONTAINERS.get(kind)
    numbers = (("prism:volume", citation.volume), ("prism:number", citation.issue))
    if container and citation.container:
        inside = "".join(_element(name, text) for name, text in (*numbers, ("dc:title", citation.container)) if text)
        yield f"<dcterms:isPartOf><{container}>{inside}</{container}></dcterms:isPartOf>"
    if citation.event and kind == "conferencePaper":
        title = _element("dc:title", citation.event)
        yield f"<bib:presentedAt><bib:Conference>{title}</bib:Conference></bib:presentedAt>"
    publisher = citation.publisher or (None if container else citation.container)
    if publisher:
        name = _element("foaf:name", publisher)
        yield f"<dc:publisher><foaf:Organization>{name}</foaf:Organization></dc:publisher>"
    if kind == "preprint" and citation.arxiv_id:
        yield _element("prism:number", f"arXiv:{citation.arxiv_id}")
    elif kind in _NUMBERED and citation.issue:
        yield _element("prism:number", citation.issue)
    if citation.pages:
        yield _element("bib:pages", citation.pages)
    if citation.version:
        yield _element("z:versionNumber", citation.version)


def _person(author: Author) -> str:
    family = author.name if author.is_organization else author.family or author.name
    given = ", ".join(filter(None, (author.given, author.suffix))) if not author.is_organization else ""
    names = _element("foaf:surname", family) + (_element("foaf:givenName", given) if given else "")
    return f"<rdf:li><foaf:Person>{names}</foaf:Person></rdf:li>"


def _collections(sections: Section, keys: dict[str, str]) -> Iterator[str]:
    """One collection per section that has works below it, each with its sections before its works."""
    numbers = {id(section): number for number, (_, section) in enumerate(sections.walk(), start=1)}
    for _, section in sections.walk():
        number = numbers[id(section)]
        inner = [f"#collection_{numbers[id(child)]}" for child in section.sections.values()]
        items = [f"#{keys[work_id]}" for work_id in section.work_ids if work_id in keys]
        parts = "".join(f"    <dcterms:hasPart rdf:resource={quoteattr(target)}/>\n" for target in (*inner, *items))
        title = _element("dc:title", " ".join(section.name.split()) or "Section")
        yield f'  <z:Collection rdf:about="#collection_{number}">\n    {title}\n{parts}  </z:Collection>\n'


def _reference(key: str) -> str:
    return quoteattr(f"#{key}")


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>"
