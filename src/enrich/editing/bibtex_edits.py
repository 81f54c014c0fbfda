"""Edits of one BibTeX entry in its own style: indentation, alignment, delimiters, commas and line ends as they are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from enrich.editing.edits import Edit, apply_edits
from enrich.text.bibtex_syntax import BibBlock, BibField, BibFile, BibKind, PartStyle, parse_bibliography

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ORDER = (
    *("title", "subtitle", "author", "editor", "journal", "journaltitle", "booktitle", "year", "date", "month"),
    *("volume", "number", "pages", "publisher", "eprint", "archiveprefix", "eprinttype", "primaryclass", "doi", "url"),
    "ids",
)
"""The order in which people write fields; a new one goes behind those that stand before it here."""
_RANK = {name: place for place, name in enumerate(ORDER)}
_TYPE = re.compile(r"@[ \t]*([A-Za-z][\w-]*)")
_CAMEL = {"inproceedings": "InProceedings", "incollection": "InCollection", "phdthesis": "PhdThesis"}
_SEPARATOR = re.compile(r"\s*,\s*")
_UNPROTECTED_QUOTE = re.compile(r'"')


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A field that gets another value, another name, both, or goes."""

    name: str
    """Lower case; one that the entry does not have is added."""
    value: str | None
    """TeX with paired braces; None removes the field."""
    new_name: str | None = None
    is_macro: bool = False
    """Whether ``value`` is the name of a ``@string``."""


def entry_edits(book: BibFile, block: BibBlock, fields: Sequence[FieldEdit], *, type_: str | None = None) -> list[Edit]:
    r"""The edits that change fields of an entry, and its type where one is given.

    >>> book = parse_bibliography("@article{a,\n  year    = 2018,\n  journal = {CoRR}\n}\n")
    >>> block = next(book.entries)
    >>> changes = [FieldEdit("journal", "ICML", "booktitle"), FieldEdit("doi", "10.1/x")]
    >>> print(apply_edits(book.text, entry_edits(book, block, changes, type_="inproceedings")), end="")
    @inproceedings{a,
      year    = 2018,
      doi     = {10.1/x},
      booktitle = {ICML}
    }
    """
    return _Editor(book, block).edits(fields, type_)


def piece_edit(book: BibFile, known: BibField, value: str) -> Edit | None:
    r"""The edit of the one piece of a joined value in which a new value differs; None where no single piece holds it.

    >>> book = parse_bibliography('@misc{a, title = "{Neural} " # {Odes} # "!"}')
    >>> known = next(book.entries).fields[0]
    >>> piece_edit(book, known, "{Neural} ODEs!").new, piece_edit(book, known, "Neural ODEs!")
    ('ODEs', None)
    """
    texts = [book.value(replace(known, parts=(part,))) for part in known.parts]
    for place, part in enumerate(known.parts):
        before, behind = "".join(texts[:place]), "".join(texts[place + 1 :])
        is_here = value.startswith(before) and value[len(before) :].endswith(behind)
        if is_here and part.style in (PartStyle.BRACES, PartStyle.QUOTES):
            new = value[len(before) : len(value) - len(behind)]
            return Edit(part.start, part.end, _in_quotes(new) if part.style is PartStyle.QUOTES else new)
    return None


def is_faithful(book: BibFile, block: BibBlock, edits: Iterable[Edit], fields: Sequence[FieldEdit]) -> bool:
    """Whether the edited entry reads as the same entry with nothing changed but these fields, each of them once.

    One that does not end with a delimiter of its own ends where the next one begins: it is never edited.
    """
    if block.end == block.close:
        return False
    moved = [Edit(one.start - block.start, one.end - block.start, one.new) for one in edits]
    found = parse_bibliography(apply_edits(book.text[block.start : block.end], moved))
    entries = list(found.entries)
    if len(entries) != 1 or any(one.kind is BibKind.BROKEN for one in found.blocks) or entries[0].key != block.key:
        return False
    changed = {one.name for one in fields}
    old = [(one.name, book.text[one.value_start : one.end]) for one in block.fields if one.name not in changed]
    new_names = {one.new_name or one.name for one in fields if one.value is not None}
    new = [(one.name, found.text[one.value_start : one.end]) for one in entries[0].fields]
    kept = Counter(old)
    for pair in new:
        if kept[pair]:
            kept[pair] -= 1
        elif pair[0] not in new_names | changed:
            return False
    counts = Counter(name for name, _ in new)
    gone = {one.name for one in fields if one.value is None or one.new_name} - new_names
    return not +kept and all(counts[name] == 1 for name in new_names) and not any(counts[name] for name in gone)


class _Editor:
    def __init__(self, book: BibFile, block: BibBlock) -> None:
        self.book, self.text = book, book.text
        self.block = block
        self.fields = block.fields
        styles = Counter(one.parts[0].style for one in self.fields if len(one.parts) == 1)
        self.is_quoted = styles[PartStyle.QUOTES] > styles[PartStyle.BRACES]
        self.separator = self._separator()
        self.gaps = [self._gaps(one) for one in self.fields]

    def edits(self, fields: Sequence[FieldEdit], type_: str | None) -> list[Edit]:
        edits = [self._retype(type_)] if type_ and type_ != self.block.type else []
        added: list[FieldEdit] = []
        for one in fields:
            known = self.block.field(one.name)
            if known is None:
                added += [one] if one.value is not None else []
            elif one.value is None:
                edits.append(self._remove(known))
            else:
                edits += self._rename(known, one.new_name) if one.new_name else ()
                edits += self._set(known, one)
        gone = {one.name for one in fields if one.value is None}
        return [*edits, *self._add(sorted(added, key=lambda one: _RANK.get(one.name, len(_RANK))), gone)]

    def _retype(self, type_: str) -> Edit:
        match = _TYPE.match(self.text, self.block.start)
        assert match is not None  # noqa: S101 (an entry begins so)
        old = match[1]
        new = type_.upper() if old.isupper() else _CAMEL.get(type_, type_.capitalize()) if old[0].isupper() else type_
        return Edit(*match.span(1), new)

    def _set(self, known: BibField, change: FieldEdit) -> Iterable[Edit]:
        value = change.value or ""
        part = known.parts[0]
        piece = piece_edit(self.book, known, value) if len(known.parts) > 1 and not change.is_macro else None
        if piece is not None:
            if piece.new != self.text[piece.start : piece.end]:
                yield piece
        elif change.is_macro or len(known.parts) > 1 or part.style in (PartStyle.NAME, PartStyle.BARE):
            is_number = part.style is PartStyle.NAME and value.isdigit() and len(known.parts) == 1
            new = value if change.is_macro or is_number else self._delimited(value)
            if new != self.text[known.value_start : known.end]:
                yield Edit(known.value_start, known.end, new)
        else:
            new = _in_quotes(value) if part.style is PartStyle.QUOTES else value
            if new != self.text[part.start : part.end]:
                yield Edit(part.start, part.end, new)

    def _rename(self, known: BibField, name: str) -> Iterable[Edit]:
        written = self.text[known.start : known.start + len(known.name)]
        name = name.upper() if written.isupper() else name.capitalize() if written[0].isupper() else name
        yield Edit(known.start, known.value_start, self._head(name, self._gaps(known)))

    def _remove(self, known: BibField) -> Edit:
        """The field goes with the separator before it, or behind it where it is the first one."""
        place = self.fields.index(known)
        before = self.fields[place - 1].end if place else self.block.key_end
        if "," in self.text[before : known.start]:
            return Edit(before, known.end, "")
        end = self.fields[1].start if len(self.fields) > 1 else known.end
        return Edit(known.start, end, "")

    def _add(self, added: Sequence[FieldEdit], gone: set[str]) -> Iterable[Edit]:
        """New fields, each before an old one where that leaves the old lines as they are."""
        at: dict[tuple[int, bool], list[str]] = {}
        for one in added:
            at.setdefault(self._place_for(one.name, gone), []).append(self._written(one))
        for (position, is_before), texts in at.items():
            joined = [f"{text}{self.separator}" if is_before else f"{self.separator}{text}" for text in texts]
            yield Edit(position, position, "".join(joined))

    def _place_for(self, name: str, gone: set[str]) -> tuple[int, bool]:
        """Where a field goes, and whether that is before another one."""
        kept = [one for one in self.fields if one.name not in gone]
        if not kept:
            return self.block.key_end, False
        rank = _RANK.get(name, len(_RANK))
        before = [place for place, one in enumerate(kept) if _RANK.get(one.name, len(_RANK)) <= rank]
        if not before or before[-1] + 1 < len(kept):
            return kept[before[-1] + 1 if before else 0].start, True
        last = kept[-1]
        tail = self.text[last.end : self.block.close]
        is_open = "\n" in self.separator and ("," not in tail or "%" in tail)
        return (last.start, True) if is_open else (last.end, False)

    def _written(self, one: FieldEdit) -> str:
        value = one.value or ""
        is_bare = one.is_macro or (value.isdigit() and self._has_bare_numbers())
        name = one.new_name or one.name
        names = [self.text[known.start : known.start + len(known.name)] for known in self.fields]
        if names and all(known.isupper() for known in names):
            name = name.upper()
        elif names and all(known[0].isupper() for known in names):
            name = name.capitalize()
        gaps = Counter(self.gaps).most_common(1)[0][0] if self.gaps else (" ", " ")
        return self._head(name, gaps) + (value if is_bare else self._delimited(value))

    def _has_bare_numbers(self) -> bool:
        """Whether most numbers of the entry stand without delimiters."""
        written = [self.text[one.value_start : one.end] for one in self.fields]
        numbers = [value for value in written if value.strip('{}"').isdigit()]
        return 2 * sum(value.isdigit() for value in numbers) > len(numbers)

    def _delimited(self, value: str) -> str:
        return f'"{_in_quotes(value)}"' if self.is_quoted else f"{{{value}}}"

    def _gaps(self, known: BibField) -> tuple[str, str]:
        """White space before and behind the equals sign."""
        before, _, behind = self.text[known.start + len(known.name) : known.value_start].partition("=")
        return before, behind

    def _head(self, name: str, gaps: tuple[str, str]) -> str:
        """Name and equals sign, in the columns of the entry's other fields where they are aligned."""
        before, behind = gaps
        if "\n" in before + behind:
            return f"{name}{before}={behind}"
        sizes = [len(one.name) for one in self.fields]
        sign = _column(sizes, [size + len(gap) for size, (gap, _) in zip(sizes, self.gaps, strict=True)])
        if sign is not None:
            return f"{name}{' ' * max(sign - len(name), 1 if before else 0)}={behind}"
        value = _column(sizes, [size + len("".join(gaps)) for size, gaps in zip(sizes, self.gaps, strict=True)])
        if value is not None:
            return f"{name}{before}={' ' * max(value - len(name) - len(before), 1 if behind else 0)}"
        return f"{name}{before}={behind}"

    def _separator(self) -> str:
        """What stands between two fields most often."""
        ends = [self.block.key_end, *(one.end for one in self.fields)]
        between = [self.text[end : one.start] for end, one in zip(ends, self.fields, strict=False)]
        clean = [gap for gap in between[1:] if _SEPARATOR.fullmatch(gap)]
        if clean or (clean := [gap for gap in between[:1] if _SEPARATOR.fullmatch(gap)]):
            return Counter(clean).most_common(1)[0][0]
        is_long = "\n" in self.text[self.block.start : self.block.end]
        newline = "\r\n" if "\r\n" in self.text else "\n"
        return f",{newline}  " if is_long else ", "


def _column(sizes: Sequence[int], columns: Sequence[int]) -> int | None:
    """The column in which most fields stand although their names differ in length; None where they are not aligned."""
    column, count = Counter(columns).most_common(1)[0] if columns else (0, 0)
    aligned = {size for size, one in zip(sizes, columns, strict=True) if one == column}
    return column if len(aligned) > 1 and 2 * count > len(columns) else None


def _in_quotes(value: str) -> str:
    """A value that stands between quotes: a quote inside would end it, unless braces hold it."""
    return _UNPROTECTED_QUOTE.sub('{"}', value) if '"' in value else value
