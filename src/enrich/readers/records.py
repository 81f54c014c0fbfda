"""Data files → outline: YAML, JSON, CSV and TSV; one data block per record, with its line."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.readers.outline import Block, Kind, Line, Outline, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_DEPTH = 12
_TITLE = re.compile(r"^(?:paper[ _]?)?(?:title|name|paper)$", re.IGNORECASE)
_MOST_CELL = 131072
_URL = re.compile(r"https?://")


def read_yaml(text: str, where: str) -> Outline:
    """Return the outline of a YAML file: mappings with a title are records, keys above them sections.

    Aliases are refused: a few lines of them can stand for gigabytes.

    Raises:
        InputError: it is no YAML.
    """
    import yaml  # noqa: PLC0415 (only for YAML)

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Safe, without aliases, and with dates as text."""

    Loader.yaml_implicit_resolvers = {
        mark: [(tag, pattern) for tag, pattern in found if tag not in _AS_TEXT] for mark, found in Loader.yaml_implicit_resolvers.items()
    }
    try:
        nodes = list(yaml.compose_all(text, Loader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(f"broken YAML: {error.problem}", path=where, line=line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError("broken YAML", path=where) from error
    blocks: list[Block] = []
    for node in nodes:
        if node is not None:
            blocks += _Yaml(yaml).blocks(node, 1)
    return Outline(blocks, "yaml")


_AS_TEXT = frozenset({"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"})


class _Yaml:
    """Goes through composed nodes, which know their lines; a node met twice is an alias and read once."""

    def __init__(self, module: Any) -> None:  # noqa: ANN401 (the module is only imported when it is needed)
        self._yaml = module
        self._seen: set[int] = set()

    def blocks(self, node: Any, depth: int) -> Iterator[Block]:  # noqa: ANN401
        if id(node) in self._seen or depth > _MOST_DEPTH:
            return
        self._seen.add(id(node))
        line = node.start_mark.line + 1
        if isinstance(node, self._yaml.SequenceNode):
            for child in node.value:
                yield from self.blocks(child, depth)
        elif isinstance(node, self._yaml.MappingNode):
            record = {str(key.value): self._text(value) for key, value in node.value if isinstance(key, self._yaml.ScalarNode)}
            if _is_record(record):
                yield Block(Kind.DATA, line, text="record", record=record)
                return
            heading = record.get("section") or record.get("category") or record.get("name") or record.get("title")
            if heading and any(not isinstance(value, self._yaml.ScalarNode) for _, value in node.value):
                yield _heading(heading, line, depth)
            for key, value in node.value:
                if isinstance(value, self._yaml.ScalarNode):
                    continue
                if isinstance(key, self._yaml.ScalarNode) and not heading:
                    yield _heading(str(key.value), key.start_mark.line + 1, depth)
                yield from self.blocks(value, depth + 1)

    def _text(self, node: Any) -> str:  # noqa: ANN401
        if isinstance(node, self._yaml.ScalarNode):
            return str(node.value)
        if isinstance(node, self._yaml.SequenceNode) and all(isinstance(child, self._yaml.ScalarNode) for child in node.value):
            return ", ".join(str(child.value) for child in node.value)
        return ""


def _heading(text: str, line: int, level: int) -> Block:
    return Block(Kind.HEADING, line, [Line(line, [Run(text)])], level=level)


def _is_record(record: dict[str, str]) -> bool:
    """Whether a mapping describes one work: it has a title and something more."""
    return any(_TITLE.match(key) and value for key, value in record.items()) and sum(bool(value) for value in record.values()) > 1 and any(
        _URL.search(value) or key.lower() in {"authors", "author", "year", "venue", "doi", "arxiv"} for key, value in record.items()
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
