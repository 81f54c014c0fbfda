"""The founding list: the bundled copy, and the three renderings in the shared material against verified facts."""

from __future__ import annotations

import json

import pytest
from support.shared import ROOT, SHARED, needs_shared

from enrich.readers import read_path

BUNDLED = ROOT / "data" / "raw" / "awesome-neural-ode.md"


def truth():
    return [json.loads(line) for line in (SHARED / "truth" / "awesome-neural-ode.jsonl").read_text().splitlines()]


def as_listed(entry):
    return {
        "list_title": entry.title,
        "list_label": entry.label,
        "kind": entry.kind.value,
        "section_path": list(entry.section_path),
        "remarks": list(entry.remarks),
        "topic_labels": list(entry.topic_labels),
        "urls": [{"role": link.role.value, "label": link.label, "url": link.url} for link in entry.links],
    }


@needs_shared
@pytest.mark.parametrize(
    "path",
    [BUNDLED, SHARED / "seeds" / "awesome-neural-ode.md", SHARED / "seeds" / "000_bc35ffac484eccfe.txt"],
    ids=str,
)
def test_every_entry_is_read_as_verified(path):
    entries = read_path(path).entries
    expected = truth()
    assert len(entries) == len(expected) == 85
    for entry, row in zip(entries, expected, strict=True):
        assert as_listed(entry) == {name: row[name] for name in as_listed(entry)}, row["order"]
        assert entry.order == row["order"]


@needs_shared
def test_quotes_are_kept_where_the_list_has_them_and_the_bundled_copy_has_none():
    original = read_path(SHARED / "seeds" / "awesome-neural-ode.md").entries
    assert [entry.quote is not None for entry in original] == [row["has_quote"] for row in truth()]
    assert [entry.line for entry in original] == [row["line"] for row in truth()]
    assert all(entry.quote is None for entry in read_path(BUNDLED).entries)


@needs_shared
def test_page_text_keeps_entries_whose_title_is_lost():
    entries = read_path(SHARED / "seeds" / "001_8f8a81704a3a841a.txt").entries
    assert len(entries) == 85
    bullets = (SHARED / "seeds" / "001_8f8a81704a3a841a.txt").read_text().count("•")
    assert sum(entry.title is not None for entry in entries) == bullets
    for entry, row in zip(entries, truth(), strict=True):
        if entry.title is None:
            assert (entry.quote is not None) == row["has_quote"]
        else:
            assert (entry.title, entry.label) == (row["list_title"], row["list_label"])
        assert entry.section_path[-1] == row["section_path"][-1]
        assert list(entry.topic_labels) == row["topic_labels"]
        assert entry.kind.value == row["kind"]


def test_labels_say_venue_and_year():
    by_label = {entry.label: (entry.venue, entry.year) for entry in read_path(BUNDLED).entries}
    assert by_label["NeurIPS19"] == ("NeurIPS", 2019)
    assert by_label["NIPS96"] == ("NeurIPS", 1996)
    assert by_label["arXv21"] == ("arXiv", 2021)
    assert by_label["arXiV20"] == ("arXiv", 2020)
    assert by_label["Scientific Reports18"] == ("Scientific Reports", 2018)
    assert by_label["ICLR20 DeepDiffEq"] == ("ICLR", 2020)
    assert by_label["IP17"] == ("IP", 2017)
    assert by_label["repo"] == (None, None)


def test_code_links_are_no_identifiers_of_a_paper():
    entries = read_path(BUNDLED).entries
    assert [str(known) for known in entries[1].identifiers] == ["arxiv:1803.04303"]
    assert [str(known) for known in entries[76].identifiers] == ["github:diffeqml/torchdyn"]
    assert [str(known) for known in entries[84].identifiers] == [
        "url:http://www.stochasticlifestyle.com".replace("http:", "https:")
    ]
