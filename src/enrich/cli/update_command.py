"""``enrich update``: BibTeX files brought up to date in place."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrich.cli import new_app
from enrich.cli.logs import FormatOption, LevelOption, print_note, print_warning, start_logging
from enrich.cli.shared_options import ConfigOption, OfflineOption, QuietOption
from enrich.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.model.entry import Entry, ReadingList
    from enrich.model.work import Bibliography
    from enrich.updating.changes import FieldChange, Update
    from enrich.updating.citations import Citations
    from enrich.updating.own_values import Known

app = new_app()


@app.command()
def update(  # noqa: C901 (one story from the files to the files)
    files: Annotated[list[Path], typer.Argument(metavar="FILE.bib...", help="BibTeX files; they share one run.")],
    policy: Annotated[
        str, typer.Option(metavar="fill|upgrade|correct", help="Missing fields; published versions; sure defects.")
    ] = "upgrade",
    diff: Annotated[bool, typer.Option("--diff", help="Print the diff and write nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 3 when a file would change.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Write the updated text here; the file stays as it is.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write every change and conflict as JSON, with its source.")
    ] = None,
    only_cited: Annotated[
        Path | None, typer.Option(metavar="FILE.aux|FILE.tex", help="Update only what this document cites.")
    ] = None,
    dedupe: Annotated[bool, typer.Option("--dedupe", help="Merge entries that are one work; both keys stay.")] = False,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Keep no copy FILE.bib.bak.")] = False,
    offline: OfflineOption = False,
    quiet: QuietOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one JSON object, with changes and conflicts.")
    ] = False,
    config: ConfigOption = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Bring BibTeX files up to date with the smallest edits; what nobody knows better stays byte for byte."""
    from enrich.cli.progress import watched_session
    from enrich.cli.summary import print_warnings, to_json, to_summary
    from enrich.config import load_settings
    from enrich.files import write_text
    from enrich.updating.changes import Policy
    from enrich.updating.citations import read_citations
    from enrich.updating.update import update_text

    if policy not in set(Policy):
        raise InputError(f"no policy {policy!r}", advice=f"there are {', '.join(Policy)}")
    if as_json and diff:
        raise InputError("--json and --diff both print on standard output", advice="choose one")
    files = [path for place, path in enumerate(files) if path.resolve() not in {one.resolve() for one in files[:place]}]
    if output is not None and len(files) > 1:
        raise InputError("--output takes one file", advice="update the files one by one, or in place")
    originals = [_read(path) for path in files]
    cited = read_citations(only_cited) if only_cited else None
    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    is_quiet = quiet or as_json
    with watched_session(settings, is_quiet=is_quiet, offline=offline, is_noted=False, run_id=run_id) as session:
        lists = session.read([str(path) for path in files], reader="bibtex")
        if cited is not None and only_cited is not None:
            lists = _keep_cited(lists, cited, only_cited)
        bibliography = replace(session.enrich(lists), warnings=session.run_warnings)
    summary = to_summary(bibliography, is_offline=offline, has_own_catalogue=settings.catalogue is not None)
    if not as_json:
        print_warnings(summary, with_headline=True)
    updates = [
        update_text(text, _works(bibliography, place), Policy(policy), encoding=encoding, is_deduplicated=dedupe)
        for place, (text, encoding) in enumerate(originals)
    ]
    for path, one, (_, encoding) in zip(files, updates, originals, strict=True):
        if diff:
            _print_diff(path, one)
        elif not check:
            _write(path, one, encoding, output, keeps_backup=not no_backup)
        if not as_json:
            _print_remarks(path, one, is_written=not (diff or check), is_quiet=quiet)
    rows = _rows(files, updates)
    if report is not None:
        write_text(report, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    if as_json:
        print(to_json(summary, files=rows))
    if check and any(one.edits for one in updates):
        raise typer.Exit(ExitCode.INCOMPLETE)


def _read(path: Path) -> tuple[str, str]:
    """The text of a file, and the encoding in which it is exactly its bytes.

    Raises:
        InputError: it cannot be read, or could not be written back as it is.
    """
    from enrich.files import read_file
    from enrich.readers.decoding import decode
    from enrich.text.bibtex_syntax import BibKind, parse_bibliography
    from enrich.text.encodings import encoding_of

    if path.is_dir():
        raise InputError("a folder, not a BibTeX file", path=path, advice="name its files")
    try:
        content = read_file(path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    text = decode(content, path)
    encoding = encoding_of(content, text)
    if encoding is None:
        raise InputError("in an encoding that cannot be written back", path=path, advice="save it as UTF-8")
    if not any(one.kind in (BibKind.ENTRY, BibKind.BROKEN) for one in parse_bibliography(text).blocks):
        raise InputError("no BibTeX entry in it", path=path, advice="lists are mended by 'enrich fix'")
    return text, encoding


def _keep_cited(lists: Sequence[ReadingList], cited: Citations, document: Path) -> tuple[ReadingList, ...]:
    """The lists with only the entries that the document cites; what it cites and nobody has is named."""
    known = {key for one in lists for entry in one.entries for key in _keys(entry)}
    known |= {parent.key or "" for one in lists for parent in one.parents}
    for name in cited.unread:
        print_warning(f"{document}: includes {name}, which is not in its folder: what that cites is not known")
    for key in sorted(cited.keys - known):
        print_warning(f"{document}: cites {key}, which no file has")
    if cited.cites_all:
        return tuple(lists)
    return tuple(
        replace(one, entries=tuple(entry for entry in one.entries if not cited.keys.isdisjoint(_keys(entry))))
        for one in lists
    )


def _keys(entry: Entry) -> list[str]:
    """The keys under which an entry is cited."""
    from enrich.updating.own_values import to_aliases

    ids = [key for one in entry.fields if one.name == "ids" for key in to_aliases(one.value)]
    return [entry.key or "", *ids]


def _works(bibliography: Bibliography, place: int) -> Known:
    """The entries of a list with their works, by place."""
    from enrich.updating.own_values import to_known

    by_id = {work.work_id: work for work in bibliography.works}
    found = bibliography.lists[place]
    return to_known((one, by_id[bibliography.entry_works[found.name, one.order]]) for one in found.entries)


def _write(path: Path, update: Update, encoding: str, output: Path | None, *, keeps_backup: bool) -> None:
    from enrich.files import back_up, check_unchanged, write_bytes
    from enrich.updating.update import updated_text

    content = updated_text(update).encode(encoding)
    if output is not None:
        write_bytes(output, content)
    elif update.edits:
        check_unchanged(path, update.text.encode(encoding))
        if keeps_backup:
            back_up(path)
        write_bytes(path, content)


def _print_diff(path: Path, update: Update) -> None:
    from enrich.editing.edits import to_diff

    sys.stdout.write(to_diff(update.text, update.edits, str(path), f"{path} (updated)"))


def _print_remarks(path: Path, update: Update, *, is_written: bool, is_quiet: bool) -> None:
    from enrich.text.printable import counted

    for one in update.remarks:
        if one.kind == "broken":  # the run has warned of it
            continue
        line = f"{path}:{one.line}: {one.key}: {one.text}"
        if one.kind != "merged":
            print_warning(line)
        elif not is_quiet:
            print_note(line)
    if is_quiet:
        return
    for conflict in update.conflicts:
        print_note(f"{path}:{conflict.line}: {conflict.key}: {_conflict_text(conflict)}")
    entries = len({(one.key, one.line) for one in update.changes})
    verb = "changed" if is_written else "would change"
    counts = f"{counted(entries, 'entry', 'entries')} {verb} in {len(update.changes)} places"
    differing = f"; {len(update.conflicts)} values differ and stay" if update.conflicts else ""
    print_note(f"{path}: {counts if update.edits else 'nothing to change'}{differing}")


def _conflict_text(one: FieldChange) -> str:
    if one.new is None:
        return f"{one.field} = {one.old} is the preprint's, and {one.said.source} gives none"
    return f"{one.field} = {one.old} stays; {one.said.source} says {one.new}"


def _rows(files: Sequence[Path], updates: Sequence[Update]) -> list[dict[str, Any]]:
    """Every change, conflict and remark of each file, as plain values."""
    return [
        {
            "file": str(file),
            "changes": [one.to_row() for one in update.changes],
            "conflicts": [one.to_row() for one in update.conflicts],
            "remarks": [
                {"kind": one.kind, "key": one.key, "line": one.line, "text": one.text} for one in update.remarks
            ],
        }
        for file, update in zip(files, updates, strict=True)
    ]
