r"""Entries of one file that are one work, merged: the fuller one stays, and the other's key goes on as its alias.

An alias stands in biblatex's field ``ids`` (manual, section 2.2.3): ``\cite`` finds the entry by either key.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.editing.bibtex_edits import FieldEdit, entry_edits, is_faithful
from enrich.editing.edits import Edit, apply_edits
from enrich.text.bibfields import CONTAINERS
from enrich.text.bibtex_syntax import BibBlock, BibFile, parse_bibliography
from enrich.text.tex import decode_tex
from enrich.updating.changes import FieldChange, Remark, Said, Update
from enrich.updating.own_values import place_of, to_aliases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.model.work import Work
    from enrich.updating.own_values import Known

_KEY = re.compile(r'[^\s,{}="#%\\]+')
_REST_OF_LINE = re.compile(r"[ \t]*(?:\r\n|\r|\n|$)(?:[ \t]*(?:\r\n|\r|\n))?")


def merge_duplicates(update: Update, entries: Known) -> Update:
    """The update with every entry gone that is the work of a fuller one; ``entries`` are those whose work is sure."""
    # An update changes no number of entries: the n-th one before is the n-th one after.
    before = list(parse_bibliography(update.text).entries)
    text = apply_edits(update.text, update.edits)
    book = parse_bibliography(text)
    groups: dict[str, list[tuple[BibBlock, int, Work]]] = {}
    for old, new in zip(before, book.entries, strict=True):
        entry, work = entries.get(place_of(old), (None, None))
        if entry and work and _KEY.fullmatch(new.key):
            groups.setdefault(work.work_id, []).append((new, old.line, work))
    edits: list[Edit] = []
    for group in groups.values():
        if len({block.key.lower() for block, _, _ in group}) > 1:
            found, changes, remarks = _merged(book, group)
            edits += found
            update = replace(update, changes=(*update.changes, *changes), remarks=(*update.remarks, *remarks))
    return replace(update, edits=(_whole(update.text, apply_edits(text, edits)),)) if edits else update


def _whole(old: str, new: str) -> Edit:
    """One edit between two texts, without what both begin and end with."""
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    same = next((n for n in range(most) if old[len(old) - 1 - n] != new[len(new) - 1 - n]), most)
    return Edit(start, len(old) - same, new[start : len(new) - same])


def _merged(
    book: BibFile, group: Sequence[tuple[BibBlock, int, Work]]
) -> tuple[list[Edit], list[FieldChange], list[Remark]]:
    """The fullest entry with what only the others have, and their keys; the edits that remove them."""
    kept, line, work = max(group, key=lambda one: (len(one[0].fields), -one[0].start))
    others = [one for one in group if one[0].key.lower() != kept.key.lower()]
    keys = list(dict.fromkeys(one.key for one, _, _ in others))
    fields = {one.name: one for one in _lent(book, kept, [one for one, _, _ in others])}
    ids = kept.field("ids")
    aliases = [_aliases(book, kept), *([one.key, *_aliases(book, one)] for one, _, _ in others)]
    names = [name for some in aliases for name in some if name != kept.key]
    fields["ids"] = FieldEdit("ids", ", ".join(dict.fromkeys(names)))
    edits = entry_edits(book, kept, list(fields.values()))
    if not is_faithful(book, kept, edits, list(fields.values())):
        text = f"one work with {', '.join(keys)}, which cannot be written: mend the entry first"
        return [], [], [Remark(kind="not_written", key=kept.key, line=line, text=text)]
    said = Said(work.work_id, "list", work.updated_at) if work.updated_at else None
    changes = [
        FieldChange(key=kept.key, line=line, field=name, old=book.value(ids) if ids and name == "ids" else None,
                    new=one.value, said=said)
        for name, one in fields.items() if said
    ]  # fmt: skip
    remarks = [
        Remark(kind="merged", key=one.key, line=place, text=_told(book, kept, one, work)) for one, place, _ in others
    ]
    return [*edits, *(_removal(book.text, one) for one, _, _ in others)], changes, remarks


def _aliases(book: BibFile, block: BibBlock) -> list[str]:
    ids = block.field("ids")
    return to_aliases(book.value(ids)) if ids else []


def _lent(book: BibFile, kept: BibBlock, others: Sequence[BibBlock]) -> Iterator[FieldEdit]:
    """Fields that only the others have, as they wrote them."""
    names = {one.name for one in kept.fields}
    for other in others:
        for one in other.fields:
            is_second_container = one.name in CONTAINERS and names & set(CONTAINERS)
            if one.name not in names and not is_second_container:
                names.add(one.name)
                yield FieldEdit(one.name, book.value(one))


def _told(book: BibFile, kept: BibBlock, gone: BibBlock, work: Work) -> str:
    """What becomes of an entry, and which of its values are in no entry any more."""
    mine = {one.name: decode_tex(book.value(one)) for one in kept.fields}
    lost = [
        f"{one.name} = {value}"
        for one in gone.fields
        if one.name != "ids"
        and (value := decode_tex(book.value(one)))
        and mine.get(one.name, value).casefold() != value.casefold()
    ]
    also = f"; it said {'; '.join(lost)}" if lost else ""
    return f"merged into {kept.key}, which is the same work ({work.work_id}){also}"


def _removal(text: str, block: BibBlock) -> Edit:
    """The entry goes with the rest of its line and one empty line behind it."""
    match = _REST_OF_LINE.match(text, block.end)
    starts_line = not block.start or text[block.start - 1] in "\r\n"
    return Edit(block.start, match.end() if match and starts_line else block.end, "")
