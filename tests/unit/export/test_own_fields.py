"""What a user's entry keeps, and what the sources change in it."""

from dataclasses import replace

import pytest

from enrich.export.cited_work import CitedWork, UserEntry
from enrich.export.formats.bibtex import to_bibtex, to_entry
from enrich.export.groups import Section
from enrich.export.options import ExportOptions
from enrich.export.own_fields import to_value
from enrich.model.entry import Parent, StatedField
from enrich.model.persons import Author
from enrich.model.record import WorkType

OPTIONS = ExportOptions()
PUBLISHED = CitedWork(
    key="chen",
    work_id="arxiv:1806.07366",
    type=WorkType.CONFERENCE,
    title="Neural Ordinary Differential Equations",
    authors=(Author("Ricky Chen", "Chen", "Ricky"), Author("Yulia Rubanova", "Rubanova", "Yulia")),
    year=2018,
    container="Advances in Neural Information Processing Systems",
    volume="31",
    pages="6572–6583",
    arxiv_id="1806.07366",
    doi="10.5555/3327757.3327764",
)


def fields(**said):
    return tuple(StatedField(name, value.replace("{", "").replace("}", ""), value) for name, value in said.items())


def written(cited, *, type_="article", key="chen", **said):
    text = to_entry(replace(cited, own_entries=(UserEntry(key, type_, fields(**said)),)), OPTIONS)
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def test_a_preprint_that_was_published_is_retyped_and_its_journal_replaced():
    text = written(
        PUBLISHED,
        title="{N}eural ordinary differential equations",
        journal="arXiv preprint arXiv:1806.07366",
        year="2018",
        file=":a.pdf:PDF",
    )
    assert text.startswith("@inproceedings{chen,")
    assert "title = {{N}eural ordinary differential equations}" in text
    assert "booktitle = {Advances in Neural Information Processing Systems}" in text
    assert "journal" not in text
    assert "file = {:a.pdf:PDF}" in text
    assert "doi = {10.5555/3327757.3327764}" in text


def test_values_that_say_the_same_stay_as_written():
    said = {
        "author": "Ricky T. Q. Chen and Rubanova, Y.",
        "booktitle": "NeurIPS",
        "pages": "6572-6583",
        "volume": "31",
        "doi": "https://doi.org/10.5555/3327757.3327764",
        "year": "2018",
        "month": "dec",
    }
    text = written(PUBLISHED, type_="inproceedings", **said)
    for name, value in said.items():
        assert any(line.split("=")[0].strip() == name and value in line for line in text.splitlines()), name


def test_other_values_are_replaced_where_a_source_is_preferred_and_kept_where_none_is():
    text = written(PUBLISHED, type_="inproceedings", title="Neural ODEs", year="2017", pages="1--2", booktitle="NIPS")
    assert "Neural Ordinary" in text.replace("{", "").replace("}", "")
    assert "year = {2018}" in text
    assert "6572--6583" in text
    kept = written(replace(PUBLISHED, stated=frozenset({"pages", "title"})), title="Neural ODEs", pages="1--2")
    assert "pages = {1--2}" in kept
    assert "{Neural ODEs}" in kept


def test_a_list_of_authors_that_is_cut_is_completed():
    assert "Rubanova" in written(PUBLISHED, author="Chen, Ricky and others")


def test_every_key_has_an_entry_and_parents_come_last():
    two = replace(PUBLISHED, own_entries=tuple(UserEntry(key, "misc", fields(title="X")) for key in ("b", "a:1")))
    parent = Parent(key="nips31", type="proceedings", fields=fields(title="Advances", year="2018"))
    text = "".join(to_bibtex([two], Section(""), OPTIONS, [parent]))
    assert [line for line in text.splitlines() if line.startswith("@")] == [
        "@inproceedings{b,",
        "@inproceedings{a:1,",
        "@proceedings{nips31,",
    ]


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        ("jan", "jan"),
        ("2018", "2018"),
        ("a {B} c", "{a {B} c}"),
        ("a } @misc{evil, b={", "{a  @misc evil, b=}"),
        ("\x07x", "{x}"),
    ],
)
def test_values_cannot_end_their_entry(tex, value):
    assert to_value(tex).replace(" ", "") == value.replace(" ", "").replace("misc evil", "miscevil")
