"""What people call things, as data: hosts, venues, journals, names and words. Each file says where it comes from.

A table is a CSV file whose first lines (``#``) name its origin; words stand in ``words.toml``, by subject.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``name.csv``, in order.

    >>> read_table("hosts")[0].keys()
    dict_keys(['host', 'role'])
    """
    text = (_FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def read_words(subject: str, kind: str) -> frozenset[str]:
    """Return the words of one kind from ``words.toml``.

    >>> "van" in read_words("names", "particles")
    True
    """
    return frozenset(_words()[subject][kind].split())


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads((_FOLDER / "words.toml").read_text(encoding="utf-8"))
