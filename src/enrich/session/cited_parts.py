"""What papers cite of their bibliographies: the entries that are cited, those that are not, keys without an entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from enrich.files import read_file
from enrich.model.finding import Finding, Severity
from enrich.updating.citations import read_citations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from enrich.model.entry import ReadingList
    from enrich.updating.citations import Citations


@dataclass(frozen=True, slots=True)
class Cited:
    """The part of bibliographies that papers cite."""

    lists: tuple[ReadingList, ...]
    """With the cited entries alone; as they were where there is no paper or it cites everything."""
    findings: tuple[Finding, ...] = ()
    """Keys without an entry, entries that nobody cites."""
    warnings: tuple[str, ...] = ()


def only_cited(lists: Sequence[ReadingList], papers: Sequence[Path]) -> Cited:
    """The entries that papers cite.

    Keys are compared as BibTeX does, in whatever case.

    Raises:
        InputError: a paper cannot be read.
    """
    if not papers:
        return Cited(tuple(lists))
    read = {path: read_citations(path) for path in papers}
    wanted = {key.lower() for one in read.values() for key in one.keys}
    cites_all = any(one.cites_all for one in read.values())
    defined = {key.lower() for one in lists for key in _keys(one)}
    findings = [one for path, cited in read.items() for one in _undefined(path, cited, defined)]
    if not cites_all:
        findings += [one for reading_list in lists for one in _uncited(reading_list, wanted)]
    warnings = tuple(
        f"{path}: {name} is not read: it is not in the paper's folder"
        for path, one in read.items()
        for name in one.unread
    )
    return Cited(
        tuple(
            one if cites_all else replace(one, entries=tuple(e for e in one.entries if (e.key or "").lower() in wanted))
            for one in lists
        ),
        tuple(findings),
        warnings,
    )


def _keys(reading_list: ReadingList) -> Iterator[str]:
    yield from (one.key for one in reading_list.entries if one.key)
    yield from (one.key for one in reading_list.parents)
    for entry in reading_list.entries:
        ids = next((one.value for one in entry.fields if one.name == "ids"), "")
        yield from filter(None, map(str.strip, ids.split(",")))


def _undefined(path: Path, cited: Citations, defined: set[str]) -> Iterator[Finding]:
    for key in sorted(key for key in cited.keys if key.lower() not in defined):
        file, line = _place_of(key, (path, *cited.files))
        yield Finding(
            list=str(path), order=None, line=line, file=str(file), kind="undefined_citation", severity=Severity.DEFECT,
            list_says=key, record_says="no entry of the bibliography has this key",
        )  # fmt: skip


def _place_of(key: str, files: Sequence[Path]) -> tuple[Path, int]:
    """The first file and line in which a citation of a key stands; the head of the paper where that cannot be seen."""
    pattern = re.compile(rf"[{{,]\s*{re.escape(key)}\s*[,}}]|^\s*{re.escape(key)}\s*[,}}]")
    for file in files:
        try:
            text = read_file(file).decode("utf-8", "replace")
        except OSError:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if pattern.search(line) and not line.lstrip().startswith("%"):
                return file, number
    return files[0], 1


def _uncited(reading_list: ReadingList, wanted: set[str]) -> Iterator[Finding]:
    for entry in reading_list.entries:
        if entry.key and entry.key.lower() not in wanted:
            yield Finding(
                list=reading_list.name, order=entry.order, line=entry.line, file=entry.file, kind="uncited_entry",
                severity=Severity.NOTE, list_says=entry.key, record_says="the paper does not cite it",
            )  # fmt: skip
