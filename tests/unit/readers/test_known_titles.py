"""Titles of known works choose between grammars, and do nothing else."""

from __future__ import annotations

import pytest

from enrich.readers import read_files

TEXT = """# Papers
* Carl Blue: A Machine for Rivers
* Anna Bell: Bells over the Harbour
* Green Tree: Leaves in Linear Time
* Alan Stone: Walls that Hold
"""


def read(known):
    found = read_files({"a.md": TEXT.encode()}, name="a", source="a", is_known=lambda title: title in known)
    return [(entry.title, entry.authors) for entry in found.entries]


def test_a_title_with_a_colon_is_told_from_a_name_by_works_that_are_known():
    whole = [line[2:] for line in TEXT.splitlines()[1:]]
    assert read({*whole[:2]}) == [(title, ()) for title in whole]
    parted = [tuple(title.split(": ")) for title in whole]
    assert read({"Bells over the Harbour", "Walls that Hold"}) == [(title, (name,)) for name, title in parted]


@pytest.mark.parametrize("known", [set(), {"Something Else Entirely"}])
def test_what_nobody_knows_is_read_as_without_a_catalogue(known):
    found = read_files({"a.md": TEXT.encode()}, name="a", source="a")
    assert read(known) == [(entry.title, entry.authors) for entry in found.entries]
