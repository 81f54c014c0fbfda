r"""The keys that a LaTeX document cites: from its ``.aux``, or from its sources with what they include.

Commands: BibTeX's ``\cite`` and ``\nocite``, those of natbib and biblatex (``\citep``, ``\textcite``, ``\autocites``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from enrich.errors import InputError

_MOST_FILES = 500
_MOST_BYTES = 8 * 1024 * 1024
_COMMENT = re.compile(r"(?<!\\)%[^\n]*+")
_CITE = re.compile(
    r"\\[A-Za-z]*[cC]ite[A-Za-z]*+\*?+\s*+(?P<first>(?:\s*+(?:\([^()]{0,500}\)|\[[^\[\]]{0,500}\]))*+\s*+\{[^{}]{0,20000}\})"
    r"(?P<more>(?:(?:\s*+\[[^\[\]]{0,500}\])*+\s*+\{[^{}]{0,20000}\})*+)"
)
_GROUP = re.compile(r"\{([^{}]*)\}")
_AUX = re.compile(r"\\(?:citation|abx@aux@cite(?:\{\d+\})?)\s*\{([^{}]*)\}")
_INPUT = re.compile(r"\\(?:input|include|subfile|@input)\s*\{([^{}]{1,500})\}")
_SEVERAL = re.compile(r"\\[A-Za-z]*[cC]ites[A-Za-z]*\*?\b")


@dataclass(frozen=True, slots=True)
class Citations:
    """What a document cites."""

    keys: frozenset[str]
    cites_all: bool
    r"""Whether it says ``\nocite{*}``."""


def read_citations(path: Path) -> Citations:
    """The keys that a document cites, files that it includes from its own folder too.

    Raises:
        InputError: the file cannot be read.
    """
    root = path.resolve().parent
    pending, seen = [path.resolve()], set[Path]()
    keys: set[str] = set()
    while pending and len(seen) < _MOST_FILES:
        current = pending.pop()
        if current in seen or not current.is_relative_to(root):
            continue
        seen.add(current)
        try:
            text = current.read_bytes()[:_MOST_BYTES].decode("utf-8", "replace")
        except OSError as error:
            if len(seen) == 1:
                raise InputError(f"cannot be read: {error.strerror}", path=path) from error
            continue
        is_aux = current.suffix == ".aux"
        text = text if is_aux else _COMMENT.sub("", text)
        keys |= cited_keys(text, is_aux=is_aux)
        pending += _included(text, root, ".aux" if is_aux else ".tex")
    return Citations(frozenset(keys - {"*"}), "*" in keys)


def cited_keys(text: str, *, is_aux: bool = False) -> set[str]:
    r"""The keys that a text cites, ``*`` among them for all.

    >>> sorted(cited_keys(r"\citep[see][p. 3]{a, b} \cites[1]{c}[2]{d} \nocite{*} \cite{e}{no}"))
    ['*', 'a', 'b', 'c', 'd', 'e']
    """
    groups: list[str] = []
    if is_aux:
        groups = _AUX.findall(text)
    else:
        for match in _CITE.finditer(text):
            groups += _GROUP.findall(match["first"])[-1:]
            groups += _GROUP.findall(match["more"]) if _SEVERAL.match(match[0]) else ()
    return {key for group in groups for key in map(str.strip, group.split(",")) if key}


def _included(text: str, root: Path, suffix: str) -> list[Path]:
    found = []
    for name in _INPUT.findall(text):
        try:
            path = (root / name.strip()).resolve()
            found.append(path if path.suffix in (".tex", ".aux") else path.with_name(path.name + suffix))
        except (OSError, ValueError):
            continue
    return found
