"""Bytes → text: a binary is refused, a wrong encoding is detected or named."""

from __future__ import annotations

import re

from enrich.errors import InputError
from enrich.files import MOST_BYTES

PARQUET = b"PAR1"
_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"\x7fELF",
    PARQUET,
    b"SQLite format 3",
    b"\xfd7zXZ",
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = bytes((*range(9), *range(14, 27), *range(28, 32)))
_SAMPLE = 65536
_LONG_RUN = re.compile(rb"[\x80-\xff]{3}")
_UNDEFINED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Bytes that stand for nothing in Windows-1252."""
_MOST_CONTROL_SHARE = 0.01
_MOST_CHAOS = 0.2


def decode(content: bytes, path: object) -> str:
    """Return the text of a file.

    Raises:
        InputError: the file is empty, too large, a binary, or in an encoding that cannot be told.

    >>> decode("Nießner".encode("latin-1"), "a.md")
    'Nießner'
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise InputError("the file is empty", path=path, advice="give a list with at least one entry")
    if len(content) > MOST_BYTES:
        raise InputError(
            f"the file has {len(content):,} bytes, more than {MOST_BYTES:,}", path=path, advice="split the list"
        )
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise InputError(f"not valid {encoding.upper()} at byte {error.start}", path=path) from error
    sample = content[:_SAMPLE]
    if (
        content.startswith(_BINARY)
        or b"\x00" in sample
        or len(sample) - len(sample.translate(None, _CONTROL)) > _MOST_CONTROL_SHARE * len(sample)
    ):
        raise InputError(
            "a binary file, not a list",
            path=path,
            advice="give Markdown, HTML, reStructuredText, Org, BibTeX, YAML or CSV",
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _guess(content, path, error)


def _guess(content: bytes, path: object, error: UnicodeDecodeError) -> str:
    # Western texts hold single accented letters between plain ones, which is clear where statistics have too little.
    if not _LONG_RUN.search(content) and content.translate(None, _UNDEFINED) == content:
        return content.decode("cp1252")
    from charset_normalizer import from_bytes  # noqa: PLC0415 (only for texts that are not UTF-8)

    best = from_bytes(content[:_SAMPLE]).best()
    if best is not None and best.chaos <= _MOST_CHAOS:
        try:
            return content.decode(best.encoding)
        except UnicodeDecodeError:
            pass
    line = content.count(b"\n", 0, error.start) + 1
    what = "not UTF-8, and no other encoding fits"
    raise InputError(what, path=path, line=line, advice="save it as UTF-8") from error
