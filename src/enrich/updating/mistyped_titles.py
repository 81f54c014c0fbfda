"""A mistyped title mended word by word, so that braces, math and commands of its writer stay."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from enrich.editing.bibtex_edits import piece_edit
from enrich.export.formats.bibtex import escape_text
from enrich.text.tex import decode_tex
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from enrich.text.bibtex_syntax import BibField, BibFile

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def can_set_title(book: BibFile, title: BibField, value: str) -> bool:
    """Whether a title can get a new value without joining what its writer joined of pieces."""
    return len(title.parts) == 1 or piece_edit(book, title, value) is not None


def mended_title(written: str, known: str) -> str | None:
    r"""The TeX of a title with its mistyped words replaced; None where a word cannot be told in it for sure.

    >>> mended_title("{N}eural Ordinary Diferential $x$-Equations", "Neural ordinary differential x-equations")
    '{N}eural Ordinary Differential $x$-Equations'
    """
    mine, theirs = _WORD.findall(decode_tex(written)), _WORD.findall(known)
    keys = [[normalize_title(word) for word in words] for words in (mine, theirs)]
    for kind, start, end, known_start, known_end in SequenceMatcher(
        None, keys[0], keys[1], autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        if kind != "replace" or end - start != known_end - known_start:
            return None
        for old, new in zip(mine[start:end], theirs[known_start:known_end], strict=True):
            place = re.compile(rf"(?<![^\W_]){re.escape(old)}(?![^\W_])")
            if len(place.findall(written)) != 1:
                return None
            shown = escape_text(new[:1].upper() + new[1:] if old[:1].isupper() else new)
            written = shown.join(place.split(written))
    return written
