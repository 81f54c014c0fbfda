"""Citation keys: family name, year and first telling word of the title, in ASCII, unique and frozen once published."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from enrich.knowledge import read_words
from enrich.model.work import publication_year
from enrich.text.names import parse_name
from enrich.text.tex import normalize_text
from enrich.text.transliteration import to_latin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from enrich.model.persons import Author
    from enrich.model.work import Work

KEY_FIELDS = ("authors", "title", "year")
"""What a key is made of."""
KEY = re.compile(r"[a-z][a-z0-9]{2,39}")
_LONGEST_NAME = 18
_LONGEST_WORD = 14
_LONGEST = 40
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")
_LESS_TELLING = read_words("titles", "less_telling")


def assign_citation_keys(
    works: Iterable[Work],
    frozen: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    reserved: Iterable[str] = (),
) -> dict[str, str]:
    """Return the key of each work; one that a list gives wins, then a frozen one, which no other work is given.

    Works that would share a key are told apart by further words of their titles, so that a key depends on no unrelated
    work; only equal titles are numbered, in the order of ``work_id``.
    """
    frozen, keys = frozen or {}, dict(given or {})
    used = {key.lower() for key in (*keys.values(), *reserved)}
    taken = used | {key.lower() for key in frozen.values()}
    for work in sorted(works, key=lambda known: known.work_id):
        if work.work_id in keys:
            continue
        key = frozen.get(work.work_id)
        if key is None or key.lower() in used:
            key = next(key for key in _proposals(work) if key not in taken)
        taken.add(key.lower())
        keys[work.work_id] = key
    return keys


def _proposals(work: Work) -> Iterator[str]:
    """Keys for a work, the shortest first; endless."""
    words = _title_words(work.title)
    name = _ascii(_family(work.authors[0]))[:_LONGEST_NAME] if work.authors else ""
    head = f"{name.lstrip('0123456789')}{publication_year(work) or ''}"
    stem = _start_with_letter(head + (words[0][:_LONGEST_WORD] if words else ""), work.work_id)
    yield stem
    longer = stem
    for word in words[1:]:
        longer = (longer + word[:_LONGEST_WORD])[:_LONGEST]
        yield longer
    for number in range(2, 100_000):
        yield f"{stem[: _LONGEST - len(str(number))]}{_letters(number)}"


def _letters(number: int) -> str:
    """``b``, ``c`` … ``z``, ``ba`` …: what tells the second, third … work of one key apart."""
    text, rest = "", number - 1
    while rest:
        rest, digit = divmod(rest, 26)
        text = chr(ord("a") + digit) + text
    return text


def _start_with_letter(text: str, work_id: str) -> str:
    """The text as a valid key; what has too few letters is named after its work."""
    key = text.lstrip("0123456789") if not text[:1].isalpha() else text
    if KEY.fullmatch(key):
        return key
    digest = hashlib.sha256(work_id.encode("utf-8", "replace")).hexdigest()[:8]
    return f"work{text}{digest}"


def _family(author: Author) -> str:
    if author.family or author.is_organization:
        return author.family or author.name
    try:
        return parse_name(author.name).family or author.name
    except ValueError:
        return author.name


def _ascii(text: str) -> str:
    """Lower-case ASCII letters and digits.

    >>> _ascii("García-Márquez"), _ascii("Øystein"), _ascii("王小明")
    ('garciamarquez', 'oystein', '')
    """
    return _NOT_IN_KEYS.sub("", to_latin(text).lower())


def _title_words(title: str) -> list[str]:
    words = [word for found in _WORD.findall(normalize_text(title)) if (word := _ascii(found))]
    return [word for word in words if word not in _LESS_TELLING and not word.isdigit()] or words
