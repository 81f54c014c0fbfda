"""The section tree of lists, and its form as JabRef groups (version 3), the only one that every reader understands."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from enrich.model.work import Bibliography

_DEEPEST = 9
"""Zotero stops reading at level 10."""
_BREAKS_COMMENT = re.compile(r"[{}\\@$]+")
_COLON = re.compile(r"\s*:\s*")
_AMOUNT = re.compile(r"\$(?=\s*\d)")


@dataclass(slots=True)
class Section:
    """A heading with the works right under it."""

    name: str
    work_ids: dict[str, None] = field(default_factory=dict)
    """Used as an ordered set."""
    sections: dict[str, Section] = field(default_factory=dict)

    def child(self, name: str) -> Section:
        """The section of that name below this one."""
        return self.sections.setdefault(name, Section(name))

    def walk(self, level: int = 1) -> Iterator[tuple[int, Section]]:
        """The sections below this one with their levels, each before its own sections."""
        for section in self.sections.values():
            yield level, section
            yield from section.walk(level + 1)


def section_tree(bibliography: Bibliography, lists: Collection[str], work_ids: Collection[str]) -> Section:
    """The sections of the named lists with those works; of several lists, each list is a section of its own.

    A work that stands under no heading is a work of the root; sections without works below them are left out.
    """
    root = Section("")
    titles = Counter(known.title for known in bibliography.lists)
    for reading_list in bibliography.lists:
        if reading_list.name not in lists:
            continue
        title = reading_list.title if titles[reading_list.title] == 1 else None
        top = [title or reading_list.name] if len(lists) > 1 else []
        for entry in sorted(reading_list.entries, key=lambda known: known.order):
            work_id = bibliography.entry_works[reading_list.name, entry.order]
            if work_id in work_ids:
                section = root
                for name in (*top, *entry.section_path):
                    section = section.child(name)
                section.work_ids.setdefault(work_id)
    return root


def group_tree(root: Section, keys: Mapping[str, str]) -> Section:
    """The tree with names that a JabRef comment can hold, at most nine levels, and citation keys in place of works.

    Sections whose names become equal are one group, as they would be in Zotero.
    """
    groups = Section(root.name)
    _copy(root, groups, keys, 1)
    return groups


def _copy(section: Section, group: Section, keys: Mapping[str, str], level: int) -> None:
    for work_id in section.work_ids:
        # A key that would end the comment stays, and is in no group.
        if work_id in keys and not _BREAKS_COMMENT.search(keys[work_id]):
            group.work_ids.setdefault(keys[work_id])
    for child in section.sections.values():
        _copy(child, group.child(to_group_name(child.name)) if level <= _DEEPEST else group, keys, level + 1)


def to_group_name(name: str) -> str:
    """Return a section name without the characters that end the comment or the name, start math or crash a reader.

    >>> to_group_name("2.1 Sparse: 50% {more}; fast"), to_group_name("@")
    ('2.1 Sparse – 50% more, fast', 'Section')
    """
    plain = _AMOUNT.sub("USD ", _COLON.sub(" – ", " ".join(name.split()))).replace(";", ",")
    return one_line(_BREAKS_COMMENT.sub("", plain)) or "Section"


def to_groups(groups: Section) -> str:
    """The two comments that hold a group tree; empty when there is no group."""
    lines = [
        "\\;".join([f"{level} ExplicitGroup:{group.name}", "0", *group.work_ids, ";\n"])
        for level, group in groups.walk()
    ]
    if not lines:
        return ""
    head = "\n@comment{jabref-meta: groupsversion:3;}\n\n@comment{jabref-meta: groupstree:\n0 AllEntriesGroup:;\n"
    return f"{head}{''.join(lines)}}}\n"
