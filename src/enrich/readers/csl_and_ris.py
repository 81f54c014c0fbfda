"""Files of reference managers → outline: CSL-JSON and RIS, each entry in BibTeX's vocabulary.

CSL-JSON <https://github.com/citation-style-language/schema>; RIS
<https://refdb.sourceforge.net/manual-0.9.6/sect1-ris-format.html>.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.model.entry import StatedField
from enrich.readers.outline import Block, Kind, Outline

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {
    "article": "misc",
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "review": "article",
    "paper-conference": "inproceedings",
    "chapter": "incollection",
    "entry-encyclopedia": "inreference",
    "entry-dictionary": "inreference",
    "book": "book",
    "thesis": "thesis",
    "report": "report",
    "standard": "standard",
    "patent": "patent",
    "dataset": "dataset",
    "software": "software",
    "webpage": "online",
    "post": "online",
    "post-weblog": "online",
    "manuscript": "unpublished",
    "speech": "unpublished",
    "document": "misc",
}
"""CSL type to entry type; CSL's ``article`` is a preprint."""
_CSL_FIELDS = {
    "title": "title",
    "publisher": "publisher",
    "publisher-place": "address",
    "event-title": "eventtitle",
    "event": "eventtitle",
    "collection-title": "series",
    "volume": "volume",
    "issue": "number",
    "number": "number",
    "page": "pages",
    "edition": "edition",
    "version": "version",
    "DOI": "doi",
    "ISBN": "isbn",
    "ISSN": "issn",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "URL": "url",
    "language": "language",
    "abstract": "abstract",
    "keyword": "keywords",
    "note": "note",
    "genre": "type",
    "annote": "annote",
    "archive": "archive",
    "call-number": "library",
}
_RIS_TYPES = {
    **dict.fromkeys(("JOUR", "MGZN", "NEWS", "EJOUR", "JFULL", "INPR", "ABST"), "article"),
    **dict.fromkeys(("CONF", "CPAPER"), "inproceedings"),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK", "SER"), "book"),
    **dict.fromkeys(("CHAP", "ECHAP"), "incollection"),
    **dict.fromkeys(("ENCYC", "DICT"), "inreference"),
    "THES": "thesis",
    "RPRT": "report",
    "STAND": "standard",
    "PAT": "patent",
    **dict.fromkeys(("DATA", "DBASE"), "dataset"),
    "COMP": "software",
    **dict.fromkeys(("ELEC", "WEB", "BLOG"), "online"),
    **dict.fromkeys(("UNPB", "MANSCPT", "GEN"), "misc"),
}
_RIS_FIELDS = {
    **dict.fromkeys(("TI", "T1"), "title"),
    **dict.fromkeys(("PB",), "publisher"),
    **dict.fromkeys(("CY", "PP"), "address"),
    "VL": "volume",
    "IS": "number",
    "ET": "edition",
    "DO": "doi",
    **dict.fromkeys(("UR", "L2"), "url"),
    "L1": "pdf",
    "LA": "language",
    **dict.fromkeys(("AB", "N2"), "abstract"),
    "N1": "note",
    "T3": "series",
    "M1": "number",
    "AN": "accession",
}
_OPENING = re.compile(r"[\s\ufeff]*(?:\{\s*\"items\"\s*:\s*)?\[?")
_NEXT_ITEM = re.compile(r"[\s,]*(?=\{)")
_AS_IT_IS = frozenset({"author", "editor", "doi", "url", "pdf", "date", "pmid", "pmcid", "isbn", "issn"})
_RIS_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,2}- ?(.*)")
_RIS_START = re.compile(r"\s*(?:\ufeff)?TY {0,2}- ?[A-Z]{3,6}\s", re.MULTILINE)
_EXTRA = re.compile(r"^(?P<name>[A-Za-z][A-Za-z0-9 .-]{1,24}):\s*(?P<value>\S.*)$", re.MULTILINE)


def is_csl(text: str) -> bool:
    """Whether a JSON text is CSL-JSON: its first object has a type of CSL and an id."""
    head = text[:65536]
    found = re.search(r'"type"\s*:\s*"([a-z-]+)"', head)
    return bool(
        found and found[1] in _TYPES and re.search(r'"id"\s*:', head) and head.lstrip("\ufeff \r\n\t")[:1] in "[{"
    )


def read_csl(text: str, where: str) -> Outline:
    """Return the outline of a CSL-JSON file: an array of items, or an object with one.

    Raises:
        InputError: it is no JSON.
    """
    decoder = json.JSONDecoder()
    opening = _OPENING.match(text)
    position = opening.end() if opening else 0
    blocks: list[Block] = []
    line, counted = 1, 0
    while found := _NEXT_ITEM.match(text, position):
        line, counted = line + text.count("\n", counted, found.end()), found.end()
        try:
            item, position = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError) as error:
            raise InputError(f"broken JSON: {error}", path=where, line=line) from error
        blocks.append(to_block(line, *_from_csl(item)))
    return Outline(blocks, "csl")


def to_block(line: int, type_: str, key: str, said: Mapping[str, str], path: tuple[str, ...] = ()) -> Block:
    """The data block of an entry in BibTeX's vocabulary."""
    fields = tuple(StatedField(name, value, _to_tex(name, value)) for name, value in said.items() if value)
    return Block(Kind.DATA, line, text=type_, key=key, fields=fields, section_path=path)


def _to_tex(name: str, value: str) -> str:
    """A plain value as BibTeX would have it; names and addresses are written as they are."""
    if name in _AS_IT_IS:
        return value
    plain = value.replace("\\", "").replace("{", "").replace("}", "")
    return re.sub(r"([&%$#_])", r"\\\1", plain).replace("^", r"\^{}").replace("~", r"\~{}")


def _from_csl(item: Mapping[str, Any]) -> tuple[str, str, dict[str, str]]:
    type_ = _TYPES.get(str(item.get("type")), "misc")
    said = {
        "author": _people(item.get("author")),
        "editor": _people(item.get("editor")),
        "date": _csl_date(item.get("issued")),
    }
    container = _scalar(item.get("container-title"))
    if container:
        said["journal" if type_ == "article" else "booktitle"] = container
    for name, value in item.items():
        if name in _CSL_FIELDS and (text := _scalar(value)):
            said.setdefault(_CSL_FIELDS[name], text)
    note = item.get("note")
    for match in _EXTRA.finditer(note if isinstance(note, str) else ""):  # Zotero's field Extra
        said.setdefault(match["name"].lower().replace(" ", ""), match["value"].strip())
    key = _scalar(item.get("citation-key")) or _scalar(item.get("id")) or ""
    return type_, key, said


def _scalar(value: object) -> str | None:
    """A text of CSL, whose HTML tags for style are no part of it; of an array the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return " ".join(re.sub(r"</?(?:i|b|sub|sup|sc|span)\b[^>]*>", "", str(value)).split()) or None


def _people(people: object) -> str:
    """Names as BibTeX joins them."""
    if isinstance(people, str):
        return people
    names = [_person(one) for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    return " and ".join(name for name in names if name)


def _person(one: Mapping[str, Any]) -> str:
    family = " ".join(filter(None, (_scalar(one.get("non-dropping-particle")), _scalar(one.get("family")))))
    given = " ".join(filter(None, (_scalar(one.get("given")), _scalar(one.get("dropping-particle")))))
    if not family:
        return f"{{{_scalar(one.get('literal')) or given}}}" if one.get("literal") or given else ""
    return ", ".join(filter(None, (family, _scalar(one.get("suffix")), given)))


def _csl_date(issued: object) -> str:
    if not isinstance(issued, dict):
        return ""
    parts = issued.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [int(part) for part in first[:3] if str(part).isdecimal()]
    if numbers:
        return "-".join([f"{numbers[0]:04d}", *(f"{part:02d}" for part in numbers[1:])])
    return _scalar(issued.get("literal")) or _scalar(issued.get("raw")) or ""


def is_ris(text: str) -> bool:
    """Whether a text begins with a record of RIS."""
    return bool(_RIS_START.match(text))


def read_ris(text: str, where: str) -> Outline:  # noqa: ARG001 (every reader takes it)
    """Return the outline of a RIS file; a record ends with ``ER`` or with the next ``TY``."""
    blocks: list[Block] = []
    record: list[tuple[str, str]] = []
    start = 0
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        match = _RIS_LINE.match(line.rstrip())
        if match is None:
            if record and line.strip():  # a long value goes on
                record[-1] = record[-1][0], f"{record[-1][1]} {line.strip()}"
            continue
        tag, value = match[1], match[2].strip()
        if tag in {"TY", "ER"} and record:
            blocks.append(to_block(start, *_from_ris(record)))
            record = []
        if tag == "TY":
            start = number
        if tag != "ER":
            record.append((tag, value))
    if record and start:
        blocks.append(to_block(start, *_from_ris(record)))
    return Outline(blocks, "ris")


def _from_ris(record: list[tuple[str, str]]) -> tuple[str, str, dict[str, str]]:
    said: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for tag, value in record:
        if value:
            values.setdefault(tag, []).append(value)
    type_ = _RIS_TYPES.get("".join(values.get("TY", ())), "misc")
    authors = [*values.get("AU", ()), *values.get("A1", ())]
    editors = [*values.get("ED", ()), *(values.get("A2", ()) if type_ in {"inproceedings", "incollection"} else ())]
    said["author"] = " and ".join(map(_ris_name, authors))
    said["editor"] = " and ".join(map(_ris_name, editors))
    said["date"] = next(iter(values.get("DA", values.get("PY", values.get("Y1", ())))), "").strip("/").replace("/", "-")
    container = next((values[tag][0] for tag in ("JO", "JF", "T2", "BT", "JA", "J2") if tag in values), "")
    if container:
        said["journal" if type_ == "article" else "booktitle"] = container
    for tag, name in _RIS_FIELDS.items():
        if tag in values:
            said.setdefault(name, values[tag][0])
    if doi := next((value for value in values.get("M3", ()) if "10." in value), None):
        said.setdefault("doi", doi)  # EndNote's place for it
    numbers = [*values.get("SN", ())]
    for number in numbers:
        said.setdefault("issn" if re.fullmatch(r"\d{4}-?\d{3}[\dXx]", number) else "isbn", number)
    pages = [values[tag][0] for tag in ("SP", "EP") if tag in values]
    said["pages"] = "--".join(dict.fromkeys(pages))
    said["keywords"] = ", ".join(values.get("KW", ()))
    return type_, next(iter(values.get("ID", ())), ""), said


def _ris_name(name: str) -> str:
    """A name as BibTeX has it; a comma behind all of it, or an ``and`` inside, is that of an organization."""
    bare = name.rstrip(", ")
    return f"{{{bare}}}" if bare != name.rstrip() or " and " in bare else bare
