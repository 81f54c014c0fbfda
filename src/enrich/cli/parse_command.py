"""``enrich parse``: the entries of a list as the reader sees them."""

from __future__ import annotations

import gc
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from enrich.cli import new_app
from enrich.errors import InputError
from enrich.files import has_settings

if TYPE_CHECKING:
    from enrich.catalogue import Catalogue
    from enrich.model.entry import Entry, ReadingList

app = new_app()

FORMATS = ("jsonl", "csv", "table")


@app.command()
def parse(
    list_: str = typer.Argument(metavar="LIST", help="A file, a folder or an address; '-': standard input."),
    format_: str = typer.Option("jsonl", "--format", metavar="jsonl|csv|table", help="What to print."),
    reader: str | None = typer.Option(
        None, "--reader", metavar="NAME", help="Read it as this markup whatever it looks like."
    ),
    explain: bool = typer.Option(
        False, "--explain", help="Print how each block was read, and what was left out and why."
    ),
) -> None:
    """Print the entries of a list, one JSON object per entry."""
    if format_ not in FORMATS:
        raise InputError(f"no format {format_!r}", advice=f"there are {', '.join(FORMATS)}")
    gc.disable()  # the process ends before there would be anything to collect
    found = read_list(list_, reader=reader)
    if explain:
        _print_explanation(found)
    elif format_ == "csv":
        _print_csv(found)
    elif format_ == "table":
        _print_table(found)
    else:
        sys.stdout.writelines(json.dumps(to_row(entry), ensure_ascii=False) + "\n" for entry in found.entries)


def read_list(source: str, *, reader: str | None = None) -> ReadingList:
    """Return the list in a file, a folder or a repository."""
    if not source:
        raise InputError("an empty path", advice="name a file, a folder or an address")
    if "://" in source:
        from enrich.session.session import Session

        with Session() as session:
            return session.read_list(source, reader=reader)
    from enrich.readers import read_path, read_stream

    if source == "-":
        return read_stream(sys.stdin.buffer, reader=reader, is_known=_is_known)
    return read_path(Path(source), reader=reader, is_known=_is_known)


def _is_known(title: str) -> bool:
    return any(catalogue.find_title(title) for catalogue in _catalogues())


@cache
def _catalogues() -> tuple[Catalogue, ...]:
    from enrich.catalogue import Catalogue, open_bundled

    if not has_settings():
        return (open_bundled(),)
    from enrich.config import load_settings

    built = load_settings().catalogue
    return (open_bundled(), *((Catalogue.open(built),) if built is not None else ()))


def to_row(entry: Entry) -> dict[str, Any]:
    """Return an entry as the object that ``enrich parse`` prints."""
    return {
        "order": entry.order,
        "line": entry.line,
        "title": entry.title,
        "kind": entry.kind.value,
        "section_path": list(entry.section_path),
        "label": entry.label,
        "venue": entry.venue,
        "year": entry.year,
        "authors": list(entry.authors),
        "authors_truncated": entry.authors_truncated or None,
        "remarks": list(entry.remarks),
        "topic_labels": list(entry.topic_labels),
        "links": [{"url": link.url, "label": link.label, "role": link.role.value} for link in entry.links],
        "identifiers": [{"scheme": known.scheme.value, "value": known.value} for known in entry.identifiers],
        "quote": entry.quote,
        "acronym": entry.acronym,
        "keywords": list(entry.keywords),
        "notes": entry.notes,
        "date": entry.date,
        "file": entry.file,
        "family": entry.family,
        "key": entry.key,
        "type": entry.type,
        "fields": {one.name: one.value for one in entry.fields} or None,
        "problems": list(entry.problems),
    }


def _cell(value: object) -> str:
    """A value as one CSV cell; a text that a spreadsheet would compute is disarmed."""
    if isinstance(value, list):
        value = "; ".join(
            " ".join(str(part) for part in element.values()) if isinstance(element, dict) else str(element)
            for element in value
        )
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _print_csv(found: ReadingList) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    for index, entry in enumerate(found.entries):
        row = to_row(entry)
        if index == 0:
            writer.writerow(row)
        writer.writerow([_cell(value) for value in row.values()])


def _print_table(found: ReadingList) -> None:
    width = 72
    for entry in found.entries:
        title = entry.title or "(title lost)"
        title = title if len(title) <= width else title[: width - 1] + "…"
        first = str(entry.identifiers[0]) if entry.identifiers else ""
        place = f"{entry.order:>5}  {entry.line:>5}  {entry.family or '':<4}"
        print(f"{place} {title:<{width}}  {entry.label or '':<18.18}  {first}")
    print(f"\n{len(found.entries)} entries in {found.name}")


def _print_explanation(found: ReadingList) -> None:
    print(f"{found.source}: {len(found.entries)} entries, {len(found.omissions)} blocks left out")
    print("\nread")
    for note in found.blocks:
        place = f"{note.file}:{note.line}" if note.file else str(note.line)
        print(f"  {place:>6}  {note.family:<4} {note.n_entries:>4} entries: {note.evidence}")
    print("\nleft out")
    for omission in found.omissions:
        place = f"{omission.file}:{omission.line}" if omission.file else str(omission.line)
        print(f"  {place:>6}  {omission.reason:<18} {omission.text[:80]}")
    doubtful = [(entry, reason) for entry in found.entries if (reason := _doubt(entry))]
    print("\ndoubtful")
    for entry, reason in doubtful:
        place = f"{entry.file}:{entry.line}" if entry.file else str(entry.line)
        print(f"  {place:>6}  {reason:<18} {(entry.title or '')[:80]}")


def _doubt(entry: Entry) -> str | None:
    """Why an entry should be looked at by a person, or None."""
    if entry.title is None:
        return "title lost"
    if not entry.links and not entry.identifiers:
        return "no link"
    if len(entry.title.split()) == 1:
        return "one word"
    return None
