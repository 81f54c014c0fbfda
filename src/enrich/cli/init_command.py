"""``enrich init``: the settings, commented, with the answers to two questions."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enrich.cli import new_app
from enrich.cli.logs import print_note
from enrich.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

app = new_app()
_ENDINGS = (".bib", ".ris", ".md", ".rst", ".org")


@app.command()
def init(
    config: Annotated[Path, typer.Option(help="Where to; a file that is there stays as it is.")] = Path("enrich.toml"),
    contact: Annotated[
        str | None, typer.Option(help="Your e-mail address, for the services.  [default: asked for on a terminal]")
    ] = None,
    lists: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="LIST", help="A file, folder or address; may be repeated.  [default: as above]"),
    ] = None,
) -> None:
    """Write the settings with a comment on each, and ask for your address and your lists on a terminal."""
    if config.exists():
        raise InputError("is there already", path=config, advice="edit it, or name another one with --config")
    _check(contact, lists or ())
    if sys.stdin.isatty() and sys.stdout.isatty():
        contact = _ask_contact() if contact is None else contact
        lists = list(_ask_lists()) if lists is None else lists
    _write(config, _filled(contact, lists or ()))
    print(f"{config}: written")
    told = f" --config {config}" if config != Path("enrich.toml") else ""
    print_note(f"next: enrich doctor{told}, then enrich {'nightly' if lists else 'run LIST'}{told}")


def _filled(contact: str | None, lists: Sequence[str]) -> str:
    """The settings with the answers in their places."""
    text = files("enrich.cli").joinpath("settings.toml").read_text("utf-8")
    if contact:
        text = text.replace('# contact = "you@example.org"\n', f"contact = {_quoted(contact)}\n")
    if lists:
        rows = "".join(f"  {_quoted(one)},\n" for one in lists)
        text = text.replace("# lists = []\n", f"lists = [\n{rows}]\n")
    return text


def _quoted(text: str) -> str:
    """A TOML string; what JSON escapes TOML reads in the same way, but for the sign of deletion."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check(contact: str | None, lists: Sequence[str]) -> None:
    """Return when the answers are settings.

    Raises:
        ConfigError: they are not.
        InputError: a list is not there.
    """
    from glob import has_magic

    from enrich.config import parse_settings
    from enrich.fetch.list_download import is_address

    text = _filled(contact, lists)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError("a name that is no UTF-8 has no place in the settings", advice="rename it") from None
    parse_settings(text)
    for one in lists:
        if not is_address(one) and not Path(one).exists() and not has_magic(one):
            raise InputError("there is no such file or folder", path=one)


def _write(path: Path, text: str) -> None:
    """Make the file with the text, and none where there is one already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("x", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot be made: {error.strerror}", path=path) from error
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError(f"cannot be written: {error.strerror}", path=path) from error


def _ask_contact() -> str | None:
    """The address, asked again until it is one; None for no answer."""
    print("Your e-mail address, which only the services' operators see (empty: none)")
    while answer := _answer("contact: "):
        if _is_good(answer, ()):
            return answer
    return None


def _ask_lists() -> Iterator[str]:
    """The lists, one a line until an empty one."""
    found = sorted(one.name for one in Path().iterdir() if one.suffix in _ENDINGS and one.is_file())
    print("Lists to keep current: files, folders or addresses, one a line (empty: no more)")
    if found:
        print(f"here are {', '.join(found[:9])}{' …' if len(found) > 9 else ''}")  # noqa: PLR2004 (a line)
    while answer := _answer("list: "):
        if _is_good(None, [answer]):
            yield answer


def _answer(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:  # Ctrl-D
        print()
        return ""


def _is_good(contact: str | None, lists: Sequence[str]) -> bool:
    try:
        _check(contact, lists)
    except InputError as error:
        print_note(str(error))
        return False
    return True
