"""The update of one file: a proposal for each entry whose work is sure, checked and turned into edits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from enrich.editing.bibtex_edits import FieldEdit, entry_edits, is_faithful
from enrich.editing.edits import apply_edits
from enrich.text.bibtex_syntax import BibFile, BibKind, parse_bibliography
from enrich.text.encodings import to_encodable
from enrich.updating.changes import FieldChange, Policy, Proposal, Remark, Update
from enrich.updating.duplicates import merge_duplicates
from enrich.updating.own_values import Known, Macros, OwnEntry, Place, place_of
from enrich.updating.proposals import propose

if TYPE_CHECKING:
    from enrich.editing.edits import Edit
    from enrich.model.entry import Entry
    from enrich.model.work import Work


def update_text(
    text: str,
    entries: Known,
    policy: Policy,
    *,
    encoding: str = "utf-8",
    is_deduplicated: bool = False,
) -> Update:
    """The edits of a BibTeX text by what is known of its entries, which are given by place.

    Only an entry whose work is sure changes; a broken one stays as it is. The same facts change the result no more.
    """
    book = parse_bibliography(text)
    macros = Macros(book)
    found = _Found(remarks=_broken(book))
    sure: dict[Place, tuple[Entry, Work]] = {}
    for block in book.entries:
        entry, work = entries.get(place_of(block), (None, None))
        if entry is None or work is None or work.verdict is None or not work.verdict.is_accepted:
            continue
        own = OwnEntry(book, block, entry, macros)
        if own.is_of(work):
            sure[place_of(block)] = entry, work
            found.add(own, propose(own, work, policy), encoding)
    update = Update(text, tuple(found.edits), tuple(found.changes), tuple(found.conflicts), tuple(found.remarks))
    return merge_duplicates(update, sure) if is_deduplicated else update


@dataclass
class _Found:
    """What the entries before have brought."""

    edits: list[Edit] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    conflicts: list[FieldChange] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, own: OwnEntry, proposal: Proposal, encoding: str) -> None:
        """Take in the edits of one entry, if the edited entry reads as was meant."""
        fields = _field_edits(proposal, encoding)
        edits = entry_edits(own.book, own.block, fields, type_=proposal.type)
        changes = [change for change, _, _ in proposal.changes]
        self.conflicts += proposal.conflicts
        self.remarks += proposal.remarks
        if not edits or is_faithful(own.book, own.block, edits, fields):
            self.edits += edits
            self.changes += _written(changes, fields)
        else:
            names = ", ".join(change.field for change in changes)
            counts = Counter(one.name for one in own.block.fields)
            twice = ", ".join(one.name for one in fields if counts[one.name] > 1)
            what = f"{twice} stands twice" if twice else f"cannot be changed without touching more than {names}"
            text = f"{what}: left as it is; mend the entry first"
            self.remarks.append(Remark(kind="not_written", key=own.block.key, line=own.block.line, text=text))


def _broken(book: BibFile) -> list[Remark]:
    return [
        Remark(kind="broken", key=block.key, line=block.line, text=f"line {line}: {what}: left as it is")
        for block in book.blocks
        if block.kind is BibKind.BROKEN
        for line, what in block.problems[:1]
    ]


def _field_edits(proposal: Proposal, encoding: str) -> list[FieldEdit]:
    return [
        FieldEdit(change.field, change.new and to_encodable(change.new, encoding), new_name, is_macro=is_macro)
        for change, new_name, is_macro in proposal.changes
        if change.field != "type"
    ]


def _written(changes: list[FieldChange], fields: list[FieldEdit]) -> list[FieldChange]:
    """The changes under the names and with the values that stand in the file."""
    by_name = {one.name: one for one in fields}
    return [
        replace(change, field=edit.new_name or edit.name, new=edit.value)
        if (edit := by_name.get(change.field))
        else change
        for change in changes
    ]


def updated_text(update: Update) -> str:
    """The text with its edits made."""
    return apply_edits(update.text, update.edits)
