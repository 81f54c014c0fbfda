"""``enrich fix``: the healed list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from enrich.cli import new_app
from enrich.cli.logs import FormatOption, LevelOption, print_note, start_logging
from enrich.cli.shared_options import ConfigOption, OfflineOption
from enrich.errors import InputError

app = new_app()


@app.command()
def fix(
    list_: Annotated[Path, typer.Argument(metavar="LIST", help="A file; it is replaced as a whole.")],
    only: Annotated[list[str] | None, typer.Option(metavar="KIND", help="Mend these kinds; may be repeated.")] = None,
    upgrade_preprints: Annotated[
        bool, typer.Option("--upgrade-preprints", help="Label published preprints by where they appeared.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the diff and write nothing.")] = False,
    offline: OfflineOption = False,
    config: ConfigOption = None,
    log_level: LevelOption = None,
    log_format: FormatOption = None,
) -> None:
    """Mend a list by its findings, with the smallest edits, and print the diff."""
    from enrich.cli.progress import watched_session
    from enrich.config import load_settings
    from enrich.editing.edits import to_diff
    from enrich.files import check_unchanged, write_text
    from enrich.readers import markup_of
    from enrich.session.inputs import to_document
    from enrich.text.printable import counted
    from enrich.updating.healing import HEALABLE, UPGRADES, check_markup, heal

    if unknown := sorted(set(only or ()) - HEALABLE):
        raise InputError(f"no kind {unknown[0]!r} can be mended", advice=f"there are {', '.join(sorted(HEALABLE))}")
    if list_.is_dir():
        raise InputError("a folder, not a list", path=list_, advice="mend its files one by one")
    kinds = set(only or HEALABLE - UPGRADES) | (UPGRADES if upgrade_preprints else set())
    text = _read(list_)
    check_markup(markup_of(text, str(list_)), list_)
    settings = load_settings(config)
    run_id = start_logging(log_level, log_format, settings=settings)
    with watched_session(settings, offline=offline, is_noted=False, run_id=run_id) as session:
        lists = session.read([str(list_)])
        findings = session.enrich(lists).findings
        document = to_document(lists[0], text)
    healed = heal(document, findings, kinds)
    if healed.text == text:
        print_note("nothing to mend")
        return
    sys.stdout.write(to_diff(text, healed.edits, str(list_), f"{list_} (healed)"))
    if not dry_run:
        check_unchanged(list_, text.encode())
        write_text(list_, healed.text)
    count = len(healed.mended)
    print_note(f"{counted(count, 'finding')} mended{' in the diff only' if dry_run else ''}")


def _read(path: Path) -> str:
    """The text of a list, byte for byte.

    Raises:
        InputError: it is in another encoding, in which the edits could not be written.
    """
    from enrich.files import read_file

    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", path=path, advice="save it as UTF-8, then mend it") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
