"""Bytes and the text that they are, so that an edited file goes back in the encoding it came in."""

from __future__ import annotations

_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16")


def encoding_of(content: bytes, text: str) -> str | None:
    r"""The encoding in which a text is exactly these bytes; None where it is none of the usual ones.

    >>> encoding_of("Nießner".encode("latin-1"), "Nießner"), encoding_of(b"\xef\xbb\xbfa", "a")
    ('cp1252', 'utf-8-sig')
    """
    return next((one for one in _ENCODINGS if _encoded(text, one) == content), None)


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def to_encodable(tex: str, encoding: str) -> str:
    r"""A TeX value in which every letter that an encoding does not have is written as TeX.

    >>> print(to_encodable("Łódź", "cp1252"), to_encodable("Łódź", "utf-8"))
    {\L}ód{\'z} Łódź
    """
    if _encoded(tex, encoding) is not None:
        return tex
    from pylatexenc.latexencode import unicode_to_latex  # noqa: PLC0415 (50 ms, rarely needed)

    letters = []
    for letter in tex:
        if _encoded(letter, encoding) is None:
            written = unicode_to_latex(letter, replacement_latex_protection="braces-all", unknown_char_policy="replace")
            letters.append(written)
        else:
            letters.append(letter)
    return "".join(letters)
