"""Lists in many files: which files of a folder, or behind a README, belong to the list, and in what order."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from enrich.errors import InputError
from enrich.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINK = re.compile(
    r"\]\(\s*<?(?P<md>[^()\s>]+?)>?(?:\s+\"[^\"]*\")?\s*\)|href\s*=\s*[\"'](?P<html>[^\"'>]+)[\"']|^\[[^\]]+\]:\s*(?P<ref>\S+)"
    r"|<(?P<rst>[\w./ -]+\.rst)>`_|\[\[(?:file:|\./)?(?P<org>[\w./ -]+\.org)\]"
    r"|^\s+(?P<toc>[\w/-]+)\s*$",
    re.MULTILINE,
)
_SUFFIXES = frozenset({".md", ".markdown", ".rst", ".org", ".html", ".htm", ".yaml", ".yml", ".csv", ".tsv", ".bib"})
_DATA_SUFFIXES = frozenset({".yaml", ".yml", ".csv", ".tsv", ".bib"})
_NOT_LISTS = re.compile(
    r"(?:^|/)(?:contributing|code[-_]of[-_]conduct|license|licence|changelog|security|pull_request_template|issue_template|funding|citation|todo"
    r"|template|_config|mkdocs|package(?:-lock)?|\.pre-commit-config|\.readthedocs|environment|docker-compose|dependabot|codecov|requirements)[\w.-]*$"
    r"|(?:^|/)(?:\.github|\.git|\.vscode|node_modules|\.venv|venv|__pycache__|scripts?|src|tests?|assets|images?|figs?|figures)/",
    re.IGNORECASE,
)
_TRANSLATION = re.compile(r"readme[-_.](?:[a-z]{2}(?:[-_][a-z]{2,4})?|chinese|english)\.\w+$", re.IGNORECASE)
_README = (
    "readme.md",
    "readme.rst",
    "readme.org",
    "readme.markdown",
    "readme.html",
    "readme.txt",
    "readme",
    "index.md",
    "index.rst",
)
MOST_FILES = 500


def linked_files(text: str, *, path: str) -> tuple[str, ...]:
    """Return the relative paths of further list files that a text points to, in order, each once.

    >>> linked_files("[a](docs/a.md), [home](https://example.org/b.md), [all](./papers.yaml#x)", path="README.md")
    ('docs/a.md', 'papers.yaml')
    """
    folder = PurePosixPath(path).parent.as_posix()
    found: dict[str, None] = {}
    is_rst = path.lower().endswith(".rst")
    for match in _LINK.finditer(text):
        target = match["md"] or match["html"] or match["ref"] or match["rst"] or match["org"]
        if target is None:
            target = f"{match['toc']}.rst" if is_rst and ".. toctree::" in text else ""
        resolved = _resolve(target, folder)
        if resolved is not None and resolved != PurePosixPath(path).as_posix():
            found[resolved] = None
    return tuple(found)


def _resolve(target: str, folder: str) -> str | None:
    """The path inside the list that a link leads to, or None when it leads out of it or to no list file."""
    if "://" in target or target.startswith(("#", "mailto:", "//")):
        return None
    bare = unquote(target.split("#", 1)[0].split("?", 1)[0]).strip()
    if not bare:
        return None
    joined = posixpath.normpath(posixpath.join("" if bare.startswith("/") else folder, bare.lstrip("/")))
    if joined.startswith("..") or not is_list_file(joined):
        return None
    return joined


def is_list_file(path: str) -> bool:
    """Whether a path can be a file of a list by its name."""
    return (
        PurePosixPath(path).suffix.lower() in _SUFFIXES
        and not _NOT_LISTS.search(path)
        and not _TRANSLATION.search(path)
    )


def folder_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the list in a folder: the README, what it points to, then the others by name.

    Raises:
        InputError: there is no file that can be a list.
    """
    known = {path.as_posix(): None for path in _list_files(folder)}
    if not known:
        raise InputError("a folder without a list", path=folder, advice=f"lists end in {', '.join(sorted(_SUFFIXES))}")
    by_lower = {name.lower(): name for name in reversed(known)}
    start = next((by_lower[name] for name in _README if name in by_lower), None)
    order: dict[str, None] = {}
    pending = deque([start] if start else [])
    texts: dict[str, bytes] = {}
    while pending:
        name = pending.popleft()
        if name in order or name not in known:
            continue
        order[name] = None
        texts[name] = _read(folder / name)
        if PurePosixPath(name).suffix.lower() not in _DATA_SUFFIXES:
            pending.extend(linked_files(texts[name].decode("utf-8", "replace"), path=name))
    if len(order) <= 1:
        order.update(known)
    return {name: texts.get(name) or _read(folder / name) for name in order}


def _list_files(folder: Path) -> Iterable[Path]:
    """Paths of possible list files relative to a folder, sorted, at most as many as make a list."""
    found: list[Path] = []
    root = folder.resolve()
    try:
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            if is_list_file(relative.as_posix()) and path.is_file() and path.resolve().is_relative_to(root):
                found.append(relative)
                if len(found) > MOST_FILES:
                    raise InputError(f"the folder has more than {MOST_FILES} list files", path=folder)
    except PermissionError as error:
        raise InputError("cannot be read", path=error.filename) from error
    return found


def _read(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
