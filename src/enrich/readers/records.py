"""Data files → outline: YAML, JSON, CSV and TSV; one data block per record, with its line."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.readers.outline import Block, Kind, Line, Outline, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_DEPTH = 40
_SECTION_NAMES = ("section", "category", "name", "title")
_TITLE = re.compile(r"^(?:paper[ _]?)?(?:title|name|paper)$", re.IGNORECASE)
_MOST_CELL = 131072
_MOST_ROWS = 1_000_000
_MOST_VALUES = 512 * 1024 * 1024
"""Bytes of a Parquet file when it is unpacked."""
_URL = re.compile(r"https?://")


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


def _blocks(node: _Node, depth: int) -> Iterator[Block]:
    """Records and headings in a node."""
    for child in node.items or ():
        yield from _blocks(child, depth)
    if node.pairs is None:
        return
    record = {key.text: _text(value) for key, value in node.pairs if key.text}
    if _is_record(record):
        yield Block(Kind.DATA, node.line, text="record", record=record)
        return
    nested = [(key, value) for key, value in node.pairs if value.text is None]
    heading = next((record[name] for name in _SECTION_NAMES if record.get(name)), None)
    if heading and nested:
        yield _heading(heading, node.line, depth)
    for key, value in nested:
        if key.text and not heading:
            yield _heading(key.text, key.line, depth)
        yield from _blocks(value, depth + 1)


def _text(node: _Node) -> str:
    if node.items is not None:
        return ", ".join(child.text for child in node.items if child.text)
    return node.text or ""


def _heading(text: str, line: int, level: int) -> Block:
    return Block(Kind.HEADING, line, [Line(line, [Run(text)])], level=level)


def _is_record(record: dict[str, str]) -> bool:
    """Whether a mapping describes one work: it has a title and something more."""
    return (
        any(_TITLE.match(key) and value for key, value in record.items())
        and sum(bool(value) for value in record.values()) > 1
        and any(
            _URL.search(value) or key.lower() in {"authors", "author", "year", "venue", "doi", "arxiv"}
            for key, value in record.items()
        )
    )


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
    blocks: list[Block] = []
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        line = reader.line_num + 1
        for row in reader:
            record = {name: value.strip() for name, value in zip(header, row, strict=False) if name}
            if any(record.values()):
                blocks.append(Block(Kind.DATA, line, text="record", record=record))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"broken CSV: {error}", path=where, line=line) from error
    return Outline(blocks, "tsv" if delimiter == "\t" else "csv")
