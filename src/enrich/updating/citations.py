r"""The keys that a LaTeX document cites: from its ``.aux``, or from its sources with what they include.

Commands: BibTeX's ``\cite`` and ``\nocite``, those of natbib and biblatex (``\citep``, ``\textcite``, ``\autocites``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.errors import InputError
from enrich.files import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_FILES = 500
_MOST_BYTES = 8 * 1024 * 1024
_BRACES = r"\{(?:[^{}]{1,500}+|\{(?:[^{}]{1,500}+|\{[^{}]{0,500}+\}){0,20}+\}){0,20}+\}"
_OPTION = r"(?!)"
for _ in range(3):  # brackets within brackets within brackets
    _OPTION = rf"\[(?:[^\[\]{{}}]{{1,500}}+|{_BRACES}|{_OPTION}){{0,20}}+\]"
_CITE = re.compile(
    rf"\\[A-Za-z]*[cC]ite[A-Za-z]*+\*?+(?:\s*+(?:\([^()]{{0,500}}\)|{_OPTION}))*+\s*+\{{(?P<first>[^{{}}]{{0,20000}})\}}"
    rf"(?P<more>(?:(?:\s*+{_OPTION})*+\s*+\{{[^{{}}]{{0,20000}}\}})*+)"
)
_OPTIONS = re.compile(_OPTION)
_GROUP = re.compile(r"\{([^{}]*)\}")
_AUX = re.compile(r"\\(?:citation|abx@aux@cite(?:\{\d+\})?)\s*\{([^{}]*)\}")
_INPUT = re.compile(
    r"\\(?P<name>input|include|subfile|@input|(?:sub)?import|(?:sub)?(?:input|include)from)(?![A-Za-z@])\*?"
    r"(?:\s*+\{(?P<first>[^{}]{0,500})\}(?:\s*+\{(?P<second>[^{}]{0,500})\})?|[ \t]++(?P<bare>[^\s{}\\%]{1,500}))"
)
_TOKEN = re.compile(
    r"(?P<verb>\\(?:verb|lstinline)\*?(?P<mark>[^A-Za-z0-9\s*\[{])[^\n]*?(?P=mark))"
    r"|(?P<verbatim>\\begin\s*\{(?P<environment>comment|[Vv]erbatim\*?|lstlisting|minted)\})"
    r"|(?P<false>\\iffalse(?![A-Za-z@]))"
    r"|\\(?:[A-Za-z@]++|[^A-Za-z@])"
    r"|(?P<comment>%[^\n]*+)"
)
_CONDITION = re.compile(
    r"\\(?P<name>(?!iff(?![A-Za-z@]))if[A-Za-z@]*+(?!\s*\{)|else|fi)(?![A-Za-z@])|\\[^A-Za-z@]|%[^\n]*+"
)
_SEVERAL = re.compile(r"\\[A-Za-z]*[cC]ites[A-Za-z]*\*?\b")


@dataclass(frozen=True, slots=True)
class Citations:
    """What a document cites."""

    keys: frozenset[str]
    cites_all: bool
    r"""Whether it says ``\nocite{*}``."""
    unread: tuple[str, ...] = ()
    """Files that it includes and that are not in its folder, as written."""
    files: tuple[Path, ...] = ()
    """The files that were read, in no certain order."""


@dataclass(frozen=True, slots=True)
class _Inclusion:
    """A file that is named in another one."""

    name: str
    folders: tuple[Path, ...]
    """In which it is looked for."""


def read_citations(path: Path) -> Citations:
    """The keys that a document cites, files that it includes from its own folder too.

    Raises:
        InputError: the file cannot be read.
    """
    root = path.resolve().parent
    first = _read(path.resolve())
    if isinstance(first, OSError):
        raise InputError(f"cannot be read: {first.strerror}", path=path) from first
    pending, seen = [(path.resolve(), first, root)], {path.resolve()}
    keys: set[str] = set()
    unread: dict[str, None] = {}
    while pending:
        current, text, folder = pending.pop()
        is_aux = current.suffix == ".aux"
        text = text if is_aux else active_text(text)
        keys |= cited_keys(text, is_aux=is_aux)
        for one in _inclusions(text, folder, root):
            found = _find(one, root, ".aux" if is_aux else ".tex")
            if found in seen:
                continue
            content = _read(found) if found and len(seen) < _MOST_FILES else None
            if found is None or not isinstance(content, str):
                unread[one.name] = None
                continue
            seen.add(found)
            pending.append((found, content, one.folders[0]))
    return Citations(frozenset(keys - {"*"}), "*" in keys, tuple(unread), tuple(sorted(seen)))


def _read(path: Path) -> str | OSError:
    try:
        with open_regular(path) as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError as error:
        return error


def active_text(text: str) -> str:
    r"""The text of a LaTeX source without what TeX does not set: comments, ``\iffalse`` … ``\fi``, verbatim text.

    >>> active_text(r"a \verb|\cite{b}| \iffalse c \ifx d \fi e \else f \fi 50\% g % h")
    'a   f \\fi 50\\% g '
    """
    parts: list[str] = []
    done = position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["false"]:
            position = _behind_false(text, position)
        elif match["verbatim"]:
            end = text.find(rf"\end{{{match['environment']}}}", position)
            position = len(text) if end < 0 else end
        elif not (match["verb"] or match["comment"]):
            continue
        parts.append(text[done : match.start()])
        done = position
    return "".join((*parts, text[done:]))


def _behind_false(text: str, position: int) -> int:
    r"""The position behind the ``\fi`` or ``\else`` of a condition that is false."""
    depth = 0
    for match in _CONDITION.finditer(text, position):
        name = match["name"] or ""
        if name.startswith("if"):
            depth += 1
        elif name == "fi" and depth:
            depth -= 1
        elif name == "fi" or (name == "else" and not depth):
            return match.end()
    return len(text)


def cited_keys(text: str, *, is_aux: bool = False) -> set[str]:
    r"""The keys that a text cites, ``*`` among them for all; what a macro is still to fill in is no key.

    >>> sorted(cited_keys(r"\citep[see [1]][p. 3]{a, b} \cites[1]{c}[2]{d} \nocite{*} \cite{e}{no} \cite{#1}"))
    ['*', 'a', 'b', 'c', 'd', 'e']
    """
    groups: list[str] = []
    if is_aux:
        groups = _AUX.findall(text)
    else:
        for match in _CITE.finditer(text):
            groups.append(match["first"])
            groups += _GROUP.findall(_OPTIONS.sub("", match["more"])) if _SEVERAL.match(match[0]) else ()
    return {key for group in groups for key in map(str.strip, group.split(",")) if key and not set(key) & set("#\\")}


def _inclusions(text: str, folder: Path, root: Path) -> Iterator[_Inclusion]:
    r"""The files that a text includes; those of ``\import`` find others beside themselves."""
    for match in _INPUT.finditer(text):
        name = (match["first"] or match["bare"] or "").strip().strip('"')
        folders = (folder, root)
        if "import" in match["name"] or "from" in match["name"]:
            base = folder if match["name"].startswith("sub") else root
            name, folders = (match["second"] or "").strip(), (base / name, root)
        if name and not set(f"{name}{folders[0]}") & set("#\\"):
            yield _Inclusion(name, folders)


def _find(wanted: _Inclusion, root: Path, suffix: str) -> Path | None:
    """The file in the folder of the document, with its suffix or without."""
    for folder in wanted.folders:
        for name in (f"{wanted.name}{suffix}", wanted.name):
            try:
                path = (folder / name).resolve()
                if path.is_relative_to(root) and path.is_file():
                    return path
            except (OSError, ValueError):
                continue
    return None
