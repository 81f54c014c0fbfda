"""From a command's argument to a list: a file, a folder, a page, or a GitHub repository."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from enrich import readers
from enrich.editing.edits import to_diff
from enrich.errors import InputError
from enrich.fetch.list_download import fetch_list, fetch_page, is_address, is_in_repository
from enrich.files import read_file
from enrich.model.credentials import to_public
from enrich.readers.decoding import decode
from enrich.session.wiring import GITHUB_API
from enrich.updating.healing import HEALABLE, UPGRADES, Document, heal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from enrich.config import Settings
    from enrich.fetch.fetcher import Fetcher
    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding


STDIN = "-"
"""The argument and the source of a list on standard input."""


def read_list(
    argument: str,
    *,
    reader: str | None,
    settings: Settings,
    fetcher: Callable[[], Fetcher] | None,
    now: datetime,
    stdin: Callable[[], bytes],
    is_known: Callable[[str], bool],
) -> ReadingList:
    """The list that an argument names; without a fetcher nothing is asked for. ``stdin`` is what ``-`` means.

    ``is_known`` says whether a text is the title of a work in a catalogue.

    Raises:
        InputError: it cannot be read.
    """
    if not argument:
        raise InputError("an empty path", advice="name a file, a folder or an address")
    argument = to_public(argument)
    if argument == STDIN:
        return readers.read_stream(io.BytesIO(stdin()), reader=reader, is_known=is_known)
    if not is_address(argument):
        found = readers.read_path(Path(argument), reader=reader, is_known=is_known)
        # A file name that is no UTF-8 still has to stand in UTF-8 files.
        return replace(found, source=os.fsencode(found.source).decode("utf-8", "replace"))
    if fetcher is None:
        raise InputError("an address cannot be read offline", path=argument, advice="give a local copy")
    if not is_in_repository(argument):
        files = fetch_page(fetcher(), argument, not_before=now)
    else:
        files = fetch_list(
            fetcher(),
            argument,
            api_url=settings.sources["github"].base_url or GITHUB_API,
            linked_files=lambda text, path: readers.linked_files(text, path=path),
            not_before=now,
        )
    name = readers.list_name(argument)
    return readers.read_files(files, name=name, source=argument, reader=reader, is_known=is_known)


def mistakes_in(reading_list: ReadingList) -> list[str]:
    """One line for each entry that is lost to a mistake, and for each mistake that cost nothing."""
    source = reading_list.source
    lost = [
        f"{one.file or source}:{one.line}: left out, {one.detail}; mend it and run again: {one.text[:60]}"
        for one in reading_list.omissions
        if one.detail
    ]
    mistakes = [
        f"{entry.file or source}:{entry.line}: {entry.key or entry.title}: {problem.partition(': ')[2]}"
        for entry in reading_list.entries
        for problem in entry.problems
    ]
    return [*lost, *mistakes]


def healed_diff(reading_list: ReadingList, findings: Iterable[Finding]) -> str:
    """The edits that mend findings of a list of one local file, as a unified diff; empty where there are none."""
    text = text_of(reading_list)
    if text is None:
        return ""
    document = to_document(reading_list, text)
    healed = heal(document, findings, HEALABLE - UPGRADES)
    return to_diff(text, healed.edits, reading_list.source, f"{reading_list.source} (healed)")


def to_document(reading_list: ReadingList, text: str) -> Document:
    """A list of one file with its text, to be mended."""
    markup = readers.markup_of(text, reading_list.source)
    return Document(text, markup, {entry.order: entry for entry in reading_list.entries})


def text_of(reading_list: ReadingList, stdin: bytes = b"") -> str | None:
    """The text of a list of one local file, as written; None for folders, addresses and what is gone meanwhile."""
    if reading_list.source == STDIN and stdin:
        return decode(stdin, Path(STDIN))
    if is_address(reading_list.source):
        return None
    path = Path(reading_list.source)
    try:
        return decode(read_file(path), path)
    except (OSError, InputError):
        return None
