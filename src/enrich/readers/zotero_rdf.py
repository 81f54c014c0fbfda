"""Zotero RDF → outline, as Zotero's translator and ``enrich`` write it; collections are sections.

<https://github.com/zotero/translators/blob/master/Zotero%20RDF.js>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.readers.csl_and_ris import to_block
from enrich.readers.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_DEPTH = 64
_NS = {
    "rdf": "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}",
    "z": "{http://www.zotero.org/namespaces/export#}",
    "dc": "{http://purl.org/dc/elements/1.1/}",
    "dcterms": "{http://purl.org/dc/terms/}",
    "bib": "{http://purl.org/net/biblio#}",
    "foaf": "{http://xmlns.com/foaf/0.1/}",
    "prism": "{http://prismstandard.org/namespaces/1.2/basic/}",
    "vcard": "{http://nwalsh.com/rdf/vCard#}",
    "so": "{http://schema.org/}",
}
_ITEM_TYPES = {
    **dict.fromkeys(("journalArticle", "magazineArticle", "newspaperArticle"), "article"),
    "conferencePaper": "inproceedings",
    "bookSection": "incollection",
    "encyclopediaArticle": "inreference",
    "dictionaryEntry": "inreference",
    "book": "book",
    "thesis": "thesis",
    "report": "report",
    "standard": "standard",
    "patent": "patent",
    "dataset": "dataset",
    "computerProgram": "software",
    "webpage": "online",
    "blogPost": "online",
}


def read_zotero_rdf(text: str, where: str) -> Outline:
    """Return the outline of a Zotero RDF file; its collections are sections.

    Raises:
        InputError: it is no XML, or has a document type, which could hide entities.
    """
    from lxml import etree  # noqa: PLC0415 (only for RDF)

    if "<!DOCTYPE" in text[:4096] or "<!ENTITY" in text:
        raise InputError("RDF with a document type", path=where, advice="export it again from Zotero")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(f"broken RDF: {error}", path=where, line=line, advice="export it again from Zotero") from error
    nodes = {name: node for node in root if (name := node.get(f"{_NS['rdf']}about"))}
    paths = dict(_collection_paths(nodes))
    blocks = []
    for node in root:
        kind = node.findtext(f"{_NS['z']}itemType")
        if kind and kind not in {"attachment", "note"}:
            about = node.get(f"{_NS['rdf']}about") or ""
            blocks.append(to_block(_line_of(node), *_from_rdf(node, kind, nodes), paths.get(about, ())))
    return Outline(blocks, "rdf")


def _collection_paths(nodes: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each item with the path of a collection that holds it."""
    members = {
        name: [part.get(f"{_NS['rdf']}resource") for part in node.iter(f"{_NS['dcterms']}hasPart")]
        for name, node in nodes.items()
        if node.tag == f"{_NS['z']}Collection"
    }
    inner = {one for some in members.values() for one in some if one in members}
    pending: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in members if name not in inner]
    while pending:
        name, above = pending.pop(0)
        path = (*above, nodes[name].findtext(f"{_NS['dc']}title") or "Collection")
        if len(path) > _MOST_DEPTH:
            continue
        for one in members[name]:
            if one in members:
                pending.append((one, path))
            elif one:
                yield one, path


def _from_rdf(node: Any, kind: str, nodes: Mapping[str, Any]) -> tuple[str, str, dict[str, str]]:  # noqa: ANN401 (lxml)
    def text(path: str, within: Any = node) -> str:  # noqa: ANN401
        for prefix, namespace in _NS.items():
            path = re.sub(rf"(?<![\w}}]){prefix}:", namespace, path)
        return " ".join((within.findtext(path) or "").split())

    type_ = _ITEM_TYPES.get(kind, "misc")
    said = {
        "title": text("dc:title"),
        "author": _rdf_people(node, "bib:authors") or _rdf_people(node, "so:author"),
        "editor": _rdf_people(node, "bib:editors"),
        "date": text("dc:date"),
        "eventtitle": text("bib:presentedAt/bib:Conference/dc:title"),
        "publisher": text("dc:publisher/foaf:Organization/foaf:name"),
        "address": text("dc:publisher/foaf:Organization/vcard:adr/vcard:Address/vcard:locality"),
        "number": text("prism:number"),
        "pages": text("bib:pages").replace("–", "--"),
        "edition": text("prism:edition"),
        "version": text("z:versionNumber"),
        "language": text("z:language"),
        "abstract": text("dcterms:abstract"),
        "note": text("dc:description"),
        "url": text("dc:identifier/dcterms:URI/rdf:value"),
        "type": text("z:type"),
    }
    for part in node.iterfind(f"{_NS['dcterms']}isPartOf"):
        held = nodes.get(part.get(f"{_NS['rdf']}resource") or "")
        container = held if held is not None else next(iter(part), None)
        if container is None:
            continue
        name = "series" if container.tag.endswith("Series") else "journal" if type_ == "article" else "booktitle"
        said[name] = text("dc:title", container)
        said["volume"] = said.get("volume") or text("prism:volume", container)
        said["number"] = text("prism:number", container) or said["number"]
        _read_identifiers(container, said)
    _read_identifiers(node, said)
    keywords = [" ".join(one.itertext()).strip() for one in node.iterfind(f"{_NS['dc']}subject")]
    said["keywords"] = ", ".join(filter(None, keywords))
    return type_, text("z:citationKey"), said


def _line_of(node: Any) -> int:  # noqa: ANN401 (lxml)
    return node.sourceline if isinstance(node.sourceline, int) else 1


def _read_identifiers(node: Any, said: dict[str, str]) -> None:  # noqa: ANN401 (lxml)
    for one in node.iterfind(f"{_NS['dc']}identifier"):
        match = re.fullmatch(r"\s*(DOI|ISBN|ISSN)\s+(\S.*?)\s*", one.text or "")
        if match:
            said.setdefault(match[1].lower(), match[2])


def _rdf_people(node: Any, path: str) -> str:  # noqa: ANN401 (lxml)
    prefix, _, name = path.partition(":")
    names = []
    for person in node.iterfind(f"{_NS[prefix]}{name}//{_NS['foaf']}Person"):
        family = person.findtext(f"{_NS['foaf']}surname") or ""
        given = person.findtext(f"{_NS['foaf']}givenName") or person.findtext(f"{_NS['foaf']}givenname") or ""
        names.append(f"{family}, {given}" if given else f"{{{family}}}")
    return " and ".join(names)
