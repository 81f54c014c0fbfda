from __future__ import annotations

from dataclasses import replace

import pytest
from support.bibliographies import two_lists

from enrich.export import BibMath, ExportOptions
from enrich.export.cited_work import CitedWork
from enrich.export.formats.bibtex import escape_text, protect_title, to_bibtex, to_entry
from enrich.export.groups import Section, group_tree, section_tree, to_group_name, to_groups
from enrich.export.tex_symbols import to_latex
from enrich.model.persons import Author
from enrich.model.record import WorkType
from enrich.text.names import parse_name

OPTIONS = ExportOptions()
PREPRINT = CitedWork(
    key="vaswani2017attention",
    work_id="arxiv:1706.03762",
    type=WorkType.PREPRINT,
    title="Attention Is All You Need",
    authors=(parse_name("Ashish Vaswani"), parse_name("van der Schaar, Mihaela"), parse_name("Smith, Jr., John")),
    year=2017,
    month=6,
    day=12,
    publisher="arXiv",
    arxiv_id="1706.03762",
    arxiv_category="cs.CL",
    doi="10.48550/arXiv.1706.03762",
    url="https://arxiv.org/abs/1706.03762",
    abstract="It costs 12% of R&D at x_y #1 with θ ∈ ℝ.",
    keywords=("cs.CL", "a, b; c"),
)


def test_a_preprint_is_misc_with_its_eprint_in_every_dialect():
    assert (
        to_entry(PREPRINT, OPTIONS)
        == r"""@misc{vaswani2017attention,
  title         = {Attention Is All You Need},
  author        = {Vaswani, Ashish and van der Schaar, Mihaela and Smith, Jr., John},
  organization  = {arXiv},
  year          = {2017},
  month         = jun,
  day           = {12},
  eprint        = {1706.03762},
  eprinttype    = {arxiv},
  eprintclass   = {cs.CL},
  archiveprefix = {arXiv},
  primaryclass  = {cs.CL},
  doi           = {10.48550/arXiv.1706.03762},
  url           = {https://arxiv.org/abs/1706.03762},
  abstract      = {It costs 12\% of R\&D at x\_y \#1 with θ ∈ ℝ.},
}
"""
    )


def test_abstract_can_be_left_out_and_keywords_asked_for():
    entry = to_entry(PREPRINT, ExportOptions(bib_abstract=False, bib_keywords=True))
    assert "abstract" not in entry
    assert "keywords      = {cs.CL, a  b  c}" in entry or "keywords      = {cs.CL, a b c}" in entry


@pytest.mark.parametrize(
    ("kind", "first_line", "field"),
    [
        (WorkType.CONFERENCE, "@inproceedings{", "booktitle"),
        (WorkType.JOURNAL, "@article{", "journal"),
        (WorkType.CHAPTER, "@incollection{", "booktitle"),
        (WorkType.REPORT, "@techreport{", "institution"),
        (WorkType.THESIS, "@phdthesis{", "school"),
        (WorkType.BOOK, "@book{", "publisher"),
        (WorkType.SOFTWARE, "@software{", "version"),
        (WorkType.WEBSITE, "@online{", "url"),
        (WorkType.DATASET, "@misc{", "organization"),
        (WorkType.UNKNOWN, "@misc{", "organization"),
    ],
)
def test_each_type_has_its_entry_type_and_its_field(kind, first_line, field):
    facts = {"container": "Nature", "publisher": "Springer", "version": "2.1"}
    entry = to_entry(replace(PREPRINT, type=kind, **facts), OPTIONS)
    assert entry.startswith(first_line)
    assert f"\n  {field} " in entry


@pytest.mark.parametrize(
    ("title", "protected"),
    [
        ("GPT-4 Technical Report", "{GPT-4} Technical Report"),
        ("Scaling LLMs (and NeurIPS)", "Scaling {LLMs} (and {NeurIPS})"),
        ("Über die Schrödinger-Gleichung: Naïve Studies", "Über die {Schrödinger-Gleichung}: Naïve Studies"),
        ("Pre-Training and Fine-Tuning", "Pre-Training and Fine-Tuning"),
        ("An introduction to the theory of Markov chains", "An introduction to the theory of {Markov} chains"),
        ("R&D at NASA", r"{R\&D} at {NASA}"),
        ("Sets {A, B} and C", r"Sets \{A, B\} and C"),
        ("X", "X"),
        ("", ""),
    ],
)
def test_titles_keep_the_case_that_means_something(title, protected):
    assert protect_title(title) == protected


@pytest.mark.parametrize(
    ("author", "written"),
    [
        (Author("OpenAI", is_organization=True), "{OpenAI}"),
        (Author("Barnes and Noble, Inc.", is_organization=True), "{Barnes and Noble, Inc.}"),
        (Author("Plato"), "Plato"),
        (Author("Friedrich Müller vom Hagen", "Müller vom Hagen", "Friedrich"), "{Müller vom Hagen}, Friedrich"),
        (Author("Mary and Jane Lou", "Lou", "Mary and Jane"), "Lou, {Mary and Jane}"),
        (Author("A {B} C", "{B} C", "A"), "B C, A"),
        (Author("王小明", "王", "小明"), "王, 小明"),
    ],
)
def test_names_cannot_be_taken_apart_wrongly(author, written):
    assert f"  author        = {{{written}}},\n" in to_entry(replace(PREPRINT, authors=(author,)), OPTIONS)


def test_an_author_called_others_is_never_written():
    many = tuple(Author(f"A{number} B", "B", f"A{number}") for number in range(300))
    entry = to_entry(replace(PREPRINT, authors=many), OPTIONS)
    assert entry.count(" and ") == 299
    assert "others" not in entry


def test_a_list_known_to_be_incomplete_ends_in_others():
    entry = to_entry(replace(PREPRINT, authors=(parse_name("Ahn"), parse_name("Kim")), authors_truncated=True), OPTIONS)
    assert "author        = {Ahn and Kim and others}," in entry


def test_addresses_are_raw_but_for_what_ends_a_value():
    entry = to_entry(replace(PREPRINT, url="https://example.org/a_b?x=1&y=%20#f~t{z}\\ q"), OPTIONS)
    assert "url           = {https://example.org/a_b?x=1&y=%20#f~t%7Bz%7D%5C%20q}" in entry


def test_escaping_is_the_same_for_plain_text_and_safe_for_hostile_text():
    assert escape_text("plain, (text)") == "plain, (text)"
    assert escape_text("a ^ b ~ c") == r"a \^{} b \~{} c"
    assert escape_text("} wrong { order") == "wrong order"
    assert escape_text("$a$ and $5") == "a and USD 5"
    assert escape_text("\\") == ""


def test_latex_math_stands_in_braces_and_leaves_letters_alone():
    entry = to_entry(replace(PREPRINT, title="On ℓ₁ Norms in ℝᵈ for Čech 王"), ExportOptions(bib_math=BibMath.LATEX))
    assert r"{$\ell_{1}$}" in entry
    assert r"{$\mathbb{R}^{d}$}" in entry
    assert "Čech" in entry
    assert to_latex("αβ ≤ ∞") == r"{$\alpha\beta$} {$\leq$} {$\infty$}"


def test_entries_are_sorted_and_groups_come_last():
    root = Section("")
    root.child("One; {two}").work_ids["b"] = None
    text = "".join(to_bibtex([replace(PREPRINT, key="zeta"), PREPRINT], root, OPTIONS))
    assert (
        text.index("{vaswani2017attention,")
        < text.index("{zeta,")
        < text.index("@comment{jabref-meta: groupsversion:3;}")
    )
    assert text.endswith("}\n")


def test_a_group_tree_stops_at_the_ninth_level_and_merges_equal_names():
    root = Section("")
    section = root
    for number in range(12):
        section = section.child(f"Level {number}")
    section.work_ids["w"] = None
    root.child("a{").work_ids["w"] = None
    root.child("a}").work_ids["v"] = None
    groups = group_tree(root, {"w": "keyw", "v": "keyv"})
    assert max(level for level, _ in groups.walk()) == 9
    assert list(groups.sections["a"].work_ids) == ["keyw", "keyv"]
    assert "9 ExplicitGroup:Level 8\\;0\\;keyw\\;;\n" in to_groups(groups)
    assert to_groups(Section("")) == ""


@pytest.mark.parametrize("name", ["a}b{c", "x\\y", "me@home", "a;b", "line\nbreak", "$5", "1: two", ""])
def test_group_names_hold_no_sign_that_breaks_the_comment(name):
    assert not set("{}\\@;$:\n") & set(to_group_name(name))
    assert to_group_name(name)


def test_lists_of_one_title_are_told_apart_by_their_names():
    bibliography = two_lists()
    twins = replace(bibliography, lists=tuple(replace(known, title="Papers") for known in bibliography.lists))
    everything = {work.work_id for work in twins.works}
    assert list(section_tree(twins, ["nasty", "other-list"], everything).sections) == ["nasty", "other-list"]
