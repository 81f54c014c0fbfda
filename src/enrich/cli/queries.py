"""Reading what a user asks line by line, and printing JSON lines."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def print_json(value: object) -> None:
    """Print one JSON line, in UTF-8 whatever the terminal says."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
