"""What is an entry: the facts a candidate shows, and the reason where it is none."""

from __future__ import annotations

import pytest
from support.shared import ROOT

from enrich.readers import read_files, verdicts

LIST = """# Boats

## Papers
- [A Survey of Slow Boats](https://arxiv.org/abs/1901.00001), Ann Author, 2019
- [Learning to Row from Demonstrations](https://arxiv.org/abs/1901.00002), Bob Writer, 2019
- [Harbours as Graphs: A New Model](https://arxiv.org/abs/1901.00003), Eve Field, 2020

## Tools
- [rowlib](https://github.com/boats/rowlib) - A library for rowing.
- [sailkit](https://github.com/boats/sailkit) - Sails in Python.

## Installation
- Install the package with pip.
- You should restart your boat.
"""


def read(text):
    return read_files({"list.md": text.encode()}, name="list", source="list.md")


def test_papers_are_entries_and_what_stands_below_tools_and_installation_is_none():
    found = read(LIST)
    assert [entry.line for entry in found.entries] == [4, 5, 6]
    reasons = {one.line: one.reason for one in found.omissions}
    assert {9, 10} <= set(reasons)
    assert all(reasons.values())


def test_bare_quoted_titles_below_a_heading_of_papers_are_entries():
    text = (
        '## Papers to Read\n1. "Slow Boats in Deep Rivers" - Author & Writer\n2. "Rowing without Oars" - Field et al.\n'
    )
    assert [(one.title, one.authors) for one in read(text).entries] == [
        ("Slow Boats in Deep Rivers", ("Author", "Writer")),
        ("Rowing without Oars", ("Field",)),
    ]


def test_an_entry_that_gets_its_link_changes_no_other():
    text = (ROOT / "data/raw/awesome-neural-ode.md").read_text("utf-8")
    lone = "* Denoising Diffusion Implicit Models"
    before, after = (
        read(one).entries for one in (text, text.replace(lone, f"{lone}: [paper](https://arxiv.org/abs/2010.02502)"))
    )
    assert [one.title for one in before] == [one.title for one in after]


def test_a_share_of_siblings_leaves_out_the_one_that_is_judged():
    shown = [(True,) * 6, (False,) * 6, (False,) * 6]
    shares = [one["leads"] for one in verdicts._among(shown, [1, 1, 2])]
    assert shares == ["0", "5", "alone"]


def test_the_features_of_facts_are_the_facts_and_their_pairs():
    features = [name for name, _ in verdicts.features_of({"leads": "paper", "titled": "yes", "notes": "0"})]
    assert features == ["leads=paper", "titled=yes", "notes=0", "leads=paper titled=yes"]


@pytest.mark.parametrize(("heading", "n_blocks"), [("Citation", 1), ("Citation", 2), ("Some words", 1)])
def test_bibtex_that_says_how_to_cite_the_list_is_no_entry(heading, n_blocks):
    code = "```bibtex\n@article{a, title={Our Survey of Boats}, author={Ann Author}, year={2020}}\n```\n"
    found = read(f"{LIST}\n## {heading}\n{code * n_blocks}")
    assert "Our Survey of Boats" not in [entry.title for entry in found.entries]
