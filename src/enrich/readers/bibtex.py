"""BibTeX → outline, through bibtexparser <https://bibtexparser.readthedocs.io/>: one data block per entry."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.readers.outline import Block, Kind, Outline

if TYPE_CHECKING:
    from bibtexparser.library import Library

_NOT_ENTRIES = frozenset({"string", "comment", "preamble"})
_URL_COMMAND = re.compile(r"\\(?:url|href)\{([^{}]*)\}(?:\{[^{}]*\})?")


def parse_library(text: str) -> Library:
    """Return bibtexparser's library of a text, without its own log lines."""
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 (only for BibTeX)

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library: Library = parse_string(text)
    return library


def read_bibtex(text: str, where: str) -> Outline:
    """Return the outline of a BibTeX file.

    Raises:
        InputError: a block of it cannot be parsed.
    """
    library = parse_library(text)
    for failed in library.failed_blocks:
        if type(failed).__name__ in {"DuplicateBlockKeyBlock", "DuplicateFieldKeyBlock"}:
            continue
        first = (failed.raw or "").strip().splitlines()[0][:60] if (failed.raw or "").strip() else "a block"
        raise InputError(
            f"broken BibTeX: {first}",
            path=where,
            line=(failed.start_line or 0) + 1,
            advice="close its braces and quotes",
        )
    blocks = [
        Block(Kind.DATA, (entry.start_line or 0) + 1, text=entry.entry_type, record=fields_of(entry))
        for entry in _entries(library)
    ]
    return Outline(blocks, "bibtex")


def _entries(library: Library) -> list[Any]:
    """Entries in the order of the file, also those whose key another one has."""
    found: list[Any] = []
    for block in library.blocks:
        inner = getattr(block, "ignore_error_block", None) or block
        if hasattr(inner, "entry_type") and inner.entry_type.lower() not in _NOT_ENTRIES:
            found.append(inner)
    return sorted(found, key=lambda entry: getattr(entry, "start_line", 0) or 0)


def fields_of(entry: object) -> dict[str, str]:
    """The fields of a BibTeX entry as plain text, names in lower case.

    >>> from types import SimpleNamespace as S
    >>> fields_of(S(entry_type="misc", key="k", fields=[S(key="Title", value="A {T}itle")]))["title"]
    'A Title'
    """
    fields = {"ENTRYTYPE": entry.entry_type.lower(), "ID": entry.key}  # type: ignore[attr-defined]
    for field in entry.fields:  # type: ignore[attr-defined]
        name = field.key.lower()
        fields.setdefault(
            name, plain_value(str(field.value), is_address=name in {"url", "doi", "eprint", "pdf", "code", "file"})
        )
    return fields


def plain_value(value: str, *, is_address: bool = False) -> str:
    r"""Return a BibTeX value as plain text: LaTeX decoded, braces gone, white space single.

    >>> plain_value('G{\\"o}del and {NP}-completeness'), plain_value("10.1007/978-3-540-1\\_1", is_address=True)
    ('Gödel and NP-completeness', '10.1007/978-3-540-1_1')
    """
    value = _URL_COMMAND.sub(r"\1", value.strip())
    if is_address:
        return " ".join(re.sub(r"\\([_%&#~])", r"\1", value).strip('{}"').split())
    if "\\" in value or "$" in value or "~" in value:
        from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415 (only for LaTeX)

        value = LatexNodes2Text(math_mode="verbatim", strict_latex_spaces="macros").latex_to_text(value)
    return " ".join(value.replace("{", "").replace("}", "").split())
