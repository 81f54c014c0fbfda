"""Queries as users write them: a title or reference a line, JSON lines, or BibTeX."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from enrich.catalogue.query_texts import read_query
from enrich.catalogue.record_lines import parse_line
from enrich.catalogue.snapshots.detect import open_snapshot
from enrich.errors import InputError
from enrich.matching.description import Description, describe_fields, describe_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LONGEST_LINE = 1_000_000
"""Bytes of one query."""


@dataclass(frozen=True, slots=True)
class Found:
    """One value of an input file and where it stands."""

    value: Any
    path: Path
    line: int

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn what is wrong with the value into one line for the user."""
        try:
            yield
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            what = f"no value for {error}" if isinstance(error, KeyError) else str(error)
            raise InputError(what, path=self.path, line=self.line, advice="see 'enrich --help'") from error


def read_text_lines(path: Path) -> Iterator[Found]:
    """Each line of a text file that is not blank; ``-`` is standard input.

    Raises:
        InputError: the file cannot be read, or is not UTF-8.
    """
    try:
        stream = sys.stdin.buffer if str(path) == "-" else path.open("rb")
        with stream:
            number = 0
            while raw := stream.readline(LONGEST_LINE):
                number += 1
                if len(raw) == LONGEST_LINE:
                    raise InputError("a line of more than 1 MB", path=path, line=number, advice="give one query a line")
                try:
                    text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                except UnicodeDecodeError as error:
                    raise InputError("not UTF-8", path=path, line=number, advice="convert it to UTF-8") from error
                if text:
                    yield Found(text, path, number)
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path) from error


def parse_objects(lines: Iterable[Found]) -> Iterator[Found]:
    """Each line as a JSON object.

    Raises:
        InputError: a line is no JSON object.
    """
    for found in lines:
        try:
            value = json.loads(found.value)
        except (ValueError, RecursionError) as error:
            advice = "write one JSON object a line"
            raise InputError("not JSON", path=found.path, line=found.line, advice=advice) from error
        if not isinstance(value, dict):
            advice = "write one JSON object a line"
            raise InputError("no JSON object", path=found.path, line=found.line, advice=advice)
        yield Found(value, found.path, found.line)


@dataclass(frozen=True, slots=True)
class Query:
    """What a user asks, as written and as it may be read."""

    title: str
    """As given."""
    readings: tuple[Description, ...]
    """The likeliest first."""
    written: Mapping[str, Any]
    """``text``, ``fields`` or ``line``: what ``parse_query`` makes the query from again."""


def parse_query(written: Mapping[str, Any]) -> Query:
    """Return the query that was written as text, as fields or as a line of a catalogue.

    Raises:
        KeyError: there is no title among the fields.
        TypeError: a value is of a wrong kind.

    >>> parse_query({"text": "Deep Sets (NeurIPS 2017)"}).readings[1].title
    'Deep Sets'
    """
    if "text" in written:
        return Query(written["text"], tuple(read_query(written["text"])), written)
    if "line" in written:
        described = describe_record(parse_line(written["line"], retrieved_at=datetime.now(UTC)))
        return Query(described.title or "", (described,), written)
    fields = written["fields"]
    described = describe_fields({**fields, "title": fields["title"]})
    if described.authors or described.year or not described.title:
        return Query(str(fields["title"]), (described,), written)
    others = (
        replace(each, identifiers=each.identifiers | described.identifiers) for each in read_query(described.title)
    )
    return Query(described.title, (described, *others), written)


def read_queries(path: Path) -> Iterator[Query]:
    """Every query of a file, in order; what it is in is seen by its name and first line.

    Raises:
        InputError: the file cannot be read, or a line is no query.
    """
    if path.suffix == ".bib":
        yield from _read_bibtex(path)
        return
    lines = read_text_lines(path)
    first = next(lines, None)
    if first is None:
        return
    lines = chain([first], lines)
    if path.suffix in {".jsonl", ".ndjson", ".json"} or _is_json_object(first.value):
        for found in parse_objects(lines):
            with found.explaining():
                query = parse_query({"fields": found.value})
            yield query
    else:
        for found in lines:
            yield parse_query({"text": found.value})


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _read_bibtex(path: Path) -> Iterator[Query]:
    with open_snapshot(path) as reading:
        for piece in reading.pieces:
            if piece.line is None:  # a broken entry is answered too, by what is wrong with it
                title = f"{path}:{piece.number}: {piece.problem or 'no entry'}"
                yield Query(title, (), {"text": title})
            else:
                yield parse_query({"line": piece.line})
