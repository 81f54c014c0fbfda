"""Bytes → text: a binary is refused, a wrong encoding is detected or named."""

from __future__ import annotations

from enrich.errors import InputError

MOST_BYTES = 64 * 1024 * 1024
_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"\x7fELF",
    b"PAR1",
    b"SQLite format 3",
    b"\xfd7zXZ",
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = bytes((*range(9), *range(14, 27), *range(28, 32)))
_SAMPLE = 65536
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
    from charset_normalizer import from_bytes  # noqa: PLC0415 (only for texts that are not UTF-8)

    best = from_bytes(content[:_SAMPLE] if len(content) > _SAMPLE else content).best()
    if best is None or best.chaos > _MOST_CHAOS:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            "not UTF-8, and no other encoding fits", path=path, line=line, advice="save it as UTF-8"
        ) from error
    encoding = best.encoding
    # Western texts pass for many code pages; the one that browsers assume is the likeliest.
    if encoding in {
        "cp1250",
        "cp1252",
        "latin_1",
        "iso8859_15",
        "cp1254",
        "cp1257",
        "iso8859_2",
        "cp858",
        "cp850",
        "mac_roman",
        "hp_roman8",
        "cp1140",
    }:
        encoding = "cp1252"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("latin-1")
