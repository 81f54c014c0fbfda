"""Files and folders → ``ReadingList``: which reader a text needs, which further files belong to the list."""

from __future__ import annotations

import errno
import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from enrich.errors import InputError
from enrich.files import MOST_BYTES, read_file
from enrich.model.entry import ReadingList
from enrich.readers.decoding import PARQUET, decode
from enrich.readers.fields.rest import legend_of
from enrich.readers.markups import MARKUPS, read_text
from enrich.readers.outline import walk
from enrich.readers.reading import read_outline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enrich.model.entry import BlockNote, Entry, Omission, Parent
    from enrich.readers.roles import IsKnown

_README = re.compile(r"readme(?:\.[a-z]{2,4})?", re.IGNORECASE)
_ADVICE = {errno.EFBIG: "split the list", errno.EINVAL: "pipe it in and write - in its place"}
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_ADDRESS = re.compile(r"https?://[^/]+/([^?#]+)")
_SUFFIXES = frozenset(
    {
        ".md",
        ".markdown",
        ".mdx",
        ".rst",
        ".org",
        ".html",
        ".htm",
        ".txt",
        ".bib",
        ".yaml",
        ".yml",
        ".csv",
        ".tsv",
        ".json",
        ".ris",
        ".parquet",
        ".rdf",
        ".ipynb",
        ".tex",
        ".bbl",
        ".adoc",
        ".asciidoc",
    }
)


def list_name(source: str) -> str:
    """Return the slug of a list from its path or address.

    >>> list_name("lists/Awesome_Neural-ODE.md"), list_name("https://github.com/Zymrael/awesome-neural-ode/")
    ('awesome-neural-ode', 'awesome-neural-ode')
    >>> list_name("somewhere/my list/README.md")  # a README is named by its folder
    'my-list'
    """
    address = _ADDRESS.match(source)
    parts = [part for part in PurePosixPath(address[1] if address else source).parts if part not in {"/", ".", ".."}]
    if address:
        parts = parts[1:2] if len(parts) > 1 else parts
    elif parts and _README.fullmatch(parts[-1]):
        parts = parts[:-1] or [Path.cwd().name]
    stem = parts[-1] if parts else Path.cwd().name
    if PurePosixPath(stem).suffix.lower() in _SUFFIXES:
        stem = PurePosixPath(stem).stem
    return _NOT_SLUG.sub("-", stem.removesuffix(".git").lower()).strip("-") or "list"


def read_path(path: Path, *, reader: str | None = None, is_known: IsKnown | None = None) -> ReadingList:
    """Return the list in a file or a folder; ``is_known`` says whether a text is the title of a known work.

    Raises:
        InputError: nothing there can be read, or it holds no entry.
    """
    path = Path(path)
    _check_reader(reader)
    try:
        is_folder = path.is_dir()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    if is_folder:
        from enrich.readers.folders import folder_files  # noqa: PLC0415 (only for folders)

        files, name = folder_files(path), list_name(str(path.resolve()))
    else:
        files, name = {path.name: _read_bytes(path)}, list_name(str(path))
    return read_files(files, name=name, source=str(path), reader=reader, is_known=is_known)


def read_stream(stream: BinaryIO, *, reader: str | None = None, is_known: IsKnown | None = None) -> ReadingList:
    """Return the list in a stream such as standard input.

    Raises:
        InputError: it is too large or cannot be read, or it holds no entry.
    """
    content = stream.read(MOST_BYTES + 1)
    return read_files({"-": content}, name="stdin", source="-", reader=reader, is_known=is_known)


def _check_reader(reader: str | None) -> None:
    if reader is not None and reader not in MARKUPS:
        raise InputError(f"no reader {reader!r}", advice=f"there are {', '.join(MARKUPS)}")


def _read_bytes(path: Path) -> bytes:
    try:
        return read_file(path)
    except FileNotFoundError as error:
        raise InputError("no such file", path=path) from error
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", path=path, advice=_ADVICE.get(error.errno or 0)
        ) from error


def read_files(
    files: Mapping[str, bytes],
    *,
    name: str,
    source: str,
    reader: str | None = None,
    is_known: IsKnown | None = None,
) -> ReadingList:
    """Return the list in texts that are already here, in the order of the mapping.

    Raises:
        InputError: a text cannot be read, or none holds an entry.
    """
    _check_reader(reader)
    entries: list[Entry] = []
    omissions: list[Omission] = []
    blocks: list[BlockNote] = []
    parents: list[Parent] = []
    preambles: list[str] = []
    legend: dict[str, str] = {}
    title: str | None = None
    digest = hashlib.sha256()
    seen: list[str] = []
    for path, content in files.items():
        file = path if len(files) > 1 else None
        where = source if len(files) == 1 else f"{source}/{path}"
        if content.startswith(PARQUET):
            from enrich.readers.records import read_parquet  # noqa: PLC0415 (only for Parquet)

            outline = read_parquet(content, where)
        else:
            outline = read_text(decode(content, where), path=path, where=where, reader=reader)
        parents += outline.parents
        preambles += outline.preambles
        digest.update(content)
        images = (run for block in walk(outline.blocks) for line in block.lines for run in line.runs if run.image)
        legend = legend_of(images) | legend
        drafts, left_out, notes, heading = read_outline(outline, file, is_known)
        drafts.reverse()
        while drafts:  # each draft goes as its entry comes
            entries.append(drafts.pop().to_entry(len(entries) + 1, file))
        omissions += left_out
        blocks += notes
        title = title or heading
        seen.append(outline.markup)
    if not entries:
        broken = next((one for one in omissions if one.detail), None)
        raise InputError(
            _nothing(omissions, seen) + (f": {broken.detail}" if broken else ""),
            path=source,
            line=broken.line if broken else None,
            advice="an entry is a title with a link, such as '- [Title](https://arxiv.org/abs/…)'",
        )
    return ReadingList(
        name=name,
        source=source,
        entries=tuple(entries),
        title=title,
        omissions=tuple(omissions),
        blocks=tuple(blocks),
        legend=tuple((one, legend[one]) for one in sorted(legend) if any(one in e.topic_labels for e in entries)),
        parents=tuple(parents),
        preambles=tuple(preambles),
        digest=digest.hexdigest(),
    )


def _nothing(omissions: list[Omission], markups: list[str]) -> str:
    """What was seen instead of entries."""
    counts: dict[str, int] = {}
    for omission in omissions:
        counts[omission.reason] = counts.get(omission.reason, 0) + 1
    seen = ", ".join(f"{count} x {reason}" for reason, count in sorted(counts.items(), key=lambda pair: -pair[1])[:5])
    return f"no entry found (read as {', '.join(dict.fromkeys(markups))}; saw {seen or 'no text'})"
