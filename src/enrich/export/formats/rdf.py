"""Zotero RDF: the one format that gives Zotero preprints, nested collections, tags and citation keys together.

Reader: <https://github.com/zotero/translators/blob/master/RDF.js>; names of item types and fields:
<https://www.zotero.org/support/kb/item_types_and_fields>.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from enrich.export.reference_format import ReferenceFormat
from enrich.model.record import WorkType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from enrich.export.cited_work import Attachment, CitedWork
    from enrich.export.groups import Section
    from enrich.model.persons import Author

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
_LINKED_URL = "3"
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
  xmlns:vcard="http://nwalsh.com/rdf/vCard#"
  xmlns:so="http://schema.org/"
  xmlns:link="http://purl.org/rss/1.0/modules/link/">
"""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_zotero_rdf(cited_works: Collection[CitedWork], sections: Section) -> Iterator[str]:
    """The text of a Zotero RDF file piece by piece: items sorted by key, then the sections as nested collections."""
    yield _HEAD
    for cited in sorted(cited_works, key=lambda known: known.key):
        yield _item(cited)
    yield from _collections(sections, {cited.work_id: cited.key for cited in cited_works})
    yield "</rdf:RDF>\n"


def item_type_of(cited: CitedWork) -> str:
    """Return Zotero's name for the type of a work."""
    return "blogPost" if cited.is_blog else ITEM_TYPES[cited.type]


def _item(cited: CitedWork) -> str:
    kind = item_type_of(cited)
    lines = "".join(f"    {line}\n" for line in _fields(cited, kind))
    names = [f"{cited.key}-attachment-{number}" for number in range(1, len(cited.attachments) + 1)]
    lines += "".join(f"    <link:link rdf:resource={_reference(name)}/>\n" for name in names)
    item = f"  <rdf:Description rdf:about={_reference(cited.key)}>\n{lines}  </rdf:Description>\n"
    return item + "".join(map(_attachment, names, cited.attachments))


def _attachment(name: str, one: Attachment) -> str:
    """An attachment as Zotero writes one that is a link: nothing is downloaded when it is imported."""
    address = f"<dc:identifier><dcterms:URI>{_element('rdf:value', one.url)}</dcterms:URI></dc:identifier>"
    plain = {"z:itemType": "attachment", "dc:title": one.title, "z:linkMode": _LINKED_URL, "link:type": one.media_type}
    lines = [address, *(_element(tag, text) for tag, text in plain.items())]
    inner = "".join(f"    {line}\n" for line in lines)
    return f"  <z:Attachment rdf:about={_reference(name)}>\n{inner}  </z:Attachment>\n"


def _fields(cited: CitedWork, kind: str) -> Iterator[str]:
    yield _element("z:itemType", kind)
    yield _element("dc:title", cited.title)
    if cited.authors:
        role = "so:author" if kind == "computerProgram" else "bib:authors"
        people = "".join(_person(author) for author in cited.authors)
        yield f"<{role}><rdf:Seq>{people}</rdf:Seq></{role}>"
    if cited.editors:
        people = "".join(_person(editor) for editor in cited.editors)
        yield f"<bib:editors><rdf:Seq>{people}</rdf:Seq></bib:editors>"
    yield from _publication(cited, kind)
    is_page = kind in {"webpage", "blogPost"}
    category = f" [{cited.arxiv_category}]" if cited.arxiv_category else ""
    plain = {
        "dc:date": cited.iso_date,
        "dcterms:abstract": cited.abstract,
        "dc:identifier": cited.doi and f"DOI {cited.doi}",
        "dcterms:dateSubmitted": cited.accessed.isoformat() if cited.accessed and is_page else None,
        "z:language": cited.language,
        "dc:rights": cited.license,
        "z:citationKey": cited.key,
        "dc:description": cited.arxiv_id and f"arXiv:{cited.arxiv_id}{category}",
    }
    yield from (_element(name, text) for name, text in plain.items() if text)
    if cited.url:
        address = _element("rdf:value", cited.url)
        yield f"<dc:identifier><dcterms:URI>{address}</dcterms:URI></dc:identifier>"
    for tag in cited.tags:
        yield _element("dc:subject", tag)
    for keyword in dict.fromkeys(filter(None, (cited.arxiv_category, *cited.keywords))):
        yield f"<dc:subject><z:AutomaticTag>{_element('rdf:value', keyword)}</z:AutomaticTag></dc:subject>"


def _publication(cited: CitedWork, kind: str) -> Iterator[str]:
    """Where it appeared."""
    container = _CONTAINERS.get(kind)
    numbers = (("prism:volume", cited.volume), ("prism:number", cited.issue))
    issn = ("dc:identifier", cited.issn and f"ISSN {cited.issn}")
    if container and cited.container:
        inside = "".join(_element(name, text) for name, text in (*numbers, ("dc:title", cited.container), issn) if text)
        yield f"<dcterms:isPartOf><{container}>{inside}</{container}></dcterms:isPartOf>"
    if cited.event and kind == "conferencePaper":
        title = _element("dc:title", cited.event)
        yield f"<bib:presentedAt><bib:Conference>{title}</bib:Conference></bib:presentedAt>"
    yield from _book(cited, has_container=container is not None)
    if kind == "preprint" and cited.arxiv_id:
        yield _element("prism:number", f"arXiv:{cited.arxiv_id}")
    elif kind in _NUMBERED and cited.issue:
        yield _element("prism:number", cited.issue)
    if cited.pages:
        yield _element("bib:pages", cited.pages)
    if cited.version:
        yield _element("z:versionNumber", cited.version)


def _book(cited: CitedWork, *, has_container: bool) -> Iterator[str]:
    """Who published it, in which series and edition."""
    publisher = cited.publisher or (None if has_container else cited.container)
    if publisher or cited.place:
        name = _element("foaf:name", publisher) if publisher else ""
        locality = _element("vcard:locality", cited.place) if cited.place else ""
        place = f"<vcard:adr><vcard:Address>{locality}</vcard:Address></vcard:adr>" if locality else ""
        yield f"<dc:publisher><foaf:Organization>{place}{name}</foaf:Organization></dc:publisher>"
    if cited.series:
        title = _element("dc:title", cited.series)
        yield f"<dcterms:isPartOf><bib:Series>{title}</bib:Series></dcterms:isPartOf>"
    if cited.edition:
        yield _element("prism:edition", cited.edition)
    if cited.isbn:
        yield _element("dc:identifier", f"ISBN {cited.isbn}")


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


FORMAT = ReferenceFormat(
    name="rdf",
    suffix=".rdf",
    purpose="Zotero: preprints, nested collections, tags and citation keys, which no other format gives it together",
    place=2,
    write=lambda one, _: to_zotero_rdf(one.works, one.sections),
    aliases=("zotero",),
)
