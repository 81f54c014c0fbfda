"""BibTeX → outline: one data block per work, parents and broken entries apart.

Inheritance follows BibTeX's ``crossref`` and biblatex's ``crossref`` and ``xdata`` (manual, sections 2.4.1.1 and
3.13.6, and appendix B); groups follow JabRef 3 (a tree with keys) and JabRef 4 (a tree, and a field ``groups``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.model.entry import Omission, Parent, StatedField, is_citable
from enrich.readers.outline import Block, Kind, Outline
from enrich.text.bibfields import JOURNAL_MACROS, NEVER_INHERITED
from enrich.text.bibtex_syntax import BibBlock, BibFile, BibKind, parse_bibliography
from enrich.text.tex import decode_tex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BROKEN = "broken entry"
"""Reason of the omission of an entry that cannot be read."""

_LENDERS = frozenset({"xdata", "set"})
_MOST_TEXT = 200
_MOST_ANCESTORS = 8
_ADDRESSES = frozenset({"url", "doi", "eprint", "pdf", "code", "file", "howpublished"})
_NAMES = frozenset({"author", "editor", "translator", "bookauthor"})
_ADDRESS_COMMAND = re.compile(r"\\(?:url|path)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")
_ESCAPED = re.compile(r"\\([_%&#~$])|\{\\?([_%&#~$])\}|\$([<>])\$")
_URL = re.compile(r"https?://[^\s,;{}<>\"|\\]+")
_GROUP_TREE = re.compile(r"jabref-meta:\s*(?:groupstree|grouping):\s*(.*)", re.DOTALL | re.IGNORECASE)
_GROUP = re.compile(r"(\d+)\s+\w*Group:((?:[^;\\]|\\(?:\\|;|:))*)", re.DOTALL)


def read_bibtex(text: str, where: str) -> Outline:  # noqa: ARG001 (every reader takes it)
    """Return the outline of a BibTeX file; total: a broken entry costs itself only."""
    book = parse_bibliography(text)
    entries = list(book.entries)
    stated = [_fields(book, entry) for entry in entries]
    by_key: dict[str, int] = {}
    for place, entry in enumerate(entries):
        by_key.setdefault(entry.key.lower(), place)
    lent = _lent(entries, stated)
    groups = _group_paths(book)
    outline = Outline([], "bibtex")
    for entry, fields in zip(entries, stated, strict=True):
        if entry.type in _LENDERS or entry.key.lower() in lent:
            outline.parents.append(Parent(key=entry.key, type=entry.type, fields=fields))
            continue
        whole = (*fields, *_inherited(fields, entry.type, by_key, stated))
        path, others = _groups_of(entry.key, fields, groups)
        outline.blocks.append(
            Block(
                Kind.DATA,
                entry.line,
                text=entry.type,
                key=entry.key,
                fields=whole,
                section_path=path,
                topic_labels=others,
                problems=_problems(entry, is_second=entries[by_key[entry.key.lower()]] is not entry),
            )
        )
    preambles = (block for block in book.blocks if block.kind is BibKind.PREAMBLE)
    outline.preambles = [book.text[block.key_end : block.close].strip() for block in preambles]
    outline.omissions = [_omission(book, block) for block in book.blocks if block.kind is BibKind.BROKEN]
    return outline


def _omission(book: BibFile, block: BibBlock) -> Omission:
    """What is told of a broken entry."""
    source = book.text[block.start : block.end]
    line, what = block.problems[0]
    return Omission(
        line=block.line,
        reason=BROKEN,
        text=" ".join(source[: 4 * _MOST_TEXT].split())[:_MOST_TEXT],
        detail=f"line {line}: {what}",
        urls=tuple(dict.fromkeys(_URL.findall(source))),
    )


def _fields(book: BibFile, entry: BibBlock) -> tuple[StatedField, ...]:
    return tuple(
        StatedField(found.name, plain_value(found.name, tex), tex)
        for found in entry.fields
        for tex in [book.value(found)]
    )


def plain_value(name: str, tex: str) -> str:
    r"""Return the value of a field as plain text: TeX decoded, braces gone, white space single.

    >>> plain_value("title", 'G{\\"o}del and {NP}-completeness'), plain_value("doi", "10.1007/978-3-540-1\\_1")
    ('Gödel and NP-completeness', '10.1007/978-3-540-1_1')
    """
    if name in _NAMES:
        return " ".join(tex.split())
    if name not in _ADDRESSES:
        return JOURNAL_MACROS.get(tex.strip("{} ")) or decode_tex(tex)
    tex = _ADDRESS_COMMAND.sub(lambda match: match[1] or match[2], tex) if "\\" in tex else tex
    tex = _ESCAPED.sub(lambda match: match[1] or match[2] or match[3], tex) if "\\" in tex or "$" in tex else tex
    return " ".join(tex.strip('{}"').split())


def _problems(entry: BibBlock, *, is_second: bool) -> list[str]:
    """What is wrong with an entry that could be read, each with its kind of finding in front."""
    names = [found.name for found in entry.fields]
    problems = [f"bibtex_syntax: line {line}: {what}" for line, what in entry.problems]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    problems += [f"bibtex_syntax: the field {name} stands twice, and the first one counts" for name in repeated]
    if is_second and entry.key:
        problems.append(f"duplicate_key: another entry has the key {entry.key}")
    if entry.key and not is_citable(entry.key):
        problems.append(f"bibtex_syntax: LaTeX cannot cite the key {entry.key}, so works.bib gives it another")
    return problems


def _lent(entries: Iterable[BibBlock], stated: Iterable[tuple[StatedField, ...]]) -> set[str]:
    """Keys of the entries whose fields others take over; whether they are cited themselves nobody says.

    Entries that name each other in a circle are no parents: nothing would be left of them.
    """
    parent_of: dict[str, str] = {}
    for entry, fields in zip(entries, stated, strict=True):
        for way, key in _parents_of(fields):
            if way == "crossref" and key:
                parent_of.setdefault(entry.key.lower(), key)
    return {key for key in parent_of.values() if not _is_own_ancestor(key, parent_of)}


def _is_own_ancestor(key: str, parent_of: Mapping[str, str]) -> bool:
    above = parent_of.get(key)
    for _ in range(_MOST_ANCESTORS):
        if above is None or above == key:
            break
        above = parent_of.get(above)
    return above is not None


def _inherited(
    fields: Iterable[StatedField],
    type_: str,
    by_key: Mapping[str, int],
    stated: list[tuple[StatedField, ...]],
) -> Iterator[StatedField]:
    """The fields that an entry takes from its parents: the nearest one that has a field lends it."""
    fields = list(fields)
    known = {one.name for one in fields}
    pending = _parents_of(fields)
    for _ in range(_MOST_ANCESTORS):
        if not pending:
            return
        way, key = pending.pop(0)
        if key not in by_key:
            continue
        parent = stated[by_key[key]]
        has_book_title = any(one.name == "booktitle" for one in parent)
        for one in parent:
            name = one.name
            if name == "title" and way == "crossref":
                name = (
                    ""
                    if has_book_title or not type_.startswith(("in", "supp", "conference", "bookin"))
                    else "booktitle"
                )
            elif name == "subtitle" and way == "crossref":
                name = ""
            if name and name not in known and name not in NEVER_INHERITED:
                known.add(name)
                yield StatedField(name, one.value, one.tex, is_inherited=True)
        pending += _parents_of(parent)


def _parents_of(fields: Iterable[StatedField]) -> list[tuple[str, str]]:
    """How an entry names its parents, and their keys in lower case."""
    found = [one for one in fields if one.name in {"crossref", "xdata"}]
    return [(one.name, key.strip().lower()) for one in found for key in one.value.split(",")]


def _group_paths(book: BibFile) -> dict[str, list[tuple[str, ...]]]:
    """Citation key in lower case, and ``name:`` with the name of a group, to the paths of the groups that hold it."""
    paths: dict[str, list[tuple[str, ...]]] = {}
    for block in book.blocks:
        tree = _GROUP_TREE.search(book.text, block.start, block.end) if block.kind is BibKind.COMMENT else None
        path: list[str] = []
        for line in re.split(r"(?<!\\);\s*\n", tree[1]) if tree else ():
            match = _GROUP.match("".join(line.split("\n")).strip())
            if not match or match[1] == "0":
                continue
            name, *rest = re.split(r"\\*\\;", match[2] + line[match.end() :].replace("\n", ""))
            path = [*path[: int(match[1]) - 1], name.replace("\\:", ":").strip()]
            for key in [f"name:{path[-1]}", *(one.strip("\\; ") for one in rest[1:])]:
                if key and not key.isdecimal():
                    paths.setdefault(key.lower(), []).append(tuple(path))
    return paths


def _groups_of(
    key: str, fields: Iterable[StatedField], groups: Mapping[str, list[tuple[str, ...]]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The path of the first group of an entry, and the names of its others."""
    paths = list(groups.get(key.lower(), ()))
    for one in fields:
        if one.name == "groups":
            for name in filter(None, (part.strip() for part in one.value.split(","))):
                paths += groups.get(f"name:{name}".lower(), [(name,)])
    paths = list(dict.fromkeys(paths))
    return (paths[0], tuple(path[-1] for path in paths[1:])) if paths else ((), ())
