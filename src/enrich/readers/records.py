"""Data files → outline: YAML, JSON, CSV and TSV; one data block per record, with its line."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.readers.inline import split_lines
from enrich.readers.outline import Block, Cell, Kind, Line, Outline, Row, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_DEPTH = 40
_SECTION_NAMES = ("section", "category", "name", "title")
_TITLE = re.compile(r"^(?:paper[ _]?)?(?:title|name|paper)$", re.IGNORECASE)
_OF_WORKS = frozenset({"authors", "author", "year", "venue", "doi", "arxiv", "journal", "conference", "booktitle"})
_CITATIONS = ("citation", "reference", "cite", "ref")
"""Keys of a whole reference in one text."""
_INHERITED = frozenset({"year", "date", "venue", "conference", "journal", "booktitle", "author", "authors"})
"""What a mapping says about all records in it."""
_MOST_CELL = 131072
_MOST_ROWS = 1_000_000
_MOST_VALUES = 512 * 1024 * 1024
"""Bytes of a Parquet file when it is unpacked."""
_OF_MANY = re.compile(r"\*\*[^*\n]{20,300}\*\*(?:\]\(|\s*$)", re.MULTILINE)
"""Bold titles on a page that is a list, whoever wrote it."""
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.{0,65536}?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_LINKED_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)]|\|).*(?:\]\(|https?://)", re.MULTILINE)
_URL = re.compile(r"https?://")
_KEYED = re.compile(r"([A-Za-z][\w-]{1,20})[ \t]*:[ \t]+(\S.*)")
_RULE = re.compile(r"(?:-{3,}|={3,}|\*{3,}|%{2,})\s*$")


@dataclass(slots=True)
class _Node:
    """A YAML scalar, sequence or mapping with its line."""

    line: int
    text: str | None = None
    items: list[_Node] | None = None
    pairs: list[tuple[_Node, _Node]] | None = None


def read_yaml(text: str, where: str) -> Outline:
    """Return the outline of a YAML file: mappings with a title are records, keys above them sections.

    The document is built from the parser's events: nothing is constructed, and an alias stands for nothing, since a few
    lines of them can mean gigabytes.

    Raises:
        InputError: it is no YAML, or nested too deep.
    """
    import yaml  # noqa: PLC0415 (only for YAML)

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        roots = _nodes(yaml.parse(text, loader), where)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(
            f"broken YAML: {error.problem}", path=where, line=line, advice="check its indentation"
        ) from error
    except yaml.YAMLError as error:
        raise InputError("broken YAML", path=where) from error
    return Outline([block for root in roots for block in _blocks(root, 1)], "yaml")


def is_keyed_text(text: str) -> bool:
    """Return whether a text is works with a field a line: ``title: …`` above ``authors: …``, time and again."""
    records = [record for _, record in _keyed(text)]
    return len(records) > 1 and 2 * sum(map(_is_record, records)) > len(records)


def read_keyed_text(text: str) -> Outline:
    """Return the outline of such a text: a record for each group of lines with keys."""
    return Outline(
        [Block(Kind.DATA, line, text="record", record=record) for line, record in _keyed(text) if _is_record(record)],
        "yaml",
    )


def _keyed(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The groups of lines with keys: a key that comes again begins the next one, as a line of marks does."""
    record: dict[str, str] = {}
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        found = _KEYED.match(line)
        if record and (_RULE.match(line) or (found and found[1].lower() in record)):
            yield first, record
            record = {}
        if found:
            first = first if record else number
            record[found[1].lower()] = found[2].strip()
    if record:
        yield first, record


def _nodes(events: Iterable[Any], where: str) -> list[_Node]:
    """The documents in a stream of parser events."""
    roots: list[_Node] = []
    stack: list[tuple[_Node, list[_Node]]] = []
    for event in events:
        kind = type(event).__name__
        if kind in {"SequenceStartEvent", "MappingStartEvent"}:
            if len(stack) >= _MOST_DEPTH:
                raise InputError(
                    f"YAML nested more than {_MOST_DEPTH} deep", path=where, line=event.start_mark.line + 1
                )
            node = _Node(event.start_mark.line + 1)
            stack.append((node, []))
            if kind == "MappingStartEvent":
                node.pairs = []
            continue
        if kind in {"ScalarEvent", "AliasEvent"}:
            done = _Node(event.start_mark.line + 1, text=event.value if kind == "ScalarEvent" else "")
        elif kind in {"SequenceEndEvent", "MappingEndEvent"}:
            done, children = stack.pop()
            if done.pairs is None:
                done.items = children
            else:
                done.pairs = list(zip(children[::2], children[1::2], strict=False))
        else:
            continue
        (stack[-1][1] if stack else roots).append(done)
    return roots


def _blocks(node: _Node, depth: int, around: dict[str, str] | None = None) -> Iterator[Block]:
    """Records and headings in a node; ``around`` is what the mappings around it say about everything in them."""
    around = around or {}
    if cited := [one for child in node.items or () if (one := _cited(child)) is not None]:
        yield Block(Kind.LIST, node.line, children=[_item(one) for one in cited])
    for child in node.items or ():
        yield from _blocks(child, depth, around)
    if node.pairs is None:
        return
    record = _record(node)
    if _is_record(record):
        yield Block(
            Kind.DATA, node.line, text="record", record=around | {key: text for key, text in record.items() if text}
        )
        return
    nested = [(key, value) for key, value in node.pairs if value.text is None]
    heading = next((record[name] for name in _SECTION_NAMES if record.get(name)), None)
    if heading and nested:
        yield _heading(heading, node.line, depth)
    scalars = {key.text: value.text for key, value in node.pairs if key.text and value.text}
    around = around | {key: text for key, text in scalars.items() if key.lower() in _INHERITED}
    for key, value in nested:
        if key.text and not heading:
            yield _heading(key.text, key.line, depth)
        yield from _blocks(value, depth + 1, around)


def _cited(node: _Node) -> _Node | None:
    """The citation in a mapping that has no title of its own, or None."""
    pairs = {key.text.lower(): value for key, value in node.pairs or () if key.text and value.text}
    if any(map(_TITLE.match, pairs)):
        return None
    return next((pairs[name] for name in _CITATIONS if name in pairs), None)


def _item(node: _Node) -> Block:
    """A citation as an item: site generators render the texts of their data as Markdown."""
    from enrich.readers.markdown import read_inline  # noqa: PLC0415 (only for citations)

    lines = read_inline(node.text or "", node.line)
    return Block(Kind.ITEM, node.line, children=[Block(Kind.PARAGRAPH, node.line, lines)])


def _record(node: _Node) -> dict[str, str]:
    """The fields of a mapping as text; of a list of mappings with an address each becomes a field of its own."""
    record: dict[str, str] = {}
    for key, value in node.pairs or ():
        maps = [child for child in value.items or () if child.pairs]
        if value.pairs:
            maps = [value]
        for child in maps:
            fields = {name.text.lower(): inner.text for name, inner in child.pairs or () if name.text and inner.text}
            url = next((fields[name] for name in ("url", "link", "href") if name in fields), None)
            if url and key.text:
                record[fields.get("name") or fields.get("title") or fields.get("label") or key.text] = url
        if key.text and key.text not in record:
            record[key.text] = _text(value)
    return record


def _text(node: _Node) -> str:
    if node.pairs is not None:
        named = {key.text.lower(): value.text for key, value in node.pairs if key.text and value.text}
        parts = [named[name] for name in ("given", "family") if name in named]
        return " ".join(parts) or next(iter(named.values()), "")
    if node.items is not None:
        texts = [text for child in node.items if (text := _text(child))]
        return ("; " if any(child.pairs for child in node.items) else ", ").join(texts)
    return node.text or ""


def _heading(text: str, line: int, level: int) -> Block:
    return Block(Kind.HEADING, line, [Line(line, [Run(text)])], level=level)


def _is_record(record: dict[str, str]) -> bool:
    """Whether a mapping describes one work: it has a title and something more."""
    titles = {value.lower() for key, value in record.items() if _TITLE.match(key) and value}
    if titles & {key.lower() for key in record}:
        return False  # "title: year" above "year: 2024" parts the records of a year from the others
    return (
        bool(titles)
        and sum(bool(value) for value in record.values()) > 1
        and any(_URL.search(value) or (value and key.lower() in _OF_WORKS) for key, value in record.items())
    )


def read_front_matter(text: str, where: str) -> Outline | None:
    """Return the outline of a page of a collection: one record above its abstract; None for any other page."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return None
    try:
        outline = read_yaml(match[1], where)
    except InputError:
        return None
    records = [block for block in outline.blocks if block.kind is Kind.DATA]
    body = text[match.end() :]
    is_work = len(outline.blocks) == 1 and records and _OF_WORKS & {key.lower() for key in records[0].record}
    if not is_work or len(_LINKED_ITEM.findall(body)) > 1 or len(_OF_MANY.findall(body)) > 1:
        return None
    record = records[0]
    record.line += 1
    abstract = " ".join(body.strip().split("\n\n", 1)[0].split())
    if abstract and not abstract.startswith(("#", "<", "{", "!", "[")):
        record.record.setdefault("abstract", abstract)
    return Outline([record], "front matter")


def read_notebook(text: str, where: str) -> Outline:
    """Return the outline of the Markdown cells of a Jupyter notebook, as nbformat 4 stores them.

    Raises:
        InputError: it is no notebook.
    """
    from enrich.readers.markdown import read_markdown  # noqa: PLC0415 (only for notebooks)

    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("no notebook of version 4", path=where, advice="save it with a current Jupyter") from error
    outline = read_markdown("\n\n".join(sources))
    outline.markup = "notebook"
    return outline


def read_json(text: str, where: str) -> Outline:
    """Return the outline of a JSON file, which is YAML of one style.

    Raises:
        InputError: it is no JSON.
    """
    try:
        json.loads(text)
    except ValueError as error:
        raise InputError(f"broken JSON: {error}", path=where, line=getattr(error, "lineno", None)) from error
    except RecursionError as error:
        raise InputError("JSON nested too deep", path=where) from error
    outline = read_yaml(text.replace("\t", " "), where)
    return Outline(outline.blocks, "json")


def read_parquet(content: bytes, where: str) -> Outline:
    """Return the outline of a Parquet file such as ``works.parquet``: a record per row; its lines are its rows.

    Raises:
        InputError: it is none, or its values would take too much memory.
    """
    import pyarrow as pa  # noqa: PLC0415 (only for Parquet)
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        if sum(group.total_byte_size for group in groups) > _MOST_VALUES or file.metadata.num_rows > _MOST_ROWS:
            raise InputError("more values than a list has", path=where, advice="split it")
        rows = file.read().to_pylist()
    except pa.ArrowException as error:
        raise InputError(f"broken Parquet: {error}", path=where) from error
    blocks = []
    for number, row in enumerate(rows, 1):
        record = {name: _cell(value) for name, value in row.items()}
        if any(record.values()):
            blocks.append(Block(Kind.DATA, number, text="record", record=record))
    return Outline(blocks, "parquet")


def _cell(value: object) -> str:
    """A value as the text that a CSV file would hold."""
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    if isinstance(value, dict):
        family, given = value.get("family"), value.get("given")
        return ", ".join(filter(None, (family, given))) if family else str(value.get("name") or "")
    return "" if value is None else str(value)


def read_csv(text: str, where: str) -> Outline:
    """Return the outline of a CSV or TSV file whose first row names the columns.

    Raises:
        InputError: a row cannot be split.
    """
    first = text.split("\n", 1)[0]
    delimiter = max("\t,;|", key=first.count)
    csv.field_size_limit(_MOST_CELL)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"broken CSV: {error}", path=where, line=line) from error
    header = [name.strip() for name in rows[0][1]] if rows else []
    blocks = (
        [
            Block(
                Kind.DATA,
                line,
                text="record",
                record={name: value.strip() for name, value in zip(header, row, strict=False) if name},
            )
            for line, row in rows[1:]
        ]
        if any(map(_TITLE.match, header))
        else [_grid(rows)]
    )
    return Outline(blocks, "tsv" if delimiter == "\t" else "csv")


def _grid(rows: list[tuple[int, list[str]]]) -> Block:
    """The rows as a table whose columns are told by what they hold: nobody knows the names of its columns."""
    block = Block(Kind.TABLE, 1)
    for index, (line, row) in enumerate(rows):
        block.rows.append(Row(line, [Cell(split_lines(cell, line), not index) for cell in row]))
    return block
