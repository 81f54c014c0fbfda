"""Layouts of lists as people write them: every entry of a small list, its title and the fields that matter."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.readings import judge_small

from enrich.readers import read_files

LAYOUTS = yaml.load(Path(__file__).with_name("layouts.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout["name"].replace(" ", "-"))
def test_every_entry_of_a_layout_is_read_right(layout, tmp_path):
    path = tmp_path / f"list{layout.get('suffix', '.md')}"
    path.write_text(layout["text"], encoding="utf-8")
    assert judge_small(path, layout["entries"]) == []


@pytest.mark.parametrize(
    ("item", "identifier"),
    [
        ("https://arxiv.org/abs/2001.00002", "arxiv:2001.00002"),
        ("<https://doi.org/10.1234/boats>", "doi:10.1234/boats"),
        ("arXiv:2001.00002", "arxiv:2001.00002"),
        ("[arXiv](https://arxiv.org/abs/2001.00002)", "arxiv:2001.00002"),
        ("[[link]](https://arxiv.org/pdf/2001.00002v3)", "arxiv:2001.00002"),
        ("[2001.00002](https://arxiv.org/abs/2001.00002)", "arxiv:2001.00002"),
    ],
)
@pytest.mark.parametrize("above", ["", "* [A Title of Boats](https://arxiv.org/abs/2001.00001)\n"])
def test_a_bullet_that_is_only_an_identifier_is_an_entry(item, identifier, above):
    text = f"# Papers\n{above}* {item}\n"
    entries = read_files({"a.md": text.encode()}, name="a", source="a").entries
    assert len(entries) == 1 + bool(above)
    assert [str(one) for one in entries[-1].identifiers] == [identifier]


@pytest.mark.parametrize("field", ["[PDF](https://example.org/a.pdf)", "[DOI](https://doi.org/10.1234/boats)"])
def test_a_bullet_with_one_more_link_belongs_to_the_title_above(field):
    text = f"# Papers\n* [A Title of Boats](https://arxiv.org/abs/2001.00001)\n* {field}\n"
    [entry] = read_files({"a.md": text.encode()}, name="a", source="a").entries
    assert len(entry.links) == 2


def test_lines_that_are_only_identifiers_are_entries_and_one_below_a_title_is_its_link():
    text = "https://doi.org/10.1234/a\nhttps://doi.org/10.1234/b\n\nhttps://arxiv.org/abs/2001.00002\n"
    entries = read_files({"a.md": text.encode()}, name="a", source="a").entries
    assert [str(entry.identifiers[0]) for entry in entries] == ["doi:10.1234/a", "doi:10.1234/b", "arxiv:2001.00002"]
    text = "# Papers\n\n[A Title of Several Boats](https://example.org/a.pdf)\n\nhttps://doi.org/10.1234/a\n"
    [entry] = read_files({"a.md": text.encode()}, name="a", source="a").entries
    assert entry.title == "A Title of Several Boats"
    assert len(entry.links) == 2
